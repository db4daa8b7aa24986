/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snap_pack.h"
#include "snap_row.h"

#define ROWS 3000u

/* A row with a field of each kind, between others that keep it from being tidy. */
struct row {
	uint32_t key[2];
	uint8_t small;
	uint16_t short_number;
	const char *text;
	uint32_t number, level;
	uint64_t large;
	int64_t time;
	int32_t rate;
	const char *other;
	struct snap_totals totals;
};

static const struct snap_field fields[] = {
	{offsetof(struct row, small), SNAP_FIELD_U8},
	{offsetof(struct row, short_number), SNAP_FIELD_U16},
	{offsetof(struct row, text), SNAP_FIELD_TEXT},
	{offsetof(struct row, number), SNAP_FIELD_U32},
	{offsetof(struct row, level), SNAP_FIELD_LEVEL},
	{offsetof(struct row, large), SNAP_FIELD_U64},
	{offsetof(struct row, time), SNAP_FIELD_TIME},
	{offsetof(struct row, rate), SNAP_FIELD_RATE},
	{offsetof(struct row, other), SNAP_FIELD_TEXT},
	{offsetof(struct row, totals), SNAP_FIELD_TOTALS},
};

static const struct snap_shape shape = {sizeof(struct row), 2, sizeof fields / sizeof fields[0],
					fields};

static const struct snap_totals unknown = {
	SNAP_NONE64, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64,
	SNAP_NONE64, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64,
};

static struct row
absent_row(uint32_t first, uint32_t second)
{
	return (struct row){.key = {first, second},
			    .level = SNAP_NONE32,
			    .time = SNAP_NO_TIME,
			    .rate = SNAP_NONE_RATE,
			    .totals = unknown};
}

static void
assert_text_equal(const char *a, const char *b)
{
	if (b == NULL)
		assert_null(a);
	else
		assert_string_equal(a, b);
}

static void
assert_row_equal(const struct row *a, const struct row *b)
{
	assert_memory_equal(a->key, b->key, sizeof a->key);
	assert_int_equal(a->small, b->small);
	assert_int_equal(a->short_number, b->short_number);
	assert_text_equal(a->text, b->text);
	assert_int_equal(a->number, b->number);
	assert_int_equal(a->level, b->level);
	assert_true(a->large == b->large);
	assert_true(a->time == b->time);
	assert_int_equal(a->rate, b->rate);
	assert_text_equal(a->other, b->other);
	assert_memory_equal(&a->totals, &b->totals, sizeof a->totals);
}

static struct snap_pack *
pack_of(const struct row *rows, uint32_t count)
{
	struct snap_packer *packer = snap_packer_new(&shape);
	struct snap_pack *pack;

	assert_non_null(packer);
	for (uint32_t i = 0; i < count; i++)
		snap_packer_add(packer, &rows[i]);
	assert_int_equal(snap_packer_count(packer), count);
	pack = snap_packer_finish(packer);
	assert_non_null(pack);
	assert_int_equal(snap_pack_count(pack), count);
	snap_packer_free(packer);
	return pack;
}

static void
assert_comes_back(const struct row *rows, uint32_t count)
{
	struct snap_pack *pack = pack_of(rows, count);
	struct row read;

	for (uint32_t i = 0; i < count; i++) {
		memset(&read, 0xa5, sizeof read);
		snap_pack_read(pack, i, &read);
		assert_row_equal(&read, &rows[i]);
		assert_memory_equal(snap_pack_keys(pack) + 2 * i, rows[i].key, sizeof rows[i].key);
	}
	free(pack);
}

static void
absent_values_come_back_absent(void **state)
{
	const struct row row = absent_row(7, 8);

	(void)state;
	assert_comes_back(&row, 1);
}

static void
the_ends_of_every_range_come_back(void **state)
{
	struct row rows[] = {absent_row(0, 0), absent_row(UINT32_MAX, UINT32_MAX),
			     absent_row(1, 1)};

	(void)state;
	rows[0].small = UINT8_MAX;
	rows[0].short_number = UINT16_MAX;
	rows[0].number = UINT32_MAX;
	rows[0].large = UINT64_MAX;
	rows[0].level = SNAP_NONE32 - 1;
	rows[0].rate = INT32_MAX;
	rows[0].time = UINT32_MAX;
	rows[0].totals = (struct snap_totals){.delivered_bytes = SNAP_NONE64 - 1, .complaints = 1};
	rows[1].rate = -INT32_MAX;
	rows[1].time = 0;
	rows[1].text = "";
	rows[1].level = 0;
	rows[1].totals = (struct snap_totals){0};
	rows[2].time = -1;
	rows[2].rate = -1;
	rows[2].totals.received = 0;
	assert_comes_back(rows, 3);
}

static uint32_t
any_number(void)
{
	return (uint32_t)rand() >> (unsigned)rand() % 31;
}

static struct row
any_row(uint32_t at, char texts[][16], uint32_t count)
{
	struct row row = absent_row(at / 2, at % 2);

	if (rand() % 2 == 0)
		row.text = texts[(uint32_t)rand() % count];
	if (rand() % 2 == 0)
		row.other = texts[(uint32_t)rand() % count];
	row.small = (uint8_t)rand();
	row.short_number = (uint16_t)any_number();
	row.number = any_number();
	row.level = any_number();
	row.large = (uint64_t)any_number() * any_number();
	row.time = rand() % 4 == 0 ? SNAP_NO_TIME : 1700000000 + (int64_t)any_number();
	row.rate = (int32_t)any_number() - (int32_t)any_number();
	if (rand() % 2 == 0)
		row.totals = (struct snap_totals){
			.received = any_number(),
			.delivered_bytes = (uint64_t)any_number() << 20,
			.remote_bounced = any_number(),
		};
	return row;
}

/* More texts than a packer remembers, so that some are found again and some are not. */
static void
any_rows_come_back(void **state)
{
	static struct row rows[ROWS];
	static char texts[2000][16];

	(void)state;
	srand(1);
	for (unsigned i = 0; i < 2000; i++)
		snprintf(texts[i], sizeof texts[i], "text %u", i);
	for (uint32_t i = 0; i < ROWS; i++)
		rows[i] = any_row(i, texts, 2000);
	assert_comes_back(rows, ROWS);
}

static void
a_text_that_changes_where_it_lies_is_another_text(void **state)
{
	struct snap_packer *packer = snap_packer_new(&shape);
	struct row row = absent_row(1, 1), read;
	struct snap_pack *pack;
	char text[8] = "one";

	(void)state;
	row.text = text;
	snap_packer_add(packer, &row);
	strcpy(text, "two");
	snap_packer_add(packer, &row);
	pack = snap_packer_finish(packer);
	strcpy(text, "lost");
	snap_pack_read(pack, 0, &read);
	assert_string_equal(read.text, "one");
	snap_pack_read(pack, 1, &read);
	assert_string_equal(read.text, "two");
	free(pack);
	snap_packer_free(packer);
}

static void
a_packer_makes_packs_that_know_nothing_of_each_other(void **state)
{
	struct snap_packer *packer = snap_packer_new(&shape);
	struct row row = absent_row(1, 1), read;
	struct snap_pack *first, *second;

	(void)state;
	row.text = "alike";
	row.time = 1700000000;
	snap_packer_add(packer, &row);
	first = snap_packer_finish(packer);
	row.time = 1800000000;
	snap_packer_add(packer, &row);
	second = snap_packer_finish(packer);
	free(first);
	snap_pack_read(second, 0, &read);
	assert_row_equal(&read, &row);
	free(second);
	snap_packer_free(packer);
}

static void
texts_that_rows_share_are_kept_once(void **state)
{
	static const char shared[] = "a text that is much longer than all else in a row of its own";
	static struct row rows[ROWS];
	struct snap_pack *pack;

	(void)state;
	for (uint32_t i = 0; i < ROWS; i++) {
		rows[i] = absent_row(i, 0);
		rows[i].text = rows[i].other = shared;
	}
	pack = pack_of(rows, ROWS);
	assert_true(snap_pack_size(pack) < ROWS * (sizeof shared / 2));
	free(pack);
}

static void
rows_without_a_value_are_passed_over(void **state)
{
	struct row rows[] = {absent_row(1, 0), absent_row(2, 0), absent_row(3, 0)};
	struct snap_pack *pack;

	(void)state;
	rows[2].level = 0;
	rows[1].totals = (struct snap_totals){0};
	pack = pack_of(rows, 3);
	assert_int_equal(snap_pack_skip(pack, 0, offsetof(struct row, level)), 2);
	assert_int_equal(snap_pack_skip(pack, 0, offsetof(struct row, totals)), 1);
	assert_int_equal(snap_pack_skip(pack, 0, offsetof(struct row, totals.complaints)), 1);
	assert_int_equal(snap_pack_skip(pack, 2, offsetof(struct row, totals)), 3);
	assert_int_equal(snap_pack_skip(pack, 0, offsetof(struct row, text)), 3);
	assert_int_equal(snap_pack_skip(pack, 1, offsetof(struct row, key)), 1);
	assert_int_equal(snap_pack_skip(pack, 1, offsetof(struct row, large)), 1);
	free(pack);
}

static void
a_pack_without_rows_is_one(void **state)
{
	(void)state;
	assert_comes_back(NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent_values_come_back_absent),
		cmocka_unit_test(the_ends_of_every_range_come_back),
		cmocka_unit_test(any_rows_come_back),
		cmocka_unit_test(a_text_that_changes_where_it_lies_is_another_text),
		cmocka_unit_test(a_packer_makes_packs_that_know_nothing_of_each_other),
		cmocka_unit_test(texts_that_rows_share_are_kept_once),
		cmocka_unit_test(rows_without_a_value_are_passed_over),
		cmocka_unit_test(a_pack_without_rows_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
