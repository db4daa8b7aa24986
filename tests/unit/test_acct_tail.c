/* SPDX-License-Identifier: BSD-2-Clause */
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

static void
nothing_there_is_waiting_not_failing(void **state)
{
	(void)state;
	start(ACCT_START_END);
	assert_string_equal(read_after(0), "");
	assert_true(fx.stats.waiting);
	assert_false(fx.stats.failing);
	assert_string_equal(position().file, "");
	put(FILE0, HEADER ROW("a"));
	assert_string_equal(read_after(1000), "a");
	assert_false(fx.stats.waiting);
	assert_string_equal(fx.stats.file, FILE0);
}

static void
a_missing_directory_is_waited_for(void **state)
{
	(void)state;
	rmdir(fx.directory);
	start(ACCT_START_END);
	assert_string_equal(read_after(0), "");
	assert_true(fx.stats.waiting);
	assert_non_null(strstr(fx.stats.error, fx.directory));
	assert_int_equal(mkdir(fx.directory, 0755), 0);
	put(FILE0, HEADER ROW("a"));
	assert_string_equal(read_after(1000), "a");
}

static void
the_first_start_begins_at_the_end_of_the_newest_file(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	put(FILE1, HEADER ROW("b") ROW("c"));
	start(ACCT_START_END);
	assert_string_equal(read_after(0), "");
	assert_int_equal(position().offset, sizeof HEADER - 1 + 2 * ROW_LEN);
	put(FILE1, ROW("d"));
	assert_string_equal(read_after(10), "d");
	assert_int_equal(fx.stats.rejected, 0);
	assert_int_equal(fx.stats.gaps, 0);
}

static void
the_end_lies_behind_the_last_complete_line(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a") "d,1795341601,b@x.ex");
	start(ACCT_START_END);
	assert_string_equal(read_after(0), "");
	put(FILE0, "ample,b\n" ROW("c"));
	assert_string_equal(read_after(10), "b c");
}

static void
a_start_at_the_begin_reads_every_file_in_order(void **state)
{
	(void)state;
	put(FILE3, HEADER ROW("d"));
	put(FILE1, HEADER ROW("b") ROW("c"));
	put(FILE0, HEADER ROW("a"));
	put("other-2026-11-22-0000.csv", HEADER ROW("x"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	assert_string_equal(read_after(1000), "b c d");
	assert_int_equal(fx.stats.records, 4);
	assert_int_equal(fx.stats.last_logged, 1795341601);
}

static void
two_files_of_a_stock_configuration_are_read_whole(void **state)
{
	(void)state;
	fx.tail = acct_tail_new(SAMPLES_DIR "/acct/acct.csv", ACCT_START_BEGIN, NULL);
	assert_non_null(fx.tail);
	read_after(0);
	assert_int_equal(fx.stats.records, 37);
	read_after(1000);
	assert_int_equal(fx.stats.records, 40);
	assert_int_equal(fx.stats.rejected, 0);
	assert_string_equal(position().file, "acct-2026-03-14-0001.csv");
}

static void
a_row_is_taken_only_when_its_line_end_has_come(void **state)
{
	static const char text[] =
		HEADER ROW("a") "d,1795341601,\"q\"\"r\"\"@x.example\",b\r\n" ROW("c");
	const size_t a_ends = sizeof HEADER - 1 + ROW_LEN;
	const size_t b_ends = sizeof text - 1 - ROW_LEN;

	(void)state;
	start(ACCT_START_BEGIN);
	for (size_t i = 0; i < sizeof text - 1; i++) {
		const char *expected = "";

		put_bytes(FILE0, &text[i], 1);
		if (i + 1 == a_ends)
			expected = "a";
		else if (i + 1 == b_ends)
			expected = "b";
		else if (i + 1 == sizeof text - 1)
			expected = "c";
		assert_string_equal(read_after(1000), expected);
	}
	assert_int_equal(fx.stats.rejected, 0);
}

static void
a_budget_of_one_byte_hands_out_one_row_a_call(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a") ROW("b"));
	start(ACCT_START_BEGIN);
	fx.budget = 1;
	assert_int_equal(read_once(), 1);
	assert_string_equal(jobs(), "");
	assert_int_equal(read_once(), 1);
	assert_string_equal(jobs(), "a");
	assert_int_equal(position().offset, sizeof HEADER - 1 + ROW_LEN);
	assert_int_equal(fx.stats.backlog, ROW_LEN);
	assert_int_equal(read_once(), 1);
	assert_string_equal(jobs(), "b");
	assert_int_equal(read_once(), 0);
	assert_int_equal(fx.stats.backlog, 0);
}

static void
a_successor_is_begun_after_the_grace_time(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	put(FILE1, HEADER ROW("c"));
	assert_string_equal(read_after(1000), "");
	put(FILE0, ROW("b"));
	assert_string_equal(read_after(900), "b");
	assert_string_equal(read_after(999), "");
	assert_string_equal(read_after(1), "c");
	assert_string_equal(position().file, FILE1);
	assert_int_equal(fx.stats.gaps, 0);
}

static void
the_directory_is_looked_at_once_a_second_or_when_told(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	put(FILE1, HEADER ROW("b"));
	read_after(500);
	assert_int_equal(fx.stats.backlog, 0);
	acct_tail_rescan(fx.tail);
	read_after(0);
	assert_int_equal(fx.stats.backlog, sizeof HEADER - 1 + ROW_LEN);
	assert_string_equal(read_after(1000), "b");
}

static void
many_small_files_are_gone_through_at_once_and_in_bounds(void **state)
{
	char expected[2048] = "";

	(void)state;
	for (int i = 0; i < 60; i++) {
		char name[64], text[128];

		snprintf(name, sizeof name, "acct-2026-11-%02d-%04d.csv", i / 10 + 1, i % 10);
		snprintf(text, sizeof text, HEADER "d,,,%d\n", i);
		put(name, text);
		if (i > 0)
			snprintf(expected + strlen(expected), 16, "%s%d", i > 1 ? " " : "", i);
	}
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "0");
	fx.now.mono_ms += 1000;
	assert_int_equal(read_once(), 1);
	assert_string_equal(read_after(0), expected);
	assert_string_equal(fx.stats.file, "acct-2026-11-06-0009.csv");
	assert_int_equal(fx.stats.backlog, 0);
}

static void
an_empty_file_is_passed_and_a_header_may_come_later(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	put(FILE1, "");
	put(FILE2, "");
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	assert_string_equal(read_after(1000), "");
	assert_string_equal(position().file, FILE2);
	put(FILE2, HEADER ROW("b"));
	assert_string_equal(read_after(10), "b");
	assert_int_equal(fx.stats.rejected, 0);
}

static void
a_renamed_file_is_read_to_its_end(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	put(FILE0, ROW("b"));
	rename_file(FILE0, "moved.done");
	put("moved.done", ROW("c"));
	put(FILE1, HEADER ROW("d"));
	assert_string_equal(read_after(1000), "b c");
	assert_string_equal(read_after(1000), "d");
	assert_int_equal(fx.stats.gaps, 0);
}

static void
a_removed_file_is_read_to_its_end(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	put(FILE0, ROW("b"));
	remove_file(FILE0);
	assert_string_equal(read_after(1000), "b");
	put(FILE1, HEADER ROW("c"));
	assert_string_equal(read_after(1000), "");
	assert_string_equal(read_after(1000), "c");
	assert_int_equal(fx.stats.gaps, 0);
}

static void
the_same_name_with_a_new_inode_is_a_new_file(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	rename_file(FILE0, "moved");
	put(FILE0, HEADER ROW("b"));
	read_after(1000);
	assert_string_equal(read_after(1000), "b");
	put(FILE0, ROW("c"));
	assert_string_equal(read_after(1000), "c");
	assert_string_equal(read_after(5000), "");
	assert_int_equal(fx.stats.records, 3);
}

static void
a_file_renamed_to_a_later_dated_name_is_not_read_twice(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	rename_file(FILE0, FILE2);
	assert_string_equal(read_after(1000), "");
	assert_string_equal(position().file, FILE2);
	put(FILE2, ROW("b"));
	put(FILE3, HEADER ROW("c"));
	assert_string_equal(read_after(1000), "b");
	assert_string_equal(read_after(1000), "c");
	assert_int_equal(fx.stats.records, 3);
}

static void
a_truncated_file_is_a_gap_and_read_from_its_begin(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a") ROW("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a b");
	assert_int_equal(truncate(in_dir(FILE0), 0), 0);
	assert_string_equal(read_after(10), "");
	assert_int_equal(fx.stats.gaps, 1);
	assert_int_equal(position().offset, 0);
	put(FILE0, HEADER ROW("c"));
	assert_string_equal(read_after(10), "c");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
losing_only_a_torn_row_is_no_gap(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a") "d,17953");
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	assert_int_equal(truncate(in_dir(FILE0), sizeof HEADER - 1 + ROW_LEN), 0);
	assert_string_equal(read_after(10), "");
	put(FILE0, ROW("b"));
	assert_string_equal(read_after(10), "b");
	assert_int_equal(fx.stats.gaps, 0);
	assert_int_equal(fx.stats.rejected, 0);
}

static void
a_successor_removed_before_it_was_read_is_a_gap(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	put(FILE1, HEADER ROW("b"));
	put(FILE2, HEADER ROW("c"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	remove_file(FILE1);
	assert_string_equal(read_after(1000), "c");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
an_undated_file_is_followed_and_left_for_dated_ones(void **state)
{
	(void)state;
	put("acct.csv", HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	assert_string_equal(position().file, "acct.csv");
	put("acct.csv", ROW("b"));
	put(FILE0, HEADER ROW("c"));
	assert_string_equal(read_after(1000), "b");
	assert_string_equal(read_after(1000), "c");
	assert_string_equal(read_after(5000), "");
}

static void
an_undated_file_beside_dated_ones_is_not_read(void **state)
{
	(void)state;
	put("acct.csv", HEADER ROW("x"));
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	assert_string_equal(read_after(5000), "");
	assert_string_equal(position().file, FILE0);
}

static void
an_unreadable_file_fails_with_its_name_and_a_remedy_and_loses_nothing(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_END);
	make_file_unreadable(FILE0);
	assert_string_equal(read_after(0), "");
	assert_true(fx.stats.failing);
	assert_false(fx.stats.waiting);
	assert_non_null(strstr(fx.stats.error, FILE0 ": Permission denied"));
	assert_non_null(strstr(fx.stats.error, "world-readable"));
	assert_string_equal(position().file, "");
	make_file_readable(FILE0);
	put(FILE0, ROW("b"));
	assert_string_equal(read_after(1000), "b");
	assert_false(fx.stats.failing);
}

static void
an_unreadable_successor_is_waited_for(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	put(FILE1, HEADER ROW("b"));
	read_after(1000);
	make_file_unreadable(FILE1);
	assert_string_equal(read_after(1000), "");
	assert_true(fx.stats.failing);
	assert_string_equal(position().file, FILE0);
	assert_true(fx.stats.backlog > 0);
	make_file_readable(FILE1);
	put(FILE0, ROW("late"));
	assert_string_equal(read_after(1000), "late");
	assert_string_equal(read_after(1000), "b");
	assert_false(fx.stats.failing);
	assert_int_equal(fx.stats.gaps, 0);
}

static void
an_unreadable_directory_fails_with_its_name(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_END);
	make_file_unreadable("");
	assert_string_equal(read_after(0), "");
	assert_true(fx.stats.failing);
	assert_non_null(strstr(fx.stats.error, fx.directory));
	make_file_readable("");
	assert_string_equal(read_after(1000), "");
	put(FILE0, ROW("b"));
	assert_string_equal(read_after(10), "b");
	assert_false(fx.stats.failing);
}

static void
what_is_no_regular_file_is_not_opened(void **state)
{
	(void)state;
	assert_int_equal(mkdir(in_dir("acct.csv"), 0755), 0);
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "");
	assert_true(fx.stats.failing);
	assert_non_null(strstr(fx.stats.error, "not a regular file"));
	assert_int_equal(mkfifo(in_dir(FILE0), 0644), 0);
	put(FILE1, HEADER ROW("a"));
	assert_string_equal(read_after(1000), "a");
	assert_false(fx.stats.failing);
	assert_int_equal(rmdir(in_dir("acct.csv")), 0);
}

static void
the_directory_to_watch_is_the_paths(void **state)
{
	static const char *const pairs[][2] = {
		{"/var/log/pmta/acct.csv", "/var/log/pmta"}, {"/acct.csv", "/"}, {"acct.csv", "."}};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		struct acct_tail *tail = acct_tail_new(pairs[i][0], ACCT_START_END, NULL);

		assert_string_equal(acct_tail_directory(tail), pairs[i][1]);
		assert_int_equal(acct_tail_fd(tail), -1);
		acct_tail_free(tail);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tail_setup, tail_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_there_is_waiting_not_failing),
		TEST(a_missing_directory_is_waited_for),
		TEST(the_first_start_begins_at_the_end_of_the_newest_file),
		TEST(the_end_lies_behind_the_last_complete_line),
		TEST(a_start_at_the_begin_reads_every_file_in_order),
		TEST(two_files_of_a_stock_configuration_are_read_whole),
		TEST(a_row_is_taken_only_when_its_line_end_has_come),
		TEST(a_budget_of_one_byte_hands_out_one_row_a_call),
		TEST(a_successor_is_begun_after_the_grace_time),
		TEST(the_directory_is_looked_at_once_a_second_or_when_told),
		TEST(many_small_files_are_gone_through_at_once_and_in_bounds),
		TEST(an_empty_file_is_passed_and_a_header_may_come_later),
		TEST(a_renamed_file_is_read_to_its_end),
		TEST(a_removed_file_is_read_to_its_end),
		TEST(the_same_name_with_a_new_inode_is_a_new_file),
		TEST(a_file_renamed_to_a_later_dated_name_is_not_read_twice),
		TEST(a_truncated_file_is_a_gap_and_read_from_its_begin),
		TEST(losing_only_a_torn_row_is_no_gap),
		TEST(a_successor_removed_before_it_was_read_is_a_gap),
		TEST(an_undated_file_is_followed_and_left_for_dated_ones),
		TEST(an_undated_file_beside_dated_ones_is_not_read),
		TEST(an_unreadable_file_fails_with_its_name_and_a_remedy_and_loses_nothing),
		TEST(an_unreadable_successor_is_waited_for),
		TEST(an_unreadable_directory_fails_with_its_name),
		TEST(what_is_no_regular_file_is_not_opened),
		TEST(the_directory_to_watch_is_the_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
