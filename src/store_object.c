/* SPDX-License-Identifier: BSD-2-Clause */
/* Named objects, their indexes and totals. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_db.h"

/* SQLite has signed 64-bit integers only; totals never come near the sign bit. */
static sqlite3_int64
signed_of(uint64_t number)
{
	return (sqlite3_int64)number;
}

static void
object_read(sqlite3_stmt *row, struct store_object *out)
{
	uint64_t *const totals[] = {
		&out->totals.received,	     &out->totals.delivered,  &out->totals.delivered_bytes,
		&out->totals.bounced,	     &out->totals.deferred,   &out->totals.queue_errors,
		&out->totals.remote_bounced, &out->totals.complaints,
	};

	out->index = (uint32_t)sqlite3_column_int64(row, 2);
	for (int i = 0; i < 8; i++)
		*totals[i] = (uint64_t)sqlite3_column_int64(row, 4 + i);
	out->last_delivery = sqlite3_column_int64(row, 12);
	out->discontinuity = sqlite3_column_int64(row, 13);
	out->last_active = sqlite3_column_int64(row, 14);
	out->throttled = (uint64_t)sqlite3_column_int64(row, 15);
}

static void
counter_name(char out[32], enum store_kind kind)
{
	snprintf(out, 32, "last.%d", (int)kind);
}

/* The highest index in the store. Objects are forgotten in time, their indexes never given again:
 * hence a number of its own beside the objects. */
static int
counter_read(struct store *store, struct store_counter *counter)
{
	char name[32];
	sqlite3_stmt *query = store_statement(store, ST_OBJECT_LAST);
	int row;

	counter_name(name, counter->kind);
	sqlite3_bind_int64(query, 1, counter->server);
	sqlite3_bind_int(query, 2, (int)counter->kind);
	row = store_row(store, query);
	if (row == 1)
		counter->last = (uint32_t)sqlite3_column_int64(query, 0);
	sqlite3_reset(query);
	counter->saved = (uint32_t)store_get_number(store, counter->server, name, 0);
	if (counter->saved > counter->last)
		counter->last = counter->saved;
	return row < 0 ? -1 : 0;
}

static struct store_counter *
counter_of(struct store *store, uint32_t server, enum store_kind kind)
{
	struct store_counter *counter;

	SLIST_FOREACH(counter, &store->counters, next)
	{
		if (counter->server == server && counter->kind == kind)
			return counter;
	}
	counter = calloc(1, sizeof *counter);
	if (counter == NULL)
		return NULL;
	counter->server = server;
	counter->kind = kind;
	if (counter_read(store, counter) != 0) {
		free(counter);
		return NULL;
	}
	SLIST_INSERT_HEAD(&store->counters, counter, next);
	return counter;
}

void
store_put_counters(struct store *store)
{
	const struct store_counter *counter;
	char name[32];

	SLIST_FOREACH(counter, &store->counters, next)
	{
		counter_name(name, counter->kind);
		if (counter->last != counter->saved)
			store_put_number(store, counter->server, name, counter->last);
	}
}

void
store_counters_saved(struct store *store)
{
	struct store_counter *counter;

	SLIST_FOREACH(counter, &store->counters, next)
	{
		counter->saved = counter->last;
	}
}

static int
next_index(struct store *store, uint32_t server, enum store_kind kind, uint32_t first,
	   uint32_t *out)
{
	struct store_counter *counter = counter_of(store, server, kind);

	if (counter == NULL)
		return -1;
	counter->last = counter->last + 1 < first ? first : counter->last + 1;
	*out = counter->last;
	return 0;
}

int
store_recall(struct store *store, uint32_t server, enum store_kind kind, const char *name,
	     uint32_t first_index, struct store_object *out, bool *found)
{
	sqlite3_stmt *query = store_statement(store, ST_OBJECT_FIND);
	int row;

	sqlite3_bind_int64(query, 1, server);
	sqlite3_bind_int(query, 2, (int)kind);
	sqlite3_bind_text(query, 3, name, -1, SQLITE_STATIC);
	row = store_row(store, query);
	if (row == 1)
		object_read(query, out);
	sqlite3_reset(query);
	*found = row == 1;
	if (row != 0)
		return row == 1 ? 0 : -1;
	*out = (struct store_object){.last_delivery = SNAP_NO_TIME};
	if (first_index == 0)
		return 0;
	if (next_index(store, server, kind, first_index, &out->index) != 0)
		return -1;
	/* The name is bound to its index at once, even if nothing is ever counted for it. Should
	 * the disk not take it, the caller's object is still dirty and will be saved later. */
	store_save(store, server, kind, name, out);
	return 0;
}

static void
object_bind(sqlite3_stmt *statement, uint32_t server, enum store_kind kind, const char *name,
	    const struct store_object *object)
{
	const struct snap_totals *totals = &object->totals;
	const uint64_t numbers[] = {
		totals->received, totals->delivered,	totals->delivered_bytes, totals->bounced,
		totals->deferred, totals->queue_errors, totals->remote_bounced,	 totals->complaints,
	};

	sqlite3_bind_int64(statement, 1, server);
	sqlite3_bind_int(statement, 2, (int)kind);
	sqlite3_bind_int64(statement, 3, object->index);
	sqlite3_bind_text(statement, 4, name, -1, SQLITE_STATIC);
	for (int i = 0; i < 8; i++)
		sqlite3_bind_int64(statement, 5 + i, signed_of(numbers[i]));
	sqlite3_bind_int64(statement, 13, object->last_delivery);
	sqlite3_bind_int64(statement, 14, object->discontinuity);
	sqlite3_bind_int64(statement, 15, object->last_active);
	sqlite3_bind_int64(statement, 16, signed_of(object->throttled));
}

int
store_save(struct store *store, uint32_t server, enum store_kind kind, const char *name,
	   const struct store_object *object)
{
	sqlite3_stmt *save = store_statement(store, ST_OBJECT_UPDATE);

	object_bind(save, server, kind, name, object);
	if (store_run(store, save) != 0)
		return -1;
	if (sqlite3_changes(store->db) > 0)
		return 0;
	save = store_statement(store, ST_OBJECT_SAVE);
	object_bind(save, server, kind, name, object);
	return store_run(store, save);
}

void
store_load(struct store *store, uint32_t server, int64_t since, store_object_fn fn, void *ctx)
{
	sqlite3_stmt *query = store_statement(store, ST_OBJECT_LOAD);
	struct store_object object;

	sqlite3_bind_int64(query, 1, server);
	sqlite3_bind_int64(query, 2, since);
	while (store_row(store, query) == 1) {
		object_read(query, &object);
		fn(ctx, (enum store_kind)sqlite3_column_int(query, 1),
		   (const char *)sqlite3_column_text(query, 3), &object);
	}
	sqlite3_reset(query);
}

void
store_forget(struct store *store, int64_t before)
{
	sqlite3_stmt *statement = store_statement(store, ST_OBJECT_FORGET);

	sqlite3_bind_int64(statement, 1, before);
	store_run(store, statement);
}
