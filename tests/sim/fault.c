/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAULTS_MAX = 16, PATH_LEN = 32, GARBAGE_LEN = 4096, NESTED_DEPTH = 100000 };

static const char *const kind_names[FAULT_KINDS] = {
	[FAULT_NONE] = "none",
	[FAULT_REFUSE] = "refuse",
	[FAULT_HANG] = "hang",
	[FAULT_SLOW] = "slow",
	[FAULT_ERROR] = "500",
	[FAULT_FORBIDDEN] = "403",
	[FAULT_FAIL] = "fail",
	[FAULT_TRUNCATED] = "truncated",
	[FAULT_CUT] = "cut",
	[FAULT_WRONG_TYPES] = "wrong-types",
	[FAULT_HUGE] = "huge",
	[FAULT_REDIRECT_HTTPS] = "redirect-https",
	[FAULT_REDIRECT_HOST] = "redirect-host",
	[FAULT_HTML] = "html",
	[FAULT_GARBAGE] = "garbage",
	[FAULT_EMPTY] = "empty",
	[FAULT_NESTED] = "nested",
};

/* A fault with its path. A limited one that has no times left stays, and is passed over. */
struct set_fault {
	char path[PATH_LEN];
	struct fault fault;
	bool limited;
	uint64_t left;
};

struct faults {
	struct set_fault set[FAULTS_MAX];
	size_t count;
	uint64_t served;
};

struct faults *
faults_new(void)
{
	return sim_alloc(1, sizeof(struct faults));
}

void
faults_free(struct faults *faults)
{
	free(faults);
}

static enum fault_kind
kind_of(const char *name)
{
	int i = 0;

	while (i < FAULT_KINDS && strcmp(kind_names[i], name) != 0)
		i++;
	return (enum fault_kind)i;
}

static struct set_fault *
find(struct faults *faults, const char *path)
{
	for (size_t i = 0; i < faults->count; i++) {
		if (strcmp(faults->set[i].path, path) == 0)
			return &faults->set[i];
	}
	return NULL;
}

const char *
faults_set(struct faults *faults, const char *path, const char *kind, uint64_t times, uint64_t rate,
	   uint64_t bytes)
{
	struct set_fault *set = find(faults, path);
	enum fault_kind found = kind_of(kind);

	if (found == FAULT_KINDS)
		return "unknown kind of fault";
	if (strlen(path) >= PATH_LEN)
		return "path too long";
	if (set == NULL && faults->count == FAULTS_MAX)
		return "too many faults, 16 are possible";
	if (set == NULL)
		set = &faults->set[faults->count++];
	*set = (struct set_fault){.fault = {.kind = found, .rate = rate, .bytes = bytes},
				  .limited = times > 0,
				  .left = times};
	memcpy(set->path, path, strlen(path) + 1);
	return NULL;
}

void
faults_clear(struct faults *faults)
{
	faults->count = 0;
}

/* A path's own fault goes before the one of every path. */
struct fault
faults_take(struct faults *faults, const char *path)
{
	struct set_fault *set = find(faults, path);

	if (set == NULL || (set->limited && set->left == 0))
		set = find(faults, "*");
	if (set == NULL || (set->limited && set->left == 0) || set->fault.kind == FAULT_NONE)
		return (struct fault){.kind = FAULT_NONE};
	if (set->limited)
		set->left--;
	faults->served++;
	return set->fault;
}

uint64_t
faults_served(const struct faults *faults)
{
	return faults->served;
}

/* Each number becomes the next of these; five, so that rows of three numbers differ. */
static cJSON *
wrong_value(unsigned n)
{
	switch (n % 5) {
	case 0:
		return cJSON_CreateString("12 apples");
	case 1:
		return cJSON_CreateNumber(-1);
	case 2:
		return cJSON_CreateRaw("1e400");
	case 3:
		return cJSON_CreateNull();
	default:
		return cJSON_CreateArray();
	}
}

/* Rebuilds a tree with its numbers spoiled: replacing them in place would lose their keys. */
static cJSON *
spoiled_copy(const cJSON *tree, unsigned *n)
{
	cJSON *copy;

	if (cJSON_IsNumber(tree))
		return wrong_value((*n)++);
	if (!cJSON_IsObject(tree) && !cJSON_IsArray(tree))
		return cJSON_Duplicate(tree, true);
	copy = cJSON_IsObject(tree) ? cJSON_CreateObject() : cJSON_CreateArray();
	for (const cJSON *item = tree->child; item != NULL; item = item->next) {
		if (cJSON_IsObject(tree))
			cJSON_AddItemToObject(copy, item->string, spoiled_copy(item, n));
		else
			cJSON_AddItemToArray(copy, spoiled_copy(item, n));
	}
	return copy;
}

static void
spoil_types(struct buf *document)
{
	cJSON *tree = cJSON_ParseWithLength(document->data, document->len), *spoiled;
	unsigned n = 0;
	char *text;

	if (tree == NULL)
		return;
	spoiled = spoiled_copy(tree, &n);
	text = cJSON_PrintUnformatted(spoiled);
	cJSON_Delete(spoiled);
	cJSON_Delete(tree);
	document->len = 0;
	if (text != NULL)
		buf_put(document, text);
	free(text);
}

static void
put_garbage(struct buf *document)
{
	struct rng rng;

	/* Dice of its own: a fault must not change the traffic of a seed. */
	rng_seed(&rng, 1);
	for (int i = 0; i < GARBAGE_LEN; i++)
		buf_char(document, (char)rng_next(&rng));
}

/* Deep enough for the stack of a reader that recurses without a bound. */
static void
put_nested(struct buf *document)
{
	buf_put(document, "{\"data\":");
	for (int i = 0; i < NESTED_DEPTH; i++)
		buf_char(document, '[');
	for (int i = 0; i < NESTED_DEPTH; i++)
		buf_char(document, ']');
	buf_put(document, ",\"status\":\"success\",\"message\":\"\"}");
}

void
fault_spoil(enum fault_kind kind, struct buf *document)
{
	if (kind == FAULT_TRUNCATED) {
		document->len /= 2;
		return;
	}
	if (kind == FAULT_WRONG_TYPES) {
		spoil_types(document);
		return;
	}
	if (kind != FAULT_GARBAGE && kind != FAULT_EMPTY && kind != FAULT_NESTED)
		return;
	document->len = 0;
	if (kind == FAULT_GARBAGE)
		put_garbage(document);
	else if (kind == FAULT_NESTED)
		put_nested(document);
}
