/* SPDX-License-Identifier: BSD-2-Clause */
/* providerTable: mailbox providers. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_provider, field)

static const struct table_column columns[] = {
	{2, "providerServer", "SnmpAdminString", column_server, 0},
	{3, "providerName", "SnmpAdminString", column_text, FIELD(name)},
	{4, "providerRecipients", "Gauge32", column_gauge, FIELD(recipients)},
	{5, "providerKBytes", "Gauge32", column_gauge, FIELD(kb)},
	{6, "providerConnections", "Gauge32", column_gauge, FIELD(connections)},
	{7, "providerQueues", "Gauge32", column_gauge, FIELD(queues)},
	{8, "providerQueuesBackoff", "Gauge32", column_gauge, FIELD(queues_backoff)},
	{9, "providerOldestAge", "Gauge32", column_gauge, FIELD(ages.estimate)},
	{10, "providerOldestAgeBound", "Gauge32", column_gauge, FIELD(ages.bound)},
	{11, "providerLastDeliveryAge", "Gauge32", column_age, FIELD(last_delivery)},
	{12, "providerTopReasonShare", "Gauge32", column_gauge, FIELD(reason.share)},
	{13, "providerTopReasonCode", "Unsigned32", column_code, FIELD(reason.code)},
	{14, "providerTopReason", "SnmpAdminString", column_text, FIELD(reason.text)},
	{15, "providerLastDeliveryTime", "DateAndTime", column_date, FIELD(last_delivery)},
	{16, "providerDiscontinuityTime", "DateAndTime", column_date, FIELD(discontinuity)},
	{17, "providerDiscontinuityAge", "Gauge32", column_age, FIELD(discontinuity)},
	{18, "providerReceived", "Counter64", column_counter64, FIELD(totals.received)},
	{19, "providerDelivered", "Counter64", column_counter64, FIELD(totals.delivered)},
	{20, "providerDeliveredKBytes", "Counter64", column_kbytes_total,
	 FIELD(totals.delivered_bytes)},
	{21, "providerBounced", "Counter64", column_counter64, FIELD(totals.bounced)},
	{22, "providerDeferred", "Counter64", column_counter64, FIELD(totals.deferred)},
	{23, "providerAttemptErrors", "Counter64", column_counter64, FIELD(totals.queue_errors)},
	{24, "providerThrottled", "Counter64", column_counter64, FIELD(throttled)},
	{25, "providerRemoteBounced", "Counter64", column_counter64, FIELD(totals.remote_bounced)},
	{26, "providerComplaints", "Counter64", column_counter64, FIELD(totals.complaints)},
	{27, "providerQueuesStuck", "Gauge32", column_gauge, FIELD(queues_stuck)},
};

const struct table mib_provider_table = {
	.name = "providerTable",
	.arc = {5, 2},
	.arc_len = 2,
	.part = SNAP_PROVIDER,
	.index_len = 2,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
