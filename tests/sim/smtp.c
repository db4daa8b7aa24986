/* SPDX-License-Identifier: BSD-2-Clause */
#include "smtp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "json.h"

enum { SESSIONS_MAX = 64, LINE_MAX_BYTES = 512, EVENTS = 16 };

enum smtp_kind {
	SMTP_NONE,
	SMTP_REFUSE,
	SMTP_BUSY,
	SMTP_REJECT,
	SMTP_BUSY_EHLO,
	SMTP_SLOW,
	SMTP_HANG,
	SMTP_HANG_EHLO,
	SMTP_GARBAGE,
	SMTP_CUT,
	SMTP_KINDS
};

static const char *const kind_names[SMTP_KINDS] = {
	[SMTP_NONE] = "none",	  [SMTP_REFUSE] = "refuse",	  [SMTP_BUSY] = "busy",
	[SMTP_REJECT] = "reject", [SMTP_BUSY_EHLO] = "busy-ehlo", [SMTP_SLOW] = "slow",
	[SMTP_HANG] = "hang",	  [SMTP_HANG_EHLO] = "hang-ehlo", [SMTP_GARBAGE] = "garbage",
	[SMTP_CUT] = "cut",
};

struct session {
	int fd; /* -1: free */
	enum smtp_kind kind;
	double banner_at; /* real seconds; 0: it is out, or never comes */
	char line[LINE_MAX_BYTES];
	size_t len;
};

struct smtp {
	int epoll, listener; /* listener -1: refuses */
	uint16_t port;
	char host[128];
	enum smtp_kind kind;
	double delay;
	struct session sessions[SESSIONS_MAX];
	struct smtp_books books;
};

static int
watch(struct smtp *smtp, int fd, void *owner)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = owner};

	return epoll_ctl(smtp->epoll, EPOLL_CTL_ADD, fd, &event);
}

static int
listen_again(struct smtp *smtp)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(smtp->port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 64) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) != 0 || watch(smtp, fd, NULL) != 0) {
		fprintf(stderr, "pmta-sim: cannot listen on 127.0.0.1:%u\n", smtp->port);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	smtp->port = ntohs(address.sin_port);
	smtp->listener = fd;
	return 0;
}

struct smtp *
smtp_new(uint16_t port, const char *host)
{
	struct smtp *smtp = sim_alloc(1, sizeof *smtp);

	smtp->port = port;
	smtp->listener = -1;
	snprintf(smtp->host, sizeof smtp->host, "%s", host);
	for (int i = 0; i < SESSIONS_MAX; i++)
		smtp->sessions[i].fd = -1;
	smtp->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (smtp->epoll >= 0 && listen_again(smtp) == 0)
		return smtp;
	smtp_free(smtp);
	return NULL;
}

static void
session_end(struct session *session)
{
	close(session->fd);
	session->fd = -1;
}

void
smtp_free(struct smtp *smtp)
{
	if (smtp == NULL)
		return;
	for (int i = 0; i < SESSIONS_MAX; i++) {
		if (smtp->sessions[i].fd >= 0)
			session_end(&smtp->sessions[i]);
	}
	if (smtp->listener >= 0)
		close(smtp->listener);
	if (smtp->epoll >= 0)
		close(smtp->epoll);
	free(smtp);
}

uint16_t
smtp_port(const struct smtp *smtp)
{
	return smtp->port;
}

int
smtp_fd(const struct smtp *smtp)
{
	return smtp->epoll;
}

/* A reply is short and the socket's buffer empty: what does not go out is a client gone. */
static void
say(const struct session *session, const char *text)
{
	if (send(session->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		shutdown(session->fd, SHUT_RDWR);
}

static void
say_banner(const struct smtp *smtp, struct session *session)
{
	char text[256];

	session->banner_at = 0;
	snprintf(text, sizeof text, "220 %s (PowerMTA(TM) v5.0r5) ESMTP service ready\r\n",
		 smtp->host);
	say(session, text);
}

/* What a connection meets at once. */
static void
session_begin(struct smtp *smtp, struct session *session)
{
	static const char half[] = "220 mta1.exam";

	switch (session->kind) {
	case SMTP_BUSY:
		say(session, "421 4.3.2 too many connections, try again later\r\n");
		session_end(session);
		break;
	case SMTP_REJECT:
		say(session, "554 5.7.1 you are not welcome here\r\n");
		session_end(session);
		break;
	case SMTP_GARBAGE:
		say(session, "\x01\x7f<html>\xff\xfe not mail\r\n");
		break;
	case SMTP_CUT:
		say(session, half);
		session_end(session);
		break;
	case SMTP_SLOW:
		session->banner_at = clock_real() + smtp->delay;
		break;
	case SMTP_HANG:
		break;
	default:
		say_banner(smtp, session);
		break;
	}
}

static void
accept_one(struct smtp *smtp)
{
	int fd = accept4(smtp->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (int i = 0; fd >= 0 && i < SESSIONS_MAX; i++) {
		struct session *session = &smtp->sessions[i];

		if (session->fd >= 0)
			continue;
		*session = (struct session){.fd = fd, .kind = smtp->kind};
		smtp->books.connections++;
		if (watch(smtp, fd, session) == 0)
			session_begin(smtp, session);
		else
			session_end(session);
		return;
	}
	if (fd >= 0)
		close(fd);
}

static void
obey(struct smtp *smtp, struct session *session)
{
	const bool hello = strncasecmp(session->line, "EHLO ", 5) == 0;

	if (hello && session->kind == SMTP_HANG_EHLO)
		return;
	if (hello && session->kind == SMTP_BUSY_EHLO) {
		say(session, "421 4.3.2 shutting down\r\n");
		session_end(session);
	} else if (hello) {
		smtp->books.greetings++;
		say(session, "250-mta1\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE\r\n");
	} else if (strncasecmp(session->line, "QUIT", 4) == 0) {
		smtp->books.farewells++;
		say(session, "221 2.0.0 closing connection\r\n");
		session_end(session);
	} else {
		say(session, "500 5.5.1 unknown command\r\n");
	}
}

static void
session_read(struct smtp *smtp, struct session *session)
{
	ssize_t got = recv(session->fd, session->line + session->len,
			   sizeof session->line - session->len, 0);
	char *end;

	/* The event may have been of the session that had this place before. */
	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		session_end(session);
		return;
	}
	session->len += (size_t)got;
	while (session->fd >= 0 && (end = memchr(session->line, '\n', session->len)) != NULL) {
		size_t used = (size_t)(end - session->line) + 1;

		obey(smtp, session);
		session->len -= used;
		memmove(session->line, session->line + used, session->len);
	}
	if (session->fd >= 0 && session->len == sizeof session->line)
		session_end(session);
}

int
smtp_wait_ms(const struct smtp *smtp)
{
	double now = clock_real(), wait = -1;

	for (int i = 0; i < SESSIONS_MAX; i++) {
		const struct session *session = &smtp->sessions[i];
		double left = session->banner_at - now;

		if (session->fd < 0 || session->banner_at == 0)
			continue;
		left = left > 0 ? left : 0;
		wait = wait < 0 || left < wait ? left : wait;
	}
	return wait < 0 ? -1 : (int)(wait * 1000) + 1;
}

void
smtp_run(struct smtp *smtp)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(smtp->epoll, events, EVENTS, 0);

	for (int i = 0; i < count; i++) {
		struct session *session = events[i].data.ptr;

		if (session == NULL)
			accept_one(smtp);
		else if (session->fd >= 0)
			session_read(smtp, session);
	}
	for (int i = 0; i < SESSIONS_MAX; i++) {
		struct session *session = &smtp->sessions[i];

		if (session->fd >= 0 && session->banner_at > 0 &&
		    session->banner_at <= clock_real())
			say_banner(smtp, session);
	}
}

const char *
smtp_fault(struct smtp *smtp, const char *kind, uint64_t delay_ms)
{
	int i = 0;

	while (i < SMTP_KINDS && strcmp(kind_names[i], kind) != 0)
		i++;
	if (i == SMTP_KINDS)
		return "unknown kind of fault";
	smtp->kind = (enum smtp_kind)i;
	smtp->delay = (double)delay_ms / 1000;
	if (smtp->kind == SMTP_REFUSE && smtp->listener >= 0) {
		close(smtp->listener);
		smtp->listener = -1;
	}
	if (smtp->kind != SMTP_REFUSE && smtp->listener < 0 && listen_again(smtp) != 0)
		return "cannot listen again";
	return NULL;
}

struct smtp_books
smtp_books(const struct smtp *smtp)
{
	return smtp->books;
}
