/* SPDX-License-Identifier: BSD-2-Clause */
/* domainQueueTable. */
#include "metric_private.h"

#define HERE SNAP_SCOPE_DOMAIN_QUEUE, SNAP_QUEUE
#define FIELD(field) offsetof(struct snap_queue, field)

static const struct metric_word modes[] = {
	{"normal", SNAP_MODE_NORMAL}, {"backoff", SNAP_MODE_BACKOFF}, {NULL, 0}};

static const struct metric_word reasons[] = {{"none", SNAP_WAIT_NONE},
					     {"connectRate", SNAP_WAIT_CONNECT_RATE},
					     {"messageRate", SNAP_WAIT_MESSAGE_RATE},
					     {"mxSkipped", SNAP_WAIT_MX_SKIPPED},
					     {"remoteRefused", SNAP_WAIT_REMOTE_REFUSED},
					     {"sourcesDisabled", SNAP_WAIT_SOURCES_DISABLED},
					     {"paused", SNAP_WAIT_PAUSED},
					     {"other", SNAP_WAIT_OTHER},
					     {NULL, 0}};

/* clang-format off */
#define GAUGE(name, word, unit, field) name, word, HERE, METRIC_GAUGE, unit, FIELD(field)
#define TOTAL(name, word, field) \
	name, word, HERE, METRIC_TOTAL, METRIC_PLAIN, FIELD(totals.field)
#define STATE8(name, word, field, words_) \
	name, word, HERE, METRIC_STATE8, METRIC_WORDS, FIELD(field), .noun = word, .words = words_

static const struct metric queue[] = {
	{GAUGE("domainQueueRecipients", "queued-recipients", METRIC_PLAIN, recipients),
	 .noun = "recipients queued", .raise_note = SNAP_NOTE_QUEUE_DEPTH_HIGH},
	{GAUGE("domainQueueKBytes", "queued-size", METRIC_KB, kb), .noun = "queued",
	 .raise_note = SNAP_NOTE_QUEUE_DEPTH_HIGH},
	{GAUGE("domainQueueConnections", "connections", METRIC_PLAIN, connections),
	 .noun = "connections"},
	{"domainQueueRetryWait", "retry-wait", HERE, METRIC_UNTIL, METRIC_SECONDS,
	 FIELD(next_retry), .noun = "until the next retry"},
	{"domainQueueLastErrorAge", "last-error-age", HERE, METRIC_AGE, METRIC_SECONDS,
	 FIELD(last_error_time), .noun = "since the last error"},
	{"domainQueueLastDeliveryAge", "last-delivery-age", HERE, METRIC_AGE, METRIC_SECONDS,
	 FIELD(last_delivery), .noun = "since the last delivery",
	 .raise_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{STATE8("domainQueueMode", "mode", mode, modes), .raise_note = SNAP_NOTE_QUEUE_BACKOFF_ENTERED,
	 .note_states = 1u << SNAP_MODE_BACKOFF},
	{STATE8("domainQueuePaused", "paused", paused, metric_truth),
	 .raise_note = SNAP_NOTE_QUEUE_PAUSED, .note_states = 1u << 1},
	{STATE8("domainQueueWaitReason", "wait-reason", wait_reason, reasons),
	 .raise_note = SNAP_NOTE_QUEUE_PAUSED, .note_states = 1u << SNAP_WAIT_PAUSED},
	{"domainQueueReplyCode", "reply-code", HERE, METRIC_CODE, METRIC_PLAIN, FIELD(reply_code),
	 .noun = "as SMTP reply code"},
	{GAUGE("domainQueueOldestAge", "age", METRIC_SECONDS, ages.estimate),
	 .noun = "waited by its oldest mail", .raise_note = SNAP_NOTE_QUEUE_AGE_HIGH},
	{GAUGE("domainQueueOldestAgeBound", "age-bound", METRIC_SECONDS, ages.bound),
	 .noun = "waited at most by its oldest mail", .raise_note = SNAP_NOTE_QUEUE_AGE_HIGH},
	{GAUGE("domainQueueTopReasonShare", "top-reason-share", METRIC_SHARE, reason.share),
	 .noun = "of its failures for one reason"},
	{"domainQueueTopReasonCode", "top-reason-code", HERE, METRIC_CODE, METRIC_PLAIN,
	 FIELD(reason.code), .noun = "as leading SMTP reply code"},
	{"domainQueueDrainRate", "drain-rate", HERE, METRIC_SIGNED, METRIC_PLAIN,
	 FIELD(drain.rate), .noun = "recipients an hour drained",
	 .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{GAUGE("domainQueueDeliveryRate", "delivery-rate", METRIC_PLAIN, drain.deliveries),
	 .noun = "recipients an hour delivered", .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{GAUGE("domainQueueDrainTime", "drain-time", METRIC_SECONDS, drain.time),
	 .noun = "until it is empty", .raise_note = SNAP_NOTE_QUEUE_STUCK},
	{STATE8("domainQueueStuck", "stuck", stuck, metric_truth),
	 .raise_note = SNAP_NOTE_QUEUE_STUCK, .note_states = 1u << 1},
	{TOTAL("domainQueueDelivered", NULL, delivered), .noun = "recipients delivered",
	 .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{"domainQueueDeliveredKBytes", NULL, HERE, METRIC_TOTAL_BYTES, METRIC_KB,
	 FIELD(totals.delivered_bytes), .noun = "delivered",
	 .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},
	{TOTAL("domainQueueBounced", NULL, bounced), .noun = "recipients bounced",
	 .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},
	{TOTAL("domainQueueDeferred", NULL, deferred), .noun = "attempts deferred",
	 .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},
	{TOTAL("domainQueueAttemptErrors", "attempt-errors", queue_errors),
	 .noun = "failed attempts of the whole queue",
	 .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},
};
/* clang-format on */

const struct metric_list metric_queue_list = METRIC_LIST(queue);
