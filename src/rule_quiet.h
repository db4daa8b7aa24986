/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rule_quiet.h - times at which a rule raises nothing: "mon-fri 22:00-06:00", "*:00-*:10",
 * "sat,sun".
 *
 * Times are those that clocks on the wall show. A time over midnight belongs to the day on which it
 * begins. Where the clocks are put back an hour is there twice, and quiet twice; where they are put
 * forward there is none, and what ends in it ends at once.
 */
#ifndef PMTA_RULE_QUIET_H
#define PMTA_RULE_QUIET_H

#include <time.h>

#include "rule.h"

/* What rule_quiet_parse() takes, for messages. */
#define RULE_QUIET_EXPECTED                                                                        \
	"days (mon-fri or sat,sun), a time of day (22:00-06:00) or of every hour (*:00-*:10), or " \
	"days and a time is expected"

/* Room for what rule_quiet_format() writes. */
#define RULE_QUIET_SIZE 48

/* Reads one time. Returns 0, or -1 if it is none. Pure. */
int rule_quiet_parse(const char *text, struct rule_quiet *out);

/* Writes it as rule_quiet_parse() reads it. Returns buf. */
const char *rule_quiet_format(const struct rule_quiet *quiet, char buf[RULE_QUIET_SIZE]);

/* True if it is a quiet time when clocks show this: tm_wday, tm_hour and tm_min. Pure. */
bool rule_quiet_includes(const struct rule_quiet *quiet, const struct tm *local);

/* True if one of count times is now, in milliseconds since 1970 UTC, by the local zone. Any thread.
 */
bool rule_quiet_holds(const struct rule_quiet *quiet, size_t count, int64_t wall_ms);

#endif
