/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a /queues document of 100 000 queues with the daemon's reader, and parses the same bytes
 * with cJSON whole: time and peak memory of both. Fails if the reader needs over a tenth of
 * cJSON's memory or twice its time.
 */
#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "document.h"
#include "monitor_doc.h"

#define QUEUES 100000
/* As much as curl hands over at once. */
#define PIECE ((size_t)128 << 10)

struct cost {
	double seconds;
	long kilobytes; /* of peak memory beyond the document itself */
};

static int
use_reader(const char *text, size_t len)
{
	struct doc_reader *reader = doc_reader_new(DOC_QUEUES, QUEUES);
	struct doc_error error;
	struct doc_list *list;
	int ok;

	if (reader == NULL)
		return -1;
	for (size_t at = 0; at < len; at += PIECE)
		doc_reader_feed(reader, text + at, len - at < PIECE ? len - at : PIECE);
	list = doc_reader_finish(reader, &error);
	ok = list != NULL && list->count == QUEUES && list->complete;
	doc_list_free(list);
	doc_reader_free(reader);
	return ok ? 0 : -1;
}

static int
use_cjson(const char *text, size_t len)
{
	cJSON *root = cJSON_ParseWithLength(text, len);
	const cJSON *data = cJSON_GetObjectItem(root, "data");
	int count = cJSON_GetArraySize(cJSON_GetObjectItem(data, "queues"));

	cJSON_Delete(root);
	return count == QUEUES ? 0 : -1;
}

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static long
peak_kilobytes(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* Runs in a process of its own, since peak memory never falls again. */
static int
measure(int (*use)(const char *, size_t), const char *text, size_t len, struct cost *cost)
{
	int ends[2], status;
	double start;
	pid_t child;

	if (pipe(ends) != 0 || (child = fork()) < 0)
		return -1;
	if (child == 0) {
		cost->kilobytes = peak_kilobytes();
		start = now();
		status = use(text, len);
		cost->seconds = now() - start;
		cost->kilobytes = peak_kilobytes() - cost->kilobytes;
		_exit(status == 0 && write(ends[1], cost, sizeof(*cost)) == sizeof(*cost) ? 0 : 1);
	}
	close(ends[1]);
	status = read(ends[0], cost, sizeof(*cost)) == sizeof(*cost) ? 0 : -1;
	close(ends[0]);
	waitpid(child, NULL, 0);
	return status;
}

static void
report(const char *name, const struct cost *cost, size_t len)
{
	printf("%-8s %7.3f s %7.1f MB/s %9ld KB\n", name, cost->seconds,
	       (double)len / 1e6 / cost->seconds, cost->kilobytes);
}

int
main(void)
{
	struct cost reader, cjson;
	size_t len;
	char *text = document_make(QUEUES, 1, &len);
	double time_ratio, memory_ratio;

	if (measure(use_cjson, text, len, &cjson) != 0 ||
	    measure(use_reader, text, len, &reader) != 0) {
		fputs("bench_doc: the document was not read\n", stderr);
		return 1;
	}
	printf("%d queues, %.1f MB\n", QUEUES, (double)len / 1e6);
	report("cJSON", &cjson, len);
	report("reader", &reader, len);
	time_ratio = reader.seconds / cjson.seconds;
	memory_ratio = (double)reader.kilobytes / (double)cjson.kilobytes;
	printf("ratio    %7.2f   %19.2f\n", time_ratio, memory_ratio);
	free(text);
	return time_ratio < 2 && memory_ratio < 0.1 ? 0 : 1;
}
