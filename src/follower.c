/* SPDX-License-Identifier: BSD-2-Clause */
#include "follower.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "feed.h"
#include "log.h"

/* Bytes read from one source before the next one has its turn. */
#define PIECE (256 * 1024)
#define RESCAN_MS 1000
/* The kernel keeps 16384 events: some 40 reads at most, unless more come meanwhile. */
#define READS_PER_WAKING 64
/* Sources taken note of at once; others are still there the next time. */
#define EVENTS_MAX 16

struct follower {
	struct store *store;
	struct feed *feeds;
	uint32_t count, turn;
	int inotify_fd;
	int wait_fd;	   /* epoll: inotify, and what FIFOs bring */
	int64_t next_look; /* monotonic: all sources are looked at, woken or not */
};

/* Nothing happens to what is waited for already. Closed descriptors leave by themselves. Without it
 * the source is looked at once a second. */
static void
wait_for(const struct follower *follower, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (fd >= 0 && epoll_ctl(follower->wait_fd, EPOLL_CTL_ADD, fd, &event) != 0 &&
	    errno != EEXIST)
		log_debug("acct", "cannot wait for a source: %s", strerror(errno));
}

static void
feed_watch(struct follower *follower, struct feed *feed)
{
	const char *directory = acct_tail_directory(feed->tail);

	if (follower->inotify_fd < 0 || feed->watch >= 0)
		return;
	/* Two feeds of one directory get the same descriptor, which is fine. */
	feed->watch = inotify_add_watch(follower->inotify_fd, directory,
					IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM |
						IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF);
	if (feed->watch < 0)
		log_debug("acct", "%s: not watched (%s): looked at every second", directory,
			  strerror(errno));
}

struct follower *
follower_new(struct store *store)
{
	struct follower *follower = calloc(1, sizeof *follower);

	if (follower == NULL)
		return NULL;
	follower->store = store;
	follower->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	follower->wait_fd = epoll_create1(EPOLL_CLOEXEC);
	wait_for(follower, follower->inotify_fd);
	return follower;
}

static void
feeds_free(struct feed *feeds, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		acct_tail_free(feeds[i].tail);
	free(feeds);
}

void
follower_free(struct follower *follower)
{
	if (follower == NULL)
		return;
	feeds_free(follower->feeds, follower->count);
	if (follower->inotify_fd >= 0)
		close(follower->inotify_fd);
	if (follower->wait_fd >= 0)
		close(follower->wait_fd);
	free(follower);
}

/* Begins a source where the store says, or where the configuration says if it is new. 0 or -1. */
static int
feed_open(struct follower *follower, struct feed *feed, struct model_server *server,
	  const struct model_source *source)
{
	struct acct_position position;
	const bool known =
		store_get_position(follower->store, server->index, source->index, &position);

	*feed = (struct feed){
		.server = server,
		.server_index = server->index,
		.source = source->index,
		.watch = -1,
		.woken = true,
		.rejected = source->rejected,
	};
	if (known)
		feed->saved = position;
	feed->tail =
		acct_tail_new(source->path, server->section->start_at, known ? &position : NULL);
	if (feed->tail == NULL)
		log_error("acct", "%s: %s: no memory", server->name, source->name);
	return feed->tail != NULL ? 0 : -1;
}

/* The feed of a source that is open already, taken out of the old list. */
static bool
feed_take(struct follower *follower, struct feed *feed, struct model_server *server,
	  uint32_t source)
{
	for (uint32_t i = 0; i < follower->count; i++) {
		struct feed *old = &follower->feeds[i];

		if (old->tail == NULL || old->server_index != server->index ||
		    old->source != source)
			continue;
		*feed = *old;
		feed->server = server;
		feed->woken = true;
		old->tail = NULL;
		return true;
	}
	return false;
}

int
follower_configure(struct follower *follower, struct model *model)
{
	uint32_t most = 1, count = 0;
	struct feed *feeds;
	int result = 0;

	for (uint32_t i = 0; i < model->server_count; i++)
		most += model->servers[i]->source_count;
	feeds = calloc(most, sizeof *feeds);
	/* The old feeds point into servers that may be gone: better none than those. */
	for (uint32_t i = 0; feeds != NULL && i < model->server_count; i++) {
		struct model_server *server = model->servers[i];

		for (uint32_t s = 0; s < server->source_count; s++) {
			const struct model_source *source = &server->sources[s];

			if (source->kind != SNAP_SOURCE_ACCOUNTING)
				continue;
			if (feed_take(follower, &feeds[count], server, source->index) ||
			    feed_open(follower, &feeds[count], server, source) == 0)
				count++;
			else
				result = -1;
		}
	}
	feeds_free(follower->feeds, follower->count);
	follower->feeds = feeds;
	follower->count = count;
	follower->turn = 0;
	return feeds != NULL ? result : -1;
}

int
follower_fd(const struct follower *follower)
{
	return follower->wait_fd;
}

static void
watch_event(struct follower *follower, const struct inotify_event *event)
{
	for (uint32_t i = 0; i < follower->count; i++) {
		struct feed *feed = &follower->feeds[i];

		/* A lost queue entry may have been anybody's. */
		if (feed->watch != event->wd && (event->mask & IN_Q_OVERFLOW) == 0)
			continue;
		feed->woken = true;
		if ((event->mask & ~(uint32_t)IN_MODIFY) != 0)
			acct_tail_rescan(feed->tail);
		/* The name may stand for another directory from now on. */
		if ((event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) != 0)
			feed->watch = -1;
	}
}

static void
watch_events(struct follower *follower)
{
	char buffer[16384] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t len;

	/* Somebody who writes to the directory faster than this reads must not keep it here: what
	 * is left makes the descriptor readable again. */
	for (int reads = 0; reads < READS_PER_WAKING; reads++) {
		len = read(follower->inotify_fd, buffer, sizeof buffer);
		if (len <= 0)
			break;
		for (char *at = buffer; at < buffer + len;) {
			const struct inotify_event *event =
				(const struct inotify_event *)(void *)at;

			watch_event(follower, event);
			if ((event->mask & IN_MOVE_SELF) != 0)
				inotify_rm_watch(follower->inotify_fd, event->wd);
			at += sizeof *event + event->len;
		}
	}
}

/* A source that has gone meanwhile is nobody's. */
static void
feed_event(struct follower *follower, int fd)
{
	for (uint32_t i = 0; i < follower->count; i++)
		follower->feeds[i].woken |= acct_tail_fd(follower->feeds[i].tail) == fd;
}

void
follower_woken(struct follower *follower)
{
	struct epoll_event events[EVENTS_MAX];
	const int count = epoll_wait(follower->wait_fd, events, EVENTS_MAX, 0);

	for (int i = 0; i < count; i++) {
		if (events[i].data.fd == follower->inotify_fd)
			watch_events(follower);
		else
			feed_event(follower, events[i].data.fd);
	}
}

static void
take_record(void *ctx, const struct acct_record *record)
{
	struct feed *feed = ctx;

	model_apply_record(feed->server, record, feed->now);
	feed->types |= 1u << record->type;
}

/* Reads a piece. Returns true if there is more. */
static bool
feed_run(struct follower *follower, struct feed *feed, struct moment now)
{
	bool more;

	feed_watch(follower, feed);
	feed->now = now;
	feed->types = 0;
	more = acct_tail_read(feed->tail, PIECE, now, take_record, feed) > 0;
	feed->woken = more;
	/* It may have been opened just now. */
	wait_for(follower, acct_tail_fd(feed->tail));
	feed_note(feed, now);
	return more;
}

bool
follower_due(const struct follower *follower, struct moment now)
{
	bool due = now.mono_ms >= follower->next_look;

	for (uint32_t i = 0; i < follower->count; i++)
		due |= follower->feeds[i].woken;
	return due && follower->count > 0;
}

/* The caller's clock, gone on since it was told. */
static struct moment
later(struct moment now, struct moment began)
{
	const int64_t passed = moment_now().mono_ms - began.mono_ms;

	return (struct moment){.wall_ms = now.wall_ms + passed, .mono_ms = now.mono_ms + passed};
}

bool
follower_run(struct follower *follower, int budget_ms, struct moment now)
{
	const struct moment began = moment_now(), told = now;
	bool more = false;

	if (now.mono_ms >= follower->next_look) {
		for (uint32_t i = 0; i < follower->count; i++)
			follower->feeds[i].woken = true;
		follower->next_look = now.mono_ms + RESCAN_MS;
	}
	/* In turns, and going on where the last call stopped: no file starves the others. */
	do {
		more = false;
		for (uint32_t i = 0; i < follower->count && now.mono_ms <= told.mono_ms + budget_ms;
		     i++) {
			struct feed *feed = &follower->feeds[follower->turn];

			follower->turn = (follower->turn + 1) % follower->count;
			if (feed->woken)
				more |= feed_run(follower, feed, now);
			now = later(told, began);
		}
	} while (more && now.mono_ms <= told.mono_ms + budget_ms);
	for (uint32_t i = 0; i < follower->count; i++)
		more |= follower->feeds[i].woken;
	return more;
}

static bool
same_position(const struct acct_position *a, const struct acct_position *b)
{
	return strcmp(a->file, b->file) == 0 && a->device == b->device && a->inode == b->inode &&
	       a->offset == b->offset && a->header == b->header;
}

void
follower_save(struct follower *follower)
{
	for (uint32_t i = 0; i < follower->count; i++) {
		struct feed *feed = &follower->feeds[i];

		acct_tail_position(feed->tail, &feed->saving);
		if (!same_position(&feed->saving, &feed->saved))
			store_put_position(follower->store, feed->server->index, feed->source,
					   &feed->saving);
	}
}

void
follower_saved(struct follower *follower)
{
	for (uint32_t i = 0; i < follower->count; i++)
		follower->feeds[i].saved = follower->feeds[i].saving;
}

void
follower_forget_saved(struct follower *follower)
{
	for (uint32_t i = 0; i < follower->count; i++)
		follower->feeds[i].saved = (struct acct_position){0};
}
