/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library connects inside an alarm of its own, by calls that can block without limit, so it is
 * let in by a door: the name of the socket it will use. The door leads nowhere until a knock was
 * answered, and is good for one attempt.
 */
#include "session.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knock.h"
#include "logbridge.h"
#include "netsnmp.h"
#include "wire.h"

#define APPLICATION "pmta-monitord"
/* A path that never is a socket: an attempt to connect fails at once. */
#define SHUT_DOOR "unix:/dev/null/shut"
/* A hung master costs this for each message the library waits for: ping, close and open. */
#define PATIENCE_US 300000L
#define RETRY_INTERVAL 1	   /* seconds between the library's attempts to connect */
#define REFUSED_INTERVAL 10	   /* seconds between attempts while another agent has our place */
#define DUPLICATE_REGISTRATION 263 /* RFC 2741, 6.2.16 */

/* What was logged last, so that only changes are. */
enum told {
	TOLD_NOTHING,
	TOLD_CONNECTED,
	TOLD_CUT,
	TOLD_ABSENT,
	TOLD_SILENT,
	TOLD_FORBIDDEN,
	TOLD_REFUSED
};

struct session {
	const struct agent_options *options;
	struct snmploop *loop;
	struct knock *knock;
	struct event *again; /* leaves a connection on which every registration was refused */
	netsnmp_session *master;
	unsigned generation, registered, refused;
	unsigned settled;    /* generation whose end was dealt with */
	int64_t answered_ms; /* when the master last answered while we registered; monotonic */
	bool initialised, door_open;
	enum told told;
};

static struct session *the_session;

static void
session_set_door(struct session *s, bool open)
{
	s->door_open = open;
	netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET,
			      open ? s->options->socket : SHUT_DOOR);
}

static void
session_set_interval(unsigned seconds)
{
	netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_AGENTX_PING_INTERVAL,
			   (int)seconds);
}

/* A session is about to be opened, the one with the master or the library's with itself. */
static int
session_on_init(int major, int minor, void *server_arg, void *client_arg)
{
	netsnmp_session *session = server_arg;

	(void)major;
	(void)minor;
	(void)client_arg;
	if (!the_session || session->version != NETSNMP_VERSION_AGENTX)
		return 0;
	session->timeout = PATIENCE_US;
	session->retries = 0;
	session_set_door(the_session, false);
	return 0;
}

static int
session_on_start(int major, int minor, void *server_arg, void *client_arg)
{
	(void)major;
	(void)minor;
	(void)client_arg;
	if (!the_session || wire_attach(server_arg))
		return 0;
	the_session->master = server_arg;
	the_session->generation++;
	the_session->registered = the_session->refused = 0;
	the_session->answered_ms = moment_now().mono_ms;
	/* A lost connection can leave more than one attempt to reconnect behind, each of which
	 * would go on for ever. What follows next is the alarm that pings. */
	snmp_alarm_unregister_all();
	/* A connection that ended while it registered leaves the rest marked as registered: without
	 * this, none of it would be offered to the master ever again. */
	register_mib_detach();
	session_set_interval(the_session->options->ping_interval);
	snmploop_reset(the_session->loop);
	return 0;
}

static int
session_on_stop(int major, int minor, void *server_arg, void *client_arg)
{
	(void)major;
	(void)minor;
	(void)server_arg;
	(void)client_arg;
	if (!the_session)
		return 0;
	the_session->master = NULL;
	wire_detach();
	session_set_door(the_session, false);
	session_set_interval(RETRY_INTERVAL);
	snmploop_reset(the_session->loop);
	return 0;
}

/* Comes after the library's own callback, which has waited for the master's answer. */
static int
session_on_register(int major, int minor, void *server_arg, void *client_arg)
{
	struct session *s = the_session;
	int64_t now_ms = moment_now().mono_ms;

	(void)major;
	(void)minor;
	(void)server_arg;
	(void)client_arg;
	if (!s || !s->master)
		return 0;
	s->registered++;
	/* The library would wait as long for each of the others, and then believe all is well. */
	if (now_ms - s->answered_ms >= PATIENCE_US / 1000)
		wire_break();
	s->answered_ms = now_ms;
	return 0;
}

static void
session_on_refused(long error)
{
	if (!the_session)
		return;
	the_session->refused++;
	if (error != DUPLICATE_REGISTRATION)
		logbridge_say(the_session->options->log, LOG_ERR,
			      "snmpd refused a registration: AgentX error %ld (RFC 2741, 6.2.16)",
			      error);
}

static void
session_tell(struct session *s, enum told told, int priority, const char *text)
{
	if (s->told == told)
		return;
	s->told = told;
	logbridge_say(s->options->log, priority, "%s: %s", s->options->socket, text);
}

/* The words of strerror(3) are those that the manual's troubleshooting lists. */
static void
session_tell_absent(struct session *s, int error)
{
	bool forbidden = error == EACCES || error == EPERM;
	char text[256];

	snprintf(text, sizeof text, "%s: %s", strerror(error),
		 forbidden
			 ? "snmpd's socket must be open to this daemon's group, and its directory "
			   "too: \"agentXPerms 0660 0755 pmta-monitor pmta-monitor\" in "
			   "snmpd.conf; trying again"
			 : "snmpd does not run or is no AgentX master (\"master agentx\" in "
			   "snmpd.conf); waiting for it");
	session_tell(s, forbidden ? TOLD_FORBIDDEN : TOLD_ABSENT, forbidden ? LOG_ERR : LOG_NOTICE,
		     text);
}

static void
session_on_knock(void *arg, enum knock_answer answer, int error)
{
	struct session *s = arg;

	if (answer == KNOCK_ABSENT) {
		session_tell_absent(s, error);
		return;
	}
	if (answer == KNOCK_SILENT) {
		session_tell(s, TOLD_SILENT, LOG_WARNING, "snmpd does not answer; waiting for it");
		return;
	}
	snmploop_enter(s->loop);
	session_set_door(s, true);
	if (!s->initialised) {
		/* Connects at once. Later it is an alarm of the library that does. */
		s->initialised = true;
		init_snmp(APPLICATION);
	}
	snmploop_leave(s->loop);
}

static void
session_on_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	wire_break();
}

static void
session_set_up_library(struct session *s)
{
	/* No MIB modules, no configuration files and no state of the library's own. */
	setenv("MIBS", "", 1);
	setenv("MIBDIRS", "/dev/null", 1);
	netsnmp_enable_subagent();
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_NO_CONNECTION_WARNINGS,
			       1);
	session_set_door(s, false);
	snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_SESSION_INIT, session_on_init,
			       NULL);
	snmp_register_callback(SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_START,
			       session_on_start, NULL);
	snmp_register_callback(SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_STOP,
			       session_on_stop, NULL);
	netsnmp_register_callback(SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_REGISTER_OID,
				  session_on_register, NULL, NETSNMP_CALLBACK_LOWEST_PRIORITY);
	init_agent(APPLICATION);
	/* init_agent() has just put its default in place of any interval set before. */
	session_set_interval(RETRY_INTERVAL);
}

struct session *
session_new(struct event_base *base, struct snmploop *loop, const struct agent_options *options)
{
	struct session *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->options = options;
	s->loop = loop;
	s->knock = knock_new(base, options->socket, session_on_knock, s);
	s->again = event_new(base, -1, 0, session_on_again, s);
	if (!s->knock || !s->again || logbridge_open(options->log, session_on_refused)) {
		knock_free(s->knock);
		if (s->again)
			event_free(s->again);
		free(s);
		return NULL;
	}
	the_session = s;
	session_set_up_library(s);
	return s;
}

void
session_open(struct session *s)
{
	if (knock_possible(s->knock)) {
		knock_start(s->knock);
		return;
	}
	snmploop_enter(s->loop);
	session_set_door(s, true);
	s->initialised = true;
	init_snmp(APPLICATION);
	snmploop_leave(s->loop);
}

void
session_free(struct session *s)
{
	if (!s)
		return;
	knock_free(s->knock);
	event_free(s->again);
	logbridge_close();
	snmp_shutdown(APPLICATION);
	shutdown_agent();
	wire_detach();
	the_session = NULL;
	free(s);
}

static void
session_settle_connected(struct session *s)
{
	static const struct timeval later = {REFUSED_INTERVAL, 0};

	knock_stop(s->knock);
	session_set_interval(RETRY_INTERVAL);
	if (!s->refused) {
		session_tell(s, TOLD_CONNECTED, LOG_NOTICE, "connected to snmpd");
		return;
	}
	session_tell(s, TOLD_REFUSED, LOG_ERR,
		     "snmpd has another agent for our objects: does a second " APPLICATION
		     " run on this host?");
	/* Where everything was refused there is nothing to lose by trying again. */
	if (s->refused >= s->registered && !event_pending(s->again, EV_TIMEOUT, NULL))
		event_add(s->again, &later);
}

/* A connection has ended that was there when this was called last, or came and went since. */
static void
session_tell_end(struct session *s)
{
	static const char *const end_texts[] = {
		[WIRE_END_NO_ANSWER] = "no answer to a ping",
		[WIRE_END_BY_MASTER] = "closed by snmpd",
		[WIRE_END_BY_US] = "broken off, it stood still",
	};
	char text[128];

	if (s->told == TOLD_CONNECTED) {
		s->told = TOLD_NOTHING;
		logbridge_say(s->options->log, LOG_WARNING, "%s: connection to snmpd lost (%s)",
			      s->options->socket, end_texts[wire_end()]);
	} else if (s->told != TOLD_REFUSED) {
		snprintf(text, sizeof text,
			 "connection to snmpd ended before all was registered (%s); trying again",
			 end_texts[wire_end()]);
		session_tell(s, TOLD_CUT, LOG_WARNING, text);
	}
}

void
session_settle(struct session *s)
{
	if (wire_attached()) {
		/* One that was broken off while we registered is not told as connected: the library
		 * reads its end next. */
		if (!wire_ended())
			session_settle_connected(s);
		return;
	}
	event_del(s->again);
	if (s->settled != s->generation)
		session_tell_end(s);
	s->settled = s->generation;
	if (!knock_possible(s->knock)) {
		session_set_door(s, true);
		session_tell(s, TOLD_ABSENT, LOG_NOTICE,
			     "no connection to snmpd yet; waiting for it");
	} else if (!s->door_open) {
		knock_start(s->knock);
	}
}

bool
session_connected(const struct session *s)
{
	return s->master != NULL;
}

unsigned
session_generation(const struct session *s)
{
	return s->generation;
}

uint32_t
session_reconnects(const struct session *s)
{
	return s->generation ? s->generation - 1 : 0;
}
