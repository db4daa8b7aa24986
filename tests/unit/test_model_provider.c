/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model_window.h"
#include "publish_fixture.h"

static void
apply(struct publish_fixture *p, enum acct_type type, const char *queue, const char *diag)
{
	struct acct_record record = fixture_record(type, queue);

	record.dsn_diag = fixture_slice(diag);
	fixture_apply(p->f, &record);
}

static const struct model_object *
provider(const struct publish_fixture *p, const char *name)
{
	return fixture_object(p->f, STORE_PROVIDER, name);
}

static const struct snap_provider *
row_of(struct publish_fixture *p, const char *name)
{
	publish(p);
	return publish_row(p, SNAP_PROVIDER, provider(p, name)->index);
}

static void
domains_of_a_provider_count_together(void **state)
{
	struct publish_fixture *p = *state;
	const struct snap_provider *row;

	apply(p, ACCT_DELIVERY, "gmail.com/v1", "");
	apply(p, ACCT_DELIVERY, "googlemail.com/v2", "");
	apply(p, ACCT_BOUNCE, "gmail.rollup/v1", "smtp;550 5.1.1 no such user");
	apply(p, ACCT_DELIVERY, "example.com/v1", "");
	row = row_of(p, "gmail");
	assert_string_equal(row->name, "gmail");
	assert_int_equal(row->totals.delivered, 2);
	assert_int_equal(row->totals.bounced, 1);
	assert_int_equal(row->last_delivery, FIXTURE_WALL - 5);
	assert_int_equal(p->snap->servers[0].part[SNAP_PROVIDER]->count, 1);
}

static void
a_cut_list_without_its_domains_tells_no_level_and_a_whole_one_tells_none(void **state)
{
	struct publish_fixture *p = *state;
	const struct doc_item shown[] = {fixture_item("gmail.com", 40),
					 fixture_item("googlemail.com", 2)};
	const struct doc_item other = fixture_item("example.com", 90);

	fixture_list(p->f, DOC_DOMAINS, shown, 2);
	assert_int_equal(row_of(p, "gmail")->recipients, 42);
	fixture_cut_list(p->f, DOC_DOMAINS, &other, 1, 500);
	assert_int_equal(row_of(p, "gmail")->recipients, SNAP_NONE32);
	fixture_list(p->f, DOC_DOMAINS, &other, 1);
	assert_int_equal(row_of(p, "gmail")->recipients, 0);
}

static void
deferrals_and_queue_errors_that_ask_for_less_are_its_throttled(void **state)
{
	struct publish_fixture *p = *state;

	apply(p, ACCT_TRANSIENT, "gmail.com/v1", "smtp;421 4.7.28 unusual rate");
	apply(p, ACCT_TRANSIENT_QUEUE, "gmail.com/v1", "smtp;421 too many connections");
	apply(p, ACCT_TRANSIENT, "gmail.com/v1", "smtp;452 4.2.2 mailbox full");
	assert_int_equal(row_of(p, "gmail")->throttled, 2);
	assert_int_equal(row_of(p, "gmail")->totals.deferred, 2);
	assert_int_equal(row_of(p, "gmail")->totals.queue_errors, 1);
}

static void
a_queue_named_by_the_site_counts_for_the_provider_of_its_recipients(void **state)
{
	struct publish_fixture *p = *state;
	struct acct_record record = fixture_record(ACCT_DELIVERY, "bulk.queue/v1");

	record.rcpt_domain = fixture_slice("Gmail.com");
	fixture_apply(p->f, &record);
	assert_int_equal(model_counts(provider(p, "gmail"))->totals.delivered, 1);
}

static void
receipts_and_complaints_count_by_the_recipient(void **state)
{
	struct publish_fixture *p = *state;
	struct acct_record record = fixture_record(ACCT_RECEIPT, "");

	record.rcpt_domain = fixture_slice("gmail.com");
	fixture_apply(p->f, &record);
	record.type = ACCT_FEEDBACK;
	fixture_apply(p->f, &record);
	assert_int_equal(model_counts(provider(p, "gmail"))->totals.received, 1);
	assert_int_equal(model_counts(provider(p, "gmail"))->totals.complaints, 1);
}

static void
its_windows_have_all_lengths(void **state)
{
	struct publish_fixture *p = *state;
	const struct snap_part *part;
	union snap_room room;

	apply(p, ACCT_DELIVERY, "gmail.com/v1", "");
	apply(p, ACCT_TRANSIENT, "gmail.com/v1", "smtp;421 4.7.28 unusual rate");
	part = publish(p)->servers[0].part[SNAP_PROVIDER_WINDOW];
	assert_int_equal(part->count, 6);
	for (uint32_t i = 0; i < 6; i++) {
		const struct snap_window *row = snap_part_row(part, i, &room);

		assert_int_equal(row->key[1], model_window_lengths(STORE_PROVIDER)[i]);
		assert_int_equal(row->attempts, 2);
		assert_int_equal(row->throttle_share, 5000);
	}
}

static void
levels_are_of_listed_domains_and_queues(void **state)
{
	struct publish_fixture *p = *state;
	struct doc_item domains[3] = {fixture_item("gmail.com", 100),
				      fixture_item("googlemail.com", 20),
				      fixture_item("example.com", 7)};
	struct doc_item queues[2] = {fixture_item("gmail.com/v1", 60),
				     fixture_item("gmail.com/v2", 40)};

	domains[0].kb = 900;
	domains[1].conn = 3;
	queues[1].mode = SNAP_MODE_BACKOFF;
	for (int poll = 0; poll < 2; poll++) {
		fixture_list(p->f, DOC_DOMAINS, domains, 3);
		fixture_list(p->f, DOC_QUEUES, queues, 2);
	}
	assert_int_equal(row_of(p, "gmail")->recipients, 120);
	assert_int_equal(row_of(p, "gmail")->kb, 900);
	assert_int_equal(row_of(p, "gmail")->connections, 3);
	assert_int_equal(row_of(p, "gmail")->queues, 2);
	assert_int_equal(row_of(p, "gmail")->queues_backoff, 1);
	fixture_list(p->f, DOC_DOMAINS, &domains[2], 1);
	assert_int_equal(row_of(p, "gmail")->recipients, 0);
}

static void
stale_lists_withdraw_its_levels(void **state)
{
	struct publish_fixture *p = *state;
	const struct doc_item domain = fixture_item("gmail.com", 100);

	fixture_list(p->f, DOC_DOMAINS, &domain, 1);
	assert_int_equal(row_of(p, "gmail")->queues, SNAP_NONE32);
	fixture_pass(p->f, 1000);
	assert_int_equal(row_of(p, "gmail")->recipients, SNAP_NONE32);
}

static void
the_configuration_adds_and_moves_domains(void **state)
{
	static const char *const domains[] = {"acme.example", "*.acme.example", "googlemail.com"};
	struct provider_entry entry = {.name = "acme", .domains = domains, .domain_count = 3};
	struct publish_fixture *p = *state;

	apply(p, ACCT_DELIVERY, "googlemail.com/v1", "");
	apply(p, ACCT_DELIVERY, "mx.acme.example/v1", "");
	assert_int_equal(provider(p, "gmail")->uses, 1);
	p->f->conf.providers = &entry;
	p->f->conf.provider_count = 1;
	fixture_configure(p->f);
	assert_int_equal(provider(p, "gmail")->uses, 0);
	assert_int_equal(provider(p, "acme")->uses, 2);
	apply(p, ACCT_DELIVERY, "googlemail.com/v1", "");
	apply(p, ACCT_DELIVERY, "mx.acme.example/v1", "");
	assert_int_equal(model_counts(provider(p, "gmail"))->totals.delivered, 1);
	assert_int_equal(model_counts(provider(p, "acme"))->totals.delivered, 2);
}

static void
the_configuration_says_what_asks_for_less(void **state)
{
	static const char *patterns[] = {"452"};
	struct publish_fixture *p = *state;

	p->f->conf.throttle = patterns;
	p->f->conf.throttle_count = 1;
	fixture_configure(p->f);
	apply(p, ACCT_TRANSIENT, "gmail.com/v1", "smtp;452 4.2.2 mailbox full");
	apply(p, ACCT_TRANSIENT, "gmail.com/v1", "smtp;421 4.7.28 unusual rate");
	assert_int_equal(model_counts(provider(p, "gmail"))->throttled, 1);
}

static void
nobody(void *ctx, struct model_server *server, struct model_object *object)
{
	(void)ctx;
	(void)server;
	(void)object;
}

static void
a_provider_goes_with_the_last_of_its_domains(void **state)
{
	struct publish_fixture *p = *state;
	struct model_server *server = p->f->model->servers[0];

	apply(p, ACCT_DELIVERY, "gmail.com/v1", "");
	fixture_pass(p->f, 2 * 86400);
	model_trim(server, p->f->now);
	for (int kind = 0; kind < STORE_KINDS; kind++) {
		for (uint32_t i = 0; i < server->set[kind].count; i++)
			server->set[kind].order[i]->dirty = false;
	}
	model_expire(p->f->model, p->f->now, nobody, NULL);
	assert_null(provider(p, "gmail"));
	apply(p, ACCT_DELIVERY, "gmail.com/v1", "");
	assert_int_equal(provider(p, "gmail")->index, 1);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, publish_fixture_setup, publish_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(domains_of_a_provider_count_together),
		TEST(a_cut_list_without_its_domains_tells_no_level_and_a_whole_one_tells_none),
		TEST(deferrals_and_queue_errors_that_ask_for_less_are_its_throttled),
		TEST(a_queue_named_by_the_site_counts_for_the_provider_of_its_recipients),
		TEST(receipts_and_complaints_count_by_the_recipient),
		TEST(its_windows_have_all_lengths),
		TEST(levels_are_of_listed_domains_and_queues),
		TEST(stale_lists_withdraw_its_levels),
		TEST(the_configuration_adds_and_moves_domains),
		TEST(the_configuration_says_what_asks_for_less),
		TEST(a_provider_goes_with_the_last_of_its_domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
