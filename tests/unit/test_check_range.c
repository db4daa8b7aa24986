/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "check_range.h"

static const char *const modes[] = {"normal", "backoff", "", "paused"};
static const struct check_column recipients = {1, "r", CHECK_GAUGE, "recipients", NULL, 0};
static const struct check_column age = {2, "a", CHECK_GAUGE, "seconds", NULL, 0};
static const struct check_column share = {3, "s", CHECK_GAUGE, "hundredths of a percent", NULL, 0};
static const struct check_column latency = {4, "l", CHECK_GAUGE, "milliseconds", NULL, 0};
static const struct check_column mode = {5, "m", CHECK_ENUM, "", modes, 4};

static struct check_range
parsed(const struct check_column *column, const char *text)
{
	struct check_range range;
	char error[512];

	if (check_range_parse(text, column, &range, error, sizeof error) != 0)
		fail_msg("%s: %s", text, error);
	return range;
}

static void
assert_refused(const struct check_column *column, const char *text, const char *hint)
{
	struct check_range range;
	char error[512] = "";

	assert_int_equal(check_range_parse(text, column, &range, error, sizeof error), -1);
	assert_non_null(strstr(error, hint));
}

static void
assert_hits(const struct check_column *column, const char *text, int64_t value, bool hit)
{
	struct check_range range = parsed(column, text);

	if (check_range_hit(&range, value) != hit)
		fail_msg("%s of %s: %lld", text, column->name, (long long)value);
}

static void
bounds_are_good_and_what_is_outside_is_bad(void **state)
{
	(void)state;
	assert_hits(&recipients, "10", 0, false);
	assert_hits(&recipients, "10", 10, false);
	assert_hits(&recipients, "10", 11, true);
	assert_hits(&recipients, "10:", 10, false);
	assert_hits(&recipients, "10:", 9, true);
	assert_hits(&recipients, "10:", INT64_C(4294967295), false);
	assert_hits(&recipients, "~:10", 10, false);
	assert_hits(&recipients, "~:10", 11, true);
	assert_hits(&recipients, "10:20", 9, true);
	assert_hits(&recipients, "10:20", 20, false);
	assert_hits(&recipients, "10:20", 21, true);
}

static void
an_at_sign_turns_it_round_bounds_included(void **state)
{
	(void)state;
	assert_hits(&recipients, "@10:20", 9, false);
	assert_hits(&recipients, "@10:20", 10, true);
	assert_hits(&recipients, "@10:20", 20, true);
	assert_hits(&recipients, "@10:20", 21, false);
	assert_hits(&recipients, "@5:", 4, false);
	assert_hits(&recipients, "@5:", 5, true);
	assert_hits(&recipients, "@0", 0, true);
}

static void
numbers_have_the_suffixes_of_their_unit(void **state)
{
	(void)state;
	assert_int_equal(parsed(&recipients, "50k").high, 50000);
	assert_int_equal(parsed(&recipients, "1.5M").high, 1500000);
	assert_int_equal(parsed(&age, "90").high, 90);
	assert_int_equal(parsed(&age, "1h:2d").low, 3600);
	assert_int_equal(parsed(&age, "1h:2d").high, 172800);
	assert_int_equal(parsed(&age, "0.5m").high, 30);
	assert_int_equal(parsed(&latency, "2s").high, 2000);
	assert_int_equal(parsed(&latency, "250ms").high, 250);
}

static void
shares_are_percent_and_kept_exactly(void **state)
{
	(void)state;
	assert_int_equal(parsed(&share, "15").high, 1500);
	assert_int_equal(parsed(&share, "12.5%").high, 1250);
	assert_int_equal(parsed(&share, "0.07%").high, 7);
	assert_int_equal(parsed(&share, "~:100%").high, 10000);
	assert_hits(&share, "12.5%", 1250, false);
	assert_hits(&share, "12.5%", 1251, true);
}

static void
what_no_value_can_equal_is_refused(void **state)
{
	(void)state;
	assert_refused(&share, "12.345%", "hundredths of a percent");
	assert_refused(&recipients, "1.5", "recipients");
	assert_refused(&recipients, "0.0005k", "recipients");
	assert_refused(&age, "10k", "s, m, h, d");
	assert_refused(&recipients, "10%", "k, M, G");
}

static void
nonsense_is_refused(void **state)
{
	static const char *const texts[] = {
		"",	 "abc",	  "-5", ":",  ":10", "~",   "~:", "@",	"@:",
		"20:10", "1:2:3", "1 ", " 1", "1e3", "0x1", "1.", ".5", "99999999999999999999",
		"1..2",	 "@@1",	  "~:~"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_refused(&recipients, texts[i], "expected a range");
}

static void
numbers_up_to_a_trillion_do_not_overflow(void **state)
{
	(void)state;
	assert_int_equal(parsed(&recipients, "999999999999").high, INT64_C(999999999999));
	assert_refused(&recipients, "1000000000000", "expected");
	assert_refused(&recipients, "99999999999G", "expected");
	assert_refused(&recipients, "1.00000000000000000000", "expected");
}

static void
names_say_what_is_bad(void **state)
{
	(void)state;
	assert_hits(&mode, "backoff", 2, true);
	assert_hits(&mode, "backoff", 1, false);
	assert_hits(&mode, "backoff,paused", 4, true);
	assert_hits(&mode, "!normal", 1, false);
	assert_hits(&mode, "!normal", 2, true);
	assert_hits(&mode, "!normal", 4, true);
	assert_hits(&mode, "1:1", 2, true);
	/* A value that a newer agent knows. */
	assert_hits(&mode, "!normal", 9, true);
	assert_hits(&mode, "backoff", 70, false);
}

static void
unknown_names_are_refused_with_those_there_are(void **state)
{
	(void)state;
	assert_refused(&mode, "backof", "normal, backoff, paused");
	assert_refused(&mode, "backoff,", "normal, backoff, paused");
	assert_refused(&mode, "!", "normal");
	assert_refused(&mode, "Normal", "normal");
}

static void
assert_written(const struct check_column *column, const char *text, const char *expected)
{
	struct check_range range = parsed(column, text);
	char out[CHECK_RANGE_SIZE];

	check_range_write(&range, check_unit_of(column->unit), out);
	assert_string_equal(out, expected);
}

static void
performance_data_have_the_range_in_the_unit_of_the_value(void **state)
{
	(void)state;
	assert_written(&recipients, "50k", "50000");
	assert_written(&recipients, "10:", "10:");
	assert_written(&recipients, "~:10", "~:10");
	assert_written(&recipients, "@10:20", "@10:20");
	assert_written(&recipients, "0:", "0:");
	assert_written(&share, "12.5%", "12.50");
	assert_written(&share, "0.05:15", "0.05:15.00");
	assert_written(&age, "4h", "14400");
	assert_written(&mode, "backoff", "");
}

static void
a_range_that_was_not_given_is_never_hit(void **state)
{
	struct check_range none = {0};

	(void)state;
	assert_false(check_range_hit(&none, 0));
	assert_false(check_range_hit(&none, INT64_MAX));
	assert_false(check_range_is_lower(&none));
}

static void
only_a_bound_below_makes_small_values_bad(void **state)
{
	struct check_range lower = parsed(&recipients, "10:");
	struct check_range both = parsed(&recipients, "10:20");
	struct check_range inside = parsed(&recipients, "@10:");

	(void)state;
	assert_true(check_range_is_lower(&lower));
	assert_false(check_range_is_lower(&both));
	assert_false(check_range_is_lower(&inside));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_are_good_and_what_is_outside_is_bad),
		cmocka_unit_test(an_at_sign_turns_it_round_bounds_included),
		cmocka_unit_test(numbers_have_the_suffixes_of_their_unit),
		cmocka_unit_test(shares_are_percent_and_kept_exactly),
		cmocka_unit_test(what_no_value_can_equal_is_refused),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(numbers_up_to_a_trillion_do_not_overflow),
		cmocka_unit_test(names_say_what_is_bad),
		cmocka_unit_test(unknown_names_are_refused_with_those_there_are),
		cmocka_unit_test(performance_data_have_the_range_in_the_unit_of_the_value),
		cmocka_unit_test(a_range_that_was_not_given_is_never_hit),
		cmocka_unit_test(only_a_bound_below_makes_small_values_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
