/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_limit.h - reads the limits of a rule as the configuration writes them: 15%, 4h, 50k, 64M,
 * "baseline + 3 sigma". Pure.
 */
#ifndef PMTA_CONF_LIMIT_H
#define PMTA_CONF_LIMIT_H

#include "conf_check.h"
#include "rule.h"

/* Reads a number of a metric in its unit, and nothing behind it; 4294967294 at most, and negative
 * only if the metric can be. Returns 0, or -1 with what is expected in *why. */
int conf_limit_number(const char *text, const struct metric *metric, int64_t *out,
		      struct conf_why *why);

/* Reads a number, or a limit that follows the baseline. Whether the metric has a baseline is for
 * the caller to know. Returns 0, or -1 with what is expected in *why. */
int conf_limit_read(const char *text, const struct metric *metric, struct rule_limit *out,
		    struct conf_why *why);

/* The limit for clearing where the configuration has none: four fifths of a raise above, five
 * quarters of one below; of what follows a baseline four fifths of the distance from it. */
struct rule_limit conf_limit_clear(const struct rule_limit *raise, enum rule_when when);

#endif
