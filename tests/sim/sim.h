/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sim.h - one run of the simulator: what its parts share.
 */
#ifndef PMTA_SIM_SIM_H
#define PMTA_SIM_SIM_H

#include "fault.h"
#include "options.h"

enum sim_page { PAGE_STATUS, PAGE_QUEUES, PAGE_DOMAINS, PAGE_VMTAS, PAGE_JOBS, SIM_PAGES };

extern const char *const sim_pages[SIM_PAGES]; /* "/status" ... */

struct sim {
	struct sim_options options;
	struct sim_clock clock;
	struct world *world;
	struct acct *acct;
	struct faults *faults;
	struct smtp *smtp; /* NULL: no port */
	uint64_t requests[SIM_PAGES];
	uint64_t trap_requests, trap_keys; /* at /control/trap; those with an API key */
	double stop_listening;		   /* real seconds asked for; 0: none */
	bool release_hung;		   /* let the hung requests go on */
	int64_t story_began;		   /* simulated time at the start */
	bool story_told, story_ended;
};

/* Moves the simulated time by a second, with all that happens in it. */
void sim_tick(struct sim *sim);

/* Begins and ends the provider's throttling when the story says so. */
void story_tick(struct sim *sim);

/* The exact books as JSON. */
void books_write(const struct sim *sim, struct buf *out);

#endif
