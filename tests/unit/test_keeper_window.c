/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "keeper_fixture.h"
#include "model_window.h"
#include "store_trouble.h"

static void
deliver(struct keeper_fixture *k, const char *queue, int64_t when)
{
	struct acct_record record = fixture_record(ACCT_DELIVERY, queue);

	record.size = 1000;
	record.time_logged = when;
	record.time_queued = when - 3;
	model_apply_record(keeper_fixture_server(k), &record, k->f.now);
}

static struct window_sum
sum_of(const struct keeper_fixture *k, enum store_kind kind, const struct window *window,
       uint32_t seconds)
{
	struct window_sum sum;

	window_sum(window, model_window_shape(kind),
		   model_window_time(keeper_fixture_server(k), k->f.now), seconds, &sum);
	return sum;
}

/* All sums of the server, and of the queue and VMTA that deliver() names. */
struct picture {
	struct window_sum server[6], vmta[6], queue[2];
};

static void
take(const struct keeper_fixture *k, struct picture *out)
{
	const struct model_object *queue = fixture_object(&k->f, STORE_QUEUE, "a.example/v1");
	const uint32_t *many = model_window_lengths(STORE_SERVER);
	const uint32_t *few = model_window_lengths(STORE_QUEUE);

	memset(out, 0, sizeof *out);
	for (int i = 0; many[i] > 0; i++) {
		out->server[i] = sum_of(k, STORE_SERVER, keeper_fixture_server(k)->window, many[i]);
		out->vmta[i] = sum_of(k, STORE_VMTA, queue->vmta->window, many[i]);
	}
	for (int i = 0; few[i] > 0; i++)
		out->queue[i] = sum_of(k, STORE_QUEUE, queue->window, few[i]);
}

static void
assert_same(const struct picture *a, const struct picture *b)
{
	const struct window_sum *left = a->server, *right = b->server;

	for (size_t i = 0; i < sizeof *a / sizeof *left; i++) {
		assert_memory_equal(left[i].count, right[i].count, sizeof left[i].count);
		assert_int_equal(left[i].bytes, right[i].bytes);
		assert_int_equal(latency_mean_ms(&left[i].latency),
				 latency_mean_ms(&right[i].latency));
	}
}

static void
every_window_is_the_same_after_a_restart(void **state)
{
	struct keeper_fixture *k = *state;
	struct picture before, after;

	for (int i = 500; i > 0; i--)
		deliver(k, "a.example/v1", FIXTURE_WALL - i * 20);
	take(k, &before);
	assert_int_equal(before.server[0].count[WINDOW_DELIVERED], 3);
	assert_int_equal(before.server[5].count[WINDOW_DELIVERED], 500);
	keeper_fixture_restart(k);
	take(k, &after);
	assert_same(&before, &after);
}

static void
after_a_crash_windows_are_as_they_were_saved(void **state)
{
	struct keeper_fixture *k = *state;
	struct picture before, after;

	deliver(k, "a.example/v1", FIXTURE_WALL - 5);
	keeper_fixture_save(k);
	take(k, &before);
	deliver(k, "a.example/v1", FIXTURE_WALL - 5);
	keeper_fixture_crash(k);
	take(k, &after);
	assert_same(&before, &after);
}

/* What may happen between two records, by chance; windows must never tell. */
static void
no_accident_changes_a_window(void **state)
{
	struct keeper_fixture *k = *state;
	struct picture before, after;
	unsigned seed = 7;

	for (int i = 0; i < 300; i++) {
		fixture_pass(&k->f, rand_r(&seed) % 90);
		deliver(k, "a.example/v1", k->f.now.wall_ms / 1000 - rand_r(&seed) % 200);
		if (i % 3 == 0) {
			keeper_trim(&k->keeper, k->f.now);
			keeper_fixture_save(k);
		}
		take(k, &before);
		switch (rand_r(&seed) % 4) {
		case 0:
			keeper_fixture_restart(k);
			break;
		case 1:
			keeper_fixture_save(k);
			keeper_fixture_crash(k);
			break;
		case 2:
			/* Something must be there to be written. */
			keeper_fixture_server(k)->dirty = true;
			store_trouble_full(k->keeper.store, true);
			keeper_trim(&k->keeper, k->f.now);
			assert_int_equal(keeper_fixture_save(k), -1);
			store_trouble_full(k->keeper.store, false);
			keeper_fixture_restart(k);
			break;
		default:
			keeper_fixture_configure(k);
			break;
		}
		take(k, &after);
		assert_same(&before, &after);
	}
	assert_int_equal(after.server[5].count[WINDOW_DELIVERED], 300);
}

static void
a_store_begun_anew_gets_all_windows_again(void **state)
{
	struct keeper_fixture *k = *state;
	struct picture before, after;

	for (int i = 100; i > 0; i--)
		deliver(k, "a.example/v1", FIXTURE_WALL - i * 20);
	keeper_fixture_save(k);
	take(k, &before);
	store_trouble_damage(k->keeper.store);
	keeper_fixture_server(k)->dirty = true;
	assert_int_equal(keeper_fixture_save(k), 0);
	keeper_fixture_crash(k);
	take(k, &after);
	assert_same(&before, &after);
}

static void
count_row(void *ctx, uint32_t object, int64_t at, const uint8_t *bytes, size_t len)
{
	(void)object;
	(void)at;
	(void)bytes;
	(void)len;
	(*(int *)ctx)++;
}

static void
what_windows_have_outlived_leaves_the_store(void **state)
{
	struct keeper_fixture *k = *state;
	const enum store_kind kinds[] = {STORE_SERVER, STORE_VMTA, STORE_QUEUE};
	int rows = 0;

	deliver(k, "a.example/v1", FIXTURE_WALL - 5);
	keeper_fixture_save(k);
	for (int i = 0; i < 3; i++)
		store_load_rows(k->keeper.store, 1, kinds[i], 0, count_row, &rows);
	assert_int_equal(rows, 3);
	fixture_pass(&k->f, 2 * 86400);
	deliver(k, "b.example/v2", FIXTURE_WALL + 2 * 86400);
	deliver(k, "b.example/v2", FIXTURE_WALL + 2 * 86400);
	deliver(k, "b.example/v2", FIXTURE_WALL + 2 * 86400);
	keeper_trim(&k->keeper, k->f.now);
	keeper_fixture_save(k);
	rows = 0;
	for (int i = 0; i < 3; i++)
		store_load_rows(k->keeper.store, 1, kinds[i], 0, count_row, &rows);
	assert_int_equal(rows, 3);
	assert_null(fixture_object(&k->f, STORE_QUEUE, "a.example/v1")->window);
}

/* The rows that version 2 made: one for each slot, and none of several. */
static void
put_old_row(const struct keeper_fixture *k, enum store_kind kind, uint32_t object, int64_t at)
{
	static const uint8_t slot[] = {1, 0, 1, 0, 0, 0, 0, 1, 0};

	assert_int_equal(store_save_row(k->keeper.store, 1, kind, object, at, slot, sizeof slot),
			 0);
}

static void
rows_of_the_store_before_are_replaced_in_one_transaction(void **state)
{
	struct keeper_fixture *k = *state;
	struct picture before, after;
	const int64_t minute = FIXTURE_WALL - FIXTURE_WALL % 60;
	int rows = 0;

	deliver(k, "a.example/v1", FIXTURE_WALL - 5);
	keeper_fixture_save(k);
	for (int i = 20; i < 50; i++) {
		put_old_row(k, STORE_SERVER, 0, minute - 60 * i);
		put_old_row(k, STORE_QUEUE, 1, minute - 60 * i);
		put_old_row(k, STORE_VMTA, 1, minute - 60 * i + 10);
	}
	assert_int_equal(store_commit(k->keeper.store), 0);
	keeper_fixture_crash(k);
	take(k, &before);
	assert_int_equal(before.server[5].count[WINDOW_DELIVERED], 31);
	assert_int_equal(before.queue[1].count[WINDOW_DELIVERED], 31);
	/* Killed before anything was saved, and after. */
	keeper_fixture_crash(k);
	take(k, &after);
	assert_same(&before, &after);
	keeper_fixture_save(k);
	store_load_rows(k->keeper.store, 1, STORE_QUEUE, 0, count_row, &rows);
	assert_in_range(rows, 1, 2);
	keeper_fixture_crash(k);
	take(k, &after);
	assert_same(&before, &after);
}

static void
the_clock_goes_on_while_we_are_away(void **state)
{
	struct keeper_fixture *k = *state;
	int64_t before;

	deliver(k, "a.example/v1", FIXTURE_WALL - 50);
	keeper_fixture_save(k);
	before = model_window_time(keeper_fixture_server(k), k->f.now);
	k->f.now.wall_ms += 500000;
	k->f.now.mono_ms = 77; /* of another boot */
	keeper_fixture_crash(k);
	assert_int_equal(model_window_time(keeper_fixture_server(k), k->f.now), before + 500);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, keeper_fixture_setup, keeper_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_window_is_the_same_after_a_restart),
		TEST(after_a_crash_windows_are_as_they_were_saved),
		TEST(no_accident_changes_a_window),
		TEST(a_store_begun_anew_gets_all_windows_again),
		TEST(what_windows_have_outlived_leaves_the_store),
		TEST(rows_of_the_store_before_are_replaced_in_one_transaction),
		TEST(the_clock_goes_on_while_we_are_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
