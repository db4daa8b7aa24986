/* SPDX-License-Identifier: BSD-2-Clause */
/* pmtaJobTable: jobs. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_job, field)

static const struct table_column columns[] = {
	{2, "pmtaJobServer", "SnmpAdminString", column_server, 0},
	{3, "pmtaJobName", "SnmpAdminString", column_text, FIELD(name)},
	{4, "pmtaJobRecipients", "Gauge32", column_gauge, FIELD(recipients)},
	{5, "pmtaJobKBytes", "Gauge32", column_gauge, FIELD(kb)},
	{6, "pmtaJobDomains", "Gauge32", column_gauge, FIELD(domains)},
	{7, "pmtaJobPaused", "TruthValue", column_truth, FIELD(paused)},
	{8, "pmtaJobDiscontinuityTime", "DateAndTime", column_date, FIELD(discontinuity)},
	{9, "pmtaJobDiscontinuityAge", "Gauge32", column_age, FIELD(discontinuity)},
	{10, "pmtaJobReceived", "Counter64", column_counter64, FIELD(totals.received)},
	{11, "pmtaJobDelivered", "Counter64", column_counter64, FIELD(totals.delivered)},
	{12, "pmtaJobDeliveredKBytes", "Counter64", column_kbytes_total,
	 FIELD(totals.delivered_bytes)},
	{13, "pmtaJobBounced", "Counter64", column_counter64, FIELD(totals.bounced)},
	{14, "pmtaJobDeferred", "Counter64", column_counter64, FIELD(totals.deferred)},
	{15, "pmtaJobComplaints", "Counter64", column_counter64, FIELD(totals.complaints)},
};

const struct table mib_job_table = {
	.name = "pmtaJobTable",
	.arc = {9},
	.arc_len = 1,
	.part = SNAP_JOB,
	.index_len = 2,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
