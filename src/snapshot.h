/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snapshot.h - what the collector publishes and the agent serves: the only thing the two share.
 *
 * A snapshot is immutable and refcounted. It is made of parts, one for each table and server
 * (snap_part.h), which are refcounted themselves, so that publishing rebuilds only what changed.
 * Events (and so notifications) travel in the snapshot too: there is no second channel.
 */
#ifndef PMTA_SNAPSHOT_H
#define PMTA_SNAPSHOT_H

#include "snap_event.h"
#include "snap_part.h"
#include "snap_row.h"

struct snap_server_parts {
	uint32_t index;				    /* server index */
	struct snap_part *part[SNAP_SERVER_TABLES]; /* never NULL */
};

struct snapshot {
	int refs;
	uint32_t server_count;
	const struct snap_server_parts *servers; /* sorted by index, ascending */
	struct snap_part *events;		 /* never NULL, as the two below */
	struct snap_part *thresholds, *alarms;
	/* scalars */
	const char *agent_name;
	int64_t config_time;  /* wall: when the configuration in force was read */
	uint32_t index_epoch; /* wall seconds at which the registry was begun */
	uint32_t servers_up;
	uint32_t rows_omitted;	/* rows not shown because of row-limit */
	uint64_t published;	/* snapshots so far */
	int64_t published_mono; /* when this one was made */
	uint64_t events_raised; /* all events ever made in this run */
	uint32_t alarms_active;
	enum snap_severity alarms_worst;      /* cleared without an alarm */
	uint64_t alarms_suppressed;	      /* raises that quiet times kept back in this run */
	bool stopping;			      /* the last one: the collector has said goodbye */
	uint64_t actions_run, actions_failed; /* events told beside SNMP, and not told */
	struct arena *arena;
};

/* A new snapshot with room for server_count servers; refs is 1; parts must be set by the caller,
 * who gives the snapshot a reference to each. NULL without memory. */
struct snapshot *snapshot_new(uint32_t server_count);
struct snapshot *snapshot_ref(struct snapshot *snap);
void snapshot_unref(struct snapshot *snap);

/* The parts of the server with this index, or NULL. O(log n). */
const struct snap_server_parts *snapshot_server(const struct snapshot *snap, uint32_t index);

/* The part of a table that is not kept by server: SNAP_EVENT and those behind it; else NULL. */
const struct snap_part *snapshot_common(const struct snapshot *snap, enum snap_table table);

/* The place where snapshots change hands. */
struct snap_hub;

/* A hub that holds no snapshot yet. NULL on failure (errno). */
struct snap_hub *snap_hub_new(void);
/* Frees the hub and drops its snapshot. No other thread may use it any more. */
void snap_hub_free(struct snap_hub *hub);

/* Collector thread: makes snap the current one, taking over the caller's reference, and makes the
 * descriptor below readable. */
void snap_hub_publish(struct snap_hub *hub, struct snapshot *snap);

/* Any thread: a reference to the current snapshot, or NULL before the first. */
struct snapshot *snap_hub_get(struct snap_hub *hub);

/* An eventfd that is readable after each publish until snap_hub_drain(). Owned by the hub. */
int snap_hub_fd(const struct snap_hub *hub);
void snap_hub_drain(struct snap_hub *hub);

/* What became of the notifications: the sequence number of the last event dealt with. Written by
 * the agent, kept in the store by the collector, so that a restart neither repeats nor forgets one.
 * Any thread. */
void snap_hub_set_sent(struct snap_hub *hub, uint32_t sequence);
uint32_t snap_hub_sent(struct snap_hub *hub);

/* What the agent tells besides: notifications lost in this run so far, and how often it has found
 * the master again. Any thread. */
struct snap_delivery_news {
	uint64_t lost;
	uint32_t reconnects;
};
void snap_hub_tell(struct snap_hub *hub, const struct snap_delivery_news *news);
struct snap_delivery_news snap_hub_news(struct snap_hub *hub);

/* An eventfd that is readable after each change of it until snap_hub_drain_sent(): the shorter the
 * time until it is in the store, the fewer are sent twice after a crash. Owned by the hub. */
int snap_hub_sent_fd(const struct snap_hub *hub);
void snap_hub_drain_sent(struct snap_hub *hub);

#endif
