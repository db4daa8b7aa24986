/* SPDX-License-Identifier: BSD-2-Clause */
/* pmtaBaselineTable: what is usual at this hour of the week, and how far it is from that. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_baseline, field)

static const struct table_column columns[] = {
	{3, "pmtaBaselineServer", "SnmpAdminString", column_server, 0},
	{4, "pmtaBaselineName", "SnmpAdminString", column_text, FIELD(name)},
	{5, "pmtaBaselineMetricName", "SnmpAdminString", column_text, FIELD(metric)},
	{6, "pmtaBaselineExpected", "Gauge32", column_gauge, FIELD(expected)},
	{7, "pmtaBaselineDeviation", "Gauge32", column_gauge, FIELD(deviation)},
	{8, "pmtaBaselineValue", "Gauge32", column_gauge, FIELD(value)},
	{9, "pmtaBaselineScore", "Integer32", column_signed, FIELD(score)},
	{10, "pmtaBaselineHistory", "Gauge32", column_gauge, FIELD(history)},
	{11, "pmtaBaselineWeeks", "Gauge32", column_gauge, FIELD(weeks)},
	{12, "pmtaBaselineEnough", "TruthValue", column_truth, FIELD(enough)},
};

const struct table mib_baseline_table = {
	.name = "pmtaBaselineTable",
	.arc = {11},
	.arc_len = 1,
	.part = SNAP_BASELINE,
	.index_len = 3,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
