/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers, texts, positions, alarms and events: everything but named objects. Texts are bound
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

int
store_save_alarm(struct store *store, const struct store_alarm *alarm)
{
	sqlite3_stmt *statement = store_statement(store, ST_ALARM_SAVE);

	sqlite3_bind_int64(statement, 1, alarm->id);
	sqlite3_bind_text(statement, 2, alarm->rule, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, alarm->server);
	sqlite3_bind_int64(statement, 4, alarm->object);
	sqlite3_bind_int(statement, 5, (int)alarm->severity);
	sqlite3_bind_text(statement, 6, alarm->server_name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 7, alarm->object_name, -1, SQLITE_STATIC);
	return store_run(store, statement);
}

int
store_delete_alarms(struct store *store)
{
	return store_run(store, store_statement(store, ST_ALARM_CLEAR));
}

static const char *
text_or_empty(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text != NULL ? text : "";
}

void
store_load_alarms(struct store *store, store_alarm_fn fn, void *ctx)
{
	sqlite3_stmt *query = store_statement(store, ST_ALARM_LOAD);

	while (store_row(store, query) == 1) {
		const struct store_alarm alarm = {
			.id = (uint32_t)sqlite3_column_int64(query, 0),
			.rule = text_or_empty(query, 1),
			.server = (uint32_t)sqlite3_column_int64(query, 2),
			.object = (uint32_t)sqlite3_column_int64(query, 3),
			.severity = (enum snap_severity)sqlite3_column_int(query, 4),
			.server_name = text_or_empty(query, 5),
			.object_name = text_or_empty(query, 6),
		};

		fn(ctx, &alarm);
	}
	sqlite3_reset(query);
}

int
store_save_event(struct store *store, const struct snap_event *event, uint32_t keep)
{
	sqlite3_stmt *statement = store_statement(store, ST_EVENT_SAVE);

	sqlite3_bind_int64(statement, 1, event->key);
	sqlite3_bind_int(statement, 2, (int)event->notification);
	sqlite3_bind_int64(statement, 3, event->alarm_id);
	sqlite3_bind_int(statement, 4, (int)event->severity);
	sqlite3_bind_text(statement, 5, event->agent_name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 6, event->server_index);
	sqlite3_bind_text(statement, 7, event->server_name, -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 8, (int)event->scope);
	sqlite3_bind_text(statement, 9, event->object_name, -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 10, (int)event->table);
	sqlite3_bind_int64(statement, 11, event->object_index);
	sqlite3_bind_text(statement, 12, event->metric, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 13, event->value);
	sqlite3_bind_int64(statement, 14, event->limit);
	sqlite3_bind_int64(statement, 15, event->window);
	sqlite3_bind_int64(statement, 16, event->time_ms);
	sqlite3_bind_text(statement, 17, event->text, -1, SQLITE_STATIC);
	if (store_run(store, statement) != 0)
		return -1;
	statement = store_statement(store, ST_EVENT_TRIM);
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)event->key - (sqlite3_int64)keep);
	return store_run(store, statement);
}

void
store_load_events(struct store *store, store_event_fn fn, void *ctx)
{
	sqlite3_stmt *query = store_statement(store, ST_EVENT_LOAD);

	while (store_row(store, query) == 1) {
		const struct snap_event event = {
			.key = (uint32_t)sqlite3_column_int64(query, 0),
			.notification = (enum snap_notification)sqlite3_column_int(query, 1),
			.alarm_id = (uint32_t)sqlite3_column_int64(query, 2),
			.severity = (enum snap_severity)sqlite3_column_int(query, 3),
			.agent_name = (const char *)sqlite3_column_text(query, 4),
			.server_index = (uint32_t)sqlite3_column_int64(query, 5),
			.server_name = (const char *)sqlite3_column_text(query, 6),
			.scope = (enum snap_scope)sqlite3_column_int(query, 7),
			.object_name = (const char *)sqlite3_column_text(query, 8),
			.table = (enum snap_table)sqlite3_column_int(query, 9),
			.object_index = (uint32_t)sqlite3_column_int64(query, 10),
			.metric = (const char *)sqlite3_column_text(query, 11),
			.value = (uint32_t)sqlite3_column_int64(query, 12),
			.limit = (uint32_t)sqlite3_column_int64(query, 13),
			.window = (uint32_t)sqlite3_column_int64(query, 14),
			.time_ms = sqlite3_column_int64(query, 15),
			.time_mono = SNAP_NO_TIME,
			.text = (const char *)sqlite3_column_text(query, 16),
		};

		fn(ctx, &event);
	}
	sqlite3_reset(query);
}
