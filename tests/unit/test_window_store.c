/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_window_store.c - which rows a window has saved, and what comes back of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "row_book.h"
#include "window_private.h"

/* The begin of a minute. */
#define NOON 1795341600

static const struct window_shape day = {86400, true};
static const struct window_shape hour = {3600, false};

static struct row_book book;

static int
empty_book(void **state)
{
	(void)state;
	memset(&book, 0, sizeof book);
	return 0;
}

static const struct window_event a_delivery = {
	.count = {[WINDOW_DELIVERED] = 1, [WINDOW_ATTEMPTS] = 1},
	.bytes = 48213,
	.latency = 3,
	.timed = true,
};

static void
add(struct window **window, int64_t asof, int64_t when)
{
	assert_int_equal(window_add(window, &day, asof, when, &a_delivery), WINDOW_OK);
}

static int
deliveries(const struct window *window, const struct window_shape *shape, int64_t asof,
	   uint32_t seconds)
{
	struct window_sum sum;

	assert_int_equal(window_sum(window, shape, asof, seconds, &sum), 0);
	assert_int_equal(sum.bytes, 48213 * sum.count[WINDOW_DELIVERED]);
	assert_int_equal(latency_count(&sum.latency), sum.count[WINDOW_DELIVERED]);
	return (int)sum.count[WINDOW_DELIVERED];
}

static void
each_slot_is_a_row_under_the_time_of_its_begin(void **state)
{
	struct window *window = NULL;

	(void)state;
	add(&window, NOON, NOON + 9);
	add(&window, NOON, NOON);
	add(&window, NOON, NOON + 10);
	add(&window, NOON, NOON - 3541);
	row_book_commit(&book, &window, 0);
	assert_int_equal(book.count, 3);
	assert_int_equal(book.rows[0].when, NOON - 3600);
	assert_int_equal(book.rows[1].when, NOON);
	assert_int_equal(book.rows[2].when, NOON + 10);
	window_free(&window);
}

static void
only_what_changed_since_the_last_commit_is_saved_again(void **state)
{
	struct window *window = NULL;

	(void)state;
	for (int i = 0; i < 50; i++)
		add(&window, NOON, NOON - 10 * i);
	row_book_commit(&book, &window, 0);
	assert_int_equal(book.writes, 50);
	add(&window, NOON, NOON - 200);
	assert_true(window_is_dirty(window));
	row_book_commit(&book, &window, 0);
	assert_int_equal(book.writes, 51);
	assert_int_equal(book.count, 50);
	window_free(&window);
}

static int
disk_full(void *ctx, int64_t when, const uint8_t *bytes, size_t len)
{
	(void)when;
	(void)bytes;
	(void)len;
	return ++*(int *)ctx < 3 ? 0 : -1;
}

static void
after_a_failed_commit_the_same_rows_are_saved_again(void **state)
{
	struct window *window = NULL;
	int tried = 0;

	(void)state;
	for (int i = 0; i < 5; i++)
		add(&window, NOON, NOON - 10 * i);
	assert_int_equal(window_each_dirty(window, disk_full, &tried), -1);
	assert_int_equal(tried, 3);
	row_book_commit(&book, &window, 0);
	assert_int_equal(book.count, 5);
	window_free(&window);
}

static void
merging_writes_the_minute_and_deletes_the_fine_rows(void **state)
{
	struct window *window = NULL;

	(void)state;
	for (int i = 0; i < 6; i++)
		add(&window, NOON, NOON + 10 * i);
	row_book_commit(&book, &window, 0);
	assert_int_equal(book.count, 6);
	window_trim(&window, &day, NOON + 660);
	row_book_commit(&book, &window, 0);
	assert_int_equal(book.count, 1);
	assert_int_equal(book.rows[0].when, NOON);
	assert_int_equal(deliveries(window, &day, NOON + 660, 3600), 6);
	window_free(&window);
}

static void
fine_slots_that_never_were_saved_leave_no_rows(void **state)
{
	struct window *window = NULL;

	(void)state;
	for (int i = 1; i < 6; i++)
		add(&window, NOON, NOON + 10 * i);
	window_trim(&window, &day, NOON + 660);
	row_book_commit(&book, &window, 0);
	assert_int_equal(book.writes, 1);
	window_free(&window);
}

static void
a_slot_that_is_filled_again_before_its_row_is_deleted_keeps_it(void **state)
{
	struct window *window = NULL;

	(void)state;
	add(&window, NOON, NOON + 10);
	row_book_commit(&book, &window, 0);
	window_trim(&window, &day, NOON + 660);
	/* The clock steps back, and the ten seconds are fine again. */
	add(&window, NOON + 60, NOON + 15);
	row_book_commit(&book, &window, 0);
	assert_int_equal(book.count, 2);
	assert_int_equal(deliveries(window, &day, NOON + 60, 3600), 2);
	window_free(&window);
}

static void
a_restart_brings_back_every_sum(void **state)
{
	static const uint32_t windows[] = {60, 300, 600, 3600, 86400};
	struct window *window = NULL, *restored = NULL;
	struct window_sum before, after;

	(void)state;
	for (int64_t when = NOON - 10000; when < NOON; when += 17)
		add(&window, NOON, when);
	row_book_commit(&book, &window, 0);
	row_book_restore(&book, &restored, &day, NOON);
	assert_false(window_is_dirty(restored));
	for (size_t i = 0; i < 5; i++) {
		window_sum(window, &day, NOON, windows[i], &before);
		window_sum(restored, &day, NOON, windows[i], &after);
		assert_memory_equal(&after, &before, sizeof after);
	}
	window_free(&window);
	window_free(&restored);
}

static void
a_row_that_grew_too_old_meanwhile_is_not_restored(void **state)
{
	struct window *window = NULL, *restored = NULL;

	(void)state;
	add(&window, NOON, NOON);
	row_book_commit(&book, &window, 0);
	assert_int_equal(window_restore(&restored, &day, NOON + 86400, book.rows[0].when,
					book.rows[0].bytes, book.rows[0].len),
			 WINDOW_TOO_OLD);
	assert_null(restored);
	window_free(&window);
}

static void
rows_of_one_shape_serve_another(void **state)
{
	struct window *window = NULL, *restored = NULL;

	(void)state;
	for (int i = 0; i < 12; i++)
		add(&window, NOON, NOON - 10 * i);
	row_book_commit(&book, &window, 0);
	row_book_restore(&book, &restored, &hour, NOON);
	assert_int_equal(deliveries(restored, &hour, NOON, 600), 12);
	window_trim(&restored, &hour, NOON);
	assert_int_equal(deliveries(restored, &hour, NOON, 600), 12);
	row_book_commit(&book, &restored, 0);
	assert_int_equal(book.count, 3);
	window_free(&window);
	window_free(&restored);
}

static void
a_new_store_gets_all_rows_and_no_deletions(void **state)
{
	struct window *window = NULL;

	(void)state;
	for (int i = 0; i < 12; i++)
		add(&window, NOON, NOON + 10 * i);
	row_book_commit(&book, &window, 0);
	window_trim(&window, &day, NOON + 660);
	window_unsave(&window);
	empty_book(NULL);
	row_book_commit(&book, &window, 0);
	assert_int_equal(book.writes, 7);
	assert_int_equal(deliveries(window, &day, NOON + 660, 3600), 12);
	window_free(&window);
}

/* What the daemon of today saves is read by that of tomorrow, on whatever machine. */
static void
a_row_has_these_bytes(void **state)
{
	static const uint8_t expected[] = {1, 0, 1, 0, 0, 0, 0, 1, 0xd5, 0xf8, 2, 3, 3,
					   1, 0, 0, 0, 0, 0, 0, 0, 0,	 0,    0, 0, 0};
	struct window *window = NULL;

	(void)state;
	add(&window, NOON, NOON);
	row_book_commit(&book, &window, 0);
	assert_int_equal(book.rows[0].len, sizeof expected);
	assert_memory_equal(book.rows[0].bytes, expected, sizeof expected);
	window_free(&window);
}

static void
a_row_of_the_largest_numbers_fits_and_comes_back(void **state)
{
	const uint8_t ff = 0xff;
	uint8_t bytes[WINDOW_PACKED_MAX], *at = bytes;
	struct window *window = NULL;

	(void)state;
	*at++ = 1;
	for (int i = 0; i < WINDOW_COUNTS; i++, at += 5)
		memcpy(at, (const uint8_t[]){ff, ff, ff, ff, 0x0f}, 5);
	memcpy(at, (const uint8_t[]){ff, ff, ff, ff, ff, ff, 0x3f}, 7);
	at += 7;
	memcpy(at, (const uint8_t[]){ff, ff, ff, ff, ff, ff, ff, ff, ff, 0x01}, 10);
	at += 10;
	for (int i = 0; i < 1 + LATENCY_BINS; i++, at += 5)
		memcpy(at, (const uint8_t[]){ff, ff, ff, ff, 0x0f}, 5);
	assert_int_equal(window_restore(&window, &day, NOON, NOON, bytes, (size_t)(at - bytes)),
			 WINDOW_OK);
	window_unsave(&window);
	row_book_commit(&book, &window, 0);
	assert_int_equal(book.rows[0].len, at - bytes);
	assert_memory_equal(book.rows[0].bytes, bytes, book.rows[0].len);
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
	uint8_t longer[WINDOW_PACKED_MAX] = {0};
	const struct row *row = &book.rows[0];

	(void)state;
	add(&window, NOON, NOON);
	row_book_commit(&book, &window, 0);
	assert_int_equal(restore(row->bytes, row->len), WINDOW_OK);
	for (size_t len = 0; len < row->len; len++) {
		/* Cut behind the bytes, it is a row without latency. */
		if (len != 11)
			assert_int_equal(restore(row->bytes, len), WINDOW_MALFORMED);
	}
	memcpy(longer, row->bytes, row->len);
	assert_int_equal(restore(longer, row->len + 1), WINDOW_MALFORMED);
	window_free(&window);
}

static void
a_row_of_another_version_an_empty_one_and_too_large_numbers_are_malformed(void **state)
{
	static const uint8_t next_version[] = {2, 1, 0, 0, 0, 0, 0, 0, 0};
	static const uint8_t empty[] = {1, 0, 0, 0, 0, 0, 0, 0, 0};
	static const uint8_t large[] = {1, 0x80, 0x80, 0x80, 0x80, 0x10, 1, 0, 0, 0, 0, 0, 0};
	static const uint8_t endless[] = {1,	0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					  0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t good[] = {1, 1, 0, 0, 0, 0, 0, 0, 0};
	struct window *window = NULL;

	(void)state;
	assert_int_equal(restore(next_version, sizeof next_version), WINDOW_MALFORMED);
	assert_int_equal(restore(empty, sizeof empty), WINDOW_MALFORMED);
	assert_int_equal(restore(large, sizeof large), WINDOW_MALFORMED);
	assert_int_equal(restore(endless, sizeof endless), WINDOW_MALFORMED);
	assert_int_equal(restore(good, sizeof good), WINDOW_OK);
	assert_int_equal(window_restore(&window, &day, NOON, NOON + 5, good, sizeof good),
			 WINDOW_MALFORMED);
	assert_int_equal(window_restore(&window, &day, NOON, -10, good, sizeof good),
			 WINDOW_MALFORMED);
	assert_int_equal(window_restore(&window, &day, NOON, INT64_MAX / 10 * 10, good, 9),
			 WINDOW_MALFORMED);
	assert_null(window);
}

static void
whatever_bytes_a_row_has_a_window_saves_what_it_took(void **state)
{
	(void)state;
	srand(7);
	for (int i = 0; i < 100000; i++) {
		uint8_t bytes[WINDOW_PACKED_MAX] = {1};
		const size_t len = (size_t)rand() % sizeof bytes;
		struct window *window = NULL;

		for (size_t j = 1; j < len; j++)
			bytes[j] = (uint8_t)(rand() % (rand() % 8 > 0 ? 128 : 256));
		if (window_restore(&window, &day, NOON, NOON, bytes, len) == WINDOW_OK) {
			struct row_book *saved = &book;

			saved->count = 0;
			window_unsave(&window);
			row_book_commit(saved, &window, 0);
			assert_int_equal(saved->count, 1);
			assert_int_equal(restore(saved->rows[0].bytes, saved->rows[0].len),
					 WINDOW_OK);
		}
		window_free(&window);
	}
}

/* Adds a delivery every `pause` seconds, and does what the daemon does every minute. */
static int64_t
go_on(struct window **window, int64_t from, int64_t seconds, int64_t pause)
{
	for (int64_t now = from; now < from + seconds; now++) {
		if (now % pause == 0)
			add(window, now, now);
		if (now % 60 == 59) {
			window_trim(window, &day, now);
			row_book_commit(&book, window, window_oldest(&day, now));
		}
	}
	return from + seconds;
}

static void
a_window_has_little_more_room_than_it_needs(void **state)
{
	/* Minutes, the fine slots of the last ten, and what growing by half leaves over. */
	const uint32_t slots = 1440 + 70, room = slots + slots / 2;
	struct window *window = NULL;
	int64_t now;

	(void)state;
	now = go_on(&window, NOON, 3 * 86400, 10);
	assert_in_range(window->count, 1440, slots);
	assert_in_range(window->room, window->count, room);
	assert_int_equal(window->latency_count, window->count);
	assert_in_range(window->latency_room, window->latency_count, room);
	assert_int_equal(book.count, window->count);
	/* A quiet day later, all that is given back. */
	now = go_on(&window, now, 2 * 86400, 3600);
	assert_in_range(window->count, 23, 24);
	assert_in_range(window->room, window->count, 4 * 24);
	assert_in_range(window->latency_room, window->latency_count, 4 * 24);
	assert_int_equal(book.count, window->count);
	assert_int_equal(deliveries(window, &day, now - 1, 86400), window->count);
	window_free(&window);
}

#define TEST(name) cmocka_unit_test_setup(name, empty_book)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_slot_is_a_row_under_the_time_of_its_begin),
		TEST(only_what_changed_since_the_last_commit_is_saved_again),
		TEST(after_a_failed_commit_the_same_rows_are_saved_again),
		TEST(merging_writes_the_minute_and_deletes_the_fine_rows),
		TEST(fine_slots_that_never_were_saved_leave_no_rows),
		TEST(a_slot_that_is_filled_again_before_its_row_is_deleted_keeps_it),
		TEST(a_restart_brings_back_every_sum),
		TEST(a_row_that_grew_too_old_meanwhile_is_not_restored),
		TEST(rows_of_one_shape_serve_another),
		TEST(a_new_store_gets_all_rows_and_no_deletions),
		TEST(a_window_has_little_more_room_than_it_needs),
		TEST(a_row_has_these_bytes),
		TEST(a_row_of_the_largest_numbers_fits_and_comes_back),
		TEST(a_row_cut_short_or_too_long_is_malformed),
		TEST(a_row_of_another_version_an_empty_one_and_too_large_numbers_are_malformed),
		TEST(whatever_bytes_a_row_has_a_window_saves_what_it_took),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
