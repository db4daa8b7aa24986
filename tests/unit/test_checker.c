/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks at file systems of which one hangs: statvfs() is this test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "checker.h"
#include "model_fixture.h"
#include "publish_rows.h"

#define HANGING "/hanging"

static pthread_mutex_t hang = PTHREAD_MUTEX_INITIALIZER;

/* Half full, but for what begins with "/gone"; "/hanging" answers when the test lets it. */
int
statvfs(const char *restrict path, struct statvfs *restrict out)
{
	if (strcmp(path, HANGING) == 0) {
		pthread_mutex_lock(&hang);
		pthread_mutex_unlock(&hang);
	}
	if (strncmp(path, "/gone", 5) == 0) {
		errno = ENOENT;
		return -1;
	}
	*out = (struct statvfs){.f_frsize = 1 << 20,
				.f_blocks = 200,
				.f_bfree = 100,
				.f_bavail = 100,
				.f_files = 100,
				.f_ffree = 75,
				.f_favail = 75};
	return 0;
}

struct bench {
	struct model_fixture *f;
	struct fetch *fetch;
	struct checker *checker;
	const char *paths[2];
};

static int
set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	void *f;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	fixture_setup(&f);
	b->f = f;
	b->fetch = fetch_new();
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;
	void *f = b->f;

	checker_free(b->checker);
	fetch_free(b->fetch);
	fixture_teardown(&f);
	free(b);
	curl_global_cleanup();
	return 0;
}

static void
watch(struct bench *b, const char *first, const char *second)
{
	struct model_fixture *f = b->f;

	b->paths[0] = first;
	b->paths[1] = second;
	f->conf.timeout_ms = 15000;
	f->conf.poll_interval_ms = 30000;
	f->conf.stale_after = 3;
	f->servers[0].spool = b->paths;
	f->servers[0].spool_count = second != NULL ? 2 : 1;
	fixture_configure(f);
	checker_free(b->checker);
	b->checker = checker_new(b->fetch, f->model->servers[0], &f->conf, f->now.mono_ms);
}

static const struct model_source *
spool(const struct bench *b)
{
	return model_source(b->f->model->servers[0], MODEL_SOURCE_SPOOL);
}

/* Runs with a clock that stands until this many looks are over. */
static void
run_until(struct bench *b, uint64_t attempts)
{
	for (int i = 0; i < 5000 && spool(b)->attempts < attempts; i++) {
		checker_run(b->checker, b->f->now);
		poll(NULL, 0, 1);
	}
	assert_int_equal(spool(b)->attempts, attempts);
}

static struct snap_server
row(const struct bench *b)
{
	struct snap_page *page = publish_server(b->f->model->servers[0], b->f->now);
	struct snap_server row = *(const struct snap_server *)page->rows;

	snap_page_unref(page);
	return row;
}

static void
all_paths_that_answer_are_a_success(void **state)
{
	struct bench *b = *state;

	watch(b, "/a", "/b");
	run_until(b, 1);
	assert_int_equal(row(b).disk.usage, 5000);
	assert_int_equal(row(b).disk.inode_usage, 2500);
	assert_int_equal(row(b).disk.free_mb, 100);
	assert_false(spool(b)->failed);
	assert_string_equal(spool(b)->name, "/a, /b");
}

static void
a_look_is_taken_once_an_interval(void **state)
{
	struct bench *b = *state;

	watch(b, "/a", NULL);
	run_until(b, 1);
	assert_int_equal(checker_run(b->checker, b->f->now), b->f->now.mono_ms + 30000);
	fixture_pass(b->f, 30);
	run_until(b, 2);
}

static void
a_path_with_an_error_fails_and_the_other_one_is_shown(void **state)
{
	struct bench *b = *state;

	watch(b, "/gone", "/b");
	run_until(b, 1);
	assert_int_equal(row(b).disk.usage, 5000);
	assert_true(spool(b)->failed);
	assert_string_equal(spool(b)->error, "/gone: No such file or directory");
}

/* A round from its begin, half an interval after the end of the last, to its time limit. */
static void
hanging_round(struct bench *b)
{
	fixture_pass(b->f, 15);
	checker_run(b->checker, b->f->now);
	poll(NULL, 0, 1);
	fixture_pass(b->f, 15);
	run_until(b, spool(b)->attempts + 1);
}

static void
a_file_system_that_hangs_is_told_left_alone_and_taken_up_again(void **state)
{
	struct bench *b = *state;

	pthread_mutex_lock(&hang);
	watch(b, "/a", HANGING);
	checker_run(b->checker, b->f->now);
	fixture_pass(b->f, 14);
	checker_run(b->checker, b->f->now);
	assert_int_equal(spool(b)->attempts, 0);
	fixture_pass(b->f, 1);
	run_until(b, 1);
	assert_string_equal(spool(b)->error, HANGING ": the file system does not answer");
	/* The clock of the test is faster than the thread of the other path may be. */
	for (int i = 0; i < 1000 && row(b).disk.usage == SNAP_NONE32; i++)
		hanging_round(b);
	assert_int_equal(row(b).disk.usage, 5000);
	assert_true(spool(b)->failed);
	pthread_mutex_unlock(&hang);
	fixture_pass(b->f, 15);
	run_until(b, spool(b)->attempts + 1);
	assert_false(spool(b)->failed);
}

static void
what_is_known_of_a_hanging_one_is_withdrawn_when_it_is_stale(void **state)
{
	struct bench *b = *state;

	watch(b, HANGING, NULL);
	run_until(b, 1);
	assert_int_equal(row(b).disk.usage, 5000);
	pthread_mutex_lock(&hang);
	for (int i = 0; i < 4; i++) {
		fixture_pass(b->f, 30);
		checker_run(b->checker, b->f->now);
		assert_true(i == 3 || row(b).disk.usage == 5000);
	}
	assert_int_equal(row(b).disk.usage, SNAP_NONE32);
	assert_int_equal(row(b).disk.free_mb, SNAP_NONE32);
	pthread_mutex_unlock(&hang);
}

static void
a_reload_does_not_wait_for_it_and_another_path_is_another_source(void **state)
{
	struct bench *b = *state;

	watch(b, "/a", NULL);
	run_until(b, 1);
	pthread_mutex_lock(&hang);
	watch(b, HANGING, NULL);
	assert_int_equal(row(b).disk.usage, SNAP_NONE32);
	checker_run(b->checker, b->f->now);
	watch(b, "/b", NULL);
	run_until(b, 1);
	assert_int_equal(row(b).disk.usage, 5000);
	pthread_mutex_unlock(&hang);
}

static void
a_server_that_asks_for_nothing_is_never_looked_at(void **state)
{
	struct bench *b = *state;

	b->checker = checker_new(b->fetch, b->f->model->servers[0], &b->f->conf, 0);
	assert_true(checker_run(b->checker, b->f->now) == INT64_MAX);
	assert_null(spool(b));
	assert_int_equal(row(b).disk.usage, SNAP_NONE32);
	assert_int_equal(row(b).process.threads, SNAP_NONE32);
	assert_int_equal(row(b).probe.state, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(all_paths_that_answer_are_a_success),
		TEST(a_look_is_taken_once_an_interval),
		TEST(a_path_with_an_error_fails_and_the_other_one_is_shown),
		TEST(a_file_system_that_hangs_is_told_left_alone_and_taken_up_again),
		TEST(what_is_known_of_a_hanging_one_is_withdrawn_when_it_is_stale),
		TEST(a_reload_does_not_wait_for_it_and_another_path_is_another_source),
		TEST(a_server_that_asks_for_nothing_is_never_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
