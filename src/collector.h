/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * collector.h - the thread that owns everything on PowerMTA's side: monitor, accounting, model,
 * store, alarms. It gives out snapshots through the hub and nothing else.
 */
#ifndef PMTA_COLLECTOR_H
#define PMTA_COLLECTOR_H

#include "conf.h"
#include "snapshot.h"

struct collector;

/* Opens the store and starts the thread. The configuration is taken over. NULL on failure (logged).
 */
struct collector *collector_start(struct conf *conf, struct snap_hub *hub);

/* Hands over a new configuration, which the thread takes up at its next turn. Main thread. */
void collector_reload(struct collector *collector, struct conf *conf);

/* Tells of the end to come: an event, in a snapshot that is marked as stopping. The thread goes on.
 * Main thread. */
void collector_say_goodbye(struct collector *collector);

/* Ends the thread: transfers are cancelled, all is saved, all is freed. Waits for it. */
void collector_stop(struct collector *collector);

#endif
