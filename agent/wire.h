/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire.h - the transport under the AgentX session: watched for what the library does not notice.
 *
 * The library ignores a message that it could not write, and never finishes one written in part;
 * nor does it tell who closed the connection. There is one such connection in a process.
 */
#ifndef PMTA_WIRE_H
#define PMTA_WIRE_H

#include <stdbool.h>

#include "netsnmp.h"

/* Who ended the last connection. */
enum wire_end { WIRE_END_NO_ANSWER, WIRE_END_BY_MASTER, WIRE_END_BY_US };

/* Watches the transport of this session, just opened. Returns 0, or -1 if it has none. */
int wire_attach(netsnmp_session *session);

/* The library closes the transport, or has closed it. */
void wire_detach(void);

bool wire_attached(void);

/* True once the connection was broken or closed, also while the library still has to find out. */
bool wire_ended(void);

/* Tells the library, by a closed connection, to begin anew. */
void wire_break(void);

/* Bytes written that the master has not read; 0 without a connection. */
unsigned wire_backlog(void);

/* True if a message could not be written since the last call. */
bool wire_take_failure(void);

/* Of the connection before this one, or of this one if it has ended. */
enum wire_end wire_end(void);

#endif
