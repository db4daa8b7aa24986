/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keeper_fixture.h"
#include "store_trouble.h"

#define HEADER "type,timeLogged,timeQueued,rcpt,bounceCat,dlvType,dlvSize,vmta,queue\n"
#define FIRST "acct-2026-11-22-0000.csv"
#define SECOND "acct-2026-11-22-0001.csv"

static void
row(const struct keeper_fixture *k, const char *file, const char *type)
{
	char text[256];

	snprintf(text, sizeof text,
		 "%s,2026-11-22 12:00:01+0000,2026-11-22 12:00:00+0000,u@a.example,,smtp,100,v1,"
		 "a.example/v1\n",
		 type);
	temp_dir_append(k->log_dir, file, text);
}

static uint64_t
delivered(const struct keeper_fixture *k)
{
	return keeper_fixture_server(k)->totals.delivered;
}

static const struct model_source *
source(const struct keeper_fixture *k)
{
	return model_source(keeper_fixture_server(k), MODEL_SOURCE_FIRST);
}

static void
records_reach_the_model_and_the_source_says_so(void **state)
{
	struct keeper_fixture *k = *state;

	assert_false(source(k)->tried);
	temp_dir_append(k->log_dir, FIRST, HEADER);
	row(k, FIRST, "d");
	row(k, FIRST, "t");
	temp_dir_append(k->log_dir, FIRST, "x,y\n");
	keeper_fixture_read(k);
	assert_int_equal(delivered(k), 1);
	assert_int_equal(keeper_fixture_server(k)->totals.deferred, 1);
	assert_int_equal(source(k)->records, 2);
	assert_int_equal(source(k)->rejected, 1);
	assert_int_equal(source(k)->types, 1u << ACCT_DELIVERY | 1u << ACCT_TRANSIENT);
	assert_int_equal(source(k)->backlog, 0);
	assert_true(source(k)->tried);
	assert_string_not_equal(source(k)->error, "");
}

static void
lag_is_how_old_the_newest_record_was_when_it_was_read(void **state)
{
	struct keeper_fixture *k = *state;

	temp_dir_append(k->log_dir, FIRST, HEADER);
	row(k, FIRST, "d");
	fixture_pass(&k->f, 100);
	keeper_fixture_read(k);
	assert_in_range(source(k)->lag, 100, 110);
}

static void
counts_of_a_source_go_on_over_restarts_and_reloads(void **state)
{
	struct keeper_fixture *k = *state;

	temp_dir_append(k->log_dir, FIRST, HEADER);
	row(k, FIRST, "d");
	keeper_fixture_read(k);
	keeper_fixture_restart(k);
	row(k, FIRST, "d");
	keeper_fixture_read(k);
	assert_int_equal(source(k)->records, 2);
	keeper_fixture_configure(k);
	row(k, FIRST, "d");
	keeper_fixture_read(k);
	assert_int_equal(source(k)->records, 3);
	assert_int_equal(delivered(k), 3);
}

static void
a_gap_interrupts_the_totals(void **state)
{
	struct keeper_fixture *k = *state;

	temp_dir_append(k->log_dir, FIRST, HEADER);
	row(k, FIRST, "d");
	keeper_fixture_read(k);
	fixture_pass(&k->f, 1000);
	temp_dir_write(k->log_dir, FIRST, HEADER); /* cut under the reader */
	keeper_fixture_read(k);
	assert_int_equal(source(k)->gaps, 1);
	assert_true(keeper_fixture_server(k)->discontinuity >= FIXTURE_WALL + 1000);
	assert_int_equal(keeper_fixture_server(k)->records_missed,
			 keeper_fixture_server(k)->discontinuity);
}

static void
each_time_that_a_directory_goes_away_is_told_with_its_own_time(void **state)
{
	struct keeper_fixture *k = *state;
	char away[2 * TEMP_DIR_MAX];

	snprintf(away, sizeof away, "%s-away", k->log_dir);
	temp_dir_append(k->log_dir, FIRST, HEADER);
	row(k, FIRST, "d");
	keeper_fixture_read(k);
	for (int times = 0; times < 2; times++) {
		fixture_pass(&k->f, 1000);
		assert_int_equal(rename(k->log_dir, away), 0);
		keeper_fixture_read(k);
		assert_true(source(k)->tried && source(k)->failed);
		assert_non_null(strstr(source(k)->error, "the directory is gone"));
		assert_in_range(source(k)->error_wall, FIXTURE_WALL + 1000 * (times + 1),
				FIXTURE_WALL + 1000 * (times + 1) + 60);
		assert_int_equal(rename(away, k->log_dir), 0);
		keeper_fixture_read(k);
		assert_false(source(k)->failed);
	}
}

static void
two_paths_in_one_directory_are_two_sources(void **state)
{
	struct keeper_fixture *k = *state;
	char diag[3 * TEMP_DIR_MAX];

	snprintf(diag, sizeof diag, "%s/diag.csv", k->log_dir);
	k->paths[1] = diag;
	k->f.servers[0].accounting_count = 2;
	keeper_fixture_configure(k);
	temp_dir_append(k->log_dir, FIRST, HEADER);
	temp_dir_append(k->log_dir, "diag-2026-11-22-0000.csv", HEADER);
	row(k, FIRST, "d");
	row(k, "diag-2026-11-22-0000.csv", "t");
	row(k, "diag-2026-11-22-0000.csv", "t");
	keeper_fixture_read(k);
	assert_int_equal(delivered(k), 1);
	assert_int_equal(keeper_fixture_server(k)->totals.deferred, 2);
	keeper_fixture_crash(k);
	keeper_fixture_read(k);
	assert_int_equal(delivered(k), 1);
	assert_int_equal(keeper_fixture_server(k)->totals.deferred, 2);
}

static void
one_file_of_two_servers_counts_for_both(void **state)
{
	struct keeper_fixture *k = *state;

	k->f.servers[1].accounting = k->paths;
	k->f.conf.server_count = 2;
	keeper_fixture_configure(k);
	temp_dir_append(k->log_dir, FIRST, HEADER);
	row(k, FIRST, "d");
	keeper_fixture_read(k);
	assert_int_equal(k->keeper.model->servers[0]->totals.delivered, 1);
	assert_int_equal(k->keeper.model->servers[1]->totals.delivered, 1);
}

static void
start_at_end_leaves_out_what_was_there_before(void **state)
{
	struct keeper_fixture *k = *state;

	k->f.servers[0].start_at = ACCT_START_END;
	temp_dir_append(k->log_dir, FIRST, HEADER);
	row(k, FIRST, "d");
	keeper_fixture_crash(k);
	keeper_fixture_read(k);
	assert_int_equal(delivered(k), 0);
	keeper_fixture_save(k);
	row(k, FIRST, "d");
	/* Known from the store, so that the time of our absence counts. */
	keeper_fixture_crash(k);
	keeper_fixture_read(k);
	assert_int_equal(delivered(k), 1);
}

static void
a_changed_directory_wakes_the_follower(void **state)
{
	struct keeper_fixture *k = *state;
	struct pollfd watched = {.fd = follower_fd(k->keeper.follower), .events = POLLIN};

	temp_dir_append(k->log_dir, FIRST, HEADER);
	keeper_fixture_read(k);
	follower_woken(k->keeper.follower);
	assert_false(follower_due(k->keeper.follower, k->f.now));
	row(k, FIRST, "d");
	assert_int_equal(poll(&watched, 1, 5000), 1);
	follower_woken(k->keeper.follower);
	assert_true(follower_due(k->keeper.follower, k->f.now));
	assert_int_equal(poll(&watched, 1, 0), 0);
}

static void
what_comes_through_a_fifo_wakes_the_follower(void **state)
{
	struct keeper_fixture *k = *state;
	struct follower *follower = k->keeper.follower;
	struct pollfd watched = {.fd = follower_fd(follower), .events = POLLIN};
	const char *path = temp_dir_file(k->log_dir, "acct.csv");
	int writer;

	/* The path is one of files until a FIFO is made under it. */
	assert_int_equal(mkfifo(path, 0600), 0);
	keeper_fixture_read(k);
	follower_woken(follower);
	assert_int_equal(poll(&watched, 1, 0), 0);
	writer = open(path, O_WRONLY | O_NONBLOCK);
	assert_true(writer >= 0);
	for (int i = 1; i <= 3; i++) {
		dprintf(writer, "%sd,,,u@a.example\n",
			i == 1 ? "type,timeLogged,timeQueued,rcpt\n" : "");
		assert_int_equal(poll(&watched, 1, 5000), 1);
		assert_false(follower_due(follower, k->f.now));
		follower_woken(follower);
		assert_true(follower_due(follower, k->f.now));
		while (follower_run(follower, 1000, k->f.now))
			;
		assert_int_equal(delivered(k), i);
		assert_int_equal(poll(&watched, 1, 0), 0);
	}
	close(writer);
}

static void
without_a_wake_up_it_looks_every_second(void **state)
{
	struct keeper_fixture *k = *state;

	keeper_fixture_read(k);
	follower_woken(k->keeper.follower);
	assert_false(follower_due(k->keeper.follower, k->f.now));
	fixture_pass(&k->f, 1);
	assert_true(follower_due(k->keeper.follower, k->f.now));
}

static void
a_directory_that_is_made_later_is_read(void **state)
{
	struct keeper_fixture *k = *state;

	temp_dir_remove(k->log_dir);
	keeper_fixture_crash(k);
	keeper_fixture_read(k);
	assert_int_equal(delivered(k), 0);
	assert_int_equal(mkdir(k->log_dir, 0700), 0);
	temp_dir_append(k->log_dir, FIRST, HEADER);
	row(k, FIRST, "d");
	keeper_fixture_read(k);
	assert_int_equal(delivered(k), 1);
}

/* What happens to the process between two rows. */
enum accident {
	NOTHING,
	SAVE,
	RELOAD,
	CLEAN_RESTART,
	CRASH_BEFORE_SAVE,
	CRASH_AFTER_SAVE,
	FULL_DISK_THEN_CRASH,
	FULL_DISK_THEN_SAVE,
	FULL_DISK_THEN_RELOAD,
	DAMAGED_STORE,
	ACCIDENTS
};

static void
suffer(struct keeper_fixture *k, enum accident accident)
{
	switch (accident) {
	case NOTHING:
		break;
	case CLEAN_RESTART:
		keeper_fixture_restart(k);
		break;
	case CRASH_AFTER_SAVE:
		keeper_fixture_save(k);
		keeper_fixture_crash(k);
		break;
	case CRASH_BEFORE_SAVE:
		keeper_fixture_crash(k);
		break;
	case FULL_DISK_THEN_CRASH:
	case FULL_DISK_THEN_SAVE:
	case FULL_DISK_THEN_RELOAD:
		/* Something must be there to be written. */
		keeper_fixture_server(k)->dirty = true;
		store_trouble_full(k->keeper.store, true);
		assert_int_equal(keeper_fixture_save(k), -1);
		if (accident == FULL_DISK_THEN_RELOAD)
			keeper_fixture_configure(k);
		store_trouble_full(k->keeper.store, false);
		if (accident == FULL_DISK_THEN_CRASH)
			keeper_fixture_crash(k);
		if (accident == FULL_DISK_THEN_SAVE)
			assert_int_equal(keeper_fixture_save(k), 0);
		break;
	case DAMAGED_STORE:
		keeper_fixture_save(k);
		keeper_fixture_server(k)->dirty = true;
		store_trouble_damage(k->keeper.store);
		assert_int_equal(keeper_fixture_save(k), 0);
		break;
	case RELOAD:
		keeper_fixture_configure(k);
		break;
	default:
		keeper_fixture_save(k);
		break;
	}
}

#define ROWS 9

/* Rows come one by one, the file changes in between, and at one point an accident happens. */
static void
live_through(enum accident accident, int when)
{
	struct keeper_fixture *k;
	void *fixture;

	keeper_fixture_setup(&fixture);
	k = fixture;
	/* As the daemon does before it reads: its servers and sources are in the store. */
	keeper_fixture_save(k);
	for (int i = 0; i < ROWS; i++) {
		const char *file = i < ROWS / 2 ? FIRST : SECOND;

		if (i == 0 || i == ROWS / 2)
			temp_dir_append(k->log_dir, file, HEADER);
		row(k, file, i % 3 == 2 ? "b" : "d");
		keeper_fixture_read(k);
		if (i % 4 == 1)
			keeper_fixture_save(k);
		if (i == when)
			suffer(k, accident);
	}
	keeper_fixture_read(k);
	keeper_fixture_restart(k);
	keeper_fixture_read(k);
	if (delivered(k) != 6 || keeper_fixture_server(k)->totals.bounced != 3)
		print_error("accident %d at row %d\n", accident, when);
	assert_int_equal(delivered(k), 6);
	assert_int_equal(keeper_fixture_server(k)->totals.bounced, 3);
	assert_int_equal(
		model_counts(fixture_object(&k->f, STORE_QUEUE, "a.example/v1"))->totals.delivered,
		6);
	assert_int_equal(model_counts(fixture_object(&k->f, STORE_CLASS, MODEL_CLASS_NONE_NAME))
				 ->totals.bounced,
			 3);
	assert_int_equal(source(k)->records, ROWS);
	assert_int_equal(source(k)->gaps, 0);
	keeper_fixture_teardown(&fixture);
}

static void
no_accident_at_any_row_loses_or_repeats_a_record(void **state)
{
	(void)state;
	for (int accident = NOTHING; accident < ACCIDENTS; accident++) {
		for (int when = 0; when < ROWS; when++)
			live_through((enum accident)accident, when);
	}
}

static void
many_pieces_and_crashes_between_them_count_every_row_once(void **state)
{
	struct keeper_fixture *k = *state;
	const int rows = 150000; /* some fifty pieces of 256 KiB */
	unsigned seed = 4;
	FILE *file = fopen(temp_dir_file(k->log_dir, FIRST), "w");
	int crashes = 0;

	fputs(HEADER, file);
	for (int i = 0; i < rows; i++)
		fprintf(file,
			"d,2026-11-22 12:00:01+0000,2026-11-22 12:00:00+0000,u@q%d.example,,smtp,"
			"100,v1,q%d.example/v1\n",
			i % 50, i % 50);
	fclose(file);
	for (bool more = true; more;) {
		fixture_pass(&k->f, 2);
		more = follower_run(k->keeper.follower, 0, k->f.now);
		if (rand_r(&seed) % 2 == 0)
			keeper_fixture_save(k);
		if (rand_r(&seed) % 2 == 0 && crashes < 30) {
			keeper_fixture_crash(k);
			crashes++;
			more = true;
		}
	}
	assert_true(crashes > 5);
	assert_int_equal(delivered(k), rows);
	for (int i = 0; i < 50; i++) {
		char name[32];

		snprintf(name, sizeof name, "q%d.example/v1", i);
		assert_int_equal(
			model_counts(fixture_object(&k->f, STORE_QUEUE, name))->totals.delivered,
			rows / 50);
	}
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, keeper_fixture_setup, keeper_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(records_reach_the_model_and_the_source_says_so),
		TEST(lag_is_how_old_the_newest_record_was_when_it_was_read),
		TEST(counts_of_a_source_go_on_over_restarts_and_reloads),
		TEST(a_gap_interrupts_the_totals),
		TEST(each_time_that_a_directory_goes_away_is_told_with_its_own_time),
		TEST(two_paths_in_one_directory_are_two_sources),
		TEST(one_file_of_two_servers_counts_for_both),
		TEST(start_at_end_leaves_out_what_was_there_before),
		TEST(a_changed_directory_wakes_the_follower),
		TEST(what_comes_through_a_fifo_wakes_the_follower),
		TEST(without_a_wake_up_it_looks_every_second),
		TEST(a_directory_that_is_made_later_is_read),
		cmocka_unit_test(no_accident_at_any_row_loses_or_repeats_a_record),
		TEST(many_pieces_and_crashes_between_them_count_every_row_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
