/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table server against a naive model: random servers, rows and holes; every answer is compared
 * with a list of all instances that is sorted and scanned from its beginning.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

#define SERVERS_MAX 4
#define ROWS_MAX 6
#define COLUMNS 4
#define INSTANCES_MAX (SERVERS_MAX * ROWS_MAX * COLUMNS)
#define SUFFIX_MAX (TABLE_SUFFIX_MAX + 3)
#define ROUNDS 2000
#define QUERIES 100

/* A row of a table that is not in the MIB: key first, then which columns have a value. */
struct row {
	uint32_t key[TABLE_KEY_MAX]; /* what is behind the table's key is noise */
	uint32_t has;
	uint32_t seed;
};

struct instance {
	uint32_t oid[TABLE_SUFFIX_MAX];
	size_t len;
	uint32_t value;
};

struct world {
	struct table table;
	struct snapshot snap;
	struct snap_server_parts servers[SERVERS_MAX];
	struct snap_part parts[SERVERS_MAX];
	struct snap_part nothing;
	struct row rows[SERVERS_MAX][ROWS_MAX];
	struct instance instances[INSTANCES_MAX];
	size_t count;
};

static const struct moment now = {.wall_ms = 1, .mono_ms = 1};

static bool
get_cell(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct row *row = cell->row;

	return (row->has & 1U << column->offset) != 0 &&
	       value_gauge(out, row->seed * COLUMNS + (uint32_t)column->offset);
}

/* Numbers with gaps, from the least to the greatest. */
static const struct table_column columns[COLUMNS] = {
	{0, "a", "Gauge32", get_cell, 0},
	{2, "b", "Gauge32", get_cell, 1},
	{3, "c", "Gauge32", get_cell, 2},
	{UINT32_MAX, "d", "Gauge32", get_cell, 3},
};

/* A generator of our own: the same worlds in every run. */
static uint32_t seed;

static uint32_t
rnd(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)seed * below >> 32);
}

/* Numbers that lie near each other and near both ends. */
static uint32_t
rnd_number(void)
{
	switch (rnd(6)) {
	case 0:
		return UINT32_MAX - rnd(2);
	case 1:
		return rnd(2);
	default:
		return rnd(9);
	}
}

static int
compare_oids(const uint32_t *a, size_t a_len, const uint32_t *b, size_t b_len)
{
	for (size_t i = 0; i < a_len && i < b_len; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return a_len < b_len ? -1 : a_len > b_len;
}

/* Order and length of the keys that are being made. */
static unsigned key_len;

static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return compare_oids(x->key, key_len, y->key, key_len);
}

static int
compare_numbers(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x < y ? -1 : x > y;
}

/* Fills numbers[] with ascending ones, no two alike; returns how many. */
static uint32_t
ascending(uint32_t *numbers, uint32_t most)
{
	uint32_t count = rnd(most + 1), kept = 0;

	for (uint32_t i = 0; i < count; i++)
		numbers[i] = rnd_number();
	qsort(numbers, count, sizeof *numbers, compare_numbers);
	for (uint32_t i = 0; i < count; i++)
		if (kept == 0 || numbers[i] != numbers[kept - 1])
			numbers[kept++] = numbers[i];
	return kept;
}

static int
compare_instances(const void *a, const void *b)
{
	const struct instance *x = a, *y = b;

	return compare_oids(x->oid, x->len, y->oid, y->len);
}

/* Fills rows[] with ascending ones, no two keys alike; returns how many. */
static uint32_t
ascending_rows(struct row *rows, uint32_t most)
{
	uint32_t count = rnd(most + 1), kept = 0;

	for (uint32_t i = 0; i < count; i++)
		for (int k = 0; k < TABLE_KEY_MAX; k++)
			/* Many begin alike. */
			rows[i].key[k] = i > 0 && rnd(2) != 0 ? rows[i - 1].key[k] : rnd_number();
	qsort(rows, count, sizeof *rows, compare_rows);
	for (uint32_t i = 0; i < count; i++)
		if (kept == 0 || compare_rows(&rows[i], &rows[kept - 1]) != 0)
			rows[kept++] = rows[i];
	return kept;
}

static void
add_instances(struct world *w, const uint32_t *server, const struct row *row)
{
	for (uint32_t c = 0; c < COLUMNS; c++) {
		struct instance *instance = &w->instances[w->count];

		if ((row->has & 1U << c) == 0)
			continue;
		instance->len = 0;
		instance->oid[instance->len++] = 1;
		instance->oid[instance->len++] = columns[c].number;
		if (server != NULL)
			instance->oid[instance->len++] = *server;
		for (unsigned k = 0; k < key_len; k++)
			instance->oid[instance->len++] = row->key[k];
		instance->value = row->seed * COLUMNS + c;
		w->count++;
	}
}

static void
make_part(struct world *w, uint32_t place, const uint32_t *server)
{
	uint32_t count = ascending_rows(w->rows[place], ROWS_MAX);

	for (uint32_t r = 0; r < count; r++) {
		/* Often all columns, or none. */
		const uint32_t has[] = {0, ~0U, rnd(1U << COLUMNS), rnd(1U << COLUMNS)};
		struct row *row = &w->rows[place][r];

		row->has = has[rnd(4)];
		row->seed = place * ROWS_MAX + r;
		add_instances(w, server, row);
	}
	w->parts[place] = (struct snap_part){.refs = 1,
					     .count = count,
					     .key_len = key_len,
					     .row_size = sizeof(struct row),
					     .rows = w->rows[place]};
}

static void
make_world(struct world *w, enum snap_table part, unsigned keys)
{
	uint32_t indexes[SERVERS_MAX];

	key_len = keys;
	memset(w, 0, sizeof *w);
	w->nothing.rows = w->rows;
	w->table = (struct table){.part = part,
				  .index_len = keys + (part != SNAP_EVENT),
				  .columns = columns,
				  .column_count = COLUMNS};
	w->snap.servers = w->servers;
	w->snap.events = &w->nothing;
	if (part == SNAP_EVENT) {
		make_part(w, 0, NULL);
		w->snap.events = &w->parts[0];
	} else {
		w->snap.server_count = ascending(indexes, SERVERS_MAX);
	}
	for (uint32_t s = 0; s < w->snap.server_count; s++) {
		w->servers[s].index = indexes[s];
		for (int p = 0; p < SNAP_SERVER_TABLES; p++)
			w->servers[s].part[p] = &w->nothing;
		make_part(w, s, &indexes[s]);
		w->servers[s].part[part] = &w->parts[s];
	}
	qsort(w->instances, w->count, sizeof w->instances[0], compare_instances);
}

/* A suffix like those managers send: an instance, a part of one, more than one, or any numbers. */
static size_t
make_suffix(const struct world *w, uint32_t *suffix)
{
	size_t len = rnd(SUFFIX_MAX + 1);

	for (size_t i = 0; i < SUFFIX_MAX; i++)
		suffix[i] = i == 0 && rnd(8) != 0 ? 1 : rnd_number();
	if (w->count > 0 && rnd(2) != 0) {
		const struct instance *instance = &w->instances[rnd((uint32_t)w->count)];

		memcpy(suffix, instance->oid, instance->len * sizeof *suffix);
		if (rnd(2) != 0)
			len = instance->len;
		if (rnd(4) == 0)
			suffix[rnd((uint32_t)instance->len)] += rnd(2) != 0 ? 1 : UINT32_MAX;
	}
	return len;
}

static void
check_get(const struct world *w, const uint32_t *suffix, size_t len)
{
	const struct instance *expected = NULL;
	struct value value;
	bool found;

	for (size_t i = 0; i < w->count && expected == NULL; i++)
		if (compare_oids(w->instances[i].oid, w->instances[i].len, suffix, len) == 0)
			expected = &w->instances[i];
	found = table_get(&w->table, &w->snap, now, suffix, len, &value);
	assert_int_equal(found, expected != NULL);
	if (found)
		assert_int_equal(value.n.u32, expected->value);
}

static void
check_next(const struct world *w, const uint32_t *suffix, size_t len)
{
	const struct instance *expected = NULL;
	uint32_t next[TABLE_SUFFIX_MAX];
	struct value value;
	size_t next_len;
	bool found;

	for (size_t i = 0; i < w->count && expected == NULL; i++)
		if (compare_oids(w->instances[i].oid, w->instances[i].len, suffix, len) > 0)
			expected = &w->instances[i];
	found = table_next(&w->table, &w->snap, now, suffix, len, next, &next_len, &value);
	assert_int_equal(found, expected != NULL);
	if (!found)
		return;
	assert_int_equal(compare_oids(next, next_len, expected->oid, expected->len), 0);
	assert_int_equal(value.n.u32, expected->value);
}

static void
try_worlds(enum snap_table part, unsigned keys)
{
	uint32_t suffix[SUFFIX_MAX];
	struct world w;

	seed = 20261122 + part + keys;
	for (int round = 0; round < ROUNDS; round++) {
		make_world(&w, part, keys);
		for (int query = 0; query < QUERIES; query++) {
			size_t len = make_suffix(&w, suffix);

			check_get(&w, suffix, len);
			check_next(&w, suffix, len);
		}
	}
}

static void
table_by_server_and_key_answers_as_the_model_does(void **state)
{
	(void)state;
	try_worlds(SNAP_VMTA, 1);
}

static void
table_by_server_and_a_key_of_two_answers_as_the_model_does(void **state)
{
	(void)state;
	try_worlds(SNAP_VMTA_WINDOW, 2);
}

static void
table_by_server_and_a_key_of_three_answers_as_the_model_does(void **state)
{
	(void)state;
	try_worlds(SNAP_REPLY, 3);
}

static void
table_by_server_alone_answers_as_the_model_does(void **state)
{
	(void)state;
	try_worlds(SNAP_SERVER, 0);
}

static void
table_by_key_alone_answers_as_the_model_does(void **state)
{
	(void)state;
	try_worlds(SNAP_EVENT, 1);
}

static void
walk_from_the_table_itself_meets_every_instance_in_order(void **state)
{
	uint32_t at[TABLE_SUFFIX_MAX];
	struct value value;
	struct world w;

	(void)state;
	seed = 7;
	for (int round = 0; round < ROUNDS; round++) {
		size_t len = 0, met = 0;

		make_world(&w, SNAP_VMTA, 1 + rnd(TABLE_KEY_MAX));
		while (table_next(&w.table, &w.snap, now, at, len, at, &len, &value)) {
			assert_true(met < w.count);
			assert_int_equal(
				compare_oids(at, len, w.instances[met].oid, w.instances[met].len),
				0);
			met++;
		}
		assert_int_equal(met, w.count);
	}
}

static void
empty_snapshot_has_no_instance(void **state)
{
	const uint32_t suffix[] = {1, 0, 1, 1, 1, 1, 1};
	const enum snap_table parts[] = {SNAP_SERVER, SNAP_EVENT, SNAP_VMTA_WINDOW, SNAP_REPLY};
	uint32_t next[TABLE_SUFFIX_MAX];
	struct value value;
	size_t next_len;
	struct world w;

	(void)state;
	for (unsigned keys = 0; keys <= TABLE_KEY_MAX; keys++) {
		make_world(&w, parts[keys], keys);
		w.snap.server_count = 0;
		w.snap.events = &w.nothing;
		for (size_t len = 0; len <= sizeof suffix / sizeof suffix[0]; len++) {
			assert_false(table_get(&w.table, &w.snap, now, suffix, len, &value));
			assert_false(table_next(&w.table, &w.snap, now, suffix, len, next,
						&next_len, &value));
		}
	}
}

static struct table_cell told;

static bool
get_told(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	told = *cell;
	return value_gauge(out, column->number);
}

static void
getter_is_told_its_row_server_and_time(void **state)
{
	static const struct table_column column = {5, "e", "Gauge32", get_told, 0};
	const uint32_t by_key[] = {1, 5, 8}, by_both[] = {1, 5, 3, 8};
	struct row row = {.key = {8}};
	struct snap_part part = {1, 1, 1, sizeof row, &row, NULL};
	struct snap_server_parts server = {.index = 3, .part = {[SNAP_JOB] = &part}};
	const struct snapshot snap = {.server_count = 1, .servers = &server, .events = &part};
	struct table table = {
		.part = SNAP_JOB, .index_len = 2, .columns = &column, .column_count = 1};
	struct value value;

	(void)state;
	assert_true(table_get(&table, &snap, now, by_both, 4, &value));
	assert_ptr_equal(told.row, &row);
	assert_ptr_equal(told.server, &server);
	assert_ptr_equal(told.snap, &snap);
	assert_int_equal(told.now.wall_ms, now.wall_ms);
	table.part = SNAP_EVENT;
	table.index_len = 1;
	assert_true(table_get(&table, &snap, now, by_key, 3, &value));
	assert_ptr_equal(told.row, &row);
	assert_null(told.server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_by_server_and_key_answers_as_the_model_does),
		cmocka_unit_test(table_by_server_and_a_key_of_two_answers_as_the_model_does),
		cmocka_unit_test(table_by_server_and_a_key_of_three_answers_as_the_model_does),
		cmocka_unit_test(table_by_server_alone_answers_as_the_model_does),
		cmocka_unit_test(table_by_key_alone_answers_as_the_model_does),
		cmocka_unit_test(walk_from_the_table_itself_meets_every_instance_in_order),
		cmocka_unit_test(empty_snapshot_has_no_instance),
		cmocka_unit_test(getter_is_told_its_row_server_and_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
