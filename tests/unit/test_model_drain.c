/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "model_fixture.h"

#define QUEUE "gmail.com/v1"

/* Lists are polled each minute (FIXTURE: list-interval 60 s). */
static void
list(struct model_fixture *f, double recipients)
{
	const struct doc_item item = fixture_item(QUEUE, recipients);

	fixture_pass(f, 60);
	fixture_list(f, DOC_QUEUES, &item, recipients < 0 ? 0 : 1);
}

/* Lists for so many minutes, the level changing by the same in each. Returns the last level. */
static double
lists(struct model_fixture *f, int minutes, double level, double change)
{
	for (int i = 0; i < minutes; i++, level += change)
		list(f, level);
	return level - change;
}

static struct snap_drain
drain(const struct model_fixture *f)
{
	return model_drain(f->model->servers[0], fixture_object(f, STORE_QUEUE, QUEUE), f->now);
}

static uint8_t
stuck(const struct model_fixture *f)
{
	return model_stuck(f->model->servers[0], fixture_object(f, STORE_QUEUE, QUEUE), f->now);
}

static void
record(struct model_fixture *f, enum acct_type type, int64_t age, int times)
{
	struct acct_record record = fixture_record(type, QUEUE);

	record.time_logged = f->now.wall_ms / 1000;
	record.time_queued = record.time_logged - age;
	for (int i = 0; i < times; i++)
		fixture_apply(f, &record);
}

/* Deliveries count only where accounting is seen to tell of them. */
static void
tell_of_deliveries(struct model_fixture *f)
{
	f->model->servers[0]->sources[f->model->servers[0]->source_count - 1].types |=
		1u << ACCT_DELIVERY;
}

static void
one_or_two_lists_tell_no_rate(void **state)
{
	struct model_fixture *f = *state;

	list(f, 5000);
	assert_int_equal(drain(f).rate, SNAP_NONE_RATE);
	list(f, 4000);
	assert_int_equal(drain(f).rate, SNAP_NONE_RATE);
	assert_int_equal(drain(f).time, SNAP_NONE32);
	list(f, 3000);
	assert_int_equal(drain(f).rate, 60000);
	assert_int_equal(drain(f).time, 180);
}

static void
a_growing_queue_has_a_negative_rate_and_no_time(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 5, 1000, 10);
	assert_int_equal(drain(f).rate, -600);
	assert_int_equal(drain(f).time, SNAP_NONE32);
}

static void
a_queue_that_keeps_its_level_has_the_rate_0_and_no_time(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 5, 1000, 0);
	assert_int_equal(drain(f).rate, 0);
	assert_int_equal(drain(f).time, SNAP_NONE32);
}

static void
the_rate_is_that_of_ten_to_twelve_minutes(void **state)
{
	struct model_fixture *f = *state;
	double level = lists(f, 60, 100000, -100);

	assert_int_equal(drain(f).rate, 6000);
	/* From now on it stands: what was before is gone from the rate in twelve minutes. */
	lists(f, 9, level, 0);
	assert_true(drain(f).rate > 0);
	lists(f, 4, level, 0);
	assert_int_equal(drain(f).rate, 0);
}

static void
polls_an_hour_apart_tell_a_rate_from_the_second_on(void **state)
{
	struct model_fixture *f = *state;
	struct doc_item item = fixture_item(QUEUE, 5000);

	f->conf.list_interval_ms = 3600000;
	fixture_list(f, DOC_QUEUES, &item, 1);
	assert_int_equal(drain(f).rate, SNAP_NONE_RATE);
	item.rcp = 3000;
	fixture_pass(f, 3600);
	fixture_list(f, DOC_QUEUES, &item, 1);
	assert_int_equal(drain(f).rate, 2000);
	assert_int_equal(drain(f).time, 5400);
}

static void
a_gap_in_the_polls_begins_the_measurement_anew(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 5, 5000, -100);
	fixture_pass(f, 400);
	assert_int_equal(drain(f).rate, SNAP_NONE_RATE);
	list(f, 100);
	assert_int_equal(drain(f).rate, SNAP_NONE_RATE);
	lists(f, 2, 90, -10);
	assert_int_equal(drain(f).rate, 600);
}

static void
one_failed_poll_is_no_gap(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 3, 5000, -100);
	fixture_pass(f, 60);
	list(f, 4600);
	assert_int_equal(drain(f).rate, 6000);
}

static void
a_queue_that_a_cut_list_left_out_has_no_rate_and_begins_anew(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_item other = fixture_item("other.example/v1", 9000);

	lists(f, 5, 5000, -100);
	fixture_pass(f, 60);
	fixture_cut_list(f, DOC_QUEUES, &other, 1, 20000);
	assert_int_equal(drain(f).rate, SNAP_NONE_RATE);
	list(f, 4000);
	assert_int_equal(drain(f).rate, SNAP_NONE_RATE);
}

static void
what_comes_into_an_empty_queue_begins_anew(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 3, 100, 0);
	list(f, -1);
	list(f, 9000);
	list(f, 8900);
	assert_int_equal(drain(f).rate, SNAP_NONE_RATE);
	list(f, 8800);
	assert_int_equal(drain(f).rate, 6000);
	list(f, 0);
	assert_int_equal(drain(f).rate, SNAP_NONE_RATE);
	lists(f, 3, 9000, -100);
	assert_int_equal(drain(f).rate, 6000);
}

static void
a_level_that_is_not_told_is_none(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 5, 5000, -100);
	list(f, NAN);
	assert_int_equal(drain(f).rate, SNAP_NONE_RATE);
	list(f, 100);
	assert_int_equal(drain(f).rate, SNAP_NONE_RATE);
}

static void
deliveries_of_ten_minutes_count_six_times(void **state)
{
	struct model_fixture *f = *state;

	record(f, ACCT_DELIVERY, 5, 7);
	assert_int_equal(drain(f).deliveries, 42);
	fixture_pass(f, 700);
	assert_int_equal(drain(f).deliveries, 0);
}

static void
without_accounting_deliveries_are_unknown(void **state)
{
	struct model_fixture *f = *state;

	f->servers[0].accounting_count = 0;
	fixture_configure(f);
	list(f, 10);
	assert_int_equal(drain(f).deliveries, SNAP_NONE32);
}

static void
large_old_and_standing_is_stuck(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 5, 1000, 0);
	record(f, ACCT_TRANSIENT, 1800, 1);
	assert_int_equal(stuck(f), 1);
}

static void
one_recipient_less_is_not_large(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 5, 999, 0);
	record(f, ACCT_TRANSIENT, 1800, 1);
	assert_int_equal(stuck(f), 2);
}

static void
one_second_less_is_not_old(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 5, 1000, 0);
	record(f, ACCT_TRANSIENT, 1799, 1);
	assert_int_equal(stuck(f), 2);
}

static void
what_would_be_gone_in_a_day_is_draining(void **state)
{
	struct model_fixture *f = *state;

	/* 24000 in 24 hours are 1000 an hour: 17 in each minute are more, 16 less. */
	lists(f, 5, 24000, -17);
	record(f, ACCT_TRANSIENT, 1800, 1);
	assert_int_equal(stuck(f), 2);
	lists(f, 15, 24000, -16);
	assert_int_equal(stuck(f), 1);
}

static void
a_queue_that_grows_but_is_delivered_from_is_not_stuck(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 5, 2400, 100);
	record(f, ACCT_TRANSIENT, 1800, 1);
	assert_int_equal(stuck(f), 1);
	record(f, ACCT_DELIVERY, 5, 20);
	assert_int_equal(stuck(f), 2);
}

static void
without_an_age_or_a_rate_it_cannot_be_told(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 5, 1000, 0);
	assert_int_equal(stuck(f), 0);
	list(f, -1);
	list(f, 1000);
	record(f, ACCT_TRANSIENT, 7200, 1);
	/* Since it was empty a minute ago it is not old, whatever failed. */
	assert_int_equal(stuck(f), 2);
	fixture_restart(f);
	list(f, 1000);
	record(f, ACCT_TRANSIENT, 7200, 1);
	assert_int_equal(stuck(f), 0);
}

static void
a_queue_without_mail_or_too_small_for_the_list_is_not_stuck(void **state)
{
	struct model_fixture *f = *state;
	struct doc_item other = fixture_item("other.example/v1", 999);

	list(f, 1000);
	fixture_pass(f, 60);
	fixture_cut_list(f, DOC_QUEUES, &other, 1, 20000);
	assert_int_equal(stuck(f), 2);
	other.rcp = 1000;
	fixture_pass(f, 60);
	fixture_cut_list(f, DOC_QUEUES, &other, 1, 20000);
	assert_int_equal(stuck(f), 0);
	list(f, -1);
	assert_int_equal(stuck(f), 2);
	fixture_pass(f, 1000);
	assert_int_equal(stuck(f), 0);
}

static void
what_is_never_empty_is_as_old_as_its_bound_where_nothing_else_is_known(void **state)
{
	struct model_fixture *f = *state;

	list(f, -1);
	lists(f, 29, 1000, 0);
	assert_int_equal(stuck(f), 2);
	list(f, 1000);
	assert_int_equal(stuck(f), 1);
}

static void
the_limits_are_configured(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 5, 500, -1);
	record(f, ACCT_TRANSIENT, 100, 1);
	assert_int_equal(stuck(f), 2);
	f->conf.stuck_recipients = 100;
	f->conf.stuck_age_s = 60;
	/* 496 at 60 an hour: more than eight hours. */
	assert_int_equal(stuck(f), 2);
	f->conf.stuck_drain_s = 8 * 3600;
	assert_int_equal(stuck(f), 1);
}

static void
stuck_queues_are_counted_for_server_vmta_and_provider(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 5, 1000, 0);
	record(f, ACCT_TRANSIENT, 1800, 1);
	list(f, 1000);
	assert_int_equal(f->model->servers[0]->queues_stuck, 1);
	assert_int_equal(fixture_object(f, STORE_VMTA, "v1")->group->queues_stuck, 1);
	assert_int_equal(fixture_object(f, STORE_PROVIDER, "gmail")->group->queues_stuck, 1);
	list(f, 900);
	assert_int_equal(f->model->servers[0]->queues_stuck, 0);
	assert_int_equal(fixture_object(f, STORE_VMTA, "v1")->group->queues_stuck, 0);
	assert_int_equal(fixture_object(f, STORE_PROVIDER, "gmail")->group->queues_stuck, 0);
}

static struct snap_ages
ages(const struct model_fixture *f, enum store_kind kind, const char *name)
{
	return model_ages(f->model->servers[0], fixture_object(f, kind, name), f->now);
}

static void
where_fewer_left_than_were_there_some_still_wait(void **state)
{
	struct model_fixture *f = *state;

	tell_of_deliveries(f);
	lists(f, 10, 100, 5);
	record(f, ACCT_DELIVERY, 5, 99);
	assert_int_equal(ages(f, STORE_QUEUE, QUEUE).estimate, SNAP_NONE32);
	list(f, 200);
	assert_int_equal(ages(f, STORE_QUEUE, QUEUE).estimate, 600);
	assert_int_equal(ages(f, STORE_PROVIDER, "gmail").estimate, 600);
	assert_int_equal(ages(f, STORE_VMTA, "v1").estimate, 600);
	record(f, ACCT_BOUNCE, 5, 1);
	assert_int_equal(ages(f, STORE_QUEUE, QUEUE).estimate, SNAP_NONE32);
}

static void
what_the_levels_fell_by_left_too(void **state)
{
	struct model_fixture *f = *state;

	tell_of_deliveries(f);
	list(f, 100);
	for (int i = 0; i < 10; i++) {
		list(f, 90);
		list(f, 100);
	}
	assert_int_equal(ages(f, STORE_QUEUE, QUEUE).estimate, SNAP_NONE32);
	/* With the last fall it is watched anew. */
	lists(f, 9, 100, 0);
	assert_int_equal(ages(f, STORE_QUEUE, QUEUE).estimate, 600);
}

static void
where_no_delivery_was_ever_read_nobody_knows_who_left(void **state)
{
	struct model_fixture *f = *state;

	lists(f, 20, 100, 5);
	assert_int_equal(ages(f, STORE_QUEUE, QUEUE).estimate, SNAP_NONE32);
}

static void
what_is_not_needed_any_more_is_forgotten(void **state)
{
	struct model_fixture *f = *state;
	struct model_object *queue;

	list(f, 10);
	queue = fixture_object(f, STORE_QUEUE, QUEUE);
	model_trim(f->model->servers[0], f->now);
	assert_non_null(queue->wait);
	list(f, -1);
	record(f, ACCT_TRANSIENT, 10, 1);
	model_trim(f->model->servers[0], f->now);
	assert_non_null(queue->wait);
	fixture_pass(f, 3700);
	model_trim(f->model->servers[0], f->now);
	assert_null(queue->wait);
	assert_null(fixture_object(f, STORE_PROVIDER, "gmail")->wait);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_or_two_lists_tell_no_rate),
		TEST(a_growing_queue_has_a_negative_rate_and_no_time),
		TEST(a_queue_that_keeps_its_level_has_the_rate_0_and_no_time),
		TEST(the_rate_is_that_of_ten_to_twelve_minutes),
		TEST(polls_an_hour_apart_tell_a_rate_from_the_second_on),
		TEST(a_gap_in_the_polls_begins_the_measurement_anew),
		TEST(one_failed_poll_is_no_gap),
		TEST(a_queue_that_a_cut_list_left_out_has_no_rate_and_begins_anew),
		TEST(what_comes_into_an_empty_queue_begins_anew),
		TEST(a_level_that_is_not_told_is_none),
		TEST(deliveries_of_ten_minutes_count_six_times),
		TEST(without_accounting_deliveries_are_unknown),
		TEST(large_old_and_standing_is_stuck),
		TEST(one_recipient_less_is_not_large),
		TEST(one_second_less_is_not_old),
		TEST(what_would_be_gone_in_a_day_is_draining),
		TEST(a_queue_that_grows_but_is_delivered_from_is_not_stuck),
		TEST(without_an_age_or_a_rate_it_cannot_be_told),
		TEST(a_queue_without_mail_or_too_small_for_the_list_is_not_stuck),
		TEST(what_is_never_empty_is_as_old_as_its_bound_where_nothing_else_is_known),
		TEST(the_limits_are_configured),
		TEST(stuck_queues_are_counted_for_server_vmta_and_provider),
		TEST(where_fewer_left_than_were_there_some_still_wait),
		TEST(what_the_levels_fell_by_left_too),
		TEST(where_no_delivery_was_ever_read_nobody_knows_who_left),
		TEST(what_is_not_needed_any_more_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
