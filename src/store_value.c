/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers, texts and positions. Texts are bound
 * without a copy, since each statement is run before its caller goes on. */
#include <stdio.h>
#include <string.h>

#include "store_db.h"

static sqlite3_stmt *
keyed(struct store *store, enum store_statement which, uint32_t server, const char *key)
{
	sqlite3_stmt *statement = store_statement(store, which);

	sqlite3_bind_int64(statement, 1, server);
	sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
	return statement;
}

int64_t
store_get_number(struct store *store, uint32_t server, const char *key, int64_t fallback)
{
	sqlite3_stmt *query = keyed(store, ST_NUMBER_GET, server, key);

	if (store_row(store, query) == 1)
		fallback = sqlite3_column_int64(query, 0);
	sqlite3_reset(query);
	return fallback;
}

int
store_put_number(struct store *store, uint32_t server, const char *key, int64_t value)
{
	sqlite3_stmt *statement = keyed(store, ST_NUMBER_PUT, server, key);

	sqlite3_bind_int64(statement, 3, value);
	return store_run(store, statement);
}

static void
column_text(sqlite3_stmt *row, int column, char *out, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	snprintf(out, size, "%s", text != NULL ? text : "");
}

void
store_get_text(struct store *store, uint32_t server, const char *key, char *out, size_t size)
{
	sqlite3_stmt *query = keyed(store, ST_TEXT_GET, server, key);

	out[0] = '\0';
	if (store_row(store, query) == 1)
		column_text(query, 0, out, size);
	sqlite3_reset(query);
}

int
store_put_text(struct store *store, uint32_t server, const char *key, const char *value)
{
	sqlite3_stmt *statement = keyed(store, ST_TEXT_PUT, server, key);

	sqlite3_bind_text(statement, 3, value, -1, SQLITE_STATIC);
	return store_run(store, statement);
}

bool
store_get_position(struct store *store, uint32_t server, uint32_t source, struct acct_position *out)
{
	sqlite3_stmt *query = store_statement(store, ST_POSITION_GET);
	bool found;

	sqlite3_bind_int64(query, 1, server);
	sqlite3_bind_int64(query, 2, source);
	found = store_row(store, query) == 1;
	if (found) {
		column_text(query, 0, out->file, sizeof out->file);
		out->device = (uint64_t)sqlite3_column_int64(query, 1);
		out->inode = (uint64_t)sqlite3_column_int64(query, 2);
		out->offset = (uint64_t)sqlite3_column_int64(query, 3);
		out->header = (uint64_t)sqlite3_column_int64(query, 4);
	}
	sqlite3_reset(query);
	return found;
}

int
store_put_position(struct store *store, uint32_t server, uint32_t source,
		   const struct acct_position *position)
{
	sqlite3_stmt *statement = store_statement(store, ST_POSITION_PUT);

	sqlite3_bind_int64(statement, 1, server);
	sqlite3_bind_int64(statement, 2, source);
	sqlite3_bind_text(statement, 3, position->file, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, (sqlite3_int64)position->device);
	sqlite3_bind_int64(statement, 5, (sqlite3_int64)position->inode);
	sqlite3_bind_int64(statement, 6, (sqlite3_int64)position->offset);
	sqlite3_bind_int64(statement, 7, (sqlite3_int64)position->header);
	return store_run(store, statement);
}
