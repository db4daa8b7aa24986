/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A small table costs one small block; a big one costs few calls to the system. */
#define BLOCK_FIRST ((size_t)4096)
#define BLOCK_LARGEST ((size_t)1024 * 1024)

struct block {
	struct block *next;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *blocks; /* newest first; the free room below is in the one that is filled */
	char *free;
	size_t left;
	size_t next_size;
	size_t reserved;
};

struct arena *
arena_new(void)
{
	struct arena *arena = calloc(1, sizeof *arena);

	if (arena)
		arena->next_size = BLOCK_FIRST;
	return arena;
}

void
arena_free(struct arena *arena)
{
	if (!arena)
		return;
	for (struct block *block = arena->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

/* calloc, not malloc: a large block comes from the system as zero pages that cost nothing. */
static struct block *
block_add(struct arena *arena, size_t size)
{
	struct block *block;

	/* More than any object may have; calloc would have to refuse it. */
	if (size > PTRDIFF_MAX - sizeof *block)
		return NULL;
	block = calloc(1, sizeof *block + size);
	if (!block)
		return NULL;
	block->next = arena->blocks;
	arena->blocks = block;
	arena->reserved += sizeof *block + size;
	return block;
}

static void *
take(struct arena *arena, size_t size)
{
	char *at = arena->free;

	arena->free += size;
	arena->left -= size;
	return at;
}

/* Room for size bytes in a new block. What needs more than half a block gets one of its own, so
 * that the rest of the block being filled is not thrown away. */
static void *
take_new(struct arena *arena, size_t size)
{
	struct block *block;

	if (size > arena->next_size / 2) {
		block = block_add(arena, size);
		return block ? block->bytes : NULL;
	}
	block = block_add(arena, arena->next_size);
	if (!block)
		return NULL;
	arena->free = block->bytes;
	arena->left = arena->next_size;
	if (arena->next_size < BLOCK_LARGEST)
		arena->next_size *= 2;
	return take(arena, size);
}

struct arena *
arena_new_sized(size_t size)
{
	struct arena *arena = arena_new();
	struct block *block = arena ? block_add(arena, size) : NULL;

	if (!block) {
		arena_free(arena);
		return NULL;
	}
	arena->free = block->bytes;
	arena->left = size;
	return arena;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	size_t pad = (size_t)(-(uintptr_t)arena->free & (alignof(max_align_t) - 1));

	/* Two pieces never share an address, even empty ones. */
	if (size == 0)
		size = 1;
	if (pad > arena->left || size > arena->left - pad)
		return take_new(arena, size);
	take(arena, pad);
	return take(arena, size);
}

char *
arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		return NULL;
	/* Texts need no alignment: packed, they take half the room. */
	copy = len + 1 <= arena->left ? take(arena, len + 1) : take_new(arena, len + 1);
	if (copy && len > 0)
		memcpy(copy, text, len);
	return copy;
}

char *
arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

size_t
arena_size(const struct arena *arena)
{
	return arena->reserved;
}
