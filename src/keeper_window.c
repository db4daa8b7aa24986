/* SPDX-License-Identifier: BSD-2-Clause */
#include "keeper_window.h"

#include "model_window.h"

/* Objects whose windows are fetched ahead of their turn. */
#define AHEAD 4

/* A row on its way into or out of the store. */
struct transfer {
	struct store *store;
	struct model_server *server;
	enum store_kind kind;
	uint32_t server_index, index; /* object 0: the server itself */
	int64_t asof;
	bool renewed; /* some row must be saved anew: see window_restore() */
};

static void
load_row(void *ctx, uint32_t index, int64_t at, const uint8_t *bytes, size_t len)
{
	struct transfer *transfer = ctx;
	struct window **window = &transfer->server->window;

	if (transfer->kind != STORE_SERVER) {
		struct model_object *object =
			model_set_indexed(&transfer->server->set[transfer->kind], index);

		/* Its retention is over: the row goes when it is old. */
		if (object == NULL)
			return;
		window = &object->window;
	}
	window_restore(window, model_window_shape(transfer->kind), transfer->asof, at, bytes, len);
	transfer->renewed |= window_is_dirty(*window);
}

/* Rows of an older version: what they have is in memory now, and will be saved in the transaction
 * that this deletion begins. */
static void
replace_rows(struct transfer *transfer, const struct window_shape *shape)
{
	struct model_server *server = transfer->server;

	store_forget_stray_rows(transfer->store, server->index, transfer->kind,
				window_row_seconds(shape));
	if (transfer->kind == STORE_SERVER)
		server->dirty = true;
	else
		server->set[transfer->kind].dirty = true;
}

void
keeper_load_windows(struct store *store, struct model_server *server, struct moment now)
{
	struct transfer transfer = {.store = store, .server = server};

	record_clock_restore(&server->clock,
			     store_get_number(store, server->index, "clock.newest", SNAP_NO_TIME),
			     store_get_number(store, server->index, "clock.wall", 0), now);
	transfer.asof = model_window_time(server, now);
	for (int kind = STORE_SERVER; kind < STORE_KINDS; kind++) {
		const struct window_shape *shape = model_window_shape((enum store_kind)kind);

		if (shape == NULL)
			continue;
		transfer.kind = (enum store_kind)kind;
		transfer.renewed = false;
		store_load_rows(store, server->index, transfer.kind,
				window_oldest(shape, transfer.asof), load_row, &transfer);
		if (transfer.renewed)
			replace_rows(&transfer, shape);
	}
}

static int
save_row(void *ctx, int64_t at, const uint8_t *bytes, size_t len)
{
	const struct transfer *transfer = ctx;

	return store_save_row(transfer->store, transfer->server_index, transfer->kind,
			      transfer->index, at, bytes, len);
}

static void
save_window(struct transfer *transfer, const struct window *window, enum store_kind kind,
	    uint32_t index)
{
	transfer->kind = kind;
	transfer->index = index;
	if (window_is_dirty(window))
		window_each_dirty(window, model_window_shape(kind), save_row, transfer);
}

void
keeper_save_windows(struct store *store, const struct model_server *server)
{
	struct transfer transfer = {.store = store, .server_index = server->index};

	if (server->dirty) {
		store_put_number(store, server->index, "clock.newest", server->clock.newest);
		store_put_number(store, server->index, "clock.wall", server->clock.at.wall_ms);
		save_window(&transfer, server->window, STORE_SERVER, 0);
	}
	for (int kind = 0; kind < STORE_KINDS; kind++) {
		const struct model_set *set = &server->set[kind];

		for (uint32_t i = 0; set->dirty && i < set->count; i++) {
			/* There may be more windows than the cache can hold. */
			if (i + AHEAD < set->count)
				__builtin_prefetch(set->order[i + AHEAD]->window);
			save_window(&transfer, set->order[i]->window, (enum store_kind)kind,
				    set->order[i]->index);
		}
	}
}

static void
mark(struct window *window, bool saved)
{
	if (saved)
		window_clean(window);
	else
		window_unsave(window);
}

void
keeper_mark_windows(struct model_server *server, bool saved)
{
	mark(server->window, saved);
	for (int kind = 0; kind < STORE_KINDS; kind++) {
		struct model_set *set = &server->set[kind];

		for (uint32_t i = 0; (set->dirty || !saved) && i < set->count; i++)
			mark(set->order[i]->window, saved);
	}
}

void
keeper_trim_windows(struct store *store, struct model_server *server, struct moment now)
{
	const int64_t asof = model_window_time(server, now);

	model_trim(server, now);
	for (int kind = STORE_SERVER; kind < STORE_KINDS; kind++) {
		const struct window_shape *shape = model_window_shape((enum store_kind)kind);

		if (shape != NULL)
			store_forget_rows(store, server->index, (enum store_kind)kind,
					  window_oldest(shape, asof));
	}
}
