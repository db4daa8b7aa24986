/* SPDX-License-Identifier: BSD-2-Clause */
#include "relay.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A request looks at the rows of a block or two for each column without a value: some 20 us. */
#define BLOCK_ROWS 1024

struct relay {
	struct snap_hub *hub;
	pthread_t thread;
	bool running;
	int ready_fd;	       /* there is something to take */
	int work_fd;	       /* there is something to free, or it is to end */
	struct survey *newest; /* the relay's thread alone: what the next one is compared with */
	struct survey *taken;  /* the taker's thread alone */
	pthread_mutex_t lock;  /* of all below */
	struct survey *ready;  /* the newest, until it is taken */
	struct survey *used;   /* the one taken before: there are never two to be freed */
	bool ending;
};

static void
raise_fd(int fd)
{
	const uint64_t one = 1;
	const ssize_t written = write(fd, &one, sizeof one);

	/* A full counter is readable, too. */
	(void)written;
}

static void
lower_fd(int fd)
{
	uint64_t count;
	const ssize_t taken = read(fd, &count, sizeof count);

	(void)taken;
}

/* Makes a survey the one to take. What it replaces is freed, if nobody took that. */
static void
offer(struct relay *relay, struct survey *survey)
{
	struct survey *missed, *used;

	pthread_mutex_lock(&relay->lock);
	missed = relay->ready;
	used = relay->used;
	relay->ready = survey;
	relay->used = NULL;
	raise_fd(relay->ready_fd);
	pthread_mutex_unlock(&relay->lock);
	relay->newest = survey;
	survey_free(missed);
	survey_free(used);
}

/* The hub may wake us again for what we have: it publishes first. */
static bool
is_news(const struct relay *relay, const struct snapshot *snap)
{
	return snap && (!relay->newest || survey_snapshot(relay->newest) != snap);
}

/* Without memory the last survey stays. */
static void
take_up(struct relay *relay)
{
	struct survey_options options = {.block = BLOCK_ROWS};
	struct snapshot *snap = snap_hub_get(relay->hub);
	struct survey *survey = NULL;

	options.tables = mib_tables(&options.count);
	if (is_news(relay, snap))
		survey = survey_new(snap, relay->newest, &options);
	if (survey)
		offer(relay, survey);
	else
		snapshot_unref(snap);
}

/* Frees what is not needed any more. Returns false at the end. */
static bool
tidy_up(struct relay *relay)
{
	struct survey *used;
	bool ending;

	pthread_mutex_lock(&relay->lock);
	used = relay->used;
	relay->used = NULL;
	ending = relay->ending;
	pthread_mutex_unlock(&relay->lock);
	survey_free(used);
	return !ending;
}

static void *
run(void *ctx)
{
	struct relay *relay = ctx;
	struct pollfd fds[] = {{.fd = snap_hub_fd(relay->hub), .events = POLLIN},
			       {.fd = relay->work_fd, .events = POLLIN}};

	while (tidy_up(relay)) {
		/* Interrupted or not: what is not there is not found. */
		(void)poll(fds, 2, -1);
		if (fds[1].revents)
			lower_fd(relay->work_fd);
		if (fds[0].revents) {
			snap_hub_drain(relay->hub);
			take_up(relay);
		}
	}
	return NULL;
}

struct relay *
relay_new(struct snap_hub *hub, relay_start_fn start)
{
	struct relay *relay = calloc(1, sizeof *relay);

	if (!relay)
		return NULL;
	relay->hub = hub;
	pthread_mutex_init(&relay->lock, NULL);
	relay->ready_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	relay->work_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	relay->running = relay->ready_fd >= 0 && relay->work_fd >= 0 &&
			 start(&relay->thread, run, relay) == 0;
	if (relay->running)
		return relay;
	relay_free(relay);
	return NULL;
}

void
relay_free(struct relay *relay)
{
	if (!relay)
		return;
	if (relay->running) {
		pthread_mutex_lock(&relay->lock);
		relay->ending = true;
		pthread_mutex_unlock(&relay->lock);
		raise_fd(relay->work_fd);
		pthread_join(relay->thread, NULL);
	}
	survey_free(relay->ready);
	survey_free(relay->used);
	survey_free(relay->taken);
	if (relay->ready_fd >= 0)
		close(relay->ready_fd);
	if (relay->work_fd >= 0)
		close(relay->work_fd);
	pthread_mutex_destroy(&relay->lock);
	free(relay);
}

int
relay_fd(const struct relay *relay)
{
	return relay->ready_fd;
}

const struct survey *
relay_take(struct relay *relay)
{
	struct survey *survey;

	pthread_mutex_lock(&relay->lock);
	lower_fd(relay->ready_fd);
	survey = relay->ready;
	if (survey) {
		relay->ready = NULL;
		relay->used = relay->taken;
	}
	pthread_mutex_unlock(&relay->lock);
	if (!survey)
		return NULL;
	relay->taken = survey;
	raise_fd(relay->work_fd);
	return survey;
}
