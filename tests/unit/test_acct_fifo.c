/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_acct_fifo.c - accounting that comes through a FIFO.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acct_stream.h"
#include "fifo_fixture.h"

#define OBJECT(job) "{\"type\":\"d\",\"jobId\":\"" job "\"}\n"

static void
rows_are_read_as_they_are_written(void **state)
{
	(void)state;
	start_with_writer();
	send_text(HEADER ROW("a") ROW("b"));
	expect("a b");
	send_text(ROW("c"));
	expect("c");
	assert_int_equal(fx.stats.records, 3);
	assert_int_equal(fx.stats.gaps, 0);
	assert_int_equal(fx.stats.backlog, 0);
	assert_string_equal(fx.stats.file, FIFO);
}

static void
a_fifo_without_a_writer_is_neither_waiting_nor_failing(void **state)
{
	(void)state;
	start(ACCT_START_END);
	read_once();
	assert_false(fx.stats.waiting);
	assert_false(fx.stats.failing);
	assert_true(acct_tail_fd(fx.tail) >= 0);
}

static void
the_path_of_a_fifo_needs_no_prefix(void **state)
{
	(void)state;
	snprintf(fx.path, sizeof fx.path, "%s/" FIFO, fx.directory);
	start_with_writer();
	send_text(HEADER ROW("a"));
	expect("a");
	assert_string_equal(acct_tail_directory(fx.tail), fx.directory);
}

static void
a_fifo_that_is_not_there_is_waited_for(void **state)
{
	(void)state;
	remove_file(FIFO);
	start(ACCT_START_END);
	read_after(0);
	assert_true(fx.stats.waiting);
	assert_false(fx.stats.failing);
	assert_int_equal(acct_tail_fd(fx.tail), -1);
	assert_string_equal(fx.stats.error, FIFO ": not there; make it with mkfifo(1)");
	assert_int_equal(mkfifo(in_dir(FIFO), 0600), 0);
	read_after(1000);
	assert_false(fx.stats.waiting);
	open_writer();
	send_text(HEADER ROW("a"));
	expect("a");
	assert_int_equal(fx.stats.gaps, 0);
}

static void
a_fifo_made_later_under_a_plain_path_is_read(void **state)
{
	(void)state;
	remove_file(FIFO);
	snprintf(fx.path, sizeof fx.path, "%s/" FIFO, fx.directory);
	start(ACCT_START_END);
	read_after(0);
	assert_true(fx.stats.waiting);
	assert_int_equal(mkfifo(in_dir(FIFO), 0600), 0);
	read_after(1000);
	assert_false(fx.stats.failing);
	open_writer();
	send_text(HEADER ROW("a"));
	expect("a");
}

static void
what_is_no_fifo_is_not_opened(void **state)
{
	(void)state;
	remove_file(FIFO);
	put(FIFO, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "");
	assert_true(fx.stats.failing);
	assert_false(fx.stats.waiting);
	assert_string_equal(fx.stats.error, FIFO ": not a FIFO; expected one, made with mkfifo(1)");
	remove_file(FIFO);
	assert_int_equal(mkfifo(in_dir(FIFO), 0600), 0);
	read_after(1000);
	assert_false(fx.stats.failing);
}

static void
a_fifo_that_may_not_be_opened_fails_with_a_remedy(void **state)
{
	(void)state;
	make_file_unreadable(FIFO);
	start(ACCT_START_END);
	read_after(0);
	assert_true(fx.stats.failing);
	assert_non_null(strstr(fx.stats.error, "needs read and write permission"));
	make_file_readable(FIFO);
	read_after(1000);
	assert_false(fx.stats.failing);
}

static void
a_row_is_taken_when_its_line_end_has_come(void **state)
{
	static const char text[] = HEADER "d,1795341601,\"q\"\"\n@x.example\",b\r\n";

	(void)state;
	start_with_writer();
	for (size_t i = 0; i + 1 < sizeof text - 1; i++) {
		assert_int_equal(write(writer, &text[i], 1), 1);
		assert_string_equal(read_after(1), "");
	}
	EXPECT(fx.stats.backlog > 30);
	send_text("\n");
	expect("b");
	assert_int_equal(fx.stats.backlog, 0);
	assert_int_equal(fx.stats.rejected, 0);
}

static void
a_writer_that_comes_again_is_read_on_and_is_a_gap(void **state)
{
	(void)state;
	start_with_writer();
	send_text(HEADER ROW("a"));
	expect("a");
	close_writer();
	EXPECT(fx.stats.records == 1);
	assert_false(fx.stats.failing);
	assert_int_equal(fx.stats.gaps, 0);
	open_writer();
	send_text("type,jobId\nd,b\n");
	expect("b");
	assert_int_equal(fx.stats.gaps, 1);
	assert_int_equal(fx.stats.rejected, 0);
	assert_string_equal(fx.stats.error,
			    FIFO " line 3: the writer was started anew; rows may be lost");
}

static void
a_row_torn_by_a_new_writers_header_is_no_record(void **state)
{
	static const char row[] = "d,1795341601,\"q,type,r\"@x.example,jobId,torn";

	(void)state;
	start_with_writer();
	for (size_t len = 1; len < sizeof row - 1; len++) {
		send_text(HEADER);
		assert_int_equal(write(writer, row, len), len);
		send_text("type,jobId\r\nd,b\n");
		expect("b");
	}
	assert_int_equal(fx.stats.rejected, sizeof row - 2);
	assert_int_equal(fx.stats.gaps, 2 * (sizeof row - 2) - 1);
}

static void
text_that_only_looks_like_a_header_is_left_alone(void **state)
{
	(void)state;
	start_with_writer();
	send_text("type,dsnDiag,jobId\nb,\"smtp;550 bad type, queue full\",a\nb,type,c\n");
	expect("a c");
	assert_int_equal(fx.stats.rejected, 0);
	assert_int_equal(fx.stats.gaps, 0);
}

static void
an_object_torn_by_a_new_writer_costs_only_itself(void **state)
{
	(void)state;
	start_with_writer();
	send_text(OBJECT("a") "{\"type\":\"d\",\"jobId\":\"x" OBJECT("b") OBJECT("c"));
	expect("a b c");
	assert_int_equal(fx.stats.rejected, 1);
	assert_int_equal(fx.stats.gaps, 1);
}

static void
the_next_writer_may_use_another_format(void **state)
{
	(void)state;
	start_with_writer();
	send_text(HEADER ROW("a"));
	send_text("\n" OBJECT("b") HEADER ROW("c"));
	expect("a b c");
	assert_int_equal(fx.stats.rejected, 0);
}

static void
a_budget_of_one_byte_hands_out_one_row_a_call(void **state)
{
	(void)state;
	start_with_writer();
	send_text(HEADER ROW("a") ROW("b"));
	expect("a b");
	send_text(ROW("c") ROW("d"));
	fx.budget = 1;
	assert_int_equal(poll(&(struct pollfd){acct_tail_fd(fx.tail), POLLIN, 0}, 1, PATIENCE_MS),
			 1);
	assert_int_equal(read_once(), 1);
	assert_string_equal(jobs(), "c");
	assert_int_equal(fx.stats.backlog, ROW_LEN);
	assert_int_equal(read_once(), 1);
	assert_string_equal(jobs(), "d");
	assert_int_equal(read_once(), 0);
}

static void
the_descriptor_is_readable_while_there_is_something(void **state)
{
	struct pollfd ready = {.events = POLLIN};

	(void)state;
	start(ACCT_START_END);
	assert_int_equal(acct_tail_fd(fx.tail), -1);
	read_once();
	ready.fd = acct_tail_fd(fx.tail);
	assert_int_equal(poll(&ready, 1, 0), 0);
	open_writer();
	send_text(HEADER);
	assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
	read_once();
	assert_int_equal(poll(&ready, 1, 0), 0);
	close_writer();
	assert_int_equal(poll(&ready, 1, 50), 0);
}

static void
the_first_start_is_no_gap_and_each_later_one_is_one(void **state)
{
	struct acct_position at;

	(void)state;
	start(ACCT_START_END);
	at = position();
	assert_string_equal(at.file, "");
	read_once();
	assert_int_equal(fx.stats.gaps, 0);
	at = position();
	assert_string_equal(at.file, FIFO);
	assert_int_equal(at.offset, 0);
	restart();
	read_once();
	assert_int_equal(fx.stats.gaps, 1);
	read_after(5000);
	assert_int_equal(fx.stats.gaps, 1);
	open_writer();
	send_text(HEADER ROW("a"));
	expect("a");
	assert_int_equal(fx.stats.gaps, 1);
}

static void
a_restart_while_the_fifo_is_away_keeps_the_position(void **state)
{
	(void)state;
	start(ACCT_START_END);
	read_once();
	remove_file(FIFO);
	restart();
	read_once();
	assert_true(fx.stats.waiting);
	assert_string_equal(position().file, FIFO);
	assert_int_equal(mkfifo(in_dir(FIFO), 0600), 0);
	read_after(1000);
	assert_int_equal(fx.stats.gaps, 1);
}

static void
a_fifo_made_anew_is_opened_anew_and_is_a_gap(void **state)
{
	(void)state;
	start_with_writer();
	send_text(HEADER ROW("a") "d,torn");
	expect("a");
	rename_file(FIFO, "old");
	assert_int_equal(mkfifo(in_dir(FIFO), 0600), 0);
	send_text(",,b\n" ROW("c"));
	EXPECT(fx.stats.gaps == 1);
	assert_int_equal(fx.stats.rejected, 0);
	fx.jobs[0] = '\0';
	close_writer();
	open_writer();
	send_text(HEADER ROW("d"));
	expect("d");
	assert_int_equal(fx.stats.records, 4);
	assert_int_equal(fx.stats.gaps, 1);
}

static void
paths_of_streams_are_told_from_paths_of_files(void **state)
{
	(void)state;
	assert_true(acct_stream_is_path("-"));
	assert_true(acct_stream_is_path("fifo:/nonexistent"));
	assert_true(acct_stream_is_path(in_dir(FIFO)));
	assert_false(acct_stream_is_path("/nonexistent"));
	assert_false(acct_stream_is_path("/dev/null"));
	assert_string_equal(acct_stream_bare_path("fifo:/a/b"), "/a/b");
	assert_string_equal(acct_stream_bare_path("/a/b"), "/a/b");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fifo_setup, fifo_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rows_are_read_as_they_are_written),
		TEST(a_fifo_without_a_writer_is_neither_waiting_nor_failing),
		TEST(the_path_of_a_fifo_needs_no_prefix),
		TEST(a_fifo_that_is_not_there_is_waited_for),
		TEST(a_fifo_made_later_under_a_plain_path_is_read),
		TEST(what_is_no_fifo_is_not_opened),
		TEST(a_fifo_that_may_not_be_opened_fails_with_a_remedy),
		TEST(a_row_is_taken_when_its_line_end_has_come),
		TEST(a_writer_that_comes_again_is_read_on_and_is_a_gap),
		TEST(a_row_torn_by_a_new_writers_header_is_no_record),
		TEST(text_that_only_looks_like_a_header_is_left_alone),
		TEST(an_object_torn_by_a_new_writer_costs_only_itself),
		TEST(the_next_writer_may_use_another_format),
		TEST(a_budget_of_one_byte_hands_out_one_row_a_call),
		TEST(the_descriptor_is_readable_while_there_is_something),
		TEST(the_first_start_is_no_gap_and_each_later_one_is_one),
		TEST(a_restart_while_the_fifo_is_away_keeps_the_position),
		TEST(a_fifo_made_anew_is_opened_anew_and_is_a_gap),
		TEST(paths_of_streams_are_told_from_paths_of_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
