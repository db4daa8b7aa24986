/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "row_book.h"

static size_t
position(const struct row_book *book, int64_t when)
{
	size_t low = 0, high = book->count;

	while (low < high) {
		const size_t middle = (low + high) / 2;

		if (book->rows[middle].when < when)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int
row_book_put(void *ctx, int64_t when, const uint8_t *bytes, size_t len)
{
	struct row_book *book = ctx;
	struct row *row = &book->rows[position(book, when)];
	struct row *end = &book->rows[book->count];
	const int there = row < end && row->when == when;

	book->writes++;
	assert_in_range(len, 1, ROW_BOOK_BYTES);
	if (!there) {
		assert_true(book->count < ROW_BOOK_MAX);
		memmove(row + 1, row, (size_t)(end - row) * sizeof *row);
		book->count++;
	}
	row->when = when;
	row->len = len;
	memcpy(row->bytes, bytes, len);
	return 0;
}

void
row_book_commit(struct row_book *book, struct window *window, const struct window_shape *shape,
		int64_t oldest)
{
	const size_t old = position(book, oldest);

	memmove(book->rows, book->rows + old, (book->count - old) * sizeof *book->rows);
	book->count -= old;
	assert_int_equal(window_each_dirty(window, shape, row_book_put, book), 0);
	window_clean(window);
	assert_false(window_is_dirty(window));
}

void
row_book_drop_strays(struct row_book *book, uint32_t seconds)
{
	size_t kept = 0;

	for (size_t i = 0; i < book->count; i++) {
		if (book->rows[i].when % seconds == 0)
			book->rows[kept++] = book->rows[i];
	}
	book->count = kept;
}

void
row_book_restore(const struct row_book *book, struct window **window,
		 const struct window_shape *shape, int64_t asof)
{
	for (size_t i = 0; i < book->count; i++) {
		const struct row *row = &book->rows[i];
		const enum window_result result =
			window_restore(window, shape, asof, row->when, row->bytes, row->len);

		/* The oldest row may have some slots within the horizon, or none. */
		if (row->when != window_oldest(shape, asof))
			assert_int_equal(result, row->when < window_oldest(shape, asof)
							 ? WINDOW_TOO_OLD
							 : WINDOW_OK);
	}
}
