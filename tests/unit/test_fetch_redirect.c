/* SPDX-License-Identifier: BSD-2-Clause */
/* Where redirects may lead, and which certificates are trusted. */
#include "fetch_reply.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <unistd.h>

#include "fetch_server.h"

static struct fetch_server *server, *tls_server;
static char directory[] = "/tmp/test_fetch_XXXXXX";

static void
redirect_on_the_same_host_is_followed_with_the_key(void **state)
{
	struct reply reply = get_once(fetch_server_url(server), "/moved");

	(void)state;
	assert_true(reply.ok);
	assert_string_equal(reply.body, "{\"data\":{}}");
	assert_string_equal(fetch_server_last_key(server), API_KEY);
}

static void
redirect_to_another_host_is_refused_and_named(void **state)
{
	unsigned before = fetch_server_requests(server);
	struct reply reply = get_once(fetch_server_url(server), "/moved-away");

	(void)state;
	assert_failed(&reply, 302, "another host (localhost)");
	assert_int_equal(fetch_server_requests(server) - before, 1);
}

static void
redirect_to_another_protocol_is_refused(void **state)
{
	struct reply reply = get_once(fetch_server_url(server), "/moved-ftp");

	(void)state;
	assert_failed(&reply, 302, "no http or https URL");
}

static void
redirects_in_a_circle_end_after_three(void **state)
{
	unsigned before = fetch_server_requests(server);
	struct reply reply = get_once(fetch_server_url(server), "/circle");

	(void)state;
	assert_failed(&reply, 302, "more than 3 times");
	assert_int_equal(fetch_server_requests(server) - before, 4);
}

/* A key and a self-signed certificate for 127.0.0.1, made anew: none is kept in the sources. */
static int
make_certificate(void)
{
	char command[512];

	snprintf(
		command, sizeof(command),
		"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
		"-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout %s/key.pem "
		"-out %s/cert.pem 2>/dev/null && openssl x509 -in %s/cert.pem -pubkey -noout | "
		"openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | "
		"openssl base64 -A > %s/pin",
		directory, directory, directory, directory);
	return system(command);
}

static void
read_text(const char *name, char *text, size_t size)
{
	char path[128];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(text, 1, size - 1, file);
	assert_true(len > 0);
	text[len] = '\0';
	fclose(file);
}

static struct reply
get_tls(struct fetch_options options)
{
	struct fetch_target *target;
	struct reply reply = {0};

	options.base_url = fetch_server_url(tls_server);
	options.timeout_ms = 60000;
	options.max_bytes = 1 << 20;
	target = fetch_target_new(fetch, &options);
	assert_non_null(target);
	get(target, "/ok", &reply);
	fetch_target_free(target);
	return reply;
}

static void
self_signed_certificate_is_not_trusted_by_itself(void **state)
{
	struct reply reply = get_tls((struct fetch_options){0});

	(void)state;
	assert_failed(&reply, 0, "certificate not trusted: self-signed certificate");
	assert_failed(&reply, 0, "(see ca-file, pinned-key, insecure-tls)");
}

static void
self_signed_certificate_is_trusted_as_ca_file(void **state)
{
	char path[128];
	struct reply reply;

	(void)state;
	snprintf(path, sizeof(path), "%s/cert.pem", directory);
	reply = get_tls((struct fetch_options){.ca_file = path});
	assert_string_equal(reply.error, "");
	assert_true(reply.ok);
}

static void
pinned_key_is_enough_and_must_match(void **state)
{
	char pin[128], wanted[160];
	struct reply reply;

	(void)state;
	read_text("pin", pin, sizeof(pin));
	snprintf(wanted, sizeof(wanted), "sha256//%s", pin);
	reply = get_tls((struct fetch_options){.pinned_key = wanted});
	assert_true(reply.ok);
	wanted[12] = wanted[12] == 'A' ? 'B' : 'A';
	reply = get_tls((struct fetch_options){.pinned_key = wanted});
	assert_failed(&reply, 0, "another key than the pinned one");
	reply = get_tls((struct fetch_options){.pinned_key = wanted, .insecure_tls = true});
	assert_failed(&reply, 0, "another key than the pinned one");
}

static void
insecure_tls_trusts_anything(void **state)
{
	struct reply reply = get_tls((struct fetch_options){.insecure_tls = true});

	(void)state;
	assert_true(reply.ok);
}

static void
missing_ca_file_is_named(void **state)
{
	struct reply reply = get_tls((struct fetch_options){.ca_file = "/nonexistent/ca.pem"});

	(void)state;
	assert_failed(&reply, 0, "ca-file cannot be used");
}

static void
redirect_to_https_on_the_same_host_is_followed_with_the_key(void **state)
{
	struct fetch_options options = {
		.base_url = fetch_server_url(server),
		.api_key = API_KEY,
		.insecure_tls = true,
		.timeout_ms = 60000,
		.max_bytes = 1 << 20,
	};
	struct fetch_target *target = fetch_target_new(fetch, &options);
	struct reply reply = {0};
	char url[128];

	(void)state;
	assert_non_null(target);
	snprintf(url, sizeof(url), "%s/ok", fetch_server_url(tls_server));
	fetch_server_set_moved_url(server, url);
	get(target, "/moved-to", &reply);
	assert_string_equal(reply.error, "");
	assert_true(reply.ok);
	assert_string_equal(fetch_server_last_key(tls_server), API_KEY);
	fetch_target_free(target);
}

static void
redirect_from_https_to_http_is_refused(void **state)
{
	struct fetch_options options = {
		.base_url = fetch_server_url(tls_server),
		.insecure_tls = true,
		.timeout_ms = 60000,
		.max_bytes = 1 << 20,
	};
	struct fetch_target *target = fetch_target_new(fetch, &options);
	unsigned before = fetch_server_requests(server);
	struct reply reply = {0};
	char url[128];

	(void)state;
	assert_non_null(target);
	snprintf(url, sizeof(url), "%s/ok", fetch_server_url(server));
	fetch_server_set_moved_url(tls_server, url);
	get(target, "/moved-to", &reply);
	assert_failed(&reply, 301, "from https back to http");
	assert_int_equal(fetch_server_requests(server), before);
	fetch_target_free(target);
}

static int
set_up(void **state)
{
	char key[4096], cert[4096];

	(void)state;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	assert_non_null(mkdtemp(directory));
	assert_int_equal(make_certificate(), 0);
	read_text("key.pem", key, sizeof(key));
	read_text("cert.pem", cert, sizeof(cert));
	fetch = fetch_new();
	server = fetch_server_new(NULL, NULL);
	tls_server = fetch_server_new(key, cert);
	return fetch != NULL && server != NULL && tls_server != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {"key.pem", "cert.pem", "pin"};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	rmdir(directory);
	fetch_free(fetch);
	fetch_server_free(server);
	fetch_server_free(tls_server);
	curl_global_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(redirect_on_the_same_host_is_followed_with_the_key),
		cmocka_unit_test(redirect_to_another_host_is_refused_and_named),
		cmocka_unit_test(redirect_to_another_protocol_is_refused),
		cmocka_unit_test(redirects_in_a_circle_end_after_three),
		cmocka_unit_test(self_signed_certificate_is_not_trusted_by_itself),
		cmocka_unit_test(self_signed_certificate_is_trusted_as_ca_file),
		cmocka_unit_test(pinned_key_is_enough_and_must_match),
		cmocka_unit_test(insecure_tls_trusts_anything),
		cmocka_unit_test(missing_ca_file_is_named),
		cmocka_unit_test(redirect_to_https_on_the_same_host_is_followed_with_the_key),
		cmocka_unit_test(redirect_from_https_to_http_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
