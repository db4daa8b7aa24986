/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doc_item.h - reads one item of /queues, /domains, /vmtas or /jobs. Pure. Inside of monitor_doc
 * only.
 */
#ifndef PMTA_DOC_ITEM_H
#define PMTA_DOC_ITEM_H

#include "arena.h"
#include "doc_json.h"

enum doc_item_result {
	DOC_ITEM_READ,
	DOC_ITEM_NAMELESS,  /* it has no name, or is no object */
	DOC_ITEM_LONG_NAME, /* its name has over 255 bytes: cut, it could be taken for another one
			     */
	DOC_ITEM_NO_MEMORY
};

/* Fills *out; texts are placed in the arena, but for an error that the item before has, too (NULL:
 * there is none before). rcp is set too if the name is too long. */
enum doc_item_result doc_item_read(const cJSON *item, struct arena *arena,
				   const struct doc_item *before, struct doc_item *out);

#endif
