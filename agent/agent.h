/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * agent.h - SNMP's side of the daemon: serves the hub's snapshot to snmpd over AgentX (RFC 2741)
 * and sends its events as notifications. Main thread only; the one user of libnetsnmp.
 */
#ifndef PMTA_AGENT_H
#define PMTA_AGENT_H

#include <stdbool.h>
#include <stdint.h>

struct agent;
struct event_base; /* libevent's */
struct snap_hub;

/* Levels of the log callback, as syslog(3) numbers them: 3 error, 4 warning, 5 notice, 6 info, 7
 * debug. */
typedef void (*agent_log_fn)(int priority, const char *message);

struct agent_options {
	const char *socket;	/* "/var/agentx/master" or "tcp:127.0.0.1:705" */
	unsigned ping_interval; /* seconds between AgentX pings; 0 sends none */
	unsigned notification_rate, notification_burst; /* a second; at once */
	const char *version;
	agent_log_fn log;
	bool no_shortcut; /* all requests go through the library: for comparison in tests */
};

/* Starts the subagent on this loop. A master that is not there yet is normal. NULL on failure. */
struct agent *agent_start(struct event_base *base, struct snap_hub *hub,
			  const struct agent_options *options);

/* Pacing of notifications can change on SIGHUP; all else needs a restart. */
void agent_set_pacing(struct agent *agent, unsigned rate, unsigned burst);

/* True once the collector has said goodbye and every notification was read by the master, or there
 * is no master. */
bool agent_is_done(const struct agent *agent);

/* Closes the session and frees all. */
void agent_stop(struct agent *agent);

/* Prints the MIB module as built (root OID included). Returns 0, or -1 on a write error. */
int agent_print_mib(void);

#endif
