/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /queues, /domains, /vmtas and /jobs (guide, chapters 5.4, 5.7, 5.11, 5.12). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "doc_item.h"
#include "doc_json.h"
#include "doc_list.h"
#include "doc_split.h"
#include "monitor_doc.h"

struct doc_reader {
	struct doc_split *split;
	struct doc_list *list;
	struct doc_error error;
	bool failed;
	size_t max_items;
	size_t unnamable;     /* items whose name is too long to be shown */
	double unnamable_rcp; /* and their recipients */
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

static int
no_memory(struct doc_error *error)
{
	return doc_error_set(error, DOC_ERROR_MEMORY, "found no memory");
}

static int
add_item(struct doc_reader *reader, const cJSON *node, struct doc_error *error)
{
	struct doc_list *list = reader->list;
	struct doc_item_texts texts;
	struct doc_item item;

	if (list->count + list->skipped >= reader->max_items)
		return doc_error_set(error, DOC_ERROR_LIMIT, "lists more than %zu items",
				     reader->max_items);
	switch (doc_item_read(node, &texts, &item)) {
	case DOC_ITEM_READ:
		return doc_list_add(list, &item) == 0 ? 0 : no_memory(error);
	case DOC_ITEM_LONG_NAME:
		reader->unnamable++;
		reader->unnamable_rcp += item.rcp == SNAP_NONE32 ? 0 : item.rcp;
		break;
	case DOC_ITEM_NAMELESS:
		break;
	}
	list->skipped++;
	return 0;
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
	reader->list = doc_list_new(kind);
	if (reader->list == NULL || reader->split == NULL) {
		doc_reader_free(reader);
		return NULL;
	}
	return reader;
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

/*
 * Only a list known to show everything may tell that what it does not show is empty. Items with
 * names too long are shown; those without a name are not: nobody can say which ones they are.
 */
static bool
is_complete(const struct doc_reader *reader)
{
	const struct doc_list *list = reader->list;
	size_t listed = list->count + reader->unnamable;

	if (!isnan(list->total_items))
		return (double)listed >= list->total_items;
	if (!isnan(list->total_rcp))
		return list->listed_rcp + reader->unnamable_rcp >= list->total_rcp;
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
	if (doc_list_settle(list) != 0) {
		no_memory(error);
		return NULL;
	}
	list->complete = is_complete(reader);
	reader->list = NULL;
	return list;
}
