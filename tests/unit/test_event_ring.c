/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "event_ring.h"
#include "text.h"

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

static uint32_t
add(struct event_ring *ring, const char *text)
{
	const struct snap_event event = {.key = 77, .text = text, .alarm_id = 5};

	return event_ring_add(ring, &event)->key;
}

static void
new_events_are_numbered_from_one(void **state)
{
	assert_int_equal(event_ring_last(*state), 0);
	assert_int_equal(add(*state, "a"), 1);
	assert_int_equal(add(*state, "b"), 2);
	assert_int_equal(event_ring_last(*state), 2);
}

static void
numbers_go_on_behind_restored_events(void **state)
{
	const struct snap_event old = {.key = 40, .text = "old"};

	assert_int_equal(event_ring_restore(*state, &old), 0);
	assert_int_equal(add(*state, "new"), 41);
	assert_int_equal(event_ring_at(*state, 0)->key, 40);
	assert_int_equal(event_ring_raised(*state), 1);
}

static void
the_oldest_falls_out_of_a_full_ring(void **state)
{
	char text[32];

	for (int i = 1; i <= EVENT_RING_SIZE + 3; i++) {
		snprintf(text, sizeof text, "event %d", i);
		add(*state, text);
	}
	assert_int_equal(event_ring_count(*state), EVENT_RING_SIZE);
	for (uint32_t i = 0; i < EVENT_RING_SIZE; i++)
		assert_int_equal(event_ring_at(*state, i)->key, i + 4);
	assert_string_equal(event_ring_at(*state, 0)->text, "event 4");
	assert_int_equal(event_ring_raised(*state), EVENT_RING_SIZE + 3);
}

static void
texts_are_copied_cleaned_and_never_absent(void **state)
{
	char text[] = "line\nbreak";
	const struct snap_event event = {.text = text, .object_name = NULL};
	const struct snap_event *kept = event_ring_add(*state, &event);

	memset(text, 'x', sizeof text - 1);
	assert_string_equal(kept->text, "line break");
	assert_string_equal(kept->object_name, "");
	assert_string_equal(kept->server_name, "");
	assert_string_equal(kept->agent_name, "");
	assert_string_equal(kept->metric, "");
}

static void
a_long_text_is_cut(void **state)
{
	char text[1000];

	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	add(*state, text);
	assert_int_equal(strlen(event_ring_at(*state, 0)->text), TEXT_MAX - 1);
}

static void
every_event_put_in_changes_the_version(void **state)
{
	const struct snap_event old = {.key = 3};
	uint64_t before = event_ring_version(*state);

	event_ring_restore(*state, &old);
	assert_true(event_ring_version(*state) != before);
	before = event_ring_version(*state);
	add(*state, "a");
	assert_true(event_ring_version(*state) != before);
	before = event_ring_version(*state);
	assert_true(event_ring_version(*state) == before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(new_events_are_numbered_from_one, setup, teardown),
		cmocka_unit_test_setup_teardown(numbers_go_on_behind_restored_events, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_oldest_falls_out_of_a_full_ring, setup,
						teardown),
		cmocka_unit_test_setup_teardown(texts_are_copied_cleaned_and_never_absent, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_long_text_is_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(every_event_put_in_changes_the_version, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
