/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * monitor_doc.h - reads the JSON documents of PowerMTA's web monitor. Pure: bytes in, values out.
 *
 * Sources: PowerMTA 5.0 User's Guide, chapters 5.3, 5.4, 5.7, 5.11, 5.12 (pages) and 8 (envelope).
 * Tolerant where the documents are known to vary: singular or plural array names, one object for an
 * array of one, numbers as strings, unknown keys. Strict where data would be damaged: a document
 * that is not complete and successful gives an error and no data. Every text handed out is clean
 * (text.h).
 */
#ifndef PMTA_MONITOR_DOC_H
#define PMTA_MONITOR_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot.h"
#include "text.h"

enum doc_error_code {
	DOC_ERROR_SYNTAX = 1, /* no JSON, or not all of it */
	DOC_ERROR_FAIL,	      /* PowerMTA itself says that it could not answer */
	DOC_ERROR_SHAPE,      /* JSON, but not the document that was asked for */
	DOC_ERROR_LIMIT,      /* larger or deeper than is accepted */
	DOC_ERROR_MEMORY
};

/* Why a document was refused; text is for people and clean:
 * "is HTML or XML, not JSON: it begins with "<html>..." (is format=json supported? ...)". */
struct doc_error {
	enum doc_error_code code;
	char text[TEXT_MAX];
};

/* A number that may be absent (missing, negative, not finite, not a number, above 2^64): NaN. */
typedef double doc_number;

struct doc_volume {
	doc_number rcp, msg, kb;
};

struct doc_traffic {
	struct doc_volume in, out;
	doc_number bounces, complaints; /* bounceProcessed, feedbackLoopProcessed */
};

enum doc_window {
	DOC_TOTAL,
	DOC_LAST_HOUR,
	DOC_LAST_MINUTE,
	DOC_TOP_HOUR,
	DOC_TOP_MINUTE,
	DOC_WINDOWS
};

struct doc_status {
	char host[TEXT_MAX], version[TEXT_MAX], state_text[TEXT_MAX]; /* empty: absent */
	char start_text[32];	      /* startupTime as it stands: a change means a restart */
	int64_t time_now, start_time; /* PowerMTA's local time read as UTC; SNAP_NO_TIME: absent */
	int shutting_down;	      /* 1, 0, or -1 absent */
	struct doc_traffic traffic[DOC_WINDOWS];
	doc_number conn_in[3], conn_out[3]; /* cur, max, top */
	doc_number dns_cached, dns_pending, dns_active;
	doc_number spool_init, spool_dirs, spool_files, spool_rcp,
		spool_max; /* files: total in use */
	/* By enum snap_delivery; [0] unused. Unknown types are added up under SNAP_DELIVERY_OTHER.
	 */
	struct {
		doc_number rcp, dom, kb;
	} queue[SNAP_DELIVERY_OTHER + 1];
};

/* Reads a whole /status document of at most 1 MiB. Returns 0, or -1 with *error filled and *out
 * undefined. */
int doc_parse_status(const char *bytes, size_t len, struct doc_status *out,
		     struct doc_error *error);

enum doc_list_kind { DOC_QUEUES, DOC_DOMAINS, DOC_VMTAS, DOC_JOBS };

/* One item of a list. Texts have up to 255 bytes; absent ones are NULL. Numbers are levels
 * (level.h). */
struct doc_item {
	const char *name;   /* never NULL */
	const char *error;  /* text of the newest error */
	int64_t error_time; /* PowerMTA's local time read as UTC; SNAP_NO_TIME */
	int64_t retry_time; /* the same */
	uint32_t rcp, kb, conn, dom;
	uint32_t share;	     /* pctOfTotal, in hundredths of a percent */
	uint16_t reply_code; /* in the newest error, 0 none */
	uint8_t paused;	     /* 1 yes, 2 no, 0 not told */
	uint8_t mode;	     /* enum snap_queue_mode, 0 unknown */
	uint8_t wait_reason; /* of the newest error (wait_reason.h); never SNAP_WAIT_PAUSED */
};

/* A whole list. Owned by the caller of doc_reader_finish(). */
struct doc_list {
	enum doc_list_kind kind;
	bool complete;		/* the list shows every item that has mail */
	struct doc_pack *items; /* for doc_list_next() and doc_list_take() */
	size_t count;		/* of duplicate names the first stands */
	size_t skipped;		/* without a usable name, with one over 255 bytes, or named twice */
	double listed_rcp;	/* over the items listed */
	/* Of the last item, if none has more than the one before it; else SNAP_NONE32. */
	uint32_t least_rcp;
	doc_number total_rcp;	/* over all items, listed or not */
	doc_number total_items; /* how many items there are */
};

/* A place in a list; zeroed, the first item's. */
struct doc_cursor {
	size_t block, at;
};

/* Fills *item with the next one in the document's order, whose texts the list owns. Returns false
 * at the end. */
bool doc_list_next(const struct doc_list *list, struct doc_cursor *cursor, struct doc_item *item);

/* The same, but the list gives up its memory as it is gone through: texts last until the next call,
 * and items can be read no other way any more. What is told of all of them stays. */
bool doc_list_take(struct doc_list *list, struct doc_item *item);

void doc_list_free(struct doc_list *list);

/*
 * A list is read while it arrives: each item of the array is cut out and parsed alone, so that
 * memory grows with what is kept, not with the document. One item may have up to 256 KiB, the rest
 * of the document 64 KiB, nesting 64 levels; pieces may be cut anywhere.
 */
struct doc_reader;

/* NULL without memory. max_items bounds what is kept; a document with more is refused. */
struct doc_reader *doc_reader_new(enum doc_list_kind kind, size_t max_items);
void doc_reader_free(struct doc_reader *reader);

/* Takes the next bytes. Returns 0, or -1 if the document is already known to be bad: finish says
 * why. */
int doc_reader_feed(struct doc_reader *reader, const char *bytes, size_t len);

/* Ends the document. Returns the list, or NULL with *error filled. The reader can only be freed
 * then. */
struct doc_list *doc_reader_finish(struct doc_reader *reader, struct doc_error *error);

#endif
