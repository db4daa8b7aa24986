/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* /proc/PID/stat has 52 fields of at most 20 digits; limits has 17 lines of 80 bytes. */
#define FILE_MAX 4096
/* Fields behind the name, counted from the state, which is 0 (proc(5) counts it 3). */
#define FIELD_UTIME 11
#define FIELD_STIME 12
#define FIELD_THREADS 17
#define FIELD_START 19
#define FIELD_RSS 21
#define FIELD_COUNT 22

int
process_stat_parse(const char *text, size_t len, struct process_stat *out)
{
	/* A name may have blanks and parentheses of its own: the last one ends it. */
	const char *open = memchr(text, '(', len), *close = memrchr(text, ')', len);
	uint64_t fields[FIELD_COUNT] = {0};
	size_t name_len;
	const char *at;

	if (open == NULL || close == NULL || close < open || close + 3 >= text + len)
		return -1;
	name_len = (size_t)(close - open - 1);
	if (name_len >= sizeof out->name)
		return -1;
	memcpy(out->name, open + 1, name_len);
	out->name[name_len] = '\0';
	out->state = close[2];
	at = close + 3;
	for (int field = 1; field < FIELD_COUNT; field++) {
		char *end;

		if (*at != ' ')
			return -1;
		fields[field] = (uint64_t)strtoll(at, &end, 10);
		if (end == at)
			return -1;
		at = end;
	}
	out->cpu_ticks = fields[FIELD_UTIME] + fields[FIELD_STIME];
	out->threads = fields[FIELD_THREADS];
	out->start_ticks = fields[FIELD_START];
	out->resident_pages = fields[FIELD_RSS];
	return 0;
}

uint32_t
process_limit_parse(const char *text)
{
	static const char title[] = "Max open files";
	const char *at = strstr(text, title);
	unsigned long long number;
	char *end;

	if (at == NULL)
		return SNAP_NONE32;
	at += strlen(title);
	at += strspn(at, " ");
	number = strtoull(at, &end, 10);
	return end == at || number >= SNAP_NONE32 ? SNAP_NONE32 : (uint32_t)number;
}

uint32_t
process_pid_parse(const char *text)
{
	const char *at = text + strspn(text, " \t\r\n");
	size_t digits = strspn(at, "0123456789");

	if (digits == 0 || digits > 9 || at[digits + strspn(at + digits, " \t\r\n")] != '\0')
		return 0;
	return (uint32_t)strtoul(at, NULL, 10);
}

/* Reads the begin of a small file, NUL-terminated. Returns its length, or -1 with errno. */
static ssize_t
read_file(const char *path, char text[FILE_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t len;
	int error;

	if (fd < 0)
		return -1;
	len = read(fd, text, FILE_MAX - 1);
	error = errno;
	close(fd);
	errno = error;
	if (len >= 0)
		text[len] = '\0';
	return len;
}

static int
read_stat(const struct process_look *look, uint32_t pid, struct process_stat *out)
{
	char path[128], text[FILE_MAX];
	ssize_t len;

	snprintf(path, sizeof path, "%s/%u/stat", look->proc, pid);
	len = read_file(path, text);
	if (len <= 0 || process_stat_parse(text, (size_t)len, out) != 0)
		return -1;
	/* What has ended and was not waited for uses nothing. */
	return out->state == 'Z' || out->state == 'X' ? -1 : 0;
}

static uint32_t
find_by_file(struct process_look *look, struct process_stat *stat)
{
	char text[FILE_MAX];
	uint32_t pid;

	if (read_file(look->pid_file, text) < 0) {
		snprintf(look->error, sizeof look->error, "pid-file cannot be read: %s",
			 strerror(errno));
		return 0;
	}
	pid = process_pid_parse(text);
	if (pid == 0)
		snprintf(look->error, sizeof look->error, "pid-file does not hold a process id");
	else if (read_stat(look, pid, stat) != 0)
		snprintf(look->error, sizeof look->error,
			 "no process %u, which pid-file names (or it is hidden from us)", pid);
	else
		return pid;
	return 0;
}

/* pmtad has children of its own name while it starts: the oldest is the one that counts. */
static uint32_t
find_by_name(struct process_look *look, struct process_stat *oldest)
{
	DIR *directory = opendir(look->proc);
	struct process_stat stat;
	struct dirent *entry;
	uint32_t pid, found = 0;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		pid = process_pid_parse(entry->d_name);
		if (pid == 0 || read_stat(look, pid, &stat) != 0 ||
		    strcmp(stat.name, CHECK_PROCESS_NAME) != 0)
			continue;
		if (found == 0 || stat.start_ticks < oldest->start_ticks) {
			*oldest = stat;
			found = pid;
		}
	}
	if (directory != NULL)
		closedir(directory);
	if (found == 0)
		snprintf(look->error, sizeof look->error,
			 "no process " CHECK_PROCESS_NAME " runs here (or it is hidden from us)");
	return found;
}

static uint32_t
level(uint64_t number)
{
	return number < SNAP_NONE32 ? (uint32_t)number : SNAP_NONE32 - 1;
}

/* Linux 6.2 and later tell the number of descriptors as the directory's size, which is 0 before. To
 * ask for the size nobody has to be let into the directory. */
static uint32_t
files_by_size(const char *path)
{
	struct statfs system;
	struct stat info;

	if (statfs(path, &system) != 0 || system.f_type != PROC_SUPER_MAGIC ||
	    stat(path, &info) != 0)
		return 0;
	return level((uint64_t)info.st_size);
}

/* Only the owner of a process and who may read every directory can. */
static uint32_t
files_by_name(struct process_look *look, const char *path)
{
	struct dirent *entry;
	uint32_t count = 0;
	DIR *directory = opendir(path);

	if (directory == NULL) {
		look->files_error = errno;
		return SNAP_NONE32;
	}
	while ((entry = readdir(directory)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(directory);
	return count;
}

static uint32_t
count_files(struct process_look *look, uint32_t pid)
{
	uint32_t count;
	char path[128];

	snprintf(path, sizeof path, "%s/%u/fd", look->proc, pid);
	count = files_by_size(path);
	return count > 0 ? count : files_by_name(look, path);
}

static uint32_t
read_limit(const struct process_look *look, uint32_t pid)
{
	char path[128], text[FILE_MAX];

	snprintf(path, sizeof path, "%s/%u/limits", look->proc, pid);
	return read_file(path, text) > 0 ? process_limit_parse(text) : SNAP_NONE32;
}

void
check_process_read(void *data)
{
	struct process_look *look = data;
	const uint64_t ticks = (uint64_t)sysconf(_SC_CLK_TCK);
	const uint64_t page_kb = (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
	struct process_stat stat = {0};
	uint32_t pid;

	pid = look->pid_file[0] != '\0' ? find_by_file(look, &stat) : find_by_name(look, &stat);
	look->found = pid != 0;
	if (!look->found)
		return;
	look->process = (struct check_process){
		.pid = pid,
		.resident_kb = level(stat.resident_pages * page_kb),
		.files = count_files(look, pid),
		.files_max = read_limit(look, pid),
		.threads = level(stat.threads),
		.cpu_s = stat.cpu_ticks / ticks,
		.start_mono = (int64_t)(stat.start_ticks * 1000 / ticks),
	};
}
