/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "publish_table.h"

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

/* What a snapshot tells that belongs to its events: as they, it is not shown before the rows. */
struct told {
	uint64_t events_raised;
	uint32_t alarms_active;
	enum snap_severity alarms_worst;
	uint64_t alarms_suppressed;
	bool stopping;
};

struct publisher {
	struct snap_hub *hub;
	struct kept_server *kept;
	uint32_t count;
	struct snap_part *events, *alarms, *thresholds;
	uint64_t events_version; /* of the ring, when they were copied */
	struct told told;
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

/* One call of publisher_run(). */
struct run {
	struct publisher *publisher;
	struct model *model;
	uint32_t epoch;
	struct moment now;
	int wait_ms;	  /* until it should be called again */
	bool between;	  /* a table may be shown while only a part of it is new */
	uint32_t unshown; /* rows that are new, and in no snapshot yet */
};

static bool
is_up(const struct model_server *server)
{
	return server->state != 0 && server->state != SNAP_STATE_UNREACHABLE &&
	       server->state != SNAP_STATE_STOPPED;
}

/* Puts the kept parts together; costs a reference each. */
static struct snapshot *
assemble(struct publisher *publisher, const struct model *model)
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
	snap->events_raised = publisher->told.events_raised;
	snap->alarms_active = publisher->told.alarms_active;
	snap->alarms_worst = publisher->told.alarms_worst;
	snap->alarms_suppressed = publisher->told.alarms_suppressed;
	snap->stopping = publisher->told.stopping;
	return snap;
}

/* Returns true if the snapshot is the current one now. */
static bool
publish(struct run *run)
{
	struct publisher *publisher = run->publisher;
	struct snapshot *snap = assemble(publisher, run->model);

	if (snap == NULL)
		return false;
	snap->index_epoch = run->epoch;
	snap->published = ++publisher->published;
	snap->published_mono = run->now.mono_ms;
	snap_hub_publish(publisher->hub, snap);
	return true;
}

static void
wait_at_most(struct run *run, int64_t ms)
{
	if (run->wait_ms < 0 || ms < run->wait_ms)
		run->wait_ms = (int)ms;
}

/* The rows in whose place there are new ones now are let go of by the next snapshot. */
static void
show_between(struct run *run, uint32_t rows)
{
	run->unshown += rows;
	if (!run->between || run->unshown < PUBLISH_RUN_ROWS)
		return;
	publish(run);
	run->unshown = 0;
}

/* Rebuilds a part in its place, and lets go of the old pages as it goes. Without memory it stays as
 * far as it came, and its version that of the old ones. Returns true if there is anything new. */
static bool
renew(struct run *run, struct kept_server *kept, struct model_server *server, int table)
{
	struct publish_renewal renewal;
	struct snap_part *part;
	bool changed = false;

	publish_renewal_begin(&renewal, server, (enum snap_table)table, run->now);
	while (!renewal.done) {
		part = publish_renewal_run(&renewal, kept->part[table]);
		if (part == NULL)
			return changed;
		snap_part_unref(kept->part[table]);
		kept->part[table] = part;
		changed = true;
		show_between(run, renewal.rows);
	}
	kept->version[table] = publish_version(server, (enum snap_table)table);
	kept->omitted[table] = renewal.omitted;
	return true;
}

/* Rebuilds a part if it is to be. Returns true if there is anything new. */
static bool
refresh(struct run *run, struct kept_server *kept, struct model_server *server, int table)
{
	const int64_t left = kept->due[table] - run->now.mono_ms;
	int64_t began, took;
	bool changed;

	if (kept->part[table] != NULL &&
	    kept->version[table] == publish_version(server, (enum snap_table)table))
		return false;
	if (kept->part[table] != NULL && left > 0) {
		wait_at_most(run, left);
		return false;
	}
	began = moment_awake_ms();
	changed = renew(run, kept, server, table);
	took = moment_awake_ms() - began;
	kept->due[table] = took > CHEAP_MS ? run->now.mono_ms + took * COST_FACTOR : 0;
	return changed;
}

static bool
refresh_server(struct run *run, struct model_server *server)
{
	struct kept_server *kept = kept_of(run->publisher, server->index);
	bool changed = false;

	if (kept == NULL)
		return false;
	kept->seen = true;
	for (int table = 0; table < SNAP_SERVER_TABLES; table++)
		changed |= refresh(run, kept, server, table);
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
	struct snap_part *part;

	if (publisher->events != NULL && publisher->events_version == version)
		return false;
	part = publish_events(ring);
	if (part == NULL)
		return false;
	snap_part_unref(publisher->events);
	publisher->events = part;
	publisher->events_version = version;
	publisher->told.events_raised = event_ring_raised(ring);
	return true;
}

static struct snap_part *
no_rows(size_t row_size)
{
	return snap_part_new(snap_page_new(0, row_size), 1);
}

/* Values of alarms move all the time: they are shown anew once a second, and with each event. */
static bool
refresh_alarms(struct run *run, bool event)
{
	struct publisher *publisher = run->publisher;
	const uint32_t version = publisher->shown != NULL ? alarms_version(publisher->shown) : 0;
	const int64_t left = publisher->alarms_due - run->now.mono_ms;
	struct snap_part *alarms, *thresholds;

	if (publisher->alarms != NULL && publisher->alarms_version == version)
		return false;
	if (publisher->alarms != NULL && !event && left > 0) {
		wait_at_most(run, left);
		return false;
	}
	alarms = publisher->shown != NULL ? alarms_publish(publisher->shown)
					  : no_rows(sizeof(struct snap_alarm));
	thresholds = publisher->shown != NULL ? alarms_publish_rules(publisher->shown)
					      : no_rows(sizeof(struct snap_threshold));
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
	publisher->alarms_due = run->now.mono_ms + ALARMS_MS;
	return true;
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

static void
note_alarms(struct publisher *publisher)
{
	if (publisher->shown != NULL) {
		publisher->told.alarms_active = alarms_active(publisher->shown);
		publisher->told.alarms_worst = alarms_worst(publisher->shown);
		publisher->told.alarms_suppressed = alarms_suppressed(publisher->shown);
	}
	publisher->told.stopping = publisher->goodbye;
}

int
publisher_run(struct publisher *publisher, struct model *model, struct event_ring *ring,
	      uint32_t epoch, struct moment now)
{
	bool changed = publisher->configured != model->configured || publisher->epoch != epoch;
	struct run run = {.publisher = publisher,
			  .model = model,
			  .epoch = epoch,
			  .now = now,
			  .wait_ms = -1,
			  .between = !changed && is_whole(publisher, model)};
	bool event;

	for (uint32_t i = 0; i < model->server_count; i++)
		changed |= refresh_server(&run, model->servers[i]);
	changed |= sweep(publisher);
	event = refresh_events(publisher, ring);
	changed |= event | refresh_alarms(&run, event);
	note_alarms(publisher);
	publisher->unpublished |= changed;
	if (publisher->unpublished && is_whole(publisher, model) && publish(&run)) {
		publisher->unpublished = false;
		publisher->configured = model->configured;
		publisher->epoch = epoch;
	}
	return run.wait_ms;
}
