/* SPDX-License-Identifier: BSD-2-Clause */
#include "snmploop.h"

#include <event2/event.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>

#include "netsnmp.h"

/* Room for descriptors below this number to begin with; the library enlarges the set. */
#define FDS_AT_FIRST 1024

struct watch {
	int fd;
	bool wanted;
	struct event *event;
	struct watch *next;
};

struct snmploop {
	struct event_base *base;
	struct event *timer;
	struct watch *watches; /* a handful: the AgentX socket and the library's pipes to itself */
	snmploop_fn left;
	void *arg;
	struct moment entered;
	int64_t entered_awake; /* the same, by moment_awake_ms() */
	unsigned depth;
	uint32_t longest_stall;
	bool reset;
};

static void
loop_on_fd(evutil_socket_t fd, short what, void *arg)
{
	struct snmploop *loop = arg;
	netsnmp_large_fd_set set;

	(void)what;
	snmploop_enter(loop);
	netsnmp_large_fd_set_init(&set, FDS_AT_FIRST);
	NETSNMP_LARGE_FD_ZERO(&set);
	netsnmp_large_fd_setfd(fd, &set);
	snmp_read2(&set);
	netsnmp_large_fd_set_cleanup(&set);
	snmploop_leave(loop);
}

static void
loop_on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct snmploop *loop = arg;

	(void)fd;
	(void)what;
	snmploop_enter(loop);
	snmp_timeout();
	/* Pings and attempts to connect again are alarms. */
	run_alarms();
	snmploop_leave(loop);
}

static void
watch_free(struct watch *watch)
{
	if (watch->event)
		event_free(watch->event);
	free(watch);
}

static struct watch *
watch_find(const struct snmploop *loop, int fd)
{
	struct watch *watch = loop->watches;

	while (watch && watch->fd != fd)
		watch = watch->next;
	return watch;
}

/* Without memory the descriptor stays unwatched until the next timer of the library. */
static void
watch_add(struct snmploop *loop, int fd)
{
	struct watch *watch = calloc(1, sizeof *watch);

	if (!watch)
		return;
	watch->fd = fd;
	watch->wanted = true;
	watch->event = event_new(loop->base, fd, EV_READ | EV_PERSIST, loop_on_fd, loop);
	if (!watch->event || event_add(watch->event, NULL)) {
		watch_free(watch);
		return;
	}
	/* The daemon may start other programs; the library leaves its descriptors open to them. */
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	watch->next = loop->watches;
	loop->watches = watch;
}

/* Drops the watches that are not wanted, or all of them. */
static void
watches_sweep(struct snmploop *loop, bool all)
{
	struct watch **link = &loop->watches;

	while (*link) {
		struct watch *watch = *link;

		if (!all && watch->wanted) {
			link = &watch->next;
			continue;
		}
		*link = watch->next;
		watch_free(watch);
	}
}

static void
watches_sync(struct snmploop *loop, int fd_count, netsnmp_large_fd_set *set)
{
	struct watch *watch;

	watches_sweep(loop, loop->reset);
	loop->reset = false;
	for (watch = loop->watches; watch; watch = watch->next)
		watch->wanted = watch->fd < fd_count && netsnmp_large_fd_is_set(watch->fd, set);
	watches_sweep(loop, false);
	for (int fd = 0; fd < fd_count; fd++)
		if (netsnmp_large_fd_is_set(fd, set) && !watch_find(loop, fd))
			watch_add(loop, fd);
}

/* Makes libevent wait for just what the library waits for now. */
static void
loop_sync(struct snmploop *loop)
{
	netsnmp_large_fd_set set;
	struct timeval delay = {0, 0};
	int fd_count = 0, block = 1;

	netsnmp_large_fd_set_init(&set, FDS_AT_FIRST);
	NETSNMP_LARGE_FD_ZERO(&set);
	snmp_select_info2(&fd_count, &set, &delay, &block);
	watches_sync(loop, fd_count, &set);
	netsnmp_large_fd_set_cleanup(&set);
	if (block)
		event_del(loop->timer);
	else
		event_add(loop->timer, &delay);
}

struct snmploop *
snmploop_new(struct event_base *base, snmploop_fn left, void *arg)
{
	struct snmploop *loop = calloc(1, sizeof *loop);

	if (!loop)
		return NULL;
	loop->base = base;
	loop->left = left;
	loop->arg = arg;
	loop->timer = event_new(base, -1, 0, loop_on_timer, loop);
	if (loop->timer)
		return loop;
	free(loop);
	return NULL;
}

void
snmploop_free(struct snmploop *loop)
{
	if (!loop)
		return;
	watches_sweep(loop, true);
	event_free(loop->timer);
	free(loop);
}

void
snmploop_enter(struct snmploop *loop)
{
	if (loop->depth++ > 0)
		return;
	loop->entered = moment_now();
	loop->entered_awake = moment_awake_ms();
}

void
snmploop_leave(struct snmploop *loop)
{
	int64_t stall;

	if (loop->depth > 1) {
		loop->depth--;
		return;
	}
	netsnmp_check_outstanding_agent_requests();
	/* Still inside: what left() does belongs to the same entry and is synchronised below. */
	if (loop->left)
		loop->left(loop->arg);
	loop_sync(loop);
	loop->depth = 0;
	stall = moment_awake_ms() - loop->entered_awake;
	if (stall > (int64_t)loop->longest_stall)
		loop->longest_stall = stall < UINT32_MAX ? (uint32_t)stall : UINT32_MAX;
}

struct moment
snmploop_now(const struct snmploop *loop)
{
	return loop->entered;
}

void
snmploop_reset(struct snmploop *loop)
{
	loop->reset = true;
}

uint32_t
snmploop_longest_stall(const struct snmploop *loop)
{
	return loop->longest_stall;
}
