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

#include "acct_json.h"
#include "corpus.h"

#define ROUNDS 5
#define QUEUES 400

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
			rows += record.queue_vmta.len > 0;
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
			rows += record.queue_vmta.len > 0;
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
			rows += record.queue_vmta.len > 0;
		cJSON_Delete(tree);
	}
	return rows;
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
	csv = corpus_make(&(struct corpus_form){CORPUS_CSV, rows, QUEUES});
	json = corpus_make(&(struct corpus_form){CORPUS_JSON, rows, QUEUES});
	as_csv = corpus_best(read_csv, &csv, ROUNDS, rows);
	own = corpus_best(read_json, &json, ROUNDS, rows);
	library = corpus_best(read_cjson, &json, ROUNDS, rows);
	printf("JSON accounting: %zu rows of %zu bytes, %d keys\n", rows, json.len / rows,
	       CORPUS_FIELDS);
	printf("  the same as CSV   %7.2f M rows/s\n", millions / as_csv);
	printf("  acct_json_read    %7.2f M rows/s, x%.2f of CSV\n", millions / own, as_csv / own);
	printf("  cJSON             %7.2f M rows/s, x%.2f of acct_json_read\n", millions / library,
	       own / library);
	free(csv.bytes);
	free(json.bytes);
	return 0;
}
