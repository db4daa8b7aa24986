/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_session_private.h - what opening a session and reading by it have in common.
 */
#ifndef PMTA_CHECK_SESSION_PRIVATE_H
#define PMTA_CHECK_SESSION_PRIVATE_H

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <time.h>

#include "check_session.h"

struct check_session {
	const struct check_target *target;
	void *handle; /* net-snmp's single session */
	struct timespec deadline;
	char error[512];
};

/* Sends a request, which it takes over, and waits for the answer. Returns the answer, to be freed
 * by snmp_free_pdu(), or NULL with the reason in session->error. */
netsnmp_pdu *check_session_ask(struct check_session *session, netsnmp_pdu *request);

#endif
