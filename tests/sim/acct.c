/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct.h"

#include <stdlib.h>
#include <string.h>

#include "acct_file.h"
#include "clock.h"

enum { FILES_MAX = 16, FLUSH_BYTES = 1 << 20 };

struct acct {
	struct acct_options options;
	struct acct_file files[FILES_MAX];
	size_t count;
	uint64_t records[RECORD_TYPES];
};

struct acct *
acct_new(const struct acct_options *options)
{
	struct acct *acct = sim_alloc(1, sizeof(*acct));

	acct->options = *options;
	return acct;
}

const char *
acct_add(struct acct *acct, const char *spec)
{
	const char *error;

	if (acct->count == FILES_MAX)
		return "too many accounting files, 16 are possible";
	error = acct_file_init(&acct->files[acct->count], spec);
	if (error == NULL)
		acct->count++;
	return error;
}

/* A reader that starts with us should find the files, even if nothing happens for a while. */
void
acct_open_all(struct acct *acct, int64_t now)
{
	for (size_t i = 0; i < acct->count; i++) {
		if (acct->files[i].fd < 0)
			acct_file_open(&acct->files[i], &acct->options, now);
	}
}

/* RFC 4180, 2: quoted only when needed, quotes doubled. */
static void
put_value(struct buf *out, const char *value)
{
	if (value[strcspn(value, "\",\r\n")] == '\0') {
		buf_put(out, value);
		return;
	}
	buf_char(out, '"');
	for (const char *p = value; *p != '\0'; p++) {
		if (*p == '"')
			buf_char(out, '"');
		buf_char(out, *p);
	}
	buf_char(out, '"');
}

/* Zone and format belong to the writer: records carry plain UTC. */
static void
put_time(const struct acct *acct, struct buf *out, int64_t time)
{
	char text[CLOCK_TEXT];

	if (time == RECORD_NO_TIME)
		return;
	if (acct->options.unix_times) {
		buf_number(out, (uint64_t)time);
	} else {
		clock_iso(time, acct->options.zone, text);
		buf_put(out, text);
	}
}

static void
put_row(const struct acct *acct, struct acct_file *file, const struct record *record)
{
	struct buf *out = &file->out;

	for (size_t i = 0; i < file->column_count; i++) {
		enum field field = file->columns[i];

		if (i > 0)
			buf_char(out, ',');
		if (field == FIELD_TYPE)
			buf_put(out, record_names[record->type]);
		else if (field == FIELD_TIME_LOGGED)
			put_time(acct, out, record->time_logged);
		else if (field == FIELD_TIME_QUEUED)
			put_time(acct, out, record->time_queued);
		else if (record->value[field] != NULL)
			put_value(out, record->value[field]);
	}
	buf_put(out, acct->options.crlf ? "\r\n" : "\n");
}

/* The size is looked at after the row, so a file may exceed it by one. */
static void
write_row(const struct acct *acct, struct acct_file *file, const struct record *record)
{
	size_t start;

	if (file->fd < 0)
		acct_file_open(file, &acct->options, record->time_logged);
	start = file->out.len;
	put_row(acct, file, record);
	file->last_row = start;
	file->new_rows = true;
	file->rows++;
	file->size += file->out.len - start;
	if (acct->options.max_size > 0 && file->size >= acct->options.max_size)
		acct_file_close(file, &acct->options);
	else if (file->out.len > FLUSH_BYTES)
		acct_file_flush(file, acct->options.torn);
}

/* In a file of several types, a row leaves the columns that are not its own type's empty. */
static void
keep_own_fields(struct record *own, const struct record *record)
{
	*own = (struct record){.type = record->type,
			       .time_logged = record->time_logged,
			       .time_queued = record->time_queued};
	for (const enum field *field = record_columns(record->type); *field != FIELDS; field++)
		own->value[*field] = record->value[*field];
}

void
acct_write(struct acct *acct, const struct record *record)
{
	struct record own;

	keep_own_fields(&own, record);
	for (size_t i = 0; i < acct->count; i++) {
		if (!acct->files[i].takes[record->type])
			continue;
		write_row(acct, &acct->files[i], &own);
		acct->records[record->type]++;
	}
}

/* At midnight the file is completed, traffic or not; the next one begins with its first row. */
void
acct_tick(struct acct *acct, int64_t now)
{
	char date[CLOCK_TEXT];

	clock_date(now, acct->options.zone, date);
	for (size_t i = 0; i < acct->count; i++) {
		if (strcmp(acct->files[i].date, date) != 0)
			acct_file_close(&acct->files[i], &acct->options);
	}
}

void
acct_flush(struct acct *acct, bool whole)
{
	for (size_t i = 0; i < acct->count; i++)
		acct_file_flush(&acct->files[i], acct->options.torn && !whole);
}

void
acct_rotate(struct acct *acct)
{
	for (size_t i = 0; i < acct->count; i++)
		acct_file_close(&acct->files[i], &acct->options);
}

void
acct_books(const struct acct *acct, struct buf *out)
{
	json_open(out, "records", '{');
	for (int i = 0; i < RECORD_TYPES; i++)
		json_number(out, record_names[i], acct->records[i]);
	json_close(out, '}');
	json_open(out, "files", '[');
	for (size_t i = 0; i < acct->count; i++) {
		const struct acct_file *file = &acct->files[i];

		json_open(out, NULL, '{');
		json_text(out, "directory", file->dir);
		json_text(out, "open", file->fd >= 0 ? file->name : "");
		json_number(out, "rows", file->rows);
		json_number(out, "unwritten_bytes", file->out.len);
		json_close(out, '}');
	}
	json_close(out, ']');
}

void
acct_free(struct acct *acct)
{
	if (acct == NULL)
		return;
	for (size_t i = 0; i < acct->count; i++)
		acct_file_end(&acct->files[i]);
	free(acct);
}
