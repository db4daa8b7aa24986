/* SPDX-License-Identifier: BSD-2-Clause */
/* The alarms there are, and the state machine of each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm_private.h"
#include "log.h"

struct alarms *
alarms_new(struct event_ring *ring, uint32_t last_id)
{
	struct alarms *alarms = calloc(1, sizeof *alarms);

	if (alarms == NULL)
		return NULL;
	alarms->ring = ring;
	alarms->last_id = last_id;
	return alarms;
}

static void
alarm_free(struct alarm *alarm)
{
	free(alarm->server_name);
	free(alarm->object_name);
	free(alarm);
}

void
alarms_free(struct alarms *alarms)
{
	struct alarm *alarm, *next;

	if (alarms == NULL)
		return;
	HASH_ITER(hh, alarms->all, alarm, next)
	{
		HASH_DEL(alarms->all, alarm);
		alarm_free(alarm);
	}
	for (uint32_t i = 0; i < alarms->rule_count; i++)
		free(alarms->rule[i]);
	free(alarms->rule);
	free(alarms);
}

uint32_t
alarm_rule_number(struct alarms *alarms, const char *name, bool make)
{
	char **grown;

	for (uint32_t i = 0; i < alarms->rule_count; i++) {
		if (strcmp(alarms->rule[i], name) == 0)
			return i + 1;
	}
	if (!make)
		return 0;
	grown = realloc(alarms->rule, (alarms->rule_count + 1) * sizeof *grown);
	if (grown == NULL)
		return 0;
	alarms->rule = grown;
	grown[alarms->rule_count] = strdup(name);
	return grown[alarms->rule_count] != NULL ? ++alarms->rule_count : 0;
}

static struct alarm *
alarm_find(struct alarms *alarms, uint32_t rule, uint32_t server, uint32_t object)
{
	const struct alarm_key key = {rule, server, object};
	struct alarm *alarm;

	HASH_FIND(hh, alarms->all, &key, sizeof key, alarm);
	return alarm;
}

bool
alarm_exists(struct alarms *alarms, const char *rule, uint32_t server, uint32_t object)
{
	uint32_t number;

	if (alarms->all == NULL)
		return false;
	number = alarm_rule_number(alarms, rule, false);
	return number > 0 && alarm_find(alarms, number, server, object) != NULL;
}

static struct alarm *
alarm_add(struct alarms *alarms, const char *rule, uint32_t server, uint32_t object)
{
	const uint32_t number = alarm_rule_number(alarms, rule, true);
	struct alarm *alarm = number > 0 ? calloc(1, sizeof *alarm) : NULL;

	if (alarm == NULL)
		return NULL;
	alarm->key = (struct alarm_key){number, server, object};
	alarm->over_since = alarm->calm_since = alarm->raised_mono = ALARM_NOT_SINCE;
	HASH_ADD(hh, alarms->all, key, sizeof alarm->key, alarm);
	if (alarm->hh.tbl != NULL)
		return alarm;
	free(alarm);
	return NULL;
}

static void
alarm_drop(struct alarms *alarms, struct alarm *alarm)
{
	HASH_DEL(alarms->all, alarm);
	alarm_free(alarm);
}

/* An alarm that is active has the names that its clear will tell. 0, or -1 without memory. */
static int
alarm_name(struct alarm *alarm, const char *server_name, const char *object_name)
{
	free(alarm->server_name);
	free(alarm->object_name);
	alarm->server_name = strdup(server_name);
	alarm->object_name = strdup(object_name);
	return alarm->server_name != NULL && alarm->object_name != NULL ? 0 : -1;
}

void
alarms_restore(struct alarms *alarms, const struct store_alarm *saved)
{
	struct alarm *alarm = alarm_add(alarms, saved->rule, saved->server, saved->object);

	if (alarm == NULL)
		return;
	if (alarm_name(alarm, saved->server_name, saved->object_name) != 0) {
		alarm_drop(alarms, alarm);
		return;
	}
	alarm->id = saved->id;
	alarm->severity = saved->severity;
	alarms->active++;
	if (saved->id > alarms->last_id)
		alarms->last_id = saved->id;
}

void
alarms_each(const struct alarms *alarms, store_alarm_fn fn, void *ctx)
{
	const struct alarm *alarm;

	for (alarm = alarms->all; alarm != NULL; alarm = alarm->hh.next) {
		const struct store_alarm saved = {
			.id = alarm->id,
			.rule = alarms->rule[alarm->key.rule - 1],
			.server = alarm->key.server,
			.object = alarm->key.object,
			.severity = alarm->severity,
			.server_name = alarm->server_name,
			.object_name = alarm->object_name,
		};

		if (alarm->id != 0)
			fn(ctx, &saved);
	}
}

uint32_t
alarms_active(const struct alarms *alarms)
{
	return alarms->active;
}

uint32_t
alarms_last_id(const struct alarms *alarms)
{
	return alarms->last_id;
}

bool
alarms_changed(const struct alarms *alarms)
{
	return alarms->changed;
}

void
alarms_set_saved(struct alarms *alarms, bool saved)
{
	alarms->changed = !saved;
}

/* Puts the rest into an event that has numbers and text, and the event into the ring. 0, or -1
 * without memory. */
static int
event_emit(struct alarms *alarms, const struct alarm *alarm, struct snap_event *event,
	   const char *text, struct moment now)
{
	const bool queue = alarm->key.object != 0;

	event->alarm_id = alarm->id;
	event->agent_name = alarms->conf->agent_name;
	event->server_index = alarm->key.server;
	event->server_name = alarm->server_name;
	event->object_name = alarm->object_name;
	event->object_index = alarm->key.object;
	event->scope = queue ? SNAP_SCOPE_DOMAIN_QUEUE : SNAP_SCOPE_SERVER;
	event->table = queue ? SNAP_QUEUE : SNAP_SERVER;
	event->time_ms = now.wall_ms;
	event->time_mono = now.mono_ms;
	event->text = text;
	if (event_ring_add(alarms->ring, event) == NULL)
		return -1;
	log_notice("alarm", "%s", text);
	return 0;
}

static void
alarm_raise(struct alarms *alarms, struct alarm *alarm, const struct alarm_subject *subject,
	    const struct alarm_limit *limit, struct moment now)
{
	const struct model_object *queue = subject->queue;
	struct snap_event event = {
		.notification = limit->raise_note,
		.severity = limit->severity,
		.metric = subject->metric,
		.value = subject->least,
		.limit = limit->raise,
	};
	char text[ALARM_TEXT_MAX];

	if (alarm_name(alarm, subject->server->name,
		       queue != NULL ? queue->name : subject->server->name) != 0)
		return;
	alarm_text_raise(text, subject, limit, now);
	alarm->id = alarms->last_id + 1;
	if (event_emit(alarms, alarm, &event, text, now) != 0) {
		alarm->id = 0;
		return;
	}
	alarm->severity = limit->severity;
	alarm->raised_mono = now.mono_ms;
	alarms->last_id++;
	alarms->active++;
	alarms->changed = true;
}

static void
alarm_clear(struct alarms *alarms, struct alarm *alarm, struct snap_event *event, const char *text,
	    struct moment now)
{
	event->severity = SNAP_SEVERITY_CLEARED;
	if (event_emit(alarms, alarm, event, text, now) != 0)
		return;
	alarms->active--;
	alarms->changed = true;
	alarm_drop(alarms, alarm);
}

static void
judge_active(struct alarms *alarms, struct alarm *alarm, const struct alarm_subject *subject,
	     const struct alarm_limit *limit, struct moment now)
{
	struct snap_event event = {
		.notification = limit->raise_note + 1,
		.metric = subject->metric,
		.value = subject->least == subject->most ? subject->least : SNAP_NONE32,
		.limit = limit->clear,
	};
	char text[ALARM_TEXT_MAX];

	if (subject->least > limit->clear)
		alarm->calm_since = ALARM_NOT_SINCE;
	if (subject->most > limit->clear)
		return;
	if (alarm->calm_since == ALARM_NOT_SINCE)
		alarm->calm_since = now.mono_ms;
	if (now.mono_ms - alarm->calm_since < (int64_t)limit->calm_s * 1000)
		return;
	alarm_text_clear(text, subject, limit, alarm, now);
	alarm_clear(alarms, alarm, &event, text, now);
}

void
alarm_judge(struct alarms *alarms, const struct alarm_subject *subject,
	    const struct alarm_limit *limit, struct moment now)
{
	const uint32_t server = subject->server->index;
	const uint32_t object = subject->queue != NULL ? subject->queue->index : 0;
	const uint32_t rule = alarm_rule_number(alarms, limit->rule, false);
	struct alarm *alarm = rule > 0 ? alarm_find(alarms, rule, server, object) : NULL;

	if (alarm != NULL && alarm->id != 0) {
		judge_active(alarms, alarm, subject, limit, now);
		return;
	}
	if (subject->least < limit->raise) {
		if (alarm != NULL && subject->most < limit->raise)
			alarm_drop(alarms, alarm);
		return;
	}
	if (alarm == NULL)
		alarm = alarm_add(alarms, limit->rule, server, object);
	if (alarm == NULL)
		return;
	if (alarm->over_since == ALARM_NOT_SINCE)
		alarm->over_since = now.mono_ms;
	if (now.mono_ms - alarm->over_since >= (int64_t)limit->hold_s * 1000)
		alarm_raise(alarms, alarm, subject, limit, now);
}

static const struct rule *
rule_named(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->threshold_count; i++) {
		if (strcmp(conf->thresholds[i].name, name) == 0)
			return &conf->thresholds[i];
	}
	return NULL;
}

/* Clears an alarm for another reason than a level; a pending one just goes. */
static void
alarm_end(struct alarms *alarms, struct alarm *alarm, const char *reason, struct moment now)
{
	const bool down = strcmp(alarms->rule[alarm->key.rule - 1], ALARM_SERVER_DOWN) == 0;
	struct snap_event event = {
		.notification = down ? SNAP_NOTE_SERVER_UP : SNAP_NOTE_QUEUE_DEPTH_NORMAL,
		.metric = down			   ? "pmtaServerState"
			  : alarm->key.object != 0 ? "domainQueueRecipients"
						   : "pmtaServerQueuedRecipients",
		.value = SNAP_NONE32,
		.limit = SNAP_NONE32,
	};
	char text[ALARM_TEXT_MAX];

	if (alarm->id == 0) {
		alarm_drop(alarms, alarm);
		return;
	}
	snprintf(text, sizeof text, "%s: %s", alarm->object_name, reason);
	alarm_clear(alarms, alarm, &event, text, now);
}

/* Why an alarm cannot go on under this configuration, or NULL if it can. */
static const char *
reason_to_end(const struct alarm *alarm, const char *name, const struct conf *conf,
	      const struct model *model)
{
	struct model_server *server = model_server_indexed(model, alarm->key.server);
	const struct rule *rule = rule_named(conf, name);
	const struct model_object *queue;
	const char *subject;

	if (server == NULL)
		return "the server is no longer monitored";
	if (!server->polled)
		return "the server is no longer polled";
	if (strcmp(name, ALARM_SERVER_DOWN) == 0)
		return NULL;
	if (rule == NULL)
		return "the rule is no longer configured";
	subject = server->name;
	if (alarm->key.object != 0) {
		queue = model_set_indexed(&server->set[STORE_QUEUE], alarm->key.object);
		if (queue == NULL)
			return "the queue is no longer known";
		subject = queue->name;
	}
	if ((rule->scope == SNAP_SCOPE_DOMAIN_QUEUE) != (alarm->key.object != 0) ||
	    !text_glob(rule->match, subject))
		return "the rule no longer applies to it";
	return NULL;
}

void
alarms_configure(struct alarms *alarms, const struct conf *conf, const struct model *model,
		 struct moment now)
{
	struct alarm *alarm, *next;

	alarms->conf = conf;
	HASH_ITER(hh, alarms->all, alarm, next)
	{
		const char *reason =
			reason_to_end(alarm, alarms->rule[alarm->key.rule - 1], conf, model);

		if (reason != NULL)
			alarm_end(alarms, alarm, reason, now);
	}
}

void
alarms_object_gone(struct alarms *alarms, const struct model_server *server,
		   const struct model_object *object, struct moment now)
{
	if (object->kind != STORE_QUEUE || alarms->all == NULL)
		return;
	for (uint32_t rule = 1; rule <= alarms->rule_count; rule++) {
		struct alarm *alarm = alarm_find(alarms, rule, server->index, object->index);

		if (alarm != NULL)
			alarm_end(alarms, alarm, "the queue is no longer known", now);
	}
}
