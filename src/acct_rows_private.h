/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_rows_private.h - what the two halves of acct_rows.h share: acct_rows.c holds the bytes,
 * acct_rows_take.c cuts them.
 */
#ifndef PMTA_ACCT_ROWS_PRIVATE_H
#define PMTA_ACCT_ROWS_PRIVATE_H

#include "acct_rows.h"

/* One read fills it; a partial row moved to its begin leaves most of it free. */
#define ACCT_ROWS_BUFFER ((size_t)256 * 1024)

enum acct_format { ACCT_FORMAT_UNKNOWN, ACCT_FORMAT_CSV, ACCT_FORMAT_JSON };

struct acct_rows {
	struct acct_stats *stats;
	const char *name;
	bool stream;
	enum acct_format format;
	struct acct_header *header; /* of CSV; NULL: none met yet */
	uint64_t header_offset;
	uint64_t offset;  /* of the first byte not taken, which is buffer[begin] unless: */
	uint64_t skipped; /* bytes of an overlong row thrown away behind offset */
	uint64_t line;	  /* number of the line at offset; 0 if that is not known */
	size_t begin, end;
	struct csv_row row;
	char buffer[ACCT_ROWS_BUFFER];
};

/* The format of what begins with these bytes; unknown while they are all blank. */
enum acct_format acct_rows_format_of(const char *bytes, size_t len);

/* Goes on behind the next used bytes of the buffer, which hold lines line ends. */
void acct_rows_advance(struct acct_rows *rows, size_t used, size_t lines);

/* The same, and counts and quotes them as a bad row. */
void acct_rows_reject(struct acct_rows *rows, size_t used, size_t lines, const char *why);

/* Sets the stats' error: where, and what. */
void acct_rows_complain(struct acct_rows *rows, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
