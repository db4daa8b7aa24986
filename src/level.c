/* SPDX-License-Identifier: BSD-2-Clause */
#include "level.h"

#include <math.h>

uint32_t
level_of(double number)
{
	if (isnan(number))
		return SNAP_NONE32;
	return number >= (double)(SNAP_NONE32 - 1) ? SNAP_NONE32 - 1 : (uint32_t)llround(number);
}
