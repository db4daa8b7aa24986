/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "keeper_fixture.h"
#include "model_object.h"
#include "store_db.h"
#include "store_trouble.h"

static void
deliver(struct keeper_fixture *k, const char *queue)
{
	struct acct_record record = fixture_record(ACCT_DELIVERY, queue);

	record.size = 1000;
	model_apply_record(keeper_fixture_server(k), &record, k->f.now);
}

static uint64_t
delivered(const struct keeper_fixture *k, enum store_kind kind, const char *name)
{
	const struct model_object *object =
		model_set_find(&keeper_fixture_server(k)->set[kind], name, strlen(name));

	return object != NULL ? model_counts(object)->totals.delivered : 0;
}

static void
totals_of_every_kind_survive_a_restart(void **state)
{
	struct keeper_fixture *k = *state;
	struct acct_record record = fixture_record(ACCT_BOUNCE, "a.example/v1");

	deliver(k, "a.example/v1");
	deliver(k, "gmail.com/v2");
	record.bounce_cat = fixture_slice("tarpit");
	model_apply_record(keeper_fixture_server(k), &record, k->f.now);
	record = fixture_record(ACCT_TRANSIENT_QUEUE, "gmail.com/v2");
	record.dsn_diag = fixture_slice("smtp;421 4.7.0 too many connections");
	model_apply_record(keeper_fixture_server(k), &record, k->f.now);
	keeper_fixture_restart(k);
	assert_int_equal(keeper_fixture_server(k)->totals.delivered, 2);
	assert_int_equal(keeper_fixture_server(k)->totals.delivered_bytes, 2000);
	assert_int_equal(keeper_fixture_server(k)->delivered_by_type[SNAP_DELIVERY_SMTP], 2);
	assert_int_equal(delivered(k, STORE_PROVIDER, "gmail"), 1);
	assert_int_equal(model_counts(fixture_object(&k->f, STORE_PROVIDER, "gmail"))->throttled,
			 1);
	assert_int_equal(keeper_fixture_server(k)->replies.count, 1);
	assert_int_equal(keeper_fixture_server(k)->replies.rows[0].deferred, 1);
	assert_int_equal(reply_row_recent(&keeper_fixture_server(k)->replies.rows[0], FIXTURE_WALL),
			 1);
	assert_string_equal(keeper_fixture_server(k)->replies.rows[0].text, "too many connections");
	assert_int_equal(delivered(k, STORE_QUEUE, "a.example/v1"), 1);
	assert_int_equal(delivered(k, STORE_DOMAIN, "a.example"), 1);
	assert_int_equal(delivered(k, STORE_VMTA, "v1"), 1);
	assert_int_equal(model_counts(fixture_object(&k->f, STORE_CLASS, "tarpit"))->totals.bounced,
			 1);
	assert_int_equal(fixture_object(&k->f, STORE_CLASS, "tarpit")->index, MODEL_CLASS_CUSTOM);
}

static uint64_t
tarpits(const struct keeper_fixture *k)
{
	const struct model_object *vmta = fixture_object(&k->f, STORE_VMTA, "v1");

	return vmta != NULL && vmta->group->bounce_count > 0
		       ? vmta->group->bounces[0].counts.bounced
		       : 0;
}

static void
bounces_of_a_vmta_come_back_with_it(void **state)
{
	struct keeper_fixture *k = *state;
	struct acct_record record = fixture_record(ACCT_BOUNCE, "a.example/v1");

	record.bounce_cat = fixture_slice("tarpit");
	model_apply_record(keeper_fixture_server(k), &record, k->f.now);
	keeper_fixture_save(k);
	keeper_fixture_crash(k);
	assert_int_equal(tarpits(k), 1);
	/* Idle for so long that it is not brought back before its next record. */
	fixture_pass(&k->f, 2 * 86400);
	keeper_fixture_restart(k);
	assert_int_equal(tarpits(k), 0);
	model_apply_record(keeper_fixture_server(k), &record, k->f.now);
	assert_int_equal(tarpits(k), 2);
	store_trouble_damage(k->keeper.store);
	assert_int_equal(keeper_fixture_save(k), 0);
	keeper_fixture_crash(k);
	assert_int_equal(tarpits(k), 2);
}

static void
restored_queues_refer_to_their_domain_and_vmta(void **state)
{
	struct keeper_fixture *k = *state;
	const struct model_object *queue;

	deliver(k, "a.example/v1");
	keeper_fixture_restart(k);
	queue = fixture_object(&k->f, STORE_QUEUE, "a.example/v1");
	assert_ptr_equal(queue->domain, fixture_object(&k->f, STORE_DOMAIN, "a.example"));
	assert_ptr_equal(queue->vmta, fixture_object(&k->f, STORE_VMTA, "v1"));
	assert_int_equal(queue->vmta->uses, 1);
}

static void
indexes_are_the_same_after_a_crash(void **state)
{
	struct keeper_fixture *k = *state;
	uint32_t first, second;

	deliver(k, "a.example/v1");
	deliver(k, "b.example/v1");
	keeper_fixture_save(k);
	first = fixture_object(&k->f, STORE_QUEUE, "a.example/v1")->index;
	second = fixture_object(&k->f, STORE_QUEUE, "b.example/v1")->index;
	deliver(k, "c.example/v1");
	keeper_fixture_crash(k);
	assert_null(fixture_object(&k->f, STORE_QUEUE, "c.example/v1"));
	assert_int_equal(fixture_object(&k->f, STORE_QUEUE, "a.example/v1")->index, first);
	assert_int_equal(fixture_object(&k->f, STORE_QUEUE, "b.example/v1")->index, second);
}

static void
powermta_counters_go_on_after_a_restart(void **state)
{
	struct keeper_fixture *k = *state;
	struct doc_status status = fixture_status();

	status.traffic[DOC_TOTAL].in.rcp = 500;
	model_apply_status(keeper_fixture_server(k), &status, k->f.now);
	keeper_fixture_restart(k);
	assert_int_equal(keeper_fixture_server(k)->running[RUN_IN_RCP].total, 500);
	status.traffic[DOC_TOTAL].in.rcp = 700;
	model_apply_status(keeper_fixture_server(k), &status, k->f.now);
	assert_int_equal(keeper_fixture_server(k)->running[RUN_IN_RCP].total, 700);
	assert_int_equal(keeper_fixture_server(k)->restarts, 0);
	assert_int_equal(keeper_fixture_server(k)->discontinuity, FIXTURE_WALL);
}

static void
a_restart_of_powermta_while_we_were_away_is_seen(void **state)
{
	struct keeper_fixture *k = *state;
	struct doc_status status = fixture_status();

	status.traffic[DOC_TOTAL].in.rcp = 500;
	model_apply_status(keeper_fixture_server(k), &status, k->f.now);
	keeper_fixture_restart(k);
	fixture_pass(&k->f, 1000);
	status.time_now += 1000;
	status.start_time += 4000;
	strcpy(status.start_text, "2026-11-22 12:06:40");
	model_apply_status(keeper_fixture_server(k), &status, k->f.now);
	assert_int_equal(keeper_fixture_server(k)->running[RUN_IN_RCP].total, 1000);
	assert_int_equal(keeper_fixture_server(k)->restarts, 1);
}

static void
idle_objects_are_not_loaded_but_not_forgotten(void **state)
{
	struct keeper_fixture *k = *state;

	deliver(k, "a.example/v1");
	keeper_fixture_restart(k);
	fixture_pass(&k->f, 2 * 86400);
	keeper_fixture_restart(k);
	assert_null(fixture_object(&k->f, STORE_QUEUE, "a.example/v1"));
	deliver(k, "a.example/v1");
	assert_int_equal(delivered(k, STORE_QUEUE, "a.example/v1"), 2);
	assert_int_equal(fixture_object(&k->f, STORE_QUEUE, "a.example/v1")->index, 1);
}

static void
what_a_failed_commit_did_not_take_the_next_one_does(void **state)
{
	struct keeper_fixture *k = *state;

	deliver(k, "a.example/v1");
	assert_int_equal(keeper_fixture_save(k), 0);
	store_trouble_full(k->keeper.store, true);
	deliver(k, "a.example/v1");
	deliver(k, "b.example/v2");
	assert_int_equal(keeper_fixture_save(k), -1);
	assert_int_equal(keeper_fixture_save(k), -1);
	store_trouble_full(k->keeper.store, false);
	assert_int_equal(keeper_fixture_save(k), 0);
	keeper_fixture_crash(k);
	assert_int_equal(delivered(k, STORE_QUEUE, "a.example/v1"), 2);
	assert_int_equal(delivered(k, STORE_QUEUE, "b.example/v2"), 1);
	assert_int_equal(keeper_fixture_server(k)->totals.delivered, 3);
}

static void
nothing_is_written_while_nothing_changes(void **state)
{
	struct keeper_fixture *k = *state;
	const struct model_server *server = keeper_fixture_server(k);

	deliver(k, "a.example/v1");
	keeper_fixture_save(k);
	assert_false(server->dirty);
	for (int kind = 0; kind < STORE_KINDS; kind++)
		assert_false(server->set[kind].dirty);
	/* A store that cannot be written is not noticed then. */
	store_trouble_full(k->keeper.store, true);
	assert_int_equal(keeper_fixture_save(k), 0);
}

static void
sources_keep_index_and_counts(void **state)
{
	struct keeper_fixture *k = *state;
	const char *other = "/nowhere/other.csv";

	store_trouble_full(k->keeper.store, true);
	k->paths[1] = other;
	k->f.servers[0].accounting_count = 2;
	keeper_fixture_configure(k);
	assert_int_equal(keeper_fixture_save(k), -1);
	store_trouble_full(k->keeper.store, false);
	model_source(keeper_fixture_server(k), MODEL_SOURCE_FIRST + 1)->records = 42;
	keeper_fixture_save(k);
	k->paths[0] = other;
	k->paths[1] = k->accounting;
	keeper_fixture_restart(k);
	assert_string_equal(model_source(keeper_fixture_server(k), MODEL_SOURCE_FIRST + 1)->name,
			    other);
	assert_int_equal(model_source(keeper_fixture_server(k), MODEL_SOURCE_FIRST + 1)->records,
			 42);
}

static void
a_source_that_comes_back_by_a_reload_goes_on_counting(void **state)
{
	struct keeper_fixture *k = *state;

	model_source(keeper_fixture_server(k), MODEL_SOURCE_FIRST)->records = 42;
	keeper_fixture_server(k)->dirty = true;
	keeper_fixture_save(k);
	k->f.servers[0].accounting_count = 0;
	keeper_fixture_configure(k);
	assert_null(model_source(keeper_fixture_server(k), MODEL_SOURCE_FIRST));
	k->f.servers[0].accounting_count = 1;
	keeper_fixture_configure(k);
	assert_int_equal(model_source(keeper_fixture_server(k), MODEL_SOURCE_FIRST)->records, 42);
}

static void
a_server_that_comes_back_by_a_reload_has_its_totals(void **state)
{
	struct keeper_fixture *k = *state;
	const struct conf_server section = k->f.servers[0];

	deliver(k, "a.example/v1");
	keeper_fixture_save(k);
	k->f.servers[0] = k->f.servers[1];
	keeper_fixture_configure(k);
	assert_string_equal(keeper_fixture_server(k)->name, "mta2");
	k->f.servers[0] = section;
	keeper_fixture_configure(k);
	assert_string_equal(keeper_fixture_server(k)->name, "mta1");
	assert_int_equal(keeper_fixture_server(k)->totals.delivered, 1);
	assert_int_equal(delivered(k, STORE_QUEUE, "a.example/v1"), 1);
}

static void
raise_alarm(struct keeper_fixture *k)
{
	struct model_server *server = keeper_fixture_server(k);

	server->failed_polls = k->f.conf.down_after - 1;
	server->failed_since = k->f.now.mono_ms - 90000;
	model_status_failed(server, false, "connection refused", k->f.now);
	alarms_judge_status(k->keeper.alarms, server, k->f.now);
	assert_int_equal(alarms_active(k->keeper.alarms), 1);
}

static void
alarms_and_events_survive_a_crash_after_the_commit(void **state)
{
	struct keeper_fixture *k = *state;
	const struct doc_status status = fixture_status();

	raise_alarm(k);
	k->sent = 1;
	keeper_fixture_save(k);
	keeper_fixture_crash(k);
	assert_int_equal(alarms_active(k->keeper.alarms), 1);
	assert_int_equal(alarms_last_id(k->keeper.alarms), 1);
	assert_int_equal(event_ring_count(k->keeper.ring), 1);
	assert_int_equal(k->sent, 1);
	model_apply_status(keeper_fixture_server(k), &status, k->f.now);
	alarms_judge_status(k->keeper.alarms, keeper_fixture_server(k), k->f.now);
	assert_int_equal(event_ring_at(k->keeper.ring, 1)->alarm_id, 1);
	assert_int_equal(event_ring_at(k->keeper.ring, 1)->key, 2);
	keeper_fixture_restart(k);
	assert_int_equal(alarms_active(k->keeper.alarms), 0);
	assert_int_equal(event_ring_last(k->keeper.ring), 2);
}

static void
an_alarm_whose_commit_failed_is_saved_by_the_next(void **state)
{
	struct keeper_fixture *k = *state;

	store_trouble_full(k->keeper.store, true);
	raise_alarm(k);
	assert_int_equal(keeper_fixture_save(k), -1);
	store_trouble_full(k->keeper.store, false);
	assert_int_equal(keeper_fixture_save(k), 0);
	keeper_fixture_crash(k);
	assert_int_equal(alarms_active(k->keeper.alarms), 1);
	assert_int_equal(event_ring_count(k->keeper.ring), 1);
	/* Ids are not given again, nor are numbers. */
	raise_alarm(k);
	assert_int_equal(event_ring_last(k->keeper.ring), 1);
	assert_int_equal(alarms_last_id(k->keeper.alarms), 1);
}

static void
a_store_that_is_damaged_while_running_is_filled_again(void **state)
{
	struct keeper_fixture *k = *state;
	const uint32_t epoch = store_epoch(k->keeper.store);
	char name[32];

	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "q%d.example/v1", i);
		deliver(k, name);
	}
	raise_alarm(k);
	keeper_fixture_save(k);
	store_trouble_damage(k->keeper.store);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "q%d.example/v1", i);
		deliver(k, name);
	}
	assert_int_equal(keeper_fixture_save(k), 0);
	assert_int_not_equal(store_epoch(k->keeper.store), epoch);
	deliver(k, "new.example/v1");
	keeper_fixture_restart(k);
	assert_int_equal(keeper_fixture_server(k)->totals.delivered, 2001);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "q%d.example/v1", i);
		assert_int_equal(delivered(k, STORE_QUEUE, name), 2);
	}
	assert_int_equal(fixture_object(&k->f, STORE_QUEUE, "new.example/v1")->index, 1001);
	assert_int_equal(alarms_active(k->keeper.alarms), 1);
	assert_int_equal(event_ring_count(k->keeper.ring), 1);
}

static void
nothing_is_written_when_nothing_changed(void **state)
{
	struct keeper_fixture *k = *state;
	const struct acct_record record = fixture_record(ACCT_DELIVERY, "a.example/v1");
	struct doc_status status = fixture_status();
	int64_t written;

	status.traffic[DOC_TOTAL].in = (struct doc_volume){10, 10, 10};
	model_apply_record(keeper_fixture_server(k), &record, k->f.now);
	model_apply_status(keeper_fixture_server(k), &status, k->f.now);
	keeper_fixture_save(k);
	written = sqlite3_total_changes64(k->keeper.store->db);
	for (int i = 0; i < 5; i++) {
		fixture_pass(&k->f, 30);
		status.time_now += 30;
		model_apply_status(keeper_fixture_server(k), &status, k->f.now);
		fixture_list(&k->f, DOC_QUEUES, NULL, 0);
		keeper_fixture_save(k);
	}
	assert_int_equal(sqlite3_total_changes64(k->keeper.store->db), written);
	status.traffic[DOC_TOTAL].in.rcp = 11;
	model_apply_status(keeper_fixture_server(k), &status, k->f.now);
	keeper_fixture_save(k);
	assert_true(sqlite3_total_changes64(k->keeper.store->db) > written);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, keeper_fixture_setup, keeper_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(totals_of_every_kind_survive_a_restart),
		TEST(bounces_of_a_vmta_come_back_with_it),
		TEST(restored_queues_refer_to_their_domain_and_vmta),
		TEST(indexes_are_the_same_after_a_crash),
		TEST(powermta_counters_go_on_after_a_restart),
		TEST(a_restart_of_powermta_while_we_were_away_is_seen),
		TEST(idle_objects_are_not_loaded_but_not_forgotten),
		TEST(what_a_failed_commit_did_not_take_the_next_one_does),
		TEST(nothing_is_written_while_nothing_changes),
		TEST(sources_keep_index_and_counts),
		TEST(a_source_that_comes_back_by_a_reload_goes_on_counting),
		TEST(a_server_that_comes_back_by_a_reload_has_its_totals),
		TEST(alarms_and_events_survive_a_crash_after_the_commit),
		TEST(an_alarm_whose_commit_failed_is_saved_by_the_next),
		TEST(a_store_that_is_damaged_while_running_is_filled_again),
		TEST(nothing_is_written_when_nothing_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
