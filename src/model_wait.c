/* SPDX-License-Identifier: BSD-2-Clause */
#include "model_wait.h"

#include <stdlib.h>
#include <string.h>

#include "model_object.h"
#include "saturate.h"

struct model_wait *
model_wait_get(struct model_object *object)
{
	struct model_wait *wait = object->wait;

	if (wait != NULL)
		return wait;
	wait = calloc(1, sizeof *wait);
	if (wait == NULL)
		return NULL;
	wait->held_mono = INT64_MAX;
	object->wait = wait;
	return wait;
}

static void
failures_free(struct wait_failures **failures)
{
	if (*failures == NULL)
		return;
	for (uint32_t i = 0; i < (*failures)->reply_count; i++)
		shared_text_drop((*failures)->replies[i].text);
	free((*failures)->replies);
	free(*failures);
	*failures = NULL;
}

void
model_wait_free(struct model_wait **wait)
{
	if (*wait == NULL)
		return;
	failures_free(&(*wait)->failures);
	free(*wait);
	*wait = NULL;
}

static struct wait_failures *
failures_get(struct model_object *object)
{
	struct model_wait *wait = model_wait_get(object);

	if (wait == NULL || wait->failures != NULL)
		return wait != NULL ? wait->failures : NULL;
	wait->failures = calloc(1, sizeof *wait->failures);
	if (wait->failures != NULL)
		wait->failures->oldest[0] = wait->failures->oldest[1] = INT64_MAX;
	return wait->failures;
}

/* Makes this slot the newest, if it is newer; what it pushes out is forgotten. */
static void
advance(struct wait_failures *failures, int64_t slot)
{
	const bool next = slot == failures->slot + 1;

	if (slot <= failures->slot)
		return;
	failures->oldest[1] = next ? failures->oldest[0] : INT64_MAX;
	failures->oldest[0] = INT64_MAX;
	failures->failed[1] = next ? failures->failed[0] : 0;
	failures->failed[0] = 0;
	for (uint32_t i = 0; i < failures->reply_count; i++) {
		struct wait_reply *reply = &failures->replies[i];

		reply->count[1] = next ? reply->count[0] : 0;
		reply->count[0] = 0;
	}
	failures->slot = slot;
}

static void
note_left(struct model_object *object, const struct acct_record *record)
{
	if (object->wait != NULL && (record->type == ACCT_DELIVERY || record->type == ACCT_BOUNCE))
		object->wait->left = saturate_add32(object->wait->left, 1);
}

void
model_wait_record(const struct model_server *server, struct model_object *object,
		  const struct acct_record *record, const struct model_happening *happening)
{
	const int64_t slot = happening->when / WAIT_SLOT_S;
	struct wait_failures *failures;

	if (object == NULL)
		return;
	note_left(object, record);
	failures = happening->failed ? failures_get(object) : NULL;
	if (failures == NULL)
		return;
	advance(failures, slot);
	if (failures->slot - slot >= 2)
		return;
	if (record->type == ACCT_TRANSIENT && record->time_logged != SNAP_NO_TIME &&
	    record->time_queued != SNAP_NO_TIME &&
	    record->time_queued < failures->oldest[failures->slot - slot])
		failures->oldest[failures->slot - slot] = record->time_queued;
	/* A provider's replies are in the reply table. What comes late counts as newest: the slots
	 * of replies are no finer than what is said of them. */
	if (object->kind != STORE_PROVIDER)
		model_reason_count(failures, server->model->texts, &happening->reply,
				   object->kind == STORE_QUEUE ? WAIT_REPLIES_QUEUE
							       : WAIT_REPLIES_VMTA);
}

bool
model_wait_follows(const struct model_server *server, const struct model_object *queue,
		   struct moment now)
{
	const struct model_list *list = &server->list[DOC_QUEUES];

	return queue->generation != 0 && queue->generation == list->generation - 1 &&
	       model_is_fresh(server, list->previous_mono, server->model->conf->list_interval_ms,
			      now);
}

/* Notes how many of those that were there can still be there. */
static void
hold(const struct model_server *server, struct model_object *queue, uint32_t recipients,
     struct moment now)
{
	struct model_wait *wait = queue->wait;

	if (queue->recipients != SNAP_NONE32 && recipients < queue->recipients)
		wait->fell = saturate_add32(wait->fell, queue->recipients - recipients);
	if (model_wait_follows(server, queue, now) && wait->held_mono != INT64_MAX &&
	    wait->left < wait->held && wait->fell < wait->held)
		return;
	wait->held_mono = now.mono_ms;
	wait->held = recipients;
	wait->left = wait->fell = 0;
}

void
model_wait_seen(const struct model_server *server, struct model_object *queue, uint32_t recipients,
		struct moment now)
{
	model_age_seen(server, queue, recipients, now);
	if (recipients == 0 && queue->wait == NULL)
		return;
	if (model_wait_get(queue) == NULL)
		return;
	if (recipients == SNAP_NONE32)
		queue->wait->held_mono = INT64_MAX;
	else
		hold(server, queue, recipients, now);
	model_drain_seen(server, queue, recipients, now);
}

void
model_wait_trim(const struct model_server *server, struct model_object *object, int64_t asof)
{
	struct model_wait *wait = object->wait;
	const bool listed = object->kind == STORE_QUEUE && object->recipients > 0 &&
			    object->generation == server->list[DOC_QUEUES].generation;

	if (wait == NULL)
		return;
	if (wait->failures != NULL && asof / WAIT_SLOT_S - wait->failures->slot >= 2)
		failures_free(&wait->failures);
	if (wait->failures == NULL && !listed &&
	    (object->kind == STORE_QUEUE || wait->held_mono == INT64_MAX))
		model_wait_free(&object->wait);
}

void
model_wait_sum_begin(struct model_object *group)
{
	group->group->queues_stuck = 0;
	group->empty_mono = INT64_MAX;
	if (group->wait != NULL)
		group->wait->held_mono = INT64_MAX;
}

void
model_wait_sum(const struct model_server *server, struct model_object *group,
	       const struct model_object *queue)
{
	int64_t held;

	if (queue->recipients == 0)
		return;
	/* One of which nothing is known (the least of numbers) leaves all unknown. */
	if (queue->empty_mono < group->empty_mono)
		group->empty_mono = queue->empty_mono;
	held = model_age_held(server, queue);
	if (held != INT64_MAX && model_wait_get(group) != NULL && held < group->wait->held_mono)
		group->wait->held_mono = held;
}
