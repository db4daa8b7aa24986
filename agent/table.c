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

/* A place among the rows of a table: number of the server, of the page in its part, and of the row
 * on the page. */
struct cursor {
	const struct table *table;
	const struct snapshot *snap;
	uint32_t server, page, row;
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

/* Puts the cursor at the first row whose key is, or begins with, these len numbers; without one
 * where it would be, which may be behind the last row of a page. */
static void
cursor_rank(struct cursor *at, const uint32_t *key, unsigned len)
{
	const struct snap_part *part = cursor_part(at);

	at->page = at->row = 0;
	if (len == 0 || part->page_count == 0)
		return;
	at->page = snap_part_page(part, key[0]);
	at->row = snap_page_rank(part->pages[at->page].page, key, len);
}

static bool
cursor_is_at(const struct cursor *at, const uint32_t *key)
{
	const struct snap_part *part = cursor_part(at);
	const struct snap_page *page;

	if (at->page >= part->page_count)
		return false;
	page = part->pages[at->page].page;
	if (at->row >= page->count)
		return false;
	for (unsigned i = 0; i < table_key_len(at->table); i++)
		if (snap_page_key(page, at->row, i) != key[i])
			return false;
	return true;
}

/* Puts the cursor at the row with exactly this index. */
static bool
cursor_find(struct cursor *at, const uint32_t *index)
{
	if (has_server(at->table) && !cursor_find_server(at, *index++))
		return false;
	cursor_rank(at, index, table_key_len(at->table));
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
		cursor_rank(at, index, (unsigned)len);
		return;
	}
	cursor_rank(at, index, key_len);
	/* Not a search for the next key: that would wrap behind the last possible one. */
	if (cursor_is_at(at, index))
		at->row++;
}

/* Goes on to the next row that may have a value in the column: a large table may have none, and is
 * not searched for that. False at the end. */
static bool
cursor_settle(struct cursor *at, const struct table_column *column)
{
	for (; at->server < cursor_servers(at); at->server++) {
		const struct snap_part *part = cursor_part(at);

		for (; at->page < part->page_count; at->page++) {
			const struct snap_page *page = part->pages[at->page].page;

			at->row = snap_page_skip(page, at->row, column->offset);
			if (at->row < page->count)
				return true;
			at->row = 0;
		}
		at->page = 0;
	}
	return false;
}

static const struct snap_page *
cursor_page(const struct cursor *at)
{
	return cursor_part(at)->pages[at->page].page;
}

static bool
cursor_value(const struct cursor *at, const struct table_column *column, struct moment now,
	     struct value *out)
{
	union snap_room room;
	const struct table_cell cell = {
		.snap = at->snap,
		.server = has_server(at->table) ? &at->snap->servers[at->server] : NULL,
		.row = snap_page_row(cursor_page(at), at->row, &room),
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
		oid[len++] = snap_page_key(cursor_page(at), at->row, i);
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
		for (; cursor_settle(&at, &table->columns[column]); at.row++) {
			if (!cursor_value(&at, &table->columns[column], now, out))
				continue;
			*next_len = cursor_oid(&at, &table->columns[column], next);
			return true;
		}
		at.server = at.page = at.row = 0;
	}
	return false;
}
