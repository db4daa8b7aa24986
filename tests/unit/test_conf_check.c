/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "conf_check.h"

#define HASH "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

static struct conf_why why;

static void
assert_taken(conf_check_fn check, const char *text)
{
	if (check(text, &why) < 0)
		fail_msg("\"%s\" was refused: %s", text, why.text);
}

static void
assert_refused(conf_check_fn check, const char *text, const char *words)
{
	if (check(text, &why) == 0)
		fail_msg("\"%s\" was taken", text);
	if (!strstr(why.text, words))
		fail_msg("\"%s\" was refused with \"%s\", not \"%s\"", text, why.text, words);
}

static void
test_a_url_is_scheme_host_and_perhaps_port(void **state)
{
	(void)state;
	assert_taken(conf_check_url, "http://127.0.0.1:8080");
	assert_taken(conf_check_url, "HTTPS://mta1.example.net/");
	assert_taken(conf_check_url, "http://[2001:db8::1]");
	assert_taken(conf_check_url, "http://[::1]:65535/");
}

static void
test_an_smtp_address_is_host_and_perhaps_port_and_scheme(void **state)
{
	(void)state;
	assert_taken(conf_check_smtp, "127.0.0.1");
	assert_taken(conf_check_smtp, "mta1.example.net:2525");
	assert_taken(conf_check_smtp, "SMTP://[2001:db8::1]:25");
	assert_refused(conf_check_smtp, "", "no host");
	assert_refused(conf_check_smtp, "smtp://", "no host");
	assert_refused(conf_check_smtp, "smtps://a", "HOST[:PORT]");
	assert_refused(conf_check_smtp, "a:0", "PORT from 1 to 65535");
	assert_refused(conf_check_smtp, "a:25/path", "PORT from 1 to 65535");
	assert_refused(conf_check_smtp, "a b", "HOST[:PORT]");
}

static void
test_a_url_with_more_or_less_is_refused(void **state)
{
	static const char *const urls[][2] = {
		{"", "expected"},
		{"127.0.0.1:8080", "http://HOST"},
		{"ftp://a", "http://HOST"},
		{"http://", "no host"},
		{"http:///", "no host"},
		{"http://:80", "no host"},
		{"http://[::1", "no host"},
		{"http://[]", "no host"},
		{"http://me:secret@a", "user and password"},
		{"http://a/ui", "path"},
		{"http://a//", "path"},
		{"http://a:", "no port"},
		{"http://a:0", "no port"},
		{"http://a:65536", "no port"},
		{"http://a:8080x", "no port"},
		{"http://a:80808080", "no port"},
		{"http://a?format=xml", "no port"},
		{"http://a b", "no port"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
		assert_refused(conf_check_url, urls[i][0], urls[i][1]);
}

static void
test_an_agentx_address_is_a_path_or_tcp(void **state)
{
	char path[110] = "/";

	(void)state;
	assert_taken(conf_check_socket, "/var/agentx/master");
	assert_taken(conf_check_socket, "tcp:localhost:705");
	assert_taken(conf_check_socket, "tcp:[::1]:705");
	assert_refused(conf_check_socket, "tcp:705", "tcp:HOST:PORT");
	assert_refused(conf_check_socket, "tcp:localhost:", "tcp:HOST:PORT");
	assert_refused(conf_check_socket, "udp:localhost:705", "tcp:HOST:PORT");
	memset(path + 1, 'a', 107);
	assert_refused(conf_check_socket, path, "longer than the 107 bytes");
	path[107] = '\0';
	assert_taken(conf_check_socket, path);
}

static void
test_an_accounting_file_is_a_plain_absolute_path(void **state)
{
	(void)state;
	assert_taken(conf_check_accounting, "/var/log/pmta/acct.csv");
	assert_refused(conf_check_accounting, "log/acct.csv", "absolute path");
	assert_taken(conf_check_accounting, "/var/log/pmta/acct.json");
	assert_refused(conf_check_accounting, "/var/log/pmta/", "directory");
	assert_refused(conf_check_accounting, "/var/log/pmta/acct-*.csv", "not needed");
	assert_refused(conf_check_accounting, "/a\nb", "control characters");
}

static void
test_accounting_may_be_a_fifo_or_standard_input(void **state)
{
	(void)state;
	assert_taken(conf_check_accounting, "fifo:/run/pmta-monitor/acct.fifo");
	assert_taken(conf_check_accounting, "-");
	assert_refused(conf_check_accounting, "fifo:", "absolute path");
	assert_refused(conf_check_accounting, "fifo:acct.fifo", "absolute path");
	assert_refused(conf_check_accounting, "fifo:/run/", "directory");
	assert_refused(conf_check_accounting, "--", "absolute path");
}

static void
test_a_pipe_of_powermta_is_refused_with_what_works(void **state)
{
	(void)state;
	assert_refused(conf_check_accounting, "|/usr/bin/reader", "name it \"fifo:/PATH\" here");
	assert_refused(conf_check_accounting, "|", "conv=nocreat of=/PATH>");
}

static void
test_texts_are_bounded_utf8_on_one_line(void **state)
{
	char text[257];

	(void)state;
	assert_taken(conf_check_text, "b\xc3\xbc"
				      "cher.example/*");
	assert_refused(conf_check_text, "", "is empty");
	assert_refused(conf_check_text, "a\tb", "control characters");
	assert_refused(conf_check_text, "b\xfc", "not UTF-8");
	memset(text, 'a', 256);
	text[256] = '\0';
	assert_refused(conf_check_text, text, "has 256 bytes");
	text[255] = '\0';
	assert_taken(conf_check_text, text);
}

static void
test_pinned_keys_are_sha256_hashes(void **state)
{
	(void)state;
	assert_taken(conf_check_pinned_key, "sha256//" HASH);
	assert_taken(conf_check_pinned_key, "sha256//" HASH ";sha256//" HASH);
	assert_refused(conf_check_pinned_key, "", "44 characters");
	assert_refused(conf_check_pinned_key, HASH, "44 characters");
	assert_refused(conf_check_pinned_key, "sha256//" HASH ";", "44 characters");
	assert_refused(conf_check_pinned_key, "sha256//47DEQpj8HBSa", "44 characters");
	assert_refused(conf_check_pinned_key, "/etc/key.pem", "44 characters");
}

static void
test_queries_are_parameters_ready_for_a_url(void **state)
{
	(void)state;
	assert_taken(conf_check_query, "maxitems=1000&queue=*%2F*");
	assert_refused(conf_check_query, "?maxitems=10", "leave out the '?'");
	assert_refused(conf_check_query, "&maxitems=10", "leave out the '&'");
	assert_refused(conf_check_query, "a=1&format=xml", "always JSON");
	assert_refused(conf_check_query, "a=b c", "%XX");
	assert_refused(conf_check_query, "a=1#b", "%XX");
}

static void
test_a_file_to_be_read_must_be_there(void **state)
{
	(void)state;
	assert_taken(conf_check_readable, "/dev/null");
	assert_refused(conf_check_readable, "/nonexistent/ca.pem", "No such file");
	assert_refused(conf_check_readable, "ca.pem", "absolute path");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_url_is_scheme_host_and_perhaps_port),
		cmocka_unit_test(test_an_smtp_address_is_host_and_perhaps_port_and_scheme),
		cmocka_unit_test(test_a_url_with_more_or_less_is_refused),
		cmocka_unit_test(test_an_agentx_address_is_a_path_or_tcp),
		cmocka_unit_test(test_an_accounting_file_is_a_plain_absolute_path),
		cmocka_unit_test(test_accounting_may_be_a_fifo_or_standard_input),
		cmocka_unit_test(test_a_pipe_of_powermta_is_refused_with_what_works),
		cmocka_unit_test(test_texts_are_bounded_utf8_on_one_line),
		cmocka_unit_test(test_pinned_keys_are_sha256_hashes),
		cmocka_unit_test(test_queries_are_parameters_ready_for_a_url),
		cmocka_unit_test(test_a_file_to_be_read_must_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
