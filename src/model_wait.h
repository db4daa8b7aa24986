/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model_wait.h - what is remembered of mail that waits: what failed in the last hour and why, and
 * the levels of the last polls. For the model's own files and for what shows them.
 *
 * Most queues are empty and fail nothing: they have none of this.
 */
#ifndef PMTA_MODEL_WAIT_H
#define PMTA_MODEL_WAIT_H

#include "model_window.h"

/* The last hour is the slot that a record is in, and the one before. */
#define WAIT_SLOT_S 1800
/* Levels that are kept: two minutes apart, they reach back ten minutes. */
#define WAIT_LEVELS 6
/* Different replies that are told apart: of a queue, of a VMTA. */
#define WAIT_REPLIES_QUEUE 4
#define WAIT_REPLIES_VMTA 16

/* A reply by its codes, and its words as they came first. */
struct wait_reply {
	const char *text; /* with its codes, normalised (reply.h), shared; NULL: no memory */
	uint32_t enhanced;
	uint32_t count[2]; /* in the newest slot and in the one before */
	uint16_t code;
};

struct wait_level {
	uint32_t at_ms; /* monotonic, modulo 2^32 */
	uint32_t recipients;
};

/* What failed in the last hour. */
struct wait_failures {
	int64_t slot;	    /* the newest in which something failed: its time in WAIT_SLOT_S */
	int64_t oldest[2];  /* oldest timeQueued of t rows in it and in the one before; INT64_MAX */
	uint32_t failed[2]; /* replies counted in both, be they told apart or not */
	uint32_t reply_count; /* in replies */
	struct wait_reply *replies;
};

struct model_wait {
	struct wait_failures *failures; /* NULL: none */
	/* Since this moment fewer recipients have left than there were then, so that some of them
	 * still wait. Monotonic ms; INT64_MAX none. Provider, VMTA: the oldest of its queues. */
	int64_t held_mono;
	uint32_t held, left, fell; /* queue: were there; left by d and b rows, by levels */
	uint32_t level_count;
	struct wait_level levels[WAIT_LEVELS]; /* queue: oldest first */
};

/* What is remembered of the object, made if need be; NULL without memory. */
struct model_wait *model_wait_get(struct model_object *object);
void model_wait_free(struct model_wait **wait);

/* A record that failed or delivered something of this object, which may be NULL. */
void model_wait_record(const struct model_server *server, struct model_object *object,
		       const struct acct_record *record, const struct model_happening *happening);

/* What the list that is being taken over says of a queue, before it is. */
void model_wait_seen(const struct model_server *server, struct model_object *queue,
		     uint32_t recipients, struct moment now);

/* Forgets what is older than an hour, unless mail waits. To be called every minute. */
void model_wait_trim(const struct model_server *server, struct model_object *object, int64_t asof);

/* The sums of a provider or VMTA over its listed queues: begins, and adds a queue. */
void model_wait_sum_begin(struct model_object *group);
void model_wait_sum(const struct model_server *server, struct model_object *group,
		    const struct model_object *queue);

/* Counts a reply; this many are told apart at most (model_reason.c). */
void model_reason_count(struct wait_failures *failures, struct shared_texts *texts,
			const struct reply *reply, uint32_t most);
/* The reply that was counted most often in the last hour, of all (class 0) or of those whose code
 * begins with this digit; NULL if none was. *count gets how often, *all how many replies there
 * were. */
const struct wait_reply *model_reason_leading(const struct model_object *object, unsigned class,
					      int64_t asof, uint64_t *count, uint64_t *all);

/* Notes the level of a queue (model_drain.c). */
void model_drain_seen(const struct model_server *server, struct model_object *queue,
		      uint32_t recipients, struct moment now);

/* True if the list before the one that is being taken over showed the queue too, and is not too old
 * for the two to be compared. */
bool model_wait_follows(const struct model_server *server, const struct model_object *queue,
			struct moment now);

#endif
