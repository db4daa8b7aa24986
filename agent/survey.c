/* SPDX-License-Identifier: BSD-2-Clause */
#include "survey.h"

#include <stdlib.h>

#define WORD_BITS 64

/* What is known of a part. */
struct seen {
	int refs; /* surveys that have it */
	const struct snap_part *part;
	const struct table *table;
	uint32_t blocks;
	size_t words;	 /* of a column's bits */
	uint64_t bits[]; /* of one column after the other */
};

struct survey {
	struct snapshot *snap;
	uint32_t block;
	size_t count;
	struct seen *seen[]; /* by place_of(); NULL: nothing is known */
};

static size_t
place_of(const struct snapshot *snap, uint32_t server, enum snap_table part)
{
	if (part < SNAP_SERVER_TABLES)
		return (size_t)server * SNAP_SERVER_TABLES + part;
	return (size_t)snap->server_count * SNAP_SERVER_TABLES + part - SNAP_SERVER_TABLES;
}

static bool
has_value(const struct seen *seen, struct table_cell *cell, size_t column, uint32_t row)
{
	const struct table_column *of = &seen->table->columns[column];
	struct value value;

	cell->row = (const char *)seen->part->rows + row * seen->part->row_size;
	return of->get(cell, of, &value);
}

/* Block by block, so that its rows are in the processor's cache for all columns but the first. */
static void
look_at_block(struct seen *seen, struct table_cell *cell, uint32_t block, uint32_t rows)
{
	const uint32_t from = block * rows;
	const uint32_t left = seen->part->count - from;
	const uint32_t to = from + (left < rows ? left : rows);

	for (size_t column = 0; column < seen->table->column_count; column++) {
		uint32_t row = from;

		while (row < to && !has_value(seen, cell, column, row))
			row++;
		if (row < to)
			seen->bits[column * seen->words + block / WORD_BITS] |=
				UINT64_C(1) << block % WORD_BITS;
	}
}

/* Looks at a part of a snapshot. NULL if it is too small, or without memory. */
static struct seen *
seen_new(const struct survey *survey, const struct table *table, uint32_t server,
	 const struct snap_part *part)
{
	const uint32_t blocks = part->count / survey->block + (part->count % survey->block != 0);
	const size_t words = (size_t)blocks / WORD_BITS + 1;
	struct table_cell cell = {.snap = survey->snap};
	struct seen *seen;

	if (part->count < survey->block)
		return NULL;
	seen = calloc(1, sizeof *seen + table->column_count * words * sizeof seen->bits[0]);
	if (!seen)
		return NULL;
	seen->refs = 1;
	seen->part = part;
	seen->table = table;
	seen->blocks = blocks;
	seen->words = words;
	if (table->part < SNAP_SERVER_TABLES)
		cell.server = &survey->snap->servers[server];
	for (uint32_t block = 0; block < blocks; block++)
		look_at_block(seen, &cell, block, survey->block);
	return seen;
}

static void
seen_drop(struct seen *seen)
{
	if (seen && --seen->refs == 0)
		free(seen);
}

/* What the previous survey knows, if this place had the same part: it keeps that from being freed,
 * so that no other can have its address. */
static struct seen *
seen_before(const struct survey *previous, size_t place, const struct snap_part *part)
{
	struct seen *seen = previous && place < previous->count ? previous->seen[place] : NULL;

	if (!seen || seen->part != part)
		return NULL;
	seen->refs++;
	return seen;
}

static void
look_at_table(struct survey *survey, const struct survey *previous, const struct table *table,
	      uint32_t server)
{
	const struct snapshot *snap = survey->snap;
	const size_t place = place_of(snap, server, table->part);
	const struct snap_part *part = table->part < SNAP_SERVER_TABLES
					       ? snap->servers[server].part[table->part]
					       : snapshot_common(snap, table->part);

	if (survey->seen[place])
		return;
	survey->seen[place] = seen_before(previous, place, part);
	if (!survey->seen[place])
		survey->seen[place] = seen_new(survey, table, server, part);
}

struct survey *
survey_new(struct snapshot *snap, const struct survey *previous,
	   const struct survey_options *options)
{
	const size_t count = place_of(snap, 0, SNAP_TABLES);
	struct survey *survey = calloc(1, sizeof *survey + count * sizeof survey->seen[0]);

	if (!survey)
		return NULL;
	survey->snap = snap;
	survey->block = options->block;
	survey->count = count;
	for (size_t i = 0; i < options->count; i++) {
		const struct table *table = options->tables[i];
		const bool by_server = table->part < SNAP_SERVER_TABLES;

		for (uint32_t s = 0; s < (by_server ? snap->server_count : 1); s++)
			look_at_table(survey, previous, table, s);
	}
	return survey;
}

void
survey_free(struct survey *survey)
{
	if (!survey)
		return;
	for (size_t i = 0; i < survey->count; i++)
		seen_drop(survey->seen[i]);
	snapshot_unref(survey->snap);
	free(survey);
}

const struct snapshot *
survey_snapshot(const struct survey *survey)
{
	return survey->snap;
}

/* The first block from this one on that has a value, or how many blocks there are. */
static uint32_t
next_block(const struct seen *seen, size_t column, uint32_t block)
{
	const uint64_t *bits = &seen->bits[column * seen->words];
	uint64_t word = bits[block / WORD_BITS] >> block % WORD_BITS;

	if (word != 0)
		return block + (uint32_t)__builtin_ctzll(word);
	for (uint32_t i = block / WORD_BITS + 1; i < seen->words; i++)
		if (bits[i] != 0)
			return i * WORD_BITS + (uint32_t)__builtin_ctzll(bits[i]);
	return seen->blocks;
}

uint32_t
survey_skip(const struct survey *survey, const struct table *table, uint32_t server, size_t column,
	    uint32_t row)
{
	const struct seen *seen =
		survey ? survey->seen[place_of(survey->snap, server, table->part)] : NULL;
	uint32_t block;

	if (!seen || seen->table != table || row >= seen->part->count)
		return row;
	block = next_block(seen, column, row / survey->block);
	if (block == row / survey->block)
		return row;
	return block < seen->blocks ? block * survey->block : seen->part->count;
}
