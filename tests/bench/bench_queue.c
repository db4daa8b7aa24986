/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_queue - what one queue among many costs: the bytes it keeps, by parts, and the processor
 * time of a poll cycle against cJSON_Parse of the same bytes.
 *
 * Usage: bench_queue [QUEUES [VMTAS]]; without arguments 100000 queues, ten VMTAs each domain.
 * Fails if a cycle takes more than twice cJSON's time.
 */
#include <cjson/cJSON.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "model_object.h"
#include "model_wait.h"
#include "monitor_doc.h"
#include "publish.h"
#include "stopwatch.h"
#include "whole_table.h"

#define ROUNDS 7
/* As much as curl hands over at once. */
#define PIECE ((size_t)128 << 10)
/* As the daemon has it: the tables' pages go back to the system when they are freed. */
#define LARGE_BLOCK (128 * 1024)

struct bench {
	struct conf conf;
	struct conf_server section;
	const char *accounting[1];
	struct model *model;
	struct model_server *server;
	struct moment now;
	unsigned queues, vmtas;
	char *text;
	size_t len;
};

/* Names are new, all of them: numbers are given one after the other. */
static int
recall(void *ctx, uint32_t server, enum store_kind kind, const char *name, uint32_t first,
       struct store_object *out, bool *found)
{
	(void)server;
	(void)kind;
	(void)name;
	(void)first;
	out->index = ++*(uint32_t *)ctx;
	*found = false;
	return 0;
}

/* Bytes in use, with what the allocator adds to each piece. */
static double
in_use(void)
{
	const struct mallinfo2 info = mallinfo2();

	return (double)(info.uordblks + info.hblkhd);
}

static void
tell(const struct bench *bench, const char *what, double bytes)
{
	printf("  %-50s %8.1f bytes\n", what, bytes / bench->queues);
}

static struct doc_list *
read_list(const struct bench *bench)
{
	struct doc_reader *reader = doc_reader_new(DOC_QUEUES, bench->queues);
	struct doc_error error;
	struct doc_list *list;

	for (size_t at = 0; at < bench->len; at += PIECE)
		doc_reader_feed(reader, bench->text + at,
				bench->len - at < PIECE ? bench->len - at : PIECE);
	list = doc_reader_finish(reader, &error);
	doc_reader_free(reader);
	if (list == NULL || list->count != bench->queues)
		exit(1);
	return list;
}

static void
begin(struct bench *bench)
{
	static uint32_t last;

	bench->text = document_make(bench->queues, bench->vmtas, &bench->len);
	bench->accounting[0] = "/nowhere/acct.csv";
	bench->section = (struct conf_server){.name = "mta1",
					      .url = "http://192.0.2.1:8080",
					      .accounting = bench->accounting,
					      .accounting_count = 1};
	bench->conf = (struct conf){.agent_name = "bench.example",
				    .servers = &bench->section,
				    .server_count = 1,
				    .poll_interval_ms = 30000,
				    .list_interval_ms = 60000,
				    .stale_after = 3,
				    .row_retention_s = 86400,
				    .stuck_recipients = 1000,
				    .stuck_age_s = 1800,
				    .stuck_drain_s = 86400};
	bench->now = moment_now();
	bench->model = model_new(recall, &last);
	if (bench->model == NULL || model_configure(bench->model, &bench->conf, bench->now) != 0)
		exit(1);
	bench->server = bench->model->servers[0];
}

static void
bench_table(struct bench *bench, enum snap_table table, const char *what)
{
	struct snap_part *part = whole_table_renew(bench->server, table, NULL, bench->now);

	tell(bench, what, (double)whole_table_size(part));
	snap_part_unref(part);
}

static void
deliver(struct bench *bench, enum acct_type type)
{
	static const char diag[] = "smtp;421 4.7.28 an unusual rate of mail";
	const int64_t time = bench->now.wall_ms / 1000;
	struct acct_record record = {.type = type,
				     .size = 30000,
				     .time_logged = time,
				     .time_queued = time - 60,
				     .bounce_cat = {"other", 5},
				     .dlv_type = {"smtp", 4}};
	char name[64];

	if (type == ACCT_TRANSIENT)
		record.dsn_diag = (struct slice){diag, sizeof diag - 1};
	for (unsigned i = 0; i < bench->queues; i++) {
		record.queue.ptr = name;
		record.queue.len = document_put_queue(i, bench->vmtas, name, sizeof name);
		model_apply_record(bench->server, &record, bench->now);
	}
}

static void
bench_bytes(struct bench *bench)
{
	double before = in_use();
	struct doc_list *list = read_list(bench);

	tell(bench, "the list, until it is taken over", in_use() - before);
	model_apply_list(bench->server, list, bench->now);
	doc_list_free(list);
	tell(bench, "model: objects of the queue, its domain and VMTA", in_use() - before);
	printf("  %-50s %8zu, %zu bytes\n", "  of these: an object without its name, its wait",
	       sizeof(struct model_object), sizeof(struct model_wait));
	printf("  %-50s %8zu bytes\n", "  a row of the table of queues", sizeof(struct snap_queue));
	bench_table(bench, SNAP_QUEUE, "table of queues");
	bench_table(bench, SNAP_DOMAIN, "table of domains");
	before = in_use();
	deliver(bench, ACCT_DELIVERY);
	tell(bench, "once a delivery was read of each", in_use() - before);
	before = in_use();
	deliver(bench, ACCT_TRANSIENT);
	tell(bench, "once a deferral was read of each", in_use() - before);
	bench_table(bench, SNAP_QUEUE, "table of queues then");
	bench_table(bench, SNAP_DOMAIN, "table of domains then");
	bench_table(bench, SNAP_QUEUE_WINDOW, "table of the windows of queues then");
}

static double
time_cjson(const struct bench *bench)
{
	struct stopwatch watch = {0};

	for (int i = 0; i < ROUNDS; i++) {
		stopwatch_start(&watch);
		cJSON_Delete(cJSON_ParseWithLength(bench->text, bench->len));
		stopwatch_stop(&watch);
	}
	return stopwatch_median(&watch) * 1e3;
}

/* A poll: the bytes are read, taken over and shown. */
static double
time_cycle(struct bench *bench)
{
	static const enum snap_table tables[] = {SNAP_QUEUE, SNAP_DOMAIN, SNAP_TOP};
	struct stopwatch read = {0}, apply = {0}, show = {0};
	struct snap_part *part[3] = {NULL, NULL, NULL};

	for (int i = 0; i < ROUNDS; i++) {
		struct doc_list *list;

		bench->now.mono_ms += 60000;
		stopwatch_start(&read);
		list = read_list(bench);
		stopwatch_stop(&read);
		stopwatch_start(&apply);
		model_apply_list(bench->server, list, bench->now);
		doc_list_free(list);
		stopwatch_stop(&apply);
		stopwatch_start(&show);
		for (int t = 0; t < 3; t++)
			part[t] = whole_table_renew(bench->server, tables[t], part[t], bench->now);
		stopwatch_stop(&show);
	}
	for (int t = 0; t < 3; t++)
		snap_part_unref(part[t]);
	printf("  poll cycle: read %.1f ms, take over %.1f ms, show %.1f ms\n",
	       stopwatch_median(&read) * 1e3, stopwatch_median(&apply) * 1e3,
	       stopwatch_median(&show) * 1e3);
	return (stopwatch_median(&read) + stopwatch_median(&apply) + stopwatch_median(&show)) * 1e3;
}

/* Kilobytes of this field of /proc/self/status. */
static long
memory_kb(const char *field)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	long kb = 0;

	while (file != NULL && fgets(line, sizeof line, file) != NULL) {
		if (strncmp(line, field, strlen(field)) == 0)
			kb = strtol(line + strlen(field), NULL, 10);
	}
	if (file != NULL)
		fclose(file);
	return kb;
}

/* From now on the most memory is that from now on (proc(5)). */
static void
forget_most(void)
{
	FILE *file = fopen("/proc/self/clear_refs", "w");

	if (file == NULL)
		return;
	fputs("5", file);
	fclose(file);
}

/* All tables are shown once more: what that takes beyond what they have. */
static void
bench_publisher(struct bench *bench)
{
	struct snap_hub *hub = snap_hub_new();
	struct publisher *publisher = publisher_new(hub);
	struct event_ring *ring = event_ring_new();
	struct stopwatch watch = {0};
	double most = 0;

	for (int i = 0; i < ROUNDS; i++) {
		const long before = memory_kb("VmRSS:");

		for (int kind = 0; kind < STORE_KINDS; kind++)
			bench->server->set[kind].version++;
		bench->server->windows_version++;
		bench->now.mono_ms += 60000;
		forget_most();
		stopwatch_start(&watch);
		publisher_run(publisher, bench->model, ring, 1, bench->now);
		stopwatch_stop(&watch);
		/* The first round makes them. */
		if (i > 0 && (double)(memory_kb("VmHWM:") - before) > most)
			most = (double)(memory_kb("VmHWM:") - before);
	}
	printf("  all tables shown anew, with windows: %.1f ms\n", stopwatch_median(&watch) * 1e3);
	tell(bench, "what that takes for a moment", most * 1024);
	publisher_free(publisher);
	event_ring_free(ring);
	snap_hub_free(hub);
}

int
main(int argc, char **argv)
{
	struct bench bench = {.queues = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 100000,
			      .vmtas = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 10};
	double cycle, cjson;

	mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
	if (bench.queues == 0 || bench.vmtas == 0)
		return 1;
	begin(&bench);
	printf("%u queues, %.1f MB; for each queue:\n", bench.queues, (double)bench.len / 1e6);
	doc_list_free(read_list(&bench));
	bench_bytes(&bench);
	cycle = time_cycle(&bench);
	bench_publisher(&bench);
	cjson = time_cjson(&bench);
	printf("  %.1f ms, x%.2f of cJSON_Parse (%.1f ms)\n", cycle, cycle / cjson, cjson);
	model_free(bench.model);
	free(bench.text);
	return cycle < 2 * cjson ? 0 : 1;
}
