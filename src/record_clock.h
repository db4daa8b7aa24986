/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record_clock.h - what time it is by the records of one server: the time that its windows end at.
 *
 * The newest time of a record counts, and goes on with our monotonic clock until a newer one comes:
 * so a backlog that is read after an outage fills the slots in which it happened. It never runs
 * past our wall clock by itself. What one broken row says is not believed: a time that is far ahead
 * must be confirmed by the rows behind it, by more of them if it is ahead of our wall clock too;
 * and a clock that was led astray all the same is set back by as many that agree. If our wall clock
 * was set back meanwhile, one row that agrees with it does: PowerMTA's was, too. Pure.
 */
#ifndef PMTA_RECORD_CLOCK_H
#define PMTA_RECORD_CLOCK_H

#include <stdint.h>

#include "moment.h"

/* Seconds that a time may be ahead without being confirmed. */
#define RECORD_CLOCK_STEP 600
/* Rows in a row that confirm it: of a time in our past, and of one in our future. */
#define RECORD_CLOCK_PAST 3
#define RECORD_CLOCK_FUTURE 100

/* Begins with newest SNAP_NO_TIME and all else zero. */
struct record_clock {
	int64_t newest;	  /* UTC seconds */
	struct moment at; /* when it came, by a wall clock that was not set back since */
	int64_t doubtful; /* newest of the times that wait to be confirmed */
	uint32_t doubts;  /* how many agreed on it, without one between that did not */
};

/* Takes the time of a record (UTC seconds). */
void record_clock_note(struct record_clock *clock, int64_t time, struct moment now);

/* The time, UTC seconds; SNAP_NO_TIME before the first record. */
int64_t record_clock_now(const struct record_clock *clock, struct moment now);

/* Brings a clock back as it was saved: its newest time, and our wall clock (ms) when it came. What
 * has passed since then by the wall clock has passed for it too, but either wall clock may have
 * been wrong: so it does not run past the one of now, unless the first row says that it should. */
void record_clock_restore(struct record_clock *clock, int64_t newest, int64_t wall_ms,
			  struct moment now);

#endif
