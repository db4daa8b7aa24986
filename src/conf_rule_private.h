/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_rule_private.h - one section "threshold" while it is read: for conf_rule*.c only.
 */
#ifndef PMTA_CONF_RULE_PRIVATE_H
#define PMTA_CONF_RULE_PRIVATE_H

#include "conf_key.h"
#include "conf_rule.h"
#include "rule.h"

/* The keys whose meaning depends on others stay texts until all are read. */
struct conf_rule_draft {
	struct conf_reader *reader;
	cfg_t *section;
	struct rule rule;
	const char *metric, *clear, *floor, *quiet_unless;
	const char **raise, **quiet;
	size_t raise_count;
};

/* True if the section has this key. */
bool conf_rule_has(const struct conf_rule_draft *draft, const char *key);

/* Complains of a key's value, in its line: KEY = "VALUE": what is expected. */
void conf_rule_complain(const struct conf_rule_draft *draft, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Read what is judged: the metric, and the window it is judged over (conf_rule_metric.c). The
 * metric stays NULL after a complaint. */
void conf_rule_read_metric(struct conf_rule_draft *draft);
void conf_rule_read_window(struct conf_rule_draft *draft);

/* Reads by what it is judged: raise, clear, when, floor, history and minimum (conf_rule_limit.c).
 * Returns 0, or -1 after a complaint. */
int conf_rule_read_limits(struct conf_rule_draft *draft);

#endif
