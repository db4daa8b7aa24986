/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long mail has been waiting. PowerMTA does not tell; three things can be known. What failed in
 * the last hour was queued at a time that its t row names: the oldest of these is an estimate,
 * since what is not tried writes no row, and what left since has. Where fewer recipients left a
 * queue than were in it, some that were in it still are. And no mail is older than the last moment
 * at which its queue was seen empty.
 */

#include "level.h"
#include "model_object.h"
#include "model_wait.h"

/* Before a queue has been watched for so long, what it holds tells nothing of its age. */
#define HELD_LEAST_S 600

void
model_age_seen(const struct model_server *server, struct model_object *queue, uint32_t recipients,
	       struct moment now)
{
	const struct model_list *list = &server->list[DOC_QUEUES];

	if (recipients == 0)
		queue->empty_mono = now.mono_ms;
	else if (list->complete_generation != 0 && queue->generation < list->complete_generation)
		/* The last list that showed everything did not show it. */
		queue->empty_mono = list->complete_mono;
}

/* True if deliveries are read at all: else none says nothing. */
static bool
reads_deliveries(const struct model_server *server)
{
	for (uint32_t i = 0; i < server->source_count; i++) {
		if ((server->sources[i].types & 1u << ACCT_DELIVERY) != 0)
			return true;
	}
	return false;
}

int64_t
model_age_held(const struct model_server *server, const struct model_object *queue)
{
	const struct model_wait *wait = queue->wait;

	if (wait == NULL || wait->left >= wait->held || wait->fell >= wait->held ||
	    !reads_deliveries(server))
		return INT64_MAX;
	return wait->held_mono;
}

/* Seconds since the oldest mail that failed in the last hour was queued. */
static uint32_t
failed_age(const struct model_wait *wait, int64_t asof)
{
	const struct wait_failures *failures = wait != NULL ? wait->failures : NULL;
	const int64_t behind = failures != NULL ? asof / WAIT_SLOT_S - failures->slot : 2;
	int64_t oldest = INT64_MAX;

	for (int i = 0; i < 2 && i + behind < 2; i++) {
		if (failures->oldest[i] < oldest)
			oldest = failures->oldest[i];
	}
	if (oldest == INT64_MAX)
		return SNAP_NONE32;
	return level_of(asof > oldest ? (doc_number)(asof - oldest) : 0);
}

static uint32_t
estimate(const struct model_server *server, const struct model_object *object, struct moment now)
{
	const uint32_t failed = object->wait != NULL
					? failed_age(object->wait, model_window_time(server, now))
					: SNAP_NONE32;
	int64_t held = INT64_MAX, seconds;

	if (object->kind == STORE_QUEUE)
		held = model_age_held(server, object);
	else if (object->wait != NULL)
		held = object->wait->held_mono;
	seconds = held != INT64_MAX ? (now.mono_ms - held) / 1000 : 0;
	if (seconds < HELD_LEAST_S || (failed != SNAP_NONE32 && seconds < failed))
		return failed;
	return level_of((doc_number)seconds);
}

/* True if mail waits, by a list that can still be believed. */
static bool
is_waiting(const struct model_server *server, const struct model_object *object, struct moment now)
{
	if (object->kind == STORE_QUEUE)
		return model_listed(server, object, now) && object->recipients > 0;
	return model_list_fresh(server, DOC_QUEUES, now) && object->empty_mono != INT64_MAX;
}

struct snap_ages
model_ages(const struct model_server *server, const struct model_object *object, struct moment now)
{
	struct snap_ages ages = {SNAP_NONE32, SNAP_NONE32};

	if (!is_waiting(server, object, now))
		return ages;
	if (server->list[DOC_QUEUES].complete && object->empty_mono != SNAP_NO_TIME)
		ages.bound = level_of((doc_number)(now.mono_ms - object->empty_mono) / 1000);
	ages.estimate = estimate(server, object, now);
	if (ages.estimate != SNAP_NONE32 && ages.estimate > ages.bound)
		ages.estimate = ages.bound;
	return ages;
}
