/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handler.h - registers the tables and scalars with libnetsnmpagent and answers GET and GETNEXT for
 * them from the current snapshot.
 */
#ifndef PMTA_HANDLER_H
#define PMTA_HANDLER_H

#include "agent.h"
#include "scalars.h"
#include "snmploop.h"

/* What the answers are made from. The agent changes it between requests, never during one. */
struct handler_view {
	const struct snapshot *snap; /* NULL before the first: there are no rows then */
	const struct agent_health *health;
	const struct snmploop *loop; /* tells the time of the request */
};

struct handlers;

/* Room for the registrations; view is borrowed. NULL without memory. */
struct handlers *handlers_new(const struct handler_view *view);

/* Registers all tables and the scalars. Returns 0, or -1 if one failed, which is logged. */
int handlers_register(struct handlers *handlers, agent_log_fn log);

/* The library must have been shut down: until then the registrations point to these. */
void handlers_free(struct handlers *handlers);

#endif
