/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fifo_fixture.h - a FIFO of our own in the directory of tail_fixture.h, and its writer.
 */
#ifndef FIFO_FIXTURE_H
#define FIFO_FIXTURE_H

#include <poll.h>

#include "tail_fixture.h"

#define FIFO "acct.fifo"

/* Longest time that anything may take here. */
#define PATIENCE_MS 10000

extern int writer; /* -1: closed */

/* cmocka's: fx.path is "fifo:" and the FIFO's path, and nothing is started yet. */
int fifo_setup(void **state);
int fifo_teardown(void **state);

/* Opens without waiting: fails where PowerMTA's program would be kept waiting. */
void open_writer(void);
void close_writer(void);
/* Starts to read the FIFO, and then opens the writer. */
void start_with_writer(void);
void send_text(const char *text);

/* Makes the end of a new pipe standard input, until the teardown; the other end is the writer. */
void use_stdin(void);

/* Reads until these jobs have come, in this order and no others. */
void expect(const char *expected);

/* Reads, a second later each time, until the condition is true. */
#define EXPECT(condition)                                                                  \
	do {                                                                               \
		for (int waited = 0; waited < PATIENCE_MS && !(condition); waited += 10) { \
			poll(NULL, 0, 10);                                                 \
			read_after(1000);                                                  \
		}                                                                          \
		assert_true(condition);                                                    \
	} while (0)

#endif
