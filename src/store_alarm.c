/* SPDX-License-Identifier: BSD-2-Clause */
/* Alarms, the rules that raise them, and events. Texts are bound without a copy: they outlive the
 * step. */
#include "store_db.h"

int
store_save_alarm(struct store *store, const struct store_alarm *alarm)
{
	sqlite3_stmt *statement = store_statement(store, ST_ALARM_SAVE);

	sqlite3_bind_int64(statement, 1, alarm->id);
	sqlite3_bind_int64(statement, 2, alarm->server);
	sqlite3_bind_int64(statement, 3, alarm->object);
	sqlite3_bind_int(statement, 4, (int)alarm->scope);
	sqlite3_bind_text(statement, 5, alarm->metric, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 6, alarm->side);
	sqlite3_bind_int(statement, 7, (int)alarm->notification);
	sqlite3_bind_int(statement, 8, (int)alarm->severity);
	sqlite3_bind_text(statement, 9, alarm->rules, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 10, alarm->raised_ms);
	sqlite3_bind_int64(statement, 11, alarm->told_ms);
	sqlite3_bind_text(statement, 12, alarm->server_name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 13, alarm->object_name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 14, alarm->text, -1, SQLITE_STATIC);
	return store_run(store, statement);
}

int
store_delete_alarm(struct store *store, uint32_t id)
{
	sqlite3_stmt *statement = store_statement(store, ST_ALARM_DELETE);

	sqlite3_bind_int64(statement, 1, id);
	return store_run(store, statement);
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
			.server = (uint32_t)sqlite3_column_int64(query, 1),
			.object = (uint32_t)sqlite3_column_int64(query, 2),
			.scope = (enum snap_scope)sqlite3_column_int(query, 3),
			.metric = text_or_empty(query, 4),
			.side = (uint32_t)sqlite3_column_int64(query, 5),
			.notification = (enum snap_notification)sqlite3_column_int(query, 6),
			.severity = (enum snap_severity)sqlite3_column_int(query, 7),
			.rules = text_or_empty(query, 8),
			.raised_ms = sqlite3_column_int64(query, 9),
			.told_ms = sqlite3_column_int64(query, 10),
			.server_name = text_or_empty(query, 11),
			.object_name = text_or_empty(query, 12),
			.text = text_or_empty(query, 13),
		};

		fn(ctx, &alarm);
	}
	sqlite3_reset(query);
}

int
store_save_rule(struct store *store, const struct store_rule *rule)
{
	sqlite3_stmt *statement = store_statement(store, ST_RULE_SAVE);

	sqlite3_bind_int64(statement, 1, rule->number);
	sqlite3_bind_text(statement, 2, rule->name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, (sqlite3_int64)rule->raised);
	sqlite3_bind_int64(statement, 4, (sqlite3_int64)rule->would_raise);
	sqlite3_bind_int64(statement, 5, rule->last_raise);
	return store_run(store, statement);
}

void
store_load_rules(struct store *store, store_rule_fn fn, void *ctx)
{
	sqlite3_stmt *query = store_statement(store, ST_RULE_LOAD);

	while (store_row(store, query) == 1) {
		const struct store_rule rule = {
			.number = (uint32_t)sqlite3_column_int64(query, 0),
			.name = text_or_empty(query, 1),
			.raised = (uint64_t)sqlite3_column_int64(query, 2),
			.would_raise = (uint64_t)sqlite3_column_int64(query, 3),
			.last_raise = sqlite3_column_int64(query, 4),
		};

		fn(ctx, &rule);
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
	sqlite3_bind_int(statement, 18, (int)event->raise_note);
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
			.raise_note = (enum snap_notification)sqlite3_column_int(query, 17),
		};

		fn(ctx, &event);
	}
	sqlite3_reset(query);
}
