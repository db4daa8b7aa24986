/* SPDX-License-Identifier: BSD-2-Clause */
#include "event_ring.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* An event and the texts it points to, so that dropping one frees nothing but itself. */
struct kept_event {
	struct snap_event event;
	char agent_name[TEXT_MAX], server_name[TEXT_MAX], object_name[TEXT_MAX];
	char metric[64], text[TEXT_MAX];
};

struct event_ring {
	struct kept_event *kept[EVENT_RING_SIZE];
	uint32_t first, count;
	uint32_t last_sequence;
	uint64_t raised, version;
};

struct event_ring *
event_ring_new(void)
{
	return calloc(1, sizeof(struct event_ring));
}

void
event_ring_free(struct event_ring *ring)
{
	if (ring == NULL)
		return;
	for (uint32_t i = 0; i < EVENT_RING_SIZE; i++)
		free(ring->kept[i]);
	free(ring);
}

/* A text that is absent is an empty one: it is shown, stored and sent without a question. */
static const char *
keep_text(char *out, size_t size, const char *text)
{
	if (text == NULL)
		text = "";
	text_clean(out, size, text, strlen(text));
	return out;
}

static struct kept_event *
keep(const struct snap_event *event)
{
	struct kept_event *kept = malloc(sizeof *kept);

	if (kept == NULL)
		return NULL;
	kept->event = *event;
	kept->event.agent_name =
		keep_text(kept->agent_name, sizeof kept->agent_name, event->agent_name);
	kept->event.server_name =
		keep_text(kept->server_name, sizeof kept->server_name, event->server_name);
	kept->event.object_name =
		keep_text(kept->object_name, sizeof kept->object_name, event->object_name);
	kept->event.metric = keep_text(kept->metric, sizeof kept->metric, event->metric);
	kept->event.text = keep_text(kept->text, sizeof kept->text, event->text);
	return kept;
}

/* The place behind the newest is the oldest's once the ring is full. */
static void
push(struct event_ring *ring, struct kept_event *kept)
{
	const uint32_t slot = (ring->first + ring->count) % EVENT_RING_SIZE;

	if (ring->count == EVENT_RING_SIZE) {
		free(ring->kept[slot]);
		ring->first = (ring->first + 1) % EVENT_RING_SIZE;
	} else {
		ring->count++;
	}
	ring->kept[slot] = kept;
	ring->last_sequence = kept->event.key;
	ring->version++;
}

int
event_ring_restore(struct event_ring *ring, const struct snap_event *event)
{
	struct kept_event *kept = keep(event);

	if (kept == NULL)
		return -1;
	push(ring, kept);
	return 0;
}

const struct snap_event *
event_ring_add(struct event_ring *ring, const struct snap_event *event)
{
	struct kept_event *kept = keep(event);

	if (kept == NULL)
		return NULL;
	kept->event.key = ring->last_sequence + 1;
	ring->raised++;
	push(ring, kept);
	return &kept->event;
}

uint32_t
event_ring_count(const struct event_ring *ring)
{
	return ring->count;
}

const struct snap_event *
event_ring_at(const struct event_ring *ring, uint32_t position)
{
	return &ring->kept[(ring->first + position) % EVENT_RING_SIZE]->event;
}

uint64_t
event_ring_raised(const struct event_ring *ring)
{
	return ring->raised;
}

uint64_t
event_ring_version(const struct event_ring *ring)
{
	return ring->version;
}

uint32_t
event_ring_last(const struct event_ring *ring)
{
	return ring->last_sequence;
}
