/* SPDX-License-Identifier: BSD-2-Clause */
/* pmtaEventTable: the event ring; each notification is one of its rows. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_event, field)

/*
 * The objects of a notification must all be there, each in its place: what an event does not have
 * is an empty text, 0 or 0.0 here, not a missing instance.
 */
static bool
get_words(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	return column_text(cell, column, out) || value_text(out, "");
}

static bool
get_level(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	return column_gauge(cell, column, out) || value_gauge(out, 0);
}

static bool
get_row(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct snap_event *event = cell->row;
	const struct table *table = mib_table_of(event->table);
	uint32_t oid[VALUE_OID_MAX];

	(void)column;
	return value_object(out, oid,
			    mib_row_oid(table, event->server_index, event->object_index, oid));
}

static bool
get_time(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct snap_event *event = cell->row;

	(void)column;
	return value_date(out, event->time_ms);
}

static bool
get_age(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct snap_event *event = cell->row;

	(void)column;
	/* By the clock that never steps, unless the event is of an earlier run. */
	if (event->time_mono != SNAP_NO_TIME)
		return value_gauge64(out, column_seconds(event->time_mono, cell->now.mono_ms));
	return event->time_ms != SNAP_NO_TIME &&
	       value_gauge64(out, column_seconds(event->time_ms, cell->now.wall_ms));
}

static bool
get_notification(const struct table_cell *cell, const struct table_column *column,
		 struct value *out)
{
	const struct snap_event *event = cell->row;
	uint32_t oid[VALUE_OID_MAX];

	(void)column;
	return event->notification != 0 &&
	       value_object(out, oid, mib_notification_oid(event->notification, oid));
}

static const struct table_column columns[] = {
	{2, "pmtaEventSequence", "PmtaIndex", column_gauge, FIELD(key)},
	{3, "pmtaEventAgent", "SnmpAdminString", get_words, FIELD(agent_name)},
	{4, "pmtaEventAlarmId", "PmtaIndexOrZero", column_gauge, FIELD(alarm_id)},
	{5, "pmtaEventSeverity", "PmtaSeverity", column_enum, FIELD(severity)},
	{6, "pmtaEventServer", "SnmpAdminString", get_words, FIELD(server_name)},
	{7, "pmtaEventScope", "PmtaScope", column_enum, FIELD(scope)},
	{8, "pmtaEventObject", "SnmpAdminString", get_words, FIELD(object_name)},
	{9, "pmtaEventRow", "RowPointer", get_row, 0},
	{10, "pmtaEventMetric", "SnmpAdminString", get_words, FIELD(metric)},
	{11, "pmtaEventValue", "Gauge32", get_level, FIELD(value)},
	{12, "pmtaEventLimit", "Unsigned32", get_level, FIELD(limit)},
	{13, "pmtaEventWindow", "Unsigned32", get_level, FIELD(window)},
	{14, "pmtaEventTime", "DateAndTime", get_time, 0},
	{15, "pmtaEventText", "SnmpAdminString", get_words, FIELD(text)},
	{16, "pmtaEventAge", "Gauge32", get_age, 0},
	{17, "pmtaEventNotification", "AutonomousType", get_notification, 0},
	{18, "pmtaEventServerIndex", "PmtaIndex", column_index, FIELD(server_index)},
	{19, "pmtaEventObjectIndex", "PmtaIndex", column_index, FIELD(object_index)},
};

const struct table mib_event_table = {
	.name = "pmtaEventTable",
	.arc = {13, 2},
	.arc_len = 2,
	.part = SNAP_EVENT,
	.index_len = 1,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
