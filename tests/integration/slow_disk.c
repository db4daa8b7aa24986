/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slow_disk.c - makes the disk slow under one program, for tests: to be loaded before it with
 * LD_PRELOAD. The file named by SLOW_DISK holds one number of the machine's own format, the
 * milliseconds that each write of SQLite's takes; it may change at any time. SQLite is the one user
 * of pwrite in the daemon, so that the log stays as fast as it is.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *delay_ms;

__attribute__((constructor)) static void
open_delay(void)
{
	const char *path = getenv("SLOW_DISK");
	const int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *map =
		fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *delay_ms, PROT_READ, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		_exit(99);
	delay_ms = map;
	close(fd);
}

/* What the C library has under this name, which this one takes the place of. */
ssize_t
pwrite64(int fd, const void *bytes, size_t count, off_t offset)
{
	const int64_t ms = *delay_ms;
	const struct timespec delay = {ms / 1000, ms % 1000 * 1000000};

	if (ms > 0)
		nanosleep(&delay, NULL);
	return syscall(SYS_pwrite64, fd, bytes, count, offset);
}
