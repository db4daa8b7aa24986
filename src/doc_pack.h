/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doc_pack.h - many items of a list in little memory. Pure. Inside of monitor_doc only.
 *
 * An item is its name and what is told of it, each number in as few bytes as it needs; an error
 * that was seen lately is kept once. Items stand in blocks that need nothing of each other: memory
 * grows by a block, nothing is moved, and blocks can be freed in their order.
 */
#ifndef PMTA_DOC_PACK_H
#define PMTA_DOC_PACK_H

#include "monitor_doc.h"

struct doc_pack;

/* An empty one; NULL without memory. */
struct doc_pack *doc_pack_new(void);
/* NULL is allowed. */
void doc_pack_free(struct doc_pack *pack);

/* Appends a copy of the item. Returns 0, or -1 without memory or at 2 GB. */
int doc_pack_add(struct doc_pack *pack, const struct doc_item *item);

/* Reads the item at the cursor and goes on by one: see doc_list_next(). */
bool doc_pack_next(const struct doc_pack *pack, struct doc_cursor *cursor, struct doc_item *item);

/* Bytes of memory it keeps for items. */
size_t doc_pack_size(const struct doc_pack *pack);

/* Where the item that doc_pack_next() has read stands: less than doc_pack_end(). */
uint32_t doc_pack_place(const struct doc_pack *pack, const struct doc_cursor *cursor,
			const struct doc_item *item);
uint32_t doc_pack_end(const struct doc_pack *pack);

/* The name of the item of this place. */
const char *doc_pack_name(const struct doc_pack *pack, uint32_t place);

/* Drops the item of this place: it is passed over from now on. */
void doc_pack_drop(struct doc_pack *pack, uint32_t place);

/* Reads items in their order, each once, and frees the blocks gone through: see doc_list_take(). */
bool doc_pack_take(struct doc_pack *pack, struct doc_item *item);

#endif
