/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row_book.h - stands for the store's table of window rows: one row for each time.
 */
#ifndef PMTA_ROW_BOOK_H
#define PMTA_ROW_BOOK_H

#include <stddef.h>
#include <stdint.h>

#include "window.h"

#define ROW_BOOK_MAX 4096
#define ROW_BOOK_BYTES 4096 /* longest row of a test */

struct row {
	int64_t when;
	size_t len;
	uint8_t bytes[ROW_BOOK_BYTES];
};

/* Ascending by time. Empty when zeroed. */
struct row_book {
	struct row rows[ROW_BOOK_MAX];
	size_t count;
	size_t writes; /* rows handed in so far */
};

/* A window_row_fn whose context is the book. */
int row_book_put(void *book, int64_t when, const uint8_t *bytes, size_t len);

/* What a transaction does: rows before `oldest` go, what differs is written, and is clean then. */
void row_book_commit(struct row_book *book, struct window *window, const struct window_shape *shape,
		     int64_t oldest);

/* Drops the rows whose time is no multiple of so many seconds. */
void row_book_drop_strays(struct row_book *book, uint32_t seconds);

/* Restores all rows into a window that has none yet; what is too old for it is passed over. */
void row_book_restore(const struct row_book *book, struct window **window,
		      const struct window_shape *shape, int64_t asof);

#endif
