/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "reply_table.h"

#define NOON INT64_C(1795348800)

static struct reply_table table;

static int
setup(void **state)
{
	(void)state;
	memset(&table, 0, sizeof table);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	reply_table_clear(&table);
	return 0;
}

static void
count(uint32_t provider, const char *diag, bool bounced, int64_t when)
{
	struct reply reply;

	reply_read((struct slice){diag, strlen(diag)}, (struct slice){"", 0}, &reply);
	reply_table_count(&table, provider, &reply, bounced, when);
}

static void
a_row_counts_one_pair_of_codes_of_one_provider(void **state)
{
	(void)state;
	count(1, "smtp;421 4.7.28 unusual rate", false, NOON);
	count(1, "smtp;421 4.7.28 another text", false, NOON + 5);
	count(1, "smtp;550 5.1.1 no such user", true, NOON);
	count(2, "smtp;421 4.7.28 unusual rate", false, NOON);
	count(1, "smtp;421 4.7.0 unusual rate", false, NOON);
	assert_int_equal(table.count, 4);
	assert_int_equal(table.rows[0].code, 421);
	assert_int_equal(table.rows[0].enhanced, 4007028);
	assert_int_equal(table.rows[0].deferred, 2);
	assert_int_equal(table.rows[0].bounced, 0);
	assert_int_equal(table.rows[0].last_seen, NOON + 5);
	assert_string_equal(table.rows[0].text, "unusual rate");
	assert_int_equal(table.rows[1].bounced, 1);
	assert_int_equal(table.rows[2].provider, 2);
}

static void
a_reply_that_says_nothing_is_not_counted(void **state)
{
	(void)state;
	count(1, "", false, NOON);
	assert_int_equal(table.count, 0);
	count(1, "smtp;connection timed out", false, NOON);
	assert_int_equal(table.count, 1);
	assert_int_equal(table.rows[0].code, 0);
	assert_string_equal(table.rows[0].text, "connection timed out");
}

static void
a_sample_names_nobody(void **state)
{
	(void)state;
	count(1, "smtp;550 5.1.1 <anna@acme.example> unknown", true, NOON);
	assert_null(strstr(table.rows[0].text, "anna"));
	assert_non_null(strstr(table.rows[0].text, "unknown"));
}

static void
a_sample_is_renewed_after_an_hour(void **state)
{
	(void)state;
	count(1, "smtp;421 4.7.0 first", false, NOON);
	count(1, "smtp;421 4.7.0 second", false, NOON + 3599);
	assert_string_equal(table.rows[0].text, "first");
	count(1, "smtp;421 4.7.0 third", false, NOON + 3600);
	assert_string_equal(table.rows[0].text, "third");
}

static void
the_last_hour_slides(void **state)
{
	(void)state;
	for (int minute = 0; minute < 120; minute++)
		count(1, "smtp;421 busy", false, NOON + minute * 60);
	assert_int_equal(table.rows[0].deferred, 120);
	assert_int_equal(reply_row_recent(&table.rows[0], NOON + 7199), 60);
	assert_int_equal(reply_row_recent(&table.rows[0], NOON + 7199 + 1800), 30);
	assert_int_equal(reply_row_recent(&table.rows[0], NOON + 7199 + 3600), 0);
	count(1, "smtp;421 busy", false, NOON + 7199 - 1800);
	assert_int_equal(reply_row_recent(&table.rows[0], NOON + 7199), 61);
	count(1, "smtp;421 busy", false, NOON);
	assert_int_equal(reply_row_recent(&table.rows[0], NOON + 7199), 61);
	count(1, "smtp;421 busy", false, NOON + 86400);
	assert_int_equal(reply_row_recent(&table.rows[0], NOON + 86400), 1);
}

static void
however_many_there_are_rows_are_bounded_and_the_newest_stay(void **state)
{
	struct reply reply = {.code = 550};

	(void)state;
	for (uint32_t i = 0; i < 3 * REPLY_ROWS_MAX; i++) {
		reply.enhanced = (struct reply_enhanced){5, (uint16_t)(i / 1000 % 1000),
							 (uint16_t)(i % 1000)};
		reply_table_count(&table, i % 7, &reply, true, NOON + i);
		/* One that is seen again and again is not thrown out. */
		count(99, "smtp;421 4.7.0 busy", false, NOON + i);
	}
	assert_int_equal(table.count, REPLY_ROWS_MAX);
	for (uint32_t i = 0; i < table.count; i++) {
		if (table.rows[i].provider == 99)
			assert_int_equal(table.rows[i].deferred, 3 * REPLY_ROWS_MAX);
		else
			assert_true(table.rows[i].last_seen > NOON + 2 * REPLY_ROWS_MAX);
	}
}

static void
a_restored_row_goes_on_counting(void **state)
{
	struct reply_row row;

	(void)state;
	count(3, "smtp;421 4.7.0 busy", false, NOON);
	row = table.rows[0];
	reply_table_clear(&table);
	assert_int_equal(reply_table_restore(&table, 0, &row), 0);
	count(3, "smtp;421 4.7.0 busy", false, NOON + 1);
	assert_int_equal(table.count, 1);
	assert_int_equal(table.rows[0].deferred, 2);
	assert_int_equal(reply_row_recent(&table.rows[0], NOON + 1), 2);
}

static void
what_cannot_be_a_position_is_not_restored(void **state)
{
	const struct reply_row row = {.provider = 1, .code = 421};

	(void)state;
	assert_int_equal(reply_table_restore(&table, 1, &row), -1);
	assert_int_equal(reply_table_restore(&table, 0, &row), 0);
	assert_int_equal(reply_table_restore(&table, 1, &row), -1);
	assert_int_equal(table.count, 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_row_counts_one_pair_of_codes_of_one_provider),
		TEST(a_reply_that_says_nothing_is_not_counted),
		TEST(a_sample_names_nobody),
		TEST(a_sample_is_renewed_after_an_hour),
		TEST(the_last_hour_slides),
		TEST(however_many_there_are_rows_are_bounded_and_the_newest_stay),
		TEST(a_restored_row_goes_on_counting),
		TEST(what_cannot_be_a_position_is_not_restored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
