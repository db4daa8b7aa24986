/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How notifications are paced, and what counts as sent: batches, rates, connections that break.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "notify_fixture.h"

static void
writes_no_more_than_a_batch_before_it_is_confirmed(void **state)
{
	struct notify *n = notify_new(100, 1000, 1000);
	uint32_t next, written = 0;

	(void)state;
	for (uint32_t i = 1; i <= 40; i++)
		add(n, i, false);
	while (notify_next(n, 0, &next)) {
		notify_written(n);
		written++;
	}
	assert_int_equal(written, NOTIFY_BATCH);
	assert_int_equal(notify_unconfirmed(n), NOTIFY_BATCH);
	assert_int_equal(notify_counts(n).sent, 0);
	notify_confirm(n);
	assert_int_equal(notify_counts(n).sent, NOTIFY_BATCH);
	assert_true(notify_next(n, 0, &next));
	notify_free(n);
}

static void
sends_again_what_was_written_to_a_connection_that_broke(void **state)
{
	struct notify *n = *state;
	uint32_t first = add(n, 1, false), second = add(n, 2, false), third = add(n, 3, false);
	uint32_t next;

	for (int i = 0; i < 2; i++) {
		assert_true(notify_next(n, 0, &next));
		notify_written(n);
	}
	notify_return(n);
	assert_int_equal(notify_counts(n).sent, 0);
	assert_int_equal(send_one(n, 0), first);
	assert_int_equal(send_one(n, 0), second);
	assert_int_equal(send_one(n, 0), third);
	assert_sum(n);
}

static void
sends_a_burst_and_then_keeps_to_the_rate(void **state)
{
	struct notify *n = notify_new(100, 10, 3);
	uint32_t sent = 0;

	(void)state;
	for (uint32_t i = 1; i <= 50; i++)
		add(n, i, false);
	while (send_one(n, 5000))
		sent++;
	assert_int_equal(sent, 3);
	assert_int_equal(notify_wait(n, 5000), 100);
	assert_int_equal(send_one(n, 5099), 0);
	assert_int_not_equal(send_one(n, 5100), 0);
	assert_int_equal(send_one(n, 5100), 0);
	notify_free(n);
}

static void
saves_up_no_more_than_a_burst_however_long_it_was_idle(void **state)
{
	struct notify *n = notify_new(100, 4000000000u, 5);
	uint32_t sent = 0;

	(void)state;
	for (uint32_t i = 1; i <= 50; i++)
		add(n, i, false);
	while (send_one(n, 1))
		sent++;
	while (send_one(n, INT64_MAX / 2))
		sent++;
	assert_int_equal(sent, 10);
	notify_free(n);
}

static void
stands_still_when_the_clock_does(void **state)
{
	struct notify *n = notify_new(10, 1, 1);

	(void)state;
	add(n, 1, false);
	add(n, 2, false);
	assert_int_not_equal(send_one(n, 9000), 0);
	assert_int_equal(send_one(n, 8000), 0);
	assert_int_equal(notify_wait(n, 8000), 1000);
	notify_free(n);
}

static void
takes_a_new_rate_at_once(void **state)
{
	struct notify *n = notify_new(10, 1, 1);

	(void)state;
	add(n, 1, false);
	add(n, 2, false);
	assert_int_not_equal(send_one(n, 0), 0);
	assert_int_equal(notify_wait(n, 0), 1000);
	notify_set_pacing(n, 100, 1);
	assert_int_equal(notify_wait(n, 0), 10);
	notify_free(n);
}

static void
waits_for_nothing_when_nothing_is_queued(void **state)
{
	assert_int_equal(notify_wait(*state, 0), -1);
}

static void
tells_up_to_which_event_all_are_dealt_with(void **state)
{
	struct notify *n = *state;
	uint32_t next;

	assert_int_equal(notify_done(n), 0);
	add(n, 1, false);
	assert_int_equal(notify_done(n), 0);
	add(n, 2, false);
	send_one(n, 0);
	assert_int_equal(notify_done(n), 1);
	assert_true(notify_next(n, 0, &next));
	notify_written(n);
	assert_int_equal(notify_done(n), 1);
	notify_confirm(n);
	assert_int_equal(notify_done(n), 2);
}

static void
drops_what_cannot_be_sent_any_more(void **state)
{
	struct notify *n = *state;
	uint32_t second, next;

	add(n, 1, false);
	second = add(n, 2, false);
	assert_true(notify_next(n, 0, &next));
	notify_drop_next(n);
	assert_int_equal(notify_counts(n).dropped, 1);
	assert_int_equal(send_one(n, 0), second);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, notify_setup, notify_teardown)
	const struct CMUnitTest tests[] = {
		T(writes_no_more_than_a_batch_before_it_is_confirmed),
		T(sends_again_what_was_written_to_a_connection_that_broke),
		T(sends_a_burst_and_then_keeps_to_the_rate),
		T(saves_up_no_more_than_a_burst_however_long_it_was_idle),
		T(stands_still_when_the_clock_does),
		T(takes_a_new_rate_at_once),
		T(waits_for_nothing_when_nothing_is_queued),
		T(tells_up_to_which_event_all_are_dealt_with),
		T(drops_what_cannot_be_sent_any_more),
	};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
