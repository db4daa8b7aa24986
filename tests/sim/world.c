/* SPDX-License-Identifier: BSD-2-Clause */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"

const char *const tally_names[TALLY_KINDS] = {
	"received",	  "delivered",	"delivered_bytes", "bounced", "deferred",   "queue_errors",
	"remote_bounced", "complaints", "remote_status",   "deleted", "suppressed",
};

const char *const delivery_names[DELIVERY_TYPES] = {"smtp", "file", "discard", "pipe"};

/* Grows by copying into a straight line, oldest first. */
static void
ring_grow(struct mail_ring *ring)
{
	size_t size = ring->size > 0 ? ring->size * 2 : 4;
	struct mail *items = sim_alloc(size, sizeof(*items));

	for (size_t i = 0; i < ring->count; i++)
		items[i] = ring->items[(ring->head + i) % ring->size];
	free(ring->items);
	ring->items = items;
	ring->size = size;
	ring->head = 0;
}

void
ring_push(struct mail_ring *ring, const struct mail *mail)
{
	if (ring->count == ring->size)
		ring_grow(ring);
	ring->items[(ring->head + ring->count++) % ring->size] = *mail;
}

const struct mail *
ring_first(const struct mail_ring *ring)
{
	return ring->count > 0 ? &ring->items[ring->head] : NULL;
}

struct mail
ring_pop(struct mail_ring *ring)
{
	struct mail mail = ring->items[ring->head];

	ring->head = (ring->head + 1) % ring->size;
	ring->count--;
	return mail;
}

/* A plain search: only people and tests ask for queues by name. */
struct queue *
world_find_queue(struct world *world, const char *name)
{
	for (size_t i = 0; i < world->queue_count; i++) {
		if (strcmp(world->queues[i].name, name) == 0)
			return &world->queues[i];
	}
	return NULL;
}

size_t
world_category(struct world *world, const char *name)
{
	size_t i;

	for (i = 0; i < world->category_count; i++) {
		if (strcmp(world->categories[i].name, name) == 0)
			return i;
	}
	world->categories = realloc(world->categories, (i + 1) * sizeof(*world->categories));
	if (world->categories == NULL)
		abort();
	world->categories[i] = (struct category){.name = sim_strdup(name)};
	world->category_count++;
	return i;
}

enum { BOOKS = 4 };

/* The books every recipient of a queue stands in. */
static void
books_of(struct world *world, const struct queue *queue, struct account *books[BOOKS])
{
	books[0] = &world->account;
	books[1] = &world->domains[queue->domain].account;
	books[2] = &world->vmtas[queue->vmta].account;
	books[3] = &world->queues[queue - world->queues].account;
}

/* Queues with mail stand in a list of their own, so that a second costs what is there, not what
 * could be. */
static void
activate(struct world *world, struct queue *queue)
{
	queue->active_at = world->active_count;
	world->active[world->active_count++] = (size_t)(queue - world->queues);
	world->domains[queue->domain].queues_with_mail++;
	world->vmtas[queue->vmta].queues_with_mail++;
}

static void
deactivate(struct world *world, struct queue *queue)
{
	size_t last = world->active[--world->active_count];

	/* The last one takes the free place: order does not matter to the round robin. */
	world->active[queue->active_at] = last;
	world->queues[last].active_at = queue->active_at;
	world->domains[queue->domain].queues_with_mail--;
	world->vmtas[queue->vmta].queues_with_mail--;
	world->connections_out -= queue->connections;
	queue->connections = 0;
}

/* Kept up to date with each recipient: /jobs says how many domains a job waits for. */
static uint32_t *
job_domain(struct world *world, const struct queue *queue, const struct mail *mail)
{
	return &world->job_domains[mail->job * world->domain_count + queue->domain];
}

static void
job_enter(struct world *world, const struct queue *queue, const struct mail *mail)
{
	struct job *job = &world->jobs[mail->job];

	job->queued++;
	job->queued_bytes += mail->size;
	if ((*job_domain(world, queue, mail))++ == 0)
		job->domains++;
}

static void
job_leave(struct world *world, const struct queue *queue, const struct mail *mail)
{
	struct job *job = &world->jobs[mail->job];

	job->queued--;
	job->queued_bytes -= mail->size;
	if (--(*job_domain(world, queue, mail)) == 0)
		job->domains--;
}

/* The queue's own count is the last book, so it still tells here whether it was empty. */
void
world_enter(struct world *world, struct queue *queue, const struct mail *mail, bool loaded)
{
	struct account *books[BOOKS];

	if (queue->account.queued == 0)
		activate(world, queue);
	books_of(world, queue, books);
	for (int i = 0; i < BOOKS; i++) {
		books[i]->in += loaded ? 0 : 1;
		books[i]->loaded += loaded ? 1 : 0;
		books[i]->queued++;
		books[i]->queued_bytes += mail->size;
	}
	if (mail->job < world->job_count)
		job_enter(world, queue, mail);
	ring_push(&queue->fresh, mail);
}

void
world_leave(struct world *world, struct queue *queue, const struct mail *mail, enum leave_kind how)
{
	struct account *books[BOOKS];

	books_of(world, queue, books);
	for (int i = 0; i < BOOKS; i++) {
		books[i]->out += how == LEAVE_OUT ? 1 : 0;
		books[i]->failed += how == LEAVE_FAILED ? 1 : 0;
		books[i]->discarded += how == LEAVE_DISCARDED ? 1 : 0;
		books[i]->queued--;
		books[i]->queued_bytes -= mail->size;
	}
	if (mail->job < world->job_count)
		job_leave(world, queue, mail);
	if (queue->account.queued == 0)
		deactivate(world, queue);
}

void
world_tally(struct world *world, struct queue *queue, enum tally_kind kind, uint64_t amount)
{
	struct account *books[BOOKS];

	books_of(world, queue, books);
	for (int i = 0; i < BOOKS; i++)
		books[i]->tally[kind] += amount;
}

/* Most queues never have trouble: 100 000 empty rings would be the largest thing in memory. */
void
world_trouble(struct world *world, struct queue *queue, enum trouble_kind kind)
{
	if (queue->troubles == NULL)
		queue->troubles = sim_alloc(TROUBLES_KEPT, sizeof(*queue->troubles));
	queue->trouble_at = (queue->trouble_at + 1) % TROUBLES_KEPT;
	queue->troubles[queue->trouble_at] = (struct trouble){.time = world->now, .kind = kind};
	if (queue->trouble_count < TROUBLES_KEPT)
		queue->trouble_count++;
}

/* Modes and errors are kept in PowerMTA's memory, mail and the pause of a queue on its disk. */
void
world_restart(struct world *world)
{
	flow_restart(&world->flow);
	for (size_t i = 0; i < world->queue_count; i++) {
		struct queue *queue = &world->queues[i];

		queue->backoff = false;
		queue->backoff_by_command = false;
		queue->retry_at = 0;
		queue->trouble_count = 0;
		queue->connections = 0;
	}
	world->connections_in = world->connections_in_top = 0;
	world->connections_out = world->connections_out_top = 0;
	world->started = world->now;
	world->spool_ready = world->now + SPOOL_INIT_SECONDS;
	world->shutting_down = false;
	world->pmtad_down = false;
}

unsigned
world_spool_percent(const struct world *world)
{
	if (world->now >= world->spool_ready)
		return 100;
	return (unsigned)((world->now - world->started) * 100 / SPOOL_INIT_SECONDS);
}
