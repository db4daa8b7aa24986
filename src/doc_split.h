/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doc_split.h - cuts the items of a monitor list out of a JSON document while it arrives. Pure.
 *
 * {"data":{"queues":[{..},{..}],"totalRcp":9},"status":"success"} is given out as items {..} and
 * {..}, and leaves the skeleton {"data":{"queues":[],"totalRcp":9},"status":"success"}, which a
 * parser can take whole. Inside of monitor_doc only.
 */
#ifndef PMTA_DOC_SPLIT_H
#define PMTA_DOC_SPLIT_H

#include <stddef.h>

#include "monitor_doc.h"

/* Takes one item: a balanced, not yet checked JSON value, which may be changed. 0, or -1 to stop.
 */
typedef int (*doc_split_fn)(void *ctx, char *bytes, size_t len, struct doc_error *error);

struct doc_split;

/*
 * A splitter for the list data.<plural> or data.<singular>, an array or a single object. Any other
 * object or array at this level or above is dropped from the skeleton but for its brackets, unread.
 * The names must outlive it. NULL without memory.
 */
struct doc_split *doc_split_new(const char *plural, const char *singular, doc_split_fn fn,
				void *ctx);
void doc_split_free(struct doc_split *split);

/* Takes the next bytes, however they are cut. Returns 0, or -1 with *error filled: then it can only
 * be freed. Limits: see monitor_doc.h. */
int doc_split_feed(struct doc_split *split, const char *bytes, size_t len, struct doc_error *error);

/* Ends the document. Returns the skeleton, owned by the splitter and not NUL-terminated, or NULL
 * with *error filled if the document is not over. */
char *doc_split_finish(struct doc_split *split, size_t *len, struct doc_error *error);

#endif
