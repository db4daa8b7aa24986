/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_column.h"

#include <strings.h>

#define SLOTS 32

/* Length, first and middle byte tell all names apart. Setting the bit makes a letter small. Two
 * names in one slot would be one initialiser twice, of which the compiler warns. */
#define SLOT(length, first, middle)                                                              \
	(((unsigned)(length) + 3 * ((unsigned)(first) | 0x20u) + ((unsigned)(middle) | 0x20u)) % \
	 SLOTS)
#define NAME(first, middle, text, column) \
	[SLOT(sizeof(text) - 1, first, middle)] = {text, sizeof(text) - 1, column}

static const struct {
	const char *text;
	unsigned char length; /* 0: no name has this slot */
	unsigned char column;
} names[SLOTS] = {
	NAME('t', 'p', "type", ACCT_COLUMN_TYPE),
	NAME('t', 'o', "timeLogged", ACCT_COLUMN_TIME_LOGGED),
	NAME('t', 'u', "timeQueued", ACCT_COLUMN_TIME_QUEUED),
	NAME('t', 'n', "totalSecondsQueued", ACCT_COLUMN_TOTAL_SECONDS_QUEUED),
	NAME('r', 'p', "rcpt", ACCT_COLUMN_RCPT),
	NAME('d', 't', "dsnStatus", ACCT_COLUMN_DSN_STATUS),
	NAME('d', 'd', "dsnDiag", ACCT_COLUMN_DSN_DIAG),
	NAME('d', 'm', "dsnMta", ACCT_COLUMN_DSN_MTA),
	NAME('b', 'c', "bounceCat", ACCT_COLUMN_BOUNCE_CAT),
	NAME('d', 't', "dlvType", ACCT_COLUMN_DLV_TYPE),
	NAME('d', 'u', "dlvSourceIp", ACCT_COLUMN_DLV_SOURCE_IP),
	NAME('d', 's', "dlvSize", ACCT_COLUMN_DLV_SIZE),
	NAME('v', 't', "vmta", ACCT_COLUMN_VMTA),
	NAME('j', 'b', "jobId", ACCT_COLUMN_JOB_ID),
	NAME('h', '_', "header_X-job", ACCT_COLUMN_HEADER_JOB),
	NAME('q', 'e', "queue", ACCT_COLUMN_QUEUE),
	NAME('f', 'c', "feedbackType", ACCT_COLUMN_FEEDBACK_TYPE),
};

enum acct_column
acct_column_find(const char *name, size_t len)
{
	unsigned slot;

	if (len == 0)
		return ACCT_COLUMNS;
	slot = SLOT(len, (unsigned char)name[0], (unsigned char)name[len / 2]);
	if (names[slot].length != len || strncasecmp(names[slot].text, name, len) != 0)
		return ACCT_COLUMNS;
	return (enum acct_column)names[slot].column;
}
