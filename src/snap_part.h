/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snap_part.h - the rows of one table, in pages, so that a large table is renewed piece by piece.
 *
 * A page is a run of rows in a memory of its own. A part is a list of pages in the order of their
 * keys. Both are immutable and refcounted; parts share pages. So a part of which some pages are new
 * and the others are those of the part before it is a whole table at any time, and costs the memory
 * of the new pages only.
 */
#ifndef PMTA_SNAP_PART_H
#define PMTA_SNAP_PART_H

#include <stddef.h>
#include <stdint.h>

/* Rows in the order of their keys, no key twice. Every row of a table with a key begins with it. */
struct snap_page {
	int refs; /* use the functions below */
	uint32_t count;
	size_t row_size;
	void *rows;	     /* written by its maker only, before a part has it */
	struct arena *arena; /* holds the page itself, its rows and their texts */
};

/* A page's place in a part. It has the rows whose key begins with a number of at least `from` that
 * is less than the next place's; the first place begins with 0. */
struct snap_place {
	struct snap_page *page;
	uint32_t from;
	uint32_t before; /* rows on the pages before it */
};

/* A table's rows for one server (or the events of all). */
struct snap_part {
	int refs;
	uint32_t count;	  /* rows of all pages */
	uint32_t key_len; /* leading uint32_t of a row that are its key; sorted by them */
	uint32_t page_count;
	const struct snap_place *pages;
};

/* A page with room for count rows of row_size zeroed bytes, and in the same piece of memory for so
 * many bytes more, to be taken from its arena; refs is 1. NULL without memory. */
struct snap_page *snap_page_new(uint32_t count, size_t row_size, size_t more);
/* Drops a reference; the last one frees. Any thread. NULL is allowed. */
void snap_page_unref(struct snap_page *page);

/* A part of one page, whose keys are key_len numbers (0: the one row of SNAP_SERVER); refs is 1.
 * Takes over the caller's reference to the page, in any case. NULL without memory, or a page. */
struct snap_part *snap_part_new(struct snap_page *page, uint32_t key_len);
/* Takes or drops a reference; the last one frees. Any thread. NULL is allowed in unref. */
struct snap_part *snap_part_ref(struct snap_part *part);
void snap_part_unref(struct snap_part *part);

/* A part like this one, with count other pages in place of those from number first to before end.
 * Only page and from of their places are read; it takes references of its own. The caller sees to
 * it that the pages' rows lie between those of the pages that stay. NULL without memory. O(pages).
 */
struct snap_part *snap_part_splice(const struct snap_part *part, uint32_t first, uint32_t end,
				   const struct snap_place *with, uint32_t count);

/* The number of the page that has the rows whose key begins with this number, if there are any; 0
 * in a part without pages. O(log n). */
uint32_t snap_part_page(const struct snap_part *part, uint32_t number);

/* The row with so many rows before it, which must be fewer than there are. O(log n). */
const void *snap_part_row(const struct snap_part *part, uint32_t at);

/* The row with this key, or NULL. O(log n). Only for parts whose key is one number. */
const void *snap_part_find(const struct snap_part *part, uint32_t key);

#endif
