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
	CSV_BAD	     /* text behind a closing quote; *used is the row's first line only */
};

struct csv_row {
	struct slice field[CSV_FIELDS_MAX];
	size_t count; /* fields in the row, may exceed CSV_FIELDS_MAX; 0: an empty line */
	size_t lines; /* line ends in the row, its own and those inside quotes */
};

/*
 * Cuts the first row out of len bytes. The buffer is changed: doubled quotes inside quoted fields
 * are undone in place (only when CSV_ROW is returned; a partial row is left as it is). *used gets
 * the bytes of the row with its line end; it and the row mean nothing after CSV_PARTIAL. Fields
 * point into buf. A quote inside an unquoted field is text; a CR before the line end belongs to the
 * line end.
 */
enum csv_result csv_next(char *buf, size_t len, struct csv_row *row, size_t *used);

#endif
