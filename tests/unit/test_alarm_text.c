/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "alarm_fixture.h"

#define QUEUE "gmail.com/v1"
#define SLOW "smtp;421 4.7.28 unusual rate"
#define UNKNOWN "smtp;550 5.1.1 no such user"

/* One rule on a level or a window of an hour, raised from so much on, at once. */
static struct rule *
only_rule(struct alarm_fixture *a, enum snap_scope scope, const char *metric, double raise)
{
	struct rule *rule = &a->f->rules[0];

	rule->scope = scope;
	rule->metric = metric_find(scope, metric);
	rule->window_s = metric_needs_window(rule->metric) ? 3600 : 0;
	rule->raise = (struct rule_limit){RULE_FIXED, raise};
	rule->clear = (struct rule_limit){RULE_FIXED, raise / 2};
	rule->advice = "look there";
	a->f->conf.threshold_count = 1;
	alarm_fixture_configure(a);
	return rule;
}

static void
records(struct alarm_fixture *a, enum acct_type type, const char *diag, int count)
{
	struct acct_record record = fixture_record(type, QUEUE);

	record.time_logged = a->f->now.wall_ms / 1000;
	record.dlv_type = fixture_slice("smtp");
	record.bounce_cat = fixture_slice("bad-mailbox");
	record.dsn_diag = fixture_slice(diag);
	record.rcpt_domain = fixture_slice("gmail.com");
	for (int i = 0; i < count; i++)
		fixture_apply(a->f, &record);
}

static void
list(struct alarm_fixture *a, const struct doc_item *item)
{
	fixture_list(a->f, DOC_QUEUES, item, 1);
	alarms_judge_list(a->alarms, a->f->model->servers[0], DOC_QUEUES, a->f->now);
}

static void
flow(struct alarm_fixture *a)
{
	fixture_pass(a->f, 1);
	alarms_judge_flow(a->alarms, a->f->now);
}

static void
a_queue_tells_its_own_leading_reply_and_not_its_last_error(void **state)
{
	struct doc_item item = fixture_item(QUEUE, 500);

	only_rule(*state, SNAP_SCOPE_DOMAIN_QUEUE, "queued-recipients", 100);
	records(*state, ACCT_TRANSIENT, SLOW, 3);
	records(*state, ACCT_TRANSIENT, "smtp;452 4.2.2 over quota", 1);
	item.error = "message rate limit reached";
	item.mode = SNAP_MODE_BACKOFF;
	list(*state, &item);
	assert_string_equal(alarm_fixture_last(*state)->text,
			    "gmail.com/v1: 500 recipients queued (limit 100); in backoff, mostly "
			    "421 4.7.28 unusual rate; advice: look there");
}

static void
a_queue_without_replies_tells_its_last_error(void **state)
{
	struct doc_item item = fixture_item(QUEUE, 500);

	only_rule(*state, SNAP_SCOPE_DOMAIN_QUEUE, "queued-recipients", 100);
	item.error = "message rate limit reached";
	list(*state, &item);
	assert_string_equal(alarm_fixture_last(*state)->text,
			    "gmail.com/v1: 500 recipients queued (limit 100); last error: message "
			    "rate limit reached; advice: look there");
}

static void
a_vmta_tells_its_own_leading_reply(void **state)
{
	only_rule(*state, SNAP_SCOPE_VMTA, "deferral-share", 1000);
	records(*state, ACCT_TRANSIENT, SLOW, 20);
	flow(*state);
	assert_string_equal(alarm_fixture_last(*state)->text,
			    "v1: 100 % of 20 attempts deferred in 1 h (limit 10 %), mostly 421 "
			    "4.7.28 unusual rate; advice: look there");
}

static void
bounces_are_explained_by_refusals_though_there_are_more_deferrals(void **state)
{
	only_rule(*state, SNAP_SCOPE_PROVIDER, "hard-bounce-share", 1000);
	records(*state, ACCT_TRANSIENT, SLOW, 60);
	records(*state, ACCT_BOUNCE, UNKNOWN, 40);
	flow(*state);
	assert_string_equal(alarm_fixture_last(*state)->text,
			    "gmail: 40 % of 100 attempts bounced hard in 1 h (limit 10 %), mostly "
			    "550 5.1.1 no such user; advice: look there");
}

static void
deferrals_of_a_vmta_are_explained_by_deferrals_though_there_are_more_refusals(void **state)
{
	only_rule(*state, SNAP_SCOPE_VMTA, "deferral-share", 1000);
	records(*state, ACCT_TRANSIENT, SLOW, 40);
	records(*state, ACCT_BOUNCE, UNKNOWN, 60);
	flow(*state);
	assert_non_null(
		strstr(alarm_fixture_last(*state)->text, "mostly 421 4.7.28 unusual rate;"));
}

static void
complaints_are_not_explained_by_a_reply(void **state)
{
	only_rule(*state, SNAP_SCOPE_PROVIDER, "complaint-share", 100);
	records(*state, ACCT_TRANSIENT, SLOW, 60);
	records(*state, ACCT_DELIVERY, "", 100);
	records(*state, ACCT_FEEDBACK, "", 2);
	flow(*state);
	assert_string_equal(alarm_fixture_last(*state)->text,
			    "gmail: 2 % of 100 deliveries complained of in 1 h (limit 1 %); "
			    "advice: look there");
}

static void
a_long_reason_ends_behind_a_word_and_leaves_the_advice_whole(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rule = only_rule(a, SNAP_SCOPE_PROVIDER, "deferral-share", 1000);
	const char *text;

	rule->advice = "read providerTopReason; pause this provider's queues or change the sender";
	records(a, ACCT_TRANSIENT,
		"smtp;421 4.7.28 Our system has detected an unusual rate of unsolicited mail "
		"originating from your address, to protect our users from spam, mail sent from "
		"your address has been temporarily rate limited",
		20);
	flow(a);
	text = alarm_fixture_last(a)->text;
	assert_true(strlen(text) < TEXT_MAX - 20);
	assert_non_null(
		strstr(text, ", mostly 421 4.7.28 Our system has detected an unusual rate"));
	assert_non_null(strstr(text, "...; advice: read providerTopReason; pause"));
	assert_string_equal(text + strlen(text) - 17, "change the sender");
}

static void
an_endless_word_is_cut_on_a_character_border(void **state)
{
	struct alarm_fixture *a = *state;
	char advice[TEXT_MAX * 2] = "";
	const char *text;
	size_t len;

	for (size_t i = 0; i + 2 < sizeof advice - 1; i += 2)
		memcpy(advice + i, "\xc3\xa4", 3);
	only_rule(a, SNAP_SCOPE_SERVER, "queued-recipients", 100)->advice = advice;
	alarm_fixture_depth(a, 500);
	text = alarm_fixture_last(a)->text;
	len = strlen(text);
	assert_in_range(len, 100, TEXT_MAX - 1);
	assert_memory_equal(text + len - 5, "\xc3\xa4...", 5);
}

static void
a_change_of_severity_has_room_in_front_of_the_text(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rules = a->f->rules;
	char advice[TEXT_MAX];
	const char *text;

	snprintf(advice, sizeof advice, "%0200d wake somebody", 0);
	only_rule(a, SNAP_SCOPE_SERVER, "queued-recipients", 100);
	rules[1] = rules[0];
	rules[1].name = "worse";
	rules[1].raise.number = 1000;
	rules[1].severity = SNAP_SEVERITY_CRITICAL;
	rules[1].advice = advice;
	a->f->conf.threshold_count = 2;
	alarm_fixture_configure(a);
	alarm_fixture_depth(a, 500);
	alarm_fixture_depth(a, 5000);
	text = alarm_fixture_last(a)->text;
	assert_memory_equal(text, "critical, was major: mta1: 5000 recipients queued", 48);
	assert_true(strlen(text) < TEXT_MAX);
	assert_string_equal(text + strlen(text) - 3, "...");
}

static void
an_alarm_that_eases_tells_when_it_will_be_normal(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rules = a->f->rules;

	only_rule(a, SNAP_SCOPE_SERVER, "queued-recipients", 100);
	rules[1] = rules[0];
	rules[1].name = "worse";
	rules[1].raise.number = 1000;
	rules[1].clear.number = 500;
	rules[1].severity = SNAP_SEVERITY_CRITICAL;
	a->f->conf.threshold_count = 2;
	alarm_fixture_configure(a);
	alarm_fixture_depth(a, 5000);
	alarm_fixture_depth(a, 300);
	assert_string_equal(alarm_fixture_last(a)->text,
			    "major, was critical: mta1: 300 recipients queued (limit 100); advice: "
			    "look there");
	alarm_fixture_depth(a, 5000);
	alarm_fixture_depth(a, 60);
	assert_string_equal(alarm_fixture_last(a)->text,
			    "major, was critical: mta1: 60 recipients queued (normal at 50); "
			    "advice: look there");
}

static void
what_is_yes_or_no_is_told_by_its_name(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rule = only_rule(a, SNAP_SCOPE_DOMAIN_QUEUE, "paused", 1);
	struct doc_item item = fixture_item(QUEUE, 500);

	rule->when = RULE_IS;
	rule->states = 1u << 1;
	alarm_fixture_configure(a);
	records(a, ACCT_TRANSIENT, SLOW, 3);
	item.paused = 1;
	list(a, &item);
	assert_string_equal(alarm_fixture_last(a)->text,
			    "gmail.com/v1: paused; advice: look there");
	item.paused = 2;
	list(a, &item);
	assert_string_equal(alarm_fixture_last(a)->text, "gmail.com/v1: not paused, after 0 s");
}

static void
one_of_something_is_no_plural(void **state)
{
	struct doc_item item = fixture_item(QUEUE, 500);

	only_rule(*state, SNAP_SCOPE_PROVIDER, "queues-backoff", 1);
	item.mode = SNAP_MODE_BACKOFF;
	list(*state, &item);
	assert_string_equal(alarm_fixture_last(*state)->text,
			    "gmail: 1 queue in backoff (limit 1); advice: look there");
}

static void
a_refusal_of_mail_is_told_in_the_words_of_the_port(void **state)
{
	struct alarm_fixture *a = *state;
	struct rule *rule = only_rule(a, SNAP_SCOPE_SERVER, "probe-state", 1);
	struct check_smtp smtp = {.state = SNAP_PROBE_BUSY, .reply = "421 4.3.2 too many"};

	rule->when = RULE_IS;
	rule->states = 1u << SNAP_PROBE_BUSY;
	alarm_fixture_configure(a);
	model_apply_smtp(a->f->model->servers[0], &smtp);
	alarm_fixture_depth(a, 1);
	assert_string_equal(alarm_fixture_last(a)->text,
			    "mta1: probe state busy; 421 4.3.2 too many; advice: look there");
}

static void
a_server_names_the_provider_where_what_it_tells_of_happens(void **state)
{
	only_rule(*state, SNAP_SCOPE_SERVER, "bounced", 5);
	records(*state, ACCT_TRANSIENT, SLOW, 60);
	records(*state, ACCT_BOUNCE, UNKNOWN, 6);
	flow(*state);
	assert_string_equal(alarm_fixture_last(*state)->text,
			    "mta1: 6 recipients bounced in 1 h (limit 5); most of it at gmail: 550 "
			    "5.1.1 no such user; advice: look there");
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, alarm_fixture_setup, alarm_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_queue_tells_its_own_leading_reply_and_not_its_last_error),
		TEST(a_queue_without_replies_tells_its_last_error),
		TEST(a_vmta_tells_its_own_leading_reply),
		TEST(bounces_are_explained_by_refusals_though_there_are_more_deferrals),
		TEST(deferrals_of_a_vmta_are_explained_by_deferrals_though_there_are_more_refusals),
		TEST(complaints_are_not_explained_by_a_reply),
		TEST(a_long_reason_ends_behind_a_word_and_leaves_the_advice_whole),
		TEST(an_endless_word_is_cut_on_a_character_border),
		TEST(a_change_of_severity_has_room_in_front_of_the_text),
		TEST(an_alarm_that_eases_tells_when_it_will_be_normal),
		TEST(what_is_yes_or_no_is_told_by_its_name),
		TEST(one_of_something_is_no_plural),
		TEST(a_refusal_of_mail_is_told_in_the_words_of_the_port),
		TEST(a_server_names_the_provider_where_what_it_tells_of_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
