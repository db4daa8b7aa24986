/* SPDX-License-Identifier: BSD-2-Clause */
/* The process by a /proc of our own making, and by the real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_process.h"
#include "temp_dir.h"

#define STAT_TAIL \
	" 1 2 3 0 -1 4194560 5 6 7 8 1500 500 11 12 20 0 33 0 %u 99999 77 18446744073709551615\n"

static char proc[TEMP_DIR_MAX];

static int
set_up(void **state)
{
	(void)state;
	temp_dir_make(proc);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	temp_dir_remove(proc);
	return 0;
}

/* A process in the made-up /proc. */
static void
make_process(unsigned pid, const char *name, char state, unsigned start, bool open_files)
{
	char path[2 * TEMP_DIR_MAX], text[512];

	snprintf(path, sizeof path, "%s/%u", proc, pid);
	mkdir(path, 0755);
	snprintf(text, sizeof text, "%u (%s) %c" STAT_TAIL, pid, name, state, start);
	temp_dir_write(path, "stat", text);
	temp_dir_write(
		path, "limits",
		"Limit                     Soft Limit           Hard Limit           Units\n"
		"Max processes             unlimited            unlimited            processes\n"
		"Max open files            1024                 4096                 files\n");
	if (!open_files)
		return;
	snprintf(path, sizeof path, "%s/%u/fd", proc, pid);
	mkdir(path, 0755);
	temp_dir_write(path, "0", "");
	temp_dir_write(path, "1", "");
}

static struct process_look
look(const char *pid_file)
{
	struct process_look look = {.found = false};

	snprintf(look.proc, sizeof look.proc, "%.63s", proc);
	if (pid_file != NULL) {
		temp_dir_write(proc, "pid", pid_file);
		snprintf(look.pid_file, sizeof look.pid_file, "%s", temp_dir_file(proc, "pid"));
	}
	check_process_read(&look);
	return look;
}

static void
what_a_process_uses_is_read_in_our_units(void **state)
{
	struct process_look seen;
	const unsigned ticks = (unsigned)sysconf(_SC_CLK_TCK);

	(void)state;
	make_process(4711, "pmtad", 'S', 5 * ticks, true);
	seen = look(NULL);
	assert_true(seen.found);
	assert_int_equal(seen.process.pid, 4711);
	assert_int_equal(seen.process.cpu_s, 2000 / ticks);
	assert_int_equal(seen.process.threads, 33);
	assert_int_equal(seen.process.start_mono, 5000);
	assert_int_equal(seen.process.resident_kb, 77 * sysconf(_SC_PAGESIZE) / 1024);
	assert_int_equal(seen.process.files, 2);
	assert_int_equal(seen.process.files_max, 1024);
	assert_int_equal(seen.files_error, 0);
}

static void
of_several_the_oldest_that_lives_counts(void **state)
{
	(void)state;
	make_process(10, "pmtad", 'Z', 1, true);
	make_process(20, "pmtad", 'S', 300, true);
	make_process(30, "pmtad", 'R', 200, true);
	make_process(40, "pmtahttpd", 'S', 100, true);
	assert_int_equal(look(NULL).process.pid, 30);
}

static void
without_one_it_says_so(void **state)
{
	struct process_look seen;

	(void)state;
	make_process(10, "pmta", 'S', 1, true);
	seen = look(NULL);
	assert_false(seen.found);
	assert_non_null(strstr(seen.error, "no process pmtad runs here"));
}

static void
a_pid_file_names_a_process_of_any_name(void **state)
{
	(void)state;
	make_process(10, "mail (x) y", 'S', 1, true);
	make_process(20, "pmtad", 'S', 2, true);
	assert_int_equal(look("10\n").process.pid, 10);
	assert_non_null(strstr(look("99\n").error, "no process 99"));
	assert_non_null(strstr(look("-10").error, "does not hold"));
	assert_non_null(strstr(look("10 20").error, "does not hold"));
	assert_non_null(strstr(look("").error, "does not hold"));
}

static void
files_that_cannot_be_counted_are_absent_and_the_rest_is_there(void **state)
{
	struct process_look seen;

	(void)state;
	make_process(10, "pmtad", 'S', 1, false);
	seen = look(NULL);
	assert_true(seen.found);
	assert_int_equal(seen.process.files, SNAP_NONE32);
	assert_int_not_equal(seen.files_error, 0);
	assert_int_equal(seen.process.files_max, 1024);
}

static void
the_real_proc_knows_this_process(void **state)
{
	struct process_look self = {.proc = "/proc"};
	char text[32];

	(void)state;
	snprintf(text, sizeof text, "%d\n", (int)getpid());
	temp_dir_write(proc, "pid", text);
	snprintf(self.pid_file, sizeof self.pid_file, "%s", temp_dir_file(proc, "pid"));
	check_process_read(&self);
	assert_true(self.found);
	assert_int_equal(self.process.pid, getpid());
	assert_true(self.process.resident_kb > 100);
	assert_true(self.process.files >= 3);
}

/* Whether the kernel tells the number of descriptors without letting anybody see them. */
static bool
kernel_tells_number(void)
{
	struct stat info;

	return stat("/proc/self/fd", &info) == 0 && info.st_size > 0;
}

/* The daemon's user is not pmtad's: a child of another user looks at its parent. */
static void
since_linux_6_2_files_of_another_users_process_are_counted(void **state)
{
	struct process_look parent = {.proc = "/proc"};
	char text[32];
	int status = -1;
	pid_t child;

	(void)state;
	if (geteuid() != 0 || !kernel_tells_number())
		skip();
	snprintf(text, sizeof text, "%d\n", (int)getpid());
	temp_dir_write(proc, "pid", text);
	assert_int_equal(chmod(proc, 0755), 0);
	snprintf(parent.pid_file, sizeof parent.pid_file, "%s", temp_dir_file(proc, "pid"));
	child = fork();
	if (child == 0) {
		bool left = setgid(65534) == 0 && setuid(65534) == 0;

		check_process_read(&parent);
		_exit(left && parent.found && parent.files_error == 0 &&
				      parent.process.files >= 3 && parent.process.files < 4096
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
a_stat_that_is_none_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"12",
		"12 (pmtad",
		"12 )pmtad( S 1 2",
		"12 ()",
		"12 (pmtad) S",
		"12 (pmtad) S 1",
		"12 (pmtad) S x y z",
		("12 (a name that is longer than any that the kernel gives) S 1 2 3 4 5 6 7 8 9 10 "
		 "11 12 13 14 15 16 17 18 19 20 21 22"),
	};
	struct process_stat stat;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_int_equal(process_stat_parse(texts[i], strlen(texts[i]), &stat), -1);
}

static void
a_limit_is_a_number_or_none(void **state)
{
	(void)state;
	assert_int_equal(process_limit_parse("Max open files   65536   65536  files\n"), 65536);
	assert_int_equal(process_limit_parse("Max open files   unlimited  unlimited  files\n"),
			 SNAP_NONE32);
	assert_int_equal(process_limit_parse("Max open files"), SNAP_NONE32);
	assert_int_equal(process_limit_parse(""), SNAP_NONE32);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_a_process_uses_is_read_in_our_units),
		TEST(of_several_the_oldest_that_lives_counts),
		TEST(without_one_it_says_so),
		TEST(a_pid_file_names_a_process_of_any_name),
		TEST(files_that_cannot_be_counted_are_absent_and_the_rest_is_there),
		TEST(the_real_proc_knows_this_process),
		TEST(since_linux_6_2_files_of_another_users_process_are_counted),
		TEST(a_stat_that_is_none_is_refused),
		TEST(a_limit_is_a_number_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
