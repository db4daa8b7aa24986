/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "survey.h"

#define SERVER 3
#define ROWS 5000
#define BLOCK 64

/* Columns by which of the rows have a value. */
enum { EVERY, NONE, LAST, RARE, COLUMNS };

static unsigned looks; /* at cells, so far */

static bool
has_value(size_t column, uint32_t key)
{
	switch (column) {
	case EVERY:
		return true;
	case LAST:
		return key == ROWS;
	case RARE:
		/* Neighbours too, and far ones, across more than a word of bits. */
		return key % 700 < 2 || key == 4900;
	default:
		return false;
	}
}

static bool
get_cell(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct snap_vmta *row = cell->row;

	looks++;
	return has_value(column->offset, row->key) && value_gauge(out, row->key);
}

static const struct table_column columns[COLUMNS] = {
	{1, "every", "Gauge32", get_cell, EVERY},
	{2, "none", "Gauge32", get_cell, NONE},
	{3, "last", "Gauge32", get_cell, LAST},
	{4, "rare", "Gauge32", get_cell, RARE},
};

static const struct table vmtas = {
	.name = "vmtas",
	.part = SNAP_VMTA,
	.index_len = 2,
	.columns = columns,
	.column_count = COLUMNS,
};

/* Shows the same part under another name, as pmtaTrafficTable does the servers. */
static const struct table augmenting = {
	.name = "augmenting",
	.part = SNAP_VMTA,
	.index_len = 2,
	.columns = columns,
	.column_count = NONE + 1,
};
static const struct table *const tables[] = {&vmtas, &augmenting};

static struct snap_part *
part_of(uint32_t count)
{
	struct snap_part *part = snap_part_new(count, sizeof(struct snap_vmta), 1);
	struct snap_vmta *rows = (struct snap_vmta *)(uintptr_t)part->rows;

	for (uint32_t i = 0; i < count; i++)
		rows[i].key = i + 1;
	return part;
}

/* A snapshot of one server with these VirtualMTAs, of which it gets a reference of its own. */
static struct snapshot *
snapshot_of(struct snap_part *part)
{
	struct snapshot *snap = snapshot_new(1);
	struct snap_server_parts *server = (struct snap_server_parts *)(uintptr_t)snap->servers;

	server->index = SERVER;
	for (int i = 0; i < SNAP_SERVER_TABLES; i++)
		server->part[i] = i == SNAP_VMTA ? snap_part_ref(part)
						 : snap_part_new(0, sizeof(struct snap_vmta), 1);
	snap->events = snap_part_new(0, sizeof(struct snap_event), 1);
	snap->thresholds = snap_part_new(0, sizeof(struct snap_threshold), 1);
	snap->alarms = snap_part_new(0, sizeof(struct snap_alarm), 1);
	return snap;
}

static struct survey *
survey_of(struct snap_part *part, const struct survey *previous)
{
	const struct survey_options options = {tables, sizeof tables / sizeof tables[0], BLOCK};
	struct survey *survey = survey_new(snapshot_of(part), previous, &options);

	assert_non_null(survey);
	return survey;
}

static void
no_row_with_a_value_is_skipped_and_no_block_without_one_is_looked_at(void **state)
{
	struct snap_part *part = part_of(ROWS);
	struct survey *survey = survey_of(part, NULL);

	(void)state;
	for (size_t column = 0; column < COLUMNS; column++) {
		for (uint32_t row = 0; row <= ROWS; row++) {
			uint32_t to = survey_skip(survey, &vmtas, 0, column, row);
			bool worth = to == ROWS;

			assert_in_range(to, row, ROWS);
			for (uint32_t r = row; r < to; r++)
				assert_false(has_value(column, r + 1));
			for (uint32_t r = to - to % BLOCK; r < to - to % BLOCK + BLOCK; r++)
				worth |= r < ROWS && has_value(column, r + 1);
			assert_true(worth);
		}
	}
	survey_free(survey);
	snap_part_unref(part);
}

static void
next_value_is_found_with_few_looks_however_many_rows_have_none(void **state)
{
	const uint32_t first_of_none[] = {1, 2};
	struct snap_part *part = part_of(ROWS);
	struct survey *survey = survey_of(part, NULL);
	uint32_t next[TABLE_SUFFIX_MAX];
	struct value value;
	size_t len;

	(void)state;
	looks = 0;
	assert_true(table_next(&vmtas, survey_snapshot(survey), survey, (struct moment){0},
			       first_of_none, 2, next, &len, &value));
	assert_int_equal(value.n.u32, ROWS);
	assert_int_equal(next[1], 3);
	assert_in_range(looks, 1, BLOCK);
	survey_free(survey);
	snap_part_unref(part);
}

static void
part_that_did_not_change_is_not_looked_at_again(void **state)
{
	struct snap_part *part = part_of(ROWS), *other = part_of(ROWS);
	struct survey *first = survey_of(part, NULL), *second, *third;

	(void)state;
	looks = 0;
	second = survey_of(part, first);
	assert_int_equal(looks, 0);
	survey_free(first);
	assert_int_equal(survey_skip(second, &vmtas, 0, LAST, 0), ROWS - ROWS % BLOCK);
	third = survey_of(other, second);
	assert_true(looks > 0);
	survey_free(second);
	assert_int_equal(survey_skip(third, &vmtas, 0, LAST, 0), ROWS - ROWS % BLOCK);
	survey_free(third);
	snap_part_unref(part);
	snap_part_unref(other);
}

static void
nothing_is_skipped_in_a_short_part_another_table_or_without_a_survey(void **state)
{
	struct snap_part *part = part_of(ROWS), *shorter = part_of(BLOCK - 1);
	struct survey *survey = survey_of(part, NULL), *of_shorter = survey_of(shorter, NULL);

	(void)state;
	assert_int_equal(survey_skip(survey, &vmtas, 0, NONE, 5), ROWS);
	assert_int_equal(survey_skip(survey, &augmenting, 0, NONE, 5), 5);
	assert_int_equal(survey_skip(of_shorter, &vmtas, 0, NONE, 5), 5);
	assert_int_equal(survey_skip(NULL, &vmtas, 0, NONE, 5), 5);
	survey_free(survey);
	survey_free(of_shorter);
	snap_part_unref(part);
	snap_part_unref(shorter);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			no_row_with_a_value_is_skipped_and_no_block_without_one_is_looked_at),
		cmocka_unit_test(next_value_is_found_with_few_looks_however_many_rows_have_none),
		cmocka_unit_test(part_that_did_not_change_is_not_looked_at_again),
		cmocka_unit_test(
			nothing_is_skipped_in_a_short_part_another_table_or_without_a_survey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
