/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * publish.h - makes snapshots of the model: rebuilds the parts that changed and shares the rest.
 */
#ifndef PMTA_PUBLISH_H
#define PMTA_PUBLISH_H

#include "alarm.h"
#include "event_ring.h"
#include "model.h"
#include "snapshot.h"

struct publisher;

/* A publisher for this hub, which must outlive it. NULL without memory. */
struct publisher *publisher_new(struct snap_hub *hub);
void publisher_free(struct publisher *publisher);

/* Shows these alarms and their rules, too; they must outlive it. */
void publisher_set_alarms(struct publisher *publisher, const struct alarms *alarms);

/* The next snapshots say that they are the last ones. */
void publisher_say_goodbye(struct publisher *publisher);

/* Takes what the scalars tell of actions (action.h). */
void publisher_set_actions(struct publisher *publisher, uint64_t run, uint64_t failed);

/* Publishes a snapshot if anything changed since the last one. A part that was costly to build is
 * rebuilt the more seldom, so that building takes a twentieth of the thread's time at most; events
 * never wait. While it rebuilds large parts it publishes in between, with the events of before, so
 * that what they replace is let go of; after a reload only at its end. Without memory the last
 * snapshot stays. Returns milliseconds until it should be called again for something left over, or
 * -1 if nothing is. Collector thread only. */
int publisher_run(struct publisher *publisher, struct model *model, struct event_ring *ring,
		  uint32_t epoch, struct moment now);

#endif
