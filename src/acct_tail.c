/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_tail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acct_choice.h"
#include "acct_file.h"
#include "acct_stream.h"

/* A file is left only when it has been at its end for this long beside its successor: PowerMTA may
 * still have rows for it. */
#define GRACE_MS 1000

/* Files that one read goes through at most. */
#define FILES_PER_READ 16

/* Nothing changes there that a stream would have to know. */
#define QUIET_DIRECTORY "/proc/self/fd"

struct acct_tail {
	struct acct_choice choice;
	char *path;
	struct acct_rows *rows;
	struct acct_file *file;
	struct acct_stream *stream; /* NULL: the path is one of files */
	struct acct_stats stats;
	bool ended;	     /* the file was at its end beside a successor */
	int64_t quiet_since; /* then: mono ms since when nothing new came */
};

/* From now on the path is a FIFO or standard input. Returns 0, or -1 without memory. */
static int
use_stream(struct acct_tail *tail, const char *path)
{
	const struct acct_choice *choice = &tail->choice;

	tail->stream = acct_stream_new(path, choice->base, choice->position.file[0] != '\0',
				       tail->rows, &tail->stats);
	return tail->stream ? 0 : -1;
}

static int
open_parts(struct acct_tail *tail, const char *path, enum acct_start start,
	   const struct acct_position *resume)
{
	const char *bare = acct_stream_bare_path(path);

	tail->path = strdup(bare);
	tail->rows = acct_rows_new(&tail->stats);
	if (acct_choice_init(&tail->choice, bare, start, resume, &tail->stats) < 0 || !tail->path ||
	    !tail->rows)
		return -1;
	tail->file = acct_file_new(tail->rows);
	if (!tail->file)
		return -1;
	return acct_stream_is_path(path) ? use_stream(tail, bare) : 0;
}

struct acct_tail *
acct_tail_new(const char *path, enum acct_start start, const struct acct_position *resume)
{
	struct acct_tail *tail = calloc(1, sizeof *tail);

	if (!tail)
		return NULL;
	tail->stats.last_logged = SNAP_NO_TIME;
	if (open_parts(tail, path, start, resume) == 0)
		return tail;
	acct_tail_free(tail);
	return NULL;
}

void
acct_tail_free(struct acct_tail *tail)
{
	if (!tail)
		return;
	acct_stream_free(tail->stream);
	acct_file_free(tail->file);
	acct_rows_free(tail->rows);
	acct_choice_clear(&tail->choice);
	free(tail->path);
	free(tail);
}

/* Opens the file at the position if none is open. Returns 0, or -1: there is nothing to read yet.
 */
static int
ensure_open(struct acct_tail *tail)
{
	struct acct_position *position = &tail->choice.position;
	int fd;

	if (acct_file_is_open(tail->file))
		return 0;
	fd = acct_choice_open(&tail->choice);
	if (fd < 0)
		return -1;
	acct_file_begin(tail->file, fd, position->file, position->offset, position->header);
	tail->ended = false;
	return 0;
}

/* Finishes the file being read and begins the next, in one go: a position between the two would be
 * neither. Returns false if the next cannot be read yet. */
static bool
change_file(struct acct_tail *tail, struct acct_dir_file *next, const struct acct_sink *sink)
{
	bool gone, same;
	int fd = acct_choice_open_next(&tail->choice, next, &gone);

	if (fd < 0)
		return gone;
	/* The file being read may have taken the next one's name just now. */
	same = acct_choice_is_current(&tail->choice, next);
	if (same || acct_file_finish(tail->file, sink) < 0) {
		close(fd);
		return same;
	}
	acct_choice_take(&tail->choice, next, 0);
	acct_file_begin(tail->file, fd, tail->choice.position.file, 0, 0);
	tail->ended = false;
	return true;
}

/* Closes the file; it is opened again where it was read to. */
static void
let_go(struct acct_tail *tail)
{
	acct_tail_position(tail, &tail->choice.position);
	acct_file_close(tail->file);
}

/* At the end of a file: goes on to the next if there is one and the file has been quiet. */
static bool
go_on(struct acct_tail *tail, const struct acct_sink *sink)
{
	struct acct_dir_file *next = acct_choice_next(&tail->choice);

	if (!next) {
		tail->ended = false;
		return false;
	}
	if (acct_choice_is_remounted(&tail->choice, next)) {
		let_go(tail);
		return false;
	}
	if (!tail->ended) {
		tail->ended = true;
		tail->quiet_since = next->seen_at;
	}
	if (tail->choice.now - tail->quiet_since < GRACE_MS)
		return false;
	return change_file(tail, next, sink);
}

/* A read error may pass, or the file be there under another handle: it is opened again later. */
static void
give_up(struct acct_tail *tail)
{
	acct_choice_complain(&tail->choice, tail->choice.position.file, errno);
	tail->choice.open_failing = true;
	let_go(tail);
}

static enum acct_file_result
read_rows(struct acct_tail *tail, size_t *budget, const struct acct_sink *sink)
{
	uint64_t before = acct_file_read_offset(tail->file);
	enum acct_file_result result = acct_file_read(tail->file, budget, sink);

	if (result == ACCT_FILE_FAILED)
		give_up(tail);
	else if (acct_file_read_offset(tail->file) != before)
		tail->quiet_since = tail->choice.now;
	return result;
}

static int
read_files(struct acct_tail *tail, size_t budget, const struct acct_sink *sink)
{
	if (acct_file_is_open(tail->file))
		acct_choice_refresh(&tail->choice);
	for (int files = 0; files < FILES_PER_READ; files++) {
		if (ensure_open(tail) < 0)
			return 0;
		switch (read_rows(tail, &budget, sink)) {
		case ACCT_FILE_MORE:
			return 1;
		case ACCT_FILE_FAILED:
			return 0;
		case ACCT_FILE_END:
			if (!go_on(tail, sink))
				return 0;
		}
	}
	return 1;
}

int
acct_tail_read(struct acct_tail *tail, size_t budget, struct moment now, acct_record_fn fn,
	       void *ctx)
{
	const struct acct_sink sink = {fn, ctx};
	int more;

	tail->choice.now = now.mono_ms;
	if (tail->stream)
		return acct_stream_read(tail->stream, budget, now.mono_ms, &sink);
	more = read_files(tail, budget, &sink);
	/* A FIFO may be made under the path after the start. */
	if (!acct_file_is_open(tail->file) && tail->choice.dir.not_regular &&
	    acct_stream_is_path(tail->path))
		more = use_stream(tail, tail->path) == 0;
	return more;
}

void
acct_tail_rescan(struct acct_tail *tail)
{
	tail->choice.scan_asked = true;
}

void
acct_tail_position(const struct acct_tail *tail, struct acct_position *out)
{
	struct acct_position position = tail->choice.position;

	if (tail->stream && acct_stream_was_open(tail->stream)) {
		*out = (struct acct_position){0};
		snprintf(out->file, sizeof out->file, "%s", tail->choice.base);
		return;
	}
	/* While it is not known where the last line ends, nothing has been begun. */
	if (tail->choice.at_line_end)
		position = (struct acct_position){0};
	if (acct_file_is_open(tail->file)) {
		position.offset = acct_file_offset(tail->file);
		position.header = acct_file_header(tail->file);
	}
	*out = position;
}

/* Bytes behind the position, in its file and in the later ones as they were listed. */
static uint64_t
backlog(const struct acct_tail *tail)
{
	const struct acct_choice *choice = &tail->choice;
	const struct acct_dir *dir = &choice->dir;
	bool is_open = acct_file_is_open(tail->file);
	uint64_t offset = is_open ? acct_file_offset(tail->file) : choice->position.offset;
	uint64_t size = is_open ? acct_file_size(tail->file) : 0;
	uint64_t sum = size > offset ? size - offset : 0;
	size_t i = acct_dir_lower(dir, choice->order, choice->position.file);

	for (; i < dir->count; i++) {
		const struct acct_dir_file *file = &dir->files[i];

		if (!acct_choice_is_current(choice, file))
			sum += file->size;
		else if (!is_open && file->size > offset)
			sum += file->size - offset;
	}
	return sum;
}

static void
stream_stats(const struct acct_tail *tail, struct acct_stats *out)
{
	out->failing = acct_stream_is_failing(tail->stream);
	out->waiting = acct_stream_is_waiting(tail->stream);
	out->backlog = acct_stream_backlog(tail->stream);
	snprintf(out->file, sizeof out->file, "%s", tail->choice.base);
}

void
acct_tail_stats(const struct acct_tail *tail, struct acct_stats *out)
{
	*out = tail->stats;
	if (tail->stream) {
		stream_stats(tail, out);
		return;
	}
	out->failing = tail->choice.scan_failing || tail->choice.open_failing;
	out->waiting = !acct_file_is_open(tail->file) && !out->failing;
	out->backlog = backlog(tail);
	snprintf(out->file, sizeof out->file, "%s", tail->choice.position.file);
}

int
acct_tail_fd(const struct acct_tail *tail)
{
	return tail->stream ? acct_stream_fd(tail->stream) : -1;
}

const char *
acct_tail_directory(const struct acct_tail *tail)
{
	return strcmp(tail->choice.base, ACCT_STREAM_STDIN) == 0 ? QUIET_DIRECTORY
								 : tail->choice.directory;
}
