/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acct_pump.h"

/* Least time between two looks at the path. */
#define LOOK_MS 1000

/* Size asked for a pipe: what an unprivileged process may have by default (pipe(7)). */
#define PIPE_SIZE (1024 * 1024)

struct acct_stream {
	char *path;
	const char *name;
	struct acct_rows *rows;
	struct acct_stats *stats;
	struct acct_pump *pump; /* NULL: not open */
	uint64_t losses;	/* of the pump, as counted already */
	bool resumed;		/* the next opening is not the first */
	bool opened;
	bool waiting, failing;
	bool ended; /* standard input: for good */
	dev_t device;
	ino_t inode;
	int64_t looked_at; /* mono ms; INT64_MIN never */
};

static bool
is_stdin(const char *path)
{
	return strcmp(path, ACCT_STREAM_STDIN) == 0;
}

bool
acct_stream_is_path(const char *path)
{
	struct stat st;

	return is_stdin(path) ||
	       strncmp(path, ACCT_STREAM_PREFIX, strlen(ACCT_STREAM_PREFIX)) == 0 ||
	       (stat(path, &st) == 0 && S_ISFIFO(st.st_mode));
}

const char *
acct_stream_bare_path(const char *path)
{
	const size_t len = strlen(ACCT_STREAM_PREFIX);

	return strncmp(path, ACCT_STREAM_PREFIX, len) == 0 ? path + len : path;
}

struct acct_stream *
acct_stream_new(const char *path, const char *name, bool resumed, struct acct_rows *rows,
		struct acct_stats *stats)
{
	struct acct_stream *stream = calloc(1, sizeof *stream);

	if (!stream)
		return NULL;
	*stream = (struct acct_stream){
		.path = strdup(path),
		.name = name,
		.rows = rows,
		.stats = stats,
		.resumed = resumed,
		.waiting = true,
		.looked_at = INT64_MIN,
	};
	if (stream->path)
		return stream;
	free(stream);
	return NULL;
}

void
acct_stream_free(struct acct_stream *stream)
{
	if (!stream)
		return;
	acct_pump_free(stream->pump);
	free(stream->path);
	free(stream);
}

static int fail(struct acct_stream *stream, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int
fail(struct acct_stream *stream, const char *fmt, ...)
{
	char what[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof what, fmt, args);
	va_end(args);
	snprintf(stream->stats->error, sizeof stream->stats->error, "%.50s: %s", stream->name,
		 what);
	stream->failing = !stream->waiting;
	return -1;
}

/* Opened for writing too, though nothing is written: so there is always a writer, the end of one of
 * PowerMTA's is not the end of the FIFO, and open() does not wait for one. Returns a descriptor or
 * -1 with a complaint. */
static int
open_fifo(struct acct_stream *stream)
{
	struct stat st;
	int fd;

	/* Looked at before it is opened: to open a device may do something to it. */
	stream->waiting = stat(stream->path, &st) < 0 && errno == ENOENT;
	if (stream->waiting)
		return fail(stream, "not there; make it with mkfifo(1)");
	if (stat(stream->path, &st) == 0 && !S_ISFIFO(st.st_mode))
		return fail(stream, "not a FIFO; expected one, made with mkfifo(1)");
	fd = open(stream->path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 && errno == EACCES)
		return fail(stream, "%s; the daemon's user needs read and write permission",
			    strerror(errno));
	if (fd < 0)
		return fail(stream, "%s", strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISFIFO(st.st_mode)) {
		close(fd);
		return fail(stream, "not a FIFO; expected one, made with mkfifo(1)");
	}
	stream->device = st.st_dev;
	stream->inode = st.st_ino;
	return fd;
}

/* A copy, so that a change of the configuration does not close it for good. */
static int
open_stdin(struct acct_stream *stream)
{
	struct stat st;
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	if (fd < 0)
		return fail(stream, "standard input: %s", strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		close(fd);
		return fail(stream, "standard input is a file; expected a pipe. Name the file in "
				    "accounting instead");
	}
	return fd;
}

static int
open_stream(struct acct_stream *stream)
{
	int fd;

	stream->waiting = false;
	fd = is_stdin(stream->path) ? open_stdin(stream) : open_fifo(stream);
	if (fd < 0)
		return -1;
	/* A larger pipe lets the writer go on while the pump waits for a processor. If it is not
	 * granted, the pipe works as it is. */
	(void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
	stream->pump = acct_pump_new(fd);
	if (!stream->pump) {
		fail(stream, "%s", strerror(errno));
		close(fd);
		return -1;
	}
	acct_rows_begin(stream->rows, stream->name, 0, true);
	if (stream->resumed)
		acct_rows_lose(stream->rows, "opened again; what was written meanwhile is lost");
	stream->resumed = true;
	stream->opened = true;
	stream->losses = 0;
	stream->failing = false;
	return 0;
}

static bool
look_is_due(struct acct_stream *stream, int64_t now_ms)
{
	if (stream->looked_at != INT64_MIN && now_ms - stream->looked_at < LOOK_MS)
		return false;
	stream->looked_at = now_ms;
	return true;
}

/* True if there is another FIFO under the path now: nobody will find the one that is open. */
static bool
is_replaced(const struct acct_stream *stream)
{
	struct stat st;

	return !is_stdin(stream->path) && stat(stream->path, &st) == 0 && S_ISFIFO(st.st_mode) &&
	       (st.st_dev != stream->device || st.st_ino != stream->inode);
}

/* Takes the last rows and lets go. */
static int
close_stream(struct acct_stream *stream, const struct acct_sink *sink)
{
	if (acct_rows_finish(stream->rows, sink) < 0)
		return -1;
	acct_pump_free(stream->pump);
	stream->pump = NULL;
	return 0;
}

/* Nothing is held any more. */
static void
rest(struct acct_stream *stream, const struct acct_pump_state *state, int64_t now_ms,
     const struct acct_sink *sink)
{
	if (!state->ended) {
		/* What its writer has put into the old FIFO is taken before it is let go. */
		if (!state->coming && look_is_due(stream, now_ms) && is_replaced(stream) &&
		    close_stream(stream, sink) == 0)
			stream->looked_at = INT64_MIN;
		return;
	}
	if (close_stream(stream, sink) < 0)
		return;
	stream->ended = is_stdin(stream->path);
	if (state->error != 0)
		fail(stream, "%s", strerror(state->error));
	else
		fail(stream, "standard input has ended; a daemon in the background has none "
			     "(see -f)");
}

static void
count_losses(struct acct_stream *stream, const struct acct_pump_state *state)
{
	if (state->losses == stream->losses)
		return;
	stream->losses = state->losses;
	acct_rows_lose(stream->rows, "%" PRIu64 " bytes came faster than they could be counted",
		       state->lost);
}

/* Returns false if there is nothing to be put into rows now. */
static bool
fill(struct acct_stream *stream, int64_t now_ms, const struct acct_sink *sink)
{
	struct acct_pump_state state;
	size_t room, got;
	char *bytes;

	acct_pump_look(stream->pump, &state);
	count_losses(stream, &state);
	if (state.held == 0) {
		rest(stream, &state, now_ms, sink);
		return false;
	}
	bytes = acct_rows_room(stream->rows, &room);
	got = acct_pump_take(stream->pump, bytes, room);
	acct_rows_add(stream->rows, got);
	return got > 0;
}

int
acct_stream_read(struct acct_stream *stream, size_t budget, int64_t now_ms,
		 const struct acct_sink *sink)
{
	if (stream->ended)
		return 0;
	if (!stream->pump && (!look_is_due(stream, now_ms) || open_stream(stream) < 0))
		return 0;
	do {
		switch (acct_rows_take(stream->rows, &budget, sink)) {
		case ACCT_ROWS_SPENT:
			return 1;
		case ACCT_ROWS_FAILED:
			return 0;
		case ACCT_ROWS_DRY:
			break;
		}
	} while (fill(stream, now_ms, sink));
	return 0;
}

bool
acct_stream_was_open(const struct acct_stream *stream)
{
	return stream->opened;
}

int
acct_stream_fd(const struct acct_stream *stream)
{
	return stream->pump ? acct_pump_fd(stream->pump) : -1;
}

uint64_t
acct_stream_backlog(struct acct_stream *stream)
{
	struct acct_pump_state state = {0};

	if (!stream->pump)
		return 0;
	acct_pump_look(stream->pump, &state);
	return state.held + acct_rows_end(stream->rows) - acct_rows_offset(stream->rows);
}

bool
acct_stream_is_waiting(const struct acct_stream *stream)
{
	return stream->waiting;
}

bool
acct_stream_is_failing(const struct acct_stream *stream)
{
	return stream->failing;
}
