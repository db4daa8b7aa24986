/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handler.h - registers the tables and scalars with libnetsnmpagent and answers GET and GETNEXT for
 * them from the current snapshot.
 *
 * Requests come from the library, or past it from shortcut.h: both get the same answers.
 */
#ifndef PMTA_HANDLER_H
#define PMTA_HANDLER_H

#include "agent.h"
#include "scalars.h"
#include "snmploop.h"
#include "value.h"
#include "varbind.h"

/* What the answers are made from. The agent changes it between requests, never during one. */
struct handler_view {
	const struct snapshot *snap; /* NULL before the first: there are no rows then */
	const struct agent_health *health;
	const struct snmploop *loop; /* tells the time of the request */
};

struct handlers;
struct served; /* one registration: a table, or the scalars */

/* Room for the registrations; view is borrowed. NULL without memory. */
struct handlers *handlers_new(const struct handler_view *view);

/* Registers all tables and the scalars. Returns 0, or -1 if one failed, which is logged. */
int handlers_register(struct handlers *handlers, agent_log_fn log);

/* The registration that this OID is or is below; NULL if it is none of ours. */
const struct served *handlers_find(struct handlers *handlers, const oid *name, size_t len);

/* True if the range that ends before this OID, and begins below the registration, lies in it. */
bool served_holds_all_before(const struct served *served, const oid *end, size_t len);

/* GET. Returns true and *value, or false: no such instance. */
bool served_get(const struct served *served, const oid *name, size_t len, struct value *value);

/* GETNEXT: the first instance behind this OID, or at it if it is included (RFC 2741, 5.2). Returns
 * true with *next and *value, or false if the registration has no more. */
bool served_next(const struct served *served, const oid *name, size_t len, bool included,
		 struct varbind_oid *next, struct value *value);

/* The library must have been shut down: until then the registrations point to these. */
void handlers_free(struct handlers *handlers);

#endif
