/* SPDX-License-Identifier: BSD-2-Clause */
/* The worst of the server's objects: all of them take part, whatever row-limit shows. */
#include <string.h>

#include "arena.h"
#include "level.h"
#include "model_window.h"
#include "publish_rows.h"

/* Below this a share says little: attempts in the last hour; recipients that wait. */
#define LEAST_ATTEMPTS 100
#define LEAST_WAITING 100
#define LAST_HOUR_S 3600

struct candidate {
	const struct model_object *object;
	uint32_t value;
	uint64_t weight; /* the worst has most; 0 is none at all */
};

/* One list on its way: the worst first. */
struct ranking {
	enum snap_top_list list;
	const char *unit;
	uint32_t count;
	struct candidate best[SNAP_TOP_RANKS];
};

/* Puts it in its place; what falls out at the end is forgotten. Of two alike the first stays. */
static void
rank(struct ranking *ranking, const struct model_object *object, uint32_t value, uint64_t weight)
{
	struct candidate *best = ranking->best;
	uint32_t at = ranking->count;

	if (weight == 0 || (at == SNAP_TOP_RANKS && weight <= best[at - 1].weight))
		return;
	if (at < SNAP_TOP_RANKS)
		ranking->count++;
	else
		at--;
	for (; at > 0 && best[at - 1].weight < weight; at--)
		best[at] = best[at - 1];
	best[at] = (struct candidate){object, value, weight};
}

static void
rank_share(struct ranking *ranking, const struct model_object *provider,
	   const struct window_sum *sum, enum window_count count)
{
	const uint64_t attempts = sum->count[WINDOW_ATTEMPTS], part = sum->count[count];
	const uint32_t share =
		level_of((doc_number)part * 10000 / (doc_number)(attempts > 0 ? attempts : 1));

	/* Of equal shares the one of more attempts is worse. */
	if (attempts >= LEAST_ATTEMPTS && part > 0)
		rank(ranking, provider, share,
		     (uint64_t)share << 32 | (attempts < UINT32_MAX ? attempts : UINT32_MAX));
}

static void
rank_providers(struct ranking *deferral, struct ranking *bounce, const struct model_server *server,
	       struct moment now)
{
	const struct model_set *set = &server->set[STORE_PROVIDER];
	struct window_sum sum;

	for (uint32_t i = 0; i < set->count; i++) {
		window_sum(set->order[i]->window, model_window_shape(STORE_PROVIDER),
			   model_window_time(server, now), LAST_HOUR_S, &sum);
		rank_share(deferral, set->order[i], &sum, WINDOW_DEFERRED);
		rank_share(bounce, set->order[i], &sum, WINDOW_BOUNCED);
	}
}

/* Only those that the last list showed have mail for certain. */
static void
rank_queues(struct ranking *oldest, struct ranking *largest, const struct model_server *server,
	    struct moment now)
{
	const struct model_set *set = &server->set[STORE_QUEUE];

	for (uint32_t i = 0; i < set->count; i++) {
		const struct model_object *queue = set->order[i];
		struct snap_ages ages;

		if (queue->recipients == SNAP_NONE32 || !model_listed(server, queue, now))
			continue;
		rank(largest, queue, queue->recipients, queue->recipients);
		ages = model_ages(server, queue, now);
		if (ages.estimate != SNAP_NONE32)
			rank(oldest, queue, ages.estimate,
			     (uint64_t)ages.estimate << 32 | queue->recipients);
	}
}

/* Slow is what delivered little of what waits; nothing at all is 0, however much waits. */
static void
rank_vmtas(struct ranking *slowest, const struct model_server *server, struct moment now)
{
	const struct model_set *set = &server->set[STORE_VMTA];

	for (uint32_t i = 0; server->has_accounting && i < set->count; i++) {
		const struct model_object *vmta = set->order[i];
		const uint32_t level = model_level(server, vmta, vmta->recipients, now);
		uint32_t share;

		if (level == SNAP_NONE32 || level < LEAST_WAITING)
			continue;
		share = level_of((doc_number)model_last_hour(server, vmta, now) * 10000 / level);
		rank(slowest, vmta, share, (uint64_t)(SNAP_NONE32 - share) << 32 | level);
	}
}

static enum snap_table
table_of(const struct model_object *object)
{
	return object->kind == STORE_PROVIDER ? SNAP_PROVIDER
	       : object->kind == STORE_VMTA   ? SNAP_VMTA
					      : SNAP_QUEUE;
}

static const char *
words_of(struct snap_page *page, const struct model_server *server,
	 const struct model_object *object, struct moment now)
{
	char words[PUBLISH_REASON_MAX];
	struct snap_reason reason;

	if (object->kind == STORE_PROVIDER)
		publish_provider_reason(server, object->index, &reason, words, now);
	else
		publish_reason(server, object, &reason, now);
	if (reason.text != NULL || object->kind == STORE_PROVIDER)
		return publish_text(page, reason.text);
	return model_list_fresh(server, DOC_QUEUES, now) ? publish_error(page, object->error)
							 : NULL;
}

static struct snap_top *
fill_rows(struct snap_page *page, struct snap_top *row, const struct ranking *ranking,
	  const struct model_server *server, struct moment now)
{
	char name[TEXT_MAX];

	for (uint32_t i = 0; i < ranking->count; i++, row++) {
		const struct model_object *object = ranking->best[i].object;

		row->key[0] = ranking->list;
		row->key[1] = i + 1;
		row->name = publish_text(page, model_name(object, name));
		row->value = ranking->best[i].value;
		row->unit = ranking->unit;
		row->reason = words_of(page, server, object, now);
		row->table = table_of(object);
		row->object = object->index;
	}
	return row;
}

struct snap_page *
publish_top(struct model_server *server, struct moment now)
{
	struct ranking rankings[] = {
		{SNAP_TOP_PROVIDERS_BY_DEFERRAL, "0.01 % of attempts", 0, {{0}}},
		{SNAP_TOP_PROVIDERS_BY_BOUNCE, "0.01 % of attempts", 0, {{0}}},
		{SNAP_TOP_OLDEST_QUEUES, "seconds", 0, {{0}}},
		{SNAP_TOP_LARGEST_QUEUES, "recipients", 0, {{0}}},
		{SNAP_TOP_SLOWEST_VMTAS, "0.01 % of its queue delivered in an hour", 0, {{0}}},
	};
	const size_t lists = sizeof rankings / sizeof rankings[0];
	struct snap_page *page =
		snap_page_new((uint32_t)lists * SNAP_TOP_RANKS, sizeof(struct snap_top));
	struct snap_top *first, *row;

	if (page == NULL)
		return NULL;
	rank_providers(&rankings[0], &rankings[1], server, now);
	rank_queues(&rankings[2], &rankings[3], server, now);
	rank_vmtas(&rankings[4], server, now);
	first = row = page->rows;
	for (size_t i = 0; i < lists; i++)
		row = fill_rows(page, row, &rankings[i], server, now);
	page->count = (uint32_t)(row - first);
	return page;
}
