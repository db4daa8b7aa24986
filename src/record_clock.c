/* SPDX-License-Identifier: BSD-2-Clause */
#include "record_clock.h"

#include <stdbool.h>

#include "snapshot.h"

static int64_t
wall_of(struct moment now)
{
	return now.wall_ms / 1000;
}

int64_t
record_clock_now(const struct record_clock *clock, struct moment now)
{
	const int64_t passed = (now.mono_ms - clock->at.mono_ms) / 1000;
	int64_t time;

	if (clock->newest == SNAP_NO_TIME)
		return SNAP_NO_TIME;
	time = clock->newest + (passed > 0 ? passed : 0);
	if (time > wall_of(now))
		time = wall_of(now);
	return time > clock->newest ? time : clock->newest;
}

static void
set(struct record_clock *clock, int64_t time, struct moment now)
{
	clock->newest = time;
	clock->at = now;
	clock->doubts = 0;
}

/* A time that is not believed at once: it, and those behind it that agree, are counted. */
static void
doubt(struct record_clock *clock, int64_t time, struct moment now)
{
	const uint32_t enough = time > wall_of(now) + RECORD_CLOCK_STEP || time < clock->newest
					? RECORD_CLOCK_FUTURE
					: RECORD_CLOCK_PAST;
	const bool agrees = clock->doubts > 0 && time <= clock->doubtful + RECORD_CLOCK_STEP &&
			    time >= clock->doubtful - RECORD_CLOCK_STEP;

	clock->doubts = agrees ? clock->doubts + 1 : 1;
	if (!agrees || time > clock->doubtful)
		clock->doubtful = time;
	if (clock->doubts >= enough)
		set(clock, clock->doubtful, now);
}

void
record_clock_note(struct record_clock *clock, int64_t time, struct moment now)
{
	const int64_t limit = wall_of(now) + RECORD_CLOCK_STEP;
	int64_t current;

	/* Nearly all rows are of the same second as the one before. */
	if (time == clock->newest && clock->doubts == 0)
		return;
	current = record_clock_now(clock, now);
	if (current == SNAP_NO_TIME ? time > limit : time > current + RECORD_CLOCK_STEP) {
		doubt(clock, time, now);
		return;
	}
	/* Rows of the past are usual: another file is behind. Only a clock ahead of ours is wrong.
	 */
	if (current > limit && time <= limit) {
		doubt(clock, time, now);
		return;
	}
	if (time >= current)
		set(clock, time, now);
	clock->doubts = 0;
}

void
record_clock_restore(struct record_clock *clock, int64_t newest, int64_t wall_ms, struct moment now)
{
	const int64_t passed = (now.wall_ms - wall_ms) / 1000;

	if (newest == SNAP_NO_TIME)
		return;
	set(clock, newest + (passed > 0 ? passed : 0), now);
}
