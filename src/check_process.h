/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_process.h - finds the process pmtad on this host and reads from proc(5) what it uses.
 */
#ifndef PMTA_CHECK_PROCESS_H
#define PMTA_CHECK_PROCESS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot.h"
#include "text.h"

#define CHECK_PROCESS_NAME "pmtad"

/* What /proc/PID/stat tells (proc(5)). */
struct process_stat {
	char name[32]; /* comm, as it is: not clean */
	char state;
	uint64_t cpu_ticks; /* user and system, of all its threads */
	uint64_t threads;
	uint64_t start_ticks; /* since boot */
	uint64_t resident_pages;
};

/* What the process uses. SNAP_NONE32, SNAP_NONE64 and SNAP_NO_TIME are absent. */
struct check_process {
	uint32_t pid;
	uint32_t resident_kb;
	uint32_t files, files_max; /* open descriptors and the soft limit; absent: not permitted,
				      no limit */
	uint32_t threads;
	uint64_t cpu_s;
	int64_t start_mono; /* CLOCK_BOOTTIME ms */
};

/* One look. Flat: a thread of its own takes it (aside.h). */
struct process_look {
	char proc[64];		 /* "/proc" */
	char pid_file[PATH_MAX]; /* empty: it is looked for by its name */
	bool found;
	struct check_process process;
	char error[TEXT_MAX]; /* why it was not found */
	int files_error;      /* errno: why open files could not be counted; 0 */
};

/* Reads the text of /proc/PID/stat, whose process may have any name. 0, or -1 if it is none. Pure.
 */
int process_stat_parse(const char *text, size_t len, struct process_stat *out);

/* The soft limit of open files in the text of /proc/PID/limits (NUL-terminated); SNAP_NONE32 if
 * there is none or it is unlimited. Pure. */
uint32_t process_limit_parse(const char *text);

/* The text of a PID file as a number; 0 if it is none. Pure. */
uint32_t process_pid_parse(const char *text);

/* Takes the look. The argument is a struct process_look with proc and pid_file set. Of several
 * processes of the name the one that was started first counts. */
void check_process_read(void *look);

#endif
