/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acct_open.h"

struct acct_file {
	int fd; /* -1: none */
	const char *name;
	struct acct_rows *rows; /* borrowed */
};

struct acct_file *
acct_file_new(struct acct_rows *rows)
{
	struct acct_file *file = malloc(sizeof *file);

	if (!file)
		return NULL;
	*file = (struct acct_file){.fd = -1, .name = "", .rows = rows};
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

/* What stands at an offset before the rows to be read: the format, or a header. */
static void
learn(struct acct_file *file, uint64_t offset)
{
	size_t room;
	char *bytes = acct_rows_room(file->rows, &room);
	ssize_t got =
		acct_read_at(file->fd, bytes, room < ACCT_ROW_MAX ? room : ACCT_ROW_MAX, offset);

	acct_rows_learn(file->rows, got > 0 ? (size_t)got : 0, offset);
}

void
acct_file_begin(struct acct_file *file, int fd, const char *name, uint64_t offset, uint64_t header)
{
	acct_file_close(file);
	file->fd = fd;
	file->name = name;
	acct_rows_begin(file->rows, name, offset, false);
	if (offset == 0)
		return;
	learn(file, 0);
	if (header > 0 && header < offset)
		learn(file, header);
}

void
acct_file_close(struct acct_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	acct_rows_begin(file->rows, "", 0, false);
}

bool
acct_file_is_open(const struct acct_file *file)
{
	return file->fd >= 0;
}

/* Reads on behind what is held. Returns bytes, 0 at the end, -1 on error. */
static ssize_t
fill(struct acct_file *file)
{
	size_t room;
	char *bytes = acct_rows_room(file->rows, &room);
	ssize_t got = acct_read_at(file->fd, bytes, room, acct_rows_end(file->rows));

	if (got > 0)
		acct_rows_add(file->rows, (size_t)got);
	return got;
}

/* At the end of what can be read. Returns true if the file must be read again from its offset. */
static bool
has_shrunk(struct acct_file *file)
{
	uint64_t size = acct_file_size(file);

	if (size >= acct_file_read_offset(file))
		return false;
	if (size < acct_file_offset(file)) {
		acct_rows_lose(file->rows,
			       "the file shrank to %" PRIu64 " bytes; reading it from its begin",
			       size);
		acct_rows_begin(file->rows, file->name, 0, false);
	} else {
		acct_rows_drop(file->rows);
	}
	return true;
}

enum acct_file_result
acct_file_read(struct acct_file *file, size_t *budget, const struct acct_sink *sink)
{
	for (;;) {
		ssize_t got;

		switch (acct_rows_take(file->rows, budget, sink)) {
		case ACCT_ROWS_SPENT:
			return ACCT_FILE_MORE;
		case ACCT_ROWS_FAILED:
			return ACCT_FILE_FAILED;
		case ACCT_ROWS_DRY:
			break;
		}
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
	return acct_rows_finish(file->rows, sink);
}

uint64_t
acct_file_offset(const struct acct_file *file)
{
	return acct_rows_offset(file->rows);
}

uint64_t
acct_file_header(const struct acct_file *file)
{
	return acct_rows_header(file->rows);
}

uint64_t
acct_file_read_offset(const struct acct_file *file)
{
	return acct_rows_end(file->rows);
}

uint64_t
acct_file_size(const struct acct_file *file)
{
	struct stat st;

	return fstat(file->fd, &st) == 0 ? (uint64_t)st.st_size : acct_file_read_offset(file);
}
