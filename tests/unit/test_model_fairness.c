/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "publish_fixture.h"

static void
deliver(struct publish_fixture *p, const char *vmta, int times)
{
	struct acct_record record = fixture_record(ACCT_DELIVERY, "");
	char queue[64];

	snprintf(queue, sizeof queue, "example.org/%s", vmta);
	record.queue = fixture_slice(queue);
	record.time_logged = p->f->now.wall_ms / 1000;
	for (int i = 0; i < times; i++)
		fixture_apply(p->f, &record);
}

/* v1, v2, v3 with this mail; negative: not on the list. */
static void
list(struct publish_fixture *p, double v1, double v2, double v3)
{
	static const char *const names[] = {"v1", "v2", "v3"};
	const double mail[] = {v1, v2, v3};
	struct doc_item items[3];
	size_t count = 0;

	for (int i = 0; i < 3; i++) {
		if (mail[i] >= 0)
			items[count++] = fixture_item(names[i], mail[i]);
	}
	fixture_list(p->f, DOC_VMTAS, items, count);
}

static uint32_t
index_of(struct publish_fixture *p)
{
	const struct snap_server *row;

	publish(p);
	row = p->snap->servers[0].part[SNAP_SERVER]->rows;
	return row->vmta_fairness;
}

static const struct snap_vmta *
vmta(struct publish_fixture *p, const char *name)
{
	publish(p);
	return publish_row(p, SNAP_VMTA, fixture_object(p->f, STORE_VMTA, name)->index);
}

static void
who_is_served_by_what_waits_is_served_evenly(void **state)
{
	struct publish_fixture *p = *state;

	deliver(p, "v1", 10);
	deliver(p, "v2", 30);
	list(p, 1000, 3000, 0);
	assert_int_equal(index_of(p), 10000);
	assert_int_equal(vmta(p, "v1")->delivery_share, 2500);
	assert_int_equal(vmta(p, "v2")->delivery_share, 7500);
	assert_int_equal(vmta(p, "v1")->fairness, 100);
	assert_int_equal(vmta(p, "v2")->fairness, 100);
	assert_int_equal(vmta(p, "v3")->delivery_share, 0);
	assert_int_equal(vmta(p, "v3")->fairness, SNAP_NONE32);
}

static void
one_of_two_that_gets_all_halves_the_index(void **state)
{
	struct publish_fixture *p = *state;

	deliver(p, "v1", 10);
	list(p, 500, 500, -1);
	assert_int_equal(index_of(p), 5000);
	assert_int_equal(vmta(p, "v1")->fairness, 200);
	assert_int_equal(vmta(p, "v2")->fairness, 0);
}

static void
jains_index_of_one_two_and_three_is_six_sevenths(void **state)
{
	struct publish_fixture *p = *state;

	deliver(p, "v1", 10);
	deliver(p, "v2", 20);
	deliver(p, "v3", 30);
	list(p, 100, 100, 100);
	assert_int_equal(index_of(p), 8571);
	assert_int_equal(vmta(p, "v1")->fairness, 50);
	assert_int_equal(vmta(p, "v3")->fairness, 150);
}

static void
nothing_is_uneven_between_fewer_than_two_with_mail(void **state)
{
	struct publish_fixture *p = *state;

	deliver(p, "v1", 10);
	deliver(p, "v2", 1);
	list(p, 500, 0, -1);
	assert_int_equal(index_of(p), SNAP_NONE32);
}

static void
without_deliveries_there_is_no_fairness(void **state)
{
	struct publish_fixture *p = *state;

	list(p, 500, 500, -1);
	assert_int_equal(index_of(p), SNAP_NONE32);
	assert_int_equal(vmta(p, "v1")->delivery_share, SNAP_NONE32);
	assert_int_equal(vmta(p, "v1")->fairness, SNAP_NONE32);
}

static void
deliveries_are_those_of_the_last_hour(void **state)
{
	struct publish_fixture *p = *state;

	deliver(p, "v1", 10);
	list(p, 500, 500, -1);
	fixture_pass(p->f, 3700);
	deliver(p, "v2", 10);
	list(p, 500, 500, -1);
	assert_int_equal(vmta(p, "v1")->delivery_share, 0);
	assert_int_equal(vmta(p, "v2")->delivery_share, 10000);
	assert_int_equal(index_of(p), 5000);
}

static void
a_stale_list_tells_no_fairness(void **state)
{
	struct publish_fixture *p = *state;

	deliver(p, "v1", 10);
	list(p, 500, 500, -1);
	fixture_pass(p->f, 1000);
	assert_int_equal(index_of(p), SNAP_NONE32);
	assert_int_equal(vmta(p, "v1")->fairness, SNAP_NONE32);
	assert_int_equal(vmta(p, "v1")->delivery_share, 10000);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, publish_fixture_setup, publish_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(who_is_served_by_what_waits_is_served_evenly),
		TEST(one_of_two_that_gets_all_halves_the_index),
		TEST(jains_index_of_one_two_and_three_is_six_sevenths),
		TEST(nothing_is_uneven_between_fewer_than_two_with_mail),
		TEST(without_deliveries_there_is_no_fairness),
		TEST(deliveries_are_those_of_the_last_hour),
		TEST(a_stale_list_tells_no_fairness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
