/* SPDX-License-Identifier: BSD-2-Clause */
/* Times of objects, in half the room of others. */
#include "model.h"

model_wall
model_wall_of(int64_t seconds)
{
	if (seconds == SNAP_NO_TIME)
		return 0;
	return seconds < 1 ? 1 : seconds > UINT32_MAX ? UINT32_MAX : (model_wall)seconds;
}

int64_t
model_wall_seconds(model_wall time)
{
	return time == 0 ? SNAP_NO_TIME : time;
}

model_mono
model_mono_of(int64_t ms)
{
	return (model_mono)(ms / 1000) + 1;
}

int64_t
model_mono_since(model_mono time, struct moment now)
{
	return (now.mono_ms - ((int64_t)time - 1) * 1000) / 1000;
}
