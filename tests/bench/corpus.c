/* SPDX-License-Identifier: BSD-2-Clause */
#include "corpus.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stopwatch.h"

#define VALUE_MAX 80

/* PowerMTA's own order (guide 11.2), as far as it writes these columns. */
static const char *const names[CORPUS_FIELDS] = {
	"type",	     "timeLogged",  "timeQueued",	"orig",	     "rcpt",	"dsnAction",
	"dsnStatus", "dsnDiag",	    "dsnMta",		"bounceCat", "srcType", "srcMta",
	"dlvType",   "dlvSourceIp", "dlvDestinationIp", "dlvSize",   "vmta",	"jobId",
	"envId",     "queue",	    "vmtaPool"};
enum { DIAG = 7 };

/* What differs between the three types of rows. */
struct outcome {
	const char *type, *action, *status, *category, *size;
};

static const struct outcome delivered = {"d", "relayed", "2.0.0 (success)", "", "48213"};
static const struct outcome deferred = {"t", "delayed", "4.7.28 (unusual rate)", "quota-issues",
					""};
static const struct outcome bounced = {"b", "failed", "5.1.1 (bad destination mailbox address)",
				       "bad-mailbox", ""};

static const struct outcome *
outcome_of(size_t i)
{
	if (i % 20 == 19)
		return &bounced;
	return i % 5 == 4 ? &deferred : &delivered;
}

/* The same die for each run: SplitMix64. */
static size_t
queue_of(size_t i, size_t queues)
{
	uint64_t z = ((uint64_t)i + 1) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (size_t)((z ^ z >> 31) % queues);
}

/* Four queues a domain, twenty VirtualMTAs. */
static size_t
domain_of(size_t q)
{
	return q / 4;
}

static size_t
vmta_of(size_t q)
{
	return q % 4 + domain_of(q) % 5 * 4;
}

size_t
corpus_put_queue(size_t q, char *out, size_t size)
{
	return (size_t)snprintf(out, size, "bigmail%zu.example/vmta%zu", domain_of(q), vmta_of(q));
}

static void
put_diag(const struct outcome *outcome, size_t i, bool quoted, char *out)
{
	const char *comma = quoted ? "," : ";";

	if (outcome == &delivered)
		snprintf(out, VALUE_MAX, "smtp;250 2.0.0 OK 1763805601%s d9si%08zuwrf.12 - gsmtp",
			 comma, i % 100000000);
	else if (outcome == &deferred)
		snprintf(out, VALUE_MAX,
			 "smtp;421 4.7.28 Our system has detected%s an unusual rate", comma);
	else
		snprintf(out, VALUE_MAX, "smtp;550 5.1.1 The account user%08zu%s does not exist",
			 i % 100000000, comma);
}

/* The values of row i, in the order of the names. */
static void
make_values(const struct corpus_form *form, size_t i, char values[CORPUS_FIELDS][VALUE_MAX])
{
	const struct outcome *outcome = outcome_of(i);
	const size_t q = queue_of(i, form->queues), second = i * 3600 / form->rows;

	memset(values, 0, CORPUS_FIELDS * sizeof values[0]);
	strcpy(values[0], outcome->type);
	snprintf(values[1], VALUE_MAX, "2026-11-22 10:%02zu:%02zu+0000", second / 60, second % 60);
	snprintf(values[2], VALUE_MAX, "2026-11-22 09:%02zu:%02zu+0000", second / 60, second % 60);
	snprintf(values[3], VALUE_MAX, "bounces+%08zu@news.sender.example", i % 100000000);
	snprintf(values[4], VALUE_MAX, "user%08zu@bigmail%zu.example", i % 100000000, domain_of(q));
	strcpy(values[5], outcome->action);
	strcpy(values[6], outcome->status);
	put_diag(outcome, i, form->format == CORPUS_CSV_QUOTED, values[DIAG]);
	snprintf(values[8], VALUE_MAX, "mx1.bigmail%zu.example (198.51.100.25)", domain_of(q));
	strcpy(values[9], outcome->category);
	strcpy(values[10], "smtp");
	strcpy(values[11], "app1.sender.example (192.0.2.10)");
	strcpy(values[12], "smtp");
	strcpy(values[13], "192.0.2.21");
	strcpy(values[14], "198.51.100.25");
	strcpy(values[15], outcome->size);
	snprintf(values[16], VALUE_MAX, "vmta%zu", vmta_of(q));
	strcpy(values[17], "camp-4711");
	corpus_put_queue(q, values[19], VALUE_MAX);
	strcpy(values[20], "pool-news");
}

static char *
put(char *to, const char *text)
{
	const size_t len = strlen(text);

	memcpy(to, text, len);
	return to + len;
}

size_t
corpus_put_header(const struct corpus_form *form, char out[CORPUS_ROW_MAX])
{
	char *to = out;

	if (form->format == CORPUS_JSON)
		return 0;
	for (size_t f = 0; f < CORPUS_FIELDS; f++) {
		to = put(to, f > 0 ? "," : "");
		to = put(to, names[f]);
	}
	to = put(to, "\n");
	return (size_t)(to - out);
}

static char *
put_json_value(char *to, size_t f, const char *value)
{
	to = put(to, f > 0 ? ",\"" : "{\"");
	to = put(to, names[f]);
	to = put(to, "\":\"");
	to = put(to, value);
	return put(to, "\"");
}

static char *
put_csv_value(char *to, size_t f, const char *value, bool quoted)
{
	to = put(to, f > 0 ? "," : "");
	to = put(to, quoted ? "\"" : "");
	to = put(to, value);
	return put(to, quoted ? "\"" : "");
}

size_t
corpus_put_row(const struct corpus_form *form, size_t i, char out[CORPUS_ROW_MAX])
{
	char values[CORPUS_FIELDS][VALUE_MAX];
	const bool json = form->format == CORPUS_JSON;
	char *to = out;

	make_values(form, i, values);
	for (size_t f = 0; f < CORPUS_FIELDS; f++)
		to = json ? put_json_value(to, f, values[f])
			  : put_csv_value(to, f, values[f],
					  f == DIAG && form->format == CORPUS_CSV_QUOTED);
	to = put(to, json ? "}\n" : "\n");
	return (size_t)(to - out);
}

struct corpus
corpus_make(const struct corpus_form *form)
{
	struct corpus corpus = {malloc((form->rows + 1) * CORPUS_ROW_MAX), 0, form->rows};

	if (corpus.bytes == NULL)
		exit(1);
	corpus.len = corpus_put_header(form, corpus.bytes);
	for (size_t i = 0; i < form->rows; i++)
		corpus.len += corpus_put_row(form, i, corpus.bytes + corpus.len);
	return corpus;
}

size_t
corpus_write(const struct corpus_form *form, const char *path)
{
	FILE *file = fopen(path, "wxe");
	char row[CORPUS_ROW_MAX];
	size_t size, len;

	if (file == NULL) {
		perror(path);
		exit(1);
	}
	size = corpus_put_header(form, row);
	fwrite(row, 1, size, file);
	for (size_t i = 0; i < form->rows; i++) {
		len = corpus_put_row(form, i, row);
		size += fwrite(row, 1, len, file);
	}
	if (ferror(file) || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
	return size;
}

double
corpus_best(corpus_fn fn, struct corpus *corpus, unsigned rounds, uint64_t lines)
{
	struct stopwatch watch = {0};

	for (unsigned round = 0; round < rounds; round++) {
		uint64_t found;

		stopwatch_start(&watch);
		found = fn(corpus);
		stopwatch_stop(&watch);
		if (found != lines)
			exit(1);
	}
	return stopwatch_least(&watch);
}
