/* SPDX-License-Identifier: BSD-2-Clause */
#include "shortcut.h"

#include "netsnmp.h"

/* RFC 2741, 6.1 (the library's agentx/protocol.h is not installed). */
#define AGENTX_GET 5
#define AGENTX_GETNEXT 6
#define AGENTX_RESPONSE 18
#define AGENTX_NON_DEFAULT_CONTEXT 0x08
#define AGENTX_NETWORK_BYTE_ORDER 0x10

/* The library gives its callbacks no argument of ours. */
static struct {
	struct handlers *handlers;
	netsnmp_callback library;
} shortcut;

/* The registration that can answer this varbind alone, or NULL. The master bounds a search by the
 * end of a registration; whatever goes further is the library's, which knows what comes behind. */
static const struct served *
served_alone(const netsnmp_variable_list *varbind, int command)
{
	const struct served *served =
		handlers_find(shortcut.handlers, varbind->name, varbind->name_length);

	if (!served || command == AGENTX_GET)
		return served;
	return served_holds_all_before(served, varbind->val.objid, varbind->val_len / sizeof(oid))
		       ? served
		       : NULL;
}

static bool
is_for_us(const netsnmp_pdu *pdu)
{
	const netsnmp_variable_list *varbind = pdu->variables;

	if ((pdu->command != AGENTX_GET && pdu->command != AGENTX_GETNEXT) ||
	    pdu->flags & AGENTX_NON_DEFAULT_CONTEXT)
		return false;
	while (varbind && served_alone(varbind, pdu->command))
		varbind = varbind->next_variable;
	return pdu->variables && !varbind;
}

static int
answer_get(netsnmp_variable_list *varbind)
{
	const struct served *served = served_alone(varbind, AGENTX_GET);
	struct value value;

	if (!served_get(served, varbind->name, varbind->name_length, &value))
		return snmp_set_var_typed_value(varbind, SNMP_NOSUCHINSTANCE, NULL, 0);
	return varbind_set(varbind, &value);
}

static int
answer_next(netsnmp_variable_list *varbind)
{
	const struct served *served = served_alone(varbind, AGENTX_GETNEXT);
	const bool included = varbind->type == ASN_PRIV_INCL_RANGE;
	struct varbind_oid next;
	struct value value;

	/* Where there is none before the end of the range, the name stays (RFC 2741, 7.2.3.2). */
	if (!served_next(served, varbind->name, varbind->name_length, included, &next, &value) ||
	    snmp_oid_compare(next.sub, next.len, varbind->val.objid,
			     varbind->val_len / sizeof(oid)) >= 0)
		return snmp_set_var_typed_value(varbind, SNMP_ENDOFMIBVIEW, NULL, 0);
	if (snmp_set_var_objid(varbind, next.sub, next.len))
		return -1;
	return varbind_set(varbind, &value);
}

/* Turns the request into its response. The varbinds are answered in their places; the library
 * frees what is left of the request. */
static netsnmp_pdu *
make_response(const netsnmp_session *session, netsnmp_pdu *pdu)
{
	netsnmp_pdu *response = snmp_pdu_create(AGENTX_RESPONSE);
	long index = 0;

	if (!response)
		return NULL;
	response->version = session->version;
	response->errstat = SNMP_ERR_NOERROR;
	response->errindex = 0;
	response->flags |= pdu->flags & AGENTX_NETWORK_BYTE_ORDER;
	response->sessid = pdu->sessid;
	response->transid = pdu->transid;
	response->reqid = pdu->reqid;
	response->variables = pdu->variables;
	pdu->variables = NULL;
	for (netsnmp_variable_list *v = response->variables; v; v = v->next_variable) {
		index++;
		if (pdu->command == AGENTX_GET ? answer_get(v) : answer_next(v)) {
			response->errstat = SNMP_ERR_RESOURCEUNAVAILABLE;
			response->errindex = index;
			snmp_free_varbind(response->variables);
			response->variables = NULL;
			break;
		}
	}
	return response;
}

static int
shortcut_on_message(int operation, netsnmp_session *session, int id, netsnmp_pdu *pdu, void *magic)
{
	netsnmp_pdu *response;

	if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || !pdu || !is_for_us(pdu))
		return shortcut.library(operation, session, id, pdu, magic);
	/* The master lives: the next ping can wait. The library keeps its alarm here. */
	if (session->securityModel != SNMP_DEFAULT_SECMODEL)
		snmp_alarm_reset((unsigned)session->securityModel);
	response = make_response(session, pdu);
	if (response && !snmp_send(session, response))
		snmp_free_pdu(response);
	return 1;
}

/* The library announces each session with the master; the callback it has for it is the old way. */
static int
shortcut_on_start(int major, int minor, void *server_arg, void *client_arg)
{
	netsnmp_session *session = server_arg;

	(void)major;
	(void)minor;
	(void)client_arg;
	shortcut.library = session->callback;
	session->callback = shortcut_on_message;
	return 0;
}

void
shortcut_open(struct handlers *handlers)
{
	shortcut.handlers = handlers;
	snmp_register_callback(SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_START,
			       shortcut_on_start, NULL);
}
