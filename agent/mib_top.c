/* SPDX-License-Identifier: BSD-2-Clause */
/* pmtaTopTable: the worst providers, queues and VirtualMTAs. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_top, field)

static bool
get_list_name(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	/* clang-format off */
	static const char *const names[] = {
		[SNAP_TOP_PROVIDERS_BY_DEFERRAL] = "providersByDeferral",
		[SNAP_TOP_PROVIDERS_BY_BOUNCE] = "providersByBounce",
		[SNAP_TOP_OLDEST_QUEUES] = "oldestQueues",
		[SNAP_TOP_LARGEST_QUEUES] = "largestQueues",
		[SNAP_TOP_SLOWEST_VMTAS] = "slowestVmtas",
	};
	/* clang-format on */
	const struct snap_top *top = cell->row;

	(void)column;
	return top->key[0] < sizeof names / sizeof names[0] && value_text(out, names[top->key[0]]);
}

/* Objects that row-limit hides have no row in this snapshot: they are pointed at with 0.0. */
static bool
get_row(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct snap_top *top = cell->row;
	const struct table *table = NULL;
	uint32_t oid[VALUE_OID_MAX];

	(void)column;
	if (snap_part_has(cell->server->part[top->table], top->object))
		table = mib_table_of(top->table);
	return value_object(out, oid, mib_row_oid(table, cell->server->index, top->object, oid));
}

static const struct table_column columns[] = {
	{3, "pmtaTopServer", "SnmpAdminString", column_server, 0},
	{4, "pmtaTopListName", "SnmpAdminString", get_list_name, 0},
	{5, "pmtaTopObject", "SnmpAdminString", column_text, FIELD(name)},
	{6, "pmtaTopValue", "Gauge32", column_gauge, FIELD(value)},
	{7, "pmtaTopUnit", "SnmpAdminString", column_text, FIELD(unit)},
	{8, "pmtaTopReason", "SnmpAdminString", column_text, FIELD(reason)},
	{9, "pmtaTopRow", "RowPointer", get_row, 0},
};

const struct table mib_top_table = {
	.name = "pmtaTopTable",
	.arc = {8},
	.arc_len = 1,
	.part = SNAP_TOP,
	.index_len = 3,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
