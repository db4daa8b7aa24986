/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "instance.h"
#include "temp_dir.h"

static char dir[TEMP_DIR_MAX];

static int
setup(void **state)
{
	(void)state;
	temp_dir_make(dir);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	temp_dir_remove(dir);
	return 0;
}

static long
number_in(const char *name)
{
	FILE *file = fopen(temp_dir_file(dir, name), "r");
	long number = -1;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%ld", &number), 1);
	fclose(file);
	return number;
}

/* What another process gets that asks for the lock. */
static int
lock_elsewhere(void)
{
	const pid_t child = fork();
	int status = 0;

	if (child == 0)
		_exit(instance_lock(dir) >= 0 ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static void
one_process_has_a_state_directory(void **state)
{
	const int fd = instance_lock(dir);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(number_in("lock"), getpid());
	assert_int_equal(lock_elsewhere(), 1);
	assert_int_equal(number_in("lock"), getpid());
	close(fd);
	assert_int_equal(lock_elsewhere(), 0);
}

static void
the_lock_of_a_killed_process_is_free(void **state)
{
	int ready[2], status;
	char byte;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		instance_lock(dir);
		status = (int)write(ready[1], "x", 1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(lock_elsewhere(), 1);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	assert_int_equal(lock_elsewhere(), 0);
	close(ready[0]);
	close(ready[1]);
}

static void
the_directory_is_made_for_the_lock(void **state)
{
	const int fd = instance_lock(temp_dir_file(dir, "new"));
	struct stat st;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(stat(temp_dir_file(dir, "new"), &st), 0);
	assert_int_equal(st.st_mode & 0007, 0);
	close(fd);
}

static void
a_directory_that_can_hold_no_lock_is_told_apart(void **state)
{
	(void)state;
	temp_dir_write(dir, "file", "");
	assert_int_equal(instance_lock(temp_dir_file(dir, "file")), -2);
}

static void
the_pid_is_written(void **state)
{
	(void)state;
	assert_int_equal(instance_write_pid(temp_dir_file(dir, "pid")), 0);
	assert_int_equal(number_in("pid"), getpid());
	assert_int_equal(instance_write_pid(temp_dir_file(dir, "nowhere/pid")), -1);
}

/* A grandchild goes into the background and tells who it is. */
static void
the_background_has_a_session_of_its_own_and_no_terminal(void **state)
{
	int told[2];
	long pid_and_session[2];
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(told), 0);
	child = fork();
	if (child == 0) {
		int parent;

		if (instance_daemonise(&parent) != 0 || isatty(STDIN_FILENO))
			_exit(1);
		instance_release(parent);
		pid_and_session[0] = getpid();
		pid_and_session[1] = getsid(0);
		_exit(write(told[1], pid_and_session, sizeof pid_and_session) < 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 0);
	close(told[1]);
	assert_int_equal(read(told[0], pid_and_session, sizeof pid_and_session),
			 sizeof pid_and_session);
	assert_int_not_equal(pid_and_session[0], child);
	assert_int_equal(pid_and_session[1], pid_and_session[0]);
	close(told[0]);
}

/* A script that starts and stops at once must find the pid file. */
static void
who_starts_it_waits_for_the_pid_file(void **state)
{
	const struct timespec moment = {.tv_nsec = 200000000};
	pid_t child = fork();
	int status, parent;

	(void)state;
	if (child == 0) {
		if (instance_daemonise(&parent) != 0)
			_exit(1);
		nanosleep(&moment, NULL);
		if (instance_write_pid(temp_dir_file(dir, "pid")) != 0)
			_exit(1);
		instance_release(parent);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(number_in("pid") > 0);
}

static void
who_starts_it_learns_that_it_ended_before(void **state)
{
	pid_t child = fork();
	int status, parent;

	(void)state;
	if (child == 0)
		_exit(instance_daemonise(&parent) == 0 ? 0 : 2);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_process_has_a_state_directory),
		TEST(the_lock_of_a_killed_process_is_free),
		TEST(the_directory_is_made_for_the_lock),
		TEST(a_directory_that_can_hold_no_lock_is_told_apart),
		TEST(the_pid_is_written),
		TEST(the_background_has_a_session_of_its_own_and_no_terminal),
		TEST(who_starts_it_waits_for_the_pid_file),
		TEST(who_starts_it_learns_that_it_ended_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
