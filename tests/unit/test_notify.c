/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the queue of notifications promises: order, one unsent notification for an alarm, no clear
 * without a raise, no raise that stays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "notify_fixture.h"

static void
sends_in_the_order_of_the_events(void **state)
{
	struct notify *n = *state;
	uint32_t first = add(n, 1, false), second = add(n, 2, false), third = add(n, 0, false);

	assert_int_equal(send_one(n, 0), first);
	assert_int_equal(send_one(n, 0), second);
	assert_int_equal(send_one(n, 0), third);
	assert_int_equal(send_one(n, 0), 0);
	assert_int_equal(notify_counts(n).sent, 3);
}

static void
sends_a_clear_after_its_raise_was_sent(void **state)
{
	struct notify *n = *state;
	uint32_t raise = add(n, 1, false), clear;

	assert_int_equal(send_one(n, 0), raise);
	clear = add(n, 1, true);
	assert_int_equal(send_one(n, 0), clear);
}

static void
sends_neither_raise_nor_clear_of_an_alarm_that_ended_unsent(void **state)
{
	struct notify *n = *state;

	add(n, 1, false);
	add(n, 1, true);
	assert_int_equal(send_one(n, 0), 0);
	assert_int_equal(notify_counts(n).coalesced, 2);
	assert_sum(n);
}

static void
replaces_an_unsent_raise_by_a_newer_one_of_the_same_alarm(void **state)
{
	struct notify *n = *state;
	uint32_t other, newer;

	add(n, 1, false);
	other = add(n, 2, false);
	newer = add(n, 1, false);
	assert_int_equal(send_one(n, 0), other);
	assert_int_equal(send_one(n, 0), newer);
	assert_int_equal(notify_counts(n).coalesced, 1);
}

static void
sends_the_clear_in_place_of_a_reminder_that_was_not_sent(void **state)
{
	struct notify *n = *state;
	uint32_t clear;

	add(n, 1, false);
	assert_int_not_equal(send_one(n, 0), 0);
	add(n, 1, false);
	clear = add(n, 1, true);
	assert_int_equal(send_one(n, 0), clear);
	assert_int_equal(send_one(n, 0), 0);
}

static void
never_coalesces_events_that_belong_to_no_alarm(void **state)
{
	struct notify *n = *state;

	add(n, 0, false);
	add(n, 0, false);
	assert_int_equal(notify_counts(n).queued, 2);
	assert_int_equal(notify_counts(n).coalesced, 0);
}

static void
drops_the_oldest_raise_when_the_queue_is_full(void **state)
{
	struct notify *n = *state;
	uint32_t second = 0;

	for (uint32_t i = 0; i < 9; i++) {
		uint32_t added = add(n, i + 1, false);

		second = i == 1 ? added : second;
	}
	assert_int_equal(notify_counts(n).dropped, 1);
	assert_int_equal(send_one(n, 0), second);
}

static void
sends_no_clear_for_a_raise_that_was_dropped(void **state)
{
	struct notify *n = *state;

	for (uint32_t i = 0; i < 9; i++)
		add(n, i + 1, false);
	add(n, 1, true);
	assert_int_equal(notify_counts(n).queued, 8);
	assert_int_equal(notify_counts(n).coalesced, 1);
	assert_sum(n);
}

static void
drops_raises_rather_than_a_clear_the_receiver_waits_for(void **state)
{
	struct notify *n = *state;
	uint32_t clear;

	add(n, 1, false);
	assert_int_not_equal(send_one(n, 0), 0);
	clear = add(n, 1, true);
	for (uint32_t i = 0; i < 50; i++)
		add(n, i + 2, false);
	assert_int_equal(send_one(n, 0), clear);
}

static void
drops_a_new_raise_when_only_clears_wait(void **state)
{
	struct notify *n = *state;
	uint32_t first;

	for (uint32_t i = 1; i <= 8; i++) {
		add(n, i, false);
		assert_int_not_equal(send_one(n, 0), 0);
	}
	first = sequence + 1;
	for (uint32_t i = 1; i <= 8; i++)
		add(n, i, true);
	add(n, 9, false);
	assert_int_equal(notify_counts(n).dropped, 1);
	assert_int_equal(send_one(n, 0), first);
}

static void
sends_raise_and_clear_if_the_raise_may_have_arrived_before_the_connection_broke(void **state)
{
	struct notify *n = *state;
	uint32_t raise = add(n, 1, false), clear, next;

	assert_true(notify_next(n, 0, &next));
	notify_written(n);
	clear = add(n, 1, true);
	notify_return(n);
	assert_int_equal(send_one(n, 0), raise);
	assert_int_equal(send_one(n, 0), clear);
	assert_int_equal(send_one(n, 0), 0);
}

static void
sends_the_clear_of_an_alarm_raised_in_an_earlier_run(void **state)
{
	struct notify *n = *state;
	uint32_t clear;

	recall(n, 7, false);
	clear = add(n, 7, true);
	assert_int_equal(send_one(n, 0), clear);
}

static void
sends_the_clear_of_an_old_alarm_whose_raise_has_left_the_ring(void **state)
{
	struct notify *n = *state;
	uint32_t clear;

	recall(n, 100, false);
	clear = add(n, 50, true);
	assert_int_equal(send_one(n, 0), clear);
}

static void
sends_the_clear_of_an_old_alarm_in_place_of_its_unsent_reminder(void **state)
{
	struct notify *n = *state;
	uint32_t clear;

	recall(n, 100, false);
	add(n, 50, false);
	clear = add(n, 50, true);
	assert_int_equal(send_one(n, 0), clear);
	assert_int_equal(send_one(n, 0), 0);
}

static void
sends_the_clear_after_an_earlier_one_went_down_with_the_connection(void **state)
{
	struct notify *n = *state;
	uint32_t next, clear;

	add(n, 1, false);
	assert_int_not_equal(send_one(n, 0), 0);
	add(n, 1, true);
	assert_true(notify_next(n, 0, &next));
	notify_written(n);
	notify_return(n);
	add(n, 1, false);
	clear = add(n, 1, true);
	assert_int_equal(send_one(n, 0), clear);
	assert_int_equal(send_one(n, 0), 0);
}

static void
forgets_that_the_receiver_knew_an_alarm_once_its_clear_was_sent(void **state)
{
	struct notify *n = *state;

	add(n, 1, false);
	assert_int_not_equal(send_one(n, 0), 0);
	add(n, 1, true);
	assert_int_not_equal(send_one(n, 0), 0);
	add(n, 1, false);
	add(n, 1, true);
	assert_int_equal(send_one(n, 0), 0);
}

static void
sends_no_clear_of_a_new_alarm_whose_raise_was_lost_unseen(void **state)
{
	struct notify *n = *state;

	recall(n, 100, false);
	notify_add_lost(n, 5);
	sequence += 5;
	add(n, 103, true);
	assert_int_equal(send_one(n, 0), 0);
	assert_int_equal(notify_counts(n).raised, 6);
	assert_int_equal(notify_counts(n).dropped, 5);
	assert_int_equal(notify_counts(n).coalesced, 1);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, notify_setup, notify_teardown)
	const struct CMUnitTest tests[] = {
		T(sends_in_the_order_of_the_events),
		T(sends_a_clear_after_its_raise_was_sent),
		T(sends_neither_raise_nor_clear_of_an_alarm_that_ended_unsent),
		T(replaces_an_unsent_raise_by_a_newer_one_of_the_same_alarm),
		T(sends_the_clear_in_place_of_a_reminder_that_was_not_sent),
		T(never_coalesces_events_that_belong_to_no_alarm),
		T(drops_the_oldest_raise_when_the_queue_is_full),
		T(sends_no_clear_for_a_raise_that_was_dropped),
		T(drops_raises_rather_than_a_clear_the_receiver_waits_for),
		T(drops_a_new_raise_when_only_clears_wait),
		T(sends_raise_and_clear_if_the_raise_may_have_arrived_before_the_connection_broke),
		T(sends_the_clear_of_an_alarm_raised_in_an_earlier_run),
		T(sends_the_clear_of_an_old_alarm_whose_raise_has_left_the_ring),
		T(sends_the_clear_of_an_old_alarm_in_place_of_its_unsent_reminder),
		T(sends_the_clear_after_an_earlier_one_went_down_with_the_connection),
		T(forgets_that_the_receiver_knew_an_alarm_once_its_clear_was_sent),
		T(sends_no_clear_of_a_new_alarm_whose_raise_was_lost_unseen),
	};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
