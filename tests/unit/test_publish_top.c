/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "publish_fixture.h"

static void
record(struct publish_fixture *p, enum acct_type type, const char *queue, const char *diag,
       int64_t age, int times)
{
	struct acct_record record = fixture_record(type, queue);

	record.time_logged = p->f->now.wall_ms / 1000;
	record.time_queued = record.time_logged - age;
	record.dsn_diag = fixture_slice(diag);
	for (int i = 0; i < times; i++)
		fixture_apply(p->f, &record);
}

/* The row of a list and rank as published now, or NULL. */
static const struct snap_top *
top(struct publish_fixture *p, enum snap_top_list list, uint32_t rank)
{
	const struct snap_part *part;

	fixture_pass(p->f, 10);
	part = publish(p)->servers[0].part[SNAP_TOP];
	for (uint32_t i = 0; i < part->count; i++) {
		const struct snap_top *row = snap_part_row(part, i, NULL);

		if (row->key[0] == list && row->key[1] == rank)
			return row;
	}
	return NULL;
}

static void
the_largest_ten_of_all_queues_are_listed_largest_first(void **state)
{
	struct publish_fixture *p = *state;
	struct doc_item items[FIXTURE_ITEMS];
	char names[FIXTURE_ITEMS][32];

	for (int i = 0; i < FIXTURE_ITEMS; i++) {
		snprintf(names[i], sizeof names[i], "q%02d.example/v1", i);
		items[i] = fixture_item(names[i], 1 + i * 7 % FIXTURE_ITEMS);
	}
	fixture_list(p->f, DOC_QUEUES, items, FIXTURE_ITEMS);
	for (uint32_t rank = 1; rank <= SNAP_TOP_RANKS; rank++)
		assert_int_equal(top(p, SNAP_TOP_LARGEST_QUEUES, rank)->value,
				 FIXTURE_ITEMS + 1 - rank);
	assert_null(top(p, SNAP_TOP_LARGEST_QUEUES, SNAP_TOP_RANKS + 1));
	assert_string_equal(top(p, SNAP_TOP_LARGEST_QUEUES, 1)->unit, "recipients");
}

static void
queues_that_row_limit_hides_are_listed_too(void **state)
{
	struct publish_fixture *p = *state;
	const char *pin = "small.example/v1";
	struct doc_item items[] = {fixture_item("small.example/v1", 1),
				   fixture_item("large.example/v1", 900)};
	const struct snap_top *row;

	p->f->conf.row_limit = 1;
	p->f->servers[0].pin = &pin;
	p->f->servers[0].pin_count = 1;
	fixture_configure(p->f);
	fixture_list(p->f, DOC_QUEUES, items, 2);
	row = top(p, SNAP_TOP_LARGEST_QUEUES, 1);
	assert_string_equal(row->name, "large.example/v1");
	assert_int_equal(row->table, SNAP_QUEUE);
	assert_null(publish_row(p, SNAP_QUEUE, row->object));
	assert_non_null(publish_row(p, SNAP_QUEUE, top(p, SNAP_TOP_LARGEST_QUEUES, 2)->object));
}

static void
a_queue_without_mail_or_news_is_not_large(void **state)
{
	struct publish_fixture *p = *state;
	const struct doc_item item = fixture_item("a.example/v1", 5);

	fixture_list(p->f, DOC_QUEUES, &item, 1);
	assert_non_null(top(p, SNAP_TOP_LARGEST_QUEUES, 1));
	fixture_list(p->f, DOC_QUEUES, &item, 0);
	assert_null(top(p, SNAP_TOP_LARGEST_QUEUES, 1));
	fixture_list(p->f, DOC_QUEUES, &item, 1);
	fixture_pass(p->f, 1000);
	assert_null(top(p, SNAP_TOP_LARGEST_QUEUES, 1));
}

static void
the_oldest_go_by_the_estimate_and_say_why(void **state)
{
	struct publish_fixture *p = *state;
	const struct doc_item items[] = {fixture_item("a.example/v1", 5),
					 fixture_item("b.example/v1", 7)};

	fixture_list(p->f, DOC_QUEUES, items, 2);
	record(p, ACCT_TRANSIENT, "a.example/v1", "smtp;451 4.7.1 greylisted", 500, 1);
	record(p, ACCT_TRANSIENT, "b.example/v1", "smtp;421 4.7.28 unusual rate", 900, 1);
	assert_string_equal(top(p, SNAP_TOP_OLDEST_QUEUES, 1)->name, "b.example/v1");
	assert_string_equal(top(p, SNAP_TOP_OLDEST_QUEUES, 1)->reason, "421 4.7.28 unusual rate");
	assert_in_range(top(p, SNAP_TOP_OLDEST_QUEUES, 1)->value, 900, 1000);
	assert_string_equal(top(p, SNAP_TOP_OLDEST_QUEUES, 2)->name, "a.example/v1");
	assert_null(top(p, SNAP_TOP_OLDEST_QUEUES, 3));
}

static void
without_a_reply_the_last_error_is_the_reason(void **state)
{
	struct publish_fixture *p = *state;
	struct doc_item item = fixture_item("a.example/v1", 5);

	item.error = "connect rate limit reached";
	fixture_list(p->f, DOC_QUEUES, &item, 1);
	assert_string_equal(top(p, SNAP_TOP_LARGEST_QUEUES, 1)->reason,
			    "connect rate limit reached");
	item.error = "Error: \"550 5.1.1 <someone@example.org>: no such user\" while connected";
	fixture_list(p->f, DOC_QUEUES, &item, 1);
	assert_string_equal(top(p, SNAP_TOP_LARGEST_QUEUES, 1)->reason,
			    "550 5.1.1 <address>: no such user");
}

static void
providers_go_by_share_of_at_least_a_hundred_attempts(void **state)
{
	struct publish_fixture *p = *state;

	record(p, ACCT_TRANSIENT, "gmail.com/v1", "smtp;421 4.7.28 unusual rate", 5, 4000);
	record(p, ACCT_DELIVERY, "gmail.com/v1", "", 5, 16000);
	record(p, ACCT_TRANSIENT, "yahoo.com/v1", "smtp;421 4.7.0 TSS04", 5, 99);
	assert_string_equal(top(p, SNAP_TOP_PROVIDERS_BY_DEFERRAL, 1)->name, "gmail");
	assert_int_equal(top(p, SNAP_TOP_PROVIDERS_BY_DEFERRAL, 1)->value, 2000);
	assert_string_equal(top(p, SNAP_TOP_PROVIDERS_BY_DEFERRAL, 1)->reason,
			    "421 4.7.28 unusual rate");
	assert_null(top(p, SNAP_TOP_PROVIDERS_BY_DEFERRAL, 2));
	assert_null(top(p, SNAP_TOP_PROVIDERS_BY_BOUNCE, 1));
	record(p, ACCT_BOUNCE, "yahoo.com/v1", "smtp;554 5.7.9 no", 5, 1);
	assert_string_equal(top(p, SNAP_TOP_PROVIDERS_BY_DEFERRAL, 1)->name, "yahoo");
	assert_int_equal(top(p, SNAP_TOP_PROVIDERS_BY_DEFERRAL, 1)->value, 9900);
	assert_string_equal(top(p, SNAP_TOP_PROVIDERS_BY_DEFERRAL, 2)->name, "gmail");
	assert_string_equal(top(p, SNAP_TOP_PROVIDERS_BY_BOUNCE, 1)->name, "yahoo");
	assert_int_equal(top(p, SNAP_TOP_PROVIDERS_BY_BOUNCE, 1)->value, 100);
}

static void
slow_is_who_delivers_least_of_what_waits(void **state)
{
	struct publish_fixture *p = *state;
	const struct doc_item items[] = {fixture_item("v1", 1000), fixture_item("v2", 200),
					 fixture_item("v3", 99), fixture_item("v4", 500)};

	record(p, ACCT_DELIVERY, "example.org/v1", "", 5, 100);
	record(p, ACCT_DELIVERY, "example.org/v2", "", 5, 10);
	fixture_list(p->f, DOC_VMTAS, items, 4);
	assert_string_equal(top(p, SNAP_TOP_SLOWEST_VMTAS, 1)->name, "v4");
	assert_int_equal(top(p, SNAP_TOP_SLOWEST_VMTAS, 1)->value, 0);
	assert_string_equal(top(p, SNAP_TOP_SLOWEST_VMTAS, 2)->name, "v2");
	assert_int_equal(top(p, SNAP_TOP_SLOWEST_VMTAS, 2)->value, 500);
	assert_string_equal(top(p, SNAP_TOP_SLOWEST_VMTAS, 3)->name, "v1");
	assert_int_equal(top(p, SNAP_TOP_SLOWEST_VMTAS, 3)->value, 1000);
	assert_null(top(p, SNAP_TOP_SLOWEST_VMTAS, 4));
	assert_int_equal(top(p, SNAP_TOP_SLOWEST_VMTAS, 3)->table, SNAP_VMTA);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, publish_fixture_setup, publish_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_largest_ten_of_all_queues_are_listed_largest_first),
		TEST(queues_that_row_limit_hides_are_listed_too),
		TEST(a_queue_without_mail_or_news_is_not_large),
		TEST(the_oldest_go_by_the_estimate_and_say_why),
		TEST(without_a_reply_the_last_error_is_the_reason),
		TEST(providers_go_by_share_of_at_least_a_hundred_attempts),
		TEST(slow_is_who_delivers_least_of_what_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
