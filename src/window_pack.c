/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "window_private.h"

/*
 * A row is a version and numbers of seven bits a byte, the lowest first, all but a number's last
 * byte marked by the eighth bit: the counts in their order, the bytes, and for a slot with
 * deliveries total, longest and all bins of their latency. Most numbers are small: a row is a few
 * dozen bytes, at most 1 + 7*5 + 7 + 10 + 5 + 13*5 = 123.
 */
#define PACK_VERSION 1

_Static_assert(1 + WINDOW_COUNTS * 5 + 7 + 10 + 5 + LATENCY_BINS * 5 <= WINDOW_PACKED_MAX,
	       "the longest row fits");

static uint8_t *
put(uint8_t *at, uint64_t number)
{
	while (number >= 0x80) {
		*at++ = (uint8_t)(0x80 | (number & 0x7f));
		number >>= 7;
	}
	*at++ = (uint8_t)number;
	return at;
}

size_t
window_pack(const struct window *window, const struct window_slot *slot,
	    uint8_t out[WINDOW_PACKED_MAX])
{
	const struct latency *latency = window_slot_latency(window, slot);
	uint8_t *at = out;

	if (window_slot_empty(slot))
		return 0;
	*at++ = PACK_VERSION;
	for (int i = 0; i < WINDOW_COUNTS; i++)
		at = put(at, slot->count[i]);
	at = put(at, slot->bytes);
	if (latency != NULL) {
		at = put(at, latency->total);
		at = put(at, latency->longest);
		for (int i = 0; i < LATENCY_BINS; i++)
			at = put(at, latency->bin[i]);
	}
	return (size_t)(at - out);
}

/* A row being read; bad as soon as something is amiss, and all further numbers are 0. */
struct reading {
	const uint8_t *at, *end;
	bool bad;
};

/* The next number; most is one less than a power of two. */
static uint64_t
take(struct reading *row, uint64_t most)
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
take_latency(struct reading *row, struct latency *out)
{
	out->total = take(row, UINT64_MAX);
	out->longest = (uint32_t)take(row, UINT32_MAX);
	for (int i = 0; i < LATENCY_BINS; i++)
		out->bin[i] = (uint32_t)take(row, UINT32_MAX);
}

static bool
is_empty(const struct window_content *content)
{
	uint64_t any = content->bytes;

	for (int i = 0; i < WINDOW_COUNTS; i++)
		any |= content->count[i];
	return any == 0 && !content->timed;
}

int
window_unpack(const uint8_t *bytes, size_t len, struct window_content *out)
{
	struct reading row = {bytes, bytes + len, false};

	memset(out, 0, sizeof *out);
	if (take(&row, 0xff) != PACK_VERSION)
		return -1;
	for (int i = 0; i < WINDOW_COUNTS; i++)
		out->count[i] = (uint32_t)take(&row, UINT32_MAX);
	out->bytes = take(&row, WINDOW_BYTES_MAX);
	out->timed = row.at != row.end;
	if (out->timed)
		take_latency(&row, &out->latency);
	return row.bad || row.at != row.end || is_empty(out) ? -1 : 0;
}
