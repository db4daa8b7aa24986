/* SPDX-License-Identifier: BSD-2-Clause */
/* pmtaSourceTable: pages and files the collector reads. */
#include <stdio.h>

#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_source, field)

/* Bit n is the n-th of PowerMTA's record types, counted from 1. */
static bool
get_types(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	static const char *const names[] = {NULL, "d", "b", "t", "tq", "r", "f", "rb", "rs"};
	const struct snap_source *source = cell->row;
	size_t len = 0;

	(void)column;
	for (size_t i = 1; i < sizeof names / sizeof names[0]; i++)
		if ((source->types & 1u << i) != 0)
			len += (size_t)snprintf(out->buffer + len, sizeof out->buffer - len, "%s%s",
						len > 0 ? " " : "", names[i]);
	return len > 0 && value_text(out, out->buffer);
}

static const struct table_column columns[] = {
	{2, "pmtaSourceServer", "SnmpAdminString", column_server, 0},
	{3, "pmtaSourceName", "SnmpAdminString", column_text, FIELD(name)},
	{4, "pmtaSourceAge", "Gauge32", column_mono_age, FIELD(good_mono)},
	{5, "pmtaSourceLag", "Gauge32", column_gauge, FIELD(lag)},
	{6, "pmtaSourceBacklog", "Gauge32", column_kbytes_level, FIELD(backlog)},
	{7, "pmtaSourceDuration", "Gauge32", column_gauge, FIELD(duration_ms)},
	{8, "pmtaSourceLastErrorAge", "Gauge32", column_age, FIELD(last_error_time)},
	{9, "pmtaSourceKind", "INTEGER", column_enum, FIELD(kind)},
	{10, "pmtaSourceState", "INTEGER", column_enum, FIELD(state)},
	{11, "pmtaSourceRecordTypes", "SnmpAdminString", get_types, 0},
	{12, "pmtaSourceLastError", "SnmpAdminString", column_text, FIELD(last_error)},
	{13, "pmtaSourceLastErrorTime", "DateAndTime", column_date, FIELD(last_error_time)},
	{14, "pmtaSourceAttempts", "Counter64", column_counter64, FIELD(attempts)},
	{15, "pmtaSourceFailures", "Counter64", column_counter64, FIELD(failures)},
	{16, "pmtaSourceRecords", "Counter64", column_counter64, FIELD(records)},
	{17, "pmtaSourceRejected", "Counter64", column_counter64, FIELD(rejected)},
	{18, "pmtaSourceGaps", "Counter64", column_counter64, FIELD(gaps)},
};

const struct table mib_source_table = {
	.name = "pmtaSourceTable",
	.arc = {10},
	.arc_len = 1,
	.part = SNAP_SOURCE,
	.index_len = 2,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
