/* SPDX-License-Identifier: BSD-2-Clause */
#include "snapshot.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "arena.h"
#include "snap_refs.h"

struct snapshot *
snapshot_new(uint32_t server_count)
{
	struct arena *arena = arena_new();
	struct snapshot *snap = arena != NULL ? arena_alloc(arena, sizeof *snap) : NULL;
	const size_t room = (server_count > 0 ? server_count : 1) * sizeof *snap->servers;
	struct snap_server_parts *servers = snap != NULL ? arena_alloc(arena, room) : NULL;

	if (servers == NULL) {
		arena_free(arena);
		return NULL;
	}
	snap->refs = 1;
	snap->server_count = server_count;
	snap->servers = servers;
	snap->arena = arena;
	return snap;
}

struct snapshot *
snapshot_ref(struct snapshot *snap)
{
	snap_refs_take(&snap->refs);
	return snap;
}

void
snapshot_unref(struct snapshot *snap)
{
	if (snap == NULL || !snap_refs_drop(&snap->refs))
		return;
	for (uint32_t s = 0; s < snap->server_count; s++) {
		for (int t = 0; t < SNAP_SERVER_TABLES; t++)
			snap_part_unref(snap->servers[s].part[t]);
	}
	snap_part_unref(snap->events);
	snap_part_unref(snap->thresholds);
	snap_part_unref(snap->alarms);
	arena_free(snap->arena);
}

const struct snap_server_parts *
snapshot_server(const struct snapshot *snap, uint32_t index)
{
	uint32_t low = 0, high = snap->server_count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (snap->servers[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == snap->server_count || snap->servers[low].index != index)
		return NULL;
	return &snap->servers[low];
}

const struct snap_part *
snapshot_common(const struct snapshot *snap, enum snap_table table)
{
	switch (table) {
	case SNAP_EVENT:
		return snap->events;
	case SNAP_THRESHOLD:
		return snap->thresholds;
	case SNAP_ALARM:
		return snap->alarms;
	default:
		return NULL;
	}
}

struct snap_hub {
	pthread_mutex_t lock;
	struct snapshot *current;
	int event_fd, sent_fd;
	uint32_t sent;
	struct snap_delivery_news news; /* under the lock */
};

struct snap_hub *
snap_hub_new(void)
{
	struct snap_hub *hub = calloc(1, sizeof *hub);

	if (hub == NULL)
		return NULL;
	pthread_mutex_init(&hub->lock, NULL);
	hub->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	hub->sent_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (hub->event_fd < 0 || hub->sent_fd < 0) {
		snap_hub_free(hub);
		return NULL;
	}
	return hub;
}

void
snap_hub_free(struct snap_hub *hub)
{
	if (hub == NULL)
		return;
	snapshot_unref(hub->current);
	pthread_mutex_destroy(&hub->lock);
	if (hub->event_fd >= 0)
		close(hub->event_fd);
	if (hub->sent_fd >= 0)
		close(hub->sent_fd);
	free(hub);
}

/* Makes an eventfd readable. EAGAIN means that its counter is full, so that it is so already. */
static void
signal_fd(int fd)
{
	const uint64_t one = 1;
	const ssize_t written = write(fd, &one, sizeof one);

	(void)written;
}

/* Takes what an eventfd counted. EAGAIN means that nothing happened since the last call. */
static void
drain_fd(int fd)
{
	uint64_t count;
	const ssize_t taken = read(fd, &count, sizeof count);

	(void)taken;
}

void
snap_hub_publish(struct snap_hub *hub, struct snapshot *snap)
{
	struct snapshot *old;

	pthread_mutex_lock(&hub->lock);
	old = hub->current;
	hub->current = snap;
	pthread_mutex_unlock(&hub->lock);
	/* Freeing can take a while for a large table: never under the lock that the agent takes. */
	snapshot_unref(old);
	signal_fd(hub->event_fd);
}

struct snapshot *
snap_hub_get(struct snap_hub *hub)
{
	struct snapshot *snap;

	pthread_mutex_lock(&hub->lock);
	snap = hub->current != NULL ? snapshot_ref(hub->current) : NULL;
	pthread_mutex_unlock(&hub->lock);
	return snap;
}

int
snap_hub_fd(const struct snap_hub *hub)
{
	return hub->event_fd;
}

void
snap_hub_drain(struct snap_hub *hub)
{
	drain_fd(hub->event_fd);
}

void
snap_hub_set_sent(struct snap_hub *hub, uint32_t sequence)
{
	__atomic_store_n(&hub->sent, sequence, __ATOMIC_RELEASE);
	signal_fd(hub->sent_fd);
}

int
snap_hub_sent_fd(const struct snap_hub *hub)
{
	return hub->sent_fd;
}

void
snap_hub_drain_sent(struct snap_hub *hub)
{
	drain_fd(hub->sent_fd);
}

uint32_t
snap_hub_sent(struct snap_hub *hub)
{
	return __atomic_load_n(&hub->sent, __ATOMIC_ACQUIRE);
}

void
snap_hub_tell(struct snap_hub *hub, const struct snap_delivery_news *news)
{
	bool changed;

	pthread_mutex_lock(&hub->lock);
	changed = hub->news.lost != news->lost || hub->news.reconnects != news->reconnects;
	hub->news = *news;
	pthread_mutex_unlock(&hub->lock);
	if (changed)
		signal_fd(hub->sent_fd);
}

struct snap_delivery_news
snap_hub_news(struct snap_hub *hub)
{
	struct snap_delivery_news news;

	pthread_mutex_lock(&hub->lock);
	news = hub->news;
	pthread_mutex_unlock(&hub->lock);
	return news;
}
