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
#include <time.h>

#include "acct_record.h"

#define ROUNDS 5

static const char header_line[] =
	"type,timeLogged,timeQueued,orig,rcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,srcType,"
	"srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvSize,vmta,jobId,envId,queue,vmtaPool\n";

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

/* Rows of 21 fields and about 350 bytes; with quotes, the diagnostic is a quoted field as it is in
 * every row of a server that tells its ESMTP extensions. */
static struct corpus
make_corpus(size_t rows, int quoted)
{
	struct corpus corpus = {malloc(rows * 420 + sizeof header_line), 0, rows};
	const char *quote = quoted ? "\"" : "";
	const char *comma = quoted ? "," : ";";

	if (!corpus.bytes)
		exit(1);
	memcpy(corpus.bytes, header_line, sizeof header_line - 1);
	corpus.len = sizeof header_line - 1;
	for (size_t i = 0; i < rows; i++)
		corpus.len += (size_t)sprintf(
			corpus.bytes + corpus.len,
			"d,2026-11-22 10:%02zu:01+0000,2026-11-22 10:%02zu:00+0000,"
			"bounces+%08zu@news.sender.example,user%08zu@bigmail%zu.example,relayed,"
			"2.0.0 (success),%ssmtp;250 2.0.0 OK 1763805601%s d9si1234567wrf.12 - "
			"gsmtp%s,"
			"mx1.bigmail%zu.example (198.51.100.25),,smtp,app1.sender.example "
			"(192.0.2.10),smtp,192.0.2.21,198.51.100.25,48213,vmta%zu,camp-4711,,"
			"bigmail%zu.example/vmta%zu,pool-news\n",
			i % 60, i % 60, i, i, i % 100, quote, comma, quote, i % 100, i % 20,
			i % 100, i % 20);
	return corpus;
}

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
		rows += row.count == 21;
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

/* The best of some rounds: what disturbs a measurement only makes it slower. */
static double
best(bench_fn fn, struct corpus *corpus)
{
	double least = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		double begin = seconds();
		uint64_t rows = fn(corpus);
		double took = seconds() - begin;

		if (rows != corpus->rows + 1)
			exit(1);
		least = took < least ? took : least;
	}
	return least;
}

static void
run(const char *name, size_t rows, int quoted)
{
	struct corpus corpus = make_corpus(rows, quoted);
	double lines = best(count_lines, &corpus);
	double cut = best(cut_rows, &corpus);
	double records = best(read_records, &corpus);
	double millions = (double)rows / 1e6;

	printf("%s: %zu rows of %zu bytes, 21 fields\n", name, rows, corpus.len / rows);
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

	if (rows == 0 || rows > 10000000) {
		fprintf(stderr, "usage: bench_csv [rows]; rows from 1 to 10000000\n");
		return 2;
	}
	run("unquoted", rows, 0);
	run("one quoted field", rows, 1);
	return 0;
}
