/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snap_row.h - the rows of a snapshot's tables: what is told of servers and all that is on them.
 *
 * Conventions: an absent number is SNAP_NONE32 or SNAP_NONE64, an absent text is NULL, an absent
 * time is SNAP_NO_TIME, an absent enumeration or index is 0; the agent has no instance for any of
 * them. Texts are NUL-terminated, clean (text.h) and owned by their page. Levels are Gauge32,
 * totals Counter64; shares are hundredths of a percent; KB are PowerMTA's kilobytes. Wall times are
 * seconds since 1970 UTC; monotonic times are milliseconds of moment.h.
 */
#ifndef PMTA_SNAP_ROW_H
#define PMTA_SNAP_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "moment.h"

#define SNAP_NONE32 UINT32_MAX
#define SNAP_NONE64 UINT64_MAX
#define SNAP_NO_TIME INT64_MIN

/* The tables that have a part for each server, in this order. */
enum snap_table {
	SNAP_SERVER,	      /* struct snap_server, one row, no key */
	SNAP_DELIVERY_TYPE,   /* struct snap_delivery_type */
	SNAP_VMTA,	      /* struct snap_vmta */
	SNAP_QUEUE,	      /* struct snap_queue */
	SNAP_DOMAIN,	      /* struct snap_domain */
	SNAP_CLASS,	      /* struct snap_class */
	SNAP_JOB,	      /* struct snap_job */
	SNAP_SOURCE,	      /* struct snap_source */
	SNAP_PROVIDER,	      /* struct snap_provider */
	SNAP_SERVER_WINDOW,   /* struct snap_window, key: seconds */
	SNAP_VMTA_WINDOW,     /* struct snap_window, key: VMTA, seconds */
	SNAP_QUEUE_WINDOW,    /* struct snap_window, key: queue, seconds */
	SNAP_PROVIDER_WINDOW, /* struct snap_window, key: provider, seconds */
	SNAP_CLASS_WINDOW,    /* struct snap_window, key: class, seconds */
	SNAP_VMTA_BOUNCE,     /* struct snap_bounce, key: VMTA, class */
	SNAP_PROVIDER_BOUNCE, /* struct snap_bounce, key: provider, class */
	SNAP_REPLY,	      /* struct snap_reply, key: provider, code, enhanced */
	SNAP_TOP,	      /* struct snap_top, key: list, rank */
	SNAP_BASELINE,	      /* struct snap_baseline, key: object, metric */
	SNAP_SERVER_TABLES,   /* how many */
	/* One part for all servers each. */
	SNAP_EVENT = SNAP_SERVER_TABLES, /* struct snap_event */
	SNAP_THRESHOLD,			 /* struct snap_threshold */
	SNAP_ALARM,			 /* struct snap_alarm */
	SNAP_TABLES
};

/* Totals kept from the accounting files, per server, VMTA, queue and domain. */
struct snap_totals {
	uint64_t received;  /* r: recipients received */
	uint64_t delivered; /* d: recipients delivered to a remote host (not file, pipe, discard) */
	uint64_t delivered_bytes; /* d: their bytes (dlvSize) */
	uint64_t bounced;	  /* b: recipients failed for good, reported to us directly, but
				     for those whom an administrator or a suppression list took */
	uint64_t deferred;	  /* t: failed attempts of a recipient that stays queued */
	uint64_t queue_errors;	  /* tq: failed attempts of a whole queue */
	uint64_t remote_bounced;  /* rb: bounces that came back later by mail */
	uint64_t complaints;	  /* f: feedback reports */
};

/* The leading reason: the reply that was counted most often for this object in the last hour of its
 * records. Texts are bounded and free of addresses (reply.h). */
struct snap_reason {
	const char *text; /* "421 4.7.28 ..." or NULL */
	uint32_t share;	  /* of the object's deferrals and bounces in that hour, in hundredths */
	uint16_t code;	  /* SMTP reply code, 0: none was counted */
};

/* An absent rate: the one number that is not its own opposite. */
#define SNAP_NONE_RATE INT32_MIN

/* How fast a queue drains, in recipients an hour. */
struct snap_drain {
	int32_t rate;	     /* by which its level fell; negative: it grew; SNAP_NONE_RATE */
	uint32_t deliveries; /* by accounting */
	uint32_t time;	     /* seconds until it is empty at that rate; absent unless it drains */
};

/* Ages in seconds; SNAP_NONE32 where they cannot be known. The estimate never exceeds the bound. */
struct snap_ages {
	uint32_t estimate; /* at least that of what failed lately, or was watched waiting */
	uint32_t bound;	   /* since the queue was last seen empty */
};

/* How the b rows of a server divide. Those of hard and soft classes are among totals.bounced, as
 * the classes were grouped when the row was read; the others, whom no server refused, are not. */
struct snap_bounce_split {
	uint64_t hard, soft;
	uint64_t deleted;    /* by an administrator */
	uint64_t suppressed; /* in a suppression list of PowerMTA's own */
};

/* ITU-T X.733 severities as in RFC 3877's ITU-ALARM-TC-MIB. */
enum snap_severity {
	SNAP_SEVERITY_CLEARED = 1,
	SNAP_SEVERITY_INDETERMINATE,
	SNAP_SEVERITY_CRITICAL,
	SNAP_SEVERITY_MAJOR,
	SNAP_SEVERITY_MINOR,
	SNAP_SEVERITY_WARNING
};

enum snap_server_state {
	SNAP_STATE_RUNNING = 1,
	SNAP_STATE_STARTING, /* the spool is being loaded */
	SNAP_STATE_SHUTTING_DOWN,
	SNAP_STATE_STOPPED,    /* the monitor answers, PowerMTA itself does not run */
	SNAP_STATE_UNREACHABLE /* the monitor gives no good answer */
};

struct snap_connections {
	uint32_t current, max,
		top;	/* now, allowed by licence and configuration, highest since start */
	uint32_t usage; /* current of max, hundredths of a percent */
};

/* How much of a list the monitor showed: it lists the first N only. */
struct snap_list {
	uint32_t listed, total; /* items listed, items there are; total is absent if not told */
};

struct snap_volume {
	uint64_t recipients, messages, kb;
};

struct snap_rate {
	uint32_t recipients, messages, kb;
};

enum snap_traffic_window {
	SNAP_LAST_HOUR,
	SNAP_LAST_MINUTE,
	SNAP_TOP_HOUR,
	SNAP_TOP_MINUTE,
	SNAP_WINDOWS
};

/* What the SMTP probe met (check_smtp.h). */
enum snap_probe_state {
	SNAP_PROBE_ACCEPTING = 1, /* banner and EHLO were answered with 2xx */
	SNAP_PROBE_REFUSED,	  /* nothing listens on the port */
	SNAP_PROBE_BUSY,	  /* 4xx: turned away for now */
	SNAP_PROBE_REJECTED,	  /* 5xx: turned away for good */
	SNAP_PROBE_TIMEOUT,	  /* no connection, or no reply, within smtp-probe-timeout */
	SNAP_PROBE_UNRESOLVED,	  /* the host name has no address */
	SNAP_PROBE_UNREACHABLE,	  /* no way to the host */
	SNAP_PROBE_CLOSED,	  /* closed or reset before the greeting was over */
	SNAP_PROBE_GARBLED,	  /* what answers is not SMTP */
	SNAP_PROBE_FAILED	  /* could not be tried: see the reply */
};

struct snap_probe {
	enum snap_probe_state state; /* 0: no probe, or none made yet */
	uint32_t time_ms, banner_ms; /* until EHLO was answered, and until the banner was there */
	const char *reply;	     /* of the server, or why there is none */
	int64_t probed_mono;	     /* when the last one ended, monotonic */
};

/* The fullest file system of the spool's (check_disk.h). */
struct snap_disk {
	const char *path;
	uint32_t usage, inode_usage; /* hundredths of a percent, as df counts for users */
	uint32_t free_mb;	     /* of 2^20 bytes, free to users */
};

/* What pmtad uses on this host (check_process.h). */
struct snap_process {
	uint32_t resident_kb, files, files_max, files_usage, threads;
	uint64_t cpu_s;
	int64_t start_mono; /* monotonic */
};

struct snap_server {
	const char *name;	/* as configured */
	const char *host;	/* PowerMTA's fullHostName */
	const char *version;	/* "5.0r5" */
	const char *state_text; /* PowerMTA's own word, or why it cannot be reached */
	enum snap_server_state state;
	int64_t start_time;  /* of PowerMTA, wall */
	int64_t good_mono;   /* last good /status reply, monotonic; SNAP_NO_TIME = never */
	int64_t lists_mono;  /* last good /queues reply, monotonic */
	uint32_t spool_init; /* per cent loaded, 0-100 */
	uint32_t spool_dirs, spool_files;
	uint32_t spool_recipients, spool_max, spool_usage;
	struct snap_connections in, out;
	uint32_t dns_cached, dns_pending, dns_active;
	uint32_t queued_recipients, queued_kb,
		queued_domains; /* for remote delivery: smtp and http */
	struct snap_list queues, domains, vmtas, jobs;
	uint32_t unlisted_recipients; /* queued, but in a queue the list did not show */
	uint32_t queues_backoff, queues_paused, queues_stuck; /* among the listed ones */
	uint32_t vmta_fairness; /* Jain's index over VMTAs with mail, in hundredths of a percent */
	int64_t discontinuity;	/* wall: when a total of this server was last interrupted */
	uint32_t alarms_active;
	enum snap_severity alarms_worst; /* cleared without an alarm */
	/* pmtaTrafficTable */
	struct snap_volume total_in, total_out;		  /* running totals of our own */
	uint64_t bounces_processed, complaints_processed; /* running totals of our own */
	struct snap_rate rate_in[SNAP_WINDOWS], rate_out[SNAP_WINDOWS];
	struct snap_totals totals;
	struct snap_bounce_split bounce_split;
	uint32_t restarts, counter_resets; /* of PowerMTA, seen by us; Counter32 */
	struct snap_probe probe;
	struct snap_disk disk;
	struct snap_process process;
};

/* Values of the key of a delivery type: PowerMTA's names under /status queue. */
enum snap_delivery {
	SNAP_DELIVERY_SMTP = 1,
	SNAP_DELIVERY_PIPE,
	SNAP_DELIVERY_DISCARD,
	SNAP_DELIVERY_FILE,
	SNAP_DELIVERY_ALIAS,
	SNAP_DELIVERY_BOUNCE,	/* bounceProcessor */
	SNAP_DELIVERY_FEEDBACK, /* feedbackLoopProcessor */
	SNAP_DELIVERY_HTTP,	/* httpDelivery */
	SNAP_DELIVERY_OTHER	/* all other types together */
};

struct snap_delivery_type {
	uint32_t key; /* enum snap_delivery */
	uint32_t recipients, domains, kb;
	uint64_t delivered; /* d rows of this type; SNAP_NONE64 without accounting */
};

struct snap_vmta {
	uint32_t key; /* VMTA index */
	const char *name;
	uint32_t recipients, kb, domains;
	uint32_t share; /* of all queued recipients, as PowerMTA reports it, in hundredths */
	uint32_t connections;
	uint32_t queues_backoff, queues_paused, queues_stuck; /* among its listed queues */
	struct snap_ages ages;
	struct snap_reason reason;
	uint32_t delivery_share; /* of the server's deliveries of the last hour, in hundredths */
	uint32_t fairness;	 /* that share against the share of what waits; 100: the same */
	struct snap_totals totals;
	int64_t last_delivery;	 /* wall, from the record */
	const char *last_error;	 /* newest error among its listed queues */
	int64_t last_error_time; /* wall */
	int64_t discontinuity;
};

enum snap_queue_mode { SNAP_MODE_NORMAL = 1, SNAP_MODE_BACKOFF };

enum snap_wait_reason {
	SNAP_WAIT_NONE = 1,	    /* no error is reported and the queue is not paused */
	SNAP_WAIT_CONNECT_RATE,	    /* "connect rate limit reached" */
	SNAP_WAIT_MESSAGE_RATE,	    /* "message rate limit reached ..." */
	SNAP_WAIT_MX_SKIPPED,	    /* "skip of MX requested: ..." by the remote host's reply */
	SNAP_WAIT_REMOTE_REFUSED,   /* 'Error: "5xx ..." while connected ...' */
	SNAP_WAIT_SOURCES_DISABLED, /* "All SMTP sources for queue ... are now disabled." */
	SNAP_WAIT_PAUSED,
	SNAP_WAIT_OTHER
};

struct snap_queue {
	uint32_t key; /* queue index */
	uint32_t domain_index, vmta_index, provider_index;
	const char *domain, *vmta, *provider;
	uint32_t recipients, kb, connections;
	uint8_t mode;	     /* enum snap_queue_mode */
	uint8_t paused;	     /* 1 yes, 2 no (TruthValue, RFC 2579), 0 unknown */
	uint8_t wait_reason; /* enum snap_wait_reason */
	uint8_t stuck;	     /* TruthValue: large, old and not draining */
	const char *last_error;
	int64_t last_error_time; /* wall */
	int64_t next_retry;	 /* wall */
	struct snap_reason reason;
	struct snap_ages ages;
	struct snap_drain drain;
	uint16_t reply_code; /* SMTP reply code in last_error, 0 none */
	struct snap_totals totals;
	int64_t last_delivery;
	int64_t discontinuity;
};

struct snap_domain {
	uint32_t key; /* domain index */
	const char *name;
	uint32_t recipients, kb, connections;
	const char *last_error;
	int64_t last_error_time;
	struct snap_totals totals;
	int64_t last_delivery;
	int64_t discontinuity;
};

enum snap_class_kind { SNAP_KIND_HARD = 1, SNAP_KIND_SOFT, SNAP_KIND_OTHER };

struct snap_class {
	uint32_t key; /* class index: 1-17 PowerMTA's own, 998 empty, 999 overflow, custom from 1000
		       */
	const char *name;
	enum snap_class_kind kind;
	uint64_t bounced, remote_bounced, deferred;
	uint32_t share;	   /* of all b rows of the server, in hundredths; absent without a b row */
	int64_t last_seen; /* wall, from the record */
	int64_t discontinuity;
};

struct snap_job {
	uint32_t key; /* job index */
	const char *name;
	uint32_t recipients, kb, domains;
	uint8_t paused; /* as in struct snap_queue */
	struct snap_totals totals;
	int64_t discontinuity;
};

struct snap_provider {
	uint32_t key; /* provider index */
	const char *name;
	uint32_t recipients, kb, connections;	       /* of its listed domains */
	uint32_t queues, queues_backoff, queues_stuck; /* of its listed queues */
	struct snap_totals totals;
	uint64_t throttled; /* deferrals and queue errors that mean "slow down" */
	struct snap_ages ages;
	struct snap_reason reason;
	int64_t last_delivery;
	int64_t discontinuity;
};

/*
 * One window of one object, over the records' own time (window.h). What an object never counts is
 * absent: receipts name no VMTA and no queue, complaints no queue, deliveries no class. Attempts
 * are d, b, t and tq rows; those of a bounce class are all of its server's, so that its shares tell
 * how many of all attempts ended with it. Shares have no instance while their denominator is 0.
 */
struct snap_window {
	uint32_t key[2];  /* object and seconds; of a server: seconds */
	const char *name; /* of the object */
	uint32_t received, delivered, bounced, deferred, throttled, complaints, kb, attempts;
	uint32_t bounce_share, deferral_share, throttle_share; /* of attempts, hundredths */
	uint32_t complaint_share;			       /* of deliveries, hundredths */
	uint32_t latency_mean_ms, latency_p95, latency_max;    /* ms; s; s */
	uint32_t hard_bounced, hard_bounce_share;	       /* share of attempts */
};

struct snap_bounce {
	uint32_t key[2];
	const char *name, *class_name;
	uint64_t bounced, remote_bounced, deferred;
};

struct snap_reply {
	uint32_t key[3]; /* provider or 0, SMTP reply code or 0, enhanced code as
			    class*1000000+subject*1000+detail or 0 */
	const char *provider;
	const char *text; /* a sample, cleaned */
	uint64_t bounced, deferred;
	int64_t last_seen; /* wall, from the record */
};

/* Lists of the worst. */
enum snap_top_list {
	SNAP_TOP_PROVIDERS_BY_DEFERRAL = 1, /* share of attempts deferred in the last hour */
	SNAP_TOP_PROVIDERS_BY_BOUNCE,	    /* share of attempts bounced in the last hour */
	SNAP_TOP_OLDEST_QUEUES,		    /* estimated age */
	SNAP_TOP_LARGEST_QUEUES,	    /* recipients */
	SNAP_TOP_SLOWEST_VMTAS		    /* deliveries of the last hour against what waits */
};

#define SNAP_TOP_RANKS 10u

/* One rank of one list. Objects come from the whole model, not only from those shown. */
struct snap_top {
	uint32_t key[2];  /* enum snap_top_list, rank from 1 */
	const char *name; /* of the object */
	uint32_t value;
	const char *unit;
	const char *reason;    /* leading reason, else the last error */
	enum snap_table table; /* of the object's row, if that is shown */
	uint32_t object;       /* its key there */
};

/* What baselines are learned of. */
enum snap_baseline_metric {
	SNAP_BASELINE_DEFERRAL_SHARE = 1,
	SNAP_BASELINE_BOUNCE_SHARE,
	SNAP_BASELINE_THROTTLE_SHARE,
	SNAP_BASELINE_COMPLAINT_SHARE,
	SNAP_BASELINE_DELIVERED,
	SNAP_BASELINE_RECEIVED, /* of a server */
	SNAP_BASELINE_QUEUED_RECIPIENTS
};

struct snap_baseline {
	uint32_t key[2];	      /* provider, or 0 for the server; enum snap_baseline_metric */
	const char *name;	      /* of the server or provider */
	const char *metric;	      /* MIB name of the column it is about */
	uint32_t expected, deviation; /* in that column's unit; counts are an hour's */
	uint32_t value;		      /* now, or of the last hour */
	int32_t score;		      /* hundredths of a deviation; INT32_MIN absent */
	uint32_t history;	      /* seconds since the oldest number that is known */
	uint32_t weeks;		      /* of the last four, those with a number for this hour */
	uint8_t enough;		      /* to judge by; TruthValue */
};

enum snap_source_kind {
	SNAP_SOURCE_STATUS = 1,
	SNAP_SOURCE_QUEUES,
	SNAP_SOURCE_DOMAINS,
	SNAP_SOURCE_VMTAS,
	SNAP_SOURCE_JOBS,
	SNAP_SOURCE_ACCOUNTING,
	SNAP_SOURCE_SMTP_PROBE,
	SNAP_SOURCE_SPOOL,
	SNAP_SOURCE_PROCESS
};

enum snap_source_state {
	SNAP_SOURCE_OK = 1,
	SNAP_SOURCE_WAITING, /* nothing tried or nothing there yet */
	SNAP_SOURCE_FAILING, /* the last attempt failed */
	SNAP_SOURCE_STALE    /* no success for stale-after polls: its levels are withdrawn */
};

struct snap_source {
	uint32_t key; /* source index: 1-5 the monitor's pages, 6 the SMTP probe, 7 the spool's
			 file systems, 8 the process, accounting files from 11 */
	enum snap_source_kind kind;
	const char *name; /* URL path or file pattern */
	enum snap_source_state state;
	int64_t good_mono;    /* last good reply, or last record read; monotonic */
	uint32_t lag;	      /* seconds between the newest record's time and its reading */
	uint64_t backlog;     /* bytes not yet read (a level, shown as Gauge32 of KB) */
	uint32_t duration_ms; /* of the last attempt */
	uint64_t attempts, failures, records, rejected, gaps;
	unsigned types; /* bit n: record type n was seen (acct_record.h): d b t tq r f rb rs */
	const char *last_error;	 /* of the last failure or rejected row; stays until the next */
	int64_t last_error_time; /* wall */
};

#endif
