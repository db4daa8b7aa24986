/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.h - what is known of every PowerMTA server: levels from the monitor, totals from
 * accounting.
 *
 * Pure but for memory: documents and records go in, time is passed in, and names get their indexes
 * through a recall function, behind which the store stands (or a test). publish.h makes snapshots
 * of it, alarm.h judges it. Collector thread only.
 */
#ifndef PMTA_MODEL_H
#define PMTA_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "acct_record.h"
#include "check_disk.h"
#include "check_process.h"
#include "check_smtp.h"
#include "conf.h"
#include "moment.h"
#include "monitor_doc.h"
#include "provider.h"
#include "record_clock.h"
#include "reply_table.h"
#include "shared_text.h"
#include "snapshot.h"
#include "store.h"
#include "throttle.h"
#include "window.h"

/* Bounce classes with fixed indexes (guide 11.6 in its order, and our own two). */
#define MODEL_CLASS_NONE 998	 /* rows with an empty bounceCat */
#define MODEL_CLASS_OVERFLOW 999 /* categories beyond MODEL_CLASSES_MAX */
#define MODEL_CLASS_CUSTOM 1000	 /* the first index of a site's own category */
#define MODEL_CLASSES_MAX 500
/* Objects of a kind and server that are told apart; further names share the object "(other)". */
#define MODEL_OBJECTS_MAX 2000000u
#define MODEL_OTHER_NAME "(other)"
#define MODEL_CLASS_NONE_NAME "(none)"
/* Accounting sources are numbered from here; 1-5 are the monitor's pages. */
#define MODEL_SOURCE_FIRST 11
/* And these are what checker.h looks at. */
#define MODEL_SOURCE_SMTP 6
#define MODEL_SOURCE_SPOOL 7
#define MODEL_SOURCE_PROCESS 8

struct model_bounce {
	struct store_bounce counts;
	bool dirty; /* differs from the store; so is the object then */
};

/* What accounting counted of an object; one of which no record was read has none. */
struct model_counts {
	struct snap_totals totals;
	uint64_t throttled;    /* deferrals and queue errors whose reply asks to send less */
	int64_t last_delivery; /* wall seconds; of a bounce class its last record of any type */
};

/* What only a VMTA, provider or job has: sums over what belongs to it. */
struct model_group {
	struct model_bounce *bounces; /* VMTA, provider: ascending by class */
	uint32_t bounce_count;
	uint32_t domains, share; /* VMTA, job: levels, as those of the object */
	/* Of the listed queues. */
	uint32_t queues;			/* provider */
	uint32_t queues_backoff, queues_paused; /* VMTA; the first of a provider too */
	uint32_t queues_stuck;			/* VMTA, provider */
};

/* A VMTA, domain queue, domain, bounce class, job or provider of one server. Ordered by size, and
 * what few have is behind a pointer: there may be hundreds of thousands. */
struct model_object {
	struct model_counts *counts; /* NULL: nothing was counted; read by model_counts() */
	struct model_group *group;   /* VMTA, provider, job; else NULL */
	struct window *window;	     /* NULL: nothing happened lately, or the kind has none */
	struct model_wait
		*wait;	   /* queue, provider, VMTA: NULL unless mail waits or failed lately */
	const char *error; /* shared */
	struct model_object *domain, *vmta; /* queue */
	struct model_object *provider;	    /* domain; NULL: it has none */
	int64_t last_active;		    /* wall seconds: last mail or record */
	int64_t discontinuity;
	int64_t next_retry, error_time; /* wall seconds */
	/* Monotonic ms. Queue: last seen empty; provider, VMTA: of the queue with mail that was not
	 * for the longest time, INT64_MAX without such a queue. SNAP_NO_TIME unknown. */
	int64_t empty_mono;
	uint32_t hash; /* of the name */
	uint32_t index;
	uint32_t generation; /* of the list that last showed it; 0 never */
	uint32_t uses;	     /* VMTA, domain: queues that refer to it; provider: domains */
	/* Levels of the last list that showed it: read them through model_level(). */
	uint32_t recipients, kb, connections;
	uint16_t reply_code;
	uint8_t name_len;
	uint8_t kind;			   /* enum store_kind */
	uint8_t mode, paused, wait_reason; /* queue, job: of the last list */
	uint8_t class_kind;		   /* bounce class: enum snap_class_kind */
	bool dirty : 1;			   /* differs from the store */
	bool shown : 1; /* in the last snapshot: gives it an edge under row-limit */
	bool pinned : 1;
	bool alarmed : 1; /* it may have alarms: alarm.h looks for them */
	char name[];	  /* NUL-terminated */
};

/* Objects of one kind: by name in a hash, and in the order of their indexes. */
struct model_set {
	struct model_object **slots; /* open addressing; NULL: free */
	struct model_object **order;
	uint32_t slot_count; /* 0 or a power of two */
	uint32_t count, room;
	uint32_t version; /* goes up with each change, so that a snapshot is known to be old */
	bool unsorted;	  /* order must be sorted before use */
	bool dirty;	  /* some object differs from the store */
};

/* A list page's last good reply. */
struct model_list {
	uint32_t generation;	      /* of the last good list; 0 none yet */
	uint32_t complete_generation; /* of the last complete one before it; 0 none yet */
	int64_t complete_mono;	      /* when that one came */
	int64_t previous_mono;	      /* when the last one but one came; SNAP_NO_TIME never */
	bool complete;		      /* what it does not show has no mail */
	uint32_t listed, total;	      /* total SNAP_NONE32 if not told */
	uint32_t listed_recipients, total_recipients;
	uint32_t unlisted_most; /* recipients an item it left out can have; SNAP_NONE32 unknown */
	int64_t good_mono;
};

/* A counter that goes on when PowerMTA's own begins again. */
struct model_running {
	uint64_t total, raw; /* ours; PowerMTA's at the last poll */
	bool known;
};

enum model_running_id {
	RUN_IN_RCP,
	RUN_IN_MSG,
	RUN_IN_KB,
	RUN_OUT_RCP,
	RUN_OUT_MSG,
	RUN_OUT_KB, /* KB in tenths */
	RUN_BOUNCES,
	RUN_COMPLAINTS,
	RUN_COUNT
};

struct model_source {
	uint32_t index;
	enum snap_source_kind kind;
	char name[TEXT_MAX];
	const char *path; /* accounting: as configured, owned by the configuration */
	bool loaded;	  /* what the store knows of it was brought back */
	bool tried, failed;
	int64_t good_mono, error_wall;
	int64_t interval_ms; /* of a page; 0 accounting */
	uint32_t lag, duration_ms;
	uint64_t backlog, attempts, failures, records, rejected, gaps;
	unsigned types; /* bit enum acct_type: record types seen */
	char error[TEXT_MAX];
};

/* What was seen beside the monitor (model_check.c). */
struct model_checks {
	struct check_smtp smtp;
	struct check_disk disk;
	struct check_process process;
	int64_t disk_mono, process_mono; /* when they were seen; SNAP_NO_TIME: not, or no longer */
	bool disk_fresh, process_fresh;	 /* as last looked at */
};

struct model_server {
	struct model *model;
	const struct conf_server *section; /* of the configuration in force */
	char name[TEXT_MAX];
	uint32_t index;
	bool polled; /* has a URL */
	bool has_accounting;
	bool jobs;
	bool configured;		   /* sweep mark of a reload */
	bool loaded;			   /* what the store knows of it was brought back */
	struct model_set set[STORE_KINDS]; /* all but SERVER and SOURCE */
	struct model_list list[4];	   /* by enum doc_list_kind */
	struct doc_status status;	   /* of the last good reply */
	bool have_status;
	enum snap_server_state state;
	char state_text[TEXT_MAX];
	uint32_t failed_polls; /* in a row, of /status */
	int64_t failed_since;  /* monotonic: the first of them */
	int64_t good_mono;
	int64_t start_time; /* wall seconds */
	char start_text[32];
	int64_t zone; /* seconds PowerMTA's clock is ahead of UTC */
	bool zone_known;
	struct model_running running[RUN_COUNT];
	uint32_t restarts, counter_resets;
	int64_t discontinuity;	/* wall seconds */
	int64_t records_missed; /* wall seconds: last gap in accounting; SNAP_NO_TIME none */
	uint32_t queues_backoff, queues_paused, queues_stuck;
	uint32_t vmta_fairness; /* see model_fairness.c; SNAP_NONE32 unknown */
	uint32_t alarms_active; /* as alarm.h counts them */
	enum snap_severity alarms_worst;
	struct snap_totals totals;
	struct snap_bounce_split bounce_split;
	uint64_t delivered_by_type[SNAP_DELIVERY_OTHER + 1];
	struct reply_table replies;
	struct window *window;
	struct record_clock clock;    /* of the records: see model_window_time() */
	uint32_t windows_version;     /* goes up when windows are to be shown anew */
	int64_t windows_due;	      /* monotonic: not before */
	bool counted;		      /* a record came since windows were last marked */
	uint32_t records;	      /* goes up with each record */
	bool windows_filled;	      /* when they were last shown */
	struct model_source *sources; /* ascending by index */
	uint32_t source_count;
	uint32_t version; /* of server row, traffic and delivery types, as in struct model_set */
	uint32_t sources_version;
	bool dirty;    /* differs from the store */
	bool fresh[5]; /* as last looked at: status and the four lists */
	struct model_checks checks;
	struct norm *norm; /* baselines (norm.h) */
};

/* Gives a name its index and what is remembered of it (store_recall). */
typedef int (*model_recall_fn)(void *ctx, uint32_t server, enum store_kind kind, const char *name,
			       uint32_t first_index, struct store_object *out, bool *found);

/* Brings back the bounces of an object, by fn and its context (store_load_bounces). */
typedef void (*model_bounces_fn)(void *ctx, uint32_t server, enum store_kind kind, uint32_t index,
				 store_bounce_fn fn, void *fn_ctx);

struct model {
	struct model_server **servers; /* ascending by index */
	uint32_t server_count;
	const struct conf *conf; /* in force; not owned */
	uint32_t configured;	 /* how often one was put in force */
	model_recall_fn recall;
	model_bounces_fn recall_bounces; /* NULL: nothing is remembered of them */
	void *recall_ctx;		 /* of both */
	struct providers *providers;	 /* of the configuration in force */
	struct throttle_set *throttle;	 /* replies that ask to send less, likewise */
	struct shared_texts *texts;	 /* errors and replies of the objects */
};

/* A model without servers; NULL without memory. */
struct model *model_new(model_recall_fn recall, void *ctx);
void model_free(struct model *model);

/* Takes over a configuration: servers are matched by name, new ones made, others dropped with all
 * that is known of them in memory. The configuration must outlive the model or the next call. 0 or
 * -1. */
int model_configure(struct model *model, const struct conf *conf, struct moment now);

/* The server of this index, or NULL. */
struct model_server *model_server_indexed(const struct model *model, uint32_t index);

/* The object of this name, made if need be; NULL without memory or for an empty name. The name is
 * cleaned and bounded; of queues and domains the domain part is lower-cased, so that both sources
 * mean the same object. O(1), and cheap if the name is clean already. */
struct model_object *model_object_get(struct model_server *server, enum store_kind kind,
				      const char *name, size_t len, struct moment now);

/* What was counted of the object: zeros, and no delivery, if nothing was. Never NULL. */
const struct model_counts *model_counts(const struct model_object *object);

/* Puts back an object as it was saved (store_load). */
void model_restore(struct model_server *server, enum store_kind kind, const char *name,
		   const struct store_object *saved);

/* Sorts a set by index where that is needed, and returns its objects. */
struct model_object **model_set_order(struct model_set *set);
/* The object of this index, or NULL. O(log n). */
struct model_object *model_set_indexed(struct model_set *set, uint32_t index);

/* A good reply of /status. */
void model_apply_status(struct model_server *server, const struct doc_status *status,
			struct moment now);
/* A failed one; `stopped`: the monitor itself said that PowerMTA does not run. */
void model_status_failed(struct model_server *server, bool stopped, const char *reason,
			 struct moment now);

/* A good reply of a list page. Its items are taken (doc_list_take): it can only be freed then. */
void model_apply_list(struct model_server *server, struct doc_list *list, struct moment now);

/* One accounting record. Never fails: without memory it is counted for the server only. */
void model_apply_record(struct model_server *server, const struct acct_record *record,
			struct moment now);

/* Recipients queued for remote delivery by the last good /status: smtp and http. SNAP_NONE32 if it
 * did not tell. Other types (pipe, file, the bounce processor ...) are in pmtaDeliveryTypeTable. */
uint32_t model_queued_recipients(const struct model_server *server);

/* The level (level.h) of a sum of which either part may be absent; absent if both are. */
uint32_t model_level_sum(doc_number a, doc_number b);

/* True if a good reply at good_mono (SNAP_NO_TIME: never) of a page that is asked for at this
 * interval is not more than stale-after of the intervals old. */
bool model_is_fresh(const struct model_server *server, int64_t good_mono, int64_t interval_ms,
		    struct moment now);

/* True if the last good /status reply, or list, is young enough for its levels to be shown. */
bool model_status_fresh(const struct model_server *server, struct moment now);
bool model_list_fresh(const struct model_server *server, enum doc_list_kind kind,
		      struct moment now);

/*
 * A level of an object as it can be stated now: what the last list showed; 0 if that list was
 * complete without it; SNAP_NONE32 if it was cut, or is stale.
 */
uint32_t model_level(const struct model_server *server, const struct model_object *object,
		     uint32_t value, struct moment now);
/* The most that an object's recipients can be now: as model_level(), or for one that a cut list
 * left out what the list lets conclude; SNAP_NONE32 if nothing. */
uint32_t model_level_most(const struct model_server *server, const struct model_object *object,
			  struct moment now);
/* How long mail has been waiting in a queue or for a provider. Only a complete list bounds it. */
struct snap_ages model_ages(const struct model_server *server, const struct model_object *object,
			    struct moment now);
/* How fast a queue drains, where that can be told. */
struct snap_drain model_drain(const struct model_server *server, const struct model_object *queue,
			      struct moment now);
/* TruthValue: whether a queue is large, old and not draining by stuck-recipients, stuck-age and
 * stuck-drain-time; 0 if that cannot be told. */
uint8_t model_stuck(const struct model_server *server, const struct model_object *queue,
		    struct moment now);
/* The same where its model_ages() and model_drain() are known already. */
uint8_t model_stuck_by(const struct model_server *server, const struct model_object *queue,
		       struct snap_ages ages, struct snap_drain drain, struct moment now);
/* Deliveries of a VMTA or, if it is NULL, of the server in the last hour of its records. */
uint64_t model_last_hour(const struct model_server *server, const struct model_object *vmta,
			 struct moment now);
/* A VMTA's share of the deliveries of the last hour, in hundredths of a percent, and how that
 * compares with its share of what waits, in hundredths (100: the same). SNAP_NONE32 without a
 * denominator, or if the list of VMTAs is stale or leaves it out. */
uint32_t model_delivery_share(const struct model_server *server, const struct model_object *vmta,
			      struct moment now);
uint32_t model_fairness(const struct model_server *server, const struct model_object *vmta,
			struct moment now);

/* True if the last list of the object's kind is fresh and showed it. */
bool model_listed(const struct model_server *server, const struct model_object *object,
		  struct moment now);

/* What a look beside the monitor showed; NULL: that what was known is no longer so. */
void model_apply_smtp(struct model_server *server, const struct check_smtp *smtp);
void model_apply_disk(struct model_server *server, const struct check_disk *disk,
		      struct moment now);
void model_apply_process(struct model_server *server, const struct check_process *process,
			 struct moment now);
/* True if it was seen lately enough to be shown: as levels of /status, by poll-interval. */
bool model_disk_fresh(const struct model_server *server, struct moment now);
bool model_process_fresh(const struct model_server *server, struct moment now);

/* Notes an attempt of a source: its success (error NULL) or failure. */
void model_source_done(struct model_server *server, uint32_t source, const char *error,
		       uint32_t duration_ms, struct moment now);
struct model_source *model_source(struct model_server *server, uint32_t index);

/* Drops objects without mail, record or use for row-retention; they come back under the same index.
 * Calls gone for each before it is freed. */
typedef void (*model_gone_fn)(void *ctx, struct model_server *server, struct model_object *object);
void model_expire(struct model *model, struct moment now, model_gone_fn gone, void *ctx);

/* Marks tables as changed whose freshness changed by the mere passing of time; windows at most
 * every ten seconds. */
void model_age(struct model *model, struct moment now);

/*
 * Windows. They end at the newest time of a record (record_clock.h), by which PowerMTA's clock and
 * a backlog that is being read are their measure, or at our wall clock before the first record.
 * UTC seconds. What they count: d, b, t and r rows, but for b rows of recipients whom no server
 * refused (struct snap_bounce_split), and
 *  - hard: b rows of hard classes, as they are grouped when the row is read;
 *  - throttled: t and tq rows whose reply asks to send less (throttle.h);
 *  - attempts: d, b, t and tq rows. A queue that is refused with 421 when it connects has tq rows
 *    only, so these must be in what the others are a share of.
 */
int64_t model_window_time(const struct model_server *server, struct moment now);

/* Drops what windows have outlived: to be called every minute. */
void model_trim(struct model_server *server, struct moment now);

#endif
