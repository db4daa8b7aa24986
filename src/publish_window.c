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

static uint32_t
lengths_of(enum store_kind kind)
{
	const uint32_t *seconds = model_window_lengths(kind);
	uint32_t count = 0;

	while (seconds[count] > 0)
		count++;
	return count;
}

struct snap_page *
publish_server_windows(struct model_server *server, struct moment now)
{
	const uint32_t *seconds = model_window_lengths(STORE_SERVER);
	const uint32_t count = server->has_accounting ? lengths_of(STORE_SERVER) : 0;
	struct snap_page *page = snap_page_new(count, sizeof(struct snap_window));
	struct snap_window *rows;

	if (page == NULL || count == 0)
		return page;
	rows = page->rows;
	for (uint32_t i = 0; i < count; i++) {
		fill_window(&rows[i], server, STORE_SERVER, server->window, seconds[i], PUBLISH_ALL,
			    model_window_time(server, now));
		rows[i].name = publish_text(page, server->name);
	}
	return page;
}

/* There may be very many queues, most of them idle: only those in which something happened. */
uint32_t
publish_window_count(const struct model_server *server, const struct model_object *object)
{
	if (!server->has_accounting || !object->shown ||
	    (object->kind == STORE_QUEUE && object->window == NULL))
		return 0;
	return lengths_of((enum store_kind)object->kind);
}

void
publish_window_fill(struct snap_packer *packer, struct model_server *server,
		    const struct model_object *object, struct moment now)
{
	const enum store_kind kind = (enum store_kind)object->kind;
	const int64_t asof = model_window_time(server, now);
	struct snap_window row = {.key = {object->index}};
	char name[TEXT_MAX];

	row.name = model_name(object, name);
	for (const uint32_t *seconds = model_window_lengths(kind); *seconds > 0; seconds++) {
		fill_window(&row, server, kind, object->window, *seconds, PUBLISH_ALL, asof);
		snap_packer_add(packer, &row);
	}
}
