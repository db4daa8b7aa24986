/* SPDX-License-Identifier: BSD-2-Clause */
/* The alarms and rules as rows of their tables. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm_private.h"
#include "arena.h"
#include "rule_explain.h"

#define WORD_SIZE 64

_Static_assert((int)RULE_ABOVE == SNAP_WHEN_ABOVE && (int)RULE_BELOW == SNAP_WHEN_BELOW &&
		       (int)RULE_IS == SNAP_WHEN_IS,
	       "one is shown as the other");

static int
compare_rows(const void *a, const void *b)
{
	const struct snap_alarm *left = a, *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

static void
fill_row(struct snap_alarm *row, const struct alarm *alarm, struct arena *arena)
{
	const struct alarm_hold *hold = alarm_leading_hold(alarm);

	*row = (struct snap_alarm){
		.key = alarm->id,
		.server_index = alarm->key.server,
		.server_name = arena_strdup(arena, alarm->server_name),
		.scope = (enum snap_scope)alarm->key.scope,
		.table = alarm_table_of((enum snap_scope)alarm->key.scope),
		.object_index = alarm->key.object,
		.object_name = arena_strdup(arena, alarm->object_name),
		.severity = alarm->severity,
		.notification = alarm->note,
		.metric = alarm->key.metric->name,
		.value = SNAP_NONE32,
		.limit = SNAP_NONE32,
		.raised_ms = alarm->raised_wall,
		.raised_mono = alarm->raised_mono,
		.text = arena_strdup(arena, alarm->text),
	};
	if (hold == NULL || hold->rule->rule == NULL)
		return;
	row->threshold = arena_strdup(arena, hold->rule->name);
	row->threshold_index = hold->rule->number;
	row->value = alarm_value_shown(hold);
	row->limit = alarm_limit_shown(hold, true);
	row->window = hold->rule->rule->window_s;
}

struct snap_part *
alarms_publish(const struct alarms *alarms)
{
	struct snap_page *page = snap_page_new(alarms->active, sizeof(struct snap_alarm));
	struct snap_alarm *rows;
	uint32_t count = 0;

	if (page == NULL)
		return NULL;
	rows = page->rows;
	for (const struct alarm *alarm = alarms->all; alarm != NULL; alarm = alarm->hh.next) {
		if (alarm->id != 0 && count < alarms->active)
			fill_row(&rows[count++], alarm, page->arena);
	}
	qsort(rows, count, sizeof *rows, compare_rows);
	return snap_part_new(page, 1);
}

/* The states by which a rule is raised, as the configuration has them. */
static void
write_states(const struct rule *rule, char *buf, size_t size)
{
	char word[WORD_SIZE];
	size_t used = 0;

	buf[0] = '\0';
	for (int state = 1; state < 32 && used < size; state++) {
		if ((rule->states & (uint32_t)1 << state) == 0)
			continue;
		metric_format(rule->metric, state, word, sizeof word);
		used += (size_t)snprintf(buf + used, size - used, "%s%s", used > 0 ? ", " : "",
					 word);
	}
}

/* A limit as a person reads it. */
static const char *
write_limit(const struct rule *rule, const struct rule_limit *limit, char *buf, size_t size)
{
	const double number = limit->number;

	if (rule->when == RULE_IS)
		write_states(rule, buf, size);
	else if (limit->kind == RULE_FACTOR)
		snprintf(buf, size, "baseline * %g", number);
	else if (limit->kind == RULE_SIGMA)
		snprintf(buf, size, "baseline %c %g sigma", number < 0 ? '-' : '+', fabs(number));
	else
		metric_format(rule->metric, (int64_t)number, buf, size);
	return buf;
}

static void
fill_rule(struct snap_threshold *row, const struct alarm_rule *rule, struct arena *arena)
{
	const struct rule *config = rule->rule;
	char text[RULE_EXPLAIN_SIZE];

	*row = (struct snap_threshold){
		.key = rule->number,
		.name = arena_strdup(arena, rule->name),
		.scope = config->scope,
		.match = arena_strdup(arena, config->match),
		.server = arena_strdup(arena, config->server),
		.metric = config->metric->name,
		.window = config->window_s,
		.when = (enum snap_when)config->when,
		.minimum = config->minimum,
		.hold_s = config->hold_s,
		.calm_s = config->calm_s,
		.remind_s = config->remind_s,
		.severity = config->severity,
		.dry_run = config->dry_run ? 1 : 2,
		.active = rule->active,
		.raised = rule->raised,
		.would_raise = rule->would,
		.last_raise = rule->last_raise,
	};
	if (config->advice != NULL)
		row->advice = arena_strdup(arena, config->advice);
	row->raise = arena_strdup(arena, write_limit(config, &config->raise, text, sizeof text));
	/* What is raised by a state is cleared by any other. */
	if (config->when != RULE_IS)
		row->clear =
			arena_strdup(arena, write_limit(config, &config->clear, text, sizeof text));
	row->sentence = arena_strdup(arena, rule_explain(config, text, sizeof text));
}

static uint32_t
configured(const struct alarms *alarms)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < alarms->rule_count; i++)
		count += alarms->rules[i]->rule != NULL;
	return count;
}

struct snap_part *
alarms_publish_rules(const struct alarms *alarms)
{
	struct snap_page *page = snap_page_new(configured(alarms), sizeof(struct snap_threshold));
	struct snap_threshold *row;

	if (page == NULL)
		return NULL;
	row = page->rows;
	for (uint32_t i = 0; i < alarms->rule_count; i++) {
		if (alarms->rules[i]->rule != NULL)
			fill_rule(row++, alarms->rules[i], page->arena);
	}
	return snap_part_new(page, 1);
}
