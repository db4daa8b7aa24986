/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doc_list.h - makes a list out of items: for the reader, and for tests that have items but no
 * document. Pure.
 */
#ifndef PMTA_DOC_LIST_H
#define PMTA_DOC_LIST_H

#include "monitor_doc.h"

/* A list without items, of which nothing is told; NULL without memory. */
struct doc_list *doc_list_new(enum doc_list_kind kind);

/* Appends a copy of the item, whose name is not empty and whose times lie within the years 0 to
 * 9999. 0, or -1 without memory. */
int doc_list_add(struct doc_list *list, const struct doc_item *item);

/*
 * Ends the list once all items were added: of those with the same name all but the first are
 * dropped, and those that stay are summed. Until then count is how many were added. 0, or -1
 * without memory.
 */
int doc_list_settle(struct doc_list *list);

/* Bytes of memory that its items keep. */
size_t doc_list_size(const struct doc_list *list);

#endif
