/* SPDX-License-Identifier: BSD-2-Clause */
#include "csv.h"

#include <stdbool.h>
#include <string.h>

/* What came behind a field. */
enum cut {
	CUT_COMMA,    /* another field */
	CUT_LINE_END, /* nothing: the row is complete */
	CUT_PARTIAL,  /* the end of the buffer */
	CUT_BAD	      /* something that must not be there */
};

struct cursor {
	char *at;	/* where the next field begins */
	char *line_end; /* the first LF at or behind it, never NULL while cutting goes on */
	char *end;	/* of the buffer */
	bool doubled;	/* a quoted field of the row has doubled quotes */
};

static inline void
add_field(struct csv_row *row, const char *ptr, const char *end)
{
	if (row->count < CSV_FIELDS_MAX)
		row->field[row->count] = (struct slice){ptr, (size_t)(end - ptr)};
	row->count++;
}

/* A field without quotes ends on the line it began on, so the search has a near limit. */
static inline enum cut
cut_plain(struct cursor *cursor, struct csv_row *row)
{
	char *begin = cursor->at;
	char *comma = begin;
	char *end = cursor->line_end;

	if (*begin != ',')
		comma = memchr(begin, ',', (size_t)(end - begin));
	if (comma) {
		add_field(row, begin, comma);
		cursor->at = comma + 1;
		return CUT_COMMA;
	}
	cursor->at = end + 1;
	if (end > begin && end[-1] == '\r')
		end--;
	add_field(row, begin, end);
	return CUT_LINE_END;
}

/* The quote that ends a field, or NULL if it or the byte behind it is not there yet: a quote at the
 * end of the buffer may be the first of two. */
static char *
closing_quote(struct cursor *cursor)
{
	char *at = cursor->at + 1;

	while ((at = memchr(at, '"', (size_t)(cursor->end - at))) != NULL) {
		if (at + 1 == cursor->end)
			return NULL;
		if (at[1] != '"')
			return at;
		cursor->doubled = true;
		at += 2;
	}
	return NULL;
}

/* Moves the line end behind a quoted field that held one or more. */
static void
pass_line_ends(struct cursor *cursor, struct csv_row *row, const char *field_end)
{
	while (cursor->line_end && cursor->line_end < field_end) {
		char *behind = cursor->line_end + 1;

		cursor->line_end = memchr(behind, '\n', (size_t)(cursor->end - behind));
		row->lines++;
	}
}

static enum cut
cut_quoted(struct cursor *cursor, struct csv_row *row)
{
	char *begin = cursor->at + 1;
	char *quote = closing_quote(cursor);

	if (!quote)
		return CUT_PARTIAL;
	add_field(row, begin, quote);
	pass_line_ends(cursor, row, quote);
	if (quote[1] == ',') {
		cursor->at = quote + 2;
		return cursor->line_end ? CUT_COMMA : CUT_PARTIAL;
	}
	if (quote[1] == '\r') {
		if (quote + 2 == cursor->end)
			return CUT_PARTIAL;
		quote++;
	}
	cursor->at = quote + 2;
	return quote[1] == '\n' ? CUT_LINE_END : CUT_BAD;
}

/* Copies a field onto itself, taking one of every two quotes. */
static size_t
undo_doubled(char *field, size_t len)
{
	char *from = field, *to = field, *end = field + len, *quote;

	while ((quote = memchr(from, '"', (size_t)(end - from))) != NULL) {
		size_t piece = (size_t)(quote + 1 - from);

		memmove(to, from, piece);
		to += piece;
		from = quote + 2;
	}
	memmove(to, from, (size_t)(end - from));
	return (size_t)(to + (end - from) - field);
}

/* A field was quoted if a quote stands before it: before all others stands a comma or nothing. */
static void
undo_row(char *buf, struct csv_row *row)
{
	size_t kept = row->count < CSV_FIELDS_MAX ? row->count : CSV_FIELDS_MAX;

	for (size_t i = 0; i < kept; i++) {
		char *field = buf + (row->field[i].ptr - buf);

		if (field > buf && field[-1] == '"')
			row->field[i].len = undo_doubled(field, row->field[i].len);
	}
}

/* True for a row of nothing but its line end. */
static bool
is_empty(const char *buf, const char *line_end)
{
	return line_end == buf || (line_end == buf + 1 && buf[0] == '\r');
}

enum csv_result
csv_next(char *buf, size_t len, struct csv_row *row, size_t *used)
{
	char *first_end = memchr(buf, '\n', len);
	struct cursor cursor = {buf, first_end, buf + len, false};
	enum cut cut = CUT_COMMA;

	if (!first_end)
		return CSV_PARTIAL;
	row->count = 0;
	row->lines = 1;
	*used = (size_t)(first_end + 1 - buf);
	if (is_empty(buf, first_end))
		return CSV_ROW;
	while (cut == CUT_COMMA)
		cut = *cursor.at == '"' ? cut_quoted(&cursor, row) : cut_plain(&cursor, row);
	if (cut == CUT_PARTIAL)
		return CSV_PARTIAL;
	/* The skipped part is one line only: the quote that broke the row must not eat the next. */
	if (cut == CUT_BAD)
		return CSV_BAD;
	if (cursor.doubled)
		undo_row(buf, row);
	*used = (size_t)(cursor.at - buf);
	return CSV_ROW;
}
