/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "bounce_class.h"
#include "model_fixture.h"

static const struct snap_totals *
totals(const struct model_fixture *f, enum store_kind kind, const char *name)
{
	return &model_counts(fixture_object(f, kind, name))->totals;
}

static void
a_delivery_counts_for_queue_domain_vmta_and_server(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_DELIVERY, "Example.com/v1");

	record.size = 2048;
	record.dlv_type = fixture_slice("smtp");
	fixture_apply(f, &record);
	fixture_apply(f, &record);
	assert_int_equal(totals(f, STORE_QUEUE, "example.com/v1")->delivered, 2);
	assert_int_equal(totals(f, STORE_QUEUE, "example.com/v1")->delivered_bytes, 4096);
	assert_int_equal(totals(f, STORE_DOMAIN, "example.com")->delivered, 2);
	assert_int_equal(totals(f, STORE_VMTA, "v1")->delivered, 2);
	assert_int_equal(f->model->servers[0]->totals.delivered, 2);
	assert_int_equal(f->model->servers[0]->delivered_by_type[SNAP_DELIVERY_SMTP], 2);
}

static void
each_type_counts_in_its_own_total(void **state)
{
	struct model_fixture *f = *state;
	const struct snap_totals *server = &f->model->servers[0]->totals;
	const enum acct_type types[] = {ACCT_BOUNCE,   ACCT_TRANSIENT,	  ACCT_TRANSIENT_QUEUE,
					ACCT_RECEIPT,  ACCT_FEEDBACK,	  ACCT_REMOTE_BOUNCE,
					ACCT_DELIVERY, ACCT_REMOTE_STATUS};
	const uint64_t *const counted[] = {&server->bounced,	  &server->deferred,
					   &server->queue_errors, &server->received,
					   &server->complaints,	  &server->remote_bounced,
					   &server->delivered};

	for (int i = 0; i < 8; i++) {
		const struct acct_record record = fixture_record(types[i], "example.com/v1");

		fixture_apply(f, &record);
		for (int c = 0; c < 7; c++)
			assert_int_equal(*counted[c], c <= i);
	}
}

static void
mail_that_stays_on_this_host_is_counted_by_type_only(void **state)
{
	static const struct {
		const char *word;
		enum snap_delivery type;
	} cases[] = {
		{"file", SNAP_DELIVERY_FILE},
		{"pipe", SNAP_DELIVERY_PIPE},
		{"DISCARD", SNAP_DELIVERY_DISCARD},
		{"alias", SNAP_DELIVERY_ALIAS},
	};
	struct model_fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");

		record.dlv_type = fixture_slice(cases[i].word);
		fixture_apply(f, &record);
		assert_int_equal(f->model->servers[0]->delivered_by_type[cases[i].type], 1);
	}
	assert_int_equal(f->model->servers[0]->totals.delivered, 0);
	assert_null(fixture_object(f, STORE_QUEUE, "example.com/v1"));
}

static void
unknown_and_untold_types_are_remote(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");

	fixture_apply(f, &record);
	record.dlv_type = fixture_slice("http-delivery");
	fixture_apply(f, &record);
	record.dlv_type = fixture_slice("smtps");
	fixture_apply(f, &record);
	assert_int_equal(f->model->servers[0]->totals.delivered, 3);
	assert_int_equal(f->model->servers[0]->delivered_by_type[SNAP_DELIVERY_SMTP], 1);
	assert_int_equal(f->model->servers[0]->delivered_by_type[SNAP_DELIVERY_HTTP], 1);
	assert_int_equal(f->model->servers[0]->delivered_by_type[SNAP_DELIVERY_OTHER], 1);
}

static void
bounces_and_deferrals_count_for_their_class(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_BOUNCE, "example.com/v1");

	record.bounce_cat = fixture_slice("bad-mailbox");
	fixture_apply(f, &record);
	record.type = ACCT_TRANSIENT;
	fixture_apply(f, &record);
	record.type = ACCT_REMOTE_BOUNCE;
	fixture_apply(f, &record);
	assert_int_equal(totals(f, STORE_CLASS, "bad-mailbox")->bounced, 1);
	assert_int_equal(totals(f, STORE_CLASS, "bad-mailbox")->deferred, 1);
	assert_int_equal(totals(f, STORE_CLASS, "bad-mailbox")->remote_bounced, 1);
	assert_int_equal(model_counts(fixture_object(f, STORE_CLASS, "bad-mailbox"))->last_delivery,
			 FIXTURE_WALL - 5);
}

static void
a_bounce_without_category_has_a_row_of_its_own(void **state)
{
	struct model_fixture *f = *state;
	const struct acct_record record = fixture_record(ACCT_BOUNCE, "example.com/v1");

	fixture_apply(f, &record);
	assert_int_equal(totals(f, STORE_CLASS, MODEL_CLASS_NONE_NAME)->bounced, 1);
}

static void
the_category_of_a_delivery_is_never_counted(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");

	record.bounce_cat = fixture_slice("success");
	fixture_apply(f, &record);
	assert_null(fixture_object(f, STORE_CLASS, "success"));
	assert_int_equal(f->model->servers[0]->set[STORE_CLASS].count, BOUNCE_CLASS_BUILTIN);
}

static void
a_file_without_queue_column_still_tells_the_queue(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_DELIVERY, "");

	record.rcpt_domain = fixture_slice("Example.ORG");
	record.vmta = fixture_slice("V2");
	fixture_apply(f, &record);
	assert_int_equal(totals(f, STORE_QUEUE, "example.org/V2")->delivered, 1);
	assert_int_equal(totals(f, STORE_DOMAIN, "example.org")->delivered, 1);
	assert_int_equal(totals(f, STORE_VMTA, "V2")->delivered, 1);
}

static void
what_is_told_is_counted_if_the_queue_cannot_be(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_DELIVERY, "");

	record.rcpt_domain = fixture_slice("example.org");
	fixture_apply(f, &record);
	record.rcpt_domain = fixture_slice("");
	record.vmta = fixture_slice("v2");
	fixture_apply(f, &record);
	assert_int_equal(totals(f, STORE_DOMAIN, "example.org")->delivered, 1);
	assert_int_equal(totals(f, STORE_VMTA, "v2")->delivered, 1);
	assert_int_equal(f->model->servers[0]->set[STORE_QUEUE].count, 0);
	assert_int_equal(f->model->servers[0]->totals.delivered, 2);
}

static void
a_receipt_does_not_take_the_pool_for_a_vmta(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_RECEIPT, "");

	record.vmta = fixture_slice("pool1");
	record.rcpt_domain = fixture_slice("example.com");
	fixture_apply(f, &record);
	assert_null(fixture_object(f, STORE_VMTA, "pool1"));
	assert_int_equal(totals(f, STORE_DOMAIN, "example.com")->received, 1);
}

static void
without_registry_a_record_counts_for_the_server(void **state)
{
	struct model_fixture *f = *state;
	const struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");

	f->no_registry = true;
	fixture_apply(f, &record);
	assert_int_equal(f->model->servers[0]->totals.delivered, 1);
	assert_null(fixture_object(f, STORE_QUEUE, "example.com/v1"));
}

static void
the_last_delivery_is_the_newest_not_the_last_read(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");

	fixture_apply(f, &record);
	record.time_logged -= 1000;
	fixture_apply(f, &record);
	record.type = ACCT_BOUNCE;
	record.time_logged += 5000;
	fixture_apply(f, &record);
	assert_int_equal(
		model_counts(fixture_object(f, STORE_QUEUE, "example.com/v1"))->last_delivery,
		FIXTURE_WALL - 5);
	record.type = ACCT_DELIVERY;
	record.time_logged = SNAP_NO_TIME;
	fixture_apply(f, &record);
	assert_int_equal(
		model_counts(fixture_object(f, STORE_QUEUE, "example.com/v1"))->last_delivery,
		FIXTURE_WALL);
}

static void
a_record_marks_what_it_changed(void **state)
{
	struct model_fixture *f = *state;
	const struct acct_record record = fixture_record(ACCT_DELIVERY, "example.com/v1");
	struct model_server *server = f->model->servers[0];
	uint32_t version, queues;

	fixture_apply(f, &record);
	server->dirty = server->set[STORE_QUEUE].dirty = false;
	version = server->version;
	queues = server->set[STORE_QUEUE].version;
	fixture_apply(f, &record);
	assert_true(server->dirty);
	assert_true(server->set[STORE_QUEUE].dirty);
	assert_int_not_equal(server->version, version);
	assert_int_not_equal(server->set[STORE_QUEUE].version, queues);
}

static void
a_job_is_counted_where_jobs_are_asked_for(void **state)
{
	struct model_fixture *f = *state;
	struct acct_record record = fixture_record(ACCT_BOUNCE, "example.com/v1");

	record.job = fixture_slice("campaign-7");
	fixture_apply(f, &record);
	assert_int_equal(fixture_server(f, "mta1")->set[STORE_JOB].count, 0);
	f->servers[0].jobs = true;
	fixture_configure(f);
	fixture_apply(f, &record);
	assert_int_equal(totals(f, STORE_JOB, "campaign-7")->bounced, 1);
}

static void
what_an_administrator_or_a_suppression_list_took_is_no_bounce(void **state)
{
	struct model_fixture *f = *state;
	const struct model_server *server = f->model->servers[0];
	struct acct_record record = fixture_record(ACCT_BOUNCE, "example.com/v1");

	record.bounce_cat = fixture_slice("other");
	record.is_admin_delete = true;
	fixture_apply(f, &record);
	fixture_apply(f, &record);
	record.is_admin_delete = false;
	record.is_suppressed = true;
	fixture_apply(f, &record);
	assert_int_equal(server->bounce_split.deleted, 2);
	assert_int_equal(server->bounce_split.suppressed, 1);
	assert_int_equal(server->totals.bounced, 0);
	assert_int_equal(totals(f, STORE_CLASS, "other")->bounced, 0);
	assert_null(server->window);
	assert_int_equal(server->replies.count, 0);
	assert_true(server->dirty);
}

static void
bounces_divide_by_the_kind_their_class_has_when_they_are_read(void **state)
{
	struct model_fixture *f = *state;
	const struct model_server *server = f->model->servers[0];
	struct acct_record record = fixture_record(ACCT_BOUNCE, "example.com/v1");
	const char *soft[] = {"bad-mailbox"};

	record.bounce_cat = fixture_slice("Bad-Mailbox");
	fixture_apply(f, &record);
	f->conf.bounces = (struct bounce_groups){{NULL, soft}, {0, 1}};
	fixture_configure(f);
	fixture_apply(f, &record);
	record.type = ACCT_TRANSIENT;
	fixture_apply(f, &record);
	assert_int_equal(server->bounce_split.hard, 1);
	assert_int_equal(server->bounce_split.soft, 1);
	assert_int_equal(server->totals.bounced, 2);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_delivery_counts_for_queue_domain_vmta_and_server),
		TEST(each_type_counts_in_its_own_total),
		TEST(mail_that_stays_on_this_host_is_counted_by_type_only),
		TEST(unknown_and_untold_types_are_remote),
		TEST(bounces_and_deferrals_count_for_their_class),
		TEST(a_bounce_without_category_has_a_row_of_its_own),
		TEST(the_category_of_a_delivery_is_never_counted),
		TEST(a_file_without_queue_column_still_tells_the_queue),
		TEST(what_is_told_is_counted_if_the_queue_cannot_be),
		TEST(a_receipt_does_not_take_the_pool_for_a_vmta),
		TEST(without_registry_a_record_counts_for_the_server),
		TEST(the_last_delivery_is_the_newest_not_the_last_read),
		TEST(a_record_marks_what_it_changed),
		TEST(a_job_is_counted_where_jobs_are_asked_for),
		TEST(what_an_administrator_or_a_suppression_list_took_is_no_bounce),
		TEST(bounces_divide_by_the_kind_their_class_has_when_they_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
