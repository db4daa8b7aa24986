/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_json.h - reads an accounting record out of one line of a JSON accounting file: one object a
 * line, whose keys are the names of the CSV columns. Pure, no copies.
 *
 * A scanner of our own: to have a library build a tree of each row takes several times as long
 * (tests/bench/bench_acct_json.c).
 */
#ifndef PMTA_ACCT_JSON_H
#define PMTA_ACCT_JSON_H

#include <stddef.h>

#include "acct_record.h"

/* Objects and arrays within each other that a value may have. */
#define ACCT_JSON_DEPTH_MAX 64

/*
 * Reads one line, without its LF; a CR before it is a blank (RFC 8259, 2). The line is changed:
 * escapes are undone in place, and the record's slices point into it. Keys are matched without
 * case, and of a repeated key the first counts. Numbers are taken as they are written, null is an
 * empty value, and the insides of objects and arrays are passed over: no field that is read has
 * any. A NUL and half of a surrogate pair become U+FFFD. Returns 0, or -1 with a reason that names
 * key, value and what was expected.
 */
int acct_json_read(char *line, size_t len, struct acct_record *out, char *error, size_t error_size);

#endif
