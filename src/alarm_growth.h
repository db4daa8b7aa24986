/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alarm_growth.h - what a total grew by within a window: remembers what it was, a few times a
 * window. Pure.
 *
 * The window is exact to a sixteenth of its length, on the longer side. Until it has been watched
 * for as long, the growth is known only to be no less than what was seen. A total that fell was
 * begun anew, and so is its history.
 */
#ifndef PMTA_ALARM_GROWTH_H
#define PMTA_ALARM_GROWTH_H

#include "alarm_state.h"

#define ALARM_GROWTH_STEPS 16

/* Begins zeroed. */
struct alarm_growth {
	struct {
		int64_t at; /* monotonic ms */
		uint64_t total;
	} was[ALARM_GROWTH_STEPS + 2];
	uint32_t first, count;
};

/* Takes the total as of now; the same window each time. O(1) but for a pause. */
struct alarm_value alarm_growth_note(struct alarm_growth *growth, uint64_t total, uint32_t window_s,
				     int64_t now_ms);

#endif
