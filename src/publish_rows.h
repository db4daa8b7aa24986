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

/* A text of the model as a row has it: copied into the part, NULL if there is none or it is empty.
 */
const char *publish_text(struct snap_part *part, const char *text);

struct snap_part *publish_server(const struct model_server *server, struct moment now);
struct snap_part *publish_delivery_types(const struct model_server *server, struct moment now);
struct snap_part *publish_sources(const struct model_server *server, struct moment now);

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
void publish_reason(struct snap_part *part, const struct model_server *server, uint32_t provider,
		    struct snap_reason *out, struct moment now);

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
