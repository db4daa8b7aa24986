/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_list.h - a list of queues as a reader of /queues makes it, without the document.
 */
#ifndef QUEUE_LIST_H
#define QUEUE_LIST_H

#include "doc_list.h"

/* Begins one; exits without memory, as the others do. */
struct doc_list *queue_list_begin(void);

/* Adds a queue that waits for a rate limit since that time; SNAP_NO_TIME: for nothing. */
void queue_list_add(struct doc_list *list, const char *name, uint32_t recipients,
		    int64_t error_time);

/* No queue has mail but those that were added, all together so many recipients. */
void queue_list_end(struct doc_list *list, double recipients);

#endif
