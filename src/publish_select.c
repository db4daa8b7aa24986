/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "publish_rows.h"

struct candidate {
	uint64_t weight;
	struct model_object *object;
};

/* Mail waiting counts most, then recent activity; the pinned come before all. */
static uint64_t
weight_of(const struct model_server *server, const struct model_object *object, struct moment now)
{
	const uint32_t level = model_level(server, object, object->recipients, now);
	uint64_t weight = level != SNAP_NONE32 ? (uint64_t)level << 20 : 0;
	const int64_t idle = now.wall_ms / 1000 - object->last_active;

	if (object->pinned)
		return UINT64_MAX;
	weight += idle < 0 ? 1 << 19 : idle < 1 << 19 ? (uint64_t)((1 << 19) - idle) : 0;
	return object->shown ? weight + weight / 4 : weight;
}

static int
heavier_first(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	if (left->weight != right->weight)
		return left->weight > right->weight ? -1 : 1;
	return left->object->index < right->object->index ? -1 : 1;
}

static uint32_t
show_all(struct model_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		set->order[i]->shown = true;
	return set->count;
}

uint32_t
publish_select(struct model_server *server, enum store_kind kind, uint32_t limit, struct moment now)
{
	struct model_set *set = &server->set[kind];
	struct candidate *candidates;
	uint32_t shown = 0;

	if (limit == 0 || set->count <= limit)
		return show_all(set);
	candidates = malloc(set->count * sizeof *candidates);
	/* Too many rows serve better than none. */
	if (candidates == NULL)
		return show_all(set);
	for (uint32_t i = 0; i < set->count; i++) {
		candidates[i].object = set->order[i];
		candidates[i].weight = weight_of(server, set->order[i], now);
	}
	qsort(candidates, set->count, sizeof *candidates, heavier_first);
	/* The pinned come first, and all of them, be they more than the limit. */
	for (uint32_t i = 0; i < set->count; i++) {
		candidates[i].object->shown = i < limit || candidates[i].object->pinned;
		shown += candidates[i].object->shown;
	}
	free(candidates);
	return shown;
}
