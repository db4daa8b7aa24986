/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acct_open.h"

/* One read fills it; a partial row moved to its begin leaves most of it free. */
#define BUFFER_SIZE ((size_t)256 * 1024)

/* Longest piece of a bad row that a complaint quotes. */
#define QUOTED_MAX 48

struct acct_file {
	int fd; /* -1: none */
	const char *name;
	struct acct_stats *stats;
	struct acct_header *header; /* NULL: none met yet */
	uint64_t header_offset;
	uint64_t offset;  /* of the first byte not taken, which is buffer[begin] unless: */
	uint64_t skipped; /* bytes of an overlong row thrown away behind offset */
	uint64_t line;	  /* number of the line at offset; 0 if that is not known */
	size_t begin, end;
	struct csv_row row;
	char buffer[BUFFER_SIZE];
};

enum step { STEP_TAKEN, STEP_NEEDS_MORE, STEP_FAILED };

struct acct_file *
acct_file_new(struct acct_stats *stats)
{
	struct acct_file *file = malloc(sizeof *file);

	if (!file)
		return NULL;
	file->fd = -1;
	file->stats = stats;
	file->header = NULL;
	return file;
}

void
acct_file_free(struct acct_file *file)
{
	if (!file)
		return;
	acct_file_close(file);
	free(file);
}

static void
drop_buffer(struct acct_file *file)
{
	file->begin = 0;
	file->end = 0;
	file->skipped = 0;
}

static void
drop_header(struct acct_file *file)
{
	acct_header_free(file->header);
	file->header = NULL;
	file->header_offset = 0;
}

/* The rows read so far are gone from the buffer afterwards. */
static bool
load_header(struct acct_file *file, uint64_t offset)
{
	ssize_t got = acct_read_at(file->fd, file->buffer, ACCT_ROW_MAX, offset);
	size_t used;

	drop_buffer(file);
	if (got <= 0 || csv_next(file->buffer, (size_t)got, &file->row, &used) != CSV_ROW)
		return false;
	file->header = acct_header_new(&file->row);
	file->header_offset = offset;
	return file->header != NULL;
}

void
acct_file_begin(struct acct_file *file, int fd, const char *name, uint64_t offset, uint64_t header)
{
	acct_file_close(file);
	file->fd = fd;
	file->name = name;
	file->offset = offset;
	file->line = offset == 0 ? 1 : 0;
	if (offset > 0 && (header >= offset || !load_header(file, header)) && header > 0)
		load_header(file, 0);
	drop_buffer(file);
}

void
acct_file_close(struct acct_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	drop_header(file);
	drop_buffer(file);
}

bool
acct_file_is_open(const struct acct_file *file)
{
	return file->fd >= 0;
}

static void complain(struct acct_file *file, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Says where, and what. A line number is of use in an editor; an offset is all there is after a
 * restart in the middle of a file. */
static void
complain(struct acct_file *file, const char *fmt, ...)
{
	char *error = file->stats->error;
	size_t size = sizeof file->stats->error;
	char what[161];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof what, fmt, args);
	va_end(args);
	if (file->line > 0)
		snprintf(error, size, "%.60s line %" PRIu64 ": %.160s", file->name, file->line,
			 what);
	else
		snprintf(error, size, "%.60s offset %" PRIu64 ": %.160s", file->name, file->offset,
			 what);
}

/* Goes on behind the next used bytes of the buffer, which hold lines line ends. */
static void
advance(struct acct_file *file, size_t used, size_t lines)
{
	file->begin += used;
	file->offset += file->skipped + used;
	file->skipped = 0;
	if (file->line > 0)
		file->line += lines;
}

static void
reject(struct acct_file *file, size_t used, size_t lines, const char *why)
{
	char shown[QUOTED_MAX];

	text_clean(shown, sizeof shown, file->buffer + file->begin, used);
	complain(file, "%s: \"%s\"", why, shown);
	file->stats->rejected++;
	advance(file, used, lines);
}

/* Of a row that has no end, only the first line goes: what follows it may be good. */
static enum step
reject_endless(struct acct_file *file, size_t len, const char *why)
{
	const char *at = file->buffer + file->begin;
	const char *line_end = memchr(at, '\n', len);

	if (line_end) {
		reject(file, (size_t)(line_end + 1 - at), 1,
		       "a quoted field has no end; expected a closing quote");
		return STEP_TAKEN;
	}
	if (why) {
		reject(file, len, 1, why);
		return STEP_TAKEN;
	}
	file->skipped = len;
	file->begin += len;
	return STEP_TAKEN;
}

static void
reject_overlong(struct acct_file *file, size_t used)
{
	complain(file, "a row of %" PRIu64 " bytes; expected at most %zu",
		 file->skipped + (uint64_t)used, ACCT_ROW_MAX);
	file->stats->rejected++;
	advance(file, used, 1);
}

/* Throws an overlong row away as it comes. The offset stays at its begin until its end is found, so
 * that a restart meets the same row and not its last piece. */
static enum step
skip_overlong(struct acct_file *file)
{
	size_t len = file->end - file->begin;
	const char *at = file->buffer + file->begin;
	const char *line_end = memchr(at, '\n', len);

	if (line_end) {
		reject_overlong(file, (size_t)(line_end + 1 - at));
		return STEP_TAKEN;
	}
	file->skipped += len;
	file->begin = file->end;
	return STEP_NEEDS_MORE;
}

static enum step
take_header(struct acct_file *file, size_t used)
{
	struct acct_header *header = acct_header_new(&file->row);

	if (!header) {
		/* The row was changed when it was cut: it must be read again. */
		drop_buffer(file);
		errno = ENOMEM;
		return STEP_FAILED;
	}
	acct_header_free(file->header);
	file->header = header;
	file->header_offset = file->offset;
	advance(file, used, file->row.lines);
	return STEP_TAKEN;
}

static void
take_record(struct acct_file *file, size_t used, const struct acct_sink *sink)
{
	struct acct_record record;
	char error[160];

	if (!file->header) {
		reject(file, used, file->row.lines,
		       "a row before any header; expected a line type,...");
		return;
	}
	if (acct_record_read(file->header, &file->row, &record, error, sizeof error) < 0) {
		complain(file, "%s", error);
		file->stats->rejected++;
		advance(file, used, file->row.lines);
		return;
	}
	/* Counted before it is handed out: the callback may ask for the position behind it. */
	advance(file, used, file->row.lines);
	file->stats->records++;
	if (record.time_logged != SNAP_NO_TIME)
		file->stats->last_logged = record.time_logged;
	sink->fn(sink->ctx, &record);
}

static enum step
take_row(struct acct_file *file, const struct acct_sink *sink)
{
	size_t len = file->end - file->begin;
	size_t used;

	if (file->skipped > 0)
		return skip_overlong(file);
	/* Never more than a row may have, so that the same bytes are cut the same way however many
	 * of them are there already. */
	if (len > ACCT_ROW_MAX)
		len = ACCT_ROW_MAX;
	switch (csv_next(file->buffer + file->begin, len, &file->row, &used)) {
	case CSV_PARTIAL:
		return len < ACCT_ROW_MAX ? STEP_NEEDS_MORE : reject_endless(file, len, NULL);
	case CSV_BAD:
		reject(file, used, 1, "text behind a closing quote; expected a comma");
		return STEP_TAKEN;
	case CSV_ROW:
		break;
	}
	if (acct_row_is_header(&file->row))
		return take_header(file, used);
	if (file->row.count == 0)
		advance(file, used, file->row.lines);
	else
		take_record(file, used, sink);
	return STEP_TAKEN;
}

/* Reads on behind what is in the buffer. Returns bytes, 0 at the end, -1 on error. */
static ssize_t
fill(struct acct_file *file)
{
	size_t left = file->end - file->begin;
	ssize_t got;

	memmove(file->buffer, file->buffer + file->begin, left);
	file->begin = 0;
	file->end = left;
	got = acct_read_at(file->fd, file->buffer + left, BUFFER_SIZE - left,
			   acct_file_read_offset(file));
	if (got > 0)
		file->end += (size_t)got;
	return got;
}

/* At the end of what can be read. Returns true if the file must be read again from its offset. */
static bool
has_shrunk(struct acct_file *file)
{
	uint64_t size = acct_file_size(file);

	if (size >= acct_file_read_offset(file))
		return false;
	if (size < file->offset) {
		complain(file, "the file shrank to %" PRIu64 " bytes; reading it from its begin",
			 size);
		file->stats->gaps++;
		file->offset = 0;
		file->line = 1;
		drop_header(file);
	}
	drop_buffer(file);
	return true;
}

enum acct_file_result
acct_file_read(struct acct_file *file, size_t *budget, const struct acct_sink *sink)
{
	for (;;) {
		size_t before = file->begin;
		enum step step = take_row(file, sink);
		size_t spent = file->begin - before;
		ssize_t got = 1;

		if (step == STEP_FAILED)
			return ACCT_FILE_FAILED;
		*budget -= spent < *budget ? spent : *budget;
		if (*budget == 0 && (step == STEP_TAKEN || spent > 0))
			return ACCT_FILE_MORE;
		if (step == STEP_NEEDS_MORE)
			got = fill(file);
		if (got < 0)
			return ACCT_FILE_FAILED;
		if (got == 0 && !has_shrunk(file))
			return ACCT_FILE_END;
	}
}

int
acct_file_finish(struct acct_file *file, const struct acct_sink *sink)
{
	while (file->begin < file->end || file->skipped > 0) {
		enum step step = take_row(file, sink);

		if (step == STEP_FAILED)
			return -1;
		if (step == STEP_TAKEN)
			continue;
		if (file->skipped > 0)
			reject_overlong(file, 0);
		else
			reject_endless(file, file->end - file->begin,
				       "the file ends inside a row; expected a line end");
	}
	return 0;
}

uint64_t
acct_file_offset(const struct acct_file *file)
{
	return file->offset;
}

uint64_t
acct_file_header(const struct acct_file *file)
{
	return file->header_offset;
}

uint64_t
acct_file_read_offset(const struct acct_file *file)
{
	return file->offset + file->skipped + (file->end - file->begin);
}

uint64_t
acct_file_size(const struct acct_file *file)
{
	struct stat st;

	return fstat(file->fd, &st) == 0 ? (uint64_t)st.st_size : acct_file_read_offset(file);
}
