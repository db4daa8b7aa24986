/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_acct_json.c - rows a second of the JSON accounting reader, against cJSON and against the
 * same records as CSV, all in the same run: on a busy machine ratios hold, absolute figures do not.
 *
 * usage: bench_acct_json [rows]
 */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "acct_json.h"

#define ROUNDS 5
#define FIELDS 21
#define ROW_MAX 1024

static const char *const names[FIELDS] = {
	"type",	     "timeLogged",  "timeQueued",	"orig",	     "rcpt",	"dsnAction",
	"dsnStatus", "dsnDiag",	    "dsnMta",		"bounceCat", "srcType", "srcMta",
	"dlvType",   "dlvSourceIp", "dlvDestinationIp", "dlvSize",   "vmta",	"jobId",
	"envId",     "queue",	    "vmtaPool"};

struct corpus {
	char *bytes;
	size_t len;
	size_t rows;
};

typedef uint64_t (*bench_fn)(struct corpus *corpus);

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/* The values of row i, in the order of the names. */
static void
make_values(size_t i, char values[FIELDS][64])
{
	memset(values, 0, FIELDS * sizeof values[0]);
	strcpy(values[0], "d");
	sprintf(values[1], "2026-11-22 10:%02zu:01+0000", i % 60);
	sprintf(values[2], "2026-11-22 10:%02zu:00+0000", i % 60);
	sprintf(values[3], "bounces+%08zu@news.sender.example", i % 100000000);
	sprintf(values[4], "user%08zu@bigmail%zu.example", i % 100000000, i % 100);
	strcpy(values[5], "relayed");
	strcpy(values[6], "2.0.0 (success)");
	sprintf(values[7], "smtp;250 2.0.0 OK 1763805601 d9si%08zuwrf.12 - gsmtp", i % 100000000);
	sprintf(values[8], "mx1.bigmail%zu.example (198.51.100.25)", i % 100);
	strcpy(values[10], "smtp");
	strcpy(values[11], "app1.sender.example (192.0.2.10)");
	strcpy(values[12], "smtp");
	strcpy(values[13], "192.0.2.21");
	strcpy(values[14], "198.51.100.25");
	strcpy(values[15], "48213");
	sprintf(values[16], "vmta%zu", i % 20);
	strcpy(values[17], "camp-4711");
	sprintf(values[19], "bigmail%zu.example/vmta%zu", i % 100, i % 20);
	strcpy(values[20], "pool-news");
}

static struct corpus
make_corpus(size_t rows, int json)
{
	struct corpus corpus = {malloc((rows + 1) * ROW_MAX), 0, rows};
	char values[FIELDS][64];

	if (!corpus.bytes)
		exit(1);
	for (size_t f = 0; !json && f < FIELDS; f++)
		corpus.len +=
			(size_t)sprintf(corpus.bytes + corpus.len, "%s%s", f ? "," : "", names[f]);
	if (!json)
		corpus.bytes[corpus.len++] = '\n';
	for (size_t i = 0; i < rows; i++) {
		make_values(i, values);
		for (size_t f = 0; f < FIELDS; f++)
			corpus.len += (size_t)sprintf(
				corpus.bytes + corpus.len, json ? "%s\"%s\":\"%s\"" : "%s%s%s",
				f > 0 ? "," : (json ? "{" : ""), json ? names[f] : "", values[f]);
		if (json)
			corpus.bytes[corpus.len++] = '}';
		corpus.bytes[corpus.len++] = '\n';
	}
	return corpus;
}

static uint64_t
read_csv(struct corpus *corpus)
{
	struct acct_header *header = NULL;
	struct acct_record record;
	struct csv_row row;
	uint64_t rows = 0;
	char error[128];
	size_t used;

	for (size_t at = 0; at < corpus->len; at += used) {
		if (csv_next(corpus->bytes + at, corpus->len - at, &row, &used) != CSV_ROW)
			exit(1);
		if (!header)
			header = acct_header_new(&row);
		else if (acct_record_read(header, &row, &record, error, sizeof error) == 0)
			rows += record.size == 48213;
	}
	acct_header_free(header);
	return rows;
}

static uint64_t
read_json(struct corpus *corpus)
{
	char *at = corpus->bytes, *end = corpus->bytes + corpus->len, *line_end;
	struct acct_record record;
	uint64_t rows = 0;
	char error[128];

	for (; at < end; at = line_end + 1) {
		line_end = memchr(at, '\n', (size_t)(end - at));
		if (acct_json_read(at, (size_t)(line_end - at), &record, error, sizeof error) == 0)
			rows += record.size == 48213;
	}
	return rows;
}

/* What a reader on top of cJSON would do at least: the tree, and each value under its column. */
static uint64_t
read_cjson(struct corpus *corpus)
{
	const char *at = corpus->bytes, *end = corpus->bytes + corpus->len, *line_end;
	uint64_t rows = 0;

	for (; at < end; at = line_end + 1) {
		struct slice values[ACCT_COLUMNS] = {{NULL, 0}};
		struct acct_record record;
		char error[128];
		cJSON *tree, *item;

		line_end = memchr(at, '\n', (size_t)(end - at));
		tree = cJSON_ParseWithLength(at, (size_t)(line_end - at));
		cJSON_ArrayForEach(item, tree)
		{
			enum acct_column column =
				acct_column_find(item->string, strlen(item->string));

			if (column != ACCT_COLUMNS && cJSON_IsString(item))
				values[column] = (struct slice){item->valuestring,
								strlen(item->valuestring)};
		}
		if (acct_record_from(values, "key", &record, error, sizeof error) == 0)
			rows += record.size == 48213;
		cJSON_Delete(tree);
	}
	return rows;
}

/* The best of some rounds: what disturbs a measurement only makes it slower. */
static double
best(bench_fn fn, struct corpus *corpus)
{
	double least = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		double begin = seconds();
		uint64_t rows = fn(corpus);
		double took = seconds() - begin;

		if (rows != corpus->rows)
			exit(1);
		least = took < least ? took : least;
	}
	return least;
}

int
main(int argc, char **argv)
{
	size_t rows = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	struct corpus csv, json;
	double millions = (double)rows / 1e6;
	double as_csv, own, library;

	if (rows == 0 || rows > 1000000) {
		fprintf(stderr, "usage: bench_acct_json [rows]; rows from 1 to 1000000\n");
		return 2;
	}
	csv = make_corpus(rows, 0);
	json = make_corpus(rows, 1);
	as_csv = best(read_csv, &csv);
	own = best(read_json, &json);
	library = best(read_cjson, &json);
	printf("JSON accounting: %zu rows of %zu bytes, %d keys\n", rows, json.len / rows, FIELDS);
	printf("  the same as CSV   %7.2f M rows/s\n", millions / as_csv);
	printf("  acct_json_read    %7.2f M rows/s, x%.2f of CSV\n", millions / own, as_csv / own);
	printf("  cJSON             %7.2f M rows/s, x%.2f of acct_json_read\n", millions / library,
	       own / library);
	free(csv.bytes);
	free(json.bytes);
	return 0;
}
