/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "mib.h"
#include "snap_shape.h"

/* Every column must read the same from a row that was packed, and be found: else its field is not
 * in the shape. */
static void
assert_columns_equal(const struct table *table, const struct table_cell *plain,
		     const struct table_cell *packed, const struct snap_pack *pack)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const struct table_column *column = &table->columns[i];
		struct value a = {0}, b = {0};
		const bool shown = column->get(plain, column, &a);

		if (column->get(packed, column, &b) != shown)
			fail_msg("%s: %s", column->name, shown ? "lost" : "out of nowhere");
		if (shown && snap_pack_skip(pack, 0, column->offset) != 0)
			fail_msg("%s is passed over", column->name);
		if (!shown)
			continue;
		assert_int_equal(a.type, b.type);
		if (a.type == VALUE_OCTETS)
			assert_true(a.octets_len == b.octets_len &&
				    memcmp(a.octets, b.octets, a.octets_len) == 0);
		else
			assert_memory_equal(&a.n, &b.n, sizeof a.n);
	}
}

static void
assert_survives(const struct table *table, const struct snap_shape *shape, uint32_t server)
{
	struct snap_packer *packer = snap_packer_new(shape);
	const struct snap_server_parts *parts = snapshot_server(&fixture_snapshot, server);
	struct table_cell plain = {.snap = &fixture_snapshot, .server = parts, .now = fixture_now};
	struct table_cell packed = plain;
	struct snap_pack *pack;
	union snap_room room;

	assert_non_null(packer);
	plain.row = snap_part_row(parts->part[table->part], 0, NULL);
	snap_packer_add(packer, plain.row);
	pack = snap_packer_finish(packer);
	assert_non_null(pack);
	memset(&room, 0xa5, sizeof room);
	snap_pack_read(pack, 0, &room);
	packed.row = &room;
	assert_memory_equal(&room, plain.row, shape->key_len * sizeof(uint32_t));
	assert_columns_equal(table, &plain, &packed, pack);
	free(pack);
	snap_packer_free(packer);
}

static void
every_column_of_a_packed_row_is_what_it_was(void **state)
{
	size_t count;
	const struct table *const *tables = mib_tables(&count);
	unsigned packed = 0;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct snap_shape *shape = snap_shape_of(tables[i]->part);

		if (shape == NULL)
			continue;
		assert_survives(tables[i], shape, FIXTURE_FULL);
		assert_survives(tables[i], shape, FIXTURE_ABSENT);
		packed++;
	}
	assert_int_equal(packed, 12);
}

static void
a_shape_fits_its_room_and_its_mask(void **state)
{
	(void)state;
	for (int table = 0; table < SNAP_SERVER_TABLES; table++) {
		const struct snap_shape *shape = snap_shape_of((enum snap_table)table);

		if (shape == NULL)
			continue;
		assert_in_range(shape->field_count, 1, SNAP_FIELDS_MAX);
		assert_in_range(shape->row_size, 1, sizeof(union snap_room));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_of_a_packed_row_is_what_it_was),
		cmocka_unit_test(a_shape_fits_its_room_and_its_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
