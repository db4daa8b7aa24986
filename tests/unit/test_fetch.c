/* SPDX-License-Identifier: BSD-2-Clause */
/* HTTP against a server in this process that can do wrong in many ways. */
#include "fetch_reply.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <unistd.h>

#include "fetch_server.h"

static struct fetch_server *server;

static void
body_arrives_and_api_key_is_sent(void **state)
{
	struct reply reply = get_once(fetch_server_url(server), "/ok?format=json");

	(void)state;
	assert_true(reply.ok);
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply.error, "");
	assert_string_equal(reply.body, "{\"data\":{}}");
	assert_int_equal(reply.bytes, 11);
	assert_string_equal(fetch_server_last_key(server), API_KEY);
	assert_string_equal(fetch_server_last_agent(server), "pmta-monitord/" PACKAGE_VERSION);
}

static void
slash_at_the_end_of_the_base_does_not_double(void **state)
{
	char url[128];
	struct reply reply;

	(void)state;
	snprintf(url, sizeof(url), "%s/", fetch_server_url(server));
	reply = get_once(url, "/ok");
	assert_true(reply.ok);
}

static void
proxy_of_the_environment_is_not_used(void **state)
{
	struct reply reply;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:9", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
	reply = get_once(fetch_server_url(server), "/ok");
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	assert_true(reply.ok);
}

static void
one_connection_serves_many_requests(void **state)
{
	struct fetch_target *target = new_target(fetch_server_url(server));
	struct reply replies[5] = {0};
	unsigned connections;

	(void)state;
	get(target, "/ok", &replies[0]);
	connections = fetch_server_connections(server);
	for (int i = 1; i < 5; i++) {
		get(target, i == 2 ? "/forbidden" : "/ok", &replies[i]);
		assert_int_equal(replies[i].ok, i != 2);
	}
	assert_int_equal(fetch_server_connections(server), connections);
	fetch_target_free(target);
}

static void
many_requests_run_side_by_side(void **state)
{
	struct fetch_target *target = new_target(fetch_server_url(server));
	struct reply replies[8] = {0};

	(void)state;
	for (int i = 0; i < 8; i++)
		assert_int_equal(fetch_get(target, "/ok", take_bytes, take_result, &replies[i]), 0);
	for (int i = 0; i < 8; i++) {
		wait_for(&replies[i]);
		assert_true(replies[i].ok);
	}
	fetch_target_free(target);
}

static void
refused_connection_is_named(void **state)
{
	struct reply reply = get_once("http://127.0.0.1:9", "/status");

	(void)state;
	assert_failed(&reply, 0, "connection refused");
}

static void
unknown_host_is_named(void **state)
{
	struct reply reply = get_once("http://no-such-host.invalid:8080", "/status");

	(void)state;
	assert_false(reply.ok);
	assert_true(strstr(reply.error, "host name") != NULL);
}

static void
forbidden_quotes_the_page_and_gives_a_hint(void **state)
{
	struct reply reply = get_once(fetch_server_url(server), "/forbidden");

	(void)state;
	assert_failed(&reply, 403, "HTTP 403: Forbidden Access to this page is not allowed.");
	assert_failed(&reply, 403, "http-access");
	assert_int_equal(reply.body_len, 0);
}

static void
error_page_is_handed_out_if_asked_for(void **state)
{
	struct fetch_options options = {
		.base_url = fetch_server_url(server),
		.timeout_ms = 10000,
		.max_bytes = 1000,
		.any_body = true,
	};
	struct fetch_target *target = fetch_target_new(fetch, &options);
	struct reply reply = {0};

	(void)state;
	assert_non_null(target);
	get(target, "/forbidden", &reply);
	assert_failed(&reply, 403, "HTTP 403");
	assert_non_null(strstr(reply.body, "<title>Forbidden</title>"));
	fetch_target_free(target);
}

static void
server_error_is_named(void **state)
{
	struct reply reply = get_once(fetch_server_url(server), "/broken");

	(void)state;
	assert_failed(&reply, 500, "HTTP 500");
	reply = get_once(fetch_server_url(server), "/none");
	assert_failed(&reply, 404, "HTTP 404");
}

static void
reply_announced_too_large_is_not_read(void **state)
{
	struct reply reply = get_once(fetch_server_url(server), "/huge-announced");

	(void)state;
	assert_failed(&reply, 200, "larger than 1048576 bytes");
	assert_int_equal(reply.body_len, 0);
}

static void
reply_that_grows_too_large_is_cut(void **state)
{
	struct reply reply = get_once(fetch_server_url(server), "/huge");

	(void)state;
	assert_failed(&reply, 200, "larger than 1048576 bytes");
	assert_false(reply.refused);
	assert_true(reply.bytes < (3 << 20));
}

static void
endless_error_page_is_cut(void **state)
{
	struct reply reply = get_once(fetch_server_url(server), "/huge-500");

	(void)state;
	assert_failed(&reply, 500, "HTTP 500");
	assert_true(reply.bytes < (1 << 20));
}

static void
reader_can_end_a_transfer(void **state)
{
	struct fetch_target *target = new_target(fetch_server_url(server));
	struct reply reply = {.refuse_after = 1};

	(void)state;
	get(target, "/huge", &reply);
	assert_failed(&reply, 200, "refused");
	assert_true(reply.refused);
	fetch_target_free(target);
}

static void
hung_server_times_out_and_does_not_delay_another(void **state)
{
	struct fetch_options options = {
		.base_url = fetch_server_url(server),
		.connect_timeout_ms = 300,
		.timeout_ms = 700,
		.max_bytes = 1 << 20,
	};
	struct fetch_target *hung = fetch_target_new(fetch, &options);
	struct fetch_target *good = new_target(fetch_server_url(server));
	struct reply hung_reply = {0}, good_reply = {0};

	(void)state;
	assert_non_null(hung);
	assert_int_equal(fetch_get(hung, "/hang", take_bytes, take_result, &hung_reply), 0);
	get(good, "/ok", &good_reply);
	assert_true(good_reply.ok);
	assert_false(hung_reply.done);
	wait_for(&hung_reply);
	assert_failed(&hung_reply, 0, "timed out after 0.7 s with 0 bytes");
	/* curl's clock and ours may differ by a millisecond; a busy machine adds to it. */
	assert_in_range(hung_reply.duration_ms, 690, 60000);
	fetch_target_free(hung);
	fetch_target_free(good);
}

static void
slow_reply_says_how_far_it_came(void **state)
{
	struct fetch_options options = {
		.base_url = fetch_server_url(server),
		.timeout_ms = 600,
		.max_bytes = 1 << 20,
	};
	struct fetch_target *target = fetch_target_new(fetch, &options);
	struct reply reply = {0};

	(void)state;
	assert_non_null(target);
	get(target, "/slow", &reply);
	assert_failed(&reply, 200, "timed out after 0.6 s with");
	assert_failed(&reply, 200, "of 4000 bytes");
	fetch_target_free(target);
}

static void
freeing_a_target_cancels_without_calling_back(void **state)
{
	struct fetch_target *target = new_target(fetch_server_url(server));
	struct reply reply = {0}, other = {0};

	(void)state;
	assert_int_equal(fetch_get(target, "/hang", take_bytes, take_result, &reply), 0);
	assert_int_equal(fetch_poll(fetch, NULL, 0, 50), 0);
	fetch_target_free(target);
	target = new_target(fetch_server_url(server));
	get(target, "/ok", &other);
	assert_true(other.ok);
	assert_false(reply.done);
	fetch_target_free(target);
}

static void
target_may_be_freed_when_its_transfer_is_done(void **state)
{
	struct fetch_target *target = new_target(fetch_server_url(server));
	struct reply reply = {.free_when_done = target}, other = {0};

	(void)state;
	assert_int_equal(fetch_get(target, "/hang", take_bytes, take_result, &other), 0);
	get(target, "/ok", &reply);
	assert_true(reply.ok);
	assert_false(other.done);
}

static void
extra_descriptors_and_wakeup_end_the_wait(void **state)
{
	int ends[2];
	struct pollfd extra;
	int64_t start;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	extra = (struct pollfd){ends[0], POLLIN, 0};
	assert_int_equal(fetch_poll(fetch, &extra, 1, 10), 0);
	assert_int_equal(extra.revents, 0);
	start = moment_now().mono_ms;
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(fetch_poll(fetch, &extra, 1, PATIENCE_MS), 0);
	assert_int_equal(extra.revents, POLLIN);
	assert_int_equal(read(ends[0], &(char){0}, 1), 1);
	close(ends[1]);
	assert_int_equal(fetch_poll(fetch, &extra, 1, PATIENCE_MS), 0);
	assert_int_equal(extra.revents, POLLHUP);
	close(ends[0]);
	fetch_wakeup(fetch);
	assert_int_equal(fetch_poll(fetch, NULL, 0, PATIENCE_MS), 0);
	assert_true(moment_now().mono_ms - start < PATIENCE_MS);
}

static void
unusable_options_are_refused(void **state)
{
	static const char *const urls[] = {"", "127.0.0.1:8080", "ftp://127.0.0.1", "http://",
					   "file:///x"};
	struct fetch_options options = {.base_url = "http://127.0.0.1", .api_key = "a\r\nHost: b"};

	(void)state;
	assert_null(fetch_target_new(fetch, &options));
	options.api_key = NULL;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		options.base_url = urls[i];
		if (fetch_target_new(fetch, &options) != NULL)
			fail_msg("\"%s\" was accepted", urls[i]);
	}
}

static int
set_up(void **state)
{
	(void)state;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	fetch = fetch_new();
	server = fetch_server_new(NULL, NULL);
	return fetch != NULL && server != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	fetch_free(fetch);
	fetch_server_free(server);
	curl_global_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(body_arrives_and_api_key_is_sent),
		cmocka_unit_test(slash_at_the_end_of_the_base_does_not_double),
		cmocka_unit_test(proxy_of_the_environment_is_not_used),
		cmocka_unit_test(one_connection_serves_many_requests),
		cmocka_unit_test(many_requests_run_side_by_side),
		cmocka_unit_test(refused_connection_is_named),
		cmocka_unit_test(unknown_host_is_named),
		cmocka_unit_test(forbidden_quotes_the_page_and_gives_a_hint),
		cmocka_unit_test(error_page_is_handed_out_if_asked_for),
		cmocka_unit_test(server_error_is_named),
		cmocka_unit_test(reply_announced_too_large_is_not_read),
		cmocka_unit_test(reply_that_grows_too_large_is_cut),
		cmocka_unit_test(endless_error_page_is_cut),
		cmocka_unit_test(reader_can_end_a_transfer),
		cmocka_unit_test(hung_server_times_out_and_does_not_delay_another),
		cmocka_unit_test(slow_reply_says_how_far_it_came),
		cmocka_unit_test(freeing_a_target_cancels_without_calling_back),
		cmocka_unit_test(target_may_be_freed_when_its_transfer_is_done),
		cmocka_unit_test(extra_descriptors_and_wakeup_end_the_wait),
		cmocka_unit_test(unusable_options_are_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
