/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_rows.h - makes records of the bytes of an accounting file or stream, as they come: finds out
 * whether they are CSV or JSON, cuts them into rows, keeps the header in force, rejects what is no
 * row.
 *
 * Knows nothing of where the bytes come from: acct_file.h and acct_stream.h do.
 */
#ifndef PMTA_ACCT_ROWS_H
#define PMTA_ACCT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acct_tail.h"

/* Longest row, with its line end. Reading goes on behind the first line of a longer one. */
#define ACCT_ROW_MAX ((size_t)64 * 1024)

struct acct_rows;

/* Where records go. */
struct acct_sink {
	acct_record_fn fn;
	void *ctx;
};

enum acct_rows_result {
	ACCT_ROWS_DRY,	 /* all complete rows were taken */
	ACCT_ROWS_SPENT, /* the budget is spent */
	ACCT_ROWS_FAILED /* no memory (errno); nothing was lost */
};

/* Counts rows, gaps and its last trouble in stats, which must outlive it. NULL without memory. */
struct acct_rows *acct_rows_new(struct acct_stats *stats);
void acct_rows_free(struct acct_rows *rows);

/* Begins anew with bytes that lie at an offset, where a row begins. The name is shown in complaints
 * and must outlive the reading. In a stream the writer may be another one, with a format and header
 * of its own, at any row; a new header is counted as a gap there. */
void acct_rows_begin(struct acct_rows *rows, const char *name, uint64_t offset, bool stream);

/* Where bytes can be put behind those that are held, and how many. */
char *acct_rows_room(struct acct_rows *rows, size_t *size);
void acct_rows_add(struct acct_rows *rows, size_t len);

/* Learns from len bytes put into the room, which lie before the rows to be read: the format from
 * those at offset 0, and the header that begins them. All bytes that were held are gone then. */
void acct_rows_learn(struct acct_rows *rows, size_t len, uint64_t offset);

/* Takes complete rows until *budget bytes (at least one row) are used up, or all there are. */
enum acct_rows_result acct_rows_take(struct acct_rows *rows, size_t *budget,
				     const struct acct_sink *sink);

/* Takes what is left behind the last complete row, when no more bytes will come. Returns 0, or -1
 * without memory: to be called again. */
int acct_rows_finish(struct acct_rows *rows, const struct acct_sink *sink);

/* Drops what is held, which will be put again from the offset on. */
void acct_rows_drop(struct acct_rows *rows);

/* Offsets of the first byte not taken, of the header in force, and of the first byte not put. */
uint64_t acct_rows_offset(const struct acct_rows *rows);
uint64_t acct_rows_header(const struct acct_rows *rows);
uint64_t acct_rows_end(const struct acct_rows *rows);

/* Counts a gap, and sets the stats' error: where, and what was or may have been lost. */
void acct_rows_lose(struct acct_rows *rows, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
