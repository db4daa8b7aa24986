/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The window tables: what happened lately to each server, VirtualMTA, domain queue, provider and
 * bounce class. A column has the same number in all of them; where one makes no sense, its number
 * is left out.
 */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_window, field)

/* clang-format off */
#define GAUGE(number, name, field) {number, name, "Gauge32", column_gauge, FIELD(field)}
#define SERVER(of) {2, of "WindowServer", "SnmpAdminString", column_server, 0}
#define NAME(of) {3, of "WindowName", "SnmpAdminString", column_text, FIELD(name)}

#define RECEIVED(of) GAUGE(4, of "WindowReceived", received)
#define DELIVERED(of) GAUGE(5, of "WindowDelivered", delivered)
#define FAILURES(of)                                             \
	GAUGE(6, of "WindowBounced", bounced),                   \
	GAUGE(7, of "WindowDeferred", deferred),                 \
	GAUGE(8, of "WindowThrottled", throttled)
#define COMPLAINTS(of) GAUGE(9, of "WindowComplaints", complaints)
#define KBYTES(of) GAUGE(10, of "WindowDeliveredKBytes", kb)
#define FAILURE_SHARES(of)                                       \
	GAUGE(11, of "WindowAttempts", attempts),                \
	GAUGE(12, of "WindowBounceShare", bounce_share),         \
	GAUGE(13, of "WindowDeferralShare", deferral_share),     \
	GAUGE(14, of "WindowThrottleShare", throttle_share)
#define COMPLAINT_SHARE(of) GAUGE(15, of "WindowComplaintShare", complaint_share)
#define LATENCY(of)                                              \
	GAUGE(16, of "WindowLatencyMean", latency_mean_ms),      \
	GAUGE(17, of "WindowLatencyP95", latency_p95),           \
	GAUGE(18, of "WindowLatencyMax", latency_max)
#define HARD(of)                                                 \
	GAUGE(19, of "WindowHardBounced", hard_bounced),         \
	GAUGE(20, of "WindowHardBounceShare", hard_bounce_share)

#define WITHOUT_RECEIVED(of)                                     \
	DELIVERED(of), FAILURES(of), COMPLAINTS(of), KBYTES(of), \
	FAILURE_SHARES(of), COMPLAINT_SHARE(of), LATENCY(of), HARD(of)
#define WITHOUT_REPORTS(of)                                      \
	DELIVERED(of), FAILURES(of), KBYTES(of),                 \
	FAILURE_SHARES(of), LATENCY(of), HARD(of)
#define EVERYTHING(of) RECEIVED(of), WITHOUT_RECEIVED(of)
/* clang-format on */

static const struct table_column server_columns[] = {
	SERVER("pmtaServer"),
	EVERYTHING("pmtaServer"),
};

/* Records of what is received name a pool of VirtualMTAs or none. */
static const struct table_column vmta_columns[] = {
	SERVER("vmta"),
	NAME("vmta"),
	WITHOUT_RECEIVED("vmta"),
};

/* Nor do those and reports of complaints name a queue. */
static const struct table_column queue_columns[] = {
	SERVER("domainQueue"),
	NAME("domainQueue"),
	WITHOUT_REPORTS("domainQueue"),
};

static const struct table_column provider_columns[] = {
	SERVER("provider"),
	NAME("provider"),
	EVERYTHING("provider"),
};

/* Mail that was received or delivered has no class; and a class is hard as a whole or not at all.
 */
static const struct table_column class_columns[] = {
	SERVER("bounceClass"),
	NAME("bounceClass"),
	FAILURES("bounceClass"),
	FAILURE_SHARES("bounceClass"),
};

const struct table mib_server_window_table = {
	.name = "pmtaServerWindowTable",
	.arc = {2, 4},
	.arc_len = 2,
	.part = SNAP_SERVER_WINDOW,
	.index_len = 2,
	.columns = server_columns,
	.column_count = sizeof server_columns / sizeof server_columns[0],
};

const struct table mib_vmta_window_table = {
	.name = "vmtaWindowTable",
	.arc = {3, 2},
	.arc_len = 2,
	.part = SNAP_VMTA_WINDOW,
	.index_len = 3,
	.columns = vmta_columns,
	.column_count = sizeof vmta_columns / sizeof vmta_columns[0],
};

const struct table mib_queue_window_table = {
	.name = "domainQueueWindowTable",
	.arc = {4, 2},
	.arc_len = 2,
	.part = SNAP_QUEUE_WINDOW,
	.index_len = 3,
	.columns = queue_columns,
	.column_count = sizeof queue_columns / sizeof queue_columns[0],
};

const struct table mib_provider_window_table = {
	.name = "providerWindowTable",
	.arc = {5, 3},
	.arc_len = 2,
	.part = SNAP_PROVIDER_WINDOW,
	.index_len = 3,
	.columns = provider_columns,
	.column_count = sizeof provider_columns / sizeof provider_columns[0],
};

const struct table mib_class_window_table = {
	.name = "bounceClassWindowTable",
	.arc = {6, 5},
	.arc_len = 2,
	.part = SNAP_CLASS_WINDOW,
	.index_len = 3,
	.columns = class_columns,
	.column_count = sizeof class_columns / sizeof class_columns[0],
};
