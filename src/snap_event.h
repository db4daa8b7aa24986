/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snap_event.h - the rows of a snapshot that tell of alarms: events, active alarms, and the rules
 * that raise them. Conventions are those of snap_row.h.
 */
#ifndef PMTA_SNAP_EVENT_H
#define PMTA_SNAP_EVENT_H

#include "snap_row.h"

/* Notification numbers below { pmtaMonitorMIB 0 }: odd raises, the even one after it clears. */
enum snap_notification {
	SNAP_NOTE_SERVER_DOWN = 1,
	SNAP_NOTE_SERVER_UP = 2,
	SNAP_NOTE_QUEUE_DEPTH_HIGH = 3,
	SNAP_NOTE_QUEUE_DEPTH_NORMAL = 4,
	SNAP_NOTE_QUEUE_AGE_HIGH = 5,
	SNAP_NOTE_QUEUE_AGE_NORMAL = 6,
	SNAP_NOTE_QUEUE_STUCK = 7,
	SNAP_NOTE_QUEUE_MOVING = 8,
	SNAP_NOTE_QUEUE_BACKOFF_ENTERED = 9,
	SNAP_NOTE_QUEUE_BACKOFF_LEFT = 10,
	SNAP_NOTE_QUEUE_PAUSED = 11,
	SNAP_NOTE_QUEUE_RESUMED = 12,
	SNAP_NOTE_BOUNCE_RATE_HIGH = 13,
	SNAP_NOTE_BOUNCE_RATE_NORMAL = 14,
	SNAP_NOTE_DEFERRAL_RATE_HIGH = 15,
	SNAP_NOTE_DEFERRAL_RATE_NORMAL = 16,
	SNAP_NOTE_THROTTLE_RATE_HIGH = 17,
	SNAP_NOTE_THROTTLE_RATE_NORMAL = 18,
	SNAP_NOTE_COMPLAINT_RATE_HIGH = 19,
	SNAP_NOTE_COMPLAINT_RATE_NORMAL = 20,
	SNAP_NOTE_DELIVERY_RATE_LOW = 21,
	SNAP_NOTE_DELIVERY_RATE_NORMAL = 22,
	SNAP_NOTE_LATENCY_HIGH = 23,
	SNAP_NOTE_LATENCY_NORMAL = 24,
	SNAP_NOTE_SPOOL_USAGE_HIGH = 25,
	SNAP_NOTE_SPOOL_USAGE_NORMAL = 26,
	SNAP_NOTE_DISK_USAGE_HIGH = 27,
	SNAP_NOTE_DISK_USAGE_NORMAL = 28,
	SNAP_NOTE_CONNECTION_USAGE_HIGH = 29,
	SNAP_NOTE_CONNECTION_USAGE_NORMAL = 30,
	SNAP_NOTE_INBOUND_REFUSED = 31,
	SNAP_NOTE_INBOUND_ACCEPTED = 32,
	SNAP_NOTE_SOURCE_STALE = 33,
	SNAP_NOTE_SOURCE_FRESH = 34,
	SNAP_NOTE_ANOMALY_DETECTED = 35,
	SNAP_NOTE_ANOMALY_ENDED = 36,
	SNAP_NOTE_VMTA_FAIRNESS_LOW = 37,
	SNAP_NOTE_VMTA_FAIRNESS_NORMAL = 38,
	SNAP_NOTE_THRESHOLD_RAISED = 39,
	SNAP_NOTE_THRESHOLD_CLEARED = 40,
	/* Without a pair. */
	SNAP_NOTE_SERVER_RESTARTED = 101,
	SNAP_NOTE_COUNTERS_RESET = 102,
	SNAP_NOTE_SEVERITY_CHANGED = 103,
	SNAP_NOTE_AGENT_STARTED = 104,
	SNAP_NOTE_AGENT_STOPPING = 105,
	SNAP_NOTE_NOTIFICATIONS_LOST = 106
};

enum snap_scope {
	SNAP_SCOPE_SERVER = 1,
	SNAP_SCOPE_VMTA,
	SNAP_SCOPE_DOMAIN_QUEUE,
	SNAP_SCOPE_PROVIDER,
	SNAP_SCOPE_BOUNCE_CLASS,
	SNAP_SCOPE_SOURCE,
	SNAP_SCOPE_JOB,
	SNAP_SCOPE_DOMAIN,
	SNAP_SCOPE_AGENT /* of events only: the agent itself, which has no object */
};

/* One row of the event ring, and so one notification. */
struct snap_event {
	uint32_t key; /* sequence number, ascending, never reused while the epoch stays */
	enum snap_notification notification;
	enum snap_notification raise_note; /* that tells of the alarm if nobody was told yet */
	uint32_t alarm_id;		   /* the same in raise and clear */
	enum snap_severity severity;
	const char *agent_name;
	uint32_t server_index;
	const char *server_name;
	enum snap_scope scope;
	const char *object_name;
	enum snap_table table; /* row the event is about: table and, but for a server, its key */
	uint32_t object_index;
	const char *metric;    /* MIB name of the column that was judged */
	uint32_t value, limit; /* SNAP_NONE32: none */
	uint32_t window;       /* seconds, 0 a level */
	int64_t time_ms;       /* wall, milliseconds */
	int64_t time_mono;     /* monotonic ms; SNAP_NO_TIME for an event of an earlier run */
	const char *text;
};

/* When a rule is raised: at its limit or above it, at it or below it, in some states. */
enum snap_when { SNAP_WHEN_ABOVE = 1, SNAP_WHEN_BELOW, SNAP_WHEN_IS };

/* A rule as it is configured, and what it did. */
struct snap_threshold {
	uint32_t key; /* number of the rule's name, kept over restarts */
	const char *name;
	enum snap_scope scope;
	const char *match, *server; /* globs */
	const char *metric;	    /* MIB name */
	uint32_t window;	    /* seconds, 0 a level */
	enum snap_when when;
	const char *raise, *clear; /* limits as a person reads them */
	uint32_t minimum, hold_s, calm_s, remind_s;
	enum snap_severity severity;
	uint8_t dry_run; /* 1 yes, 2 no (TruthValue, RFC 2579) */
	const char *advice;
	const char *sentence; /* all of it */
	uint32_t active;      /* objects on which it is raised */
	uint64_t raised, would_raise;
	int64_t last_raise; /* wall */
};

/* An active alarm. */
struct snap_alarm {
	uint32_t key; /* alarm id */
	uint32_t server_index;
	const char *server_name;
	enum snap_scope scope;
	enum snap_table table; /* row it is about, as in struct snap_event */
	uint32_t object_index;
	const char *object_name;
	enum snap_severity severity;
	const char *threshold; /* the rule that gives the severity */
	uint32_t threshold_index;
	enum snap_notification notification; /* that raised it */
	const char *metric;
	uint32_t value, limit; /* as last judged; SNAP_NONE32 not known */
	uint32_t window;
	int64_t raised_ms;   /* wall, milliseconds */
	int64_t raised_mono; /* monotonic ms */
	const char *text;
};

#endif
