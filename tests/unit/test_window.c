/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_window.c - what a window sums, and when it forgets. What it saves is in test_window_store.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "window.h"

/* The begin of a minute. */
#define NOON 1795341600
#define DAY 86400

static const struct window_shape day = {DAY, true};
static const struct window_shape hour = {3600, false};

static const struct window_event a_deferral = {
	.count = {[WINDOW_DEFERRED] = 1, [WINDOW_ATTEMPTS] = 1}};

static void
add(struct window **window, const struct window_shape *shape, int64_t asof, int64_t when)
{
	assert_int_equal(window_add(window, shape, asof, when, &a_deferral), WINDOW_OK);
}

/* Deferrals in a window. */
static int
deferrals(const struct window *window, const struct window_shape *shape, int64_t asof,
	  uint32_t seconds)
{
	struct window_sum sum;

	assert_int_equal(window_sum(window, shape, asof, seconds, &sum), 0);
	assert_int_equal(sum.count[WINDOW_ATTEMPTS], sum.count[WINDOW_DEFERRED]);
	return (int)sum.count[WINDOW_DEFERRED];
}

static void
an_object_without_events_has_no_window_and_zero_sums(void **state)
{
	struct window *none = NULL;

	(void)state;
	assert_int_equal(deferrals(none, &day, NOON, 60), 0);
	window_trim(&none, &day, NOON);
	window_clean(none);
	window_unsave(none);
	window_free(&none);
	assert_null(none);
	assert_false(window_is_dirty(none));
}

static void
an_event_of_nothing_makes_no_window(void **state)
{
	const struct window_event nothing = {0};
	struct window *window = NULL;

	(void)state;
	assert_int_equal(window_add(&window, &day, NOON, NOON, &nothing), WINDOW_OK);
	assert_null(window);
}

static void
every_part_of_an_event_is_summed(void **state)
{
	const struct window_event event = {{1, 2, 3, 4, 5, 6, 7, 8}, 9, 10, true};
	struct window *window = NULL;
	struct window_sum sum;

	(void)state;
	assert_int_equal(window_add(&window, &day, NOON, NOON, &event), WINDOW_OK);
	assert_int_equal(window_add(&window, &day, NOON, NOON - 30, &event), WINDOW_OK);
	assert_int_equal(window_sum(window, &day, NOON, 60, &sum), 0);
	for (unsigned i = 0; i < WINDOW_COUNTS; i++)
		assert_int_equal(sum.count[i], 2 * (i + 1));
	assert_int_equal(sum.bytes, 18);
	assert_int_equal(latency_count(&sum.latency), 2);
	assert_int_equal(latency_longest(&sum.latency), 10);
	window_free(&window);
}

static void
only_a_timed_event_has_a_latency(void **state)
{
	const struct window_event untimed = {.count = {1}, .latency = 9};
	const struct window_event early = {.count = {1}, .latency = -9, .timed = true};
	struct window *window = NULL;
	struct window_sum sum;

	(void)state;
	window_add(&window, &day, NOON, NOON, &untimed);
	window_sum(window, &day, NOON, 60, &sum);
	assert_int_equal(latency_count(&sum.latency), 0);
	window_add(&window, &day, NOON, NOON, &early);
	window_sum(window, &day, NOON, 60, &sum);
	assert_int_equal(latency_count(&sum.latency), 1);
	assert_int_equal(latency_longest(&sum.latency), 0);
	window_free(&window);
}

static void
a_short_window_is_the_slot_of_now_and_those_before_it(void **state)
{
	struct window *window = NULL;

	(void)state;
	add(&window, &day, NOON, NOON - 1);
	/* Its slot is the sixth of the minute before noon. */
	assert_int_equal(deferrals(window, &day, NOON - 10, 60), 1);
	assert_int_equal(deferrals(window, &day, NOON - 11, 60), 0);
	assert_int_equal(deferrals(window, &day, NOON + 49, 60), 1);
	assert_int_equal(deferrals(window, &day, NOON + 50, 60), 0);
	assert_int_equal(deferrals(window, &day, NOON + 589, 600), 1);
	assert_int_equal(deferrals(window, &day, NOON + 590, 600), 0);
	assert_int_equal(deferrals(window, &day, NOON - 1, 10), 1);
	assert_int_equal(deferrals(window, &day, NOON, 10), 0);
	window_free(&window);
}

static void
a_long_window_is_the_minute_of_now_and_those_before_it(void **state)
{
	struct window *window = NULL;

	(void)state;
	add(&window, &day, NOON, NOON - 1);
	assert_int_equal(deferrals(window, &day, NOON - 60, 660), 1);
	assert_int_equal(deferrals(window, &day, NOON - 61, 660), 0);
	assert_int_equal(deferrals(window, &day, NOON + 599, 660), 1);
	assert_int_equal(deferrals(window, &day, NOON + 600, 660), 0);
	assert_int_equal(deferrals(window, &day, NOON + DAY - 61, DAY), 1);
	assert_int_equal(deferrals(window, &day, NOON + DAY - 60, DAY), 0);
	window_free(&window);
}

static void
without_fine_slots_all_windows_are_whole_minutes(void **state)
{
	struct window *window = NULL;

	(void)state;
	add(&window, &hour, NOON, NOON - 1);
	assert_int_equal(deferrals(window, &hour, NOON - 60, 600), 1);
	assert_int_equal(deferrals(window, &hour, NOON - 61, 600), 0);
	assert_int_equal(deferrals(window, &hour, NOON + 539, 600), 1);
	assert_int_equal(deferrals(window, &hour, NOON + 540, 600), 0);
	assert_int_equal(deferrals(window, &hour, NOON + 3539, 3600), 1);
	assert_int_equal(deferrals(window, &hour, NOON + 3540, 3600), 0);
	window_free(&window);
}

static void
a_length_that_the_shape_does_not_answer_is_refused(void **state)
{
	static const uint32_t bad[] = {0, 5, 15, 605, 610, 690, DAY + 60, UINT32_MAX};
	static const uint32_t too_fine[] = {10, 60, 540, 630, 3660};
	struct window *window = NULL;
	struct window_sum sum;

	(void)state;
	add(&window, &day, NOON, NOON);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(window_sum(window, &day, NOON, bad[i], &sum), -1);
		assert_int_equal(sum.count[WINDOW_DEFERRED], 0);
		assert_int_equal(window_sum_count(window, &day, NOON, bad[i], WINDOW_DEFERRED), 0);
		assert_false(window_answers(&day, bad[i]));
	}
	for (size_t i = 0; i < sizeof too_fine / sizeof *too_fine; i++)
		assert_int_equal(window_sum(window, &hour, NOON, too_fine[i], &sum), -1);
	window_free(&window);
}

static void
records_count_in_whatever_order_they_come(void **state)
{
	static const int64_t order[] = {-300, 0, -60, -3000, -59, 5, -80000, -300};
	struct window *window = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		add(&window, &day, NOON, NOON + order[i]);
	assert_int_equal(deferrals(window, &day, NOON, 60), 2);
	assert_int_equal(deferrals(window, &day, NOON, 70), 4);
	assert_int_equal(deferrals(window, &day, NOON, 600), 6);
	assert_int_equal(deferrals(window, &day, NOON, 3600), 7);
	assert_int_equal(deferrals(window, &day, NOON, DAY), 8);
	window_free(&window);
}

static void
a_record_before_the_horizon_is_ignored(void **state)
{
	struct window *window = NULL;
	const int64_t oldest = NOON + 60 - DAY;

	(void)state;
	assert_int_equal(window_oldest(&day, NOON), oldest);
	assert_int_equal(window_oldest(&day, NOON + 59), oldest);
	assert_int_equal(window_add(&window, &day, NOON, oldest - 1, &a_deferral), WINDOW_TOO_OLD);
	assert_null(window);
	add(&window, &day, NOON, oldest);
	assert_int_equal(deferrals(window, &day, NOON + 59, DAY), 1);
	assert_int_equal(deferrals(window, &day, NOON + 60, DAY), 0);
	window_free(&window);
}

static void
a_record_ahead_of_now_counts_once_now_reaches_it(void **state)
{
	struct window *window = NULL;

	(void)state;
	add(&window, &day, NOON, NOON + 3600);
	window_trim(&window, &day, NOON);
	assert_int_equal(deferrals(window, &day, NOON, DAY), 0);
	assert_int_equal(deferrals(window, &day, NOON + 3599, 60), 0);
	assert_int_equal(deferrals(window, &day, NOON + 3600, 60), 1);
	window_free(&window);
}

static void
a_time_that_no_record_has_is_ignored(void **state)
{
	struct window *window = NULL;

	(void)state;
	assert_int_equal(window_add(&window, &day, NOON, INT64_MIN, &a_deferral), WINDOW_TOO_OLD);
	assert_int_equal(window_add(&window, &day, 0, -1, &a_deferral), WINDOW_TOO_OLD);
	assert_int_equal(window_add(&window, &day, NOON, INT64_MAX, &a_deferral), WINDOW_TOO_NEW);
	assert_null(window);
}

static void
an_absurd_clock_does_no_harm(void **state)
{
	static const int64_t clocks[] = {INT64_MIN, -1, 0, 59, INT64_MAX};
	struct window *window = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
		window_add(&window, &day, clocks[i], clocks[i], &a_deferral);
		assert_int_equal(deferrals(window, &day, INT64_MIN, DAY), window != NULL);
		window_trim(&window, &day, 0);
		window_free(&window);
	}
}

static void
trimming_changes_no_sum(void **state)
{
	static const uint32_t windows[] = {60, 300, 600, 3600, DAY};
	struct window *window = NULL;
	struct window_event event = a_deferral;
	struct window_sum before[5], after;

	(void)state;
	event.timed = true;
	for (int64_t when = NOON - 2 * 3600; when <= NOON + 600; when += 7) {
		event.latency = when % 1000;
		window_add(&window, &day, NOON - 3600, when, &event);
	}
	for (int64_t now = NOON; now < NOON + 3600; now += 13) {
		for (size_t i = 0; i < 5; i++)
			window_sum(window, &day, now, windows[i], &before[i]);
		window_trim(&window, &day, now);
		for (size_t i = 0; i < 5; i++) {
			window_sum(window, &day, now, windows[i], &after);
			assert_memory_equal(&after, &before[i], sizeof after);
		}
	}
	window_free(&window);
}

static void
trimming_frees_a_window_when_its_last_event_leaves_the_longest(void **state)
{
	struct window *window = NULL;

	(void)state;
	add(&window, &hour, NOON, NOON);
	window_trim(&window, &hour, NOON + 3599);
	assert_non_null(window);
	window_trim(&window, &hour, NOON + 3600);
	assert_null(window);
}

static void
a_late_record_joins_the_minute_that_was_merged(void **state)
{
	struct window *window = NULL;

	(void)state;
	add(&window, &day, NOON, NOON + 25);
	window_trim(&window, &day, NOON + 1200);
	add(&window, &day, NOON + 1200, NOON + 55);
	assert_int_equal(deferrals(window, &day, NOON + 1200, 1260), 2);
	assert_int_equal(deferrals(window, &day, NOON + 1200, 1200), 0);
	window_free(&window);
}

static void
a_clock_step_of_a_day_loses_nothing_within_the_horizon(void **state)
{
	struct window *window = NULL;

	(void)state;
	add(&window, &day, NOON, NOON);
	/* Back: what was counted lies ahead, new records have slots of their own. */
	window_trim(&window, &day, NOON - DAY);
	add(&window, &day, NOON - DAY, NOON - DAY);
	assert_int_equal(deferrals(window, &day, NOON - DAY, DAY), 1);
	/* Forth again: the day before is just out of reach, the first event is not. */
	window_trim(&window, &day, NOON);
	assert_int_equal(deferrals(window, &day, NOON, 60), 1);
	assert_int_equal(deferrals(window, &day, NOON, DAY), 1);
	window_free(&window);
}

static void
sums_are_larger_than_a_slot_can_hold(void **state)
{
	const uint64_t most = ((uint64_t)1 << 48) - 1;
	struct window_event event = {.count = {UINT32_MAX}};
	struct window *window = NULL;
	struct window_sum sum;

	(void)state;
	for (int i = 0; i < 3; i++) {
		event.bytes = i == 0 ? UINT64_MAX : most;
		window_add(&window, &day, NOON, NOON - 10 * i, &event);
		/* A slot is full with the first, and stays so. */
		window_add(&window, &day, NOON, NOON - 10 * i, &event);
	}
	window_sum(window, &day, NOON, 60, &sum);
	assert_true(sum.count[0] == 3 * (uint64_t)UINT32_MAX);
	assert_true(sum.bytes == 3 * most);
	window_free(&window);
}

static void
a_flood_of_records_ahead_of_now_pushes_out_the_oldest(void **state)
{
	struct window *window = NULL;
	int kept = 0;

	(void)state;
	add(&window, &hour, NOON, NOON);
	for (int i = 1; i <= 100000; i++)
		add(&window, &hour, NOON, NOON + 60 * i);
	for (int i = 0; i <= 100020; i += 60)
		kept += deferrals(window, &hour, NOON + 60 * i, 3600);
	assert_int_equal(kept, 2 * 60);
	assert_int_equal(deferrals(window, &hour, NOON + 60 * 100000, 3600), 60);
	assert_int_equal(window_add(&window, &hour, NOON, NOON, &a_deferral), WINDOW_TOO_OLD);
	window_free(&window);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_without_events_has_no_window_and_zero_sums),
		cmocka_unit_test(an_event_of_nothing_makes_no_window),
		cmocka_unit_test(every_part_of_an_event_is_summed),
		cmocka_unit_test(only_a_timed_event_has_a_latency),
		cmocka_unit_test(a_short_window_is_the_slot_of_now_and_those_before_it),
		cmocka_unit_test(a_long_window_is_the_minute_of_now_and_those_before_it),
		cmocka_unit_test(without_fine_slots_all_windows_are_whole_minutes),
		cmocka_unit_test(a_length_that_the_shape_does_not_answer_is_refused),
		cmocka_unit_test(records_count_in_whatever_order_they_come),
		cmocka_unit_test(a_record_before_the_horizon_is_ignored),
		cmocka_unit_test(a_record_ahead_of_now_counts_once_now_reaches_it),
		cmocka_unit_test(a_time_that_no_record_has_is_ignored),
		cmocka_unit_test(an_absurd_clock_does_no_harm),
		cmocka_unit_test(trimming_changes_no_sum),
		cmocka_unit_test(trimming_frees_a_window_when_its_last_event_leaves_the_longest),
		cmocka_unit_test(a_late_record_joins_the_minute_that_was_merged),
		cmocka_unit_test(a_clock_step_of_a_day_loses_nothing_within_the_horizon),
		cmocka_unit_test(sums_are_larger_than_a_slot_can_hold),
		cmocka_unit_test(a_flood_of_records_ahead_of_now_pushes_out_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
