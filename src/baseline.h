/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * baseline.h - what a number usually is at this hour of the week, learned from the last four weeks.
 *
 * One number an hour is kept for 674 hours (four weeks, and an hour on each side): 2.7 KB. Hours
 * are numbered by the local clock (norm_hour()), so that a week begins at the same place
 * whatever daylight saving time does: the hour that spring leaves out has no number, of the two
 * that autumn makes of one the later counts.
 *
 * Mean. The median of the numbers that the same hour of the week had, if it had two at least; else
 * of that hour and its two neighbours. So a newsletter at ten on Tuesdays is expected at ten on
 * Tuesdays, and from three weeks on one bad day changes nothing. Deviation. How far numbers lie
 * from the median of their own hour of the week, as the median of that hour and its neighbours (12
 * numbers at most) times 1.4826, by which it is the standard deviation of a normal distribution;
 * of the hour alone if that is more. This week's numbers say nothing about this week.
 *
 * Pure but for memory; one thread.
 */
#ifndef PMTA_BASELINE_H
#define PMTA_BASELINE_H

#include <stddef.h>
#include <stdint.h>

#define BASELINE_WEEK 168
#define BASELINE_WEEKS 4
#define BASELINE_HOURS (BASELINE_WEEKS * BASELINE_WEEK + 2)
/* Stands for an hour that is not known. */
#define BASELINE_NONE UINT32_MAX
/* Weeks of the four that must have numbers before anything is expected; and from which on one bad
 * day among them cannot mislead. */
#define BASELINE_WEEKS_LEAST 2
#define BASELINE_WEEKS_ENOUGH 3
/* Bytes of a packed one. */
#define BASELINE_PACKED (BASELINE_HOURS * 4)

struct baseline;

/* What is expected at an hour. */
struct baseline_norm {
	double mean, deviation; /* in the unit of what was noted; a deviation may be 0 */
	unsigned weeks;		/* of the last four: those with a number near this hour */
};

/* A baseline that knows nothing, or NULL without memory. */
struct baseline *baseline_new(void);
void baseline_free(struct baseline *baseline);

/* Notes the number of an hour, in place of one noted before. An hour four weeks before the last
 * that was noted means that the clock was wrong then: what is known is forgotten. */
void baseline_note(struct baseline *baseline, int64_t hour, uint32_t value);

/* What is expected at an hour, by numbers of the four weeks before it. Returns 0, or -1 with *out
 * zero but for the weeks if they are less than BASELINE_WEEKS_LEAST. O(1). */
int baseline_expect(const struct baseline *baseline, int64_t hour, struct baseline_norm *out);

/* Seconds between the oldest number that is known and this hour, four weeks at most; 0 if none. */
uint32_t baseline_history(const struct baseline *baseline, int64_t hour);

/* The last hour that was noted, and all numbers as the store has them: big-endian, the oldest
 * first. */
int64_t baseline_last(const struct baseline *baseline);
void baseline_pack(const struct baseline *baseline, uint8_t out[BASELINE_PACKED]);

/* Puts back what was packed. 0, or -1 for bytes that baseline_pack() did not make. */
int baseline_unpack(struct baseline *baseline, int64_t last, const uint8_t *bytes, size_t len);

#endif
