/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_result.h - a plugin's answer: a status, a line, more lines, performance data; in the form
 * of the Monitoring Plugins' development guidelines.
 */
#ifndef PMTA_CHECK_RESULT_H
#define PMTA_CHECK_RESULT_H

#include <stdio.h>

#include "check_options.h"

struct check_result {
	enum check_status status;
	char *line, *more, *perfdata; /* what was written so far */
	FILE *line_file, *more_file, *perfdata_file;
	size_t line_size, more_size, perfdata_size;
};

/* Returns 0, or -1 without memory. check_result_free() in either case. */
int check_result_init(struct check_result *result);
void check_result_free(struct check_result *result);

/* The word for a status: "OK". */
const char *check_status_word(enum check_status status);

/* The graver of two: critical, warning, unknown, ok. */
enum check_status check_status_worse(enum check_status a, enum check_status b);

/* Adds a value of a row to the performance data. Quotes the label. */
void check_result_perfdata(struct check_result *result, const char *label,
			   const struct check_options *options, const struct check_unit *unit,
			   int64_t value);

/* Prints it all; returns the exit status. */
int check_result_print(struct check_result *result, FILE *out);

#endif
