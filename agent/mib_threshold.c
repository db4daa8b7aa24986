/* SPDX-License-Identifier: BSD-2-Clause */
/* pmtaThresholdTable: the rules as configured, and what they did. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_threshold, field)

static const struct table_column columns[] = {
	{2, "pmtaThresholdName", "SnmpAdminString", column_text, FIELD(name)},
	{3, "pmtaThresholdScope", "PmtaScope", column_enum, FIELD(scope)},
	{4, "pmtaThresholdMatch", "SnmpAdminString", column_text, FIELD(match)},
	{5, "pmtaThresholdServer", "SnmpAdminString", column_text, FIELD(server)},
	{6, "pmtaThresholdMetric", "SnmpAdminString", column_text, FIELD(metric)},
	{7, "pmtaThresholdWindow", "Unsigned32", column_gauge, FIELD(window)},
	{8, "pmtaThresholdWhen", "INTEGER", column_enum, FIELD(when)},
	{9, "pmtaThresholdRaise", "SnmpAdminString", column_text, FIELD(raise)},
	{10, "pmtaThresholdClear", "SnmpAdminString", column_text, FIELD(clear)},
	{11, "pmtaThresholdMinimum", "Unsigned32", column_gauge, FIELD(minimum)},
	{12, "pmtaThresholdHold", "Unsigned32", column_gauge, FIELD(hold_s)},
	{13, "pmtaThresholdCalm", "Unsigned32", column_gauge, FIELD(calm_s)},
	{14, "pmtaThresholdRemind", "Unsigned32", column_gauge, FIELD(remind_s)},
	{15, "pmtaThresholdSeverity", "PmtaSeverity", column_enum, FIELD(severity)},
	{16, "pmtaThresholdDryRun", "TruthValue", column_truth, FIELD(dry_run)},
	{17, "pmtaThresholdAdvice", "SnmpAdminString", column_text, FIELD(advice)},
	{18, "pmtaThresholdText", "SnmpAdminString", column_text, FIELD(sentence)},
	{19, "pmtaThresholdActive", "Gauge32", column_gauge, FIELD(active)},
	{20, "pmtaThresholdRaises", "Counter64", column_counter64, FIELD(raised)},
	{21, "pmtaThresholdWouldRaise", "Counter64", column_counter64, FIELD(would_raise)},
	{22, "pmtaThresholdLastRaiseTime", "DateAndTime", column_date, FIELD(last_raise)},
	{23, "pmtaThresholdLastRaiseAge", "Gauge32", column_age, FIELD(last_raise)},
};

const struct table mib_threshold_table = {
	.name = "pmtaThresholdTable",
	.arc = {12},
	.arc_len = 1,
	.part = SNAP_THRESHOLD,
	.index_len = 1,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
