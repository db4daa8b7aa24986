/* SPDX-License-Identifier: BSD-2-Clause */
/* The collector's side: what there is to be told. */
#include "action.h"

#include <stdlib.h>
#include <string.h>

#include "action_private.h"
#include "conf_action.h"
#include "log.h"
#include "thread.h"

struct actions *
actions_new(actions_done_fn done, void *ctx)
{
	struct actions *actions = calloc(1, sizeof *actions);

	if (actions == NULL)
		return NULL;
	actions->multi = curl_multi_init();
	if (actions->multi == NULL) {
		free(actions);
		return NULL;
	}
	pthread_mutex_init(&actions->lock, NULL);
	actions->done = done;
	actions->ctx = ctx;
	return actions;
}

void
actions_stop(struct actions *actions)
{
	if (actions == NULL || !actions->running)
		return;
	pthread_mutex_lock(&actions->lock);
	actions->stopping = true;
	pthread_mutex_unlock(&actions->lock);
	curl_multi_wakeup(actions->multi);
	pthread_join(actions->thread, NULL);
	actions->running = false;
}

void
actions_free(struct actions *actions)
{
	if (actions == NULL)
		return;
	actions_stop(actions);
	for (uint32_t i = 0; i < actions->count; i++)
		action_worker_free(actions->workers[i]);
	curl_multi_cleanup(actions->multi);
	pthread_mutex_destroy(&actions->lock);
	free(actions);
}

static const struct conf_action *
newest_conf(const struct worker *worker)
{
	return worker->next != NULL ? worker->next : worker->conf;
}

static struct worker *
worker_named(const struct actions *actions, const char *name)
{
	for (uint32_t i = 0; i < actions->count; i++) {
		if (strcmp(actions->workers[i]->conf->name, name) == 0)
			return actions->workers[i];
	}
	return NULL;
}

/* Takes over one section, which is copied. Lock held. 0 or -1. */
static int
configure_one(struct actions *actions, const struct conf_action *section, uint32_t done)
{
	struct worker *worker = worker_named(actions, section->name);
	struct conf_action *copy = conf_action_copy(section);

	if (copy == NULL)
		return -1;
	if (worker != NULL) {
		conf_action_free(worker->next);
		worker->next = copy;
		worker->removed = false;
		return 0;
	}
	worker = actions->count < WORKERS_MAX ? calloc(1, sizeof *worker) : NULL;
	if (worker == NULL) {
		conf_action_free(copy);
		return -1;
	}
	worker->conf = copy;
	action_queue_init(&worker->queue, done);
	actions->workers[actions->count++] = worker;
	return 0;
}

int
actions_configure(struct actions *actions, const struct conf *conf, const struct event_ring *ring,
		  actions_position_fn position, void *ctx)
{
	int result = 0;
	bool needed;

	pthread_mutex_lock(&actions->lock);
	for (uint32_t i = 0; i < actions->count; i++)
		actions->workers[i]->removed = true;
	for (size_t i = 0; i < conf->action_count; i++) {
		const int64_t saved = position(ctx, conf->actions[i].name);
		const uint32_t last = event_ring_last(ring);

		/* A store that was begun anew counts from one again. */
		result |= configure_one(actions, &conf->actions[i],
					saved < 0 || saved > last ? last : (uint32_t)saved);
	}
	needed = actions->count > 0 && !actions->running;
	pthread_mutex_unlock(&actions->lock);
	if (needed) {
		if (thread_start(&actions->thread, actions_run, actions) != 0)
			return -1;
		actions->running = true;
	}
	curl_multi_wakeup(actions->multi);
	return result;
}

/* Lock held. */
static void
offer(struct actions *actions, struct worker *worker, const struct event_ring *ring, uint32_t at)
{
	const struct conf_action *conf = newest_conf(worker);
	const struct snap_event *event = event_ring_at(ring, at);

	if (worker->removed || event->key <= worker->queue.offered)
		return;
	worker->queue.offered = event->key;
	if (!action_wants(conf, ring, at) || action_queue_add(&worker->queue, event))
		return;
	actions->failed++;
	log_error("action", "%s: too many events wait: %llu were given up so far", conf->name,
		  (unsigned long long)worker->queue.dropped);
}

void
actions_offer(struct actions *actions, const struct event_ring *ring)
{
	const uint32_t count = event_ring_count(ring), last = event_ring_last(ring);
	uint32_t oldest = last;

	pthread_mutex_lock(&actions->lock);
	for (uint32_t w = 0; w < actions->count; w++) {
		if (!actions->workers[w]->removed && actions->workers[w]->queue.offered < oldest)
			oldest = actions->workers[w]->queue.offered;
	}
	for (uint32_t i = 0; oldest < last && i < count; i++) {
		for (uint32_t w = 0; event_ring_at(ring, i)->key > oldest && w < actions->count;
		     w++)
			offer(actions, actions->workers[w], ring, i);
	}
	pthread_mutex_unlock(&actions->lock);
	if (oldest < last)
		curl_multi_wakeup(actions->multi);
}

void
actions_each(struct actions *actions, actions_each_fn fn, void *ctx)
{
	pthread_mutex_lock(&actions->lock);
	for (uint32_t i = 0; i < actions->count; i++)
		fn(ctx, actions->workers[i]->conf->name,
		   action_queue_position(&actions->workers[i]->queue));
	pthread_mutex_unlock(&actions->lock);
}

void
actions_counts(struct actions *actions, uint64_t *run, uint64_t *failed)
{
	pthread_mutex_lock(&actions->lock);
	*run = actions->run;
	*failed = actions->failed;
	pthread_mutex_unlock(&actions->lock);
}
