/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /queues, /domains, /vmtas and /jobs (guide, chapters 5.4, 5.7, 5.11, 5.12). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "doc_item.h"
#include "doc_json.h"
#include "doc_split.h"
#include "monitor_doc.h"

struct doc_reader {
	struct doc_split *split;
	struct doc_list *list;
	struct doc_error error;
	bool failed;
	size_t max_items, room;
	size_t unnamable;	  /* items whose name is too long to be shown */
	doc_number unnamable_rcp; /* and their recipients */
};

/* How a list is called in its document. */
static const struct list_names {
	const char *plural, *singular, *total;
} list_names[] = {
	[DOC_QUEUES] = {"queues", "queue", "totalQueuesWithRcp"},
	[DOC_DOMAINS] = {"domains", "domain", "totalDomainsWithRcp"},
	[DOC_VMTAS] = {"vmtas", "vmta", "totalVmtasWithRcp"},
	[DOC_JOBS] = {"jobs", "job", "totalJobsWithRcp"},
};

void
doc_list_free(struct doc_list *list)
{
	if (list == NULL)
		return;
	arena_free(list->arena);
	free(list->items);
	free(list);
}

static int
no_memory(struct doc_error *error)
{
	return doc_error_set(error, DOC_ERROR_MEMORY, "found no memory");
}

/* Makes room for one item more: one array that grows is cheaper than a list of pieces put together.
 */
static int
grow_items(struct doc_reader *reader)
{
	size_t room = reader->room == 0 ? 64 : reader->room * 2;
	struct doc_item *items;

	if (reader->list->count < reader->room)
		return 0;
	items = realloc(reader->list->items, room * sizeof(*items));
	if (items == NULL)
		return -1;
	reader->list->items = items;
	reader->room = room;
	return 0;
}

static int
add_item(struct doc_reader *reader, const cJSON *item, struct doc_error *error)
{
	struct doc_list *list = reader->list;
	struct doc_item *next;

	if (list->count + list->skipped >= reader->max_items)
		return doc_error_set(error, DOC_ERROR_LIMIT, "lists more than %zu items",
				     reader->max_items);
	if (grow_items(reader) != 0)
		return no_memory(error);
	next = &list->items[list->count];
	switch (doc_item_read(item, list->arena, list->count > 0 ? next - 1 : NULL, next)) {
	case DOC_ITEM_READ:
		list->count++;
		return 0;
	case DOC_ITEM_LONG_NAME:
		reader->unnamable++;
		reader->unnamable_rcp += isnan(next->rcp) ? 0 : next->rcp;
		list->skipped++;
		return 0;
	case DOC_ITEM_NAMELESS:
		list->skipped++;
		return 0;
	case DOC_ITEM_NO_MEMORY:
		break;
	}
	return no_memory(error);
}

static int
take_item(void *ctx, char *bytes, size_t len, struct doc_error *error)
{
	struct doc_reader *reader = ctx;
	struct doc_error inner;
	cJSON *item = doc_json_parse(bytes, len, &inner);
	int result;

	if (item == NULL)
		return doc_error_set(error, inner.code, "has a bad item %zu in its list: %s",
				     reader->list->count + reader->list->skipped + 1, inner.text);
	result = add_item(reader, item, error);
	cJSON_Delete(item);
	return result;
}

struct doc_reader *
doc_reader_new(enum doc_list_kind kind, size_t max_items)
{
	struct doc_reader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL)
		return NULL;
	reader->max_items = max_items;
	reader->split = doc_split_new(list_names[kind].plural, list_names[kind].singular, take_item,
				      reader);
	reader->list = calloc(1, sizeof(*reader->list));
	if (reader->list == NULL || reader->split == NULL)
		goto fail;
	reader->list->kind = kind;
	reader->list->arena = arena_new();
	if (reader->list->arena == NULL)
		goto fail;
	return reader;
fail:
	doc_reader_free(reader);
	return NULL;
}

void
doc_reader_free(struct doc_reader *reader)
{
	if (reader == NULL)
		return;
	doc_split_free(reader->split);
	doc_list_free(reader->list);
	free(reader);
}

int
doc_reader_feed(struct doc_reader *reader, const char *bytes, size_t len)
{
	if (!reader->failed)
		reader->failed = doc_split_feed(reader->split, bytes, len, &reader->error) != 0;
	return reader->failed ? -1 : 0;
}

/* Item names for qsort(): by hash first, since comparing texts costs more than parsing saves. */
struct name_key {
	uint64_t hash;
	struct doc_item *item;
};

/* FNV-1a; an attacker who makes hashes meet gains nothing but text comparisons. */
static uint64_t
name_hash(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return hash;
}

static int
compare_names(const void *left, const void *right)
{
	const struct name_key *a = left, *b = right;
	int order;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	order = strcmp(a->item->name, b->item->name);
	if (order != 0)
		return order;
	return a->item < b->item ? -1 : a->item > b->item;
}

/* Drops items named again, in O(n log n), and keeps the order of the rest. */
static int
drop_repeated(struct doc_list *list)
{
	struct name_key *keys = calloc(list->count + 1, sizeof(*keys));
	const char *previous = NULL;
	size_t kept = 0;

	if (keys == NULL)
		return -1;
	for (size_t i = 0; i < list->count; i++)
		keys[i] = (struct name_key){name_hash(list->items[i].name), &list->items[i]};
	qsort(keys, list->count, sizeof(*keys), compare_names);
	for (size_t i = 0; i < list->count; i++) {
		if (previous != NULL && strcmp(previous, keys[i].item->name) == 0)
			keys[i].item->name = NULL;
		else
			previous = keys[i].item->name;
	}
	free(keys);
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].name != NULL)
			list->items[kept++] = list->items[i];
	}
	list->skipped += list->count - kept;
	list->count = kept;
	return 0;
}

/*
 * Only a list known to show everything may tell that what it does not show is empty. Items with
 * names too long are shown; those without a name are not: nobody can say which ones they are.
 */
static bool
is_complete(const struct doc_reader *reader)
{
	const struct doc_list *list = reader->list;
	size_t listed = list->count + reader->unnamable;
	doc_number rcp = reader->unnamable_rcp;

	if (!isnan(list->total_items))
		return (double)listed >= list->total_items;
	for (size_t i = 0; i < list->count; i++)
		rcp += isnan(list->items[i].rcp) ? 0 : list->items[i].rcp;
	if (!isnan(list->total_rcp))
		return rcp >= list->total_rcp;
	return listed + list->skipped == 0;
}

/* Under the list's name stands nothing but a list, one object, null or an empty text. */
static int
check_list_type(const cJSON *data, const char *name, struct doc_error *error)
{
	const cJSON *list = doc_json_member(data, name);
	const char *text = cJSON_GetStringValue(list);

	if (list == NULL || cJSON_IsArray(list) || cJSON_IsObject(list) ||
	    (text != NULL && *text == '\0'))
		return 0;
	return doc_error_set(error, DOC_ERROR_SHAPE, "has a \"%s\" that is no list", name);
}

static int
read_skeleton(struct doc_reader *reader, struct doc_error *error)
{
	const struct list_names *names = &list_names[reader->list->kind];
	const cJSON *data;
	cJSON *root;
	char *skeleton;
	size_t len;
	int result = -1;

	if ((skeleton = doc_split_finish(reader->split, &len, error)) == NULL)
		return -1;
	if ((root = doc_json_parse(skeleton, len, error)) == NULL)
		return -1;
	data = doc_json_data(root, error);
	if (data == NULL || check_list_type(data, names->plural, error) != 0 ||
	    check_list_type(data, names->singular, error) != 0)
		goto out;
	reader->list->total_rcp = doc_json_number(data, "totalRcp");
	reader->list->total_items = doc_json_number(data, names->total);
	result = 0;
out:
	cJSON_Delete(root);
	return result;
}

struct doc_list *
doc_reader_finish(struct doc_reader *reader, struct doc_error *error)
{
	struct doc_list *list = reader->list;

	if (reader->failed) {
		*error = reader->error;
		return NULL;
	}
	reader->failed = true;
	if (read_skeleton(reader, error) != 0)
		return NULL;
	if (drop_repeated(list) != 0) {
		no_memory(error);
		return NULL;
	}
	list->complete = is_complete(reader);
	reader->list = NULL;
	return list;
}
