/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "store_fixture.h"
#include "store_trouble.h"

static uint32_t
recall(struct store *store, enum store_kind kind, const char *name, bool *found)
{
	struct store_object object;
	bool ignored;

	assert_int_equal(
		store_recall(store, 1, kind, name, 1, &object, found != NULL ? found : &ignored),
		0);
	return object.index;
}

static bool
there_is(const char *name)
{
	return access(temp_dir_file(store_fixture_dir, name), F_OK) == 0;
}

static void
indexes_ascend_and_survive(void **state)
{
	bool found = true;

	assert_int_equal(recall(*state, STORE_QUEUE, "a", &found), 1);
	assert_false(found);
	assert_int_equal(recall(*state, STORE_QUEUE, "b", NULL), 2);
	assert_int_equal(recall(*state, STORE_VMTA, "b", NULL), 1);
	store_commit(*state);
	reopen(state);
	assert_int_equal(recall(*state, STORE_QUEUE, "b", &found), 2);
	assert_true(found);
	assert_int_equal(recall(*state, STORE_QUEUE, "c", NULL), 3);
	assert_int_equal(store_epoch(*state), NOW);
}

static void
indexes_begin_where_they_are_told_to(void **state)
{
	struct store_object object;
	bool found;

	store_recall(*state, 1, STORE_CLASS, "tarpit", 1000, &object, &found);
	assert_int_equal(object.index, 1000);
	store_recall(*state, 1, STORE_CLASS, "greylist", 1000, &object, &found);
	assert_int_equal(object.index, 1001);
	store_recall(*state, 1, STORE_CLASS, "bad-mailbox", 0, &object, &found);
	assert_int_equal(object.index, 0);
	assert_false(found);
}

static void
a_forgotten_index_is_not_given_again(void **state)
{
	assert_int_equal(recall(*state, STORE_QUEUE, "a", NULL), 1);
	assert_int_equal(recall(*state, STORE_QUEUE, "b", NULL), 2);
	store_forget(*state, NOW);
	store_commit(*state);
	reopen(state);
	assert_int_equal(recall(*state, STORE_QUEUE, "b", NULL), 3);
}

static void
servers_classes_and_sources_are_never_forgotten(void **state)
{
	bool found;

	recall(*state, STORE_SERVER, "s", NULL);
	recall(*state, STORE_CLASS, "c", NULL);
	recall(*state, STORE_SOURCE, "f", NULL);
	store_forget(*state, NOW);
	recall(*state, STORE_SERVER, "s", &found);
	assert_true(found);
	recall(*state, STORE_CLASS, "c", &found);
	assert_true(found);
	recall(*state, STORE_SOURCE, "f", &found);
	assert_true(found);
}

static struct store_object
example(uint32_t index)
{
	return (struct store_object){
		.index = index,
		.totals = {UINT64_C(1) << 62, 2, 3, 4, 5, 6, 7, 8},
		.last_delivery = SNAP_NO_TIME,
		.discontinuity = NOW - 9,
		.last_active = NOW,
	};
}

static void
an_object_comes_back_as_it_was_saved(void **state)
{
	struct store_object object = example(recall(*state, STORE_QUEUE, "a", NULL)), back;
	bool found;

	assert_int_equal(store_save(*state, 1, STORE_QUEUE, "a", &object), 0);
	object.totals.deferred = 99;
	assert_int_equal(store_save(*state, 1, STORE_QUEUE, "a", &object), 0);
	assert_int_equal(store_commit(*state), 0);
	reopen(state);
	store_recall(*state, 1, STORE_QUEUE, "a", 1, &back, &found);
	assert_memory_equal(&back.totals, &object.totals, sizeof back.totals);
	assert_int_equal(back.index, object.index);
	assert_true(back.last_delivery == SNAP_NO_TIME);
	assert_int_equal(back.discontinuity, NOW - 9);
	assert_int_equal(back.last_active, NOW);
}

struct loaded {
	int count;
	uint32_t last;
	char names[8];
};

static void
load_one(void *ctx, enum store_kind kind, const char *name, const struct store_object *object)
{
	struct loaded *loaded = ctx;

	assert_int_equal(kind, STORE_QUEUE);
	assert_true(object->index > loaded->last);
	loaded->last = object->index;
	loaded->names[loaded->count++] = name[0];
}

static void
objects_that_were_active_are_loaded_in_order(void **state)
{
	struct store_object object;
	struct loaded loaded = {0};

	for (uint32_t i = 3; i > 0; i--) {
		const char name[2] = {(char)('a' + (char)i), '\0'};

		object = example(i);
		object.last_active = NOW - (i == 2 ? 100 : 10);
		store_save(*state, 1, STORE_QUEUE, name, &object);
	}
	object = example(9);
	store_save(*state, 2, STORE_QUEUE, "z", &object);
	store_load(*state, 1, NOW - 50, load_one, &loaded);
	assert_string_equal(loaded.names, "bd");
}

static void
numbers_texts_and_positions_come_back(void **state)
{
	struct acct_position position = {.file = "acct-2026-11-22-0000.csv",
					 .device = UINT64_MAX,
					 .inode = 77,
					 .offset = 123456789012,
					 .header = 5},
			     back = {0};
	char text[32];

	assert_false(store_get_position(*state, 1, 11, &back));
	assert_int_equal(store_get_number(*state, 1, "n", -4), -4);
	store_put_number(*state, 1, "n", INT64_MIN);
	store_put_text(*state, 1, "t", "2026-11-22 11:00:00");
	store_put_position(*state, 1, 11, &position);
	store_commit(*state);
	reopen(state);
	assert_true(store_get_number(*state, 1, "n", 0) == INT64_MIN);
	store_get_text(*state, 1, "t", text, sizeof text);
	assert_string_equal(text, "2026-11-22 11:00:00");
	store_get_text(*state, 2, "t", text, sizeof text);
	assert_string_equal(text, "");
	assert_true(store_get_position(*state, 1, 11, &back));
	assert_memory_equal(&back, &position, sizeof back);
}

static void
take_event(void *ctx, const struct snap_event *event)
{
	uint32_t *next = ctx;

	assert_int_equal(event->key, (*next)++);
	assert_int_equal(event->value, SNAP_NONE32);
	assert_string_equal(event->text, "why");
	assert_string_equal(event->metric, "pmtaServerState");
	assert_int_equal(event->time_ms, INT64_C(1000) * NOW);
	assert_true(event->time_mono == SNAP_NO_TIME);
}

static void
the_newest_events_come_back_in_order(void **state)
{
	uint32_t next = 6;

	for (uint32_t i = 1; i <= 15; i++) {
		const struct snap_event event = {.key = i,
						 .value = SNAP_NONE32,
						 .text = "why",
						 .metric = "pmtaServerState",
						 .time_ms = INT64_C(1000) * NOW};

		assert_int_equal(store_save_event(*state, &event, 10), 0);
	}
	store_commit(*state);
	reopen(state);
	store_load_events(*state, take_event, &next);
	assert_int_equal(next, 16);
}

static void
a_full_disk_loses_a_transaction_as_a_whole(void **state)
{
	assert_int_equal(store_put_number(*state, 1, "a", 1), 0);
	assert_int_equal(store_commit(*state), 0);
	store_put_number(*state, 1, "a", 2);
	store_trouble_full(*state, true);
	assert_int_equal(store_put_number(*state, 1, "b", 2), -1);
	store_trouble_full(*state, false);
	/* SQLite has rolled back by itself: what follows must not stand alone. */
	assert_int_equal(store_put_number(*state, 1, "c", 2), -1);
	assert_int_equal(store_commit(*state), -1);
	assert_int_equal(store_get_number(*state, 1, "a", 0), 1);
	assert_int_equal(store_get_number(*state, 1, "c", 0), 0);
	store_put_number(*state, 1, "c", 3);
	assert_int_equal(store_commit(*state), 0);
	assert_int_equal(store_get_number(*state, 1, "c", 0), 3);
}

static void
an_index_outlives_a_commit_that_failed(void **state)
{
	assert_int_equal(recall(*state, STORE_QUEUE, "a", NULL), 1);
	store_trouble_full(*state, true);
	assert_int_equal(recall(*state, STORE_QUEUE, "b", NULL), 2);
	assert_int_equal(store_commit(*state), -1);
	store_trouble_full(*state, false);
	assert_int_equal(recall(*state, STORE_QUEUE, "c", NULL), 3);
	assert_int_equal(store_commit(*state), 0);
	reopen(state);
	assert_int_equal(recall(*state, STORE_QUEUE, "d", NULL), 4);
}

static void
a_store_that_another_program_holds_fails_and_recovers(void **state)
{
	sqlite3 *other = NULL;

	sqlite3_busy_timeout(((struct store *)*state)->db, 1);
	assert_int_equal(sqlite3_open(temp_dir_file(store_fixture_dir, "store.db"), &other),
			 SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	store_put_number(*state, 1, "a", 1);
	assert_int_equal(store_commit(*state), -1);
	sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(other);
	store_put_number(*state, 1, "a", 1);
	assert_int_equal(store_commit(*state), 0);
	assert_false(store_was_renewed(*state));
}

static void
a_file_that_is_no_store_is_moved_aside(void **state)
{
	store_close(*state);
	unlink(temp_dir_file(store_fixture_dir, "store.db-wal"));
	temp_dir_write(store_fixture_dir, "store.db",
		       "this is not a database, it is a note of somebody else");
	*state = store_open(store_fixture_dir, NOW + 500);
	assert_int_equal(store_epoch(*state), NOW + 500);
	assert_true(there_is("store.db.aside-1795349300"));
	assert_int_equal(store_put_number(*state, 1, "a", 1), 0);
	assert_int_equal(store_commit(*state), 0);
}

static void
a_damaged_store_is_moved_aside_at_start(void **state)
{
	char name[32];

	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof name, "queue %d", i);
		recall(*state, STORE_QUEUE, name, NULL);
	}
	store_commit(*state);
	store_trouble_damage(*state);
	reopen(state);
	assert_int_equal(store_epoch(*state), NOW + 500);
	assert_true(there_is("store.db.aside-1795349300"));
	assert_int_equal(recall(*state, STORE_QUEUE, "queue 5", NULL), 1);
}

static void
a_store_of_the_version_before_is_brought_up_to_date(void **state)
{
	struct store *store = *state;
	const struct store_object object = {.index = 7, .throttled = 5};
	const uint8_t row[] = {1};
	struct store_object out;
	bool found;

	assert_int_equal(sqlite3_exec(store->db,
				      "DROP TABLE window; DROP TABLE bounce; DROP TABLE reply;"
				      "DROP TABLE baseline;"
				      "DROP TABLE rule; DROP TABLE alarm;"
				      "CREATE TABLE alarm (id INTEGER PRIMARY KEY, rule TEXT,"
				      " server INTEGER, object INTEGER, severity INTEGER,"
				      " server_name TEXT, object_name TEXT);"
				      "ALTER TABLE event DROP COLUMN raise_note;"
				      "ALTER TABLE object DROP COLUMN throttled;"
				      "INSERT INTO object (server, kind, id, name, delivered,"
				      " last_active) VALUES (1, 3, 4, 'a', 99, 1);"
				      "PRAGMA user_version = 1",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	reopen(state);
	assert_int_equal(store_recall(*state, 1, STORE_QUEUE, "a", 1, &out, &found), 0);
	assert_true(found);
	assert_int_equal(out.totals.delivered, 99);
	assert_int_equal(out.throttled, 0);
	assert_int_equal(store_save(*state, 1, STORE_PROVIDER, "b", &object), 0);
	assert_int_equal(store_save_row(*state, 1, STORE_QUEUE, 4, 60, row, 1), 0);
	assert_int_equal(store_commit(*state), 0);
	reopen(state);
	assert_int_equal(store_recall(*state, 1, STORE_PROVIDER, "b", 1, &out, &found), 0);
	assert_int_equal(out.throttled, 5);
	assert_int_equal(store_epoch(*state), NOW);
}

static void
a_store_of_a_newer_version_is_moved_aside(void **state)
{
	struct store *store = *state;

	sqlite3_exec(store->db, "PRAGMA user_version = 99", NULL, NULL, NULL);
	reopen(state);
	assert_int_equal(store_epoch(*state), NOW + 500);
	assert_true(there_is("store.db.aside-1795349300"));
}

static void
damage_that_shows_while_running_begins_a_new_store(void **state)
{
	char name[32];
	struct store_object object;
	bool found;

	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof name, "queue %d", i);
		recall(*state, STORE_QUEUE, name, NULL);
	}
	store_commit(*state);
	store_trouble_damage(*state);
	assert_int_equal(store_recall(*state, 1, STORE_QUEUE, "queue 5", 1, &object, &found), -1);
	assert_int_equal(store_commit(*state), -1);
	assert_true(store_was_renewed(*state));
	assert_false(store_was_renewed(*state));
	assert_int_not_equal(store_epoch(*state), NOW);
	/* Indexes that are in use go on: nothing new may take one of them. */
	assert_int_equal(recall(*state, STORE_QUEUE, "new", NULL), 2001);
	assert_int_equal(store_commit(*state), 0);
	reopen(state);
	assert_int_equal(recall(*state, STORE_QUEUE, "newer", NULL), 2002);
}

static void
without_a_directory_the_store_lives_in_memory(void **state)
{
	struct store *store = store_open("/dev/null/nowhere", NOW);

	(void)state;
	assert_non_null(store);
	assert_int_equal(store_epoch(store), NOW);
	assert_int_equal(recall(store, STORE_QUEUE, "a", NULL), 1);
	assert_int_equal(store_commit(store), 0);
	assert_int_equal(recall(store, STORE_QUEUE, "a", NULL), 1);
	store_close(store);
}

static void
the_directory_is_made_if_need_be(void **state)
{
	struct store *store = store_open(temp_dir_file(store_fixture_dir, "deeper"), NOW);

	(void)state;
	store_close(store);
	assert_true(there_is("deeper/store.db"));
}

/* Counts in a total and in a position at once, until it is killed. */
static void
count_for_ever(void)
{
	struct store *store = store_open(store_fixture_dir, NOW);
	struct acct_position position = {.file = "f"};

	store_get_position(store, 1, 11, &position);
	for (;;) {
		position.offset++;
		store_put_number(store, 1, "total", (int64_t)position.offset);
		store_put_position(store, 1, 11, &position);
		store_commit(store);
	}
}

static void
a_kill_at_any_instant_keeps_total_and_position_together(void **state)
{
	uint64_t before = 0;
	useconds_t life_us = 20000;

	for (int round = 0; round < 20; round++) {
		struct acct_position position = {0};
		const pid_t child = fork();

		if (child == 0)
			count_for_ever();
		usleep(life_us);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		reopen(state);
		store_get_position(*state, 1, 11, &position);
		assert_int_equal(store_get_number(*state, 1, "total", 0), position.offset);
		assert_true(position.offset >= before);
		before = position.offset;
		/* A busy machine, or a slowed one, takes longer to come as far as a commit. */
		life_us = before > 0 ? life_us + 1700 : life_us * 2;
	}
	assert_true(before > 0);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, store_fixture_setup, store_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(indexes_ascend_and_survive),
		TEST(indexes_begin_where_they_are_told_to),
		TEST(a_forgotten_index_is_not_given_again),
		TEST(servers_classes_and_sources_are_never_forgotten),
		TEST(an_object_comes_back_as_it_was_saved),
		TEST(objects_that_were_active_are_loaded_in_order),
		TEST(numbers_texts_and_positions_come_back),
		TEST(the_newest_events_come_back_in_order),
		TEST(a_full_disk_loses_a_transaction_as_a_whole),
		TEST(an_index_outlives_a_commit_that_failed),
		TEST(a_store_that_another_program_holds_fails_and_recovers),
		TEST(a_file_that_is_no_store_is_moved_aside),
		TEST(a_damaged_store_is_moved_aside_at_start),
		TEST(a_store_of_the_version_before_is_brought_up_to_date),
		TEST(a_store_of_a_newer_version_is_moved_aside),
		TEST(damage_that_shows_while_running_begins_a_new_store),
		TEST(without_a_directory_the_store_lives_in_memory),
		TEST(the_directory_is_made_if_need_be),
		TEST(a_kill_at_any_instant_keeps_total_and_position_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
