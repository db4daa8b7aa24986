/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snap_pack.h - rows in little room: how a snapshot keeps those of large tables. Pure.
 *
 * Most of a row is absent, nothing, or a small number, and many rows name the same things. So a
 * pack has of each row a mask of the fields that have a value, these values, and where its texts
 * are, each of which it has once. A row is unpacked whole, and lives as long as its reader wants.
 */
#ifndef PMTA_SNAP_PACK_H
#define PMTA_SNAP_PACK_H

#include <stddef.h>
#include <stdint.h>

/* What a field of a row is, and the value that takes no room: the absent one (snap_row.h), but for
 * uint64_t. */
enum snap_field_kind {
	SNAP_FIELD_U8,	   /* uint8_t: 0, as those up to 64 bits */
	SNAP_FIELD_U16,	   /* uint16_t */
	SNAP_FIELD_U32,	   /* uint32_t */
	SNAP_FIELD_U64,	   /* uint64_t */
	SNAP_FIELD_LEVEL,  /* uint32_t: SNAP_NONE32 */
	SNAP_FIELD_RATE,   /* int32_t: SNAP_NONE_RATE */
	SNAP_FIELD_TIME,   /* int64_t, wall seconds: SNAP_NO_TIME */
	SNAP_FIELD_TEXT,   /* const char *: NULL */
	SNAP_FIELD_TOTALS, /* struct snap_totals: SNAP_NONE64 all of them */
};

/* One mask has so many bits. */
#define SNAP_FIELDS_MAX 32

struct snap_field {
	uint16_t offset; /* in the row */
	uint8_t kind;	 /* enum snap_field_kind */
};

/* How the rows of a table look: which begin with key_len uint32_t, and have these fields beside. */
struct snap_shape {
	size_t row_size;
	uint32_t key_len;
	uint32_t field_count; /* at most SNAP_FIELDS_MAX */
	const struct snap_field *fields;
};

/* The rows of a table, in the order in which they were added. Immutable; free() frees it. */
struct snap_pack;

/* Bytes it takes. */
size_t snap_pack_size(const struct snap_pack *pack);

uint32_t snap_pack_count(const struct snap_pack *pack);

/* The keys of all rows, one behind the other. */
const uint32_t *snap_pack_keys(const struct snap_pack *pack);
/* How long one is. */
uint32_t snap_pack_key_len(const struct snap_pack *pack);

/* The first row, from this one on, with a value in the field at this offset of a row, or of which
 * that cannot be told (no such field, or one whose 0 is a value); the number of rows if none has.
 * O(1) if none has, else O(rows without one). */
uint32_t snap_pack_skip(const struct snap_pack *pack, uint32_t at, size_t offset);

/* Writes that row, all row_size bytes. Its texts are the pack's. O(fields). */
void snap_pack_read(const struct snap_pack *pack, uint32_t at, void *row);

/* Makes packs, one after the other. */
struct snap_packer;

/* For rows of this shape, which must outlive all packs. NULL without memory. */
struct snap_packer *snap_packer_new(const struct snap_shape *shape);
void snap_packer_free(struct snap_packer *packer);

/* Adds a row; its texts are copied. Without memory it is left out, and finish fails. O(fields). */
void snap_packer_add(struct snap_packer *packer, const void *row);

/* Rows added since the last finish. */
uint32_t snap_packer_count(const struct snap_packer *packer);

/* A pack of what was added, for the caller to free(); the packer begins a new one. NULL without
 * memory: what was added is lost. */
struct snap_pack *snap_packer_finish(struct snap_packer *packer);

#endif
