/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.h - what must outlive the process: names and their indexes, totals, accounting positions,
 * alarms and events, in one SQLite file under state-dir.
 *
 * Everything between store_begin() and store_commit() becomes durable at once or not at all, so
 * that totals and the position they led to cannot fall apart whenever the process dies. A store
 * that is damaged, or newer than this program, is moved aside with a loud message and a new one
 * begun: its epoch tells managers that indexes have a new meaning. Without a usable directory the
 * store lives in memory. Collector thread only.
 */
#ifndef PMTA_STORE_H
#define PMTA_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "acct_tail.h"
#include "reply_table.h"
#include "snapshot.h"

/* Kinds of named objects. Numbers are in the store: never change them. */
enum store_kind {
	STORE_SERVER = 1, /* server 0 */
	STORE_VMTA = 2,
	STORE_QUEUE = 3,
	STORE_DOMAIN = 4,
	STORE_CLASS = 5,
	STORE_JOB = 6,
	STORE_SOURCE = 7,
	STORE_PROVIDER = 8,
	STORE_KINDS
};

/* What is kept of an object. */
struct store_object {
	uint32_t index;
	struct snap_totals totals;
	uint64_t throttled;    /* t and tq rows whose reply asks to send less */
	int64_t last_delivery; /* wall seconds or SNAP_NO_TIME */
	int64_t discontinuity; /* wall seconds */
	int64_t last_active;   /* wall seconds: last mail or record */
};

struct store;

/* Opens or creates dir/store.db; now is the epoch of a new one. NULL only without memory. */
struct store *store_open(const char *dir, int64_t now);
void store_close(struct store *store);

/* When the registry was begun: an index means the same object as long as this is the same. */
uint32_t store_epoch(const struct store *store);

/* True once after the store had to be begun anew while running: all must be saved again, before a
 * name is recalled. */
bool store_was_renewed(struct store *store);

/* A transaction. Begin is implied by the first write. A failed commit (disk full) is logged once,
 * rolls nothing back in memory, and returns -1: the caller keeps its objects dirty and tries again.
 */
int store_begin(struct store *store);
int store_commit(struct store *store);

/* The object of this name, as it was last saved, or with a new index and zero totals and *found
 * false. Indexes ascend from first_index and are never given twice; first_index 0 gives none (the
 * caller has a fixed one). Returns 0, or -1 without memory or if the store cannot be read: then
 * nobody knows whether the name has an index already. */
int store_recall(struct store *store, uint32_t server, enum store_kind kind, const char *name,
		 uint32_t first_index, struct store_object *out, bool *found);

/* Saves an object under its index. Returns 0 or -1. */
int store_save(struct store *store, uint32_t server, enum store_kind kind, const char *name,
	       const struct store_object *object);

/* Hands out the objects of a server that were active at or after `since`, ascending by kind, index.
 */
typedef void (*store_object_fn)(void *ctx, enum store_kind kind, const char *name,
				const struct store_object *object);
void store_load(struct store *store, uint32_t server, int64_t since, store_object_fn fn, void *ctx);

/* Forgets objects (but servers) last active before `before`. Their indexes are not used again. */
void store_forget(struct store *store, int64_t before);

/* A row of an object's window (window.h), by the time it begins at (UTC seconds): saved in place of
 * the one there. Object 0 is the server itself. Returns 0 or -1. */
int store_save_row(struct store *store, uint32_t server, enum store_kind kind, uint32_t object,
		   int64_t at, const uint8_t *bytes, size_t len);
/* Drops the rows before that time, or those whose time is no multiple of so many seconds. Return 0
 * or -1. */
int store_forget_rows(struct store *store, uint32_t server, enum store_kind kind, int64_t before);
int store_forget_stray_rows(struct store *store, uint32_t server, enum store_kind kind,
			    uint32_t seconds);
/* Hands out the rows at or after `since`, ascending by time; bytes are valid during the call. */
typedef void (*store_row_fn)(void *ctx, uint32_t object, int64_t at, const uint8_t *bytes,
			     size_t len);
void store_load_rows(struct store *store, uint32_t server, enum store_kind kind, int64_t since,
		     store_row_fn fn, void *ctx);

/* Bounces of an object (a VMTA or provider) by their class. Save returns 0 or -1; load hands out
 * all classes of one object. */
struct store_bounce {
	uint32_t class; /* index */
	uint64_t bounced, remote_bounced, deferred;
};
int store_save_bounce(struct store *store, uint32_t server, enum store_kind kind, uint32_t object,
		      const struct store_bounce *bounce);
typedef void (*store_bounce_fn)(void *ctx, const struct store_bounce *bounce);
void store_load_bounces(struct store *store, uint32_t server, enum store_kind kind, uint32_t object,
			store_bounce_fn fn, void *ctx);

/* A row of a server's reply table under its position; load puts all of them back. Save returns 0 or
 * -1. */
int store_save_reply(struct store *store, uint32_t server, uint32_t position,
		     const struct reply_row *row);
void store_load_replies(struct store *store, uint32_t server, struct reply_table *out);

/* A baseline (baseline.h) of a server (object 0) or an object of it, by its last hour: saved in
 * place of the one there. Returns 0 or -1. Load hands out those of a server with an hour at or
 * after `since`; bytes are valid during the call. Forget drops those of all servers whose last hour
 * is before that. */
int store_save_baseline(struct store *store, uint32_t server, uint32_t object, uint32_t metric,
			int64_t last, const uint8_t *bytes, size_t len);
typedef void (*store_baseline_fn)(void *ctx, uint32_t object, uint32_t metric, int64_t last,
				  const uint8_t *bytes, size_t len);
void store_load_baselines(struct store *store, uint32_t server, int64_t since, store_baseline_fn fn,
			  void *ctx);
int store_forget_baselines(struct store *store, int64_t before);

/* Named numbers of a server (0: of all). get returns fallback if there is none. */
int64_t store_get_number(struct store *store, uint32_t server, const char *key, int64_t fallback);
int store_put_number(struct store *store, uint32_t server, const char *key, int64_t value);
/* Named texts; get copies into out, "" if there is none. */
void store_get_text(struct store *store, uint32_t server, const char *key, char *out, size_t size);
int store_put_text(struct store *store, uint32_t server, const char *key, const char *value);

/* The position of an accounting source; get returns false if none was ever saved. */
bool store_get_position(struct store *store, uint32_t server, uint32_t source,
			struct acct_position *out);
int store_put_position(struct store *store, uint32_t server, uint32_t source,
		       const struct acct_position *position);

/* An active alarm, by which its clear can still come after a restart. */
struct store_alarm {
	uint32_t id;
	uint32_t server, object; /* indexes; object 0: the server itself */
	enum snap_scope scope;
	const char *metric;		     /* MIB name */
	uint32_t side;			     /* 1: of rules below, 0: of all others */
	enum snap_notification notification; /* that raised it */
	enum snap_severity severity;
	const char *rules; /* numbers of the rules that are raised, the leading one first: "3 17" */
	int64_t raised_ms, told_ms;	       /* wall: when it began, when it was last told */
	const char *server_name, *object_name; /* as they were in the notification */
	const char *text;
};
int store_save_alarm(struct store *store, const struct store_alarm *alarm);
int store_delete_alarm(struct store *store, uint32_t id);
/* Texts are valid during the call. */
typedef void (*store_alarm_fn)(void *ctx, const struct store_alarm *alarm);
void store_load_alarms(struct store *store, store_alarm_fn fn, void *ctx);

/* What a rule did, under the number that its name has for good. */
struct store_rule {
	uint32_t number;
	const char *name;
	uint64_t raised, would_raise;
	int64_t last_raise; /* wall seconds or SNAP_NO_TIME */
};
int store_save_rule(struct store *store, const struct store_rule *rule);
typedef void (*store_rule_fn)(void *ctx, const struct store_rule *rule);
void store_load_rules(struct store *store, store_rule_fn fn, void *ctx);

/* The event ring: saves one and drops those more than `keep` older. Texts are borrowed. */
int store_save_event(struct store *store, const struct snap_event *event, uint32_t keep);
typedef void (*store_event_fn)(void *ctx, const struct snap_event *event);
void store_load_events(struct store *store, store_event_fn fn, void *ctx);

#endif
