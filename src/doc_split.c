/* SPDX-License-Identifier: BSD-2-Clause */
#include "doc_split.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "doc_json.h"
#include "doc_scan.h"

#define ITEM_MAX ((size_t)256 << 10)
#define SKELETON_MAX ((size_t)64 << 10)
#define KEY_MAX 64U
#define HEAD_MAX 64U

/* Where the next byte belongs. Every state has a function that takes at least one byte or changes
 * the state, and returns how far it came, or NULL. */
enum place {
	PLACE_START,	      /* before the document's '{' */
	PLACE_FOREIGN,	      /* in something that is no JSON: gathering how it begins */
	PLACE_SKELETON,	      /* in the root or in "data", outside of texts */
	PLACE_TEXT,	      /* in a key or text there */
	PLACE_LIST,	      /* between the items of the list */
	PLACE_CAPTURE,	      /* in an object or array that is cut out */
	PLACE_CAPTURE_TEXT,   /* in a text there */
	PLACE_CAPTURE_SCALAR, /* in an item that is a bare number or word */
	PLACE_END	      /* behind the document's '}' */
};

enum list_place { LIST_OPENED, LIST_ITEM_DONE, LIST_COMMA };

struct doc_split {
	const char *plural, *singular;
	doc_split_fn fn;
	void *ctx;
	enum place place;
	enum list_place list_place;
	struct buffer skeleton, item;
	struct doc_scan scan;
	unsigned base; /* depth outside of what is being cut out */
	bool keep;     /* what is being cut out is an item */
	bool in_list;  /* ... of the list's array */
	bool key_next; /* a text here would be a key */
	bool in_key;
	char key[KEY_MAX];   /* last key with its quotes, as it stands */
	size_t key_len;	     /* KEY_MAX: too long to be one we know */
	char head[HEAD_MAX]; /* of something foreign */
	size_t head_len;
	unsigned bom; /* bytes of a byte order mark seen */
	uint64_t offset, items;
};

struct doc_split *
doc_split_new(const char *plural, const char *singular, doc_split_fn fn, void *ctx)
{
	struct doc_split *split = calloc(1, sizeof(*split));

	if (split == NULL)
		return NULL;
	split->plural = plural;
	split->singular = singular;
	split->fn = fn;
	split->ctx = ctx;
	split->skeleton.max = SKELETON_MAX;
	split->item.max = ITEM_MAX;
	return split;
}

void
doc_split_free(struct doc_split *split)
{
	if (split == NULL)
		return;
	buffer_free(&split->skeleton);
	buffer_free(&split->item);
	free(split);
}

static int
put_skeleton(struct doc_split *split, const char *bytes, size_t len, struct doc_error *error)
{
	if (buffer_put(&split->skeleton, bytes, len) == 0)
		return 0;
	if (errno == ENOMEM)
		return doc_error_set(error, DOC_ERROR_MEMORY, "found no memory");
	return doc_error_set(error, DOC_ERROR_LIMIT, "has over %zu KiB beside its list",
			     SKELETON_MAX >> 10);
}

static int
put_capture(struct doc_split *split, const char *bytes, size_t len, struct doc_error *error)
{
	if (!split->keep || buffer_put(&split->item, bytes, len) == 0)
		return 0;
	if (errno == ENOMEM)
		return doc_error_set(error, DOC_ERROR_MEMORY, "found no memory");
	return doc_error_set(error, DOC_ERROR_LIMIT, "has over %zu KiB in item %llu of its list",
			     ITEM_MAX >> 10, (unsigned long long)split->items + 1);
}

/* Refuses the byte that stands `ahead` bytes behind the place reached. */
static const char *
unexpected(const struct doc_split *split, char byte, size_t ahead, struct doc_error *error)
{
	doc_error_set(error, DOC_ERROR_SYNTAX, "is not valid JSON: unexpected '%c' at byte %llu",
		      byte, (unsigned long long)(split->offset + ahead));
	return NULL;
}

static int
open_bracket(struct doc_split *split, char bracket, struct doc_error *error)
{
	if (doc_scan_open(&split->scan, bracket) == 0)
		return 0;
	return doc_error_set(error, DOC_ERROR_LIMIT, "is nested deeper than %u levels",
			     DOC_SCAN_DEPTH_MAX);
}

static bool
key_is(const struct doc_split *split, const char *name)
{
	size_t len = strlen(name);

	return split->key_len == len && memcmp(split->key, name, len) == 0;
}

/* A key may be written with escapes ("\u0064ata"): cJSON knows them all. */
static void
end_key(struct doc_split *split)
{
	const char *name;
	cJSON *text;

	if (split->key_len == KEY_MAX)
		return;
	/* From here on the key stands without its quotes. */
	text = cJSON_ParseWithLength(split->key, split->key_len);
	name = cJSON_GetStringValue(text);
	split->key_len = name == NULL ? KEY_MAX : strlen(name);
	if (name != NULL)
		memcpy(split->key, name, split->key_len);
	cJSON_Delete(text);
}

static int
end_capture(struct doc_split *split, struct doc_error *error)
{
	split->place = split->in_list ? PLACE_LIST : PLACE_SKELETON;
	split->list_place = LIST_ITEM_DONE;
	if (!split->keep)
		return 0;
	split->items++;
	if (split->fn(split->ctx, split->item.bytes, split->item.len, error) != 0)
		return -1;
	split->item.len = 0;
	return 0;
}

static const char *
take_foreign(struct doc_split *split, const char *at, const char *end, struct doc_error *error)
{
	size_t len = HEAD_MAX - split->head_len;

	if (len > (size_t)(end - at))
		len = (size_t)(end - at);
	memcpy(split->head + split->head_len, at, len);
	split->head_len += len;
	if (split->head_len < HEAD_MAX)
		return at + len;
	doc_error_foreign(error, split->head, split->head_len);
	return NULL;
}

static const char *
take_start(struct doc_split *split, const char *at, const char *end, struct doc_error *error)
{
	static const char bom[3] = "\xEF\xBB\xBF";

	(void)end;
	if (split->bom < 3 && split->offset == split->bom && *at == bom[split->bom]) {
		split->bom++;
		return at + 1;
	}
	if (doc_json_blank(*at))
		return at + 1;
	if (*at != '{' || split->bom % 3 != 0) {
		split->place = PLACE_FOREIGN;
		return at;
	}
	split->place = PLACE_SKELETON;
	split->key_next = true;
	if (open_bracket(split, '{', error) != 0 || put_skeleton(split, at, 1, error) != 0)
		return NULL;
	return at + 1;
}

/* A bracket where a value belongs: "data" is entered, the list is cut up, all else is dropped. */
static const char *
open_value(struct doc_split *split, const char *at, struct doc_error *error)
{
	bool array = *at == '[';
	bool list = split->scan.depth == 2 &&
		    (key_is(split, split->plural) || key_is(split, split->singular));

	if (split->key_next)
		return unexpected(split, *at, 0, error);
	if (split->scan.depth == 1 && !array && key_is(split, "data")) {
		split->key_next = true;
		if (open_bracket(split, *at, error) != 0 || put_skeleton(split, at, 1, error) != 0)
			return NULL;
		return at + 1;
	}
	if (put_skeleton(split, array ? "[]" : "{}", 2, error) != 0)
		return NULL;
	split->keep = list && !array;
	split->in_list = list && array;
	split->list_place = LIST_OPENED;
	split->base = split->scan.depth;
	split->place = split->in_list ? PLACE_LIST : PLACE_CAPTURE;
	if (open_bracket(split, *at, error) != 0 || put_capture(split, at, 1, error) != 0)
		return NULL;
	return at + 1;
}

static const char *
take_skeleton(struct doc_split *split, const char *at, const char *end, struct doc_error *error)
{
	(void)end;
	switch (*at) {
	case '{':
	case '[':
		return open_value(split, at, error);
	case ']':
		return unexpected(split, *at, 0, error);
	case '}':
		doc_scan_close(&split->scan, *at);
		split->place = split->scan.depth == 0 ? PLACE_END : PLACE_SKELETON;
		split->key_next = false;
		break;
	case '"':
		split->place = PLACE_TEXT;
		split->in_key = split->key_next;
		if (split->in_key) {
			split->key[0] = '"';
			split->key_len = 1;
		}
		break;
	case ':':
	case ',':
		split->key_next = *at == ',';
		break;
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		/* One blank of many is kept: it may be all that parts two wrong tokens. */
		if (doc_json_blank(split->skeleton.bytes[split->skeleton.len - 1]))
			return at + 1;
		break;
	default:
		break;
	}
	return put_skeleton(split, at, 1, error) == 0 ? at + 1 : NULL;
}

static const char *
take_text(struct doc_split *split, const char *at, const char *end, struct doc_error *error)
{
	bool done;
	const char *stop = doc_scan_text(&split->scan, at, end, &done);
	size_t len = (size_t)(stop - at);

	if (put_skeleton(split, at, len, error) != 0)
		return NULL;
	if (done)
		split->place = PLACE_SKELETON;
	if (!split->in_key)
		return stop;
	if (len < KEY_MAX - split->key_len) {
		memcpy(split->key + split->key_len, at, len);
		split->key_len += len;
	} else {
		split->key_len = KEY_MAX;
	}
	if (done)
		end_key(split);
	return stop;
}

static const char *
take_list(struct doc_split *split, const char *at, const char *end, struct doc_error *error)
{
	(void)end;
	if (doc_json_blank(*at))
		return at + 1;
	if (*at == ']' && split->list_place != LIST_COMMA) {
		doc_scan_close(&split->scan, *at);
		split->place = PLACE_SKELETON;
		return at + 1;
	}
	if (*at == ',' && split->list_place == LIST_ITEM_DONE) {
		split->list_place = LIST_COMMA;
		return at + 1;
	}
	if (split->list_place == LIST_ITEM_DONE || memchr(",:]}", *at, 4) != NULL)
		return unexpected(split, *at, 0, error);
	split->keep = true;
	split->base = split->scan.depth;
	split->place = PLACE_CAPTURE_SCALAR;
	if (*at == '"')
		split->place = PLACE_CAPTURE_TEXT;
	if (*at == '{' || *at == '[') {
		split->place = PLACE_CAPTURE;
		if (open_bracket(split, *at, error) != 0)
			return NULL;
	}
	return put_capture(split, at, 1, error) == 0 ? at + 1 : NULL;
}

static const char *
take_capture(struct doc_split *split, const char *at, const char *end, struct doc_error *error)
{
	const char *stop = doc_scan_mark(at, end);
	bool over = false;

	while (stop < end && !over && split->place == PLACE_CAPTURE) {
		if (*stop == '"') {
			stop = doc_scan_text(&split->scan, stop + 1, end, &over);
			split->place = over ? PLACE_CAPTURE : PLACE_CAPTURE_TEXT;
			over = false;
		} else if (*stop == '{' || *stop == '[') {
			if (open_bracket(split, *stop++, error) != 0)
				return NULL;
		} else {
			if (doc_scan_close(&split->scan, *stop) != 0)
				return unexpected(split, *stop, (size_t)(stop - at), error);
			over = split->scan.depth == split->base;
			stop++;
		}
		stop = over ? stop : doc_scan_mark(stop, end);
	}
	if (put_capture(split, at, (size_t)(stop - at), error) != 0)
		return NULL;
	return over && end_capture(split, error) != 0 ? NULL : stop;
}

static const char *
take_capture_text(struct doc_split *split, const char *at, const char *end, struct doc_error *error)
{
	bool done;
	const char *stop = doc_scan_text(&split->scan, at, end, &done);

	if (put_capture(split, at, (size_t)(stop - at), error) != 0)
		return NULL;
	if (!done)
		return stop;
	split->place = PLACE_CAPTURE;
	if (split->scan.depth == split->base && end_capture(split, error) != 0)
		return NULL;
	return stop;
}

static const char *
take_capture_scalar(struct doc_split *split, const char *at, const char *end,
		    struct doc_error *error)
{
	const char *stop = at;

	while (stop < end && !doc_json_blank(*stop) && *stop != ',' && *stop != ']')
		stop++;
	if (put_capture(split, at, (size_t)(stop - at), error) != 0)
		return NULL;
	if (stop < end && end_capture(split, error) != 0)
		return NULL;
	return stop;
}

static const char *
take_end(struct doc_split *split, const char *at, const char *end, struct doc_error *error)
{
	(void)end;
	if (doc_json_blank(*at))
		return at + 1;
	doc_error_set(error, DOC_ERROR_SYNTAX, "goes on behind its end: '%c' at byte %llu", *at,
		      (unsigned long long)split->offset);
	return NULL;
}

int
doc_split_feed(struct doc_split *split, const char *bytes, size_t len, struct doc_error *error)
{
	static const char *(*const take[])(struct doc_split *, const char *, const char *,
					   struct doc_error *) = {
		[PLACE_START] = take_start,
		[PLACE_FOREIGN] = take_foreign,
		[PLACE_SKELETON] = take_skeleton,
		[PLACE_TEXT] = take_text,
		[PLACE_LIST] = take_list,
		[PLACE_CAPTURE] = take_capture,
		[PLACE_CAPTURE_TEXT] = take_capture_text,
		[PLACE_CAPTURE_SCALAR] = take_capture_scalar,
		[PLACE_END] = take_end,
	};
	const char *at = bytes, *end, *next;

	if (len == 0)
		return 0;
	for (end = bytes + len; at < end; at = next) {
		next = take[split->place](split, at, end, error);
		if (next == NULL)
			return -1;
		split->offset += (uint64_t)(next - at);
	}
	return 0;
}

char *
doc_split_finish(struct doc_split *split, size_t *len, struct doc_error *error)
{
	if (split->place == PLACE_END) {
		*len = split->skeleton.len;
		return split->skeleton.bytes;
	}
	if (split->place == PLACE_START || split->place == PLACE_FOREIGN)
		doc_error_foreign(error, split->head, split->head_len);
	else
		doc_error_set(error, DOC_ERROR_SYNTAX,
			      "breaks off after %llu bytes: incomplete JSON",
			      (unsigned long long)split->offset);
	return NULL;
}
