/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "alarm_fixture.h"

#define QUEUE "gmail.com/v1"

/* What values rules read, of which objects, and when. The one rule of each test is the first. */
static struct rule *
only_rule(struct alarm_fixture *a, enum snap_scope scope, const char *metric, double raise,
	  double clear)
{
	struct rule *rule = &a->f->rules[0];

	*rule = (struct rule){
		.name = "it",
		.scope = scope,
		.match = "*",
		.server = "*",
		.metric = metric_find(scope, metric),
		.when = RULE_ABOVE,
		.raise = {RULE_FIXED, raise},
		.clear = {RULE_FIXED, clear},
		.floor = SNAP_NONE32,
		.quiet_unless = SNAP_NONE32,
		.severity = SNAP_SEVERITY_MINOR,
	};
	assert_non_null(rule->metric);
	a->f->conf.threshold_count = 1;
	return rule;
}

/* So many records of a type, and a second later what is judged all the time. */
static void
records(struct alarm_fixture *a, enum acct_type type, int count)
{
	struct acct_record record = fixture_record(type, QUEUE);

	record.time_logged = a->f->now.wall_ms / 1000;
	record.dlv_type = fixture_slice("smtp");
	record.bounce_cat = fixture_slice("spam-related");
	if (type != ACCT_DELIVERY)
		record.dsn_diag = fixture_slice("smtp;421 4.7.28 unusual rate");
	for (int i = 0; i < count; i++)
		fixture_apply(a->f, &record);
	fixture_pass(a->f, 1);
	alarms_judge_flow(a->alarms, a->f->now);
}

static void
a_share_is_judged_from_so_many_attempts_on_and_its_text_says_why(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rule = only_rule(a, SNAP_SCOPE_PROVIDER, "deferral-share", 1500, 1000);
	const struct snap_event *event;

	/* No window that is shown. */
	rule->window_s = 420;
	rule->minimum = 100;
	rule->advice = "lower max-msg-rate";
	alarm_fixture_configure(a);
	records(a, ACCT_TRANSIENT, 40);
	records(a, ACCT_DELIVERY, 59);
	assert_int_equal(event_ring_count(a->ring), 0);
	records(a, ACCT_DELIVERY, 1);
	event = alarm_fixture_last(a);
	assert_int_equal(event->notification, SNAP_NOTE_DEFERRAL_RATE_HIGH);
	assert_int_equal(event->scope, SNAP_SCOPE_PROVIDER);
	assert_int_equal(event->table, SNAP_PROVIDER);
	assert_string_equal(event->object_name, "gmail");
	assert_string_equal(event->metric, "providerWindowDeferralShare");
	assert_int_equal(event->value, 4000);
	assert_int_equal(event->limit, 1500);
	assert_int_equal(event->window, 420);
	assert_string_equal(event->text,
			    "gmail: 40 % of 100 attempts deferred in 7 min (limit 15 %), mostly "
			    "421 4.7.28 unusual rate; advice: lower max-msg-rate");
	records(a, ACCT_DELIVERY, 300);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_DEFERRAL_RATE_HIGH + 1);
	assert_non_null(strstr(alarm_fixture_last(a)->text, "gmail: 10 % of 400 attempts"));
}

static void
a_share_without_attempts_neither_raises_nor_clears(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rule = only_rule(a, SNAP_SCOPE_PROVIDER, "deferral-share", 1500, 1000);

	rule->window_s = 60;
	alarm_fixture_configure(a);
	records(a, ACCT_TRANSIENT, 40);
	assert_int_equal(alarms_active(a->alarms), 1);
	fixture_pass(a->f, 600);
	records(a, ACCT_TRANSIENT, 0);
	assert_int_equal(alarms_active(a->alarms), 1);
}

static void
what_a_total_grew_by_within_the_window_is_judged(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rule = only_rule(a, SNAP_SCOPE_BOUNCE_CLASS, "bounceClassBounced", 10, 2);

	rule->window_s = 60;
	rule->match = "spam-*";
	alarm_fixture_configure(a);
	records(a, ACCT_BOUNCE, 9);
	for (int i = 0; i < 9; i++)
		records(a, ACCT_BOUNCE, 1);
	/* What was there before the first look is no growth. */
	assert_int_equal(event_ring_count(a->ring), 0);
	records(a, ACCT_BOUNCE, 1);
	assert_int_equal(alarm_fixture_last(a)->value, 10);
	assert_string_equal(alarm_fixture_last(a)->object_name, "spam-related");
	fixture_pass(a->f, 61);
	records(a, ACCT_DELIVERY, 1);
	fixture_pass(a->f, 61);
	records(a, ACCT_DELIVERY, 1);
	assert_int_equal(alarms_active(a->alarms), 0);
}

static void
too_little_is_an_alarm_of_its_own(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rule = only_rule(a, SNAP_SCOPE_SERVER, "delivered", 5, 8);

	rule->window_s = 60;
	rule->when = RULE_BELOW;
	a->f->rules[1] = *rule;
	a->f->rules[1].name = "too much";
	a->f->rules[1].when = RULE_ABOVE;
	a->f->rules[1].raise.number = 100;
	a->f->conf.threshold_count = 2;
	alarm_fixture_configure(a);
	records(a, ACCT_DELIVERY, 20);
	assert_int_equal(event_ring_count(a->ring), 0);
	fixture_pass(a->f, 120);
	records(a, ACCT_DELIVERY, 4);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_DELIVERY_RATE_LOW);
	assert_int_equal(alarm_fixture_last(a)->value, 4);
	records(a, ACCT_DELIVERY, 4);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_DELIVERY_RATE_NORMAL);
	records(a, ACCT_DELIVERY, 100);
	assert_int_equal(alarm_fixture_last(a)->alarm_id, 2);
	assert_int_equal(alarms_active(a->alarms), 1);
}

/* A baseline that a test sets. */
struct norm {
	double mean, deviation;
	uint32_t history_s;
	int asked;
};

static int
expect(void *ctx, const struct model_server *server, const struct model_object *object,
       const struct metric *metric, struct moment now, double *mean, double *deviation,
       uint32_t *history_s)
{
	struct norm *norm = ctx;

	(void)now;
	assert_string_equal(server->name, "mta1");
	assert_string_equal(object->name, "gmail");
	assert_string_equal(metric->name, "providerWindowDeferralShare");
	norm->asked++;
	*mean = norm->mean;
	*deviation = norm->deviation;
	*history_s = norm->history_s;
	return norm->history_s > 0 ? 0 : -1;
}

static void
a_limit_follows_the_baseline_once_it_is_old_enough(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rule = only_rule(a, SNAP_SCOPE_PROVIDER, "deferral-share", 3, 1);
	struct norm norm = {.mean = 1000, .deviation = 500};

	rule->window_s = 3600;
	rule->raise.kind = rule->clear.kind = RULE_SIGMA;
	rule->history_s = 7 * 86400;
	alarm_fixture_configure(a);
	records(a, ACCT_TRANSIENT, 30);
	records(a, ACCT_DELIVERY, 70);
	alarms_set_expect(a->alarms, expect, &norm);
	records(a, ACCT_DELIVERY, 0);
	norm.history_s = 86400;
	records(a, ACCT_DELIVERY, 1);
	assert_int_equal(event_ring_count(a->ring), 0);
	norm.history_s = 7 * 86400;
	records(a, ACCT_TRANSIENT, 1);
	assert_true(norm.asked > 0);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_ANOMALY_DETECTED);
	assert_int_equal(alarm_fixture_last(a)->limit, 2500);
	assert_non_null(strstr(alarm_fixture_last(a)->text, "(limit 25 % by its baseline)"));
	norm.mean = 9000;
	records(a, ACCT_TRANSIENT, 1);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_ANOMALY_ENDED);
}

static void
a_floor_keeps_a_limit_from_following_a_baseline_to_nothing(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rule = only_rule(a, SNAP_SCOPE_PROVIDER, "deferral-share", 2, 1.5);
	struct norm norm = {.mean = 10, .history_s = 1};

	rule->window_s = 3600;
	rule->raise.kind = rule->clear.kind = RULE_FACTOR;
	rule->floor = 500;
	alarm_fixture_configure(a);
	alarms_set_expect(a->alarms, expect, &norm);
	records(a, ACCT_TRANSIENT, 4);
	records(a, ACCT_DELIVERY, 0);
	assert_int_equal(alarm_fixture_last(a)->limit, 500);
	records(a, ACCT_DELIVERY, 100);
	assert_int_equal(alarms_active(a->alarms), 0);
}

static void
a_state_is_judged_and_normal_in_a_queue_that_has_no_mail(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rule = only_rule(a, SNAP_SCOPE_DOMAIN_QUEUE, "mode", 0, 0);
	struct doc_item item = fixture_item(QUEUE, 50);

	rule->when = RULE_IS;
	rule->states = 1u << SNAP_MODE_BACKOFF;
	alarm_fixture_configure(a);
	item.mode = SNAP_MODE_BACKOFF;
	fixture_list(a->f, DOC_QUEUES, &item, 1);
	alarms_judge_list(a->alarms, a->f->model->servers[0], DOC_QUEUES, a->f->now);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_QUEUE_BACKOFF_ENTERED);
	assert_int_equal(alarm_fixture_last(a)->limit, SNAP_NONE32);
	assert_int_equal(alarm_fixture_last(a)->value, SNAP_MODE_BACKOFF);
	alarm_fixture_queue(a, "other.example/v1", 5);
	assert_int_equal(alarm_fixture_last(a)->notification, SNAP_NOTE_QUEUE_BACKOFF_LEFT);
}

static void
a_source_that_fails_is_judged_like_any_object(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rule = only_rule(a, SNAP_SCOPE_SOURCE, "state", 0, 0);
	struct model_server *server = a->f->model->servers[0];

	rule->when = RULE_IS;
	rule->states = 1u << SNAP_SOURCE_FAILING;
	rule->match = "/queues";
	alarm_fixture_configure(a);
	model_source_done(server, SNAP_SOURCE_QUEUES, "timed out", 5, a->f->now);
	model_source_done(server, SNAP_SOURCE_JOBS, "timed out", 5, a->f->now);
	alarms_judge_flow(a->alarms, a->f->now);
	assert_int_equal(event_ring_count(a->ring), 1);
	assert_string_equal(alarm_fixture_last(a)->object_name, "/queues");
	assert_int_equal(alarm_fixture_last(a)->object_index, SNAP_SOURCE_QUEUES);
	assert_non_null(strstr(alarm_fixture_last(a)->text, "last error: timed out"));
	model_source_done(server, SNAP_SOURCE_QUEUES, NULL, 5, a->f->now);
	alarms_judge_flow(a->alarms, a->f->now);
	assert_int_equal(alarms_active(a->alarms), 0);
}

static void
an_age_grows_without_records(void **state)
{
	struct alarm_fixture *a = *state;

	only_rule(a, SNAP_SCOPE_VMTA, "last-delivery-age", 3600, 60);
	alarm_fixture_configure(a);
	records(a, ACCT_DELIVERY, 1);
	fixture_pass(a->f, 3598);
	alarms_judge_flow(a->alarms, a->f->now);
	assert_int_equal(event_ring_count(a->ring), 0);
	fixture_pass(a->f, 12);
	alarms_judge_flow(a->alarms, a->f->now);
	assert_string_equal(alarm_fixture_last(a)->object_name, "v1");
}

static void
objects_that_row_limit_hides_are_judged_too(void **state)
{
	struct alarm_fixture *a = *state;

	only_rule(a, SNAP_SCOPE_DOMAIN_QUEUE, "queued-recipients", 100, 10);
	alarm_fixture_configure(a);
	alarm_fixture_queue(a, QUEUE, 100);
	fixture_object(a->f, STORE_QUEUE, QUEUE)->shown = false;
	alarm_fixture_queue(a, QUEUE, 0);
	assert_int_equal(event_ring_count(a->ring), 2);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, alarm_fixture_setup, alarm_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_share_is_judged_from_so_many_attempts_on_and_its_text_says_why),
		TEST(a_share_without_attempts_neither_raises_nor_clears),
		TEST(what_a_total_grew_by_within_the_window_is_judged),
		TEST(too_little_is_an_alarm_of_its_own),
		TEST(a_limit_follows_the_baseline_once_it_is_old_enough),
		TEST(a_floor_keeps_a_limit_from_following_a_baseline_to_nothing),
		TEST(a_state_is_judged_and_normal_in_a_queue_that_has_no_mail),
		TEST(a_source_that_fails_is_judged_like_any_object),
		TEST(an_age_grows_without_records),
		TEST(objects_that_row_limit_hides_are_judged_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
