/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_csv.c - rows a second of the accounting reader, against counting line ends with memchr() in
 * the same run: on a busy machine ratios hold, absolute figures do not.
 *
 * usage: bench_csv [rows]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acct_record.h"
#include "corpus.h"

#define ROUNDS 5
#define QUEUES 400

static uint64_t
count_lines(struct corpus *corpus)
{
	const char *at = corpus->bytes, *end = corpus->bytes + corpus->len;
	uint64_t lines = 0;

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		lines++;
		at++;
	}
	return lines;
}

static uint64_t
cut_rows(struct corpus *corpus)
{
	struct csv_row row;
	uint64_t rows = 0;
	size_t used;

	for (size_t at = 0; at < corpus->len; at += used) {
		if (csv_next(corpus->bytes + at, corpus->len - at, &row, &used) != CSV_ROW)
			exit(1);
		rows += row.count == CORPUS_FIELDS;
	}
	return rows;
}

static uint64_t
read_records(struct corpus *corpus)
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
		else if (acct_record_read(header, &row, &record, error, sizeof error) < 0)
			exit(1);
		rows++;
	}
	acct_header_free(header);
	return rows;
}

static void
run(const char *name, size_t rows, enum corpus_format format)
{
	const struct corpus_form form = {format, rows, QUEUES};
	struct corpus corpus = corpus_make(&form);
	double lines = corpus_best(count_lines, &corpus, ROUNDS, rows + 1);
	double cut = corpus_best(cut_rows, &corpus, ROUNDS, rows + 1);
	double records = corpus_best(read_records, &corpus, ROUNDS, rows + 1);
	double millions = (double)rows / 1e6;

	printf("%s: %zu rows of %zu bytes, %d fields\n", name, rows, corpus.len / rows,
	       CORPUS_FIELDS);
	printf("  memchr line ends  %7.2f M rows/s\n", millions / lines);
	printf("  csv_next          %7.2f M rows/s, x%.2f of memchr\n", millions / cut,
	       lines / cut);
	printf("  csv_next + record %7.2f M rows/s, x%.2f of memchr, x%.2f of csv_next\n",
	       millions / records, lines / records, cut / records);
	free(corpus.bytes);
}

int
main(int argc, char **argv)
{
	size_t rows = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000;

	if (rows == 0 || rows > 1000000) {
		fprintf(stderr, "usage: bench_csv [rows]; rows from 1 to 1000000\n");
		return 2;
	}
	run("unquoted", rows, CORPUS_CSV);
	run("one quoted field", rows, CORPUS_CSV_QUOTED);
	return 0;
}
