/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * publish_rows.h - turns what the model knows of one server into rows, for publish.c only. Pure.
 *
 * Each function returns a new part, or NULL without memory.
 */
#ifndef PMTA_PUBLISH_ROWS_H
#define PMTA_PUBLISH_ROWS_H

#include "model.h"
#include "snapshot.h"

/* A text of the model as a row has it: copied into the part (NULL: borrowed), NULL if there is none
 * or it is empty. */
const char *publish_text(struct snap_part *part, const char *text);

/* Totals as rows have them: borrowed from the model, or constant. Never NULL. */
const struct snap_totals *publish_totals(const struct model_server *server,
					 const struct model_object *object);
/* Accounting that was missed interrupts every total that it feeds. */
int64_t publish_discontinuity(const struct model_server *server, const struct model_object *object);

/* Texts that are in the part already, so that rows share them: there are few VMTAs, providers and
 * errors, and many queues. Begins zeroed but for the part. */
struct publish_copies {
	struct snap_part *part;
	struct {
		const struct model_object *of;
		const char *copy;
	} name[1024];	       /* by the hash of the name */
	const char *text[256]; /* by their own */
};

/* The cells asked for (enum publish_cells) of a row of the table of queues (publish_queue.c).
 * copies NULL: its texts are borrowed. */
void publish_queue_row(struct publish_copies *copies, struct snap_queue *row,
		       const struct model_server *server, const struct model_object *object,
		       unsigned cells, struct moment now);

/* Hundredths of a percent; absent without a denominator. */
uint32_t publish_share(uint64_t part, uint64_t whole);

struct snap_part *publish_server(const struct model_server *server, struct moment now);
struct snap_part *publish_delivery_types(const struct model_server *server, struct moment now);
struct snap_part *publish_sources(const struct model_server *server, struct moment now);

/* What was seen beside the monitor, into the server's row (publish_check.c). */
void publish_checks(struct snap_part *part, struct snap_server *row,
		    const struct model_server *server, struct moment now);
/* A row of any of the tables that rules are about. */
union publish_row {
	struct snap_server server;
	struct snap_vmta vmta;
	struct snap_queue queue;
	struct snap_domain domain;
	struct snap_class class;
	struct snap_job job;
	struct snap_provider provider;
	struct snap_source source;
	struct snap_window window;
};

/* Parts of an object's row that have a cost of their own. */
enum publish_cells {
	PUBLISH_LEVELS = 1,    /* of the last list; states and codes too */
	PUBLISH_TEXTS = 2,     /* names, the last error and its time, and whose the object is */
	PUBLISH_TOTALS = 4,    /* and the last delivery */
	PUBLISH_AGES = 8,      /* of a queue, VMTA or provider */
	PUBLISH_REASON = 16,   /* likewise */
	PUBLISH_DRAIN = 32,    /* of a queue */
	PUBLISH_STUCK = 64,    /* likewise */
	PUBLISH_SHARES = 128,  /* of a VMTA */
	PUBLISH_LATENCY = 256, /* of a window */
	PUBLISH_ALL = 511
};

/* The part that the field at an offset of a table's row belongs to. */
unsigned publish_cells_at(enum snap_table table, size_t offset);

/* Make one row, as the tables have it, of an object be it shown or not; its texts are borrowed from
 * the model. False: the table has no such row. The leading reason has no text
 * (publish_reason_text()). Of an object's row only the cells asked for are written, by which a rule
 * on a level of 100 000 queues costs no more than to read it. */
void publish_server_row(const struct model_server *server, struct snap_server *row,
			struct moment now);
bool publish_object_row(const struct model_server *server, const struct model_object *object,
			unsigned cells, union publish_row *row, struct moment now);
void publish_source_row(const struct model_server *server, const struct model_source *source,
			struct snap_source *row, struct moment now);
/* The window of so many seconds of an object, or of the server (NULL): of any length that its slots
 * answer. An object in which nothing happened has one of zeros. Without PUBLISH_LATENCY it is as if
 * no delivery had taken any time that is known. */
bool publish_window_row(const struct model_server *server, const struct model_object *object,
			uint32_t seconds, unsigned cells, struct snap_window *row,
			struct moment now);

/* The objects of a kind; *omitted gets the rows that row-limit leaves out. */
struct snap_part *publish_objects(struct model_server *server, enum store_kind kind,
				  uint32_t *omitted, struct moment now);

/* The windows of the server, and of the shown objects of a kind (publish_window.c). */
struct snap_part *publish_server_windows(const struct model_server *server, struct moment now);
struct snap_part *publish_windows(struct model_server *server, enum store_kind kind,
				  struct moment now);

/* The bounce classes of the shown VMTAs or providers (publish_bounce.c). */
struct snap_part *publish_bounces(struct model_server *server, enum store_kind kind);

/* What receiving servers replied, and the leading reply of a provider (publish_reply.c). */
struct snap_part *publish_replies(struct model_server *server, struct moment now);
void publish_provider_reason(struct snap_part *part, const struct model_server *server,
			     uint32_t provider, struct snap_reason *out, struct moment now);
/* The leading reply of a queue or VMTA, likewise. */
void publish_reason(struct snap_part *part, const struct model_server *server,
		    const struct model_object *object, struct snap_reason *out, struct moment now);
/* Which replies one is chosen from: by their codes, 4yz or 5yz (RFC 5321, 4.2.1). */
enum publish_replies { PUBLISH_ALL_REPLIES, PUBLISH_DEFERRALS = 4, PUBLISH_REFUSALS = 5 };

/* Writes the leading one of these replies of a provider, queue or VMTA: "421 4.7.28 words", ""
 * without one. Returns buf. */
const char *publish_reason_text(const struct model_server *server,
				const struct model_object *object, enum publish_replies kind,
				char *buf, size_t size, struct moment now);
/* An error text of a list as a reason: the reply quoted in it or the whole, free of what may name a
 * person. NULL if there is none. */
const char *publish_error(struct snap_part *part, const char *error);

/* The lists of the worst (publish_top.c). */
struct snap_part *publish_top(struct model_server *server, struct moment now);

/* The baselines of the server and its shown providers (publish_baseline.c). */
struct snap_part *publish_baselines(struct model_server *server, struct moment now);

/*
 * Chooses which objects of a set are shown under row-limit: the pinned ones and the largest, where
 * one that is shown already counts a quarter more, so that rows do not flap. Sets `shown`, returns
 * how many.
 */
uint32_t publish_select(struct model_server *server, enum store_kind kind, uint32_t limit,
			struct moment now);

#endif
