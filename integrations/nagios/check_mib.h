/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_mib.h - the tables and columns of PMTA-MONITOR-MIB by name, as list-columns made them out
 * of the module when the plugin was built.
 */
#ifndef PMTA_CHECK_MIB_H
#define PMTA_CHECK_MIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The root has up to 20 numbers (mibs/make-mib), up to 8 follow. */
#define CHECK_OID_MAX 28
#define CHECK_INDEX_MAX 6

enum check_kind {
	CHECK_GAUGE,
	CHECK_ENUM,
	CHECK_COUNTER,
	CHECK_TEXT,
	CHECK_TIME, /* DateAndTime */
	CHECK_OTHER /* pointers */
};

struct check_column {
	uint32_t number;
	const char *name;
	enum check_kind kind;
	const char *unit;	   /* UNITS, or "" */
	const char *const *values; /* CHECK_ENUM: names of 1, 2, ...; "" where there is none */
	size_t value_count;
};

/* A table, or the node above some scalars. */
struct check_table {
	const char *name;
	const char *prefix; /* what the names of its columns begin with */
	const char *index;  /* names of the indexes with blanks between; "" for scalars */
	uint32_t entry[CHECK_OID_MAX];
	size_t entry_len;
	size_t index_len;
	bool windows;	    /* the last index is the length of a window in seconds */
	uint32_t server;    /* number of the column that names the server, 0 for none */
	uint32_t labels[2]; /* numbers of the columns that name the row; 0 for none */
	const struct check_column *columns;
	size_t column_count;
};

extern const struct check_table check_tables[];
extern const size_t check_table_count;

/* A column with its table. */
struct check_place {
	const struct check_table *table;
	const struct check_column *column;
};

/* The table of this name, NULL if there is none. */
const struct check_table *check_mib_table(const char *name);

/* The column of this number, NULL if the table has none. */
const struct check_column *check_mib_number(const struct check_table *table, uint32_t number);

/* Finds a column by its full name; with a table also by the name without what all names of the
 * table begin with ("Recipients" of vmtaTable). Returns 0, or -1 if there is none. */
int check_mib_find(const struct check_table *table, const char *name, struct check_place *out);

/* A column that tells of a window what this counter totals; NULL if there is none. */
const struct check_column *check_mib_window_of(const struct check_place *counter);

/* True if a row of the one table has its row of the other under the beginning of its own index. */
bool check_mib_leads_to(const struct check_table *from, const struct check_table *to);

/* The value of an enumeration by its name, 0 if there is none. */
uint32_t check_mib_value(const struct check_column *column, const char *name, size_t len);

/* The name of a value of an enumeration, NULL if it has none. */
const char *check_mib_value_name(const struct check_column *column, int64_t value);

/* Writes up to five names like the one that was not found, ", " between; "" if none is like it. */
void check_mib_suggest(const char *name, char *out, size_t size);

#endif
