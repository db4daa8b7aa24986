/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf_value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
assert_number(const char *text, enum conf_unit unit, uint64_t expected)
{
	uint64_t number;

	if (conf_value_number(text, unit, &number) < 0)
		fail_msg("%s was refused", text);
	assert_int_equal(number, expected);
}

static void
test_durations_are_read_as_milliseconds(void **state)
{
	(void)state;
	assert_number("500ms", CONF_UNIT_DURATION, 500);
	assert_number("30", CONF_UNIT_DURATION, 30000);
	assert_number("30s", CONF_UNIT_DURATION, 30000);
	assert_number("2m", CONF_UNIT_DURATION, 120000);
	assert_number("24h", CONF_UNIT_DURATION, 86400000);
	assert_number("1d", CONF_UNIT_DURATION, 86400000);
	assert_number("0", CONF_UNIT_DURATION, 0);
}

static void
test_sizes_are_read_as_bytes(void **state)
{
	(void)state;
	assert_number("512", CONF_UNIT_SIZE, 512);
	assert_number("1k", CONF_UNIT_SIZE, 1024);
	assert_number("1K", CONF_UNIT_SIZE, 1024);
	assert_number("256M", CONF_UNIT_SIZE, UINT64_C(268435456));
	assert_number("4G", CONF_UNIT_SIZE, UINT64_C(4294967296));
}

static void
test_what_is_no_whole_number_with_its_unit_is_refused(void **state)
{
	static const char *const texts[] = {"",
					    "s",
					    "-1",
					    "+1",
					    " 1",
					    "1 ",
					    "1.5s",
					    "1sec",
					    "1s2m",
					    "0x10",
					    "1S",
					    "1 s",
					    "99999999999999999999",
					    "18446744073709551615s"};
	uint64_t number;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		if (conf_value_number(texts[i], CONF_UNIT_DURATION, &number) == 0)
			fail_msg("\"%s\" was taken", texts[i]);
	}
	assert_int_equal(conf_value_number("5k", CONF_UNIT_NONE, &number), -1);
	assert_int_equal(conf_value_number("5s", CONF_UNIT_SIZE, &number), -1);
}

static void
test_numbers_are_formatted_with_the_largest_unit_that_divides(void **state)
{
	char buf[32];

	(void)state;
	assert_string_equal(conf_value_format(200, CONF_UNIT_DURATION, buf, sizeof buf), "200ms");
	assert_string_equal(conf_value_format(90000, CONF_UNIT_DURATION, buf, sizeof buf), "90s");
	assert_string_equal(conf_value_format(3600000, CONF_UNIT_DURATION, buf, sizeof buf), "1h");
	assert_string_equal(conf_value_format(65536, CONF_UNIT_SIZE, buf, sizeof buf), "64k");
	assert_string_equal(conf_value_format(1000, CONF_UNIT_SIZE, buf, sizeof buf), "1000");
	assert_string_equal(conf_value_format(0, CONF_UNIT_DURATION, buf, sizeof buf), "0");
	assert_string_equal(conf_value_format(1000, CONF_UNIT_NONE, buf, sizeof buf), "1000");
}

static void
test_truth_is_read_in_three_words_each(void **state)
{
	static const char *const yes[] = {"yes", "true", "on", "YES"};
	static const char *const no[] = {"no", "false", "off", "No"};
	bool truth;

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++) {
		truth = false;
		assert_int_equal(conf_value_truth(yes[i], &truth), 0);
		assert_true(truth);
		assert_int_equal(conf_value_truth(no[i], &truth), 0);
		assert_false(truth);
	}
	assert_int_equal(conf_value_truth("1", &truth), -1);
	assert_int_equal(conf_value_truth("", &truth), -1);
}

static void
test_a_misspelt_word_finds_the_nearest(void **state)
{
	static const char *const words[] = {"url", "timeout", "connect-timeout", "poll-interval"};

	(void)state;
	assert_string_equal(conf_value_suggest("poll_intervall", words, 4), "poll-interval");
	assert_string_equal(conf_value_suggest("timout", words, 4), "timeout");
	assert_string_equal(conf_value_suggest("urls", words, 4), "url");
	assert_null(conf_value_suggest("colour", words, 4));
	assert_null(conf_value_suggest("x", words, 4));
	assert_null(conf_value_suggest("poll-interval-but-very-much-longer-than-that", words, 4));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_durations_are_read_as_milliseconds),
		cmocka_unit_test(test_sizes_are_read_as_bytes),
		cmocka_unit_test(test_what_is_no_whole_number_with_its_unit_is_refused),
		cmocka_unit_test(test_numbers_are_formatted_with_the_largest_unit_that_divides),
		cmocka_unit_test(test_truth_is_read_in_three_words_each),
		cmocka_unit_test(test_a_misspelt_word_finds_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
