/* SPDX-License-Identifier: BSD-2-Clause */
#include "traffic.h"

#include "event.h"

enum {
	VISIT_MAX = 25,	       /* attempts at one queue before the next gets its turn */
	RETRY_AFTER = 600,     /* seconds a deferred recipient waits */
	BACKOFF_RETRY = 30,    /* seconds between visits in backoff mode */
	BACKOFF_VISIT = 5,     /* attempts in each of them, by command */
	THROTTLED_VISIT = 100, /* and when the provider throttles */
	EXPIRES = 4 * 86400 + 12 * 3600,
	QUEUE_CONNECTIONS = 20,
	SIZE_MIN = 2000,
	FRESH_WAIT = 6, /* seconds below which the slow fifth of new mail waits */
	/* Of 10000: */
	PER_SLOW = 2000,
	PER_LOCAL = 100,     /* messages that are not sent by SMTP */
	PER_MULTIPLE = 1000, /* messages of several recipients */
	PER_NO_ANSWER = 20,  /* visits that find no server */
	PER_RATE_LIMIT = 20, /* visits that meet a limit of the configuration */
	PER_THROTTLED_PASS = 1000,
	PER_STORM = 8000,
	PER_REMOTE_BOUNCE = 30, /* deliveries */
	PER_REMOTE_STATUS = 10,
};

static uint32_t
draw_size(struct rng *rng)
{
	/* The product of two draws: many small messages, few large ones. */
	return (uint32_t)(SIZE_MIN + rng_below(rng, 400) * rng_below(rng, 400));
}

/* Weighted, by a search in the running sums: traffic of 10 000 domains has to stay cheap. */
static size_t
draw_domain(struct world *world)
{
	const uint64_t *weights = world->domain_weights;
	size_t low = 0, high = world->grid_domains - 1;
	uint64_t at = rng_below(&world->rng, weights[high]);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (at < weights[middle])
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static struct queue *
draw_queue(struct world *world)
{
	size_t domain;

	if (rng_chance(&world->rng, PER_LOCAL))
		return &world->queues[world->grid_queues + rng_below(&world->rng, NAME_LOCALS)];
	domain = draw_domain(world);
	return &world->queues[domain * world->vmta_count +
			      rng_below(&world->rng, world->vmta_count)];
}

static struct mail
draw_mail(struct world *world, const struct queue *queue)
{
	const struct domain *domain = &world->domains[queue->domain];
	struct mail mail = {.queued = world->now, .domain = queue->domain};

	if (domain->member_count > 0)
		mail.domain = (uint32_t)(domain->first_member +
					 rng_below(&world->rng, domain->member_count));
	mail.size = draw_size(&world->rng);
	mail.job = (uint32_t)rng_below(&world->rng, world->job_count + 1);
	/* Most mail is tried within its second, as in PowerMTA's own reports. */
	mail.due = world->now;
	if (rng_chance(&world->rng, PER_SLOW))
		mail.due += (int64_t)rng_below(&world->rng, FRESH_WAIT);
	return mail;
}

/* Local queues hand their mail over within the second: it never shows in a list. */
static void
receive_message(struct world *world, struct queue *queue, unsigned recipients)
{
	struct mail mail = draw_mail(world, queue);

	for (unsigned i = 0; i < recipients; i++) {
		mail.number = ++world->next_number;
		event_received(world, queue, &mail, i == 0);
		if (queue->type != DELIVERY_SMTP) {
			ring_pop(&queue->fresh);
			event_delivered(world, queue, &mail);
		}
	}
}

static bool
accepts_mail(const struct world *world)
{
	return !world->shutting_down && world->now >= world->spool_ready &&
	       world->account.queued < world->options.spool_max;
}

static void
receive(struct world *world)
{
	uint64_t before = world->account.in, came;

	world->in_owed += world->options.rate;
	while (world->in_owed >= 1) {
		unsigned recipients = 1;

		if (rng_chance(&world->rng, PER_MULTIPLE))
			recipients += 1 + (unsigned)rng_below(&world->rng, 2);
		world->in_owed -= recipients;
		/* What a full spool refuses does not come back here. */
		if (accepts_mail(world))
			receive_message(world, draw_queue(world), recipients);
	}
	came = (world->account.in - before + 9) / 10;
	world->connections_in = came > CONNECTIONS_IN_MAX ? CONNECTIONS_IN_MAX : (uint32_t)came;
}

void
traffic_inject(struct world *world, struct queue *queue, uint64_t recipients)
{
	for (uint64_t i = 0; i < recipients; i++)
		receive_message(world, queue, 1);
}

/* The ring whose first recipient may be tried; deferred mail has waited longer. NULL: none may. */
static struct mail_ring *
due_ring(const struct world *world, struct queue *queue)
{
	struct mail_ring *rings[] = {&queue->waiting, &queue->fresh};

	/* With --full the last recipient stays, so that the number of queues is known. */
	if (world->options.full && queue->account.queued <= 1)
		return NULL;
	for (int i = 0; i < 2; i++) {
		const struct mail *first = ring_first(rings[i]);

		if (first != NULL && first->due <= world->now)
			return rings[i];
	}
	return NULL;
}

/* Reports follow at once: nobody who reads the files can tell how long they took. */
static void
deliver(struct world *world, struct queue *queue, const struct mail *mail)
{
	event_delivered(world, queue, mail);
	if (rng_chance(&world->rng, PER_REMOTE_BOUNCE))
		event_remote_bounce(world, mail);
	if (rng_chance(&world->rng, PER_REMOTE_STATUS))
		event_remote_status(world, mail);
	if (rng_chance(&world->rng, (unsigned)world->options.complaints))
		event_complaint(world, queue, mail);
}

static void
bounce(struct world *world, struct queue *queue, const struct mail *mail, const struct reply *reply)
{
	event_bounced(world, queue, mail, reply, world_category(world, reply->category));
}

/* In a storm the category decides; a name of the tester's own borrows another's answer. */
static void
bounce_in_storm(struct world *world, struct queue *queue, const struct mail *mail, size_t category)
{
	const struct reply *reply = reply_of_category(world->categories[category].name);

	if (reply == NULL)
		reply = reply_of_category("policy-related");
	event_bounced(world, queue, mail, reply, category);
}

/* One throw decides, in the order of what overrides what: suppression list, age, provider, storm,
 * ordinary luck. */
static void
attempt(struct world *world, struct queue *queue, struct mail_ring *ring)
{
	struct mail mail = ring_pop(ring);
	size_t storm = world->domains[queue->domain].storm;
	unsigned at = (unsigned)rng_below(&world->rng, 10000);

	if (queue->suppressed)
		event_suppressed(world, queue, &mail);
	else if (world->now - mail.queued > EXPIRES)
		bounce(world, queue, &mail, reply_expired());
	else if (queue->throttled && at >= PER_THROTTLED_PASS)
		event_deferred(world, queue, &mail, reply_throttled(), world->now + RETRY_AFTER);
	else if (storm > 0 && at < PER_STORM)
		bounce_in_storm(world, queue, &mail, storm - 1);
	else if (at < world->options.bounces)
		bounce(world, queue, &mail, reply_bounce(&world->rng));
	else if (at < world->options.bounces + world->options.deferrals)
		event_deferred(world, queue, &mail, reply_transient(&world->rng),
			       world->now + RETRY_AFTER);
	else
		deliver(world, queue, &mail);
}

/* What befalls a queue before any recipient is tried; false: the visit ends with it. */
static bool
connect_queue(struct world *world, struct queue *queue)
{
	if (queue->refused) {
		world_trouble(world, queue, TROUBLE_MX_SKIPPED);
		event_queue_error(world, queue, reply_throttled());
		return false;
	}
	/* Newest last: the reply is what a monitor should name as the reason, not the limit it led
	 * to. */
	if (queue->throttled) {
		world_trouble(world, queue, TROUBLE_BACKOFF_RATE);
		world_trouble(world, queue, TROUBLE_MX_SKIPPED);
		event_queue_error(world, queue, reply_throttled());
		return true;
	}
	if (queue->backoff_by_command) {
		world_trouble(world, queue, TROUBLE_BACKOFF_RATE);
		return true;
	}
	if (rng_chance(&world->rng, PER_RATE_LIMIT))
		world_trouble(world, queue,
			      world->now % 2 == 0 ? TROUBLE_CONNECT_RATE : TROUBLE_MESSAGE_RATE);
	if (!rng_chance(&world->rng, PER_NO_ANSWER))
		return true;
	if (world->now % 4 == 0)
		world_trouble(world, queue, TROUBLE_DISABLED);
	world_trouble(world, queue, TROUBLE_TIMEOUT);
	event_queue_error(world, queue, reply_no_answer());
	return false;
}

static void
hold_connections(struct world *world, struct queue *queue, uint64_t tried)
{
	uint64_t more = 1 + tried / 10;

	/* Connections of a queue without mail would be in no list. */
	if (queue->account.queued == 0)
		return;
	if (more > QUEUE_CONNECTIONS - queue->connections)
		more = QUEUE_CONNECTIONS - queue->connections;
	if (more > CONNECTIONS_OUT_MAX - world->connections_out)
		more = CONNECTIONS_OUT_MAX - world->connections_out;
	queue->connections += (uint32_t)more;
	world->connections_out += (uint32_t)more;
}

/* Gives a queue its turn. Returns how many attempts it made of those allowed. */
static uint64_t
visit(struct world *world, struct queue *queue, uint64_t allowed)
{
	uint64_t most = VISIT_MAX, tried = 0;
	struct mail_ring *ring = due_ring(world, queue);

	if (queue->paused || ring == NULL)
		return 0;
	if (queue->backoff && world->now < queue->retry_at)
		return 0;
	queue->backoff = queue->throttled || queue->refused || queue->backoff_by_command;
	if (queue->backoff) {
		queue->retry_at = world->now + BACKOFF_RETRY;
		most = queue->throttled ? THROTTLED_VISIT : BACKOFF_VISIT;
	}
	if (!connect_queue(world, queue))
		return 1;
	for (; tried < most && tried < allowed && ring != NULL; tried++) {
		attempt(world, queue, ring);
		ring = due_ring(world, queue);
	}
	hold_connections(world, queue, tried);
	return tried;
}

/* Connections live for a second: what is idle in the next one has none. */
static void
drop_connections(struct world *world)
{
	for (size_t i = 0; i < world->active_count; i++)
		world->queues[world->active[i]].connections = 0;
	world->connections_out = 0;
}

/* Round robin over the queues with mail, until attempts are spent or a whole lap was idle. */
static void
send_mail(struct world *world)
{
	uint64_t budget;
	size_t idle = 0;

	world->out_owed += world->options.out_rate;
	budget = (uint64_t)world->out_owed;
	world->out_owed -= (double)budget;
	while (budget > 0 && idle < world->active_count) {
		uint64_t tried;

		if (world->active_next >= world->active_count)
			world->active_next = 0;
		tried = visit(world, &world->queues[world->active[world->active_next++]], budget);
		idle = tried == 0 ? idle + 1 : 0;
		budget -= tried < budget ? tried : budget;
	}
}

void
traffic_tick(struct world *world)
{
	if (!world->pmtad_down) {
		drop_connections(world);
		receive(world);
		if (world->now >= world->spool_ready)
			send_mail(world);
		if (world->connections_in > world->connections_in_top)
			world->connections_in_top = world->connections_in;
		if (world->connections_out > world->connections_out_top)
			world->connections_out_top = world->connections_out;
	}
	flow_tick(&world->flow);
}

void
traffic_delete(struct world *world, struct queue *queue)
{
	struct mail_ring *rings[] = {&queue->waiting, &queue->fresh};

	for (int i = 0; i < 2; i++) {
		while (ring_first(rings[i]) != NULL) {
			const struct mail mail = ring_pop(rings[i]);

			event_deleted(world, queue, &mail);
		}
	}
}

void
traffic_backoff(struct world *world, struct queue *queue, bool on)
{
	/* A command cannot end what the provider imposes. */
	queue->backoff_by_command = on;
	queue->backoff = on || queue->throttled || queue->refused;
	queue->retry_at = on ? world->now + BACKOFF_RETRY : 0;
}
