/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "text.h"

static char shown[TEXT_MAX];

static void
assert_cleaned(const char *text, size_t len, const char *expected)
{
	assert_int_equal(text_clean(shown, sizeof shown, text, len), strlen(expected));
	assert_string_equal(shown, expected);
}

#define ASSERT_CLEANED(text, expected) assert_cleaned(text, sizeof(text) - 1, expected)

static void
valid_text_is_kept(void **state)
{
	(void)state;
	ASSERT_CLEANED("", "");
	ASSERT_CLEANED("smtp;550 5.1.1 no", "smtp;550 5.1.1 no");
	ASSERT_CLEANED("b\xc3\xbc\x63her.example", "b\xc3\xbc\x63her.example");
	ASSERT_CLEANED("\xe2\x82\xac \xf0\x9f\x93\xac", "\xe2\x82\xac \xf0\x9f\x93\xac");
	ASSERT_CLEANED("\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf");
}

static void
controls_become_blanks(void **state)
{
	(void)state;
	ASSERT_CLEANED("a\r\nb\tc\x1b[0m\x7f", "a  b c [0m ");
	ASSERT_CLEANED("a\0b", "a b");
	ASSERT_CLEANED("x\xc2\x80y\xc2\x9fz\xc2\xa0", "x y z\xc2\xa0");
}

static void
separators_and_direction_marks_become_blanks(void **state)
{
	(void)state;
	ASSERT_CLEANED("a\xe2\x80\xa8\x62\xe2\x80\xa9", "a b ");
	ASSERT_CLEANED("\xe2\x80\xaa\xe2\x80\xae|\xe2\x81\xa6\xe2\x81\xa9", "  |  ");
	ASSERT_CLEANED("\xe2\x80\xaf\xe2\x81\xaa", "\xe2\x80\xaf\xe2\x81\xaa");
}

static void
bytes_that_are_no_utf8_become_question_marks(void **state)
{
	(void)state;
	ASSERT_CLEANED("\xff\xfe", "??");
	ASSERT_CLEANED("\x80\x61", "?a");
	ASSERT_CLEANED("\xc3(", "?(");
	ASSERT_CLEANED("caf\xe9", "caf?");
	ASSERT_CLEANED("\xe2\x82", "??");
}

static void
overlong_forms_surrogates_and_numbers_beyond_unicode_are_no_utf8(void **state)
{
	(void)state;
	ASSERT_CLEANED("\xc0\xaf\xc1\xbf", "????");
	ASSERT_CLEANED("\xe0\x9f\xbf", "???");
	ASSERT_CLEANED("\xf0\x8f\xbf\xbf", "????");
	ASSERT_CLEANED("\xed\xa0\x80\xed\xbf\xbf", "??????");
	ASSERT_CLEANED("\xf4\x90\x80\x80\xf5\x80\x80\x80", "????????");
	ASSERT_CLEANED("\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80");
}

static void
text_is_cut_on_a_character_border(void **state)
{
	char dst[6];

	(void)state;
	assert_int_equal(text_clean(dst, sizeof dst, "abcdefg", 7), 5);
	assert_string_equal(dst, "abcde");
	assert_int_equal(text_clean(dst, sizeof dst, "abcd\xc3\xbc", 6), 4);
	assert_string_equal(dst, "abcd");
	assert_int_equal(text_clean(dst, 1, "abc", 3), 0);
	assert_string_equal(dst, "");
}

static void
every_pair_of_bytes_is_made_valid(void **state)
{
	char again[8];

	(void)state;
	for (unsigned pair = 0; pair < 65536; pair++) {
		const char text[2] = {(char)(pair >> 8), (char)(pair & 0xff)};
		size_t len = text_clean(shown, sizeof shown, text, 2);

		assert_int_equal(text_clean(again, sizeof again, shown, len), len);
		assert_string_equal(again, shown);
	}
}

static void
glob_matches_runs_and_single_bytes(void **state)
{
	(void)state;
	assert_true(text_glob("*", ""));
	assert_true(text_glob("*", "x.example"));
	assert_true(text_glob("*.example/*", "mail.x.example/vmta1"));
	assert_true(text_glob("g??gle.example", "google.example"));
	assert_true(text_glob("a*b*c", "aXbXbXc"));
	assert_true(text_glob("**a**", "a"));
	assert_true(text_glob("", ""));
}

static void
glob_must_match_all_of_the_text(void **state)
{
	(void)state;
	assert_false(text_glob("", "a"));
	assert_false(text_glob("a", ""));
	assert_false(text_glob("?", ""));
	assert_false(text_glob("mail", "gmail"));
	assert_false(text_glob("gmail", "gmail.example"));
	assert_false(text_glob("a*b", "aXbX"));
	assert_false(text_glob("a*bc", "abcb"));
}

static void
glob_ignores_the_case_of_ascii_letters_only(void **state)
{
	(void)state;
	assert_true(text_glob("MAIL.*", "mail.Example"));
	assert_false(text_glob("[", "{"));
	assert_false(text_glob("\xc3\x9c", "\xc3\xbc"));
}

static void
glob_with_many_stars_ends_soon(void **state)
{
	char text[4096];

	(void)state;
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_false(text_glob("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
	assert_true(text_glob("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*", text));
}

static void
a_hash_tells_every_byte_the_length_and_how_it_was_begun(void **state)
{
	char text[] = "gmail.com/vmta-1";
	const uint32_t hash = text_hash(text, 16, 0);

	(void)state;
	assert_int_equal(text_hash("gmail.com/vmta-12", 16, 0), hash);
	assert_int_not_equal(text_hash(text, 15, 0), hash);
	assert_int_not_equal(text_hash(text, 16, 1), hash);
	for (size_t i = 0; i < 16; i++) {
		text[i] ^= 1;
		assert_int_not_equal(text_hash(text, 16, 0), hash);
		text[i] ^= 1;
	}
	assert_int_not_equal(text_hash("\0", 1, 0), text_hash("", 0, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_text_is_kept),
		cmocka_unit_test(controls_become_blanks),
		cmocka_unit_test(separators_and_direction_marks_become_blanks),
		cmocka_unit_test(bytes_that_are_no_utf8_become_question_marks),
		cmocka_unit_test(overlong_forms_surrogates_and_numbers_beyond_unicode_are_no_utf8),
		cmocka_unit_test(text_is_cut_on_a_character_border),
		cmocka_unit_test(every_pair_of_bytes_is_made_valid),
		cmocka_unit_test(glob_matches_runs_and_single_bytes),
		cmocka_unit_test(glob_must_match_all_of_the_text),
		cmocka_unit_test(glob_ignores_the_case_of_ascii_letters_only),
		cmocka_unit_test(glob_with_many_stars_ends_soon),
		cmocka_unit_test(a_hash_tells_every_byte_the_length_and_how_it_was_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
