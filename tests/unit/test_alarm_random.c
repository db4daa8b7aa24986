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
 * The state machine of three rules on one metric against a plain reading of its description: the
 * whole history is kept and looked through again at each step.
 */
#define STEPS 400
#define ROUNDS 150
#define RULES 3
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
	enum snap_severity severity;
	bool dry_run;
	uint32_t raised; /* times */
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
	o->raised += o->active;
	o->changed = o->count;
}

static void
all_see(struct oracle o[RULES], int64_t at, uint32_t least, uint32_t most)
{
	for (int i = 0; i < RULES; i++)
		oracle_see(&o[i], at, least, most);
}

/* The severity of the alarm, 0 without one. */
static unsigned
worst(const struct oracle o[RULES])
{
	unsigned severity = 0;

	for (int i = 0; i < RULES; i++) {
		if (o[i].active && !o[i].dry_run && (severity == 0 || o[i].severity < severity))
			severity = o[i].severity;
	}
	return severity;
}

/* One reply of /queues, of one of the kinds there are. */
static void
step(struct alarm_fixture *a, struct oracle o[RULES], unsigned *seed, int64_t at)
{
	const uint32_t level = pick(seed, 40);
	const struct doc_item queue = fixture_item(QUEUE, level);
	const struct doc_item sorted[] = {fixture_item("b.test/v1", level + 3),
					  fixture_item("c.test/v1", level)};
	const struct doc_item unsorted[] = {sorted[1], sorted[0]};

	switch (pick(seed, 8)) {
	case 0: /* left out of a complete list */
		fixture_list(a->f, DOC_QUEUES, sorted, 2);
		all_see(o, at, 0, 0);
		break;
	case 1: /* cut off below the level */
		fixture_cut_list(a->f, DOC_QUEUES, sorted, 2, 1e6);
		all_see(o, at, 0, level);
		break;
	case 2: /* cut off, and nothing is known */
		fixture_cut_list(a->f, DOC_QUEUES, unsorted, 2, NAN);
		all_see(o, at, 0, UINT32_MAX);
		break;
	default:
		fixture_list(a->f, DOC_QUEUES, &queue, 1);
		all_see(o, at, level, level);
		break;
	}
	alarms_judge_list(a->alarms, a->f->model->servers[0], DOC_QUEUES, a->f->now);
}

static void
set_rules(struct alarm_fixture *a, struct oracle o[RULES], unsigned *seed)
{
	static const char *const names[RULES] = {"one", "two", "three"};
	const bool at_once = pick(seed, 4) == 0;

	for (int i = 0; i < RULES; i++) {
		struct rule *rule = &a->f->rules[i];

		*rule = a->f->rules[RULE_QUEUE];
		rule->name = names[i];
		o[i].clear = pick(seed, 25);
		o[i].raise = o[i].clear + 1 + pick(seed, 12);
		rule->clear.number = o[i].clear;
		rule->raise.number = o[i].raise;
		rule->hold_s = o[i].hold_s = at_once ? 0 : pick(seed, 3) * 50;
		rule->calm_s = o[i].calm_s = at_once ? 0 : pick(seed, 3) * 70;
		rule->severity = o[i].severity =
			(enum snap_severity)(SNAP_SEVERITY_CRITICAL + pick(seed, 3));
		rule->dry_run = o[i].dry_run = pick(seed, 5) == 0;
	}
	a->f->conf.threshold_count = RULES;
	alarm_fixture_configure(a);
}

static bool
is_at_once(const struct oracle o[RULES])
{
	for (int i = 0; i < RULES; i++) {
		if (o[i].hold_s > 0 || o[i].calm_s > 0)
			return false;
	}
	return true;
}

static void
assert_rules(const struct alarm_fixture *a, const struct oracle o[RULES])
{
	struct snap_part *part = alarms_publish_rules(a->alarms);
	const struct snap_threshold *rows = snap_part_row(part, 0, NULL);

	/* The first is built in. */
	assert_int_equal(part->count, RULES + 1);
	for (int i = 0; i < RULES; i++) {
		const struct snap_threshold *row = &rows[i + 1];

		assert_int_equal(row->active, o[i].active);
		assert_int_equal(row->raised, o[i].dry_run ? 0 : o[i].raised);
		assert_int_equal(row->would_raise, o[i].dry_run ? o[i].raised : 0);
	}
	snap_part_unref(part);
}

static void
assert_alarm(const struct alarm_fixture *a, unsigned severity, uint32_t id)
{
	struct snap_part *part = alarms_publish(a->alarms);
	const struct snap_alarm *row = severity != 0 ? snap_part_row(part, 0, NULL) : NULL;

	assert_int_equal(part->count, severity != 0);
	assert_int_equal(alarms_worst(a->alarms), severity != 0 ? severity : SNAP_SEVERITY_CLEARED);
	if (severity != 0) {
		assert_int_equal(row->severity, severity);
		assert_int_equal(row->key, id);
	}
	snap_part_unref(part);
}

static void
play(struct alarm_fixture *a, unsigned seed)
{
	struct oracle *o = calloc(RULES, sizeof *o);
	const struct doc_item queue = fixture_item(QUEUE, 0);
	int64_t at = 0;
	uint32_t events = 0, ids = 0;

	set_rules(a, o, &seed);
	fixture_list(a->f, DOC_QUEUES, &queue, 1);
	for (int i = 0; i < STEPS; i++) {
		const int64_t pause = pick(&seed, 60);
		const unsigned was = worst(o);

		fixture_pass(a->f, pause);
		at += pause;
		/* What is pending when the process ends is not remembered, nor is what a dry run
		 * would have raised: the next run finds out by itself. */
		if (pick(&seed, 50) == 0 && is_at_once(o) && !o[0].dry_run && !o[1].dry_run &&
		    !o[2].dry_run)
			alarm_fixture_restart(a);
		step(a, o, &seed, at);
		events += worst(o) != was;
		ids += was == 0 && worst(o) != 0;
		assert_int_equal(alarms_active(a->alarms), worst(o) != 0);
		assert_int_equal(event_ring_last(a->ring), events);
		assert_alarm(a, worst(o), ids);
		assert_rules(a, o);
	}
	free(o);
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
