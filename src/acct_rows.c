/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_rows.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acct_rows_private.h"

/* Longest piece of a bad row that a complaint quotes. */
#define QUOTED_MAX 48

struct acct_rows *
acct_rows_new(struct acct_stats *stats)
{
	struct acct_rows *rows = malloc(sizeof *rows);

	if (!rows)
		return NULL;
	rows->stats = stats;
	rows->header = NULL;
	acct_rows_begin(rows, "", 0, false);
	return rows;
}

void
acct_rows_free(struct acct_rows *rows)
{
	if (!rows)
		return;
	acct_header_free(rows->header);
	free(rows);
}

void
acct_rows_drop(struct acct_rows *rows)
{
	rows->begin = 0;
	rows->end = 0;
	rows->skipped = 0;
}

void
acct_rows_begin(struct acct_rows *rows, const char *name, uint64_t offset, bool stream)
{
	acct_header_free(rows->header);
	rows->header = NULL;
	rows->header_offset = 0;
	rows->name = name;
	rows->stream = stream;
	rows->format = ACCT_FORMAT_UNKNOWN;
	rows->offset = offset;
	rows->line = offset == 0 ? 1 : 0;
	acct_rows_drop(rows);
}

char *
acct_rows_room(struct acct_rows *rows, size_t *size)
{
	size_t left = rows->end - rows->begin;

	memmove(rows->buffer, rows->buffer + rows->begin, left);
	rows->begin = 0;
	rows->end = left;
	*size = ACCT_ROWS_BUFFER - left;
	return rows->buffer + left;
}

void
acct_rows_add(struct acct_rows *rows, size_t len)
{
	rows->end += len;
}

/* JSON is known by the brace that begins its first line, behind a BOM perhaps. A header can be as
 * far behind blanks as a row can be long. */
enum acct_format
acct_rows_format_of(const char *bytes, size_t len)
{
	static const char bom[] = "\xef\xbb\xbf";
	size_t i = len < 3 ? len : 3;

	if (memcmp(bytes, bom, i) != 0)
		i = 0;
	while (i < len && bytes[i] != '\0' && strchr(" \t\r\n", bytes[i]))
		i++;
	if (i == len && len < ACCT_ROW_MAX)
		return ACCT_FORMAT_UNKNOWN;
	return i < len && bytes[i] == '{' ? ACCT_FORMAT_JSON : ACCT_FORMAT_CSV;
}

void
acct_rows_learn(struct acct_rows *rows, size_t len, uint64_t offset)
{
	struct acct_header *header;
	size_t used;

	acct_rows_drop(rows);
	if (offset == 0)
		rows->format = acct_rows_format_of(rows->buffer, len);
	if (len > ACCT_ROW_MAX)
		len = ACCT_ROW_MAX;
	if (rows->format == ACCT_FORMAT_JSON || len == 0 ||
	    csv_next(rows->buffer, len, &rows->row, &used) != CSV_ROW)
		return;
	header = acct_header_new(&rows->row);
	if (!header)
		return;
	acct_header_free(rows->header);
	rows->header = header;
	rows->header_offset = offset;
}

/* A line number is of use in an editor; an offset is all there is after a restart in the middle of
 * a file. */
static void __attribute__((format(printf, 2, 0)))
complain_args(struct acct_rows *rows, const char *fmt, va_list args)
{
	char *error = rows->stats->error;
	size_t size = sizeof rows->stats->error;
	char what[161];

	vsnprintf(what, sizeof what, fmt, args);
	if (rows->line > 0)
		snprintf(error, size, "%.60s line %" PRIu64 ": %.160s", rows->name, rows->line,
			 what);
	else
		snprintf(error, size, "%.60s offset %" PRIu64 ": %.160s", rows->name, rows->offset,
			 what);
}

void
acct_rows_complain(struct acct_rows *rows, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain_args(rows, fmt, args);
	va_end(args);
}

void
acct_rows_lose(struct acct_rows *rows, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain_args(rows, fmt, args);
	va_end(args);
	rows->stats->gaps++;
}

void
acct_rows_advance(struct acct_rows *rows, size_t used, size_t lines)
{
	rows->begin += used;
	rows->offset += rows->skipped + used;
	rows->skipped = 0;
	if (rows->line > 0)
		rows->line += lines;
}

void
acct_rows_reject(struct acct_rows *rows, size_t used, size_t lines, const char *why)
{
	char shown[QUOTED_MAX];

	text_clean(shown, sizeof shown, rows->buffer + rows->begin, used);
	acct_rows_complain(rows, "%s: \"%s\"", why, shown);
	rows->stats->rejected++;
	acct_rows_advance(rows, used, lines);
}

uint64_t
acct_rows_offset(const struct acct_rows *rows)
{
	return rows->offset;
}

uint64_t
acct_rows_header(const struct acct_rows *rows)
{
	return rows->header_offset;
}

uint64_t
acct_rows_end(const struct acct_rows *rows)
{
	return rows->offset + rows->skipped + (rows->end - rows->begin);
}
