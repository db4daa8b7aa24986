/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_record.h - maps the columns of an accounting file by their names and reads its rows. Pure.
 *
 * Source: PowerMTA 5.0 User's Guide, chapter 11.2 (record types and fields).
 */
#ifndef PMTA_ACCT_RECORD_H
#define PMTA_ACCT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

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
	struct slice queue;	   /* "domain/vmta" */
	struct slice queue_domain; /* before the first '/', else all of it */
	struct slice queue_vmta;   /* behind it, else empty */
	struct slice vmta;	   /* column vmta; a pool's name in an r record */
	struct slice rcpt_domain;  /* behind the last '@' of rcpt, without '>' */
	struct slice bounce_cat;
	struct slice dsn_status; /* first word only: "5.1.1" */
	struct slice dsn_diag;
	struct slice dlv_type;
	struct slice job;
	struct slice feedback_type;
	uint64_t size; /* dlvSize, bytes; 0 if absent */
};

/* Which column holds what. One for each file: a new header replaces it. */
struct acct_header;

/* Reads a header row (first field "type", any case; a BOM before it is skipped). NULL if it is none
 * or without memory. Names are matched without case; of a repeated name the first column counts. */
struct acct_header *acct_header_new(const struct csv_row *row);
void acct_header_free(struct acct_header *header);

/* True if the row is a header: its first field is "type". */
bool acct_row_is_header(const struct csv_row *row);

/* True if the header has this column ("timeQueued"). */
bool acct_header_has(const struct acct_header *header, const char *name);

/* Reads a row. Rows shorter or longer than the header are accepted. Returns 0, or -1 with a reason
 * that names column, value and what was expected. */
int acct_record_read(const struct acct_header *header, const struct csv_row *row,
		     struct acct_record *out, char *error, size_t error_size);

#endif
