/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "norm.h"
#include "publish_rows.h"

/* A part that took n ms to build is not built again for n times this many. */
#define COST_FACTOR 20
/* Below this a part is rebuilt whenever it changed. */
#define CHEAP_MS 2
#define ALARMS_MS 1000

/* The parts of one server as they were last published. */
struct kept_server {
	uint32_t index;
	bool seen;
	struct snap_part *part[SNAP_SERVER_TABLES];
	uint32_t version[SNAP_SERVER_TABLES]; /* of the model, when it was built */
	int64_t due[SNAP_SERVER_TABLES];      /* monotonic: not to be rebuilt before */
	uint32_t omitted[SNAP_SERVER_TABLES];
};

struct publisher {
	struct snap_hub *hub;
	struct kept_server *kept;
	uint32_t count;
	struct snap_part *events, *alarms, *thresholds;
	uint64_t events_version; /* of the ring, when they were copied */
	const struct alarms *shown;
	uint32_t alarms_version; /* of the alarms, when they were copied */
	int64_t alarms_due;	 /* monotonic: not to be copied before, without an event */
	bool goodbye;
	uint64_t published;
	uint32_t configured, epoch; /* as last published */
	uint64_t actions_run, actions_failed;
	bool unpublished; /* something changed, and there was no memory to show it */
};

struct publisher *
publisher_new(struct snap_hub *hub)
{
	struct publisher *publisher = calloc(1, sizeof *publisher);

	if (publisher != NULL)
		publisher->hub = hub;
	return publisher;
}

void
publisher_set_alarms(struct publisher *publisher, const struct alarms *alarms)
{
	publisher->shown = alarms;
}

void
publisher_say_goodbye(struct publisher *publisher)
{
	publisher->goodbye = publisher->unpublished = true;
}

static void
kept_drop(struct kept_server *kept)
{
	for (int table = 0; table < SNAP_SERVER_TABLES; table++)
		snap_part_unref(kept->part[table]);
}

void
publisher_free(struct publisher *publisher)
{
	if (publisher == NULL)
		return;
	for (uint32_t i = 0; i < publisher->count; i++)
		kept_drop(&publisher->kept[i]);
	free(publisher->kept);
	snap_part_unref(publisher->events);
	snap_part_unref(publisher->alarms);
	snap_part_unref(publisher->thresholds);
	free(publisher);
}

static struct kept_server *
kept_of(struct publisher *publisher, uint32_t index)
{
	struct kept_server *grown;

	for (uint32_t i = 0; i < publisher->count; i++) {
		if (publisher->kept[i].index == index)
			return &publisher->kept[i];
	}
	grown = realloc(publisher->kept, (publisher->count + 1) * sizeof *grown);
	if (grown == NULL)
		return NULL;
	publisher->kept = grown;
	grown = &publisher->kept[publisher->count++];
	memset(grown, 0, sizeof *grown);
	grown->index = index;
	return grown;
}

static enum store_kind
kind_of(int table)
{
	static const enum store_kind kinds[SNAP_SERVER_TABLES] = {
		[SNAP_VMTA] = STORE_VMTA,
		[SNAP_QUEUE] = STORE_QUEUE,
		[SNAP_DOMAIN] = STORE_DOMAIN,
		[SNAP_CLASS] = STORE_CLASS,
		[SNAP_JOB] = STORE_JOB,
		[SNAP_VMTA_WINDOW] = STORE_VMTA,
		[SNAP_QUEUE_WINDOW] = STORE_QUEUE,
		[SNAP_CLASS_WINDOW] = STORE_CLASS,
		[SNAP_PROVIDER] = STORE_PROVIDER,
		[SNAP_VMTA_BOUNCE] = STORE_VMTA,
		[SNAP_PROVIDER_BOUNCE] = STORE_PROVIDER,
		[SNAP_PROVIDER_WINDOW] = STORE_PROVIDER,
	};

	return kinds[table];
}

/* The version of what the table shows. */
static uint32_t
version_of(const struct model_server *server, int table)
{
	switch (table) {
	case SNAP_SERVER:
	case SNAP_DELIVERY_TYPE:
		return server->version;
	case SNAP_SOURCE:
		return server->sources_version;
	case SNAP_SERVER_WINDOW:
	case SNAP_VMTA_WINDOW:
	case SNAP_QUEUE_WINDOW:
	case SNAP_CLASS_WINDOW:
	case SNAP_PROVIDER_WINDOW:
		return server->windows_version;
	case SNAP_VMTA_BOUNCE:
	case SNAP_PROVIDER_BOUNCE:
	case SNAP_REPLY:
		return server->windows_version;
	case SNAP_TOP:
		/* Windows, lists, and what goes stale. */
		return server->windows_version + server->list[DOC_QUEUES].generation +
		       server->list[DOC_VMTAS].generation;
	case SNAP_BASELINE:
		return server->windows_version + norm_version(server->norm);
	default:
		return server->set[kind_of(table)].version;
	}
}

static struct snap_part *
build(struct model_server *server, int table, uint32_t *omitted, struct moment now)
{
	*omitted = 0;
	switch (table) {
	case SNAP_SERVER:
		return publish_server(server, now);
	case SNAP_DELIVERY_TYPE:
		return publish_delivery_types(server, now);
	case SNAP_SOURCE:
		return publish_sources(server, now);
	case SNAP_SERVER_WINDOW:
		return publish_server_windows(server, now);
	case SNAP_VMTA_WINDOW:
	case SNAP_PROVIDER_WINDOW:
	case SNAP_QUEUE_WINDOW:
	case SNAP_CLASS_WINDOW:
		return publish_windows(server, kind_of(table), now);
	case SNAP_VMTA_BOUNCE:
	case SNAP_PROVIDER_BOUNCE:
		return publish_bounces(server, kind_of(table));
	case SNAP_REPLY:
		return publish_replies(server, now);
	case SNAP_TOP:
		return publish_top(server, now);
	case SNAP_BASELINE:
		return publish_baselines(server, now);
	default:
		return publish_objects(server, kind_of(table), omitted, now);
	}
}

/* Rebuilds a part. Returns true if it did; *wait_ms shrinks to what is left until it may be. */
static bool
refresh(struct kept_server *kept, struct model_server *server, int table, struct moment now,
	int *wait_ms)
{
	const uint32_t version = version_of(server, table);
	struct snap_part *part;
	uint32_t omitted;
	int64_t began, took;

	if (kept->part[table] != NULL && kept->version[table] == version)
		return false;
	if (kept->part[table] != NULL && now.mono_ms < kept->due[table]) {
		const int64_t left = kept->due[table] - now.mono_ms;

		if (*wait_ms < 0 || left < *wait_ms)
			*wait_ms = (int)left;
		return false;
	}
	began = moment_awake_ms();
	part = build(server, table, &omitted, now);
	if (part == NULL)
		return false;
	took = moment_awake_ms() - began;
	kept->due[table] = took > CHEAP_MS ? now.mono_ms + took * COST_FACTOR : 0;
	snap_part_unref(kept->part[table]);
	kept->part[table] = part;
	kept->version[table] = version;
	kept->omitted[table] = omitted;
	return true;
}

static bool
refresh_server(struct publisher *publisher, struct model_server *server, struct moment now,
	       int *wait_ms)
{
	struct kept_server *kept = kept_of(publisher, server->index);
	bool changed = false;

	if (kept == NULL)
		return false;
	kept->seen = true;
	for (int table = 0; table < SNAP_SERVER_TABLES; table++)
		changed |= refresh(kept, server, table, now, wait_ms);
	return changed;
}

/* Forgets servers that are no longer in the model. */
static bool
sweep(struct publisher *publisher)
{
	uint32_t left = 0;
	bool changed = false;

	for (uint32_t i = 0; i < publisher->count; i++) {
		if (publisher->kept[i].seen) {
			publisher->kept[left] = publisher->kept[i];
			publisher->kept[left++].seen = false;
		} else {
			kept_drop(&publisher->kept[i]);
			changed = true;
		}
	}
	publisher->count = left;
	return changed;
}

static bool
refresh_events(struct publisher *publisher, struct event_ring *ring)
{
	const uint64_t version = event_ring_version(ring);
	const uint32_t count = event_ring_count(ring);
	struct snap_part *part;
	struct snap_event *rows;

	if (publisher->events != NULL && publisher->events_version == version)
		return false;
	part = snap_part_new(count, sizeof *rows, 1);
	if (part == NULL)
		return false;
	rows = (struct snap_event *)(uintptr_t)part->rows;
	for (uint32_t i = 0; i < count; i++) {
		rows[i] = *event_ring_at(ring, i);
		rows[i].agent_name = arena_strdup(part->arena, rows[i].agent_name);
		rows[i].server_name = arena_strdup(part->arena, rows[i].server_name);
		rows[i].object_name = arena_strdup(part->arena, rows[i].object_name);
		rows[i].metric = arena_strdup(part->arena, rows[i].metric);
		rows[i].text = arena_strdup(part->arena, rows[i].text);
	}
	snap_part_unref(publisher->events);
	publisher->events = part;
	publisher->events_version = version;
	return true;
}

/* Values of alarms move all the time: they are shown anew once a second, and with each event. */
static bool
refresh_alarms(struct publisher *publisher, bool event, struct moment now, int *wait_ms)
{
	const uint32_t version = publisher->shown != NULL ? alarms_version(publisher->shown) : 0;
	struct snap_part *alarms, *thresholds;

	if (publisher->alarms != NULL && publisher->alarms_version == version)
		return false;
	if (publisher->alarms != NULL && !event && now.mono_ms < publisher->alarms_due) {
		const int64_t left = publisher->alarms_due - now.mono_ms;

		if (*wait_ms < 0 || left < *wait_ms)
			*wait_ms = (int)left;
		return false;
	}
	alarms = publisher->shown != NULL ? alarms_publish(publisher->shown)
					  : snap_part_new(0, sizeof(struct snap_alarm), 1);
	thresholds = publisher->shown != NULL ? alarms_publish_rules(publisher->shown)
					      : snap_part_new(0, sizeof(struct snap_threshold), 1);
	if (alarms == NULL || thresholds == NULL) {
		snap_part_unref(alarms);
		snap_part_unref(thresholds);
		return false;
	}
	snap_part_unref(publisher->alarms);
	snap_part_unref(publisher->thresholds);
	publisher->alarms = alarms;
	publisher->thresholds = thresholds;
	publisher->alarms_version = version;
	publisher->alarms_due = now.mono_ms + ALARMS_MS;
	return true;
}

static bool
is_up(const struct model_server *server)
{
	return server->state != 0 && server->state != SNAP_STATE_UNREACHABLE &&
	       server->state != SNAP_STATE_STOPPED;
}

/* Puts the kept parts together; costs a reference each. */
static struct snapshot *
assemble(struct publisher *publisher, const struct model *model, struct moment now)
{
	struct snapshot *snap = snapshot_new(model->server_count);
	struct snap_server_parts *servers;

	if (snap == NULL)
		return NULL;
	servers = (struct snap_server_parts *)(uintptr_t)snap->servers;
	for (uint32_t i = 0; i < model->server_count; i++) {
		const struct kept_server *kept = kept_of(publisher, model->servers[i]->index);

		servers[i].index = kept->index;
		for (int table = 0; table < SNAP_SERVER_TABLES; table++) {
			servers[i].part[table] = snap_part_ref(kept->part[table]);
			snap->rows_omitted += kept->omitted[table];
		}
		snap->servers_up += is_up(model->servers[i]);
	}
	snap->events = snap_part_ref(publisher->events);
	snap->alarms = snap_part_ref(publisher->alarms);
	snap->thresholds = snap_part_ref(publisher->thresholds);
	snap->agent_name = arena_strdup(snap->arena, model->conf->agent_name);
	snap->config_time = model->conf->read_at;
	snap->actions_run = publisher->actions_run;
	snap->actions_failed = publisher->actions_failed;
	snap->published_mono = now.mono_ms;
	return snap;
}

/* After a failed allocation a part can be missing: then there is nothing whole to publish. */
static bool
is_whole(struct publisher *publisher, const struct model *model)
{
	for (uint32_t i = 0; i < model->server_count; i++) {
		const struct kept_server *kept = kept_of(publisher, model->servers[i]->index);

		for (int table = 0; table < SNAP_SERVER_TABLES; table++) {
			if (kept == NULL || kept->part[table] == NULL)
				return false;
		}
	}
	return publisher->events != NULL && publisher->alarms != NULL;
}

void
publisher_set_actions(struct publisher *publisher, uint64_t run, uint64_t failed)
{
	publisher->unpublished |=
		publisher->actions_run != run || publisher->actions_failed != failed;
	publisher->actions_run = run;
	publisher->actions_failed = failed;
}

int
publisher_run(struct publisher *publisher, struct model *model, struct event_ring *ring,
	      uint32_t epoch, struct moment now)
{
	bool changed = publisher->configured != model->configured || publisher->epoch != epoch;
	bool event;
	int wait_ms = -1;
	struct snapshot *snap;

	for (uint32_t i = 0; i < model->server_count; i++)
		changed |= refresh_server(publisher, model->servers[i], now, &wait_ms);
	changed |= sweep(publisher);
	event = refresh_events(publisher, ring);
	changed |= event | refresh_alarms(publisher, event, now, &wait_ms);
	publisher->unpublished |= changed;
	if (!publisher->unpublished || !is_whole(publisher, model))
		return wait_ms;
	snap = assemble(publisher, model, now);
	if (snap == NULL)
		return wait_ms;
	publisher->unpublished = false;
	publisher->configured = model->configured;
	publisher->epoch = epoch;
	snap->index_epoch = epoch;
	snap->published = ++publisher->published;
	snap->events_raised = event_ring_raised(ring);
	if (publisher->shown != NULL) {
		snap->alarms_active = alarms_active(publisher->shown);
		snap->alarms_worst = alarms_worst(publisher->shown);
		snap->alarms_suppressed = alarms_suppressed(publisher->shown);
	}
	snap->stopping = publisher->goodbye;
	snap_hub_publish(publisher->hub, snap);
	return wait_ms;
}
