/* SPDX-License-Identifier: BSD-2-Clause */
/* The thread: takes events out of the queues and tells them. */
#include <stdlib.h>

#include "action_private.h"
#include "log.h"
#include "moment.h"

#define STOP_MS 2000
#define IDLE_MS 60000
/* Until a request is tried again: twice as long each time. */
#define BACKOFF_MS 1000
#define BACKOFF_MAX_MS 60000

static int64_t
clock_ms(void)
{
	return moment_now().mono_ms;
}

void
action_worker_free(struct worker *worker)
{
	action_exec_free(worker->exec);
	action_webhook_free(worker->webhook);
	action_queue_clear(&worker->queue);
	free(worker->event);
	conf_action_free(worker->conf);
	conf_action_free(worker->next);
	free(worker);
}

/* The event is dealt with, well or not. */
static void
finish(struct actions *actions, struct worker *worker, bool ok)
{
	pthread_mutex_lock(&actions->lock);
	action_queue_done(&worker->queue);
	if (ok)
		actions->run++;
	else
		actions->failed++;
	pthread_mutex_unlock(&actions->lock);
	free(worker->event);
	worker->event = NULL;
	actions->done(actions->ctx);
}

static int64_t
backoff_of(uint32_t attempts)
{
	const int64_t wait = attempts < 7 ? (int64_t)BACKOFF_MS << (attempts - 1) : BACKOFF_MAX_MS;

	return wait < BACKOFF_MAX_MS ? wait : BACKOFF_MAX_MS;
}

/* An attempt came to its end. */
static void
conclude(struct actions *actions, struct worker *worker, const struct action_outcome *outcome,
	 int64_t now)
{
	const char *name = worker->conf->name;
	const uint32_t sequence = worker->event->event.key;

	if (outcome->ok) {
		log_info("action", "%s: event %u was told", name, sequence);
	} else if (outcome->retry && worker->attempts <= worker->conf->retries) {
		worker->retry_at = now + backoff_of(worker->attempts);
		log_warning("action", "%s: event %u: %s; tried again in %lld s", name, sequence,
			    outcome->error, (long long)(worker->retry_at - now) / 1000);
		return;
	} else {
		log_error("action", "%s: event %u could not be told: %s", name, sequence,
			  outcome->error);
	}
	finish(actions, worker, outcome->ok);
}

static void
attempt(struct actions *actions, struct worker *worker, int64_t now)
{
	const struct conf_action *conf = worker->conf;
	const struct snap_event *event = &worker->event->event;
	struct action_outcome outcome;

	worker->attempts++;
	if (conf->exec_count > 0)
		worker->exec = action_exec_start(conf, event, now, &outcome);
	else
		worker->webhook = action_webhook_start(actions->multi, conf, event, &outcome);
	if (worker->exec == NULL && worker->webhook == NULL)
		conclude(actions, worker, &outcome, now);
}

/* Looks whether an attempt is over. */
static void
step(struct actions *actions, struct worker *worker, int64_t now)
{
	struct action_outcome outcome;

	if (worker->exec != NULL && action_exec_step(worker->exec, now, &outcome)) {
		action_exec_free(worker->exec);
		worker->exec = NULL;
	} else if (worker->webhook != NULL && action_webhook_over(worker->webhook, &outcome)) {
		action_webhook_free(worker->webhook);
		worker->webhook = NULL;
	} else {
		return;
	}
	conclude(actions, worker, &outcome, now);
}

/* Gives an idle worker its next event. Returns when to look again. Lock held. */
static int64_t
assign(struct worker *worker, int64_t now)
{
	int64_t due;

	if (worker->next != NULL) {
		conf_action_free(worker->conf);
		worker->conf = worker->next;
		worker->next = NULL;
	}
	worker->event = action_queue_take(&worker->queue, worker->conf->rate, now, &due);
	worker->attempts = 0;
	worker->retry_at = now;
	return due;
}

/* Takes the list of workers, without those that are removed and idle, and gives them work. */
static uint32_t
assign_all(struct actions *actions, struct worker *list[WORKERS_MAX], int64_t now, int64_t *due)
{
	uint32_t kept = 0;

	pthread_mutex_lock(&actions->lock);
	for (uint32_t i = 0; i < actions->count; i++) {
		struct worker *worker = actions->workers[i];
		int64_t when = INT64_MAX;

		if (worker->removed && worker->event == NULL) {
			action_worker_free(worker);
			continue;
		}
		if (worker->event == NULL)
			when = assign(worker, now);
		*due = when < *due ? when : *due;
		list[kept] = actions->workers[kept] = worker;
		kept++;
	}
	actions->count = kept;
	pthread_mutex_unlock(&actions->lock);
	return kept;
}

static bool
is_at_work(const struct worker *worker)
{
	return worker->exec != NULL || worker->webhook != NULL;
}

/* Adds the descriptors that a program is waited for by. Returns how many. */
static unsigned
add_waits(const struct worker *worker, struct curl_waitfd *waits)
{
	unsigned count = 0;
	int fds[2];

	if (worker->exec == NULL)
		return 0;
	action_exec_fds(worker->exec, fds);
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0)
			waits[count++] =
				(struct curl_waitfd){.fd = fds[i], .events = CURL_WAIT_POLLIN};
	}
	return count;
}

/* When a worker is to be looked at again: curl itself knows when it is for a request. */
static int64_t
due_of(const struct worker *worker, int64_t now)
{
	if (worker->exec != NULL)
		return action_exec_due(worker->exec);
	if (worker->webhook != NULL)
		return INT64_MAX;
	return worker->event != NULL ? worker->retry_at : now;
}

/* Begins what is due and looks at what is under way. Returns the number of descriptors to wait for;
 * *busy tells whether anything is under way. */
static unsigned
work(struct actions *actions, struct worker **list, uint32_t count, struct curl_waitfd *waits,
     int64_t *due, bool *busy)
{
	unsigned wait_count = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct worker *worker = list[i];
		const int64_t now = clock_ms();
		int64_t when;

		if (worker->event == NULL)
			continue;
		if (is_at_work(worker))
			step(actions, worker, now);
		else if (worker->retry_at <= now)
			attempt(actions, worker, now);
		*busy |= is_at_work(worker);
		wait_count += add_waits(worker, waits + wait_count);
		when = due_of(worker, now);
		*due = when < *due ? when : *due;
	}
	return wait_count;
}

static bool
is_stopping(struct actions *actions)
{
	bool stopping;

	pthread_mutex_lock(&actions->lock);
	stopping = actions->stopping;
	pthread_mutex_unlock(&actions->lock);
	return stopping;
}

/* Lets requests go on. Returns true if one came to its end. */
static bool
drive_requests(struct actions *actions)
{
	bool ended = false;
	CURLMsg *message;
	int running, queued;

	curl_multi_perform(actions->multi, &running);
	while ((message = curl_multi_info_read(actions->multi, &queued)) != NULL) {
		action_webhook_done(message);
		ended = true;
	}
	return ended;
}

static void
wait_for(struct actions *actions, struct curl_waitfd *waits, unsigned count, int64_t due)
{
	const int64_t left = due - clock_ms();

	/* What has ended by now would not end any wait. */
	if (drive_requests(actions))
		return;
	curl_multi_poll(actions->multi, waits, count,
			left < 0	 ? 0
			: left < IDLE_MS ? (int)left
					 : IDLE_MS,
			NULL);
	drive_requests(actions);
}

void *
actions_run(void *ctx)
{
	struct actions *actions = ctx;
	struct worker *list[WORKERS_MAX];
	struct curl_waitfd waits[2 * WORKERS_MAX];
	int64_t deadline = INT64_MAX;

	for (;;) {
		int64_t due = INT64_MAX;
		bool busy = false;
		const uint32_t count = assign_all(actions, list, clock_ms(), &due);
		const unsigned wait_count = work(actions, list, count, waits, &due, &busy);

		if (is_stopping(actions)) {
			if (deadline == INT64_MAX)
				deadline = clock_ms() + STOP_MS;
			if ((!busy && due > clock_ms()) || clock_ms() >= deadline)
				return NULL;
			due = due < deadline ? due : deadline;
		}
		wait_for(actions, waits, wait_count, due);
	}
}
