/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snmploop.h - lets libevent wait for the descriptors and timers of libnetsnmp.
 *
 * Every call that may enter the library stands between snmploop_enter() and snmploop_leave(): the
 * second finds out anew what the library waits for, and how long the loop was held up.
 */
#ifndef PMTA_SNMPLOOP_H
#define PMTA_SNMPLOOP_H

#include <stdint.h>

#include "snapshot.h"

struct event_base;
struct snmploop;

typedef void (*snmploop_fn)(void *arg);

/* A loop that calls left(arg) after each entry into the library, when the library may be entered
 * again. NULL without memory. */
struct snmploop *snmploop_new(struct event_base *base, snmploop_fn left, void *arg);
void snmploop_free(struct snmploop *loop);

/* May be nested: only the outermost pair counts. */
void snmploop_enter(struct snmploop *loop);
void snmploop_leave(struct snmploop *loop);

/* The clocks as they were at the outermost snmploop_enter(): the same for a whole request. */
struct moment snmploop_now(const struct snmploop *loop);

/* To be called when a session was opened or closed: descriptors may have been closed and opened
 * again under the same number, which epoll(7) would not notice, so every watch is set up anew. */
void snmploop_reset(struct snmploop *loop);

/* The longest time, in milliseconds, that one entry took so far. That the machine was suspended
 * does not count. */
uint32_t snmploop_longest_stall(const struct snmploop *loop);

#endif
