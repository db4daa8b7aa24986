/* SPDX-License-Identifier: BSD-2-Clause */
/* domainQueueTable: domain queues. */
#include <stdio.h>
#include <string.h>

#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_queue, field)

/* "domain/vmta", cut as one text: each part alone may have the full length already. */
static bool
get_queue_name(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct snap_queue *queue = cell->row;
	char name[2 * sizeof out->buffer];

	(void)column;
	if (queue->domain == NULL || queue->vmta == NULL)
		return value_text(out, queue->domain);
	snprintf(name, sizeof name, "%s/%s", queue->domain, queue->vmta);
	value_text(out, name);
	memcpy(out->buffer, name, out->octets_len);
	out->octets = out->buffer;
	return true;
}

static const struct table_column columns[] = {
	{2, "domainQueueServer", "SnmpAdminString", column_server, 0},
	{3, "domainQueueName", "SnmpAdminString", get_queue_name, 0},
	{4, "domainQueueDomain", "SnmpAdminString", column_text, FIELD(domain)},
	{5, "domainQueueVmta", "SnmpAdminString", column_text, FIELD(vmta)},
	{6, "domainQueueDomainIndex", "PmtaIndex", column_index, FIELD(domain_index)},
	{7, "domainQueueVmtaIndex", "PmtaIndex", column_index, FIELD(vmta_index)},
	{8, "domainQueueRecipients", "Gauge32", column_gauge, FIELD(recipients)},
	{9, "domainQueueKBytes", "Gauge32", column_gauge, FIELD(kb)},
	{10, "domainQueueConnections", "Gauge32", column_gauge, FIELD(connections)},
	{11, "domainQueueRetryWait", "Gauge32", column_until, FIELD(next_retry)},
	{12, "domainQueueLastErrorAge", "Gauge32", column_age, FIELD(last_error_time)},
	{13, "domainQueueLastDeliveryAge", "Gauge32", column_age, FIELD(last_delivery)},
	{14, "domainQueueMode", "INTEGER", column_enum8, FIELD(mode)},
	{15, "domainQueuePaused", "TruthValue", column_truth, FIELD(paused)},
	{16, "domainQueueWaitReason", "INTEGER", column_enum8, FIELD(wait_reason)},
	{17, "domainQueueReplyCode", "Unsigned32", column_code, FIELD(reply_code)},
	{18, "domainQueueLastError", "SnmpAdminString", column_text, FIELD(last_error)},
	{19, "domainQueueLastErrorTime", "DateAndTime", column_date, FIELD(last_error_time)},
	{20, "domainQueueNextRetry", "DateAndTime", column_date, FIELD(next_retry)},
	{21, "domainQueueLastDeliveryTime", "DateAndTime", column_date, FIELD(last_delivery)},
	{22, "domainQueueDiscontinuityTime", "DateAndTime", column_date, FIELD(discontinuity)},
	{23, "domainQueueDiscontinuityAge", "Gauge32", column_age, FIELD(discontinuity)},
	{24, "domainQueueDelivered", "Counter64", column_counter64, FIELD(totals.delivered)},
	{25, "domainQueueDeliveredKBytes", "Counter64", column_kbytes_total,
	 FIELD(totals.delivered_bytes)},
	{26, "domainQueueBounced", "Counter64", column_counter64, FIELD(totals.bounced)},
	{27, "domainQueueDeferred", "Counter64", column_counter64, FIELD(totals.deferred)},
	{28, "domainQueueAttemptErrors", "Counter64", column_counter64, FIELD(totals.queue_errors)},
	{29, "domainQueueProvider", "SnmpAdminString", column_text, FIELD(provider)},
	{30, "domainQueueProviderIndex", "PmtaIndex", column_index, FIELD(provider_index)},
	{31, "domainQueueOldestAge", "Gauge32", column_gauge, FIELD(ages.estimate)},
	{32, "domainQueueOldestAgeBound", "Gauge32", column_gauge, FIELD(ages.bound)},
	{33, "domainQueueTopReasonShare", "Gauge32", column_gauge, FIELD(reason.share)},
	{34, "domainQueueTopReasonCode", "Unsigned32", column_code, FIELD(reason.code)},
	{35, "domainQueueTopReason", "SnmpAdminString", column_text, FIELD(reason.text)},
	{36, "domainQueueDrainRate", "Integer32", column_signed, FIELD(drain.rate)},
	{37, "domainQueueDeliveryRate", "Gauge32", column_gauge, FIELD(drain.deliveries)},
	{38, "domainQueueDrainTime", "Gauge32", column_gauge, FIELD(drain.time)},
	{39, "domainQueueStuck", "TruthValue", column_truth, FIELD(stuck)},
};

const struct table mib_queue_table = {
	.name = "domainQueueTable",
	.arc = {4, 1},
	.arc_len = 2,
	.part = SNAP_QUEUE,
	.index_len = 2,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
