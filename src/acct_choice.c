/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_choice.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acct_open.h"

/* Least time between two looks at the directory. */
#define SCAN_MS 1000

static void complain(struct acct_choice *choice, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void
complain(struct acct_choice *choice, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(choice->stats->error, sizeof choice->stats->error, fmt, args);
	va_end(args);
}

void
acct_choice_complain(struct acct_choice *choice, const char *name, int error)
{
	const char *remedy = "";

	if (error == EACCES || error == EPERM)
		remedy =
			"; set \"world-readable yes\" in <acct-file>, or add this daemon's user to "
			"the group that owns it";
	if (error == EINVAL)
		complain(choice, "%.100s: not a regular file; expected a path as in <acct-file>",
			 name);
	else
		complain(choice, "%.100s: %s%s", name, strerror(error), remedy);
}

static int
split_path(struct acct_choice *choice, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		choice->directory = strdup(".");
	else if (slash == path)
		choice->directory = strdup("/");
	else
		choice->directory = strndup(path, (size_t)(slash - path));
	choice->base = strdup(slash ? slash + 1 : path);
	return choice->directory && choice->base ? 0 : -1;
}

/* A position that names another path's file is of no use: it is counted, and start decides. */
static void
set_resume(struct acct_choice *choice, const struct acct_position *resume)
{
	if (!resume || resume->file[0] == '\0')
		return;
	if (!acct_name_match(choice->base, resume->file, &choice->order) &&
	    strcmp(resume->file, choice->base) != 0) {
		complain(choice, "%.100s: was read last, but is no dated form of %.100s",
			 resume->file, choice->base);
		choice->stats->gaps++;
		return;
	}
	choice->position = *resume;
	choice->looked = true;
}

int
acct_choice_init(struct acct_choice *choice, const char *path, enum acct_start start,
		 const struct acct_position *resume, struct acct_stats *stats)
{
	*choice = (struct acct_choice){.start = start, .scanned_at = INT64_MIN, .stats = stats};
	if (split_path(choice, path) < 0)
		return -1;
	set_resume(choice, resume);
	return 0;
}

void
acct_choice_clear(struct acct_choice *choice)
{
	acct_dir_clear(&choice->dir);
	free(choice->directory);
	free(choice->base);
	choice->directory = NULL;
	choice->base = NULL;
}

static bool
scan_is_due(const struct acct_choice *choice)
{
	return choice->scan_asked || choice->scanned_at == INT64_MIN ||
	       choice->now - choice->scanned_at >= SCAN_MS;
}

/* A directory that was never there is one without files; one that is gone, or may not be read,
 * tells nothing of what PowerMTA writes. */
static int
scan_failed(struct acct_choice *choice, int error)
{
	const bool known = choice->position.file[0] != '\0';

	choice->scan_failing = error != ENOENT || known;
	choice->looked = choice->looked || error == ENOENT;
	if (error == ENOENT && known)
		complain(choice, "%.150s: the directory is gone; mount it, or make it again",
			 choice->directory);
	else
		acct_choice_complain(choice, choice->directory, error);
	return -1;
}

/* An empty directory in the place of the one with our files: where it was mounted, most likely.
 * What was listed is not removed, but out of sight. */
static int
scan_elsewhere(struct acct_choice *choice)
{
	choice->scan_failing = true;
	complain(choice, "%.100s: not the directory that %.60s was in, and empty; is it mounted?",
		 choice->directory, choice->position.file);
	return -1;
}

/* One that lists a file is the right one from now on. */
static bool
is_elsewhere(struct acct_choice *choice, const struct acct_dir *dir)
{
	if (dir->count == 0)
		return choice->home_inode != 0 &&
		       (dir->inode != choice->home_inode || dir->device != choice->home_device);
	choice->home_device = dir->device;
	choice->home_inode = dir->inode;
	return false;
}

/* A file that was listed behind the position's and is not there any more will not be read. */
static void
note_gone(struct acct_choice *choice, const struct acct_dir *older)
{
	size_t i = acct_dir_lower(older, choice->order, choice->position.file);

	while (i < older->count && acct_choice_is_current(choice, &older->files[i]))
		i++;
	if (acct_dir_compare(&choice->dir, older, i) == 0)
		return;
	complain(choice, "%.100s: removed before it was read", older->files[i].name);
	choice->stats->gaps++;
}

static int
scan(struct acct_choice *choice)
{
	const struct acct_dir_query query = {
		.directory = choice->directory,
		.base = choice->base,
		.from = choice->order,
		.undated = strcmp(choice->position.file, choice->base) == 0,
		.now = choice->now,
	};
	struct acct_dir *dir = &choice->dir;
	struct acct_dir found = {0}, older;

	choice->scan_asked = false;
	choice->scanned_at = choice->now;
	if (acct_dir_scan(&found, &query) < 0)
		return scan_failed(choice, errno);
	if (is_elsewhere(choice, &found)) {
		acct_dir_clear(&found);
		return scan_elsewhere(choice);
	}
	older = *dir;
	*dir = found;
	if (!dir->cut)
		note_gone(choice, &older);
	acct_dir_clear(&older);
	choice->scan_failing = dir->cut || (dir->not_regular && dir->count == 0);
	if (dir->cut)
		complain(choice, "%.100s: more than %d entries; move old files away",
			 choice->directory, ACCT_DIR_ENTRIES_MAX);
	else if (choice->scan_failing)
		acct_choice_complain(choice, choice->base, EINVAL);
	return 0;
}

/* Not when the directory has changed: while much is to be read, once a second is enough. */
void
acct_choice_refresh(struct acct_choice *choice)
{
	if (choice->dir.count > 0 && choice->now - choice->scanned_at >= SCAN_MS)
		scan(choice);
}

void
acct_choice_take(struct acct_choice *choice, const struct acct_dir_file *file, uint64_t offset)
{
	struct acct_position *position = &choice->position;

	*position = (struct acct_position){
		.device = file->device, .inode = file->inode, .offset = offset};
	snprintf(position->file, sizeof position->file, "%s", file->name);
	choice->order = file->order;
	choice->at_line_end = false;
}

/* The first file ever: the newest, or the oldest. Its size is taken now, so that rows written
 * before it can be opened are not missed. */
static int
take_first(struct acct_choice *choice)
{
	bool newest = !choice->looked && choice->start == ACCT_START_END;
	const struct acct_dir_file *file;

	choice->looked = true;
	if (choice->dir.count == 0) {
		if (!choice->scan_failing)
			complain(choice, "%.100s: not there yet, dated or undated", choice->base);
		return -1;
	}
	file = &choice->dir.files[newest ? choice->dir.count - 1 : 0];
	acct_choice_take(choice, file, newest ? file->size : 0);
	choice->at_line_end = newest;
	return 0;
}

/* Returns a descriptor, or -1 with errno and, unless the file is just gone, a complaint. */
static int
open_named(struct acct_choice *choice, const char *name, struct stat *st)
{
	char path[PATH_MAX];
	int fd, saved;

	snprintf(path, sizeof path, "%s/%s", choice->directory, name);
	fd = acct_open(path, st);
	saved = errno;
	choice->open_failing = fd < 0 && saved != ENOENT;
	if (choice->open_failing)
		acct_choice_complain(choice, name, saved);
	errno = saved;
	return fd;
}

/* True if reading can go on at the position: the file is as long, and a row begins there. */
static bool
position_fits(const struct acct_choice *choice, int fd, uint64_t size)
{
	uint64_t offset = choice->position.offset;

	return choice->at_line_end || (offset <= size && acct_is_row_begin(fd, offset));
}

/* Opens the position's file under a name that it may have. Returns a descriptor and whether reading
 * can go on at the position, or -1. */
static int
open_position(struct acct_choice *choice, const char *name, bool *fits)
{
	struct acct_position *position = &choice->position;
	struct stat st;
	int fd = open_named(choice, name, &st);

	if (fd < 0)
		return -1;
	/* It was replaced since the look at the directory, and another look is needed. */
	if ((uint64_t)st.st_ino != position->inode) {
		close(fd);
		return -1;
	}
	*fits = position_fits(choice, fd, (uint64_t)st.st_size);
	position->device = (uint64_t)st.st_dev;
	if (choice->at_line_end) {
		uint64_t size = (uint64_t)st.st_size;
		uint64_t limit = position->offset < size ? position->offset : size;

		position->offset = acct_last_line_end(fd, limit);
		choice->at_line_end = false;
	}
	return fd;
}

static int
open_same_name(struct acct_choice *choice)
{
	struct acct_position *position = &choice->position;
	bool fits;
	int fd = open_position(choice, position->file, &fits);

	if (fd < 0 || fits)
		return fd;
	complain(choice,
		 "%.100s: no row begins at offset %" PRIu64 ", where reading stopped; "
		 "reading it from its begin",
		 position->file, position->offset);
	choice->stats->gaps++;
	position->offset = 0;
	position->header = 0;
	return fd;
}

/* Looks for the position's file under another name. Returns a descriptor, or -1 and *found: it is
 * there and cannot be opened. The inode alone proves little, since that of a removed file is soon
 * used again, most likely by the next accounting file: so a dated name is another file, and the
 * place where reading stopped must fit. */
static int
open_renamed(struct acct_choice *choice, bool *found)
{
	const struct acct_position *position = &choice->position;
	char name[256];
	bool fits;
	int fd;

	*found = acct_dir_find_inode(choice->directory, position->device, position->inode, name) ==
			 0 &&
		 !acct_name_is_dated(name);
	if (!*found)
		return -1;
	fd = open_position(choice, name, &fits);
	if (fd < 0 || fits)
		return fd;
	*found = false;
	close(fd);
	return -1;
}

/* The position's file is gone: its end, if it was not read, is lost. */
static int
pass_over(struct acct_choice *choice, const struct acct_dir_file *next)
{
	bool fits;

	complain(choice, "%.80s: gone, perhaps before its end was read; going on with %.80s",
		 choice->position.file, next->name);
	choice->stats->gaps++;
	acct_choice_take(choice, next, 0);
	return open_position(choice, next->name, &fits);
}

/* Finds the position's file: under its name; renamed; or what follows it. The device is not
 * compared with the name's, since devices may be numbered anew when the host starts. */
static int
find_position(struct acct_choice *choice)
{
	const struct acct_position *position = &choice->position;
	size_t i = acct_dir_lower(&choice->dir, choice->order, position->file);
	const struct acct_dir_file *file = i < choice->dir.count ? &choice->dir.files[i] : NULL;
	bool found;
	int fd;

	if (file && file->inode == position->inode && strcmp(file->name, position->file) == 0)
		return open_same_name(choice);
	fd = open_renamed(choice, &found);
	if (found)
		return fd;
	if (file)
		return pass_over(choice, file);
	complain(choice, "%.100s: gone; waiting for it or a newer file", position->file);
	return -1;
}

int
acct_choice_open(struct acct_choice *choice)
{
	if (!scan_is_due(choice) || scan(choice) < 0)
		return -1;
	if (choice->position.file[0] == '\0' && take_first(choice) < 0)
		return -1;
	return find_position(choice);
}

bool
acct_choice_is_current(const struct acct_choice *choice, const struct acct_dir_file *file)
{
	return file->inode == choice->position.inode && file->device == choice->position.device;
}

bool
acct_choice_is_remounted(const struct acct_choice *choice, const struct acct_dir_file *file)
{
	return file->inode == choice->position.inode && file->device != choice->position.device &&
	       strcmp(file->name, choice->position.file) == 0;
}

/* The first listed file behind the one being read, or NULL. A file of the same name is another one
 * if its inode differs; one of a later name may be the same, renamed. */
static struct acct_dir_file *
next_listed(struct acct_choice *choice)
{
	struct acct_position *position = &choice->position;
	size_t i = acct_dir_lower(&choice->dir, choice->order, position->file);

	for (; i < choice->dir.count; i++) {
		struct acct_dir_file *file = &choice->dir.files[i];

		if (!acct_choice_is_current(choice, file))
			return file;
		choice->order = file->order;
		snprintf(position->file, sizeof position->file, "%s", file->name);
	}
	return NULL;
}

/* The directory is looked at only when no successor is known: what is listed already has been there
 * since that look, and its files are read in the order of the list. */
struct acct_dir_file *
acct_choice_next(struct acct_choice *choice)
{
	struct acct_dir_file *next = next_listed(choice);

	if (next || !scan_is_due(choice) || scan(choice) < 0)
		return next;
	return next_listed(choice);
}

int
acct_choice_open_next(struct acct_choice *choice, struct acct_dir_file *next, bool *gone)
{
	struct stat st;
	int fd = open_named(choice, next->name, &st);

	/* It is counted as a gap by the look that does not find it. */
	*gone = fd < 0 && errno == ENOENT && scan(choice) == 0;
	if (fd >= 0) {
		next->device = (uint64_t)st.st_dev;
		next->inode = (uint64_t)st.st_ino;
	}
	return fd;
}
