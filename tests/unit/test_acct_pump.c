/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_acct_pump.c - accounting that comes faster than it is read, and standard input.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acct_pump.h"
#include "fifo_fixture.h"

/* Rows with rising numbers, and how many of them came. */
struct count {
	unsigned long rows, last;
};

static void
count_row(void *ctx, const struct acct_record *record)
{
	struct count *count = ctx;
	unsigned long number = strtoul(record->job.ptr, NULL, 10);

	assert_true(number > count->last);
	count->last = number;
	count->rows++;
}

/* Bytes of a row; no part of what a pipe or the memory holds, so that rows are cut there. */
#define LONG_ROW 1000

/* Writes rows without anybody reading. */
static void
write_rows(unsigned long first, unsigned long last)
{
	char row[LONG_ROW + 1];

	for (unsigned long i = first; i <= last; i++) {
		int len =
			snprintf(row, sizeof row, "d,1795341601,%0*d@x.example,%08lu\n", 967, 0, i);

		assert_int_equal(len, LONG_ROW);
		assert_int_equal(write(writer, row, LONG_ROW), LONG_ROW);
	}
}

static void
read_all(struct count *count, unsigned long last)
{
	for (int waited = 0; waited < PATIENCE_MS && count->last < last; waited += 10) {
		while (acct_tail_read(fx.tail, fx.budget, fx.now, count_row, count) == 1)
			;
		poll(NULL, 0, count->last < last ? 10 : 0);
	}
	acct_tail_stats(fx.tail, &fx.stats);
	assert_int_equal(count->last, last);
}

static void
what_comes_while_nobody_reads_is_held(void **state)
{
	struct count count = {0};

	(void)state;
	start(ACCT_START_END);
	read_once();
	open_writer();
	send_text(HEADER);
	write_rows(1, 7000);
	for (int waited = 0; waited < PATIENCE_MS && fx.stats.backlog < 7000 * LONG_ROW;
	     waited += 10) {
		poll(NULL, 0, 10);
		acct_tail_stats(fx.tail, &fx.stats);
	}
	read_all(&count, 7000);
	assert_int_equal(count.rows, 7000);
	assert_int_equal(fx.stats.gaps, 0);
	assert_int_equal(fx.stats.backlog, 0);
}

/* A FIFO that was replaced is let go when nothing is held and nothing coming. */
static void
a_byte_written_is_held_or_coming_at_any_moment(void **state)
{
	struct acct_pump *pump;
	struct acct_pump_state look;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pump = acct_pump_new(ends[0]);
	assert_non_null(pump);
	alarm(6 * PATIENCE_MS / 1000);
	for (size_t written = 1; written <= 1000; written++) {
		assert_int_equal(write(ends[1], "x", 1), 1);
		/* Without a pause, to look while the thread moves it. */
		do {
			acct_pump_look(pump, &look);
			assert_true(look.coming || look.held == written);
		} while (look.held < written);
	}
	alarm(0);
	for (int waited = 0; waited < PATIENCE_MS && look.coming; waited += 10) {
		poll(NULL, 0, 10);
		acct_pump_look(pump, &look);
	}
	assert_false(look.coming);
	acct_pump_free(pump);
	close(ends[1]);
}

static void
a_writer_never_waits_and_what_is_thrown_away_is_one_gap(void **state)
{
	const unsigned long rows = 3 * ACCT_PUMP_MAX / LONG_ROW;
	struct count count = {0};

	(void)state;
	start(ACCT_START_END);
	read_once();
	open_writer();
	send_text(HEADER);
	alarm(PATIENCE_MS / 1000);
	write_rows(1, rows);
	alarm(0);
	acct_tail_stats(fx.tail, &fx.stats);
	assert_true(fx.stats.backlog <= ACCT_PUMP_MAX);
	while (acct_tail_read(fx.tail, fx.budget, fx.now, count_row, &count) == 1)
		;
	write_rows(rows + 1, rows + 10);
	read_all(&count, rows + 10);
	assert_true(count.rows < rows);
	assert_true(count.rows * LONG_ROW > ACCT_PUMP_MAX / 2);
	assert_int_equal(fx.stats.gaps, 1);
	assert_int_equal(fx.stats.rejected, 0);
	assert_non_null(strstr(fx.stats.error, "bytes came faster than they could be counted"));
}

static void
standard_input_is_read_until_it_ends(void **state)
{
	(void)state;
	use_stdin();
	start(ACCT_START_END);
	read_once();
	send_text(HEADER ROW("a"));
	expect("a");
	assert_string_equal(fx.stats.file, "-");
	assert_string_equal(position().file, "-");
	assert_int_equal(access(acct_tail_directory(fx.tail), R_OK), 0);
	send_text(ROW("b") "d,torn");
	close_writer();
	expect("b");
	EXPECT(fx.stats.failing);
	assert_int_equal(fx.stats.rejected, 1);
	assert_non_null(strstr(fx.stats.error, "-: standard input has ended"));
	assert_int_equal(acct_tail_fd(fx.tail), -1);
	assert_string_equal(read_after(5000), "");
	assert_int_equal(fx.stats.gaps, 0);
}

static void
standard_input_outlives_its_tail(void **state)
{
	(void)state;
	use_stdin();
	start(ACCT_START_END);
	read_once();
	send_text(HEADER ROW("a"));
	expect("a");
	start(ACCT_START_END);
	read_once();
	send_text(HEADER ROW("b"));
	expect("b");
}

static void
a_file_as_standard_input_is_refused(void **state)
{
	int fd;

	(void)state;
	use_stdin();
	put(FILE0, HEADER ROW("a"));
	fd = open(in_dir(FILE0), O_RDONLY);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
	start(ACCT_START_BEGIN);
	assert_string_equal(read_after(0), "");
	assert_true(fx.stats.failing);
	assert_non_null(strstr(fx.stats.error, "standard input is a file"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fifo_setup, fifo_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_comes_while_nobody_reads_is_held),
		TEST(a_byte_written_is_held_or_coming_at_any_moment),
		TEST(a_writer_never_waits_and_what_is_thrown_away_is_one_gap),
		TEST(standard_input_is_read_until_it_ends),
		TEST(standard_input_outlives_its_tail),
		TEST(a_file_as_standard_input_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
