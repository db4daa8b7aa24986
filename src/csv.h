/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * csv.h - cuts a buffer into RFC 4180 rows and fields. Pure, no copies but for doubled quotes.
 *
 * Accepts CRLF and LF. A quoted field may hold commas, line ends and doubled quotes.
 */
#ifndef PMTA_CSV_H
#define PMTA_CSV_H

#include <stddef.h>

#include "text.h"

/* Columns of a row that are kept; further ones are counted only. */
#define CSV_FIELDS_MAX 256

enum csv_result {
	CSV_ROW,     /* one row was cut */
	CSV_PARTIAL, /* the buffer ends before the row does: come back with more */
	CSV_BAD	     /* the row breaks the quoting rules; *used skips to behind its line end */
};

struct csv_row {
	struct slice field[CSV_FIELDS_MAX];
	size_t count; /* fields in the row, may exceed CSV_FIELDS_MAX; 0: an empty line */
};

/*
 * Cuts the first row out of len bytes. The buffer is changed: doubled quotes inside quoted fields
 * are undone in place (only when CSV_ROW is returned; a partial row is left as it is). *used gets
 * the bytes of the row with its line end. Fields point into buf.
 */
enum csv_result csv_next(char *buf, size_t len, struct csv_row *row, size_t *used);

#endif
