/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "alarm_fixture.h"

#define QUEUE "a.example/v1"

static void
a_level_at_the_limit_raises_and_the_event_says_it_all(void **state)
{
	struct alarm_fixture *a = *state;
	const struct snap_event *event;

	alarm_fixture_depth(a, 999);
	assert_int_equal(event_ring_count(a->ring), 0);
	alarm_fixture_depth(a, 1000);
	event = alarm_fixture_last(a);
	assert_int_equal(event->key, 1);
	assert_int_equal(event->notification, SNAP_NOTE_QUEUE_DEPTH_HIGH);
	assert_int_equal(event->alarm_id, 1);
	assert_int_equal(event->severity, SNAP_SEVERITY_MAJOR);
	assert_string_equal(event->agent_name, "monitor.example");
	assert_int_equal(event->server_index, 1);
	assert_string_equal(event->server_name, "mta1");
	assert_int_equal(event->scope, SNAP_SCOPE_SERVER);
	assert_string_equal(event->object_name, "mta1");
	assert_int_equal(event->table, SNAP_SERVER);
	assert_string_equal(event->metric, "pmtaServerQueuedRecipients");
	assert_int_equal(event->value, 1000);
	assert_int_equal(event->limit, 1000);
	assert_int_equal(event->time_ms, a->f->now.wall_ms);
	assert_non_null(strstr(event->text, "1000 recipients queued (limit 1000)"));
	assert_non_null(strstr(event->text, "advice: look at the largest queue"));
	assert_int_equal(alarms_active(a->alarms), 1);
}

static void
between_the_limits_nothing_changes(void **state)
{
	struct alarm_fixture *a = *state;

	alarm_fixture_depth(a, 2000);
	alarm_fixture_depth(a, 999);
	alarm_fixture_depth(a, 501);
	alarm_fixture_depth(a, 3000);
	assert_int_equal(event_ring_count(a->ring), 1);
	alarm_fixture_depth(a, 500);
	assert_int_equal(event_ring_count(a->ring), 2);
	alarm_fixture_depth(a, 999);
	assert_int_equal(event_ring_count(a->ring), 2);
}

static void
a_clear_has_the_id_of_its_raise(void **state)
{
	struct alarm_fixture *a = *state;
	const struct snap_event *event;

	alarm_fixture_depth(a, 2000);
	fixture_pass(a->f, 90);
	alarm_fixture_depth(a, 10);
	event = alarm_fixture_last(a);
	assert_int_equal(event->notification, SNAP_NOTE_QUEUE_DEPTH_NORMAL);
	assert_int_equal(event->alarm_id, 1);
	assert_int_equal(event->severity, SNAP_SEVERITY_CLEARED);
	assert_int_equal(event->value, 10);
	assert_int_equal(event->limit, 500);
	assert_non_null(strstr(event->text, "after 1 min 30 s"));
	assert_int_equal(alarms_active(a->alarms), 0);
	alarm_fixture_depth(a, 2000);
	assert_int_equal(alarm_fixture_last(a)->alarm_id, 2);
}

static void
hold_must_pass_before_the_raise(void **state)
{
	struct alarm_fixture *a = *state;

	alarm_fixture_queue(a, QUEUE, 150);
	fixture_pass(a->f, 119);
	alarm_fixture_queue(a, QUEUE, 150);
	assert_int_equal(event_ring_count(a->ring), 0);
	assert_int_equal(alarms_active(a->alarms), 0);
	fixture_pass(a->f, 1);
	alarm_fixture_queue(a, QUEUE, 100);
	assert_int_equal(event_ring_count(a->ring), 1);
	assert_string_equal(alarm_fixture_last(a)->object_name, QUEUE);
	assert_int_equal(alarm_fixture_last(a)->table, SNAP_QUEUE);
	assert_int_equal(alarm_fixture_last(a)->object_index,
			 fixture_object(a->f, STORE_QUEUE, QUEUE)->index);
}

static void
a_dip_below_the_limit_begins_hold_anew(void **state)
{
	struct alarm_fixture *a = *state;

	alarm_fixture_queue(a, QUEUE, 150);
	fixture_pass(a->f, 60);
	alarm_fixture_queue(a, QUEUE, 99);
	fixture_pass(a->f, 60);
	alarm_fixture_queue(a, QUEUE, 150);
	fixture_pass(a->f, 60);
	alarm_fixture_queue(a, QUEUE, 150);
	assert_int_equal(event_ring_count(a->ring), 0);
}

static void
raise_queue(struct alarm_fixture *a)
{
	alarm_fixture_queue(a, QUEUE, 150);
	fixture_pass(a->f, 120);
	alarm_fixture_queue(a, QUEUE, 150);
	assert_int_equal(alarms_active(a->alarms), 1);
}

static void
calm_must_pass_before_the_clear(void **state)
{
	struct alarm_fixture *a = *state;

	raise_queue(a);
	alarm_fixture_queue(a, QUEUE, 50);
	fixture_pass(a->f, 50);
	alarm_fixture_queue(a, QUEUE, 51); /* begins anew */
	alarm_fixture_queue(a, QUEUE, 40);
	fixture_pass(a->f, 59);
	alarm_fixture_queue(a, QUEUE, 40);
	assert_int_equal(alarms_active(a->alarms), 1);
	fixture_pass(a->f, 1);
	alarm_fixture_queue(a, QUEUE, 40);
	assert_int_equal(alarms_active(a->alarms), 0);
}

static void
a_queue_that_is_gone_from_a_complete_list_is_calm(void **state)
{
	struct alarm_fixture *a = *state;

	raise_queue(a);
	alarm_fixture_queue(a, "b.test/v1", 1);
	fixture_pass(a->f, 60);
	alarm_fixture_queue(a, "b.test/v1", 1);
	assert_int_equal(alarms_active(a->alarms), 0);
	assert_int_equal(alarm_fixture_last(a)->value, 0);
}

static void
cut_list(struct alarm_fixture *a, double smallest)
{
	const struct doc_item items[] = {fixture_item("b.test/v1", smallest + 1),
					 fixture_item("c.test/v1", smallest)};

	fixture_cut_list(a->f, DOC_QUEUES, items, 2, 1e6);
	alarms_judge_list(a->alarms, a->f->model->servers[0], DOC_QUEUES, a->f->now);
}

static void
a_queue_below_the_end_of_a_cut_list_is_calm_if_the_end_is(void **state)
{
	struct alarm_fixture *a = *state;

	raise_queue(a);
	cut_list(a, 51);
	fixture_pass(a->f, 100);
	cut_list(a, 51);
	assert_int_equal(alarms_active(a->alarms), 1);
	cut_list(a, 50);
	fixture_pass(a->f, 60);
	cut_list(a, 30);
	assert_int_equal(alarms_active(a->alarms), 0);
	assert_int_equal(alarm_fixture_last(a)->value, SNAP_NONE32);
	assert_non_null(strstr(alarm_fixture_last(a)->text, "at most 30 recipients"));
}

static void
an_unknown_level_neither_raises_nor_clears(void **state)
{
	struct alarm_fixture *a = *state;

	raise_queue(a);
	for (int i = 0; i < 10; i++) {
		fixture_pass(a->f, 60);
		cut_list(a, 5000);
	}
	alarm_fixture_queue(a, QUEUE, NAN);
	assert_int_equal(alarms_active(a->alarms), 1);
	assert_int_equal(event_ring_count(a->ring), 1);
	alarm_fixture_depth(a, NAN);
	assert_int_equal(event_ring_count(a->ring), 1);
}

static void
a_rule_is_about_what_it_matches(void **state)
{
	struct alarm_fixture *a = *state;

	a->f->rules[RULE_QUEUE].hold_s = 0;
	alarm_fixture_queue(a, "a.test/v1", 5000);
	assert_int_equal(event_ring_count(a->ring), 0);
	alarm_fixture_queue(a, "A.EXAMPLE/v1", 5000);
	assert_int_equal(event_ring_count(a->ring), 1);
}

static void
the_text_tells_why_mail_waits_and_keeps_room_for_advice(void **state)
{
	struct alarm_fixture *a = *state;
	struct doc_item item = fixture_item(QUEUE, 500);
	char reply[TEXT_MAX];

	memset(reply, 'x', sizeof reply - 1);
	memcpy(reply, "421 4.7.0 slow down ", 20);
	reply[sizeof reply - 1] = '\0';
	item.error = reply;
	item.mode = SNAP_MODE_BACKOFF;
	a->f->rules[RULE_QUEUE].hold_s = 0;
	a->f->rules[RULE_QUEUE].advice = "lower max-msg-rate";
	fixture_list(a->f, DOC_QUEUES, &item, 1);
	alarms_judge_list(a->alarms, a->f->model->servers[0], DOC_QUEUES, a->f->now);
	assert_non_null(strstr(alarm_fixture_last(a)->text, "in backoff"));
	assert_non_null(strstr(alarm_fixture_last(a)->text, "421 4.7.0 slow down"));
	assert_non_null(strstr(alarm_fixture_last(a)->text, "advice: lower max-msg-rate"));
}

static void
the_text_quotes_the_remote_hosts_own_words(void **state)
{
	struct alarm_fixture *a = *state;
	struct doc_item item = fixture_item(QUEUE, 500);

	item.error = "skip of MX requested: \"421 4.7.0 too fast\" received from mx.example";
	item.reply_code = 421;
	a->f->rules[RULE_QUEUE].hold_s = 0;
	fixture_list(a->f, DOC_QUEUES, &item, 1);
	alarms_judge_list(a->alarms, a->f->model->servers[0], DOC_QUEUES, a->f->now);
	assert_non_null(strstr(alarm_fixture_last(a)->text, "reply: 421 4.7.0 too fast"));
	assert_null(strstr(alarm_fixture_last(a)->text, "mx.example"));
}

static void
the_text_names_the_largest_queue(void **state)
{
	struct alarm_fixture *a = *state;
	const struct doc_item items[] = {fixture_item("a.test/v1", 3),
					 fixture_item("b.test/v1", 9)};

	fixture_list(a->f, DOC_QUEUES, items, 2);
	alarm_fixture_depth(a, 1000);
	assert_non_null(strstr(alarm_fixture_last(a)->text, "largest queue b.test/v1 with 9"));
}

static void
a_server_is_down_after_so_many_failed_polls(void **state)
{
	struct alarm_fixture *a = *state;

	alarm_fixture_fail(a);
	alarm_fixture_fail(a);
	assert_int_equal(event_ring_count(a->ring), 0);
	alarm_fixture_fail(a);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_SERVER_DOWN);
	assert_int_equal(alarm_fixture_last(a)->severity, SNAP_SEVERITY_CRITICAL);
	assert_non_null(strstr(alarm_fixture_last(a)->text, "connection refused"));
	alarm_fixture_fail(a);
	assert_int_equal(event_ring_count(a->ring), 1);
	alarm_fixture_depth(a, 0);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_SERVER_UP);
	assert_int_equal(alarms_active(a->alarms), 0);
}

static void
polls_in_quick_succession_are_no_outage(void **state)
{
	struct alarm_fixture *a = *state;

	for (int reload = 0; reload < 10; reload++) {
		alarm_fixture_fail(a);
		fixture_pass(a->f, -29);
	}
	assert_int_equal(event_ring_count(a->ring), 0);
	fixture_pass(a->f, 40);
	alarm_fixture_fail(a);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_SERVER_DOWN);
}

static void
an_alarm_of_an_earlier_run_is_cleared_but_not_raised_again(void **state)
{
	struct alarm_fixture *a = *state;

	raise_queue(a);
	alarm_fixture_restart(a);
	assert_int_equal(alarms_active(a->alarms), 1);
	alarm_fixture_queue(a, QUEUE, 500);
	fixture_pass(a->f, 600);
	alarm_fixture_queue(a, QUEUE, 500);
	assert_int_equal(event_ring_count(a->ring), 1);
	alarm_fixture_queue(a, QUEUE, 0);
	fixture_pass(a->f, 60);
	alarm_fixture_queue(a, QUEUE, 0);
	assert_int_equal(alarm_fixture_last(a)->alarm_id, 1);
	assert_int_equal(alarm_fixture_last(a)->key, 2);
	assert_int_equal(alarms_active(a->alarms), 0);
}

static void
assert_ended(struct alarm_fixture *a, const char *reason)
{
	const struct snap_event *event = alarm_fixture_last(a);

	assert_int_equal(alarms_active(a->alarms), 0);
	assert_int_equal(event->severity, SNAP_SEVERITY_CLEARED);
	assert_int_equal(event->alarm_id, 1);
	assert_string_equal(event->server_name, "mta1");
	assert_string_equal(event->object_name, QUEUE);
	assert_int_equal(event->value, SNAP_NONE32);
	assert_non_null(strstr(event->text, reason));
}

static void
an_alarm_ends_with_its_rule(void **state)
{
	struct alarm_fixture *a = *state;

	raise_queue(a);
	a->f->conf.threshold_count = 1;
	alarm_fixture_configure(a);
	assert_ended(a, "no rule is about it");
}

static void
an_alarm_ends_when_its_rule_is_about_something_else(void **state)
{
	struct alarm_fixture *a = *state;

	raise_queue(a);
	a->f->rules[RULE_QUEUE].match = "*.test/*";
	alarm_fixture_configure(a);
	assert_ended(a, "no rule is about it");
}

static void
an_alarm_ends_when_its_rule_changes_its_scope(void **state)
{
	struct alarm_fixture *a = *state;

	raise_queue(a);
	a->f->rules[RULE_QUEUE].match = "*";
	a->f->rules[RULE_QUEUE].scope = SNAP_SCOPE_SERVER;
	a->f->rules[RULE_QUEUE].metric = a->f->rules[RULE_SERVER].metric;
	alarm_fixture_configure(a);
	assert_ended(a, "no rule is about it");
}

static void
an_alarm_ends_with_its_server(void **state)
{
	struct alarm_fixture *a = *state;

	raise_queue(a);
	a->f->servers[0].name = "mta9";
	alarm_fixture_configure(a);
	assert_ended(a, "no longer monitored");
}

static void
an_alarm_ends_when_its_server_is_no_longer_polled(void **state)
{
	struct alarm_fixture *a = *state;

	raise_queue(a);
	a->f->servers[0].url = NULL;
	alarm_fixture_configure(a);
	assert_ended(a, "no longer polled");
}

static void
an_alarm_ends_with_its_queue(void **state)
{
	struct alarm_fixture *a = *state;

	raise_queue(a);
	alarms_object_gone(a->alarms, a->f->model->servers[0],
			   fixture_object(a->f, STORE_QUEUE, QUEUE), a->f->now);
	assert_ended(a, "no longer known");
}

static void
a_restored_alarm_of_a_queue_that_nobody_knows_ends(void **state)
{
	struct alarm_fixture *a = *state;
	const struct store_alarm saved = {
		.id = 1,
		.rules = "3",
		.server = 1,
		.object = 4711,
		.scope = SNAP_SCOPE_DOMAIN_QUEUE,
		.metric = "domainQueueRecipients",
		.notification = SNAP_NOTE_QUEUE_DEPTH_HIGH,
		.severity = SNAP_SEVERITY_MINOR,
		.text = "deep",
		.server_name = "mta1",
		.object_name = QUEUE,
	};

	alarms_restore(a->alarms, &saved, a->f->now);
	alarm_fixture_configure(a);
	assert_ended(a, "no longer known");
}

static void
a_pending_alarm_ends_without_a_word(void **state)
{
	struct alarm_fixture *a = *state;

	alarm_fixture_queue(a, QUEUE, 150);
	a->f->conf.threshold_count = 1;
	alarm_fixture_configure(a);
	assert_int_equal(event_ring_count(a->ring), 0);
}

static void
changes_are_known_until_they_are_saved(void **state)
{
	struct alarm_fixture *a = *state;

	alarms_set_saved(a->alarms);
	assert_false(alarms_changed(a->alarms));
	raise_queue(a);
	assert_true(alarms_changed(a->alarms));
	alarms_set_saved(a->alarms);
	alarm_fixture_queue(a, QUEUE, 150);
	assert_false(alarms_changed(a->alarms));
	a->f->conf.threshold_count = 1;
	alarm_fixture_configure(a);
	assert_true(alarms_changed(a->alarms));
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, alarm_fixture_setup, alarm_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_level_at_the_limit_raises_and_the_event_says_it_all),
		TEST(between_the_limits_nothing_changes),
		TEST(a_clear_has_the_id_of_its_raise),
		TEST(hold_must_pass_before_the_raise),
		TEST(a_dip_below_the_limit_begins_hold_anew),
		TEST(calm_must_pass_before_the_clear),
		TEST(a_queue_that_is_gone_from_a_complete_list_is_calm),
		TEST(a_queue_below_the_end_of_a_cut_list_is_calm_if_the_end_is),
		TEST(an_unknown_level_neither_raises_nor_clears),
		TEST(a_rule_is_about_what_it_matches),
		TEST(the_text_tells_why_mail_waits_and_keeps_room_for_advice),
		TEST(the_text_quotes_the_remote_hosts_own_words),
		TEST(the_text_names_the_largest_queue),
		TEST(a_server_is_down_after_so_many_failed_polls),
		TEST(polls_in_quick_succession_are_no_outage),
		TEST(an_alarm_of_an_earlier_run_is_cleared_but_not_raised_again),
		TEST(an_alarm_ends_with_its_rule),
		TEST(an_alarm_ends_when_its_rule_is_about_something_else),
		TEST(an_alarm_ends_when_its_rule_changes_its_scope),
		TEST(an_alarm_ends_with_its_server),
		TEST(an_alarm_ends_when_its_server_is_no_longer_polled),
		TEST(an_alarm_ends_with_its_queue),
		TEST(a_restored_alarm_of_a_queue_that_nobody_knows_ends),
		TEST(a_pending_alarm_ends_without_a_word),
		TEST(changes_are_known_until_they_are_saved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
