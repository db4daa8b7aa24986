/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why mail of a queue or VMTA fails: its most frequent replies of the last hour, by their codes. A
 * queue needs no whole table of replies: a few are told apart, and a new one takes the place of the
 * least frequent. So a count may be too low where there are many, but never too high.
 */
#include <stdlib.h>
#include <string.h>

#include "model_object.h"
#include "model_wait.h"
#include "saturate.h"

static uint64_t
count_of(const struct wait_reply *reply)
{
	return (uint64_t)reply->count[0] + reply->count[1];
}

static struct wait_reply *
find(const struct wait_failures *failures, uint16_t code, uint32_t enhanced)
{
	for (uint32_t i = 0; i < failures->reply_count; i++) {
		if (failures->replies[i].code == code && failures->replies[i].enhanced == enhanced)
			return &failures->replies[i];
	}
	return NULL;
}

static struct wait_reply *
least_of(const struct wait_failures *failures)
{
	struct wait_reply *least = failures->replies;

	for (uint32_t i = 1; i < failures->reply_count; i++) {
		if (count_of(&failures->replies[i]) < count_of(least))
			least = &failures->replies[i];
	}
	return least;
}

/* One that is not counted any more, a new one while there may be more, or the least frequent. */
static struct wait_reply *
place_for(struct wait_failures *failures, uint32_t most)
{
	struct wait_reply *least = least_of(failures), *grown;

	if (failures->reply_count > 0 && (failures->reply_count >= most || count_of(least) == 0))
		return least;
	grown = realloc(failures->replies, (failures->reply_count + 1) * sizeof *grown);
	if (grown == NULL)
		return least;
	failures->replies = grown;
	grown[failures->reply_count] = (struct wait_reply){0};
	return &grown[failures->reply_count++];
}

static char *
words_of(const struct reply *reply)
{
	char text[REPLY_TEXT_MAX + 1];

	return reply_normalise(reply, text, sizeof text) > 0 ? strdup(text) : NULL;
}

void
model_reason_count(struct wait_failures *failures, const struct reply *reply, uint32_t most)
{
	const uint32_t enhanced = reply_enhanced_number(reply->enhanced);
	struct wait_reply *place;

	if (reply->code == 0 && enhanced == 0 && reply->text.len == 0)
		return;
	failures->failed[0] = saturate_add32(failures->failed[0], 1);
	place = find(failures, reply->code, enhanced);
	if (place == NULL) {
		place = place_for(failures, most);
		if (place == NULL)
			return;
		free(place->text);
		*place = (struct wait_reply){
			.text = words_of(reply), .code = reply->code, .enhanced = enhanced};
	} else if (count_of(place) == 0) {
		free(place->text);
		place->text = words_of(reply);
	}
	place->count[0] = saturate_add32(place->count[0], 1);
}

static bool
is_of_class(const struct wait_reply *reply, unsigned class)
{
	return class == 0 ||
	       (reply->code != 0 ? reply->code / 100u : reply->enhanced / 1000000) == class;
}

const struct wait_reply *
model_reason_leading(const struct model_object *object, unsigned class, int64_t asof,
		     uint64_t *count, uint64_t *all)
{
	const struct wait_failures *failures = object->wait != NULL ? object->wait->failures : NULL;
	const struct wait_reply *leading = NULL;
	const int64_t behind = failures != NULL ? asof / WAIT_SLOT_S - failures->slot : 2;

	*count = *all = 0;
	for (int slot = 0; slot < 2 && slot + behind < 2; slot++)
		*all += failures->failed[slot];
	for (uint32_t i = 0; *all > 0 && i < failures->reply_count; i++) {
		const struct wait_reply *reply = &failures->replies[i];
		const uint64_t recent = behind < 1 ? count_of(reply) : reply->count[0];

		if (recent > *count && is_of_class(reply, class)) {
			*count = recent;
			leading = reply;
		}
	}
	return leading;
}
