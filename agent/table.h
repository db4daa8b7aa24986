/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.h - answers GET and GETNEXT for a table out of a snapshot by binary search. Pure: knows no
 * library, reads no clock.
 *
 * An OID is given as the sub-identifiers behind the table's own OID: 1.COLUMN.INDEX... Index is the
 * server's index and the row's key, or the key alone for a table that is not kept by server. A key
 * is up to three numbers, which every row begins with: none for the server itself, the object, the
 * object and a window, a provider and a reply's two codes. Rows are in the order of their keys. A
 * column without a value for a row is a hole: GET has no instance there, GETNEXT goes on to the
 * next row.
 */
#ifndef PMTA_TABLE_H
#define PMTA_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot.h"
#include "value.h"

#define TABLE_KEY_MAX 3
/* Longest OID behind the table's: entry, column, server, key. */
#define TABLE_SUFFIX_MAX (3 + TABLE_KEY_MAX)

/* What a getter may look at: one row at one moment. */
struct table_cell {
	const struct snapshot *snap;
	const struct snap_server_parts *server; /* NULL in a table not kept by server */
	const void *row;
	struct moment now;
};

struct table_column;

/* Sets *out and returns true, or returns false where the row has no value in this column. */
typedef bool (*table_getter)(const struct table_cell *cell, const struct table_column *column,
			     struct value *out);

struct table_column {
	uint32_t number;
	const char *name;   /* MIB descriptor */
	const char *syntax; /* as in the MIB: "Gauge32", "Counter64", "SnmpAdminString", ... */
	table_getter get;
	size_t offset; /* of the field in the row, for the getters that just read one */
};

struct table {
	const char *name; /* MIB descriptor: "vmtaTable" */
	uint32_t arc[3];  /* behind { pmtaMonitorMIB 1 }: 3.1 is { 3, 1 } */
	size_t arc_len;
	enum snap_table part;
	unsigned index_len;		    /* sub-identifiers of the index: 1 to 4 */
	const struct table_column *columns; /* ascending by number, accessible ones only */
	size_t column_count;
};

/* Sub-identifiers of a row's key: those of the index without the server's. */
unsigned table_key_len(const struct table *table);

/* GET. Returns true and *out, or false: no such instance. */
bool table_get(const struct table *table, const struct snapshot *snap, struct moment now,
	       const uint32_t *suffix, size_t len, struct value *out);

/* GETNEXT: the first instance behind suffix (any length, partial or overlong). Returns true, *out
 * and its OID in next[TABLE_SUFFIX_MAX], *next_len; or false at the end of the table, next
 * untouched. next may be suffix itself: a walk needs one array. */
bool table_next(const struct table *table, const struct snapshot *snap, struct moment now,
		const uint32_t *suffix, size_t len, uint32_t *next, size_t *next_len,
		struct value *out);

/* Every table of the MIB, in OID order; *count gets their number (mib.c). */
const struct table *const *mib_tables(size_t *count);

/* The table of this part; for RowPointer and notification varbinds (mib.c). */
const struct table *mib_table_of(enum snap_table part);

#endif
