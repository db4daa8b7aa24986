/* SPDX-License-Identifier: BSD-2-Clause */
#include "snap_pack.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "snap_row.h"
#include "varint.h"

/* Texts of a pack that are found again by where they came from, one for each hash of that: what
 * rows have alike, they mostly have from the same place. */
#define RECENT 512u
#define TOTALS_COUNT (sizeof(struct snap_totals) / sizeof(uint64_t))
/* Of a row, but for its texts: a mask, numbers, and those of totals behind a mask of their own. */
#define ROW_MAX (sizeof(uint32_t) + SNAP_FIELDS_MAX * (1 + TOTALS_COUNT * VARINT_MAX))

_Static_assert(TOTALS_COUNT == 8, "a byte has a bit for each of the totals");

/* One piece of memory: this, a row without any value, keys, beginnings of rows, rows, texts. */
struct snap_pack {
	const struct snap_shape *shape;
	size_t size;
	uint32_t count;
	uint32_t fields; /* those that some row has: the masks of all together */
	int64_t time;	 /* what times are told from: one of them */
	const void *usual;
	const uint32_t *keys, *starts;
	const uint8_t *rows;
	const char *texts;
};

/* Bytes that grow. */
struct buffer {
	uint8_t *bytes;
	size_t len, room;
};

struct snap_packer {
	const struct snap_shape *shape;
	struct buffer usual, keys, starts, rows, texts;
	int64_t time;
	uint32_t count, fields;
	uint32_t packs; /* made before this one: what is found again must be of this one */
	bool failed;
	struct {
		const char *from;
		uint32_t at, pack;
	} recent[RECENT];
};

size_t
snap_pack_size(const struct snap_pack *pack)
{
	return pack->size;
}

uint32_t
snap_pack_count(const struct snap_pack *pack)
{
	return pack->count;
}

const uint32_t *
snap_pack_keys(const struct snap_pack *pack)
{
	return pack->keys;
}

uint32_t
snap_pack_key_len(const struct snap_pack *pack)
{
	return pack->shape->key_len;
}

static bool
reserve(struct buffer *buffer, size_t more)
{
	size_t room = buffer->room > 0 ? buffer->room : 1024;
	uint8_t *grown;

	while (room - buffer->len < more)
		room *= 2;
	if (room == buffer->room)
		return true;
	grown = realloc(buffer->bytes, room);
	if (grown == NULL)
		return false;
	buffer->bytes = grown;
	buffer->room = room;
	return true;
}

static bool
append(struct buffer *buffer, const void *bytes, size_t len)
{
	if (!reserve(buffer, len))
		return false;
	memcpy(buffer->bytes + buffer->len, bytes, len);
	buffer->len += len;
	return true;
}

/* Where the text is among those of this pack; put there if need be. */
static uint32_t
text_at(struct snap_packer *packer, const char *text)
{
	const uintptr_t hash = (uintptr_t)text >> 4;
	const uint32_t at = (uint32_t)packer->texts.len;
	const uint32_t place = (uint32_t)(hash ^ hash >> 9) % RECENT;

	/* What lay at a place may have given way to something else meanwhile. */
	if (packer->recent[place].from == text && packer->recent[place].pack == packer->packs &&
	    strcmp((const char *)packer->texts.bytes + packer->recent[place].at, text) == 0)
		return packer->recent[place].at;
	packer->recent[place].from = text;
	packer->recent[place].pack = packer->packs;
	packer->recent[place].at = at;
	if (!append(&packer->texts, text, strlen(text) + 1)) {
		packer->failed = true;
		packer->recent[place].from = NULL;
	}
	return at;
}

static uint8_t *
put_totals(uint8_t *to, const struct snap_totals *totals)
{
	uint64_t numbers[TOTALS_COUNT];
	uint8_t *mask = to++;

	memcpy(numbers, totals, sizeof numbers);
	*mask = 0;
	for (unsigned i = 0; i < TOTALS_COUNT; i++) {
		if (numbers[i] == 0)
			continue;
		*mask |= (uint8_t)(1u << i);
		to = varint_put(to, numbers[i]);
	}
	return to;
}

static const uint8_t *
get_totals(const uint8_t *from, struct snap_totals *totals)
{
	uint64_t numbers[TOTALS_COUNT] = {0};
	const uint8_t mask = *from++;

	for (unsigned i = 0; i < TOTALS_COUNT; i++) {
		if ((mask & 1u << i) != 0)
			from = varint_get(from, &numbers[i]);
	}
	memcpy(totals, numbers, sizeof numbers);
	return from;
}

static const struct snap_totals unknown_totals = {
	SNAP_NONE64, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64,
	SNAP_NONE64, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64,
};

/* True if the field has the value that takes no room. */
static bool
is_usual(enum snap_field_kind kind, const void *field)
{
	switch (kind) {
	case SNAP_FIELD_U8:
		return *(const uint8_t *)field == 0;
	case SNAP_FIELD_U16:
		return *(const uint16_t *)field == 0;
	case SNAP_FIELD_U32:
		return *(const uint32_t *)field == 0;
	case SNAP_FIELD_U64:
		return *(const uint64_t *)field == 0;
	case SNAP_FIELD_LEVEL:
		return *(const uint32_t *)field == SNAP_NONE32;
	case SNAP_FIELD_RATE:
		return *(const int32_t *)field == SNAP_NONE_RATE;
	case SNAP_FIELD_TIME:
		return *(const int64_t *)field == SNAP_NO_TIME;
	case SNAP_FIELD_TEXT:
		return *(const char *const *)field == NULL;
	case SNAP_FIELD_TOTALS:
		break;
	}
	return memcmp(field, &unknown_totals, sizeof unknown_totals) == 0;
}

/* Times of a table are near each other. */
static uint64_t
time_from(struct snap_packer *packer, int64_t time)
{
	if (packer->time == SNAP_NO_TIME)
		packer->time = time;
	return varint_fold(time - packer->time);
}

static uint8_t *
put_field(struct snap_packer *packer, uint8_t *to, enum snap_field_kind kind, const void *field)
{
	switch (kind) {
	case SNAP_FIELD_U8:
		return varint_put(to, *(const uint8_t *)field);
	case SNAP_FIELD_U16:
		return varint_put(to, *(const uint16_t *)field);
	case SNAP_FIELD_U32:
	case SNAP_FIELD_LEVEL:
		return varint_put(to, *(const uint32_t *)field);
	case SNAP_FIELD_U64:
		return varint_put(to, *(const uint64_t *)field);
	case SNAP_FIELD_RATE:
		return varint_put(to, varint_fold(*(const int32_t *)field));
	case SNAP_FIELD_TIME:
		return varint_put(to, time_from(packer, *(const int64_t *)field));
	case SNAP_FIELD_TEXT:
		return varint_put(to, text_at(packer, *(const char *const *)field));
	case SNAP_FIELD_TOTALS:
		break;
	}
	return put_totals(to, field);
}

static void
set_usual(enum snap_field_kind kind, void *field)
{
	switch (kind) {
	case SNAP_FIELD_U8:
		*(uint8_t *)field = 0;
		break;
	case SNAP_FIELD_U16:
		*(uint16_t *)field = 0;
		break;
	case SNAP_FIELD_U32:
		*(uint32_t *)field = 0;
		break;
	case SNAP_FIELD_U64:
		*(uint64_t *)field = 0;
		break;
	case SNAP_FIELD_LEVEL:
		*(uint32_t *)field = SNAP_NONE32;
		break;
	case SNAP_FIELD_RATE:
		*(int32_t *)field = SNAP_NONE_RATE;
		break;
	case SNAP_FIELD_TIME:
		*(int64_t *)field = SNAP_NO_TIME;
		break;
	case SNAP_FIELD_TEXT:
		*(const char **)field = NULL;
		break;
	case SNAP_FIELD_TOTALS:
		*(struct snap_totals *)field = unknown_totals;
		break;
	}
}

static const uint8_t *
get_field(const struct snap_pack *pack, const uint8_t *from, enum snap_field_kind kind, void *field)
{
	uint64_t number;

	if (kind == SNAP_FIELD_TOTALS)
		return get_totals(from, field);
	from = varint_get(from, &number);
	switch (kind) {
	case SNAP_FIELD_U8:
		*(uint8_t *)field = (uint8_t)number;
		break;
	case SNAP_FIELD_U16:
		*(uint16_t *)field = (uint16_t)number;
		break;
	case SNAP_FIELD_U64:
		*(uint64_t *)field = number;
		break;
	case SNAP_FIELD_RATE:
		*(int32_t *)field = (int32_t)varint_unfold(number);
		break;
	case SNAP_FIELD_TIME:
		*(int64_t *)field = pack->time + varint_unfold(number);
		break;
	case SNAP_FIELD_TEXT:
		*(const char **)field = pack->texts + number;
		break;
	default:
		*(uint32_t *)field = (uint32_t)number;
		break;
	}
	return from;
}

/* The bit in the masks of the field at an offset, which may be within totals; 0 if there is none,
 * or none that is not set only where there is no value. */
static uint32_t
bit_at(const struct snap_shape *shape, size_t offset)
{
	for (uint32_t i = 0; i < shape->field_count; i++) {
		const struct snap_field *field = &shape->fields[i];
		const size_t behind = offset - field->offset;

		if (behind == 0 || (field->kind == SNAP_FIELD_TOTALS && offset > field->offset &&
				    behind < sizeof(struct snap_totals)))
			return field->kind == SNAP_FIELD_U64 ? 0 : 1u << i;
	}
	return 0;
}

uint32_t
snap_pack_skip(const struct snap_pack *pack, uint32_t at, size_t offset)
{
	const uint32_t bit = bit_at(pack->shape, offset);
	uint32_t mask;

	if (bit == 0)
		return at;
	if ((pack->fields & bit) == 0)
		return pack->count;
	for (; at < pack->count; at++) {
		memcpy(&mask, pack->rows + pack->starts[at], sizeof mask);
		if ((mask & bit) != 0)
			break;
	}
	return at;
}

void
snap_pack_read(const struct snap_pack *pack, uint32_t at, void *row)
{
	const struct snap_shape *shape = pack->shape;
	const uint8_t *from = pack->rows + pack->starts[at];
	uint32_t mask;

	memcpy(row, pack->usual, shape->row_size);
	memcpy(row, pack->keys + at * shape->key_len, shape->key_len * sizeof *pack->keys);
	memcpy(&mask, from, sizeof mask);
	from += sizeof mask;
	for (; mask != 0; mask &= mask - 1) {
		const struct snap_field *field = &shape->fields[__builtin_ctz(mask)];

		from = get_field(pack, from, (enum snap_field_kind)field->kind,
				 (char *)row + field->offset);
	}
}

struct snap_packer *
snap_packer_new(const struct snap_shape *shape)
{
	struct snap_packer *packer = calloc(1, sizeof *packer);

	if (packer == NULL || !reserve(&packer->usual, shape->row_size)) {
		free(packer);
		return NULL;
	}
	packer->shape = shape;
	packer->time = SNAP_NO_TIME;
	packer->usual.len = shape->row_size;
	memset(packer->usual.bytes, 0, shape->row_size);
	for (uint32_t i = 0; i < shape->field_count; i++)
		set_usual((enum snap_field_kind)shape->fields[i].kind,
			  packer->usual.bytes + shape->fields[i].offset);
	return packer;
}

void
snap_packer_free(struct snap_packer *packer)
{
	if (packer == NULL)
		return;
	free(packer->usual.bytes);
	free(packer->keys.bytes);
	free(packer->starts.bytes);
	free(packer->rows.bytes);
	free(packer->texts.bytes);
	free(packer);
}

uint32_t
snap_packer_count(const struct snap_packer *packer)
{
	return packer->count;
}

static void
put_row(struct snap_packer *packer, const void *row)
{
	const struct snap_shape *shape = packer->shape;
	uint8_t *begin = packer->rows.bytes + packer->rows.len, *to = begin + sizeof(uint32_t);
	uint32_t mask = 0;

	for (uint32_t i = 0; i < shape->field_count; i++) {
		const enum snap_field_kind kind = (enum snap_field_kind)shape->fields[i].kind;
		const void *field = (const char *)row + shape->fields[i].offset;

		if (is_usual(kind, field))
			continue;
		mask |= 1u << i;
		to = put_field(packer, to, kind, field);
	}
	memcpy(begin, &mask, sizeof mask);
	packer->fields |= mask;
	packer->rows.len += (size_t)(to - begin);
}

void
snap_packer_add(struct snap_packer *packer, const void *row)
{
	const uint32_t start = (uint32_t)packer->rows.len;

	if (packer->failed || !reserve(&packer->rows, ROW_MAX) ||
	    !append(&packer->keys, row, packer->shape->key_len * sizeof(uint32_t)) ||
	    !append(&packer->starts, &start, sizeof start)) {
		packer->failed = true;
		return;
	}
	put_row(packer, row);
	packer->count++;
}

/* Copies what a buffer has; what is aligned stays so. Returns what is behind. */
static char *
copy(const struct buffer *buffer, char *to)
{
	if (buffer->len > 0)
		memcpy(to, buffer->bytes, buffer->len);
	return to + buffer->len;
}

static void
begin_anew(struct snap_packer *packer)
{
	packer->keys.len = packer->starts.len = packer->rows.len = packer->texts.len = 0;
	packer->count = packer->fields = 0;
	packer->time = SNAP_NO_TIME;
	packer->failed = false;
	packer->packs++;
}

struct snap_pack *
snap_packer_finish(struct snap_packer *packer)
{
	const size_t size = sizeof(struct snap_pack) + packer->usual.len + packer->keys.len +
			    packer->starts.len + packer->rows.len + packer->texts.len;
	struct snap_pack *pack = packer->failed ? NULL : malloc(size);
	char *to = (char *)(pack + 1);

	if (pack != NULL) {
		pack->shape = packer->shape;
		pack->size = size;
		pack->count = packer->count;
		pack->fields = packer->fields;
		pack->time = packer->time;
		pack->usual = to;
		to = copy(&packer->usual, to);
		pack->keys = (const uint32_t *)(void *)to;
		to = copy(&packer->keys, to);
		pack->starts = (const uint32_t *)(void *)to;
		to = copy(&packer->starts, to);
		pack->rows = (const uint8_t *)to;
		to = copy(&packer->rows, to);
		pack->texts = to;
		copy(&packer->texts, to);
	}
	begin_anew(packer);
	return pack;
}
