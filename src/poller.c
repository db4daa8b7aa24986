/* SPDX-License-Identifier: BSD-2-Clause */
#include "poller.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "log.h"

/* A /status document has 4 KiB; one of this size is none. */
#define STATUS_MAX (1024 * 1024)
/* Items kept of one list: a bound on memory, far above any server. */
#define ITEMS_MAX 4000000

/* Pages in the order they are asked for; the lists follow enum doc_list_kind. */
enum page_id { PAGE_STATUS, PAGE_QUEUES, PAGE_DOMAINS, PAGE_VMTAS, PAGE_JOBS, PAGE_COUNT };

static const char *const page_path[PAGE_COUNT] = {
	"/status", "/queues", "/domains", "/vmtas", "/jobs",
};

struct page {
	struct poller *poller;
	enum page_id id;
	char path[512];
	int64_t due; /* monotonic ms; INT64_MAX: never */
	bool busy;
	bool failing;		   /* the last attempt failed: logged once */
	struct buffer body;	   /* /status */
	struct doc_reader *reader; /* a list */
};

struct poller {
	struct fetch_target *target;
	struct model_server *server;
	const struct conf *conf;
	struct poller_listener listener;
	struct page page[PAGE_COUNT];
	bool status_tried; /* lists need PowerMTA's clock, which /status tells */
};

static void
page_init(struct poller *poller, enum page_id id, const struct conf_server *section, int64_t due)
{
	struct page *page = &poller->page[id];
	const char *query = id == PAGE_STATUS ? NULL : section->list_query[id - PAGE_QUEUES];

	page->poller = poller;
	page->id = id;
	page->body.max = STATUS_MAX;
	page->due = id == PAGE_JOBS && !section->jobs ? INT64_MAX : due;
	snprintf(page->path, sizeof page->path, "%s?format=json%s%s", page_path[id],
		 query != NULL ? "&" : "", query != NULL ? query : "");
}

struct poller *
poller_new(struct fetch *fetch, struct model_server *server, const struct conf *conf,
	   const struct conf_server *section, const struct poller_listener *listener,
	   int64_t first_due)
{
	const struct fetch_options options = {
		.base_url = section->url,
		.api_key = section->api_key,
		.ca_file = section->ca_file,
		.pinned_key = section->pinned_key,
		.insecure_tls = section->insecure_tls,
		.connect_timeout_ms = conf->connect_timeout_ms,
		.timeout_ms = conf->timeout_ms,
		.max_bytes = conf->max_reply,
	};
	struct poller *poller = calloc(1, sizeof *poller);

	if (poller == NULL)
		return NULL;
	poller->server = server;
	poller->conf = conf;
	poller->listener = *listener;
	for (int id = 0; id < PAGE_COUNT; id++)
		page_init(poller, (enum page_id)id, section, first_due);
	poller->target = fetch_target_new(fetch, &options);
	if (poller->target == NULL) {
		log_error("poll", "%s: %s: %s", server->name, section->url, strerror(errno));
		free(poller);
		return NULL;
	}
	return poller;
}

static void
page_reset(struct page *page)
{
	buffer_free(&page->body);
	doc_reader_free(page->reader);
	page->reader = NULL;
	page->busy = false;
}

void
poller_free(struct poller *poller)
{
	if (poller == NULL)
		return;
	fetch_target_free(poller->target);
	for (int id = 0; id < PAGE_COUNT; id++)
		page_reset(&poller->page[id]);
	free(poller);
}

static int
take_bytes(void *ctx, const char *bytes, size_t len)
{
	struct page *page = ctx;

	if (page->id != PAGE_STATUS)
		return doc_reader_feed(page->reader, bytes, len);
	return buffer_put(&page->body, bytes, len);
}

/* Says it once when a page begins to fail, and once when it is good again. */
static void
log_change(struct page *page, const char *error)
{
	const char *name = page->poller->server->name;

	if (error != NULL && !page->failing)
		log_warning("poll", "%s: %s: %s", name, page_path[page->id], error);
	else if (error == NULL && page->failing)
		log_notice("poll", "%s: %s: answers again", name, page_path[page->id]);
	else if (error != NULL)
		log_debug("poll", "%s: %s: %s", name, page_path[page->id], error);
	page->failing = error != NULL;
}

/* Returns NULL, or why the reply cannot be used. */
static const char *
finish_status(struct page *page, const struct fetch_result *result, struct doc_error *error,
	      struct moment now)
{
	struct model_server *server = page->poller->server;
	const char *reason = NULL;
	struct doc_status status;

	error->code = DOC_ERROR_SHAPE;
	if (!result->ok)
		reason = result->error;
	else if (doc_parse_status(page->body.bytes, page->body.len, &status, error) != 0)
		reason = error->text;
	if (reason == NULL)
		model_apply_status(server, &status, now);
	else
		model_status_failed(server, result->ok && error->code == DOC_ERROR_FAIL, reason,
				    now);
	return reason;
}

static const char *
finish_list(struct page *page, const struct fetch_result *result, struct doc_error *error,
	    struct moment now)
{
	struct model_server *server = page->poller->server;
	struct doc_list *list;

	/* A reader that ended the transfer knows better why than curl does. */
	if (!result->ok && !result->refused)
		return result->error;
	list = doc_reader_finish(page->reader, error);
	if (list == NULL)
		return error->text;
	if (!result->ok) {
		doc_list_free(list);
		return result->error;
	}
	model_apply_list(server, list, now);
	if (list->skipped > 0)
		log_debug("poll", "%s: %s: %zu items skipped", server->name, page_path[page->id],
			  list->skipped);
	doc_list_free(list);
	return NULL;
}

/* The next time by the clock of the schedule, so that a slow reply does not shift it; missed ones
 * are not made up for. */
static void
page_reschedule(struct page *page, struct moment now)
{
	const struct conf *conf = page->poller->conf;
	const int64_t interval =
		page->id == PAGE_STATUS ? conf->poll_interval_ms : conf->list_interval_ms;

	page->due += interval;
	if (page->due <= now.mono_ms)
		page->due = now.mono_ms + interval;
}

static void
take_result(void *ctx, const struct fetch_result *result)
{
	struct page *page = ctx;
	struct poller *poller = page->poller;
	const struct poller_listener *listener = &poller->listener;
	const struct moment now = moment_now();
	struct doc_error error;
	const char *reason;

	if (page->id == PAGE_STATUS)
		reason = finish_status(page, result, &error, now);
	else
		reason = finish_list(page, result, &error, now);
	model_source_done(poller->server, (uint32_t)page->id + SNAP_SOURCE_STATUS, reason,
			  result->duration_ms, now);
	log_change(page, reason);
	page_reset(page);
	page_reschedule(page, now);
	if (page->id == PAGE_STATUS) {
		poller->status_tried = true;
		listener->status_polled(listener->ctx, poller->server);
	} else if (reason == NULL) {
		listener->listed(listener->ctx, poller->server,
				 (enum doc_list_kind)(page->id - PAGE_QUEUES));
	}
}

static void
page_start(struct page *page, struct moment now)
{
	struct poller *poller = page->poller;

	if (page->id != PAGE_STATUS) {
		page->reader =
			doc_reader_new((enum doc_list_kind)(page->id - PAGE_QUEUES), ITEMS_MAX);
		if (page->reader == NULL) {
			page_reschedule(page, now);
			return;
		}
	}
	page->busy = fetch_get(poller->target, page->path, take_bytes, take_result, page) == 0;
	if (!page->busy) {
		page_reset(page);
		page_reschedule(page, now);
	}
}

/* The list whose turn it is, NULL if there is none. One at a time is kinder to PowerMTA's monitor,
 * and one connection serves. The one that waits for longest comes first: where two take longer than
 * the interval, a fixed order would never get to the third. */
static struct page *
next_list(struct poller *poller)
{
	struct page *first = NULL;

	if (!poller->status_tried)
		return NULL;
	for (int id = PAGE_QUEUES; id < PAGE_COUNT; id++) {
		struct page *page = &poller->page[id];

		if (page->busy)
			return NULL;
		if (first == NULL || page->due < first->due)
			first = page;
	}
	return first;
}

int64_t
poller_run(struct poller *poller, struct moment now)
{
	struct page *const turns[] = {&poller->page[PAGE_STATUS], next_list(poller)};
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
		struct page *page = turns[i];

		if (page == NULL || page->busy)
			continue;
		if (page->due <= now.mono_ms)
			page_start(page, now);
		if (!page->busy && page->due < next)
			next = page->due;
	}
	return next;
}
