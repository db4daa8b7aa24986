/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_window_pack.c - what a row of a window looks like in the store, and which bytes are none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "window_scene.h"

/* What the daemon of today saves is read by that of tomorrow, on whatever machine. */
static void
a_row_has_these_bytes(void **state)
{
	static const uint8_t expected[] = {2, 0, 0x8b, 2, 1, 1, 0xd5, 0xf8, 2, 3, 3, 1, 1};
	struct window *window = NULL;

	(void)state;
	window_scene_add(&window, NOON, NOON);
	row_book_commit(&book, window, &day, 0);
	assert_int_equal(book.rows[0].len, sizeof expected);
	assert_memory_equal(book.rows[0].bytes, expected, sizeof expected);
	window_free(&window);
}

/* Writes a slot of the largest numbers, so many ticks behind the one before. */
static uint8_t *
put_largest(uint8_t *at, uint8_t behind)
{
	const uint8_t ff = 0xff;

	*at++ = behind;
	memcpy(at, (const uint8_t[]){ff, 0x07}, 2);
	at += 2;
	for (int i = 0; i < WINDOW_COUNTS; i++, at += 5)
		memcpy(at, (const uint8_t[]){ff, ff, ff, ff, 0x0f}, 5);
	memcpy(at, (const uint8_t[]){ff, ff, ff, ff, ff, ff, 0x3f}, 7);
	at += 7;
	memcpy(at, (const uint8_t[]){ff, ff, ff, ff, ff, ff, ff, ff, ff, 0x01}, 10);
	at += 10;
	memcpy(at, (const uint8_t[]){ff, ff, ff, ff, 0x0f, ff, 0x3f}, 7);
	at += 7;
	for (int i = 0; i < LATENCY_BINS; i++, at += 5)
		memcpy(at, (const uint8_t[]){ff, ff, ff, ff, 0x0f}, 5);
	return at;
}

static int
note_longest(void *ctx, int64_t when, const uint8_t *bytes, size_t len)
{
	(void)when;
	(void)bytes;
	*(size_t *)ctx = len;
	return 0;
}

static void
rows_of_the_largest_numbers_fit_and_come_back(void **state)
{
	uint8_t bytes[WINDOW_ROW_MAX], *at = bytes;
	struct window *window = NULL;
	size_t len = 0;

	(void)state;
	*at++ = 2;
	for (int i = 0; i < 6; i++)
		at = put_largest(at, i > 0);
	assert_int_equal(window_restore(&window, &day, NOON, NOON, bytes, (size_t)(at - bytes)),
			 WINDOW_OK);
	window_unsave(window);
	row_book_commit(&book, window, &day, 0);
	assert_int_equal(book.rows[0].len, at - bytes);
	assert_memory_equal(book.rows[0].bytes, bytes, book.rows[0].len);
	window_free(&window);
	/* The longest row there is. */
	for (at = bytes + 1; at < bytes + 1 + 120 * ((book.rows[0].len - 1) / 6);)
		at = put_largest(at, at == bytes + 1 ? 0 : 6);
	assert_int_equal(window_restore(&window, &hour, NOON, NOON, bytes, (size_t)(at - bytes)),
			 WINDOW_OK);
	window_unsave(window);
	window_each_dirty(window, &hour, note_longest, &len);
	assert_int_equal(len, at - bytes);
	window_free(&window);
}

static enum window_result
restore(const uint8_t *bytes, size_t len)
{
	struct window *window = NULL;
	const enum window_result result = window_restore(&window, &day, NOON, NOON, bytes, len);

	assert_int_equal(window != NULL, result == WINDOW_OK);
	window_free(&window);
	return result;
}

static void
a_row_cut_short_or_too_long_is_malformed(void **state)
{
	struct window *window = NULL;
	uint8_t longer[ROW_BOOK_BYTES] = {0};
	const struct row *row = &book.rows[0];

	(void)state;
	window_scene_add(&window, NOON, NOON);
	row_book_commit(&book, window, &day, 0);
	assert_int_equal(restore(row->bytes, row->len), WINDOW_OK);
	for (size_t len = 0; len < row->len; len++)
		assert_int_equal(restore(row->bytes, len), WINDOW_MALFORMED);
	memcpy(longer, row->bytes, row->len);
	assert_int_equal(restore(longer, row->len + 1), WINDOW_MALFORMED);
	window_free(&window);
}

static void
a_row_of_another_version_an_empty_one_and_too_large_numbers_are_malformed(void **state)
{
	static const uint8_t next_version[] = {3, 0, 4, 1};
	static const uint8_t empty[] = {2, 0, 0};
	static const uint8_t large[] = {2, 0, 4, 0x80, 0x80, 0x80, 0x80, 0x10};
	static const uint8_t endless[] = {2, 0, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t unknown[] = {2, 0, 0x80, 0x10, 1};
	static const uint8_t twice[] = {2, 0, 4, 1, 0, 4, 1};
	static const uint8_t good[] = {2, 0, 4, 1, 1, 4, 1};
	struct window *window = NULL;

	(void)state;
	assert_int_equal(restore(next_version, sizeof next_version), WINDOW_MALFORMED);
	assert_int_equal(restore(empty, sizeof empty), WINDOW_MALFORMED);
	assert_int_equal(restore(large, sizeof large), WINDOW_MALFORMED);
	assert_int_equal(restore(endless, sizeof endless), WINDOW_MALFORMED);
	assert_int_equal(restore(unknown, sizeof unknown), WINDOW_MALFORMED);
	assert_int_equal(restore(twice, sizeof twice), WINDOW_MALFORMED);
	assert_int_equal(restore(good, sizeof good), WINDOW_OK);
	assert_int_equal(window_restore(&window, &day, NOON, NOON + 5, good, sizeof good),
			 WINDOW_MALFORMED);
	assert_int_equal(window_restore(&window, &day, NOON, -10, good, sizeof good),
			 WINDOW_MALFORMED);
	assert_int_equal(
		window_restore(&window, &day, NOON, INT64_MAX / 10 * 10, good, sizeof good),
		WINDOW_MALFORMED);
	assert_null(window);
}

/* Version 1 had a row for each slot, with all numbers that there were then. */
static void
rows_of_the_version_before_come_back_and_are_to_be_saved_anew(void **state)
{
	static const uint8_t timed[] = {1, 0, 1, 0, 0, 0, 0, 1, 0xd5, 0xf8, 2, 3, 3,
					1, 0, 0, 0, 0, 0, 0, 0, 0,    0,    0, 0, 0};
	static const uint8_t plain[] = {1, 0, 0, 2, 0, 0, 0, 2, 0};
	struct window *window = NULL;
	struct window_sum sum;

	(void)state;
	row_book_put(&book, NOON - 60, timed, sizeof timed);
	row_book_put(&book, NOON - 10, timed, sizeof timed);
	row_book_put(&book, NOON, plain, sizeof plain);
	row_book_restore(&book, &window, &day, NOON);
	assert_true(window_is_dirty(window));
	row_book_drop_strays(&book, window_row_seconds(&day));
	row_book_commit(&book, window, &day, 0);
	window_free(&window);
	assert_int_equal(book.count, 2);
	row_book_restore(&book, &window, &day, NOON);
	assert_false(window_is_dirty(window));
	window_sum(window, &day, NOON, 300, &sum);
	assert_int_equal(sum.count[WINDOW_DELIVERED], 2);
	assert_int_equal(sum.count[WINDOW_BOUNCED], 2);
	assert_int_equal(sum.count[WINDOW_HARD], 0);
	assert_int_equal(latency_longest(&sum.latency), 3);
	window_free(&window);
}

static void
whatever_bytes_a_row_has_a_window_saves_what_it_took(void **state)
{
	(void)state;
	srand(7);
	for (int i = 0; i < 100000; i++) {
		uint8_t bytes[128] = {(uint8_t)(1 + rand() % 2)};
		const size_t len = (size_t)rand() % sizeof bytes;
		struct window *window = NULL, *again = NULL;
		struct window_sum before, after;

		for (size_t j = 1; j < len; j++)
			bytes[j] = (uint8_t)(rand() % (rand() % 8 > 0 ? 128 : 256));
		book.count = 0;
		if (window_restore(&window, &day, NOON, NOON, bytes, len) == WINDOW_OK) {
			window_unsave(window);
			row_book_commit(&book, window, &day, 0);
			row_book_restore(&book, &again, &day, NOON);
			window_sum(window, &day, NOON + 3600, 21600, &before);
			window_sum(again, &day, NOON + 3600, 21600, &after);
			assert_memory_equal(&before, &after, sizeof before);
		}
		assert_int_equal(window != NULL, book.count > 0);
		window_free(&window);
		window_free(&again);
	}
}

#define TEST(name) cmocka_unit_test_setup(name, empty_book)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_row_has_these_bytes),
		TEST(rows_of_the_largest_numbers_fit_and_come_back),
		TEST(a_row_cut_short_or_too_long_is_malformed),
		TEST(a_row_of_another_version_an_empty_one_and_too_large_numbers_are_malformed),
		TEST(rows_of_the_version_before_come_back_and_are_to_be_saved_anew),
		TEST(whatever_bytes_a_row_has_a_window_saves_what_it_took),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
