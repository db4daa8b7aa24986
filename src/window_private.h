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
#define WINDOW_ROW_SLOTS 120 /* of the longest row */
/* A slot in a row is never longer: how far from the one before, what it has, and that. */
#define WINDOW_PACKED_MAX (5 + 2 + WINDOW_COUNTS * 5 + 7 + 10 + 5 + 2 + LATENCY_BINS * 5)
#define WINDOW_ROW_MAX (1 + WINDOW_ROW_SLOTS * WINDOW_PACKED_MAX)

struct window_slot {
	uint32_t tick : 31;
	uint32_t dirty : 1; /* its row in the store has not what it has */
	uint32_t count[WINDOW_COUNTS];
	uint32_t bytes_low; /* together 48 bits: see window_slot_bytes() */
	uint16_t bytes_high;
	uint16_t latency; /* position in window.latencies, from 1; 0 none */
};

_Static_assert(sizeof(struct window_slot) == 44, "a slot has no padding");

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

/* The bytes delivered in a slot. */
static inline uint64_t
window_slot_bytes(const struct window_slot *slot)
{
	return (uint64_t)slot->bytes_high << 32 | slot->bytes_low;
}

/* Notes that the slot differs from its row. */
void window_slot_soil(struct window *window, struct window_slot *slot);

/* Empties a slot: the next sweep takes it out. */
void window_slot_clear(struct window *window, struct window_slot *slot);

/* Takes out slots before this tick, and empty ones; gives back memory that is far too much for the
 * rest, all of it if nothing is left. */
void window_sweep(struct window **window, int64_t oldest);

/* Writes the slots from position first up to, not including, end as the row of the store that
 * begins at this tick. Returns its length. */
size_t window_pack(const struct window *window, uint32_t first, uint32_t end, uint32_t begin,
		   uint8_t out[WINDOW_ROW_MAX]);

/* A row being read. */
struct window_reading {
	const uint8_t *at, *end;
	int64_t next;	/* the tick that the next slot is counted from */
	unsigned slots; /* read so far */
	bool old;	/* of the version that had one slot in a row */
	bool bad;	/* something is amiss: all further numbers are 0 */
};

/* Begins to read the row that begins at this tick. */
void window_read(struct window_reading *row, const uint8_t *bytes, size_t len, int64_t begin);

/* Reads the next slot. Returns 1, 0 behind the last one, or -1 if this is no such row. */
int window_read_slot(struct window_reading *row, int64_t *tick, struct window_content *out);

#endif
