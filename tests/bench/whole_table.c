/* SPDX-License-Identifier: BSD-2-Clause */
#include "whole_table.h"

#include <stdlib.h>

struct snap_part *
whole_table_renew(struct model_server *server, enum snap_table table, struct snap_part *part,
		  struct moment now)
{
	struct publish_renewal renewal;

	publish_renewal_begin(&renewal, server, table, now);
	while (!renewal.done) {
		struct snap_part *next = publish_renewal_run(&renewal, part);

		if (next == NULL)
			exit(1);
		snap_part_unref(part);
		part = next;
	}
	return part;
}

size_t
whole_table_size(const struct snap_part *part)
{
	size_t size = 0;

	for (uint32_t i = 0; i < part->page_count; i++)
		size += snap_pack_size(part->pages[i].page->pack);
	return size;
}
