/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event.h - the things that can happen to mail: each is booked and recorded in one place.
 */
#ifndef PMTA_SIM_EVENT_H
#define PMTA_SIM_EVENT_H

#include "world.h"

/* A recipient comes in (r record). first: the first recipient of its message. */
void event_received(struct world *world, struct queue *queue, const struct mail *mail, bool first);

/* A recipient, taken from its ring, leaves as its queue's delivery type says (d). */
void event_delivered(struct world *world, struct queue *queue, const struct mail *mail);

/* It is given up (b). The category may differ from the reply's own. */
void event_bounced(struct world *world, struct queue *queue, const struct mail *mail,
		   const struct reply *reply, size_t category);

/* It leaves without any server's doing, which is a b record like a bounce's: an administrator
 * deleted it; it is in a suppression list. */
void event_deleted(struct world *world, struct queue *queue, const struct mail *mail);
void event_suppressed(struct world *world, struct queue *queue, const struct mail *mail);

/* It has to wait until due (t) and goes to the queue's waiting mail. */
void event_deferred(struct world *world, struct queue *queue, const struct mail *mail,
		    const struct reply *reply, int64_t due);

/* The queue as a whole could not send (tq). */
void event_queue_error(struct world *world, struct queue *queue, const struct reply *reply);

/* Reports by mail about a recipient delivered before: rb, rs, f. */
void event_remote_bounce(struct world *world, const struct mail *mail);
void event_remote_status(struct world *world, const struct mail *mail);
void event_complaint(struct world *world, struct queue *queue, const struct mail *mail);

#endif
