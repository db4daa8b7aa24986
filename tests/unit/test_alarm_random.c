/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "alarm_fixture.h"

/*
 * The state machine against a plain reading of its description: the whole history is kept and
 * looked through again at each step.
 */
#define STEPS 400
#define ROUNDS 150
#define QUEUE "a.example/v1"

struct observation {
	int64_t at;	      /* seconds */
	uint32_t least, most; /* what the list lets conclude */
};

struct oracle {
	struct observation seen[STEPS];
	int count;
	int changed; /* observations up to here led to the last change */
	bool active;
	uint32_t raise, clear, hold_s, calm_s;
};

static uint32_t
pick(unsigned *seed, uint32_t below)
{
	return (uint32_t)rand_r(seed) % below;
}

/* Since when the queue has been seen over its limit, and at no time below; -1: it is not. */
static int64_t
over_since(const struct oracle *o)
{
	int64_t since = -1;

	for (int i = o->count - 1; i >= o->changed && o->seen[i].most >= o->raise; i--) {
		if (o->seen[i].least >= o->raise)
			since = o->seen[i].at;
	}
	return o->seen[o->count - 1].least >= o->raise ? since : -1;
}

/* The same of being at or below the clear limit, and at no time above. */
static int64_t
calm_since(const struct oracle *o)
{
	int64_t since = -1;

	for (int i = o->count - 1; i >= o->changed && o->seen[i].least <= o->clear; i--) {
		if (o->seen[i].most <= o->clear)
			since = o->seen[i].at;
	}
	return o->seen[o->count - 1].most <= o->clear ? since : -1;
}

static void
oracle_see(struct oracle *o, int64_t at, uint32_t least, uint32_t most)
{
	const int64_t wait = o->active ? o->calm_s : o->hold_s;
	int64_t since;

	o->seen[o->count++] = (struct observation){at, least, most};
	since = o->active ? calm_since(o) : over_since(o);
	if (since < 0 || at - since < wait)
		return;
	o->active = !o->active;
	o->changed = o->count;
}

/* One reply of /queues, of one of the kinds there are. */
static void
step(struct alarm_fixture *a, struct oracle *o, unsigned *seed, int64_t at)
{
	const uint32_t level = pick(seed, 40);
	const struct doc_item queue = fixture_item(QUEUE, level);
	const struct doc_item sorted[] = {fixture_item("b.test/v1", level + 3),
					  fixture_item("c.test/v1", level)};
	const struct doc_item unsorted[] = {sorted[1], sorted[0]};

	switch (pick(seed, 8)) {
	case 0: /* left out of a complete list */
		fixture_list(a->f, DOC_QUEUES, sorted, 2);
		oracle_see(o, at, 0, 0);
		break;
	case 1: /* cut off below the level */
		fixture_cut_list(a->f, DOC_QUEUES, sorted, 2, 1e6);
		oracle_see(o, at, 0, level);
		break;
	case 2: /* cut off, and nothing is known */
		fixture_cut_list(a->f, DOC_QUEUES, unsorted, 2, NAN);
		oracle_see(o, at, 0, UINT32_MAX);
		break;
	default:
		fixture_list(a->f, DOC_QUEUES, &queue, 1);
		oracle_see(o, at, level, level);
		break;
	}
	alarms_judge_list(a->alarms, a->f->model->servers[0], DOC_QUEUES, a->f->now);
}

static void
play(struct alarm_fixture *a, unsigned seed)
{
	struct rule *rule = &a->f->rules[RULE_QUEUE];
	struct oracle o = {0};
	const struct doc_item queue = fixture_item(QUEUE, 0);
	int64_t at = 0;
	uint32_t changes = 0;

	o.clear = pick(&seed, 25);
	o.raise = o.clear + 1 + pick(&seed, 12);
	rule->clear.number = o.clear;
	rule->raise.number = o.raise;
	rule->hold_s = o.hold_s = pick(&seed, 3) * 50;
	rule->calm_s = o.calm_s = pick(&seed, 3) * 70;
	fixture_list(a->f, DOC_QUEUES, &queue, 1);
	for (int i = 0; i < STEPS; i++) {
		const int64_t pause = pick(&seed, 60);
		const bool was = o.active;

		fixture_pass(a->f, pause);
		at += pause;
		/* What was pending when the process ended is not remembered: only for a hold of 0.
		 */
		if (pick(&seed, 50) == 0 && o.hold_s == 0 && o.calm_s == 0)
			alarm_fixture_restart(a);
		step(a, &o, &seed, at);
		changes += o.active != was;
		assert_int_equal(alarms_active(a->alarms), o.active);
		assert_int_equal(event_ring_last(a->ring), changes);
	}
}

static void
it_does_what_its_description_says_on_random_levels(void **state)
{
	uint32_t changes = 0;

	(void)state;
	for (unsigned seed = 1; seed <= ROUNDS; seed++) {
		void *fixture;
		struct alarm_fixture *a;

		alarm_fixture_setup(&fixture);
		a = fixture;
		play(a, seed);
		changes += event_ring_last(a->ring);
		alarm_fixture_teardown(&fixture);
	}
	/* A comparison in which nothing ever happened would prove nothing. */
	assert_true(changes > ROUNDS * 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_does_what_its_description_says_on_random_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
