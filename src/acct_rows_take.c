/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_rows_private.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "acct_json.h"

enum step { STEP_TAKEN, STEP_NEEDS_MORE, STEP_FAILED };

static bool
is_blank(const char *line, size_t len)
{
	size_t i = 0;

	while (i < len && (line[i] == ' ' || line[i] == '\t' || line[i] == '\r'))
		i++;
	return i == len;
}

/* Of a row that has no end, only the first line goes: what follows it may be good. */
static enum step
reject_endless(struct acct_rows *rows, size_t len, const char *why)
{
	const char *at = rows->buffer + rows->begin;
	const char *line_end = memchr(at, '\n', len);

	if (line_end) {
		acct_rows_reject(rows, (size_t)(line_end + 1 - at), 1,
				 "a quoted field has no end; expected a closing quote");
		return STEP_TAKEN;
	}
	if (why) {
		acct_rows_reject(rows, len, 1, why);
		return STEP_TAKEN;
	}
	rows->skipped = len;
	rows->begin += len;
	return STEP_TAKEN;
}

static void
reject_overlong(struct acct_rows *rows, size_t used)
{
	acct_rows_complain(rows, "a row of %" PRIu64 " bytes; expected at most %zu",
			   rows->skipped + (uint64_t)used, ACCT_ROW_MAX);
	rows->stats->rejected++;
	acct_rows_advance(rows, used, 1);
}

/* Throws an overlong row away as it comes. The offset stays at its begin until its end is found, so
 * that a restart meets the same row and not its last piece. */
static enum step
skip_overlong(struct acct_rows *rows)
{
	size_t len = rows->end - rows->begin;
	const char *at = rows->buffer + rows->begin;
	const char *line_end = memchr(at, '\n', len);

	if (line_end) {
		reject_overlong(rows, (size_t)(line_end + 1 - at));
		return STEP_TAKEN;
	}
	rows->skipped += len;
	rows->begin = rows->end;
	return STEP_NEEDS_MORE;
}

static enum step
take_header(struct acct_rows *rows, size_t used)
{
	struct acct_header *header = acct_header_new(&rows->row);

	if (!header) {
		/* The row may have been changed when it was cut: where it can be, it is read again.
		 */
		if (!rows->stream)
			acct_rows_drop(rows);
		errno = ENOMEM;
		return STEP_FAILED;
	}
	if (rows->stream && rows->header)
		acct_rows_lose(rows, "the writer was started anew; rows may be lost");
	acct_header_free(rows->header);
	rows->header = header;
	rows->header_offset = rows->offset;
	acct_rows_advance(rows, used, rows->row.lines);
	return STEP_TAKEN;
}

/* Counted before it is handed out: the callback may ask for the position behind it. */
static void
hand_out(struct acct_rows *rows, size_t used, size_t lines, const struct acct_record *record,
	 const struct acct_sink *sink)
{
	acct_rows_advance(rows, used, lines);
	rows->stats->records++;
	if (record->time_logged != SNAP_NO_TIME)
		rows->stats->last_logged = record->time_logged;
	sink->fn(sink->ctx, record);
}

static void
take_record(struct acct_rows *rows, size_t used, const struct acct_sink *sink)
{
	struct acct_record record;
	char error[160];

	if (!rows->header) {
		acct_rows_reject(rows, used, rows->row.lines,
				 "a row before any header; expected a line type,...");
		return;
	}
	if (acct_record_read(rows->header, &rows->row, &record, error, sizeof error) < 0) {
		acct_rows_complain(rows, "%s", error);
		rows->stats->rejected++;
		acct_rows_advance(rows, used, rows->row.lines);
		return;
	}
	hand_out(rows, used, rows->row.lines, &record, sink);
}

static enum step
take_csv(struct acct_rows *rows, size_t len, const struct acct_sink *sink)
{
	size_t used;

	switch (csv_next(rows->buffer + rows->begin, len, &rows->row, &used)) {
	case CSV_PARTIAL:
		return len < ACCT_ROW_MAX ? STEP_NEEDS_MORE : reject_endless(rows, len, NULL);
	case CSV_BAD:
		acct_rows_reject(rows, used, 1, "text behind a closing quote; expected a comma");
		return STEP_TAKEN;
	case CSV_ROW:
		break;
	}
	if (acct_row_is_header(&rows->row))
		return take_header(rows, used);
	if (rows->row.count == 0)
		acct_rows_advance(rows, used, rows->row.lines);
	else
		take_record(rows, used, sink);
	return STEP_TAKEN;
}

/* Bytes of a bad line to go with it: all, or in a stream those before another object, whose writer
 * began where the last one died in the middle of a row. */
static size_t
bad_length(struct acct_rows *rows, const char *line, size_t len)
{
	static const char begin[] = "{\"type\"";
	const char *next = rows->stream ? memmem(line + 1, len - 1, begin, sizeof begin - 1) : NULL;

	if (!next)
		return len + 1;
	rows->stats->gaps++;
	return (size_t)(next - line);
}

/* A line of len > 0 bytes without its LF. */
static void
take_object(struct acct_rows *rows, char *line, size_t len, const struct acct_sink *sink)
{
	struct acct_record record;
	char error[160];
	size_t bad;

	if (acct_json_read(line, len, &record, error, sizeof error) == 0) {
		hand_out(rows, len + 1, 1, &record, sink);
		return;
	}
	acct_rows_complain(rows, "%s", error);
	rows->stats->rejected++;
	bad = bad_length(rows, line, len);
	acct_rows_advance(rows, bad, bad > len);
}

static enum step
take_json(struct acct_rows *rows, size_t len, const struct acct_sink *sink)
{
	char *line = rows->buffer + rows->begin;
	const char *line_end = memchr(line, '\n', len);

	if (!line_end)
		return len < ACCT_ROW_MAX ? STEP_NEEDS_MORE : reject_endless(rows, len, NULL);
	len = (size_t)(line_end - line);
	if (is_blank(line, len))
		acct_rows_advance(rows, len + 1, 1);
	else
		take_object(rows, line, len, sink);
	return STEP_TAKEN;
}

/* The writer of a stream may die in the middle of a row, and the next one's header come right
 * behind: the piece before it must not be taken as a row, nor the header be lost in it. Returns
 * whether there was one. */
static bool
reject_torn(struct acct_rows *rows, size_t len)
{
	const char *line = rows->buffer + rows->begin;
	const char *line_end = memchr(line, '\n', len);
	const char *header = line_end ? acct_header_search(line, (size_t)(line_end - line)) : NULL;

	if (header)
		acct_rows_reject(rows, (size_t)(header - line), 0,
				 "a row ends where a header begins; expected a line end");
	return header != NULL;
}

/* Finds out the format, passing blank lines. Returns false if the next step is known already. */
static bool
learn_format(struct acct_rows *rows, size_t len, enum step *step)
{
	const char *line = rows->buffer + rows->begin;
	const char *line_end = memchr(line, '\n', len);

	if (line_end && is_blank(line, (size_t)(line_end - line))) {
		acct_rows_advance(rows, (size_t)(line_end + 1 - line), 1);
		*step = STEP_TAKEN;
		return false;
	}
	rows->format = acct_rows_format_of(line, len);
	*step = STEP_NEEDS_MORE;
	return rows->format != ACCT_FORMAT_UNKNOWN;
}

static enum step
take_row(struct acct_rows *rows, const struct acct_sink *sink)
{
	size_t len = rows->end - rows->begin;
	enum step step;

	if (rows->skipped > 0)
		return skip_overlong(rows);
	/* Never more than a row may have, so that the same bytes are cut the same way however many
	 * of them are there already. */
	if (len > ACCT_ROW_MAX)
		len = ACCT_ROW_MAX;
	if ((rows->format == ACCT_FORMAT_UNKNOWN || rows->stream) &&
	    !learn_format(rows, len, &step))
		return step;
	if (rows->format == ACCT_FORMAT_JSON)
		return take_json(rows, len, sink);
	if (rows->stream && reject_torn(rows, len))
		return STEP_TAKEN;
	return take_csv(rows, len, sink);
}

enum acct_rows_result
acct_rows_take(struct acct_rows *rows, size_t *budget, const struct acct_sink *sink)
{
	for (;;) {
		size_t before = rows->begin;
		enum step step = take_row(rows, sink);
		size_t spent = rows->begin - before;

		if (step == STEP_FAILED)
			return ACCT_ROWS_FAILED;
		*budget -= spent < *budget ? spent : *budget;
		if (*budget == 0 && (step == STEP_TAKEN || spent > 0))
			return ACCT_ROWS_SPENT;
		if (step == STEP_NEEDS_MORE)
			return ACCT_ROWS_DRY;
	}
}

int
acct_rows_finish(struct acct_rows *rows, const struct acct_sink *sink)
{
	while (rows->begin < rows->end || rows->skipped > 0) {
		enum step step = take_row(rows, sink);

		if (step == STEP_FAILED)
			return -1;
		if (step == STEP_TAKEN)
			continue;
		if (rows->skipped > 0)
			reject_overlong(rows, 0);
		else
			reject_endless(rows, rows->end - rows->begin,
				       "the file ends inside a row; expected a line end");
	}
	return 0;
}
