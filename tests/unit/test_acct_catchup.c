/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_acct_catchup.c - what the accounting reader says of itself while it is behind: its backlog,
 * byte for byte, and each time that something was missed, once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tail_fixture.h"

#define FILES 5
#define FILE_ROWS 40000
#define BIG_ROW_LEN 256

static void
count_record(void *ctx, const struct acct_record *record)
{
	uint64_t *count = ctx;

	(void)record;
	++*count;
}

/* FILE_ROWS rows of BIG_ROW_LEN bytes behind a header; 10 MB. Returns the file's bytes. */
static uint64_t
put_big_file(int number)
{
	const size_t size = sizeof HEADER - 1 + (size_t)FILE_ROWS * BIG_ROW_LEN;
	char *bytes = malloc(size + 1);
	char *at = bytes;
	char name[64];

	assert_non_null(bytes);
	at += sprintf(at, HEADER);
	for (int i = 0; i < FILE_ROWS; i++)
		at += sprintf(at, "d,%010d,%0*d@x.example,%08d\n", i, BIG_ROW_LEN - 33, 0, i);
	assert_int_equal(at - bytes, size);
	snprintf(name, sizeof name, "acct-2026-11-%02d-0000.csv", number + 1);
	put_bytes(name, bytes, size);
	free(bytes);
	return size;
}

/* Bytes of all files that lie before the position. */
static uint64_t
bytes_done(uint64_t file_size)
{
	struct acct_position at = position();
	unsigned day = 1;

	if (at.file[0] == '\0')
		return 0;
	assert_int_equal(sscanf(at.file, "acct-2026-11-%2u-0000.csv", &day), 1);
	return (day - 1) * file_size + at.offset;
}

static void
fifty_megabytes_in_five_files_shrink_byte_by_byte_to_nothing(void **state)
{
	uint64_t file_size = 0, backlog, records = 0;

	(void)state;
	for (int i = 0; i < FILES; i++)
		file_size = put_big_file(i);
	backlog = FILES * file_size;
	assert_true(backlog > 50000000);
	start(ACCT_START_BEGIN);
	while (backlog > 0) {
		uint64_t before = backlog;

		fx.now.mono_ms += 20;
		acct_tail_read(fx.tail, 256 * 1024, fx.now, count_record, &records);
		acct_tail_stats(fx.tail, &fx.stats);
		backlog = fx.stats.backlog;
		assert_int_equal(backlog, FILES * file_size - bytes_done(file_size));
		assert_true(backlog <= before);
		/* It stands still only in the first file's grace time. */
		assert_true(backlog < before || fx.now.mono_ms < 5000 + 1200);
	}
	assert_int_equal(records, FILES * FILE_ROWS);
	assert_int_equal(fx.stats.last_logged, FILE_ROWS - 1);
	assert_int_equal(fx.stats.gaps, 0);
	assert_int_equal(fx.stats.rejected, 0);
}

/* Three files of which the first is being read, a row a call. */
static void
start_behind(void)
{
	put(FILE0, HEADER ROW("a") ROW("b") ROW("c"));
	put(FILE1, HEADER ROW("d"));
	put(FILE2, HEADER ROW("e"));
	start(ACCT_START_BEGIN);
	fx.budget = 1;
	read_once();
	read_once();
	assert_string_equal(jobs(), "a");
}

static void
files_that_grow_or_come_meanwhile_are_seen_within_a_second(void **state)
{
	const uint64_t header = sizeof HEADER - 1;

	(void)state;
	start_behind();
	assert_int_equal(fx.stats.backlog, 2 * ROW_LEN + 2 * (header + ROW_LEN));
	put(FILE2, ROW("f"));
	put(FILE3, HEADER ROW("g"));
	fx.now.mono_ms += 1000;
	read_once();
	assert_int_equal(fx.stats.backlog, ROW_LEN + 3 * header + 4 * ROW_LEN);
	fx.budget = 1 << 20;
	assert_string_equal(read_after(0), "b c d e f");
	assert_string_equal(read_after(1000), "g");
	assert_int_equal(fx.stats.backlog, 0);
}

/* Reads all there is, then all there is not, for long; returns the jobs. */
static const char *
read_long(void)
{
	fx.budget = 1 << 20;
	for (int i = 0; i < 10; i++) {
		fx.now.mono_ms += 1000;
		while (read_once() == 1)
			;
	}
	return jobs();
}

static void
an_unread_file_that_vanishes_is_one_gap(void **state)
{
	(void)state;
	start_behind();
	remove_file(FILE1);
	assert_string_equal(read_long(), "b c e");
	assert_int_equal(fx.stats.gaps, 1);
	assert_string_equal(fx.stats.error, FILE1 ": removed before it was read");
}

static void
an_unread_file_that_vanishes_within_the_second_is_one_gap(void **state)
{
	(void)state;
	start_behind();
	fx.now.mono_ms += 1000;
	read_once();
	remove_file(FILE1);
	fx.budget = 1 << 20;
	while (read_once() == 1)
		;
	assert_int_equal(fx.stats.gaps, 1);
	assert_string_equal(jobs(), "b c e");
	read_long();
	assert_int_equal(fx.stats.gaps, 1);
}

static void
all_unread_files_that_vanish_together_are_one_gap(void **state)
{
	(void)state;
	start_behind();
	remove_file(FILE1);
	remove_file(FILE2);
	assert_string_equal(read_long(), "b c");
	put(FILE3, HEADER ROW("g"));
	assert_string_equal(read_long(), "g");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
an_unread_file_that_moves_away_is_one_gap(void **state)
{
	(void)state;
	start_behind();
	rename_file(FILE1, "done-" FILE1);
	assert_string_equal(read_long(), "b c e");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
an_unread_file_with_a_new_dated_name_is_no_gap(void **state)
{
	(void)state;
	start_behind();
	rename_file(FILE1, FILE3);
	assert_string_equal(read_long(), "b c e d");
	assert_int_equal(fx.stats.gaps, 0);
}

static void
the_open_file_may_vanish_or_move_away_without_a_gap(void **state)
{
	(void)state;
	start_behind();
	rename_file(FILE0, "done");
	assert_string_equal(read_long(), "b c d e");
	put(FILE2, ROW("f"));
	remove_file(FILE2);
	assert_string_equal(read_long(), "f");
	put(FILE3, HEADER ROW("g"));
	assert_string_equal(read_long(), "g");
	assert_int_equal(fx.stats.gaps, 0);
}

static void
an_open_file_that_shrinks_is_one_gap_each_time(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a") ROW("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_long(), "a b");
	for (unsigned times = 1; times <= 3; times++) {
		assert_int_equal(truncate(in_dir(FILE0), 0), 0);
		put(FILE0, HEADER);
		assert_string_equal(read_long(), "");
		put(FILE0, ROW("c") ROW("d"));
		assert_string_equal(read_long(), "c d");
		assert_int_equal(fx.stats.gaps, times);
	}
}

static void
a_file_that_shrank_during_a_restart_is_one_gap(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a") ROW("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_long(), "a b");
	assert_int_equal(truncate(in_dir(FILE0), sizeof HEADER - 1), 0);
	restart();
	assert_string_equal(read_long(), "");
	assert_int_equal(fx.stats.gaps, 1);
	restart();
	read_long();
	assert_int_equal(fx.stats.gaps, 0);
}

static void
a_file_that_is_gone_after_a_restart_is_one_gap(void **state)
{
	(void)state;
	start_behind();
	remove_file(FILE0);
	restart();
	assert_string_equal(read_long(), "d e");
	assert_int_equal(fx.stats.gaps, 1);
	assert_non_null(strstr(fx.stats.error, FILE0 ": gone, perhaps before its end was read"));
}

static void
a_file_moved_to_another_directory_during_a_restart_is_one_gap(void **state)
{
	char away[80];

	(void)state;
	start_behind();
	snprintf(away, sizeof away, "%s-moved", fx.directory);
	assert_int_equal(rename(in_dir(FILE0), away), 0);
	restart();
	assert_string_equal(read_long(), "d e");
	assert_int_equal(unlink(away), 0);
	assert_int_equal(fx.stats.gaps, 1);
}

static void
a_file_of_the_same_name_after_a_restart_is_one_gap(void **state)
{
	(void)state;
	start_behind();
	put("new", HEADER ROW("n"));
	rename_file("new", FILE0);
	restart();
	assert_string_equal(read_long(), "n d e");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
an_unread_file_that_vanishes_while_the_first_cannot_be_read_is_one_gap(void **state)
{
	(void)state;
	start_behind();
	make_file_unreadable(FILE0);
	restart();
	fx.now.mono_ms += 1000;
	read_once();
	assert_true(fx.stats.failing);
	make_file_readable(FILE0);
	remove_file(FILE1);
	assert_string_equal(read_long(), "b c e");
	assert_int_equal(fx.stats.gaps, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tail_setup, tail_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fifty_megabytes_in_five_files_shrink_byte_by_byte_to_nothing),
		TEST(files_that_grow_or_come_meanwhile_are_seen_within_a_second),
		TEST(an_unread_file_that_vanishes_is_one_gap),
		TEST(an_unread_file_that_vanishes_within_the_second_is_one_gap),
		TEST(all_unread_files_that_vanish_together_are_one_gap),
		TEST(an_unread_file_that_moves_away_is_one_gap),
		TEST(an_unread_file_with_a_new_dated_name_is_no_gap),
		TEST(the_open_file_may_vanish_or_move_away_without_a_gap),
		TEST(an_open_file_that_shrinks_is_one_gap_each_time),
		TEST(a_file_that_shrank_during_a_restart_is_one_gap),
		TEST(a_file_that_is_gone_after_a_restart_is_one_gap),
		TEST(a_file_moved_to_another_directory_during_a_restart_is_one_gap),
		TEST(a_file_of_the_same_name_after_a_restart_is_one_gap),
		TEST(an_unread_file_that_vanishes_while_the_first_cannot_be_read_is_one_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
