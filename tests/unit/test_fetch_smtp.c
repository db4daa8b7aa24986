/* SPDX-License-Identifier: BSD-2-Clause */
/* Greetings of a server that runs between two turns of the loop, so that each byte's time is known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fetch_smtp.h"
#include "moment.h"

/* Far more than a busy machine takes for one turn. */
#define TIMEOUT_MS 4000

struct bench {
	struct fetch *fetch;
	struct fetch_smtp *smtp;
	int listener, peer; /* -1 none */
	char address[64];
	char heard[512]; /* what the client sent */
	bool done, peer_closed;
	struct check_smtp result;
};

static int
set_up(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	struct bench *b = calloc(1, sizeof *b);

	curl_global_init(CURL_GLOBAL_DEFAULT);
	b->peer = -1;
	b->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(b->listener, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(b->listener, 8), 0);
	assert_int_equal(getsockname(b->listener, (struct sockaddr *)&address, &len), 0);
	snprintf(b->address, sizeof b->address, "127.0.0.1:%u", ntohs(address.sin_port));
	b->fetch = fetch_new();
	b->smtp = fetch_smtp_new(b->fetch, b->address, TIMEOUT_MS);
	assert_non_null(b->smtp);
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	fetch_smtp_free(b->smtp);
	fetch_free(b->fetch);
	close(b->listener);
	if (b->peer >= 0)
		close(b->peer);
	free(b);
	curl_global_cleanup();
	return 0;
}

static void
note(void *ctx, const struct check_smtp *result)
{
	struct bench *b = ctx;

	assert_false(b->done);
	b->done = true;
	b->result = *result;
}

/* One turn, of which none may take long, whatever the server does. */
static void
turn(struct bench *b)
{
	const int64_t began = moment_now().mono_ms;
	const size_t len = strlen(b->heard);
	ssize_t got;

	assert_int_equal(fetch_poll(b->fetch, NULL, 0, 5), 0);
	assert_true(moment_now().mono_ms - began < TIMEOUT_MS * 3 / 4);
	if (b->peer < 0) {
		b->peer = accept4(b->listener, NULL, NULL, SOCK_NONBLOCK);
		return;
	}
	got = recv(b->peer, b->heard + len, sizeof b->heard - 1 - len, 0);
	if (got > 0)
		b->heard[len + (size_t)got] = '\0';
	b->peer_closed |= got == 0;
}

static void
connect_peer(struct bench *b)
{
	assert_int_equal(fetch_smtp_greet(b->smtp, note, b), 0);
	for (int i = 0; i < 1000 && b->peer < 0; i++)
		turn(b);
	assert_true(b->peer >= 0);
}

static void
say(const struct bench *b, const char *text)
{
	assert_int_equal(send(b->peer, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void
hear(struct bench *b, const char *words)
{
	for (int i = 0; i < 1000 && strstr(b->heard, words) == NULL; i++)
		turn(b);
	assert_non_null(strstr(b->heard, words));
}

static void
finish(struct bench *b)
{
	for (int i = 0; i < 1000 && !b->done; i++)
		turn(b);
	assert_true(b->done);
}

static void
a_greeting_is_ehlo_and_quit_and_nothing_else(void **state)
{
	struct bench *b = *state;

	connect_peer(b);
	say(b, "220 mx ready\r\n");
	hear(b, "EHLO ");
	say(b, "250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n");
	finish(b);
	assert_int_equal(b->result.state, SNAP_PROBE_ACCEPTING);
	assert_string_equal(b->result.reply, "220 mx ready");
	hear(b, "\r\nQUIT\r\n");
	assert_null(strstr(b->heard, "AUTH"));
	assert_null(strstr(b->heard, "STARTTLS"));
}

static void
a_server_that_never_answers_quit_delays_nothing(void **state)
{
	struct bench *b = *state;

	connect_peer(b);
	say(b, "220 mx\r\n");
	hear(b, "EHLO ");
	say(b, "250 mx\r\n");
	finish(b);
	hear(b, "QUIT");
	for (int i = 0; i < 1000 && !b->peer_closed; i++)
		turn(b);
	assert_true(b->peer_closed);
}

static void
replies_may_come_in_pieces(void **state)
{
	struct bench *b = *state;

	connect_peer(b);
	say(b, "220-mx one\r");
	turn(b);
	turn(b);
	say(b, "\n220 t");
	turn(b);
	say(b, "wo\r\n");
	hear(b, "EHLO ");
	say(b, "2");
	turn(b);
	say(b, "50 mx\r\n");
	finish(b);
	assert_int_equal(b->result.state, SNAP_PROBE_ACCEPTING);
	assert_string_equal(b->result.reply, "220 mx one two");
}

static void
ehlo_that_is_unknown_is_followed_by_helo(void **state)
{
	struct bench *b = *state;

	connect_peer(b);
	say(b, "220 old\r\n");
	hear(b, "EHLO ");
	say(b, "502 what?\r\n");
	hear(b, "HELO ");
	say(b, "250 old\r\n");
	finish(b);
	assert_int_equal(b->result.state, SNAP_PROBE_ACCEPTING);
}

static void
a_refusal_ends_it_at_once_even_if_the_server_stays(void **state)
{
	struct bench *b = *state;
	const int64_t began = moment_now().mono_ms;

	connect_peer(b);
	say(b, "421 4.3.2 busy\r\n");
	finish(b);
	assert_int_equal(b->result.state, SNAP_PROBE_BUSY);
	assert_string_equal(b->result.reply, "421 4.3.2 busy");
	assert_true(moment_now().mono_ms - began < TIMEOUT_MS);
}

static void
silence_ends_after_the_timeout_with_what_was_missing(void **state)
{
	struct bench *b = *state;

	connect_peer(b);
	finish(b);
	assert_int_equal(b->result.state, SNAP_PROBE_TIMEOUT);
	assert_string_equal(b->result.reply, "connected, but no banner within 4 s");
}

static void
another_protocol_is_garbled_at_its_first_line(void **state)
{
	struct bench *b = *state;

	connect_peer(b);
	say(b, "SSH-2.0-OpenSSH_9.2\r\n");
	finish(b);
	assert_int_equal(b->result.state, SNAP_PROBE_GARBLED);
	assert_string_equal(b->result.reply, "SSH-2.0-OpenSSH_9.2");
}

static void
a_flood_without_end_is_bounded(void **state)
{
	static const char *const floods[] = {"220-more and more\r\n", "220 no line end "};
	struct bench *b = *state;

	for (size_t f = 0; f < 2; f++) {
		b->done = false;
		connect_peer(b);
		for (int i = 0; i < 100000 && !b->done; i++) {
			for (int n = 0; n < 100; n++)
				(void)!send(b->peer, floods[f], strlen(floods[f]),
					    MSG_NOSIGNAL | MSG_DONTWAIT);
			turn(b);
		}
		assert_true(b->done);
		assert_int_not_equal(b->result.state, SNAP_PROBE_ACCEPTING);
		close(b->peer);
		b->peer = -1;
	}
}

static void
nobody_listening_is_refused(void **state)
{
	struct bench *b = *state;
	struct fetch_smtp *other;

	close(b->listener);
	other = fetch_smtp_new(b->fetch, b->address, TIMEOUT_MS);
	b->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_int_equal(fetch_smtp_greet(other, note, b), 0);
	for (int i = 0; i < 1000 && !b->done; i++)
		assert_int_equal(fetch_poll(b->fetch, NULL, 0, 5), 0);
	assert_int_equal(b->result.state, SNAP_PROBE_REFUSED);
	fetch_smtp_free(other);
}

static void
one_that_is_freed_under_way_calls_nobody_back(void **state)
{
	struct bench *b = *state;

	connect_peer(b);
	say(b, "220 mx\r\n");
	hear(b, "EHLO ");
	assert_int_equal(fetch_smtp_greet(b->smtp, note, b), -1);
	fetch_smtp_free(b->smtp);
	b->smtp = NULL;
	for (int i = 0; i < 1000 && !b->peer_closed; i++)
		turn(b);
	assert_true(b->peer_closed);
	assert_false(b->done);
}

static void
the_next_greeting_is_a_new_connection(void **state)
{
	struct bench *b = *state;

	for (int n = 0; n < 3; n++) {
		b->done = false;
		b->heard[0] = '\0';
		connect_peer(b);
		say(b, "220 mx\r\n");
		hear(b, "EHLO ");
		say(b, "250 mx\r\n");
		finish(b);
		assert_int_equal(b->result.state, SNAP_PROBE_ACCEPTING);
		hear(b, "QUIT");
		close(b->peer);
		b->peer = -1;
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_greeting_is_ehlo_and_quit_and_nothing_else),
		TEST(a_server_that_never_answers_quit_delays_nothing),
		TEST(replies_may_come_in_pieces),
		TEST(ehlo_that_is_unknown_is_followed_by_helo),
		TEST(a_refusal_ends_it_at_once_even_if_the_server_stays),
		TEST(silence_ends_after_the_timeout_with_what_was_missing),
		TEST(another_protocol_is_garbled_at_its_first_line),
		TEST(a_flood_without_end_is_bounded),
		TEST(nobody_listening_is_refused),
		TEST(one_that_is_freed_under_way_calls_nobody_back),
		TEST(the_next_greeting_is_a_new_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
