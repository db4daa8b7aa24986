/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounce_class.h"
#include "model_object.h"

/* SMTP probe, spool and process. */
#define CHECKS_MAX 3

static const struct {
	enum snap_source_kind kind;
	const char *name;
} pages[] = {
	{SNAP_SOURCE_STATUS, "/status"},   {SNAP_SOURCE_QUEUES, "/queues"},
	{SNAP_SOURCE_DOMAINS, "/domains"}, {SNAP_SOURCE_VMTAS, "/vmtas"},
	{SNAP_SOURCE_JOBS, "/jobs"},
};

struct model_source *
model_source(struct model_server *server, uint32_t index)
{
	for (uint32_t i = 0; i < server->source_count; i++) {
		if (server->sources[i].index == index)
			return &server->sources[i];
	}
	return NULL;
}

/* Adds a source, with what is known of it if it was there before the reload. */
static void
source_add(struct model_server *server, struct model_source *list, uint32_t *count,
	   const struct model_source *wanted)
{
	const struct model_source *old = model_source(server, wanted->index);

	list[*count] = old != NULL && strcmp(old->name, wanted->name) == 0 ? *old : *wanted;
	list[*count].interval_ms = wanted->interval_ms;
	list[*count].path = wanted->path;
	(*count)++;
}

static void
add_pages(struct model_server *server, struct model_source *list, uint32_t *count)
{
	const struct conf *conf = server->model->conf;

	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		struct model_source page = {
			.index = (uint32_t)pages[i].kind,
			.kind = pages[i].kind,
			.good_mono = SNAP_NO_TIME,
			.error_wall = SNAP_NO_TIME,
			.lag = SNAP_NONE32,
			.backlog = SNAP_NONE64,
			.interval_ms = pages[i].kind == SNAP_SOURCE_STATUS ? conf->poll_interval_ms
									   : conf->list_interval_ms,
		};

		if (pages[i].kind == SNAP_SOURCE_JOBS && !server->jobs)
			continue;
		strcpy(page.name, pages[i].name);
		source_add(server, list, count, &page);
	}
}

/* Several paths are one source: one fails when any of them does. */
static void
join_paths(char name[TEXT_MAX], const char *const *paths, size_t count)
{
	char raw[4 * TEXT_MAX] = "";
	size_t used = 0;

	for (size_t i = 0; i < count && used < sizeof raw; i++)
		used += (size_t)snprintf(raw + used, sizeof raw - used, "%s%s", i > 0 ? ", " : "",
					 paths[i]);
	text_clean(name, TEXT_MAX, raw, strlen(raw));
}

static void
add_check(struct model_server *server, enum snap_source_kind kind, uint32_t index, const char *name,
	  int64_t interval_ms, struct model_source *list, uint32_t *count)
{
	struct model_source check = {
		.index = index,
		.kind = kind,
		.good_mono = SNAP_NO_TIME,
		.error_wall = SNAP_NO_TIME,
		.lag = SNAP_NONE32,
		.backlog = SNAP_NONE64,
		.interval_ms = interval_ms,
	};

	text_clean(check.name, sizeof check.name, name, strlen(name));
	source_add(server, list, count, &check);
}

static void
add_checks(struct model_server *server, const struct conf_server *conf, struct model_source *list,
	   uint32_t *count)
{
	const int64_t poll_ms = server->model->conf->poll_interval_ms;
	char name[TEXT_MAX];

	if (conf->smtp_probe != NULL)
		add_check(server, SNAP_SOURCE_SMTP_PROBE, MODEL_SOURCE_SMTP, conf->smtp_probe,
			  conf->smtp_interval_ms, list, count);
	join_paths(name, conf->spool, conf->spool_count);
	if (conf->spool_count > 0)
		add_check(server, SNAP_SOURCE_SPOOL, MODEL_SOURCE_SPOOL, name, poll_ms, list,
			  count);
	if (conf->process)
		add_check(server, SNAP_SOURCE_PROCESS, MODEL_SOURCE_PROCESS,
			  conf->pid_file != NULL ? conf->pid_file : CHECK_PROCESS_NAME, poll_ms,
			  list, count);
}

/* The same file named twice is one source: reading it twice would count it twice. */
static bool
list_has(const struct model_source *list, uint32_t count, uint32_t index)
{
	for (uint32_t i = 0; i < count; i++) {
		if (list[i].index == index)
			return true;
	}
	return false;
}

static int
add_accounting(struct model_server *server, const struct conf_server *conf,
	       struct model_source *list, uint32_t *count)
{
	struct model *model = server->model;

	for (size_t i = 0; i < conf->accounting_count; i++) {
		struct model_source source = {
			.kind = SNAP_SOURCE_ACCOUNTING,
			.path = conf->accounting[i],
			.good_mono = SNAP_NO_TIME,
			.error_wall = SNAP_NO_TIME,
			.lag = SNAP_NONE32,
			.duration_ms = SNAP_NONE32,
		};
		struct store_object saved = {0};
		bool found;

		text_clean(source.name, sizeof source.name, conf->accounting[i],
			   strlen(conf->accounting[i]));
		if (model->recall(model->recall_ctx, server->index, STORE_SOURCE, source.name, 1,
				  &saved, &found) != 0)
			return -1;
		source.index = MODEL_SOURCE_FIRST - 1 + saved.index;
		if (list_has(list, *count, source.index))
			continue;
		source_add(server, list, count, &source);
	}
	return 0;
}

static int
compare_sources(const void *a, const void *b)
{
	const struct model_source *left = a, *right = b;

	return (left->index > right->index) - (left->index < right->index);
}

/* Without memory the sources stay as they were, but for texts of the old configuration. */
static int
sources_keep(struct model_server *server)
{
	for (uint32_t i = 0; i < server->source_count; i++)
		server->sources[i].path = NULL;
	return -1;
}

static int
sources_configure(struct model_server *server, const struct conf_server *conf)
{
	const size_t most = sizeof pages / sizeof pages[0] + CHECKS_MAX + conf->accounting_count;
	struct model_source *list = calloc(most, sizeof *list);
	uint32_t count = 0;

	if (list == NULL)
		return sources_keep(server);
	if (server->polled)
		add_pages(server, list, &count);
	add_checks(server, conf, list, &count);
	if (add_accounting(server, conf, list, &count) != 0) {
		free(list);
		return sources_keep(server);
	}
	qsort(list, count, sizeof *list, compare_sources);
	free(server->sources);
	server->sources = list;
	server->source_count = count;
	return 0;
}

/* PowerMTA's own classes have rows before the first bounce. */
static void
predeclare_classes(struct model_server *server, struct moment now)
{
	for (uint32_t class = 1; class <= BOUNCE_CLASS_BUILTIN; class ++) {
		const char *name = bounce_class_name(class);

		model_object_get(server, STORE_CLASS, name, strlen(name), now);
	}
}

/* What was counted already stays of the kind it was. */
static void
regroup_classes(struct model_server *server)
{
	const struct model_set *set = &server->set[STORE_CLASS];

	for (uint32_t i = 0; i < set->count; i++)
		set->order[i]->class_kind = (uint8_t)bounce_class_kind(
			&server->model->conf->bounces, set->order[i]->name);
}

/* Nothing that an earlier configuration polled may look like news. */
static void
forget_polls(struct model_server *server)
{
	server->state = (enum snap_server_state)0;
	server->state_text[0] = '\0';
	server->failed_polls = 0;
	server->good_mono = SNAP_NO_TIME;
	for (int kind = 0; kind < 4; kind++)
		server->list[kind].good_mono = SNAP_NO_TIME;
}

int
model_server_configure(struct model_server *server, const struct conf_server *conf,
		       struct moment now)
{
	int result;

	server->section = conf;
	server->polled = conf->url != NULL;
	server->has_accounting = conf->accounting_count > 0;
	server->jobs = server->polled && conf->jobs;
	result = sources_configure(server, conf);
	if (!server->polled)
		forget_polls(server);
	model_checks_configure(server);
	if (server->has_accounting)
		predeclare_classes(server, now);
	regroup_classes(server);
	server->version++;
	server->sources_version++;
	server->dirty = true;
	model_provider_relink(server, now);
	model_server_repin(server);
	return result;
}

void
model_source_done(struct model_server *server, uint32_t index, const char *error,
		  uint32_t duration_ms, struct moment now)
{
	struct model_source *source = model_source(server, index);

	if (source == NULL)
		return;
	source->tried = true;
	source->attempts++;
	source->failed = error != NULL;
	source->duration_ms = duration_ms;
	if (error != NULL) {
		source->failures++;
		text_clean(source->error, sizeof source->error, error, strlen(error));
		source->error_wall = now.wall_ms / 1000;
	} else {
		source->good_mono = now.mono_ms;
	}
	server->sources_version++;
}
