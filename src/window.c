/* SPDX-License-Identifier: BSD-2-Clause */
#include "window.h"

#include <string.h>

#include "saturate.h"
#include "window_private.h"

/* Whatever the clock says, a tick that a slot can have. */
static int64_t
tick_of(int64_t seconds)
{
	if (seconds < 0)
		return 0;
	seconds /= WINDOW_TICK;
	return seconds < WINDOW_TICK_MAX ? seconds : WINDOW_TICK_MAX;
}

/* The first tick of its minute. */
static int64_t
minute_of(int64_t tick)
{
	return tick - tick % WINDOW_MINUTE;
}

/* The first tick of the longest window. */
static int64_t
oldest_tick(const struct window_shape *shape, int64_t asof)
{
	return minute_of(tick_of(asof)) + WINDOW_MINUTE - shape->horizon / WINDOW_TICK;
}

/* The first tick that has a slot of its own: those before it share their minute's. */
static int64_t
fine_from(const struct window_shape *shape, int64_t asof)
{
	const int64_t first = tick_of(asof) + 1 - WINDOW_FINE_MAX;

	if (!shape->fine)
		return WINDOW_TICK_MAX;
	return first < 0 ? 0 : minute_of(first);
}

/* Ticks that a row of the store covers. */
static uint32_t
row_ticks(const struct window_shape *shape)
{
	return shape->fine ? WINDOW_MINUTE : WINDOW_ROW_SLOTS * WINDOW_MINUTE;
}

uint32_t
window_row_seconds(const struct window_shape *shape)
{
	return row_ticks(shape) * WINDOW_TICK;
}

int64_t
window_oldest(const struct window_shape *shape, int64_t asof)
{
	const int64_t oldest = oldest_tick(shape, asof);

	return (oldest - oldest % row_ticks(shape)) * WINDOW_TICK;
}

/* Slots that a window may have. Not all in use are within the horizon: times to come are kept. */
static uint32_t
slots_most(const struct window_shape *shape)
{
	const uint32_t minutes = shape->horizon / WINDOW_TICK / WINDOW_MINUTE;

	return 2 * (minutes + (shape->fine ? WINDOW_FINE_MAX + WINDOW_MINUTE : 0));
}

/* The slot of this tick; if it must be made and the window is full, in place of the oldest. */
static enum window_result
slot_of(struct window **window, const struct window_shape *shape, uint32_t tick,
	struct window_slot **out)
{
	*out = *window == NULL ? NULL : window_slot_find(*window, tick);
	if (*out != NULL)
		return WINDOW_OK;
	if (*window != NULL && (*window)->count >= slots_most(shape)) {
		const uint32_t oldest = (*window)->slots[0].tick;

		if (tick < oldest)
			return WINDOW_TOO_OLD;
		window_sweep(window, (int64_t)oldest + 1);
	}
	*out = window_slot_get(window, tick);
	return *out == NULL ? WINDOW_NO_MEMORY : WINDOW_OK;
}

static void
add_counts(struct window_slot *slot, const uint32_t count[WINDOW_COUNTS], uint64_t bytes)
{
	for (int i = 0; i < WINDOW_COUNTS; i++)
		slot->count[i] = saturate_add32(slot->count[i], count[i]);
	bytes = saturate_add64(bytes, window_slot_bytes(slot));
	if (bytes > WINDOW_BYTES_MAX)
		bytes = WINDOW_BYTES_MAX;
	slot->bytes_low = (uint32_t)bytes;
	slot->bytes_high = (uint16_t)(bytes >> 32);
}

static bool
adds_nothing(const struct window_event *event)
{
	uint64_t any = event->bytes;

	for (int i = 0; i < WINDOW_COUNTS; i++)
		any |= event->count[i];
	return any == 0 && !event->timed;
}

static enum window_result
find_slot(struct window **window, const struct window_shape *shape, int64_t asof, int64_t when,
	  struct window_slot **out)
{
	int64_t tick = when / WINDOW_TICK;

	if (when < 0 || tick < oldest_tick(shape, asof))
		return WINDOW_TOO_OLD;
	if (tick > WINDOW_TICK_MAX)
		return WINDOW_TOO_NEW;
	if (tick < fine_from(shape, asof))
		tick = minute_of(tick);
	/* Nearly all records are of the newest slot. */
	if (*window != NULL) {
		*out = &(*window)->slots[(*window)->count - 1];
		if ((*out)->tick == tick)
			return WINDOW_OK;
	}
	return slot_of(window, shape, (uint32_t)tick, out);
}

enum window_result
window_add(struct window **window, const struct window_shape *shape, int64_t asof, int64_t when,
	   const struct window_event *event)
{
	struct window_slot *slot;
	struct latency *latency;
	enum window_result result;

	if (adds_nothing(event))
		return WINDOW_OK;
	result = find_slot(window, shape, asof, when, &slot);
	if (result != WINDOW_OK)
		return result;
	if (event->timed) {
		latency = window_slot_timed(*window, slot);
		if (latency == NULL)
			return WINDOW_NO_MEMORY;
		latency_add(latency, event->latency);
	}
	add_counts(slot, event->count, event->bytes);
	window_slot_soil(*window, slot);
	return WINDOW_OK;
}

bool
window_answers(const struct window_shape *shape, uint32_t seconds)
{
	if (seconds == 0 || seconds > shape->horizon)
		return false;
	if (shape->fine && seconds <= WINDOW_FINE_MAX * WINDOW_TICK)
		return seconds % WINDOW_TICK == 0;
	return seconds >= WINDOW_FINE_MAX * WINDOW_TICK &&
	       seconds % (WINDOW_MINUTE * WINDOW_TICK) == 0;
}

static void
sum_slots(const struct window *window, int64_t first, int64_t last, bool timed,
	  struct window_sum *out)
{
	for (uint32_t i = window_slot_search(window, first); i < window->count; i++) {
		const struct window_slot *slot = &window->slots[i];
		const struct latency *latency = timed ? window_slot_latency(window, slot) : NULL;

		if (slot->tick > last)
			break;
		for (int j = 0; j < WINDOW_COUNTS; j++)
			out->count[j] += slot->count[j];
		out->bytes += window_slot_bytes(slot);
		if (latency != NULL)
			latency_merge(&out->latency, latency);
	}
}

/* The last tick of a window as of asof. */
static int64_t
last_tick(const struct window_shape *shape, int64_t asof, uint32_t seconds)
{
	const int64_t tick = tick_of(asof);

	if (!shape->fine || seconds > WINDOW_FINE_MAX * WINDOW_TICK)
		return minute_of(tick) + WINDOW_MINUTE - 1;
	return tick;
}

static int
sum(const struct window *window, const struct window_shape *shape, int64_t asof, uint32_t seconds,
    bool timed, struct window_sum *out)
{
	const int64_t last = last_tick(shape, asof, seconds);

	memset(out, 0, sizeof *out);
	if (!window_answers(shape, seconds))
		return -1;
	if (window != NULL)
		sum_slots(window, last + 1 - seconds / WINDOW_TICK, last, timed, out);
	return 0;
}

int
window_sum(const struct window *window, const struct window_shape *shape, int64_t asof,
	   uint32_t seconds, struct window_sum *out)
{
	return sum(window, shape, asof, seconds, true, out);
}

int
window_sum_counts(const struct window *window, const struct window_shape *shape, int64_t asof,
		  uint32_t seconds, struct window_sum *out)
{
	return sum(window, shape, asof, seconds, false, out);
}

uint64_t
window_sum_count(const struct window *window, const struct window_shape *shape, int64_t asof,
		 uint32_t seconds, enum window_count which)
{
	const int64_t last = last_tick(shape, asof, seconds);
	const int64_t first = last + 1 - seconds / WINDOW_TICK;
	uint64_t sum = 0;

	if (window == NULL || !window_answers(shape, seconds))
		return 0;
	/* From the newest on: to look for the first slot touches memory all over the window. */
	for (uint32_t i = window->count; i > 0 && window->slots[i - 1].tick >= first; i--) {
		if (window->slots[i - 1].tick <= last)
			sum += window->slots[i - 1].count[which];
	}
	return sum;
}

/* Moves what a slot has to its minute's. Returns that one's position, or -1 without memory. */
static int64_t
merge_slot(struct window **window, uint32_t at)
{
	const uint32_t minute = (uint32_t)minute_of((*window)->slots[at].tick);
	const uint16_t before = (*window)->count;
	struct window_slot *into = window_slot_get(window, minute), *from;
	const struct latency *latency;
	struct latency *sum;

	if (into == NULL)
		return -1;
	/* A minute's slot that had to be made lies before the one to be merged. */
	from = &(*window)->slots[at + (uint32_t)((*window)->count - before)];
	if (from->latency != 0) {
		sum = window_slot_timed(*window, into);
		if (sum == NULL)
			return -1;
		latency = window_slot_latency(*window, from);
		latency_merge(sum, latency);
	}
	add_counts(into, from->count, window_slot_bytes(from));
	window_slot_soil(*window, into);
	window_slot_clear(*window, from);
	return into - (*window)->slots;
}

/* Returns true if some slot was merged. */
static bool
merge_fine(struct window **window, int64_t before)
{
	bool any = false;

	if (before <= (*window)->merged)
		return false;
	for (uint32_t i = window_slot_search(*window, (*window)->merged); i < (*window)->count;
	     i++) {
		const struct window_slot *slot = &(*window)->slots[i];
		int64_t minute;

		if (slot->tick >= before)
			break;
		if (slot->tick % WINDOW_MINUTE == 0 || window_slot_empty(slot))
			continue;
		minute = merge_slot(window, i);
		if (minute < 0)
			return any;
		any = true;
		/* What was merged is empty now, and passed over if it is met again. */
		i = (uint32_t)minute;
	}
	(*window)->merged = (uint32_t)before;
	return any;
}

void
window_trim(struct window **window, const struct window_shape *shape, int64_t asof)
{
	const int64_t oldest = oldest_tick(shape, asof);
	bool merged;

	if (*window == NULL)
		return;
	merged = merge_fine(window, fine_from(shape, asof));
	if (merged || (*window)->slots[0].tick < oldest)
		window_sweep(window, oldest);
}

int
window_each_dirty(const struct window *window, const struct window_shape *shape, window_row_fn fn,
		  void *ctx)
{
	const uint32_t ticks = row_ticks(shape);
	uint8_t bytes[WINDOW_ROW_MAX];
	uint32_t left = window == NULL ? 0 : window->dirty;
	uint32_t at = window == NULL ? 0 : window->count, end = at;
	int stop = 0;

	while (left > 0 && stop == 0) {
		const uint32_t newest = window->slots[at - 1].tick, begin = newest - newest % ticks;
		uint32_t dirty = 0;

		/* The slots of one row; nearly always all there are, or the last few. */
		for (; at > 0 && window->slots[at - 1].tick >= begin; at--)
			dirty += window->slots[at - 1].dirty;
		if (dirty > 0)
			stop = fn(ctx, (int64_t)begin * WINDOW_TICK, bytes,
				  window_pack(window, at, end, begin, bytes));
		left -= dirty;
		end = at;
	}
	return stop;
}

bool
window_is_dirty(const struct window *window)
{
	return window != NULL && window->dirty > 0;
}

void
window_clean(struct window *window)
{
	if (window == NULL)
		return;
	for (uint32_t i = window->count; window->dirty > 0; i--) {
		window->dirty = (uint16_t)(window->dirty - window->slots[i - 1].dirty);
		window->slots[i - 1].dirty = 0;
	}
}

void
window_unsave(struct window *window)
{
	for (uint32_t i = 0; window != NULL && i < window->count; i++)
		window_slot_soil(window, &window->slots[i]);
}

/* Adds what a row has in one slot. */
static enum window_result
restore_slot(struct window **window, const struct window_shape *shape, int64_t tick,
	     const struct window_content *content, bool soil)
{
	struct window_slot *slot;
	struct latency *latency;
	enum window_result result;

	if (!shape->fine)
		tick = minute_of(tick);
	result = slot_of(window, shape, (uint32_t)tick, &slot);
	if (result != WINDOW_OK)
		return result;
	if (content->timed) {
		latency = window_slot_timed(*window, slot);
		if (latency == NULL)
			return WINDOW_NO_MEMORY;
		latency_merge(latency, &content->latency);
	}
	add_counts(slot, content->count, content->bytes);
	if (soil)
		window_slot_soil(*window, slot);
	return WINDOW_OK;
}

/* Reads a row to its end, as nothing may be taken of one that is malformed. Sets the tick of its
 * last slot. Returns 0 or -1. */
static int
check_row(const uint8_t *bytes, size_t len, int64_t begin, int64_t *last)
{
	struct window_reading row;
	struct window_content content;
	int more;

	window_read(&row, bytes, len, begin);
	while ((more = window_read_slot(&row, last, &content)) == 1)
		;
	return more == 0 && *last <= WINDOW_TICK_MAX ? 0 : -1;
}

enum window_result
window_restore(struct window **window, const struct window_shape *shape, int64_t asof, int64_t when,
	       const uint8_t *bytes, size_t len)
{
	const int64_t begin = when / WINDOW_TICK, oldest = oldest_tick(shape, asof);
	enum window_result result = WINDOW_TOO_OLD, taken;
	struct window_reading row;
	struct window_content content;
	int64_t tick = begin;
	bool soil;

	if (when < 0 || when % WINDOW_TICK != 0 || check_row(bytes, len, begin, &tick) != 0)
		return WINDOW_MALFORMED;
	window_read(&row, bytes, len, begin);
	soil = row.old || begin % row_ticks(shape) != 0 || tick >= begin + row_ticks(shape);
	while (window_read_slot(&row, &tick, &content) == 1) {
		if (tick < oldest)
			continue;
		taken = restore_slot(window, shape, tick, &content, soil);
		if (result != WINDOW_NO_MEMORY)
			result = taken;
	}
	return result;
}
