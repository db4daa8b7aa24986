/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "action.h"
#include "action_queue.h"

#define RATE 6 /* a minute */

static int
setup(void **state)
{
	struct action_queue *queue = malloc(sizeof *queue);

	action_queue_init(queue, 100);
	*state = queue;
	return 0;
}

static int
teardown(void **state)
{
	action_queue_clear(*state);
	free(*state);
	return 0;
}

/* As actions_offer() does. */
static bool
add(struct action_queue *queue, uint32_t key, uint32_t alarm)
{
	const struct snap_event event = {.key = key, .alarm_id = alarm, .text = "text"};

	queue->offered = key;
	return action_queue_add(queue, &event);
}

/* The sequence number of the next event, 0 if none may be taken. */
static uint32_t
take(struct action_queue *queue, int64_t now, int64_t *due)
{
	struct action_event *event = action_queue_take(queue, RATE, now, due);
	const uint32_t key = event != NULL ? event->event.key : 0;

	free(event);
	return key;
}

static void
events_are_taken_in_their_order(void **state)
{
	int64_t due;

	add(*state, 101, 1);
	add(*state, 102, 2);
	assert_int_equal(take(*state, 0, &due), 101);
	assert_int_equal(take(*state, 0, &due), 102);
	assert_int_equal(take(*state, 0, &due), 0);
	assert_true(due == INT64_MAX);
}

static void
the_position_is_behind_what_was_dealt_with_and_before_what_is_at_work(void **state)
{
	struct action_queue *queue = *state;
	int64_t due;

	assert_int_equal(action_queue_position(queue), 100);
	add(queue, 105, 1);
	add(queue, 106, 2);
	queue->offered = 110;
	assert_int_equal(action_queue_position(queue), 104);
	take(queue, 0, &due);
	assert_int_equal(action_queue_position(queue), 104);
	action_queue_done(queue);
	assert_int_equal(action_queue_position(queue), 105);
	take(queue, 0, &due);
	action_queue_done(queue);
	assert_int_equal(action_queue_position(queue), 110);
}

static void
a_minute_s_worth_may_come_at_once_and_then_the_rate_counts(void **state)
{
	int64_t due;

	for (uint32_t key = 101; key < 120; key++)
		add(*state, key, key);
	for (uint32_t i = 0; i < RATE; i++)
		assert_int_equal(take(*state, 5000, &due), 101 + i);
	assert_int_equal(take(*state, 5000, &due), 0);
	assert_in_range(due, 15000, 15010);
	assert_int_equal(take(*state, due, &due), 107);
	assert_int_equal(take(*state, 15020, &due), 0);
}

static void
of_the_events_of_an_alarm_that_wait_the_newest_is_taken(void **state)
{
	int64_t due;

	add(*state, 101, 1);
	add(*state, 102, 2);
	add(*state, 103, 1);
	add(*state, 104, 0);
	add(*state, 105, 0);
	assert_int_equal(take(*state, 0, &due), 102);
	assert_int_equal(take(*state, 0, &due), 103);
	assert_int_equal(take(*state, 0, &due), 104);
	assert_int_equal(take(*state, 0, &due), 105);
}

static void
in_a_full_queue_the_oldest_makes_room_and_is_counted(void **state)
{
	struct action_queue *queue = *state;
	int64_t due;

	for (uint32_t i = 0; i < ACTION_QUEUE_MAX; i++)
		assert_true(add(queue, 101 + i, 1 + i));
	assert_false(add(queue, 500, 1000));
	assert_int_equal(queue->dropped, 1);
	assert_int_equal(queue->count, ACTION_QUEUE_MAX);
	assert_int_equal(take(queue, 0, &due), 102);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(events_are_taken_in_their_order),
		TEST(the_position_is_behind_what_was_dealt_with_and_before_what_is_at_work),
		TEST(a_minute_s_worth_may_come_at_once_and_then_the_rate_counts),
		TEST(of_the_events_of_an_alarm_that_wait_the_newest_is_taken),
		TEST(in_a_full_queue_the_oldest_makes_room_and_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
