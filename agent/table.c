/* SPDX-License-Identifier: BSD-2-Clause */
#include "table.h"

#include <string.h>

#define ENTRY_ARC 1 /* the row object is { table 1 } (RFC 2578, 7.7) */

/* Rows are searched by what they begin with. */
_Static_assert(offsetof(struct snap_delivery_type, key) == 0, "key first");
_Static_assert(offsetof(struct snap_vmta, key) == 0, "key first");
_Static_assert(offsetof(struct snap_queue, key) == 0, "key first");
_Static_assert(offsetof(struct snap_domain, key) == 0, "key first");
_Static_assert(offsetof(struct snap_class, key) == 0, "key first");
_Static_assert(offsetof(struct snap_job, key) == 0, "key first");
_Static_assert(offsetof(struct snap_source, key) == 0, "key first");
_Static_assert(offsetof(struct snap_provider, key) == 0, "key first");
_Static_assert(offsetof(struct snap_window, key) == 0, "key first");
_Static_assert(offsetof(struct snap_bounce, key) == 0, "key first");
_Static_assert(offsetof(struct snap_reply, key) == 0, "key first");
_Static_assert(offsetof(struct snap_event, key) == 0, "key first");
_Static_assert(offsetof(struct snap_threshold, key) == 0, "key first");
_Static_assert(offsetof(struct snap_alarm, key) == 0, "key first");

/* A place among the rows of a table: position of the server, and of the row in its part. */
struct cursor {
	const struct table *table;
	const struct snapshot *snap;
	uint32_t server, row;
};

static bool
has_server(const struct table *table)
{
	return table->part < SNAP_SERVER_TABLES;
}

unsigned
table_key_len(const struct table *table)
{
	return table->index_len - has_server(table);
}

static uint32_t
cursor_servers(const struct cursor *at)
{
	return has_server(at->table) ? at->snap->server_count : 1;
}

static const struct snap_part *
cursor_part(const struct cursor *at)
{
	if (!has_server(at->table))
		return snapshot_common(at->snap, at->table->part);
	return at->snap->servers[at->server].part[at->table->part];
}

static const void *
part_row(const struct snap_part *part, uint32_t row)
{
	return (const char *)part->rows + row * part->row_size;
}

/* Number i of a row's key. */
static uint32_t
part_key(const struct snap_part *part, uint32_t row, unsigned i)
{
	uint32_t number;

	memcpy(&number, (const char *)part_row(part, row) + i * sizeof number, sizeof number);
	return number;
}

/* True if the row's key is less than these len numbers, and does not begin with them. */
static inline bool
part_is_before(const struct snap_part *part, uint32_t row, const uint32_t *key, unsigned len)
{
	unsigned i = 0;

	while (i + 1 < len && part_key(part, row, i) == key[i])
		i++;
	return i < len && part_key(part, row, i) < key[i];
}

static inline uint32_t
part_search(const struct snap_part *part, const uint32_t *key, unsigned len)
{
	uint32_t low = 0, high = part->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (part_is_before(part, middle, key, len))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many rows are before those whose key is, or begins with, these len numbers: the position of
 * the first of them, or of the row that follows. */
static uint32_t
part_rank(const struct snap_part *part, const uint32_t *key, unsigned len)
{
	/* Nearly all keys are one number: for that case the compiler makes a loop of its own. */
	return len == 1 ? part_search(part, key, 1) : part_search(part, key, len);
}

static uint32_t
server_rank(const struct snapshot *snap, uint32_t index)
{
	uint32_t low = 0, high = snap->server_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (snap->servers[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
column_rank(const struct table *table, uint32_t number)
{
	size_t low = 0, high = table->column_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->columns[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Puts the cursor at this server, or at the one that follows. */
static bool
cursor_find_server(struct cursor *at, uint32_t index)
{
	at->server = server_rank(at->snap, index);
	return at->server < at->snap->server_count && at->snap->servers[at->server].index == index;
}

static bool
cursor_is_at(const struct cursor *at, const uint32_t *key)
{
	const struct snap_part *part = cursor_part(at);
	unsigned key_len = table_key_len(at->table);

	if (at->row >= part->count)
		return false;
	for (unsigned i = 0; i < key_len; i++)
		if (part_key(part, at->row, i) != key[i])
			return false;
	return true;
}

/* Puts the cursor at the row with exactly this index. */
static bool
cursor_find(struct cursor *at, const uint32_t *index)
{
	if (has_server(at->table) && !cursor_find_server(at, *index++))
		return false;
	at->row = part_rank(cursor_part(at), index, table_key_len(at->table));
	return cursor_is_at(at, index);
}

/* Puts the cursor behind the index, of which a part or nothing may be given, and more than all. */
static void
cursor_seek(struct cursor *at, const uint32_t *index, size_t len)
{
	unsigned key_len = table_key_len(at->table);

	if (has_server(at->table)) {
		if (len == 0 || !cursor_find_server(at, *index++))
			return;
		len--;
	}
	if (len < key_len) {
		/* The rows of a part of a key are behind it. */
		at->row = part_rank(cursor_part(at), index, (unsigned)len);
		return;
	}
	at->row = part_rank(cursor_part(at), index, key_len);
	/* Not a search for the next key: that would wrap behind the last possible one. */
	if (cursor_is_at(at, index))
		at->row++;
}

/* Goes on to the next server where this one has no more rows. False at the end. */
static bool
cursor_settle(struct cursor *at)
{
	while (at->server < cursor_servers(at)) {
		if (at->row < cursor_part(at)->count)
			return true;
		at->server++;
		at->row = 0;
	}
	return false;
}

static bool
cursor_value(const struct cursor *at, const struct table_column *column, struct moment now,
	     struct value *out)
{
	const struct table_cell cell = {
		.snap = at->snap,
		.server = has_server(at->table) ? &at->snap->servers[at->server] : NULL,
		.row = part_row(cursor_part(at), at->row),
		.now = now,
	};

	return column->get(&cell, column, out);
}

static size_t
cursor_oid(const struct cursor *at, const struct table_column *column, uint32_t *oid)
{
	size_t len = 0;

	oid[len++] = ENTRY_ARC;
	oid[len++] = column->number;
	if (has_server(at->table))
		oid[len++] = at->snap->servers[at->server].index;
	for (unsigned i = 0; i < table_key_len(at->table); i++)
		oid[len++] = part_key(cursor_part(at), at->row, i);
	return len;
}

bool
table_get(const struct table *table, const struct snapshot *snap, struct moment now,
	  const uint32_t *suffix, size_t len, struct value *out)
{
	struct cursor at = {.table = table, .snap = snap};
	size_t column;

	if (len != 2 + table->index_len || suffix[0] != ENTRY_ARC)
		return false;
	column = column_rank(table, suffix[1]);
	if (column == table->column_count || table->columns[column].number != suffix[1])
		return false;
	return cursor_find(&at, suffix + 2) && cursor_value(&at, &table->columns[column], now, out);
}

bool
table_next(const struct table *table, const struct snapshot *snap, struct moment now,
	   const uint32_t *suffix, size_t len, uint32_t *next, size_t *next_len, struct value *out)
{
	struct cursor at = {.table = table, .snap = snap};
	size_t column = 0;

	if (len > 0 && suffix[0] > ENTRY_ARC)
		return false;
	if (len > 1 && suffix[0] == ENTRY_ARC) {
		column = column_rank(table, suffix[1]);
		if (column < table->column_count && table->columns[column].number == suffix[1])
			cursor_seek(&at, suffix + 2, len - 2);
	}
	for (; column < table->column_count; column++) {
		for (; cursor_settle(&at); at.row++) {
			if (!cursor_value(&at, &table->columns[column], now, out))
				continue;
			*next_len = cursor_oid(&at, &table->columns[column], next);
			return true;
		}
		at.server = at.row = 0;
	}
	return false;
}
