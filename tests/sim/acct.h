/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct.h - writes accounting files as PowerMTA does: dated names, one header, RFC 4180, rotation.
 *
 * Source: PowerMTA 5.0 User's Guide, chapters 3.3.11 and 11.2, 11.3. Errors of the file system end
 * the program: rows that are booked and not written would make every test a lie.
 */
#ifndef PMTA_SIM_ACCT_H
#define PMTA_SIM_ACCT_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"
#include "record.h"

struct acct_options {
	bool crlf, unix_times;
	bool torn;	     /* each flush leaves half a row behind */
	int zone;	     /* seconds east of UTC: of time stamps, and of midnight */
	uint64_t max_size;   /* bytes that make a file complete; 0: no limit */
	const char *move_to; /* directory for complete files; NULL: they stay */
};

struct acct;

struct acct *acct_new(const struct acct_options *options);
/* Completes half rows and closes all files, without rotating them. */
void acct_free(struct acct *acct);

/* Adds a file by "DIR/acct.csv:d,b". Returns NULL, or what is wrong with it. */
const char *acct_add(struct acct *acct, const char *spec);

/* Opens the files of the day, so that they are there before the first row. */
void acct_open_all(struct acct *acct, int64_t now);

/* Writes the record into each file that takes its type. */
void acct_write(struct acct *acct, const struct record *record);

/* Tells the time: files of a day that is over are completed. */
void acct_tick(struct acct *acct, int64_t now);

/* Hands buffered rows to the system; with --torn half a row stays back, unless whole. */
void acct_flush(struct acct *acct, bool whole);

/* Completes all files; the next row begins new ones. */
void acct_rotate(struct acct *acct);

/* Members "records" and "files" for the books. */
void acct_books(const struct acct *acct, struct buf *out);

#endif
