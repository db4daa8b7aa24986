/* SPDX-License-Identifier: BSD-2-Clause */
/* All tables of the MIB, over a row that has everything and one that has nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "fixture.h"
#include "mib.h"
#include "root.h"

#define INSTANCES_MAX 1000

struct instance {
	const struct table *table;
	uint32_t oid[TABLE_SUFFIX_MAX];
	size_t len;
};

static int
compare_oids(const uint32_t *a, size_t a_len, const uint32_t *b, size_t b_len)
{
	for (size_t i = 0; i < a_len && i < b_len; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return a_len < b_len ? -1 : a_len > b_len;
}

static const struct snap_part *
part_of(const struct table *table, bool full)
{
	if (table->part >= SNAP_SERVER_TABLES)
		return snapshot_common(&fixture_snapshot, table->part);
	return snapshot_server(&fixture_snapshot, full ? FIXTURE_FULL : FIXTURE_ABSENT)
		->part[table->part];
}

/* The OID of a column's instance in the full or in the absent row. */
static size_t
instance_oid(const struct table *table, const struct table_column *column, bool full, uint32_t *oid)
{
	const struct snap_part *part = part_of(table, full);
	const char *row = part->rows;
	size_t len = 0;

	oid[len++] = 1;
	oid[len++] = column->number;
	if (table->part < SNAP_SERVER_TABLES)
		oid[len++] = full ? FIXTURE_FULL : FIXTURE_ABSENT;
	else if (!full)
		row += part->row_size;
	memcpy(oid + len, row, part->key_len * sizeof *oid);
	return len + part->key_len;
}

static bool
get(const struct table *table, const struct table_column *column, bool full, struct value *value)
{
	uint32_t oid[TABLE_SUFFIX_MAX];
	size_t len = instance_oid(table, column, full, oid);

	return table_get(table, &fixture_snapshot, fixture_now, oid, len, value);
}

/* What the agent must put on the wire for a SYNTAX of the MIB. */
static enum value_type
type_of(const char *syntax)
{
	static const struct {
		const char *syntax;
		enum value_type type;
	} types[] = {
		{"INTEGER", VALUE_INTEGER},	   {"TruthValue", VALUE_INTEGER},
		{"PmtaSeverity", VALUE_INTEGER},   {"PmtaScope", VALUE_INTEGER},
		{"Gauge32", VALUE_GAUGE},	   {"Unsigned32", VALUE_GAUGE},
		{"PmtaIndex", VALUE_GAUGE},	   {"PmtaIndexOrZero", VALUE_GAUGE},
		{"Counter32", VALUE_COUNTER32},	   {"Counter64", VALUE_COUNTER64},
		{"SnmpAdminString", VALUE_OCTETS}, {"DateAndTime", VALUE_OCTETS},
		{"RowPointer", VALUE_OID},	   {"AutonomousType", VALUE_OID},
		{"Integer32", VALUE_INTEGER},	   {"PmtaScope", VALUE_INTEGER},
	};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(types[i].syntax, syntax) == 0)
			return types[i].type;
	fail_msg("no type for SYNTAX %s", syntax);
	return VALUE_INTEGER;
}

static void
tables_are_in_the_order_of_their_oids(void **state)
{
	uint32_t last[VALUE_OID_MAX], oid[VALUE_OID_MAX];
	size_t count, last_len = 0;
	const struct table *const *tables = mib_tables(&count);

	(void)state;
	assert_int_equal(count, 23);
	for (size_t t = 0; t < count; t++) {
		size_t len = mib_table_oid(tables[t], oid);

		assert_true(compare_oids(last, last_len, oid, len) < 0);
		memcpy(last, oid, sizeof last);
		last_len = len;
	}
}

static void
columns_of_a_table_ascend(void **state)
{
	size_t count;
	const struct table *const *tables = mib_tables(&count);

	(void)state;
	for (size_t t = 0; t < count; t++)
		for (size_t c = 1; c < tables[t]->column_count; c++)
			assert_true(tables[t]->columns[c - 1].number <
				    tables[t]->columns[c].number);
}

static void
every_column_answers_with_its_type_in_a_row_that_has_everything(void **state)
{
	size_t count;
	const struct table *const *tables = mib_tables(&count);

	(void)state;
	for (size_t t = 0; t < count; t++) {
		for (size_t c = 0; c < tables[t]->column_count; c++) {
			const struct table_column *column = &tables[t]->columns[c];
			struct value value;

			if (!get(tables[t], column, true, &value))
				fail_msg("%s has no instance", column->name);
			if (value.type != type_of(column->syntax))
				fail_msg("%s has type %d", column->name, value.type);
		}
	}
}

/* Columns told by the index alone, and what every notification must hold. */
static bool
always_there(const struct table *table, size_t column)
{
	if (table == &mib_event_table)
		return column < MIB_NOTIFICATION_OBJECTS &&
		       strcmp(table->columns[column].name, "pmtaEventSeverity") != 0 &&
		       strcmp(table->columns[column].name, "pmtaEventScope") != 0 &&
		       strcmp(table->columns[column].name, "pmtaEventTime") != 0;
	return strcmp(table->columns[column].name, "pmtaDeliveryTypeName") == 0 ||
	       strcmp(table->columns[column].name, "pmtaTopRow") == 0;
}

static void
no_column_has_an_instance_in_a_row_that_has_nothing(void **state)
{
	size_t count;
	const struct table *const *tables = mib_tables(&count);

	(void)state;
	for (size_t t = 0; t < count; t++) {
		for (size_t c = 0; c < tables[t]->column_count; c++) {
			const struct table_column *column = &tables[t]->columns[c];
			struct value value;

			if (get(tables[t], column, false, &value) != always_there(tables[t], c))
				fail_msg("%s", column->name);
		}
	}
}

/* GETs every column of every row, in the order of OIDs. */
static size_t
all_instances(struct instance *instances)
{
	size_t count, found = 0;
	const struct table *const *tables = mib_tables(&count);
	struct value value;

	for (size_t t = 0; t < count; t++) {
		for (size_t i = 0; i < 2 * tables[t]->column_count; i++) {
			const struct table_column *column = &tables[t]->columns[i / 2];
			struct instance *instance = &instances[found];

			if (!get(tables[t], column, i % 2 == 0, &value))
				continue;
			instance->table = tables[t];
			instance->len = instance_oid(tables[t], column, i % 2 == 0, instance->oid);
			found++;
		}
	}
	return found;
}

static void
next_of_each_instance_is_the_one_that_follows_it_in_its_table(void **state)
{
	struct instance instances[INSTANCES_MAX];
	size_t count = all_instances(instances);

	(void)state;
	assert_in_range(count, 225, INSTANCES_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct instance *at = &instances[i], *after = at + 1;
		bool last = i + 1 == count || after->table != at->table;
		uint32_t next[TABLE_SUFFIX_MAX];
		struct value value;
		size_t len;

		assert_int_equal(table_next(at->table, &fixture_snapshot, fixture_now, at->oid,
					    at->len, next, &len, &value),
				 !last);
		if (!last)
			assert_int_equal(compare_oids(next, len, after->oid, after->len), 0);
	}
}

/* A part whose rows begin with another key than the table's index says would be searched wrongly.
 */
static void
key_of_every_table_is_as_long_as_its_part_says(void **state)
{
	size_t count;
	const struct table *const *tables = mib_tables(&count);

	(void)state;
	for (size_t t = 0; t < count; t++)
		if (table_key_len(tables[t]) != part_of(tables[t], true)->key_len)
			fail_msg("%s", tables[t]->name);
}

static void
every_part_has_a_table(void **state)
{
	(void)state;
	for (enum snap_table part = SNAP_SERVER; part < SNAP_TABLES; part++) {
		assert_non_null(mib_table_of(part));
		assert_int_equal(mib_table_of(part)->part, part);
	}
	assert_null(mib_table_of(SNAP_TABLES));
	assert_ptr_equal(mib_table_of(SNAP_SERVER), &mib_server_table);
}

static void
assert_oid(const uint32_t *oid, size_t len, const uint32_t *tail, size_t tail_len)
{
	assert_int_equal(len, MIB_ROOT_LEN + tail_len);
	assert_memory_equal(oid, mib_root, sizeof mib_root);
	assert_memory_equal(oid + MIB_ROOT_LEN, tail, tail_len * sizeof *tail);
}

static const struct table_column *
column_named(const struct table *table, const char *name)
{
	for (size_t c = 0; c < table->column_count; c++)
		if (strcmp(table->columns[c].name, name) == 0)
			return &table->columns[c];
	fail_msg("%s has no column %s", table->name, name);
	return NULL;
}

/* The status of a reply with these codes must read so; NULL: must have no instance. */
static void
assert_status(uint32_t code, uint32_t enhanced, const char *expected)
{
	const struct table_column *column = column_named(&mib_reply_table, "replyStatus");
	const struct snap_reply reply = {.key = {1, code, enhanced}};
	const struct table_cell cell = {.snap = &fixture_snapshot, .row = &reply};
	struct value value;

	assert_int_equal(column->get(&cell, column, &value), expected != NULL);
	if (expected == NULL)
		return;
	assert_int_equal(value.octets_len, strlen(expected));
	assert_memory_equal(value.octets, expected, value.octets_len);
}

static void
reply_status_shows_the_codes_that_there_are(void **state)
{
	(void)state;
	assert_status(550, 5001001, "550 5.1.1");
	assert_status(421, 0, "421");
	assert_status(0, 4004007, "4.4.7");
	assert_status(599, 5999999, "599 5.999.999");
	assert_status(250, 2000000, "250 2.0.0");
	assert_status(0, 0, NULL);
}

static void
oids_hang_below_the_root(void **state)
{
	const uint32_t scalars[] = {1, 1}, down[] = {0, 1}, normal[] = {0, 4}, jobs[] = {1, 9};
	const uint32_t queues[] = {1, 4, 1}, replies[] = {1, 6, 4}, windows[] = {1, 6, 5};
	uint32_t oid[VALUE_OID_MAX];

	(void)state;
	assert_oid(oid, mib_scalars_oid(oid), scalars, 2);
	assert_oid(oid, mib_notification_oid(SNAP_NOTE_SERVER_DOWN, oid), down, 2);
	assert_oid(oid, mib_notification_oid(SNAP_NOTE_QUEUE_DEPTH_NORMAL, oid), normal, 2);
	assert_oid(oid, mib_table_oid(&mib_job_table, oid), jobs, 2);
	assert_oid(oid, mib_table_oid(&mib_queue_table, oid), queues, 3);
	assert_oid(oid, mib_table_oid(&mib_reply_table, oid), replies, 3);
	assert_oid(oid, mib_table_oid(&mib_class_window_table, oid), windows, 3);
}

static void
row_pointer_names_the_first_column_of_the_row(void **state)
{
	const uint32_t queue[] = {1, 4, 1, 1, 2, 3, 7}, server[] = {1, 2, 1, 1, 2, 3};
	const uint32_t event[] = {1, 13, 2, 1, 2, 7};
	uint32_t oid[VALUE_OID_MAX];

	(void)state;
	assert_oid(oid, mib_row_oid(&mib_queue_table, 3, 7, oid), queue, 7);
	assert_oid(oid, mib_row_oid(&mib_server_table, 3, 0, oid), server, 6);
	assert_oid(oid, mib_row_oid(&mib_event_table, 0, 7, oid), event, 6);
}

static void
row_pointer_is_zero_where_there_is_no_row(void **state)
{
	const uint32_t zero[] = {0, 0};
	uint32_t oid[VALUE_OID_MAX];

	(void)state;
	assert_int_equal(mib_row_oid(NULL, 3, 7, oid), 2);
	assert_memory_equal(oid, zero, sizeof zero);
	oid[0] = oid[1] = 9;
	assert_int_equal(mib_row_oid(&mib_queue_table, 0, 7, oid), 2);
	assert_memory_equal(oid, zero, sizeof zero);
	oid[0] = oid[1] = 9;
	assert_int_equal(mib_row_oid(&mib_queue_table, 3, 0, oid), 2);
	assert_memory_equal(oid, zero, sizeof zero);
	oid[0] = oid[1] = 9;
	assert_int_equal(mib_row_oid(&mib_queue_window_table, 3, 7, oid), 2);
	assert_memory_equal(oid, zero, sizeof zero);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_in_the_order_of_their_oids),
		cmocka_unit_test(columns_of_a_table_ascend),
		cmocka_unit_test(every_column_answers_with_its_type_in_a_row_that_has_everything),
		cmocka_unit_test(no_column_has_an_instance_in_a_row_that_has_nothing),
		cmocka_unit_test(next_of_each_instance_is_the_one_that_follows_it_in_its_table),
		cmocka_unit_test(key_of_every_table_is_as_long_as_its_part_says),
		cmocka_unit_test(every_part_has_a_table),
		cmocka_unit_test(reply_status_shows_the_codes_that_there_are),
		cmocka_unit_test(oids_hang_below_the_root),
		cmocka_unit_test(row_pointer_names_the_first_column_of_the_row),
		cmocka_unit_test(row_pointer_is_zero_where_there_is_no_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
