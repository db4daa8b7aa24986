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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "snap_pack.h"
#include "snap_row.h"

/* Rows in the order of their keys, no key twice. Every row of a table with a key begins with it. */
struct snap_page {
	int refs; /* use the functions below */
	uint32_t count;
	const void *keys; /* where they are, and how far from one to the next */
	size_t key_step;
	void *rows;	     /* written by its maker only, before a part has it; NULL: packed */
	struct arena *arena; /* holds the page itself, its rows and their texts; NULL: packed */
	struct snap_pack *pack;
};

/* Room for a packed row of any table. */
union snap_room {
	struct snap_vmta vmta;
	struct snap_queue queue;
	struct snap_domain domain;
	struct snap_class class;
	struct snap_job job;
	struct snap_provider provider;
	struct snap_window window;
	struct snap_bounce bounce;
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

/* A page with room for count rows of row_size zeroed bytes; refs is 1. NULL without memory. */
struct snap_page *snap_page_new(uint32_t count, size_t row_size);
/* A page of these packed rows, which it owns from now on, in any case; refs is 1. NULL without
 * memory, or a pack. */
struct snap_page *snap_page_of(struct snap_pack *pack);
/* Drops a reference; the last one frees. Any thread. NULL is allowed. */
void snap_page_unref(struct snap_page *page);

/* Number i of the key of a page's row. */
static inline uint32_t
snap_page_key(const struct snap_page *page, uint32_t at, unsigned i)
{
	uint32_t number;

	memcpy(&number, (const char *)page->keys + at * page->key_step + i * sizeof number,
	       sizeof number);
	return number;
}

/* How many rows of a page are before those whose key is, or begins with, these len numbers; 0
 * without any. O(log n). */
uint32_t snap_page_rank(const struct snap_page *page, const uint32_t *key, unsigned len);

/* The first row of a page, from this one on, that may have a value in the field at this offset; the
 * number of rows if none has. O(1) if none has, else O(rows without one). */
uint32_t snap_page_skip(const struct snap_page *page, uint32_t at, size_t offset);

/* A page's row: where it is, or unpacked into the room, which tables without a shape
 * (snap_shape.h) need not give. Its texts live as long as the page. */
const void *snap_page_row(const struct snap_page *page, uint32_t at, union snap_room *room);

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

/* The row with so many rows before it, which must be fewer than there are; room as above. O(log n).
 */
const void *snap_part_row(const struct snap_part *part, uint32_t at, union snap_room *room);

/* The row with this key, or NULL; room as above. O(log n). Only for parts whose key is one number.
 */
const void *snap_part_find(const struct snap_part *part, uint32_t key, union snap_room *room);
/* True if there is such a row. */
bool snap_part_has(const struct snap_part *part, uint32_t key);

#endif
