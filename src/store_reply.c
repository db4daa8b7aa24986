/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of the reply table, by their positions. */
#include <stdio.h>
#include <string.h>

#include "store_db.h"

int
store_save_reply(struct store *store, uint32_t server, uint32_t position,
		 const struct reply_row *row)
{
	sqlite3_stmt *statement = store_statement(store, ST_REPLY_SAVE);

	sqlite3_bind_int64(statement, 1, server);
	sqlite3_bind_int64(statement, 2, position);
	sqlite3_bind_int64(statement, 3, row->provider);
	sqlite3_bind_int64(statement, 4, row->code);
	sqlite3_bind_int64(statement, 5, row->enhanced);
	sqlite3_bind_int64(statement, 6, (sqlite3_int64)row->bounced);
	sqlite3_bind_int64(statement, 7, (sqlite3_int64)row->deferred);
	sqlite3_bind_int64(statement, 8, row->last_seen);
	sqlite3_bind_int64(statement, 9, row->slot);
	sqlite3_bind_blob(statement, 10, row->recent, sizeof row->recent, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 11, row->text_slot);
	sqlite3_bind_text(statement, 12, row->text, -1, SQLITE_STATIC);
	return store_run(store, statement);
}

static void
read_reply(sqlite3_stmt *query, struct reply_row *row)
{
	const char *text = (const char *)sqlite3_column_text(query, 11);
	const void *recent = sqlite3_column_blob(query, 9);

	*row = (struct reply_row){
		.provider = (uint32_t)sqlite3_column_int64(query, 2),
		.code = (uint32_t)sqlite3_column_int64(query, 3),
		.enhanced = (uint32_t)sqlite3_column_int64(query, 4),
		.bounced = (uint64_t)sqlite3_column_int64(query, 5),
		.deferred = (uint64_t)sqlite3_column_int64(query, 6),
		.last_seen = sqlite3_column_int64(query, 7),
		.slot = sqlite3_column_int64(query, 8),
		.text_slot = sqlite3_column_int64(query, 10),
	};
	if (recent != NULL && sqlite3_column_bytes(query, 9) == sizeof row->recent)
		memcpy(row->recent, recent, sizeof row->recent);
	snprintf(row->text, sizeof row->text, "%s", text != NULL ? text : "");
}

void
store_load_replies(struct store *store, uint32_t server, struct reply_table *out)
{
	sqlite3_stmt *query = store_statement(store, ST_REPLY_LOAD);
	struct reply_row row;

	sqlite3_bind_int64(query, 1, server);
	while (store_row(store, query) == 1) {
		read_reply(query, &row);
		reply_table_restore(out, (uint32_t)sqlite3_column_int64(query, 1), &row);
	}
	sqlite3_reset(query);
}
