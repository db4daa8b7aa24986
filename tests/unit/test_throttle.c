/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "throttle.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char error[512];

static struct throttle_set *
make(const char *const *patterns, size_t count)
{
	struct throttle_set *set = throttle_set_new(patterns, count, error, sizeof error);

	if (!set)
		fail_msg("%s", error);
	return set;
}

static bool
matches(const struct throttle_set *set, const char *diag)
{
	struct reply reply;

	reply_read((struct slice){diag, strlen(diag)}, (struct slice){NULL, 0}, &reply);
	return throttle_matches(set, &reply);
}

/* True if a set of one pattern matches. */
static bool
pattern_matches(const char *pattern, const char *diag)
{
	struct throttle_set *set = make(&pattern, 1);
	const bool matched = matches(set, diag);

	throttle_set_free(set);
	return matched;
}

static void
the_defaults_are_421_and_rate_and_policy_deferrals(void **state)
{
	static const char *const slow[] = {"smtp;421 4.7.28 unusual rate",
					   "smtp;421 try later",
					   "smtp;421 4.4.2 timeout",
					   "smtp;450 4.2.1 too fast",
					   "smtp;451 4.7.500 busy",
					   "smtp;451 4.7.1 wait",
					   "smtp;450-4.7.0 slow 450 4.7.0 down"};
	static const char *const other[] = {"smtp;452 4.2.2 over quota",
					    "smtp;450 4.2.0 later",
					    "smtp;550 5.7.1 blocked",
					    "smtp;550 5.2.1 disabled",
					    "smtp;451 later",
					    "smtp;250 2.7.0 ok",
					    "smtp;550 421 4.7.0 inside",
					    "",
					    "smtp;4210 x"};
	struct throttle_set *set = make(throttle_defaults, THROTTLE_DEFAULTS);

	(void)state;
	for (size_t i = 0; i < COUNT(slow); i++)
		assert_true(matches(set, slow[i]));
	for (size_t i = 0; i < COUNT(other); i++)
		assert_false(matches(set, other[i]));
	throttle_set_free(set);
}

static void
a_set_of_no_patterns_matches_nothing(void **state)
{
	struct throttle_set *set = make(NULL, 0);

	(void)state;
	assert_false(matches(set, "smtp;421 4.7.0 slow down"));
	throttle_set_free(set);
}

static void
the_enhanced_code_may_come_from_dsn_status(void **state)
{
	struct throttle_set *set = make(throttle_defaults, THROTTLE_DEFAULTS);
	struct reply reply;

	(void)state;
	reply_read((struct slice){"smtp;451 wait", 13}, (struct slice){"4.7.1 (x)", 9}, &reply);
	assert_true(throttle_matches(set, &reply));
	throttle_set_free(set);
}

static void
a_reply_code_matches_whatever_follows(void **state)
{
	(void)state;
	assert_true(pattern_matches("451", "smtp;451 busy"));
	assert_true(pattern_matches("451", "smtp;451 4.3.0 busy"));
	assert_false(pattern_matches("451", "smtp;452 busy"));
	assert_false(pattern_matches("451", "smtp;450 451 busy"));
}

static void
stars_stand_for_any_subject_or_detail(void **state)
{
	(void)state;
	assert_true(pattern_matches("4.7.500", "smtp;451 4.7.500 x"));
	assert_false(pattern_matches("4.7.500", "smtp;451 4.7.50 x"));
	assert_true(pattern_matches("4.*.1", "smtp;451 4.3.1 x"));
	assert_false(pattern_matches("4.*.1", "smtp;451 4.3.2 x"));
	assert_true(pattern_matches("5.*.*", "smtp;550 5.9.9 x"));
	assert_false(pattern_matches("4.*.*", "smtp;451 x"));
	assert_true(pattern_matches("4.0.0", "smtp;451 4.0.0 x"));
	assert_false(pattern_matches("4.0.0", "smtp;451 x"));
}

static void
both_codes_must_match_if_both_are_given(void **state)
{
	(void)state;
	assert_true(pattern_matches("451 4.7.500", "smtp;451 4.7.500 x"));
	assert_true(pattern_matches("  550   5.7.*  ", "smtp;550 5.7.1 x"));
	assert_false(pattern_matches("451 4.7.500", "smtp;421 4.7.500 x"));
	assert_false(pattern_matches("451 4.7.500", "smtp;451 4.7.501 x"));
}

static void
a_glob_sees_the_whole_reply_from_its_code_on(void **state)
{
	(void)state;
	assert_true(pattern_matches("*rate limit*", "smtp;450 4.1.0 Rate Limited"));
	assert_false(pattern_matches("rate limit*", "smtp;450 4.1.0 Rate Limited"));
	assert_true(pattern_matches("45? 4.1.0 rate*", "smtp;450 4.1.0 Rate Limited"));
	assert_true(pattern_matches("554 *slow?down", "smtp;554 please slow-down"));
	assert_false(pattern_matches("*smtp*", "smtp;450 busy"));
}

static void
words_without_wildcards_are_found_anywhere(void **state)
{
	(void)state;
	assert_true(pattern_matches("too many", "smtp;450 4.1.0 Too many connections"));
	assert_true(pattern_matches("[XS01]", "smtp;451 [xs01] wait"));
	assert_false(pattern_matches("too many", "smtp;450 4.1.0 too  many"));
	assert_true(pattern_matches("a  b", "smtp;450 a\r\nb"));
}

static void
an_exception_wins_wherever_it_stands(void **state)
{
	static const char *const first[] = {"!4.7.25", "4.7.*", "! no reverse dns"};
	static const char *const last[] = {"slow", "!slow start", "421"};
	struct throttle_set *set = make(first, COUNT(first));

	(void)state;
	assert_true(matches(set, "smtp;451 4.7.1 wait"));
	assert_false(matches(set, "smtp;451 4.7.25 wait"));
	assert_false(matches(set, "smtp;451 4.7.1 no reverse DNS"));
	throttle_set_free(set);
	set = make(last, COUNT(last));
	assert_true(matches(set, "smtp;450 slow down"));
	assert_false(matches(set, "smtp;450 slow start"));
	assert_false(matches(set, "smtp;421 slow start"));
	throttle_set_free(set);
}

static void
success_never_throttles(void **state)
{
	(void)state;
	assert_false(pattern_matches("slow", "smtp;250 2.0.0 slow down"));
	assert_false(pattern_matches("*slow*", "smtp;354 slow"));
	assert_true(pattern_matches("rate limit", "connect rate limit reached"));
}

static void
only_the_begin_of_a_long_reply_is_seen(void **state)
{
	static char diag[5000] = "smtp;450 ";

	(void)state;
	memset(diag + 9, 'x', sizeof diag - 10);
	assert_false(pattern_matches("slow", diag));
	memcpy(diag + 1000, "slow", 4);
	assert_true(pattern_matches("slow", diag));
	memset(diag + 1000, 'x', 4);
	memcpy(diag + 2000, "slow", 4);
	assert_false(pattern_matches("slow", diag));
}

static void
a_faulty_pattern_is_refused_with_what_was_expected(void **state)
{
	static const char *const faulty[] = {
		"",	"   ",	"!",	 "4.7",	    "42",	"4211",	   "399",     "600",
		"4.7.", "4..1", "3.7.1", "*.7.1",   "4.7.1000", "421 4.7", "4.7.1.2", "421.",
		"*",	"***",	"4?1",	 "421 421", "4.7.**",	". . ."};

	(void)state;
	for (size_t i = 0; i < COUNT(faulty); i++) {
		struct throttle_set *set;

		error[0] = '\0';
		set = throttle_set_new(&faulty[i], 1, error, sizeof error);
		if (set)
			fail_msg("\"%s\" was accepted", faulty[i]);
		assert_non_null(strstr(error, "expected"));
	}
}

static void
overlong_and_too_many_patterns_are_refused(void **state)
{
	static const char *many[THROTTLE_PATTERNS_MAX + 1];
	char text[THROTTLE_PATTERN_MAX + 2], small[8];
	const char *pattern = text;

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_null(throttle_set_new(&pattern, 1, error, sizeof error));
	assert_null(throttle_set_new(&pattern, 1, small, sizeof small));
	assert_true(strlen(small) < sizeof small);
	text[THROTTLE_PATTERN_MAX] = '\0';
	assert_true(pattern_matches(text, text));
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = "421";
	assert_null(throttle_set_new(many, COUNT(many), error, sizeof error));
	throttle_set_free(make(many, COUNT(many) - 1));
}

static void
exceptions_alone_are_refused(void **state)
{
	static const char *const alone[] = {"!4.7.25", "!dns"};

	(void)state;
	assert_null(throttle_set_new(alone, COUNT(alone), error, sizeof error));
	assert_non_null(strstr(error, "only exceptions"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_are_421_and_rate_and_policy_deferrals),
		cmocka_unit_test(a_set_of_no_patterns_matches_nothing),
		cmocka_unit_test(the_enhanced_code_may_come_from_dsn_status),
		cmocka_unit_test(a_reply_code_matches_whatever_follows),
		cmocka_unit_test(stars_stand_for_any_subject_or_detail),
		cmocka_unit_test(both_codes_must_match_if_both_are_given),
		cmocka_unit_test(a_glob_sees_the_whole_reply_from_its_code_on),
		cmocka_unit_test(words_without_wildcards_are_found_anywhere),
		cmocka_unit_test(an_exception_wins_wherever_it_stands),
		cmocka_unit_test(success_never_throttles),
		cmocka_unit_test(only_the_begin_of_a_long_reply_is_seen),
		cmocka_unit_test(a_faulty_pattern_is_refused_with_what_was_expected),
		cmocka_unit_test(overlong_and_too_many_patterns_are_refused),
		cmocka_unit_test(exceptions_alone_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
