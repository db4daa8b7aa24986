/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model_fixture.h"
#include "model_window.h"

static struct window_sum
sum_of(const struct model_fixture *f, enum store_kind kind, const struct window *window,
       uint32_t seconds)
{
	struct window_sum sum;

	assert_int_equal(window_sum(window, model_window_shape(kind),
				    model_window_time(f->model->servers[0], f->now), seconds, &sum),
			 0);
	return sum;
}

static struct window_sum
server_sum(const struct model_fixture *f, uint32_t seconds)
{
	return sum_of(f, STORE_SERVER, f->model->servers[0]->window, seconds);
}

static struct window_sum
object_sum(const struct model_fixture *f, enum store_kind kind, const char *name, uint32_t seconds)
{
	return sum_of(f, kind, fixture_object(f, kind, name)->window, seconds);
}

static void
a_delivery_is_in_the_windows_of_server_vmta_and_queue(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");
	struct window_sum sum;

	record.size = 5000;
	record.time_queued = record.time_logged - 7;
	fixture_apply(f, &record);
	sum = server_sum(f, 60);
	assert_int_equal(sum.count[WINDOW_DELIVERED], 1);
	assert_int_equal(sum.count[WINDOW_ATTEMPTS], 1);
	assert_int_equal(sum.bytes, 5000);
	assert_int_equal(latency_mean_ms(&sum.latency), 7000);
	assert_int_equal(object_sum(f, STORE_VMTA, "v1", 86400).count[WINDOW_DELIVERED], 1);
	assert_int_equal(object_sum(f, STORE_QUEUE, "example.com/v1", 600).count[WINDOW_DELIVERED],
			 1);
	assert_null(fixture_object(f, STORE_DOMAIN, "example.com")->window);
}

static void
a_delivery_whose_age_is_not_told_has_no_latency(void **state)
{
	struct model_fixture *f = *state;
	const struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");
	struct window_sum sum;

	fixture_apply(f, &record);
	sum = server_sum(f, 60);
	assert_int_equal(sum.count[WINDOW_DELIVERED], 1);
	assert_int_equal(latency_count(&sum.latency), 0);
}

static void
each_type_counts_as_what_it_is(void **state)
{
	static const struct {
		enum acct_type type;
		int count; /* -1: none */
		bool attempt;
	} cases[] = {
		{ACCT_BOUNCE, WINDOW_BOUNCED, true},	   {ACCT_TRANSIENT, WINDOW_DEFERRED, true},
		{ACCT_TRANSIENT_QUEUE, -1, true},	   {ACCT_RECEIPT, WINDOW_RECEIVED, false},
		{ACCT_FEEDBACK, WINDOW_COMPLAINTS, false}, {ACCT_REMOTE_BOUNCE, -1, false},
		{ACCT_REMOTE_STATUS, -1, false},
	};
	struct model_fixture *f = *state;
	uint64_t attempts = 0;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct acct_record record = fixture_record(cases[i].type, "example.com/v1");
		const struct window_sum before = server_sum(f, 600);
		struct window_sum after;

		fixture_apply(f, &record);
		after = server_sum(f, 600);
		attempts += cases[i].attempt;
		assert_int_equal(after.count[WINDOW_ATTEMPTS], attempts);
		for (int c = 0; c < WINDOW_ATTEMPTS; c++)
			assert_int_equal(after.count[c] - before.count[c], c == cases[i].count);
	}
}

static void
mail_that_stays_on_this_host_is_in_no_window(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");

	record.dlv_type = fixture_slice("file");
	fixture_apply(f, &record);
	assert_null(f->model->servers[0]->window);
}

static void
a_class_has_windows_of_bounces_and_deferrals(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_BOUNCE, "example.com/v1");

	record.bounce_cat = fixture_slice("bad-mailbox");
	fixture_apply(f, &record);
	record.type = ACCT_TRANSIENT;
	fixture_apply(f, &record);
	assert_int_equal(object_sum(f, STORE_CLASS, "bad-mailbox", 60).count[WINDOW_BOUNCED], 1);
	assert_int_equal(object_sum(f, STORE_CLASS, "bad-mailbox", 60).count[WINDOW_DEFERRED], 1);
}

static void
bounces_of_a_hard_class_count_as_hard_everywhere(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_BOUNCE, "gmail.com/v1");
	struct window_sum sum;

	record.bounce_cat = fixture_slice("bad-mailbox");
	fixture_apply(f, &record);
	record.bounce_cat = fixture_slice("spam-related");
	fixture_apply(f, &record);
	record.type = ACCT_TRANSIENT;
	record.bounce_cat = fixture_slice("bad-mailbox");
	fixture_apply(f, &record);
	sum = server_sum(f, 60);
	assert_int_equal(sum.count[WINDOW_HARD], 1);
	assert_int_equal(sum.count[WINDOW_BOUNCED], 2);
	assert_int_equal(object_sum(f, STORE_VMTA, "v1", 60).count[WINDOW_HARD], 1);
	assert_int_equal(object_sum(f, STORE_PROVIDER, "gmail", 60).count[WINDOW_HARD], 1);
	assert_int_equal(object_sum(f, STORE_QUEUE, "gmail.com/v1", 600).count[WINDOW_HARD], 1);
}

static void
deferrals_and_queue_errors_that_ask_for_less_are_throttled(void **state)
{
	static const struct {
		enum acct_type type;
		const char *diag;
		unsigned throttled;
	} cases[] = {
		{ACCT_TRANSIENT, "smtp;421 4.7.28 unusual rate", 1},
		{ACCT_TRANSIENT, "smtp;452 4.2.2 mailbox full", 0},
		{ACCT_TRANSIENT_QUEUE, "smtp;421 too many connections", 1},
		{ACCT_TRANSIENT_QUEUE, "", 0},
		{ACCT_BOUNCE, "smtp;550 5.7.1 go away", 0},
		{ACCT_BOUNCE, "smtp;421 4.7.0 try later", 0},
	};
	struct model_fixture *f = *state;
	uint64_t expected = 0;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct acct_record record = fixture_record(cases[i].type, "example.com/v1");

		record.dsn_diag = fixture_slice(cases[i].diag);
		fixture_apply(f, &record);
		expected += cases[i].throttled;
		assert_int_equal(server_sum(f, 60).count[WINDOW_THROTTLED], expected);
	}
}

static void
a_backlog_is_filed_when_it_happened(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");

	/* Two hours, a record each ten seconds, read in one moment. */
	for (int i = 720; i > 0; i--) {
		record.time_logged = FIXTURE_WALL - i * 10;
		fixture_apply(f, &record);
	}
	assert_int_equal(server_sum(f, 60).count[WINDOW_DELIVERED], 6);
	assert_int_equal(server_sum(f, 600).count[WINDOW_DELIVERED], 60);
	assert_int_equal(server_sum(f, 3600).count[WINDOW_DELIVERED], 360);
	assert_int_equal(server_sum(f, 86400).count[WINDOW_DELIVERED], 720);
}

static void
windows_of_a_silent_server_run_empty(void **state)
{
	struct model_fixture *f = *state;
	struct model_server *server = f->model->servers[0];
	const struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");

	fixture_apply(f, &record);
	fixture_pass(f, 120);
	assert_int_equal(server_sum(f, 60).count[WINDOW_DELIVERED], 0);
	assert_int_equal(server_sum(f, 300).count[WINDOW_DELIVERED], 1);
	fixture_pass(f, 2 * 86400);
	server->dirty = server->set[STORE_QUEUE].dirty = false;
	model_trim(server, f->now);
	assert_null(server->window);
	assert_null(fixture_object(f, STORE_QUEUE, "example.com/v1")->window);
}

static void
one_row_from_the_future_empties_no_window(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");

	fixture_apply(f, &record);
	record.time_logged += 400000000;
	fixture_apply(f, &record);
	model_trim(f->model->servers[0], f->now);
	assert_int_equal(server_sum(f, 60).count[WINDOW_DELIVERED], 1);
}

static void
windows_are_marked_for_showing_every_ten_seconds(void **state)
{
	struct model_fixture *f = *state;
	const struct model_server *server = f->model->servers[0];
	const struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");
	uint32_t version;

	model_age(f->model, f->now);
	version = server->windows_version;
	fixture_apply(f, &record);
	fixture_pass(f, 9);
	model_age(f->model, f->now);
	assert_int_equal(server->windows_version, version);
	fixture_pass(f, 1);
	model_age(f->model, f->now);
	assert_int_equal(server->windows_version, version + 1);
}

static void
windows_that_run_empty_are_shown_once_more(void **state)
{
	struct model_fixture *f = *state;
	struct model_server *server = f->model->servers[0];
	const struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");
	uint32_t version;

	fixture_apply(f, &record);
	model_age(f->model, f->now);
	fixture_pass(f, 2 * 86400);
	model_trim(server, f->now);
	version = server->windows_version;
	model_age(f->model, f->now);
	fixture_pass(f, 10);
	model_age(f->model, f->now);
	assert_int_equal(server->windows_version, version + 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_delivery_is_in_the_windows_of_server_vmta_and_queue),
		TEST(a_delivery_whose_age_is_not_told_has_no_latency),
		TEST(each_type_counts_as_what_it_is),
		TEST(mail_that_stays_on_this_host_is_in_no_window),
		TEST(a_class_has_windows_of_bounces_and_deferrals),
		TEST(bounces_of_a_hard_class_count_as_hard_everywhere),
		TEST(deferrals_and_queue_errors_that_ask_for_less_are_throttled),
		TEST(a_backlog_is_filed_when_it_happened),
		TEST(windows_of_a_silent_server_run_empty),
		TEST(one_row_from_the_future_empties_no_window),
		TEST(windows_are_marked_for_showing_every_ten_seconds),
		TEST(windows_that_run_empty_are_shown_once_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
