/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"
#include "publish_rows.h"

static const char *
copy_name(struct snap_part *part, const struct model_object *object)
{
	return object != NULL ? arena_strndup(part->arena, object->name, object->name_len) : NULL;
}

static struct snap_bounce *
fill_object(struct snap_part *part, struct snap_bounce *row, struct model_server *server,
	    const struct model_object *object)
{
	const char *name = copy_name(part, object);

	for (uint32_t i = 0; i < object->group->bounce_count; i++, row++) {
		const struct store_bounce *bounce = &object->group->bounces[i].counts;

		row->key[0] = object->index;
		row->key[1] = bounce->class;
		row->name = name;
		row->class_name = copy_name(
			part, model_set_indexed(&server->set[STORE_CLASS], bounce->class));
		row->bounced = bounce->bounced;
		row->remote_bounced = bounce->remote_bounced;
		row->deferred = bounce->deferred;
	}
	return row;
}

struct snap_part *
publish_bounces(struct model_server *server, enum store_kind kind)
{
	struct model_set *set = &server->set[kind];
	struct model_object **order = model_set_order(set);
	struct snap_part *part;
	struct snap_bounce *row;
	uint32_t count = 0;

	for (uint32_t i = 0; server->has_accounting && i < set->count; i++)
		count += order[i]->shown ? order[i]->group->bounce_count : 0;
	part = snap_part_new(count, sizeof *row, 2);
	if (part == NULL || count == 0)
		return part;
	row = (struct snap_bounce *)(uintptr_t)part->rows;
	for (uint32_t i = 0; i < set->count; i++) {
		if (order[i]->shown)
			row = fill_object(part, row, server, order[i]);
	}
	return part;
}
