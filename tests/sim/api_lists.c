/* SPDX-License-Identifier: BSD-2-Clause */
/* The lists: /queues, /domains, /vmtas, /jobs. Only items with mail, largest first, cut, true
 * totals. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "clock.h"

/* An item that could be listed. */
struct rank {
	size_t index;
	uint64_t recipients;
	const char *name;
};

struct list {
	const struct world *world;
	int zone;
	struct rank *ranks;
	size_t count;
	uint64_t recipients;
};

/* Names decide between equals, so that the same world gives the same bytes. */
static int
by_recipients(const void *a, const void *b)
{
	const struct rank *left = a, *right = b;

	if (left->recipients != right->recipients)
		return left->recipients < right->recipients ? 1 : -1;
	return strcmp(left->name, right->name);
}

static void
list_add(struct list *list, size_t index, uint64_t recipients, const char *name)
{
	if (recipients == 0)
		return;
	list->ranks[list->count++] = (struct rank){index, recipients, name};
	list->recipients += recipients;
}

/* Totals are over what the filter selects, before the cut. */
static void
collect_queues(struct list *list, const char *glob)
{
	const struct world *world = list->world;

	list->ranks = sim_alloc(world->active_count, sizeof(*list->ranks));
	for (size_t i = 0; i < world->active_count; i++) {
		const struct queue *queue = &world->queues[world->active[i]];

		if (glob == NULL || fnmatch(glob, queue->name, FNM_NOESCAPE) == 0)
			list_add(list, world->active[i], queue->account.queued, queue->name);
	}
}

static void
collect_domains(struct list *list)
{
	const struct world *world = list->world;

	list->ranks = sim_alloc(world->grid_domains, sizeof(*list->ranks));
	for (size_t i = 0; i < world->grid_domains; i++)
		list_add(list, i, world->domains[i].account.queued, world->domains[i].name);
}

static void
collect_vmtas(struct list *list)
{
	const struct world *world = list->world;

	list->ranks = sim_alloc(world->vmta_count, sizeof(*list->ranks));
	for (size_t i = 0; i < world->vmta_count; i++)
		list_add(list, i, world->vmtas[i].account.queued, world->vmtas[i].name);
}

static void
collect_jobs(struct list *list)
{
	const struct world *world = list->world;

	list->ranks = sim_alloc(world->job_count, sizeof(*list->ranks));
	for (size_t i = 0; i < world->job_count; i++)
		list_add(list, i, world->jobs[i].queued, world->jobs[i].name);
}

/* The texts of a real capture, with our names in them. */
static void
put_trouble_text(const struct world *world, const struct queue *queue, enum trouble_kind kind,
		 struct buf *out)
{
	const struct domain *domain = &world->domains[queue->domain];
	const struct vmta *vmta = &world->vmtas[queue->vmta];

	switch (kind) {
	case TROUBLE_CONNECT_RATE:
		buf_put(out, "connect rate limit reached");
		break;
	case TROUBLE_MESSAGE_RATE:
	case TROUBLE_BACKOFF_RATE:
		buf_printf(out,
			   "message rate limit reached (based on queue's %smax-msg-rate in "
			   "configuration)",
			   kind == TROUBLE_BACKOFF_RATE ? "backoff-" : "");
		break;
	case TROUBLE_MX_SKIPPED:
		buf_printf(out,
			   "skip of MX requested: \"421-4.7.28 Our system has detected an unusual "
			   "rate of unsolicited mail.\" received from %s (%s) while connected from "
			   "%s.example.com (%s) to %s (%s)",
			   domain->mx, domain->mx_ip, vmta->name, vmta->ip, domain->mx,
			   domain->mx_ip);
		break;
	case TROUBLE_TIMEOUT:
		buf_printf(out, "ETIMEDOUT connecting to %s (%s)", domain->mx, domain->mx_ip);
		break;
	case TROUBLE_DISABLED:
		buf_printf(out, "All SMTP sources for queue %s are now disabled.", queue->name);
		break;
	}
}

static void
put_trouble(const struct list *list, const struct queue *queue, const struct trouble *trouble,
	    struct buf *out)
{
	struct buf text = {0};
	char time[CLOCK_TEXT];

	clock_local(trouble->time, list->zone, time);
	put_trouble_text(list->world, queue, trouble->kind, &text);
	json_open(out, NULL, '{');
	json_text(out, "time", time);
	json_text(out, "text", buf_text(&text));
	json_close(out, '}');
	buf_free(&text);
}

/* The n-th newest error of a queue. */
static const struct trouble *
newest(const struct queue *queue, unsigned n)
{
	return &queue->troubles[(queue->trouble_at + TROUBLES_KEPT - n) % TROUBLES_KEPT];
}

static void
put_queue_troubles(const struct list *list, const struct queue *queue, struct buf *out)
{
	json_open(out, "errors", '[');
	for (unsigned i = 0; i < queue->trouble_count; i++)
		put_trouble(list, queue, newest(queue, i), out);
	json_close(out, ']');
}

/* When the queue is tried again; empty if it is about to be. */
static void
retry_time(const struct list *list, const struct queue *queue, char out[CLOCK_TEXT])
{
	const struct mail *waiting = ring_first(&queue->waiting);

	out[0] = '\0';
	if (queue->backoff && queue->retry_at > list->world->now)
		clock_local(queue->retry_at, list->zone, out);
	else if (queue->fresh.count == 0 && waiting != NULL && waiting->due > list->world->now)
		clock_local(waiting->due, list->zone, out);
}

static void
put_queue(const struct list *list, size_t index, struct buf *out)
{
	const struct queue *queue = &list->world->queues[index];
	char retry[CLOCK_TEXT];

	json_text(out, "name", queue->name);
	json_number(out, "rcp", queue->account.queued);
	json_kb(out, "kb", queue->account.queued_bytes);
	json_number(out, "conn", queue->connections);
	put_queue_troubles(list, queue, out);
	json_text(out, "paused", queue->paused ? "yes" : "no");
	json_text(out, "mode", queue->backoff ? "backoff" : "normal");
	retry_time(list, queue, retry);
	json_text(out, "retryTime", retry);
}

/* A domain's errors are its queues', merged: the newest of all their newest, ten times. */
static void
put_domain_troubles(const struct list *list, const struct domain *domain, struct buf *out)
{
	const struct queue *queues = &list->world->queues[domain->first_queue];
	unsigned *next = sim_alloc(domain->queue_count, sizeof(*next));

	json_open(out, "errors", '[');
	for (int n = 0; n < TROUBLES_KEPT; n++) {
		size_t best = domain->queue_count;

		for (size_t i = 0; i < domain->queue_count; i++) {
			if (next[i] < queues[i].trouble_count &&
			    (best == domain->queue_count ||
			     newest(&queues[i], next[i])->time >
				     newest(&queues[best], next[best])->time))
				best = i;
		}
		if (best == domain->queue_count)
			break;
		put_trouble(list, &queues[best], newest(&queues[best], next[best]++), out);
	}
	json_close(out, ']');
	free(next);
}

static void
put_domain(const struct list *list, size_t index, struct buf *out)
{
	const struct domain *domain = &list->world->domains[index];
	uint64_t connections = 0;

	for (size_t i = 0; i < domain->queue_count; i++)
		connections += list->world->queues[domain->first_queue + i].connections;
	json_text(out, "name", domain->name);
	json_number(out, "rcp", domain->account.queued);
	json_kb(out, "kb", domain->account.queued_bytes);
	json_number(out, "conn", connections);
	put_domain_troubles(list, domain, out);
}

/* Whole percents, cut off: 5725 of 10511 are 54. */
static void
put_vmta(const struct list *list, size_t index, struct buf *out)
{
	const struct world *world = list->world;
	const struct vmta *vmta = &world->vmtas[index];
	uint64_t connections = 0;

	for (size_t i = 0; i < world->active_count; i++) {
		if (world->queues[world->active[i]].vmta == index)
			connections += world->queues[world->active[i]].connections;
	}
	json_text(out, "name", vmta->name);
	json_number(out, "rcp", vmta->account.queued);
	json_kb(out, "kb", vmta->account.queued_bytes);
	json_number(out, "pctOfTotal", vmta->account.queued * 100 / list->recipients);
	json_number(out, "conn", connections);
	json_number(out, "dom", vmta->queues_with_mail);
}

static void
put_job(const struct list *list, size_t index, struct buf *out)
{
	const struct job *job = &list->world->jobs[index];

	json_text(out, "name", job->name);
	json_number(out, "dom", job->domains);
	json_number(out, "rcp", job->queued);
	json_kb(out, "kb", job->queued_bytes);
	json_text(out, "paused", "no");
	json_text(out, "scheduledStartTime", "");
}

/* How each list is called and written. */
static const struct {
	const char *array, *total;
	void (*put)(const struct list *list, size_t index, struct buf *out);
} forms[] = {
	[API_QUEUES] = {"queues", "totalQueuesWithRcp", put_queue},
	[API_DOMAINS] = {"domains", "totalDomainsWithRcp", put_domain},
	[API_VMTAS] = {"vmtas", "totalVmtasWithRcp", put_vmta},
	[API_JOBS] = {"jobs", "totalJobsWithRcp", put_job},
};

/* Only the lists that PowerMTA calls top lists have the number in their title. */
static void
put_title(enum api_list kind, size_t max_items, struct buf *out)
{
	char title[64];

	if (kind == API_VMTAS || kind == API_JOBS)
		snprintf(title, sizeof(title), "%s",
			 kind == API_VMTAS ? "Virtual MTAs with messages in the queue"
					   : "Jobs in the queue");
	else
		snprintf(title, sizeof(title), "Top %zu %s by number of recipients", max_items,
			 forms[kind].array);
	json_text(out, "title", title);
}

void
api_list(const struct world *world, enum api_list kind, const char *glob, size_t max_items,
	 int zone, struct buf *out)
{
	struct list list = {.world = world, .zone = zone};

	if (kind == API_QUEUES)
		collect_queues(&list, glob);
	else if (kind == API_DOMAINS)
		collect_domains(&list);
	else if (kind == API_VMTAS)
		collect_vmtas(&list);
	else
		collect_jobs(&list);
	qsort(list.ranks, list.count, sizeof(*list.ranks), by_recipients);
	json_open(out, NULL, '{');
	json_open(out, "data", '{');
	put_title(kind, max_items, out);
	json_open(out, forms[kind].array, '[');
	for (size_t i = 0; i < list.count && i < max_items; i++) {
		json_open(out, NULL, '{');
		forms[kind].put(&list, list.ranks[i].index, out);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_number(out, "totalRcp", list.recipients);
	json_number(out, forms[kind].total, list.count);
	buf_put(out, "},\"status\":\"success\",\"message\":\"\"}");
	free(list.ranks);
}
