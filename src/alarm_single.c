/* SPDX-License-Identifier: BSD-2-Clause */
/* Events without a pair, and alarms that are told again. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "alarm_private.h"
#include "log.h"
#include "rule_quiet.h"

/* More would push everything else out of the ring. */
#define AGAIN_MAX (EVENT_RING_SIZE / 2)

static int
note(struct alarms *alarms, struct snap_event *event, const char *text, struct moment now)
{
	event->agent_name = alarms->model->conf->agent_name;
	event->value = event->limit = SNAP_NONE32;
	event->time_ms = now.wall_ms;
	event->time_mono = now.mono_ms;
	event->text = text;
	if (event_ring_add(alarms->ring, event) == NULL)
		return -1;
	log_notice("alarm", "%s", text);
	return 0;
}

int
alarms_note(struct alarms *alarms, enum snap_notification notification, enum snap_severity severity,
	    const char *text, struct moment now)
{
	struct snap_event event = {
		.notification = notification,
		.severity = severity,
		.scope = SNAP_SCOPE_AGENT,
		.table = SNAP_TABLES,
	};

	return note(alarms, &event, text, now);
}

static int
note_server(struct alarms *alarms, const struct model_server *server,
	    enum snap_notification notification, const char *metric, const char *text,
	    struct moment now)
{
	struct snap_event event = {
		.notification = notification,
		.severity = SNAP_SEVERITY_WARNING,
		.server_index = server->index,
		.server_name = server->name,
		.scope = SNAP_SCOPE_SERVER,
		.object_name = server->name,
		.table = SNAP_SERVER,
		.metric = metric,
	};

	return note(alarms, &event, text, now);
}

static int
tell_restart(struct alarms *alarms, const struct model_server *server, struct moment now)
{
	char text[TEXT_MAX + 64];

	snprintf(text, sizeof text, "%s: PowerMTA was restarted", server->name);
	return note_server(alarms, server, SNAP_NOTE_SERVER_RESTARTED, "pmtaTrafficRestarts", text,
			   now);
}

static int
tell_reset(struct alarms *alarms, const struct model_server *server, struct moment now)
{
	char text[TEXT_MAX + 64];

	snprintf(text, sizeof text, "%s: PowerMTA's counters were reset", server->name);
	return note_server(alarms, server, SNAP_NOTE_COUNTERS_RESET, "pmtaTrafficCounterResets",
			   text, now);
}

/* What happened in an earlier run was told by it. */
void
alarm_know_servers(struct alarms *alarms)
{
	for (uint32_t i = 0; i < alarms->model->server_count; i++) {
		const struct model_server *server = alarms->model->servers[i];
		struct alarm_server *seen = alarm_server_of(alarms, server->index);

		if (seen == NULL || seen->known)
			continue;
		seen->known = true;
		seen->restarts = server->restarts;
		seen->resets = server->counter_resets;
	}
}

void
alarm_note_restarts(struct alarms *alarms, const struct model_server *server, struct moment now)
{
	struct alarm_server *seen = alarm_server_of(alarms, server->index);

	if (seen == NULL || !seen->known)
		return;
	if (seen->restarts != server->restarts && tell_restart(alarms, server, now) == 0)
		seen->restarts = server->restarts;
	if (seen->resets != server->counter_resets && tell_reset(alarms, server, now) == 0)
		seen->resets = server->counter_resets;
}

void
alarm_remind_due(struct alarms *alarms, struct moment now)
{
	int64_t next = INT64_MAX;

	if (now.mono_ms < alarms->next_reminder)
		return;
	for (struct alarm *alarm = alarms->all; alarm != NULL; alarm = alarm->hh.next) {
		const struct rule *rule = alarm->id != 0 ? alarm->leading->rule : NULL;
		int64_t due;

		if (rule == NULL || rule->remind_s == 0)
			continue;
		due = alarm->told_mono + (int64_t)rule->remind_s * 1000;
		if (now.mono_ms >= due &&
		    !rule_quiet_holds(rule->quiet, rule->quiet_count, now.wall_ms) &&
		    alarm_remind(alarms, alarm, "still", now) == 0)
			due = alarm->told_mono + (int64_t)rule->remind_s * 1000;
		if (due < next)
			next = due;
	}
	alarms->next_reminder = next;
}

/* Worst first, then newest first. */
static int
compare_urgency(const void *a, const void *b)
{
	const struct alarm *const *left = a, *const *right = b;

	if ((*left)->severity != (*right)->severity)
		return (*left)->severity < (*right)->severity ? -1 : 1;
	return (*left)->id > (*right)->id ? -1 : 1;
}

void
alarms_tell_again(struct alarms *alarms, struct moment now)
{
	struct alarm **active = malloc((alarms->active > 0 ? alarms->active : 1) * sizeof *active);
	size_t count = 0;

	if (active == NULL)
		return;
	for (struct alarm *alarm = alarms->all; alarm != NULL; alarm = alarm->hh.next) {
		if (alarm->id != 0)
			active[count++] = alarm;
	}
	qsort(active, count, sizeof *active, compare_urgency);
	if (count > AGAIN_MAX)
		log_warning("alarm", "%zu of %zu active alarms are not told again",
			    count - AGAIN_MAX, count);
	for (size_t i = 0; i < count && i < AGAIN_MAX; i++)
		alarm_remind(alarms, active[i], "told again", now);
	free(active);
}
