/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_rows.h - what was read of a table: cells in whatever order they came, then rows of them.
 */
#ifndef PMTA_CHECK_ROWS_H
#define PMTA_CHECK_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check_mib.h"

/* Columns read at once: two or three labels, the value, and those of conditions. */
#define CHECK_FETCH_MAX 10
/* Cells at most: some hundred thousand rows, and about 60 MB. */
#define CHECK_CELLS_MAX 600000
/* Octets kept of a text; the MIB's have up to 255. */
#define CHECK_TEXT_MAX 255

struct check_cell {
	uint32_t index[CHECK_INDEX_MAX];
	uint8_t index_len;
	uint8_t fetched; /* which of the columns that were read */
	int64_t number;
	char *text; /* NULL of a number */
};

/* cell[i] is that of the i-th column that was read, NULL where it has no instance. */
struct check_row {
	const uint32_t *index;
	size_t index_len;
	const struct check_cell *cell[CHECK_FETCH_MAX];
};

struct check_rows;

/* NULL if there is no memory. */
struct check_rows *check_rows_new(void);
void check_rows_free(struct check_rows *rows);

/* Takes a cell; the text is copied, cut at CHECK_TEXT_MAX octets and made one line of printable
 * characters without '|'. Returns 0, or -1 if there are CHECK_CELLS_MAX already, or no memory. */
int check_rows_add_number(struct check_rows *rows, const uint32_t *index, size_t index_len,
			  size_t fetched, int64_t number);
int check_rows_add_text(struct check_rows *rows, const uint32_t *index, size_t index_len,
			size_t fetched, const void *text, size_t len);

size_t check_rows_cell_count(const struct check_rows *rows);

/* Makes rows of the cells, ascending by index; they live as long as rows does and no cell is added.
 * Returns 0, or -1 without memory. */
int check_rows_make(struct check_rows *rows, const struct check_row **out, size_t *count);

/* Makes a text from outside fit for one line of a plugin's output, in place: '|' would begin
 * performance data, a line break another line. */
void check_text_clean(char *text);

#endif
