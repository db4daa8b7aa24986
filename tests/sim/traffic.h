/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * traffic.h - moves the simulated world by a second: mail comes in, is tried, delivered, deferred,
 * refused.
 */
#ifndef PMTA_SIM_TRAFFIC_H
#define PMTA_SIM_TRAFFIC_H

#include "world.h"

/* One second of traffic; world->now has been moved already. */
void traffic_tick(struct world *world);

/* Recipients, each in a message of its own, that come into a queue at once. */
void traffic_inject(struct world *world, struct queue *queue, uint64_t recipients);

/* Puts a queue into backoff mode and back, as the command "backoff" does. */
void traffic_backoff(struct world *world, struct queue *queue, bool on);

/* pmta delete --queue: whatever waits in the queue is gone. */
void traffic_delete(struct world *world, struct queue *queue);

#endif
