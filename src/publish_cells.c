/* SPDX-License-Identifier: BSD-2-Clause */
/* Which cells of an object's row a field is one of. */
#include "publish_rows.h"

/* A run of fields: the first of them, the end of the last, and their cells. */
struct run {
	size_t from, to;
	unsigned cells;
};

#define FROM(type, first, last, cells_)                                                      \
	{                                                                                    \
		offsetof(struct type, first),                                                \
			offsetof(struct type, last) + sizeof((struct type *)0)->last, cells_ \
	}

static const struct run queue[] = {
	FROM(snap_queue, recipients, wait_reason, PUBLISH_LEVELS),
	FROM(snap_queue, stuck, stuck, PUBLISH_STUCK),
	FROM(snap_queue, next_retry, next_retry, PUBLISH_LEVELS),
	FROM(snap_queue, reply_code, reply_code, PUBLISH_LEVELS),
	FROM(snap_queue, ages, ages, PUBLISH_AGES),
	FROM(snap_queue, drain, drain, PUBLISH_DRAIN),
	FROM(snap_queue, reason, reason, PUBLISH_REASON),
	FROM(snap_queue, totals, last_delivery, PUBLISH_TOTALS),
};

static const struct run vmta[] = {
	FROM(snap_vmta, recipients, queues_stuck, PUBLISH_LEVELS),
	FROM(snap_vmta, ages, ages, PUBLISH_AGES),
	FROM(snap_vmta, reason, reason, PUBLISH_REASON),
	FROM(snap_vmta, delivery_share, fairness, PUBLISH_SHARES),
	FROM(snap_vmta, totals, last_delivery, PUBLISH_TOTALS),
};

static const struct run provider[] = {
	FROM(snap_provider, recipients, queues_stuck, PUBLISH_LEVELS),
	FROM(snap_provider, totals, throttled, PUBLISH_TOTALS),
	FROM(snap_provider, ages, ages, PUBLISH_AGES),
	FROM(snap_provider, reason, reason, PUBLISH_REASON),
	FROM(snap_provider, last_delivery, last_delivery, PUBLISH_TOTALS),
};

static const struct run window[] = {
	FROM(snap_window, latency_mean_ms, latency_max, PUBLISH_LATENCY),
};

static unsigned
find(const struct run *runs, size_t count, size_t offset)
{
	for (size_t i = 0; i < count; i++) {
		if (offset >= runs[i].from && offset < runs[i].to)
			return runs[i].cells;
	}
	return PUBLISH_TEXTS;
}

unsigned
publish_cells_at(enum snap_table table, size_t offset)
{
	switch (table) {
	case SNAP_QUEUE:
		return find(queue, sizeof queue / sizeof queue[0], offset);
	case SNAP_VMTA:
		return find(vmta, sizeof vmta / sizeof vmta[0], offset);
	case SNAP_PROVIDER:
		return find(provider, sizeof provider / sizeof provider[0], offset);
	case SNAP_SERVER_WINDOW:
	case SNAP_VMTA_WINDOW:
	case SNAP_QUEUE_WINDOW:
	case SNAP_PROVIDER_WINDOW:
	case SNAP_CLASS_WINDOW:
		return find(window, sizeof window / sizeof window[0], offset);
	default:
		return PUBLISH_ALL;
	}
}
