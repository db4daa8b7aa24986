/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_acct_file.c - what the accounting reader makes of bad rows, and of what lies around them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acct_file.h"
#include "acct_open.h"
#include "tail_fixture.h"

/* So many bytes without comma, quote or line end. */
static void
put_long(const char *name, size_t len)
{
	char *bytes = malloc(len);

	assert_non_null(bytes);
	memset(bytes, 'x', len);
	put_bytes(name, bytes, len);
	free(bytes);
}

static void
assert_error(const char *expected)
{
	assert_string_equal(fx.stats.error, expected);
}

static void
an_unknown_type_is_rejected_with_file_line_and_value(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a") "\nd,,\"x\ny\",b\nq,1\n" ROW("c"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a b c");
	assert_int_equal(fx.stats.rejected, 1);
	assert_error(FILE0 " line 6: column type: \"q\" is no record type; "
			   "expected d, b, t, tq, r, f, rb or rs");
}

static void
after_a_restart_an_offset_stands_for_the_line(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	read_after(0);
	restart();
	put(FILE0, "q\n");
	read_after(0);
	assert_int_equal(sizeof HEADER - 1 + ROW_LEN, 54);
	assert_non_null(strstr(fx.stats.error, FILE0 " offset 54: column type"));
}

static void
bad_quoting_costs_one_line(void **state)
{
	(void)state;
	put(FILE0, HEADER "d,,\"x\"y,a\n" ROW("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "b");
	assert_int_equal(fx.stats.rejected, 1);
	assert_error(FILE0 " line 2: text behind a closing quote; expected a comma: "
			   "\"d,,\"x\"y,a \"");
}

static void
a_quote_without_end_costs_one_line(void **state)
{
	char expected[8192] = "";

	(void)state;
	put(FILE0, HEADER "d,,\"x,never closed\n");
	for (int i = 0; i < 3000; i++) {
		put(FILE0, ROW("a"));
		strcat(expected, i > 0 ? " a" : "a");
	}
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), expected);
	assert_int_equal(fx.stats.rejected, 1);
	assert_non_null(strstr(fx.stats.error, " line 2: a quoted field has no end"));
}

static void
a_quote_without_end_costs_one_line_at_the_end_of_a_file_too(void **state)
{
	(void)state;
	put(FILE0, HEADER "d,,\"x,never closed\n" ROW("a") ROW("b"));
	put(FILE1, HEADER ROW("c"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "");
	assert_string_equal(read_after(1000), "a b c");
	assert_int_equal(fx.stats.rejected, 1);
}

static void
a_row_of_the_longest_length_is_taken(void **state)
{
	(void)state;
	put(FILE0, HEADER "d,,,a,");
	put_long(FILE0, ACCT_ROW_MAX - strlen("d,,,a,\n"));
	put(FILE0, "\n" ROW("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a b");
	assert_int_equal(fx.stats.rejected, 0);
}

static void
a_longer_row_is_rejected_and_the_next_is_taken(void **state)
{
	(void)state;
	put(FILE0, HEADER "d,,,a,");
	put_long(FILE0, ACCT_ROW_MAX - strlen("d,,,a,\n") + 1);
	put(FILE0, "\n" ROW("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "b");
	assert_int_equal(fx.stats.rejected, 1);
	assert_error(FILE0 " line 2: a row of 65537 bytes; expected at most 65536");
}

static void
a_very_long_row_is_skipped_as_it_comes_and_across_restarts(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	for (int i = 0; i < 12; i++) {
		put_long(FILE0, 100000);
		assert_string_equal(read_after(10), "");
		assert_int_equal(position().offset, sizeof HEADER - 1 + ROW_LEN);
		if (i == 6)
			restart();
	}
	assert_int_equal(fx.stats.rejected, 0);
	assert_int_equal(fx.stats.backlog, 1200000);
	put(FILE0, "\n" ROW("b"));
	assert_string_equal(read_after(10), "b");
	assert_int_equal(fx.stats.rejected, 1);
	assert_int_equal(fx.stats.gaps, 0);
}

static void
skipping_keeps_to_the_budget(void **state)
{
	int calls = 1;

	(void)state;
	put_long(FILE0, 4 << 20);
	put(FILE0, "\n" HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	fx.budget = 64 << 10;
	while (read_once() == 1)
		calls++;
	assert_true(calls >= 16);
	assert_string_equal(jobs(), "a");
}

static void
the_last_row_of_a_finished_file_needs_its_line_end(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a") "d,1795341601,a@x.example,torn");
	put(FILE1, HEADER ROW("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	assert_int_equal(fx.stats.rejected, 0);
	assert_string_equal(read_after(1000), "b");
	assert_int_equal(fx.stats.rejected, 1);
	assert_error(FILE0 " line 3: the file ends inside a row; expected a line end: "
			   "\"d,1795341601,a@x.example,torn\"");
}

static void
an_overlong_last_row_is_rejected_when_the_file_is_left(void **state)
{
	(void)state;
	put(FILE0, HEADER);
	put_long(FILE0, 300000);
	put(FILE1, HEADER ROW("a"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "");
	assert_string_equal(read_after(1000), "a");
	assert_error(FILE0 " line 2: a row of 300000 bytes; expected at most 65536");
}

static void
a_row_before_any_header_is_rejected(void **state)
{
	(void)state;
	put(FILE0, ROW("a") HEADER ROW("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "b");
	assert_int_equal(fx.stats.rejected, 1);
	assert_non_null(strstr(fx.stats.error, " line 1: a row before any header; expected a line "
					       "type,...: \"d,1795341601"));
}

static void
a_repeated_header_replaces_the_first(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a") "type,jobId\nd,b\n" HEADER ROW("c"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a b c");
}

static void
a_header_does_not_outlive_its_file(void **state)
{
	(void)state;
	put(FILE0, HEADER ROW("a"));
	put(FILE1, ROW("x") HEADER ROW("b"));
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a");
	assert_string_equal(read_after(1000), "b");
	assert_int_equal(fx.stats.rejected, 1);
}

static void
zero_bytes_and_garbage_are_survived(void **state)
{
	char garbage[5000];

	(void)state;
	srand(7);
	for (size_t i = 0; i < sizeof garbage; i++)
		garbage[i] = (char)(rand() & 0xff);
	for (size_t i = 0; i < sizeof garbage; i++)
		garbage[i] = garbage[i] == '"' ? '\0' : garbage[i];
	put_bytes(FILE0, garbage, sizeof garbage);
	put(FILE0, "\n" HEADER ROW("a"));
	put_bytes(FILE0, "d,\0,\xff\xfe,b\n", sizeof "d,\0,\xff\xfe,b\n" - 1);
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "a b");
	assert_true(fx.stats.rejected > 0);
}

static void
what_a_complaint_quotes_is_one_clean_line(void **state)
{
	(void)state;
	put(FILE0, HEADER "\"q\x1b[31m\r\nforged line\xff\",2\n");
	start(ACCT_START_BEGIN);
	read_after(0);
	assert_int_equal(fx.stats.rejected, 1);
	assert_null(strpbrk(fx.stats.error, "\r\n\x1b\xff"));
	assert_non_null(strstr(fx.stats.error, "\"q [31m  forged line?\""));
}

static void
the_last_line_end_is_found_far_back(void **state)
{
	struct stat st;
	int fd;

	(void)state;
	put(FILE0, "one\n");
	put_long(FILE0, 9000);
	fd = acct_open(in_dir(FILE0), &st);
	assert_true(fd >= 0);
	assert_int_equal(acct_last_line_end(fd, 9004), 4);
	assert_int_equal(acct_last_line_end(fd, 4), 4);
	assert_int_equal(acct_last_line_end(fd, 3), 0);
	assert_true(acct_is_row_begin(fd, 0));
	assert_true(acct_is_row_begin(fd, 4));
	assert_false(acct_is_row_begin(fd, 5));
	assert_false(acct_is_row_begin(fd, 90000));
	assert_int_equal(close(fd), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tail_setup, tail_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_unknown_type_is_rejected_with_file_line_and_value),
		TEST(after_a_restart_an_offset_stands_for_the_line),
		TEST(bad_quoting_costs_one_line),
		TEST(a_quote_without_end_costs_one_line),
		TEST(a_quote_without_end_costs_one_line_at_the_end_of_a_file_too),
		TEST(a_row_of_the_longest_length_is_taken),
		TEST(a_longer_row_is_rejected_and_the_next_is_taken),
		TEST(a_very_long_row_is_skipped_as_it_comes_and_across_restarts),
		TEST(skipping_keeps_to_the_budget),
		TEST(the_last_row_of_a_finished_file_needs_its_line_end),
		TEST(an_overlong_last_row_is_rejected_when_the_file_is_left),
		TEST(a_row_before_any_header_is_rejected),
		TEST(a_repeated_header_replaces_the_first),
		TEST(a_header_does_not_outlive_its_file),
		TEST(zero_bytes_and_garbage_are_survived),
		TEST(what_a_complaint_quotes_is_one_clean_line),
		TEST(the_last_line_end_is_found_far_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
