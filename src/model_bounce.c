/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounce classes of a VMTA or provider: a handful each, in the order of their indexes. */
#include <stdlib.h>
#include <string.h>

#include "model_object.h"

/* Position of the first entry at or behind this class. */
static uint32_t
rank_of(const struct model_group *group, uint32_t class)
{
	uint32_t low = 0, high = group->bounce_count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (group->bounces[middle].counts.class < class)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The entry of this class, made if need be; NULL without memory. */
static struct model_bounce *
bounce_get(struct model_group *group, uint32_t class)
{
	const uint32_t rank = rank_of(group, class);
	struct model_bounce *grown;

	if (rank < group->bounce_count && group->bounces[rank].counts.class == class)
		return &group->bounces[rank];
	grown = realloc(group->bounces, (group->bounce_count + 1) * sizeof *grown);
	if (grown == NULL)
		return NULL;
	group->bounces = grown;
	memmove(grown + rank + 1, grown + rank, (group->bounce_count - rank) * sizeof *grown);
	grown[rank] = (struct model_bounce){.counts.class = class};
	group->bounce_count++;
	return &grown[rank];
}

void
model_bounce_count(struct model_object *object, const struct model_object *class,
		   enum acct_type type)
{
	struct model_bounce *bounce;

	if (object == NULL || class == NULL)
		return;
	bounce = bounce_get(object->group, class->index);
	if (bounce == NULL)
		return;
	bounce->counts.bounced += type == ACCT_BOUNCE;
	bounce->counts.remote_bounced += type == ACCT_REMOTE_BOUNCE;
	bounce->counts.deferred += type == ACCT_TRANSIENT;
	bounce->dirty = true;
}

void
model_bounce_restore(void *ctx, const struct store_bounce *saved)
{
	struct model_object *object = ctx;
	struct model_bounce *bounce = bounce_get(object->group, saved->class);

	if (bounce != NULL)
		bounce->counts = *saved;
}
