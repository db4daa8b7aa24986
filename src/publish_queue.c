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

/* What was copied last of those with such a hash is found; another one takes its place. */
static const char *
copy_name(struct publish_copies *copies, const struct model_object *of)
{
	const uint32_t place = of->index % (sizeof copies->name / sizeof copies->name[0]);

	if (copies == NULL)
		return of->name;
	if (copies->name[place].of != of) {
		copies->name[place].of = of;
		copies->name[place].copy =
			arena_strndup(copies->page->arena, of->name, of->name_len);
	}
	return copies->name[place].copy;
}

/* The same of an error or a reply, of which many queues have equal ones. */
static const char *
copy_text(struct publish_copies *copies, const char *text)
{
	const size_t len = text != NULL ? strlen(text) : 0;
	const char **place;

	if (len == 0)
		return NULL;
	if (copies == NULL)
		return text;
	/* Errors begin alike and end alike: what tells them apart is somewhere between. */
	place = &copies->text[(len * 31 + (unsigned char)text[len / 2] * 7 +
			       (unsigned char)text[len / 3]) %
			      (sizeof copies->text / sizeof copies->text[0])];
	if (*place == NULL || strcmp(*place, text) != 0)
		*place = arena_strndup(copies->page->arena, text, len);
	return *place;
}

/* What it is called, whose it is, and its last error. */
static void
fill_texts(struct publish_copies *copies, struct snap_queue *row, const struct model_server *server,
	   const struct model_object *object, struct moment now)
{
	const struct model_object *domain = object->domain, *vmta = object->vmta;
	const struct model_object *provider = domain != NULL ? domain->provider : NULL;

	row->key = object->index;
	row->domain = domain != NULL ? copy_name(copies, domain) : NULL;
	row->domain_index = domain != NULL ? domain->index : 0;
	row->vmta = vmta != NULL ? copy_name(copies, vmta) : NULL;
	row->vmta_index = vmta != NULL ? vmta->index : 0;
	row->provider = provider != NULL ? copy_name(copies, provider) : NULL;
	row->provider_index = provider != NULL ? provider->index : 0;
	row->last_error =
		model_listed(server, object, now) ? copy_text(copies, object->error) : NULL;
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
publish_queue_row(struct publish_copies *copies, struct snap_queue *row,
		  const struct model_server *server, const struct model_object *object,
		  unsigned cells, struct moment now)
{
	if ((cells & PUBLISH_LEVELS) != 0)
		fill_levels(row, server, object, now);
	if ((cells & PUBLISH_TEXTS) != 0)
		fill_texts(copies, row, server, object, now);
	fill_waiting(row, server, object, cells, now);
	if ((cells & PUBLISH_REASON) != 0) {
		publish_reason(NULL, server, object, &row->reason, now);
		row->reason.text = copy_text(copies, row->reason.text);
	}
	if ((cells & PUBLISH_TOTALS) != 0) {
		row->totals = *publish_totals(server, object);
		row->last_delivery = model_counts(object)->last_delivery;
	}
}
