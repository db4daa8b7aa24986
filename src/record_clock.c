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

/* Where our wall clock would be, had nobody set it since the newest time came. */
static int64_t
wall_unset(const struct record_clock *clock, struct moment now)
{
	return clock->at.wall_ms + now.mono_ms - clock->at.mono_ms;
}

static bool
was_set_back(const struct record_clock *clock, struct moment now)
{
	return wall_unset(clock, now) > now.wall_ms + RECORD_CLOCK_STEP * 1000;
}

/* Rows from before our clock was set back, which may still come, do not make that forgotten. */
static void
set(struct record_clock *clock, int64_t time, struct moment now)
{
	const bool from_before = clock->newest != SNAP_NO_TIME && was_set_back(clock, now) &&
				 time > wall_of(now) + RECORD_CLOCK_STEP;

	clock->at.wall_ms = from_before ? wall_unset(clock, now) : now.wall_ms;
	clock->at.mono_ms = now.mono_ms;
	clock->newest = time;
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
		if (was_set_back(clock, now) && time >= wall_of(now) - RECORD_CLOCK_STEP)
			set(clock, time, now);
		else
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
	const int64_t passed_ms = now.wall_ms > wall_ms ? now.wall_ms - wall_ms : 0;

	*clock = (struct record_clock){
		.newest = newest,
		.at = {.wall_ms = wall_ms, .mono_ms = now.mono_ms - passed_ms},
	};
	if (newest == SNAP_NO_TIME)
		return;
	/* A PowerMTA whose clock is ahead of ours was believed before: a row is enough. */
	clock->doubtful = newest + passed_ms / 1000;
	if (clock->doubtful > wall_of(now) + RECORD_CLOCK_STEP)
		clock->doubts = RECORD_CLOCK_FUTURE - 1;
}
