/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - the simulated PowerMTA: its queues with every recipient in them, and exact books.
 *
 * Whatever happens goes through event.h, which enters it in the books and writes the record, so
 * what is served, what is counted and what is written cannot differ.
 */
#ifndef PMTA_SIM_WORLD_H
#define PMTA_SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow.h"
#include "names.h"
#include "reply.h"
#include "rng.h"

struct acct;

/* What happened to recipients, by the records that tell it; never reset. */
enum tally_kind {
	TALLY_RECEIVED,	 /* r */
	TALLY_DELIVERED, /* d, but for file, pipe and discard */
	TALLY_DELIVERED_BYTES,
	TALLY_BOUNCED,	      /* b */
	TALLY_DEFERRED,	      /* t */
	TALLY_QUEUE_ERRORS,   /* tq */
	TALLY_REMOTE_BOUNCED, /* rb */
	TALLY_COMPLAINTS,     /* f */
	TALLY_REMOTE_STATUS,  /* rs */
	TALLY_DELETED,	      /* b of an administrator's, not in TALLY_BOUNCED */
	TALLY_SUPPRESSED,     /* b of a suppression list's, likewise */
	TALLY_KINDS
};

extern const char *const tally_names[TALLY_KINDS];

/* Recipients that came, went and are there: in + loaded = out + queued + failed + discarded,
 * always. */
struct account {
	uint64_t in, loaded, out, failed, discarded;
	uint64_t queued, queued_bytes;
	uint64_t tally[TALLY_KINDS];
};

enum delivery_type {
	DELIVERY_SMTP,
	DELIVERY_FILE,
	DELIVERY_DISCARD,
	DELIVERY_PIPE,
	DELIVERY_TYPES
};

extern const char *const delivery_names[DELIVERY_TYPES];

/* A recipient waiting in a queue. */
struct mail {
	int64_t queued; /* when it came */
	int64_t due;	/* not tried before */
	uint64_t number;
	uint32_t size;	 /* bytes */
	uint32_t domain; /* the recipient's */
	uint32_t job;	 /* world->job_count: of no job */
};

/* Recipients in the order they came; a ring that grows. */
struct mail_ring {
	struct mail *items;
	size_t head, count, size;
};

/* Why a queue's mail waits, as told in the errors of /queues. */
enum trouble_kind {
	TROUBLE_CONNECT_RATE,
	TROUBLE_MESSAGE_RATE,
	TROUBLE_BACKOFF_RATE,
	TROUBLE_MX_SKIPPED,
	TROUBLE_TIMEOUT,
	TROUBLE_DISABLED
};

struct trouble {
	int64_t time;
	enum trouble_kind kind;
};

enum { TROUBLES_KEPT = 10 }; /* PowerMTA's max-events-recorded */

struct queue {
	uint32_t domain, vmta;
	enum delivery_type type;
	char *name;		  /* "domain/vmta" */
	struct mail_ring fresh;	  /* never tried */
	struct mail_ring waiting; /* deferred, in the order they become due */
	struct account account;
	struct trouble *troubles; /* a ring, NULL while there were none */
	unsigned trouble_count, trouble_at;
	size_t active_at; /* place in world->active, while it has mail */
	int64_t retry_at; /* in backoff: no attempt before */
	uint32_t connections;
	bool paused, backoff, backoff_by_command, throttled, refused;
	bool suppressed; /* its recipients are in a suppression list */
};

struct domain {
	char *name, *mx, *mx_ip;
	size_t first_member, member_count; /* of a roll-up: its recipients' domains */
	size_t first_queue, queue_count;   /* none for a roll-up's member */
	size_t queues_with_mail;
	struct account account;
	size_t storm; /* category + 1 that answers every recipient; 0 calm */
};

struct vmta {
	char *name, *ip, *pool;
	size_t queues_with_mail;
	struct account account;
};

struct job {
	char *name;
	uint64_t queued, queued_bytes;
	size_t domains; /* with mail of this job */
	uint64_t tally[TALLY_KINDS];
};

struct category {
	char *name;
	uint64_t bounced, remote_bounced, deferred;
};

struct world_options {
	uint64_t domains, vmtas, jobs;
	double rate, out_rate;	     /* recipients a second that come, that may be tried */
	uint64_t bounces, deferrals; /* of 10000 attempts */
	uint64_t complaints;	     /* of 10000 deliveries */
	uint64_t load_queues;	     /* recipients in each queue at the start */
	uint64_t spool_max;
	bool full; /* no queue ever runs empty */
	uint64_t seed;
	const char *host;
};

enum { CONNECTIONS_IN_MAX = 200, CONNECTIONS_OUT_MAX = 1200, SPOOL_INIT_SECONDS = 20 };

struct world {
	struct world_options options;
	struct rng rng;
	struct acct *acct;
	int64_t now, started;
	struct domain
		*domains; /* those with queues, then local ones, then the members of roll-ups */
	size_t domain_count, grid_domains;
	struct vmta *vmtas;
	size_t vmta_count;
	struct job *jobs;
	size_t job_count;
	uint32_t *job_domains; /* recipients by job and domain */
	struct queue *queues;  /* domain by domain; the local ones last */
	size_t queue_count, grid_queues;
	size_t *active; /* queues with mail */
	size_t active_count, active_next;
	uint64_t *domain_weights; /* running sums: the first domains get most mail */
	struct category *categories;
	size_t category_count;
	struct account account;
	uint64_t by_type[DELIVERY_TYPES]; /* d records */
	struct flow_meter flow;
	uint64_t next_number;
	double in_owed, out_owed; /* fractions of a recipient */
	uint32_t connections_in, connections_in_top, connections_out, connections_out_top;
	int64_t spool_ready; /* the spool is loaded from then on */
	bool shutting_down, pmtad_down;
};

/* A world with its queues and, if options say so, mail in them, at the time now. */
struct world *world_new(const struct world_options *options, int64_t now);
void world_free(struct world *world);

/* The queue of that name; NULL if there is none. */
struct queue *world_find_queue(struct world *world, const char *name);

/* The number of the category, which is added if it is new. */
size_t world_category(struct world *world, const char *name);

/* Puts a recipient into a queue's fresh mail; loaded: it was there before this PowerMTA started. */
void world_enter(struct world *world, struct queue *queue, const struct mail *mail, bool loaded);

enum leave_kind { LEAVE_OUT, LEAVE_FAILED, LEAVE_DISCARDED };

/* Books a recipient out of its queue; it has been taken from its ring before. */
void world_leave(struct world *world, struct queue *queue, const struct mail *mail,
		 enum leave_kind how);

/* Adds to a tally of the queue, its domain, its VirtualMTA and the server. */
void world_tally(struct world *world, struct queue *queue, enum tally_kind kind, uint64_t amount);

/* Notes an error of the queue, newest last in the ring. */
void world_trouble(struct world *world, struct queue *queue, enum trouble_kind kind);

/* PowerMTA stops and starts: counters, modes and errors are forgotten, mail and pauses are not. */
void world_restart(struct world *world);

/* Percent of the spool loaded since the start. */
unsigned world_spool_percent(const struct world *world);

void ring_push(struct mail_ring *ring, const struct mail *mail);
/* The oldest one, NULL if there is none. */
const struct mail *ring_first(const struct mail_ring *ring);
struct mail ring_pop(struct mail_ring *ring);

#endif
