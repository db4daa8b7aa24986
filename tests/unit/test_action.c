/* SPDX-License-Identifier: BSD-2-Clause */
/* The thread of actions: what ends at once is noticed at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "action.h"
#include "conf_action.h"
#include "fetch_server.h"
#include "moment.h"

#define EVENTS ACTION_QUEUE_MAX
#define PATIENCE_MS 20000

struct scene {
	struct event_ring *ring;
	struct actions *actions;
	struct conf_action action;
	struct conf conf;
};

static struct scene scene;

static void
done(void *ctx)
{
	(void)ctx;
}

static int64_t
from_the_begin(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return 0;
}

static int
setup(void **state)
{
	static const struct conf_action action = {
		.name = "a",
		.format = CONF_ACTION_JSON,
		.timeout_s = 10,
		.rate = 6000,
		.severity = SNAP_SEVERITY_WARNING,
		.match = "*",
		.server = "*",
	};

	(void)state;
	memset(&scene, 0, sizeof scene);
	scene.action = action;
	scene.conf.actions = &scene.action;
	scene.conf.action_count = 1;
	scene.ring = event_ring_new();
	scene.actions = actions_new(done, NULL);
	return scene.ring != NULL && scene.actions != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	actions_stop(scene.actions);
	actions_free(scene.actions);
	event_ring_free(scene.ring);
	return 0;
}

/* Raises so many alarms and waits until all were dealt with. */
static void
raise_alarms(uint32_t count)
{
	const int64_t deadline = moment_now().mono_ms + PATIENCE_MS;
	uint64_t run, failed;

	for (uint32_t i = 1; i <= count; i++) {
		const struct snap_event event = {.alarm_id = i,
						 .severity = SNAP_SEVERITY_MAJOR,
						 .scope = SNAP_SCOPE_PROVIDER,
						 .agent_name = "agent",
						 .server_name = "mta1",
						 .object_name = "gmail",
						 .metric = "providerRecipients",
						 .text = "much"};

		assert_non_null(event_ring_add(scene.ring, &event));
	}
	assert_int_equal(
		actions_configure(scene.actions, &scene.conf, scene.ring, from_the_begin, NULL), 0);
	actions_offer(scene.actions, scene.ring);
	do {
		nanosleep(&(const struct timespec){.tv_nsec = 1000000}, NULL);
		actions_counts(scene.actions, &run, &failed);
	} while (run + failed < count && moment_now().mono_ms < deadline);
	assert_int_equal(run + failed, count);
}

/* A reply can come at any instant between two looks at it: in one of so many requests it comes just
 * before the thread would sleep. */
static void
requests_that_are_answered_at_once_do_not_hold_up_the_next(void **state)
{
	struct fetch_server *server = fetch_server_new(NULL, NULL);
	char url[256];

	(void)state;
	assert_non_null(server);
	snprintf(url, sizeof url, "%s/ok", fetch_server_url(server));
	scene.action.webhook = url;
	raise_alarms(EVENTS);
	assert_int_equal(fetch_server_requests(server), EVENTS);
	fetch_server_free(server);
}

static void
programs_that_end_at_once_do_not_hold_up_the_next(void **state)
{
	const char *argv[] = {"/bin/true", NULL};
	uint64_t run, failed;

	(void)state;
	scene.action.exec = argv;
	scene.action.exec_count = 1;
	raise_alarms(EVENTS);
	actions_counts(scene.actions, &run, &failed);
	assert_int_equal(run, EVENTS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			requests_that_are_answered_at_once_do_not_hold_up_the_next, setup,
			teardown),
		cmocka_unit_test_setup_teardown(programs_that_end_at_once_do_not_hold_up_the_next,
						setup, teardown),
	};

	curl_global_init(CURL_GLOBAL_DEFAULT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
