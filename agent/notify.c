/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Items wait in one list in order of their sequence; the raises among them are in a second list
 * too, because they are the first to be dropped. An alarm has a record while an item of it waits or
 * while the receiver holds it for raised.
 */
#include "notify.h"

#include <stdlib.h>
#include <sys/queue.h>

/* Without memory for a record the alarm is simply treated as one whose history is unknown. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* Alarms that the receiver may hold for raised and that are remembered one by one. */
#define RECORD_MAX 65536
#define TOKEN 1000 /* the bucket counts in thousandths */

struct item {
	struct notify_event event;
	TAILQ_ENTRY(item) order;
	TAILQ_ENTRY(item) among_raises;
};

TAILQ_HEAD(items, item);

struct record {
	uint32_t alarm_id;
	bool told;	      /* the receiver holds the alarm for raised, or may */
	struct item *waiting; /* the one unsent notification of this alarm */
	UT_hash_handle hh;
};

struct notify {
	struct items waiting, raises, written, unused;
	struct item *pool;
	struct record *records;
	uint32_t known_id;	/* alarms up to this id may have been told in an earlier run */
	uint32_t greatest_id;	/* of every event seen */
	uint32_t last_sequence; /* of every event seen */
	unsigned rate, burst, unconfirmed;
	int64_t tokens, refilled_ms;
	bool started; /* the bucket has seen the clock */
	struct notify_counts counts;
};

struct notify *
notify_new(uint32_t capacity, unsigned rate, unsigned burst)
{
	struct notify *n = calloc(1, sizeof *n);

	if (!n)
		return NULL;
	n->pool = calloc(capacity ? capacity : 1, sizeof *n->pool);
	if (!n->pool) {
		free(n);
		return NULL;
	}
	TAILQ_INIT(&n->waiting);
	TAILQ_INIT(&n->raises);
	TAILQ_INIT(&n->written);
	TAILQ_INIT(&n->unused);
	for (uint32_t i = 0; i < (capacity ? capacity : 1); i++)
		TAILQ_INSERT_TAIL(&n->unused, &n->pool[i], order);
	notify_set_pacing(n, rate, burst);
	n->tokens = (int64_t)n->burst * TOKEN;
	return n;
}

void
notify_free(struct notify *n)
{
	struct record *record, *next;

	if (!n)
		return;
	HASH_ITER(hh, n->records, record, next)
	{
		HASH_DEL(n->records, record);
		free(record);
	}
	free(n->pool);
	free(n);
}

void
notify_set_pacing(struct notify *n, unsigned rate, unsigned burst)
{
	n->rate = rate ? rate : 1;
	n->burst = burst ? burst : 1;
}

static struct record *
record_find(const struct notify *n, uint32_t alarm_id)
{
	struct record *record = NULL;

	if (alarm_id)
		HASH_FIND(hh, n->records, &alarm_id, sizeof alarm_id, record);
	return record;
}

/* The record of this alarm, made if there is none. NULL: the alarm cannot be followed. */
static struct record *
record_get(struct notify *n, uint32_t alarm_id)
{
	struct record *record = record_find(n, alarm_id);

	if (record || !alarm_id)
		return record;
	record = HASH_COUNT(n->records) < RECORD_MAX ? calloc(1, sizeof *record) : NULL;
	if (record) {
		record->alarm_id = alarm_id;
		record->told = alarm_id <= n->known_id;
		HASH_ADD(hh, n->records, alarm_id, sizeof alarm_id, record);
		if (record->hh.tbl)
			return record;
		free(record);
	}
	/* A clear of unknown history is sent: better one too many than a raise that stays for ever.
	 */
	if (n->known_id < n->greatest_id)
		n->known_id = n->greatest_id;
	return NULL;
}

static void
record_forget(struct notify *n, struct record *record)
{
	if (record && !record->told && !record->waiting) {
		HASH_DEL(n->records, record);
		free(record);
	}
}

/* Takes an item out of the queue; its alarm has none waiting then. */
static void
item_unlink(struct notify *n, struct item *item)
{
	struct record *record = record_find(n, item->event.alarm_id);

	TAILQ_REMOVE(&n->waiting, item, order);
	if (!item->event.clears)
		TAILQ_REMOVE(&n->raises, item, among_raises);
	if (record && record->waiting == item)
		record->waiting = NULL;
}

static void
item_free(struct notify *n, struct item *item)
{
	TAILQ_INSERT_TAIL(&n->unused, item, order);
	n->counts.queued--;
}

/* Takes an item away for good. If it was a clear, there is nothing left to wait for. */
static void
item_drop(struct notify *n, struct item *item)
{
	struct record *record = record_find(n, item->event.alarm_id);

	item_unlink(n, item);
	if (record && item->event.clears)
		record->told = false;
	record_forget(n, record);
	item_free(n, item);
	n->counts.dropped++;
}

static struct item *
item_new(struct notify *n, const struct notify_event *event)
{
	struct item *item = TAILQ_FIRST(&n->unused);

	if (!item) {
		/* A raise must not push out a clear that somebody waits for. */
		item = TAILQ_FIRST(&n->raises);
		if (!item && event->clears)
			item = TAILQ_FIRST(&n->waiting);
		if (!item)
			return NULL;
		item_drop(n, item);
		item = TAILQ_FIRST(&n->unused);
	}
	TAILQ_REMOVE(&n->unused, item, order);
	n->counts.queued++;
	item->event = *event;
	return item;
}

static void
notify_append(struct notify *n, const struct notify_event *event)
{
	struct item *item = item_new(n, event);
	struct record *record;

	if (!item) {
		n->counts.dropped++;
		record_forget(n, record_find(n, event->alarm_id));
		return;
	}
	TAILQ_INSERT_TAIL(&n->waiting, item, order);
	if (!event->clears)
		TAILQ_INSERT_TAIL(&n->raises, item, among_raises);
	record = record_get(n, event->alarm_id);
	if (record)
		record->waiting = item;
}

static void
notify_see(struct notify *n, const struct notify_event *event)
{
	if (event->sequence > n->last_sequence)
		n->last_sequence = event->sequence;
	if (event->alarm_id > n->greatest_id)
		n->greatest_id = event->alarm_id;
}

void
notify_recall(struct notify *n, const struct notify_event *event)
{
	struct record *record;

	notify_see(n, event);
	if (event->alarm_id > n->known_id)
		n->known_id = event->alarm_id;
	record = event->clears ? record_find(n, event->alarm_id) : record_get(n, event->alarm_id);
	if (!record)
		return;
	record->told = !event->clears;
	record_forget(n, record);
}

bool
notify_told(const struct notify *n, uint32_t alarm_id)
{
	const struct record *record = record_find(n, alarm_id);

	return record ? record->told : alarm_id <= n->known_id;
}

void
notify_add(struct notify *n, const struct notify_event *event)
{
	struct record *record = record_find(n, event->alarm_id);
	bool told = notify_told(n, event->alarm_id);
	struct item *older = record ? record->waiting : NULL;

	notify_see(n, event);
	n->counts.raised++;
	if (older) {
		item_unlink(n, older);
		item_free(n, older);
		n->counts.coalesced++;
	}
	if (event->alarm_id && event->clears && !told) {
		/* Nobody was told of the raise, so nobody needs the clear. */
		n->counts.coalesced++;
		record_forget(n, record);
		return;
	}
	notify_append(n, event);
}

void
notify_add_lost(struct notify *n, uint32_t count)
{
	n->counts.raised += count;
	n->counts.dropped += count;
}

/* Thousandths of a token there are at this moment. */
static int64_t
bucket_level(const struct notify *n, int64_t now_ms)
{
	int64_t full = (int64_t)n->burst * TOKEN;
	int64_t elapsed = n->started && now_ms > n->refilled_ms ? now_ms - n->refilled_ms : 0;

	/* Compared before it is multiplied: a week of sleep must not overflow. */
	if (n->tokens >= full || elapsed > (full - n->tokens) / n->rate)
		return full;
	return n->tokens + elapsed * n->rate;
}

bool
notify_next(struct notify *n, int64_t now_ms, uint32_t *sequence)
{
	const struct item *item = TAILQ_FIRST(&n->waiting);

	n->tokens = bucket_level(n, now_ms);
	n->refilled_ms = now_ms;
	n->started = true;
	if (!item || n->tokens < TOKEN || n->unconfirmed >= NOTIFY_BATCH)
		return false;
	*sequence = item->event.sequence;
	return true;
}

void
notify_written(struct notify *n)
{
	struct item *item = TAILQ_FIRST(&n->waiting);
	struct record *record;

	if (!item)
		return;
	item_unlink(n, item);
	TAILQ_INSERT_TAIL(&n->written, item, order);
	n->unconfirmed++;
	n->tokens -= TOKEN;
	record = record_find(n, item->event.alarm_id);
	if (record) {
		record->told = !item->event.clears;
		record_forget(n, record);
	}
}

void
notify_drop_next(struct notify *n)
{
	struct item *item = TAILQ_FIRST(&n->waiting);

	if (item)
		item_drop(n, item);
}

void
notify_confirm(struct notify *n)
{
	struct item *item;

	while ((item = TAILQ_FIRST(&n->written))) {
		TAILQ_REMOVE(&n->written, item, order);
		item_free(n, item);
		n->counts.sent++;
	}
	n->unconfirmed = 0;
}

/* Puts one written item back in front. It may have arrived all the same: its alarm counts as told.
 */
static void
item_return(struct notify *n, struct item *item)
{
	struct record *record = record_get(n, item->event.alarm_id);

	TAILQ_REMOVE(&n->written, item, order);
	TAILQ_INSERT_HEAD(&n->waiting, item, order);
	if (!item->event.clears)
		TAILQ_INSERT_HEAD(&n->raises, item, among_raises);
	if (!record)
		return;
	record->told = true;
	if (!record->waiting)
		record->waiting = item;
}

void
notify_return(struct notify *n)
{
	struct item *item;

	while ((item = TAILQ_LAST(&n->written, items)))
		item_return(n, item);
	n->unconfirmed = 0;
}

unsigned
notify_unconfirmed(const struct notify *n)
{
	return n->unconfirmed;
}

int64_t
notify_wait(const struct notify *n, int64_t now_ms)
{
	int64_t level = bucket_level(n, now_ms);

	if (TAILQ_EMPTY(&n->waiting))
		return -1;
	if (level >= TOKEN)
		return 0;
	return (TOKEN - level + n->rate - 1) / n->rate;
}

uint32_t
notify_done(const struct notify *n)
{
	const struct item *item = TAILQ_FIRST(&n->written);

	if (!item)
		item = TAILQ_FIRST(&n->waiting);
	return item ? item->event.sequence - 1 : n->last_sequence;
}

struct notify_counts
notify_counts(const struct notify *n)
{
	return n->counts;
}
