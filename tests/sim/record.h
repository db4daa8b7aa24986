/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.h - the accounting records: their types, their columns, and a record as values of columns.
 *
 * Source: PowerMTA 5.0 User's Guide, chapter 11.2 (record types, fields, default order).
 */
#ifndef PMTA_SIM_RECORD_H
#define PMTA_SIM_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum record_type {
	RECORD_D,
	RECORD_B,
	RECORD_T,
	RECORD_TQ,
	RECORD_R,
	RECORD_F,
	RECORD_RB,
	RECORD_RS,
	RECORD_TYPES
};

extern const char *const record_names[RECORD_TYPES];

/* Reads "d", "tq" or a long alias such as "delivery". RECORD_TYPES if it is none. */
enum record_type record_type_of(const char *name);

enum field {
	FIELD_TYPE,
	FIELD_TIME_LOGGED,
	FIELD_TIME_QUEUED,
	FIELD_ORIG,
	FIELD_RCPT,
	FIELD_ORCPT,
	FIELD_DSN_ACTION,
	FIELD_DSN_STATUS,
	FIELD_DSN_DIAG,
	FIELD_DSN_MTA,
	FIELD_BOUNCE_CAT,
	FIELD_SRC_TYPE,
	FIELD_SRC_MTA,
	FIELD_DLV_TYPE,
	FIELD_DLV_SOURCE_IP,
	FIELD_DLV_DESTINATION_IP,
	FIELD_DLV_ESMTP,
	FIELD_DLV_SIZE,
	FIELD_VMTA,
	FIELD_JOB,
	FIELD_ENV_ID,
	FIELD_QUEUE,
	FIELD_VMTA_POOL,
	FIELD_RCV_SOURCE_IP,
	FIELD_RCV_DESTINATION_IP,
	FIELD_REP_SOURCE_IP,
	FIELD_FEEDBACK_TYPE,
	FIELD_FORMAT,
	FIELD_USER_AGENT,
	FIELD_REPORTING_MTA,
	FIELD_REPORTED_DOMAIN,
	FIELD_HEADER_FROM,
	FIELD_HEADER_RETURN_PATH,
	FIELD_HEADER_JOB,
	FIELD_HEADER_SUBJECT,
	FIELD_DSN_REPORTING_MTA,
	FIELDS
};

extern const char *const field_names[FIELDS];

/* The default columns of a type in their order, ended by FIELDS; the first is FIELD_TYPE. */
const enum field *record_columns(enum record_type type);

/* A record. Absent values are NULL; texts are borrowed until it is written. */
struct record {
	enum record_type type;
	int64_t time_logged;
	int64_t time_queued;	   /* RECORD_NO_TIME: none */
	const char *value[FIELDS]; /* without type and times */
};

#define RECORD_NO_TIME INT64_MIN

#endif
