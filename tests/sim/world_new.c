/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds the simulated world and takes it down. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "world.h"

enum { LOADED_SPAN = 3600, LOADED_SIZE_MIN = 2000, LOADED_SIZE_SPAN = 60000 };

static void
build_domain(struct world *world, size_t index)
{
	struct domain *domain = &world->domains[index];
	const struct name_domain *known = names_known_domain(index);

	domain->name = known != NULL ? sim_strdup(known->name) : names_domain(index);
	domain->mx_ip = names_mx_ip(index);
	domain->first_queue = index * world->vmta_count;
	domain->queue_count = world->vmta_count;
	if (known != NULL) {
		domain->mx = sim_strdup(known->mx);
	} else {
		struct buf mx = {0};

		buf_printf(&mx, "mx1.%s", domain->name);
		domain->mx = sim_strdup(buf_text(&mx));
		buf_free(&mx);
	}
}

static void
build_local_domain(struct world *world, size_t local)
{
	struct domain *domain = &world->domains[world->grid_domains + local];

	domain->name = sim_strdup(names_local_domain(local));
	domain->mx = sim_strdup("localhost");
	domain->mx_ip = sim_strdup("127.0.0.1");
	domain->first_queue = world->grid_queues + local;
	domain->queue_count = 1;
}

/* Members come last, so that a roll-up's are neighbours and the domains with queues are one range.
 */
static void
build_members(struct world *world, size_t index, size_t *next)
{
	const struct name_domain *known = names_known_domain(index);

	world->domains[index].first_member = *next;
	for (int i = 0; known != NULL && i < NAME_MEMBERS && known->members[i] != NULL; i++) {
		world->domains[(*next)++].name = sim_strdup(known->members[i]);
		world->domains[index].member_count++;
	}
}

/* Known beforehand, for pointers into the array must stay good. */
static size_t
count_members(size_t domains)
{
	size_t count = 0;

	for (size_t i = 0; i < domains && names_known_domain(i) != NULL; i++) {
		for (int k = 0; k < NAME_MEMBERS; k++)
			count += names_known_domain(i)->members[k] != NULL ? 1 : 0;
	}
	return count;
}

static void
build_domains(struct world *world)
{
	size_t next = world->grid_domains + NAME_LOCALS;
	uint64_t sum = 0;

	world->domain_count = next + count_members(world->grid_domains);
	world->domains = sim_alloc(world->domain_count, sizeof(*world->domains));
	world->domain_weights = sim_alloc(world->grid_domains, sizeof(*world->domain_weights));
	for (size_t i = 0; i < world->grid_domains; i++) {
		build_domain(world, i);
		build_members(world, i, &next);
		/* Mail is spread as words are (Zipf): a few domains get most of it. */
		sum += 1000000 / (i + 1) + 1;
		world->domain_weights[i] = sum;
	}
	for (size_t i = 0; i < NAME_LOCALS; i++)
		build_local_domain(world, i);
}

static void
build_vmtas(struct world *world)
{
	world->vmtas = sim_alloc(world->vmta_count, sizeof(*world->vmtas));
	for (size_t i = 0; i < world->vmta_count; i++) {
		world->vmtas[i].name = names_vmta(i, world->vmta_count);
		world->vmtas[i].ip = names_source_ip(i);
		/* Some mail is submitted to a pool, some to a VirtualMTA: r records differ by it.
		 */
		world->vmtas[i].pool = sim_strdup(i % 2 == 0 ? "pool-news" : "");
	}
}

static void
build_jobs(struct world *world)
{
	world->jobs = sim_alloc(world->job_count, sizeof(*world->jobs));
	for (size_t i = 0; i < world->job_count; i++)
		world->jobs[i].name = names_job(i);
	world->job_domains =
		sim_alloc(world->job_count * world->domain_count, sizeof(*world->job_domains));
}

static void
build_queue(struct world *world, size_t index, size_t domain, size_t vmta)
{
	struct queue *queue = &world->queues[index];
	struct buf name = {0};

	queue->domain = (uint32_t)domain;
	queue->vmta = (uint32_t)vmta;
	buf_printf(&name, "%s/%s", world->domains[domain].name, world->vmtas[vmta].name);
	queue->name = sim_strdup(buf_text(&name));
	buf_free(&name);
}

/* The local queues belong to the last VirtualMTA, which is {default} where there are several. */
static void
build_queues(struct world *world)
{
	world->queues = sim_alloc(world->queue_count, sizeof(*world->queues));
	world->active = sim_alloc(world->queue_count, sizeof(*world->active));
	for (size_t i = 0; i < world->grid_queues; i++)
		build_queue(world, i, i / world->vmta_count, i % world->vmta_count);
	for (size_t i = 0; i < NAME_LOCALS; i++) {
		size_t at = world->grid_queues + i;

		build_queue(world, at, world->grid_domains + i, world->vmta_count - 1);
		world->queues[at].type = (enum delivery_type)(DELIVERY_FILE + i);
	}
}

/* Mail that a PowerMTA before this one took: it has no r records and is in no traffic. */
static void
load_spool(struct world *world, uint64_t recipients)
{
	for (size_t i = 0; i < world->grid_queues; i++) {
		struct queue *queue = &world->queues[i];
		const struct domain *domain = &world->domains[queue->domain];

		for (uint64_t n = 0; n < recipients; n++) {
			/* Oldest first, as a queue is. */
			uint64_t age = LOADED_SPAN - n * LOADED_SPAN / recipients;
			struct mail mail = {
				.queued = world->now - (int64_t)age,
				.number = ++world->next_number,
				.domain = domain->member_count > 0 ? (uint32_t)domain->first_member
								   : queue->domain,
				.job = (uint32_t)rng_below(&world->rng, world->job_count + 1)};

			mail.size = (uint32_t)(LOADED_SIZE_MIN +
					       rng_below(&world->rng, LOADED_SIZE_SPAN));
			world_enter(world, queue, &mail, true);
		}
	}
}

struct world *
world_new(const struct world_options *options, int64_t now)
{
	struct world *world = sim_alloc(1, sizeof(*world));
	uint64_t load = options->load_queues;

	world->options = *options;
	rng_seed(&world->rng, options->seed);
	world->now = world->started = world->spool_ready = now;
	world->grid_domains = options->domains;
	world->vmta_count = options->vmtas;
	world->job_count = options->jobs;
	world->grid_queues = options->domains * options->vmtas;
	world->queue_count = world->grid_queues + NAME_LOCALS;
	build_vmtas(world);
	build_domains(world);
	build_jobs(world);
	build_queues(world);
	for (size_t i = 0; reply_category(i) != NULL; i++)
		world_category(world, reply_category(i));
	if (load == 0 && options->full)
		load = 1;
	load_spool(world, load);
	return world;
}

static void
free_names(struct world *world)
{
	for (size_t i = 0; i < world->domain_count; i++) {
		free(world->domains[i].name);
		free(world->domains[i].mx);
		free(world->domains[i].mx_ip);
	}
	for (size_t i = 0; i < world->vmta_count; i++) {
		free(world->vmtas[i].name);
		free(world->vmtas[i].ip);
		free(world->vmtas[i].pool);
	}
	for (size_t i = 0; i < world->job_count; i++)
		free(world->jobs[i].name);
	for (size_t i = 0; i < world->category_count; i++)
		free(world->categories[i].name);
}

void
world_free(struct world *world)
{
	if (world == NULL)
		return;
	free_names(world);
	for (size_t i = 0; i < world->queue_count; i++) {
		free(world->queues[i].name);
		free(world->queues[i].fresh.items);
		free(world->queues[i].waiting.items);
		free(world->queues[i].troubles);
	}
	free(world->domains);
	free(world->domain_weights);
	free(world->vmtas);
	free(world->jobs);
	free(world->job_domains);
	free(world->queues);
	free(world->active);
	free(world->categories);
	free(world);
}
