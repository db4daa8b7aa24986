/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.h - the simulated time: whole seconds, moved by the real clock or by hand, shown in a fixed
 * zone.
 */
#ifndef PMTA_SIM_CLOCK_H
#define PMTA_SIM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { CLOCK_TEXT = 32 }; /* room for any text written here */

struct sim_clock {
	int64_t now;	  /* UTC seconds since 1970 */
	int zone;	  /* seconds east of UTC */
	double speed;	  /* simulated seconds in a real one */
	bool manual;	  /* only clock_tick() moves it */
	double last_real; /* monotonic seconds of the last look */
	double owed;	  /* simulated seconds that have passed and were not yet ticked */
};

/* Reads "+0200". Returns 0, or -1 if it is no zone of at most 14 hours. */
int clock_parse_zone(const char *text, int *zone);

/* Reads "YYYY-MM-DD HH:MM:SS", local time of that zone. Returns 0, or -1 if it is no such time. */
int clock_parse_time(const char *text, int zone, int64_t *utc);

/* Monotonic real seconds. */
double clock_real(void);

/* True if a simulated second is due; it then counts as taken. Never true of a manual clock. */
bool clock_due(struct sim_clock *clock);

/* Real milliseconds until a second is due; -1 of a manual clock. */
int clock_wait_ms(struct sim_clock *clock);

/* "2026-11-22 10:00:01", as the monitor writes times: local, without a zone. */
void clock_local(int64_t utc, int zone, char out[CLOCK_TEXT]);

/* "2026-11-22 10:00:01+0200", as accounting files have them with iso-times. */
void clock_iso(int64_t utc, int zone, char out[CLOCK_TEXT]);

/* "2026-11-22": the local day. */
void clock_date(int64_t utc, int zone, char out[CLOCK_TEXT]);

#endif
