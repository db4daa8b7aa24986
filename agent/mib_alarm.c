/* SPDX-License-Identifier: BSD-2-Clause */
/* pmtaAlarmTable: the active alarms. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_alarm, field)

static bool
get_row(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct snap_alarm *alarm = cell->row;
	const struct table *table = mib_table_of(alarm->table);
	uint32_t oid[VALUE_OID_MAX];

	(void)column;
	return alarm->server_index != 0 &&
	       value_object(out, oid,
			    mib_row_oid(table, alarm->server_index, alarm->object_index, oid));
}

static bool
get_raised_time(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct snap_alarm *alarm = cell->row;

	(void)column;
	return alarm->raised_ms != SNAP_NO_TIME && value_date(out, alarm->raised_ms);
}

static bool
get_notification(const struct table_cell *cell, const struct table_column *column,
		 struct value *out)
{
	const struct snap_alarm *alarm = cell->row;
	uint32_t oid[VALUE_OID_MAX];

	(void)column;
	return alarm->notification != 0 &&
	       value_object(out, oid, mib_notification_oid(alarm->notification, oid));
}

static const struct table_column columns[] = {
	{2, "pmtaAlarmServer", "SnmpAdminString", column_text, FIELD(server_name)},
	{3, "pmtaAlarmScope", "PmtaScope", column_enum, FIELD(scope)},
	{4, "pmtaAlarmObject", "SnmpAdminString", column_text, FIELD(object_name)},
	{5, "pmtaAlarmSeverity", "PmtaSeverity", column_enum, FIELD(severity)},
	{6, "pmtaAlarmThreshold", "SnmpAdminString", column_text, FIELD(threshold)},
	{7, "pmtaAlarmThresholdIndex", "PmtaIndex", column_index, FIELD(threshold_index)},
	{8, "pmtaAlarmRow", "RowPointer", get_row, 0},
	{9, "pmtaAlarmMetric", "SnmpAdminString", column_text, FIELD(metric)},
	{10, "pmtaAlarmValue", "Gauge32", column_gauge, FIELD(value)},
	{11, "pmtaAlarmLimit", "Unsigned32", column_gauge, FIELD(limit)},
	{12, "pmtaAlarmWindow", "Unsigned32", column_gauge, FIELD(window)},
	{13, "pmtaAlarmRaisedTime", "DateAndTime", get_raised_time, 0},
	{14, "pmtaAlarmRaisedAge", "Gauge32", column_mono_age, FIELD(raised_mono)},
	{15, "pmtaAlarmText", "SnmpAdminString", column_text, FIELD(text)},
	{16, "pmtaAlarmNotification", "AutonomousType", get_notification, 0},
	{17, "pmtaAlarmServerIndex", "PmtaIndex", column_index, FIELD(server_index)},
	{18, "pmtaAlarmObjectIndex", "PmtaIndex", column_index, FIELD(object_index)},
};

const struct table mib_alarm_table = {
	.name = "pmtaAlarmTable",
	.arc = {13, 1},
	.arc_len = 2,
	.part = SNAP_ALARM,
	.index_len = 1,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
