/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>

#include "relay.h"
#include "thread.h"

#define PATIENCE_MS 10000
#define PUBLICATIONS 20000
#define ROWS 3000

/* A snapshot of no server, with so many alarms, which are all that has this number. */
static struct snapshot *
snapshot_with(uint32_t stamp, uint32_t count)
{
	struct snapshot *snap = snapshot_new(0);
	struct snap_alarm *rows;

	snap->events = snap_part_new(0, sizeof(struct snap_event), 1);
	snap->thresholds = snap_part_new(0, sizeof(struct snap_threshold), 1);
	snap->alarms = snap_part_new(count, sizeof *rows, 1);
	rows = (struct snap_alarm *)(uintptr_t)snap->alarms->rows;
	for (uint32_t i = 0; i < count; i++)
		rows[i].key = stamp + i;
	snap->published = stamp;
	return snap;
}

static bool
is_readable(int fd, int wait_ms)
{
	struct pollfd watched = {.fd = fd, .events = POLLIN};

	return poll(&watched, 1, wait_ms) == 1;
}

/* Waits for the next survey. */
static const struct snapshot *
take(struct relay *relay)
{
	const struct survey *survey;

	assert_true(is_readable(relay_fd(relay), PATIENCE_MS));
	survey = relay_take(relay);
	assert_non_null(survey);
	return survey_snapshot(survey);
}

static void
what_is_published_is_there_to_take_once(void **state)
{
	struct snap_hub *hub = snap_hub_new();
	struct relay *relay = relay_new(hub, thread_start);

	(void)state;
	assert_null(relay_take(relay));
	snap_hub_publish(hub, snapshot_with(1, 0));
	assert_int_equal(take(relay)->published, 1);
	assert_false(is_readable(relay_fd(relay), 0));
	assert_null(relay_take(relay));
	snap_hub_publish(hub, snapshot_with(2, 0));
	assert_int_equal(take(relay)->published, 2);
	relay_free(relay);
	snap_hub_free(hub);
}

static void
what_nobody_took_is_freed_at_the_end(void **state)
{
	struct snap_hub *hub = snap_hub_new();
	struct relay *relay = relay_new(hub, thread_start);

	(void)state;
	snap_hub_publish(hub, snapshot_with(1, ROWS));
	assert_true(is_readable(relay_fd(relay), PATIENCE_MS));
	snap_hub_publish(hub, snapshot_with(2, ROWS));
	relay_free(relay);
	snap_hub_free(hub);
}

static int
start_nothing(pthread_t *thread, void *(*run)(void *), void *ctx)
{
	(void)thread;
	(void)run;
	(void)ctx;
	return EAGAIN;
}

static void
without_a_thread_there_is_no_relay(void **state)
{
	struct snap_hub *hub = snap_hub_new();

	(void)state;
	assert_null(relay_new(hub, start_nothing));
	relay_free(NULL);
	snap_hub_free(hub);
}

static void *
publish_many(void *ctx)
{
	for (uint32_t i = 1; i <= PUBLICATIONS; i++)
		snap_hub_publish(ctx, snapshot_with(i, i % 100 == 0 ? ROWS : 1));
	return NULL;
}

/* Meant for the thread sanitizer; without it, it still sees snapshots freed too early or going
 * back. */
static void
newest_is_taken_in_the_end_and_stays_whole_until_the_next(void **state)
{
	struct snap_hub *hub = snap_hub_new();
	struct relay *relay = relay_new(hub, thread_start);
	pthread_t thread;
	uint64_t last = 0;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, publish_many, hub), 0);
	while (last < PUBLICATIONS) {
		const struct snapshot *snap = take(relay);
		const struct snap_alarm *rows = snap->alarms->rows;

		assert_true(snap->published > last);
		last = snap->published;
		for (uint32_t i = 0; i < snap->alarms->count; i++)
			assert_int_equal(rows[i].key, last + i);
	}
	pthread_join(thread, NULL);
	relay_free(relay);
	snap_hub_free(hub);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_published_is_there_to_take_once),
		cmocka_unit_test(what_nobody_took_is_freed_at_the_end),
		cmocka_unit_test(without_a_thread_there_is_no_relay),
		cmocka_unit_test(newest_is_taken_in_the_end_and_stays_whole_until_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
