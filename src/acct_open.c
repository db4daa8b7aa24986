/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* How far back a line end is looked for. */
#define SEARCH_BACK_MAX ((uint64_t)4 * 1024 * 1024)

int
acct_open(const char *path, struct stat *st)
{
	/* O_NONBLOCK: a FIFO in the place of a file must not stop the daemon. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int saved;

	if (fd < 0)
		return -1;
	errno = EINVAL;
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

ssize_t
acct_read_at(int fd, char *buffer, size_t size, uint64_t offset)
{
	ssize_t got;

	do {
		got = pread(fd, buffer, size, (off_t)offset);
	} while (got < 0 && errno == EINTR);
	return got;
}

bool
acct_is_row_begin(int fd, uint64_t offset)
{
	char before;

	return offset == 0 || (acct_read_at(fd, &before, 1, offset - 1) == 1 && before == '\n');
}

uint64_t
acct_last_line_end(int fd, uint64_t limit)
{
	char piece[4096];
	uint64_t at = limit;

	while (at > 0 && limit - at < SEARCH_BACK_MAX) {
		size_t size = at < sizeof piece ? (size_t)at : sizeof piece;
		ssize_t got = acct_read_at(fd, piece, size, at - size);
		const char *found = got > 0 ? memrchr(piece, '\n', (size_t)got) : NULL;

		at -= size;
		if (found)
			return at + (uint64_t)(found - piece) + 1;
	}
	/* A line longer than that is no row: what is left of it will be rejected. */
	return at > 0 ? limit : 0;
}
