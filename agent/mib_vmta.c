/* SPDX-License-Identifier: BSD-2-Clause */
/* vmtaTable: VirtualMTAs. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_vmta, field)

static const struct table_column columns[] = {
	{2, "vmtaServer", "SnmpAdminString", column_server, 0},
	{3, "vmtaName", "SnmpAdminString", column_text, FIELD(name)},
	{4, "vmtaRecipients", "Gauge32", column_gauge, FIELD(recipients)},
	{5, "vmtaKBytes", "Gauge32", column_gauge, FIELD(kb)},
	{6, "vmtaDomains", "Gauge32", column_gauge, FIELD(domains)},
	{7, "vmtaShare", "Gauge32", column_gauge, FIELD(share)},
	{8, "vmtaConnections", "Gauge32", column_gauge, FIELD(connections)},
	{9, "vmtaQueuesBackoff", "Gauge32", column_gauge, FIELD(queues_backoff)},
	{10, "vmtaQueuesPaused", "Gauge32", column_gauge, FIELD(queues_paused)},
	{11, "vmtaLastDeliveryAge", "Gauge32", column_age, FIELD(last_delivery)},
	{12, "vmtaLastErrorAge", "Gauge32", column_age, FIELD(last_error_time)},
	{13, "vmtaLastError", "SnmpAdminString", column_text, FIELD(last_error)},
	{14, "vmtaLastErrorTime", "DateAndTime", column_date, FIELD(last_error_time)},
	{15, "vmtaLastDeliveryTime", "DateAndTime", column_date, FIELD(last_delivery)},
	{16, "vmtaDiscontinuityTime", "DateAndTime", column_date, FIELD(discontinuity)},
	{17, "vmtaDiscontinuityAge", "Gauge32", column_age, FIELD(discontinuity)},
	{18, "vmtaDelivered", "Counter64", column_counter64, FIELD(totals.delivered)},
	{19, "vmtaDeliveredKBytes", "Counter64", column_kbytes_total,
	 FIELD(totals.delivered_bytes)},
	{20, "vmtaBounced", "Counter64", column_counter64, FIELD(totals.bounced)},
	{21, "vmtaDeferred", "Counter64", column_counter64, FIELD(totals.deferred)},
	{22, "vmtaAttemptErrors", "Counter64", column_counter64, FIELD(totals.queue_errors)},
	{23, "vmtaComplaints", "Counter64", column_counter64, FIELD(totals.complaints)},
	{24, "vmtaOldestAge", "Gauge32", column_gauge, FIELD(ages.estimate)},
	{25, "vmtaOldestAgeBound", "Gauge32", column_gauge, FIELD(ages.bound)},
	{26, "vmtaQueuesStuck", "Gauge32", column_gauge, FIELD(queues_stuck)},
	{27, "vmtaTopReasonShare", "Gauge32", column_gauge, FIELD(reason.share)},
	{28, "vmtaTopReasonCode", "Unsigned32", column_code, FIELD(reason.code)},
	{29, "vmtaTopReason", "SnmpAdminString", column_text, FIELD(reason.text)},
	{30, "vmtaDeliveryShare", "Gauge32", column_gauge, FIELD(delivery_share)},
	{31, "vmtaFairness", "Gauge32", column_gauge, FIELD(fairness)},
};

const struct table mib_vmta_table = {
	.name = "vmtaTable",
	.arc = {3, 1},
	.arc_len = 2,
	.part = SNAP_VMTA,
	.index_len = 2,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
