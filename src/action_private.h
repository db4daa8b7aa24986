/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * action_private.h - what the two sides of actions share: the collector, which hands events over
 * (action.c), and the thread, which tells them (action_worker.c).
 */
#ifndef PMTA_ACTION_PRIVATE_H
#define PMTA_ACTION_PRIVATE_H

#include <pthread.h>

#include "action.h"
#include "action_exec.h"
#include "action_queue.h"
#include "action_webhook.h"

/* Sections of the configuration, and those of former ones that are still at work. */
#define WORKERS_MAX 64

/* One action. The thread alone touches what is at work; the lock is for the rest. */
struct worker {
	struct conf_action *conf; /* the thread's */
	struct conf_action *next; /* of a new configuration, or NULL */
	bool removed;		  /* the configuration has it no more */
	struct action_queue queue;
	/* The event at work, NULL none. Between two attempts neither of the two is there. */
	struct action_event *event;
	struct action_exec *exec;
	struct action_webhook *webhook;
	uint32_t attempts;
	int64_t retry_at; /* monotonic ms */
};

struct actions {
	pthread_mutex_t lock;
	pthread_t thread;
	bool running, stopping;
	CURLM *multi;
	struct worker *workers[WORKERS_MAX];
	uint32_t count;
	uint64_t run, failed;
	actions_done_fn done;
	void *ctx;
};

/* The thread, until it is told to stop. */
void *actions_run(void *actions);

/* Frees an action; what it has under way is broken off. */
void action_worker_free(struct worker *worker);

#endif
