/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event_ring.h - the last events, oldest first: rows of pmtaEventTable, and each one a
 * notification.
 */
#ifndef PMTA_EVENT_RING_H
#define PMTA_EVENT_RING_H

#include <stdint.h>

#include "snapshot.h"

/* Events kept. */
#define EVENT_RING_SIZE 1000

struct event_ring;

/* An empty ring, or NULL without memory. */
struct event_ring *event_ring_new(void);
void event_ring_free(struct event_ring *ring);

/* Puts in an event of an earlier run, with the sequence number it has. 0, or -1 without memory. */
int event_ring_restore(struct event_ring *ring, const struct snap_event *event);

/* Puts in a new event under the next sequence number (event->key is ignored); texts are cleaned
 * and copied. The oldest falls out of a full ring. Returns the event as it is kept, valid
 * until the ring changes; NULL without memory. */
const struct snap_event *event_ring_add(struct event_ring *ring, const struct snap_event *event);

/* Number of events, and one of them, 0 the oldest. */
uint32_t event_ring_count(const struct event_ring *ring);
const struct snap_event *event_ring_at(const struct event_ring *ring, uint32_t position);

/* Sequence number of the newest event, 0 before the first. */
uint32_t event_ring_last(const struct event_ring *ring);

/* Events added (not restored) so far; and all ever put in, by which a copy is known to be old. */
uint64_t event_ring_raised(const struct event_ring *ring);
uint64_t event_ring_version(const struct event_ring *ring);

#endif
