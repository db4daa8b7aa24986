/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "publish_fixture.h"

static void
reply(struct publish_fixture *p, enum acct_type type, const char *queue, const char *diag,
      int times)
{
	struct acct_record record = fixture_record(type, queue);

	record.dsn_diag = fixture_slice(diag);
	for (int i = 0; i < times; i++)
		fixture_apply(p->f, &record);
}

static const struct snap_part *
replies(struct publish_fixture *p)
{
	fixture_pass(p->f, 10);
	return publish(p)->servers[0].part[SNAP_REPLY];
}

static const struct snap_reason *
gmail_reason(struct publish_fixture *p)
{
	const struct snap_provider *row;

	fixture_pass(p->f, 10);
	publish(p);
	row = publish_row(p, SNAP_PROVIDER, fixture_object(p->f, STORE_PROVIDER, "gmail")->index);
	return &row->reason;
}

static void
rows_are_sorted_by_provider_code_and_enhanced_code(void **state)
{
	struct publish_fixture *p = *state;
	const struct snap_part *part;
	const struct snap_reply *rows;

	reply(p, ACCT_TRANSIENT, "gmail.com/v1", "smtp;421 4.7.28 unusual rate", 3);
	reply(p, ACCT_TRANSIENT_QUEUE, "gmail.com/v1", "smtp;421 4.7.0 try later", 2);
	reply(p, ACCT_BOUNCE, "example.com/v1", "smtp;550 5.1.1 no such user", 1);
	part = replies(p);
	rows = snap_part_row(part, 0, NULL);
	assert_int_equal(part->key_len, 3);
	assert_int_equal(part->count, 3);
	assert_int_equal(rows[0].key[0], 0);
	assert_null(rows[0].provider);
	assert_int_equal(rows[0].bounced, 1);
	assert_int_equal(rows[1].key[0], fixture_object(p->f, STORE_PROVIDER, "gmail")->index);
	assert_int_equal(rows[1].key[1], 421);
	assert_int_equal(rows[1].key[2], 4007000);
	assert_int_equal(rows[1].deferred, 2);
	assert_string_equal(rows[2].provider, "gmail");
	assert_int_equal(rows[2].key[2], 4007028);
	assert_string_equal(rows[2].text, "unusual rate");
	assert_int_equal(rows[2].last_seen, FIXTURE_WALL - 5);
}

static void
remote_bounces_and_deliveries_are_no_replies_that_failed(void **state)
{
	struct publish_fixture *p = *state;

	reply(p, ACCT_DELIVERY, "gmail.com/v1", "smtp;250 2.0.0 OK", 1);
	reply(p, ACCT_REMOTE_BOUNCE, "gmail.com/v1", "smtp;550 5.1.1 no such user", 1);
	assert_int_equal(replies(p)->count, 0);
}

static void
what_was_not_seen_for_row_retention_is_not_shown(void **state)
{
	struct publish_fixture *p = *state;

	reply(p, ACCT_TRANSIENT, "gmail.com/v1", "smtp;421 4.7.28 unusual rate", 1);
	assert_int_equal(replies(p)->count, 1);
	fixture_pass(p->f, 2 * 86400);
	assert_int_equal(replies(p)->count, 0);
}

static void
the_leading_reason_of_a_provider_is_its_most_frequent_reply(void **state)
{
	struct publish_fixture *p = *state;

	reply(p, ACCT_TRANSIENT, "gmail.com/v1", "smtp;421 4.7.28 unusual rate", 3);
	reply(p, ACCT_BOUNCE, "googlemail.com/v2", "smtp;550 5.1.1 no such user", 1);
	reply(p, ACCT_BOUNCE, "example.com/v1", "smtp;550 5.7.1 go away", 50);
	assert_int_equal(gmail_reason(p)->code, 421);
	assert_string_equal(gmail_reason(p)->text, "421 4.7.28 unusual rate");
	assert_int_equal(gmail_reason(p)->share, 7500);
}

static void
the_reason_is_of_the_last_hour(void **state)
{
	struct publish_fixture *p = *state;

	reply(p, ACCT_TRANSIENT, "gmail.com/v1", "smtp;421 4.7.28 unusual rate", 1);
	assert_int_equal(gmail_reason(p)->code, 421);
	fixture_pass(p->f, 4300);
	reply(p, ACCT_DELIVERY, "gmail.com/v1", "", 1);
	assert_int_equal(gmail_reason(p)->code, 0);
	assert_null(gmail_reason(p)->text);
	assert_int_equal(gmail_reason(p)->share, SNAP_NONE32);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, publish_fixture_setup, publish_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(rows_are_sorted_by_provider_code_and_enhanced_code),
		TEST(remote_bounces_and_deliveries_are_no_replies_that_failed),
		TEST(what_was_not_seen_for_row_retention_is_not_shown),
		TEST(the_leading_reason_of_a_provider_is_its_most_frequent_reply),
		TEST(the_reason_is_of_the_last_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
