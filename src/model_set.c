/* SPDX-License-Identifier: BSD-2-Clause */
/* The objects of one kind: found by name, and kept in the order of their indexes. */
#include <stdlib.h>
#include <string.h>

#include "model_object.h"

#define SLOTS_FIRST 32u
/* Slots are searched one behind the other, but by their hashes, a cache line of which has sixteen.
 */
#define FULL_EIGHTHS 7

struct model_object *
model_set_find(const struct model_set *set, const char *name, size_t len)
{
	const uint32_t mask = set->slot_count - 1;
	struct model_object *object;
	uint32_t hash;

	if (set->slot_count == 0)
		return NULL;
	hash = text_hash(name, len, 0);
	/* A slot is always free: the table is never full. */
	for (uint32_t slot = hash & mask; (object = set->slots[slot]) != NULL;
	     slot = (slot + 1) & mask) {
		if (set->hashes[slot] == hash && model_is_named(object, name, len))
			return object;
	}
	return NULL;
}

static void
slot_put(struct model_set *set, struct model_object *object)
{
	const uint32_t mask = set->slot_count - 1;
	char name[TEXT_MAX];
	const uint32_t hash = text_hash(model_name(object, name), object->name_len, 0);
	uint32_t slot = hash & mask;

	while (set->slots[slot] != NULL)
		slot = (slot + 1) & mask;
	set->slots[slot] = object;
	set->hashes[slot] = hash;
}

void
model_set_rehash(struct model_set *set)
{
	if (set->slot_count == 0)
		return;
	memset(set->slots, 0, set->slot_count * sizeof(struct model_object *));
	for (uint32_t i = 0; i < set->count; i++)
		slot_put(set, set->order[i]);
}

static int
slots_grow(struct model_set *set)
{
	const uint32_t wanted = set->slot_count > 0 ? set->slot_count * 2 : SLOTS_FIRST;
	struct model_object **slots;
	uint32_t *hashes;

	if (set->count < set->slot_count / 8 * FULL_EIGHTHS)
		return 0;
	slots = malloc(wanted * sizeof(struct model_object *));
	hashes = malloc(wanted * sizeof *hashes);
	if (slots == NULL || hashes == NULL) {
		free(slots);
		free(hashes);
		return -1;
	}
	free(set->slots);
	free(set->hashes);
	set->slots = slots;
	set->hashes = hashes;
	set->slot_count = wanted;
	model_set_rehash(set);
	return 0;
}

static int
order_grow(struct model_set *set)
{
	const uint32_t room = set->room > 0 ? set->room * 2 : SLOTS_FIRST / 2;
	struct model_object **grown;

	if (set->count < set->room)
		return 0;
	grown = realloc(set->order, room * sizeof(struct model_object *));
	if (grown == NULL)
		return -1;
	set->order = grown;
	set->room = room;
	return 0;
}

int
model_set_add(struct model_set *set, struct model_object *object)
{
	if (slots_grow(set) != 0 || order_grow(set) != 0)
		return -1;
	slot_put(set, object);
	if (set->count > 0 && set->order[set->count - 1]->index > object->index)
		set->unsorted = true;
	set->order[set->count++] = object;
	return 0;
}

static int
compare_objects(const void *a, const void *b)
{
	const struct model_object *const *left = a, *const *right = b;

	return ((*left)->index > (*right)->index) - ((*left)->index < (*right)->index);
}

struct model_object **
model_set_order(struct model_set *set)
{
	if (set->unsorted) {
		qsort(set->order, set->count, sizeof(struct model_object *), compare_objects);
		set->unsorted = false;
	}
	return set->order;
}

struct model_object *
model_set_indexed(struct model_set *set, uint32_t index)
{
	struct model_object **order = model_set_order(set);
	uint32_t low = 0, high = set->count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (order[middle]->index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->count && order[low]->index == index ? order[low] : NULL;
}

void
model_set_clear(struct model_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		model_object_free(set->order[i]);
	free(set->slots);
	free(set->hashes);
	free(set->order);
	*set = (struct model_set){0};
}
