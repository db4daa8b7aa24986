/* SPDX-License-Identifier: BSD-2-Clause */
#include "logbridge.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "netsnmp.h"

#define LINE_MAX_LEN 512

/* The library is one for the process, so its log is too. */
static agent_log_fn bridge_log;
static void (*bridge_refused)(long error);
static char bridge_line[LINE_MAX_LEN];
static size_t bridge_len;
static char bridge_last[LINE_MAX_LEN];

/* Changes of the connection, which session.c reports once and in our words; what could not be sent
 * is sent again. The library complains of a lock of its own when a connection ends within a call.
 */
static const char *const told_elsewhere[] = {
	"AgentX master disconnected us",
	"AgentX master agent failed to respond to ping",
	"AgentX session to master agent attempted to be re-opened",
	"registering pdu failed",
	"snmpd: send_trap: Failure in sendto",
	"lock in _callback_lock sleeps",
	"netsnmp_assert lock_holded",
};

static bool
line_is_told_elsewhere(const char *line)
{
	for (size_t i = 0; i < sizeof told_elsewhere / sizeof told_elsewhere[0]; i++)
		if (strncmp(line, told_elsewhere[i], strlen(told_elsewhere[i])) == 0)
			return true;
	return strstr(line, "AgentX subagent connected") != NULL;
}

static void
bridge_put(int priority, const char *line)
{
	long error;

	if (sscanf(line, "registering pdu failed: %ld", &error) == 1 && bridge_refused)
		bridge_refused(error);
	if (!bridge_log || !*line)
		return;
	/* The library repeats a complaint at each attempt; once is enough to be read. */
	if (line_is_told_elsewhere(line) || strcmp(line, bridge_last) == 0)
		priority = LOG_DEBUG;
	else if (priority < LOG_ERR)
		priority = LOG_ERR;
	snprintf(bridge_last, sizeof bridge_last, "%s", line);
	bridge_log(priority, line);
}

/* Collects a line, which may come in several pieces, and puts it at its newline. */
static int
bridge_on_message(int major, int minor, void *server_arg, void *client_arg)
{
	const struct snmp_log_message *message = server_arg;

	(void)major;
	(void)minor;
	(void)client_arg;
	if (!message || !message->msg)
		return 0;
	for (const char *c = message->msg; *c; c++) {
		if (*c != '\n' && bridge_len < sizeof bridge_line - 1)
			bridge_line[bridge_len++] = *c;
		if (*c != '\n' && bridge_len < sizeof bridge_line - 1)
			continue;
		bridge_line[bridge_len] = '\0';
		bridge_len = 0;
		bridge_put(message->priority, bridge_line);
	}
	return 0;
}

int
logbridge_open(agent_log_fn log, void (*refused)(long error))
{
	bridge_log = log;
	bridge_refused = refused;
	snmp_disable_log();
	snmp_enable_calllog();
	if (snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, bridge_on_message,
				   NULL) == SNMPERR_SUCCESS)
		return 0;
	return -1;
}

void
logbridge_close(void)
{
	bridge_log = NULL;
	bridge_refused = NULL;
}

void
logbridge_say(agent_log_fn log, int priority, const char *fmt, ...)
{
	char line[LINE_MAX_LEN];
	va_list ap;

	if (!log)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	log(priority, line);
}
