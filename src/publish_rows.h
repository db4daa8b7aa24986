/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * publish_rows.h - turns what the model knows of one server into rows, for publish_table.c and the
 * rules. Pure.
 *
 * What makes a whole table returns its one page, or NULL without memory. Large tables are made of
 * the rows of one object after the other.
 */
#ifndef PMTA_PUBLISH_ROWS_H
#define PMTA_PUBLISH_ROWS_H

#include "model.h"
#include "snapshot.h"

/* A text of the model as a row has it: copied into the page (NULL: borrowed), NULL if there is none
 * or it is empty. */
const char *publish_text(struct snap_page *page, const char *text);

/* Totals as rows have them: borrowed from the model, or constant. Never NULL. */
const struct snap_totals *publish_totals(const struct model_server *server,
					 const struct model_object *object);
/* Accounting that was missed interrupts every total that it feeds. */
int64_t publish_discontinuity(const struct model_server *server, const struct model_object *object);

/* The cells asked for (enum publish_cells) of a row of the table of queues; its texts are borrowed
 * (publish_queue.c). */
void publish_queue_row(struct snap_queue *row, const struct model_server *server,
		       const struct model_object *object, unsigned cells, struct moment now);

/* Hundredths of a percent; absent without a denominator. */
uint32_t publish_share(uint64_t part, uint64_t whole);

struct snap_page *publish_server(struct model_server *server, struct moment now);
struct snap_page *publish_delivery_types(struct model_server *server, struct moment now);
struct snap_page *publish_sources(struct model_server *server, struct moment now);

/* What was seen beside the monitor, into the server's row (publish_check.c). */
void publish_checks(struct snap_page *page, struct snap_server *row,
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

/* How many rows an object has in a table. */
typedef uint32_t publish_count_fn(const struct model_server *server,
				  const struct model_object *object);
/* Adds them, which are not none, to the packer of that table. */
typedef void publish_fill_fn(struct snap_packer *packer, struct model_server *server,
			     const struct model_object *object, struct moment now);

/* The table of a kind of objects. */
publish_count_fn publish_object_count;
publish_fill_fn publish_object_fill;
/* The windows of objects, and those of the server (publish_window.c). */
publish_count_fn publish_window_count;
publish_fill_fn publish_window_fill;
struct snap_page *publish_server_windows(struct model_server *server, struct moment now);
/* The bounce classes of VMTAs and providers (publish_bounce.c). */
publish_count_fn publish_bounce_count;
publish_fill_fn publish_bounce_fill;

/* What receiving servers replied (publish_reply.c). */
struct snap_page *publish_replies(struct model_server *server, struct moment now);

/* Room for a reply as a row has it: "421 4.7.28 words". */
#define PUBLISH_REASON_MAX (REPLY_TEXT_MAX + 32)
/* The leading reply of a provider; its text is put together in words, NULL: it has none. */
void publish_provider_reason(const struct model_server *server, uint32_t provider,
			     struct snap_reason *out, char words[PUBLISH_REASON_MAX],
			     struct moment now);
/* The leading reply of a queue or VMTA, whose text is borrowed. */
void publish_reason(const struct model_server *server, const struct model_object *object,
		    struct snap_reason *out, struct moment now);
/* Which replies one is chosen from: by their codes, 4yz or 5yz (RFC 5321, 4.2.1). */
enum publish_replies { PUBLISH_ALL_REPLIES, PUBLISH_DEFERRALS = 4, PUBLISH_REFUSALS = 5 };

/* Writes the leading one of these replies of a provider, queue or VMTA: "421 4.7.28 words", ""
 * without one. Returns buf. */
const char *publish_reason_text(const struct model_server *server,
				const struct model_object *object, enum publish_replies kind,
				char *buf, size_t size, struct moment now);
/* An error text of a list as a reason: the reply quoted in it or the whole, free of what may name a
 * person. NULL if there is none. */
const char *publish_error(struct snap_page *page, const char *error);

/* The lists of the worst (publish_top.c). */
struct snap_page *publish_top(struct model_server *server, struct moment now);

/* The baselines of the server and its shown providers (publish_baseline.c). */
struct snap_page *publish_baselines(struct model_server *server, struct moment now);

/*
 * Chooses which objects of a set are shown under row-limit: the pinned ones and the largest, where
 * one that is shown already counts a quarter more, so that rows do not flap. Sets `shown`, returns
 * how many.
 */
uint32_t publish_select(struct model_server *server, enum store_kind kind, uint32_t limit,
			struct moment now);
/* The same under the configured limit. Returns how many it leaves out. */
uint32_t publish_omit(struct model_server *server, enum store_kind kind, struct moment now);

#endif
