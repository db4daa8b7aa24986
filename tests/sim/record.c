/* SPDX-License-Identifier: BSD-2-Clause */
#include "record.h"

#include <string.h>

const char *const record_names[RECORD_TYPES] = {"d", "b", "t", "tq", "r", "f", "rb", "rs"};

/* PowerMTA's configuration takes either (11.3). */
static const char *const long_names[RECORD_TYPES] = {
	"delivery", "bounce",	     "transient",     "transient-queue",
	"receipt",  "feedback-loop", "remote-bounce", "remote-status",
};

/* Spelled as in the guide's tables, with their mixture of cases. */
const char *const field_names[FIELDS] = {
	[FIELD_TYPE] = "type",
	[FIELD_TIME_LOGGED] = "timeLogged",
	[FIELD_TIME_QUEUED] = "timeQueued",
	[FIELD_ORIG] = "orig",
	[FIELD_RCPT] = "rcpt",
	[FIELD_ORCPT] = "orcpt",
	[FIELD_DSN_ACTION] = "dsnAction",
	[FIELD_DSN_STATUS] = "dsnStatus",
	[FIELD_DSN_DIAG] = "dsnDiag",
	[FIELD_DSN_MTA] = "dsnMta",
	[FIELD_BOUNCE_CAT] = "bounceCat",
	[FIELD_SRC_TYPE] = "srcType",
	[FIELD_SRC_MTA] = "srcMta",
	[FIELD_DLV_TYPE] = "dlvType",
	[FIELD_DLV_SOURCE_IP] = "dlvSourceIp",
	[FIELD_DLV_DESTINATION_IP] = "dlvDestinationIp",
	[FIELD_DLV_ESMTP] = "dlvEsmtpAvailable",
	[FIELD_DLV_SIZE] = "dlvSize",
	[FIELD_VMTA] = "vmta",
	[FIELD_JOB] = "jobId",
	[FIELD_ENV_ID] = "envId",
	[FIELD_QUEUE] = "queue",
	[FIELD_VMTA_POOL] = "vmtaPool",
	[FIELD_RCV_SOURCE_IP] = "rcvSourceIp",
	[FIELD_RCV_DESTINATION_IP] = "rcvDestinationIp",
	[FIELD_REP_SOURCE_IP] = "repSourceIp",
	[FIELD_FEEDBACK_TYPE] = "feedbackType",
	[FIELD_FORMAT] = "format",
	[FIELD_USER_AGENT] = "userAgent",
	[FIELD_REPORTING_MTA] = "reportingMta",
	[FIELD_REPORTED_DOMAIN] = "reportedDomain",
	[FIELD_HEADER_FROM] = "header_From",
	[FIELD_HEADER_RETURN_PATH] = "header_Return-Path",
	[FIELD_HEADER_JOB] = "header_X-job",
	[FIELD_HEADER_SUBJECT] = "header_Subject",
	[FIELD_DSN_REPORTING_MTA] = "dsnReportingMta",
};

/* The 23 columns that d, b and t have by default in 4.5 and 5.0. */
static const enum field delivery_columns[] = {
	FIELD_TYPE,	 FIELD_TIME_LOGGED, FIELD_TIME_QUEUED,	 FIELD_ORIG,
	FIELD_RCPT,	 FIELD_ORCPT,	    FIELD_DSN_ACTION,	 FIELD_DSN_STATUS,
	FIELD_DSN_DIAG,	 FIELD_DSN_MTA,	    FIELD_BOUNCE_CAT,	 FIELD_SRC_TYPE,
	FIELD_SRC_MTA,	 FIELD_DLV_TYPE,    FIELD_DLV_SOURCE_IP, FIELD_DLV_DESTINATION_IP,
	FIELD_DLV_ESMTP, FIELD_DLV_SIZE,    FIELD_VMTA,		 FIELD_JOB,
	FIELD_ENV_ID,	 FIELD_QUEUE,	    FIELD_VMTA_POOL,	 FIELDS,
};

/* The order of the guide's sample row, not that of its table. */
static const enum field queue_error_columns[] = {
	FIELD_TYPE,
	FIELD_TIME_LOGGED,
	FIELD_DSN_STATUS,
	FIELD_DSN_DIAG,
	FIELD_DSN_MTA,
	FIELD_DLV_TYPE,
	FIELD_DLV_SOURCE_IP,
	FIELD_DLV_DESTINATION_IP,
	FIELD_VMTA,
	FIELD_QUEUE,
	FIELDS,
};

/* Where vmtaPool stands is not documented; beside vmta is where the union puts it, too. */
static const enum field receipt_columns[] = {
	FIELD_TYPE,
	FIELD_TIME_LOGGED,
	FIELD_ORIG,
	FIELD_RCPT,
	FIELD_ORCPT,
	FIELD_SRC_TYPE,
	FIELD_SRC_MTA,
	FIELD_RCV_SOURCE_IP,
	FIELD_RCV_DESTINATION_IP,
	FIELD_VMTA,
	FIELD_VMTA_POOL,
	FIELD_JOB,
	FIELD_ENV_ID,
	FIELDS,
};

/* Production readers rely on these offsets: 4, 5, 7, 8, 11, 12, 14, 15. */
static const enum field feedback_columns[] = {
	FIELD_TYPE,
	FIELD_TIME_LOGGED,
	FIELD_REP_SOURCE_IP,
	FIELD_FEEDBACK_TYPE,
	FIELD_FORMAT,
	FIELD_USER_AGENT,
	FIELD_ENV_ID,
	FIELD_ORIG,
	FIELD_RCPT,
	FIELD_REPORTING_MTA,
	FIELD_DLV_SOURCE_IP,
	FIELD_REPORTED_DOMAIN,
	FIELD_HEADER_FROM,
	FIELD_HEADER_RETURN_PATH,
	FIELD_HEADER_JOB,
	FIELD_HEADER_SUBJECT,
	FIELDS,
};

/* rb names who reported, rs what was done and in which format. */
static const enum field remote_bounce_columns[] = {
	FIELD_TYPE,
	FIELD_TIME_LOGGED,
	FIELD_ORIG,
	FIELD_RCPT,
	FIELD_ORCPT,
	FIELD_DSN_STATUS,
	FIELD_DSN_DIAG,
	FIELD_DSN_MTA,
	FIELD_DSN_REPORTING_MTA,
	FIELD_BOUNCE_CAT,
	FIELD_SRC_TYPE,
	FIELD_SRC_MTA,
	FIELD_ENV_ID,
	FIELDS,
};

static const enum field remote_status_columns[] = {
	FIELD_TYPE,	  FIELD_TIME_LOGGED, FIELD_ORIG,     FIELD_RCPT,    FIELD_ORCPT,
	FIELD_DSN_ACTION, FIELD_DSN_STATUS,  FIELD_DSN_DIAG, FIELD_DSN_MTA, FIELD_BOUNCE_CAT,
	FIELD_SRC_TYPE,	  FIELD_SRC_MTA,     FIELD_ENV_ID,   FIELD_FORMAT,  FIELDS,
};

enum record_type
record_type_of(const char *name)
{
	for (int i = 0; i < RECORD_TYPES; i++) {
		if (strcmp(name, record_names[i]) == 0 || strcmp(name, long_names[i]) == 0)
			return (enum record_type)i;
	}
	return RECORD_TYPES;
}

const enum field *
record_columns(enum record_type type)
{
	switch (type) {
	case RECORD_TQ:
		return queue_error_columns;
	case RECORD_R:
		return receipt_columns;
	case RECORD_F:
		return feedback_columns;
	case RECORD_RB:
		return remote_bounce_columns;
	case RECORD_RS:
		return remote_status_columns;
	default:
		return delivery_columns;
	}
}
