/* SPDX-License-Identifier: BSD-2-Clause */
#include "snap_part.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "snap_refs.h"

/* What the pieces of a page may lose to their alignment. */
#define PADDING 64

struct snap_page *
snap_page_new(uint32_t count, size_t row_size)
{
	const size_t rows = count > 0 ? count * row_size : 1;
	struct arena *arena = arena_new_sized(sizeof(struct snap_page) + rows + PADDING);
	struct snap_page *page = arena != NULL ? arena_alloc(arena, sizeof *page) : NULL;

	if (page != NULL)
		page->rows = arena_alloc(arena, rows);
	if (page == NULL || page->rows == NULL) {
		arena_free(arena);
		return NULL;
	}
	page->refs = 1;
	page->count = count;
	page->keys = page->rows;
	page->key_step = row_size;
	page->arena = arena;
	return page;
}

struct snap_page *
snap_page_of(struct snap_pack *pack)
{
	struct snap_page *page = pack != NULL ? calloc(1, sizeof *page) : NULL;

	if (page == NULL) {
		free(pack);
		return NULL;
	}
	page->refs = 1;
	page->count = snap_pack_count(pack);
	page->keys = snap_pack_keys(pack);
	page->key_step = snap_pack_key_len(pack) * sizeof(uint32_t);
	page->pack = pack;
	return page;
}

void
snap_page_unref(struct snap_page *page)
{
	if (page == NULL || !snap_refs_drop(&page->refs))
		return;
	if (page->pack == NULL) {
		arena_free(page->arena);
		return;
	}
	free(page->pack);
	free(page);
}

/* True if the row's key is less than these len numbers, and does not begin with them. */
static inline bool
is_before(const struct snap_page *page, uint32_t row, const uint32_t *key, unsigned len)
{
	unsigned i = 0;

	while (i + 1 < len && snap_page_key(page, row, i) == key[i])
		i++;
	return i < len && snap_page_key(page, row, i) < key[i];
}

static inline uint32_t
search(const struct snap_page *page, const uint32_t *key, unsigned len)
{
	uint32_t low = 0, high = page->count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (is_before(page, middle, key, len))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t
snap_page_rank(const struct snap_page *page, const uint32_t *key, unsigned len)
{
	/* Nearly all keys are one number: for that case the compiler makes a loop of its own. */
	return len == 1 ? search(page, key, 1) : search(page, key, len);
}

uint32_t
snap_page_skip(const struct snap_page *page, uint32_t at, size_t offset)
{
	return page->pack != NULL ? snap_pack_skip(page->pack, at, offset) : at;
}

const void *
snap_page_row(const struct snap_page *page, uint32_t at, union snap_room *room)
{
	if (page->pack == NULL)
		return (const char *)page->rows + at * page->key_step;
	snap_pack_read(page->pack, at, room);
	return room;
}

/* A part and its places are one piece of memory. */
static struct snap_part *
part_new(uint32_t page_count, uint32_t key_len)
{
	struct snap_part *part = malloc(sizeof *part + page_count * sizeof *part->pages);

	if (part != NULL)
		*part = (struct snap_part){.refs = 1,
					   .key_len = key_len,
					   .page_count = page_count,
					   .pages = (const struct snap_place *)(part + 1)};
	return part;
}

/* Adds references to these pages behind the rows that the part has by now. */
static struct snap_place *
add_pages(struct snap_part *part, struct snap_place *to, const struct snap_place *from,
	  uint32_t count)
{
	for (uint32_t i = 0; i < count; i++, to++) {
		*to = (struct snap_place){from[i].page, from[i].from, part->count};
		snap_refs_take(&to->page->refs);
		part->count += to->page->count;
	}
	return to;
}

struct snap_part *
snap_part_splice(const struct snap_part *part, uint32_t first, uint32_t end,
		 const struct snap_place *with, uint32_t count)
{
	struct snap_part *made = part_new(first + count + (part->page_count - end), part->key_len);
	struct snap_place *places, *to;

	if (made == NULL)
		return NULL;
	places = (struct snap_place *)(made + 1);
	to = add_pages(made, places, part->pages, first);
	to = add_pages(made, to, with, count);
	add_pages(made, to, part->pages + end, part->page_count - end);
	if (made->page_count > 0)
		places[0].from = 0;
	return made;
}

struct snap_part *
snap_part_new(struct snap_page *page, uint32_t key_len)
{
	const struct snap_part nothing = {.key_len = key_len};
	const struct snap_place place = {.page = page};
	struct snap_part *part = page != NULL ? snap_part_splice(&nothing, 0, 0, &place, 1) : NULL;

	snap_page_unref(page);
	return part;
}

struct snap_part *
snap_part_ref(struct snap_part *part)
{
	snap_refs_take(&part->refs);
	return part;
}

void
snap_part_unref(struct snap_part *part)
{
	if (part == NULL || !snap_refs_drop(&part->refs))
		return;
	for (uint32_t i = 0; i < part->page_count; i++)
		snap_page_unref(part->pages[i].page);
	free(part);
}

uint32_t
snap_part_page(const struct snap_part *part, uint32_t number)
{
	uint32_t low = 0, high = part->page_count;

	/* Low becomes the first page that begins behind the number. */
	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (part->pages[middle].from <= number)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : 0;
}

const void *
snap_part_row(const struct snap_part *part, uint32_t at, union snap_room *room)
{
	uint32_t low = 0, high = part->page_count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (part->pages[middle].before <= at)
			low = middle + 1;
		else
			high = middle;
	}
	/* Of a page without rows and the next one, which have as many before them, it is the next.
	 */
	return snap_page_row(part->pages[low - 1].page, at - part->pages[low - 1].before, room);
}

/* The page with the row of this key, and *at which row; NULL if there is none. */
static const struct snap_page *
find(const struct snap_part *part, uint32_t key, uint32_t *at)
{
	const struct snap_page *page;

	if (part->count == 0)
		return NULL;
	page = part->pages[snap_part_page(part, key)].page;
	*at = snap_page_rank(page, &key, 1);
	return *at < page->count && snap_page_key(page, *at, 0) == key ? page : NULL;
}

const void *
snap_part_find(const struct snap_part *part, uint32_t key, union snap_room *room)
{
	uint32_t at;
	const struct snap_page *page = find(part, key, &at);

	return page != NULL ? snap_page_row(page, at, room) : NULL;
}

bool
snap_part_has(const struct snap_part *part, uint32_t key)
{
	uint32_t at;

	return find(part, key, &at) != NULL;
}
