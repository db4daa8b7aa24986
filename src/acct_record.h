/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_record.h - what a row of an accounting file says: maps the columns by their names and reads
 * the values. Pure.
 *
 * Source: PowerMTA 5.0 User's Guide, chapter 11.2 (record types and fields).
 */
#ifndef PMTA_ACCT_RECORD_H
#define PMTA_ACCT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "acct_column.h"
#include "csv.h"
#include "snapshot.h"

enum acct_type {
	ACCT_DELIVERY = 1,    /* d */
	ACCT_BOUNCE,	      /* b */
	ACCT_TRANSIENT,	      /* t */
	ACCT_TRANSIENT_QUEUE, /* tq */
	ACCT_RECEIPT,	      /* r */
	ACCT_FEEDBACK,	      /* f */
	ACCT_REMOTE_BOUNCE,   /* rb */
	ACCT_REMOTE_STATUS    /* rs */
};

/* One record. Slices point into the row's buffer and are as the file has them, not cleaned. */
struct acct_record {
	enum acct_type type;
	int64_t time_logged; /* UTC seconds; SNAP_NO_TIME if the file has none or it is no time */
	int64_t time_queued;
	int64_t total_seconds_queued; /* totalSecondsQueued; see the next */
	bool has_total_seconds_queued;
	bool is_admin_delete;	   /* b: deleted by an administrator, no server refused it */
	bool is_suppressed;	   /* b: the recipient is in a suppression list of PowerMTA's own */
	struct slice queue;	   /* "domain/vmta" */
	struct slice queue_domain; /* before the first '/', else all of it */
	struct slice queue_vmta;   /* behind it, else empty */
	struct slice vmta;	   /* column vmta; a pool's name in an r record */
	struct slice rcpt_domain;  /* behind the last '@' of rcpt, without '>' */
	struct slice bounce_cat;
	struct slice dsn_status; /* first word only: "5.1.1" */
	struct slice dsn_diag;
	struct slice dsn_mta; /* "host (address)" of the server that answered */
	struct slice dlv_type;
	struct slice dlv_source_ip;
	struct slice job;
	struct slice feedback_type;
	uint64_t size; /* dlvSize, bytes; 0 if absent */
};

/* Seconds that the message had been queued when the record was written (guide 11.4.2): as PowerMTA
 * says itself where it does, else the difference of both times, which is negative when a clock was
 * set back. SNAP_NO_TIME if unknown. */
static inline int64_t
acct_record_latency(const struct acct_record *record)
{
	if (record->has_total_seconds_queued)
		return record->total_seconds_queued;
	if (record->time_logged == SNAP_NO_TIME || record->time_queued == SNAP_NO_TIME)
		return SNAP_NO_TIME;
	return record->time_logged - record->time_queued;
}

/* Reads the values of a row, whatever its format; empty ones are those that it lacks. kind says in
 * a complaint what names them: "column" or "key". Returns 0, or -1 with a reason that names value
 * and expectation. */
int acct_record_from(const struct slice values[ACCT_COLUMNS], const char *kind,
		     struct acct_record *out, char *error, size_t error_size);

/* Which column holds what. One for each file: a new header replaces it. */
struct acct_header;

/* Reads a header row (first field "type", any case; a BOM before it is skipped). NULL if it is none
 * or without memory. Names are matched without case; of a repeated name the first column counts. */
struct acct_header *acct_header_new(const struct csv_row *row);
void acct_header_free(struct acct_header *header);

/* True if the row is a header: its first field is "type". */
bool acct_row_is_header(const struct csv_row *row);

/* Looks in a line for a header that does not begin it: a writer that died in the middle of a row
 * was started anew. Returns where the header begins, or NULL. */
const char *acct_header_search(const char *line, size_t len);

/* True if the header has this column ("timeQueued"). */
bool acct_header_has(const struct acct_header *header, const char *name);

/* Reads a row. Rows shorter or longer than the header are accepted. Returns 0, or -1 with a reason
 * that names column, value and what was expected. */
int acct_record_read(const struct acct_header *header, const struct csv_row *row,
		     struct acct_record *out, char *error, size_t error_size);

#endif
