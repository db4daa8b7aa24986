/* SPDX-License-Identifier: BSD-2-Clause */
#include "handler.h"

#include <stdlib.h>
#include <string.h>

#include "logbridge.h"
#include "mib.h"

struct served {
	const struct table *table; /* NULL: the scalars */
	const struct handler_view *view;
	struct varbind_oid root, behind; /* behind: the first OID that is not below the root */
};

struct handlers {
	size_t count, last; /* last: the one found last, which most requests ask for again */
	struct served served[];
};

/* A request's OID behind the registered one. */
struct suffix {
	uint32_t sub[MAX_OID_LEN];
	size_t len;
};

static bool
served_holds(const struct served *served, const oid *name, size_t len)
{
	return len >= served->root.len &&
	       snmp_oidtree_compare(name, len, served->root.sub, served->root.len) == 0;
}

/* False if the name is not below the root. */
static bool
suffix_of(struct suffix *suffix, const struct served *served, const oid *name, size_t len)
{
	suffix->len = 0;
	if (!served_holds(served, name, len))
		return false;
	for (size_t i = served->root.len; i < len && suffix->len < MAX_OID_LEN; i++)
		suffix->sub[suffix->len++] = (uint32_t)name[i];
	return true;
}

static bool
suffix_get(const struct served *served, const struct suffix *suffix, struct value *value)
{
	const struct handler_view *view = served->view;
	struct moment now = snmploop_now(view->loop);

	if (!served->table)
		return scalar_get(view->snap, view->health, now, suffix->sub, suffix->len, value);
	return view->snap &&
	       table_get(served->table, view->snap, now, suffix->sub, suffix->len, value);
}

/* Puts the next instance's OID in place of the one given. */
static bool
suffix_next(const struct served *served, struct suffix *suffix, struct value *value)
{
	const struct handler_view *view = served->view;
	struct moment now = snmploop_now(view->loop);

	if (!served->table)
		return scalar_next(view->snap, view->health, now, suffix->sub, suffix->len,
				   suffix->sub, &suffix->len, value);
	return view->snap && table_next(served->table, view->snap, now, suffix->sub, suffix->len,
					suffix->sub, &suffix->len, value);
}

bool
served_get(const struct served *served, const oid *name, size_t len, struct value *value)
{
	struct suffix suffix;

	return suffix_of(&suffix, served, name, len) && suffix_get(served, &suffix, value);
}

bool
served_next(const struct served *served, const oid *name, size_t len, bool included,
	    struct varbind_oid *next, struct value *value)
{
	struct suffix suffix;
	bool below = suffix_of(&suffix, served, name, len);

	/* A name before the root begins at the root; one behind it has no next here. */
	if (!below && snmp_oid_compare(name, len, served->root.sub, served->root.len) > 0)
		return false;
	if (!(included && suffix_get(served, &suffix, value)) &&
	    !suffix_next(served, &suffix, value))
		return false;
	next->len = served->root.len;
	memcpy(next->sub, served->root.sub, next->len * sizeof next->sub[0]);
	varbind_oid_add(next, suffix.sub, suffix.len);
	return true;
}

bool
served_holds_all_before(const struct served *served, const oid *end, size_t len)
{
	return snmp_oid_compare(end, len, served->root.sub, served->root.len) > 0 &&
	       snmp_oid_compare(end, len, served->behind.sub, served->behind.len) <= 0;
}

const struct served *
handlers_find(struct handlers *handlers, const oid *name, size_t len)
{
	if (served_holds(&handlers->served[handlers->last], name, len))
		return &handlers->served[handlers->last];
	for (size_t i = 0; i < handlers->count; i++)
		if (served_holds(&handlers->served[i], name, len)) {
			handlers->last = i;
			return &handlers->served[i];
		}
	return NULL;
}

/* At the end of the table the varbind stays as it is: the library goes on behind it. */
static int
answer_next(const struct served *served, netsnmp_request_info *request)
{
	netsnmp_variable_list *varbind = request->requestvb;
	struct varbind_oid next;
	struct value value;

	if (!served_next(served, varbind->name, varbind->name_length, request->inclusive, &next,
			 &value))
		return 0;
	snmp_set_var_objid(varbind, next.sub, next.len);
	return varbind_set(varbind, &value);
}

static int
answer_get(const struct served *served, netsnmp_variable_list *varbind)
{
	struct value value;

	if (!served_get(served, varbind->name, varbind->name_length, &value))
		return snmp_set_var_typed_value(varbind, SNMP_NOSUCHINSTANCE, NULL, 0);
	return varbind_set(varbind, &value);
}

static int
handler_on_request(netsnmp_mib_handler *handler, netsnmp_handler_registration *reg,
		   netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	const struct served *served = handler->myvoid;

	(void)reg;
	if (info->mode != MODE_GET && info->mode != MODE_GETNEXT)
		return SNMP_ERR_NOERROR;
	for (; requests; requests = requests->next) {
		if (requests->processed)
			continue;
		if (info->mode == MODE_GET ? answer_get(served, requests->requestvb)
					   : answer_next(served, requests))
			netsnmp_set_request_error(info, requests, SNMP_ERR_RESOURCEUNAVAILABLE);
	}
	return SNMP_ERR_NOERROR;
}

static int
served_register(struct served *served)
{
	const char *name = served->table ? served->table->name : "pmtaAgent";
	netsnmp_handler_registration *reg;

	reg = netsnmp_create_handler_registration(name, handler_on_request, served->root.sub,
						  served->root.len, HANDLER_CAN_RONLY);
	if (!reg)
		return MIB_REGISTRATION_FAILED;
	reg->handler->myvoid = served;
	return netsnmp_register_handler(reg);
}

static void
served_set_up(struct served *served, const struct table *table, const struct handler_view *view)
{
	uint32_t numbers[VALUE_OID_MAX];
	size_t len = table ? mib_table_oid(table, numbers) : mib_scalars_oid(numbers);

	served->table = table;
	served->view = view;
	varbind_oid_add(&served->root, numbers, len);
	numbers[len - 1]++;
	varbind_oid_add(&served->behind, numbers, len);
}

struct handlers *
handlers_new(const struct handler_view *view)
{
	size_t count;
	const struct table *const *tables = mib_tables(&count);
	struct handlers *handlers;

	handlers = calloc(1, sizeof *handlers + (count + 1) * sizeof handlers->served[0]);
	if (!handlers)
		return NULL;
	handlers->count = count + 1;
	for (size_t i = 0; i < handlers->count; i++)
		served_set_up(&handlers->served[i], i < count ? tables[i] : NULL, view);
	return handlers;
}

int
handlers_register(struct handlers *handlers, agent_log_fn log)
{
	for (size_t i = 0; i < handlers->count; i++) {
		const struct table *table = handlers->served[i].table;
		int result = served_register(&handlers->served[i]);

		if (result == MIB_REGISTERED_OK)
			continue;
		logbridge_say(log, LOG_ERR, "cannot register %s: %s",
			      table ? table->name : "pmtaAgent",
			      result == MIB_DUPLICATE_REGISTRATION ? "its OID is taken"
								   : "the library refused");
		return -1;
	}
	return 0;
}

void
handlers_free(struct handlers *handlers)
{
	free(handlers);
}
