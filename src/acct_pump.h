/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_pump.h - empties a pipe into memory as fast as its writer fills it, so that PowerMTA never
 * waits for our disk: a thread of its own that does nothing else.
 *
 * PowerMTA gives a pipe up, and loses its rows, when writing to it takes too long (guide 11.3.1,
 * write-timeout). What does not fit into the bounded memory is thrown away in whole lines, and
 * counted: better a known gap in our numbers than a mail server that waits.
 */
#ifndef PMTA_ACCT_PUMP_H
#define PMTA_ACCT_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that are held at most: 20 s of a server that delivers 1000 recipients a second. */
#define ACCT_PUMP_MAX ((size_t)8 * 1024 * 1024)

struct acct_pump;

struct acct_pump_state {
	uint64_t losses; /* times that the memory was full */
	uint64_t lost;	 /* bytes thrown away */
	size_t held;	 /* bytes to be taken */
	bool coming;	 /* more were written, and will be held in a moment */
	bool ended;	 /* no more will come: all writers have closed, or error is set */
	int error;	 /* errno of a failed read, or 0 */
};

/* Begins to read a descriptor, which it takes over: a pipe or the like, since of a file most would
 * be thrown away. Returns NULL with errno and the descriptor as it was. */
struct acct_pump *acct_pump_new(int fd);

/* Ends the thread, without waiting for a writer, and closes the descriptor. */
void acct_pump_free(struct acct_pump *pump);

/* Readable while bytes are held. Owned by the pump. */
int acct_pump_fd(const struct acct_pump *pump);

/* Moves up to size bytes, in the order they came. Returns how many; never blocks. */
size_t acct_pump_take(struct acct_pump *pump, char *to, size_t size);

/* A consistent look at all of it. */
void acct_pump_look(struct acct_pump *pump, struct acct_pump_state *out);

#endif
