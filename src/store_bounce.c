/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounces of objects by their classes. */
#include "store_db.h"

static sqlite3_stmt *
bounce_statement(struct store *store, enum store_statement which, uint32_t server,
		 enum store_kind kind, uint32_t object)
{
	sqlite3_stmt *statement = store_statement(store, which);

	sqlite3_bind_int64(statement, 1, server);
	sqlite3_bind_int(statement, 2, (int)kind);
	sqlite3_bind_int64(statement, 3, object);
	return statement;
}

int
store_save_bounce(struct store *store, uint32_t server, enum store_kind kind, uint32_t object,
		  const struct store_bounce *bounce)
{
	sqlite3_stmt *statement = bounce_statement(store, ST_BOUNCE_SAVE, server, kind, object);

	sqlite3_bind_int64(statement, 4, bounce->class);
	sqlite3_bind_int64(statement, 5, (sqlite3_int64)bounce->bounced);
	sqlite3_bind_int64(statement, 6, (sqlite3_int64)bounce->remote_bounced);
	sqlite3_bind_int64(statement, 7, (sqlite3_int64)bounce->deferred);
	return store_run(store, statement);
}

void
store_load_bounces(struct store *store, uint32_t server, enum store_kind kind, uint32_t object,
		   store_bounce_fn fn, void *ctx)
{
	sqlite3_stmt *query = bounce_statement(store, ST_BOUNCE_LOAD, server, kind, object);

	while (store_row(store, query) == 1) {
		const struct store_bounce bounce = {
			.class = (uint32_t)sqlite3_column_int64(query, 0),
			.bounced = (uint64_t)sqlite3_column_int64(query, 1),
			.remote_bounced = (uint64_t)sqlite3_column_int64(query, 2),
			.deferred = (uint64_t)sqlite3_column_int64(query, 3),
		};

		fn(ctx, &bounce);
	}
	sqlite3_reset(query);
}
