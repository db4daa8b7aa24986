/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"
#include "norm.h"
#include "publish_rows.h"

/* Beyond this a score tells nothing more. */
#define SCORE_MOST 1000000

static uint32_t
level(double number)
{
	return number < SNAP_NONE32 - 1 ? (uint32_t)(number + 0.5) : SNAP_NONE32 - 1;
}

/* How far the value is from what is expected, in hundredths of a deviation. */
static int32_t
score_of(const struct norm_state *state)
{
	double score;

	if (state->value == SNAP_NONE32 || !state->expected)
		return INT32_MIN;
	score = ((double)state->value - state->mean) / state->deviation * 100;
	if (score > SCORE_MOST)
		return SCORE_MOST;
	return score < -SCORE_MOST ? -SCORE_MOST : (int32_t)score;
}

static void
fill(struct snap_baseline *row, const struct norm_state *state)
{
	row->expected = state->expected ? level(state->mean) : SNAP_NONE32;
	row->deviation = state->expected ? level(state->deviation) : SNAP_NONE32;
	row->value = state->value;
	row->score = score_of(state);
	row->history = state->history_s;
	row->weeks = state->weeks;
	row->enough = state->enough ? 1 : 2;
}

/* Adds the rows of one object behind those there; object NULL: of the server. */
static void
add_object(struct snap_page *page, const struct model_server *server,
	   const struct model_object *object, struct moment now)
{
	struct snap_baseline *rows = page->rows;
	const char *name = publish_text(page, object != NULL ? object->name : server->name);
	struct norm_state state;

	for (uint32_t i = 1; i <= SNAP_BASELINE_QUEUED_RECIPIENTS; i++) {
		struct snap_baseline *row = &rows[page->count];

		norm_state(server, object, i, now, &state);
		if (!state.learned)
			continue;
		row->key[0] = object != NULL ? object->index : 0;
		row->key[1] = i;
		row->name = name;
		row->metric = norm_metric_name(i, object == NULL);
		fill(row, &state);
		page->count++;
	}
}

struct snap_page *
publish_baselines(struct model_server *server, struct moment now)
{
	struct model_set *set = &server->set[STORE_PROVIDER];
	struct model_object **order = model_set_order(set);
	const uint32_t most = (set->count + 1) * SNAP_BASELINE_QUEUED_RECIPIENTS;
	struct snap_page *page = snap_page_new(most, sizeof(struct snap_baseline));

	if (page == NULL)
		return NULL;
	/* Filled in one go: how many there are is known only then. */
	page->count = 0;
	add_object(page, server, NULL, now);
	for (uint32_t i = 0; i < set->count; i++) {
		if (order[i]->shown)
			add_object(page, server, order[i], now);
	}
	return page;
}
