/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watch.h - what asks and looks at every server of a configuration: one poller for each that has a
 * URL (poller.h), one checker for each (checker.h).
 *
 * Collector thread only.
 */
#ifndef PMTA_WATCH_H
#define PMTA_WATCH_H

#include "checker.h"
#include "poller.h"

/* Begins zeroed. */
struct watch {
	struct poller **pollers;
	uint32_t poller_count;
	struct checker **checkers; /* by the model's order of servers */
	uint32_t checker_count;
};

/* Makes them for the servers of a model, under the configuration in force there. All that is passed
 * must outlive them. 0, or -1 without memory: then some servers are not watched. */
int watch_open(struct watch *watch, struct fetch *fetch, struct model *model,
	       const struct poller_listener *listener, struct moment now);
/* Cancels what is under way; may be opened again. */
void watch_close(struct watch *watch);

/* Starts what is due. Returns when it wants to be called again (monotonic ms), INT64_MAX if there
 * is nothing to watch. */
int64_t watch_run(struct watch *watch, struct moment now);

#endif
