/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens the store, whatever state its file is in. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "store_db.h"

/* Raised with every change of the tables below; a store with a higher one is not ours to read. */
#define STORE_VERSION 5
/* Somebody who looks at the store with another program must not make us lose a commit. */
#define BUSY_MS 1000

/* What each version added to the one before it. */
static const char *const schema[STORE_VERSION] = {
	"CREATE TABLE object (server INTEGER NOT NULL, kind INTEGER NOT NULL, id INTEGER NOT NULL,"
	" name TEXT NOT NULL, received INTEGER, delivered INTEGER, delivered_bytes INTEGER,"
	" bounced INTEGER, deferred INTEGER, queue_errors INTEGER, remote_bounced INTEGER,"
	" complaints INTEGER, last_delivery INTEGER, discontinuity INTEGER, last_active INTEGER,"
	" PRIMARY KEY (server, kind, id)) WITHOUT ROWID;"
	"CREATE UNIQUE INDEX object_name ON object (server, kind, name);"
	"CREATE TABLE number (server INTEGER, key TEXT, value INTEGER, PRIMARY KEY (server, key))"
	" WITHOUT ROWID;"
	"CREATE TABLE text (server INTEGER, key TEXT, value TEXT, PRIMARY KEY (server, key))"
	" WITHOUT ROWID;"
	"CREATE TABLE position (server INTEGER, source INTEGER, file TEXT, device INTEGER,"
	" inode INTEGER, offset INTEGER, header INTEGER, PRIMARY KEY (server, source)) WITHOUT "
	"ROWID;"
	"CREATE TABLE alarm (id INTEGER PRIMARY KEY, rule TEXT, server INTEGER, object INTEGER,"
	" severity INTEGER, server_name TEXT, object_name TEXT);"
	"CREATE TABLE event (seq INTEGER PRIMARY KEY, notification INTEGER, alarm INTEGER,"
	" severity INTEGER, agent TEXT, server INTEGER, server_name TEXT, scope INTEGER,"
	" object_name TEXT, tbl INTEGER, object INTEGER, metric TEXT, value INTEGER,"
	" lim INTEGER, win INTEGER, time_ms INTEGER, text TEXT);",
	"CREATE TABLE window (server INTEGER, kind INTEGER, at INTEGER, object INTEGER,"
	" slot BLOB NOT NULL, PRIMARY KEY (server, kind, at, object)) WITHOUT ROWID;"
	"ALTER TABLE object ADD COLUMN throttled INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE reply (server INTEGER, position INTEGER, provider INTEGER, code INTEGER,"
	" enhanced INTEGER, bounced INTEGER, deferred INTEGER, last_seen INTEGER, slot INTEGER,"
	" recent BLOB, text_slot INTEGER, text TEXT, PRIMARY KEY (server, position));"
	"CREATE TABLE bounce (server INTEGER, kind INTEGER, object INTEGER, class INTEGER,"
	" bounced INTEGER, remote_bounced INTEGER, deferred INTEGER,"
	" PRIMARY KEY (server, kind, object, class)) WITHOUT ROWID;",
	/* No other table, but rows of "window" with several slots, which version 2 cannot read. Its
	 * own rows are replaced when they are loaded (keeper_window.c). */
	"",
	/* Alarms are of a metric now; each rule of the ones there are gets a number. */
	"CREATE TABLE rule (number INTEGER PRIMARY KEY, name TEXT NOT NULL, raised INTEGER,"
	" would INTEGER, last INTEGER);"
	"INSERT INTO rule SELECT row_number() OVER (ORDER BY rule), rule, 0, 0, "
	"-9223372036854775808"
	" FROM (SELECT DISTINCT rule FROM alarm);"
	"ALTER TABLE alarm RENAME TO alarm_of_rule;"
	"CREATE TABLE alarm (id INTEGER PRIMARY KEY, server INTEGER, object INTEGER, scope INTEGER,"
	" metric TEXT, side INTEGER, notification INTEGER, severity INTEGER, rules TEXT,"
	" raised_ms INTEGER, told_ms INTEGER, server_name TEXT, object_name TEXT, text TEXT);"
	"INSERT INTO alarm SELECT a.id, a.server, a.object,"
	" CASE WHEN a.object > 0 THEN 3 ELSE 1 END,"
	" CASE WHEN a.rule = '(server-down)' THEN 'pmtaServerState'"
	" WHEN a.object > 0 THEN 'domainQueueRecipients' ELSE 'pmtaServerQueuedRecipients' END, 0,"
	" CASE WHEN a.rule = '(server-down)' THEN 1 ELSE 3 END, a.severity, CAST(r.number AS TEXT),"
	" coalesce(e.time_ms, 0), coalesce(e.time_ms, 0), a.server_name, a.object_name,"
	" coalesce(e.text, '') FROM alarm_of_rule a JOIN rule r ON r.name = a.rule"
	" LEFT JOIN event e ON e.alarm = a.id AND e.severity <> 1;"
	"DROP TABLE alarm_of_rule;"
	"ALTER TABLE event ADD COLUMN raise_note INTEGER NOT NULL DEFAULT 0;",
	("CREATE TABLE baseline (server INTEGER, object INTEGER, metric INTEGER,"
	 " last INTEGER NOT NULL, hours BLOB NOT NULL, PRIMARY KEY (server, object, metric));"),
};

static const char *const sql[ST_COUNT] = {
	[ST_BEGIN] = "BEGIN",
	[ST_COMMIT] = "COMMIT",
	[ST_ROLLBACK] = "ROLLBACK",
	[ST_OBJECT_FIND] = "SELECT * FROM object WHERE server = ?1 AND kind = ?2 AND name = ?3",
	/* The usual case changes numbers only, and then leaves the index of names alone. */
	[ST_OBJECT_UPDATE] =
		"UPDATE object SET received = ?5, delivered = ?6, delivered_bytes = ?7,"
		" bounced = ?8, deferred = ?9, queue_errors = ?10, remote_bounced = ?11,"
		" complaints = ?12, last_delivery = ?13, discontinuity = ?14, last_active = ?15,"
		" throttled = ?16 WHERE server = ?1 AND kind = ?2 AND id = ?3 AND ?4 IS NOT NULL",
	/* OR REPLACE is for a name under another index. */
	[ST_OBJECT_SAVE] =
		"INSERT OR REPLACE INTO object VALUES"
		" (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
	[ST_OBJECT_LOAD] =
		"SELECT * FROM object WHERE server = ?1 AND (last_active >= ?2 OR kind = 5)"
		" ORDER BY kind, id",
	[ST_OBJECT_FORGET] =
		"DELETE FROM object WHERE last_active < ?1 AND kind NOT IN (1, 5, 7, 8)",
	[ST_OBJECT_LAST] = "SELECT max(id) FROM object WHERE server = ?1 AND kind = ?2",
	[ST_NUMBER_GET] = "SELECT value FROM number WHERE server = ?1 AND key = ?2",
	[ST_NUMBER_PUT] = "INSERT OR REPLACE INTO number VALUES (?1, ?2, ?3)",
	[ST_TEXT_GET] = "SELECT value FROM text WHERE server = ?1 AND key = ?2",
	[ST_TEXT_PUT] = "INSERT OR REPLACE INTO text VALUES (?1, ?2, ?3)",
	[ST_POSITION_GET] = "SELECT file, device, inode, offset, header FROM position"
			    " WHERE server = ?1 AND source = ?2",
	[ST_POSITION_PUT] = "INSERT OR REPLACE INTO position VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[ST_ALARM_SAVE] = "INSERT OR REPLACE INTO alarm VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
			  " ?10, ?11, ?12, ?13, ?14)",
	[ST_ALARM_DELETE] = "DELETE FROM alarm WHERE id = ?1",
	[ST_ALARM_LOAD] = "SELECT * FROM alarm ORDER BY id",
	[ST_RULE_SAVE] = "INSERT OR REPLACE INTO rule VALUES (?1, ?2, ?3, ?4, ?5)",
	[ST_RULE_LOAD] = "SELECT * FROM rule ORDER BY number",
	[ST_EVENT_SAVE] = "INSERT OR REPLACE INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
			  " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
	[ST_EVENT_TRIM] = "DELETE FROM event WHERE seq <= ?1",
	[ST_EVENT_LOAD] = "SELECT * FROM event ORDER BY seq",
	[ST_WINDOW_SAVE] = "INSERT OR REPLACE INTO window VALUES (?1, ?2, ?3, ?4, ?5)",
	[ST_WINDOW_STRAY] = "DELETE FROM window WHERE server = ?1 AND kind = ?2 AND at % ?3 <> 0",
	[ST_WINDOW_FORGET] = "DELETE FROM window WHERE server = ?1 AND kind = ?2 AND at < ?3",
	[ST_BOUNCE_SAVE] = "INSERT OR REPLACE INTO bounce VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[ST_BOUNCE_LOAD] = "SELECT class, bounced, remote_bounced, deferred FROM bounce"
			   " WHERE server = ?1 AND kind = ?2 AND object = ?3",
	[ST_REPLY_SAVE] = "INSERT OR REPLACE INTO reply VALUES"
			  " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
	[ST_REPLY_LOAD] = "SELECT * FROM reply WHERE server = ?1 ORDER BY position",
	[ST_WINDOW_LOAD] = "SELECT at, object, slot FROM window"
			   " WHERE server = ?1 AND kind = ?2 AND at >= ?3",
	[ST_BASELINE_SAVE] = "INSERT OR REPLACE INTO baseline VALUES (?1, ?2, ?3, ?4, ?5)",
	[ST_BASELINE_LOAD] = "SELECT object, metric, last, hours FROM baseline"
			     " WHERE server = ?1 AND last >= ?2",
	[ST_BASELINE_FORGET] = "DELETE FROM baseline WHERE last < ?1",
};

static void
db_close(struct store *store)
{
	for (int i = 0; i < ST_COUNT; i++) {
		sqlite3_finalize(store->statement[i]);
		store->statement[i] = NULL;
	}
	sqlite3_close(store->db);
	store->db = NULL;
	store->open_transaction = store->broken = false;
}

static void
counters_free(struct store *store)
{
	struct store_counter *counter;

	while ((counter = SLIST_FIRST(&store->counters)) != NULL) {
		SLIST_REMOVE_HEAD(&store->counters, next);
		free(counter);
	}
}

static int
db_version(struct store *store)
{
	sqlite3_stmt *query = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &query, NULL) == SQLITE_OK &&
	    sqlite3_step(query) == SQLITE_ROW)
		version = sqlite3_column_int(query, 0);
	sqlite3_finalize(query);
	return version;
}

/* Pages that are damaged would show only when they are needed: better to know at start, when there
 * is still nothing to lose but time (a tenth of a second for 100 000 objects). */
static bool
db_is_sound(struct store *store)
{
	sqlite3_stmt *query = NULL;
	bool sound = false;

	if (sqlite3_prepare_v2(store->db, "PRAGMA quick_check(1)", -1, &query, NULL) == SQLITE_OK &&
	    sqlite3_step(query) == SQLITE_ROW)
		sound = strcmp((const char *)sqlite3_column_text(query, 0), "ok") == 0;
	sqlite3_finalize(query);
	return sound;
}

static bool
db_run(struct store *store, const char *statements)
{
	return sqlite3_exec(store->db, statements, NULL, NULL, NULL) == SQLITE_OK;
}

/* Makes the tables that a file of an older version lacks; a new one has version 0. */
static bool
db_upgrade(struct store *store, int from)
{
	char version[64];

	snprintf(version, sizeof version, "PRAGMA user_version = %d;", STORE_VERSION);
	if (!db_run(store, "BEGIN"))
		return false;
	for (; from < STORE_VERSION; from++) {
		if (!db_run(store, schema[from]))
			return false;
	}
	return db_run(store, version) && db_run(store, "COMMIT");
}

static bool
db_prepare(struct store *store)
{
	for (int i = 0; i < ST_COUNT; i++) {
		if (sqlite3_prepare_v3(store->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &store->statement[i], NULL) != SQLITE_OK)
			return false;
	}
	return true;
}

/* Why a store could not be opened. */
enum trouble { SOUND, DAMAGED, NEWER, UNUSABLE };

/* Tells whether the file itself is the trouble, or the disk it lies on. */
static enum trouble
db_trouble(const struct store *store)
{
	const int code = store->db != NULL ? sqlite3_errcode(store->db) & 0xff : SQLITE_NOMEM;

	switch (code) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_ERROR: /* a statement that does not fit: not our tables */
		return DAMAGED;
	default:
		return UNUSABLE;
	}
}

/* Opens the file and its statements; a new one gets its tables. */
static enum trouble
db_open(struct store *store)
{
	/* NORMAL under WAL: a commit survives our death by kill -9; a power cut may take the last
	 * few, but always totals and position together. */
	static const char pragmas[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
				      "PRAGMA journal_size_limit = 67108864;";
	int version;

	if (sqlite3_open(store->path, &store->db) != SQLITE_OK)
		return db_trouble(store);
	sqlite3_busy_timeout(store->db, BUSY_MS);
	if (!db_run(store, pragmas))
		return db_trouble(store);
	version = db_version(store);
	if (version < 0)
		return db_trouble(store);
	if (version > STORE_VERSION)
		return NEWER;
	if (version > 0 && !db_is_sound(store))
		return DAMAGED;
	if (version < STORE_VERSION && !db_upgrade(store, version))
		return db_trouble(store);
	return db_prepare(store) ? SOUND : db_trouble(store);
}

/* Reads the epoch, or begins one. */
static enum trouble
epoch_open(struct store *store)
{
	int64_t epoch = store_get_number(store, 0, "epoch", 0);

	if (epoch == 0) {
		epoch = store->now;
		if (store_put_number(store, 0, "epoch", epoch) != 0 || store_commit(store) != 0)
			return UNUSABLE;
	}
	store->epoch = (uint32_t)epoch;
	return SOUND;
}

static enum trouble
open_file(struct store *store)
{
	const enum trouble trouble = db_open(store);

	return trouble == SOUND ? epoch_open(store) : trouble;
}

/* Keeps the unusable file for whoever wants to look, under a name that says when. */
static void
move_aside(const struct store *store)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char from[PATH_MAX + 8], to[PATH_MAX + 64];

	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		snprintf(from, sizeof from, "%s%s", store->path, suffixes[i]);
		snprintf(to, sizeof to, "%s.aside-%lld%s", store->path, (long long)store->now,
			 suffixes[i]);
		if (rename(from, to) == 0)
			log_error("store", "%s was moved to %s", from, to);
	}
}

static void
complain_trouble(const struct store *store, enum trouble trouble)
{
	if (trouble == NEWER)
		log_error("store", "%s was written by a newer version of this program",
			  store->path);
	else if (store->db == NULL)
		log_error("store", "%s: no memory", store->path);
	else
		log_error("store", "%s is %s: %s", store->path,
			  trouble == DAMAGED ? "damaged" : "not usable",
			  sqlite3_errcode(store->db) == SQLITE_OK ? "its pages do not fit together"
								  : sqlite3_errmsg(store->db));
}

static void
open_in_memory(struct store *store)
{
	log_error("store", "%s cannot be used (see state-dir): nothing survives a restart",
		  store->path);
	db_close(store);
	strcpy(store->path, ":memory:");
	if (open_file(store) != SOUND)
		log_error("store", "no store at all: nothing will be remembered");
}

static void
open_another(struct store *store, enum trouble trouble)
{
	complain_trouble(store, trouble);
	db_close(store);
	if (trouble == UNUSABLE) {
		open_in_memory(store);
		return;
	}
	move_aside(store);
	store->damaged = false;
	if (open_file(store) != SOUND) {
		open_in_memory(store);
		return;
	}
	log_error("store",
		  "a new store was begun: all indexes have a new meaning (pmtaAgentIndexEpoch is "
		  "%u) and totals begin at zero",
		  store->epoch);
}

/* File, else a new file, else memory: monitoring goes on in any case. */
static void
open_somehow(struct store *store)
{
	enum trouble trouble;

	store->opening = true;
	store->damaged = false;
	trouble = open_file(store);
	if (trouble != SOUND)
		open_another(store, trouble);
	store->damaged = store->opening = false;
}

void
store_renew(struct store *store)
{
	struct store_counter *counter;

	db_close(store);
	store->now = (int64_t)time(NULL);
	if (store->now <= (int64_t)store->epoch)
		store->now = (int64_t)store->epoch + 1;
	move_aside(store);
	open_somehow(store);
	SLIST_FOREACH(counter, &store->counters, next)
	{
		counter->saved = 0;
	}
	store->renewed = true;
}

struct store *
store_open(const char *dir, int64_t now)
{
	struct store *store = calloc(1, sizeof *store);

	if (store == NULL)
		return NULL;
	store->now = now;
	if (mkdir(dir, 0750) != 0 && errno != EEXIST)
		log_error("store", "%s: %s", dir, strerror(errno));
	snprintf(store->path, sizeof store->path, "%.*s/store.db", PATH_MAX - 32, dir);
	open_somehow(store);
	return store;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	if (store->db != NULL)
		store_commit(store);
	db_close(store);
	counters_free(store);
	free(store);
}
