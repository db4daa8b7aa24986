/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trap.h - sends the events of the snapshots as notifications, at the pace of notify.h and only
 * while the master keeps up reading.
 */
#ifndef PMTA_TRAP_H
#define PMTA_TRAP_H

#include "agent.h"
#include "notify.h"
#include "session.h"
#include "snmploop.h"

struct trap;

struct trap_options {
	struct event_base *base;
	struct snap_hub *hub; /* is told which events have been dealt with */
	struct snmploop *loop;
	struct session *session;
	unsigned rate, burst;
	agent_log_fn log;
};

/* NULL without memory. */
struct trap *trap_new(const struct trap_options *options);
void trap_free(struct trap *t);

void trap_set_pacing(struct trap *t, unsigned rate, unsigned burst);

/* Takes the events that came with this snapshot. It is borrowed until the next call: a notification
 * is built from the newest snapshot that holds its event. */
void trap_take_snapshot(struct trap *t, const struct snapshot *snap);

/* To be called after each entry into the library: goes on sending when the connection is back. */
void trap_settle(struct trap *t);

/* True if nothing is left to be sent after the collector's last word, or if it cannot be sent. */
bool trap_is_done(const struct trap *t);

struct notify_counts trap_counts(const struct trap *t);

#endif
