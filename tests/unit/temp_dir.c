/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "temp_dir.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
temp_dir_make(char path[TEMP_DIR_MAX])
{
	const char *base = getenv("TMPDIR");

	snprintf(path, TEMP_DIR_MAX, "%s/pmta-test-XXXXXX", base != NULL ? base : "/tmp");
	assert_non_null(mkdtemp(path));
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

void
temp_dir_remove(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *
temp_dir_file(const char *dir, const char *name)
{
	static char paths[4][2 * TEMP_DIR_MAX];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", dir, name);
	return path;
}

static void
put(const char *path, const char *mode, const char *text)
{
	FILE *file = fopen(path, mode);

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

void
temp_dir_append(const char *dir, const char *name, const char *text)
{
	put(temp_dir_file(dir, name), "a", text);
}

void
temp_dir_write(const char *dir, const char *name, const char *text)
{
	put(temp_dir_file(dir, name), "w", text);
}
