/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * logbridge.h - hands the messages of libnetsnmp to our log, without those that say what we say
 * better ourselves.
 */
#ifndef PMTA_LOGBRIDGE_H
#define PMTA_LOGBRIDGE_H

#include "agent.h"

/* Diverts the library's messages to this function, for the life of the process. The refused
 * function is called when the master refuses a registration: the library tells so in its log only.
 * Returns 0, or -1 without memory. */
int logbridge_open(agent_log_fn log, void (*refused)(long error));

/* Drops all further messages. */
void logbridge_close(void);

/* Formats a message of the agent's own and logs it with this priority. */
void logbridge_say(agent_log_fn log, int priority, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
