/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "baseline.h"

/* An hour of no importance, of which the weeks of the tests are counted. */
#define NOW 500000

static int
setup(void **state)
{
	*state = baseline_new();
	return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	baseline_free(*state);
	return 0;
}

/* What the invented site does: busy by day, calm by night, less at the end of the week; each week
 * a little different from the others. */
static uint32_t
usual(int64_t hour)
{
	const int64_t of_day = hour % 24, day = hour / 24 % 7, week = hour / BASELINE_WEEK;
	const uint32_t base = of_day >= 8 && of_day < 20 ? 10000 : 1000;

	return (day >= 5 ? base / 2 : base) + (uint32_t)(week % 4) * base / 100;
}

/* Notes the hours of some weeks up to NOW. */
static void
note_weeks(struct baseline *baseline, unsigned weeks)
{
	for (int64_t hour = NOW - (int64_t)weeks * BASELINE_WEEK; hour < NOW; hour++)
		baseline_note(baseline, hour, usual(hour));
}

static void
the_usual_is_expected_at_each_hour_of_the_week(void **state)
{
	struct baseline_norm norm;

	note_weeks(*state, 5);
	for (int64_t hour = NOW; hour < NOW + BASELINE_WEEK - 1; hour++) {
		assert_int_equal(baseline_expect(*state, hour, &norm), 0);
		assert_int_equal(norm.weeks, 4);
		/* Weeks differ by 3 % at most. */
		assert_true(norm.mean >= usual(hour) * 0.96 && norm.mean <= usual(hour) * 1.04);
		assert_true(norm.deviation > 0 && norm.deviation < norm.mean * 0.05);
	}
}

static void
one_bad_day_of_three_weeks_changes_nothing(void **state)
{
	struct baseline_norm norm;

	note_weeks(*state, 3);
	for (int64_t hour = NOW - 7 * 24; hour < NOW - 6 * 24; hour++)
		baseline_note(*state, hour, 20 * usual(hour));
	for (int64_t hour = NOW; hour < NOW + 24; hour++) {
		assert_int_equal(baseline_expect(*state, hour, &norm), 0);
		assert_int_equal(norm.weeks, BASELINE_WEEKS_ENOUGH);
		assert_true(norm.mean >= usual(hour) * 0.96 && norm.mean <= usual(hour) * 1.04);
		assert_true(norm.deviation < norm.mean * 0.1);
	}
}

static void
a_weekly_newsletter_is_expected_at_its_hour_and_at_no_other(void **state)
{
	struct baseline_norm before, at, after;

	note_weeks(*state, 4);
	for (int week = 1; week <= 4; week++)
		baseline_note(*state, NOW + 30 - week * BASELINE_WEEK, 500000 + (unsigned)week);
	baseline_expect(*state, NOW + 29, &before);
	baseline_expect(*state, NOW + 30, &at);
	baseline_expect(*state, NOW + 31, &after);
	assert_true(at.mean > 500000 && at.mean < 500005);
	assert_true(at.deviation < 1000);
	assert_true(before.mean < 11000 && after.mean < 11000);
}

static void
one_week_is_no_history(void **state)
{
	struct baseline_norm norm;

	assert_int_equal(baseline_expect(*state, NOW, &norm), -1);
	assert_int_equal(norm.weeks, 0);
	note_weeks(*state, 1);
	assert_int_equal(baseline_expect(*state, NOW, &norm), -1);
	assert_int_equal(norm.weeks, 1);
	baseline_note(*state, NOW - 2 * BASELINE_WEEK, usual(NOW));
	assert_int_equal(baseline_expect(*state, NOW, &norm), 0);
}

static void
an_hour_that_was_missed_is_expected_like_those_beside_it(void **state)
{
	struct baseline_norm norm;

	for (int64_t hour = NOW - 4 * BASELINE_WEEK; hour < NOW; hour++) {
		if (hour % BASELINE_WEEK != NOW % BASELINE_WEEK)
			baseline_note(*state, hour, 700);
	}
	assert_int_equal(baseline_expect(*state, NOW, &norm), 0);
	assert_float_equal(norm.mean, 700, 0);
	assert_float_equal(norm.deviation, 0, 0);
}

static void
the_trouble_of_this_week_is_not_taken_for_usual(void **state)
{
	struct baseline_norm norm, later;

	note_weeks(*state, 4);
	baseline_expect(*state, NOW + 48, &norm);
	for (int64_t hour = NOW; hour < NOW + 48; hour++)
		baseline_note(*state, hour, 9999999);
	baseline_expect(*state, NOW + 48, &later);
	assert_float_equal(norm.mean, later.mean, 0);
	assert_float_equal(norm.deviation, later.deviation, 0);
}

static void
what_is_older_than_four_weeks_is_forgotten(void **state)
{
	struct baseline_norm norm;

	note_weeks(*state, 4);
	for (int64_t hour = NOW; hour < NOW + 5 * BASELINE_WEEK; hour++)
		baseline_note(*state, hour, 3);
	assert_int_equal(baseline_expect(*state, NOW + 5 * BASELINE_WEEK, &norm), 0);
	assert_float_equal(norm.mean, 3, 0);
	assert_int_equal(baseline_history(*state, NOW + 5 * BASELINE_WEEK),
			 4 * BASELINE_WEEK * 3600);
}

static void
a_silence_of_weeks_leaves_no_old_numbers_behind(void **state)
{
	struct baseline_norm norm;

	note_weeks(*state, 4);
	baseline_note(*state, NOW + 3 * BASELINE_WEEK, 5);
	assert_int_equal(baseline_expect(*state, NOW + 3 * BASELINE_WEEK + 40, &norm), -1);
	assert_int_equal(norm.weeks, 1);
	baseline_note(*state, NOW + 30 * BASELINE_WEEK, 5);
	assert_int_equal(baseline_history(*state, NOW + 30 * BASELINE_WEEK), 0);
}

static void
the_later_number_of_an_hour_counts(void **state)
{
	struct baseline_norm norm;

	for (int week = 1; week <= 2; week++) {
		baseline_note(*state, NOW - week * BASELINE_WEEK, 1);
		baseline_note(*state, NOW - week * BASELINE_WEEK, 9);
	}
	baseline_expect(*state, NOW, &norm);
	assert_float_equal(norm.mean, 9, 0);
}

static void
a_clock_that_was_wrong_costs_the_history_but_not_the_future(void **state)
{
	struct baseline_norm norm;

	note_weeks(*state, 4);
	baseline_note(*state, NOW + 1000000, 1);
	note_weeks(*state, 2);
	assert_int_equal(baseline_expect(*state, NOW, &norm), 0);
	assert_int_equal(norm.weeks, 2);
}

static void
history_is_as_long_as_the_oldest_number_is_old(void **state)
{
	assert_int_equal(baseline_history(*state, NOW), 0);
	baseline_note(*state, NOW - 30, 1);
	assert_int_equal(baseline_history(*state, NOW), 30 * 3600);
	baseline_note(*state, NOW - 2, 1);
	assert_int_equal(baseline_history(*state, NOW), 30 * 3600);
}

static void
what_was_packed_comes_back_as_it_was(void **state)
{
	struct baseline *copy = baseline_new();
	uint8_t bytes[BASELINE_PACKED], again[BASELINE_PACKED];
	struct baseline_norm norm, same;

	note_weeks(*state, 3);
	baseline_pack(*state, bytes);
	assert_int_equal(baseline_unpack(copy, baseline_last(*state), bytes, sizeof bytes), 0);
	baseline_pack(copy, again);
	assert_memory_equal(bytes, again, sizeof bytes);
	for (int64_t hour = NOW; hour < NOW + BASELINE_WEEK; hour++) {
		assert_int_equal(baseline_expect(*state, hour, &norm),
				 baseline_expect(copy, hour, &same));
		assert_float_equal(norm.mean, same.mean, 0);
		assert_float_equal(norm.deviation, same.deviation, 0);
	}
	baseline_free(copy);
}

static void
bytes_of_another_length_or_time_are_refused(void **state)
{
	uint8_t bytes[BASELINE_PACKED] = {0};

	assert_int_equal(baseline_unpack(*state, NOW, bytes, sizeof bytes - 1), -1);
	assert_int_equal(baseline_unpack(*state, NOW, NULL, 0), -1);
	assert_int_equal(baseline_unpack(*state, -1, bytes, sizeof bytes), -1);
	assert_int_equal(baseline_unpack(*state, INT64_MAX, bytes, sizeof bytes), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_usual_is_expected_at_each_hour_of_the_week),
		TEST(one_bad_day_of_three_weeks_changes_nothing),
		TEST(a_weekly_newsletter_is_expected_at_its_hour_and_at_no_other),
		TEST(one_week_is_no_history),
		TEST(an_hour_that_was_missed_is_expected_like_those_beside_it),
		TEST(the_trouble_of_this_week_is_not_taken_for_usual),
		TEST(what_is_older_than_four_weeks_is_forgotten),
		TEST(a_silence_of_weeks_leaves_no_old_numbers_behind),
		TEST(the_later_number_of_an_hour_counts),
		TEST(a_clock_that_was_wrong_costs_the_history_but_not_the_future),
		TEST(history_is_as_long_as_the_oldest_number_is_old),
		TEST(what_was_packed_comes_back_as_it_was),
		TEST(bytes_of_another_length_or_time_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
