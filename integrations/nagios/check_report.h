/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_report.h - what a judgement is in words.
 */
#ifndef PMTA_CHECK_REPORT_H
#define PMTA_CHECK_REPORT_H

#include "check_judge.h"
#include "check_result.h"

/* Writes what --show asks for of a row, "; name: value" each; context is the caller's own. */
typedef void check_show(void *context, const struct check_row *row, FILE *out);

/* Writes a value with its unit, or by its name. */
void check_value_print(const struct check_column *column, int64_t value, FILE *out);

/* Puts what was found of a column into words. */
void check_report(const struct check_options *options, const struct check_plan *plan,
		  const struct check_judgement *judgement, check_show *show, void *context,
		  struct check_result *result);

/* The same of --alive: rows of pmtaServerTable with the columns of alive_plan. */
struct check_alive {
	struct check_plan plan;
	size_t state; /* place of pmtaServerState in the plan */
};
void check_alive_plan(const struct check_options *options, struct check_alive *out);
void check_alive_report(const struct check_options *options, const struct check_alive *alive,
			int64_t agent_uptime, const struct check_row *rows, size_t count,
			struct check_result *result);

#endif
