/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notify.h - decides which notification may go out, and when. Pure: knows no library, reads no
 * clock.
 *
 * A bounded queue of event sequence numbers, emptied through a token bucket in batches. At most one
 * unsent notification waits for an alarm: a newer one takes its place. A clear goes out only if the
 * receiver was (or may have been) told of the raise, and a receiver that was told is always sent
 * the clear in preference to anything else, so that it neither sees a clear without a raise nor
 * keeps a raise that is over. Nothing is lost silently: raised = sent + coalesced + dropped +
 * queued, always.
 */
#ifndef PMTA_NOTIFY_H
#define PMTA_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/* Most notifications written before the master has read them all: a burst would block both sides.
 */
#define NOTIFY_BATCH 16

struct notify;

/* What the engine needs to know of an event. */
struct notify_event {
	uint32_t sequence; /* greater than that of every event added before */
	uint32_t alarm_id; /* 0: belongs to no alarm, is never coalesced; new alarms have greater
			      ids */
	bool clears;	   /* ends the alarm */
};

struct notify_counts {
	uint64_t raised, sent, coalesced, dropped;
	uint32_t queued; /* waiting or written, but not confirmed */
};

/* An engine for at most capacity queued notifications, rate a second and burst at once (each taken
 * as at least 1). NULL without memory. */
struct notify *notify_new(uint32_t capacity, unsigned rate, unsigned burst);
void notify_free(struct notify *n);
void notify_set_pacing(struct notify *n, unsigned rate, unsigned burst);

/* Tells of an event dealt with in an earlier run, oldest first, before anything is added: what the
 * receiver knows already. Alarms up to the greatest id recalled are treated as possibly told. */
void notify_recall(struct notify *n, const struct notify_event *event);

/* Takes a new event. When the queue is full the oldest raise is dropped, or else the oldest clear.
 */
void notify_add(struct notify *n, const struct notify_event *event);

/* Counts events as raised and dropped that were never seen: they had left the ring already. */
void notify_add_lost(struct notify *n, uint32_t count);

/* True if a notification may be written now; *sequence gets its number. now_ms is monotonic. */
bool notify_next(struct notify *n, int64_t now_ms, uint32_t *sequence);

/* True if the receiver holds this alarm for raised, or may. */
bool notify_told(const struct notify *n, uint32_t alarm_id);

/* What became of the notification of notify_next(): it was written, or it cannot be sent any more.
 */
void notify_written(struct notify *n);
void notify_drop_next(struct notify *n);

/* What became of all that was written: the master has read it, or the connection ended before that
 * and it is to be sent again. */
void notify_confirm(struct notify *n);
void notify_return(struct notify *n);

/* Notifications written and not confirmed. */
unsigned notify_unconfirmed(const struct notify *n);

/* Milliseconds until the next may be written, 0 for now, -1 if none waits. */
int64_t notify_wait(const struct notify *n, int64_t now_ms);

/* Every event up to this sequence number has been dealt with; 0 if none was seen yet. */
uint32_t notify_done(const struct notify *n);

struct notify_counts notify_counts(const struct notify *n);

#endif
