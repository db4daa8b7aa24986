/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * curl does the greeting as the connection phase of its SMTP and stops there. The farewell is ours:
 * curl's own would wait for the reply to QUIT, with all transfers standing still.
 */
#include "fetch_smtp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fetch_private.h"
#include "moment.h"

struct fetch_smtp {
	struct fetch_job job;
	struct fetch *fetch;
	CURL *easy;
	char *url;
	uint32_t timeout_ms;
	bool running;
	bool greeted; /* the socket that curl closes next is to be said good-bye to */
	int leaving;  /* that socket, until the next greeting or the end; -1 none */
	int64_t started_ms;
	fetch_smtp_done_fn done;
	void *ctx;
	struct smtp_dialogue dialogue;
	char detail[CURL_ERROR_SIZE];
};

static uint32_t
elapsed(const struct fetch_smtp *smtp)
{
	return (uint32_t)(moment_now().mono_ms - smtp->started_ms);
}

/* Each line of each reply comes here. */
static size_t
take_line(char *line, size_t size, size_t count, void *ctx)
{
	struct fetch_smtp *smtp = ctx;
	const size_t len = size * count;

	if (smtp_dialogue_line(&smtp->dialogue, line, len, elapsed(smtp)) != 0)
		return CURL_WRITEFUNC_ERROR;
	return len;
}

static void
close_leaving(struct fetch_smtp *smtp)
{
	if (smtp->leaving >= 0)
		close(smtp->leaving);
	smtp->leaving = -1;
}

/* Says QUIT and leaves the socket open for a while: closed at once, the reply to it would meet a
 * reset, which PowerMTA would log as an error of ours (RFC 5321, 4.1.1.10). */
static int
close_socket(void *ctx, curl_socket_t fd)
{
	static const char quit[] = "QUIT\r\n";
	struct fetch_smtp *smtp = ctx;

	if (!smtp->greeted)
		return close(fd);
	smtp->greeted = false;
	close_leaving(smtp);
	if (send(fd, quit, strlen(quit), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return close(fd);
	shutdown(fd, SHUT_WR);
	smtp->leaving = fd;
	return 0;
}

static enum smtp_end
end_of_connect(CURL *easy)
{
	long os_errno = 0;

	curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_errno);
	switch (os_errno) {
	case ECONNREFUSED:
		return SMTP_END_REFUSED;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
	case EACCES: /* a packet filter here says so */
	case EPERM:
		return SMTP_END_UNREACHABLE;
	case ETIMEDOUT:
		return SMTP_END_TIMEOUT;
	default:
		return SMTP_END_OTHER;
	}
}

static enum smtp_end
end_of(CURL *easy, CURLcode code)
{
	switch (code) {
	case CURLE_OK:
		return SMTP_END_GREETED;
	case CURLE_COULDNT_RESOLVE_HOST:
		return SMTP_END_UNRESOLVED;
	case CURLE_COULDNT_CONNECT:
		return end_of_connect(easy);
	case CURLE_OPERATION_TIMEDOUT:
		return SMTP_END_TIMEOUT;
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return SMTP_END_CLOSED;
	default:
		return SMTP_END_OTHER;
	}
}

/* How far it had come tells what to look at: name server, network, or PowerMTA. */
static void
say_timeout(const struct fetch_smtp *smtp, char text[TEXT_MAX])
{
	const double limit = (double)smtp->timeout_ms / 1000;
	curl_off_t resolved = 0, connected = 0;

	curl_easy_getinfo(smtp->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved);
	curl_easy_getinfo(smtp->easy, CURLINFO_CONNECT_TIME_T, &connected);
	if (resolved == 0)
		snprintf(text, TEXT_MAX, "host name was not resolved within %g s", limit);
	else if (connected == 0)
		snprintf(text, TEXT_MAX, "no connection within %g s", limit);
	else if (smtp->dialogue.replies == 0)
		snprintf(text, TEXT_MAX, "connected, but no banner within %g s", limit);
	else
		snprintf(text, TEXT_MAX, "banner, but no reply to EHLO within %g s", limit);
}

static void
say(const struct fetch_smtp *smtp, enum smtp_end end, char text[TEXT_MAX])
{
	long os_errno = 0;

	curl_easy_getinfo(smtp->easy, CURLINFO_OS_ERRNO, &os_errno);
	if (end == SMTP_END_TIMEOUT)
		say_timeout(smtp, text);
	else if (end == SMTP_END_REFUSED)
		snprintf(text, TEXT_MAX, "connection refused: nothing listens on this port");
	else if (end == SMTP_END_UNREACHABLE)
		snprintf(text, TEXT_MAX, "cannot connect: %s", strerror((int)os_errno));
	else if (end == SMTP_END_CLOSED)
		snprintf(text, TEXT_MAX, "connection closed %s",
			 smtp->dialogue.replies == 0 ? "before the banner" : "after the banner");
	else
		snprintf(text, TEXT_MAX, "%s", smtp->detail);
}

static void
greeting_ended(struct fetch_job *job, CURLcode code)
{
	struct fetch_smtp *smtp = (struct fetch_smtp *)job;
	const enum smtp_end end = end_of(smtp->easy, code);
	struct check_smtp result = {.probed_mono = SNAP_NO_TIME};
	char reason[TEXT_MAX];

	if (smtp->detail[0] == '\0')
		snprintf(smtp->detail, sizeof smtp->detail, "%s", curl_easy_strerror(code));
	say(smtp, end, reason);
	check_smtp_judge(&smtp->dialogue, end, reason, elapsed(smtp), &result);
	smtp->greeted = end == SMTP_END_GREETED;
	curl_multi_remove_handle(smtp->fetch->multi, smtp->easy);
	smtp->greeted = smtp->running = false;
	smtp->done(smtp->ctx, &result);
}

static void
set_up(struct fetch_smtp *smtp)
{
	CURL *easy = smtp->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, &smtp->job);
	curl_easy_setopt(easy, CURLOPT_URL, smtp->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp");
	/* Without it curl would go on to HELP, and say QUIT in its own way. */
	curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, smtp);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, smtp);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, smtp->detail);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* Else giving up on a slow name server would wait for it. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	/* A name is to be looked up anew, and a server to be met afresh. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)smtp->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)smtp->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, smtp->timeout_ms / 1000L + 1);
}

struct fetch_smtp *
fetch_smtp_new(struct fetch *fetch, const char *address, uint32_t timeout_ms)
{
	const bool whole = strncasecmp(address, "smtp://", 7) == 0;
	struct fetch_smtp *smtp = calloc(1, sizeof *smtp);

	if (smtp == NULL)
		return NULL;
	smtp->job.ended = greeting_ended;
	smtp->fetch = fetch;
	smtp->timeout_ms = timeout_ms;
	smtp->leaving = -1;
	smtp->easy = curl_easy_init();
	if (asprintf(&smtp->url, "%s%s", whole ? "" : "smtp://", address) < 0)
		smtp->url = NULL;
	if (smtp->easy == NULL || smtp->url == NULL) {
		fetch_smtp_free(smtp);
		return NULL;
	}
	set_up(smtp);
	return smtp;
}

void
fetch_smtp_free(struct fetch_smtp *smtp)
{
	if (smtp == NULL)
		return;
	if (smtp->running)
		curl_multi_remove_handle(smtp->fetch->multi, smtp->easy);
	curl_easy_cleanup(smtp->easy);
	close_leaving(smtp);
	free(smtp->url);
	free(smtp);
}

int
fetch_smtp_greet(struct fetch_smtp *smtp, fetch_smtp_done_fn done, void *ctx)
{
	if (smtp->running)
		return -1;
	close_leaving(smtp);
	memset(&smtp->dialogue, 0, sizeof smtp->dialogue);
	smtp->detail[0] = '\0';
	smtp->done = done;
	smtp->ctx = ctx;
	smtp->started_ms = moment_now().mono_ms;
	smtp->running = curl_multi_add_handle(smtp->fetch->multi, smtp->easy) == CURLM_OK;
	return smtp->running ? 0 : -1;
}
