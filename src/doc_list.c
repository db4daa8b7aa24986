/* SPDX-License-Identifier: BSD-2-Clause */
#include "doc_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "doc_pack.h"

/*
 * The names of a list, by where they stand in it: open addressing, two of three slots are used.
 * Bits that no place needs are some of the name's hash, since a look at each name on the way would
 * cost more than all else.
 */
struct names {
	const struct doc_pack *items;
	uint32_t slot_count;
	uint32_t *slots; /* place + 1 and bits of the hash; 0 is free */
	uint32_t places; /* the bits of a place */
	uint32_t seed;
};

struct doc_list *
doc_list_new(enum doc_list_kind kind)
{
	struct doc_list *list = calloc(1, sizeof(*list));

	if (list == NULL)
		return NULL;
	list->kind = kind;
	list->total_rcp = list->total_items = NAN;
	list->items = doc_pack_new();
	if (list->items == NULL) {
		doc_list_free(list);
		return NULL;
	}
	return list;
}

void
doc_list_free(struct doc_list *list)
{
	if (list == NULL)
		return;
	doc_pack_free(list->items);
	free(list);
}

int
doc_list_add(struct doc_list *list, const struct doc_item *item)
{
	if (doc_pack_add(list->items, item) != 0)
		return -1;
	list->count++;
	return 0;
}

size_t
doc_list_size(const struct doc_list *list)
{
	return doc_pack_size(list->items);
}

bool
doc_list_next(const struct doc_list *list, struct doc_cursor *cursor, struct doc_item *item)
{
	return doc_pack_next(list->items, cursor, item);
}

bool
doc_list_take(struct doc_list *list, struct doc_item *item)
{
	return doc_pack_take(list->items, item);
}

static bool
holds(const struct names *names, uint32_t slot, uint32_t hash, const char *name)
{
	return ((slot ^ hash) & ~names->places) == 0 &&
	       strcmp(doc_pack_name(names->items, (slot & names->places) - 1), name) == 0;
}

/* Remembers the name at this place. Returns false if it was known before. */
static bool
add_name(struct names *names, uint32_t place)
{
	const char *name = doc_pack_name(names->items, place);
	const uint32_t hash = text_hash(name, strlen(name), names->seed);
	uint32_t slot = hash % names->slot_count;

	while (names->slots[slot] != 0) {
		if (holds(names, names->slots[slot], hash, name))
			return false;
		slot = slot + 1 < names->slot_count ? slot + 1 : 0;
	}
	names->slots[slot] = (hash & ~names->places) | (place + 1);
	return true;
}

/* Drops what is named again and sums what stays. */
static void
settle(struct doc_list *list, struct names *names)
{
	struct doc_cursor cursor = {0};
	uint32_t last = SNAP_NONE32;
	bool falls = true;
	struct doc_item item;

	while (doc_pack_next(list->items, &cursor, &item)) {
		const uint32_t place = doc_pack_place(list->items, &cursor, &item);

		if (!add_name(names, place)) {
			doc_pack_drop(list->items, place);
			list->skipped++;
			list->count--;
			continue;
		}
		list->listed_rcp += item.rcp != SNAP_NONE32 ? item.rcp : 0;
		falls = falls && item.rcp != SNAP_NONE32 && item.rcp <= last;
		last = item.rcp;
	}
	list->least_rcp = falls ? last : SNAP_NONE32;
}

int
doc_list_settle(struct doc_list *list)
{
	/* Where a list lies in memory nobody can know who thinks of names that always meet. */
	struct names names = {.items = list->items,
			      .slot_count = (uint32_t)(list->count + list->count / 2 + 1),
			      .seed = (uint32_t)((uintptr_t)list >> 4)};

	names.slots = calloc(names.slot_count, sizeof(*names.slots));
	if (names.slots == NULL)
		return -1;
	while (names.places < doc_pack_end(list->items))
		names.places = names.places << 1 | 1;
	settle(list, &names);
	free(names.slots);
	return 0;
}
