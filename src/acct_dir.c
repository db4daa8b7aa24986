/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "arena.h"

/* What a scan needs to know of each entry it meets. */
struct scan {
	struct acct_dir found;
	size_t room;
	const struct acct_dir_query *query;
	bool dated; /* a dated form is there, even if it is too old to be listed */
	DIR *stream;
};

static int
grow(struct scan *scan)
{
	size_t room = scan->room > 0 ? scan->room * 2 : 16;
	struct acct_dir_file *files = reallocarray(scan->found.files, room, sizeof *files);

	if (!files)
		return -1;
	scan->found.files = files;
	scan->room = room;
	return 0;
}

static int
add_file(struct scan *scan, acct_order order, const char *name, const struct stat *st)
{
	struct acct_dir_file file = {.order = order,
				     .device = (uint64_t)st->st_dev,
				     .inode = (uint64_t)st->st_ino,
				     .size = (uint64_t)st->st_size,
				     .seen_at = scan->query->now};

	if (scan->found.count == scan->room && grow(scan) < 0)
		return -1;
	file.name = arena_strndup(scan->found.names, name, strlen(name));
	if (!file.name)
		return -1;
	scan->found.files[scan->found.count++] = file;
	return 0;
}

/* A file that is not there any more, or is no file at all, is no trouble: it is not listed. */
static bool
is_regular(DIR *stream, const char *name, struct stat *st)
{
	return fstatat(dirfd(stream), name, st, 0) == 0 && S_ISREG(st->st_mode);
}

static int
look_at(struct scan *scan, const char *name)
{
	acct_order order;
	struct stat st;

	if (!acct_name_match(scan->query->base, name, &order))
		return 0;
	scan->dated = true;
	/* Older ones are not even asked for their size: there may be thousands. */
	if (order < scan->query->from || !is_regular(scan->stream, name, &st))
		return 0;
	return add_file(scan, order, name, &st);
}

static int
look_at_all(struct scan *scan)
{
	struct dirent *entry;

	for (size_t seen = 0; (errno = 0, entry = readdir(scan->stream)) != NULL; seen++) {
		if (seen == ACCT_DIR_ENTRIES_MAX) {
			scan->found.cut = true;
			return 0;
		}
		if (look_at(scan, entry->d_name) < 0)
			return -1;
	}
	return errno ? -1 : 0;
}

static int
look_at_base(struct scan *scan)
{
	const struct acct_dir_query *query = scan->query;
	struct stat st;

	if (query->from > 0 || (scan->dated && !query->undated))
		return 0;
	if (fstatat(dirfd(scan->stream), query->base, &st, 0) < 0)
		return 0;
	scan->found.not_regular = !S_ISREG(st.st_mode);
	return scan->found.not_regular ? 0 : add_file(scan, 0, query->base, &st);
}

static int
compare(acct_order a_order, const char *a_name, acct_order b_order, const char *b_name)
{
	if (a_order != b_order)
		return a_order < b_order ? -1 : 1;
	return strcmp(a_name, b_name);
}

static int
compare_files(const void *a, const void *b)
{
	const struct acct_dir_file *x = a, *y = b;

	return compare(x->order, x->name, y->order, y->name);
}

/* Asked by name: that fails where entries could be read, but no file be looked at. */
static int
look_at_itself(struct scan *scan)
{
	struct stat st;

	if (fstatat(dirfd(scan->stream), ".", &st, 0) < 0)
		return -1;
	scan->found.device = (uint64_t)st.st_dev;
	scan->found.inode = (uint64_t)st.st_ino;
	return 0;
}

int
acct_dir_scan(struct acct_dir *dir, const struct acct_dir_query *query)
{
	struct scan scan = {.query = query, .stream = opendir(query->directory)};
	int result = -1;
	int saved;

	if (!scan.stream)
		return -1;
	scan.found.names = arena_new();
	if (!scan.found.names || look_at_itself(&scan) < 0 || look_at_all(&scan) < 0 ||
	    look_at_base(&scan) < 0)
		goto out;
	if (scan.found.count > 1)
		qsort(scan.found.files, scan.found.count, sizeof *scan.found.files, compare_files);
	acct_dir_clear(dir);
	*dir = scan.found;
	scan.found = (struct acct_dir){0};
	result = 0;
out:
	saved = errno;
	acct_dir_clear(&scan.found);
	closedir(scan.stream);
	errno = saved;
	return result;
}

void
acct_dir_clear(struct acct_dir *dir)
{
	free(dir->files);
	arena_free(dir->names);
	*dir = (struct acct_dir){0};
}

static bool
is_same(const struct acct_dir_file *a, const struct acct_dir_file *b)
{
	return a->inode == b->inode && a->device == b->device;
}

/* A file that has another name now. It is looked for only when its own name is gone. */
static bool
is_renamed(const struct acct_dir *dir, const struct acct_dir_file *file)
{
	for (size_t i = 0; i < dir->count; i++) {
		if (is_same(&dir->files[i], file))
			return true;
	}
	return false;
}

size_t
acct_dir_compare(struct acct_dir *dir, const struct acct_dir *older, size_t index)
{
	size_t gone = 0;

	for (size_t i = 0; i < older->count; i++) {
		const struct acct_dir_file *file = &older->files[i];
		size_t at = acct_dir_lower(dir, file->order, file->name);

		if (at < dir->count && is_same(&dir->files[at], file))
			dir->files[at].seen_at = file->seen_at;
		else if (i >= index && !is_renamed(dir, file))
			gone++;
	}
	return gone;
}

size_t
acct_dir_lower(const struct acct_dir *dir, acct_order order, const char *name)
{
	size_t low = 0, high = dir->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct acct_dir_file *file = &dir->files[middle];

		if (compare(file->order, file->name, order, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int
acct_dir_find_inode(const char *directory, uint64_t device, uint64_t inode, char name[256])
{
	DIR *stream = opendir(directory);
	struct dirent *entry;
	struct stat st;
	int result = -1;

	if (!stream)
		return -1;
	for (size_t seen = 0; seen < ACCT_DIR_ENTRIES_MAX && result < 0; seen++) {
		entry = readdir(stream);
		if (!entry)
			break;
		if (!is_regular(stream, entry->d_name, &st) || (uint64_t)st.st_ino != inode ||
		    (uint64_t)st.st_dev != device)
			continue;
		memcpy(name, entry->d_name, strlen(entry->d_name) + 1);
		result = 0;
	}
	closedir(stream);
	return result;
}
