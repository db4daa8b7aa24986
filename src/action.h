/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * action.h - what is done beside SNMP about events: programs are run and URLs are told, in a thread
 * of its own that nobody ever waits for.
 *
 * Each action has a queue of its own and deals with one event after the other, so that whoever is
 * told hears of a raise before its clear; actions work side by side. An event is dealt with when it
 * was told, or when the last attempt failed. Up to which event an action has come is kept in the
 * store, so that after a crash none is forgotten and the last may be told twice.
 *
 * In a storm an action is run `rate` times a minute, and of several events that wait for one alarm
 * only the newest is told. ACTION_QUEUE_MAX wait at most; the oldest makes room, which is logged.
 */
#ifndef PMTA_ACTION_H
#define PMTA_ACTION_H

#include "conf.h"
#include "event_ring.h"

#define ACTION_QUEUE_MAX 200

struct actions;

/* Called by the thread after an event was dealt with. Must not call into this module. */
typedef void (*actions_done_fn)(void *ctx);

/* Actions of no configuration yet; NULL without memory. curl_global_init() must have been called.
 */
struct actions *actions_new(actions_done_fn done, void *ctx);
/* Ends the thread: what was handed over has two seconds to be told; what then is not is left for
 * the next run, and a program at work is killed by actions_free(). Positions and counts stay
 * readable.
 */
void actions_stop(struct actions *actions);
void actions_free(struct actions *actions);

/* The last event that an action of this name has dealt with, as it was saved; -1 unknown. */
typedef int64_t (*actions_position_fn)(void *ctx, const char *name);

/* Takes over the actions of a configuration; those of the same name go on where they are. A new one
 * begins where the position says, or behind the newest event of the ring. 0, or -1 without memory
 * or thread: then there are no actions. Collector thread, as all below. */
int actions_configure(struct actions *actions, const struct conf *conf,
		      const struct event_ring *ring, actions_position_fn position, void *ctx);

/* Hands over the events of the ring that are new. */
void actions_offer(struct actions *actions, const struct event_ring *ring);

/* Whether an action is about this event of the ring: severe enough, and of an object that matches;
 * what became of an alarm it was told of it is told too. */
struct conf_action;
bool action_wants(const struct conf_action *action, const struct event_ring *ring,
		  uint32_t position);

/* Hands out how far each action has come. */
typedef void (*actions_each_fn)(void *ctx, const char *name, uint32_t sequence);
void actions_each(struct actions *actions, actions_each_fn fn, void *ctx);

/* Events told, and events that could not be told or had to make room. Of this run. */
void actions_counts(struct actions *actions, uint64_t *run, uint64_t *failed);

#endif
