/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "action.h"
#include "conf_action.h"

static int
setup(void **state)
{
	*state = event_ring_new();
	return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	event_ring_free(*state);
	return 0;
}

static const struct conf_action majors = {
	.severity = SNAP_SEVERITY_MAJOR, .match = "*", .server = "*"};

/* Whether the action wants an event that is put into the ring behind the others. */
static bool
wants(struct event_ring *ring, const struct conf_action *action, uint32_t alarm,
      enum snap_severity severity, const char *object)
{
	const struct snap_event event = {.alarm_id = alarm,
					 .severity = severity,
					 .scope = SNAP_SCOPE_PROVIDER,
					 .server_name = "mta1",
					 .object_name = object};

	event_ring_add(ring, &event);
	return action_wants(action, ring, event_ring_count(ring) - 1);
}

static void
the_severity_or_a_worse_one_is_wanted(void **state)
{
	assert_true(wants(*state, &majors, 1, SNAP_SEVERITY_CRITICAL, "gmail"));
	assert_true(wants(*state, &majors, 2, SNAP_SEVERITY_MAJOR, "gmail"));
	assert_false(wants(*state, &majors, 3, SNAP_SEVERITY_MINOR, "gmail"));
	assert_false(wants(*state, &majors, 4, SNAP_SEVERITY_WARNING, "gmail"));
}

static void
what_belongs_to_no_alarm_is_for_those_who_want_news(void **state)
{
	struct conf_action curious = majors;

	curious.news = true;
	assert_false(wants(*state, &majors, 0, SNAP_SEVERITY_MAJOR, ""));
	assert_true(wants(*state, &curious, 0, SNAP_SEVERITY_INDETERMINATE, ""));
	assert_true(wants(*state, &curious, 0, SNAP_SEVERITY_MAJOR, ""));
	assert_false(wants(*state, &curious, 1, SNAP_SEVERITY_WARNING, ""));
}

static void
object_server_and_scope_must_match(void **state)
{
	struct conf_action action = majors;

	action.match = "g*";
	assert_true(wants(*state, &action, 1, SNAP_SEVERITY_MAJOR, "gmail"));
	assert_false(wants(*state, &action, 2, SNAP_SEVERITY_MAJOR, "yahoo"));
	action.server = "mta2";
	assert_false(wants(*state, &action, 3, SNAP_SEVERITY_MAJOR, "gmail"));
	action.server = "mta?";
	action.scope = SNAP_SCOPE_SERVER;
	assert_false(wants(*state, &action, 4, SNAP_SEVERITY_MAJOR, "gmail"));
	action.scope = SNAP_SCOPE_PROVIDER;
	assert_true(wants(*state, &action, 5, SNAP_SEVERITY_MAJOR, "gmail"));
}

static void
an_alarm_that_was_told_is_told_to_its_end(void **state)
{
	assert_true(wants(*state, &majors, 1, SNAP_SEVERITY_MAJOR, "gmail"));
	assert_true(wants(*state, &majors, 1, SNAP_SEVERITY_WARNING, "gmail"));
	assert_true(wants(*state, &majors, 1, SNAP_SEVERITY_CLEARED, "gmail"));
}

static void
the_clear_of_an_alarm_that_was_not_told_is_not_told(void **state)
{
	assert_false(wants(*state, &majors, 1, SNAP_SEVERITY_MINOR, "gmail"));
	assert_true(wants(*state, &majors, 2, SNAP_SEVERITY_MAJOR, "yahoo"));
	assert_false(wants(*state, &majors, 1, SNAP_SEVERITY_CLEARED, "gmail"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_severity_or_a_worse_one_is_wanted),
		TEST(what_belongs_to_no_alarm_is_for_those_who_want_news),
		TEST(object_server_and_scope_must_match),
		TEST(an_alarm_that_was_told_is_told_to_its_end),
		TEST(the_clear_of_an_alarm_that_was_not_told_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
