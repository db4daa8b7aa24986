/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doc_scan.h - finds the ends of JSON texts and brackets in bytes that arrive piece by piece. Pure.
 * Inside of monitor_doc only.
 */
#ifndef PMTA_DOC_SCAN_H
#define PMTA_DOC_SCAN_H

#include <stdbool.h>
#include <stdint.h>

/* Brackets that may be open at once. */
#define DOC_SCAN_DEPTH_MAX 64U

/* Begins zeroed. */
struct doc_scan {
	unsigned depth;	 /* brackets open */
	uint64_t arrays; /* bit n: the bracket at depth n is '[' */
	bool escaped;	 /* the last byte of a text was a backslash */
};

/* Goes on in a text, from anywhere behind its opening quote; *over is set if it ends, and then the
 * byte behind its closing quote is returned, else end. */
const char *doc_scan_text(struct doc_scan *scan, const char *at, const char *end, bool *over);

/* The next quote or bracket from at on, or end. */
const char *doc_scan_mark(const char *at, const char *end);

/* Takes an opening bracket. Returns 0, or -1 if too many are open. */
int doc_scan_open(struct doc_scan *scan, char bracket);

/* Takes a closing bracket while one is open. Returns 0, or -1 if it does not match the innermost.
 */
int doc_scan_close(struct doc_scan *scan, char bracket);

#endif
