/* SPDX-License-Identifier: BSD-2-Clause */
#include "model_object.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "bounce_class.h"
#include "model_wait.h"

/* How stale the stored last_active may get for an object that only has mail: saves a write a poll.
 */
#define ACTIVE_STEP_S 3600

enum doc_list_kind
model_list_of(enum store_kind kind)
{
	switch (kind) {
	case STORE_DOMAIN:
		return DOC_DOMAINS;
	case STORE_VMTA:
		return DOC_VMTAS;
	case STORE_JOB:
		return DOC_JOBS;
	default:
		return DOC_QUEUES;
	}
}

enum store_kind
model_kind_of(enum doc_list_kind kind)
{
	static const enum store_kind kinds[] = {STORE_QUEUE, STORE_DOMAIN, STORE_VMTA, STORE_JOB};

	return kinds[kind];
}

static bool
has_group(enum store_kind kind)
{
	return kind == STORE_VMTA || kind == STORE_PROVIDER || kind == STORE_JOB;
}

struct model_group *
model_group(const struct model_object *object)
{
	return has_group((enum store_kind)object->kind) ? object->group : NULL;
}

void
model_object_free(struct model_object *object)
{
	if (object == NULL)
		return;
	window_free(&object->window);
	model_wait_free(&object->wait);
	if (model_group(object) != NULL)
		free(model_group(object)->bounces);
	free(model_group(object));
	free(object->counts);
	shared_text_drop(object->error);
	free(object);
}

static bool
matches_pin(const struct model_server *server, const char *name)
{
	const struct conf_server *section = server->section;

	for (size_t p = 0; p < section->pin_count; p++) {
		if (text_glob(section->pin[p], name))
			return true;
	}
	return false;
}

void
model_server_repin(struct model_server *server)
{
	char name[TEXT_MAX];

	for (int kind = 0; kind < STORE_KINDS; kind++) {
		struct model_set *set = &server->set[kind];

		set->version++;
		for (uint32_t i = 0; i < set->count; i++)
			set->order[i]->pinned =
				matches_pin(server, model_name(set->order[i], name));
	}
}

static void
recall_bounces(const struct model_server *server, struct model_object *object)
{
	const struct model *model = server->model;

	if (model->recall_bounces != NULL &&
	    (object->kind == STORE_VMTA || object->kind == STORE_PROVIDER))
		model->recall_bounces(model->recall_ctx, server->index,
				      (enum store_kind)object->kind, object->index,
				      model_bounce_restore, object);
}

static const struct model_counts nothing_counted = {.last_delivery = SNAP_NO_TIME};

const struct model_counts *
model_counts(const struct model_object *object)
{
	return object->counts != NULL ? object->counts : &nothing_counted;
}

struct model_counts *
model_counts_get(struct model_object *object)
{
	if (object->counts != NULL)
		return object->counts;
	object->counts = malloc(sizeof *object->counts);
	if (object->counts != NULL)
		*object->counts = nothing_counted;
	return object->counts;
}

/* Counts that are worth their memory. */
static int
counts_restore(struct model_object *object, const struct store_object *saved)
{
	static const struct snap_totals none;
	struct model_counts *counts;

	if (memcmp(&saved->totals, &none, sizeof none) == 0 && saved->throttled == 0 &&
	    saved->last_delivery == SNAP_NO_TIME)
		return 0;
	counts = model_counts_get(object);
	if (counts == NULL)
		return -1;
	counts->totals = saved->totals;
	counts->throttled = saved->throttled;
	counts->last_delivery = saved->last_delivery;
	return 0;
}

/* What a queue's name names: the name is cut at its first '/' (guide 5.4). */
struct parts {
	struct model_object *domain, *vmta; /* NULL: none, or no memory */
	bool whole;			    /* and they make the name again */
};

static struct parts
parts_of(struct model_server *server, const char *name, size_t len, struct moment now)
{
	const char *slash = memchr(name, '/', len);
	const size_t cut = slash != NULL ? (size_t)(slash - name) : len;
	struct parts parts = {0};

	parts.domain = model_object_get(server, STORE_DOMAIN, name, cut, now);
	if (slash != NULL)
		parts.vmta = model_object_get(server, STORE_VMTA, slash + 1, len - cut - 1, now);
	/* Further names than are told apart all share an object of another name. */
	parts.whole = parts.domain != NULL && model_is_named(parts.domain, name, cut) &&
		      (slash == NULL || (parts.vmta != NULL &&
					 model_is_named(parts.vmta, slash + 1, len - cut - 1)));
	return parts;
}

static struct model_object *
object_new(struct model_server *server, enum store_kind kind, const char *name, size_t len,
	   struct moment now)
{
	const struct parts parts =
		kind == STORE_QUEUE ? parts_of(server, name, len, now) : (struct parts){0};
	const size_t kept = parts.whole ? 0 : len;
	/* Not sizeof: names begin where others have padding. */
	struct model_object *object = calloc(1, offsetof(struct model_object, name) + kept + 1);

	if (object == NULL)
		return NULL;
	memcpy(object->name, name, kept);
	object->name_len = (uint8_t)len;
	object->kind = (uint8_t)kind;
	object->composed = parts.whole;
	if (kind == STORE_QUEUE) {
		object->domain = parts.domain;
		object->vmta = parts.vmta;
	}
	if (has_group(kind)) {
		object->group = calloc(1, sizeof *object->group);
		if (object->group == NULL) {
			free(object);
			return NULL;
		}
	}
	return object;
}

static void
restore(struct model_object *object, const struct store_object *saved)
{
	object->index = saved->index;
	object->last_active = model_wall_of(saved->last_active);
	object->discontinuity = model_wall_of(saved->discontinuity);
}

static struct model_object *
object_insert(struct model_server *server, enum store_kind kind, const char *name, size_t len,
	      const struct store_object *saved, struct moment now)
{
	struct model_object *object = object_new(server, kind, name, len, now);

	if (object == NULL)
		return NULL;
	restore(object, saved);
	object->empty = kind == STORE_PROVIDER || kind == STORE_VMTA ? MODEL_NEVER : 0;
	object->pinned = matches_pin(server, name);
	if (kind == STORE_CLASS)
		object->class_kind =
			(uint8_t)bounce_class_kind(&server->model->conf->bounces, name);
	if (counts_restore(object, saved) != 0 || model_set_add(&server->set[kind], object) != 0) {
		model_object_free(object);
		return NULL;
	}
	if (kind == STORE_QUEUE && object->domain != NULL)
		object->domain->uses++;
	if (kind == STORE_QUEUE && object->vmta != NULL)
		object->vmta->uses++;
	recall_bounces(server, object);
	if (kind == STORE_DOMAIN)
		model_provider_link(server, object, now);
	server->set[kind].version++;
	return object;
}

/* The index of a class that has a fixed one, or 0. */
static uint32_t
fixed_class(const char *name)
{
	if (strcmp(name, MODEL_CLASS_NONE_NAME) == 0)
		return MODEL_CLASS_NONE;
	if (strcmp(name, MODEL_OTHER_NAME) == 0)
		return MODEL_CLASS_OVERFLOW;
	return bounce_class_index(name);
}

/* Some classes have fixed indexes, other ones count up from 1000; all else counts up from 1. */
static int
recall(struct model_server *server, enum store_kind kind, const char *name,
       struct store_object *saved, bool *found)
{
	const uint32_t fixed = kind == STORE_CLASS ? fixed_class(name) : 0;
	const uint32_t first = kind != STORE_CLASS ? 1 : fixed > 0 ? 0 : MODEL_CLASS_CUSTOM;

	if (server->model->recall(server->model->recall_ctx, server->index, kind, name, first,
				  saved, found) != 0)
		return -1;
	if (fixed > 0)
		saved->index = fixed;
	return 0;
}

static struct model_object *
object_make(struct model_server *server, enum store_kind kind, const char *name, size_t len,
	    struct moment now)
{
	struct store_object saved = {0};
	struct model_object *object;
	bool found = false;

	if (recall(server, kind, name, &saved, &found) != 0)
		return NULL;
	if (!found) {
		saved.last_delivery = SNAP_NO_TIME;
		saved.discontinuity = now.wall_ms / 1000;
		saved.last_active = now.wall_ms / 1000;
	}
	object = object_insert(server, kind, name, len, &saved, now);
	if (object == NULL)
		return NULL;
	model_object_touch(server, object, now.wall_ms / 1000);
	if (!found)
		model_object_change(server, object);
	return object;
}

struct model_object *
model_object_get(struct model_server *server, enum store_kind kind, const char *name, size_t len,
		 struct moment now)
{
	const uint32_t most = kind == STORE_CLASS ? MODEL_CLASSES_MAX : MODEL_OBJECTS_MAX;
	const struct model_set *set = &server->set[kind];
	struct model_object *object = model_set_find(set, name, len);
	char clean[TEXT_MAX];

	/* Known names are clean: one that is found as it stands needs no cleaning. */
	if (object != NULL)
		return object;
	len = model_name_clean(clean, kind, name, len);
	if (len == 0)
		return NULL;
	object = model_set_find(set, clean, len);
	if (object == NULL && set->count >= most) {
		len = strlen(strcpy(clean, MODEL_OTHER_NAME));
		object = model_set_find(set, clean, len);
	}
	return object != NULL ? object : object_make(server, kind, clean, len, now);
}

void
model_restore(struct model_server *server, enum store_kind kind, const char *name,
	      const struct store_object *saved)
{
	const struct moment then = {.wall_ms = saved->last_active * 1000};
	const size_t len = strlen(name);

	if (len > 0 && len < TEXT_MAX && model_set_find(&server->set[kind], name, len) == NULL)
		object_insert(server, kind, name, len, saved, then);
}

void
model_object_touch(struct model_server *server, struct model_object *object, int64_t wall)
{
	if (wall > (int64_t)object->last_active + ACTIVE_STEP_S)
		object->dirty = server->set[object->kind].dirty = true;
	if (wall > object->last_active)
		object->last_active = model_wall_of(wall);
}

void
model_object_change(struct model_server *server, struct model_object *object)
{
	object->dirty = true;
	server->set[object->kind].dirty = true;
	server->set[object->kind].version++;
}

void
model_object_set_error(const struct model_server *server, struct model_object *object,
		       const char *text, int64_t wall)
{
	if (text == NULL) {
		shared_text_drop(object->error);
		object->error = NULL;
	} else if (object->error == NULL || strcmp(object->error, text) != 0) {
		const char *shared = shared_text_get(server->model->texts, text);

		if (shared == NULL)
			return;
		shared_text_drop(object->error);
		object->error = shared;
	}
	object->error_time = model_wall_of(wall);
}

/* Idle for row-retention, used by no queue, and safely in the store. */
static bool
is_expired(const struct model_server *server, const struct model_object *object, struct moment now)
{
	const int64_t idle = now.wall_ms / 1000 - object->last_active;
	const bool used = object->kind != STORE_QUEUE && object->uses > 0;

	return !used && !object->dirty && !window_is_dirty(object->window) &&
	       idle > (int64_t)server->model->conf->row_retention_s;
}

static void
object_unlink(struct model_object *object)
{
	const enum store_kind kind = (enum store_kind)object->kind;

	if (kind == STORE_QUEUE && object->domain != NULL)
		object->domain->uses--;
	if (kind == STORE_QUEUE && object->vmta != NULL)
		object->vmta->uses--;
	if (kind == STORE_DOMAIN && object->provider != NULL)
		object->provider->uses--;
	model_object_free(object);
}

void
model_objects_expire(struct model_server *server, enum store_kind kind, struct moment now,
		     model_gone_fn gone, void *ctx)
{
	struct model_set *set = &server->set[kind];
	struct model_object **order = model_set_order(set);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < set->count; i++) {
		if (is_expired(server, order[i], now)) {
			gone(ctx, server, order[i]);
			object_unlink(order[i]);
		} else {
			order[kept++] = order[i];
		}
	}
	if (kept == set->count)
		return;
	set->count = kept;
	set->version++;
	model_set_rehash(set);
}

bool
model_listed(const struct model_server *server, const struct model_object *object,
	     struct moment now)
{
	const enum doc_list_kind kind = model_list_of((enum store_kind)object->kind);

	return object->generation != 0 && object->generation == server->list[kind].generation &&
	       model_list_fresh(server, kind, now);
}

uint32_t
model_level(const struct model_server *server, const struct model_object *object, uint32_t value,
	    struct moment now)
{
	const enum doc_list_kind kind = model_list_of((enum store_kind)object->kind);

	if (!model_list_fresh(server, kind, now))
		return SNAP_NONE32;
	if (object->generation == server->list[kind].generation)
		return value;
	return server->list[kind].complete ? 0 : SNAP_NONE32;
}

uint32_t
model_level_most(const struct model_server *server, const struct model_object *object,
		 struct moment now)
{
	const enum doc_list_kind kind = model_list_of((enum store_kind)object->kind);
	const struct model_list *list = &server->list[kind];

	if (model_list_fresh(server, kind, now) && object->generation != list->generation)
		return list->complete ? 0 : list->unlisted_most;
	return model_level(server, object, object->recipients, now);
}
