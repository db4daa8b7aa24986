/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_list.h - what --list prints: tables, columns, rows.
 */
#ifndef PMTA_CHECK_LIST_H
#define PMTA_CHECK_LIST_H

#include "check_judge.h"

/* All tables with what names their rows. */
void check_list_tables(FILE *out);

/* The columns of a table with units and names. */
void check_list_columns(const struct check_table *table, FILE *out);

/* The rows that --server and --name choose. Returns how many. */
size_t check_list_rows(const struct check_options *options, const struct check_plan *plan,
		       const struct check_row *rows, size_t count, FILE *out);

#endif
