/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row_book.h - stands for the store's table of window slots: one row for each time.
 */
#ifndef PMTA_ROW_BOOK_H
#define PMTA_ROW_BOOK_H

#include <stddef.h>
#include <stdint.h>

#include "window.h"

#define ROW_BOOK_MAX 4096

struct row {
	int64_t when;
	size_t len;
	uint8_t bytes[WINDOW_PACKED_MAX];
};

/* Ascending by time. Empty when zeroed. */
struct row_book {
	struct row rows[ROW_BOOK_MAX];
	size_t count;
	size_t writes; /* rows handed in so far, deletions too */
};

/* A window_row_fn whose context is the book. Fails the test if a row to be deleted is not there. */
int row_book_put(void *book, int64_t when, const uint8_t *bytes, size_t len);

/* What a transaction does: rows before `oldest` go, what differs is written, and is clean then. */
void row_book_commit(struct row_book *book, struct window **window, int64_t oldest);

/* Restores all rows into a window that has none yet; rows too old for it are passed over. */
void row_book_restore(const struct row_book *book, struct window **window,
		      const struct window_shape *shape, int64_t asof);

#endif
