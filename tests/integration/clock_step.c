/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock_step.c - sets the wall clock of one program, for tests: to be loaded before it with
 * LD_PRELOAD. The file named by CLOCK_STEP holds one number of the machine's own format, the
 * milliseconds that the wall clock is ahead; it may change at any time. Other clocks are left
 * alone.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead;

/* Before main(), so that no clock is read by two threads while it is opened. */
__attribute__((constructor)) static void
open_step(void)
{
	const char *path = getenv("CLOCK_STEP");
	const int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		_exit(99);
	ahead = map;
	close(fd);
}

static void
add(struct timespec *time, int64_t ms)
{
	const int64_t ns = time->tv_nsec + ms % 1000 * 1000000;

	time->tv_sec += ms / 1000 + (ns >= 1000000000) - (ns < 0);
	time->tv_nsec = ns + (ns < 0 ? 1000000000 : 0) - (ns >= 1000000000 ? 1000000000 : 0);
}

/* What the C library has under this name, which this one takes the place of. */
int
clock_gettime(clockid_t clock, struct timespec *time)
{
	const int result = (int)syscall(SYS_clock_gettime, clock, time);

	if (result == 0 && clock == CLOCK_REALTIME && ahead != NULL)
		add(time, *ahead);
	return result;
}
