/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_mib_values.c - each column of the fixture's full row reads what it must.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fixture.h"
#include "mib.h"
#include "mib_expectation.h"
#include "root.h"

#define TEXT_SIZE 300

static void
date_text(const unsigned char *d, char *text)
{
	snprintf(text, TEXT_SIZE, "%d-%d-%d,%d:%d:%d.%d,%c%d:%d", d[0] * 256 + d[1], d[2], d[3],
		 d[4], d[5], d[6], d[7], d[8], d[9], d[10]);
}

static void
oid_text(const struct value *value, char *text)
{
	size_t len = 0;

	assert_memory_equal(value->oid, mib_root, sizeof mib_root);
	len += (size_t)snprintf(text, TEXT_SIZE, "root");
	for (size_t i = MIB_ROOT_LEN; i < value->oid_len; i++)
		len += (size_t)snprintf(text + len, TEXT_SIZE - len, ".%" PRIu32, value->oid[i]);
}

static void
value_to_text(const struct value *value, const char *syntax, char *text)
{
	switch (value->type) {
	case VALUE_INTEGER:
		snprintf(text, TEXT_SIZE, "%" PRId32, value->n.integer);
		break;
	case VALUE_COUNTER64:
		snprintf(text, TEXT_SIZE, "%" PRIu64, value->n.u64);
		break;
	case VALUE_OCTETS:
		if (strcmp(syntax, "DateAndTime") == 0)
			date_text(value->octets, text);
		else
			snprintf(text, TEXT_SIZE, "%.*s", (int)value->octets_len,
				 (const char *)value->octets);
		break;
	case VALUE_OID:
		oid_text(value, text);
		break;
	default:
		snprintf(text, TEXT_SIZE, "%" PRIu32, value->n.u32);
	}
}

/* The OID of a column in the full row, which is the first of its part. */
static size_t
full_oid(const struct table *table, const struct table_column *column, uint32_t *oid)
{
	const struct snap_part *part = snapshot_common(&fixture_snapshot, table->part);
	size_t len = 0;

	oid[len++] = 1;
	oid[len++] = column->number;
	if (table->part < SNAP_SERVER_TABLES) {
		part = snapshot_server(&fixture_snapshot, FIXTURE_FULL)->part[table->part];
		oid[len++] = FIXTURE_FULL;
	}
	memcpy(oid + len, part->rows, part->key_len * sizeof *oid);
	return len + part->key_len;
}

static void
assert_column(const struct table *table, const struct table_column *column,
	      const struct mib_expectation *expectation)
{
	uint32_t oid[TABLE_SUFFIX_MAX];
	size_t len = full_oid(table, column, oid);
	char text[TEXT_SIZE];
	struct value value;

	assert_string_equal(column->name, expectation->column);
	assert_true(table_get(table, &fixture_snapshot, fixture_now, oid, len, &value));
	value_to_text(&value, column->syntax, text);
	if (strcmp(text, expectation->text) != 0)
		fail_msg("%s: %s, expected %s", column->name, text, expectation->text);
}

static void
every_column_reads_its_own_field(void **state)
{
	size_t count, next = 0;
	const struct table *const *tables = mib_tables(&count);

	(void)state;
	setenv("TZ", "UTC0", 1);
	tzset();
	for (size_t t = 0; t < count; t++) {
		for (size_t c = 0; c < tables[t]->column_count; c++, next++) {
			assert_true(next < mib_expectation_count);
			assert_column(tables[t], &tables[t]->columns[c], &mib_expectations[next]);
		}
	}
	assert_int_equal(next, mib_expectation_count);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_reads_its_own_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
