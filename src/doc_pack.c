/* SPDX-License-Identifier: BSD-2-Clause */
#include "doc_pack.h"

#include <stdlib.h>
#include <string.h>

#include "varint.h"

/* Large enough to be memory of its own, which the allocator gives back when it is freed. */
#define BLOCK_BITS 19U
#define BLOCK_BYTES ((size_t)1 << BLOCK_BITS)
#define BLOCKS_MAX ((size_t)1 << (31 - BLOCK_BITS))
/* What an item takes at most beside its error: its name, its state, nine numbers. */
#define ITEM_MAX (TEXT_MAX + 1 + 9 * 10)
/* Errors that are remembered: one for each hash, so that none is ever looked for. */
#define RECENT 256U
/* The state of an item that was dropped; no other has it. */
#define DROPPED '\xFF'

struct block {
	int64_t base; /* the first time in it: others are told by how far they are from it */
	size_t used;  /* items, from the front */
	size_t texts; /* errors, from here to the end */
	char bytes[BLOCK_BYTES];
};

struct doc_pack {
	struct block **blocks;
	size_t count, room;
	size_t freed; /* of these, the first */
	struct doc_cursor taken;
	uint32_t recent[RECENT]; /* errors of the newest block, by their distance from its end */
};

struct doc_pack *
doc_pack_new(void)
{
	return calloc(1, sizeof(struct doc_pack));
}

void
doc_pack_free(struct doc_pack *pack)
{
	if (pack == NULL)
		return;
	for (size_t i = pack->freed; i < pack->count; i++)
		free(pack->blocks[i]);
	free(pack->blocks);
	free(pack);
}

static int
grow(struct doc_pack *pack)
{
	const size_t room = pack->room == 0 ? 8 : pack->room * 2;
	struct block **blocks;

	if (pack->count < pack->room)
		return 0;
	blocks = pack->count < BLOCKS_MAX ? realloc(pack->blocks, room * sizeof(*blocks)) : NULL;
	if (blocks == NULL)
		return -1;
	pack->blocks = blocks;
	pack->room = room;
	return 0;
}

static struct block *
add_block(struct doc_pack *pack)
{
	struct block *block = grow(pack) == 0 ? malloc(sizeof(*block)) : NULL;

	if (block == NULL)
		return NULL;
	block->base = SNAP_NO_TIME;
	block->used = 0;
	block->texts = BLOCK_BYTES;
	memset(pack->recent, 0, sizeof(pack->recent));
	pack->blocks[pack->count++] = block;
	return block;
}

/* The block for an item with this error: the newest one, if it has room. */
static struct block *
block_for(struct doc_pack *pack, const char *error)
{
	const size_t need = ITEM_MAX + (error != NULL ? strlen(error) + 1 : 0);
	struct block *newest = pack->count > 0 ? pack->blocks[pack->count - 1] : NULL;

	return newest != NULL && newest->texts - newest->used >= need ? newest : add_block(pack);
}

static char *
put_number(char *at, uint64_t number)
{
	return (char *)varint_put((uint8_t *)at, number);
}

static uint64_t
get_number(const char **at)
{
	uint64_t number;

	*at = (const char *)varint_get((const uint8_t *)*at, &number);
	return number;
}

/* An absent level is the largest number: with one added it is 0, the shortest. */
static char *
put_level(char *at, uint32_t level)
{
	return put_number(at, (uint32_t)(level + 1));
}

static uint32_t
get_level(const char **at)
{
	return (uint32_t)get_number(at) - 1;
}

/* A time is 0 if it is absent, else told by its distance from the base. */
static char *
put_time(char *at, struct block *block, int64_t time)
{
	if (time == SNAP_NO_TIME)
		return put_number(at, 0);
	if (block->base == SNAP_NO_TIME)
		block->base = time;
	return put_number(at, varint_fold(time - block->base) + 1);
}

static int64_t
get_time(const char **at, const struct block *block)
{
	const uint64_t number = get_number(at);

	return number > 0 ? block->base + varint_unfold(number - 1) : SNAP_NO_TIME;
}

/* Returns how far from the block's end the text stands, 0 for none. */
static uint32_t
place_text(struct doc_pack *pack, struct block *block, const char *text)
{
	uint32_t *recent;
	size_t size;

	if (text == NULL)
		return 0;
	size = strlen(text) + 1;
	recent = &pack->recent[text_hash(text, size, 0) % RECENT];
	if (*recent != 0 && strcmp(block->bytes + BLOCK_BYTES - *recent, text) == 0)
		return *recent;
	block->texts -= size;
	memcpy(block->bytes + block->texts, text, size);
	*recent = (uint32_t)(BLOCK_BYTES - block->texts);
	return *recent;
}

int
doc_pack_add(struct doc_pack *pack, const struct doc_item *item)
{
	struct block *block = block_for(pack, item->error);
	char *at;

	if (block == NULL)
		return -1;
	at = stpcpy(block->bytes + block->used, item->name) + 1;
	*at++ = (char)(item->paused | item->mode << 2 | item->wait_reason << 4);
	at = put_level(at, item->rcp);
	at = put_level(at, item->kb);
	at = put_level(at, item->conn);
	at = put_level(at, item->dom);
	at = put_level(at, item->share);
	at = put_number(at, item->reply_code);
	at = put_number(at, place_text(pack, block, item->error));
	at = put_time(at, block, item->error_time);
	at = put_time(at, block, item->retry_time);
	block->used = (size_t)(at - block->bytes);
	return 0;
}

/* Reads the item at *at, and sets it to the next. Returns false if it was dropped. */
static bool
read_item(const struct block *block, size_t *at, struct doc_item *item)
{
	const char *next = block->bytes + *at;
	unsigned char state;
	uint64_t text;

	item->name = next;
	next += strlen(next) + 1;
	state = (unsigned char)*next++;
	item->paused = state & 3;
	item->mode = state >> 2 & 3;
	item->wait_reason = state >> 4;
	item->rcp = get_level(&next);
	item->kb = get_level(&next);
	item->conn = get_level(&next);
	item->dom = get_level(&next);
	item->share = get_level(&next);
	item->reply_code = (uint16_t)get_number(&next);
	text = get_number(&next);
	item->error = text > 0 ? block->bytes + BLOCK_BYTES - text : NULL;
	item->error_time = get_time(&next, block);
	item->retry_time = get_time(&next, block);
	*at = (size_t)(next - block->bytes);
	return state != (unsigned char)DROPPED;
}

bool
doc_pack_next(const struct doc_pack *pack, struct doc_cursor *cursor, struct doc_item *item)
{
	for (; cursor->block < pack->count; cursor->block++, cursor->at = 0) {
		while (cursor->at < pack->blocks[cursor->block]->used) {
			if (read_item(pack->blocks[cursor->block], &cursor->at, item))
				return true;
		}
	}
	return false;
}

size_t
doc_pack_size(const struct doc_pack *pack)
{
	return (pack->count - pack->freed) * sizeof(struct block);
}

uint32_t
doc_pack_place(const struct doc_pack *pack, const struct doc_cursor *cursor,
	       const struct doc_item *item)
{
	const struct block *block = pack->blocks[cursor->block];

	return (uint32_t)(cursor->block << BLOCK_BITS) | (uint32_t)(item->name - block->bytes);
}

uint32_t
doc_pack_end(const struct doc_pack *pack)
{
	return (uint32_t)(pack->count << BLOCK_BITS);
}

const char *
doc_pack_name(const struct doc_pack *pack, uint32_t place)
{
	return pack->blocks[place >> BLOCK_BITS]->bytes + place % BLOCK_BYTES;
}

void
doc_pack_drop(struct doc_pack *pack, uint32_t place)
{
	char *name = pack->blocks[place >> BLOCK_BITS]->bytes + place % BLOCK_BYTES;

	name[strlen(name) + 1] = DROPPED;
}

bool
doc_pack_take(struct doc_pack *pack, struct doc_item *item)
{
	const bool found = doc_pack_next(pack, &pack->taken, item);

	for (; pack->freed < pack->taken.block; pack->freed++)
		free(pack->blocks[pack->freed]);
	return found;
}
