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

#include "window_scene.h"

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
fine_slots_share_the_row_of_their_minute(void **state)
{
	struct window *window = NULL;

	(void)state;
	window_scene_add(&window, NOON, NOON + 9);
	window_scene_add(&window, NOON, NOON);
	window_scene_add(&window, NOON, NOON + 10);
	window_scene_add(&window, NOON, NOON - 3541);
	row_book_commit(&book, window, &day, 0);
	assert_int_equal(book.count, 2);
	assert_int_equal(book.rows[0].when, NOON - 3600);
	assert_int_equal(book.rows[1].when, NOON);
	window_free(&window);
}

static void
minutes_share_the_row_of_their_two_hours(void **state)
{
	struct window *window = NULL;

	(void)state;
	assert_int_equal(window_row_seconds(&hour), 7200);
	for (int64_t when = NOON - 3000; when < NOON + 600; when += 60)
		assert_int_equal(window_add(&window, &hour, NOON, when, &a_delivery), WINDOW_OK);
	row_book_commit(&book, window, &hour, 0);
	assert_int_equal(book.count, 2);
	assert_int_equal(book.rows[0].when, NOON - 7200);
	assert_int_equal(book.rows[1].when, NOON);
	window_free(&window);
}

static void
only_rows_that_changed_since_the_last_commit_are_saved_again(void **state)
{
	struct window *window = NULL;

	(void)state;
	for (int i = 0; i < 50; i++)
		window_scene_add(&window, NOON, NOON - 10 * i);
	row_book_commit(&book, window, &day, 0);
	assert_int_equal(book.writes, 10);
	window_scene_add(&window, NOON, NOON - 200);
	assert_true(window_is_dirty(window));
	row_book_commit(&book, window, &day, 0);
	assert_int_equal(book.writes, 11);
	row_book_commit(&book, window, &day, 0);
	assert_int_equal(book.writes, 11);
	assert_int_equal(book.count, 10);
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
		window_scene_add(&window, NOON, NOON - 60 * i);
	assert_int_equal(window_each_dirty(window, &day, disk_full, &tried), -1);
	assert_int_equal(tried, 3);
	row_book_commit(&book, window, &day, 0);
	assert_int_equal(book.count, 5);
	window_free(&window);
}

/* What the daemon would know if it began anew now. */
static int
remembered(int64_t asof, uint32_t seconds)
{
	struct window *restored = NULL;
	int found;

	row_book_restore(&book, &restored, &day, asof);
	found = deliveries(restored, &day, asof, seconds);
	window_free(&restored);
	return found;
}

static void
merging_rewrites_the_row_of_the_minute(void **state)
{
	struct window *window = NULL;

	(void)state;
	for (int i = 0; i < 6; i++)
		window_scene_add(&window, NOON, NOON + 10 * i);
	row_book_commit(&book, window, &day, 0);
	window_trim(&window, &day, NOON + 660);
	row_book_commit(&book, window, &day, 0);
	assert_int_equal(book.count, 1);
	assert_int_equal(book.writes, 2);
	assert_int_equal(deliveries(window, &day, NOON + 660, 3600), 6);
	assert_int_equal(remembered(NOON + 660, 3600), 6);
	window_free(&window);
}

static void
a_slot_that_was_merged_and_is_filled_again_counts_once(void **state)
{
	struct window *window = NULL;

	(void)state;
	window_scene_add(&window, NOON, NOON + 10);
	row_book_commit(&book, window, &day, 0);
	window_trim(&window, &day, NOON + 660);
	/* The clock steps back, and the ten seconds are fine again. */
	window_scene_add(&window, NOON + 60, NOON + 15);
	row_book_commit(&book, window, &day, 0);
	assert_int_equal(book.count, 1);
	assert_int_equal(deliveries(window, &day, NOON + 60, 3600), 2);
	assert_int_equal(remembered(NOON + 60, 3600), 2);
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
		window_scene_add(&window, NOON, when);
	row_book_commit(&book, window, &day, 0);
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
	window_scene_add(&window, NOON, NOON);
	row_book_commit(&book, window, &day, 0);
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
		window_scene_add(&window, NOON, NOON - 10 * i);
	row_book_commit(&book, window, &day, 0);
	row_book_restore(&book, &restored, &hour, NOON);
	assert_int_equal(deliveries(restored, &hour, NOON, 600), 12);
	assert_true(window_is_dirty(restored));
	row_book_drop_strays(&book, window_row_seconds(&hour));
	row_book_commit(&book, restored, &hour, 0);
	assert_int_equal(book.count, 2);
	window_free(&restored);
	row_book_restore(&book, &restored, &hour, NOON);
	assert_int_equal(deliveries(restored, &hour, NOON, 600), 12);
	assert_false(window_is_dirty(restored));
	window_free(&window);
	window_free(&restored);
}

static void
a_new_store_gets_all_rows(void **state)
{
	struct window *window = NULL;

	(void)state;
	for (int i = 0; i < 12; i++)
		window_scene_add(&window, NOON, NOON + 10 * i);
	row_book_commit(&book, window, &day, 0);
	window_trim(&window, &day, NOON + 660);
	window_unsave(window);
	empty_book(NULL);
	row_book_commit(&book, window, &day, 0);
	assert_int_equal(book.writes, 2);
	assert_int_equal(deliveries(window, &day, NOON + 660, 3600), 12);
	window_free(&window);
}

/* Adds a delivery every `pause` seconds, and does what the daemon does every minute. */
static int64_t
go_on(struct window **window, int64_t from, int64_t seconds, int64_t pause)
{
	for (int64_t now = from; now < from + seconds; now++) {
		if (now % pause == 0)
			window_scene_add(window, now, now);
		if (now % 60 == 59) {
			window_trim(window, &day, now);
			row_book_commit(&book, *window, &day, window_oldest(&day, now));
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
	assert_in_range(book.count, 1440, 1441);
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
		TEST(fine_slots_share_the_row_of_their_minute),
		TEST(minutes_share_the_row_of_their_two_hours),
		TEST(only_rows_that_changed_since_the_last_commit_are_saved_again),
		TEST(after_a_failed_commit_the_same_rows_are_saved_again),
		TEST(merging_rewrites_the_row_of_the_minute),
		TEST(a_slot_that_was_merged_and_is_filled_again_counts_once),
		TEST(a_restart_brings_back_every_sum),
		TEST(a_row_that_grew_too_old_meanwhile_is_not_restored),
		TEST(rows_of_one_shape_serve_another),
		TEST(a_new_store_gets_all_rows),
		TEST(a_window_has_little_more_room_than_it_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
