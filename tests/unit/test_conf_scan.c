/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "conf_scan.h"

static struct conf_scan_error error;

/* Scans a copy of text; what is left of it stays in the buffer returned. */
static const char *
scan_good(const char *text)
{
	static char buffer[1024];

	snprintf(buffer, sizeof buffer, "%s", text);
	assert_int_equal(conf_scan(buffer, strlen(buffer), NULL, NULL, &error), 0);
	return buffer;
}

static void
assert_bad(const char *text, size_t len, unsigned line, const char *words)
{
	char buffer[1024] = "";

	memcpy(buffer, text, len);
	assert_int_equal(conf_scan(buffer, len, NULL, NULL, &error), -1);
	assert_int_equal(error.line, line);
	if (!strstr(error.text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, error.text);
}

#define ASSERT_BAD(text, line, words) assert_bad(text, strlen(text), line, words)

static void
test_comments_become_blanks_and_lines_stay(void **state)
{
	(void)state;
	assert_string_equal(scan_good("a # b\nc // d\ne"), "a    \nc     \ne");
	assert_string_equal(scan_good("a /* b\n* c */ d"), "a     \n       d");
	assert_string_equal(scan_good("# no line end"), "             ");
}

static void
test_marks_of_comments_in_texts_and_urls_are_none(void **state)
{
	static const char *const texts[] = {"\"# // /* \\\" #\"", "'# // /* \\' #'",
					    "http://a//b/c", "\"*\" '+'"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_string_equal(scan_good(texts[i]), texts[i]);
}

static void
test_a_byte_order_mark_is_blanked(void **state)
{
	(void)state;
	assert_string_equal(scan_good("\xef\xbb\xbf"
				      "a"),
			    "   a");
}

static void
test_what_has_no_end_is_bad_where_it_begins(void **state)
{
	(void)state;
	ASSERT_BAD("\na = \"b\n\n", 2, "no closing double quote");
	ASSERT_BAD("a = 'b\\'\n", 1, "no closing single quote");
	ASSERT_BAD("\n\n/* a\n*", 3, "'*/' is missing");
}

static void
test_marks_that_would_be_dropped_in_silence_are_bad(void **state)
{
	(void)state;
	ASSERT_BAD("a = b\nmatch = *.example", 2, "stray '*'");
	ASSERT_BAD("a = b+c", 1, "stray '+'");
	ASSERT_BAD("a = b\x01", 1, "control character 0x01");
	assert_bad("a = b\n\0c", 8, 2, "NUL byte");
}

static void
test_appending_to_a_list_is_no_stray_plus(void **state)
{
	(void)state;
	scan_good("a += { b }");
}

static void
test_the_environment_is_refused_but_in_single_quotes(void **state)
{
	(void)state;
	ASSERT_BAD("a = ${HOME}", 1, "environment");
	ASSERT_BAD("a = \"x${HOME}\"", 1, "environment");
	scan_good("a = '${HOME}' b = \"\\${HOME}\" c = $x");
}

struct lines {
	unsigned line[8];
	size_t count;
};

static void
note_line(void *ctx, unsigned line)
{
	struct lines *lines = ctx;

	lines->line[lines->count++] = line;
}

static void
test_sections_are_told_with_the_line_of_their_brace_and_lists_are_not(void **state)
{
	char text[] = "a \"{\"\n{ b = { c, d } e += { } } # {\nf\ng\n{ }";
	struct lines lines = {.count = 0};

	(void)state;
	assert_int_equal(conf_scan(text, strlen(text), note_line, &lines, &error), 0);
	assert_int_equal(lines.count, 2);
	assert_int_equal(lines.line[0], 2);
	assert_int_equal(lines.line[1], 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comments_become_blanks_and_lines_stay),
		cmocka_unit_test(test_marks_of_comments_in_texts_and_urls_are_none),
		cmocka_unit_test(test_a_byte_order_mark_is_blanked),
		cmocka_unit_test(test_what_has_no_end_is_bad_where_it_begins),
		cmocka_unit_test(test_marks_that_would_be_dropped_in_silence_are_bad),
		cmocka_unit_test(test_appending_to_a_list_is_no_stray_plus),
		cmocka_unit_test(test_the_environment_is_refused_but_in_single_quotes),
		cmocka_unit_test(
			test_sections_are_told_with_the_line_of_their_brace_and_lists_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
