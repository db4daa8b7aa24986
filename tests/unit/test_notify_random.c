/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random histories of alarms against a model of the receiver: it is left with the truth, and counts
 * always add up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "notify_fixture.h"

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
#define T(name) cmocka_unit_test_setup_teardown(name, notify_setup, notify_teardown)
	const struct CMUnitTest tests[] = {
		T(leaves_the_receiver_with_the_truth_after_any_history),
		T(leaves_no_stale_raise_when_the_queue_overflows),
	};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
