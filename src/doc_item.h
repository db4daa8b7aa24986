/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doc_item.h - reads one item of /queues, /domains, /vmtas or /jobs. Pure. Inside of monitor_doc
 * only.
 */
#ifndef PMTA_DOC_ITEM_H
#define PMTA_DOC_ITEM_H

#include "doc_json.h"

enum doc_item_result {
	DOC_ITEM_READ,
	DOC_ITEM_NAMELESS, /* it has no name, or is no object */
	DOC_ITEM_LONG_NAME /* its name has over 255 bytes: cut, it could be taken for another one */
};

/* Room for the texts of an item. */
struct doc_item_texts {
	char name[TEXT_MAX], error[TEXT_MAX];
};

/* Fills *out; its texts are in *texts. rcp is set too if the name is too long. */
enum doc_item_result doc_item_read(const cJSON *item, struct doc_item_texts *texts,
				   struct doc_item *out);

#endif
