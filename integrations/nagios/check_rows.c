/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_rows.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CELLS 256

struct check_rows {
	struct check_cell *cells;
	size_t count, room;
	struct check_row *made;
};

struct check_rows *
check_rows_new(void)
{
	return calloc(1, sizeof(struct check_rows));
}

void
check_rows_free(struct check_rows *rows)
{
	if (rows == NULL)
		return;
	for (size_t i = 0; i < rows->count; i++)
		free(rows->cells[i].text);
	free(rows->cells);
	free(rows->made);
	free(rows);
}

void
check_text_clean(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = ' ';
		else if (*text == '|')
			*text = '/';
}

static struct check_cell *
add_cell(struct check_rows *rows, const uint32_t *index, size_t index_len, size_t fetched)
{
	struct check_cell *cell;

	if (index_len > CHECK_INDEX_MAX || rows->count == CHECK_CELLS_MAX)
		return NULL;
	if (rows->count == rows->room) {
		size_t room = rows->room == 0 ? FIRST_CELLS : rows->room * 2;
		struct check_cell *cells = realloc(rows->cells, room * sizeof *cells);

		if (cells == NULL)
			return NULL;
		rows->cells = cells;
		rows->room = room;
	}
	cell = &rows->cells[rows->count];
	memset(cell, 0, sizeof *cell);
	memcpy(cell->index, index, index_len * sizeof *index);
	cell->index_len = (uint8_t)index_len;
	cell->fetched = (uint8_t)fetched;
	rows->count++;
	return cell;
}

int
check_rows_add_number(struct check_rows *rows, const uint32_t *index, size_t index_len,
		      size_t fetched, int64_t number)
{
	struct check_cell *cell = add_cell(rows, index, index_len, fetched);

	if (cell == NULL)
		return -1;
	cell->number = number;
	return 0;
}

int
check_rows_add_text(struct check_rows *rows, const uint32_t *index, size_t index_len,
		    size_t fetched, const void *text, size_t len)
{
	struct check_cell *cell = add_cell(rows, index, index_len, fetched);

	if (cell == NULL)
		return -1;
	cell->text = strndup(text, len < CHECK_TEXT_MAX ? len : CHECK_TEXT_MAX);
	if (cell->text == NULL)
		return -1;
	check_text_clean(cell->text);
	return 0;
}

size_t
check_rows_cell_count(const struct check_rows *rows)
{
	return rows->count;
}

static int
compare_index(const struct check_cell *a, const struct check_cell *b)
{
	for (size_t i = 0; i < a->index_len && i < b->index_len; i++)
		if (a->index[i] != b->index[i])
			return a->index[i] < b->index[i] ? -1 : 1;
	return a->index_len - b->index_len;
}

static int
compare_cells(const void *left, const void *right)
{
	const struct check_cell *a = left, *b = right;
	int order = compare_index(a, b);

	return order != 0 ? order : a->fetched - b->fetched;
}

int
check_rows_make(struct check_rows *rows, const struct check_row **out, size_t *count)
{
	struct check_row *row = NULL;

	*count = 0;
	free(rows->made);
	rows->made = calloc(rows->count + 1, sizeof *rows->made);
	if (rows->made == NULL)
		return -1;
	if (rows->count > 0)
		qsort(rows->cells, rows->count, sizeof *rows->cells, compare_cells);
	for (size_t i = 0; i < rows->count; i++) {
		const struct check_cell *cell = &rows->cells[i];

		if (row == NULL || compare_index(cell, cell - 1) != 0) {
			row = &rows->made[(*count)++];
			row->index = cell->index;
			row->index_len = cell->index_len;
		}
		row->cell[cell->fetched] = cell;
	}
	*out = rows->made;
	return 0;
}
