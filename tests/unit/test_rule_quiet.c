/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "moment.h"
#include "rule_quiet.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Milliseconds of a time in UTC. */
static int64_t
at(const char *utc)
{
	const int64_t seconds = moment_parse(utc, (unsigned)strlen(utc), NULL);

	assert_int_not_equal(seconds, INT64_MIN);
	return seconds * 1000;
}

static void
set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static bool
is_quiet(const char *text, const char *utc)
{
	struct rule_quiet quiet;

	if (rule_quiet_parse(text, &quiet) != 0)
		fail_msg("\"%s\" was refused", text);
	return rule_quiet_holds(&quiet, 1, at(utc));
}

/* 2026-11-23 is a Monday. */
static void
days_are_quiet_from_midnight_to_midnight(void **state)
{
	(void)state;
	set_zone("UTC0");
	assert_false(is_quiet("sat,sun", "2026-11-20 23:59:59"));
	assert_true(is_quiet("sat,sun", "2026-11-21 00:00:00"));
	assert_true(is_quiet("sat,sun", "2026-11-22 23:59:59"));
	assert_false(is_quiet("sat,sun", "2026-11-23 00:00:00"));
	assert_true(is_quiet("sat-mon", "2026-11-23 12:00:00"));
	assert_false(is_quiet("sat-mon", "2026-11-24 12:00:00"));
	assert_true(is_quiet("wed", "2026-11-25 12:00:00"));
}

static void
a_time_includes_its_begin_and_not_its_end(void **state)
{
	(void)state;
	set_zone("UTC0");
	assert_false(is_quiet("12:00-13:30", "2026-11-23 11:59:59"));
	assert_true(is_quiet("12:00-13:30", "2026-11-23 12:00:00"));
	assert_true(is_quiet("12:00-13:30", "2026-11-23 13:29:59"));
	assert_false(is_quiet("12:00-13:30", "2026-11-23 13:30:00"));
	assert_true(is_quiet("22:00-24:00", "2026-11-23 23:59:59"));
	assert_false(is_quiet("22:00-24:00", "2026-11-24 00:00:00"));
}

static void
a_time_over_midnight_belongs_to_the_day_it_begins_on(void **state)
{
	(void)state;
	set_zone("UTC0");
	assert_true(is_quiet("mon-fri 22:00-06:00", "2026-11-23 22:00:00"));
	assert_true(is_quiet("mon-fri 22:00-06:00", "2026-11-24 05:59:59"));
	assert_false(is_quiet("mon-fri 22:00-06:00", "2026-11-24 06:00:00"));
	assert_true(is_quiet("mon-fri 22:00-06:00", "2026-11-28 03:00:00")); /* Friday's night */
	assert_false(is_quiet("mon-fri 22:00-06:00", "2026-11-28 22:00:00"));
	assert_false(is_quiet("mon-fri 22:00-06:00", "2026-11-23 03:00:00")); /* Sunday's */
	assert_true(is_quiet("sun 22:00-06:00", "2026-11-23 03:00:00"));
}

static void
minutes_of_every_hour_can_be_quiet(void **state)
{
	(void)state;
	set_zone("UTC0");
	assert_true(is_quiet("*:00-*:10", "2026-11-23 07:09:59"));
	assert_false(is_quiet("*:00-*:10", "2026-11-23 07:10:00"));
	assert_true(is_quiet("*:55-*:05", "2026-11-23 07:57:00"));
	assert_true(is_quiet("*:55-*:05", "2026-11-23 08:04:00"));
	assert_false(is_quiet("*:55-*:05", "2026-11-23 08:05:00"));
	assert_true(is_quiet("*:30-*:00", "2026-11-23 08:59:00"));
	assert_false(is_quiet("*:30-*:00", "2026-11-23 09:00:00"));
	/* Over midnight the minutes are still those of the day before. */
	assert_true(is_quiet("mon *:55-*:05", "2026-11-24 00:04:00"));
	assert_false(is_quiet("mon *:55-*:05", "2026-11-23 00:04:00"));
	assert_false(is_quiet("mon *:55-*:05", "2026-11-24 01:04:00"));
}

static void
any_of_several_times_will_do(void **state)
{
	struct rule_quiet quiet[2];

	(void)state;
	set_zone("UTC0");
	assert_int_equal(rule_quiet_parse("sat", &quiet[0]), 0);
	assert_int_equal(rule_quiet_parse("12:00-13:00", &quiet[1]), 0);
	assert_true(rule_quiet_holds(quiet, 2, at("2026-11-21 09:00:00")));
	assert_true(rule_quiet_holds(quiet, 2, at("2026-11-23 12:30:00")));
	assert_false(rule_quiet_holds(quiet, 2, at("2026-11-23 09:00:00")));
	assert_false(rule_quiet_holds(NULL, 0, at("2026-11-21 12:30:00")));
}

static void
the_clock_on_the_wall_counts(void **state)
{
	(void)state;
	set_zone("Asia/Tokyo"); /* UTC+9 */
	assert_true(is_quiet("22:00-06:00", "2026-11-23 13:00:00"));
	assert_false(is_quiet("22:00-06:00", "2026-11-23 21:00:00"));
	assert_true(is_quiet("tue", "2026-11-23 15:00:00"));
}

/* In Berlin 02:00 becomes 03:00 on 2026-03-29, and 03:00 becomes 02:00 on 2026-10-25, at 01:00 UTC
 * each. */
static void
a_night_is_as_long_as_the_clock_says_when_it_is_put_forward_or_back(void **state)
{
	(void)state;
	set_zone("Europe/Berlin");
	assert_true(is_quiet("22:00-06:00", "2026-03-28 21:00:00"));
	assert_true(is_quiet("22:00-06:00", "2026-03-29 03:59:59"));
	assert_false(is_quiet("22:00-06:00", "2026-03-29 04:00:00"));
	assert_true(is_quiet("22:00-06:00", "2026-10-24 20:00:00"));
	assert_true(is_quiet("22:00-06:00", "2026-10-25 04:59:59"));
	assert_false(is_quiet("22:00-06:00", "2026-10-25 05:00:00"));
}

static void
an_hour_that_is_skipped_is_never_quiet_and_one_that_is_repeated_twice(void **state)
{
	(void)state;
	set_zone("Europe/Berlin");
	assert_false(is_quiet("02:00-03:00", "2026-03-29 00:59:59"));
	assert_false(is_quiet("02:00-03:00", "2026-03-29 01:00:00"));
	assert_true(is_quiet("02:00-03:00", "2026-10-25 00:30:00"));
	assert_true(is_quiet("02:00-03:00", "2026-10-25 01:30:00"));
	assert_false(is_quiet("02:00-03:00", "2026-10-25 02:00:00"));
}

static void
what_was_read_is_written_the_same(void **state)
{
	static const char *const texts[] = {"mon-fri 22:00-06:00",
					    "*:00-*:10",
					    "sat,sun",
					    "mon,wed-fri 08:30-09:00",
					    "mon-sun",
					    "mon *:55-*:05",
					    "12:00-24:00"};
	char text[RULE_QUIET_SIZE];
	struct rule_quiet quiet;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_int_equal(rule_quiet_parse(texts[i], &quiet), 0);
		assert_string_equal(rule_quiet_format(&quiet, text), texts[i]);
	}
	assert_int_equal(rule_quiet_parse("fri-mon", &quiet), 0);
	assert_string_equal(rule_quiet_format(&quiet, text), "mon,fri-sun");
}

static void
what_is_no_time_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"monday",
		"mon-",
		"mon,",
		"mon-fri,",
		"mo-fr",
		"Mon",
		"22:00",
		"22:00-",
		"22-06",
		"22:00-6:00",
		"25:00-26:00",
		"24:30-06:00",
		"24:00-06:00",
		"22:60-23:00",
		"08:00-08:00",
		"*:00-06:00",
		"06:00-*:10",
		"*-*",
		"*:10-*:10",
		"mon22:00-06:00",
		"22:00-06:00 mon",
		"22:00-06:00 ",
		" 22:00-06:00",
		"mon ",
		"22:00 - 06:00",
		"-1:00-06:00",
	};
	struct rule_quiet quiet;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		if (rule_quiet_parse(texts[i], &quiet) == 0)
			fail_msg("\"%s\" was taken", texts[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_quiet_from_midnight_to_midnight),
		cmocka_unit_test(a_time_includes_its_begin_and_not_its_end),
		cmocka_unit_test(a_time_over_midnight_belongs_to_the_day_it_begins_on),
		cmocka_unit_test(minutes_of_every_hour_can_be_quiet),
		cmocka_unit_test(any_of_several_times_will_do),
		cmocka_unit_test(the_clock_on_the_wall_counts),
		cmocka_unit_test(
			a_night_is_as_long_as_the_clock_says_when_it_is_put_forward_or_back),
		cmocka_unit_test(
			an_hour_that_is_skipped_is_never_quiet_and_one_that_is_repeated_twice),
		cmocka_unit_test(what_was_read_is_written_the_same),
		cmocka_unit_test(what_is_no_time_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
