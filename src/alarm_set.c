/* SPDX-License-Identifier: BSD-2-Clause */
/* The alarms there are: found, made, dropped, counted, saved and brought back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm_private.h"

struct alarms *
alarms_new(struct event_ring *ring, uint32_t last_id)
{
	struct alarms *alarms = calloc(1, sizeof *alarms);

	if (alarms == NULL)
		return NULL;
	alarms->ring = ring;
	alarms->last_id = last_id;
	alarms->next_reminder = INT64_MAX;
	return alarms;
}

static void
alarm_free(struct alarm *alarm)
{
	free(alarm->holds);
	free(alarm->server_name);
	free(alarm->object_name);
	free(alarm->text);
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
	alarm_growths_forget(alarms, NULL);
	alarm_groups_free(alarms);
	for (uint32_t i = 0; i < alarms->rule_count; i++) {
		free(alarms->rules[i]->name);
		free(alarms->rules[i]);
	}
	free(alarms->rules);
	free(alarms->servers);
	free(alarms->ended);
	free(alarms);
}

void
alarms_set_expect(struct alarms *alarms, alarm_expect_fn expect, void *ctx)
{
	alarms->expect = expect;
	alarms->expect_ctx = ctx;
}

struct alarm *
alarm_find(const struct alarms *alarms, const struct alarm_key *key)
{
	struct alarm *alarm;

	HASH_FIND(hh, alarms->all, key, sizeof *key, alarm);
	return alarm;
}

struct alarm *
alarm_add(struct alarms *alarms, const struct alarm_key *key, struct alarm_rule *const *rules,
	  size_t count)
{
	struct alarm *alarm = calloc(1, sizeof *alarm);

	if (alarm == NULL)
		return NULL;
	alarm->holds = calloc(count > 0 ? count : 1, sizeof *alarm->holds);
	if (alarm->holds == NULL)
		goto fail;
	alarm->key = *key;
	alarm->hold_count = count;
	for (size_t i = 0; i < count; i++) {
		alarm->holds[i].rule = rules[i];
		alarm->holds[i].state = alarm->holds[i].next = ALARM_IDLE;
		alarm->holds[i].value = ALARM_UNKNOWN;
		alarm->holds[i].sample = SNAP_NONE32;
	}
	HASH_ADD(hh, alarms->all, key, sizeof alarm->key, alarm);
	if (alarm->hh.tbl != NULL)
		return alarm;
fail:
	alarm_free(alarm);
	return NULL;
}

void
alarm_drop(struct alarms *alarms, struct alarm *alarm)
{
	for (size_t i = 0; i < alarm->hold_count; i++)
		alarm->holds[i].rule->active -= alarm->holds[i].state.on;
	HASH_DEL(alarms->all, alarm);
	alarm_free(alarm);
}

int
alarm_set_names(struct alarm *alarm, const char *server_name, const char *object_name)
{
	free(alarm->server_name);
	free(alarm->object_name);
	alarm->server_name = strdup(server_name);
	alarm->object_name = strdup(object_name);
	return alarm->server_name != NULL && alarm->object_name != NULL ? 0 : -1;
}

struct alarm_server *
alarm_server_of(struct alarms *alarms, uint32_t index)
{
	struct alarm_server *grown;

	for (uint32_t i = 0; i < alarms->server_count; i++) {
		if (alarms->servers[i].index == index)
			return &alarms->servers[i];
	}
	grown = realloc(alarms->servers, (alarms->server_count + 1) * sizeof *grown);
	if (grown == NULL)
		return NULL;
	alarms->servers = grown;
	grown = &alarms->servers[alarms->server_count++];
	*grown = (struct alarm_server){.index = index, .judged = ALARM_NEVER};
	return grown;
}

static enum snap_severity
worst_of(const uint32_t counts[SNAP_SEVERITY_WARNING + 1])
{
	for (int severity = SNAP_SEVERITY_CRITICAL; severity <= SNAP_SEVERITY_WARNING; severity++) {
		if (counts[severity] > 0)
			return (enum snap_severity)severity;
	}
	return counts[SNAP_SEVERITY_INDETERMINATE] > 0 ? SNAP_SEVERITY_INDETERMINATE
						       : SNAP_SEVERITY_CLEARED;
}

/* Shows a server's alarms in its row. */
static void
show_count(const struct alarms *alarms, const struct alarm_server *counted)
{
	struct model_server *server =
		alarms->model != NULL ? model_server_indexed(alarms->model, counted->index) : NULL;

	if (server == NULL)
		return;
	server->alarms_active = 0;
	for (int severity = 0; severity <= SNAP_SEVERITY_WARNING; severity++)
		server->alarms_active += counted->active[severity];
	server->alarms_worst = worst_of(counted->active);
	server->version++;
}

void
alarm_count(struct alarms *alarms, const struct alarm *alarm, int step)
{
	struct alarm_server *server = alarm_server_of(alarms, alarm->key.server);

	alarms->active += (uint32_t)step;
	alarms->version++;
	if (server == NULL)
		return;
	server->active[alarm->severity] += (uint32_t)step;
	show_count(alarms, server);
}

void
alarms_show_counts(struct alarms *alarms)
{
	for (uint32_t i = 0; i < alarms->model->server_count; i++) {
		const struct alarm_server *server =
			alarm_server_of(alarms, alarms->model->servers[i]->index);

		if (server != NULL)
			show_count(alarms, server);
	}
}

enum snap_severity
alarms_worst(const struct alarms *alarms)
{
	uint32_t counts[SNAP_SEVERITY_WARNING + 1] = {0};

	for (uint32_t i = 0; i < alarms->server_count; i++) {
		for (int severity = 0; severity <= SNAP_SEVERITY_WARNING; severity++)
			counts[severity] += alarms->servers[i].active[severity];
	}
	return worst_of(counts);
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

uint64_t
alarms_suppressed(const struct alarms *alarms)
{
	return alarms->suppressed;
}

uint32_t
alarms_version(const struct alarms *alarms)
{
	return alarms->version;
}
