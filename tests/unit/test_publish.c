/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "publish_fixture.h"

static const struct snap_server *
server_row(const struct publish_fixture *p)
{
	return p->snap->servers[0].part[SNAP_SERVER]->rows;
}

static void
the_first_snapshot_is_whole(void **state)
{
	struct publish_fixture *p = *state;
	const struct snapshot *snap = publish(p);

	assert_non_null(snap);
	assert_int_equal(snap->server_count, 1);
	assert_int_equal(snap->servers[0].index, 1);
	for (int table = 0; table < SNAP_SERVER_TABLES; table++)
		assert_non_null(snap->servers[0].part[table]);
	assert_non_null(snap->events);
	assert_string_equal(snap->agent_name, "monitor.example");
	assert_int_equal(snap->config_time, FIXTURE_WALL);
	assert_int_equal(snap->index_epoch, 77);
	assert_int_equal(snap->published, 1);
	assert_int_equal(snap->servers_up, 0);
}

static void
nothing_new_is_not_published(void **state)
{
	struct publish_fixture *p = *state;
	const struct snapshot *first = publish(p);

	assert_ptr_equal(publish(p), first);
	assert_int_equal(publisher_run(p->publisher, p->f->model, p->ring, 77, p->f->now), -1);
}

static void
a_reload_and_a_new_epoch_are_news(void **state)
{
	struct publish_fixture *p = *state;

	publish(p);
	p->f->conf.agent_name = "other.example";
	fixture_configure(p->f);
	assert_string_equal(publish(p)->agent_name, "other.example");
	publisher_run(p->publisher, p->f->model, p->ring, 78, p->f->now);
	snapshot_unref(p->snap);
	p->snap = snap_hub_get(p->hub);
	assert_int_equal(p->snap->index_epoch, 78);
}

static void
only_what_changed_is_built_anew(void **state)
{
	struct publish_fixture *p = *state;
	const struct snap_event event = {.text = "something"};
	const struct snap_part *parts[SNAP_SERVER_TABLES];

	memcpy(parts, publish(p)->servers[0].part, sizeof parts);
	event_ring_add(p->ring, &event);
	publish(p);
	assert_int_equal(p->snap->events->count, 1);
	assert_memory_equal(p->snap->servers[0].part, parts, sizeof parts);
	model_source_done(p->f->model->servers[0], SNAP_SOURCE_STATUS, NULL, 5, p->f->now);
	publish(p);
	assert_ptr_not_equal(p->snap->servers[0].part[SNAP_SOURCE], parts[SNAP_SOURCE]);
	assert_ptr_equal(p->snap->servers[0].part[SNAP_QUEUE], parts[SNAP_QUEUE]);
}

static void
a_queue_row_has_what_the_list_said(void **state)
{
	struct publish_fixture *p = *state;
	const struct doc_status status = fixture_status();
	struct doc_item item = fixture_item("Big.example/v1", 123);
	const struct snap_queue *queue;

	item.kb = 9001;
	item.conn = 4;
	item.mode = SNAP_MODE_BACKOFF;
	item.paused = 2;
	item.wait_reason = SNAP_WAIT_MX_SKIPPED;
	item.reply_code = 421;
	item.error = "skip of MX requested: \"421 4.2.1 ...\"";
	item.error_time = FIXTURE_WALL - 50;
	item.retry_time = FIXTURE_WALL + 50;
	model_apply_status(p->f->model->servers[0], &status, p->f->now);
	fixture_list(p->f, DOC_QUEUES, &item, 1);
	publish(p);
	queue = publish_row(p, SNAP_QUEUE, 1);
	assert_string_equal(queue->domain, "big.example");
	assert_string_equal(queue->vmta, "v1");
	assert_int_equal(queue->domain_index, 1);
	assert_int_equal(queue->vmta_index, 1);
	assert_int_equal(queue->recipients, 123);
	assert_int_equal(queue->kb, 9001);
	assert_int_equal(queue->connections, 4);
	assert_int_equal(queue->mode, SNAP_MODE_BACKOFF);
	assert_int_equal(queue->paused, 2);
	assert_int_equal(queue->wait_reason, SNAP_WAIT_MX_SKIPPED);
	assert_int_equal(queue->reply_code, 421);
	assert_string_equal(queue->last_error, item.error);
	assert_int_equal(queue->last_error_time, FIXTURE_WALL - 50);
	assert_int_equal(queue->next_retry, FIXTURE_WALL + 50);
	assert_true(queue->last_delivery == SNAP_NO_TIME);
	assert_int_equal(queue->totals->delivered, 0);
	assert_int_equal(server_row(p)->queues_backoff, 1);
	assert_int_equal(p->snap->servers_up, 1);
}

static void
a_stale_list_withdraws_levels_and_keeps_labels_and_totals(void **state)
{
	struct publish_fixture *p = *state;
	struct doc_item item = fixture_item("big.example/v1", 123);
	const struct acct_record record = fixture_record(ACCT_DELIVERY, "big.example/v1");
	const struct snap_queue *queue;
	const struct snap_vmta *vmta;

	item.error = "whatever";
	fixture_list(p->f, DOC_QUEUES, &item, 1);
	fixture_apply(p->f, &record);
	publish(p);
	fixture_pass(p->f, 200);
	publish(p);
	queue = publish_row(p, SNAP_QUEUE, 1);
	assert_string_equal(queue->domain, "big.example");
	assert_int_equal(queue->totals->delivered, 1);
	assert_int_equal(queue->recipients, SNAP_NONE32);
	assert_int_equal(queue->mode, 0);
	assert_int_equal(queue->paused, 0);
	assert_int_equal(queue->wait_reason, 0);
	assert_null(queue->last_error);
	assert_true(queue->last_error_time == SNAP_NO_TIME);
	vmta = publish_row(p, SNAP_VMTA, 1);
	assert_int_equal(vmta->queues_backoff, SNAP_NONE32);
	assert_null(vmta->last_error);
	assert_int_equal(server_row(p)->queues.listed, SNAP_NONE32);
	assert_int_equal(server_row(p)->queues_paused, SNAP_NONE32);
}

static void
the_unlisted_part_of_a_cut_list_is_told(void **state)
{
	struct publish_fixture *p = *state;
	const struct doc_item item = fixture_item("big.example/v1", 123);

	fixture_cut_list(p->f, DOC_QUEUES, &item, 1, 1000);
	publish(p);
	assert_int_equal(server_row(p)->unlisted_recipients, 877);
	assert_int_equal(server_row(p)->queues.listed, 1);
	assert_int_equal(server_row(p)->queues.total, 6);
	fixture_list(p->f, DOC_QUEUES, &item, 1);
	publish(p);
	assert_int_equal(server_row(p)->unlisted_recipients, 0);
	fixture_cut_list(p->f, DOC_QUEUES, &item, 1, NAN);
	publish(p);
	assert_int_equal(server_row(p)->unlisted_recipients, SNAP_NONE32);
}

static void
a_server_row_has_what_the_status_said(void **state)
{
	struct publish_fixture *p = *state;
	struct doc_status status = fixture_status();

	strcpy(status.host, "mx.example");
	strcpy(status.version, "5.0r5");
	status.conn_out[0] = 50;
	status.conn_out[1] = 200;
	status.spool_rcp = 1;
	status.spool_max = 3;
	status.queue[SNAP_DELIVERY_SMTP].rcp = 70;
	status.queue[SNAP_DELIVERY_HTTP].rcp = 5;
	status.traffic[DOC_LAST_MINUTE].out.rcp = 11;
	status.traffic[DOC_TOTAL].out.kb = 12.5;
	model_apply_status(p->f->model->servers[0], &status, p->f->now);
	publish(p);
	assert_string_equal(server_row(p)->host, "mx.example");
	assert_string_equal(server_row(p)->version, "5.0r5");
	assert_int_equal(server_row(p)->state, SNAP_STATE_RUNNING);
	assert_int_equal(server_row(p)->out.usage, 2500);
	assert_int_equal(server_row(p)->out.top, SNAP_NONE32);
	assert_int_equal(server_row(p)->in.usage, SNAP_NONE32);
	assert_int_equal(server_row(p)->spool_usage, 3333);
	assert_int_equal(server_row(p)->queued_recipients, 75);
	assert_int_equal(server_row(p)->rate_out[SNAP_LAST_MINUTE].recipients, 11);
	assert_int_equal(server_row(p)->rate_out[SNAP_LAST_HOUR].recipients, SNAP_NONE32);
	assert_int_equal(server_row(p)->total_out.kb, 12);
	assert_true(server_row(p)->total_in.recipients == SNAP_NONE64);
	assert_int_equal(server_row(p)->start_time, FIXTURE_WALL - 3600);
	fixture_pass(p->f, 100);
	publish(p);
	assert_int_equal(server_row(p)->queued_recipients, SNAP_NONE32);
	assert_int_equal(server_row(p)->out.current, SNAP_NONE32);
	assert_string_equal(server_row(p)->version, "5.0r5");
	assert_int_equal(server_row(p)->total_out.kb, 12);
}

static void
only_delivery_types_there_are_have_rows(void **state)
{
	struct publish_fixture *p = *state;
	struct doc_status status = fixture_status();
	struct acct_record record = fixture_record(ACCT_DELIVERY, "a.example/v1");
	const struct snap_delivery_type *type;

	status.queue[SNAP_DELIVERY_SMTP].rcp = 70;
	model_apply_status(p->f->model->servers[0], &status, p->f->now);
	record.dlv_type = fixture_slice("pipe");
	fixture_apply(p->f, &record);
	publish(p);
	assert_int_equal(p->snap->servers[0].part[SNAP_DELIVERY_TYPE]->count, 2);
	type = publish_row(p, SNAP_DELIVERY_TYPE, SNAP_DELIVERY_SMTP);
	assert_int_equal(type->recipients, 70);
	type = publish_row(p, SNAP_DELIVERY_TYPE, SNAP_DELIVERY_PIPE);
	assert_int_equal(type->recipients, SNAP_NONE32);
	assert_int_equal(type->delivered, 1);
}

static void
without_accounting_there_are_no_totals(void **state)
{
	struct publish_fixture *p = *state;
	const struct doc_item item = fixture_item("a.example/v1", 1);
	const struct snap_queue *queue;

	p->f->servers[0].accounting_count = 0;
	fixture_configure(p->f);
	fixture_list(p->f, DOC_QUEUES, &item, 1);
	publish(p);
	queue = publish_row(p, SNAP_QUEUE, 1);
	assert_true(queue->totals->delivered == SNAP_NONE64);
	assert_true(queue->totals->complaints == SNAP_NONE64);
	assert_true(server_row(p)->totals.bounced == SNAP_NONE64);
	assert_int_equal(p->snap->servers[0].part[SNAP_CLASS]->count, 0);
}

static void
a_class_has_its_share_of_all_bounces(void **state)
{
	struct publish_fixture *p = *state;
	struct acct_record record = fixture_record(ACCT_BOUNCE, "a.example/v1");
	const struct snap_class *class;

	publish(p);
	class = publish_row(p, SNAP_CLASS, 4);
	assert_int_equal(class->share, SNAP_NONE32);
	record.bounce_cat = fixture_slice("bad-mailbox");
	fixture_apply(p->f, &record);
	fixture_apply(p->f, &record);
	record.bounce_cat = fixture_slice("spam-related");
	fixture_apply(p->f, &record);
	publish(p);
	class = publish_row(p, SNAP_CLASS, 4);
	assert_string_equal(class->name, "bad-mailbox");
	assert_int_equal(class->share, 6667);
	assert_int_equal(class->kind, SNAP_KIND_HARD);
	assert_int_equal(class->last_seen, FIXTURE_WALL - 5);
}

static void
missed_records_interrupt_every_total(void **state)
{
	struct publish_fixture *p = *state;
	const struct acct_record record = fixture_record(ACCT_DELIVERY, "a.example/v1");
	const struct snap_queue *queue;

	fixture_apply(p->f, &record);
	publish(p);
	queue = publish_row(p, SNAP_QUEUE, 1);
	assert_int_equal(queue->discontinuity, FIXTURE_WALL);
	p->f->model->servers[0]->records_missed = FIXTURE_WALL + 40;
	fixture_apply(p->f, &record);
	publish(p);
	queue = publish_row(p, SNAP_QUEUE, 1);
	assert_int_equal(queue->discontinuity, FIXTURE_WALL + 40);
}

static void
sources_wait_work_fail_and_grow_stale(void **state)
{
	struct publish_fixture *p = *state;
	struct model_server *server = p->f->model->servers[0];
	const struct snap_source *source;
	const struct doc_status status = fixture_status();

	publish(p);
	source = publish_row(p, SNAP_SOURCE, SNAP_SOURCE_STATUS);
	assert_int_equal(source->state, SNAP_SOURCE_WAITING);
	assert_int_equal(source->duration_ms, SNAP_NONE32);
	model_apply_status(server, &status, p->f->now);
	model_source_done(server, SNAP_SOURCE_STATUS, NULL, 12, p->f->now);
	publish(p);
	source = publish_row(p, SNAP_SOURCE, SNAP_SOURCE_STATUS);
	assert_int_equal(source->state, SNAP_SOURCE_OK);
	assert_int_equal(source->duration_ms, 12);
	model_source_done(server, SNAP_SOURCE_STATUS, "timed out", 15000, p->f->now);
	publish(p);
	source = publish_row(p, SNAP_SOURCE, SNAP_SOURCE_STATUS);
	assert_int_equal(source->state, SNAP_SOURCE_FAILING);
	assert_string_equal(source->last_error, "timed out");
	assert_int_equal(source->attempts, 2);
	assert_int_equal(source->failures, 1);
	fixture_pass(p->f, 92);
	publish(p);
	source = publish_row(p, SNAP_SOURCE, SNAP_SOURCE_STATUS);
	assert_int_equal(source->state, SNAP_SOURCE_STALE);
}

static void
a_server_that_is_gone_leaves_the_snapshot(void **state)
{
	struct publish_fixture *p = *state;

	p->f->conf.server_count = 2;
	fixture_configure(p->f);
	assert_int_equal(publish(p)->server_count, 2);
	p->f->conf.server_count = 1;
	fixture_configure(p->f);
	assert_int_equal(publish(p)->server_count, 1);
}

static void
jobs_are_shown_only_where_that_is_asked_for(void **state)
{
	struct publish_fixture *p = *state;
	const struct doc_item item = fixture_item("newsletter", 5);

	fixture_list(p->f, DOC_JOBS, &item, 1);
	assert_int_equal(publish(p)->servers[0].part[SNAP_JOB]->count, 0);
	p->f->servers[0].jobs = true;
	fixture_configure(p->f);
	assert_int_equal(publish(p)->servers[0].part[SNAP_JOB]->count, 1);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, publish_fixture_setup, publish_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_first_snapshot_is_whole),
		TEST(nothing_new_is_not_published),
		TEST(a_reload_and_a_new_epoch_are_news),
		TEST(only_what_changed_is_built_anew),
		TEST(a_queue_row_has_what_the_list_said),
		TEST(a_stale_list_withdraws_levels_and_keeps_labels_and_totals),
		TEST(the_unlisted_part_of_a_cut_list_is_told),
		TEST(a_server_row_has_what_the_status_said),
		TEST(only_delivery_types_there_are_have_rows),
		TEST(without_accounting_there_are_no_totals),
		TEST(a_class_has_its_share_of_all_bounces),
		TEST(missed_records_interrupt_every_total),
		TEST(sources_wait_work_fail_and_grow_stale),
		TEST(a_server_that_is_gone_leaves_the_snapshot),
		TEST(jobs_are_shown_only_where_that_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
