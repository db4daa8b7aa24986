/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock_step.c - sets the clocks of one program, and how full its disks are, for tests: to be
 * loaded before it with LD_PRELOAD. The file named by CLOCK_STEP holds numbers (int64_t) of the
 * machine's own format, which may change at any time; those it does not have are 0:
 *   milliseconds that the wall clock is ahead,
 *   milliseconds that the clock of the time since boot is ahead,
 *   percent of each file system in use, bytes and inodes alike; 0: as they are.
 * CLOCK_MONOTONIC, by which libraries wait for the network, is left alone.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct machine {
	int64_t wall_ahead, boot_ahead, disk_percent;
};

static const volatile struct machine *machine;

/* Before main(), so that no clock is read by two threads while it is opened. */
__attribute__((constructor)) static void
open_step(void)
{
	const char *path = getenv("CLOCK_STEP");
	const int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *machine, PROT_READ, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		_exit(99);
	machine = map;
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

	if (result == 0 && clock == CLOCK_REALTIME && machine != NULL)
		add(time, machine->wall_ahead);
	if (result == 0 && clock == CLOCK_BOOTTIME && machine != NULL)
		add(time, machine->boot_ahead);
	return result;
}

/* The same. Another function's pointer out of a void pointer: as dlsym(3) says. */
int
statvfs(const char *path, struct statvfs *figures)
{
	int (*real)(const char *, struct statvfs *);
	int result;

	*(void **)&real = dlsym(RTLD_NEXT, "statvfs");
	result = real(path, figures);
	if (result != 0 || machine == NULL || machine->disk_percent == 0)
		return result;
	figures->f_blocks = figures->f_files = 1000000;
	figures->f_bfree = figures->f_bavail = figures->f_ffree = figures->f_favail =
		10000 * (100 - (fsblkcnt_t)machine->disk_percent);
	return 0;
}
