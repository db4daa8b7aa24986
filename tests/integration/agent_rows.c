/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

#define TEXT_MAX 64
#define WINDOWS 3
#define WINDOW_VMTAS 7
#define PAGE_ROWS 100

static char *
numbered(struct arena *arena, const char *name, uint32_t number)
{
	char text[TEXT_MAX];
	int len = snprintf(text, sizeof text, "%s%" PRIu32 ".example", name, number);

	return arena_strndup(arena, text, (size_t)len);
}

/* Values that differ from row to row; every third row has holes. */
static struct snap_page *
make_vmta_page(uint32_t first, uint32_t count)
{
	struct snap_page *page = snap_page_new(count, sizeof(struct snap_vmta));
	struct snap_vmta *row = page ? page->rows : NULL;

	for (uint32_t i = first; page && i < first + count; i++, row++) {
		row->key = i * 3 + 1;
		row->name = numbered(page->arena, "vmta-", i);
		row->recipients = i % 3 ? i * 7 : SNAP_NONE32;
		row->kb = UINT32_MAX - 1 - i;
		row->domains = i;
		row->share = i % 10001;
		row->connections = i % 3 ? i % 50 : SNAP_NONE32;
		row->totals.delivered = (UINT64_C(1) << 32) + i;
		row->totals.bounced = i % 3 ? UINT64_MAX - 1 - i : SNAP_NONE64;
		row->last_delivery = i % 3 ? LONG_AGO + i : SNAP_NO_TIME;
		row->last_error = i % 3 == 1 ? "450 4.2.1 \xc3\xbc \"slow down\"" : NULL;
		row->last_error_time = i % 3 == 1 ? LONG_AGO : SNAP_NO_TIME;
		row->discontinuity = LONG_AGO;
	}
	return page;
}

/* Small pages, so that walks go over many. */
static struct snap_part *
make_vmtas(uint32_t count)
{
	struct snap_part *part = snap_part_new(make_vmta_page(0, 0), 1);

	for (uint32_t i = 0; part && i < count; i += PAGE_ROWS) {
		const uint32_t rows = count - i < PAGE_ROWS ? count - i : PAGE_ROWS;
		const struct snap_place place = {make_vmta_page(i, rows), i * 3 + 1, 0};
		struct snap_part *shorter = part;

		if (!place.page)
			abort();
		part = snap_part_splice(part, part->page_count, part->page_count, &place, 1);
		snap_page_unref(place.page);
		snap_part_unref(shorter);
	}
	return part;
}

static struct snap_part *
make_server(uint32_t index)
{
	struct snap_page *page = snap_page_new(1, sizeof(struct snap_server));
	struct snap_server *server = page ? page->rows : NULL;

	if (!page)
		return NULL;
	server->name = numbered(page->arena, "mta", index);
	server->version = "5.0r5";
	server->state = SNAP_STATE_RUNNING;
	server->start_time = LONG_AGO;
	server->good_mono = server->lists_mono = moment_now().mono_ms;
	server->queued_recipients = index * 1000;
	server->discontinuity = LONG_AGO;
	return snap_part_new(page, 0);
}

/* Windows of the first VMTAs; every third has no attempts to have a share of. */
static struct snap_part *
make_windows(uint32_t vmtas)
{
	static const uint32_t seconds[WINDOWS] = {60, 3600, 86400};
	const uint32_t count = (vmtas < WINDOW_VMTAS ? vmtas : WINDOW_VMTAS) * WINDOWS;
	struct snap_page *page = snap_page_new(count, sizeof(struct snap_window));
	struct snap_window *rows = page ? page->rows : NULL;

	for (uint32_t i = 0; page && i < count; i++) {
		rows[i] = (struct snap_window){
			.key = {i / WINDOWS * 3 + 1, seconds[i % WINDOWS]},
			.name = numbered(page->arena, "vmta-", i / WINDOWS),
			.delivered = i * 11,
			.attempts = i % 3 ? i * 13 : 0,
			.bounce_share = i % 3 ? i * 17 : SNAP_NONE32,
			.deferral_share = i % 3 ? 10000 : SNAP_NONE32,
			.throttle_share = SNAP_NONE32,
			.complaint_share = SNAP_NONE32,
			.latency_mean_ms = i % 3 ? i * 1001 : SNAP_NONE32,
			.latency_p95 = SNAP_NONE32,
			.latency_max = i,
		};
	}
	return snap_part_new(page, 2);
}

/* Keys that are 0, that begin alike, and the greatest there are. */
static struct snap_part *
make_replies(void)
{
	static const uint32_t keys[][3] = {
		{0, 0, 0},	    {0, 421, 0},
		{0, 421, 4007000},  {2, 0, 4004007},
		{2, 421, 4007000},  {2, 421, 4007028},
		{2, 550, 5001001},  {3, 550, 5001001},
		{UINT32_MAX, 0, 0}, {UINT32_MAX, 599, 5999999},
	};
	const uint32_t count = sizeof keys / sizeof keys[0];
	struct snap_page *page = snap_page_new(count, sizeof(struct snap_reply));
	struct snap_reply *rows = page ? page->rows : NULL;

	for (uint32_t i = 0; page && i < count; i++) {
		memcpy(rows[i].key, keys[i], sizeof keys[i]);
		if (keys[i][0] != 0)
			rows[i].provider = numbered(page->arena, "provider-", keys[i][0]);
		rows[i].text = i % 3 ? "over quota of <address>" : NULL;
		rows[i].bounced = (UINT64_C(1) << 40) + i;
		rows[i].deferred = i % 3 ? i : SNAP_NONE64;
		rows[i].last_seen = i % 3 ? LONG_AGO : SNAP_NO_TIME;
	}
	return snap_part_new(page, 3);
}

static struct snap_part *
make_empty(enum snap_table table)
{
	static const struct {
		size_t row_size;
		uint32_t key_len;
	} shapes[] = {
		[SNAP_DELIVERY_TYPE] = {sizeof(struct snap_delivery_type), 1},
		[SNAP_QUEUE] = {sizeof(struct snap_queue), 1},
		[SNAP_DOMAIN] = {sizeof(struct snap_domain), 1},
		[SNAP_CLASS] = {sizeof(struct snap_class), 1},
		[SNAP_JOB] = {sizeof(struct snap_job), 1},
		[SNAP_SOURCE] = {sizeof(struct snap_source), 1},
		[SNAP_PROVIDER] = {sizeof(struct snap_provider), 1},
		[SNAP_SERVER_WINDOW] = {sizeof(struct snap_window), 1},
		[SNAP_QUEUE_WINDOW] = {sizeof(struct snap_window), 2},
		[SNAP_PROVIDER_WINDOW] = {sizeof(struct snap_window), 2},
		[SNAP_CLASS_WINDOW] = {sizeof(struct snap_window), 2},
		[SNAP_VMTA_BOUNCE] = {sizeof(struct snap_bounce), 2},
		[SNAP_PROVIDER_BOUNCE] = {sizeof(struct snap_bounce), 2},
		[SNAP_TOP] = {sizeof(struct snap_top), 2},
		[SNAP_BASELINE] = {sizeof(struct snap_baseline), 2},
	};

	return snap_part_new(snap_page_new(0, shapes[table].row_size), shapes[table].key_len);
}

static struct snap_part *
make_part(enum snap_table table, uint32_t index, uint32_t vmtas)
{
	switch (table) {
	case SNAP_SERVER:
		return make_server(index);
	case SNAP_VMTA:
		return make_vmtas(vmtas);
	case SNAP_VMTA_WINDOW:
		return make_windows(vmtas);
	case SNAP_REPLY:
		return make_replies();
	default:
		return make_empty(table);
	}
}

void
agent_rows_fill(struct snap_server_parts *parts, uint32_t index, uint32_t vmtas)
{
	parts->index = index;
	for (int table = 0; table < SNAP_SERVER_TABLES; table++) {
		parts->part[table] = make_part((enum snap_table)table, index, vmtas);
		if (!parts->part[table])
			abort();
	}
}
