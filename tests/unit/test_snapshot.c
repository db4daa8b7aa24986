/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <string.h>

#include "arena.h"
#include "snapshot.h"

static struct snap_part *
part_with_keys(const uint32_t *keys, uint32_t count)
{
	struct snap_page *page = snap_page_new(count, sizeof(struct snap_vmta));
	struct snap_vmta *rows = page->rows;

	for (uint32_t i = 0; i < count; i++)
		rows[i].key = keys[i];
	return snap_part_new(page, 1);
}

static struct snapshot *
snapshot_with(uint32_t stamp)
{
	struct snapshot *snap = snapshot_new(0);

	snap->events = part_with_keys(NULL, 0);
	snap->thresholds = part_with_keys(NULL, 0);
	snap->alarms = part_with_keys(NULL, 0);
	snap->index_epoch = stamp;
	snap->published = stamp;
	return snap;
}

static void
a_row_is_found_by_its_key(void **state)
{
	static const uint32_t keys[] = {2, 3, 7, 900, UINT32_MAX};
	struct snap_part *part = part_with_keys(keys, 5);

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		const struct snap_vmta *row = snap_part_find(part, keys[i], NULL);

		assert_non_null(row);
		assert_int_equal(row->key, keys[i]);
	}
	snap_part_unref(part);
}

static void
a_key_between_or_beside_the_rows_is_not_found(void **state)
{
	static const uint32_t keys[] = {2, 3, 7};
	struct snap_part *part = part_with_keys(keys, 3), *empty = part_with_keys(NULL, 0);

	(void)state;
	assert_null(snap_part_find(part, 1, NULL));
	assert_null(snap_part_find(part, 5, NULL));
	assert_null(snap_part_find(part, 8, NULL));
	assert_null(snap_part_find(empty, 0, NULL));
	snap_part_unref(part);
	snap_part_unref(empty);
}

static void
rows_begin_zeroed(void **state)
{
	struct snap_page *page = snap_page_new(3, sizeof(struct snap_queue));
	const unsigned char *bytes = page->rows;

	(void)state;
	for (size_t i = 0; i < 3 * sizeof(struct snap_queue); i++)
		assert_int_equal(bytes[i], 0);
	snap_page_unref(page);
}

static void
a_server_is_found_by_its_index(void **state)
{
	struct snapshot *snap = snapshot_new(3);
	struct snap_server_parts *servers = (struct snap_server_parts *)(uintptr_t)snap->servers;

	(void)state;
	servers[0].index = 1;
	servers[1].index = 4;
	servers[2].index = 5;
	assert_ptr_equal(snapshot_server(snap, 1), &servers[0]);
	assert_ptr_equal(snapshot_server(snap, 5), &servers[2]);
	assert_null(snapshot_server(snap, 0));
	assert_null(snapshot_server(snap, 3));
	assert_null(snapshot_server(snap, 6));
	snapshot_unref(snap);
}

/* The sanitizer sees a part freed too early, or never. */
static void
a_part_lives_as_long_as_the_last_snapshot_that_shows_it(void **state)
{
	static const uint32_t key = 6;
	struct snap_part *part = part_with_keys(&key, 1);
	struct snapshot *first = snapshot_new(1), *second = snapshot_new(1);

	(void)state;
	((struct snap_server_parts *)(uintptr_t)first->servers)->part[SNAP_VMTA] =
		snap_part_ref(part);
	((struct snap_server_parts *)(uintptr_t)second->servers)->part[SNAP_VMTA] =
		snap_part_ref(part);
	snap_part_unref(part);
	snapshot_unref(first);
	assert_non_null(snap_part_find(second->servers[0].part[SNAP_VMTA], key, NULL));
	snapshot_unref(second);
}

static void
nothing_may_be_given_back(void **state)
{
	(void)state;
	snap_part_unref(NULL);
	snapshot_unref(NULL);
	snap_hub_free(NULL);
}

static bool
is_readable(int fd)
{
	struct pollfd watched = {.fd = fd, .events = POLLIN};

	return poll(&watched, 1, 0) == 1;
}

static void
a_hub_has_no_snapshot_before_the_first(void **state)
{
	struct snap_hub *hub = snap_hub_new();

	(void)state;
	assert_null(snap_hub_get(hub));
	assert_false(is_readable(snap_hub_fd(hub)));
	snap_hub_free(hub);
}

static void
publishing_wakes_until_it_is_drained(void **state)
{
	struct snap_hub *hub = snap_hub_new();

	(void)state;
	snap_hub_publish(hub, snapshot_with(1));
	snap_hub_publish(hub, snapshot_with(2));
	assert_true(is_readable(snap_hub_fd(hub)));
	snap_hub_drain(hub);
	assert_false(is_readable(snap_hub_fd(hub)));
	snap_hub_drain(hub);
	snap_hub_free(hub);
}

static void
a_snapshot_stays_while_it_is_held(void **state)
{
	struct snap_hub *hub = snap_hub_new();
	struct snapshot *held, *current;

	(void)state;
	snap_hub_publish(hub, snapshot_with(1));
	held = snap_hub_get(hub);
	snap_hub_publish(hub, snapshot_with(2));
	current = snap_hub_get(hub);
	snap_hub_free(hub);
	assert_int_equal(held->index_epoch, 1);
	assert_int_equal(current->index_epoch, 2);
	snapshot_unref(held);
	snapshot_unref(current);
}

static void
the_hub_passes_on_what_was_sent(void **state)
{
	struct snap_hub *hub = snap_hub_new();

	(void)state;
	assert_int_equal(snap_hub_sent(hub), 0);
	snap_hub_set_sent(hub, 41);
	assert_int_equal(snap_hub_sent(hub), 41);
	assert_true(is_readable(snap_hub_sent_fd(hub)));
	snap_hub_drain_sent(hub);
	assert_false(is_readable(snap_hub_sent_fd(hub)));
	snap_hub_free(hub);
}

static void
news_of_the_delivery_wake_the_collector_when_they_change(void **state)
{
	const struct snap_delivery_news news = {.lost = 7, .reconnects = 2};
	struct snap_hub *hub = snap_hub_new();
	struct pollfd watched = {.fd = snap_hub_sent_fd(hub), .events = POLLIN};

	(void)state;
	assert_int_equal(snap_hub_news(hub).lost, 0);
	snap_hub_tell(hub, &news);
	assert_int_equal(poll(&watched, 1, 0), 1);
	snap_hub_drain_sent(hub);
	snap_hub_tell(hub, &news);
	assert_int_equal(poll(&watched, 1, 0), 0);
	assert_int_equal(snap_hub_news(hub).lost, 7);
	assert_int_equal(snap_hub_news(hub).reconnects, 2);
	snap_hub_free(hub);
}

#define PUBLICATIONS 20000

static void *
publish_many(void *ctx)
{
	for (uint32_t i = 1; i <= PUBLICATIONS; i++) {
		snap_hub_publish(ctx, snapshot_with(i));
		snap_hub_set_sent(ctx, i);
	}
	return NULL;
}

/* Meant for the thread sanitizer; without it, it still sees snapshots torn, freed or going back. */
static void
two_threads_see_whole_snapshots_in_order(void **state)
{
	struct snap_hub *hub = snap_hub_new();
	pthread_t thread;
	uint64_t last = 0;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, publish_many, hub), 0);
	while (last < PUBLICATIONS) {
		struct snapshot *snap = snap_hub_get(hub);

		snap_hub_drain(hub);
		if (snap == NULL)
			continue;
		assert_true(snap->published >= last);
		assert_int_equal(snap->published, snap->index_epoch);
		assert_int_equal(snap->events->count, 0);
		assert_true(snap_hub_sent(hub) + 1 >= snap->published);
		last = snap->published;
		snapshot_unref(snap);
	}
	pthread_join(thread, NULL);
	snap_hub_free(hub);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_found_by_its_key),
		cmocka_unit_test(news_of_the_delivery_wake_the_collector_when_they_change),
		cmocka_unit_test(a_key_between_or_beside_the_rows_is_not_found),
		cmocka_unit_test(rows_begin_zeroed),
		cmocka_unit_test(a_server_is_found_by_its_index),
		cmocka_unit_test(a_part_lives_as_long_as_the_last_snapshot_that_shows_it),
		cmocka_unit_test(nothing_may_be_given_back),
		cmocka_unit_test(a_hub_has_no_snapshot_before_the_first),
		cmocka_unit_test(publishing_wakes_until_it_is_drained),
		cmocka_unit_test(a_snapshot_stays_while_it_is_held),
		cmocka_unit_test(the_hub_passes_on_what_was_sent),
		cmocka_unit_test(two_threads_see_whole_snapshots_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
