/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_fixture.h"

static void
take_alarm(void *ctx, const struct store_alarm *alarm)
{
	(*(int *)ctx)++;
	assert_int_equal(alarm->id, 8);
	assert_int_equal(alarm->server, 2);
	assert_int_equal(alarm->object, 3);
	assert_int_equal(alarm->scope, SNAP_SCOPE_PROVIDER);
	assert_string_equal(alarm->metric, "providerRecipients");
	assert_int_equal(alarm->side, 1);
	assert_int_equal(alarm->notification, SNAP_NOTE_THRESHOLD_RAISED);
	assert_int_equal(alarm->severity, SNAP_SEVERITY_MINOR);
	assert_string_equal(alarm->rules, "3 17");
	assert_int_equal(alarm->raised_ms, 5000);
	assert_int_equal(alarm->told_ms, 6000);
	assert_string_equal(alarm->server_name, "mta2");
	assert_string_equal(alarm->object_name, "gmail");
	assert_string_equal(alarm->text, "few");
}

static void
alarms_come_back_until_they_are_deleted(void **state)
{
	const struct store_alarm alarm = {
		.id = 8,
		.server = 2,
		.object = 3,
		.scope = SNAP_SCOPE_PROVIDER,
		.metric = "providerRecipients",
		.side = 1,
		.notification = SNAP_NOTE_THRESHOLD_RAISED,
		.severity = SNAP_SEVERITY_MINOR,
		.rules = "3 17",
		.raised_ms = 5000,
		.told_ms = 6000,
		.server_name = "mta2",
		.object_name = "gmail",
		.text = "few",
	};
	int count = 0;

	store_save_alarm(*state, &alarm);
	store_commit(*state);
	reopen(state);
	store_load_alarms(*state, take_alarm, &count);
	assert_int_equal(count, 1);
	store_delete_alarm(*state, 8);
	store_load_alarms(*state, take_alarm, &count);
	assert_int_equal(count, 1);
}

static void
take_rule(void *ctx, const struct store_rule *rule)
{
	(*(int *)ctx)++;
	assert_int_equal(rule->number, 4);
	assert_string_equal(rule->name, "deep");
	assert_int_equal(rule->raised, 5);
	assert_int_equal(rule->would_raise, 6);
	assert_true(rule->last_raise == SNAP_NO_TIME);
}

static void
what_rules_did_comes_back_under_their_numbers(void **state)
{
	struct store_rule rule = {4, "deep", 1, 6, 7};
	int count = 0;

	store_save_rule(*state, &rule);
	rule.raised = 5;
	rule.last_raise = SNAP_NO_TIME;
	store_save_rule(*state, &rule);
	store_commit(*state);
	reopen(state);
	store_load_rules(*state, take_rule, &count);
	assert_int_equal(count, 1);
}

/* Alarms as they were when each belonged to one rule. */
#define ALARMS_OF_VERSION_2                                                                      \
	"DROP TABLE rule; DROP TABLE alarm; ALTER TABLE event DROP COLUMN raise_note;"           \
	"CREATE TABLE alarm (id INTEGER PRIMARY KEY, rule TEXT, server INTEGER, object INTEGER," \
	" severity INTEGER, server_name TEXT, object_name TEXT);"

struct old_alarms {
	int count;
	char rule[3][32];
};

static void
take_old_rule(void *ctx, const struct store_rule *rule)
{
	struct old_alarms *old = ctx;

	assert_in_range(rule->number, 1, 2);
	snprintf(old->rule[rule->number], sizeof old->rule[0], "%s", rule->name);
}

static void
take_old_alarm(void *ctx, const struct store_alarm *alarm)
{
	struct old_alarms *old = ctx;
	const bool down = alarm->id == 6;

	old->count++;
	assert_int_equal(alarm->server, 1);
	assert_string_equal(alarm->server_name, "mta1");
	assert_string_equal(old->rule[atoi(alarm->rules)], down ? "(server-down)" : "deep");
	assert_string_equal(alarm->metric, down ? "pmtaServerState" : "domainQueueRecipients");
	assert_int_equal(alarm->scope, down ? SNAP_SCOPE_SERVER : SNAP_SCOPE_DOMAIN_QUEUE);
	assert_int_equal(alarm->notification,
			 down ? SNAP_NOTE_SERVER_DOWN : SNAP_NOTE_QUEUE_DEPTH_HIGH);
	assert_int_equal(alarm->raised_ms, down ? 0 : 77000);
	assert_string_equal(alarm->text, down ? "" : "deep it is");
}

static void
alarms_of_the_version_before_go_on(void **state)
{
	struct store *store = *state;
	struct old_alarms old = {0};

	assert_int_equal(
		sqlite3_exec(
			store->db,
			"DROP TABLE baseline;" ALARMS_OF_VERSION_2
			"INSERT INTO alarm VALUES (5, 'deep', 1, 9, 5, 'mta1', 'a/v');"
			"INSERT INTO alarm VALUES (6, '(server-down)', 1, 0, 3, 'mta1', 'mta1');"
			"INSERT INTO event (seq, notification, alarm, severity, time_ms, text)"
			" VALUES (3, 3, 5, 5, 77000, 'deep it is');"
			"PRAGMA user_version = 2",
			NULL, NULL, NULL),
		SQLITE_OK);
	reopen(state);
	store_load_rules(*state, take_old_rule, &old);
	store_load_alarms(*state, take_old_alarm, &old);
	assert_int_equal(old.count, 2);
	assert_int_equal(store_epoch(*state), NOW);
}

int
main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, store_fixture_setup, store_fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(alarms_come_back_until_they_are_deleted),
		TEST(what_rules_did_comes_back_under_their_numbers),
		TEST(alarms_of_the_version_before_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
