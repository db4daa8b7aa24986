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
find(const struct model_wait *wait, uint16_t code, uint32_t enhanced)
{
	for (int i = 0; i < wait->reply_count; i++) {
		if (wait->replies[i].code == code && wait->replies[i].enhanced == enhanced)
			return &wait->replies[i];
	}
	return NULL;
}

static struct wait_reply *
least_of(const struct model_wait *wait)
{
	struct wait_reply *least = wait->replies;

	for (int i = 1; i < wait->reply_count; i++) {
		if (count_of(&wait->replies[i]) < count_of(least))
			least = &wait->replies[i];
	}
	return least;
}

/* One that is not counted any more, a new one while there may be more, or the least frequent. */
static struct wait_reply *
place_for(struct model_wait *wait, int most)
{
	struct wait_reply *least = least_of(wait), *grown;

	if (wait->reply_count > 0 && (wait->reply_count >= most || count_of(least) == 0))
		return least;
	grown = realloc(wait->replies, (wait->reply_count + 1u) * sizeof *grown);
	if (grown == NULL)
		return least;
	wait->replies = grown;
	grown[wait->reply_count] = (struct wait_reply){0};
	return &grown[wait->reply_count++];
}

static char *
words_of(const struct reply *reply)
{
	char text[REPLY_TEXT_MAX + 1];

	return reply_normalise(reply, text, sizeof text) > 0 ? strdup(text) : NULL;
}

void
model_reason_count(struct model_object *object, const struct reply *reply)
{
	const uint32_t enhanced = reply_enhanced_number(reply->enhanced);
	struct model_wait *wait = object->wait;
	struct wait_reply *place;

	if (reply->code == 0 && enhanced == 0 && reply->text.len == 0)
		return;
	wait->failed[0] = saturate_add32(wait->failed[0], 1);
	place = find(wait, reply->code, enhanced);
	if (place == NULL) {
		place = place_for(wait, object->kind == STORE_QUEUE ? WAIT_REPLIES_QUEUE
								    : WAIT_REPLIES_VMTA);
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

const struct wait_reply *
model_reason_leading(const struct model_object *object, int64_t asof, uint64_t *count,
		     uint64_t *all)
{
	const struct model_wait *wait = object->wait;
	const struct wait_reply *leading = NULL;
	const int64_t behind = wait != NULL ? asof / WAIT_SLOT_S - wait->slot : 2;

	*count = *all = 0;
	for (int slot = 0; slot < 2 && slot + behind < 2; slot++)
		*all += wait->failed[slot];
	for (int i = 0; *all > 0 && i < wait->reply_count; i++) {
		const struct wait_reply *reply = &wait->replies[i];
		const uint64_t recent = behind < 1 ? count_of(reply) : reply->count[0];

		if (recent > *count) {
			*count = recent;
			leading = reply;
		}
	}
	return leading;
}
