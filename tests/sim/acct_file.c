/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEQUENCE_MAX = 99999 };

/* Rows that are booked and not written would make every comparison a lie. */
static void
die(const char *what, const char *name)
{
	fprintf(stderr, "pmta-sim: cannot %s %s: %s\n", what, name, strerror(errno));
	exit(1);
}

/* The columns of a file are the first type's, then what each further type has of its own (11.2.9).
 */
static void
add_columns(struct acct_file *file, enum record_type type)
{
	for (const enum field *field = record_columns(type); *field != FIELDS; field++) {
		size_t i = 0;

		while (i < file->column_count && file->columns[i] != *field)
			i++;
		if (i == file->column_count)
			file->columns[file->column_count++] = *field;
	}
}

static int
add_types(struct acct_file *file, const char *list)
{
	char *copy = sim_strdup(list), *rest = copy, *name;
	int result = 0;

	while ((name = strsep(&rest, ",")) != NULL && result == 0) {
		enum record_type type = record_type_of(name);

		if (type == RECORD_TYPES) {
			result = -1;
		} else {
			file->takes[type] = true;
			add_columns(file, type);
		}
	}
	free(copy);
	return result;
}

static char *
copy_part(const char *start, size_t len)
{
	char *copy = sim_alloc(len + 1, 1);

	memcpy(copy, start, len);
	return copy;
}

/* The date goes between the name and its extension (11.3.1). */
static void
set_path(struct acct_file *file, const char *path, size_t len)
{
	char *whole = copy_part(path, len);
	const char *slash = strrchr(whole, '/');
	const char *name = slash != NULL ? slash + 1 : whole;
	const char *dot = strrchr(name, '.');

	file->dir = slash != NULL ? copy_part(whole, (size_t)(slash - whole)) : sim_strdup(".");
	file->base = copy_part(name, dot != NULL ? (size_t)(dot - name) : strlen(name));
	file->extension = sim_strdup(dot != NULL ? dot : "");
	free(whole);
}

const char *
acct_file_init(struct acct_file *file, const char *spec)
{
	const char *colon = strrchr(spec, ':');

	*file = (struct acct_file){.fd = -1};
	if (colon == NULL || colon == spec)
		return "expected PATH:TYPES, as in /tmp/acct.csv:d,b";
	if (add_types(file, colon + 1) != 0)
		return "unknown record type, expected some of d,b,t,tq,r,f,rb,rs";
	set_path(file, spec, (size_t)(colon - spec));
	return NULL;
}

/* "DIR/NAME"; freed by the caller. */
static char *
join(const char *dir, const char *name)
{
	struct buf path = {0};

	buf_printf(&path, "%s/%s", dir, name);
	buf_text(&path);
	return path.data;
}

static void
write_some(struct acct_file *file, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(file->fd, file->out.data + done, len - done);

		if (n < 0 && errno != EINTR)
			die("write", file->name);
		done += n > 0 ? (size_t)n : 0;
	}
	buf_consume(&file->out, len);
}

void
acct_file_flush(struct acct_file *file, bool torn)
{
	size_t len = file->out.len;

	if (file->fd < 0)
		return;
	/* A row is torn once: at the next flush its rest goes out, with or without new rows. */
	if (torn && file->new_rows)
		len = file->last_row + (file->out.len - file->last_row) / 2;
	write_some(file, len);
	file->last_row = 0;
	file->new_rows = false;
}

void
acct_file_close(struct acct_file *file, const struct acct_options *options)
{
	char *from, *to;

	if (file->fd < 0)
		return;
	acct_file_flush(file, false);
	close(file->fd);
	file->fd = -1;
	if (options->move_to == NULL)
		return;
	from = join(file->dir, file->name);
	to = join(options->move_to, file->name);
	if (rename(from, to) != 0)
		die("move", from);
	free(from);
	free(to);
}

static bool
is_there(const char *dir, const char *name)
{
	char *path;
	bool there;

	if (dir == NULL)
		return false;
	path = join(dir, name);
	there = access(path, F_OK) == 0;
	free(path);
	return there;
}

/* Never the file of an earlier run: what has been read once must not change. */
static void
create(struct acct_file *file, const struct acct_options *options)
{
	while (file->fd < 0 && file->sequence <= SEQUENCE_MAX) {
		char *path;

		snprintf(file->name, sizeof(file->name), "%s-%s-%04u%s", file->base, file->date,
			 file->sequence++, file->extension);
		/* A number that was moved away is spent: readers know files by their names. */
		if (is_there(options->move_to, file->name))
			continue;
		path = join(file->dir, file->name);
		file->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (file->fd < 0 && errno != EEXIST)
			die("create", path);
		free(path);
	}
	if (file->fd < 0)
		die("find a free number for", file->name);
}

void
acct_file_open(struct acct_file *file, const struct acct_options *options, int64_t now)
{
	char date[CLOCK_TEXT];

	clock_date(now, options->zone, date);
	if (strcmp(date, file->date) != 0) {
		memcpy(file->date, date, sizeof(date));
		file->sequence = 0;
	}
	create(file, options);
	for (size_t i = 0; i < file->column_count; i++) {
		if (i > 0)
			buf_char(&file->out, ',');
		buf_put(&file->out, field_names[file->columns[i]]);
	}
	buf_put(&file->out, options->crlf ? "\r\n" : "\n");
	file->size = file->out.len;
	write_some(file, file->out.len);
}

void
acct_file_end(struct acct_file *file)
{
	acct_file_flush(file, false);
	if (file->fd >= 0)
		close(file->fd);
	buf_free(&file->out);
	free(file->dir);
	free(file->base);
	free(file->extension);
	*file = (struct acct_file){.fd = -1};
}
