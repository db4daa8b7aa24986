/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of windows. Their columns are the same; what an object never counts is left out, as in
 * the MIB.
 */
#include "metric_private.h"

#define FIELD(field) offsetof(struct snap_window, field)

/* clang-format off */
#define SERVER_NAME "pmtaServer"
#define SERVER_WHERE SNAP_SCOPE_SERVER, SNAP_SERVER_WINDOW
#define VMTA_NAME "vmta"
#define VMTA_WHERE SNAP_SCOPE_VMTA, SNAP_VMTA_WINDOW
#define QUEUE_NAME "domainQueue"
#define QUEUE_WHERE SNAP_SCOPE_DOMAIN_QUEUE, SNAP_QUEUE_WINDOW
#define PROVIDER_NAME "provider"
#define PROVIDER_WHERE SNAP_SCOPE_PROVIDER, SNAP_PROVIDER_WINDOW
#define CLASS_NAME "bounceClass"
#define CLASS_WHERE SNAP_SCOPE_BOUNCE_CLASS, SNAP_CLASS_WINDOW

/* w is one of these words, by which the macros know whose table it is. */
#define COUNT(w, name, word, field)                                                     \
	w##_NAME "Window" name, word, w##_WHERE, METRIC_GAUGE, METRIC_PLAIN, FIELD(field)
#define OF_ATTEMPTS(w, name, word, field)                                               \
	w##_NAME "Window" name, word, w##_WHERE, METRIC_GAUGE, METRIC_SHARE, FIELD(field), \
	.sample = FIELD(attempts), .sample_noun = "attempts"
#define OF_DELIVERIES(w, name, word, unit, field)                                       \
	w##_NAME "Window" name, word, w##_WHERE, METRIC_GAUGE, unit, FIELD(field),      \
	.sample = FIELD(delivered), .sample_noun = "deliveries"

#define RECEIVED(w)                                                                     \
	{COUNT(w, "Received", "received", received),                                    \
	 .noun = "recipients received"}
#define DELIVERED(w)                                                                    \
	{COUNT(w, "Delivered", "delivered", delivered),                                 \
	 .noun = "recipients delivered", .below_note = SNAP_NOTE_DELIVERY_RATE_LOW},    \
	{w##_NAME "WindowDeliveredKBytes", "delivered-size", w##_WHERE, METRIC_GAUGE, METRIC_KB, \
	 FIELD(kb), .noun = "delivered", .below_note = SNAP_NOTE_DELIVERY_RATE_LOW}
#define FAILURES(w)                                                                     \
	{COUNT(w, "Bounced", "bounced", bounced),                                       \
	 .noun = "recipients bounced", .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},       \
	{COUNT(w, "Deferred", "deferred", deferred),                                    \
	 .noun = "attempts deferred", .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},      \
	{COUNT(w, "Throttled", "throttled", throttled),                                 \
	 .noun = "attempts throttled", .raise_note = SNAP_NOTE_THROTTLE_RATE_HIGH},     \
	{COUNT(w, "Attempts", "attempts", attempts), .noun = "attempts"},               \
	{OF_ATTEMPTS(w, "BounceShare", "bounce-share", bounce_share),                   \
	 .noun = "of attempts bounced", .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},      \
	{OF_ATTEMPTS(w, "DeferralShare", "deferral-share", deferral_share),             \
	 .noun = "of attempts deferred", .raise_note = SNAP_NOTE_DEFERRAL_RATE_HIGH},   \
	{OF_ATTEMPTS(w, "ThrottleShare", "throttle-share", throttle_share),             \
	 .noun = "of attempts throttled", .raise_note = SNAP_NOTE_THROTTLE_RATE_HIGH}
#define COMPLAINTS(w)                                                                   \
	{COUNT(w, "Complaints", "complaints", complaints),                              \
	 .noun = "complaints", .raise_note = SNAP_NOTE_COMPLAINT_RATE_HIGH},            \
	{OF_DELIVERIES(w, "ComplaintShare", "complaint-share", METRIC_SHARE,            \
		       complaint_share),                                                \
	 .noun = "of deliveries complained of", .raise_note = SNAP_NOTE_COMPLAINT_RATE_HIGH}
#define LATENCY(w)                                                                      \
	{OF_DELIVERIES(w, "LatencyMean", "latency-mean", METRIC_MS, latency_mean_ms),   \
	 .noun = "from receipt to delivery on average", .raise_note = SNAP_NOTE_LATENCY_HIGH}, \
	{OF_DELIVERIES(w, "LatencyP95", "latency-p95", METRIC_SECONDS, latency_p95),    \
	 .noun = "from receipt to delivery for 19 in 20", .raise_note = SNAP_NOTE_LATENCY_HIGH}, \
	{OF_DELIVERIES(w, "LatencyMax", "latency-max", METRIC_SECONDS, latency_max),    \
	 .noun = "from receipt to delivery at most", .raise_note = SNAP_NOTE_LATENCY_HIGH}

/* A class is hard as a whole or not at all. */
#define HARD(w)                                                                         \
	{COUNT(w, "HardBounced", "hard-bounced", hard_bounced),                         \
	 .noun = "recipients bounced hard", .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH},  \
	{OF_ATTEMPTS(w, "HardBounceShare", "hard-bounce-share", hard_bounce_share),     \
	 .noun = "of attempts bounced hard", .raise_note = SNAP_NOTE_BOUNCE_RATE_HIGH}

static const struct metric server[] = {
	RECEIVED(SERVER), DELIVERED(SERVER),
	FAILURES(SERVER), COMPLAINTS(SERVER),
	LATENCY(SERVER), HARD(SERVER),
};

static const struct metric vmta[] = {
	DELIVERED(VMTA), FAILURES(VMTA), COMPLAINTS(VMTA),
	LATENCY(VMTA), HARD(VMTA),
};

static const struct metric queue[] = {
	DELIVERED(QUEUE), FAILURES(QUEUE),
	LATENCY(QUEUE), HARD(QUEUE),
};

static const struct metric provider[] = {
	RECEIVED(PROVIDER), DELIVERED(PROVIDER),
	FAILURES(PROVIDER), COMPLAINTS(PROVIDER),
	LATENCY(PROVIDER), HARD(PROVIDER),
};

static const struct metric class[] = {
	FAILURES(CLASS),
};
/* clang-format on */

const struct metric_list metric_server_window_list = METRIC_LIST(server);
const struct metric_list metric_vmta_window_list = METRIC_LIST(vmta);
const struct metric_list metric_queue_window_list = METRIC_LIST(queue);
const struct metric_list metric_provider_window_list = METRIC_LIST(provider);
const struct metric_list metric_class_window_list = METRIC_LIST(class);
