/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poller.h - asks one server's web monitor for its pages when they are due, and feeds the model.
 */
#ifndef PMTA_POLLER_H
#define PMTA_POLLER_H

#include "conf.h"
#include "fetch.h"
#include "model.h"

/* What a poller tells its owner, after the model has been fed. */
struct poller_listener {
	void (*status_polled)(void *ctx, struct model_server *server); /* good or bad */
	void (*listed)(void *ctx, struct model_server *server,
		       enum doc_list_kind kind); /* good only */
	void *ctx;
};

struct poller;

/* A poller whose first /status is due at first_due (monotonic ms). All that is passed must outlive
 * it. NULL without memory, or if the URL or key cannot be used (logged). */
struct poller *poller_new(struct fetch *fetch, struct model_server *server, const struct conf *conf,
			  const struct conf_server *section, const struct poller_listener *listener,
			  int64_t first_due);
/* Cancels what is under way. */
void poller_free(struct poller *poller);

/* Starts what is due; /status first, the lists one after the other. Returns when it wants to be
 * called again (monotonic ms). */
int64_t poller_run(struct poller *poller, struct moment now);

#endif
