/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf.h - the configuration file: read, checked, and immutable from then on.
 *
 * Syntax is libconfuse's. Durations take ms s m h d (poll-interval = 30s), sizes k M G.
 * Every key, its default, range and meaning: pmta-monitord.conf(5).
 */
#ifndef PMTA_CONF_H
#define PMTA_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acct_tail.h"
#include "bounce_class.h"
#include "provider.h"
#include "rule.h"
#include "snapshot.h"

struct conf_action;

struct conf_server {
	const char *name; /* title of the section; unique */
	const char *url;  /* http:// or https://, without path, or NULL: accounting files only */
	const char **accounting; /* file patterns */
	size_t accounting_count;
	const char *api_key; /* what the file held, or NULL */
	const char *api_key_file;
	const char *ca_file;
	const char *pinned_key;
	bool insecure_tls;
	const char *list_query[4]; /* by enum doc_list_kind: "maxitems=1000", or NULL */
	bool jobs;		   /* poll /jobs and show pmtaJobTable; off by default */
	enum acct_start start_at;
	const char **pin; /* globs of queue, VMTA and domain names that row-limit never hides */
	size_t pin_count;
	const char *smtp_probe;			    /* "host:port" or "smtp://host:port", or NULL */
	uint32_t smtp_interval_ms, smtp_timeout_ms; /* 60 s, 10 s */
	const char **spool;			    /* paths whose file systems are watched */
	size_t spool_count;
	bool process;	      /* watch pmtad on this host */
	const char *pid_file; /* of the process; NULL: it is looked for by its name */
};

struct conf {
	const char *file;
	const char *agent_name;	   /* "name": in notifications; host name by default */
	const char *agentx_socket; /* path, or "tcp:host:port" */
	const char *state_dir;
	uint32_t poll_interval_ms; /* 30 s; /status */
	uint32_t list_interval_ms; /* twice poll-interval; /queues /domains /vmtas /jobs */
	uint32_t stale_after;	   /* 3 polls: then levels are withdrawn */
	uint32_t down_after;	   /* 3 polls: then pmtaServerDown is sent */
	uint32_t timeout_ms, connect_timeout_ms; /* 15 s, 5 s */
	uint64_t max_reply;			 /* 256M bytes of one document */
	uint32_t row_limit;			 /* 5000 rows of a table and server; 0 = all */
	uint32_t row_retention_s;		 /* 24 h */
	/* A queue is stuck with so many recipients (1000) that wait for so long (30 min) and would
	 * not be gone in so long (24 h). */
	uint32_t stuck_recipients, stuck_age_s, stuck_drain_s;
	uint32_t notification_rate, notification_burst; /* 20 a second, 50 at once */
	uint32_t ping_interval_s;			/* 5 s: AgentX ping and reconnection */
	bool resend_on_reconnect; /* no; active alarms are told again once snmpd is back */
	struct conf_server *servers;
	size_t server_count;
	struct rule *thresholds; /* in the order of the file (conf_rule.h) */
	size_t threshold_count;
	struct provider_entry *providers; /* over the built-in ones */
	size_t provider_count;
	const char **throttle; /* patterns of throttle.h; none: throttle_defaults */
	size_t throttle_count;
	struct bounce_groups bounces; /* over the usual grouping */
	struct conf_action *actions;  /* conf_action.h */
	size_t action_count;
	int64_t read_at; /* wall seconds */
	struct arena *arena;
};

/* Called for each complaint: "FILE:LINE: what is wrong, and what is allowed". */
typedef void (*conf_error_fn)(void *ctx, const char *message);

/* Reads and checks a file. Returns the configuration, or NULL after at least one complaint. */
struct conf *conf_read(const char *file, conf_error_fn error, void *ctx);
void conf_free(struct conf *conf);

/* Room for an API key with its NUL; PowerMTA's have 32 to 128 characters. */
#define CONF_SECRET_SIZE 256

/* Reads an API key (guide 8.2) into key: one line of a file to which only its owner has access.
 * Returns 0, or -1 with key empty and the reason, which never quotes it, in error. */
int conf_read_key(const char *file, char *key, size_t size, char *error, size_t error_size);

/* Reads another secret likewise: a URL, or the value of a header, which may have blanks in it. */
int conf_read_secret(const char *file, char *secret, size_t size, char *error, size_t error_size);

#endif
