/* SPDX-License-Identifier: BSD-2-Clause */
/* What a user reads of a transfer that failed: the cause in words, and where to look. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fetch_error.h"

static void
assert_says(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", text, words);
}

/* What is said of a transfer that never began: nothing resolved, nothing announced. */
static void
assert_curl_says(CURLcode code, const char *detail, const char *words)
{
	char text[TEXT_MAX];
	const struct fetch_trouble trouble = {
		.easy = curl_easy_init(),
		.code = code,
		.detail = detail,
		.bytes = 12,
		.connect_timeout_ms = 2500,
		.timeout_ms = 15000,
		.max_bytes = 1000,
	};

	assert_non_null(trouble.easy);
	fetch_error_curl(&trouble, text);
	assert_says(text, words);
	curl_easy_cleanup(trouble.easy);
}

static void
each_failure_has_words_of_its_own(void **state)
{
	(void)state;
	assert_curl_says(CURLE_COULDNT_RESOLVE_HOST, "no such host", "unknown: no such host");
	assert_curl_says(CURLE_COULDNT_CONNECT, "nobody is there", "cannot connect: nobody");
	assert_curl_says(CURLE_OPERATION_TIMEDOUT, "", "not resolved within 2.5 s");
	assert_curl_says(CURLE_GOT_NOTHING, "", "without a reply");
	assert_curl_says(CURLE_PARTIAL_FILE, "", "after 12 bytes");
	assert_curl_says(CURLE_FILESIZE_EXCEEDED, "", "1000 bytes (see max-reply)");
	assert_curl_says(CURLE_WEIRD_SERVER_REPLY, "", "not HTTP");
	assert_curl_says(CURLE_UNSUPPORTED_PROTOCOL, "", "not HTTP");
	assert_curl_says(CURLE_READ_ERROR, "curl's own words", "curl's own words");
}

static void
failures_of_tls_name_the_key_to_set(void **state)
{
	(void)state;
	assert_curl_says(CURLE_PEER_FAILED_VERIFICATION,
			 "SSL certificate problem: self-signed certificate",
			 "not trusted: self-signed certificate (see ca-file");
	assert_curl_says(CURLE_SSL_PINNEDPUBKEYNOTMATCH, "", "see pinned-key");
	assert_curl_says(CURLE_SSL_CACERT_BADFILE, "no such file", "ca-file cannot be used: no");
	assert_curl_says(CURLE_SSL_CONNECT_ERROR, "wrong version", "TLS failed: wrong version");
}

static void
a_long_reason_is_cut_before_the_advice(void **state)
{
	char reason[1000];

	(void)state;
	memset(reason, 'x', sizeof reason - 1);
	reason[sizeof reason - 1] = '\0';
	assert_curl_says(CURLE_PEER_FAILED_VERIFICATION, reason, "insecure-tls)");
}

static void
assert_http_says(long status, const char *body, const char *words)
{
	char text[TEXT_MAX];

	fetch_error_http(status, body, strlen(body), text);
	assert_says(text, words);
}

static void
a_status_is_told_with_the_words_of_its_page(void **state)
{
	(void)state;
	assert_http_says(500, "<html><h1>Internal\n  error</h1></html>",
			 "HTTP 500: Internal error");
	assert_http_says(503, "", "HTTP 503");
	assert_http_says(500, "<style>p { x }</style><script>if (a < b) c();</script>down",
			 "500: down");
}

static void
a_forbidden_page_says_what_permits_it(void **state)
{
	(void)state;
	assert_http_says(403, "Forbidden", "http-access");
}

static void
a_page_that_ends_in_a_tag_is_read_to_its_end_and_no_further(void **state)
{
	static const char *const bodies[] = {
		"<", "a<", "a<b", "a<script", "a<script>", "a<script>b</", "a<style>b</style"};
	char text[TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		/* A copy of exactly its length: a sanitizer sees the first octet behind it. */
		char *copy = malloc(strlen(bodies[i]));

		memcpy(copy, bodies[i], strlen(bodies[i]));
		fetch_error_http(500, copy, strlen(bodies[i]), text);
		assert_says(text, i == 0 ? "HTTP 500" : "HTTP 500: a");
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_failure_has_words_of_its_own),
		cmocka_unit_test(failures_of_tls_name_the_key_to_set),
		cmocka_unit_test(a_long_reason_is_cut_before_the_advice),
		cmocka_unit_test(a_status_is_told_with_the_words_of_its_page),
		cmocka_unit_test(a_forbidden_page_says_what_permits_it),
		cmocka_unit_test(a_page_that_ends_in_a_tag_is_read_to_its_end_and_no_further),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
