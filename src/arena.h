/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena.h - memory that is filled piece by piece and freed at once.
 */
#ifndef PMTA_ARENA_H
#define PMTA_ARENA_H

#include <stddef.h>

struct arena;

/* An empty arena, or NULL without memory. */
struct arena *arena_new(void);

/* The same whose first block has room for just this many bytes: for what is known beforehand. */
struct arena *arena_new_sized(size_t size);

/* Frees all that was taken from it. NULL is allowed. */
void arena_free(struct arena *arena);

/* size bytes, zeroed and aligned for any type, or NULL without memory. */
void *arena_alloc(struct arena *arena, size_t size);

/* A NUL-terminated copy of len bytes, or NULL without memory. */
char *arena_strndup(struct arena *arena, const char *text, size_t len);

/* The same of a whole text. */
char *arena_strdup(struct arena *arena, const char *text);

/* Bytes reserved from the system so far. */
size_t arena_size(const struct arena *arena);

#endif
