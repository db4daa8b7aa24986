/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.h - what happened to an object lately: sums over the last minute, hour or day that slide
 * along with the time.
 *
 * Definition. Events are filed in slots by the time of their record (timeLogged, UTC seconds), in
 * whatever order they come. A slot is ten seconds or a minute long and begins at a multiple of that
 * since 1970. The window of S seconds as of the time T is,
 *  - up to 600 seconds: the ten-second slot that T lies in, and the S/10 - 1 before it;
 *  - longer, and always in a shape without fine slots: the minute that T lies in, and the S/60 - 1
 *    before it.
 * So the newest slot of a window may not be over yet, and a window never holds less than S seconds
 * minus one slot. What lies in later slots is kept, but not summed until T reaches it.
 *
 * An object without events has a NULL pointer for its window; the first event makes one, and
 * window_trim() takes it away when the last has grown old. Times to end a window at are passed in:
 * "as of" is the wall clock in UTC seconds. If the clock steps back, minutes that were merged
 * already count as if all had happened in their first ten seconds.
 *
 * The store has a row for each stretch of time in which something happened, with all slots in it: a
 * minute of the shapes with fine slots, whose few objects are busy, and two hours of those without,
 * of which there may be very many. A slot that differs from the store is dirty:
 * window_each_dirty() hands out the rows that have such slots, and window_clean() is called once
 * they are durable. Pure but for memory; one thread.
 */
#ifndef PMTA_WINDOW_H
#define PMTA_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "latency.h"

/* What is counted. The order is that of the store's rows: new ones go to the end. */
enum window_count {
	WINDOW_RECEIVED,   /* recipients received */
	WINDOW_DELIVERED,  /* recipients delivered */
	WINDOW_BOUNCED,	   /* recipients failed for good */
	WINDOW_DEFERRED,   /* failed attempts of recipients that stay queued */
	WINDOW_THROTTLED,  /* deferrals by which a provider asks to send less */
	WINDOW_COMPLAINTS, /* feedback reports */
	WINDOW_ATTEMPTS,   /* what deferrals and bounces are a share of */
	WINDOW_HARD,	   /* of WINDOW_BOUNCED, those of a hard class (bounce_class.h) */
	WINDOW_COUNTS
};

/* What one record adds. Zeroed, it adds nothing. */
struct window_event {
	uint32_t count[WINDOW_COUNTS];
	uint64_t bytes;	 /* delivered */
	int64_t latency; /* seconds, of one delivery; negative counts as 0; only if timed */
	bool timed;
};

/* Which slots a kind of object keeps. */
struct window_shape {
	uint32_t horizon; /* seconds of the longest window: whole minutes, 600 to 604800 */
	bool fine;	  /* ten-second slots for the last 600 seconds, else minutes only */
};

/* The sums of a window. */
struct window_sum {
	uint64_t count[WINDOW_COUNTS];
	uint64_t bytes;
	struct latency latency;
};

enum window_result {
	WINDOW_OK,
	WINDOW_TOO_OLD,	  /* before the horizon: ignored */
	WINDOW_TOO_NEW,	  /* after the year 2300, no time of a record: ignored */
	WINDOW_MALFORMED, /* a row that window_each_dirty() did not make: ignored */
	WINDOW_NO_MEMORY  /* ignored */
};

struct window;

/*
 * Adds an event whose record is of the time `when`; too old is what the longest window as of asof
 * does not reach. O(1) for the newest slot, O(log n) for another; to make one between others moves
 * the later ones. A window holds at most twice the slots that its shape needs: records of still
 * more later times, as from a PowerMTA whose clock is ahead, push out the oldest.
 */
enum window_result window_add(struct window **window, const struct window_shape *shape,
			      int64_t asof, int64_t when, const struct window_event *event);

/* True if windows of so many seconds can be summed: a multiple of 10 up to 600 with fine slots,
 * else of 60 from 600 on, up to the horizon. */
bool window_answers(const struct window_shape *shape, uint32_t seconds);

/* Sums the window of so many seconds as of asof. O(slots in it). Returns 0, or -1 with zero sums
 * for a length that the shape does not answer. */
int window_sum(const struct window *window, const struct window_shape *shape, int64_t asof,
	       uint32_t seconds, struct window_sum *out);

/* The same without latencies, which stay empty: they lie apart, and of very many windows it costs
 * as much to fetch them as all else. */
int window_sum_counts(const struct window *window, const struct window_shape *shape, int64_t asof,
		      uint32_t seconds, struct window_sum *out);

/* One of the counts that window_sum() would give, 0 for a length that the shape does not answer.
 * For the windows of many objects: costs the slots of the window and those that are newer. */
uint64_t window_sum_count(const struct window *window, const struct window_shape *shape,
			  int64_t asof, uint32_t seconds, enum window_count which);

/* Drops what is older than the horizon, merges fine slots older than 600 seconds into minutes, and
 * frees an empty window. To be called every few minutes, even for objects without events. Without
 * memory merging waits for the next call. */
void window_trim(struct window **window, const struct window_shape *shape, int64_t asof);

/* Frees a window. */
void window_free(struct window **window);

/* The time of the oldest row that reaches into the horizon: the store drops rows before it by
 * itself, they are not handed out one by one. */
int64_t window_oldest(const struct window_shape *shape, int64_t asof);

/* Seconds that a row covers; its time is a multiple of them. */
uint32_t window_row_seconds(const struct window_shape *shape);

/* Takes one row for the store: puts its bytes, never none, under this time in place of those there.
 * Nonzero stops. */
typedef int (*window_row_fn)(void *ctx, int64_t when, const uint8_t *bytes, size_t len);

/* Hands out the rows that differ from the store, newest first; to be saved in one transaction.
 * Returns 0, or what fn returned. The window may be NULL. */
int window_each_dirty(const struct window *window, const struct window_shape *shape,
		      window_row_fn fn, void *ctx);

/* True if there is such a row. */
bool window_is_dirty(const struct window *window);

/* All that was handed out is durable. If the transaction failed this is not called, and the next
 * one has the same rows again. The window may be NULL. */
void window_clean(struct window *window);

/* The store was begun anew: all rows must be saved again. The window may be NULL. */
void window_unsave(struct window *window);

/* Puts back a row of the store, which is added to what its slots have already. Each row once, when
 * the daemon starts. A row that was saved in another way - under another shape, or by a version
 * that gave each slot a row - makes its slots dirty: they are to be saved anew, in one transaction
 * with the deletion of the rows whose times are no multiple of window_row_seconds(). */
enum window_result window_restore(struct window **window, const struct window_shape *shape,
				  int64_t asof, int64_t when, const uint8_t *bytes, size_t len);

#endif
