/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "monitor_doc.h"
#include "probe_audit.h"
#include "probe_print.h"
#include "probe_save.h"

#define PAGES (PROBE_STATUS + 1)
#define LIST_ITEMS_MAX 1000000
#define POLL_MS 1000

/* One page of the monitor: its request, and what came of it. */
struct page {
	char *path;
	struct buffer body;
	bool done, ok;
	long http_status;
	uint32_t duration_ms;
	char error[TEXT_MAX];
};

struct probe {
	struct fetch *fetch;
	struct fetch_target *target;
	struct probe_save *save;
	FILE *out;
	struct page pages[PAGES]; /* by enum doc_list_kind and PROBE_STATUS */
	char *largest[PAGES];	  /* name of the largest item of each list */
	bool failed;		  /* something could not be saved */
};

static const char *const page_names[PAGES] = {
	[DOC_QUEUES] = "queues", [DOC_DOMAINS] = "domains", [DOC_VMTAS] = "vmtas",
	[DOC_JOBS] = "jobs",	 [PROBE_STATUS] = "status",
};

static int
take_body(void *ctx, const char *bytes, size_t len)
{
	struct page *page = ctx;

	return buffer_put(&page->body, bytes, len);
}

static void
take_result(void *ctx, const struct fetch_result *result)
{
	struct page *page = ctx;

	page->done = true;
	page->ok = result->ok;
	page->http_status = result->http_status;
	page->duration_ms = result->duration_ms;
	text_clean(page->error, sizeof(page->error), result->error, strlen(result->error));
}

/* Takes over path, which may be NULL without memory. */
static void
start_page(struct probe *probe, struct page *page, char *path)
{
	page->path = path;
	page->body.max = SIZE_MAX;
	snprintf(page->error, sizeof(page->error), "the request was given up");
	if (path != NULL && fetch_get(probe->target, path, take_body, take_result, page) == 0)
		return;
	page->done = true;
	snprintf(page->error, sizeof(page->error), "the request could not be started");
}

static void
wait_for_page(struct probe *probe, struct page *page)
{
	while (!page->done && fetch_poll(probe->fetch, NULL, 0, POLL_MS) == 0)
		;
}

static void
clear_page(struct page *page)
{
	free(page->path);
	buffer_free(&page->body);
	memset(page, 0, sizeof(*page));
}

static char *
make_path(const char *name, const char *format, const char *query)
{
	char *path;

	if (asprintf(&path, "/%s?format=%s%s%s", name, format, query != NULL ? "&" : "",
		     query != NULL ? query : "") < 0)
		return NULL;
	return path;
}

static void
print_heading(const struct probe *probe, int document, const char *verdict)
{
	const struct page *page = &probe->pages[document];

	fprintf(probe->out, "\n/%s  ", page_names[document]);
	if (page->http_status != 0)
		fprintf(probe->out, "HTTP %ld, %zu bytes in %u ms: ", page->http_status,
			page->body.len, page->duration_ms);
	fprintf(probe->out, "%s\n", verdict);
}

static void
print_refusal(const struct probe *probe, int document, const char *reason)
{
	print_heading(probe, document, "NOT understood");
	fprintf(probe->out, "    %s\n", reason);
}

static bool
show_status(const struct probe *probe)
{
	const struct page *page = &probe->pages[PROBE_STATUS];
	struct doc_status status;
	struct doc_error error;

	if (doc_parse_status(page->body.bytes, page->body.len, &status, &error) != 0) {
		print_refusal(probe, PROBE_STATUS, error.text);
		return false;
	}
	print_heading(probe, PROBE_STATUS, "understood");
	probe_print_status(&status, probe->out);
	return true;
}

static char *
find_largest(const struct doc_list *list)
{
	struct doc_item item, largest = {.rcp = SNAP_NONE32};
	struct doc_cursor cursor = {0};

	while (doc_list_next(list, &cursor, &item)) {
		if (largest.rcp == SNAP_NONE32 ||
		    (item.rcp != SNAP_NONE32 && item.rcp > largest.rcp))
			largest = item;
	}
	return largest.name != NULL ? strdup(largest.name) : NULL;
}

static bool
show_list(struct probe *probe, enum doc_list_kind kind)
{
	const struct page *page = &probe->pages[kind];
	struct doc_reader *reader = doc_reader_new(kind, LIST_ITEMS_MAX);
	struct doc_list *list = NULL;
	struct doc_error error = {DOC_ERROR_MEMORY, "found no memory"};

	if (reader != NULL) {
		doc_reader_feed(reader, page->body.bytes, page->body.len);
		list = doc_reader_finish(reader, &error);
	}
	doc_reader_free(reader);
	if (list == NULL) {
		print_refusal(probe, (int)kind, error.text);
		return false;
	}
	print_heading(probe, (int)kind, "understood");
	probe_print_list(list, probe->out);
	probe->largest[kind] = find_largest(list);
	doc_list_free(list);
	return true;
}

/* Shows one document and what is odd about it. Returns true if it was understood. */
static bool
show_document(struct probe *probe, int document)
{
	const struct page *page = &probe->pages[document];
	bool understood;

	if (!page->ok) {
		print_refusal(probe, document, page->error);
		return false;
	}
	understood = document == PROBE_STATUS ? show_status(probe)
					      : show_list(probe, (enum doc_list_kind)document);
	if (understood)
		probe_audit(document, page->body.bytes, page->body.len, probe->out);
	return understood;
}

static void
save_page(struct probe *probe, struct page *page, const char *name, const char *format)
{
	char file[64];
	struct probe_reply reply = {
		.file = file,
		.path = page->path != NULL ? page->path : "-",
		.http_status = page->http_status,
		.error = page->error,
		.bytes = page->body.bytes,
		.len = page->body.len,
	};

	snprintf(file, sizeof(file), "%s.%s", name, format);
	if (probe_save_put(probe->save, &reply) == 0)
		return;
	fprintf(probe->out, "cannot save %s: %s\n", file, strerror(errno));
	probe->failed = true;
}

/* Fetches a page only to save it. query is freed. */
static void
save_further_page(struct probe *probe, const char *name, const char *format, char *query)
{
	struct page page = {0};

	start_page(probe, &page, make_path(name, format, query));
	wait_for_page(probe, &page);
	save_page(probe, &page, name, format);
	clear_page(&page);
	free(query);
}

/* "queue=domain%2Fvmta", or NULL if there is no such item. */
static char *
detail_query(const char *key, const char *name)
{
	char *escaped = name != NULL ? curl_easy_escape(NULL, name, 0) : NULL;
	char *query = NULL;

	if (escaped != NULL && asprintf(&query, "%s=%s", key, escaped) < 0)
		query = NULL;
	curl_free(escaped);
	return query;
}

/* Details of the largest item of a list, in both formats; nothing if the list is empty. */
static void
save_details(struct probe *probe, enum doc_list_kind kind, const char *page, const char *key)
{
	if (probe->largest[kind] == NULL)
		return;
	save_further_page(probe, page, "json", detail_query(key, probe->largest[kind]));
	save_further_page(probe, page, "xml", detail_query(key, probe->largest[kind]));
}

static void
save_all(struct probe *probe, const char *const queries[4])
{
	const char *query;

	for (int i = 0; i < PAGES; i++) {
		query = i == PROBE_STATUS ? NULL : queries[i];
		save_page(probe, &probe->pages[i], page_names[i], "json");
		save_further_page(probe, page_names[i], "xml",
				  query != NULL ? strdup(query) : NULL);
	}
	save_details(probe, DOC_QUEUES, "queueDetail", "queue");
	save_details(probe, DOC_DOMAINS, "domainDetail", "domain");
	save_details(probe, DOC_JOBS, "jobDetail", "jobid");
	save_further_page(probe, "logs", "json", NULL);
	save_further_page(probe, "logs", "xml", NULL);
	save_further_page(probe, "getlocalips", "xml", NULL);
}

static void
run(struct probe *probe, const char *const queries[4], bool *understood)
{
	/* In the order of reading; the requests run side by side. */
	static const int order[PAGES] = {PROBE_STATUS, DOC_QUEUES, DOC_DOMAINS, DOC_VMTAS,
					 DOC_JOBS};

	for (int i = 0; i < PAGES; i++)
		start_page(probe, &probe->pages[i],
			   make_path(page_names[i], "json", i == PROBE_STATUS ? NULL : queries[i]));
	for (int i = 0; i < PAGES; i++) {
		wait_for_page(probe, &probe->pages[order[i]]);
		if (show_document(probe, order[i]) && order[i] == PROBE_STATUS)
			*understood = true;
	}
	if (probe->save != NULL)
		save_all(probe, queries);
}

static void
end_probe(struct probe *probe)
{
	fetch_target_free(probe->target);
	fetch_free(probe->fetch);
	for (int i = 0; i < PAGES; i++) {
		clear_page(&probe->pages[i]);
		free(probe->largest[i]);
	}
	if (probe_save_free(probe->save) != 0) {
		fprintf(probe->out, "cannot save index.txt: %s\n", strerror(errno));
		probe->failed = true;
	}
}

int
probe_run(const struct fetch_options *options, const char *const queries[4], const char *save_dir,
	  bool mask, FILE *out)
{
	struct fetch_options own = *options;
	struct probe probe = {.out = out};
	bool understood = false;

	/* A refusal's page is worth keeping too. */
	own.any_body = save_dir != NULL;
	if (save_dir != NULL && (probe.save = probe_save_new(save_dir, mask)) == NULL) {
		fprintf(out, "%s: %s\n", save_dir, strerror(errno));
		return 1;
	}
	if ((probe.fetch = fetch_new()) == NULL ||
	    (probe.target = fetch_target_new(probe.fetch, &own)) == NULL) {
		fprintf(out, "%s: %s\n", options->base_url,
			errno == EINVAL
				? "expected http://HOST:PORT or https://HOST:PORT, and an API key"
				  " of printable characters"
				: "found no memory");
		probe.failed = true;
	} else {
		fprintf(out, "probe of %s\n", options->base_url);
		run(&probe, queries, &understood);
	}
	end_probe(&probe);
	if (save_dir != NULL && !probe.failed)
		fprintf(out, "\nThe replies are in %s; read them before you hand them on%s.\n",
			save_dir, mask ? "" : ", since they may hold mail addresses");
	return understood && !probe.failed ? 0 : 1;
}
