/* SPDX-License-Identifier: BSD-2-Clause */
/* providerTable. */
#include "metric_private.h"

#define HERE SNAP_SCOPE_PROVIDER, SNAP_PROVIDER
#define FIELD(field) offsetof(struct snap_provider, field)

/* clang-format off */
#define GAUGE(name, word, unit, field) name, word, HERE, METRIC_GAUGE, unit, FIELD(field)
#define TOTAL(name, word, field) name, word, HERE, METRIC_TOTAL, METRIC_PLAIN, FIELD(field)

static const struct metric provider[] = {
	{GAUGE("providerRecipients", "queued-recipients", METRIC_PLAIN, recipients),
	 .noun = "recipients queued", .raise_note = SNAP_NOTE_QUEUE_DEPTH_HIGH},
	{GAUGE("providerKBytes", "queued-size", METRIC_KB, kb), .noun = "queued",
	 .raise_note = SNAP_NOTE_QUEUE_DEPTH_HIGH},
	{GAUGE("providerConnections", "connections", METRIC_PLAIN, connections),
	 .noun = "connections"},
	{GAUGE("providerQueues", "queues", METRIC_PLAIN, queues), .noun = "queues"},
	{GAUGE("providerQueuesBackoff", "queues-backoff", METRIC_PLAIN, queues_backoff),
	 .noun = "queues in backoff", .raise_note = SNAP_NOTE_QUEUE_BACKOFF_ENTERED},
	{GAUGE("providerOldestAge", "age", METRIC_SECONDS, ages.estimate),
	 .noun = "waited by its oldest mail", .raise_note = SNAP_NOTE_QUEUE_AGE_HIGH},
	{GAUGE("providerOldestAgeBound", "age-bound", METRIC_SECONDS, ages.bound),
	 .noun = "waited at most by its oldest mail", .raise_note = SNAP_NOTE_QUEUE_AGE_HIGH},
	{"providerLastDeliveryAge", "last-delivery-age", HERE, METRIC_AGE, METRIC_SECONDS,
	 FIELD(last_delivery), .noun = "since the last delivery",
	 .raise_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{GAUGE("providerTopReasonShare", "top-reason-share", METRIC_SHARE, reason.share),
	 .noun = "of its failures for one reason"},
	{"providerTopReasonCode", "top-reason-code", HERE, METRIC_CODE, METRIC_PLAIN,
	 FIELD(reason.code), .noun = "as leading SMTP reply code"},
	{GAUGE("providerQueuesStuck", "queues-stuck", METRIC_PLAIN, queues_stuck),
	 .noun = "queues stuck", .raise_note = SNAP_NOTE_QUEUE_STUCK},
	{TOTAL("providerReceived", NULL, totals.received), .noun = "recipients received"},
	{TOTAL("providerDelivered", NULL, totals.delivered), .noun = "recipients delivered",
	 .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{"providerDeliveredKBytes", NULL, HERE, METRIC_TOTAL_BYTES, METRIC_KB,
	 FIELD(totals.delivered_bytes), .noun = "delivered",
	 .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{TOTAL("providerBounced", NULL, totals.bounced), .noun = "recipients bounced",
	 .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},
	{TOTAL("providerDeferred", NULL, totals.deferred), .noun = "attempts deferred",
	 .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},
	{TOTAL("providerAttemptErrors", "attempt-errors", totals.queue_errors),
	 .noun = "failed attempts of whole queues", .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},
	{TOTAL("providerThrottled", NULL, throttled), .noun = "attempts throttled",
	 .raise_note = SNAP_NOTE_THROTTLE_RATE_HIGH},
	{TOTAL("providerRemoteBounced", "remote-bounced", totals.remote_bounced),
	 .noun = "recipients bounced later by mail", .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},
	{TOTAL("providerComplaints", NULL, totals.complaints), .noun = "complaints",
	 .raise_note = SNAP_NOTE_COMPLAINT_RATE_HIGH},
};
/* clang-format on */

const struct metric_list metric_provider_list = METRIC_LIST(provider);
