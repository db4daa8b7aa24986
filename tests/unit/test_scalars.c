/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "scalars.h"

static bool
get(const struct snapshot *snap, const char *name, struct value *value)
{
	size_t count;
	const struct scalar *scalars = scalar_list(&count);

	for (size_t i = 0; i < count; i++) {
		const uint32_t oid[] = {scalars[i].column.number, 0};

		if (strcmp(scalars[i].column.name, name) == 0)
			return scalar_get(snap, &fixture_health, fixture_now, oid, 2, value);
	}
	fail_msg("no scalar %s", name);
	return false;
}

static void
each_scalar_reads_its_own_field(void **state)
{
	static const struct {
		const char *name;
		uint64_t number;
	} expected[] = {
		{"pmtaAgentUpTime", 1025},
		{"pmtaAgentConfigAge", 1022},
		{"pmtaAgentSnapshotAge", 1023},
		{"pmtaAgentServers", 2},
		{"pmtaAgentServersUp", 1},
		{"pmtaAgentRowsOmitted", 81},
		{"pmtaAgentNotificationsQueued", 83},
		{"pmtaAgentResidentKBytes", 8192},
		{"pmtaAgentLongestStall", 84},
		{"pmtaAgentIndexEpoch", 1700000000},
		{"pmtaAgentSnapshots", 4000000001},
		{"pmtaAgentMasterReconnects", 82},
		{"pmtaAgentEvents", 4000000002},
		{"pmtaAgentNotificationsRaised", 3000000010},
		{"pmtaAgentNotificationsSent", 3000000001},
		{"pmtaAgentNotificationsCoalesced", 3000000002},
		{"pmtaAgentNotificationsLost", 3000000003},
		{"pmtaAgentActiveAlarms", 85},
		{"pmtaAgentNotificationsSuppressed", 4000000003},
		{"pmtaAgentActionsRun", 4000000003},
		{"pmtaAgentActionsFailed", 4000000004},
	};
	struct value value;

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		assert_true(get(&fixture_snapshot, expected[i].name, &value));
		if (value.type == VALUE_COUNTER64)
			assert_true(value.n.u64 == expected[i].number);
		else
			assert_int_equal(value.n.u32, expected[i].number);
	}
}

static void
texts_and_times_are_those_of_agent_and_snapshot(void **state)
{
	struct value value, date;

	(void)state;
	assert_true(get(&fixture_snapshot, "pmtaAgentVersion", &value));
	assert_memory_equal(value.octets, "1.0", value.octets_len);
	assert_true(get(&fixture_snapshot, "pmtaAgentName", &value));
	assert_memory_equal(value.octets, "noc-agent", value.octets_len);
	assert_true(get(&fixture_snapshot, "pmtaAgentStartTime", &value));
	assert_true(value_date(&date, fixture_health.start.wall_ms));
	assert_memory_equal(value.octets, date.octets, 11);
	assert_true(get(&fixture_snapshot, "pmtaAgentConfigTime", &value));
	assert_true(value_date(&date, fixture_snapshot.config_time * 1000));
	assert_memory_equal(value.octets, date.octets, 11);
}

static void
scalars_ascend_from_1(void **state)
{
	size_t count;
	const struct scalar *scalars = scalar_list(&count);

	(void)state;
	assert_int_equal(scalars[0].column.number, 1);
	for (size_t i = 1; i < count; i++)
		assert_true(scalars[i].column.number > scalars[i - 1].column.number);
}

static void
only_number_and_0_is_an_instance(void **state)
{
	const uint32_t other[] = {1, 1}, longer[] = {1, 0, 0}, none[] = {0, 0}, beyond[] = {99, 0};
	struct value value;

	(void)state;
	assert_true(scalar_get(&fixture_snapshot, &fixture_health, fixture_now, longer, 2, &value));
	assert_false(
		scalar_get(&fixture_snapshot, &fixture_health, fixture_now, longer, 3, &value));
	assert_false(
		scalar_get(&fixture_snapshot, &fixture_health, fixture_now, longer, 1, &value));
	assert_false(
		scalar_get(&fixture_snapshot, &fixture_health, fixture_now, longer, 0, &value));
	assert_false(scalar_get(&fixture_snapshot, &fixture_health, fixture_now, other, 2, &value));
	assert_false(scalar_get(&fixture_snapshot, &fixture_health, fixture_now, none, 2, &value));
	assert_false(
		scalar_get(&fixture_snapshot, &fixture_health, fixture_now, beyond, 2, &value));
}

/* Walks from the beginning; returns how many instances were met, and asserts their order. */
static size_t
walk(const struct snapshot *snap)
{
	uint32_t at[SCALAR_SUFFIX_MAX] = {0}, next[SCALAR_SUFFIX_MAX];
	size_t len = 0, met = 0;
	struct value value;

	while (scalar_next(snap, &fixture_health, fixture_now, at, len, next, &len, &value)) {
		assert_int_equal(len, 2);
		assert_int_equal(next[1], 0);
		assert_true(next[0] > at[0]);
		assert_true(scalar_get(snap, &fixture_health, fixture_now, next, len, &value));
		memcpy(at, next, sizeof at);
		met++;
	}
	return met;
}

static void
walk_meets_every_scalar(void **state)
{
	size_t count;

	(void)state;
	scalar_list(&count);
	assert_int_equal(walk(&fixture_snapshot), count);
}

static void
before_the_first_snapshot_the_agent_tells_of_itself_only(void **state)
{
	size_t count, own = 0;
	const struct scalar *scalars = scalar_list(&count);
	struct value value;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		bool answers = get(NULL, scalars[i].column.name, &value);

		assert_int_equal(answers, scalars[i].owner == SCALAR_HEALTH);
		own += answers;
	}
	assert_true(get(NULL, "pmtaAgentUpTime", &value));
	assert_int_equal(walk(NULL), own);
}

static void
next_of_a_partial_or_overlong_suffix_is_the_instance_behind_it(void **state)
{
	static const struct {
		uint32_t suffix[3];
		size_t len;
		uint32_t expected;
	} cases[] = {
		{{0}, 0, 1},	{{0}, 1, 1},	   {{0, UINT32_MAX}, 2, 1}, {{2}, 1, 2},
		{{2, 0}, 2, 3}, {{2, 0, 0}, 3, 3}, {{2, UINT32_MAX}, 2, 3}, {{2, 1, 5}, 3, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint32_t next[SCALAR_SUFFIX_MAX];
		struct value value;
		size_t len;

		assert_true(scalar_next(&fixture_snapshot, &fixture_health, fixture_now,
					cases[i].suffix, cases[i].len, next, &len, &value));
		assert_int_equal(next[0], cases[i].expected);
	}
}

static void
nothing_is_next_behind_the_last(void **state)
{
	uint32_t next[SCALAR_SUFFIX_MAX], last[] = {0, 0};
	const uint32_t end[] = {UINT32_MAX};
	struct value value;
	size_t count, len;

	(void)state;
	last[0] = scalar_list(&count)[count - 1].column.number;
	assert_false(scalar_next(&fixture_snapshot, &fixture_health, fixture_now, last, 2, next,
				 &len, &value));
	assert_false(scalar_next(&fixture_snapshot, &fixture_health, fixture_now, end, 1, next,
				 &len, &value));
}

static uint32_t
unknown_kb(void)
{
	return SNAP_NONE32;
}

static void
memory_that_the_system_does_not_tell_has_no_instance(void **state)
{
	struct agent_health health = fixture_health;
	const uint32_t oid[] = {10, 0};
	size_t count;
	struct value value;

	(void)state;
	assert_string_equal(scalar_list(&count)[9].column.name, "pmtaAgentResidentKBytes");
	assert_true(scalar_get(NULL, &health, fixture_now, oid, 2, &value));
	health.resident_kb = unknown_kb;
	assert_false(scalar_get(NULL, &health, fixture_now, oid, 2, &value));
	health.resident_kb = NULL;
	assert_false(scalar_get(NULL, &health, fixture_now, oid, 2, &value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_scalar_reads_its_own_field),
		cmocka_unit_test(texts_and_times_are_those_of_agent_and_snapshot),
		cmocka_unit_test(scalars_ascend_from_1),
		cmocka_unit_test(only_number_and_0_is_an_instance),
		cmocka_unit_test(walk_meets_every_scalar),
		cmocka_unit_test(before_the_first_snapshot_the_agent_tells_of_itself_only),
		cmocka_unit_test(next_of_a_partial_or_overlong_suffix_is_the_instance_behind_it),
		cmocka_unit_test(nothing_is_next_behind_the_last),
		cmocka_unit_test(memory_that_the_system_does_not_tell_has_no_instance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
