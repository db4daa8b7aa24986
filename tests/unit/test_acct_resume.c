/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_acct_resume.c - the accounting reader across restarts of the daemon.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tail_fixture.h"

static void
a_restart_at_every_call_loses_and_repeats_nothing(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a") "d,1795341601,\"\"\"b\r\nc\"\"@x.example\",b\r\n\n" ROW("c"));
	put(FILE0, "type,jobId,rcpt\nd,d,x\nbad\nd,e,\"x\"y\nd,f,x\n");
	put(FILE1, HEADER ROW("g") "d,torn");
	put(FILE2, "");
	put(FILE3, HEADER ROW("h"));
	start(ACCT_START_BEGIN);
	fx.budget = 1;
	for (int calls = 0; calls < 60; calls++) {
		fx.now.mono_ms += 1000;
		read_once();
		restart();
		fx.now.mono_ms += 1000;
		read_once();
	}
	assert_string_equal(jobs(), "a b c d f g h");
	assert_int_equal(fx.stats.gaps, 0);
}

static void
the_position_is_behind_the_last_row_even_with_more_in_memory(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a") ROW("b") ROW("c"));
	start(ACCT_START_BEGIN);
	fx.budget = sizeof HEADER - 1 + ROW_LEN;
	assert_int_equal(read_once(), 1);
	assert_string_equal(jobs(), "a");
	assert_int_equal(position().offset, sizeof HEADER - 1 + ROW_LEN);
	assert_string_equal(position().file, FILE0);
	restart();
	assert_string_equal(read_after(0), "b c");
}

static void
check_inside(void *ctx, const struct acct_record *record)
{
	uint64_t *rows = ctx;
	struct acct_position at = position();

	(void)record;
	++*rows;
	assert_int_equal(at.offset, sizeof HEADER - 1 + *rows * ROW_LEN);
}

static void
the_position_seen_in_the_callback_is_behind_its_row(void **state)
{
	uint64_t rows = 0;

	(void)state;
	put(FILE0, HEADER ROW("a") ROW("b") ROW("c"));
	start(ACCT_START_BEGIN);
	acct_tail_read(fx.tail, fx.budget, fx.now, check_inside, &rows);
	assert_int_equal(rows, 3);
}

static void
all_files_since_the_position_are_read_in_order(void **state)
{
	(void)state;
	assert_string_equal(read_first_file(HEADER ROW("a")), "a");
	put(FILE0, ROW("b"));
	put(FILE1, HEADER ROW("c"));
	put(FILE2, HEADER ROW("d"));
	put(FILE3, HEADER ROW("e"));
	restart();
	assert_string_equal(read_after(0), "b");
	assert_string_equal(read_after(1000), "c d e");
	assert_int_equal(fx.stats.gaps, 0);
}

static void
the_header_in_force_is_found_again(void **state)
{
	(void)state;
	assert_string_equal(read_first_file(HEADER ROW("a") "type,jobId\nd,b\n"), "a b");
	assert_int_equal(position().header, sizeof HEADER - 1 + ROW_LEN);
	restart();
	put(FILE0, "d,c\n");
	assert_string_equal(read_after(0), "c");
}

static void
a_position_without_a_header_offset_uses_the_files_first_line(void **state)
{
	struct acct_position at;

	(void)state;
	read_first_file(HEADER ROW("a") ROW("b"));
	at = position();
	put(FILE0, ROW("c"));
	at.header = 12345678;
	start_from(&at);
	assert_string_equal(read_after(0), "c");
	at.header = 3;
	start_from(&at);
	assert_string_equal(read_after(0), "c");
}

static void
a_renamed_file_is_found_by_its_inode(void **state)
{
	(void)state;
	assert_string_equal(read_first_file(HEADER ROW("a")), "a");
	put(FILE0, ROW("b"));
	rename_file(FILE0, FILE0 ".done");
	put(FILE1, HEADER ROW("c"));
	restart();
	assert_string_equal(read_after(0), "b");
	restart();
	put(FILE0 ".done", ROW("late"));
	assert_string_equal(read_after(0), "late");
	assert_string_equal(read_after(1000), "c");
	assert_int_equal(fx.stats.gaps, 0);
}

static void
a_file_that_is_gone_is_a_gap_and_the_next_is_read(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	put(FILE1, HEADER ROW("b"));
	start(ACCT_START_BEGIN);
	fx.budget = 1;
	read_once();
	read_once();
	assert_string_equal(jobs(), "a");
	fx.budget = 1 << 20;
	remove_file(FILE0);
	restart();
	assert_string_equal(read_after(0), "b");
	assert_int_equal(fx.stats.gaps, 1);
	assert_non_null(strstr(fx.stats.error, FILE0 ": gone"));
}

static void
older_files_are_not_read_when_the_positions_file_is_gone(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("x"));
	put(FILE1, HEADER ROW("a"));
	start(ACCT_START_END);
	read_after(0);
	remove_file(FILE1);
	restart();
	assert_string_equal(read_after(0), "");
	assert_true(fx.stats.waiting);
	assert_int_equal(fx.stats.gaps, 0);
	put(FILE2, HEADER ROW("b"));
	assert_string_equal(read_after(1000), "b");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
a_directory_that_comes_late_is_no_gap(void **state)
{
	char away[80];

	(void)state;
	assert_string_equal(read_first_file(HEADER ROW("a")), "a");
	put(FILE0, ROW("b"));
	snprintf(away, sizeof away, "%s-away", fx.directory);
	assert_int_equal(rename(fx.directory, away), 0);
	restart();
	assert_string_equal(read_after(0), "");
	assert_true(fx.stats.failing);
	assert_int_equal(rename(away, fx.directory), 0);
	assert_string_equal(read_after(1000), "b");
	assert_false(fx.stats.failing);
	assert_int_equal(fx.stats.gaps, 0);
}

static void
a_file_shorter_than_the_position_is_a_gap_and_read_anew(void **state)
{
	(void)state;
	read_first_file(HEADER ROW("a") ROW("b"));
	assert_int_equal(truncate(in_dir(FILE0), sizeof HEADER - 1), 0);
	put(FILE0, ROW("c"));
	restart();
	assert_string_equal(read_after(0), "c");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
a_position_inside_a_row_is_a_gap_and_read_anew(void **state)
{
	struct acct_position at;

	(void)state;
	read_first_file(HEADER ROW("a") ROW("b"));
	at = position();
	at.offset -= 3;
	start_from(&at);
	assert_string_equal(read_after(0), "a b");
	assert_int_equal(fx.stats.gaps, 1);
	assert_int_equal(fx.stats.rejected, 0);
}

static void
a_new_file_of_the_same_name_is_a_gap_and_read_from_its_begin(void **state)
{
	(void)state;
	read_first_file(HEADER ROW("a"));
	put("new", HEADER ROW("b") ROW("c"));
	rename_file("new", FILE0);
	restart();
	assert_string_equal(read_after(0), "b c");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
a_device_with_a_new_number_is_the_same_device(void **state)
{
	struct acct_position at;

	(void)state;
	read_first_file(HEADER ROW("a"));
	at = position();
	at.device += 7;
	put(FILE0, ROW("b"));
	start_from(&at);
	assert_string_equal(read_after(0), "b");
	assert_int_equal(fx.stats.gaps, 0);
	assert_int_equal(position().device, at.device - 7);
}

/* File systems give a removed file's inode to the next one that is made. */
static void
an_inode_used_again_is_not_taken_for_the_old_file(void **state)
{
	struct acct_position at;

	(void)state;
	put(FILE2, HEADER ROW("b") ROW("c"));
	start(ACCT_START_BEGIN);
	read_after(0);
	at = position();
	snprintf(at.file, sizeof at.file, "%s", FILE0);
	put(FILE1, HEADER ROW("a"));
	start_from(&at);
	assert_string_equal(read_after(0), "a");
	assert_string_equal(read_after(1000), "b c");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
an_inode_under_another_name_must_fit_the_offset(void **state)
{
	struct acct_position at;

	(void)state;
	read_first_file(HEADER ROW("x") ROW("y"));
	at = position();
	at.offset -= 5;
	rename_file(FILE0, "unrelated");
	put(FILE1, HEADER ROW("a"));
	start_from(&at);
	assert_string_equal(read_after(0), "a");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
a_position_in_another_paths_file_is_a_gap_and_start_decides(void **state)
{
	struct acct_position at = {.file = "diag-2026-11-22-0000.csv", .inode = 1, .offset = 10};

	(void)state;
	put(FILE0, HEADER ROW("a"));
	start_from(&at);
	assert_string_equal(read_after(0), "");
	put(FILE0, ROW("b"));
	assert_string_equal(read_after(0), "b");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
an_undated_position_goes_on_before_the_dated_files(void **state)
{
	(void)state;
	put("acct.csv", HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	put("acct.csv", ROW("b"));
	put(FILE0, HEADER ROW("c"));
	restart();
	assert_string_equal(read_after(0), "b");
	assert_string_equal(read_after(1000), "c");
	assert_int_equal(fx.stats.gaps, 0);
}

static void
an_unreadable_file_at_restart_loses_nothing(void **state)
{
	(void)state;
	read_first_file(HEADER ROW("a"));
	put(FILE0, ROW("b"));
	put(FILE1, HEADER ROW("c"));
	make_file_unreadable(FILE0);
	restart();
	assert_string_equal(read_after(0), "");
	assert_true(fx.stats.failing);
	assert_int_equal(fx.stats.backlog, 2 * ROW_LEN + sizeof HEADER - 1);
	restart();
	assert_string_equal(read_after(0), "");
	make_file_readable(FILE0);
	assert_string_equal(read_after(1000), "b c");
	assert_int_equal(fx.stats.gaps, 0);
}

/* A writer that appends in pieces of any length and rotates between rows, and a reader that is
 * restarted at any time: what comes out is what went in. */
struct story {
	char file[64];
	char rest[64]; /* of a row that is being written */
	char expected[16384];
	int rows, files;
};

static void
write_piece(struct story *story)
{
	size_t len = strlen(story->rest);
	size_t piece = (size_t)rand() % (len + 1);

	put_bytes(story->file, story->rest, piece);
	memmove(story->rest, story->rest + piece, len - piece + 1);
}

static void
write_row(struct story *story)
{
	put(story->file, story->rest);
	snprintf(story->rest, sizeof story->rest, "d,,\"%s\"\"@x.example\",%d%s",
		 rand() % 3 ? "" : "\n,", story->rows, rand() % 2 ? "\n" : "\r\n");
	snprintf(story->expected + strlen(story->expected), 16, "%s%d", story->rows ? " " : "",
		 story->rows);
	story->rows++;
}

static void
rotate(struct story *story)
{
	put(story->file, story->rest);
	story->rest[0] = '\0';
	if (rand() % 3 == 0)
		rename_file(story->file, "moved.csv");
	snprintf(story->file, sizeof story->file, "acct-2026-11-22-%04d.csv", ++story->files);
	put(story->file, rand() % 2 ? "type,timeLogged,rcpt,jobId\n" : "type,x,y,JOBID,z\n");
}

static void
take_step(struct story *story)
{
	int dice = rand() % 20;

	if (dice < 6) {
		write_piece(story);
	} else if (dice < 12) {
		write_row(story);
	} else if (dice == 12) {
		rotate(story);
		/* A moved file is overwritten by the next one: the reader must have been here. */
		fx.now.mono_ms += 1000;
		while (read_once() == 1)
			;
		fx.now.mono_ms += 1000;
	} else if (dice == 13) {
		restart();
	}
	fx.budget = (size_t)rand() % 200;
	read_once();
	fx.now.mono_ms += rand() % 400;
}

static void
random_writing_rotation_and_restarts_lose_and_repeat_nothing(void **state)
{
	static struct story story;

	(void)state;
	srand(20261122);
	for (int round = 0; round < 20; round++) {
		story = (struct story){.file = "acct-2026-11-22-0000.csv"};
		put(story.file, HEADER);
		start(ACCT_START_BEGIN);
		for (int step = 0; step < 400; step++)
			take_step(&story);
		put(story.file, story.rest);
		for (int i = 0; i < 5; i++) {
			fx.now.mono_ms += 1000;
			while (read_once() == 1)
				;
		}
		assert_string_equal(jobs(), story.expected);
		assert_int_equal(fx.stats.gaps, 0);
		assert_int_equal(tail_teardown(NULL), 0);
		assert_int_equal(tail_setup(NULL), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tail_setup, tail_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_restart_at_every_call_loses_and_repeats_nothing),
		TEST(the_position_is_behind_the_last_row_even_with_more_in_memory),
		TEST(the_position_seen_in_the_callback_is_behind_its_row),
		TEST(all_files_since_the_position_are_read_in_order),
		TEST(the_header_in_force_is_found_again),
		TEST(a_position_without_a_header_offset_uses_the_files_first_line),
		TEST(a_renamed_file_is_found_by_its_inode),
		TEST(a_file_that_is_gone_is_a_gap_and_the_next_is_read),
		TEST(older_files_are_not_read_when_the_positions_file_is_gone),
		TEST(a_directory_that_comes_late_is_no_gap),
		TEST(a_file_shorter_than_the_position_is_a_gap_and_read_anew),
		TEST(a_position_inside_a_row_is_a_gap_and_read_anew),
		TEST(a_new_file_of_the_same_name_is_a_gap_and_read_from_its_begin),
		TEST(a_device_with_a_new_number_is_the_same_device),
		TEST(an_inode_used_again_is_not_taken_for_the_old_file),
		TEST(an_inode_under_another_name_must_fit_the_offset),
		TEST(a_position_in_another_paths_file_is_a_gap_and_start_decides),
		TEST(an_undated_position_goes_on_before_the_dated_files),
		TEST(an_unreadable_file_at_restart_loses_nothing),
		TEST(random_writing_rotation_and_restarts_lose_and_repeat_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
