/* SPDX-License-Identifier: BSD-2-Clause */
#include "wait_reason.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* How PowerMTA's own texts open; what follows names queues, hosts and their replies. */
static const struct {
	const char *opening;
	enum snap_wait_reason reason;
} openings[] = {
	{"connect rate limit reached", SNAP_WAIT_CONNECT_RATE},
	{"message rate limit reached", SNAP_WAIT_MESSAGE_RATE},
	{"skip of MX requested", SNAP_WAIT_MX_SKIPPED},
	{"Error: \"", SNAP_WAIT_REMOTE_REFUSED},
	{"All SMTP sources for queue", SNAP_WAIT_SOURCES_DISABLED},
};

/* The reply a server gave is quoted first of all: digits further on are somebody's words. */
static uint16_t
quoted_reply_code(const char *text)
{
	const char *reply = strchr(text, '"');

	if (reply == NULL)
		return 0;
	reply++;
	if (reply[0] < '2' || reply[0] > '5' || !isdigit((unsigned char)reply[1]) ||
	    !isdigit((unsigned char)reply[2]) || isdigit((unsigned char)reply[3]))
		return 0;
	return (uint16_t)((reply[0] - '0') * 100 + (reply[1] - '0') * 10 + (reply[2] - '0'));
}

enum snap_wait_reason
wait_reason_of(const char *text, uint16_t *reply_code)
{
	*reply_code = 0;
	if (text == NULL)
		return SNAP_WAIT_NONE;
	text += strspn(text, " \t\r\n");
	if (*text == '\0')
		return SNAP_WAIT_NONE;
	*reply_code = quoted_reply_code(text);
	for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
		if (strncasecmp(text, openings[i].opening, strlen(openings[i].opening)) == 0)
			return openings[i].reason;
	}
	return SNAP_WAIT_OTHER;
}
