/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_column.h - the fields of an accounting record that are read, by their names: columns of a
 * CSV file, keys of a JSON one. Pure.
 *
 * Source: PowerMTA 5.0 User's Guide, chapter 11.2.
 */
#ifndef PMTA_ACCT_COLUMN_H
#define PMTA_ACCT_COLUMN_H

#include <stddef.h>

enum acct_column {
	ACCT_COLUMN_TYPE,
	ACCT_COLUMN_TIME_LOGGED,
	ACCT_COLUMN_TIME_QUEUED,
	ACCT_COLUMN_TOTAL_SECONDS_QUEUED,
	ACCT_COLUMN_RCPT,
	ACCT_COLUMN_DSN_STATUS,
	ACCT_COLUMN_DSN_DIAG,
	ACCT_COLUMN_DSN_MTA,
	ACCT_COLUMN_BOUNCE_CAT,
	ACCT_COLUMN_DLV_TYPE,
	ACCT_COLUMN_DLV_SOURCE_IP,
	ACCT_COLUMN_DLV_SIZE,
	ACCT_COLUMN_VMTA,
	ACCT_COLUMN_JOB_ID,
	ACCT_COLUMN_HEADER_JOB, /* the message header X-job: all that a feedback report has of it */
	ACCT_COLUMN_QUEUE,
	ACCT_COLUMN_FEEDBACK_TYPE,
	ACCT_COLUMNS
};

/* The field of this name (len bytes), in any case; ACCT_COLUMNS if it is none that is read. O(1):
 * called for each key of each JSON row. */
enum acct_column acct_column_find(const char *name, size_t len);

#endif
