/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints what the agent serves, one object a line, for check_descriptors:
 *
 *   table NAME OID INDEXES       column NAME OID SYNTAX
 *   scalar NAME OID SYNTAX       object POSITION NAME (of every notification)
 */
#include <inttypes.h>
#include <stdio.h>

#include "mib.h"
#include "scalars.h"

static void
print_oid(const uint32_t *oid, size_t len)
{
	for (size_t i = 0; i < len; i++)
		printf("%s%" PRIu32, i == 0 ? "" : ".", oid[i]);
}

static void
print_column(const char *what, const struct table_column *column, uint32_t *oid, size_t len)
{
	oid[len] = column->number;
	printf("%s %s ", what, column->name);
	print_oid(oid, len + 1);
	printf(" %s\n", column->syntax);
}

static void
print_table(const struct table *table)
{
	uint32_t oid[VALUE_OID_MAX];
	size_t len = mib_table_oid(table, oid);

	printf("table %s ", table->name);
	print_oid(oid, len);
	printf(" %u\n", table->index_len);
	oid[len++] = 1;
	for (size_t c = 0; c < table->column_count; c++)
		print_column("column", &table->columns[c], oid, len);
}

int
main(void)
{
	uint32_t oid[VALUE_OID_MAX];
	size_t count, len = mib_scalars_oid(oid);
	const struct scalar *scalars = scalar_list(&count);
	const struct table *const *tables;

	for (size_t i = 0; i < count; i++)
		print_column("scalar", &scalars[i].column, oid, len);
	tables = mib_tables(&count);
	for (size_t t = 0; t < count; t++)
		print_table(tables[t]);
	for (size_t i = 0; i < MIB_NOTIFICATION_OBJECTS; i++)
		printf("object %zu %s\n", i, mib_event_table.columns[i].name);
	return ferror(stdout) != 0;
}
