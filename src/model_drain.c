/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How fast queues drain: by the levels of polls that follow each other, and by deliveries; and
 * which are stuck. A failed poll is no level; where too many fail, the measurement begins anew.
 */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "model_object.h"
#include "model_wait.h"

/* Reach of the levels, and the time between two of them that are kept. */
#define REACH_MS 600000
#define STEP_MS (REACH_MS / (WAIT_LEVELS - 1))
#define HOUR_MS 3600000

static void
level_add(struct model_wait *wait, int64_t mono, uint32_t recipients)
{
	struct wait_level *levels = wait->levels;
	const uint32_t at = (uint32_t)mono;

	if (wait->level_count > 0 && at - levels[wait->level_count - 1].at_ms < STEP_MS)
		return;
	/* The oldest may go once the next one reaches far enough. */
	while (wait->level_count > 1 &&
	       (at - levels[1].at_ms >= REACH_MS || wait->level_count == WAIT_LEVELS)) {
		wait->level_count--;
		memmove(levels, levels + 1, wait->level_count * sizeof *levels);
	}
	levels[wait->level_count++] = (struct wait_level){at, recipients};
}

void
model_drain_seen(const struct model_server *server, struct model_object *queue, uint32_t recipients,
		 struct moment now)
{
	struct model_wait *wait = queue->wait;

	/* An empty queue has nothing to drain: what comes into it begins anew. */
	if (!model_wait_follows(server, queue, now) || recipients == 0 || recipients == SNAP_NONE32)
		wait->level_count = 0;
	if (recipients == 0)
		return;
	if (recipients != SNAP_NONE32)
		level_add(wait, now.mono_ms, recipients);
}

/* Milliseconds over which levels must have been seen before they tell a rate: two polls, or one
 * where they are far apart. A tenth less: polls are not exactly on time. */
static double
least_span(const struct model_server *server)
{
	const double polls = 2.0 * server->model->conf->list_interval_ms;

	return 0.9 * (polls < REACH_MS ? polls : REACH_MS);
}

static int32_t
rate_of(double rate)
{
	return rate >= INT32_MAX    ? INT32_MAX
	       : rate <= -INT32_MAX ? -INT32_MAX
				    : (int32_t)lround(rate);
}

static uint32_t
deliveries_of(const struct model_server *server, const struct model_object *queue, int64_t asof)
{
	if (!server->has_accounting)
		return SNAP_NONE32;
	return model_level_of((doc_number)window_sum_count(queue->window,
							   model_window_shape(STORE_QUEUE), asof,
							   600, WINDOW_DELIVERED) *
			      6);
}

struct snap_drain
model_drain(const struct model_server *server, const struct model_object *queue, struct moment now)
{
	const struct model_list *list = &server->list[DOC_QUEUES];
	const struct model_wait *wait = queue->wait;
	struct snap_drain drain = {
		.rate = SNAP_NONE_RATE,
		.deliveries = deliveries_of(server, queue, model_window_time(server, now)),
		.time = SNAP_NONE32,
	};
	double span, fell;

	if (wait == NULL || wait->level_count == 0 || !model_listed(server, queue, now))
		return drain;
	span = (uint32_t)list->good_mono - wait->levels[0].at_ms;
	if (span < least_span(server) || queue->recipients == SNAP_NONE32)
		return drain;
	fell = (double)wait->levels[0].recipients - queue->recipients;
	drain.rate = rate_of(fell * HOUR_MS / span);
	if (fell > 0 && queue->recipients > 0)
		drain.time = model_level_of(queue->recipients / fell * span / 1000);
	return drain;
}

/* TruthValue: waits since stuck-age, by what failed lately; else by how long it was not empty. */
static uint8_t
is_old(const struct model_server *server, struct snap_ages ages)
{
	const uint32_t limit = server->model->conf->stuck_age_s;
	const uint32_t age = ages.estimate != SNAP_NONE32 ? ages.estimate : ages.bound;

	return age == SNAP_NONE32 ? 0 : age >= limit ? 1 : 2;
}

/* TruthValue: neither does the level fall nor is so much delivered that what waits would be gone in
 * stuck-drain-time. */
static uint8_t
is_standing(const struct model_server *server, uint32_t recipients, struct snap_drain drain)
{
	const double least = recipients * 3600.0 / server->model->conf->stuck_drain_s;

	if (drain.rate != SNAP_NONE_RATE && drain.rate >= least)
		return 2;
	if (drain.deliveries != SNAP_NONE32 && drain.deliveries >= least)
		return 2;
	return drain.rate != SNAP_NONE_RATE ? 1 : 0;
}

/* The same of a queue that is large, and how large if it is: what is too small is not stuck, and a
 * cut list may tell that too. */
static uint8_t
is_large(const struct model_server *server, const struct model_object *queue, uint32_t *level,
	 struct moment now)
{
	const uint32_t limit = server->model->conf->stuck_recipients;

	*level = model_level(server, queue, queue->recipients, now);
	if (*level == SNAP_NONE32)
		return model_level_most(server, queue, now) < limit ? 2 : 0;
	return *level < limit ? 2 : 1;
}

/* Of a queue that is large, and is old or may be. */
static uint8_t
verdict(const struct model_server *server, uint32_t level, uint8_t old, struct snap_drain drain)
{
	const uint8_t standing = is_standing(server, level, drain);

	if (standing == 2)
		return 2;
	return old == 1 && standing == 1 ? 1 : 0;
}

uint8_t
model_stuck_by(const struct model_server *server, const struct model_object *queue,
	       struct snap_ages ages, struct snap_drain drain, struct moment now)
{
	uint32_t level;
	const uint8_t large = is_large(server, queue, &level, now), old = is_old(server, ages);

	if (large != 1)
		return large;
	return old == 2 ? 2 : verdict(server, level, old, drain);
}

uint8_t
model_stuck(const struct model_server *server, const struct model_object *queue, struct moment now)
{
	uint32_t level;
	const uint8_t large = is_large(server, queue, &level, now);
	uint8_t old;

	if (large != 1)
		return large;
	old = is_old(server, model_ages(server, queue, now));
	/* What is young is not stuck: how it drains need not be worked out. */
	return old == 2 ? 2 : verdict(server, level, old, model_drain(server, queue, now));
}
