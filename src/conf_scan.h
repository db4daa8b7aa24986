/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_scan.h - goes over the text of a configuration file before libconfuse does. Pure.
 *
 * libconfuse 3.3 drops '*' and '+' outside quotes without a word, takes an unterminated comment for
 * the end of the file, puts the environment in for "${NAME}", and counts two lines too many for
 * each comment. Here all of that becomes an error with its line, or a blank.
 */
#ifndef PMTA_CONF_SCAN_H
#define PMTA_CONF_SCAN_H

#include <stddef.h>

/* What is wrong with a text, and in which line (from 1). */
struct conf_scan_error {
	unsigned line;
	char text[192];
};

/* Called for each section in the text's order, with the line of its opening brace. */
typedef void (*conf_scan_section_fn)(void *ctx, unsigned line);

/* Checks text (NUL-terminated at len) and overwrites its comments with blanks. Returns 0, or -1
 * with *error filled. section may be NULL. */
int conf_scan(char *text, size_t len, conf_scan_section_fn section, void *ctx,
	      struct conf_scan_error *error);

#endif
