/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "baseline.h"
#include "keeper_fixture.h"
#include "norm.h"
#include "store_trouble.h"

#define HOUR 3600
#define WEEK (168 * HOUR)
/* What reaches the daemon late is waited for. */
#define SETTLED 300

static void
zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static int
setup(void **state)
{
	zone("UTC");
	return keeper_fixture_setup(state);
}

static struct model_server *
server_of(const struct keeper_fixture *k)
{
	return keeper_fixture_server(k);
}

static const struct model_object *
gmail(const struct keeper_fixture *k)
{
	return fixture_object(&k->f, STORE_PROVIDER, "gmail");
}

/* So many records of a type, a second apart. */
static void
write_records(struct keeper_fixture *k, enum acct_type type, unsigned count)
{
	struct acct_record record = fixture_record(type, "gmail.com/v1");

	for (unsigned i = 0; i < count; i++) {
		record.time_logged = k->f.now.wall_ms / 1000 - i;
		model_apply_record(server_of(k), &record, k->f.now);
	}
}

/* An hour in which so much happens; the clock is at its end then. */
static void
hour_of_mail(struct keeper_fixture *k, unsigned delivered, unsigned deferred)
{
	fixture_pass(&k->f, HOUR / 2);
	write_records(k, ACCT_DELIVERY, delivered);
	write_records(k, ACCT_TRANSIENT, deferred);
	fixture_pass(&k->f, HOUR / 2);
	norm_read(server_of(k), k->f.now);
	model_trim(server_of(k), k->f.now);
}

static struct norm_state
look(const struct keeper_fixture *k, enum snap_baseline_metric metric)
{
	struct norm_state state;

	norm_state(server_of(k), gmail(k), metric, k->f.now, &state);
	return state;
}

/* So many weeks, in which each hour but the first is learned: 40 recipients delivered and 10
 * deferred, one more or less. */
static void
weeks_of_mail(struct keeper_fixture *k, unsigned weeks)
{
	for (unsigned hour = 0; hour < weeks * 168 + 1; hour++)
		hour_of_mail(k, 40 + hour % 3, 10);
	fixture_pass(&k->f, SETTLED);
	norm_read(server_of(k), k->f.now);
}

static void
an_hour_is_learned_once_it_is_over_and_its_last_records_had_time_to_come(void **state)
{
	struct keeper_fixture *k = *state;

	hour_of_mail(k, 40, 10);
	hour_of_mail(k, 40, 10);
	assert_false(look(k, SNAP_BASELINE_DELIVERED).learned);
	fixture_pass(&k->f, SETTLED - 1);
	norm_read(server_of(k), k->f.now);
	assert_false(look(k, SNAP_BASELINE_DELIVERED).learned);
	fixture_pass(&k->f, 1);
	norm_read(server_of(k), k->f.now);
	assert_true(look(k, SNAP_BASELINE_DELIVERED).learned);
	/* The first hour, of which not all may have been seen, is none. */
	assert_int_equal(look(k, SNAP_BASELINE_DELIVERED).history_s, HOUR);
}

static void
after_weeks_the_usual_is_expected_of_providers_and_servers(void **state)
{
	struct keeper_fixture *k = *state;
	const struct metric deferrals = {.name = "providerWindowDeferralShare"};
	const struct metric delivered = {.name = "pmtaServerWindowDelivered"};
	double mean, deviation;
	uint32_t history;

	weeks_of_mail(k, 3);
	assert_int_equal(norm_expect(NULL, server_of(k), gmail(k), &deferrals, k->f.now, &mean,
				     &deviation, &history),
			 0);
	assert_float_equal(mean, 1960, 60);
	assert_float_equal(deviation, 100, 1);
	assert_int_equal(history, 3 * WEEK);
	assert_int_equal(norm_expect(NULL, server_of(k), NULL, &delivered, k->f.now, &mean,
				     &deviation, &history),
			 0);
	assert_float_equal(mean, 41, 1);
	assert_float_equal(deviation, 6.4, 0.2);
	assert_true(look(k, SNAP_BASELINE_DELIVERED).enough);
}

static void
two_weeks_are_expected_by_but_not_enough(void **state)
{
	struct keeper_fixture *k = *state;

	weeks_of_mail(k, 2);
	assert_true(look(k, SNAP_BASELINE_DELIVERED).expected);
	assert_false(look(k, SNAP_BASELINE_DELIVERED).enough);
}

static void
nothing_is_expected_of_metrics_and_objects_that_have_no_baseline(void **state)
{
	struct keeper_fixture *k = *state;
	const struct metric received = {.name = "providerWindowReceived"};
	const struct metric delivered = {.name = "providerWindowDelivered"};
	double mean, deviation;
	uint32_t history;

	weeks_of_mail(k, 3);
	assert_int_equal(norm_expect(NULL, server_of(k), gmail(k), &received, k->f.now, &mean,
				     &deviation, &history),
			 -1);
	assert_int_equal(norm_expect(NULL, server_of(k), fixture_object(&k->f, STORE_VMTA, "v1"),
				     &delivered, k->f.now, &mean, &deviation, &history),
			 -1);
	assert_int_equal(norm_expect(NULL, server_of(k), NULL, &delivered, k->f.now, &mean,
				     &deviation, &history),
			 -1);
	assert_int_equal(history, 0);
}

static void
an_hour_without_records_is_left_out(void **state)
{
	struct keeper_fixture *k = *state;

	weeks_of_mail(k, 1);
	for (int hour = 0; hour < 2 * 168 + 50; hour++)
		hour_of_mail(k, 0, 0);
	assert_int_equal(look(k, SNAP_BASELINE_DELIVERED).weeks, 1);
	assert_false(look(k, SNAP_BASELINE_DELIVERED).expected);
}

static void
an_hour_in_which_records_were_lost_is_left_out(void **state)
{
	struct keeper_fixture *k = *state;

	for (int hour = 0; hour < 5; hour++) {
		server_of(k)->records_missed = k->f.now.wall_ms / 1000;
		hour_of_mail(k, 40, 10);
	}
	assert_false(look(k, SNAP_BASELINE_DELIVERED).learned);
}

static void
shares_of_a_handful_are_not_learned(void **state)
{
	struct keeper_fixture *k = *state;

	for (int hour = 0; hour < 4; hour++)
		hour_of_mail(k, 10, NORM_SAMPLE_LEAST - 11);
	assert_true(look(k, SNAP_BASELINE_DELIVERED).learned);
	assert_false(look(k, SNAP_BASELINE_DEFERRAL_SHARE).learned);
	hour_of_mail(k, 10, NORM_SAMPLE_LEAST - 10);
	hour_of_mail(k, 1, 1);
	assert_true(look(k, SNAP_BASELINE_DEFERRAL_SHARE).learned);
}

static void
hours_that_a_file_could_not_be_read_in_are_learned_when_it_can(void **state)
{
	struct keeper_fixture *k = *state;
	struct model_source *source = model_source(server_of(k), MODEL_SOURCE_FIRST);

	hour_of_mail(k, 40, 10);
	source->failed = true;
	for (int hour = 0; hour < 4; hour++)
		hour_of_mail(k, 40, 10);
	assert_false(look(k, SNAP_BASELINE_DELIVERED).learned);
	source->failed = false;
	source->backlog = 1;
	norm_read(server_of(k), k->f.now);
	assert_false(look(k, SNAP_BASELINE_DELIVERED).learned);
	source->backlog = 0;
	norm_read(server_of(k), k->f.now);
	assert_int_equal(look(k, SNAP_BASELINE_DELIVERED).history_s, 4 * HOUR);
}

static void
a_backlog_of_hours_is_learned_hour_by_hour(void **state)
{
	struct keeper_fixture *k = *state;
	const struct moment end = {k->f.now.wall_ms + 5 * HOUR * 1000, k->f.now.mono_ms};

	for (int hour = 0; hour < 5; hour++) {
		fixture_pass(&k->f, HOUR / 2);
		write_records(k, ACCT_DELIVERY, 30);
		fixture_pass(&k->f, HOUR / 2);
	}
	write_records(k, ACCT_DELIVERY, 3);
	k->f.now = end;
	fixture_pass(&k->f, SETTLED);
	norm_read(server_of(k), k->f.now);
	assert_int_equal(look(k, SNAP_BASELINE_DELIVERED).history_s, 4 * HOUR);
}

static void
what_was_learned_survives_a_restart_and_learning_goes_on(void **state)
{
	struct keeper_fixture *k = *state;
	struct norm_state before, after;

	weeks_of_mail(k, 3);
	before = look(k, SNAP_BASELINE_DEFERRAL_SHARE);
	assert_int_equal(keeper_fixture_save(k), 0);
	keeper_fixture_crash(k);
	after = look(k, SNAP_BASELINE_DEFERRAL_SHARE);
	assert_true(before.enough && after.enough);
	assert_float_equal(before.mean, after.mean, 0);
	assert_float_equal(before.deviation, after.deviation, 0);
	assert_int_equal(before.history_s, after.history_s);
	hour_of_mail(k, 40, 10);
	assert_int_equal(look(k, SNAP_BASELINE_DEFERRAL_SHARE).history_s, after.history_s + HOUR);
}

static void
a_store_begun_anew_gets_all_that_is_known(void **state)
{
	struct keeper_fixture *k = *state;

	weeks_of_mail(k, 2);
	assert_int_equal(keeper_fixture_save(k), 0);
	norm_mark(server_of(k)->norm, false);
	store_forget_baselines(k->keeper.store, INT64_MAX);
	assert_int_equal(keeper_fixture_save(k), 0);
	keeper_fixture_crash(k);
	assert_true(look(k, SNAP_BASELINE_DELIVERED).expected);
}

static void
poll(struct keeper_fixture *k, double recipients)
{
	struct doc_status status = fixture_status();

	status.queue[SNAP_DELIVERY_SMTP].rcp = recipients;
	fixture_pass(&k->f, 60);
	model_apply_status(server_of(k), &status, k->f.now);
	norm_poll(server_of(k), k->f.now);
	norm_poll(server_of(k), k->f.now);
}

static void
of_queued_recipients_the_mean_of_an_hour_s_polls_is_learned(void **state)
{
	struct keeper_fixture *k = *state;
	struct norm_state now;

	/* The polls of two minutes are not an hour's, though there were 60 an hour before. */
	for (int week = 0; week < 3; week++) {
		for (int minute = 0; minute < 60; minute++)
			poll(k, minute % 2 == 0 ? 100 : 300);
		poll(k, 200);
		fixture_pass(&k->f, WEEK - 61 * 60);
	}
	poll(k, 900);
	norm_state(server_of(k), NULL, SNAP_BASELINE_QUEUED_RECIPIENTS, k->f.now, &now);
	assert_true(now.expected);
	assert_float_equal(now.mean, 200, 5);
	assert_int_equal(now.value, 900);
	assert_int_equal(now.weeks, 3);
}

static void
a_few_polls_of_an_hour_are_not_learned(void **state)
{
	struct keeper_fixture *k = *state;
	struct norm_state now;

	for (int hour = 0; hour < 5; hour++) {
		for (int minute = 0; minute < 25; minute++)
			poll(k, 100);
		fixture_pass(&k->f, HOUR - 25 * 60);
	}
	norm_state(server_of(k), NULL, SNAP_BASELINE_QUEUED_RECIPIENTS, k->f.now, &now);
	assert_false(now.learned);
}

/* 2026-03-29 01:00 UTC: 02:00 becomes 03:00; 2026-10-25 01:00 UTC: 03:00 becomes 02:00. */
#define SPRING 1774746000
#define AUTUMN 1792890000

static void
hours_are_those_of_the_local_clock_in_summer_and_winter(void **state)
{
	(void)state;
	zone("Europe/Berlin");
	assert_int_equal(norm_hour(SPRING) - norm_hour(SPRING - 1), 2);
	assert_int_equal(norm_hour(SPRING + HOUR) - norm_hour(SPRING), 1);
	assert_int_equal(norm_hour(AUTUMN), norm_hour(AUTUMN - 1));
	assert_int_equal(norm_hour(SPRING) % 24, 3);
	assert_int_equal(norm_hour(AUTUMN) % 24, 2);
	/* Nine o'clock on Monday, a week before the change and a day after it. */
	assert_int_equal(norm_hour(SPRING + 30 * HOUR) - norm_hour(SPRING + 31 * HOUR - WEEK), 168);
	zone("Asia/Kolkata");
	assert_int_equal(norm_hour(SPRING), norm_hour(SPRING - 1));
	assert_int_equal(norm_hour(SPRING + HOUR / 2), norm_hour(SPRING) + 1);
}

static void
people_who_send_at_nine_are_expected_at_nine_after_the_clocks_changed(void **state)
{
	struct keeper_fixture *k = *state;
	struct norm_state now;

	zone("Europe/Berlin");
	/* Until ten on the Monday after the change. */
	k->f.now.wall_ms = (SPRING - INT64_C(24) * 24 * HOUR) * 1000;
	while (k->f.now.wall_ms / 1000 < SPRING + 31 * HOUR)
		hour_of_mail(k, norm_hour(k->f.now.wall_ms / 1000) % 24 == 9 ? 500 : 30, 0);
	norm_state(server_of(k), NULL, SNAP_BASELINE_DELIVERED, k->f.now, &now);
	assert_true(now.expected);
	assert_int_equal(now.value, 500);
	assert_float_equal(now.mean, 500, 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, keeper_fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_hour_is_learned_once_it_is_over_and_its_last_records_had_time_to_come),
		TEST(after_weeks_the_usual_is_expected_of_providers_and_servers),
		TEST(two_weeks_are_expected_by_but_not_enough),
		TEST(nothing_is_expected_of_metrics_and_objects_that_have_no_baseline),
		TEST(an_hour_without_records_is_left_out),
		TEST(an_hour_in_which_records_were_lost_is_left_out),
		TEST(shares_of_a_handful_are_not_learned),
		TEST(hours_that_a_file_could_not_be_read_in_are_learned_when_it_can),
		TEST(a_backlog_of_hours_is_learned_hour_by_hour),
		TEST(what_was_learned_survives_a_restart_and_learning_goes_on),
		TEST(a_store_begun_anew_gets_all_that_is_known),
		TEST(of_queued_recipients_the_mean_of_an_hour_s_polls_is_learned),
		TEST(a_few_polls_of_an_hour_are_not_learned),
		TEST(hours_are_those_of_the_local_clock_in_summer_and_winter),
		TEST(people_who_send_at_nine_are_expected_at_nine_after_the_clocks_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
