/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish_rows.h"

uint32_t
publish_bounce_count(const struct model_server *server, const struct model_object *object)
{
	return server->has_accounting && object->shown ? object->group->bounce_count : 0;
}

void
publish_bounce_fill(struct snap_packer *packer, struct model_server *server,
		    const struct model_object *object, struct moment now)
{
	struct model_set *classes = &server->set[STORE_CLASS];
	struct snap_bounce row = {.key = {object->index}, .name = object->name};

	(void)now;
	for (uint32_t i = 0; i < object->group->bounce_count; i++) {
		const struct store_bounce *bounce = &object->group->bounces[i].counts;
		const struct model_object *class = model_set_indexed(classes, bounce->class);

		row.key[1] = bounce->class;
		row.class_name = class != NULL ? class->name : NULL;
		row.bounced = bounce->bounced;
		row.remote_bounced = bounce->remote_bounced;
		row.deferred = bounce->deferred;
		snap_packer_add(packer, &row);
	}
}
