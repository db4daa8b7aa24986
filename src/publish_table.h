/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * publish_table.h - builds the tables of a server anew: large ones in runs of pages, so that old
 * and new rows are never in memory all at once. For publish.c only.
 *
 * A run takes the place of some pages of the part that there is: it has all rows that belong
 * between those kept before and behind it, whichever have come and gone. So a part is a whole table
 * after each run, and the pages of a table whose keys are far between are as full as others.
 */
#ifndef PMTA_PUBLISH_TABLE_H
#define PMTA_PUBLISH_TABLE_H

#include "event_ring.h"
#include "model.h"
#include "snapshot.h"

/* The rows of a page, and the least of a run but for the last; a page of queues is of 300 to 500
 * kB. */
#define PUBLISH_PAGE_ROWS 2048u
#define PUBLISH_RUN_ROWS 4096u

/* A table on its way. */
struct publish_renewal {
	struct model_server *server;
	enum snap_table table;
	struct moment now;
	uint32_t objects; /* of those in order, how many have their rows */
	uint32_t pages;	  /* that are new */
	uint32_t rows;	  /* of the run that was made last */
	uint32_t omitted; /* rows that row-limit leaves out */
	bool done;
};

/* The version of what a table shows: it is to be renewed when this changed. */
uint32_t publish_version(const struct model_server *server, enum snap_table table);

/* Begins to renew a table that has a part for each server, and chooses the rows to be shown. The
 * model must not change until it is done. */
void publish_renewal_begin(struct publish_renewal *renewal, struct model_server *server,
			   enum snap_table table, struct moment now);

/* Makes the next run. Returns a part with it in place of old rows of this part, which the run
 * before returned (of the first: as last published; NULL: there is none yet, and the one run is the
 * whole table). NULL without memory: then the table stays as it is. */
struct snap_part *publish_renewal_run(struct publish_renewal *renewal,
				      const struct snap_part *part);

/* The events of the ring; NULL without memory (publish_event.c). */
struct snap_part *publish_events(const struct event_ring *ring);

#endif
