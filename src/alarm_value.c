/* SPDX-License-Identifier: BSD-2-Clause */
/* What a rule is about, as it is now: its value, how much that was taken from, and its limits. */
#include <stdlib.h>

#include "alarm_private.h"

/* The row of the object itself, of which what a rule reads is written when it is first asked for.
 * NULL: there is none. */
static const void *
object_row(struct alarm_subject *subject, unsigned cells, struct moment now)
{
	const unsigned missing = cells & ~subject->cells;

	if (missing == 0)
		return &subject->row;
	if (subject->source != NULL)
		publish_source_row(subject->server, subject->source, &subject->row.source, now);
	else if (subject->object == NULL)
		publish_server_row(subject->server, &subject->row.server, now);
	else if (!publish_object_row(subject->server, subject->object, missing, &subject->row, now))
		return NULL;
	subject->cells |= missing;
	return &subject->row;
}

static const void *
window_row(struct alarm_subject *subject, uint32_t seconds, unsigned cells, struct moment now)
{
	if (subject->window_s == seconds && (cells & ~subject->window_cells) == 0)
		return &subject->window;
	if (!publish_window_row(subject->server, subject->object, seconds, cells,
				&subject->window.window, now))
		return NULL;
	subject->window_s = seconds;
	subject->window_cells = cells;
	return &subject->window;
}

static uint32_t
recipients_of(const struct alarm_subject *subject)
{
	switch (subject->scope) {
	case SNAP_SCOPE_VMTA:
		return subject->row.vmta.recipients;
	case SNAP_SCOPE_DOMAIN_QUEUE:
		return subject->row.queue.recipients;
	case SNAP_SCOPE_PROVIDER:
		return subject->row.provider.recipients;
	case SNAP_SCOPE_JOB:
		return subject->row.job.recipients;
	case SNAP_SCOPE_DOMAIN:
		return subject->row.domain.recipients;
	default:
		return SNAP_NONE32;
	}
}

static struct alarm_value
known(int64_t value)
{
	return (struct alarm_value){.least = value, .most = value};
}

static bool
is_total(const struct metric *metric)
{
	return metric_needs_window(metric) && !metric_reads_window(metric);
}

/* What a level that the row does not have can be, all the same. */
static struct alarm_value
bounded(const struct alarm_subject *subject, const struct metric *metric, struct moment now)
{
	const uint32_t recipients = recipients_of(subject);
	struct alarm_value value = ALARM_UNKNOWN;
	uint32_t most = recipients;

	if (subject->object == NULL || is_total(metric))
		return value;
	if (subject->scope == SNAP_SCOPE_DOMAIN_QUEUE)
		most = model_level_most(subject->server, subject->object, now);
	/* The mail has gone, and its ages, states and errors with it. */
	value.normal = most == 0;
	if (metric->table == SNAP_QUEUE &&
	    metric->offset == offsetof(struct snap_queue, recipients) && most != SNAP_NONE32) {
		value.least = 0;
		value.most = most;
	}
	return value;
}

static struct alarm_growth *
growth_of(struct alarms *alarms, const struct alarm_growth_key *key)
{
	struct alarm_growth_entry *entry;

	HASH_FIND(hh, alarms->growths, key, sizeof *key, entry);
	if (entry != NULL)
		return &entry->growth;
	entry = calloc(1, sizeof *entry);
	if (entry == NULL)
		return NULL;
	entry->key = *key;
	HASH_ADD(hh, alarms->growths, key, sizeof entry->key, entry);
	if (entry->hh.tbl != NULL)
		return &entry->growth;
	free(entry);
	return NULL;
}

void
alarm_growths_forget(struct alarms *alarms, const struct alarm_growth_key *key)
{
	struct alarm_growth_entry *entry, *next;

	if (key != NULL) {
		HASH_FIND(hh, alarms->growths, key, sizeof *key, entry);
		if (entry != NULL) {
			HASH_DEL(alarms->growths, entry);
			free(entry);
		}
		return;
	}
	HASH_ITER(hh, alarms->growths, entry, next)
	{
		HASH_DEL(alarms->growths, entry);
		free(entry);
	}
}

static struct alarm_value
grown(struct alarms *alarms, const struct alarm_subject *subject, const struct alarm_rule *rule,
      int64_t total, struct moment now)
{
	const struct alarm_growth_key key = {rule->number, subject->server->index, subject->index};
	struct alarm_growth *growth = growth_of(alarms, &key);

	if (growth == NULL)
		return ALARM_UNKNOWN;
	return alarm_growth_note(growth, (uint64_t)total, rule->rule->window_s, now.mono_ms);
}

static uint32_t
sample_of(const struct metric *metric, const void *row)
{
	return metric->sample != 0
		       ? *(const uint32_t *)(const void *)((const char *)row + metric->sample)
		       : SNAP_NONE32;
}

static struct alarm_value
read_value(struct alarms *alarms, struct alarm_subject *subject, const struct alarm_rule *rule,
	   uint32_t *sample, struct moment now)
{
	const struct metric *metric = rule->rule->metric;
	const void *row = metric_reads_window(metric)
				  ? window_row(subject, rule->rule->window_s, rule->cells, now)
				  : object_row(subject, rule->cells, now);
	int64_t value;

	*sample = SNAP_NONE32;
	if (row == NULL)
		return ALARM_UNKNOWN;
	*sample = sample_of(metric, row);
	if (!metric_read(metric, row, now, &value))
		return metric_reads_window(metric) ? ALARM_UNKNOWN : bounded(subject, metric, now);
	if (is_total(metric))
		return grown(alarms, subject, rule, value, now);
	/* Of few attempts a share says little. */
	if (metric->sample != 0 && *sample < rule->rule->minimum)
		return ALARM_UNKNOWN;
	return known(value);
}

static double
limit_of(const struct rule_limit *limit, double mean, double deviation)
{
	switch (limit->kind) {
	case RULE_SIGMA:
		return mean + limit->number * deviation;
	case RULE_FACTOR:
		return mean * limit->number;
	default:
		return limit->number;
	}
}

static double
floored(const struct rule *rule, const struct rule_limit *limit, double number)
{
	if (limit->kind == RULE_FIXED || rule->floor == SNAP_NONE32)
		return number;
	if (rule->when == RULE_BELOW)
		return number < rule->floor ? number : rule->floor;
	return number > rule->floor ? number : rule->floor;
}

static struct alarm_limits
read_limits(const struct alarms *alarms, const struct alarm_subject *subject,
	    const struct rule *rule, struct moment now)
{
	struct alarm_limits limits = {.known = true};
	double mean = 0, deviation = 0;
	uint32_t history_s = 0;

	if (rule->when == RULE_IS)
		return limits;
	if (rule->raise.kind != RULE_FIXED || rule->clear.kind != RULE_FIXED)
		limits.known =
			alarms->expect != NULL &&
			alarms->expect(alarms->expect_ctx, subject->server, subject->object,
				       rule->metric, now, &mean, &deviation, &history_s) == 0 &&
			history_s >= rule->history_s;
	limits.raise = floored(rule, &rule->raise, limit_of(&rule->raise, mean, deviation));
	limits.clear = floored(rule, &rule->clear, limit_of(&rule->clear, mean, deviation));
	return limits;
}

void
alarm_value_read(struct alarms *alarms, struct alarm_subject *subject,
		 const struct alarm_rule *rule, struct moment now, struct alarm_hold *out)
{
	out->value = read_value(alarms, subject, rule, &out->sample, now);
	out->limits = read_limits(alarms, subject, rule->rule, now);
}
