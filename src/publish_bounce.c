/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"
#include "publish_rows.h"

static const char *
copy_name(struct snap_page *page, const struct model_object *object)
{
	return object != NULL ? arena_strndup(page->arena, object->name, object->name_len) : NULL;
}

void
publish_bounce_need(const struct model_server *server, const struct model_object *object,
		    struct publish_need *need)
{
	if (server->has_accounting && object->shown)
		need->rows += object->group->bounce_count;
}

void *
publish_bounce_fill(struct publish_copies *copies, void *rows, struct model_server *server,
		    const struct model_object *object, struct moment now)
{
	struct model_set *classes = &server->set[STORE_CLASS];
	struct snap_bounce *row = rows;
	const char *name = copy_name(copies->page, object);

	(void)now;
	for (uint32_t i = 0; i < object->group->bounce_count; i++, row++) {
		const struct store_bounce *bounce = &object->group->bounces[i].counts;

		row->key[0] = object->index;
		row->key[1] = bounce->class;
		row->name = name;
		row->class_name =
			copy_name(copies->page, model_set_indexed(classes, bounce->class));
		row->bounced = bounce->bounced;
		row->remote_bounced = bounce->remote_bounced;
		row->deferred = bounce->deferred;
	}
	return row;
}
