/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long mail has been waiting. PowerMTA does not tell; two things can be known. What failed in
 * the last hour was queued at a time that its t row names: the oldest of these is an estimate,
 * since what is not tried writes no row, and what left since has. And no mail is older than the
 * last moment at which its queue was seen empty.
 */
#include <math.h>

#include "model_object.h"

/* The last hour is the slot that a row is in, and the one before. */
#define SLOT_S 1800

void
model_age_note(struct model_object *object, const struct acct_record *record)
{
	struct model_ages *ages;
	int64_t slot;

	if (object == NULL || record->type != ACCT_TRANSIENT ||
	    record->time_logged == SNAP_NO_TIME || record->time_queued == SNAP_NO_TIME)
		return;
	ages = &object->ages;
	slot = record->time_logged / SLOT_S;
	if (slot > ages->slot) {
		ages->oldest[1] = slot == ages->slot + 1 ? ages->oldest[0] : INT64_MAX;
		ages->oldest[0] = INT64_MAX;
		ages->slot = slot;
	}
	if (ages->slot - slot < 2 && record->time_queued < ages->oldest[ages->slot - slot])
		ages->oldest[ages->slot - slot] = record->time_queued;
}

void
model_age_seen(const struct model_server *server, struct model_object *queue, doc_number recipients,
	       struct moment now)
{
	const struct model_list *list = &server->list[DOC_QUEUES];

	if (recipients == 0)
		queue->ages.empty_mono = now.mono_ms;
	else if (list->complete_generation != 0 && queue->generation < list->complete_generation)
		/* The last list that showed everything did not show it. */
		queue->ages.empty_mono = list->complete_mono;
}

/* Seconds since the oldest mail that failed in the last hour was queued. */
static uint32_t
estimate(const struct model_ages *ages, int64_t asof)
{
	const int64_t behind = asof / SLOT_S - ages->slot;
	int64_t oldest = INT64_MAX;

	for (int i = 0; i < 2 && i + behind < 2; i++) {
		if (ages->oldest[i] < oldest)
			oldest = ages->oldest[i];
	}
	if (oldest == INT64_MAX)
		return SNAP_NONE32;
	return model_level_of(asof > oldest ? (doc_number)(asof - oldest) : 0);
}

struct snap_ages
model_ages(const struct model_server *server, const struct model_object *object, struct moment now)
{
	const struct model_list *list = &server->list[DOC_QUEUES];
	struct snap_ages ages = {SNAP_NONE32, SNAP_NONE32};

	if (!model_list_fresh(server, DOC_QUEUES, now) || object->ages.empty_mono == INT64_MAX)
		return ages;
	if (list->complete && object->ages.empty_mono != SNAP_NO_TIME)
		ages.bound =
			model_level_of((doc_number)(now.mono_ms - object->ages.empty_mono) / 1000);
	ages.estimate = estimate(&object->ages, model_window_time(server, now));
	if (ages.estimate != SNAP_NONE32 && ages.estimate > ages.bound)
		ages.estimate = ages.bound;
	return ages;
}
