/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model_fixture.h"

static struct doc_status
counted(double in, double out)
{
	struct doc_status status = fixture_status();

	status.traffic[DOC_TOTAL].in.rcp = in;
	status.traffic[DOC_TOTAL].out.rcp = out;
	status.traffic[DOC_TOTAL].out.kb = out / 10;
	return status;
}

static void
start_at(struct doc_status *status, int64_t local, const char *text)
{
	status->start_time = local;
	snprintf(status->start_text, sizeof status->start_text, "%s", text);
}

static uint64_t
total(const struct model_fixture *f, enum model_running_id id)
{
	return f->model->servers[0]->running[id].total;
}

static void
apply(struct model_fixture *f, const struct doc_status *status)
{
	model_apply_status(f->model->servers[0], status, f->now);
}

static void
the_first_sight_of_a_counter_begins_our_total(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_status status = counted(1000, 5.5);

	apply(f, &status);
	assert_int_equal(total(f, RUN_IN_RCP), 1000);
	assert_int_equal(total(f, RUN_OUT_KB), 6); /* tenths */
	assert_false(f->model->servers[0]->running[RUN_BOUNCES].known);
}

static void
a_counter_that_grows_adds_what_it_grew(void **state)
{
	struct model_fixture *f = *state;
	struct doc_status status = counted(1000, 10);

	apply(f, &status);
	status = counted(1600, 10);
	apply(f, &status);
	assert_int_equal(total(f, RUN_IN_RCP), 1600);
	assert_int_equal(f->model->servers[0]->counter_resets, 0);
}

static void
totals_go_on_over_a_restart(void **state)
{
	struct model_fixture *f = *state;
	struct doc_status status = counted(1000, 10);

	apply(f, &status);
	fixture_pass(f, 300);
	status = counted(1200, 12);
	status.time_now += 300;
	start_at(&status, FIXTURE_WALL + 100, "2026-11-22 12:01:40");
	apply(f, &status);
	assert_int_equal(total(f, RUN_IN_RCP), 2200);
	assert_int_equal(f->model->servers[0]->restarts, 1);
	assert_int_equal(f->model->servers[0]->counter_resets, 0);
	assert_int_equal(f->model->servers[0]->start_time, FIXTURE_WALL + 100);
	assert_int_equal(f->model->servers[0]->discontinuity, FIXTURE_WALL + 300);
}

static void
totals_go_on_over_a_reset_of_the_counters(void **state)
{
	struct model_fixture *f = *state;
	struct doc_status status = counted(1000, 10);

	apply(f, &status);
	fixture_pass(f, 30);
	/* One of them has passed its old value already: the fall of the other tells. */
	status = counted(40, 11);
	apply(f, &status);
	assert_int_equal(total(f, RUN_IN_RCP), 1040);
	assert_int_equal(total(f, RUN_OUT_RCP), 21);
	assert_int_equal(f->model->servers[0]->counter_resets, 1);
	assert_int_equal(f->model->servers[0]->restarts, 0);
	assert_int_equal(f->model->servers[0]->discontinuity, FIXTURE_WALL + 30);
}

static void
a_change_of_zone_is_no_restart(void **state)
{
	struct model_fixture *f = *state;
	struct doc_status status = counted(1000, 10);

	apply(f, &status);
	fixture_pass(f, 30);
	status = counted(1010, 10);
	status.time_now += 3600 + 30;
	start_at(&status, FIXTURE_WALL, "2026-11-22 12:00:00");
	apply(f, &status);
	assert_int_equal(total(f, RUN_IN_RCP), 1010);
	assert_int_equal(f->model->servers[0]->restarts, 0);
	assert_int_equal(f->model->servers[0]->start_time, FIXTURE_WALL - 3600);
	/* The new text is the one to compare with from then on. */
	fixture_pass(f, 30);
	status.time_now += 30;
	apply(f, &status);
	assert_int_equal(f->model->servers[0]->restarts, 0);
}

static void
a_start_that_is_no_time_tells_nothing(void **state)
{
	struct model_fixture *f = *state;
	struct doc_status status = counted(1000, 10);

	apply(f, &status);
	start_at(&status, SNAP_NO_TIME, "unknown");
	apply(f, &status);
	start_at(&status, SNAP_NO_TIME, "");
	apply(f, &status);
	status = counted(1000, 10);
	apply(f, &status);
	assert_int_equal(total(f, RUN_IN_RCP), 1000);
	assert_int_equal(f->model->servers[0]->restarts, 0);
	assert_int_equal(f->model->servers[0]->start_time, FIXTURE_WALL - 3600);
}

static void
a_counter_that_is_not_told_for_once_is_not_interrupted(void **state)
{
	struct model_fixture *f = *state;
	struct doc_status status = counted(1000, 10);

	apply(f, &status);
	status = counted(NAN, 10);
	apply(f, &status);
	status = counted(1100, 10);
	apply(f, &status);
	assert_int_equal(total(f, RUN_IN_RCP), 1100);
	assert_int_equal(f->model->servers[0]->counter_resets, 0);
}

static void
a_counter_beyond_all_bounds_is_not_taken(void **state)
{
	struct model_fixture *f = *state;
	struct doc_status status = counted(1.8e19, 10);

	apply(f, &status);
	assert_false(f->model->servers[0]->running[RUN_IN_RCP].known);
}

static void
the_start_does_not_waver_with_the_replies_delay(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_status status = counted(1, 1);
	int64_t start;

	apply(f, &status);
	start = f->model->servers[0]->start_time;
	f->now.wall_ms += 9000;
	apply(f, &status);
	assert_int_equal(f->model->servers[0]->start_time, start);
}

static void
the_zone_is_told_in_quarters_of_an_hour(void **state)
{
	struct model_fixture *f = *state;
	struct doc_status status = fixture_status();

	status.time_now += 20700 - 7; /* Nepal, and a slow reply */
	apply(f, &status);
	assert_int_equal(f->model->servers[0]->zone, 20700);
	status.time_now -= 20700 + 12600; /* Newfoundland */
	apply(f, &status);
	assert_int_equal(f->model->servers[0]->zone, -12600);
}

static void
the_state_is_read_from_words_and_numbers(void **state)
{
	static const struct {
		const char *text;
		int shutting_down;
		double init;
		enum snap_server_state expected;
	} cases[] = {
		{"running", 0, 100, SNAP_STATE_RUNNING},
		{"running", -1, NAN, SNAP_STATE_RUNNING},
		{"running", 0, 40, SNAP_STATE_STARTING},
		{"Starting up", 0, NAN, SNAP_STATE_STARTING},
		{"running", 1, 100, SNAP_STATE_SHUTTING_DOWN},
		{"shutting down", -1, 100, SNAP_STATE_SHUTTING_DOWN},
		{"stopped", 0, 100, SNAP_STATE_STOPPED},
		{"something new", 0, 100, SNAP_STATE_RUNNING},
	};
	struct model_fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct doc_status status = fixture_status();

		snprintf(status.state_text, sizeof status.state_text, "%s", cases[i].text);
		status.shutting_down = cases[i].shutting_down;
		status.spool_init = cases[i].init;
		apply(f, &status);
		assert_int_equal(f->model->servers[0]->state, cases[i].expected);
	}
}

static void
failed_polls_are_counted_until_a_good_one(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_status status = fixture_status();

	model_status_failed(f->model->servers[0], false, "timed\nout", f->now);
	model_status_failed(f->model->servers[0], true, "PowerMTA is not running", f->now);
	assert_int_equal(f->model->servers[0]->failed_polls, 2);
	assert_int_equal(f->model->servers[0]->state, SNAP_STATE_STOPPED);
	model_status_failed(f->model->servers[0], false, "timed\nout", f->now);
	assert_int_equal(f->model->servers[0]->state, SNAP_STATE_UNREACHABLE);
	assert_string_equal(f->model->servers[0]->state_text, "timed out");
	apply(f, &status);
	assert_int_equal(f->model->servers[0]->failed_polls, 0);
	assert_int_equal(f->model->servers[0]->state, SNAP_STATE_RUNNING);
}

static void
queued_recipients_are_those_bound_for_other_hosts(void **state)
{
	struct model_fixture *f = *state;
	struct doc_status status = fixture_status();

	status.queue[SNAP_DELIVERY_SMTP].rcp = 100;
	status.queue[SNAP_DELIVERY_FILE].rcp = 7;
	apply(f, &status);
	assert_int_equal(model_queued_recipients(f->model->servers[0]), 100);
	status.queue[SNAP_DELIVERY_HTTP].rcp = 20;
	apply(f, &status);
	assert_int_equal(model_queued_recipients(f->model->servers[0]), 120);
	status.queue[SNAP_DELIVERY_SMTP].rcp = NAN;
	status.queue[SNAP_DELIVERY_HTTP].rcp = NAN;
	apply(f, &status);
	assert_int_equal(model_queued_recipients(f->model->servers[0]), SNAP_NONE32);
}

static void
a_status_is_fresh_for_stale_after_polls(void **state)
{
	struct model_fixture *f = *state;
	const struct doc_status status = fixture_status();

	assert_false(model_status_fresh(f->model->servers[0], f->now));
	apply(f, &status);
	fixture_pass(f, 91);
	assert_true(model_status_fresh(f->model->servers[0], f->now));
	fixture_pass(f, 1);
	assert_false(model_status_fresh(f->model->servers[0], f->now));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_first_sight_of_a_counter_begins_our_total),
		TEST(a_counter_that_grows_adds_what_it_grew),
		TEST(totals_go_on_over_a_restart),
		TEST(totals_go_on_over_a_reset_of_the_counters),
		TEST(a_change_of_zone_is_no_restart),
		TEST(a_start_that_is_no_time_tells_nothing),
		TEST(a_counter_that_is_not_told_for_once_is_not_interrupted),
		TEST(a_counter_beyond_all_bounds_is_not_taken),
		TEST(the_start_does_not_waver_with_the_replies_delay),
		TEST(the_zone_is_told_in_quarters_of_an_hour),
		TEST(the_state_is_read_from_words_and_numbers),
		TEST(failed_polls_are_counted_until_a_good_one),
		TEST(queued_recipients_are_those_bound_for_other_hosts),
		TEST(a_status_is_fresh_for_stale_after_polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
