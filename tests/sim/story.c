/* SPDX-License-Identifier: BSD-2-Clause */
/* The story of the demonstration: all is well, then a provider throttles one source, and its queue
 * grows. */
#include <stdio.h>

#include "sim.h"

/* Gmail's queue of the second VirtualMTA: reputation goes by source address, so the others are
 * well. */
static struct queue *
hero(struct world *world)
{
	return &world->queues[world->vmta_count > 1 ? 1 : 0];
}

void
story_tick(struct sim *sim)
{
	struct queue *queue = hero(sim->world);
	int64_t begins = sim->story_began + (int64_t)sim->options.story_after;
	int64_t ends = begins + (int64_t)sim->options.story_lasts;

	if (!sim->options.story)
		return;
	if (!sim->story_told && sim->world->now >= begins) {
		queue->throttled = true;
		sim->story_told = true;
		fprintf(stderr, "pmta-sim: story: %s is throttled from now on\n", queue->name);
	}
	if (sim->options.story_lasts > 0 && !sim->story_ended && sim->world->now >= ends) {
		queue->throttled = false;
		sim->story_ended = true;
		fprintf(stderr, "pmta-sim: story: %s is served again\n", queue->name);
	}
}
