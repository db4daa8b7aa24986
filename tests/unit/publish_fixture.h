/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * publish_fixture.h - a publisher of the model of model_fixture.h, and the snapshot it made last.
 */
#ifndef PMTA_PUBLISH_FIXTURE_H
#define PMTA_PUBLISH_FIXTURE_H

#include "event_ring.h"
#include "model_fixture.h"
#include "publish.h"

struct publish_fixture {
	struct model_fixture *f;
	struct snap_hub *hub;
	struct event_ring *ring;
	struct publisher *publisher;
	struct snapshot *snap; /* the last one taken */
};

int publish_fixture_setup(void **state);
int publish_fixture_teardown(void **state);

/* Publishes as the collector does, and takes the snapshot that is current then. */
const struct snapshot *publish(struct publish_fixture *p);

/* The row of this key in the first server's table, or NULL. So many of them last. */
#define PUBLISH_ROWS 8
const void *publish_row(const struct publish_fixture *p, enum snap_table table, uint32_t key);

#endif
