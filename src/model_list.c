/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "level.h"
#include "model_object.h"
#include "model_wait.h"

/* PowerMTA's local time, read as if it were UTC, as UTC. Absent until a /status has told its zone.
 */
static int64_t
utc_of(const struct model_server *server, int64_t local)
{
	return local == SNAP_NO_TIME || !server->zone_known ? SNAP_NO_TIME : local - server->zone;
}

static void
apply_item(struct model_server *server, struct model_object *object, const struct doc_item *item,
	   struct moment now)
{
	if (object->kind == STORE_QUEUE)
		model_wait_seen(server, object, item->rcp, now);
	object->generation = server->list[model_list_of((enum store_kind)object->kind)].generation;
	object->recipients = item->rcp;
	object->kb = item->kb;
	object->connections = item->conn;
	if (object->group != NULL) {
		object->group->domains = item->dom;
		object->group->share = item->share;
	}
	object->paused = item->paused;
	object->mode = item->mode;
	object->wait_reason = item->paused == 1 ? SNAP_WAIT_PAUSED : item->wait_reason;
	object->reply_code = item->reply_code;
	object->next_retry = utc_of(server, item->retry_time);
	/* A VMTA's row has no errors of its own: they come from its queues. */
	if (object->kind != STORE_VMTA)
		model_object_set_error(server, object, item->error,
				       utc_of(server, item->error_time));
	model_object_touch(server, object, now.wall_ms / 1000);
}

/* Counts a listed queue for its VMTA and server, and lends the VMTA its newest error. */
static void
sum_queue(struct model_server *server, const struct model_object *queue, bool stuck,
	  struct moment now)
{
	struct model_object *vmta = queue->vmta;

	server->queues_stuck += stuck;
	server->queues_backoff += queue->mode == SNAP_MODE_BACKOFF;
	server->queues_paused += queue->paused == 1;
	/* Mail in a queue is mail of its domain and VMTA, whether their own lists are read or not.
	 */
	if (queue->domain != NULL)
		model_object_touch(server, queue->domain, now.wall_ms / 1000);
	if (vmta == NULL)
		return;
	model_object_touch(server, vmta, now.wall_ms / 1000);
	vmta->group->queues_backoff += queue->mode == SNAP_MODE_BACKOFF;
	vmta->group->queues_paused += queue->paused == 1;
	vmta->group->queues_stuck += stuck;
	model_wait_sum(server, vmta, queue);
	if (queue->error != NULL && (vmta->error == NULL || queue->error_time > vmta->error_time))
		model_object_set_error(server, vmta, queue->error, queue->error_time);
}

static void
sum_queues_begin(struct model_server *server)
{
	const struct model_set *vmtas = &server->set[STORE_VMTA];

	server->queues_backoff = server->queues_paused = server->queues_stuck = 0;
	for (uint32_t i = 0; i < vmtas->count; i++) {
		vmtas->order[i]->group->queues_backoff = vmtas->order[i]->group->queues_paused = 0;
		model_wait_sum_begin(vmtas->order[i]);
		model_object_set_error(server, vmtas->order[i], NULL, SNAP_NO_TIME);
	}
	server->set[STORE_VMTA].version++;
}

/* A list asked for with a filter says nothing of what it leaves out. How many and in which order
 * are no filters. */
static bool
is_filtered(const struct model_server *server, enum doc_list_kind kind)
{
	const char *at = server->section->list_query[kind];

	while (at != NULL) {
		if (strncasecmp(at, "max", 3) != 0 && strncasecmp(at, "sort", 4) != 0)
			return true;
		at = strchr(at, '&');
		at += at != NULL;
	}
	return false;
}

/* What is left out of the largest items is not larger than the least of them, nor than what is left
 * of the total. */
static uint32_t
unlisted_most(const struct model_list *state, const struct doc_list *list)
{
	uint32_t rest;

	if (state->total_recipients == SNAP_NONE32)
		return list->least_rcp;
	rest = state->total_recipients > state->listed_recipients
		       ? state->total_recipients - state->listed_recipients
		       : 0;
	return rest < list->least_rcp ? rest : list->least_rcp;
}

static void
apply_totals(struct model_server *server, const struct doc_list *list, struct moment now)
{
	struct model_list *state = &server->list[list->kind];
	const bool filtered = is_filtered(server, list->kind);

	if (state->complete) {
		state->complete_generation = state->generation;
		state->complete_mono = state->good_mono;
	}
	state->previous_mono = state->good_mono;
	/* 0 means "never": a wrap skips it. */
	if (++state->generation == 0)
		state->generation = 1;
	state->complete = list->complete && !filtered;
	state->listed = (uint32_t)list->count;
	state->total = level_of(list->total_items);
	state->listed_recipients = level_of(list->listed_rcp);
	state->total_recipients = level_of(list->total_rcp);
	state->unlisted_most = filtered ? SNAP_NONE32 : unlisted_most(state, list);
	state->good_mono = now.mono_ms;
}

static void
note_items(struct model_server *server, const struct doc_list *list)
{
	struct model_source *source =
		model_source(server, (uint32_t)list->kind + SNAP_SOURCE_QUEUES);

	if (source == NULL)
		return;
	source->records += list->count;
	source->rejected += list->skipped;
	if (list->count + list->skipped > 0)
		server->dirty = true;
}

void
model_apply_list(struct model_server *server, struct doc_list *list, struct moment now)
{
	const enum store_kind kind = model_kind_of(list->kind);
	struct doc_item item;

	apply_totals(server, list, now);
	note_items(server, list);
	if (kind == STORE_QUEUE)
		sum_queues_begin(server);
	if (kind == STORE_QUEUE || kind == STORE_DOMAIN)
		model_provider_sums_begin(server, kind);
	while (doc_list_take(list, &item)) {
		struct model_object *object =
			model_object_get(server, kind, item.name, strlen(item.name), now);
		bool stuck;

		if (object == NULL)
			continue;
		apply_item(server, object, &item, now);
		stuck = kind == STORE_QUEUE && model_stuck(server, object, now) == 1;
		if (kind == STORE_QUEUE)
			sum_queue(server, object, stuck, now);
		if (kind == STORE_QUEUE || kind == STORE_DOMAIN)
			model_provider_sum(server, object, stuck, now);
	}
	if (kind == STORE_VMTA)
		model_fairness_update(server, now);
	server->set[kind].version++;
	server->version++;
}
