/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_acct_directory.c - the directory of accounting files goes away under the reader: it says so,
 * goes on with what is open, and finds its way back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tail_fixture.h"

static char away[80];

/* What is under the other name for a while is as reachable for PowerMTA as before. */
static void
put_away(const char *name, const char *text)
{
	char here[sizeof fx.directory];

	memcpy(here, fx.directory, sizeof here);
	memcpy(fx.directory, away, sizeof here);
	put(name, text);
	memcpy(fx.directory, here, sizeof here);
}

static void
take_directory_away(void)
{
	snprintf(away, sizeof away, "%.50s-away", fx.directory);
	assert_int_equal(rename(fx.directory, away), 0);
}

static void
bring_directory_back(void)
{
	assert_int_equal(rename(away, fx.directory), 0);
}

/* What tail_teardown() does not know of. */
static void
clear_away(void)
{
	char path[128];

	snprintf(path, sizeof path, "%s/" FILE0, away);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(away), 0);
}

static void
assert_complaint(const char *reason)
{
	assert_true(fx.stats.failing);
	assert_false(fx.stats.waiting);
	assert_non_null(strstr(fx.stats.error, fx.directory));
	assert_non_null(strstr(fx.stats.error, reason));
}

static void
assert_all_well(void)
{
	assert_false(fx.stats.failing);
	assert_int_equal(fx.stats.gaps, 0);
	assert_int_equal(fx.stats.backlog, 0);
}

static void
a_directory_that_is_gone_fails_while_its_file_is_read_on(void **state)
{
	(void)state;
	assert_string_equal(read_first_file(HEADER ROW("a")), "a");
	take_directory_away();
	assert_string_equal(read_after(1000), "");
	assert_complaint("the directory is gone");
	put_away(FILE0, ROW("b"));
	assert_string_equal(read_after(1000), "b");
	assert_complaint("the directory is gone");
	put_away(FILE1, HEADER ROW("c"));
	bring_directory_back();
	assert_string_equal(read_after(1000), "");
	assert_string_equal(read_after(1000), "c");
	assert_all_well();
}

static void
an_empty_directory_in_its_place_fails_too(void **state)
{
	(void)state;
	assert_string_equal(read_first_file(HEADER ROW("a")), "a");
	take_directory_away();
	assert_int_equal(mkdir(fx.directory, 0755), 0);
	assert_string_equal(read_after(1000), "");
	assert_complaint("is it mounted?");
	assert_int_equal(rmdir(fx.directory), 0);
	bring_directory_back();
	put(FILE0, ROW("b"));
	assert_string_equal(read_after(1000), "b");
	assert_all_well();
}

static void
files_that_are_out_of_sight_with_their_directory_are_no_gap(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	put(FILE1, HEADER ROW("b"));
	start(ACCT_START_BEGIN);
	fx.budget = 1;
	read_once();
	read_once();
	assert_string_equal(jobs(), "a");
	take_directory_away();
	assert_int_equal(mkdir(fx.directory, 0755), 0);
	assert_string_equal(read_after(5000), "");
	assert_complaint("is it mounted?");
	assert_int_equal(rmdir(fx.directory), 0);
	bring_directory_back();
	assert_string_equal(read_after(1000), "b");
	assert_all_well();
}

static void
a_directory_made_anew_is_right_as_soon_as_a_file_is_in_it(void **state)
{
	(void)state;
	assert_string_equal(read_first_file(HEADER ROW("a")), "a");
	take_directory_away();
	assert_int_equal(mkdir(fx.directory, 0755), 0);
	read_after(1000);
	assert_complaint("is it mounted?");
	put(FILE1, HEADER ROW("b"));
	read_after(1000);
	assert_string_equal(read_after(1000), "b");
	assert_all_well();
	remove_file(FILE1);
	assert_string_equal(read_after(1000), "");
	assert_all_well();
	clear_away();
}

static void
a_directory_whose_files_may_not_be_looked_at_fails(void **state)
{
	(void)state;
	assert_string_equal(read_first_file(HEADER ROW("a")), "a");
	/* Its names can be read, and nothing else. */
	restrict_file("", 0444);
	read_after(1000);
	assert_complaint("Permission denied");
	make_file_readable("");
	put(FILE0, ROW("b"));
	assert_string_equal(read_after(1000), "b");
	assert_all_well();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tail_setup, tail_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_directory_that_is_gone_fails_while_its_file_is_read_on),
		TEST(an_empty_directory_in_its_place_fails_too),
		TEST(files_that_are_out_of_sight_with_their_directory_are_no_gap),
		TEST(a_directory_made_anew_is_right_as_soon_as_a_file_is_in_it),
		TEST(a_directory_whose_files_may_not_be_looked_at_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
