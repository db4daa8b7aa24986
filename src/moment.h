/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * moment.h - the two clocks, passed by value into everything that needs the time.
 *
 * Pure code never reads a clock: it is given a struct moment, so that a test can be at any time.
 */
#ifndef PMTA_MOMENT_H
#define PMTA_MOMENT_H

#include <stdint.h>

struct moment {
	int64_t wall_ms; /* since 1970-01-01 UTC; may step */
	int64_t mono_ms; /* CLOCK_BOOTTIME; only goes forward, counts suspended time too */
};

/* Both clocks, read now. */
struct moment moment_now(void);

/* CLOCK_MONOTONIC in milliseconds, which stands still while the machine is suspended: to measure
 * what work took. */
int64_t moment_awake_ms(void);

/*
 * Reads "YYYY-MM-DD HH:MM:SS" with an optional zone ("+0200", "-03:30", "Z"; a 'T' for the blank is
 * accepted), or whole UNIX seconds, from exactly len bytes. A time without zone is taken as UTC:
 * the caller shifts it. *zoned (may be NULL) tells whether a zone or UNIX seconds were given.
 * Returns seconds since 1970 UTC, or INT64_MIN if the text is no time.
 */
int64_t moment_parse(const char *text, unsigned len, int *zoned);

#endif
