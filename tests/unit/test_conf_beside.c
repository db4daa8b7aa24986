/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of a server section for what is looked at beside the monitor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "conf_text.h"

#define SERVER "server \"mta1\" {\nurl = http://127.0.0.1:8080\n"

static struct conf *
read_text(const char *text)
{
	return conf_text_read(SERVER, text, "}\n");
}

static void
assert_refused(const char *text, const char *where, const char *words)
{
	conf_text_assert_refused(read_text(text), where, words);
}

static void
nothing_is_looked_at_unless_it_is_asked_for(void **state)
{
	struct conf *conf = read_text("");
	const struct conf_server *server = conf->servers;

	(void)state;
	assert_null(server->smtp_probe);
	assert_int_equal(server->smtp_interval_ms, 60000);
	assert_int_equal(server->smtp_timeout_ms, 10000);
	assert_int_equal(server->spool_count, 0);
	assert_false(server->process);
	assert_null(server->pid_file);
	conf_free(conf);
}

static void
every_key_is_taken(void **state)
{
	struct conf *conf = read_text("smtp-probe = \"smtp://mx.example:2525\"\n"
				      "smtp-probe-interval = 2m\nsmtp-probe-timeout = 3s\n"
				      "spool = { /var/spool/pmta, /mnt/spool }\nprocess = yes\n");
	const struct conf_server *server = conf->servers;

	(void)state;
	assert_string_equal(server->smtp_probe, "smtp://mx.example:2525");
	assert_int_equal(server->smtp_interval_ms, 120000);
	assert_int_equal(server->smtp_timeout_ms, 3000);
	assert_int_equal(server->spool_count, 2);
	assert_string_equal(server->spool[1], "/mnt/spool");
	assert_true(server->process);
	conf_free(conf);
}

static void
a_pid_file_asks_for_the_process(void **state)
{
	struct conf *conf = read_text("pid-file = /var/run/pmta/pmtad.pid\n");

	(void)state;
	assert_true(conf->servers[0].process);
	assert_string_equal(conf->servers[0].pid_file, "/var/run/pmta/pmtad.pid");
	conf_free(conf);
}

static void
what_cannot_be_looked_at_is_refused_with_its_line(void **state)
{
	(void)state;
	assert_refused("smtp-probe = \"a:b\"\n", "test.conf:3: ", "PORT from 1 to 65535");
	assert_refused("smtp-probe = http://a\n", "test.conf:3: ", "smtp://HOST[:PORT]");
	assert_refused("\nsmtp-probe-interval = 1ms\n", "test.conf:4: ", "from 200ms to 1d");
	assert_refused("smtp-probe-timeout = 1h\n", "test.conf:3: ", "from 100ms to 10m");
	assert_refused("spool = { /a, b }\n", "test.conf:3: ", "absolute path");
	assert_refused("process = maybe\n", "test.conf:3: ", "yes or no");
	assert_refused("pid-file = pmtad.pid\n", "test.conf:3: ", "absolute path");
	assert_refused("process = no\npid-file = /a\n",
		       "test.conf:4: ", "contradicts process = no");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_looked_at_unless_it_is_asked_for),
		cmocka_unit_test(every_key_is_taken),
		cmocka_unit_test(a_pid_file_asks_for_the_process),
		cmocka_unit_test(what_cannot_be_looked_at_is_refused_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
