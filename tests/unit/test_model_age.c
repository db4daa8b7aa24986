/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model_fixture.h"

static struct snap_ages
ages(const struct model_fixture *f, enum store_kind kind, const char *name)
{
	return model_ages(f->model->servers[0], fixture_object(f, kind, name), f->now);
}

/* A list of gmail.com/v1 with so many recipients (negative: without it), a minute later. */
static void
list(struct model_fixture *f, double recipients)
{
	const struct doc_item item = fixture_item("gmail.com/v1", recipients);

	fixture_pass(f, 60);
	fixture_list(f, DOC_QUEUES, &item, recipients < 0 ? 0 : 1);
}

static void
defer(struct model_fixture *f, int64_t age)
{
	struct acct_record record = fixture_record(ACCT_TRANSIENT, "gmail.com/v1");

	record.time_logged = f->now.wall_ms / 1000;
	record.time_queued = record.time_logged - age;
	fixture_apply(f, &record);
}

static void
a_queue_that_was_never_seen_empty_has_no_bound(void **state)
{
	struct model_fixture *f = *state;

	list(f, 10);
	list(f, 10);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v1").bound, SNAP_NONE32);
	assert_int_equal(ages(f, STORE_PROVIDER, "gmail").bound, SNAP_NONE32);
}

static void
mail_is_not_older_than_the_last_list_without_its_queue(void **state)
{
	struct model_fixture *f = *state;

	list(f, 10);
	list(f, -1);
	list(f, 10);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v1").bound, 60);
	list(f, 10);
	fixture_pass(f, 5);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v1").bound, 125);
	assert_int_equal(ages(f, STORE_PROVIDER, "gmail").bound, 125);
}

static void
a_queue_listed_without_mail_was_empty(void **state)
{
	struct model_fixture *f = *state;

	list(f, 10);
	list(f, 0);
	list(f, 10);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v1").bound, 60);
}

static void
what_a_cut_list_leaves_out_was_not_seen_empty(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item other = fixture_item("other.example/v1", 99);

	list(f, -1);
	list(f, 10);
	fixture_pass(f, 60);
	fixture_cut_list(f, DOC_QUEUES, &other, 1, 1000);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v1").bound, SNAP_NONE32);
	list(f, 10);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v1").bound, 180);
}

static void
one_queue_of_unknown_age_leaves_its_provider_unknown(void **state)
{
	struct model_fixture *f = *state;
	struct doc_item items[2] = {fixture_item("gmail.com/v1", 1),
				    fixture_item("gmail.com/v2", 1)};

	fixture_list(f, DOC_QUEUES, items, 1);
	fixture_pass(f, 60);
	fixture_list(f, DOC_QUEUES, items, 2);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v2").bound, 60);
	assert_int_equal(ages(f, STORE_PROVIDER, "gmail").bound, SNAP_NONE32);
}

static void
the_oldest_that_failed_is_the_estimate_and_grows(void **state)
{
	struct model_fixture *f = *state;

	list(f, 10);
	defer(f, 300);
	defer(f, 5000);
	defer(f, 40);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v1").estimate, 5000);
	fixture_pass(f, 20);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v1").estimate, 5020);
	assert_int_equal(ages(f, STORE_PROVIDER, "gmail").estimate, 5020);
}

static void
what_failed_long_ago_says_nothing_of_today(void **state)
{
	struct model_fixture *f = *state;

	defer(f, 5000);
	fixture_pass(f, 3700);
	list(f, 10);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v1").estimate, SNAP_NONE32);
	defer(f, 70);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v1").estimate, 70);
}

static void
the_estimate_never_exceeds_the_bound(void **state)
{
	struct model_fixture *f = *state;

	list(f, -1);
	list(f, 10);
	defer(f, 5000);
	assert_int_equal(ages(f, STORE_QUEUE, "gmail.com/v1").estimate, 60);
	assert_int_equal(ages(f, STORE_PROVIDER, "gmail").estimate, 60);
}

static void
without_mail_or_news_there_is_no_age(void **state)
{
	struct model_fixture *f = *state;

	list(f, -1);
	list(f, 10);
	defer(f, 30);
	list(f, -1);
	assert_int_equal(ages(f, STORE_PROVIDER, "gmail").estimate, SNAP_NONE32);
	assert_int_equal(ages(f, STORE_PROVIDER, "gmail").bound, SNAP_NONE32);
	list(f, 10);
	fixture_pass(f, 1000);
	assert_int_equal(ages(f, STORE_PROVIDER, "gmail").bound, SNAP_NONE32);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_queue_that_was_never_seen_empty_has_no_bound),
		TEST(mail_is_not_older_than_the_last_list_without_its_queue),
		TEST(a_queue_listed_without_mail_was_empty),
		TEST(what_a_cut_list_leaves_out_was_not_seen_empty),
		TEST(one_queue_of_unknown_age_leaves_its_provider_unknown),
		TEST(the_oldest_that_failed_is_the_estimate_and_grows),
		TEST(what_failed_long_ago_says_nothing_of_today),
		TEST(the_estimate_never_exceeds_the_bound),
		TEST(without_mail_or_news_there_is_no_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
