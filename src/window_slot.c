/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "window_private.h"

/* Arrays no longer than this are not worth shrinking. */
#define SMALL 8

uint32_t
window_slot_search(const struct window *window, int64_t tick)
{
	uint32_t low = 0, high = window->count;

	while (low < high) {
		const uint32_t middle = (low + high) / 2;

		if (window->slots[middle].tick < tick)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Adding one by one costs O(1) each, and at most a third of the array is unused. */
static uint16_t
more(uint16_t room)
{
	const uint32_t wanted = room + room / 2u + 1;

	return wanted < UINT16_MAX ? (uint16_t)wanted : UINT16_MAX;
}

/* Makes the window too, if there is none yet: slots and all in one block, since most have few. */
static int
set_room(struct window **window, uint16_t room)
{
	const bool begin = *window == NULL;
	struct window *moved =
		realloc(*window, sizeof **window + room * sizeof(struct window_slot));

	if (moved == NULL)
		return -1;
	if (begin)
		memset(moved, 0, sizeof *moved);
	moved->room = room;
	*window = moved;
	return 0;
}

/* A fine slot of a time before the last merge waits for the next one. */
static struct window_slot *
insert(struct window **window, uint32_t at, uint32_t tick)
{
	struct window_slot *slot;

	if (*window == NULL || (*window)->count == (*window)->room) {
		const uint16_t room = *window == NULL ? 0 : (*window)->room;

		if (room == UINT16_MAX || set_room(window, more(room)) != 0)
			return NULL;
	}
	slot = &(*window)->slots[at];
	memmove(slot + 1, slot, ((*window)->count - at) * sizeof *slot);
	memset(slot, 0, sizeof *slot);
	slot->tick = tick & WINDOW_TICK_MAX;
	(*window)->count++;
	if (tick % WINDOW_MINUTE != 0 && tick < (*window)->merged)
		(*window)->merged = tick;
	return slot;
}

struct window_slot *
window_slot_find(struct window *window, uint32_t tick)
{
	const uint32_t at = window_slot_search(window, tick);

	return at < window->count && window->slots[at].tick == tick ? &window->slots[at] : NULL;
}

struct window_slot *
window_slot_get(struct window **window, uint32_t tick)
{
	struct window_slot *slot = *window == NULL ? NULL : window_slot_find(*window, tick);

	if (slot != NULL)
		return slot;
	return insert(window, *window == NULL ? 0 : window_slot_search(*window, tick), tick);
}

struct latency *
window_slot_latency(const struct window *window, const struct window_slot *slot)
{
	return slot->latency == 0 ? NULL : &window->latencies[slot->latency - 1];
}

/* The new histograms become unused ones, in ascending order. */
static int
add_latencies(struct window *window)
{
	const uint16_t room = more(window->latency_room);
	struct latency *moved;

	if (window->latency_room == UINT16_MAX)
		return -1;
	moved = realloc(window->latencies, room * sizeof *moved);
	if (moved == NULL)
		return -1;
	for (uint16_t i = room; i > window->latency_room; i--) {
		moved[i - 1].longest = window->latency_free;
		window->latency_free = i;
	}
	window->latencies = moved;
	window->latency_room = room;
	return 0;
}

struct latency *
window_slot_timed(struct window *window, struct window_slot *slot)
{
	struct latency *latency;

	if (slot->latency != 0)
		return window_slot_latency(window, slot);
	if (window->latency_free == 0 && add_latencies(window) != 0)
		return NULL;
	slot->latency = window->latency_free;
	latency = window_slot_latency(window, slot);
	window->latency_free = (uint16_t)latency->longest;
	window->latency_count++;
	memset(latency, 0, sizeof *latency);
	return latency;
}

bool
window_slot_empty(const struct window_slot *slot)
{
	if (window_slot_bytes(slot) != 0 || slot->latency != 0)
		return false;
	for (int i = 0; i < WINDOW_COUNTS; i++) {
		if (slot->count[i] != 0)
			return false;
	}
	return true;
}

void
window_slot_soil(struct window *window, struct window_slot *slot)
{
	if (!slot->dirty) {
		slot->dirty = 1;
		window->dirty++;
	}
}

static void
drop_latency(struct window *window, struct window_slot *slot)
{
	struct latency *latency = window_slot_latency(window, slot);

	if (latency == NULL)
		return;
	latency->longest = window->latency_free;
	window->latency_free = slot->latency;
	window->latency_count--;
	slot->latency = 0;
}

static void
unsoil(struct window *window, struct window_slot *slot)
{
	if (slot->dirty) {
		slot->dirty = 0;
		window->dirty--;
	}
}

void
window_slot_clear(struct window *window, struct window_slot *slot)
{
	drop_latency(window, slot);
	memset(slot->count, 0, sizeof slot->count);
	slot->bytes_low = slot->bytes_high = 0;
	unsoil(window, slot);
}

/* Moves the histograms in use into an array that has room for little more. */
static void
shrink_latencies(struct window *window)
{
	const uint16_t room = more(window->latency_count);
	struct latency *moved = malloc(room * sizeof *moved);
	uint16_t used = 0;

	if (moved == NULL)
		return;
	for (uint32_t i = 0; i < window->count; i++) {
		struct window_slot *slot = &window->slots[i];

		if (slot->latency == 0)
			continue;
		moved[used] = *window_slot_latency(window, slot);
		slot->latency = ++used;
	}
	window->latency_free = 0;
	for (uint16_t i = room; i > used; i--) {
		moved[i - 1].longest = window->latency_free;
		window->latency_free = i;
	}
	free(window->latencies);
	window->latencies = moved;
	window->latency_room = room;
}

static void
shrink(struct window **window)
{
	struct window *this = *window;

	if (this->latency_count == 0) {
		free(this->latencies);
		this->latencies = NULL;
		this->latency_room = this->latency_free = 0;
	} else if (this->latency_room > SMALL && this->latency_count < this->latency_room / 4) {
		shrink_latencies(this);
	}
	/* Without memory for less, the room there is serves as well. */
	if (this->room > SMALL && this->count < this->room / 4)
		set_room(window, more(this->count));
}

void
window_sweep(struct window **window, int64_t oldest)
{
	struct window *this = *window;
	uint16_t kept = 0;

	for (uint32_t i = 0; i < this->count; i++) {
		struct window_slot *slot = &this->slots[i];

		if (slot->tick < oldest || window_slot_empty(slot)) {
			drop_latency(this, slot);
			unsoil(this, slot);
		} else {
			this->slots[kept++] = *slot;
		}
	}
	this->count = kept;
	if (kept == 0)
		window_free(window);
	else
		shrink(window);
}

void
window_free(struct window **window)
{
	if (*window == NULL)
		return;
	free((*window)->latencies);
	free(*window);
	*window = NULL;
}
