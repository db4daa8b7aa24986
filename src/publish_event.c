/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"
#include "publish_table.h"

/* The ring goes on while the row is shown. */
static void
copy_texts(struct snap_event *row, struct arena *arena)
{
	row->agent_name = arena_strdup(arena, row->agent_name);
	row->server_name = arena_strdup(arena, row->server_name);
	row->object_name = arena_strdup(arena, row->object_name);
	row->metric = arena_strdup(arena, row->metric);
	row->text = arena_strdup(arena, row->text);
}

struct snap_part *
publish_events(const struct event_ring *ring)
{
	struct snap_page *page = snap_page_new(event_ring_count(ring), sizeof(struct snap_event));
	struct snap_event *rows;

	if (page == NULL)
		return NULL;
	rows = page->rows;
	for (uint32_t i = 0; i < page->count; i++) {
		rows[i] = *event_ring_at(ring, i);
		copy_texts(&rows[i], page->arena);
	}
	return snap_part_new(page, 1);
}
