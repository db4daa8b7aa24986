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
assert_same_item(const struct doc_item *a, const struct doc_item *b)
{
	assert_same_text(a->name, b->name);
	assert_same_text(a->error, b->error);
	assert_int_equal(a->rcp, b->rcp);
	assert_int_equal(a->kb, b->kb);
	assert_int_equal(a->conn, b->conn);
	assert_int_equal(a->dom, b->dom);
	assert_int_equal(a->share, b->share);
	assert_int_equal(a->paused, b->paused);
	assert_int_equal(a->mode, b->mode);
	assert_int_equal(a->wait_reason, b->wait_reason);
	assert_int_equal(a->reply_code, b->reply_code);
	assert_int_equal(a->error_time, b->error_time);
	assert_int_equal(a->retry_time, b->retry_time);
}

static inline void
assert_same_list(const struct doc_list *a, const struct doc_list *b)
{
	struct doc_cursor at_a = {0}, at_b = {0};
	struct doc_item of_a, of_b;

	assert_int_equal(a->count, b->count);
	assert_int_equal(a->skipped, b->skipped);
	assert_int_equal(a->complete, b->complete);
	assert_same_number(a->total_rcp, b->total_rcp);
	assert_same_number(a->total_items, b->total_items);
	assert_true(a->listed_rcp == b->listed_rcp);
	assert_int_equal(a->least_rcp, b->least_rcp);
	while (doc_list_next(a, &at_a, &of_a)) {
		assert_true(doc_list_next(b, &at_b, &of_b));
		assert_same_item(&of_a, &of_b);
	}
	assert_false(doc_list_next(b, &at_b, &of_b));
}

/* The item at this place, from 0. */
static inline struct doc_item
item_at(const struct doc_list *list, size_t place)
{
	struct doc_cursor cursor = {0};
	struct doc_item item;

	for (size_t i = 0; i <= place; i++)
		assert_true(doc_list_next(list, &cursor, &item));
	return item;
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
