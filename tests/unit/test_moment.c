/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "moment.h"

static int64_t
parse(const char *text)
{
	return moment_parse(text, (unsigned)strlen(text), NULL);
}

static void
a_time_with_an_offset_is_utc(void **state)
{
	(void)state;
	assert_int_equal(parse("1970-01-01 00:00:00+0000"), 0);
	assert_int_equal(parse("2019-02-08 21:54:05+0000"), 1549662845);
	assert_int_equal(parse("2017-05-04 18:07:21-0300"), 1493932041);
	assert_int_equal(parse("2014-08-24 16:00:14+0530"), 1408876214);
}

static void
all_documented_spellings_are_read(void **state)
{
	(void)state;
	assert_int_equal(parse("2026-11-22T10:00:01Z"), 1795341601);
	assert_int_equal(parse("2026-11-22 10:00:01z"), 1795341601);
	assert_int_equal(parse("2026-11-22 12:30:01+02:30"), 1795341601);
	assert_int_equal(parse("2026-11-22 06:30:01-03:30"), 1795341601);
}

static void
unix_seconds_are_read(void **state)
{
	int zoned = 0;

	(void)state;
	assert_int_equal(moment_parse("1382377788", 10, &zoned), 1382377788);
	assert_true(zoned);
	assert_int_equal(parse("0"), 0);
	assert_int_equal(parse("253402300799"), 253402300799);
}

static void
a_time_without_zone_says_so(void **state)
{
	int zoned = 1;

	(void)state;
	assert_int_equal(moment_parse("2026-11-22 10:00:01", 19, &zoned), 1795341601);
	assert_false(zoned);
	assert_int_equal(moment_parse("2026-11-22 10:00:01+0000", 24, &zoned), 1795341601);
	assert_true(zoned);
}

static void
only_the_given_length_is_read(void **state)
{
	(void)state;
	assert_int_equal(moment_parse("2026-11-22 10:00:01+0000,x", 24, NULL), 1795341601);
	assert_int_equal(moment_parse("13823777889", 10, NULL), 1382377788);
}

static void
every_day_of_four_centuries_is_as_the_c_library_has_it(void **state)
{
	(void)state;
	for (int64_t day = -135140; day < 146097; day++) {
		time_t at = (time_t)(day * 86400);
		char text[32];
		struct tm tm;

		assert_non_null(gmtime_r(&at, &tm));
		strftime(text, sizeof text, "%Y-%m-%d 00:00:00+0000", &tm);
		assert_int_equal(parse(text), at);
	}
}

static void
the_calendar_is_kept(void **state)
{
	(void)state;
	assert_int_equal(parse("2024-02-29 00:00:00Z"), 1709164800);
	assert_int_equal(parse("2000-02-29 00:00:00Z"), 951782400);
	assert_int_equal(parse("2026-02-29 00:00:00Z"), INT64_MIN);
	assert_int_equal(parse("1900-02-29 00:00:00Z"), INT64_MIN);
	assert_int_equal(parse("2026-04-31 00:00:00Z"), INT64_MIN);
	assert_int_equal(parse("2026-13-01 00:00:00Z"), INT64_MIN);
	assert_int_equal(parse("2026-00-01 00:00:00Z"), INT64_MIN);
	assert_int_equal(parse("2026-01-00 00:00:00Z"), INT64_MIN);
}

static void
a_leap_second_is_the_second_after_it(void **state)
{
	(void)state;
	assert_int_equal(parse("2016-12-31 23:59:60Z"), parse("2017-01-01 00:00:00Z"));
}

static void
anything_else_is_no_time(void **state)
{
	static const char *const texts[] = {"",
					    " ",
					    "x",
					    "now",
					    "-1",
					    "+5",
					    "1.5",
					    "12 34",
					    "253402300800",
					    "99999999999999999999999999",
					    "2026-11-22",
					    "2026-11-22 10:00",
					    "2026-11-22 24:00:00Z",
					    "2026-11-22 10:60:00Z",
					    "2026-11-22 10:00:61Z",
					    "2026-11-22 10:00:01+",
					    "2026-11-22 10:00:01+2",
					    "2026-11-22 10:00:01+0260",
					    "2026-11-22 10:00:01+2400",
					    "2026-11-22 10:00:01 +0000",
					    "2026-11-22 10:00:01Zx",
					    "2026-11-22x10:00:01Z",
					    "2026/11/22 10:00:01",
					    "11/22/2026 10:00:01",
					    "2026-1-22 10:00:01Z",
					    "20261122T100001Z"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_int_equal(parse(texts[i]), INT64_MIN);
}

static void
both_clocks_are_read_in_milliseconds(void **state)
{
	int64_t before = (int64_t)time(NULL);
	struct moment first = moment_now();
	struct moment second = moment_now();

	(void)state;
	assert_true(first.wall_ms / 1000 >= before - 1 && first.wall_ms / 1000 <= before + 60);
	assert_true(second.mono_ms >= first.mono_ms);
	assert_true(second.mono_ms - first.mono_ms < 60000);
}

static void
work_is_measured_by_a_clock_that_goes_on(void **state)
{
	const int64_t began = moment_awake_ms();

	(void)state;
	nanosleep(&(const struct timespec){.tv_nsec = 5000000}, NULL);
	assert_true(moment_awake_ms() - began >= 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_is_measured_by_a_clock_that_goes_on),
		cmocka_unit_test(a_time_with_an_offset_is_utc),
		cmocka_unit_test(all_documented_spellings_are_read),
		cmocka_unit_test(unix_seconds_are_read),
		cmocka_unit_test(a_time_without_zone_says_so),
		cmocka_unit_test(only_the_given_length_is_read),
		cmocka_unit_test(every_day_of_four_centuries_is_as_the_c_library_has_it),
		cmocka_unit_test(the_calendar_is_kept),
		cmocka_unit_test(a_leap_second_is_the_second_after_it),
		cmocka_unit_test(anything_else_is_no_time),
		cmocka_unit_test(both_clocks_are_read_in_milliseconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
