/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keeper.h - carries everything that must outlive the process into the store and back, in one
 * transaction: totals together with the positions in the files that they were counted from, alarms
 * together with their events. Collector thread only.
 */
#ifndef PMTA_KEEPER_H
#define PMTA_KEEPER_H

#include "action.h"
#include "alarm.h"
#include "event_ring.h"
#include "follower.h"
#include "model.h"
#include "store.h"

/* What is kept. Begins zeroed but for the pointers, none of which it owns. */
struct keeper {
	struct store *store;
	struct model *model;
	struct follower *follower; /* NULL: no accounting is read */
	struct alarms *alarms;
	struct event_ring *ring;
	struct actions *actions; /* NULL: nothing is done beside SNMP */
	uint32_t saved_event;	 /* the newest event in the store */
	uint32_t saved_sent;	 /* as the store has it */
};

/* model_recall_fn over a store, which is the context. */
int keeper_recall(void *store, uint32_t server, enum store_kind kind, const char *name,
		  uint32_t first_index, struct store_object *out, bool *found);

/* Brings back events and active alarms, into a ring and alarms that have none yet. Returns the
 * sequence number of the last event dealt with (snap_hub_sent()). */
uint32_t keeper_load_alarms(struct keeper *keeper, struct moment now);
/* The highest alarm id ever used, by which alarms_new() begins. */
uint32_t keeper_last_alarm(struct store *store);

/* actions_position_fn over a store, which is the context. */
int64_t keeper_action_position(void *store, const char *name);

/* Brings back what is known of servers and sources that the model was given since the last call:
 * counters, and the objects that were active within row-retention. What bounced of an object that
 * comes back later is brought back with it. */
void keeper_load_model(struct keeper *keeper, struct moment now);

/* Drops what windows have outlived: to be called every minute. */
void keeper_trim(struct keeper *keeper, struct moment now);

/*
 * Makes durable what differs from the store, all of it or nothing; sent is the last event dealt
 * with. Returns 0, or -1: then nothing was saved, and everything will be the next time. A store
 * that had to be begun anew is filled at once.
 */
int keeper_save(struct keeper *keeper, uint32_t sent);

#endif
