/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.h - the AgentX session with the master agent: opened, watched, lost, opened again.
 *
 * The library holds everything that concerns the connection in global variables, so there is one
 * session in a process.
 */
#ifndef PMTA_SESSION_H
#define PMTA_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "agent.h"
#include "snmploop.h"

struct session;

/* Sets up the library as a subagent that reads no files and keeps no state. Registrations may
 * follow, then session_open(). The strings of options are borrowed. NULL without memory. */
struct session *session_new(struct event_base *base, struct snmploop *loop,
			    const struct agent_options *options);

/* Connects, now or as soon as there is a master, and again whenever the connection is lost. */
void session_open(struct session *s);

/* Closes the session; a master that does not answer is waited for no longer than a third of a
 * second. The library can not be used again in this process. */
void session_free(struct session *s);

/* To be called after each entry into the library: looks what became of the connection. */
void session_settle(struct session *s);

bool session_connected(const struct session *s);

/* A number that grows with each connection: tells whether it is still the same one. */
unsigned session_generation(const struct session *s);

/* Connections made after the first. */
uint32_t session_reconnects(const struct session *s);

#endif
