/* SPDX-License-Identifier: BSD-2-Clause */
#include "keeper.h"

#include <stdio.h>
#include <string.h>

#include "keeper_norm.h"
#include "keeper_window.h"
#include "norm.h"

/* Numbers of a server by their keys in the store: never rename one. */
static const char *const running_key[RUN_COUNT] = {
	"in.rcp", "in.msg", "in.kb", "out.rcp", "out.msg", "out.kb", "bounces", "complaints",
};

int
keeper_recall(void *store, uint32_t server, enum store_kind kind, const char *name,
	      uint32_t first_index, struct store_object *out, bool *found)
{
	return store_recall(store, server, kind, name, first_index, out, found);
}

static void
recall_bounces(void *store, uint32_t server, enum store_kind kind, uint32_t index,
	       store_bounce_fn fn, void *ctx)
{
	store_load_bounces(store, server, kind, index, fn, ctx);
}

static int64_t
get(struct store *store, const struct model_server *server, const char *group, const char *key,
    int64_t fallback)
{
	char name[64];

	snprintf(name, sizeof name, "%s.%s", group, key);
	return store_get_number(store, server->index, name, fallback);
}

static void
put(struct store *store, const struct model_server *server, const char *group, const char *key,
    uint64_t value)
{
	char name[64];

	snprintf(name, sizeof name, "%s.%s", group, key);
	store_put_number(store, server->index, name, (int64_t)value);
}

static void
load_split(struct store *store, const struct model_server *server, struct snap_bounce_split *out)
{
	out->hard = (uint64_t)get(store, server, "bounced", "hard", 0);
	out->soft = (uint64_t)get(store, server, "bounced", "soft", 0);
	out->deleted = (uint64_t)get(store, server, "bounced", "deleted", 0);
	out->suppressed = (uint64_t)get(store, server, "bounced", "suppressed", 0);
}

static void
save_split(struct store *store, const struct model_server *server)
{
	put(store, server, "bounced", "hard", server->bounce_split.hard);
	put(store, server, "bounced", "soft", server->bounce_split.soft);
	put(store, server, "bounced", "deleted", server->bounce_split.deleted);
	put(store, server, "bounced", "suppressed", server->bounce_split.suppressed);
}

static void
load_counters(struct store *store, struct model_server *server)
{
	for (int i = 0; i < RUN_COUNT; i++) {
		struct model_running *running = &server->running[i];
		const int64_t raw = get(store, server, "raw", running_key[i], -1);

		running->known = raw >= 0;
		running->raw = running->known ? (uint64_t)raw : 0;
		running->total = (uint64_t)get(store, server, "total", running_key[i], 0);
	}
	for (int type = SNAP_DELIVERY_SMTP; type <= SNAP_DELIVERY_OTHER; type++) {
		char key[16];

		snprintf(key, sizeof key, "%d", type);
		server->delivered_by_type[type] = (uint64_t)get(store, server, "delivered", key, 0);
	}
	load_split(store, server, &server->bounce_split);
	server->restarts = (uint32_t)get(store, server, "server", "restarts", 0);
	server->counter_resets = (uint32_t)get(store, server, "server", "resets", 0);
	server->start_time = get(store, server, "server", "start", SNAP_NO_TIME);
	server->records_missed = get(store, server, "server", "missed", SNAP_NO_TIME);
	store_get_text(store, server->index, "start", server->start_text,
		       sizeof server->start_text);
}

static void
save_counters(struct store *store, const struct model_server *server)
{
	for (int i = 0; i < RUN_COUNT; i++) {
		if (!server->running[i].known)
			continue;
		put(store, server, "raw", running_key[i], server->running[i].raw);
		put(store, server, "total", running_key[i], server->running[i].total);
	}
	for (int type = SNAP_DELIVERY_SMTP; type <= SNAP_DELIVERY_OTHER; type++) {
		char key[16];

		snprintf(key, sizeof key, "%d", type);
		if (server->delivered_by_type[type] > 0)
			put(store, server, "delivered", key, server->delivered_by_type[type]);
	}
	save_split(store, server);
	put(store, server, "server", "restarts", server->restarts);
	put(store, server, "server", "resets", server->counter_resets);
	put(store, server, "server", "start", (uint64_t)server->start_time);
	put(store, server, "server", "missed", (uint64_t)server->records_missed);
	store_put_text(store, server->index, "start", server->start_text);
}

/* What a source counted before, so that its totals go on. It may come back by a reload, so each one
 * is asked for by itself. */
static void
load_source(struct store *store, const struct model_server *server, struct model_source *source)
{
	char group[32];

	snprintf(group, sizeof group, "source.%u", source->index);
	source->records = (uint64_t)get(store, server, group, "records", 0);
	source->rejected = (uint64_t)get(store, server, group, "rejected", 0);
	source->gaps = (uint64_t)get(store, server, group, "gaps", 0);
	source->types = (unsigned)get(store, server, group, "types", 0);
	source->loaded = true;
}

static void
save_source(struct store *store, const struct model_server *server,
	    const struct model_source *source)
{
	const struct store_object registered = {.index = source->index - MODEL_SOURCE_FIRST + 1,
						.last_delivery = SNAP_NO_TIME};
	char group[32];

	snprintf(group, sizeof group, "source.%u", source->index);
	put(store, server, group, "records", source->records);
	put(store, server, group, "rejected", source->rejected);
	put(store, server, group, "gaps", source->gaps);
	put(store, server, group, "types", source->types);
	/* Its position hangs on this index: the two must not part when a commit fails. */
	if (source->kind == SNAP_SOURCE_ACCOUNTING)
		store_save(store, server->index, STORE_SOURCE, source->name, &registered);
}

static void
restore(void *ctx, enum store_kind kind, const char *name, const struct store_object *object)
{
	if (kind != STORE_SOURCE && name != NULL)
		model_restore(ctx, kind, name, object);
}

static void
load_server(struct store *store, struct model_server *server, struct moment now)
{
	const int64_t since = now.wall_ms / 1000 - (int64_t)server->model->conf->row_retention_s;

	if (!server->loaded) {
		load_counters(store, server);
		store_load(store, server->index, since, restore, server);
		keeper_load_windows(store, server, now);
		keeper_load_norm(store, server, now);
		store_load_replies(store, server->index, &server->replies);
		server->loaded = true;
	}
	for (uint32_t i = 0; i < server->source_count; i++) {
		if (!server->sources[i].loaded)
			load_source(store, server, &server->sources[i]);
	}
}

void
keeper_load_model(struct keeper *keeper, struct moment now)
{
	keeper->model->recall_bounces = recall_bounces;
	for (uint32_t i = 0; i < keeper->model->server_count; i++)
		load_server(keeper->store, keeper->model->servers[i], now);
}

struct restoring {
	struct alarms *alarms;
	struct moment now;
};

static void
restore_alarm(void *ctx, const struct store_alarm *alarm)
{
	const struct restoring *restoring = ctx;

	alarms_restore(restoring->alarms, alarm, restoring->now);
}

static void
restore_rule(void *ctx, const struct store_rule *rule)
{
	alarms_restore_rule(ctx, rule);
}

static void
restore_event(void *ctx, const struct snap_event *event)
{
	event_ring_restore(ctx, event);
}

uint32_t
keeper_last_alarm(struct store *store)
{
	return (uint32_t)store_get_number(store, 0, "alarm", 0);
}

uint32_t
keeper_load_alarms(struct keeper *keeper, struct moment now)
{
	struct restoring restoring = {keeper->alarms, now};

	store_load_events(keeper->store, restore_event, keeper->ring);
	store_load_rules(keeper->store, restore_rule, keeper->alarms);
	store_load_alarms(keeper->store, restore_alarm, &restoring);
	keeper->saved_event = event_ring_last(keeper->ring);
	keeper->saved_sent = (uint32_t)store_get_number(keeper->store, 0, "sent", 0);
	return keeper->saved_sent;
}

static void
save_bounces(struct store *store, uint32_t server, const struct model_object *object)
{
	const struct model_group *group = model_group(object);

	for (uint32_t i = 0; group != NULL && i < group->bounce_count; i++) {
		if (group->bounces[i].dirty)
			store_save_bounce(store, server, (enum store_kind)object->kind,
					  object->index, &group->bounces[i].counts);
	}
}

static void
save_objects(struct store *store, const struct model_server *server, enum store_kind kind)
{
	const struct model_set *set = &server->set[kind];
	char name[TEXT_MAX];

	for (uint32_t i = 0; set->dirty && i < set->count; i++) {
		const struct model_object *object = set->order[i];
		const struct model_counts *counts = model_counts(object);
		const struct store_object saved = {
			.index = object->index,
			.totals = counts->totals,
			.throttled = counts->throttled,
			.last_delivery = counts->last_delivery,
			.discontinuity = model_wall_seconds(object->discontinuity),
			.last_active = model_wall_seconds(object->last_active),
		};

		if (!object->dirty)
			continue;
		store_save(store, server->index, kind, model_name(object, name), &saved);
		save_bounces(store, server->index, object);
	}
}

static void
save_replies(struct store *store, const struct model_server *server)
{
	for (uint32_t i = 0; i < server->replies.count; i++) {
		if (server->replies.rows[i].dirty)
			store_save_reply(store, server->index, i, &server->replies.rows[i]);
	}
}

static void
save_server(struct store *store, const struct model_server *server)
{
	const struct store_object saved = {
		.index = server->index,
		.totals = server->totals,
		.last_delivery = SNAP_NO_TIME,
		.discontinuity = server->discontinuity,
	};

	if (server->dirty) {
		store_save(store, 0, STORE_SERVER, server->name, &saved);
		save_counters(store, server);
		for (uint32_t i = 0; i < server->source_count; i++)
			save_source(store, server, &server->sources[i]);
		save_replies(store, server);
	}
	for (int kind = STORE_VMTA; kind < STORE_KINDS; kind++)
		save_objects(store, server, (enum store_kind)kind);
	keeper_save_windows(store, server);
	keeper_save_norm(store, server);
}

static void
save_alarm(void *ctx, const struct store_alarm *alarm)
{
	store_save_alarm(ctx, alarm);
}

static void
delete_alarm(void *ctx, uint32_t id)
{
	store_delete_alarm(ctx, id);
}

static void
save_rule(void *ctx, const struct store_rule *rule)
{
	store_save_rule(ctx, rule);
}

static void
save_alarms(const struct keeper *keeper)
{
	const struct alarm_saver saver = {save_alarm, delete_alarm, save_rule, keeper->store};
	const uint32_t events = event_ring_count(keeper->ring);

	for (uint32_t i = 0; i < events; i++) {
		const struct snap_event *event = event_ring_at(keeper->ring, i);

		if (event->key > keeper->saved_event)
			store_save_event(keeper->store, event, EVENT_RING_SIZE);
	}
	if (!alarms_changed(keeper->alarms))
		return;
	alarms_each_unsaved(keeper->alarms, &saver);
	store_put_number(keeper->store, 0, "alarm", alarms_last_id(keeper->alarms));
}

static void
mark_object(struct model_object *object, bool dirty)
{
	struct model_group *group = model_group(object);

	object->dirty = dirty;
	for (uint32_t i = 0; group != NULL && i < group->bounce_count; i++)
		group->bounces[i].dirty = dirty;
}

static void
mark_all(struct model *model, bool dirty)
{
	for (uint32_t i = 0; i < model->server_count; i++) {
		struct model_server *server = model->servers[i];

		keeper_mark_windows(server, !dirty);
		norm_mark(server->norm, !dirty);
		for (uint32_t r = 0; (dirty || server->dirty) && r < server->replies.count; r++)
			server->replies.rows[r].dirty = dirty;
		server->dirty = dirty;
		for (int kind = STORE_VMTA; kind < STORE_KINDS; kind++) {
			struct model_set *set = &server->set[kind];

			for (uint32_t o = 0; (dirty || set->dirty) && o < set->count; o++)
				mark_object(set->order[o], dirty);
			set->dirty = dirty;
		}
	}
}

/* The store was begun anew: it has nothing of what it had. */
static void
forget_saved(struct keeper *keeper)
{
	mark_all(keeper->model, true);
	alarms_forget_saved(keeper->alarms);
	keeper->saved_event = 0;
	keeper->saved_sent = 0;
	if (keeper->follower != NULL)
		follower_forget_saved(keeper->follower);
}

void
keeper_trim(struct keeper *keeper, struct moment now)
{
	for (uint32_t i = 0; i < keeper->model->server_count; i++)
		keeper_trim_windows(keeper->store, keeper->model->servers[i], now);
}

static const char *
action_key(const char *name, char key[TEXT_MAX + 16])
{
	snprintf(key, TEXT_MAX + 16, "action.%s", name);
	return key;
}

int64_t
keeper_action_position(void *store, const char *name)
{
	char key[TEXT_MAX + 16];

	return store_get_number(store, 0, action_key(name, key), -1);
}

static void
save_action(void *ctx, const char *name, uint32_t sequence)
{
	char key[TEXT_MAX + 16];

	if (keeper_action_position(ctx, name) != sequence)
		store_put_number(ctx, 0, action_key(name, key), sequence);
}

static int
save_once(struct keeper *keeper, uint32_t sent)
{
	for (uint32_t i = 0; i < keeper->model->server_count; i++)
		save_server(keeper->store, keeper->model->servers[i]);
	if (keeper->follower != NULL)
		follower_save(keeper->follower);
	save_alarms(keeper);
	if (keeper->actions != NULL)
		actions_each(keeper->actions, save_action, keeper->store);
	if (sent != keeper->saved_sent)
		store_put_number(keeper->store, 0, "sent", sent);
	return store_commit(keeper->store);
}

int
keeper_save(struct keeper *keeper, uint32_t sent)
{
	int result = save_once(keeper, sent);

	if (store_was_renewed(keeper->store)) {
		forget_saved(keeper);
		result = save_once(keeper, sent);
	}
	if (result != 0)
		return -1;
	mark_all(keeper->model, false);
	alarms_set_saved(keeper->alarms);
	keeper->saved_event = event_ring_last(keeper->ring);
	keeper->saved_sent = sent;
	if (keeper->follower != NULL)
		follower_saved(keeper->follower);
	return 0;
}
