/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of windows. They are kept in the order of their times, so that old ones lie together. */
#include "store_db.h"

static sqlite3_stmt *
row_statement(struct store *store, enum store_statement which, uint32_t server,
	      enum store_kind kind, int64_t at)
{
	sqlite3_stmt *statement = store_statement(store, which);

	sqlite3_bind_int64(statement, 1, server);
	sqlite3_bind_int(statement, 2, (int)kind);
	sqlite3_bind_int64(statement, 3, at);
	return statement;
}

int
store_save_row(struct store *store, uint32_t server, enum store_kind kind, uint32_t index,
	       int64_t at, const uint8_t *bytes, size_t len)
{
	sqlite3_stmt *insert = row_statement(store, ST_WINDOW_SAVE, server, kind, at);

	sqlite3_bind_int64(insert, 4, index);
	sqlite3_bind_blob(insert, 5, bytes, (int)len, SQLITE_STATIC);
	return store_run(store, insert);
}

int
store_forget_rows(struct store *store, uint32_t server, enum store_kind kind, int64_t before)
{
	return store_run(store, row_statement(store, ST_WINDOW_FORGET, server, kind, before));
}

int
store_forget_stray_rows(struct store *store, uint32_t server, enum store_kind kind,
			uint32_t seconds)
{
	return store_run(store, row_statement(store, ST_WINDOW_STRAY, server, kind, seconds));
}

void
store_load_rows(struct store *store, uint32_t server, enum store_kind kind, int64_t since,
		store_row_fn fn, void *ctx)
{
	sqlite3_stmt *query = row_statement(store, ST_WINDOW_LOAD, server, kind, since);

	while (store_row(store, query) == 1)
		fn(ctx, (uint32_t)sqlite3_column_int64(query, 1), sqlite3_column_int64(query, 0),
		   sqlite3_column_blob(query, 2), (size_t)sqlite3_column_bytes(query, 2));
	sqlite3_reset(query);
}
