/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of the table of queues. There may be a hundred thousand: what they have alike is in their
 * page once. */
#include <string.h>

#include "arena.h"
#include "publish_rows.h"

/* Totals that no accounting file can feed are unknown, not zero. */
static const struct snap_totals unknown_totals = {
	SNAP_NONE64, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64,
	SNAP_NONE64, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64,
};

const struct snap_totals *
publish_totals(const struct model_server *server, const struct model_object *object)
{
	return server->has_accounting ? &model_counts(object)->totals : &unknown_totals;
}

int64_t
publish_discontinuity(const struct model_server *server, const struct model_object *object)
{
	const int64_t own = model_wall_seconds(object->discontinuity);

	return own > server->records_missed ? own : server->records_missed;
}

/* What it is called, whose it is, and its last error. */
static void
fill_texts(struct snap_queue *row, const struct model_server *server,
	   const struct model_object *object, struct moment now)
{
	const struct model_object *domain = object->domain, *vmta = object->vmta;
	const struct model_object *provider = domain != NULL ? domain->provider : NULL;

	row->key = object->index;
	row->domain = domain != NULL ? domain->name : NULL;
	row->domain_index = domain != NULL ? domain->index : 0;
	row->vmta = vmta != NULL ? vmta->name : NULL;
	row->vmta_index = vmta != NULL ? vmta->index : 0;
	row->provider = provider != NULL ? provider->name : NULL;
	row->provider_index = provider != NULL ? provider->index : 0;
	row->last_error =
		model_listed(server, object, now) ? publish_text(NULL, object->error) : NULL;
	row->last_error_time =
		row->last_error != NULL ? model_wall_seconds(object->error_time) : SNAP_NO_TIME;
	row->discontinuity = publish_discontinuity(server, object);
}

static void
fill_levels(struct snap_queue *row, const struct model_server *server,
	    const struct model_object *object, struct moment now)
{
	const bool listed = model_listed(server, object, now);
	/* What no list shows is 0 or unknown, and so are the others. */
	const uint32_t other = listed ? 0 : model_level(server, object, 0, now);

	row->recipients = listed ? object->recipients : other;
	row->kb = listed ? object->kb : other;
	row->connections = listed ? object->connections : other;
	row->mode = listed ? object->mode : 0;
	row->paused = listed ? object->paused : 0;
	row->wait_reason = listed ? object->wait_reason : 0;
	row->reply_code = listed ? object->reply_code : 0;
	row->next_retry = listed ? model_wall_seconds(object->next_retry) : SNAP_NO_TIME;
}

/* What is worked out of what was seen: the verdict needs the others. */
static void
fill_waiting(struct snap_queue *row, const struct model_server *server,
	     const struct model_object *object, unsigned cells, struct moment now)
{
	if ((cells & (PUBLISH_AGES | PUBLISH_STUCK)) != 0)
		row->ages = model_ages(server, object, now);
	if ((cells & (PUBLISH_DRAIN | PUBLISH_STUCK)) != 0)
		row->drain = model_drain(server, object, now);
	if ((cells & PUBLISH_STUCK) != 0)
		row->stuck = model_stuck_by(server, object, row->ages, row->drain, now);
}

void
publish_queue_row(struct snap_queue *row, const struct model_server *server,
		  const struct model_object *object, unsigned cells, struct moment now)
{
	if ((cells & PUBLISH_LEVELS) != 0)
		fill_levels(row, server, object, now);
	if ((cells & PUBLISH_TEXTS) != 0)
		fill_texts(row, server, object, now);
	fill_waiting(row, server, object, cells, now);
	if ((cells & PUBLISH_REASON) != 0)
		publish_reason(server, object, &row->reason, now);
	if ((cells & PUBLISH_TOTALS) != 0) {
		row->totals = *publish_totals(server, object);
		row->last_delivery = model_counts(object)->last_delivery;
	}
}
