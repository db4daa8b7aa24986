/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "alarm_fixture.h"

#define QUEUE "a.example/v1"

/* The course of an alarm: severities, reminders, quiet times, what is saved of it, and its rows. */
static void
two_severities(struct alarm_fixture *a)
{
	struct rule *rules = a->f->rules;

	rules[RULE_QUEUE].hold_s = rules[RULE_QUEUE].calm_s = 0;
	rules[RULE_SERVER] = rules[RULE_QUEUE];
	rules[RULE_SERVER].name = "very deep";
	rules[RULE_SERVER].raise.number = 1000;
	rules[RULE_SERVER].clear.number = 500;
	rules[RULE_SERVER].severity = SNAP_SEVERITY_CRITICAL;
	alarm_fixture_configure(a);
}

static void
assert_last(const struct alarm_fixture *a, enum snap_notification notification,
	    enum snap_severity severity, uint32_t limit)
{
	const struct snap_event *event = alarm_fixture_last(a);

	assert_int_equal(event->notification, notification);
	assert_int_equal(event->severity, severity);
	assert_int_equal(event->limit, limit);
	assert_int_equal(event->raise_note, SNAP_NOTE_QUEUE_DEPTH_HIGH);
	assert_int_equal(event->alarm_id, 1);
}

static void
a_worse_severity_replaces_the_milder_and_gives_way_to_it_again(void **state)
{
	struct alarm_fixture *a = *state;

	two_severities(a);
	alarm_fixture_queue(a, QUEUE, 200);
	assert_last(a, SNAP_NOTE_QUEUE_DEPTH_HIGH, SNAP_SEVERITY_MINOR, 100);
	alarm_fixture_queue(a, QUEUE, 2000);
	assert_last(a, SNAP_NOTE_SEVERITY_CHANGED, SNAP_SEVERITY_CRITICAL, 1000);
	assert_non_null(strstr(alarm_fixture_last(a)->text, "critical, was minor: a.example/v1: "));
	assert_int_equal(a->f->model->servers[0]->alarms_worst, SNAP_SEVERITY_CRITICAL);
	alarm_fixture_queue(a, QUEUE, 400);
	assert_last(a, SNAP_NOTE_SEVERITY_CHANGED, SNAP_SEVERITY_MINOR, 100);
	alarm_fixture_queue(a, QUEUE, 10);
	assert_last(a, SNAP_NOTE_QUEUE_DEPTH_NORMAL, SNAP_SEVERITY_CLEARED, 50);
	assert_int_equal(event_ring_count(a->ring), 4);
	assert_int_equal(a->f->model->servers[0]->alarms_active, 0);
	assert_int_equal(a->f->model->servers[0]->alarms_worst, SNAP_SEVERITY_CLEARED);
}

static void
an_alarm_that_begins_with_the_worst_is_one_event(void **state)
{
	struct alarm_fixture *a = *state;

	two_severities(a);
	alarm_fixture_queue(a, QUEUE, 2000);
	assert_last(a, SNAP_NOTE_QUEUE_DEPTH_HIGH, SNAP_SEVERITY_CRITICAL, 1000);
	alarm_fixture_queue(a, QUEUE, 0);
	assert_last(a, SNAP_NOTE_QUEUE_DEPTH_NORMAL, SNAP_SEVERITY_CLEARED, 500);
	assert_int_equal(event_ring_count(a->ring), 2);
}

static void
both_severities_survive_a_restart(void **state)
{
	struct alarm_fixture *a = *state;

	two_severities(a);
	alarm_fixture_queue(a, QUEUE, 2000);
	fixture_pass(a->f, 100);
	alarm_fixture_restart(a);
	alarm_fixture_queue(a, QUEUE, 400);
	assert_last(a, SNAP_NOTE_SEVERITY_CHANGED, SNAP_SEVERITY_MINOR, 100);
	alarm_fixture_queue(a, QUEUE, 0);
	assert_last(a, SNAP_NOTE_QUEUE_DEPTH_NORMAL, SNAP_SEVERITY_CLEARED, 50);
	assert_non_null(strstr(alarm_fixture_last(a)->text, "after 1 min 40 s"));
}

static void
a_rule_that_goes_leaves_the_alarm_to_the_others(void **state)
{
	struct alarm_fixture *a = *state;

	two_severities(a);
	alarm_fixture_queue(a, QUEUE, 2000);
	a->f->rules[RULE_SERVER] = a->f->rules[RULE_QUEUE];
	a->f->conf.threshold_count = 1;
	alarm_fixture_configure(a);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_SEVERITY_CHANGED);
	assert_int_equal(alarm_fixture_last(a)->severity, SNAP_SEVERITY_MINOR);
	assert_int_equal(alarms_active(a->alarms), 1);
	assert_int_equal(alarms_worst(a->alarms), SNAP_SEVERITY_MINOR);
}

static void
a_reload_that_changes_nothing_says_nothing(void **state)
{
	struct alarm_fixture *a = *state;

	two_severities(a);
	alarm_fixture_queue(a, QUEUE, 2000);
	alarm_fixture_configure(a);
	alarm_fixture_configure(a);
	assert_int_equal(event_ring_count(a->ring), 1);
	alarm_fixture_queue(a, QUEUE, 0);
	assert_int_equal(event_ring_count(a->ring), 2);
}

static void
an_active_alarm_is_told_again_each_time_it_is_due(void **state)
{
	struct alarm_fixture *a = *state;

	two_severities(a);
	a->f->rules[RULE_QUEUE].remind_s = 3600;
	alarm_fixture_queue(a, QUEUE, 200);
	fixture_pass(a->f, 3599);
	alarms_judge_flow(a->alarms, a->f->now);
	assert_int_equal(event_ring_count(a->ring), 1);
	fixture_pass(a->f, 1);
	alarms_judge_flow(a->alarms, a->f->now);
	assert_last(a, SNAP_NOTE_QUEUE_DEPTH_HIGH, SNAP_SEVERITY_MINOR, 100);
	assert_non_null(
		strstr(alarm_fixture_last(a)->text, "still, after 1 h: a.example/v1: 200 "));
	alarms_judge_flow(a->alarms, a->f->now);
	assert_int_equal(event_ring_count(a->ring), 2);
	alarm_fixture_restart(a);
	fixture_pass(a->f, 3600);
	alarms_judge_flow(a->alarms, a->f->now);
	assert_int_equal(event_ring_count(a->ring), 3);
}

static void
alarms_are_told_again_to_who_may_have_missed_them(void **state)
{
	struct alarm_fixture *a = *state;

	two_severities(a);
	alarm_fixture_queue(a, QUEUE, 200);
	alarms_tell_again(a->alarms, a->f->now);
	assert_last(a, SNAP_NOTE_QUEUE_DEPTH_HIGH, SNAP_SEVERITY_MINOR, 100);
	assert_non_null(strstr(alarm_fixture_last(a)->text, "told again, after 0 s: a.example/v1"));
	alarm_fixture_queue(a, QUEUE, 0);
	alarms_tell_again(a->alarms, a->f->now);
	assert_int_equal(event_ring_count(a->ring), 3);
}

static void
a_quiet_time_raises_nothing_but_what_is_very_large(void **state)
{
	static const struct rule_quiet always = {.days = 0x7f, .hourly = true, .to = 0};
	struct alarm_fixture *a = *state;
	struct rule *rule = &a->f->rules[RULE_QUEUE];

	rule->hold_s = rule->calm_s = 0;
	rule->quiet = &always;
	rule->quiet_count = 1;
	rule->quiet_unless = 5000;
	alarm_fixture_configure(a);
	alarm_fixture_queue(a, QUEUE, 4999);
	alarm_fixture_queue(a, QUEUE, 4999);
	assert_int_equal(event_ring_count(a->ring), 0);
	assert_int_equal(alarms_suppressed(a->alarms), 1);
	alarm_fixture_queue(a, QUEUE, 5000);
	assert_int_equal(event_ring_count(a->ring), 1);
	alarm_fixture_queue(a, QUEUE, 0);
	assert_int_equal(event_ring_count(a->ring), 2);
}

static void
a_dry_run_only_counts(void **state)
{
	struct alarm_fixture *a = *state;
	struct snap_part *part;
	const struct snap_threshold *rows;

	a->f->rules[RULE_QUEUE].hold_s = 0;
	a->f->rules[RULE_QUEUE].calm_s = 0;
	a->f->rules[RULE_QUEUE].dry_run = true;
	alarm_fixture_configure(a);
	for (int i = 0; i < 3; i++) {
		alarm_fixture_queue(a, QUEUE, 200);
		alarm_fixture_queue(a, QUEUE, 200);
		alarm_fixture_queue(a, QUEUE, 0);
	}
	assert_int_equal(event_ring_count(a->ring), 0);
	assert_int_equal(alarms_active(a->alarms), 0);
	alarm_fixture_restart(a);
	part = alarms_publish_rules(a->alarms);
	rows = snap_part_row(part, 0, NULL);
	assert_string_equal(rows[2].name, "queue depth");
	assert_int_equal(rows[2].would_raise, 3);
	assert_int_equal(rows[2].raised, 0);
	assert_int_equal(rows[2].dry_run, 1);
	assert_int_equal(rows[2].last_raise, FIXTURE_WALL);
	snap_part_unref(part);
}

static void
restarts_and_resets_are_told_once_and_not_those_of_an_earlier_run(void **state)
{
	struct alarm_fixture *a = *state;
	struct model_server *server = a->f->model->servers[0];

	server->restarts++;
	alarm_fixture_depth(a, 0);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_SERVER_RESTARTED);
	server->counter_resets++;
	alarm_fixture_depth(a, 0);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_COUNTERS_RESET);
	assert_int_equal(alarm_fixture_last(a)->alarm_id, 0);
	assert_int_equal(alarm_fixture_last(a)->server_index, 1);
	alarm_fixture_depth(a, 0);
	alarm_fixture_restart(a);
	alarm_fixture_depth(a, 0);
	assert_int_equal(event_ring_count(a->ring), 2);
}

static void
the_row_of_an_alarm_has_its_value_as_of_now(void **state)
{
	struct alarm_fixture *a = *state;
	struct snap_part *part;
	const struct snap_alarm *row;

	two_severities(a);
	alarm_fixture_queue(a, QUEUE, 200);
	fixture_pass(a->f, 50);
	alarm_fixture_queue(a, QUEUE, 333);
	part = alarms_publish(a->alarms);
	row = snap_part_row(part, 0, NULL);
	assert_int_equal(part->count, 1);
	assert_int_equal(row->key, 1);
	assert_string_equal(row->object_name, QUEUE);
	assert_string_equal(row->threshold, "queue depth");
	assert_int_equal(row->value, 333);
	assert_int_equal(row->limit, 100);
	assert_int_equal(a->f->now.mono_ms - row->raised_mono, 50000);
	assert_int_equal(row->notification, SNAP_NOTE_QUEUE_DEPTH_HIGH);
	assert_non_null(strstr(row->text, "200 recipients queued"));
	snap_part_unref(part);
}

/* What was handed out to be saved. */
struct book {
	int alarms, ended, rules;
	uint32_t id;
};

static void
book_alarm(void *ctx, const struct store_alarm *alarm)
{
	struct book *book = ctx;

	book->alarms++;
	book->id = alarm->id;
}

static void
book_ended(void *ctx, uint32_t id)
{
	struct book *book = ctx;

	book->ended++;
	book->id = id;
}

static void
book_rule(void *ctx, const struct store_rule *rule)
{
	struct book *book = ctx;

	(void)rule;
	book->rules++;
}

static struct book
unsaved(const struct alarm_fixture *a)
{
	struct book book = {0};

	alarms_each_unsaved(a->alarms,
			    &(struct alarm_saver){book_alarm, book_ended, book_rule, &book});
	return book;
}

static void
only_what_changed_is_saved(void **state)
{
	struct alarm_fixture *a = *state;

	two_severities(a);
	alarms_set_saved(a->alarms);
	alarm_fixture_queue(a, QUEUE, 200);
	assert_int_equal(unsaved(a).alarms, 1);
	assert_int_equal(unsaved(a).rules, 1);
	alarms_set_saved(a->alarms);
	alarm_fixture_queue(a, QUEUE, 300);
	assert_false(alarms_changed(a->alarms));
	assert_int_equal(unsaved(a).alarms, 0);
	alarm_fixture_queue(a, QUEUE, 0);
	assert_int_equal(unsaved(a).alarms, 0);
	assert_int_equal(unsaved(a).ended, 1);
	assert_int_equal(unsaved(a).id, 1);
	alarms_set_saved(a->alarms);
	assert_int_equal(unsaved(a).ended, 0);
	/* The store never heard of one that ended before it was saved. */
	alarm_fixture_queue(a, QUEUE, 200);
	alarm_fixture_queue(a, QUEUE, 0);
	assert_int_equal(unsaved(a).ended, 0);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, alarm_fixture_setup, alarm_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_worse_severity_replaces_the_milder_and_gives_way_to_it_again),
		TEST(an_alarm_that_begins_with_the_worst_is_one_event),
		TEST(both_severities_survive_a_restart),
		TEST(a_rule_that_goes_leaves_the_alarm_to_the_others),
		TEST(a_reload_that_changes_nothing_says_nothing),
		TEST(an_active_alarm_is_told_again_each_time_it_is_due),
		TEST(alarms_are_told_again_to_who_may_have_missed_them),
		TEST(a_quiet_time_raises_nothing_but_what_is_very_large),
		TEST(a_dry_run_only_counts),
		TEST(restarts_and_resets_are_told_once_and_not_those_of_an_earlier_run),
		TEST(the_row_of_an_alarm_has_its_value_as_of_now),
		TEST(only_what_changed_is_saved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
