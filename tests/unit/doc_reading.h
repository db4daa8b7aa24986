/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doc_reading.h - reads lists for the tests, whole and in pieces, and says what differs.
 */
#ifndef PMTA_DOC_READING_H
#define PMTA_DOC_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor_doc.h"

#define MAX_ITEMS 1000000

/* Feeds pieces of `step` bytes, each in an allocation of its own. */
static inline struct doc_list *
read_bytes(enum doc_list_kind kind, const char *bytes, size_t len, size_t step,
	   struct doc_error *error)
{
	struct doc_reader *reader = doc_reader_new(kind, MAX_ITEMS);
	struct doc_list *list;
	char *piece;
	size_t n;
	int bad = 0;

	assert_non_null(reader);
	memset(error, 0, sizeof(*error));
	for (size_t at = 0; at < len && !bad; at += n) {
		n = len - at < step ? len - at : step;
		piece = malloc(n);
		assert_non_null(piece);
		memcpy(piece, bytes + at, n);
		bad = doc_reader_feed(reader, piece, n) != 0;
		free(piece);
	}
	list = doc_reader_finish(reader, error);
	if (bad)
		assert_null(list);
	doc_reader_free(reader);
	return list;
}

static inline void
assert_same_text(const char *a, const char *b)
{
	assert_int_equal(a == NULL, b == NULL);
	if (a != NULL)
		assert_string_equal(a, b);
}

static inline void
assert_same_number(doc_number a, doc_number b)
{
	assert_true(a == b || (isnan(a) && isnan(b)));
}

static inline void
assert_same_list(const struct doc_list *a, const struct doc_list *b)
{
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->skipped, b->skipped);
	assert_int_equal(a->complete, b->complete);
	assert_same_number(a->total_rcp, b->total_rcp);
	assert_same_number(a->total_items, b->total_items);
	for (size_t i = 0; i < a->count; i++) {
		assert_same_text(a->items[i].name, b->items[i].name);
		assert_same_text(a->items[i].error, b->items[i].error);
		assert_same_number(a->items[i].rcp, b->items[i].rcp);
		assert_int_equal(a->items[i].error_time, b->items[i].error_time);
		assert_int_equal(a->items[i].reply_code, b->items[i].reply_code);
	}
}

/* Reads whole and byte by byte: both must come to the same. */
static inline struct doc_list *
read_list(enum doc_list_kind kind, const char *text, struct doc_error *error)
{
	struct doc_error other;
	struct doc_list *whole = read_bytes(kind, text, strlen(text), SIZE_MAX, error);
	struct doc_list *bytewise = read_bytes(kind, text, strlen(text), 1, &other);

	assert_int_equal(whole == NULL, bytewise == NULL);
	assert_int_equal(error->code, other.code);
	assert_string_equal(error->text, other.text);
	if (whole != NULL)
		assert_same_list(whole, bytewise);
	doc_list_free(bytewise);
	return whole;
}

static inline struct doc_list *
read_good(enum doc_list_kind kind, const char *text)
{
	struct doc_error error;
	struct doc_list *list = read_list(kind, text, &error);

	if (list == NULL)
		fail_msg("%s: %s", text, error.text);
	return list;
}

static inline char *
load(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 65536);

	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, 65535, file) > 0);
	fclose(file);
	return text;
}

static inline struct doc_list *
read_file(enum doc_list_kind kind, const char *name)
{
	char path[512];
	char *text;
	struct doc_list *list;

	snprintf(path, sizeof(path), "%s/api/%s", SAMPLES_DIR, name);
	text = load(path);
	list = read_good(kind, text);
	free(text);
	return list;
}

#endif
