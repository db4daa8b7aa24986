/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

static int saved_stderr;
static FILE *capture;

/* stderr goes to a file from here on; cmocka's own output goes to stdout. */
static int
set_up(void **state)
{
	(void)state;
	capture = tmpfile();
	saved_stderr = dup(STDERR_FILENO);
	if (!capture || saved_stderr < 0 || dup2(fileno(capture), STDERR_FILENO) < 0)
		return -1;
	log_open(LOG_TO_JOURNAL, LOG_LEVEL_INFO);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	log_close();
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	return fclose(capture);
}

/* All that was logged since the test began. */
static const char *
logged(void)
{
	static char text[65536];
	ssize_t len = pread(fileno(capture), text, sizeof text - 1, 0);

	assert_true(len >= 0);
	text[len] = '\0';
	return text;
}

static void
test_journal_lines_carry_the_priority_and_the_token(void **state)
{
	(void)state;
	log_error("store", "cannot write %s: %d", "x", 5);
	log_warning("fetch", "slow");
	log_notice("agentx", "connected");
	log_info("conf", "read");
	assert_string_equal(logged(), "<3>store: cannot write x: 5\n<4>fetch: slow\n"
				      "<5>agentx: connected\n<6>conf: read\n");
}

static void
test_stderr_lines_carry_the_time_and_the_level(void **state)
{
	regex_t form;

	(void)state;
	log_open(LOG_TO_STDERR, LOG_LEVEL_INFO);
	log_warning("fetch", "slow");
	assert_int_equal(regcomp(&form,
				 "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} "
				 "warning: fetch: slow\n$",
				 REG_EXTENDED | REG_NOSUB),
			 0);
	if (regexec(&form, logged(), 0, NULL, 0) != 0)
		fail_msg("\"%s\" has another form", logged());
	regfree(&form);
}

static void
test_less_severe_messages_than_asked_for_are_left_out(void **state)
{
	(void)state;
	log_open(LOG_TO_JOURNAL, LOG_LEVEL_WARNING);
	log_notice("a", "left out");
	log_debug("a", "left out");
	log_warning("a", "shown");
	assert_string_equal(logged(), "<4>a: shown\n");
}

static void
test_a_message_cannot_forge_a_line_or_reach_the_terminal(void **state)
{
	(void)state;
	log_info("fetch", "%s", "bad\n<3>store: forged\r\x1b[2J\xff");
	assert_string_equal(logged(), "<6>fetch: bad <3>store: forged  [2J?\n");
}

static void
test_a_long_message_is_cut_and_keeps_its_line_end(void **state)
{
	char text[5000];
	size_t len;

	(void)state;
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	log_info("x", "%s", text);
	len = strlen(logged());
	assert_in_range(len, 1000, 1030);
	assert_int_equal(logged()[len - 1], '\n');
}

static void
test_a_repeated_message_is_counted_and_told_before_the_next(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		log_info("a", "again");
	log_info("a", "other");
	log_info("a", "again");
	assert_string_equal(logged(), "<6>a: again\n<6>last message repeated 3 times\n"
				      "<6>a: other\n<6>a: again\n");
}

static void
test_the_count_is_told_when_the_log_is_closed(void **state)
{
	(void)state;
	log_info("a", "again");
	log_info("a", "again");
	log_close();
	assert_string_equal(logged(), "<6>a: again\n<6>last message repeated 1 times\n");
}

static void
test_the_same_words_at_another_level_are_another_message(void **state)
{
	(void)state;
	log_info("a", "again");
	log_error("a", "again");
	assert_string_equal(logged(), "<6>a: again\n<3>a: again\n");
}

static void
test_errno_survives_logging(void **state)
{
	(void)state;
	errno = EXDEV;
	log_info("a", "b");
	assert_int_equal(errno, EXDEV);
}

static void *
log_many(void *name)
{
	for (int i = 0; i < 200; i++)
		log_info(name, "message number %d", i);
	return NULL;
}

static void
test_threads_write_whole_lines(void **state)
{
	char names[4][2] = {"a", "b", "c", "d"};
	pthread_t threads[4];
	unsigned lines = 0;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, log_many, names[i]), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (const char *line = logged(), *end; (end = strchr(line, '\n')); line = end + 1) {
		char token;
		int number, len = 0;

		sscanf(line, "<6>%c: message number %d%n", &token, &number, &len);
		assert_ptr_equal(line + len, end);
		lines++;
	}
	assert_int_equal(lines, 800);
}

/* Tokens stay enabled: these two come last, in this order. */
static void
test_debug_messages_are_shown_for_the_tokens_asked_for(void **state)
{
	(void)state;
	assert_false(log_debugging("fetch"));
	log_debug("fetch", "left out");
	log_enable_debug("fetch");
	assert_true(log_debugging("fetch"));
	assert_false(log_debugging("store"));
	log_debug("fetch", "shown");
	log_debug("store", "left out");
	assert_string_equal(logged(), "<7>fetch: shown\n");
}

static void
test_all_shows_the_debug_messages_of_every_token(void **state)
{
	(void)state;
	assert_false(log_debugging("store"));
	log_enable_debug("all");
	assert_true(log_debugging("store"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_journal_lines_carry_the_priority_and_the_token),
		TEST(test_stderr_lines_carry_the_time_and_the_level),
		TEST(test_less_severe_messages_than_asked_for_are_left_out),
		TEST(test_a_message_cannot_forge_a_line_or_reach_the_terminal),
		TEST(test_a_long_message_is_cut_and_keeps_its_line_end),
		TEST(test_a_repeated_message_is_counted_and_told_before_the_next),
		TEST(test_the_count_is_told_when_the_log_is_closed),
		TEST(test_the_same_words_at_another_level_are_another_message),
		TEST(test_errno_survives_logging),
		TEST(test_threads_write_whole_lines),
		TEST(test_debug_messages_are_shown_for_the_tokens_asked_for),
		TEST(test_all_shows_the_debug_messages_of_every_token),
	};
#undef TEST
	return cmocka_run_group_tests(tests, NULL, NULL);
}
