/* SPDX-License-Identifier: BSD-2-Clause */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "model_object.h"
#include "model_window.h"
#include "norm.h"

struct model *
model_new(model_recall_fn recall, void *ctx)
{
	struct model *model = calloc(1, sizeof *model);

	if (model == NULL)
		return NULL;
	model->texts = shared_texts_new();
	if (model->texts == NULL) {
		free(model);
		return NULL;
	}
	model->recall = recall;
	model->recall_ctx = ctx;
	return model;
}

static void
server_free(struct model_server *server)
{
	if (server == NULL)
		return;
	for (int kind = 0; kind < STORE_KINDS; kind++)
		model_set_clear(&server->set[kind]);
	window_free(&server->window);
	reply_table_clear(&server->replies);
	norm_free(server->norm);
	free(server->sources);
	free(server);
}

void
model_free(struct model *model)
{
	if (model == NULL)
		return;
	for (uint32_t i = 0; i < model->server_count; i++)
		server_free(model->servers[i]);
	providers_free(model->providers);
	throttle_set_free(model->throttle);
	shared_texts_free(model->texts);
	free(model->servers);
	free(model);
}

/* A server not seen by this process yet: its index, totals and discontinuity come from the store.
 */
static struct model_server *
server_new(struct model *model, const char *name, struct moment now)
{
	struct model_server *server = calloc(1, sizeof *server);
	struct store_object saved = {0};
	bool found = false;

	if (server == NULL)
		return NULL;
	memcpy(server->name, name, strlen(name) + 1);
	server->norm = norm_new();
	if (server->norm == NULL || model->recall(model->recall_ctx, 0, STORE_SERVER, server->name,
						  1, &saved, &found) != 0) {
		norm_free(server->norm);
		free(server);
		return NULL;
	}
	server->model = model;
	server->index = saved.index;
	server->totals = saved.totals;
	server->discontinuity = found ? saved.discontinuity : now.wall_ms / 1000;
	server->good_mono = server->records_missed = SNAP_NO_TIME;
	server->start_time = server->clock.newest = SNAP_NO_TIME;
	for (int kind = 0; kind < 4; kind++)
		server->list[kind] = (struct model_list){.total = SNAP_NONE32,
							 .total_recipients = SNAP_NONE32,
							 .unlisted_most = SNAP_NONE32,
							 .previous_mono = SNAP_NO_TIME,
							 .good_mono = SNAP_NO_TIME};
	model_checks_configure(server);
	server->vmta_fairness = SNAP_NONE32;
	server->dirty = true;
	return server;
}

static struct model_server *
server_named(const struct model *model, const char *name)
{
	for (uint32_t i = 0; i < model->server_count; i++) {
		if (strcmp(model->servers[i]->name, name) == 0)
			return model->servers[i];
	}
	return NULL;
}

struct model_server *
model_server_indexed(const struct model *model, uint32_t index)
{
	for (uint32_t i = 0; i < model->server_count; i++) {
		if (model->servers[i]->index == index)
			return model->servers[i];
	}
	return NULL;
}

static int
compare_servers(const void *a, const void *b)
{
	const struct model_server *const *left = a, *const *right = b;

	return ((*left)->index > (*right)->index) - ((*left)->index < (*right)->index);
}

static struct model_server *
server_add(struct model *model, const char *name, struct moment now)
{
	struct model_server **grown =
		realloc(model->servers, (model->server_count + 1) * sizeof *grown);
	struct model_server *server;

	if (grown == NULL)
		return NULL;
	model->servers = grown;
	server = server_new(model, name, now);
	if (server != NULL)
		model->servers[model->server_count++] = server;
	return server;
}

/* Adds the server of this section unless it is there already. */
static int
server_ensure(struct model *model, const struct conf_server *section, struct moment now)
{
	struct model_server *server;
	char name[TEXT_MAX];

	text_clean(name, sizeof name, section->name, strlen(section->name));
	server = server_named(model, name);
	if (server == NULL)
		server = server_add(model, name, now);
	if (server == NULL)
		return -1;
	server->configured = true;
	return model_server_configure(server, section, now);
}

static void
servers_sweep(struct model *model)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < model->server_count; i++) {
		if (model->servers[i]->configured)
			model->servers[kept++] = model->servers[i];
		else
			server_free(model->servers[i]);
	}
	model->server_count = kept;
}

/* What the configuration says was checked when it was read: only memory can be lacking. */
static void
complain_provider(void *ctx, unsigned line, const char *message)
{
	(void)ctx;
	(void)line;
	(void)message;
}

/* Without memory those of the configuration before stay. */
static int
rules_configure(struct model *model, const struct conf *conf)
{
	const char *const *patterns = conf->throttle_count > 0 ? conf->throttle : throttle_defaults;
	const size_t count = conf->throttle_count > 0 ? conf->throttle_count : THROTTLE_DEFAULTS;
	struct providers *providers =
		providers_new(conf->providers, conf->provider_count, complain_provider, NULL);
	struct throttle_set *throttle = throttle_set_new(patterns, count, NULL, 0);

	if (providers == NULL || throttle == NULL) {
		providers_free(providers);
		throttle_set_free(throttle);
		return -1;
	}
	providers_free(model->providers);
	throttle_set_free(model->throttle);
	model->providers = providers;
	model->throttle = throttle;
	return 0;
}

int
model_configure(struct model *model, const struct conf *conf, struct moment now)
{
	int result = rules_configure(model, conf);

	model->conf = conf;
	model->configured++;
	for (uint32_t i = 0; i < model->server_count; i++)
		model->servers[i]->configured = false;
	for (size_t i = 0; i < conf->server_count; i++) {
		if (server_ensure(model, &conf->servers[i], now) != 0)
			result = -1;
	}
	servers_sweep(model);
	if (model->server_count > 1)
		qsort(model->servers, model->server_count, sizeof *model->servers, compare_servers);
	return result;
}

void
model_expire(struct model *model, struct moment now, model_gone_fn gone, void *ctx)
{
	/* Queues hold on to their domain and VMTA, domains to their provider. */
	static const enum store_kind order[] = {STORE_QUEUE, STORE_DOMAIN, STORE_VMTA, STORE_JOB,
						STORE_PROVIDER};

	for (uint32_t i = 0; i < model->server_count; i++) {
		for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
			model_objects_expire(model->servers[i], order[k], now, gone, ctx);
	}
}

static void
server_age(struct model_server *server, struct moment now)
{
	model_windows_age(server, now);
	model_checks_age(server, now);
	for (int page = 0; page < 5; page++) {
		const enum doc_list_kind kind = (enum doc_list_kind)(page - 1);
		const bool fresh = page == 0 ? model_status_fresh(server, now)
					     : model_list_fresh(server, kind, now);

		if (server->fresh[page] == fresh)
			continue;
		server->fresh[page] = fresh;
		server->version++;
		server->sources_version++;
		server->windows_version++;
		if (page > 0)
			server->set[model_kind_of(kind)].version++;
		/* VMTAs and providers show sums over what is listed. */
		if (page > 0 && kind == DOC_QUEUES)
			server->set[STORE_VMTA].version++;
		if (page > 0 && (kind == DOC_QUEUES || kind == DOC_DOMAINS))
			server->set[STORE_PROVIDER].version++;
	}
}

void
model_age(struct model *model, struct moment now)
{
	for (uint32_t i = 0; i < model->server_count; i++)
		server_age(model->servers[i], now);
}

bool
model_is_fresh(const struct model_server *server, int64_t good_mono, int64_t interval_ms,
	       struct moment now)
{
	if (good_mono == SNAP_NO_TIME)
		return false;
	/* A second of grace: a reply takes its time. */
	return now.mono_ms - good_mono <= interval_ms * server->model->conf->stale_after + 1000;
}

bool
model_status_fresh(const struct model_server *server, struct moment now)
{
	return server->polled && model_is_fresh(server, server->good_mono,
						server->model->conf->poll_interval_ms, now);
}

bool
model_list_fresh(const struct model_server *server, enum doc_list_kind kind, struct moment now)
{
	return server->polled && model_is_fresh(server, server->list[kind].good_mono,
						server->model->conf->list_interval_ms, now);
}
