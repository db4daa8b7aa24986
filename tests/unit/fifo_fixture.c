/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fifo_fixture.h"

int writer = -1;
static int saved_stdin = -1;

int
fifo_setup(void **state)
{
	if (tail_setup(state) < 0 || mkfifo(in_dir(FIFO), 0600) < 0)
		return -1;
	snprintf(fx.path, sizeof fx.path, "fifo:%s/" FIFO, fx.directory);
	return 0;
}

int
fifo_teardown(void **state)
{
	if (writer >= 0)
		close(writer);
	writer = -1;
	if (saved_stdin >= 0) {
		dup2(saved_stdin, STDIN_FILENO);
		close(saved_stdin);
		saved_stdin = -1;
	}
	return tail_teardown(state);
}

void
open_writer(void)
{
	writer = open(in_dir(FIFO), O_WRONLY | O_NONBLOCK);
	assert_true(writer >= 0);
	assert_int_equal(fcntl(writer, F_SETFL, 0), 0);
}

void
start_with_writer(void)
{
	start(ACCT_START_END);
	read_once();
	open_writer();
}

void
close_writer(void)
{
	close(writer);
	writer = -1;
}

void
send_text(const char *text)
{
	assert_int_equal(write(writer, text, strlen(text)), strlen(text));
}

void
expect(const char *expected)
{
	const int64_t end = moment_now().mono_ms + PATIENCE_MS;

	while (strlen(fx.jobs) < strlen(expected)) {
		struct pollfd ready = {.fd = acct_tail_fd(fx.tail), .events = POLLIN};

		if (moment_now().mono_ms > end || poll(&ready, 1, PATIENCE_MS) != 1)
			fail_msg("expected \"%s\", got \"%s\"", expected, fx.jobs);
		while (read_once() == 1)
			;
	}
	assert_string_equal(jobs(), expected);
}

void
use_stdin(void)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	saved_stdin = dup(STDIN_FILENO);
	assert_true(saved_stdin >= 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	writer = ends[1];
	strcpy(fx.path, "-");
}
