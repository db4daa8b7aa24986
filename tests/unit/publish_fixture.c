/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish_fixture.h"

#include <stdlib.h>

int
publish_fixture_setup(void **state)
{
	struct publish_fixture *p = calloc(1, sizeof *p);
	void *f;

	fixture_setup(&f);
	p->f = f;
	p->hub = snap_hub_new();
	p->ring = event_ring_new();
	p->publisher = publisher_new(p->hub);
	*state = p;
	return 0;
}

int
publish_fixture_teardown(void **state)
{
	struct publish_fixture *p = *state;
	void *f = p->f;

	snapshot_unref(p->snap);
	publisher_free(p->publisher);
	event_ring_free(p->ring);
	snap_hub_free(p->hub);
	free(p);
	return fixture_teardown(&f);
}

/* On a busy machine a part may have taken so long that it must not be built again at once. */
const struct snapshot *
publish(struct publish_fixture *p)
{
	int wait_ms;

	model_age(p->f->model, p->f->now);
	while ((wait_ms = publisher_run(p->publisher, p->f->model, p->ring, 77, p->f->now)) > 0)
		p->f->now.mono_ms += wait_ms;
	snapshot_unref(p->snap);
	p->snap = snap_hub_get(p->hub);
	return p->snap;
}

const void *
publish_row(const struct publish_fixture *p, enum snap_table table, uint32_t key)
{
	static union snap_room rooms[PUBLISH_ROWS];
	static unsigned last;
	union snap_room *room = &rooms[last++ % PUBLISH_ROWS];

	return snap_part_find(p->snap->servers[0].part[table], key, room);
}
