/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "conf.h"
#include "monitor_doc.h"

#define SERVER "server \"mta1\" { url = http://127.0.0.1:8080 }\n"

/* A directory of its own for each test, and what conf_read() complained of. */
struct bench {
	char dir[64], file[96], key[96];
	char complaints[4096];
	unsigned complaint_count;
	struct conf *conf;
};

static void
note_complaint(void *ctx, const char *message)
{
	struct bench *b = ctx;
	size_t len = strlen(b->complaints);

	b->complaint_count++;
	snprintf(b->complaints + len, sizeof b->complaints - len, "%s\n", message);
}

static void
write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static int
set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	assert_non_null(b);
	strcpy(b->dir, "/tmp/test_conf.XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->file, sizeof b->file, "%s/test.conf", b->dir);
	snprintf(b->key, sizeof b->key, "%s/key", b->dir);
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	conf_free(b->conf);
	unlink(b->file);
	unlink(b->key);
	rmdir(b->dir);
	free(b);
	return 0;
}

static const struct conf *
read_good(struct bench *b, const char *text)
{
	write_file(b->file, text, 0644);
	b->complaints[0] = '\0';
	conf_free(b->conf);
	b->conf = conf_read(b->file, note_complaint, b);
	assert_string_equal(b->complaints, "");
	assert_non_null(b->conf);
	return b->conf;
}

/* The file is refused with just one complaint, in this line (0: the whole file), with these words.
 */
static void
assert_refused(struct bench *b, const char *text, unsigned line, const char *words)
{
	char where[160];

	write_file(b->file, text, 0644);
	b->complaints[0] = '\0';
	b->complaint_count = 0;
	assert_null(conf_read(b->file, note_complaint, b));
	if (line)
		snprintf(where, sizeof where, "%s:%u: ", b->file, line);
	else
		snprintf(where, sizeof where, "%s: ", b->file);
	if (b->complaint_count != 1 || strncmp(b->complaints, where, strlen(where)) != 0 ||
	    !strstr(b->complaints, words))
		fail_msg("expected \"%s... %s...\", got %u: %s", where, words, b->complaint_count,
			 b->complaints);
}

static void
test_keys_that_are_not_set_have_the_documented_defaults(void **state)
{
	const struct conf *conf = read_good(*state, SERVER);
	char host[256] = "";

	gethostname(host, sizeof host - 1);
	assert_string_equal(conf->agent_name, host);
	assert_string_equal(conf->agentx_socket, "/var/agentx/master");
	assert_string_equal(conf->state_dir, LOCALSTATEDIR "/lib/pmta-monitor");
	assert_int_equal(conf->poll_interval_ms, 30000);
	assert_int_equal(conf->list_interval_ms, 60000);
	assert_int_equal(conf->stale_after, 3);
	assert_int_equal(conf->down_after, 3);
	assert_int_equal(conf->timeout_ms, 15000);
	assert_int_equal(conf->connect_timeout_ms, 5000);
	assert_int_equal(conf->max_reply, 256 << 20);
	assert_int_equal(conf->row_limit, 5000);
	assert_int_equal(conf->row_retention_s, 86400);
	assert_int_equal(conf->stuck_recipients, 1000);
	assert_int_equal(conf->stuck_age_s, 1800);
	assert_int_equal(conf->stuck_drain_s, 86400);
	assert_int_equal(conf->notification_rate, 20);
	assert_int_equal(conf->notification_burst, 50);
	assert_int_equal(conf->ping_interval_s, 5);
	assert_false(conf->resend_on_reconnect);
	assert_int_equal(conf->threshold_count, 0);
	assert_in_range(conf->read_at, time(NULL) - 60, time(NULL) + 1);
}

static void
test_every_global_key_is_taken(void **state)
{
	const struct conf *conf =
		read_good(*state, "name = 'pool A'\n"
				  "agentx-socket = tcp:127.0.0.1:705\n"
				  "state-dir = /srv/state\n"
				  "poll-interval = 500ms\nlist-interval = 2m\n"
				  "stale-after = 5\ndown-after = 2\n"
				  "timeout = 3s\nconnect-timeout = 1\n"
				  "max-reply = 16M\nrow-limit = 0\n"
				  "row-retention = 7d\nnotification-rate = 5\n"
				  "notification-burst = 9\nping-interval = 2s\n"
				  "stuck-recipients = 7\nstuck-age = 2h\nstuck-drain-time = 3d\n"
				  "resend-on-reconnect = yes\n" SERVER);

	assert_string_equal(conf->agent_name, "pool A");
	assert_string_equal(conf->agentx_socket, "tcp:127.0.0.1:705");
	assert_string_equal(conf->state_dir, "/srv/state");
	assert_int_equal(conf->poll_interval_ms, 500);
	assert_int_equal(conf->list_interval_ms, 120000);
	assert_int_equal(conf->stale_after, 5);
	assert_int_equal(conf->down_after, 2);
	assert_int_equal(conf->timeout_ms, 3000);
	assert_int_equal(conf->connect_timeout_ms, 1000);
	assert_int_equal(conf->max_reply, 16 << 20);
	assert_int_equal(conf->row_limit, 0);
	assert_int_equal(conf->row_retention_s, 7 * 86400);
	assert_int_equal(conf->stuck_recipients, 7);
	assert_int_equal(conf->stuck_age_s, 7200);
	assert_int_equal(conf->stuck_drain_s, 3 * 86400);
	assert_int_equal(conf->notification_rate, 5);
	assert_int_equal(conf->notification_burst, 9);
	assert_int_equal(conf->ping_interval_s, 2);
	assert_true(conf->resend_on_reconnect);
}

static void
test_every_server_key_is_taken(void **state)
{
	struct bench *b = *state;
	const struct conf_server *server;
	char text[1024];

	write_file(b->key, "0123456789_abcdefghijklmnopqrstuv\r\n", 0600);
	snprintf(text, sizeof text,
		 "server mta1 {\n url = https://[2001:db8::1]:8443/\n"
		 " accounting = { /var/log/pmta/acct.csv, '/var/log/pmta/diag.csv' }\n"
		 " api-key-file = %s\n ca-file = %s\n"
		 " queues-query = \"maxitems=1000\"\n domains-query = 'a=1'\n vmtas-query = 'b=2'\n"
		 " jobs-query = 'c=3'\n jobs = yes\n start-at = begin\n"
		 " pin = { \"gmail.*/*\", \"vmta-?\" }\n}\n"
		 "server mta2 { accounting = /var/log/mta2/acct.csv }\n",
		 b->key, b->key);
	server = read_good(b, text)->servers;
	assert_int_equal(b->conf->server_count, 2);
	assert_string_equal(server->name, "mta1");
	assert_string_equal(server->url, "https://[2001:db8::1]:8443/");
	assert_int_equal(server->accounting_count, 2);
	assert_string_equal(server->accounting[1], "/var/log/pmta/diag.csv");
	assert_string_equal(server->api_key, "0123456789_abcdefghijklmnopqrstuv");
	assert_string_equal(server->api_key_file, b->key);
	assert_string_equal(server->ca_file, b->key);
	assert_false(server->insecure_tls);
	assert_string_equal(server->list_query[DOC_QUEUES], "maxitems=1000");
	assert_string_equal(server->list_query[DOC_DOMAINS], "a=1");
	assert_string_equal(server->list_query[DOC_VMTAS], "b=2");
	assert_string_equal(server->list_query[DOC_JOBS], "c=3");
	assert_true(server->jobs);
	assert_int_equal(server->start_at, ACCT_START_BEGIN);
	assert_int_equal(server->pin_count, 2);
	assert_string_equal(server->pin[0], "gmail.*/*");
	assert_null(server[1].url);
	assert_int_equal(server[1].start_at, ACCT_START_END);
	assert_int_equal(server[1].accounting_count, 1);
}

static void
test_tls_keys_that_exclude_a_ca_file_are_taken(void **state)
{
	const struct conf *conf =
		read_good(*state, "server a { url = https://a pinned-key = "
				  "'sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }\n"
				  "server b { url = https://b insecure-tls = yes }");

	assert_string_equal(conf->servers[0].pinned_key,
			    "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
	assert_true(conf->servers[1].insecure_tls);
}

static void
test_a_connect_timeout_by_default_follows_a_short_timeout(void **state)
{
	assert_int_equal(read_good(*state, "timeout = 2s\n" SERVER)->connect_timeout_ms, 2000);
}

static void
test_an_unknown_key_is_refused_with_the_one_meant(void **state)
{
	assert_refused(*state, "\n\npol-interval = 5s\n" SERVER, 3,
		       "unknown key pol-interval; did you mean poll-interval?");
	assert_refused(*state, "server a {\n url = http://a\n api_key_file = /x\n}", 3,
		       "did you mean api-key-file?");
	assert_refused(*state, "server a {\n colour = red }", 2,
		       "unknown key colour; known here are: url accounting");
	assert_refused(*state, "url = http://a\n", 1, "known here are: name agentx-socket");
}

static void
test_a_bad_value_is_refused_with_the_range(void **state)
{
	assert_refused(*state, "poll-interval = 10ms\n" SERVER, 1,
		       "poll-interval = \"10ms\": a whole number with ms, s, m, h or d is "
		       "expected, from 200ms to 1h");
	assert_refused(*state, "max-reply = 5G\n" SERVER, 1, "from 64k to 4G");
	assert_refused(*state, "row-retention = 500ms\n" SERVER, 1, "from 1s to 400d");
	assert_refused(*state, "stale-after = -1\n" SERVER, 1, "from 1 to 1000");
	assert_refused(*state, "# x\nserver a { url = http://a\njobs = maybe }", 3, "yes or no");
	assert_refused(*state, "server a { url = http://a\nstart-at = now }", 2, "end begin");
	assert_refused(*state, "connect-timeout = 20s\n" SERVER, 1, "at most 15000 ms");
	assert_refused(*state, "name = \"a\\nb\"\n" SERVER, 1, "control characters");
	assert_refused(*state, "server a { url = http://a\nqueues-query = a=1 }", 2, "\"quotes\"");
}

static void
test_lines_are_right_behind_comments_and_long_texts(void **state)
{
	assert_refused(*state,
		       "# one\n// two\n/* three\n four */ name = \"a \\\n b\"\n"
		       "server a { # six\n url = http://a\n # eight\n start-at = x\n}",
		       9, "start-at");
}

static void
test_every_bad_value_of_a_file_is_told_at_once(void **state)
{
	struct bench *b = *state;

	write_file(b->file, "poll-interval = x\nrow-limit = y\nserver a { }\n", 0644);
	assert_null(conf_read(b->file, note_complaint, b));
	assert_int_equal(b->complaint_count, 3);
	assert_non_null(strstr(b->complaints, ":1: poll-interval"));
	assert_non_null(strstr(b->complaints, ":2: row-limit"));
	assert_non_null(strstr(b->complaints, ":3: server \"a\" has neither url nor accounting"));
}

static void
test_what_is_set_or_named_twice_is_refused(void **state)
{
	assert_refused(*state, SERVER SERVER, 2, "\"mta1\" already");
	assert_refused(*state, "timeout = 20s\ntimeout = 30s\n" SERVER, 2, "set twice");
	assert_refused(*state, "server a { accounting = /a\naccounting = /b }", 2, "as a list");
	assert_refused(*state,
		       "server a { accounting = /a.csv }\n"
		       "server b { accounting = { /b.csv,\n/a.csv } }",
		       3, "/a.csv is named twice");
	assert_refused(*state, "server a { accounting = { /a, \"fifo:/a\" } }", 1,
		       "fifo:/a is named twice");
}

static void
test_a_file_without_servers_is_refused(void **state)
{
	assert_refused(*state, "", 0, "nothing to monitor");
	assert_refused(*state, "poll-interval = 10s\n", 0, "nothing to monitor");
}

static void
test_a_file_that_cannot_be_read_is_refused_with_the_reason(void **state)
{
	struct bench *b = *state;

	assert_null(conf_read(b->file, note_complaint, b));
	assert_non_null(strstr(b->complaints, "No such file"));
	assert_null(conf_read(b->dir, note_complaint, b));
	assert_non_null(strstr(b->complaints, "Is a directory"));
}

static void
test_contradicting_tls_keys_are_refused(void **state)
{
	struct bench *b = *state;
	char text[256];

	write_file(b->key, "-", 0600);
	snprintf(text, sizeof text, "server a { url = https://a ca-file = %s\ninsecure-tls = yes }",
		 b->key);
	assert_refused(b, text, 2, "contradicts");
}

static void
test_an_api_key_that_others_can_read_is_refused(void **state)
{
	struct bench *b = *state;
	char text[256];

	write_file(b->key, "sesame_0123456789\n", 0640);
	snprintf(text, sizeof text, "server a { url = http://a\n api-key-file = %s }", b->key);
	assert_refused(b, text, 2, "has mode 0640");
	assert_null(strstr(b->complaints, "sesame"));
}

static void
test_an_api_key_in_the_configuration_is_not_repeated(void **state)
{
	struct bench *b = *state;

	assert_refused(b, "server a { url = http://a\n api-key-file = sesame_01 }", 2,
		       "the key itself does not belong here");
	assert_null(strstr(b->complaints, "sesame"));
}

static void
test_nothing_is_taken_from_the_environment_or_other_files(void **state)
{
	assert_refused(*state, "name = \"${HOME}\"\n" SERVER, 1, "environment");
	assert_refused(*state, "include(\"/etc/hostname\")\n" SERVER, 1, "unknown key include");
	assert_string_equal(read_good(*state, "name = '${HOME}'\n" SERVER)->agent_name, "${HOME}");
}

static void
test_a_good_file_is_read_after_a_broken_one(void **state)
{
	struct bench *b = *state;
	static const char *const broken[] = {"name = \"a", "name = 'a",	       "/* a",
					     "server x {", "name = \"\\999\"", "server \"a\" b"};

	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		write_file(b->file, broken[i], 0644);
		assert_null(conf_read(b->file, note_complaint, b));
		assert_string_equal(read_good(b, SERVER)->servers[0].name, "mta1");
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_keys_that_are_not_set_have_the_documented_defaults),
		TEST(test_every_global_key_is_taken),
		TEST(test_every_server_key_is_taken),
		TEST(test_tls_keys_that_exclude_a_ca_file_are_taken),
		TEST(test_a_connect_timeout_by_default_follows_a_short_timeout),
		TEST(test_an_unknown_key_is_refused_with_the_one_meant),
		TEST(test_a_bad_value_is_refused_with_the_range),
		TEST(test_lines_are_right_behind_comments_and_long_texts),
		TEST(test_every_bad_value_of_a_file_is_told_at_once),
		TEST(test_what_is_set_or_named_twice_is_refused),
		TEST(test_a_file_without_servers_is_refused),
		TEST(test_a_file_that_cannot_be_read_is_refused_with_the_reason),
		TEST(test_contradicting_tls_keys_are_refused),
		TEST(test_an_api_key_that_others_can_read_is_refused),
		TEST(test_an_api_key_in_the_configuration_is_not_repeated),
		TEST(test_nothing_is_taken_from_the_environment_or_other_files),
		TEST(test_a_good_file_is_read_after_a_broken_one),
	};
#undef TEST
	return cmocka_run_group_tests(tests, NULL, NULL);
}
