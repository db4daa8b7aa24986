/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_db.h - the SQLite side of the store, for the store's own files only (see store.h).
 */
#ifndef PMTA_STORE_DB_H
#define PMTA_STORE_DB_H

#include <limits.h>
#include <sqlite3.h>
#include <sys/queue.h>

#include "store.h"

enum store_statement {
	ST_BEGIN,
	ST_COMMIT,
	ST_ROLLBACK,
	ST_OBJECT_FIND,
	ST_OBJECT_UPDATE,
	ST_OBJECT_SAVE,
	ST_OBJECT_LOAD,
	ST_OBJECT_FORGET,
	ST_OBJECT_LAST,
	ST_NUMBER_GET,
	ST_NUMBER_PUT,
	ST_TEXT_GET,
	ST_TEXT_PUT,
	ST_POSITION_GET,
	ST_POSITION_PUT,
	ST_ALARM_SAVE,
	ST_ALARM_DELETE,
	ST_ALARM_LOAD,
	ST_RULE_SAVE,
	ST_RULE_LOAD,
	ST_EVENT_SAVE,
	ST_EVENT_TRIM,
	ST_EVENT_LOAD,
	ST_WINDOW_SAVE,
	ST_WINDOW_STRAY,
	ST_WINDOW_FORGET,
	ST_WINDOW_LOAD,
	ST_REPLY_SAVE,
	ST_REPLY_LOAD,
	ST_BOUNCE_SAVE,
	ST_BOUNCE_LOAD,
	ST_BASELINE_SAVE,
	ST_BASELINE_LOAD,
	ST_BASELINE_FORGET,
	ST_COUNT
};

/* The highest index given to a kind of a server: kept in memory once it was asked for. There are a
 * handful a server, and they are asked for only when a name is new. */
struct store_counter {
	SLIST_ENTRY(store_counter) next;
	uint32_t server;
	enum store_kind kind;
	uint32_t last;
	uint32_t saved; /* what a committed transaction holds */
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *statement[ST_COUNT];
	char path[PATH_MAX]; /* ":memory:" without a usable directory */
	uint32_t epoch;
	bool open_transaction;
	bool broken;  /* a write of this transaction failed: the rest of it must fail too */
	bool damaged; /* the file is corrupt: to be moved aside at the end of this transaction */
	bool opening; /* a failure now is dealt with by who opens */
	bool renewed;
	bool complained; /* about writing, since the last commit that went well */
	SLIST_HEAD(, store_counter) counters;
	int64_t now; /* epoch for a new store */
};

/* The statement, reset and ready to be bound; begins a transaction first if it writes. */
sqlite3_stmt *store_statement(struct store *store, enum store_statement which);

/* Steps a statement that returns no row. 0, or -1: then the transaction is broken. */
int store_run(struct store *store, sqlite3_stmt *statement);

/* Steps a query: 1 for a row, 0 for none (further), -1 if the store cannot be read. */
int store_row(struct store *store, sqlite3_stmt *query);

/* Begins a new store in place of a corrupt one. Only between transactions: statements die here. The
 * counters stay: indexes that are in use now are not given again. */
void store_renew(struct store *store);

/* Writes the counters that changed into the transaction, and notes that it was committed. */
void store_put_counters(struct store *store);
void store_counters_saved(struct store *store);

#endif
