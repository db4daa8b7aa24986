/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever the bytes and however they are cut, a list comes out the same, or a clean error does. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "monitor_doc.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static struct doc_list *
read_list(enum doc_list_kind kind, const char *bytes, size_t len, size_t step,
	  struct doc_error *error)
{
	struct doc_reader *reader = doc_reader_new(kind, 1000);
	struct doc_list *list;
	size_t n;

	if (reader == NULL)
		abort();
	for (size_t at = 0; at < len; at += n) {
		n = len - at < step ? len - at : step;
		if (doc_reader_feed(reader, bytes + at, n) != 0)
			break;
	}
	list = doc_reader_finish(reader, error);
	doc_reader_free(reader);
	return list;
}

static int
differ(const struct doc_list *a, const struct doc_list *b)
{
	if (a->count != b->count || a->skipped != b->skipped || a->complete != b->complete)
		return 1;
	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->items[i].name, b->items[i].name) != 0 ||
		    a->items[i].name[0] == '\0' ||
		    memcmp(&a->items[i].rcp, &b->items[i].rcp, sizeof(doc_number)) != 0 ||
		    a->items[i].error_time != b->items[i].error_time)
			return 1;
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct doc_error error = {0}, piecewise_error = {0};
	struct doc_list *whole, *pieces;
	enum doc_list_kind kind;
	size_t step;

	if (len < 2)
		return 0;
	/* At the end, so that a document as it is tells something, whatever it ends with. */
	kind = (enum doc_list_kind)(bytes[len - 1] % 4);
	step = (size_t)bytes[len - 2] % 17 + 1;
	whole = read_list(kind, (const char *)bytes, len, SIZE_MAX, &error);
	pieces = read_list(kind, (const char *)bytes, len, step, &piecewise_error);
	if ((whole == NULL) != (pieces == NULL) || (whole != NULL && differ(whole, pieces)))
		abort();
	if (whole == NULL && (error.code != piecewise_error.code || error.text[0] == '\0' ||
			      strcmp(error.text, piecewise_error.text) != 0))
		abort();
	doc_list_free(whole);
	doc_list_free(pieces);
	return 0;
}
