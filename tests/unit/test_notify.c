/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the pacing of notifications promises: order, one unsent notification for an alarm, no clear
 * without a raise, no raise that stays, and counts that always add up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "notify.h"

static uint32_t sequence;

static uint32_t
add(struct notify *n, uint32_t alarm_id, bool clears)
{
	const struct notify_event event = {++sequence, alarm_id, clears};

	notify_add(n, &event);
	return sequence;
}

static void
recall(struct notify *n, uint32_t alarm_id, bool clears)
{
	const struct notify_event event = {++sequence, alarm_id, clears};

	notify_recall(n, &event);
}

/* Writes the next one and has it confirmed; returns its sequence, 0 if none may be written. */
static uint32_t
send_one(struct notify *n, int64_t now_ms)
{
	uint32_t next;

	if (!notify_next(n, now_ms, &next))
		return 0;
	notify_written(n);
	notify_confirm(n);
	return next;
}

static void
assert_sum(const struct notify *n)
{
	struct notify_counts c = notify_counts(n);

	assert_int_equal(c.raised, c.sent + c.coalesced + c.dropped + c.queued);
}

static int
setup(void **state)
{
	sequence = 0;
	*state = notify_new(8, 1000, 1000);
	return *state ? 0 : -1;
}

static int
teardown(void **state)
{
	notify_free(*state);
	return 0;
}

static void
sends_in_the_order_of_the_events(void **state)
{
	struct notify *n = *state;
	uint32_t first = add(n, 1, false), second = add(n, 2, false), third = add(n, 0, false);

	assert_int_equal(send_one(n, 0), first);
	assert_int_equal(send_one(n, 0), second);
	assert_int_equal(send_one(n, 0), third);
	assert_int_equal(send_one(n, 0), 0);
	assert_int_equal(notify_counts(n).sent, 3);
}

static void
sends_a_clear_after_its_raise_was_sent(void **state)
{
	struct notify *n = *state;
	uint32_t raise = add(n, 1, false), clear;

	assert_int_equal(send_one(n, 0), raise);
	clear = add(n, 1, true);
	assert_int_equal(send_one(n, 0), clear);
}

static void
sends_neither_raise_nor_clear_of_an_alarm_that_ended_unsent(void **state)
{
	struct notify *n = *state;

	add(n, 1, false);
	add(n, 1, true);
	assert_int_equal(send_one(n, 0), 0);
	assert_int_equal(notify_counts(n).coalesced, 2);
	assert_sum(n);
}

static void
replaces_an_unsent_raise_by_a_newer_one_of_the_same_alarm(void **state)
{
	struct notify *n = *state;
	uint32_t other, newer;

	add(n, 1, false);
	other = add(n, 2, false);
	newer = add(n, 1, false);
	assert_int_equal(send_one(n, 0), other);
	assert_int_equal(send_one(n, 0), newer);
	assert_int_equal(notify_counts(n).coalesced, 1);
}

static void
sends_the_clear_in_place_of_a_reminder_that_was_not_sent(void **state)
{
	struct notify *n = *state;
	uint32_t clear;

	add(n, 1, false);
	assert_int_not_equal(send_one(n, 0), 0);
	add(n, 1, false);
	clear = add(n, 1, true);
	assert_int_equal(send_one(n, 0), clear);
	assert_int_equal(send_one(n, 0), 0);
}

static void
never_coalesces_events_that_belong_to_no_alarm(void **state)
{
	struct notify *n = *state;

	add(n, 0, false);
	add(n, 0, false);
	assert_int_equal(notify_counts(n).queued, 2);
	assert_int_equal(notify_counts(n).coalesced, 0);
}

static void
drops_the_oldest_raise_when_the_queue_is_full(void **state)
{
	struct notify *n = *state;
	uint32_t second = 0;

	for (uint32_t i = 0; i < 9; i++) {
		uint32_t added = add(n, i + 1, false);

		second = i == 1 ? added : second;
	}
	assert_int_equal(notify_counts(n).dropped, 1);
	assert_int_equal(send_one(n, 0), second);
}

static void
sends_no_clear_for_a_raise_that_was_dropped(void **state)
{
	struct notify *n = *state;

	for (uint32_t i = 0; i < 9; i++)
		add(n, i + 1, false);
	add(n, 1, true);
	assert_int_equal(notify_counts(n).queued, 8);
	assert_int_equal(notify_counts(n).coalesced, 1);
	assert_sum(n);
}

static void
drops_raises_rather_than_a_clear_the_receiver_waits_for(void **state)
{
	struct notify *n = *state;
	uint32_t clear;

	add(n, 1, false);
	assert_int_not_equal(send_one(n, 0), 0);
	clear = add(n, 1, true);
	for (uint32_t i = 0; i < 50; i++)
		add(n, i + 2, false);
	assert_int_equal(send_one(n, 0), clear);
}

static void
drops_a_new_raise_when_only_clears_wait(void **state)
{
	struct notify *n = *state;
	uint32_t first;

	for (uint32_t i = 1; i <= 8; i++) {
		add(n, i, false);
		assert_int_not_equal(send_one(n, 0), 0);
	}
	first = sequence + 1;
	for (uint32_t i = 1; i <= 8; i++)
		add(n, i, true);
	add(n, 9, false);
	assert_int_equal(notify_counts(n).dropped, 1);
	assert_int_equal(send_one(n, 0), first);
}

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
sends_raise_and_clear_if_the_raise_may_have_arrived_before_the_connection_broke(void **state)
{
	struct notify *n = *state;
	uint32_t raise = add(n, 1, false), clear, next;

	assert_true(notify_next(n, 0, &next));
	notify_written(n);
	clear = add(n, 1, true);
	notify_return(n);
	assert_int_equal(send_one(n, 0), raise);
	assert_int_equal(send_one(n, 0), clear);
	assert_int_equal(send_one(n, 0), 0);
}

static void
sends_the_clear_of_an_alarm_raised_in_an_earlier_run(void **state)
{
	struct notify *n = *state;
	uint32_t clear;

	recall(n, 7, false);
	clear = add(n, 7, true);
	assert_int_equal(send_one(n, 0), clear);
}

static void
sends_the_clear_of_an_old_alarm_whose_raise_has_left_the_ring(void **state)
{
	struct notify *n = *state;
	uint32_t clear;

	recall(n, 100, false);
	clear = add(n, 50, true);
	assert_int_equal(send_one(n, 0), clear);
}

static void
sends_the_clear_of_an_old_alarm_in_place_of_its_unsent_reminder(void **state)
{
	struct notify *n = *state;
	uint32_t clear;

	recall(n, 100, false);
	add(n, 50, false);
	clear = add(n, 50, true);
	assert_int_equal(send_one(n, 0), clear);
	assert_int_equal(send_one(n, 0), 0);
}

static void
sends_the_clear_after_an_earlier_one_went_down_with_the_connection(void **state)
{
	struct notify *n = *state;
	uint32_t next, clear;

	add(n, 1, false);
	assert_int_not_equal(send_one(n, 0), 0);
	add(n, 1, true);
	assert_true(notify_next(n, 0, &next));
	notify_written(n);
	notify_return(n);
	add(n, 1, false);
	clear = add(n, 1, true);
	assert_int_equal(send_one(n, 0), clear);
	assert_int_equal(send_one(n, 0), 0);
}

static void
forgets_that_the_receiver_knew_an_alarm_once_its_clear_was_sent(void **state)
{
	struct notify *n = *state;

	add(n, 1, false);
	assert_int_not_equal(send_one(n, 0), 0);
	add(n, 1, true);
	assert_int_not_equal(send_one(n, 0), 0);
	add(n, 1, false);
	add(n, 1, true);
	assert_int_equal(send_one(n, 0), 0);
}

static void
sends_no_clear_of_a_new_alarm_whose_raise_was_lost_unseen(void **state)
{
	struct notify *n = *state;

	recall(n, 100, false);
	notify_add_lost(n, 5);
	sequence += 5;
	add(n, 103, true);
	assert_int_equal(send_one(n, 0), 0);
	assert_int_equal(notify_counts(n).raised, 6);
	assert_int_equal(notify_counts(n).dropped, 5);
	assert_int_equal(notify_counts(n).coalesced, 1);
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

/* The model: the true state of every object, and what the receiver made of what reached it. */
enum { OBJECTS = 12, EVENTS = 4000 };

struct model {
	bool raised[OBJECTS]; /* the true state */
	uint32_t id[OBJECTS]; /* alarm of the object now or last */
	uint32_t next_id;
	uint32_t alarm_of[EVENTS + 1]; /* by sequence */
	bool clears[EVENTS + 1];
	uint32_t arrivals[EVENTS + 1]; /* by sequence: times it reached the receiver */
	bool told[EVENTS + 1];	       /* by alarm: the receiver holds it for raised */
	bool broken, duplicates;       /* the last connection broke; one did at any time */
};

static void
model_receive(struct model *m, uint32_t number)
{
	uint32_t alarm = m->alarm_of[number];

	m->arrivals[number]++;
	if (m->clears[number] && !m->duplicates)
		assert_true(m->told[alarm]);
	m->told[alarm] = !m->clears[number];
}

static void
model_add(struct model *m, struct notify *n)
{
	unsigned object = (unsigned)rand() % OBJECTS;
	struct notify_event event;

	if (!m->raised[object])
		m->id[object] = ++m->next_id;
	event.sequence = ++sequence;
	event.alarm_id = m->id[object];
	event.clears = m->raised[object] && rand() % 3;
	m->raised[object] = !event.clears;
	m->alarm_of[event.sequence] = event.alarm_id;
	m->clears[event.sequence] = event.clears;
	notify_add(n, &event);
}

static void
model_send(struct model *m, struct notify *n, int64_t now_ms, bool breaks)
{
	uint32_t batch[NOTIFY_BATCH], next;
	unsigned count = 0, arrived;

	while (notify_next(n, now_ms, &next)) {
		assert_true(count < NOTIFY_BATCH);
		batch[count++] = next;
		notify_written(n);
	}
	/* When the master dies it may have passed on the first few. */
	m->broken = breaks && rand() % 5 == 0;
	m->duplicates |= m->broken;
	arrived = m->broken ? count / 2 : count;
	for (unsigned i = 0; i < arrived; i++)
		model_receive(m, batch[i]);
	if (m->broken)
		notify_return(n);
	else
		notify_confirm(n);
}

static void
model_check(const struct model *m, bool nothing_dropped)
{
	bool over[EVENTS + 1];

	memset(over, true, sizeof over);
	for (unsigned object = 0; object < OBJECTS; object++) {
		uint32_t id = m->id[object];

		over[id] = !m->raised[object];
		if (id && nothing_dropped)
			assert_int_equal(m->told[id], m->raised[object]);
	}
	for (uint32_t id = 1; id <= m->next_id; id++)
		if (over[id])
			assert_false(m->told[id]);
	for (uint32_t i = 1; i <= EVENTS; i++)
		assert_true(m->arrivals[i] <= 1 || m->duplicates);
}

/* One random history against the model. Returns how many notifications had to be dropped. */
static uint64_t
random_history(unsigned seed, uint32_t capacity, bool breaks)
{
	struct model *m = calloc(1, sizeof *m);
	struct notify *n = notify_new(capacity, 50, 20);
	uint64_t dropped;
	int64_t now_ms = 0;

	assert_non_null(m);
	assert_non_null(n);
	srand(seed);
	sequence = 0;
	while (sequence < EVENTS) {
		for (int i = rand() % 20; i > 0 && sequence < EVENTS; i--)
			model_add(m, n);
		assert_sum(n);
		now_ms += rand() % 300;
		if (rand() % 3 == 0)
			model_send(m, n, now_ms, breaks);
		assert_true(notify_counts(n).queued <= capacity);
		assert_sum(n);
	}
	while (notify_counts(n).queued)
		model_send(m, n, now_ms += 1000, breaks);
	assert_int_equal(notify_done(n), EVENTS);
	assert_int_equal(notify_counts(n).raised, EVENTS);
	assert_sum(n);
	dropped = notify_counts(n).dropped;
	model_check(m, dropped == 0);
	notify_free(n);
	free(m);
	return dropped;
}

static void
leaves_the_receiver_with_the_truth_after_any_history(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 100; seed++)
		assert_int_equal(random_history(seed, 1000, true), 0);
}

static void
leaves_no_stale_raise_when_the_queue_overflows(void **state)
{
	uint64_t dropped = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 100; seed++)
		dropped += random_history(seed, OBJECTS, false);
	assert_true(dropped > 100);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(sends_in_the_order_of_the_events),
		T(sends_a_clear_after_its_raise_was_sent),
		T(sends_neither_raise_nor_clear_of_an_alarm_that_ended_unsent),
		T(replaces_an_unsent_raise_by_a_newer_one_of_the_same_alarm),
		T(sends_the_clear_in_place_of_a_reminder_that_was_not_sent),
		T(never_coalesces_events_that_belong_to_no_alarm),
		T(drops_the_oldest_raise_when_the_queue_is_full),
		T(sends_no_clear_for_a_raise_that_was_dropped),
		T(drops_raises_rather_than_a_clear_the_receiver_waits_for),
		T(drops_a_new_raise_when_only_clears_wait),
		T(writes_no_more_than_a_batch_before_it_is_confirmed),
		T(sends_again_what_was_written_to_a_connection_that_broke),
		T(sends_raise_and_clear_if_the_raise_may_have_arrived_before_the_connection_broke),
		T(sends_the_clear_of_an_alarm_raised_in_an_earlier_run),
		T(sends_the_clear_of_an_old_alarm_whose_raise_has_left_the_ring),
		T(sends_the_clear_of_an_old_alarm_in_place_of_its_unsent_reminder),
		T(sends_the_clear_after_an_earlier_one_went_down_with_the_connection),
		T(forgets_that_the_receiver_knew_an_alarm_once_its_clear_was_sent),
		T(sends_no_clear_of_a_new_alarm_whose_raise_was_lost_unseen),
		T(sends_a_burst_and_then_keeps_to_the_rate),
		T(saves_up_no_more_than_a_burst_however_long_it_was_idle),
		T(stands_still_when_the_clock_does),
		T(takes_a_new_rate_at_once),
		T(waits_for_nothing_when_nothing_is_queued),
		T(tells_up_to_which_event_all_are_dealt_with),
		T(drops_what_cannot_be_sent_any_more),
		T(leaves_the_receiver_with_the_truth_after_any_history),
		T(leaves_no_stale_raise_when_the_queue_overflows),
	};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
