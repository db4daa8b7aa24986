/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

/* Servers are asked one after the other at start, not all in the same instant. */
#define STAGGER_MS 20

static void
open_poller(struct watch *watch, struct fetch *fetch, struct model_server *server,
	    const struct poller_listener *listener, int64_t due)
{
	struct poller *poller;

	if (!server->polled)
		return;
	poller = poller_new(fetch, server, server->model->conf, server->section, listener, due);
	if (poller != NULL)
		watch->pollers[watch->poller_count++] = poller;
}

int
watch_open(struct watch *watch, struct fetch *fetch, struct model *model,
	   const struct poller_listener *listener, struct moment now)
{
	const size_t room = model->server_count > 0 ? model->server_count : 1;

	watch->pollers = calloc(room, sizeof(struct poller *));
	watch->checkers = calloc(room, sizeof(struct checker *));
	if (watch->pollers == NULL || watch->checkers == NULL)
		return -1;
	for (uint32_t i = 0; i < model->server_count; i++) {
		struct model_server *server = model->servers[i];
		const int64_t due = now.mono_ms + (int64_t)i * STAGGER_MS;

		open_poller(watch, fetch, server, listener, due);
		watch->checkers[i] = checker_new(fetch, server, model->conf, due);
		if (watch->checkers[i] == NULL)
			return -1;
		watch->checker_count++;
	}
	return 0;
}

void
watch_close(struct watch *watch)
{
	for (uint32_t i = 0; i < watch->poller_count; i++)
		poller_free(watch->pollers[i]);
	for (uint32_t i = 0; i < watch->checker_count; i++)
		checker_free(watch->checkers[i]);
	free(watch->pollers);
	free(watch->checkers);
	memset(watch, 0, sizeof *watch);
}

int64_t
watch_run(struct watch *watch, struct moment now)
{
	int64_t next = INT64_MAX, wanted;

	for (uint32_t i = 0; i < watch->poller_count; i++) {
		wanted = poller_run(watch->pollers[i], now);
		if (wanted < next)
			next = wanted;
	}
	for (uint32_t i = 0; i < watch->checker_count; i++) {
		wanted = checker_run(watch->checkers[i], now);
		if (wanted < next)
			next = wanted;
	}
	return next;
}
