/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "varint.h"
#include "window_private.h"

/*
 * Numbers have seven bits a byte, the lowest first, all but a number's last byte marked by the
 * eighth bit. A row is a version and its slots, ascending: how many ticks behind the one before
 * (the first: behind the row's begin), which of latency, bytes and counts it has, and those. Most
 * slots saw one thing or two, and a zero takes no byte but a bit: a slot is some ten bytes long.
 *
 * Rows of version 1 have one slot, at the row's time, with all of its first seven counts and its
 * bytes; behind them, if it is timed, the latency with all bins.
 */
#define PACK_VERSION 2
#define PACK_VERSION_SLOT 1
#define PACK_COUNTS_SLOT 7

/* Which numbers a slot has; counts follow in their order. */
#define HAS_LATENCY 1u
#define HAS_BYTES 2u
#define HAS_COUNT(i) (4u << (i))
#define HAS_MOST (HAS_COUNT(WINDOW_COUNTS) - 1)

_Static_assert(HAS_MOST < 1u << 14, "what a slot has is told in two bytes");

static uint8_t *
put_latency(uint8_t *at, const struct latency *latency)
{
	unsigned bins = 0;

	for (int i = 0; i < LATENCY_BINS; i++)
		bins |= (latency->bin[i] != 0 ? 1u : 0) << i;
	at = varint_put(varint_put(varint_put(at, latency->total), latency->longest), bins);
	for (int i = 0; i < LATENCY_BINS; i++) {
		if (latency->bin[i] != 0)
			at = varint_put(at, latency->bin[i]);
	}
	return at;
}

static uint8_t *
put_slot(uint8_t *at, const struct window *window, const struct window_slot *slot)
{
	const uint64_t bytes = window_slot_bytes(slot);
	unsigned has = (slot->latency != 0 ? HAS_LATENCY : 0) | (bytes != 0 ? HAS_BYTES : 0);

	for (int i = 0; i < WINDOW_COUNTS; i++)
		has |= slot->count[i] != 0 ? HAS_COUNT(i) : 0;
	at = varint_put(at, has);
	for (int i = 0; i < WINDOW_COUNTS; i++) {
		if (slot->count[i] != 0)
			at = varint_put(at, slot->count[i]);
	}
	if (bytes != 0)
		at = varint_put(at, bytes);
	return slot->latency != 0 ? put_latency(at, window_slot_latency(window, slot)) : at;
}

size_t
window_pack(const struct window *window, uint32_t first, uint32_t end, uint32_t begin,
	    uint8_t out[WINDOW_ROW_MAX])
{
	uint8_t *at = out;

	*at++ = PACK_VERSION;
	for (uint32_t i = first; i < end; i++) {
		const struct window_slot *slot = &window->slots[i];

		if (window_slot_empty(slot))
			continue;
		at = put_slot(varint_put(at, slot->tick - begin), window, slot);
		begin = slot->tick;
	}
	return (size_t)(at - out);
}

/* The next number; most is one less than a power of two. */
static uint64_t
take(struct window_reading *row, uint64_t most)
{
	uint64_t number = 0, part;
	bool last;

	for (unsigned shift = 0; shift < 64 && row->at < row->end && !row->bad; shift += 7) {
		part = *row->at & 0x7f;
		last = (*row->at++ & 0x80) == 0;
		if (part > most >> shift)
			break;
		number |= part << shift;
		if (last)
			return number;
	}
	row->bad = true;
	return 0;
}

static void
take_latency(struct window_reading *row, unsigned bins, struct latency *out)
{
	for (int i = 0; i < LATENCY_BINS; i++) {
		if ((bins & 1u << i) != 0)
			out->bin[i] = (uint32_t)take(row, UINT32_MAX);
	}
}

static void
take_slot(struct window_reading *row, struct window_content *out)
{
	const unsigned has = (unsigned)take(row, HAS_MOST);

	for (int i = 0; i < WINDOW_COUNTS; i++) {
		if ((has & HAS_COUNT(i)) != 0)
			out->count[i] = (uint32_t)take(row, UINT32_MAX);
	}
	if ((has & HAS_BYTES) != 0)
		out->bytes = take(row, WINDOW_BYTES_MAX);
	out->timed = (has & HAS_LATENCY) != 0;
	if (!out->timed)
		return;
	out->latency.total = take(row, UINT64_MAX);
	out->latency.longest = (uint32_t)take(row, UINT32_MAX);
	take_latency(row, (unsigned)take(row, (1u << LATENCY_BINS) - 1), &out->latency);
}

/* The one slot of a row of version 1. */
static void
take_old(struct window_reading *row, struct window_content *out)
{
	for (int i = 0; i < PACK_COUNTS_SLOT; i++)
		out->count[i] = (uint32_t)take(row, UINT32_MAX);
	out->bytes = take(row, WINDOW_BYTES_MAX);
	out->timed = row->at != row->end;
	if (!out->timed)
		return;
	out->latency.total = take(row, UINT64_MAX);
	out->latency.longest = (uint32_t)take(row, UINT32_MAX);
	take_latency(row, (1u << LATENCY_BINS) - 1, &out->latency);
	row->bad |= row->at != row->end;
}

static bool
is_empty(const struct window_content *content)
{
	uint64_t any = content->bytes;

	for (int i = 0; i < WINDOW_COUNTS; i++)
		any |= content->count[i];
	return any == 0 && !content->timed;
}

void
window_read(struct window_reading *row, const uint8_t *bytes, size_t len, int64_t begin)
{
	uint64_t version;

	*row = (struct window_reading){.at = bytes, .end = bytes + len, .next = begin};
	version = take(row, 0xff);
	row->old = version == PACK_VERSION_SLOT;
	row->bad |= !row->old && version != PACK_VERSION;
}

int
window_read_slot(struct window_reading *row, int64_t *tick, struct window_content *out)
{
	memset(out, 0, sizeof *out);
	if (row->at == row->end && row->slots > 0)
		return row->bad ? -1 : 0;
	if (row->old) {
		take_old(row, out);
	} else {
		const uint64_t behind = take(row, WINDOW_TICK_MAX);

		/* Ascending, so that no slot is there twice. */
		row->bad |= row->slots > 0 && behind == 0;
		row->next += (int64_t)behind;
		take_slot(row, out);
	}
	*tick = row->next;
	row->slots++;
	return row->bad || is_empty(out) ? -1 : 1;
}
