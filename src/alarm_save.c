/* SPDX-License-Identifier: BSD-2-Clause */
/* What of the alarms outlives the process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm_private.h"

/* Rules of one alarm that are saved: there are as many as there are severities, usually. */
#define RULES_MAX 64

void
alarm_mark(struct alarms *alarms, struct alarm *alarm)
{
	alarm->dirty = true;
	alarms->changed = true;
	alarms->version++;
}

void
alarm_mark_ended(struct alarms *alarms, uint32_t saved_id)
{
	uint32_t *grown = alarms->ended;

	alarms->changed = true;
	if (saved_id == 0)
		return;
	if (alarms->ended_count == alarms->ended_room) {
		const uint32_t room = alarms->ended_room > 0 ? alarms->ended_room * 2 : 16;

		grown = realloc(alarms->ended, room * sizeof *grown);
		/* The store would bring it back once: then it is cleared a second time, which is
		 * better than a clear that never comes. */
		if (grown == NULL)
			return;
		alarms->ended = grown;
		alarms->ended_room = room;
	}
	grown[alarms->ended_count++] = saved_id;
}

static void
write_number(char *out, size_t size, uint32_t number)
{
	const size_t used = strlen(out);

	snprintf(out + used, size - used, "%s%u", used > 0 ? " " : "", number);
}

/* Numbers of the rules that are raised, the leading one first. */
static void
write_rules(char *out, size_t size, const struct alarm *alarm)
{
	out[0] = '\0';
	if (alarm->leading != NULL)
		write_number(out, size, alarm->leading->number);
	for (size_t i = 0; i < alarm->hold_count; i++) {
		const struct alarm_hold *hold = &alarm->holds[i];

		if (hold->state.on && hold->rule != alarm->leading)
			write_number(out, size, hold->rule->number);
	}
}

static void
save_alarm(const struct alarm *alarm, const struct alarm_saver *saver)
{
	char rules[RULES_MAX * 11];
	const struct store_alarm saved = {
		.id = alarm->id,
		.server = alarm->key.server,
		.object = alarm->key.object,
		.scope = (enum snap_scope)alarm->key.scope,
		.metric = alarm->key.metric->name,
		.side = alarm->key.side,
		.notification = alarm->note,
		.severity = alarm->severity,
		.rules = rules,
		.raised_ms = alarm->raised_wall,
		.told_ms = alarm->told_wall,
		.server_name = alarm->server_name,
		.object_name = alarm->object_name,
		.text = alarm->text,
	};

	write_rules(rules, sizeof rules, alarm);
	saver->alarm(saver->ctx, &saved);
}

void
alarms_each_unsaved(const struct alarms *alarms, const struct alarm_saver *saver)
{
	for (uint32_t i = 0; i < alarms->ended_count; i++)
		saver->ended(saver->ctx, alarms->ended[i]);
	for (const struct alarm *alarm = alarms->all; alarm != NULL; alarm = alarm->hh.next) {
		if (alarm->id != 0 && alarm->dirty)
			save_alarm(alarm, saver);
	}
	for (uint32_t i = 0; i < alarms->rule_count; i++) {
		const struct alarm_rule *rule = alarms->rules[i];
		const struct store_rule saved = {
			.number = rule->number,
			.name = rule->name,
			.raised = rule->raised,
			.would_raise = rule->would,
			.last_raise = rule->last_raise,
		};

		if (rule->dirty)
			saver->rule(saver->ctx, &saved);
	}
}

void
alarms_set_saved(struct alarms *alarms)
{
	if (!alarms->changed)
		return;
	for (struct alarm *alarm = alarms->all; alarm != NULL; alarm = alarm->hh.next) {
		alarm->saved_id = alarm->id;
		alarm->dirty = false;
	}
	for (uint32_t i = 0; i < alarms->rule_count; i++)
		alarms->rules[i]->dirty = false;
	alarms->ended_count = 0;
	alarms->changed = false;
}

void
alarms_forget_saved(struct alarms *alarms)
{
	for (struct alarm *alarm = alarms->all; alarm != NULL; alarm = alarm->hh.next) {
		alarm->saved_id = 0;
		alarm->dirty = alarm->id != 0;
	}
	for (uint32_t i = 0; i < alarms->rule_count; i++)
		alarms->rules[i]->dirty = true;
	alarms->ended_count = 0;
	alarms->changed = true;
}

bool
alarms_changed(const struct alarms *alarms)
{
	return alarms->changed;
}

/* Rules of the numbers, as many as are known. */
static size_t
read_rules(const struct alarms *alarms, const char *text, struct alarm_rule *rules[RULES_MAX])
{
	size_t count = 0;
	char *end;

	while (count < RULES_MAX) {
		const unsigned long number = strtoul(text, &end, 10);

		if (end == text)
			break;
		if (number >= 1 && number <= alarms->rule_count)
			rules[count++] = alarms->rules[number - 1];
		text = end;
	}
	return count;
}

/* An alarm on what this version cannot judge ends with the first configuration. */
static const struct metric *
metric_or_none(enum snap_scope scope, const char *name)
{
	static const struct metric none = {.name = ""};
	const struct metric *metric = metric_find(scope, name);

	return metric != NULL ? metric : &none;
}

/* Monotonic time of something that a wall clock timed, maybe before the machine was started. */
static int64_t
mono_of(int64_t wall_ms, struct moment now)
{
	return wall_ms < now.wall_ms ? now.mono_ms - (now.wall_ms - wall_ms) : now.mono_ms;
}

static void
take_back(struct alarms *alarms, struct alarm *alarm, const struct store_alarm *saved,
	  struct moment now)
{
	alarm->id = alarm->saved_id = saved->id;
	alarm->severity = saved->severity;
	alarm->note = saved->notification;
	alarm->raised_wall = saved->raised_ms;
	alarm->told_wall = saved->told_ms;
	alarm->raised_mono = mono_of(saved->raised_ms, now);
	alarm->told_mono = mono_of(saved->told_ms, now);
	alarm->leading = alarm->hold_count > 0 ? alarm->holds[0].rule : NULL;
	for (size_t i = 0; i < alarm->hold_count; i++) {
		alarm->holds[i].state.on = alarm->holds[i].next.on = true;
		alarm->holds[i].rule->active++;
	}
	if (saved->id > alarms->last_id)
		alarms->last_id = saved->id;
	alarm_count(alarms, alarm, 1);
	alarms->next_reminder = now.mono_ms;
}

void
alarms_restore(struct alarms *alarms, const struct store_alarm *saved, struct moment now)
{
	const struct alarm_key key = {
		.metric = metric_or_none(saved->scope, saved->metric),
		.scope = saved->scope,
		.side = saved->side,
		.server = saved->server,
		.object = saved->object,
	};
	struct alarm_rule *rules[RULES_MAX];
	const size_t count = read_rules(alarms, saved->rules, rules);
	struct alarm *alarm;

	/* A cause has one alarm: what an older version had beside it is not the cause's any more.
	 */
	if (saved->severity < SNAP_SEVERITY_INDETERMINATE ||
	    saved->severity > SNAP_SEVERITY_WARNING || alarm_find(alarms, &key) != NULL) {
		alarm_mark_ended(alarms, saved->id);
		return;
	}
	alarm = alarm_add(alarms, &key, rules, count);
	if (alarm == NULL)
		return;
	alarm->text = strdup(saved->text);
	if (alarm->text == NULL ||
	    alarm_set_names(alarm, saved->server_name, saved->object_name) != 0) {
		alarm_drop(alarms, alarm);
		return;
	}
	take_back(alarms, alarm, saved, now);
}

void
alarms_restore_rule(struct alarms *alarms, const struct store_rule *saved)
{
	struct alarm_rule *rule = alarm_rule_named(alarms, saved->name, true);

	if (rule == NULL)
		return;
	rule->raised = saved->raised;
	rule->would = saved->would_raise;
	rule->last_raise = saved->last_raise;
	rule->dirty = false;
}
