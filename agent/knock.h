/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * knock.h - asks whether a master agent is alive behind a socket, and never blocks while it does.
 *
 * The library's own attempt to connect blocks without limit while a hung master's queue of
 * connections is full, and each attempt takes a place in that queue. So one connection of ours
 * sends an AgentX Ping of no session (RFC 2741, 6.2.11), which every living master answers with an
 * error; only after an answer the library may try.
 */
#ifndef PMTA_KNOCK_H
#define PMTA_KNOCK_H

#include <stdbool.h>

struct event_base;
struct knock;

enum knock_answer {
	KNOCK_ALIVE,  /* answered */
	KNOCK_ABSENT, /* nobody there: errno of the attempt */
	KNOCK_SILENT  /* the connection is there, an answer is not; more may follow */
};

/* Called from the loop. error is an errno value, 0 but for KNOCK_ABSENT. */
typedef void (*knock_fn)(void *arg, enum knock_answer answer, int error);

/* A knocker for "/path", "unix:/path", "tcp:ADDRESS:PORT" or "tcp6:[ADDRESS]:PORT". NULL without
 * memory. */
struct knock *knock_new(struct event_base *base, const char *socket, knock_fn done, void *arg);
void knock_free(struct knock *k);

/* False for a socket that names no numeric address: knocking there would have to ask a resolver. */
bool knock_possible(const struct knock *k);

/* Begins to knock, at the next turn of the loop, and goes on once a second until the master answers
 * or knock_stop(). No effect while it knocks already. */
void knock_start(struct knock *k);
void knock_stop(struct knock *k);

#endif
