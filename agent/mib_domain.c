/* SPDX-License-Identifier: BSD-2-Clause */
/* domainTable: destination domains. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_domain, field)

static const struct table_column columns[] = {
	{2, "domainServer", "SnmpAdminString", column_server, 0},
	{3, "domainName", "SnmpAdminString", column_text, FIELD(name)},
	{4, "domainRecipients", "Gauge32", column_gauge, FIELD(recipients)},
	{5, "domainKBytes", "Gauge32", column_gauge, FIELD(kb)},
	{6, "domainConnections", "Gauge32", column_gauge, FIELD(connections)},
	{7, "domainLastErrorAge", "Gauge32", column_age, FIELD(last_error_time)},
	{8, "domainLastDeliveryAge", "Gauge32", column_age, FIELD(last_delivery)},
	{9, "domainLastError", "SnmpAdminString", column_text, FIELD(last_error)},
	{10, "domainLastErrorTime", "DateAndTime", column_date, FIELD(last_error_time)},
	{11, "domainLastDeliveryTime", "DateAndTime", column_date, FIELD(last_delivery)},
	{12, "domainDiscontinuityTime", "DateAndTime", column_date, FIELD(discontinuity)},
	{13, "domainDiscontinuityAge", "Gauge32", column_age, FIELD(discontinuity)},
	{14, "domainReceived", "Counter64", column_counter64, FIELD(totals.received)},
	{15, "domainDelivered", "Counter64", column_counter64, FIELD(totals.delivered)},
	{16, "domainDeliveredKBytes", "Counter64", column_kbytes_total,
	 FIELD(totals.delivered_bytes)},
	{17, "domainBounced", "Counter64", column_counter64, FIELD(totals.bounced)},
	{18, "domainDeferred", "Counter64", column_counter64, FIELD(totals.deferred)},
	{19, "domainAttemptErrors", "Counter64", column_counter64, FIELD(totals.queue_errors)},
	{20, "domainRemoteBounced", "Counter64", column_counter64, FIELD(totals.remote_bounced)},
	{21, "domainComplaints", "Counter64", column_counter64, FIELD(totals.complaints)},
};

const struct table mib_domain_table = {
	.name = "domainTable",
	.arc = {5, 1},
	.arc_len = 2,
	.part = SNAP_DOMAIN,
	.index_len = 2,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
