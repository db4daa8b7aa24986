/* SPDX-License-Identifier: BSD-2-Clause */
/* vmtaTable. */
#include "metric_private.h"

#define HERE SNAP_SCOPE_VMTA, SNAP_VMTA
#define FIELD(field) offsetof(struct snap_vmta, field)

/* clang-format off */
#define GAUGE(name, word, unit, field) name, word, HERE, METRIC_GAUGE, unit, FIELD(field)
#define TOTAL(name, word, field) name, word, HERE, METRIC_TOTAL, METRIC_PLAIN, FIELD(field)

static const struct metric vmta[] = {
	{GAUGE("vmtaRecipients", "queued-recipients", METRIC_PLAIN, recipients),
	 .noun = "recipients queued", .raise_note = SNAP_NOTE_QUEUE_DEPTH_HIGH},
	{GAUGE("vmtaKBytes", "queued-size", METRIC_KB, kb), .noun = "queued",
	 .raise_note = SNAP_NOTE_QUEUE_DEPTH_HIGH},
	{GAUGE("vmtaDomains", "queued-domains", METRIC_PLAIN, domains),
	 .noun = "domains with mail queued"},
	{GAUGE("vmtaShare", "queue-share", METRIC_SHARE, share),
	 .noun = "of all recipients queued"},
	{GAUGE("vmtaConnections", "connections", METRIC_PLAIN, connections),
	 .noun = "connections"},
	{GAUGE("vmtaQueuesBackoff", "queues-backoff", METRIC_PLAIN, queues_backoff),
	 .noun = "queues in backoff", .raise_note = SNAP_NOTE_QUEUE_BACKOFF_ENTERED},
	{GAUGE("vmtaQueuesPaused", "queues-paused", METRIC_PLAIN, queues_paused),
	 .noun = "queues paused", .raise_note = SNAP_NOTE_QUEUE_PAUSED},
	{"vmtaLastDeliveryAge", "last-delivery-age", HERE, METRIC_AGE, METRIC_SECONDS,
	 FIELD(last_delivery), .noun = "since the last delivery",
	 .raise_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{"vmtaLastErrorAge", "last-error-age", HERE, METRIC_AGE, METRIC_SECONDS,
	 FIELD(last_error_time), .noun = "since the last error"},
	{GAUGE("vmtaOldestAge", "age", METRIC_SECONDS, ages.estimate),
	 .noun = "waited by its oldest mail", .raise_note = SNAP_NOTE_QUEUE_AGE_HIGH},
	{GAUGE("vmtaOldestAgeBound", "age-bound", METRIC_SECONDS, ages.bound),
	 .noun = "waited at most by its oldest mail", .raise_note = SNAP_NOTE_QUEUE_AGE_HIGH},
	{GAUGE("vmtaQueuesStuck", "queues-stuck", METRIC_PLAIN, queues_stuck),
	 .noun = "queues stuck", .raise_note = SNAP_NOTE_QUEUE_STUCK},
	{GAUGE("vmtaTopReasonShare", "top-reason-share", METRIC_SHARE, reason.share),
	 .noun = "of its failures for one reason"},
	{"vmtaTopReasonCode", "top-reason-code", HERE, METRIC_CODE, METRIC_PLAIN,
	 FIELD(reason.code), .noun = "as leading SMTP reply code"},
	{GAUGE("vmtaDeliveryShare", "delivery-share", METRIC_SHARE, delivery_share),
	 .noun = "of all deliveries"},
	{GAUGE("vmtaFairness", "fairness", METRIC_PLAIN, fairness),
	 .noun = "hundredths of its share", .below_note = SNAP_NOTE_VMTA_FAIRNESS_LOW},
	{TOTAL("vmtaDelivered", NULL, totals.delivered), .noun = "recipients delivered",
	 .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{"vmtaDeliveredKBytes", NULL, HERE, METRIC_TOTAL_BYTES, METRIC_KB,
	 FIELD(totals.delivered_bytes), .noun = "delivered",
	 .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{TOTAL("vmtaBounced", NULL, totals.bounced), .noun = "recipients bounced",
	 .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},
	{TOTAL("vmtaDeferred", NULL, totals.deferred), .noun = "attempts deferred",
	 .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},
	{TOTAL("vmtaAttemptErrors", "attempt-errors", totals.queue_errors),
	 .noun = "failed attempts of whole queues", .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},
	{TOTAL("vmtaComplaints", NULL, totals.complaints), .noun = "complaints",
	 .raise_note = SNAP_NOTE_COMPLAINT_RATE_HIGH},
};
/* clang-format on */

const struct metric_list metric_vmta_list = METRIC_LIST(vmta);
