/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_options_private.h - what the two halves of reading the command line share.
 */
#ifndef PMTA_CHECK_OPTIONS_PRIVATE_H
#define PMTA_CHECK_OPTIONS_PRIVATE_H

#include "check_options.h"

/* What was given and can be understood only when all is known. */
struct check_parser {
	struct check_options *out;
	FILE *err;
	enum check_action action;
	bool bad;
	const char *table, *column, *warning, *critical;
	const char *where[CHECK_WHERE_MAX], *show[CHECK_SHOW_MAX];
	size_t where_count, show_count;
};

/* Says what is wrong with the command line, on a line of its own. */
void check_complain(struct check_parser *parser, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Understands what was kept; complains of what it cannot. */
void check_options_resolve(struct check_parser *parser);

#endif
