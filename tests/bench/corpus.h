/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * corpus.h - accounting rows for benchmarks: the same values as CSV, as CSV with quotes, and as
 * JSON.
 *
 * Of twenty rows fifteen are deliveries, four deferrals and one a bounce. Their queues are drawn as
 * by a die, which is the worst case for a cache: real traffic prefers some. They are of one hour,
 * in order.
 */
#ifndef CORPUS_H
#define CORPUS_H

#include <stddef.h>
#include <stdint.h>

#define CORPUS_FIELDS 21
/* No row or header is longer, with its line end. */
#define CORPUS_ROW_MAX 1024
/* The hour that the rows are of begins here: 2026-11-22 10:00:00 UTC. */
#define CORPUS_BEGIN INT64_C(1795341600)

/* In quoted CSV the diagnostic is a quoted field, as the ESMTP extensions are in each real row. */
enum corpus_format { CORPUS_CSV, CORPUS_CSV_QUOTED, CORPUS_JSON };

struct corpus_form {
	enum corpus_format format;
	size_t rows, queues; /* both at least 1 */
};

struct corpus {
	char *bytes;
	size_t len;
	size_t rows; /* without the header */
};

/* Writes the header line, which JSON has none of, or row i. Returns the bytes. */
size_t corpus_put_header(const struct corpus_form *form, char out[CORPUS_ROW_MAX]);
size_t corpus_put_row(const struct corpus_form *form, size_t i, char out[CORPUS_ROW_MAX]);

/* The name of queue number q. Returns its length. */
size_t corpus_put_queue(size_t q, char *out, size_t size);

/* All of it in memory; exits without any. To be freed with free(bytes). */
struct corpus corpus_make(const struct corpus_form *form);

/* Reads a corpus, and returns how many lines it found. */
typedef uint64_t (*corpus_fn)(struct corpus *corpus);
/* The seconds of the best of some rounds: what disturbs a measurement only makes it slower. Exits
 * if another number of lines was found than there is. */
double corpus_best(corpus_fn fn, struct corpus *corpus, unsigned rounds, uint64_t lines);

/* The same as a new file of this name; exits if it cannot be written. Returns its bytes. */
size_t corpus_write(const struct corpus_form *form, const char *path);

#endif
