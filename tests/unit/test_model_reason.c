/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "model_wait.h"
#include "publish_fixture.h"

#define QUEUE "example.org/v1"

static void
apply(struct publish_fixture *p, enum acct_type type, const char *diag, int times)
{
	struct acct_record record = fixture_record(type, QUEUE);

	record.time_logged = p->f->now.wall_ms / 1000;
	record.dsn_diag = fixture_slice(diag);
	for (int i = 0; i < times; i++)
		fixture_apply(p->f, &record);
}

static const struct snap_reason *
reason(struct publish_fixture *p)
{
	const struct snap_queue *row;

	publish(p);
	row = publish_row(p, SNAP_QUEUE, fixture_object(p->f, STORE_QUEUE, QUEUE)->index);
	return &row->reason;
}

static const struct snap_reason *
vmta_reason(struct publish_fixture *p)
{
	const struct snap_vmta *row;

	publish(p);
	row = publish_row(p, SNAP_VMTA, fixture_object(p->f, STORE_VMTA, "v1")->index);
	return &row->reason;
}

static void
the_most_frequent_reply_leads(void **state)
{
	struct publish_fixture *p = *state;

	apply(p, ACCT_TRANSIENT, "smtp;421 4.7.28 unusual rate", 3);
	apply(p, ACCT_TRANSIENT_QUEUE, "smtp;451 4.7.1 greylisted", 4);
	apply(p, ACCT_BOUNCE, "smtp;550 5.1.1 no such user", 1);
	assert_string_equal(reason(p)->text, "451 4.7.1 greylisted");
	assert_int_equal(reason(p)->code, 451);
	assert_int_equal(reason(p)->share, 5000);
	assert_string_equal(vmta_reason(p)->text, "451 4.7.1 greylisted");
	assert_int_equal(vmta_reason(p)->share, 5000);
}

static void
a_queue_without_failures_has_no_reason_and_costs_no_memory(void **state)
{
	struct publish_fixture *p = *state;

	apply(p, ACCT_DELIVERY, "smtp;250 2.0.0 OK", 3);
	assert_null(reason(p)->text);
	assert_int_equal(reason(p)->share, SNAP_NONE32);
	assert_int_equal(reason(p)->code, 0);
	assert_null(fixture_object(p->f, STORE_QUEUE, QUEUE)->wait);
}

static void
a_reason_is_that_of_the_last_half_hour_to_hour(void **state)
{
	struct publish_fixture *p = *state;

	/* The clock stands on a full hour: slots of half an hour begin here. */
	apply(p, ACCT_TRANSIENT, "smtp;421 4.7.28 unusual rate", 9);
	fixture_pass(p->f, 1800);
	apply(p, ACCT_TRANSIENT, "smtp;451 4.7.1 greylisted", 1);
	assert_string_equal(reason(p)->text, "421 4.7.28 unusual rate");
	assert_int_equal(reason(p)->share, 9000);
	fixture_pass(p->f, 1800);
	apply(p, ACCT_DELIVERY, "smtp;250 2.0.0 OK", 1);
	assert_string_equal(reason(p)->text, "451 4.7.1 greylisted");
	assert_int_equal(reason(p)->share, 10000);
	fixture_pass(p->f, 1800);
	apply(p, ACCT_DELIVERY, "smtp;250 2.0.0 OK", 1);
	assert_null(reason(p)->text);
}

static void
a_frequent_reply_stays_whatever_else_is_said(void **state)
{
	struct publish_fixture *p = *state;
	char diag[64];

	for (int i = 0; i < 90; i++) {
		apply(p, ACCT_TRANSIENT, "smtp;421 4.7.28 unusual rate", 2);
		snprintf(diag, sizeof diag, "smtp;450 4.%d.%d another", i % 9, i);
		apply(p, ACCT_TRANSIENT, diag, 1);
	}
	assert_string_equal(reason(p)->text, "421 4.7.28 unusual rate");
	assert_int_equal(reason(p)->share, 6667);
}

static void
too_many_replies_never_count_too_much(void **state)
{
	struct publish_fixture *p = *state;
	char diag[64];

	for (int i = 0; i < 100; i++) {
		snprintf(diag, sizeof diag, "smtp;450 4.0.%d one of many", i % 25);
		apply(p, ACCT_TRANSIENT, diag, 1);
	}
	assert_non_null(reason(p)->text);
	assert_true(reason(p)->share <= 400);
	assert_int_equal(fixture_object(p->f, STORE_QUEUE, QUEUE)->wait->failures->reply_count,
			 WAIT_REPLIES_QUEUE);
	assert_int_equal(fixture_object(p->f, STORE_VMTA, "v1")->wait->failures->reply_count,
			 WAIT_REPLIES_VMTA);
}

static void
words_show_no_person_and_codes_alone_are_a_reason(void **state)
{
	struct publish_fixture *p = *state;

	apply(p, ACCT_BOUNCE, "smtp;550 5.1.1 <someone@example.org>: no such user", 2);
	assert_null(strstr(reason(p)->text, "someone"));
	apply(p, ACCT_BOUNCE, "smtp;552", 3);
	assert_string_equal(reason(p)->text, "552");
}

static void
what_a_backlog_brings_of_long_ago_is_no_reason_today(void **state)
{
	struct publish_fixture *p = *state;
	struct acct_record record = fixture_record(ACCT_TRANSIENT, QUEUE);

	apply(p, ACCT_TRANSIENT, "smtp;451 4.7.1 greylisted", 1);
	record.time_logged = p->f->now.wall_ms / 1000 - 7200;
	record.dsn_diag = fixture_slice("smtp;421 4.7.28 unusual rate");
	fixture_apply(p->f, &record);
	fixture_apply(p->f, &record);
	assert_string_equal(reason(p)->text, "451 4.7.1 greylisted");
	assert_int_equal(reason(p)->share, 10000);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, publish_fixture_setup, publish_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_most_frequent_reply_leads),
		TEST(a_queue_without_failures_has_no_reason_and_costs_no_memory),
		TEST(a_reason_is_that_of_the_last_half_hour_to_hour),
		TEST(a_frequent_reply_stays_whatever_else_is_said),
		TEST(too_many_replies_never_count_too_much),
		TEST(words_show_no_person_and_codes_alone_are_a_reason),
		TEST(what_a_backlog_brings_of_long_ago_is_no_reason_today),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
