/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "publish_fixture.h"

/* The row of an object and length; of the server with object 0. It lasts until the next call. */
static const struct snap_window *
row_of(struct publish_fixture *p, enum snap_table table, uint32_t object, uint32_t seconds)
{
	static union snap_room room;
	const struct snap_part *part;

	fixture_pass(p->f, 10);
	part = publish(p)->servers[0].part[table];
	for (uint32_t i = 0; i < part->count; i++) {
		const struct snap_window *row = snap_part_row(part, i, &room);

		if (part->key_len == 1 ? row->key[0] == seconds
				       : row->key[0] == object && row->key[1] == seconds)
			return row;
	}
	return NULL;
}

static void
apply(struct publish_fixture *p, enum acct_type type, const char *queue, int times)
{
	struct acct_record record = fixture_record(type, queue);

	record.time_queued = record.time_logged - 4;
	record.size = 2048;
	record.bounce_cat = fixture_slice("bad-mailbox");
	for (int i = 0; i < times; i++)
		fixture_apply(p->f, &record);
}

static void
a_row_has_counts_shares_and_latency(void **state)
{
	struct publish_fixture *p = *state;
	const struct snap_window *row;

	apply(p, ACCT_DELIVERY, "a.example/v1", 5);
	apply(p, ACCT_BOUNCE, "a.example/v1", 1);
	apply(p, ACCT_TRANSIENT, "a.example/v1", 1);
	apply(p, ACCT_TRANSIENT_QUEUE, "a.example/v1", 1);
	apply(p, ACCT_FEEDBACK, "a.example/v1", 1);
	apply(p, ACCT_RECEIPT, "a.example/v1", 3);
	row = row_of(p, SNAP_SERVER_WINDOW, 0, 300);
	assert_string_equal(row->name, "mta1");
	assert_int_equal(row->received, 3);
	assert_int_equal(row->delivered, 5);
	assert_int_equal(row->bounced, 1);
	assert_int_equal(row->deferred, 1);
	assert_int_equal(row->throttled, 0);
	assert_int_equal(row->complaints, 1);
	assert_int_equal(row->kb, 10);
	assert_int_equal(row->attempts, 8);
	assert_int_equal(row->bounce_share, 1250);
	assert_int_equal(row->deferral_share, 1250);
	assert_int_equal(row->throttle_share, 0);
	assert_int_equal(row->complaint_share, 2000);
	assert_int_equal(row->latency_mean_ms, 4000);
	assert_int_equal(row->latency_max, 4);
}

static void
without_attempts_there_are_no_shares(void **state)
{
	struct publish_fixture *p = *state;
	const struct snap_window *row = row_of(p, SNAP_SERVER_WINDOW, 0, 60);

	assert_int_equal(row->attempts, 0);
	assert_int_equal(row->delivered, 0);
	assert_int_equal(row->bounce_share, SNAP_NONE32);
	assert_int_equal(row->deferral_share, SNAP_NONE32);
	assert_int_equal(row->throttle_share, SNAP_NONE32);
	assert_int_equal(row->complaint_share, SNAP_NONE32);
	assert_int_equal(row->latency_mean_ms, SNAP_NONE32);
	assert_int_equal(row->latency_p95, SNAP_NONE32);
	assert_int_equal(row->latency_max, SNAP_NONE32);
}

static void
rows_are_sorted_by_object_and_length(void **state)
{
	static const enum snap_table tables[] = {SNAP_VMTA_WINDOW, SNAP_QUEUE_WINDOW,
						 SNAP_CLASS_WINDOW};
	static const uint32_t counts[] = {2 * 6, 3 * 2, 17 * 6};
	struct publish_fixture *p = *state;

	apply(p, ACCT_BOUNCE, "c.example/v2", 1);
	apply(p, ACCT_BOUNCE, "b.example/v1", 1);
	apply(p, ACCT_BOUNCE, "a.example/v2", 1);
	fixture_pass(p->f, 10);
	publish(p);
	for (int t = 0; t < 3; t++) {
		const struct snap_part *part = p->snap->servers[0].part[tables[t]];
		union snap_room rows[2];

		assert_int_equal(part->key_len, 2);
		assert_int_equal(part->count, counts[t]);
		for (uint32_t i = 1; i < part->count; i++) {
			snap_part_row(part, i - 1, &rows[0]);
			snap_part_row(part, i, &rows[1]);
			assert_true(rows[0].window.key[0] < rows[1].window.key[0] ||
				    (rows[0].window.key[0] == rows[1].window.key[0] &&
				     rows[0].window.key[1] < rows[1].window.key[1]));
		}
	}
}

static void
queues_in_which_nothing_happened_have_no_windows(void **state)
{
	struct publish_fixture *p = *state;
	const struct doc_item item = fixture_item("a.example/v1", 5);

	fixture_list(p->f, DOC_QUEUES, &item, 1);
	assert_null(row_of(p, SNAP_QUEUE_WINDOW, 1, 600));
	assert_non_null(row_of(p, SNAP_VMTA_WINDOW, 1, 600));
	apply(p, ACCT_DELIVERY, "a.example/v1", 1);
	assert_non_null(row_of(p, SNAP_QUEUE_WINDOW, 1, 600));
	assert_null(row_of(p, SNAP_QUEUE_WINDOW, 1, 60));
}

static void
a_class_is_measured_by_all_attempts_of_its_server(void **state)
{
	struct publish_fixture *p = *state;
	const struct snap_window *row;

	apply(p, ACCT_DELIVERY, "a.example/v1", 18);
	apply(p, ACCT_BOUNCE, "a.example/v1", 2);
	row = row_of(p, SNAP_CLASS_WINDOW, fixture_object(p->f, STORE_CLASS, "bad-mailbox")->index,
		     3600);
	assert_int_equal(row->bounced, 2);
	assert_int_equal(row->attempts, 20);
	assert_int_equal(row->bounce_share, 1000);
	assert_int_equal(row->delivered, SNAP_NONE32);
}

static void
what_names_no_vmta_or_queue_is_not_claimed_to_be_nothing(void **state)
{
	struct publish_fixture *p = *state;

	apply(p, ACCT_DELIVERY, "a.example/v1", 1);
	assert_int_equal(row_of(p, SNAP_VMTA_WINDOW, 1, 60)->received, SNAP_NONE32);
	assert_int_equal(row_of(p, SNAP_VMTA_WINDOW, 1, 60)->complaints, 0);
	assert_int_equal(row_of(p, SNAP_QUEUE_WINDOW, 1, 600)->received, SNAP_NONE32);
	assert_int_equal(row_of(p, SNAP_QUEUE_WINDOW, 1, 600)->complaints, SNAP_NONE32);
}

static void
without_accounting_there_are_no_windows(void **state)
{
	struct publish_fixture *p = *state;
	const struct doc_item item = fixture_item("v1", 5);

	p->f->servers[0].accounting_count = 0;
	fixture_configure(p->f);
	fixture_list(p->f, DOC_VMTAS, &item, 1);
	assert_null(row_of(p, SNAP_SERVER_WINDOW, 0, 60));
	assert_null(row_of(p, SNAP_VMTA_WINDOW, 1, 60));
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, publish_fixture_setup, publish_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_row_has_counts_shares_and_latency),
		TEST(without_attempts_there_are_no_shares),
		TEST(rows_are_sorted_by_object_and_length),
		TEST(queues_in_which_nothing_happened_have_no_windows),
		TEST(a_class_is_measured_by_all_attempts_of_its_server),
		TEST(what_names_no_vmta_or_queue_is_not_claimed_to_be_nothing),
		TEST(without_accounting_there_are_no_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
