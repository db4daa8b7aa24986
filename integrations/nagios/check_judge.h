/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_judge.h - which rows are meant, and how each of them does: pure, of what was read.
 */
#ifndef PMTA_CHECK_JUDGE_H
#define PMTA_CHECK_JUDGE_H

#include "check_options.h"
#include "check_rows.h"

/* "server/name/name", each up to CHECK_TEXT_MAX octets. */
#define CHECK_LABEL_SIZE (3 * (CHECK_TEXT_MAX + 1) + 1)

#define CHECK_NO_COLUMN CHECK_FETCH_MAX

/* The columns to read, each once, and where among them each is that is needed; CHECK_NO_COLUMN for
 * none. */
struct check_plan {
	const struct check_column *columns[CHECK_FETCH_MAX];
	size_t count;
	size_t server, labels[2], value, where[CHECK_WHERE_MAX];
};

/* A row with a value. */
struct check_finding {
	const struct check_row *row;
	int64_t value;
	int64_t badness; /* the greater of two with the same status is the worse */
	enum check_status status;
};

struct check_judgement {
	struct check_finding *findings; /* the worst first */
	size_t count;
	size_t rows;	/* in the table */
	size_t chosen;	/* by name and server */
	size_t outside; /* of those: a condition is not fulfilled */
	size_t unknown; /* of those: there is no value */
	size_t bad;	/* of the findings: not OK */
	int64_t sum;
};

/* What to read for a check; value may be NULL for labels alone. */
void check_plan_make(const struct check_table *table, const struct check_column *value,
		     const struct check_options *options, struct check_plan *out);

/* Adds a column to those that are read; returns its place. There must be room. */
size_t check_plan_add(struct check_plan *plan, const struct check_column *column);

/* Writes what the row is called, or its index if it has no name. */
void check_row_label(const struct check_plan *plan, const struct check_row *row,
		     char out[CHECK_LABEL_SIZE]);

/* True if the row is one of those named by --server and --name. */
bool check_row_is_chosen(const struct check_options *options, const struct check_plan *plan,
			 const struct check_row *row);

/* The status of a value by -w and -c. */
enum check_status check_value_status(const struct check_options *options, int64_t value);

/* Judges rows; free(out->findings) afterwards. Returns 0, or -1 without memory. */
int check_judge(const struct check_options *options, const struct check_plan *plan,
		const struct check_row *rows, size_t count, struct check_judgement *out);

#endif
