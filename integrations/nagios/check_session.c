/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>

#include <stdlib.h>
#include <string.h>

#include "check_session_private.h"

#define PEER_SIZE 512
#define MICROSECONDS 1000000

/* Microseconds until the deadline, 0 if it has passed. */
static long
time_left(const struct check_session *session)
{
	struct timespec now;
	long left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left = (long)(session->deadline.tv_sec - now.tv_sec) * MICROSECONDS +
	       (session->deadline.tv_nsec - now.tv_nsec) / 1000;
	return left > 0 ? left : 0;
}

/* Each try has its part of the time that is left. */
static long
time_for_try(const struct check_session *session)
{
	long part = time_left(session) / (session->target->retries + 1);

	return part > 1000 ? part : 1000;
}

static void
say_no_answer(const struct check_target *target, char *error, size_t size)
{
	snprintf(error, size,
		 "no answer from %s port %s within %u s (is snmpd running and reachable, and is %s "
		 "right?)",
		 target->host, target->port, target->timeout,
		 target->version == 3 ? "the SNMPv3 user" : "the community");
}

/* Sets a protocol by its name and makes its key of the phrase. What was not given stays empty:
 * net-snmp takes it from snmp.conf. */
static int
set_auth(const struct check_target *target, netsnmp_session *out, char *error, size_t size)
{
	const oid *protocol;
	int type =
		usm_lookup_auth_type(target->auth_protocol == NULL ? "SHA" : target->auth_protocol);

	if (target->auth_protocol != NULL || target->auth_phrase != NULL) {
		if (type < 0) {
			snprintf(error, size, "-a \"%s\": no authentication protocol of net-snmp",
				 target->auth_protocol);
			return -1;
		}
		protocol = sc_get_auth_oid(type, &out->securityAuthProtoLen);
		out->securityAuthProto = snmp_duplicate_objid(protocol, out->securityAuthProtoLen);
	}
	if (target->auth_phrase == NULL)
		return 0;
	out->securityAuthKeyLen = USM_AUTH_KU_LEN;
	if (strlen(target->auth_phrase) < USM_LENGTH_P_MIN ||
	    generate_Ku(out->securityAuthProto, (unsigned)out->securityAuthProtoLen,
			(const unsigned char *)target->auth_phrase, strlen(target->auth_phrase),
			out->securityAuthKey, &out->securityAuthKeyLen) != SNMPERR_SUCCESS) {
		snprintf(error, size, "-A: expected a phrase of %d characters or more",
			 USM_LENGTH_P_MIN);
		return -1;
	}
	return 0;
}

static int
set_priv(const struct check_target *target, netsnmp_session *out, char *error, size_t size)
{
	const oid *protocol;
	int type =
		usm_lookup_priv_type(target->priv_protocol == NULL ? "AES" : target->priv_protocol);

	if (target->priv_protocol != NULL || target->priv_phrase != NULL) {
		if (type < 0) {
			snprintf(error, size, "-x \"%s\": no privacy protocol of net-snmp",
				 target->priv_protocol);
			return -1;
		}
		protocol = sc_get_priv_oid(type, &out->securityPrivProtoLen);
		out->securityPrivProto = snmp_duplicate_objid(protocol, out->securityPrivProtoLen);
	}
	if (target->priv_phrase == NULL)
		return 0;
	out->securityPrivKeyLen = USM_PRIV_KU_LEN;
	/* The key of privacy is made by the hash of authentication (RFC 3826, 1.2.1). */
	if (out->securityAuthProto == NULL || strlen(target->priv_phrase) < USM_LENGTH_P_MIN ||
	    generate_Ku(out->securityAuthProto, (unsigned)out->securityAuthProtoLen,
			(const unsigned char *)target->priv_phrase, strlen(target->priv_phrase),
			out->securityPrivKey, &out->securityPrivKeyLen) != SNMPERR_SUCCESS) {
		snprintf(error, size,
			 "-X: expected a phrase of %d characters or more, and -A or -a with it",
			 USM_LENGTH_P_MIN);
		return -1;
	}
	return 0;
}

static void
set_level(const struct check_target *target, netsnmp_session *out)
{
	if (target->level == NULL)
		return;
	if (strcmp(target->level, "authPriv") == 0)
		out->securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
	else if (strcmp(target->level, "authNoPriv") == 0)
		out->securityLevel = SNMP_SEC_LEVEL_AUTHNOPRIV;
	else
		out->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
}

/* Fills in what the version needs. The texts are the target's: snmp_sess_open() copies them. */
static int
set_credentials(const struct check_target *target, netsnmp_session *out, char *error, size_t size)
{
	const char *user = target->user;

	if (target->version != 3) {
		out->version = target->version == 1 ? SNMP_VERSION_1 : SNMP_VERSION_2c;
		if (target->community != NULL) {
			out->community = (unsigned char *)(uintptr_t)target->community;
			out->community_len = strlen(target->community);
		}
		return 0;
	}
	out->version = SNMP_VERSION_3;
	/* All other defaults the library takes from snmp.conf itself. */
	if (user == NULL)
		user = netsnmp_ds_get_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_SECNAME);
	if (user != NULL) {
		out->securityName = (char *)(uintptr_t)user;
		out->securityNameLen = strlen(user);
	}
	if (target->context != NULL) {
		out->contextName = (char *)(uintptr_t)target->context;
		out->contextNameLen = strlen(target->context);
	}
	set_level(target, out);
	if (set_auth(target, out, error, size) != 0)
		return -1;
	return set_priv(target, out, error, size);
}

/* net-snmp's name for the other end; an IPv6 address needs its transport named. */
static void
write_peer(const struct check_target *target, char *out, size_t size)
{
	struct in6_addr address;

	if (inet_pton(AF_INET6, target->host, &address) == 1)
		snprintf(out, size, "udp6:[%s]:%s", target->host, target->port);
	else
		snprintf(out, size, "%s:%s", target->host, target->port);
}

/* Reads snmp.conf, but no MIB. What it would keep is not kept: snmp_shutdown() is not called. */
static void
start_library(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	setenv("MIBS", "", 1);
	/* Without a handler the library would write to the standard error output. */
	netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
	init_snmp("check_pmta_snmp");
}

static void
say_why_not_open(const struct check_session *session, netsnmp_session *settings, char *error,
		 size_t size)
{
	char *reason = NULL;
	int library = 0, system_error = 0;

	snmp_error(settings, &library, &system_error, &reason);
	if (time_left(session) == 0 || library == SNMPERR_TIMEOUT)
		say_no_answer(session->target, error, size);
	else
		snprintf(error, size, "%s port %s: %s", session->target->host,
			 session->target->port, reason == NULL ? "cannot be reached" : reason);
	free(reason);
}

static int
open_handle(struct check_session *session, char *error, size_t size)
{
	netsnmp_session settings;
	char peer[PEER_SIZE];
	int result = -1;

	snmp_sess_init(&settings);
	write_peer(session->target, peer, sizeof peer);
	settings.peername = peer;
	settings.retries = session->target->retries;
	settings.timeout = time_for_try(session);
	if (set_credentials(session->target, &settings, error, size) == 0) {
		session->handle = snmp_sess_open(&settings);
		if (session->handle == NULL)
			say_why_not_open(session, &settings, error, size);
		else
			result = 0;
	}
	free(settings.securityAuthProto);
	free(settings.securityPrivProto);
	return result;
}

struct check_session *
check_session_open(const struct check_target *target, char *error, size_t size)
{
	struct check_session *session = calloc(1, sizeof *session);

	if (session == NULL) {
		snprintf(error, size, "no memory");
		return NULL;
	}
	start_library();
	session->target = target;
	clock_gettime(CLOCK_MONOTONIC, &session->deadline);
	session->deadline.tv_sec += target->timeout;
	if (open_handle(session, error, size) == 0)
		return session;
	free(session);
	return NULL;
}

void
check_session_close(struct check_session *session)
{
	if (session == NULL)
		return;
	snmp_sess_close(session->handle);
	free(session);
}

const char *
check_session_error(const struct check_session *session)
{
	return session->error;
}

netsnmp_pdu *
check_session_ask(struct check_session *session, netsnmp_pdu *request)
{
	netsnmp_session *settings = snmp_sess_session(session->handle);
	netsnmp_pdu *answer = NULL;
	char *reason = NULL;
	int status, library = 0, system_error = 0;

	settings->timeout = time_for_try(session);
	if (time_left(session) == 0) {
		snmp_free_pdu(request);
		status = STAT_TIMEOUT;
	} else {
		status = snmp_sess_synch_response(session->handle, request, &answer);
	}
	if (status == STAT_SUCCESS && answer != NULL)
		return answer;
	if (status != STAT_TIMEOUT)
		snmp_sess_error(session->handle, &library, &system_error, &reason);
	/* Of an SNMPv3 engine that is not found the library tells by this text only. */
	if (status == STAT_TIMEOUT ||
	    (reason != NULL && strcmp(reason, snmp_api_errstring(SNMPERR_TIMEOUT)) == 0)) {
		say_no_answer(session->target, session->error, sizeof session->error);
	} else {
		snprintf(session->error, sizeof session->error, "%s port %s: %s",
			 session->target->host, session->target->port,
			 reason == NULL ? "no answer" : reason);
	}
	free(reason);
	return NULL;
}
