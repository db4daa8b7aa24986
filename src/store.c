/* SPDX-License-Identifier: BSD-2-Clause */
/* Statements and transactions. */
#include <sqlite3.h>

#include "log.h"
#include "store_db.h"

uint32_t
store_epoch(const struct store *store)
{
	return store->epoch;
}

bool
store_was_renewed(struct store *store)
{
	const bool renewed = store->renewed;

	store->renewed = false;
	return renewed;
}

/* Logs a failed operation, once until the next good commit. */
static void
complain(struct store *store, const char *what)
{
	const int code = sqlite3_errcode(store->db) & 0xff;

	if (!store->complained)
		log_error("store", "%s: %s: %s", store->path, what, sqlite3_errmsg(store->db));
	store->complained = true;
	if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
		store->damaged = true;
}

static bool
is_write(enum store_statement which)
{
	switch (which) {
	case ST_OBJECT_UPDATE:
	case ST_OBJECT_SAVE:
	case ST_OBJECT_FORGET:
	case ST_NUMBER_PUT:
	case ST_TEXT_PUT:
	case ST_POSITION_PUT:
	case ST_ALARM_SAVE:
	case ST_ALARM_DELETE:
	case ST_RULE_SAVE:
	case ST_EVENT_SAVE:
	case ST_EVENT_TRIM:
	case ST_WINDOW_SAVE:
	case ST_WINDOW_STRAY:
	case ST_WINDOW_FORGET:
	case ST_REPLY_SAVE:
	case ST_BOUNCE_SAVE:
	case ST_BASELINE_SAVE:
	case ST_BASELINE_FORGET:
		return true;
	default:
		return false;
	}
}

sqlite3_stmt *
store_statement(struct store *store, enum store_statement which)
{
	if (is_write(which))
		store_begin(store);
	sqlite3_reset(store->statement[which]);
	return store->statement[which];
}

int
store_run(struct store *store, sqlite3_stmt *statement)
{
	int code;

	/* After a failure SQLite may have rolled back by itself: a later write would then stand
	 * alone. */
	if (store->broken) {
		sqlite3_reset(statement);
		return -1;
	}
	code = sqlite3_step(statement);
	if (code == SQLITE_DONE || code == SQLITE_ROW) {
		sqlite3_reset(statement);
		return 0;
	}
	complain(store, "cannot write");
	sqlite3_reset(statement);
	store->broken = true;
	return -1;
}

int
store_row(struct store *store, sqlite3_stmt *query)
{
	const int code = sqlite3_step(query);

	if (code == SQLITE_ROW)
		return 1;
	if (code == SQLITE_DONE)
		return 0;
	complain(store, "cannot read");
	return -1;
}

int
store_begin(struct store *store)
{
	if (store->open_transaction)
		return 0;
	store->open_transaction = true;
	return store_run(store, store->statement[ST_BEGIN]);
}

/* Ends a transaction that cannot be kept: what it held is still dirty in the caller's hands. */
static int
give_up(struct store *store)
{
	store->broken = false;
	if (store->db != NULL && sqlite3_get_autocommit(store->db) == 0) {
		sqlite3_step(store->statement[ST_ROLLBACK]);
		sqlite3_reset(store->statement[ST_ROLLBACK]);
	}
	if (store->damaged && !store->opening)
		store_renew(store);
	return -1;
}

int
store_commit(struct store *store)
{
	if (!store->open_transaction && !store->damaged)
		return 0;
	if (store->open_transaction)
		store_put_counters(store);
	store->open_transaction = false;
	if (store->broken || store->damaged || store_run(store, store->statement[ST_COMMIT]) != 0)
		return give_up(store);
	store_counters_saved(store);
	if (store->complained)
		log_notice("store", "%s: writing works again", store->path);
	store->complained = false;
	return 0;
}
