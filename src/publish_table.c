/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish_table.h"

#include <stdlib.h>

#include "norm.h"
#include "publish_rows.h"
#include "snap_shape.h"

/* How a table is made: of objects one after the other, or as a whole. */
struct plan {
	uint32_t key_len;
	enum store_kind kind;
	publish_count_fn *count;
	publish_fill_fn *fill;
	struct snap_page *(*whole)(struct model_server *server, struct moment now);
};

#define OBJECTS(kind)                                                    \
	{                                                                \
		1, kind, publish_object_count, publish_object_fill, NULL \
	}
#define WINDOWS(kind)                                                    \
	{                                                                \
		2, kind, publish_window_count, publish_window_fill, NULL \
	}
#define BOUNCES(kind)                                                    \
	{                                                                \
		2, kind, publish_bounce_count, publish_bounce_fill, NULL \
	}
#define WHOLE(key_len, fn)                                        \
	{                                                         \
		(key_len), STORE_SERVER, NULL, NULL, publish_##fn \
	}

static const struct plan plans[SNAP_SERVER_TABLES] = {
	[SNAP_SERVER] = WHOLE(0, server),
	[SNAP_DELIVERY_TYPE] = WHOLE(1, delivery_types),
	[SNAP_VMTA] = OBJECTS(STORE_VMTA),
	[SNAP_QUEUE] = OBJECTS(STORE_QUEUE),
	[SNAP_DOMAIN] = OBJECTS(STORE_DOMAIN),
	[SNAP_CLASS] = OBJECTS(STORE_CLASS),
	[SNAP_JOB] = OBJECTS(STORE_JOB),
	[SNAP_SOURCE] = WHOLE(1, sources),
	[SNAP_PROVIDER] = OBJECTS(STORE_PROVIDER),
	[SNAP_SERVER_WINDOW] = WHOLE(1, server_windows),
	[SNAP_VMTA_WINDOW] = WINDOWS(STORE_VMTA),
	[SNAP_QUEUE_WINDOW] = WINDOWS(STORE_QUEUE),
	[SNAP_PROVIDER_WINDOW] = WINDOWS(STORE_PROVIDER),
	[SNAP_CLASS_WINDOW] = WINDOWS(STORE_CLASS),
	[SNAP_VMTA_BOUNCE] = BOUNCES(STORE_VMTA),
	[SNAP_PROVIDER_BOUNCE] = BOUNCES(STORE_PROVIDER),
	[SNAP_REPLY] = WHOLE(3, replies),
	[SNAP_TOP] = WHOLE(2, top),
	[SNAP_BASELINE] = WHOLE(2, baselines),
};

uint32_t
publish_version(const struct model_server *server, enum snap_table table)
{
	switch (table) {
	case SNAP_SERVER:
	case SNAP_DELIVERY_TYPE:
		return server->version;
	case SNAP_SOURCE:
		return server->sources_version;
	case SNAP_SERVER_WINDOW:
	case SNAP_VMTA_WINDOW:
	case SNAP_QUEUE_WINDOW:
	case SNAP_CLASS_WINDOW:
	case SNAP_PROVIDER_WINDOW:
		return server->windows_version;
	case SNAP_VMTA_BOUNCE:
	case SNAP_PROVIDER_BOUNCE:
	case SNAP_REPLY:
		return server->windows_version;
	case SNAP_TOP:
		/* Windows, lists, and what goes stale. */
		return server->windows_version + server->list[DOC_QUEUES].generation +
		       server->list[DOC_VMTAS].generation;
	case SNAP_BASELINE:
		return server->windows_version + norm_version(server->norm);
	default:
		return server->set[plans[table].kind].version;
	}
}

void
publish_renewal_begin(struct publish_renewal *renewal, struct model_server *server,
		      enum snap_table table, struct moment now)
{
	const struct plan *plan = &plans[table];

	*renewal = (struct publish_renewal){.server = server, .table = table, .now = now};
	if (plan->whole != NULL)
		return;
	model_set_order(&server->set[plan->kind]);
	if (plan->fill == publish_object_fill)
		renewal->omitted = publish_omit(server, plan->kind, now);
}

/* How many rows those objects have from number *from on whose index is below the limit; *from gets
 * the number of the first that is not one of them. */
static uint32_t
count_rows(const struct publish_renewal *renewal, uint32_t *from, uint64_t limit)
{
	const struct plan *plan = &plans[renewal->table];
	const struct model_set *set = &renewal->server->set[plan->kind];
	uint32_t rows = 0;

	for (; *from < set->count && set->order[*from]->index < limit; (*from)++)
		rows += plan->count(renewal->server, set->order[*from]);
	return rows;
}

/* The next page, with at least so many rows; there are that many left. Its place begins with the
 * first object that has one. */
static int
make_page(struct publish_renewal *renewal, struct snap_packer *packer, uint32_t rows,
	  struct snap_place *out)
{
	const struct plan *plan = &plans[renewal->table];
	struct model_object *const *order = renewal->server->set[plan->kind].order;

	*out = (struct snap_place){.from = order[renewal->objects]->index};
	for (uint32_t made = 0; made < rows; renewal->objects++) {
		const struct model_object *object = order[renewal->objects];
		const uint32_t own = plan->count(renewal->server, object);

		if (own > 0)
			plan->fill(packer, renewal->server, object, renewal->now);
		made += own;
	}
	out->page = snap_page_of(snap_packer_finish(packer));
	return out->page != NULL ? 0 : -1;
}

/* Makes pages of so many rows together, all about as full. Returns how many, or -1. */
static int
make_pages(struct publish_renewal *renewal, struct snap_packer *packer, uint32_t rows,
	   struct snap_place *places, uint32_t most)
{
	uint32_t made = 0;

	while (rows > 0) {
		const uint32_t left = most - made;

		if (make_page(renewal, packer, (rows + left - 1) / left, &places[made]) != 0)
			return -1;
		rows -= places[made++].page->count;
	}
	return (int)made;
}

/* The run takes the place of the old pages from the new ones on to before this one: of so many that
 * it is not small. */
static uint32_t
find_end(const struct publish_renewal *renewal, const struct snap_part *part, uint32_t *rows)
{
	uint32_t end = renewal->pages, objects = renewal->objects;
	uint64_t limit;

	*rows = 0;
	do {
		end += end < part->page_count;
		limit = end < part->page_count ? part->pages[end].from : UINT64_MAX;
		*rows += count_rows(renewal, &objects, limit);
	} while (end < part->page_count && *rows < PUBLISH_RUN_ROWS);
	return end;
}

static struct snap_part *
run_of_pages(struct publish_renewal *renewal, const struct snap_part *part)
{
	uint32_t rows;
	const uint32_t end = find_end(renewal, part, &rows);
	const uint32_t most = (rows + PUBLISH_PAGE_ROWS - 1) / PUBLISH_PAGE_ROWS;
	struct snap_packer *packer = snap_packer_new(snap_shape_of(renewal->table));
	struct snap_place *places = calloc(most + 1, sizeof *places);
	struct snap_part *made = NULL;
	int count = -1;

	if (packer != NULL && places != NULL)
		count = make_pages(renewal, packer, rows, places, most);
	if (count >= 0)
		made = snap_part_splice(part, renewal->pages, end, places, (uint32_t)count);
	for (uint32_t i = 0; places != NULL && i < most; i++)
		snap_page_unref(places[i].page);
	free(places);
	snap_packer_free(packer);
	if (made != NULL) {
		renewal->pages += (uint32_t)count;
		renewal->rows = rows;
		renewal->done = end == part->page_count;
	}
	return made;
}

struct snap_part *
publish_renewal_run(struct publish_renewal *renewal, const struct snap_part *part)
{
	const struct plan *plan = &plans[renewal->table];
	const struct snap_part nothing = {.key_len = plan->key_len};

	if (plan->whole == NULL)
		return run_of_pages(renewal, part != NULL ? part : &nothing);
	renewal->done = true;
	return snap_part_new(plan->whole(renewal->server, renewal->now), plan->key_len);
}
