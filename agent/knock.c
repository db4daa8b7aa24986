/* SPDX-License-Identifier: BSD-2-Clause */
#include "knock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* RFC 2741, 6.1: version 1, agentx-Ping-PDU, NETWORK_BYTE_ORDER, reserved; session, transaction and
 * packet 0; no payload. */
static const uint8_t ping[20] = {1, 13, 0x10};

static const struct timeval second = {1, 0};
/* A host behind TCP can vanish without a word; a local socket cannot. */
static const int tcp_patience = 10;

struct knock {
	union {
		struct sockaddr sa;
		struct sockaddr_un un;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} address;
	socklen_t address_len; /* 0: no address to knock at */
	struct event_base *base;
	struct event *timer, *watch;
	int fd, waited;
	bool running, asked;
	knock_fn done;
	void *arg;
};

static void
knock_parse_path(struct knock *k, const char *path)
{
	struct sockaddr_un *un = &k->address.un;

	if (!*path || strlen(path) >= sizeof un->sun_path)
		return;
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path, strlen(path) + 1);
	k->address_len = (socklen_t)sizeof *un;
}

/* "ADDRESS:PORT" or "[ADDRESS]:PORT". */
static void
knock_parse_tcp(struct knock *k, const char *text)
{
	char host[INET6_ADDRSTRLEN];
	unsigned port;
	int end = 0;

	if (sscanf(text, "[%45[0-9a-fA-F:.]]:%5u%n", host, &port, &end) != 2 &&
	    sscanf(text, "%15[0-9.]:%5u%n", host, &port, &end) != 2)
		return;
	if (!end || text[end] || port == 0 || port > UINT16_MAX)
		return;
	if (inet_pton(AF_INET, host, &k->address.in.sin_addr) == 1) {
		k->address.in.sin_family = AF_INET;
		k->address.in.sin_port = htons((uint16_t)port);
		k->address_len = (socklen_t)sizeof k->address.in;
	} else if (inet_pton(AF_INET6, host, &k->address.in6.sin6_addr) == 1) {
		k->address.in6.sin6_family = AF_INET6;
		k->address.in6.sin6_port = htons((uint16_t)port);
		k->address_len = (socklen_t)sizeof k->address.in6;
	}
}

static void
knock_parse(struct knock *k, const char *socket)
{
	if (strncmp(socket, "unix:", 5) == 0)
		knock_parse_path(k, socket + 5);
	else if (*socket == '/')
		knock_parse_path(k, socket);
	else if (strncmp(socket, "tcp:", 4) == 0)
		knock_parse_tcp(k, socket + 4);
	else if (strncmp(socket, "tcp6:", 5) == 0)
		knock_parse_tcp(k, socket + 5);
}

static void
knock_hang_up(struct knock *k)
{
	if (k->watch)
		event_free(k->watch);
	k->watch = NULL;
	if (k->fd >= 0)
		close(k->fd);
	k->fd = -1;
	k->asked = false;
	k->waited = 0;
}

/* Nobody there (this time): tells so, and tries again in a second. */
static void
knock_fail(struct knock *k, int error)
{
	knock_hang_up(k);
	k->done(k->arg, error == EAGAIN ? KNOCK_SILENT : KNOCK_ABSENT, error == EAGAIN ? 0 : error);
}

static void knock_on_fd(evutil_socket_t fd, short what, void *arg);

static void
knock_watch(struct knock *k, short what)
{
	if (k->watch)
		event_free(k->watch);
	k->watch = event_new(k->base, k->fd, (short)(what | EV_PERSIST), knock_on_fd, k);
	if (!k->watch || event_add(k->watch, NULL))
		knock_fail(k, ENOMEM);
}

static void
knock_ask(struct knock *k)
{
	int error = 0;
	socklen_t len = sizeof error;

	if (getsockopt(k->fd, SOL_SOCKET, SO_ERROR, &error, &len) || error) {
		knock_fail(k, error ? error : errno);
		return;
	}
	if (send(k->fd, ping, sizeof ping, MSG_NOSIGNAL) != (ssize_t)sizeof ping) {
		knock_fail(k, ECONNRESET);
		return;
	}
	k->asked = true;
	knock_watch(k, EV_READ);
}

static void
knock_on_fd(evutil_socket_t fd, short what, void *arg)
{
	struct knock *k = arg;
	uint8_t answer[64];
	ssize_t got;

	(void)what;
	if (!k->asked) {
		knock_ask(k);
		return;
	}
	got = recv(fd, answer, sizeof answer, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		knock_fail(k, ECONNRESET);
		return;
	}
	knock_stop(k);
	k->done(k->arg, KNOCK_ALIVE, 0);
}

static void
knock_connect(struct knock *k)
{
	k->fd = socket(k->address.sa.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (k->fd < 0) {
		knock_fail(k, errno);
		return;
	}
	/* On a local socket EAGAIN means that the master's queue is full: it hangs. */
	if (connect(k->fd, &k->address.sa, k->address_len) && errno != EINPROGRESS) {
		knock_fail(k, errno);
		return;
	}
	knock_watch(k, EV_WRITE);
}

static void
knock_on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct knock *k = arg;

	(void)fd;
	(void)what;
	event_add(k->timer, &second);
	if (k->fd < 0) {
		knock_connect(k);
		return;
	}
	/* The connection is kept: another one would only fill the queue of a hung master. */
	k->waited++;
	if (k->address.sa.sa_family != AF_UNIX && k->waited >= tcp_patience)
		knock_fail(k, ETIMEDOUT);
	else
		k->done(k->arg, KNOCK_SILENT, 0);
}

struct knock *
knock_new(struct event_base *base, const char *socket, knock_fn done, void *arg)
{
	struct knock *k = calloc(1, sizeof *k);

	if (!k)
		return NULL;
	k->base = base;
	k->fd = -1;
	k->done = done;
	k->arg = arg;
	knock_parse(k, socket);
	k->timer = event_new(base, -1, 0, knock_on_timer, k);
	if (!k->timer) {
		free(k);
		return NULL;
	}
	return k;
}

void
knock_free(struct knock *k)
{
	if (!k)
		return;
	knock_stop(k);
	event_free(k->timer);
	free(k);
}

bool
knock_possible(const struct knock *k)
{
	return k->address_len > 0;
}

void
knock_start(struct knock *k)
{
	static const struct timeval at_once = {0, 0};

	if (k->running || !knock_possible(k))
		return;
	k->running = true;
	event_add(k->timer, &at_once);
}

void
knock_stop(struct knock *k)
{
	knock_hang_up(k);
	event_del(k->timer);
	k->running = false;
}
