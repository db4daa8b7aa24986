/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_catchup.c - what is said of a backlog, and when.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "catchup.h"

#define MB UINT64_C(1000000)
#define GB UINT64_C(1000000000)

static struct catchup catchup;
static struct moment now;
static char line[CATCHUP_LINE_MAX];

static int
setup(void **state)
{
	(void)state;
	catchup = (struct catchup){0};
	now = (struct moment){.wall_ms = 1795341601000, .mono_ms = 5000};
	return 0;
}

/* So many seconds later the source is so far behind. Returns the line, "" if there is none. */
static const char *
after(int64_t seconds, uint64_t behind)
{
	now.mono_ms += seconds * 1000;
	line[0] = '\0';
	return catchup_note(&catchup, behind, now, line) ? line : "";
}

static void
a_small_backlog_is_not_worth_a_line(void **state)
{
	(void)state;
	assert_string_equal(after(0, 0), "");
	assert_string_equal(after(1, CATCHUP_BEGIN - 1), "");
	assert_string_equal(after(100, CATCHUP_BEGIN - 1), "");
	assert_string_equal(after(1, 0), "");
}

static void
begin_progress_and_end_of_a_large_one_are_told_once_each(void **state)
{
	(void)state;
	assert_string_equal(after(0, 12 * GB), "12.0 GB behind, catching up");
	assert_string_equal(after(59, 8 * GB), "");
	assert_string_equal(after(1, 6 * GB),
			    "6.0 GB behind, catching up at 100.0 MB/s, about 60 s left");
	assert_string_equal(after(59, 2 * GB), "");
	assert_string_equal(after(1, CATCHUP_END - 1), "caught up: 12.0 GB in 2 min");
	assert_string_equal(after(60, 0), "");
	assert_string_equal(after(60, 2 * MB), "");
}

static void
a_minutes_line_goes_by_that_minutes_speed(void **state)
{
	(void)state;
	after(0, 100 * GB);
	after(60, 40 * GB);
	assert_string_equal(after(60, 37 * GB),
			    "37.0 GB behind, catching up at 50.0 MB/s, about 12 min left");
	assert_string_equal(after(60, 37 * GB - 60 * MB),
			    "36.9 GB behind, catching up at 1.0 MB/s, about 10.3 h left");
}

static void
a_backlog_that_grows_or_stands_still_is_told_as_such(void **state)
{
	(void)state;
	after(0, 100 * MB);
	assert_string_equal(after(60, 220 * MB),
			    "220 MB behind, and not catching up: 2.0 MB/s more");
	assert_string_equal(after(60, 220 * MB),
			    "220 MB behind, and not catching up: 0.0 MB/s more");
	assert_string_equal(after(60, 160 * MB),
			    "160 MB behind, catching up at 1.0 MB/s, about 3 min left");
}

static void
another_backlog_is_told_anew(void **state)
{
	(void)state;
	after(0, CATCHUP_BEGIN);
	assert_string_equal(after(7, 0), "caught up: 64 MB in 7 s");
	assert_string_equal(after(1, 999 * MB), "999 MB behind, catching up");
	assert_string_equal(after(200000, 0), "caught up: 999 MB in 55.6 h");
}

static void
any_numbers_fit_the_line(void **state)
{
	(void)state;
	assert_true(strlen(after(0, UINT64_MAX)) < CATCHUP_LINE_MAX - 1);
	assert_true(strlen(after(60, UINT64_MAX - 4096)) < CATCHUP_LINE_MAX - 1);
	assert_true(strlen(after(INT64_MAX / 2000, 2 * MB)) < CATCHUP_LINE_MAX - 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(a_small_backlog_is_not_worth_a_line),
		TEST(begin_progress_and_end_of_a_large_one_are_told_once_each),
		TEST(a_minutes_line_goes_by_that_minutes_speed),
		TEST(a_backlog_that_grows_or_stands_still_is_told_as_such),
		TEST(another_backlog_is_told_anew),
		TEST(any_numbers_fit_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
