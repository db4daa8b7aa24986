/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "reply.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct reply reply;

static struct slice
slice_of(const char *text)
{
	return (struct slice){text, strlen(text)};
}

static void
read_diag(const char *diag, const char *status)
{
	reply_read(slice_of(diag), slice_of(status), &reply);
}

static void
assert_codes(unsigned code, const char *enhanced)
{
	char buf[REPLY_ENHANCED_SIZE];

	assert_int_equal(reply.code, code);
	assert_string_equal(reply_format_enhanced(reply.enhanced, buf), enhanced);
}

static void
assert_slice(struct slice slice, const char *expected)
{
	assert_int_equal(slice.len, strlen(expected));
	assert_memory_equal(slice.ptr, expected, slice.len);
}

static void
codes_and_text_are_told_apart(void **state)
{
	static const struct {
		const char *diag;
		unsigned code;
		const char *enhanced, *text;
	} replies[] = {
		{"smtp;421 4.7.28 Our system", 421, "4.7.28", "Our system"},
		{"smtp; 550 5.1.1 no", 550, "5.1.1", "no"},
		{"SMTP;550 no such user", 550, "", "no such user"},
		{"450 4.2.1 slow", 450, "4.2.1", "slow"},
		{"lmtp;452 4.2.2 full", 452, "4.2.2", "full"},
		{"smtp;250 2.0.0", 250, "2.0.0", ""},
		{"smtp;554", 554, "", ""},
		{"smtp;550-5.7.26 first 550 5.7.26 last", 550, "5.7.26", "first 550 5.7.26 last"},
		{"smtp;550\t5.1.1\tno", 550, "5.1.1", "no"},
		{"smtp;550 #5.1.0 rejected", 550, "5.1.0", "rejected"},
		{"smtp;550 (#5.1.1) rejected", 550, "5.1.1", "rejected"},
		{"smtp;550 5.1.1: gone", 550, "5.1.1", ": gone"},
		{"smtp;550 5.100.999 odd", 550, "5.100.999", "odd"},
		{"smtp;571 5.7.1 x", 571, "5.7.1", "x"},
		{"x-powermta;bounce-queue", 0, "", "bounce-queue"},
		{"", 0, "", ""},
		{"smtp;", 0, "", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(replies); i++) {
		read_diag(replies[i].diag, "");
		assert_codes(replies[i].code, replies[i].enhanced);
		assert_slice(reply.text, replies[i].text);
	}
}

static void
digits_that_are_no_code_are_text(void **state)
{
	static const char *const texts[] = {"4210 x", "42 x", "199 x",	 "600 x",
					    "550x",   "abc",  "550.1 x", "5.1.1 no"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		read_diag(texts[i], "");
		assert_codes(0, "");
		assert_slice(reply.text, texts[i]);
	}
}

static void
digits_that_are_no_enhanced_code_are_text(void **state)
{
	static const char *const texts[] = {"5.1 x",	"5.1. x",   "3.1.1 x", "5.1.1111 x",
					    "5.1111.1", "5.1.1abc", "5.9.8.7", "51.1.1",
					    "5..1 x",	"5.1.",	    "5.",      "("};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		char diag[64] = "smtp;550 ";

		strcat(diag, texts[i]);
		read_diag(diag, "");
		assert_codes(550, "");
		assert_slice(reply.text, texts[i]);
	}
}

static void
the_servers_own_enhanced_code_counts_before_dsn_status(void **state)
{
	(void)state;
	read_diag("smtp;550 5.7.1 blocked", "5.0.0 (undefined status)");
	assert_codes(550, "5.7.1");
	read_diag("smtp;550 blocked", "5.0.0 (undefined status)");
	assert_codes(550, "5.0.0");
	read_diag("", "4.4.1 (no answer from host)");
	assert_codes(0, "4.4.1");
	read_diag("smtp;550 blocked", "nonsense");
	assert_codes(550, "");
}

static void
only_len_bytes_are_read(void **state)
{
	static const char diag[] = "smtp;421 4.7.28 x";

	(void)state;
	/* Each length in a block of its own, so that a byte too many is seen by the sanitizer. */
	for (size_t len = 0; len < sizeof diag; len++) {
		char *copy = malloc(len + 1);

		assert_non_null(copy);
		memcpy(copy + 1, diag, len);
		reply_read((struct slice){copy + 1, len}, (struct slice){NULL, 0}, &reply);
		reply_read_error((struct slice){copy + 1, len}, &reply);
		free(copy);
	}
	reply_read((struct slice){diag, 14}, (struct slice){NULL, 0}, &reply);
	assert_codes(421, "4.7.2");
	reply_read((struct slice){NULL, 0}, (struct slice){NULL, 0}, &reply);
	assert_codes(0, "");
}

static void
the_line_begins_with_the_code(void **state)
{
	(void)state;
	read_diag("smtp;421 4.7.0 [XX01] wait", "");
	assert_slice(reply.line, "421 4.7.0 [XX01] wait");
}

static void
several_lines_are_noticed(void **state)
{
	(void)state;
	read_diag("smtp;550-5.1.1 a 550 5.1.1 b", "");
	assert_true(reply.multiline);
	read_diag("smtp;550 5.1.1 a-b", "");
	assert_false(reply.multiline);
}

static void
an_error_text_gives_the_reply_quoted_in_it(void **state)
{
	static const struct {
		const char *error;
		unsigned code;
		const char *enhanced, *text;
	} errors[] = {
		{"skip of MX requested: \"421 4.2.1 slow down\" received from mx (192.0.2.1) while "
		 "connected from a (192.0.2.2) to mx (192.0.2.1)",
		 421, "4.2.1", "slow down"},
		{"Error: \"521 5.2.1 blocked\" while connected from a (192.0.2.2) to b "
		 "(192.0.2.1)",
		 521, "5.2.1", "blocked"},
		{"Error: \"550 said \"no\" to us\" while connected from a to b", 550, "",
		 "said \"no\" to us"},
		{"Error: \"550 5.1.1 no\"", 550, "5.1.1", "no"},
		{"Error: \"550 5.1.1 cut off", 550, "5.1.1", "cut off"},
		{"Error: \"connection refused\" while connected from a to b", 0, "",
		 "Error: \"connection refused\" while connected from a to b"},
		{"connect rate limit reached", 0, "", "connect rate limit reached"},
		{"550 5.1.1 not quoted", 0, "", "550 5.1.1 not quoted"},
		{"\"", 0, "", "\""},
		{"", 0, "", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		reply_read_error(slice_of(errors[i].error), &reply);
		assert_codes(errors[i].code, errors[i].enhanced);
		assert_slice(reply.text, errors[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_and_text_are_told_apart),
		cmocka_unit_test(digits_that_are_no_code_are_text),
		cmocka_unit_test(digits_that_are_no_enhanced_code_are_text),
		cmocka_unit_test(the_servers_own_enhanced_code_counts_before_dsn_status),
		cmocka_unit_test(only_len_bytes_are_read),
		cmocka_unit_test(the_line_begins_with_the_code),
		cmocka_unit_test(several_lines_are_noticed),
		cmocka_unit_test(an_error_text_gives_the_reply_quoted_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
