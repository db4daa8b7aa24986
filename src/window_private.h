/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window_private.h - the slots of a window, for its own files only (see window.h).
 *
 * Slots lie in one array in the order of their times, only those in which something happened. A
 * time is counted in ticks of ten seconds; a minute is filed under its first tick. There may be
 * hundreds of thousands of windows: histograms, larger than the rest of a slot, lie in an array of
 * their own, for those slots only that saw a delivery.
 */
#ifndef PMTA_WINDOW_PRIVATE_H
#define PMTA_WINDOW_PRIVATE_H

#include "window.h"

#define WINDOW_TICK 10	   /* seconds */
#define WINDOW_MINUTE 6	   /* ticks */
#define WINDOW_FINE_MAX 60 /* ticks of the longest window made of fine slots */
#define WINDOW_TICK_MAX ((1u << 30) - 1)
#define WINDOW_BYTES_MAX (((uint64_t)1 << 48) - 1)

struct window_slot {
	uint32_t tick : 30;
	uint32_t dirty : 1;  /* differs from its row in the store */
	uint32_t stored : 1; /* has a row: if the slot becomes empty, that must be deleted */
	uint32_t count[WINDOW_COUNTS];
	uint64_t bytes : 48;
	uint64_t latency : 16; /* position in window.latencies, from 1; 0 none */
};

_Static_assert(sizeof(struct window_slot) == 40, "a slot has no padding");

struct window {
	struct latency *latencies;
	uint32_t merged; /* no slot before this tick waits to be merged into its minute */
	uint16_t count;	 /* never 0: what has no slot is freed */
	uint16_t room, dirty;
	uint16_t latency_count, latency_room;
	uint16_t latency_free; /* first unused histogram, 0 none; the next is in its .longest */
	struct window_slot slots[];
};

/* What a slot holds, apart from where. */
struct window_content {
	uint32_t count[WINDOW_COUNTS];
	uint64_t bytes;
	struct latency latency; /* only if timed */
	bool timed;
};

/* Position of the first slot at or after this tick; count if there is none. O(log n). */
uint32_t window_slot_search(const struct window *window, int64_t tick);

/* The slot of this tick, or NULL. O(log n). */
struct window_slot *window_slot_find(struct window *window, uint32_t tick);

/* The same, made if need be, clean and empty; NULL without memory. */
struct window_slot *window_slot_get(struct window **window, uint32_t tick);

/* The histogram of a slot, or NULL if it has none. */
struct latency *window_slot_latency(const struct window *window, const struct window_slot *slot);

/* The same, made if need be; NULL without memory. */
struct latency *window_slot_timed(struct window *window, struct window_slot *slot);

/* True if nothing is counted in the slot. */
bool window_slot_empty(const struct window_slot *slot);

/* Notes that the slot differs from its row. */
void window_slot_soil(struct window *window, struct window_slot *slot);

/* Empties a slot; what has a row stays, dirty, until the row is deleted. */
void window_slot_clear(struct window *window, struct window_slot *slot);

/* Takes out slots before this tick, and empty ones without a row; gives back memory that is far
 * too much for the rest, all of it if nothing is left. */
void window_sweep(struct window **window, int64_t oldest);

/* Writes a slot as a row of the store. Returns its length, 0 for an empty slot. */
size_t window_pack(const struct window *window, const struct window_slot *slot,
		   uint8_t out[WINDOW_PACKED_MAX]);

/* Reads such a row. Returns 0, or -1 if it is none, or empty. */
int window_unpack(const uint8_t *bytes, size_t len, struct window_content *out);

#endif
