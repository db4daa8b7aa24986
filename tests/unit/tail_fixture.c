/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tail_fixture.h"

/* The user "nobody", where tests run as root, from whom no file can be hidden. */
#define OTHER_USER 65534

struct tail_fixture fx;

int
tail_setup(void **state)
{
	(void)state;
	memset(&fx, 0, sizeof fx);
	snprintf(fx.directory, sizeof fx.directory, "/tmp/acct-tail-XXXXXX");
	if (!mkdtemp(fx.directory) || chmod(fx.directory, 0755) < 0)
		return -1;
	snprintf(fx.path, sizeof fx.path, "%s/acct.csv", fx.directory);
	fx.now = (struct moment){.wall_ms = 1795341601000, .mono_ms = 5000};
	fx.budget = (size_t)1 << 20;
	return 0;
}

int
tail_teardown(void **state)
{
	DIR *stream;
	struct dirent *entry;

	(void)state;
	if (geteuid() != getuid() && seteuid(getuid()) < 0)
		return -1;
	acct_tail_free(fx.tail);
	fx.tail = NULL;
	chmod(fx.directory, 0755);
	stream = opendir(fx.directory);
	while (stream && (entry = readdir(stream)) != NULL)
		unlink(in_dir(entry->d_name));
	if (stream)
		closedir(stream);
	rmdir(fx.directory);
	return 0;
}

const char *
in_dir(const char *name)
{
	static char paths[2][400];
	static unsigned turn;

	turn = !turn;
	snprintf(paths[turn], sizeof paths[turn], "%s/%s", fx.directory, name);
	return paths[turn];
}

void
put_bytes(const char *name, const char *bytes, size_t len)
{
	int fd = open(in_dir(name), O_WRONLY | O_CREAT | O_APPEND, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

void
put(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

void
rename_file(const char *from, const char *to)
{
	assert_int_equal(rename(in_dir(from), in_dir(to)), 0);
}

void
remove_file(const char *name)
{
	assert_int_equal(unlink(in_dir(name)), 0);
}

void
restrict_file(const char *name, unsigned mode)
{
	assert_int_equal(chmod(in_dir(name), mode), 0);
	if (geteuid() == 0)
		assert_int_equal(seteuid(OTHER_USER), 0);
}

void
make_file_unreadable(const char *name)
{
	restrict_file(name, 0);
}

void
make_file_readable(const char *name)
{
	if (geteuid() != getuid())
		assert_int_equal(seteuid(getuid()), 0);
	assert_int_equal(chmod(in_dir(name), 0755), 0);
}

void
start(enum acct_start policy)
{
	acct_tail_free(fx.tail);
	fx.tail = acct_tail_new(fx.path, policy, NULL);
	assert_non_null(fx.tail);
}

void
start_from(const struct acct_position *from)
{
	acct_tail_free(fx.tail);
	fx.tail = acct_tail_new(fx.path, ACCT_START_END, from);
	assert_non_null(fx.tail);
}

static void
take(void *ctx, const struct acct_record *record)
{
	struct tail_fixture *fixture = ctx;
	size_t len = strlen(fixture->jobs);

	assert_true(len + record->job.len + 2 < sizeof fixture->jobs);
	if (len > 0)
		fixture->jobs[len++] = ' ';
	if (record->job.len > 0)
		memcpy(fixture->jobs + len, record->job.ptr, record->job.len);
	fixture->jobs[len + record->job.len] = '\0';
}

int
read_once(void)
{
	int more = acct_tail_read(fx.tail, fx.budget, fx.now, take, &fx);

	acct_tail_stats(fx.tail, &fx.stats);
	return more;
}

const char *
jobs(void)
{
	static char last[sizeof fx.jobs];

	memcpy(last, fx.jobs, sizeof last);
	fx.jobs[0] = '\0';
	return last;
}

const char *
read_after(int64_t ms)
{
	fx.now.mono_ms += ms;
	for (int calls = 0; read_once() == 1; calls++)
		assert_true(calls < 100000);
	return jobs();
}

const char *
read_first_file(const char *text)
{
	put(FILE0, text);
	start(ACCT_START_BEGIN);
	return read_after(0);
}

struct acct_position
position(void)
{
	struct acct_position now;

	acct_tail_position(fx.tail, &now);
	return now;
}

void
restart(void)
{
	struct acct_position last = position();

	start_from(&last);
}
