/* SPDX-License-Identifier: BSD-2-Clause */
/* Baselines, one row for each object and metric. */
#include "store_db.h"

int
store_save_baseline(struct store *store, uint32_t server, uint32_t object, uint32_t metric,
		    int64_t last, const uint8_t *bytes, size_t len)
{
	sqlite3_stmt *statement = store_statement(store, ST_BASELINE_SAVE);

	sqlite3_bind_int64(statement, 1, server);
	sqlite3_bind_int64(statement, 2, object);
	sqlite3_bind_int64(statement, 3, metric);
	sqlite3_bind_int64(statement, 4, last);
	sqlite3_bind_blob64(statement, 5, bytes, len, SQLITE_STATIC);
	return store_run(store, statement);
}

void
store_load_baselines(struct store *store, uint32_t server, int64_t since, store_baseline_fn fn,
		     void *ctx)
{
	sqlite3_stmt *query = store_statement(store, ST_BASELINE_LOAD);

	sqlite3_bind_int64(query, 1, server);
	sqlite3_bind_int64(query, 2, since);
	while (store_row(store, query) == 1) {
		const uint8_t *bytes = sqlite3_column_blob(query, 3);
		const int len = sqlite3_column_bytes(query, 3);

		fn(ctx, (uint32_t)sqlite3_column_int64(query, 0),
		   (uint32_t)sqlite3_column_int64(query, 1), sqlite3_column_int64(query, 2), bytes,
		   (size_t)len);
	}
	sqlite3_reset(query);
}

int
store_forget_baselines(struct store *store, int64_t before)
{
	sqlite3_stmt *statement = store_statement(store, ST_BASELINE_FORGET);

	sqlite3_bind_int64(statement, 1, before);
	return store_run(store, statement);
}
