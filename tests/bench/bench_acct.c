/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_acct.c - how fast an accounting file is read: against `wc -l` and against a program on
 * libcsv that only counts fields, by the reader alone, and into a model of many queues; all of them
 * on one file, in turns, in one run. On a busy machine the ratios hold, absolute figures do not.
 *
 * usage: bench_acct [rows [queues...]]; without arguments 500000 rows, of 10000 queues and of
 * 100000
 */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acct_tail.h"
#include "corpus.h"
#include "model.h"
#include "queue_list.h"
#include "stopwatch.h"

#define ROUNDS 5
/* As much as the follower reads of one file before the next has its turn. */
#define PIECE ((size_t)256 * 1024)

extern char **environ;

/* Of the file, which is removed however the program ends. */
static char directory[] = "/tmp/bench-acct-XXXXXX", path[64];

struct bench {
	struct corpus_form form;
	char libcsv[PATH_MAX]; /* the program */
	size_t size;	       /* of the file */
	struct moment now;     /* the end of the hour that the rows are of */
};

enum contestant { WC, LIBCSV, READER, MODEL, CONTESTANTS };

static const char *const labels[CONTESTANTS] = {"wc -l", "libcsv, counting fields", "reader alone",
						"reader and model"};

static void
clean_up(void)
{
	unlink(path);
	rmdir(directory);
}

static void
die(const char *what)
{
	fprintf(stderr, "bench_acct: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Runs a program and returns the first number that it prints. */
static unsigned long
run_program(char *const argv[])
{
	posix_spawn_file_actions_t actions;
	int ends[2], status = 0;
	char answer[128] = "";
	pid_t pid;

	if (pipe(ends) != 0)
		die("pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	errno = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	if (errno != 0)
		die(argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (read(ends[0], answer, sizeof answer - 1) < 0 || waitpid(pid, &status, 0) != pid ||
	    status != 0)
		die(argv[0]);
	close(ends[0]);
	return strtoul(answer, NULL, 10);
}

static void
count_record(void *ctx, const struct acct_record *record)
{
	size_t *rows = ctx;

	*rows += record->queue.len > 0;
}

/* Reads the whole file. Returns the rows. */
static size_t
read_all(const struct bench *bench, acct_record_fn fn, void *ctx)
{
	struct acct_tail *tail = acct_tail_new(path, ACCT_START_BEGIN, NULL);
	struct acct_stats stats;

	if (tail == NULL)
		die("no memory");
	while (acct_tail_read(tail, PIECE, bench->now, fn, ctx) > 0)
		;
	acct_tail_stats(tail, &stats);
	acct_tail_free(tail);
	return stats.records;
}

/* Indexes as they come: the store has no part in this. */
static int
recall(void *ctx, uint32_t server, enum store_kind kind, const char *name, uint32_t first,
       struct store_object *out, bool *found)
{
	uint32_t *last = ctx;

	(void)server;
	(void)name;
	*out = (struct store_object){.index = first + last[kind]++};
	*found = false;
	return 0;
}

/* All queues are known before the first row, as they are to a daemon that polls. */
static void
list_queues(struct model_server *server, const struct bench *bench)
{
	const uint32_t count = (uint32_t)bench->form.queues;
	struct doc_list *list = queue_list_begin();
	char name[64];

	for (uint32_t q = 0; q < count; q++) {
		corpus_put_queue(q, name, sizeof name);
		queue_list_add(list, name, 1, SNAP_NO_TIME);
	}
	queue_list_end(list, count);
	model_apply_list(server, list, bench->now);
	doc_list_free(list);
}

struct taker {
	struct model_server *server;
	struct moment now;
};

static void
take_record(void *ctx, const struct acct_record *record)
{
	struct taker *taker = ctx;

	model_apply_record(taker->server, record, taker->now);
}

/* A new model each time: windows that are full already would be another case. */
static size_t
run_model(const struct bench *bench, struct stopwatch *watch)
{
	const char *accounting[] = {path};
	struct conf_server section = {
		.name = "mta1", .accounting = accounting, .accounting_count = 1};
	struct conf conf = {.servers = &section, .server_count = 1, .row_retention_s = 86400};
	uint32_t last[STORE_KINDS] = {0};
	struct model *model = model_new(recall, last);
	struct taker taker = {.now = bench->now};
	uint64_t counted;
	size_t rows;

	if (model == NULL || model_configure(model, &conf, bench->now) != 0)
		die("no memory");
	taker.server = model->servers[0];
	list_queues(taker.server, bench);
	stopwatch_start(watch);
	rows = read_all(bench, take_record, &taker);
	stopwatch_stop(watch);
	counted = taker.server->totals.delivered + taker.server->totals.bounced +
		  taker.server->totals.deferred;
	model_free(model);
	return counted == rows ? rows : 0;
}

/* One round of one of them. Returns the rows it counted, without the header. */
static size_t
run_one(struct bench *bench, enum contestant who, struct stopwatch *watch)
{
	char wc[] = "wc", lines[] = "-l";
	char *const wc_argv[] = {wc, lines, path, NULL};
	char *const libcsv_argv[] = {bench->libcsv, path, NULL};
	size_t rows = 0, counted = 0;

	if (who == MODEL)
		return run_model(bench, watch);
	stopwatch_start(watch);
	if (who == READER)
		rows = read_all(bench, count_record, &counted);
	else
		rows = run_program(who == WC ? wc_argv : libcsv_argv) - 1;
	stopwatch_stop(watch);
	return who != READER || counted == rows ? rows : 0;
}

static void
print_row(const struct bench *bench, const struct stopwatch *watches, enum contestant who)
{
	const struct stopwatch *watch = &watches[who];
	double median;

	if (watch->rounds == 0) {
		printf("  %-24s   not measured: libcsv was not found by configure (libcsv-dev)\n",
		       labels[who]);
		return;
	}
	median = stopwatch_median(watch);
	printf("  %-24s %8.2f %8.0f  %7.3f", labels[who], (double)bench->form.rows / median / 1e6,
	       (double)bench->size / median / 1e6, stopwatch_median(&watches[WC]) / median);
	if (watches[LIBCSV].rounds > 0)
		printf("  %9.2f", stopwatch_median(&watches[LIBCSV]) / median);
	else
		printf("  %9s", "-");
	printf("   %.2f to %.2f\n", stopwatch_least(watch) / median,
	       stopwatch_most(watch) / median);
}

static void
race(struct bench *bench)
{
	struct stopwatch watches[CONTESTANTS] = {{{0}, 0, 0}};

	bench->size = corpus_write(&bench->form, path);
	for (int round = 0; round < ROUNDS; round++) {
		for (int who = 0; who < CONTESTANTS; who++) {
			if (who == LIBCSV && access(bench->libcsv, X_OK) != 0)
				continue;
			if (run_one(bench, (enum contestant)who, &watches[who]) !=
			    bench->form.rows) {
				fprintf(stderr, "bench_acct: %s: wrong number of rows\n",
					labels[who]);
				exit(1);
			}
		}
	}
	printf("%zu rows of %zu bytes, %d fields, %zu queues; median of %d rounds\n",
	       bench->form.rows, bench->size / bench->form.rows, CORPUS_FIELDS, bench->form.queues,
	       ROUNDS);
	printf("  %-24s %8s %8s  %7s  %9s   %s\n", "", "M rows/s", "MB/s", "x wc -l", "x libcsv",
	       "spread of its time");
	for (int who = 0; who < CONTESTANTS; who++)
		print_row(bench, watches, (enum contestant)who);
	unlink(path);
}

static size_t
number(const char *text, size_t most)
{
	char *end;
	const unsigned long value = strtoul(text, &end, 10);

	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && value > 0 && value <= most)
		return value;
	fprintf(stderr, "usage: bench_acct [rows [queues...]]; up to 10000000 and 1000000\n");
	exit(2);
}

int
main(int argc, char **argv)
{
	char self[PATH_MAX];
	struct bench bench = {
		.form = {.format = CORPUS_CSV_QUOTED, .rows = 500000},
		.now = {.wall_ms = (CORPUS_BEGIN + 3600) * 1000, .mono_ms = 100000000},
	};

	if (argc > 1)
		bench.form.rows = number(argv[1], 10000000);
	snprintf(self, sizeof self, "%s", argv[0]);
	snprintf(bench.libcsv, sizeof bench.libcsv, "%.*s/count_libcsv", PATH_MAX - 20,
		 dirname(self));
	if (mkdtemp(directory) == NULL)
		die(directory);
	snprintf(path, sizeof path, "%s/acct.csv", directory);
	atexit(clean_up);
	for (int i = argc > 2 ? 2 : 0; i < (argc > 2 ? argc : 2); i++) {
		bench.form.queues = argc > 2 ? number(argv[i], 1000000) : i == 0 ? 10000 : 100000;
		race(&bench);
	}
	return 0;
}
