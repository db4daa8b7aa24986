/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish_rows.h"

#include <string.h>

#include "arena.h"

static struct snap_totals
totals_of(const struct model_server *server, const struct model_object *object)
{
	return *publish_totals(server, object);
}

const char *
publish_text(struct snap_page *page, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return NULL;
	return page != NULL ? arena_strdup(page->arena, text) : text;
}

static void
fill_vmta_levels(struct snap_vmta *row, const struct model_server *server,
		 const struct model_object *object, struct moment now)
{
	const bool queues = model_list_fresh(server, DOC_QUEUES, now);

	row->recipients = model_level(server, object, object->recipients, now);
	row->kb = model_level(server, object, object->kb, now);
	row->domains = model_level(server, object, object->group->domains, now);
	row->share = model_level(server, object, object->group->share, now);
	row->connections = model_level(server, object, object->connections, now);
	row->queues_backoff = queues ? object->group->queues_backoff : SNAP_NONE32;
	row->queues_paused = queues ? object->group->queues_paused : SNAP_NONE32;
	row->queues_stuck = queues ? object->group->queues_stuck : SNAP_NONE32;
}

static void
fill_vmta_texts(struct snap_vmta *row, const struct model_server *server,
		const struct model_object *object, struct moment now)
{
	row->key = object->index;
	row->name = publish_text(NULL, object->name);
	row->last_error = model_list_fresh(server, DOC_QUEUES, now)
				  ? publish_text(NULL, object->error)
				  : NULL;
	row->last_error_time =
		row->last_error != NULL ? model_wall_seconds(object->error_time) : SNAP_NO_TIME;
	row->discontinuity = publish_discontinuity(server, object);
}

static void
fill_vmta(struct snap_vmta *row, const struct model_server *server,
	  const struct model_object *object, unsigned cells, struct moment now)
{
	if ((cells & PUBLISH_LEVELS) != 0)
		fill_vmta_levels(row, server, object, now);
	if ((cells & PUBLISH_TEXTS) != 0)
		fill_vmta_texts(row, server, object, now);
	if ((cells & PUBLISH_AGES) != 0)
		row->ages = model_ages(server, object, now);
	if ((cells & PUBLISH_REASON) != 0)
		publish_reason(server, object, &row->reason, now);
	if ((cells & PUBLISH_SHARES) != 0) {
		row->delivery_share = model_delivery_share(server, object, now);
		row->fairness = model_fairness(server, object, now);
	}
	if ((cells & PUBLISH_TOTALS) != 0) {
		row->totals = totals_of(server, object);
		row->last_delivery = model_counts(object)->last_delivery;
	}
}

static void
fill_domain(struct snap_domain *row, const struct model_server *server,
	    const struct model_object *object, struct moment now)
{
	const bool listed = model_listed(server, object, now);

	row->key = object->index;
	row->name = publish_text(NULL, object->name);
	row->recipients = model_level(server, object, object->recipients, now);
	row->kb = model_level(server, object, object->kb, now);
	row->connections = model_level(server, object, object->connections, now);
	row->last_error = listed ? publish_text(NULL, object->error) : NULL;
	row->last_error_time =
		row->last_error != NULL ? model_wall_seconds(object->error_time) : SNAP_NO_TIME;
	row->totals = totals_of(server, object);
	row->last_delivery = model_counts(object)->last_delivery;
	row->discontinuity = publish_discontinuity(server, object);
}

static void
fill_class(struct snap_class *row, const struct model_server *server,
	   const struct model_object *object)
{
	const struct snap_totals *totals = &model_counts(object)->totals;

	row->key = object->index;
	row->name = publish_text(NULL, object->name);
	row->kind = (enum snap_class_kind)object->class_kind;
	row->bounced = totals->bounced;
	row->remote_bounced = totals->remote_bounced;
	row->deferred = totals->deferred;
	row->share = publish_share(totals->bounced, server->totals.bounced);
	row->last_seen = model_counts(object)->last_delivery;
	row->discontinuity = publish_discontinuity(server, object);
}

static void
fill_job(struct snap_job *row, const struct model_server *server, const struct model_object *object,
	 struct moment now)
{
	row->key = object->index;
	row->name = publish_text(NULL, object->name);
	row->recipients = model_level(server, object, object->recipients, now);
	row->kb = model_level(server, object, object->kb, now);
	row->domains = model_level(server, object, object->group->domains, now);
	row->paused = model_listed(server, object, now) ? object->paused : 0;
	row->totals = totals_of(server, object);
	row->discontinuity = publish_discontinuity(server, object);
}

/* Sums over the listed domains and queues: of what a cut list left out nothing is known. */
static void
fill_provider_levels(struct snap_provider *row, const struct model_server *server,
		     const struct model_object *object, struct moment now)
{
	const bool domains = model_list_fresh(server, DOC_DOMAINS, now);
	const bool queues = model_list_fresh(server, DOC_QUEUES, now);

	row->recipients = domains ? object->recipients : SNAP_NONE32;
	row->kb = domains ? object->kb : SNAP_NONE32;
	row->connections = domains ? object->connections : SNAP_NONE32;
	row->queues = queues ? object->group->queues : SNAP_NONE32;
	row->queues_backoff = queues ? object->group->queues_backoff : SNAP_NONE32;
	row->queues_stuck = queues ? object->group->queues_stuck : SNAP_NONE32;
}

static void
fill_provider(struct snap_provider *row, char *words, const struct model_server *server,
	      const struct model_object *object, unsigned cells, struct moment now)
{
	if ((cells & PUBLISH_LEVELS) != 0)
		fill_provider_levels(row, server, object, now);
	if ((cells & PUBLISH_TEXTS) != 0) {
		row->key = object->index;
		row->name = publish_text(NULL, object->name);
		row->discontinuity = publish_discontinuity(server, object);
	}
	if ((cells & PUBLISH_AGES) != 0)
		row->ages = model_ages(server, object, now);
	if ((cells & PUBLISH_REASON) != 0)
		publish_provider_reason(server, object->index, &row->reason, words, now);
	if ((cells & PUBLISH_TOTALS) != 0) {
		row->totals = totals_of(server, object);
		row->throttled =
			server->has_accounting ? model_counts(object)->throttled : SNAP_NONE64;
		row->last_delivery = model_counts(object)->last_delivery;
	}
}

/* Words are of a provider: see publish_provider_reason(). */
static void
fill(void *row, char *words, const struct model_server *server, const struct model_object *object,
     unsigned cells, struct moment now)
{
	switch ((enum store_kind)object->kind) {
	case STORE_VMTA:
		fill_vmta(row, server, object, cells, now);
		break;
	case STORE_QUEUE:
		publish_queue_row(row, server, object, cells, now);
		break;
	case STORE_DOMAIN:
		fill_domain(row, server, object, now);
		break;
	case STORE_CLASS:
		fill_class(row, server, object);
		break;
	case STORE_PROVIDER:
		fill_provider(row, words, server, object, cells, now);
		break;
	default:
		fill_job(row, server, object, now);
		break;
	}
}

/* PowerMTA's own classes have rows as long as accounting is configured; jobs only while it shows
 * them. */
static bool
is_hidden(const struct model_server *server, enum store_kind kind)
{
	return (kind == STORE_CLASS && !server->has_accounting) ||
	       (kind == STORE_JOB && !server->jobs);
}

bool
publish_object_row(const struct model_server *server, const struct model_object *object,
		   unsigned cells, union publish_row *row, struct moment now)
{
	if (is_hidden(server, (enum store_kind)object->kind))
		return false;
	fill(row, NULL, server, object, cells, now);
	return true;
}

uint32_t
publish_omit(struct model_server *server, enum store_kind kind, struct moment now)
{
	if (is_hidden(server, kind))
		return 0;
	return server->set[kind].count -
	       publish_select(server, kind, server->model->conf->row_limit, now);
}

uint32_t
publish_object_count(const struct model_server *server, const struct model_object *object)
{
	return object->shown && !is_hidden(server, (enum store_kind)object->kind);
}

void
publish_object_fill(struct snap_packer *packer, struct model_server *server,
		    const struct model_object *object, struct moment now)
{
	char words[PUBLISH_REASON_MAX];
	union snap_room row;

	fill(&row, words, server, object, PUBLISH_ALL, now);
	snap_packer_add(packer, &row);
}

static enum snap_source_state
source_state(const struct model_server *server, const struct model_source *source,
	     struct moment now)
{
	if (!source->tried)
		return SNAP_SOURCE_WAITING;
	if (source->interval_ms > 0 && source->good_mono != SNAP_NO_TIME &&
	    !model_is_fresh(server, source->good_mono, source->interval_ms, now))
		return SNAP_SOURCE_STALE;
	return source->failed ? SNAP_SOURCE_FAILING : SNAP_SOURCE_OK;
}

static void
fill_source(struct snap_page *page, struct snap_source *row, const struct model_server *server,
	    const struct model_source *source, struct moment now)
{
	row->key = source->index;
	row->kind = source->kind;
	row->name = publish_text(page, source->name);
	row->good_mono = source->good_mono;
	row->lag = source->lag;
	row->backlog = source->backlog;
	row->duration_ms = source->tried ? source->duration_ms : SNAP_NONE32;
	row->attempts = source->attempts;
	row->failures = source->failures;
	row->records = source->records;
	row->rejected = source->rejected;
	row->gaps = source->gaps;
	row->types = source->types;
	row->last_error = publish_text(page, source->error);
	row->last_error_time = source->error_wall;
	row->state = source_state(server, source, now);
}

void
publish_source_row(const struct model_server *server, const struct model_source *source,
		   struct snap_source *row, struct moment now)
{
	fill_source(NULL, row, server, source, now);
}

struct snap_page *
publish_sources(struct model_server *server, struct moment now)
{
	struct snap_page *page = snap_page_new(server->source_count, sizeof(struct snap_source));
	struct snap_source *row;

	if (page == NULL)
		return NULL;
	row = page->rows;
	for (uint32_t i = 0; i < server->source_count; i++, row++)
		fill_source(page, row, server, &server->sources[i], now);
	return page;
}
