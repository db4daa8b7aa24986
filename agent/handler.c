/* SPDX-License-Identifier: BSD-2-Clause */
#include "handler.h"

#include <stdlib.h>

#include "logbridge.h"
#include "mib.h"
#include "varbind.h"

/* One registration: a table, or the scalars where table is NULL. */
struct served {
	const struct table *table;
	const struct handler_view *view;
};

struct handlers {
	size_t count;
	struct served served[];
};

/* A request's OID behind the registered one. */
struct suffix {
	uint32_t sub[MAX_OID_LEN];
	size_t len;
};

/* False if the name is not below the root. */
static bool
suffix_of(struct suffix *suffix, const netsnmp_variable_list *varbind,
	  const netsnmp_handler_registration *reg)
{
	size_t skip = reg->rootoid_len;

	suffix->len = 0;
	if (snmp_oidtree_compare(varbind->name, varbind->name_length, reg->rootoid, skip) != 0 ||
	    varbind->name_length < skip)
		return false;
	for (size_t i = skip; i < varbind->name_length && suffix->len < MAX_OID_LEN; i++)
		suffix->sub[suffix->len++] = (uint32_t)varbind->name[i];
	return true;
}

static bool
served_get(const struct served *served, const struct suffix *suffix, struct value *value)
{
	const struct handler_view *view = served->view;
	struct moment now = snmploop_now(view->loop);

	if (!served->table)
		return scalar_get(view->snap, view->health, now, suffix->sub, suffix->len, value);
	return view->snap &&
	       table_get(served->table, view->snap, now, suffix->sub, suffix->len, value);
}

static bool
served_next(const struct served *served, const struct suffix *suffix, struct suffix *next,
	    struct value *value)
{
	const struct handler_view *view = served->view;
	struct moment now = snmploop_now(view->loop);

	if (!served->table)
		return scalar_next(view->snap, view->health, now, suffix->sub, suffix->len,
				   next->sub, &next->len, value);
	return view->snap && table_next(served->table, view->snap, now, suffix->sub, suffix->len,
					next->sub, &next->len, value);
}

static int
answer_get(const struct served *served, netsnmp_request_info *request, const struct suffix *suffix)
{
	struct value value;

	if (!served_get(served, suffix, &value))
		return snmp_set_var_typed_value(request->requestvb, SNMP_NOSUCHINSTANCE, NULL, 0);
	return varbind_set(request->requestvb, &value);
}

/* At the end of the table the varbind stays as it is: the library goes on behind it. */
static int
answer_next(const struct served *served, netsnmp_request_info *request, struct suffix *suffix,
	    const netsnmp_handler_registration *reg)
{
	struct varbind_oid name = {.len = 0};
	struct suffix next;
	struct value value;

	/* AgentX may ask for the first OID not smaller than the given one (RFC 2741, 5.2). */
	if (request->inclusive && served_get(served, suffix, &value))
		return varbind_set(request->requestvb, &value);
	if (!served_next(served, suffix, &next, &value))
		return 0;
	for (size_t i = 0; i < reg->rootoid_len; i++)
		name.sub[name.len++] = reg->rootoid[i];
	varbind_oid_add(&name, next.sub, next.len);
	snmp_set_var_objid(request->requestvb, name.sub, name.len);
	return varbind_set(request->requestvb, &value);
}

static int
answer(const struct served *served, netsnmp_request_info *request,
       const netsnmp_handler_registration *reg, int mode)
{
	struct suffix suffix;
	bool below = suffix_of(&suffix, request->requestvb, reg);

	if (mode == MODE_GET)
		return answer_get(served, request, &suffix);
	/* A name before the root begins at the root; one behind it has no next here. */
	if (!below && snmp_oid_compare(request->requestvb->name, request->requestvb->name_length,
				       reg->rootoid, reg->rootoid_len) > 0)
		return 0;
	return answer_next(served, request, &suffix, reg);
}

static int
handler_on_request(netsnmp_mib_handler *handler, netsnmp_handler_registration *reg,
		   netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	const struct served *served = handler->myvoid;

	if (info->mode != MODE_GET && info->mode != MODE_GETNEXT)
		return SNMP_ERR_NOERROR;
	for (; requests; requests = requests->next) {
		if (requests->processed)
			continue;
		if (answer(served, requests, reg, info->mode))
			netsnmp_set_request_error(info, requests, SNMP_ERR_RESOURCEUNAVAILABLE);
	}
	return SNMP_ERR_NOERROR;
}

static int
served_register(struct served *served)
{
	const char *name = served->table ? served->table->name : "pmtaAgent";
	netsnmp_handler_registration *reg;
	struct varbind_oid root = {.len = 0};
	uint32_t numbers[VALUE_OID_MAX];
	size_t len =
		served->table ? mib_table_oid(served->table, numbers) : mib_scalars_oid(numbers);

	varbind_oid_add(&root, numbers, len);
	reg = netsnmp_create_handler_registration(name, handler_on_request, root.sub, root.len,
						  HANDLER_CAN_RONLY);
	if (!reg)
		return MIB_REGISTRATION_FAILED;
	reg->handler->myvoid = served;
	return netsnmp_register_handler(reg);
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
	for (size_t i = 0; i < handlers->count; i++) {
		handlers->served[i].table = i < count ? tables[i] : NULL;
		handlers->served[i].view = view;
	}
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
