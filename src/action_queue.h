/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * action_queue.h - one action with the events that wait for it, for action.c only: in which order,
 * how fast, and what makes room. Pure but for memory.
 */
#ifndef PMTA_ACTION_QUEUE_H
#define PMTA_ACTION_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "conf_action.h"
#include "text.h"

/* An event that waits, with its texts. */
struct action_event {
	STAILQ_ENTRY(action_event) next;
	struct snap_event event;
	char agent_name[TEXT_MAX], server_name[TEXT_MAX], object_name[TEXT_MAX];
	char metric[TEXT_MAX], text[TEXT_MAX];
};

struct action_queue {
	STAILQ_HEAD(, action_event) events;
	uint32_t count;
	uint32_t offered;  /* sequence number of the newest event looked at */
	uint32_t working;  /* of the one that was taken, 0 none */
	double tokens;	   /* events that may be taken now */
	int64_t filled_at; /* monotonic ms */
	uint64_t dropped;  /* events that made room */
};

/* An empty queue of an action that has dealt with all events up to this one. */
void action_queue_init(struct action_queue *queue, uint32_t done);
void action_queue_clear(struct action_queue *queue);

/* Adds a copy of an event. Another of the same alarm that waits is taken out. Returns false if an
 * event was lost: there is no memory, or too many wait and the oldest made room. */
bool action_queue_add(struct action_queue *queue, const struct snap_event *event);

/* Takes the next event if there is one and the rate (events a minute) allows it; it is the
 * caller's to free, after action_queue_done(). Else NULL, and *due is when to ask again (monotonic
 * ms), or INT64_MAX. */
struct action_event *action_queue_take(struct action_queue *queue, uint32_t rate, int64_t now,
				       int64_t *due);
void action_queue_done(struct action_queue *queue);

/* The sequence number up to which all was dealt with. */
uint32_t action_queue_position(const struct action_queue *queue);

#endif
