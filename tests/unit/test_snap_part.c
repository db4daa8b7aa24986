/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts and their pages, against a plain array of keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "snap_part.h"

#define KEYS 60
#define PAGES_MAX 8
#define ROUNDS 3000

struct row {
	uint32_t key;
	uint32_t stamp;
	char text[8];
};

static struct snap_page *
page_with(const uint32_t *keys, uint32_t count, uint32_t stamp)
{
	struct snap_page *page = snap_page_new(count, sizeof(struct row));
	struct row *rows = page->rows;

	for (uint32_t i = 0; i < count; i++) {
		rows[i].key = keys[i];
		rows[i].stamp = stamp;
	}
	return page;
}

static struct snap_part *
part_of(struct snap_place *places, uint32_t count)
{
	const struct snap_part nothing = {.key_len = 1};
	struct snap_part *part = snap_part_splice(&nothing, 0, 0, places, count);

	for (uint32_t i = 0; i < count; i++)
		snap_page_unref(places[i].page);
	return part;
}

/* Rows 2 and 5, none, rows 10 and 11. */
static struct snap_part *
three_pages(void)
{
	static const uint32_t keys[] = {2, 5, 10, 11};
	struct snap_place places[] = {{page_with(keys, 2, 0), 0, 0},
				      {page_with(NULL, 0, 0), 6, 0},
				      {page_with(keys + 2, 2, 0), 8, 0}};

	return part_of(places, 3);
}

static uint32_t
key_at(const struct snap_part *part, uint32_t at)
{
	return ((const struct row *)snap_part_row(part, at, NULL))->key;
}

static void
rows_are_counted_and_found_across_pages(void **state)
{
	struct snap_part *part = three_pages();

	(void)state;
	assert_int_equal(part->count, 4);
	assert_int_equal(key_at(part, 0), 2);
	assert_int_equal(key_at(part, 1), 5);
	assert_int_equal(key_at(part, 2), 10);
	assert_int_equal(key_at(part, 3), 11);
	assert_ptr_equal(snap_part_find(part, 10, NULL), snap_part_row(part, 2, NULL));
	for (uint32_t key = 0; key < 20; key++)
		assert_int_equal(snap_part_find(part, key, NULL) != NULL,
				 key == 2 || key == 5 || key == 10 || key == 11);
	assert_null(snap_part_find(part, UINT32_MAX, NULL));
	snap_part_unref(part);
}

static void
a_number_belongs_to_the_last_page_that_begins_at_or_before_it(void **state)
{
	struct snap_part *part = three_pages();

	(void)state;
	assert_int_equal(snap_part_page(part, 0), 0);
	assert_int_equal(snap_part_page(part, 5), 0);
	assert_int_equal(snap_part_page(part, 6), 1);
	assert_int_equal(snap_part_page(part, 7), 1);
	assert_int_equal(snap_part_page(part, 8), 2);
	assert_int_equal(snap_part_page(part, UINT32_MAX), 2);
	snap_part_unref(part);
}

static void
a_part_without_pages_has_no_rows(void **state)
{
	struct snap_part *part = part_of(NULL, 0);

	(void)state;
	assert_int_equal(part->count, 0);
	assert_int_equal(snap_part_page(part, 7), 0);
	assert_null(snap_part_find(part, 0, NULL));
	snap_part_unref(part);
}

/* Where rows came before the first page, or all pages before it went. */
static void
the_first_page_begins_with_0_whichever_it_is(void **state)
{
	struct snap_part *part = three_pages();
	struct snap_part *rest = snap_part_splice(part, 0, 2, NULL, 0);

	(void)state;
	assert_int_equal(rest->page_count, 1);
	assert_int_equal(rest->pages[0].from, 0);
	assert_int_equal(rest->count, 2);
	assert_int_equal(key_at(rest, 0), 10);
	assert_int_equal(part->pages[2].from, 8);
	snap_part_unref(part);
	snap_part_unref(rest);
}

/* The sanitizer sees a page freed too early, or never. */
static void
a_page_lives_as_long_as_the_last_part_that_has_it(void **state)
{
	static const uint32_t keys[] = {6, 7};
	struct snap_place place = {page_with(keys, 2, 1), 6, 0};
	struct snap_part *part = three_pages();
	struct snap_page *kept = part->pages[2].page, *replaced = part->pages[1].page;
	struct snap_part *next = snap_part_splice(part, 1, 2, &place, 1);

	(void)state;
	snap_page_unref(place.page);
	assert_int_equal(kept->refs, 2);
	assert_int_equal(replaced->refs, 1);
	assert_int_equal(place.page->refs, 1);
	snap_part_unref(part);
	assert_int_equal(kept->refs, 1);
	assert_int_equal(next->count, 6);
	assert_int_equal(key_at(next, 2), 6);
	assert_int_equal(key_at(next, 5), 11);
	snap_part_unref(next);
}

static void
nothing_may_be_given_back_or_made_a_part(void **state)
{
	(void)state;
	snap_page_unref(NULL);
	assert_null(snap_part_new(NULL, 1));
}

static uint32_t seed = 20261122;

static uint32_t
rnd(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)seed * below >> 32);
}

/* Pages of some of the keys from one to before another. Notes their rows in stamps[]. */
static uint32_t
random_pages(struct snap_place *places, uint32_t from, uint32_t to, uint32_t stamp,
	     uint32_t *stamps)
{
	const uint32_t count = from < to ? rnd(PAGES_MAX / 2) : 0;
	uint32_t keys[KEYS];

	memset(stamps + from, 0, (to - from) * sizeof *stamps);
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t end = i + 1 < count ? from + rnd(to - from + 1) : to;
		uint32_t used = 0;

		places[i].from = from;
		for (; from < end; from++) {
			if (rnd(3) == 0)
				continue;
			keys[used++] = from;
			stamps[from] = stamp;
		}
		places[i].page = page_with(keys, used, stamp);
	}
	return count;
}

static void
assert_rows(const struct snap_part *part, const uint32_t stamps[KEYS])
{
	uint32_t at = 0;

	for (uint32_t key = 0; key < KEYS; key++) {
		const struct row *row = snap_part_find(part, key, NULL);

		assert_int_equal(row != NULL, stamps[key] != 0);
		if (row == NULL)
			continue;
		assert_int_equal(row->stamp, stamps[key]);
		assert_ptr_equal(snap_part_row(part, at++, NULL), row);
	}
	assert_int_equal(part->count, at);
}

static void
pages_in_place_of_others_leave_no_gap_and_no_double(void **state)
{
	struct snap_part *part = part_of(NULL, 0);
	uint32_t stamps[KEYS] = {0};

	(void)state;
	for (uint32_t round = 1; round <= ROUNDS; round++) {
		const uint32_t first = rnd(part->page_count + 1);
		const uint32_t end = first + rnd(part->page_count - first + 1);
		const uint32_t from = first > 0 && first < part->page_count
					      ? part->pages[first].from
					      : (first > 0 ? KEYS : 0);
		const uint32_t to = end < part->page_count ? part->pages[end].from : KEYS;
		struct snap_place places[PAGES_MAX];
		const uint32_t count = random_pages(places, from, to, round, stamps);
		struct snap_part *next = snap_part_splice(part, first, end, places, count);

		for (uint32_t i = 0; i < count; i++)
			snap_page_unref(places[i].page);
		snap_part_unref(part);
		part = next;
		assert_rows(part, stamps);
	}
	snap_part_unref(part);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_counted_and_found_across_pages),
		cmocka_unit_test(a_number_belongs_to_the_last_page_that_begins_at_or_before_it),
		cmocka_unit_test(a_part_without_pages_has_no_rows),
		cmocka_unit_test(the_first_page_begins_with_0_whichever_it_is),
		cmocka_unit_test(a_page_lives_as_long_as_the_last_part_that_has_it),
		cmocka_unit_test(nothing_may_be_given_back_or_made_a_part),
		cmocka_unit_test(pages_in_place_of_others_leave_no_gap_and_no_double),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
