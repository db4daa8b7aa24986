/* SPDX-License-Identifier: BSD-2-Clause */
/* domainTable and pmtaJobTable: they have no windows, so that their totals have the words. */
#include "metric_private.h"

/* clang-format off */
#define GAUGE(name, word, unit, field) name, word, HERE, METRIC_GAUGE, unit, FIELD(field)
#define TOTAL(name, word, field) name, word, HERE, METRIC_TOTAL, METRIC_PLAIN, FIELD(field)

#define HERE SNAP_SCOPE_DOMAIN, SNAP_DOMAIN
#define FIELD(field) offsetof(struct snap_domain, field)

static const struct metric domain[] = {
	{GAUGE("domainRecipients", "queued-recipients", METRIC_PLAIN, recipients),
	 .noun = "recipients queued", .raise_note = SNAP_NOTE_QUEUE_DEPTH_HIGH},
	{GAUGE("domainKBytes", "queued-size", METRIC_KB, kb), .noun = "queued",
	 .raise_note = SNAP_NOTE_QUEUE_DEPTH_HIGH},
	{GAUGE("domainConnections", "connections", METRIC_PLAIN, connections),
	 .noun = "connections"},
	{"domainLastErrorAge", "last-error-age", HERE, METRIC_AGE, METRIC_SECONDS,
	 FIELD(last_error_time), .noun = "since the last error"},
	{"domainLastDeliveryAge", "last-delivery-age", HERE, METRIC_AGE, METRIC_SECONDS,
	 FIELD(last_delivery), .noun = "since the last delivery",
	 .raise_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{TOTAL("domainReceived", "received", totals.received), .noun = "recipients received"},
	{TOTAL("domainDelivered", "delivered", totals.delivered), .noun = "recipients delivered",
	 .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{"domainDeliveredKBytes", "delivered-size", HERE, METRIC_TOTAL_BYTES, METRIC_KB,
	 FIELD(totals.delivered_bytes), .noun = "delivered",
	 .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{TOTAL("domainBounced", "bounced", totals.bounced), .noun = "recipients bounced",
	 .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},
	{TOTAL("domainDeferred", "deferred", totals.deferred), .noun = "attempts deferred",
	 .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},
	{TOTAL("domainAttemptErrors", "attempt-errors", totals.queue_errors),
	 .noun = "failed attempts of whole queues", .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},
	{TOTAL("domainRemoteBounced", "remote-bounced", totals.remote_bounced),
	 .noun = "recipients bounced later by mail", .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},
	{TOTAL("domainComplaints", "complaints", totals.complaints), .noun = "complaints",
	 .raise_note = SNAP_NOTE_COMPLAINT_RATE_HIGH},
};

#undef HERE
#undef FIELD
#define HERE SNAP_SCOPE_JOB, SNAP_JOB
#define FIELD(field) offsetof(struct snap_job, field)

static const struct metric job[] = {
	{GAUGE("pmtaJobRecipients", "queued-recipients", METRIC_PLAIN, recipients),
	 .noun = "recipients queued", .raise_note = SNAP_NOTE_QUEUE_DEPTH_HIGH},
	{GAUGE("pmtaJobKBytes", "queued-size", METRIC_KB, kb), .noun = "queued",
	 .raise_note = SNAP_NOTE_QUEUE_DEPTH_HIGH},
	{GAUGE("pmtaJobDomains", "queued-domains", METRIC_PLAIN, domains),
	 .noun = "domains with mail queued"},
	{"pmtaJobPaused", "paused", HERE, METRIC_STATE8, METRIC_WORDS, FIELD(paused),
	 .noun = "paused", .words = metric_truth, .raise_note = SNAP_NOTE_QUEUE_PAUSED,
	 .note_states = 1u << 1},
	{TOTAL("pmtaJobReceived", "received", totals.received), .noun = "recipients received"},
	{TOTAL("pmtaJobDelivered", "delivered", totals.delivered), .noun = "recipients delivered",
	 .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{"pmtaJobDeliveredKBytes", "delivered-size", HERE, METRIC_TOTAL_BYTES, METRIC_KB,
	 FIELD(totals.delivered_bytes), .noun = "delivered",
	 .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{TOTAL("pmtaJobBounced", "bounced", totals.bounced), .noun = "recipients bounced",
	 .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},
	{TOTAL("pmtaJobDeferred", "deferred", totals.deferred), .noun = "attempts deferred",
	 .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},
	{TOTAL("pmtaJobComplaints", "complaints", totals.complaints), .noun = "complaints",
	 .raise_note = SNAP_NOTE_COMPLAINT_RATE_HIGH},
};
/* clang-format on */

const struct metric_list metric_domain_list = METRIC_LIST(domain);
const struct metric_list metric_job_list = METRIC_LIST(job);
