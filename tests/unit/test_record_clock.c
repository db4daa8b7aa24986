/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record_clock.h"
#include "snapshot.h"

#define WALL INT64_C(1795348800) /* 2026-11-22 12:00:00 UTC */

static struct record_clock clock_;
static struct moment now;

static int
setup(void **state)
{
	(void)state;
	clock_ = (struct record_clock){.newest = SNAP_NO_TIME};
	now = (struct moment){.wall_ms = WALL * 1000, .mono_ms = 5000000};
	return 0;
}

static void
pass(int64_t seconds)
{
	now.wall_ms += seconds * 1000;
	now.mono_ms += seconds * 1000;
}

static void
note(int64_t time, int times)
{
	for (int i = 0; i < times; i++)
		record_clock_note(&clock_, time, now);
}

static int64_t
told(void)
{
	return record_clock_now(&clock_, now);
}

static void
before_the_first_record_there_is_no_time(void **state)
{
	(void)state;
	assert_int_equal(told(), SNAP_NO_TIME);
}

static void
the_newest_record_counts_in_whatever_order_they_come(void **state)
{
	(void)state;
	note(WALL - 30, 1);
	note(WALL - 10, 1);
	note(WALL - 20, 1);
	assert_int_equal(told(), WALL - 10);
}

static void
between_records_it_goes_on(void **state)
{
	(void)state;
	note(WALL - 3600, 1);
	pass(90);
	assert_int_equal(told(), WALL - 3600 + 90);
	note(WALL - 3600 + 20, 1);
	assert_int_equal(told(), WALL - 3600 + 90);
	note(WALL - 3600 + 100, 1);
	assert_int_equal(told(), WALL - 3600 + 100);
}

static void
it_does_not_run_past_our_clock_by_itself(void **state)
{
	(void)state;
	note(WALL - 2, 1);
	now.mono_ms += 60000;
	assert_int_equal(told(), WALL);
}

static void
a_clock_a_little_ahead_of_ours_is_followed(void **state)
{
	(void)state;
	note(WALL + 300, 1);
	assert_int_equal(told(), WALL + 300);
	pass(10);
	note(WALL + 310, 1);
	assert_int_equal(told(), WALL + 310);
}

static void
a_leap_in_a_backlog_is_believed_when_the_rows_behind_it_agree(void **state)
{
	(void)state;
	note(WALL - 50000, 1);
	note(WALL - 20000, RECORD_CLOCK_PAST - 1);
	assert_int_equal(told(), WALL - 50000);
	note(WALL - 19990, 1);
	assert_int_equal(told(), WALL - 19990);
}

static void
one_row_far_ahead_moves_nothing(void **state)
{
	(void)state;
	note(WALL - 5, 1);
	for (int i = 0; i < 2 * RECORD_CLOCK_FUTURE; i++) {
		note(WALL + 400000000, 1);
		note(WALL - 5, 1);
	}
	assert_int_equal(told(), WALL - 5);
}

static void
rows_far_ahead_that_do_not_agree_move_nothing(void **state)
{
	(void)state;
	note(WALL - 5, 1);
	for (int i = 0; i < 2 * RECORD_CLOCK_FUTURE; i++)
		note(WALL + 100000 * (1 + i % 2), 1);
	assert_int_equal(told(), WALL - 5);
}

static void
a_server_whose_clock_is_ahead_is_followed_after_many_rows(void **state)
{
	(void)state;
	note(WALL + 7200, RECORD_CLOCK_FUTURE - 1);
	assert_int_equal(told(), SNAP_NO_TIME);
	note(WALL + 7201, 1);
	assert_int_equal(told(), WALL + 7201);
}

static void
a_clock_led_astray_is_set_back(void **state)
{
	(void)state;
	note(WALL + 7200, RECORD_CLOCK_FUTURE);
	note(WALL, RECORD_CLOCK_FUTURE - 1);
	assert_int_equal(told(), WALL + 7200);
	note(WALL, 1);
	assert_int_equal(told(), WALL);
}

static void
rows_of_a_file_that_is_behind_do_not_set_it_back(void **state)
{
	(void)state;
	note(WALL, 1);
	note(WALL - 40000, 10 * RECORD_CLOCK_FUTURE);
	assert_int_equal(told(), WALL);
}

static void
what_passed_while_we_were_away_has_passed_for_it(void **state)
{
	(void)state;
	record_clock_restore(&clock_, WALL - 1000, (WALL - 990) * 1000, now);
	assert_int_equal(told(), WALL - 10);
	record_clock_restore(&clock_, WALL - 1000, (WALL + 5000) * 1000, now);
	assert_int_equal(told(), WALL - 1000);
}

static void
a_wall_clock_that_was_behind_before_a_restart_does_not_put_it_ahead(void **state)
{
	(void)state;
	record_clock_restore(&clock_, WALL - 10, (WALL - 7200) * 1000, now);
	assert_int_equal(told(), WALL);
	note(WALL - 1, 1);
	assert_int_equal(told(), WALL);
}

static void
a_wall_clock_that_is_ahead_after_a_restart_is_forgotten_when_it_is_put_right(void **state)
{
	(void)state;
	now.wall_ms += 7200 * 1000;
	record_clock_restore(&clock_, WALL - 10, (WALL - 10) * 1000, now);
	note(WALL, 1);
	assert_int_equal(told(), WALL + 7200);
	now.wall_ms -= 7200 * 1000;
	assert_int_equal(told(), WALL);
}

static void
a_wall_clock_that_was_ahead_before_a_restart_is_forgotten_with_the_first_row(void **state)
{
	(void)state;
	record_clock_restore(&clock_, WALL + 7190, (WALL + 7190) * 1000, now);
	assert_int_equal(told(), WALL + 7190);
	note(WALL - 1, 1);
	assert_int_equal(told(), WALL - 1);
}

static void
rows_from_before_it_was_set_back_change_nothing_of_that(void **state)
{
	(void)state;
	note(WALL, 1);
	pass(10);
	now.wall_ms -= 7200 * 1000;
	for (int i = 0; i < 5; i++) {
		pass(10);
		note(WALL + 10 + i, 1);
	}
	assert_int_equal(told(), WALL + 14);
	record_clock_restore(&clock_, clock_.newest, clock_.at.wall_ms, now);
	note(WALL + 15, 1);
	note(WALL - 7200 + 60, 1);
	assert_int_equal(told(), WALL - 7200 + 60);
}

static void
one_row_that_does_not_agree_with_our_clock_sets_nothing_back(void **state)
{
	(void)state;
	record_clock_restore(&clock_, WALL + 7190, (WALL + 7190) * 1000, now);
	note(WALL - RECORD_CLOCK_STEP - 1, RECORD_CLOCK_FUTURE - 1);
	assert_int_equal(told(), WALL + 7190);
	setup(NULL);
	note(WALL + 7200, RECORD_CLOCK_FUTURE);
	record_clock_restore(&clock_, clock_.newest, clock_.at.wall_ms, now);
	note(WALL, 1);
	assert_int_equal(told(), WALL + 7200);
}

static void
a_server_whose_clock_is_ahead_is_followed_at_once_after_a_restart(void **state)
{
	(void)state;
	record_clock_restore(&clock_, WALL - 7200, (WALL - 14400) * 1000, now);
	assert_int_equal(told(), WALL);
	note(WALL + 7203, 1);
	assert_int_equal(told(), WALL + 7203);
}

static void
a_clock_that_was_never_set_is_not_after_a_restart(void **state)
{
	(void)state;
	record_clock_restore(&clock_, SNAP_NO_TIME, 0, now);
	assert_int_equal(told(), SNAP_NO_TIME);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(before_the_first_record_there_is_no_time),
		TEST(the_newest_record_counts_in_whatever_order_they_come),
		TEST(between_records_it_goes_on),
		TEST(it_does_not_run_past_our_clock_by_itself),
		TEST(a_clock_a_little_ahead_of_ours_is_followed),
		TEST(a_leap_in_a_backlog_is_believed_when_the_rows_behind_it_agree),
		TEST(one_row_far_ahead_moves_nothing),
		TEST(rows_far_ahead_that_do_not_agree_move_nothing),
		TEST(a_server_whose_clock_is_ahead_is_followed_after_many_rows),
		TEST(a_clock_led_astray_is_set_back),
		TEST(rows_of_a_file_that_is_behind_do_not_set_it_back),
		TEST(what_passed_while_we_were_away_has_passed_for_it),
		TEST(a_wall_clock_that_was_behind_before_a_restart_does_not_put_it_ahead),
		TEST(a_wall_clock_that_is_ahead_after_a_restart_is_forgotten_when_it_is_put_right),
		TEST(a_wall_clock_that_was_ahead_before_a_restart_is_forgotten_with_the_first_row),
		TEST(rows_from_before_it_was_set_back_change_nothing_of_that),
		TEST(one_row_that_does_not_agree_with_our_clock_sets_nothing_back),
		TEST(a_server_whose_clock_is_ahead_is_followed_at_once_after_a_restart),
		TEST(a_clock_that_was_never_set_is_not_after_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
