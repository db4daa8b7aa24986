/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "arena.h"
#include "model_window.h"
#include "publish_rows.h"

static uint32_t
level(uint64_t number)
{
	return number < SNAP_NONE32 ? (uint32_t)number : SNAP_NONE32 - 1;
}

uint32_t
publish_share(uint64_t part, uint64_t whole)
{
	if (whole == 0)
		return SNAP_NONE32;
	return level((uint64_t)((double)part * 10000 / (double)whole + 0.5));
}

static void
fill_counts(struct snap_window *row, const struct window_sum *sum)
{
	row->received = level(sum->count[WINDOW_RECEIVED]);
	row->delivered = level(sum->count[WINDOW_DELIVERED]);
	row->bounced = level(sum->count[WINDOW_BOUNCED]);
	row->deferred = level(sum->count[WINDOW_DEFERRED]);
	row->throttled = level(sum->count[WINDOW_THROTTLED]);
	row->complaints = level(sum->count[WINDOW_COMPLAINTS]);
	row->kb = level(sum->bytes / 1024);
	row->attempts = level(sum->count[WINDOW_ATTEMPTS]);
	row->hard_bounced = level(sum->count[WINDOW_HARD]);
}

static void
fill_shares(struct snap_window *row, const struct window_sum *sum, uint64_t attempts)
{
	row->bounce_share = publish_share(sum->count[WINDOW_BOUNCED], attempts);
	row->hard_bounce_share = publish_share(sum->count[WINDOW_HARD], attempts);
	row->deferral_share = publish_share(sum->count[WINDOW_DEFERRED], attempts);
	row->throttle_share = publish_share(sum->count[WINDOW_THROTTLED], attempts);
	row->complaint_share =
		publish_share(sum->count[WINDOW_COMPLAINTS], sum->count[WINDOW_DELIVERED]);
	row->latency_mean_ms = latency_mean_ms(&sum->latency);
	row->latency_p95 = latency_p95(&sum->latency);
	row->latency_max = latency_longest(&sum->latency);
}

/* What no record can count for objects of this kind is unknown, not zero. */
static void
withdraw(struct snap_window *row, enum store_kind kind)
{
	if (kind == STORE_VMTA || kind == STORE_QUEUE || kind == STORE_CLASS)
		row->received = SNAP_NONE32;
	if (kind == STORE_QUEUE || kind == STORE_CLASS)
		row->complaints = row->complaint_share = SNAP_NONE32;
	if (kind == STORE_CLASS)
		row->delivered = row->kb = SNAP_NONE32;
}

static void
fill_window(struct snap_window *row, const struct model_server *server, enum store_kind kind,
	    const struct window *window, uint32_t seconds, unsigned cells, int64_t asof)
{
	struct window_sum sum, all;

	if ((cells & PUBLISH_LATENCY) != 0)
		window_sum(window, model_window_shape(kind), asof, seconds, &sum);
	else
		window_sum_counts(window, model_window_shape(kind), asof, seconds, &sum);
	fill_counts(row, &sum);
	if (kind == STORE_CLASS) {
		window_sum_counts(server->window, model_window_shape(STORE_SERVER), asof, seconds,
				  &all);
		row->attempts = level(all.count[WINDOW_ATTEMPTS]);
	} else {
		all.count[WINDOW_ATTEMPTS] = sum.count[WINDOW_ATTEMPTS];
	}
	fill_shares(row, &sum, all.count[WINDOW_ATTEMPTS]);
	withdraw(row, kind);
	row->key[kind == STORE_SERVER ? 0 : 1] = seconds;
}

bool
publish_window_row(const struct model_server *server, const struct model_object *object,
		   uint32_t seconds, unsigned cells, struct snap_window *row, struct moment now)
{
	const enum store_kind kind = object != NULL ? (enum store_kind)object->kind : STORE_SERVER;
	const struct window_shape *shape = model_window_shape(kind);

	if (!server->has_accounting || shape == NULL || !window_answers(shape, seconds))
		return false;
	fill_window(row, server, kind, object != NULL ? object->window : server->window, seconds,
		    cells, model_window_time(server, now));
	return true;
}

/* Fills the rows of one object. Returns the row behind them. */
static struct snap_window *
fill_windows(struct snap_window *row, const struct model_server *server, enum store_kind kind,
	     const struct window *window, const char *name, int64_t asof)
{
	for (const uint32_t *seconds = model_window_lengths(kind); *seconds > 0; seconds++) {
		fill_window(row, server, kind, window, *seconds, PUBLISH_ALL, asof);
		row->name = name;
		row++;
	}
	return row;
}

static uint32_t
lengths_of(enum store_kind kind)
{
	const uint32_t *seconds = model_window_lengths(kind);
	uint32_t count = 0;

	while (seconds[count] > 0)
		count++;
	return count;
}

struct snap_part *
publish_server_windows(const struct model_server *server, struct moment now)
{
	const uint32_t count = server->has_accounting ? lengths_of(STORE_SERVER) : 0;
	struct snap_part *part = snap_part_new(count, sizeof(struct snap_window), 1);

	if (part == NULL || count == 0)
		return part;
	fill_windows((struct snap_window *)(uintptr_t)part->rows, server, STORE_SERVER,
		     server->window, arena_strdup(part->arena, server->name),
		     model_window_time(server, now));
	return part;
}

/* There may be very many queues, most of them idle: only those in which something happened. */
static bool
has_rows(const struct model_object *object)
{
	return object->shown && (object->kind != STORE_QUEUE || object->window != NULL);
}

struct snap_part *
publish_windows(struct model_server *server, enum store_kind kind, struct moment now)
{
	const int64_t asof = model_window_time(server, now);
	struct model_set *set = &server->set[kind];
	struct model_object **order = model_set_order(set);
	struct snap_window *row, *next;
	struct snap_part *part;
	uint32_t shown = 0;

	for (uint32_t i = 0; server->has_accounting && i < set->count; i++)
		shown += has_rows(order[i]);
	part = snap_part_new(shown * lengths_of(kind), sizeof *row, 2);
	if (part == NULL || shown == 0)
		return part;
	row = (struct snap_window *)(uintptr_t)part->rows;
	for (uint32_t i = 0; i < set->count; i++) {
		if (!has_rows(order[i]))
			continue;
		next = fill_windows(row, server, kind, order[i]->window,
				    arena_strdup(part->arena, order[i]->name), asof);
		for (; row < next; row++)
			row->key[0] = order[i]->index;
	}
	return part;
}
