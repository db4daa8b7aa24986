/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables that are renewed run by run, while their rows come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "model_fixture.h"
#include "publish_table.h"

#define QUEUES (4 * PUBLISH_RUN_ROWS)
#define NEW_QUEUES 1000
#define ROUNDS 6
/* Keys that a table may have: numbers have gaps. */
#define KEYS_MAX (3 * (QUEUES + ROUNDS * NEW_QUEUES) + 1)

/* A table, and the round of which each of its rows must be; 0: no such row. */
struct course {
	struct model_fixture *f;
	struct snap_part *part;
	uint32_t queues;
	unsigned seed;
	uint8_t round[KEYS_MAX];
};

/* Every name is new; numbers ascend by one or two. */
static int
number(void *ctx, uint32_t server, enum store_kind kind, const char *name, uint32_t first,
       struct store_object *out, bool *found)
{
	uint32_t *last = ctx;

	(void)server;
	(void)name;
	last[kind] += 1 + last[kind] % 3 / 2;
	*out = (struct store_object){.last_delivery = SNAP_NO_TIME};
	out->index = last[kind] < first ? first : last[kind];
	*found = false;
	return 0;
}

static void
deliver(struct course *c, uint32_t from, uint32_t to)
{
	char name[64];

	for (uint32_t i = from; i < to; i++) {
		struct acct_record record;

		snprintf(name, sizeof name, "d%u.example/v1", i);
		record = fixture_record(ACCT_DELIVERY, name);
		fixture_apply(c->f, &record);
	}
}

static int
setup(void **state)
{
	static uint32_t last[STORE_KINDS];
	struct course *c = calloc(1, sizeof *c);
	void *f;

	fixture_setup(&f);
	c->f = f;
	c->seed = 5;
	for (int kind = 0; kind < STORE_KINDS; kind++)
		last[kind] = 0;
	c->f->model->recall = number;
	c->f->model->recall_ctx = last;
	c->f->conf.row_limit = 0;
	c->queues = QUEUES;
	deliver(c, 0, QUEUES);
	*state = c;
	return 0;
}

static int
teardown(void **state)
{
	struct course *c = *state;
	void *f = c->f;

	snap_part_unref(c->part);
	free(c);
	return fixture_teardown(&f);
}

static struct model_server *
server_of(const struct course *c)
{
	return c->f->model->servers[0];
}

/* Rows made from now on tell by their discontinuity in which round they were. */
static void
begin_round(struct course *c, uint8_t round)
{
	server_of(c)->records_missed = FIXTURE_WALL + round;
}

static uint8_t
round_of(const struct snap_queue *row)
{
	return (uint8_t)(row->discontinuity - FIXTURE_WALL);
}

/* Notes the rows that objects from one index to before another have in this round. */
static void
expect(struct course *c, uint8_t round, uint32_t from, uint32_t to)
{
	const struct model_set *set = &server_of(c)->set[STORE_QUEUE];

	for (uint32_t key = from; key < to && key < KEYS_MAX; key++)
		c->round[key] = 0;
	for (uint32_t i = 0; i < set->count; i++) {
		if (set->order[i]->shown && set->order[i]->index >= from &&
		    set->order[i]->index < to)
			c->round[set->order[i]->index] = round;
	}
}

static void
assert_whole(const struct course *c)
{
	uint32_t at = 0;
	union snap_room room;

	for (uint32_t key = 0; key < KEYS_MAX; key++) {
		const struct snap_queue *row;

		if (c->round[key] == 0)
			continue;
		assert_true(at < c->part->count);
		row = snap_part_row(c->part, at++, &room);
		assert_int_equal(row->key, key);
		assert_int_equal(round_of(row), c->round[key]);
	}
	assert_int_equal(c->part->count, at);
}

/* One run. All that lies before the pages it left must be of this round, all others as before. */
static void
run(struct course *c, struct publish_renewal *renewal, uint8_t round)
{
	const uint32_t done = renewal->pages;
	const uint32_t from = done > 0 ? c->part->pages[done].from : 0;
	struct snap_part *part = publish_renewal_run(renewal, c->part);

	assert_non_null(part);
	snap_part_unref(c->part);
	c->part = part;
	expect(c, round, from, renewal->done ? UINT32_MAX : part->pages[renewal->pages].from);
	assert_whole(c);
}

/* Returns how many runs it took. */
static unsigned
renew(struct course *c, enum snap_table table, uint8_t round)
{
	struct publish_renewal renewal;
	unsigned runs = 0;

	begin_round(c, round);
	publish_renewal_begin(&renewal, server_of(c), table, c->f->now);
	for (; !renewal.done; runs++)
		run(c, &renewal, round);
	return runs;
}

static void
a_table_that_is_not_there_yet_is_made_at_once(void **state)
{
	struct course *c = *state;

	assert_int_equal(renew(c, SNAP_QUEUE, 1), 1);
	assert_int_equal(c->part->count, QUEUES);
	assert_int_equal(c->part->key_len, 1);
	assert_int_equal(c->part->page_count, QUEUES / PUBLISH_PAGE_ROWS);
}

static void
each_run_leaves_a_whole_table_whichever_rows_come_and_go(void **state)
{
	struct course *c = *state;

	renew(c, SNAP_QUEUE, 1);
	for (uint8_t round = 2; round < ROUNDS; round++) {
		const struct model_set *set = &server_of(c)->set[STORE_QUEUE];

		deliver(c, c->queues, c->queues + NEW_QUEUES);
		c->queues += NEW_QUEUES;
		/* Those that were busy of late are shown. */
		for (uint32_t i = 0; i < set->count; i++)
			set->order[i]->last_active =
				model_wall_of(FIXTURE_WALL - rand_r(&c->seed) % 86400);
		c->f->conf.row_limit = c->queues * round / ROUNDS;
		assert_true(renew(c, SNAP_QUEUE, round) >= 2);
		assert_int_equal(c->part->count, c->f->conf.row_limit);
		assert_true(c->part->page_count <= c->part->count / (PUBLISH_PAGE_ROWS / 2) + 1);
	}
}

static void
a_table_that_shrinks_has_few_pages(void **state)
{
	struct course *c = *state;

	renew(c, SNAP_QUEUE, 1);
	c->f->conf.row_limit = 10;
	renew(c, SNAP_QUEUE, 2);
	assert_int_equal(c->part->count, 10);
	assert_int_equal(c->part->page_count, 1);
}

static void
a_table_loses_all_rows_and_gets_them_back(void **state)
{
	struct course *c = *state;
	struct publish_renewal renewal;

	for (int turn = 0; turn < 3; turn++) {
		struct snap_part *part;

		server_of(c)->has_accounting = turn != 1;
		publish_renewal_begin(&renewal, server_of(c), SNAP_DOMAIN, c->f->now);
		publish_renewal_begin(&renewal, server_of(c), SNAP_VMTA, c->f->now);
		publish_renewal_begin(&renewal, server_of(c), SNAP_VMTA_BOUNCE, c->f->now);
		publish_renewal_begin(&renewal, server_of(c), SNAP_VMTA_WINDOW, c->f->now);
		part = publish_renewal_run(&renewal, c->part);
		assert_true(renewal.done);
		snap_part_unref(c->part);
		c->part = part;
		assert_int_equal(part->count, turn == 1 ? 0 : 6);
	}
}

/* A manager that asks for one of an object's windows is led to the page by the object alone. */
static void
the_windows_of_an_object_are_on_one_page(void **state)
{
	struct course *c = *state;
	const struct model_set *set = &server_of(c)->set[STORE_QUEUE];
	struct publish_renewal renewal;
	union snap_room room;

	for (uint32_t i = 0; i < set->count; i++)
		set->order[i]->shown = i % 7 != 0;
	publish_renewal_begin(&renewal, server_of(c), SNAP_QUEUE_WINDOW, c->f->now);
	c->part = publish_renewal_run(&renewal, NULL);
	assert_true(c->part->page_count > 4);
	for (uint32_t i = 0; i < c->part->count; i++) {
		const struct snap_window *row = snap_part_row(c->part, i, &room);
		const struct snap_place *place =
			&c->part->pages[snap_part_page(c->part, row->key[0])];

		assert_in_range(i, place->before, place->before + place->page->count - 1);
		assert_int_equal(row->key[1], i % 2 == 0 ? 600 : 3600);
		assert_int_equal(row->delivered, 1);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_table_that_is_not_there_yet_is_made_at_once),
		TEST(each_run_leaves_a_whole_table_whichever_rows_come_and_go),
		TEST(a_table_that_shrinks_has_few_pages),
		TEST(a_table_loses_all_rows_and_gets_them_back),
		TEST(the_windows_of_an_object_are_on_one_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
