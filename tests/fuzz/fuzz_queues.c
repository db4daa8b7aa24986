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
items_differ(const struct doc_item *a, const struct doc_item *b)
{
	return strcmp(a->name, b->name) != 0 || a->name[0] == '\0' || a->rcp != b->rcp ||
	       a->kb != b->kb || a->conn != b->conn || a->dom != b->dom || a->share != b->share ||
	       (a->error == NULL) != (b->error == NULL) ||
	       (a->error != NULL && strcmp(a->error, b->error) != 0) ||
	       a->reply_code != b->reply_code || a->error_time != b->error_time ||
	       a->retry_time != b->retry_time;
}

/* One is gone through, the other used up. */
static int
differ(const struct doc_list *a, struct doc_list *b)
{
	struct doc_cursor cursor = {0};
	struct doc_item of_a, of_b;
	size_t count = 0;

	if (a->count != b->count || a->skipped != b->skipped || a->complete != b->complete ||
	    a->least_rcp != b->least_rcp)
		return 1;
	for (; doc_list_next(a, &cursor, &of_a); count++) {
		if (!doc_list_take(b, &of_b) || items_differ(&of_a, &of_b))
			return 1;
	}
	return count != a->count || doc_list_take(b, &of_b);
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
