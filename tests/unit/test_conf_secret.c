/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"

static char path[] = "/tmp/test_conf_secret.XXXXXX";
static char key[CONF_SECRET_SIZE], error[256];

static int
make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int
remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void
write_key(const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
assert_refused(const char *file, const char *words)
{
	memset(key, 'x', sizeof key);
	assert_int_equal(conf_read_key(file, key, sizeof key, error, sizeof error), -1);
	if (!strstr(error, words))
		fail_msg("refused with \"%s\", not \"%s\"", error, words);
	assert_null(strstr(error, "sesame"));
	assert_string_equal(key, "");
}

static void
test_a_key_is_taken_without_its_line_end(void **state)
{
	static const char *const texts[] = {"sesame_0123456789", "sesame_0123456789\n",
					    "sesame_0123456789\r\n\n"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		write_key(texts[i], i % 2 ? 0400 : 0600);
		assert_int_equal(conf_read_key(path, key, sizeof key, error, sizeof error), 0);
		assert_string_equal(key, "sesame_0123456789");
	}
}

static void
test_a_file_to_which_others_have_access_is_refused(void **state)
{
	(void)state;
	write_key("sesame", 0604);
	assert_refused(path, "has mode 0604");
	write_key("sesame", 0620);
	assert_refused(path, "has mode 0620");
}

static void
test_what_is_no_single_visible_word_is_refused(void **state)
{
	(void)state;
	write_key("", 0600);
	assert_refused(path, "no key");
	write_key(" \n\n", 0600);
	assert_refused(path, "no key");
	write_key("sesame open\n", 0600);
	assert_refused(path, "blanks");
	write_key("sesame\nsesame\n", 0600);
	assert_refused(path, "blanks");
	write_key("sesame\xff", 0600);
	assert_refused(path, "non-ASCII");
}

static void
test_a_key_has_at_most_255_characters(void **state)
{
	char text[258];

	(void)state;
	memset(text, 'k', sizeof text);
	text[255] = '\n';
	text[256] = '\0';
	write_key(text, 0600);
	assert_int_equal(conf_read_key(path, key, sizeof key, error, sizeof error), 0);
	assert_int_equal(strlen(key), 255);
	text[255] = 'k';
	write_key(text, 0600);
	assert_refused(path, "at most 255");
}

static void
test_what_cannot_be_read_is_refused_with_the_reason(void **state)
{
	(void)state;
	assert_refused("/nonexistent/key", "No such file");
	assert_refused("/dev/null", "no regular file");
	assert_refused("/tmp", "no regular file");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_key_is_taken_without_its_line_end),
		cmocka_unit_test(test_a_file_to_which_others_have_access_is_refused),
		cmocka_unit_test(test_what_is_no_single_visible_word_is_refused),
		cmocka_unit_test(test_a_key_has_at_most_255_characters),
		cmocka_unit_test(test_what_cannot_be_read_is_refused_with_the_reason),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
