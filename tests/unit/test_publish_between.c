/* SPDX-License-Identifier: BSD-2-Clause */
/* What another thread sees while large tables are shown anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "publish_fixture.h"
#include "publish_table.h"

#define QUEUES (3 * PUBLISH_RUN_ROWS + 100)
#define ROUNDS 8
#define READ_MOST_MS 60000

static int
number(void *ctx, uint32_t server, enum store_kind kind, const char *name, uint32_t first,
       struct store_object *out, bool *found)
{
	uint32_t *last = ctx;

	(void)server;
	(void)name;
	*out = (struct store_object){.last_delivery = SNAP_NO_TIME};
	out->index = ++last[kind] < first ? first : last[kind];
	*found = false;
	return 0;
}

/* One delivery of each queue, and an event that tells how many there were. */
static void
deliver(struct publish_fixture *p, uint32_t round)
{
	const struct snap_event event = {.text = "deliveries", .value = round};
	char name[64];

	for (uint32_t i = 0; i < QUEUES; i++) {
		struct acct_record record;

		snprintf(name, sizeof name, "d%u.example/v%u", i, i % 8);
		record = fixture_record(ACCT_DELIVERY, name);
		fixture_apply(p->f, &record);
	}
	event_ring_add(p->ring, &event);
	fixture_pass(p->f, 60);
}

static int
setup(void **state)
{
	static uint32_t last[STORE_KINDS];
	struct publish_fixture *p;

	publish_fixture_setup(state);
	p = *state;
	for (int kind = 0; kind < STORE_KINDS; kind++)
		last[kind] = 0;
	p->f->model->recall = number;
	p->f->model->recall_ctx = last;
	p->f->conf.row_limit = 0;
	deliver(p, 1);
	publish(p);
	return 0;
}

static void
a_large_table_is_shown_before_all_of_it_is_new(void **state)
{
	struct publish_fixture *p = *state;
	const uint64_t before = p->snap->published;

	assert_int_equal(before, 1);
	deliver(p, 2);
	publish(p);
	/* Queues, domains and windows: three runs and a rest each, of the windows twice as many. */
	assert_in_range(p->snap->published - before, 3 * 3, 4 * 4 + 1);
}

/* Nobody may see a row of before beside the new configuration. */
static void
after_a_reload_all_is_shown_at_once(void **state)
{
	struct publish_fixture *p = *state;

	deliver(p, 2);
	fixture_configure(p->f);
	assert_int_equal(publish(p)->published, 2);
}

/* What a reader met. Tests in a thread of its own may only count what is wrong. */
struct meeting {
	struct snap_hub *hub;
	uint64_t published, snapshots, wrong, mixed;
};

/* The least and the most deliveries of a row; wrong if a queue is missing or there twice. */
static void
read_rows(struct meeting *m, const struct snap_part *part, uint64_t *least, uint64_t *most)
{
	union snap_room room;

	*least = UINT64_MAX;
	*most = 0;
	m->wrong += part->count != QUEUES;
	for (uint32_t i = 0; i < part->count; i++) {
		const struct snap_queue *row = snap_part_row(part, i, &room);

		m->wrong += row->key != i + 1 || row->domain == NULL || row->domain[0] != 'd';
		*least = row->totals.delivered < *least ? row->totals.delivered : *least;
		*most = row->totals.delivered > *most ? row->totals.delivered : *most;
	}
}

static void
read_snapshot(struct meeting *m, const struct snapshot *snap)
{
	const struct snap_part *events = snap->events;
	const struct snap_event *newest = snap_part_row(events, events->count - 1, NULL);
	uint64_t least, most;

	read_rows(m, snap->servers[0].part[SNAP_QUEUE], &least, &most);
	/* No event before the rows it is about, nor these long before it. */
	m->wrong += least < newest->value || most > (uint64_t)newest->value + 1;
	m->wrong += snap->events_raised != newest->value;
	m->wrong += snap->published < m->published;
	m->wrong += snap->stopping && newest->value != ROUNDS;
	m->mixed += least != most;
	m->snapshots += snap->published != m->published;
	m->published = snap->published;
}

static void *
read_until_goodbye(void *ctx)
{
	struct meeting *m = ctx;
	bool stopping = false;

	while (!stopping) {
		struct pollfd watched = {.fd = snap_hub_fd(m->hub), .events = POLLIN};
		struct snapshot *snap;

		if (poll(&watched, 1, READ_MOST_MS) != 1) {
			m->wrong++;
			break;
		}
		snap_hub_drain(m->hub);
		snap = snap_hub_get(m->hub);
		read_snapshot(m, snap);
		stopping = snap->stopping;
		snapshot_unref(snap);
	}
	return NULL;
}

/* Meant for the thread sanitizer, too. */
static void
every_snapshot_is_whole_and_has_no_event_before_its_rows(void **state)
{
	struct publish_fixture *p = *state;
	struct meeting m = {.hub = p->hub};
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, read_until_goodbye, &m), 0);
	for (uint32_t round = 2; round <= ROUNDS; round++) {
		deliver(p, round);
		if (round == ROUNDS)
			publisher_say_goodbye(p->publisher);
		publish(p);
	}
	pthread_join(thread, NULL);
	assert_int_equal(m.wrong, 0);
	assert_int_equal(m.published, p->snap->published);
	assert_true(m.snapshots > 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, publish_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_large_table_is_shown_before_all_of_it_is_new),
		TEST(after_a_reload_all_is_shown_at_once),
		TEST(every_snapshot_is_whole_and_has_no_event_before_its_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
