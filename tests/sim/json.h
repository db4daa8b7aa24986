/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.h - a growing byte buffer, and compact JSON written into it in one pass.
 *
 * Members are separated by looking at the byte before: a writer for documents of 100 000 rows needs
 * no tree. Lack of memory ends the program: a test tool has nothing better to do.
 */
#ifndef PMTA_SIM_JSON_H
#define PMTA_SIM_JSON_H

#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data; /* not terminated, but for buf_text() */
	size_t len, size;
};

/* Zeroed memory for count items of a size; never NULL. Freed with free(). */
void *sim_alloc(size_t count, size_t size);
/* A copy of text; never NULL. Freed with free(). */
char *sim_strdup(const char *text);

void buf_add(struct buf *buf, const char *bytes, size_t len);
void buf_put(struct buf *buf, const char *text);
void buf_char(struct buf *buf, char c);
void buf_number(struct buf *buf, uint64_t number);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds the whole file. Returns 0, or -1 if it cannot be read. */
int buf_read_file(struct buf *buf, const char *path);
void buf_free(struct buf *buf);

/* The content as a C string, owned by the buffer, until the next change. */
const char *buf_text(struct buf *buf);

/* Takes the first bytes away. */
void buf_consume(struct buf *buf, size_t len);

/* Each writes ,"key":value, without the comma at the begin of an object or array and without the
 * key if it is NULL. */
void json_number(struct buf *buf, const char *key, uint64_t number);
void json_text(struct buf *buf, const char *key, const char *text);
void json_raw(struct buf *buf, const char *key, const char *value);
/* Kilobytes as PowerMTA's JSON has them: one decimal, and none for a whole number ("5.5", "48"). */
void json_kb(struct buf *buf, const char *key, uint64_t bytes);
/* open is '{' or '['; what is opened is closed with json_close() and the matching bracket. */
void json_open(struct buf *buf, const char *key, char open);
void json_close(struct buf *buf, char close);

#endif
