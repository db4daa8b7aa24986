/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "publish_fixture.h"

/* Sixteen queues of falling size, of which a quarter may be shown. */
static void
make_queues(struct publish_fixture *p, struct doc_item items[FIXTURE_ITEMS])
{
	static char names[FIXTURE_ITEMS][32];

	for (int i = 0; i < FIXTURE_ITEMS; i++) {
		snprintf(names[i], sizeof names[i], "q%02d.example/v1", i);
		items[i] = fixture_item(names[i], 1000 - 10 * i);
	}
	p->f->conf.row_limit = 4;
	fixture_list(p->f, DOC_QUEUES, items, FIXTURE_ITEMS);
}

static void
a_limit_shows_the_largest_rows_and_counts_the_others(void **state)
{
	struct publish_fixture *p = *state;
	struct doc_item items[FIXTURE_ITEMS];

	make_queues(p, items);
	publish(p);
	assert_int_equal(p->snap->servers[0].part[SNAP_QUEUE]->count, 4);
	for (uint32_t key = 1; key <= 4; key++)
		assert_non_null(publish_row(p, SNAP_QUEUE, key));
	/* As many domains and bounce classes are left out, and no VMTA. */
	assert_int_equal(p->snap->rows_omitted, 12 + 12 + 13);
}

static void
rows_do_not_flap_between_almost_equals(void **state)
{
	struct publish_fixture *p = *state;
	struct doc_item items[FIXTURE_ITEMS];

	make_queues(p, items);
	publish(p);
	items[9].rcp = 1100; /* larger than all, but by less than a quarter */
	fixture_list(p->f, DOC_QUEUES, items, FIXTURE_ITEMS);
	publish(p);
	assert_null(publish_row(p, SNAP_QUEUE, 10));
	items[9].rcp = 1300;
	fixture_list(p->f, DOC_QUEUES, items, FIXTURE_ITEMS);
	publish(p);
	assert_non_null(publish_row(p, SNAP_QUEUE, 10));
	assert_null(publish_row(p, SNAP_QUEUE, 4));
}

static void
pinned_rows_are_shown_whatever_the_limit(void **state)
{
	struct publish_fixture *p = *state;
	struct doc_item items[FIXTURE_ITEMS];
	const char *pins[] = {"q1?.example/*"};

	p->f->servers[0].pin = pins;
	p->f->servers[0].pin_count = 1;
	make_queues(p, items);
	publish(p);
	assert_int_equal(p->snap->servers[0].part[SNAP_QUEUE]->count, 6);
	for (uint32_t key = 11; key <= 16; key++)
		assert_non_null(publish_row(p, SNAP_QUEUE, key));
}

static void
without_limit_every_row_is_shown(void **state)
{
	struct publish_fixture *p = *state;
	struct doc_item items[FIXTURE_ITEMS];

	make_queues(p, items);
	p->f->conf.row_limit = 0;
	publish(p);
	assert_int_equal(p->snap->servers[0].part[SNAP_QUEUE]->count, FIXTURE_ITEMS);
	assert_int_equal(p->snap->rows_omitted, 0);
}

/* Random choices: never more than the limit, never a smaller row for one a quarter larger. */
static void
a_limit_keeps_its_promises_on_random_sizes(void **state)
{
	struct publish_fixture *p = *state;
	struct doc_item items[FIXTURE_ITEMS];
	unsigned seed = 11;

	make_queues(p, items);
	for (int round = 0; round < 200; round++) {
		double least = 1e9, most = 0;

		for (int i = 0; i < FIXTURE_ITEMS; i++)
			items[i].rcp = 1 + (uint32_t)rand_r(&seed) % 1000;
		fixture_list(p->f, DOC_QUEUES, items, FIXTURE_ITEMS);
		publish(p);
		assert_int_equal(p->snap->servers[0].part[SNAP_QUEUE]->count, 4);
		for (uint32_t i = 0; i < FIXTURE_ITEMS; i++) {
			const double size = items[i].rcp;

			if (publish_row(p, SNAP_QUEUE, i + 1) != NULL)
				least = size < least ? size : least;
			else
				most = size > most ? size : most;
		}
		assert_true(most <= least * 1.25 + 1);
	}
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, publish_fixture_setup, publish_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_limit_shows_the_largest_rows_and_counts_the_others),
		TEST(rows_do_not_flap_between_almost_equals),
		TEST(pinned_rows_are_shown_whatever_the_limit),
		TEST(without_limit_every_row_is_shown),
		TEST(a_limit_keeps_its_promises_on_random_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
