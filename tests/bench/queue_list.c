/* SPDX-License-Identifier: BSD-2-Clause */
#include "queue_list.h"

#include <stdio.h>
#include <stdlib.h>

static void
need(bool done)
{
	if (done)
		return;
	fputs("no memory\n", stderr);
	exit(1);
}

struct doc_list *
queue_list_begin(void)
{
	struct doc_list *list = doc_list_new(DOC_QUEUES);

	need(list != NULL);
	return list;
}

void
queue_list_add(struct doc_list *list, const char *name, uint32_t recipients, int64_t error_time)
{
	const struct doc_item item = {
		.name = name,
		.rcp = recipients,
		.kb = 100,
		.conn = 1,
		.dom = SNAP_NONE32,
		.share = SNAP_NONE32,
		.error = error_time != SNAP_NO_TIME ? "connect rate limit reached" : NULL,
		.error_time = error_time,
		.retry_time = SNAP_NO_TIME,
	};

	need(doc_list_add(list, &item) == 0);
}

void
queue_list_end(struct doc_list *list, double recipients)
{
	need(doc_list_settle(list) == 0);
	list->total_items = (double)list->count;
	list->total_rcp = recipients;
	list->complete = true;
}
