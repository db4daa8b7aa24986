/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of an alarm once its rules were judged, and the event that tells of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm_private.h"
#include "log.h"

/* A number as a Gauge32 shows it. */
static uint32_t
gauge_of(double number)
{
	if (isnan(number))
		return SNAP_NONE32;
	if (number <= 0)
		return 0;
	return number < (double)SNAP_NONE32 - 1 ? (uint32_t)(number + 0.5) : SNAP_NONE32 - 1;
}

uint32_t
alarm_value_shown(const struct alarm_hold *hold)
{
	const struct alarm_value *value = &hold->value;

	/* Of a total that has not been watched for a whole window the least is known. */
	if (value->least == value->most ||
	    (value->most == INT64_MAX && value->least > 0 && value->least < INT64_MAX))
		return gauge_of((double)value->least);
	return SNAP_NONE32;
}

uint32_t
alarm_limit_shown(const struct alarm_hold *hold, bool raise)
{
	if (hold->rule->rule->when == RULE_IS || !hold->limits.known)
		return SNAP_NONE32;
	return gauge_of(raise ? hold->limits.raise : hold->limits.clear);
}

struct alarm_hold *
alarm_leading_hold(const struct alarm *alarm)
{
	for (size_t i = 0; i < alarm->hold_count; i++) {
		if (alarm->holds[i].rule == alarm->leading)
			return &alarm->holds[i];
	}
	return NULL;
}

/* Puts the rest into an event that has its notification and numbers, and the event into the ring.
 * 0, or -1 without memory. */
static int
emit(struct alarms *alarms, const struct alarm *alarm, struct snap_event *event, const char *text,
     struct moment now)
{
	event->raise_note = alarm->note;
	event->alarm_id = alarm->id;
	event->agent_name = alarms->model->conf->agent_name;
	event->server_index = alarm->key.server;
	event->server_name = alarm->server_name;
	event->object_name = alarm->object_name;
	event->object_index = alarm->key.object;
	event->scope = (enum snap_scope)alarm->key.scope;
	event->table = alarm_table_of(event->scope);
	event->metric = alarm->key.metric->name;
	event->time_ms = now.wall_ms;
	event->time_mono = now.mono_ms;
	event->text = text;
	if (event_ring_add(alarms->ring, event) == NULL)
		return -1;
	log_notice("alarm", "%s", text);
	return 0;
}

static struct snap_event
event_of(const struct alarm_hold *hold, bool raise)
{
	return (struct snap_event){
		.value = alarm_value_shown(hold),
		.limit = alarm_limit_shown(hold, raise),
		.window = hold->rule->rule->window_s,
	};
}

static int
keep_text(struct alarm *alarm, const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		return -1;
	free(alarm->text);
	alarm->text = copy;
	return 0;
}

static void
told(struct alarms *alarms, struct alarm *alarm, struct moment now)
{
	alarm->told_wall = now.wall_ms;
	alarm->told_mono = now.mono_ms;
	if (alarm->leading->rule->remind_s > 0) {
		const int64_t next = now.mono_ms + (int64_t)alarm->leading->rule->remind_s * 1000;

		if (next < alarms->next_reminder)
			alarms->next_reminder = next;
	}
	alarm_mark(alarms, alarm);
}

static int
raise_alarm(struct alarms *alarms, struct alarm *alarm, const struct alarm_subject *subject,
	    struct alarm_hold *hold, struct moment now)
{
	struct snap_event event = event_of(hold, true);
	char text[ALARM_TEXT_MAX];

	alarm_text_raise(text, subject, hold, now);
	if (alarm_set_names(alarm, subject->server->name, subject->name) != 0 ||
	    keep_text(alarm, text) != 0)
		return -1;
	alarm->note = event.notification = rule_notification(hold->rule->rule);
	event.severity = hold->rule->rule->severity;
	alarm->id = alarms->last_id + 1;
	if (emit(alarms, alarm, &event, text, now) != 0) {
		alarm->id = 0;
		return -1;
	}
	alarms->last_id++;
	alarm->severity = event.severity;
	alarm->leading = hold->rule;
	alarm->raised_wall = now.wall_ms;
	alarm->raised_mono = now.mono_ms;
	alarm_count(alarms, alarm, 1);
	told(alarms, alarm, now);
	return 0;
}

static int
change_severity(struct alarms *alarms, struct alarm *alarm, const struct alarm_subject *subject,
		struct alarm_hold *hold, struct moment now)
{
	struct snap_event event = event_of(hold, true);
	char text[ALARM_TEXT_MAX];

	alarm_text_severity(text, subject, hold, alarm->severity, now);
	if (keep_text(alarm, text) != 0)
		return -1;
	event.notification = SNAP_NOTE_SEVERITY_CHANGED;
	event.severity = hold->rule->rule->severity;
	if (emit(alarms, alarm, &event, text, now) != 0)
		return -1;
	alarm_count(alarms, alarm, -1);
	alarm->severity = event.severity;
	alarm->leading = hold->rule;
	alarm_count(alarms, alarm, 1);
	told(alarms, alarm, now);
	return 0;
}

static int
clear_alarm(struct alarms *alarms, struct alarm *alarm, struct snap_event *event, const char *text,
	    struct moment now)
{
	event->notification = alarm->note + 1;
	event->severity = SNAP_SEVERITY_CLEARED;
	if (emit(alarms, alarm, event, text, now) != 0)
		return -1;
	alarm_mark_ended(alarms, alarm->saved_id);
	alarm_count(alarms, alarm, -1);
	alarm->id = alarm->saved_id = 0;
	alarm->leading = NULL;
	return 0;
}

/* Severities are numbered from the worst on, but for the indeterminate one. */
static unsigned
rank_of(enum snap_severity severity)
{
	return severity == SNAP_SEVERITY_INDETERMINATE ? UINT32_MAX : severity;
}

/* The worst of the rules that are raised now, or NULL; the first configured of equals. */
static struct alarm_hold *
worst_hold(const struct alarm *alarm)
{
	struct alarm_hold *worst = NULL;

	for (size_t i = 0; i < alarm->hold_count; i++) {
		struct alarm_hold *hold = &alarm->holds[i];

		if (!hold->next.on || hold->rule->rule->dry_run)
			continue;
		if (worst == NULL ||
		    rank_of(hold->rule->rule->severity) < rank_of(worst->rule->rule->severity))
			worst = hold;
	}
	return worst;
}

/* What a rule did is counted once it is sure to be told. */
static void
count_change(struct alarms *alarms, struct alarm *alarm, struct alarm_hold *hold, struct moment now)
{
	struct alarm_rule *rule = hold->rule;

	hold->state = hold->next;
	if (hold->change == ALARM_HELD_BACK)
		alarms->suppressed++;
	if (hold->change == ALARM_RAISED) {
		rule->active++;
		rule->raised += !rule->rule->dry_run;
		rule->would += rule->rule->dry_run;
		rule->last_raise = now.wall_ms / 1000;
		rule->dirty = true;
	}
	if (hold->change == ALARM_CLEARED)
		rule->active--;
	if (hold->change == ALARM_RAISED || hold->change == ALARM_CLEARED)
		alarm_mark(alarms, alarm);
	hold->change = ALARM_SAME;
}

static int
tell_change(struct alarms *alarms, struct alarm *alarm, const struct alarm_subject *subject,
	    struct moment now)
{
	struct alarm_hold *worst = worst_hold(alarm), *before = alarm_leading_hold(alarm);
	char text[ALARM_TEXT_MAX];
	struct snap_event event;

	if (alarm->id == 0)
		return worst != NULL ? raise_alarm(alarms, alarm, subject, worst, now) : 0;
	/* An alarm that is active has its leading rule among its holds. */
	if (worst == NULL) {
		event = event_of(before, false);
		alarm_text_clear(text, subject, before, alarm, now);
		return clear_alarm(alarms, alarm, &event, text, now);
	}
	if (alarm->severity != worst->rule->rule->severity)
		return change_severity(alarms, alarm, subject, worst, now);
	if (alarm->leading != worst->rule) {
		alarm->leading = worst->rule;
		alarm_mark(alarms, alarm);
	}
	return 0;
}

void
alarm_settle(struct alarms *alarms, struct alarm *alarm, const struct alarm_subject *subject,
	     struct moment now)
{
	bool idle = true;

	/* Without memory for the event nothing happened yet: it is judged anew the next time. */
	if (tell_change(alarms, alarm, subject, now) != 0)
		return;
	for (size_t i = 0; i < alarm->hold_count; i++) {
		count_change(alarms, alarm, &alarm->holds[i], now);
		idle = idle && alarm_state_is_idle(&alarm->holds[i].state);
	}
	if (idle)
		alarm_drop(alarms, alarm);
}

void
alarm_end(struct alarms *alarms, struct alarm *alarm, const char *reason, struct moment now)
{
	struct snap_event event = {.value = SNAP_NONE32, .limit = SNAP_NONE32};
	char text[ALARM_TEXT_MAX];

	if (alarm->id != 0) {
		snprintf(text, sizeof text, "%s: %s", alarm->object_name, reason);
		if (clear_alarm(alarms, alarm, &event, text, now) != 0)
			return;
	}
	alarm_drop(alarms, alarm);
}

int
alarm_remind(struct alarms *alarms, struct alarm *alarm, const char *why, struct moment now)
{
	const struct alarm_hold *hold = alarm_leading_hold(alarm);
	struct snap_event event;
	char text[ALARM_TEXT_MAX], age[32];

	if (hold == NULL || hold->rule->rule == NULL)
		return 0;
	event = event_of(hold, true);
	event.notification = alarm->note;
	event.severity = alarm->severity;
	metric_format_seconds((now.mono_ms - alarm->raised_mono) / 1000, age, sizeof age);
	snprintf(text, sizeof text, "%s, after %s: %s", why, age, alarm->text);
	if (emit(alarms, alarm, &event, text, now) != 0)
		return -1;
	told(alarms, alarm, now);
	return 0;
}

/* The rules changed, not the values. */
static int
change_rule(struct alarms *alarms, struct alarm *alarm, const struct alarm_hold *hold,
	    struct moment now)
{
	struct snap_event event = event_of(hold, true);
	char text[ALARM_TEXT_MAX];

	event.notification = SNAP_NOTE_SEVERITY_CHANGED;
	event.severity = hold->rule->rule->severity;
	snprintf(text, sizeof text, "%s, was %s: %s: the rules have changed",
		 alarm_severity_word(event.severity), alarm_severity_word(alarm->severity),
		 alarm->object_name);
	if (emit(alarms, alarm, &event, text, now) != 0)
		return -1;
	alarm_count(alarms, alarm, -1);
	alarm->severity = event.severity;
	alarm_count(alarms, alarm, 1);
	return 0;
}

void
alarm_lead_anew(struct alarms *alarms, struct alarm *alarm, struct moment now)
{
	const struct alarm_hold *worst;

	for (size_t i = 0; i < alarm->hold_count; i++)
		alarm->holds[i].next = alarm->holds[i].state;
	worst = worst_hold(alarm);
	if (worst == NULL)
		return;
	if (worst->rule->rule->severity != alarm->severity)
		change_rule(alarms, alarm, worst, now);
	alarm->leading = worst->rule;
	alarm_mark(alarms, alarm);
}
