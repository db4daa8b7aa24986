/* SPDX-License-Identifier: BSD-2-Clause */
#include "keeper_norm.h"

#include "baseline.h"
#include "log.h"
#include "norm.h"

/* Key in the store: never rename it. */
#define NEXT_KEY "norm.next"

static void
load_baseline(void *ctx, uint32_t object, uint32_t metric, int64_t last, const uint8_t *bytes,
	      size_t len)
{
	const struct model_server *server = ctx;

	if (norm_restore(server->norm, object, metric, last, bytes, len) != 0)
		log_warning("store",
			    "%s: a baseline (object %u, metric %u) cannot be used and is "
			    "learned anew",
			    server->name, object, metric);
}

void
keeper_load_norm(struct store *store, struct model_server *server, struct moment now)
{
	/* Nothing is expected by what is older. */
	const int64_t since = norm_hour(now.wall_ms / 1000) - BASELINE_HOURS;

	store_load_baselines(store, server->index, since, load_baseline, server);
	norm_set_next(server->norm, store_get_number(store, server->index, NEXT_KEY, SNAP_NO_TIME));
}

/* A baseline on its way into the store. */
struct saving {
	struct store *store;
	uint32_t server;
};

static void
save_baseline(void *ctx, uint32_t object, uint32_t metric, const struct baseline *baseline)
{
	const struct saving *saving = ctx;
	uint8_t bytes[BASELINE_PACKED];

	baseline_pack(baseline, bytes);
	store_save_baseline(saving->store, saving->server, object, metric, baseline_last(baseline),
			    bytes, sizeof bytes);
}

void
keeper_save_norm(struct store *store, const struct model_server *server)
{
	struct saving saving = {store, server->index};

	norm_each_dirty(server->norm, save_baseline, &saving);
	if (server->dirty)
		store_put_number(store, server->index, NEXT_KEY, norm_next(server->norm));
}
