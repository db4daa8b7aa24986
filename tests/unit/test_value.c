/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "snapshot.h"
#include "value.h"

#define TEXT_MAX_OCTETS 255

static void
set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void
assert_date(int64_t wall_ms, const unsigned char *expected)
{
	struct value v;

	assert_true(value_date(&v, wall_ms));
	assert_int_equal(v.type, VALUE_OCTETS);
	assert_int_equal(v.octets_len, 11);
	assert_memory_equal(v.octets, expected, 11);
}

static void
integer_keeps_the_number(void **state)
{
	struct value v;

	(void)state;
	assert_true(value_integer(&v, 5));
	assert_int_equal(v.type, VALUE_INTEGER);
	assert_int_equal(v.n.integer, 5);
	assert_true(value_integer(&v, INT32_MIN));
	assert_true(value_integer(&v, INT32_MAX));
}

static void
integer_is_absent_for_0_and_beyond_32_bits(void **state)
{
	struct value v;

	(void)state;
	assert_false(value_integer(&v, 0));
	assert_false(value_integer(&v, INT64_C(1) + INT32_MAX));
	assert_false(value_integer(&v, INT64_C(-1) + INT32_MIN));
	assert_false(value_integer(&v, INT64_MIN));
}

static void
rate_may_be_0_or_negative_but_not_the_absent_number(void **state)
{
	struct value v;

	(void)state;
	assert_true(value_signed(&v, 0));
	assert_int_equal(v.type, VALUE_INTEGER);
	assert_true(value_signed(&v, -INT32_MAX));
	assert_int_equal(v.n.integer, -INT32_MAX);
	assert_true(value_signed(&v, INT32_MAX));
	assert_false(value_signed(&v, SNAP_NONE_RATE));
}

static void
gauge_shows_0_but_not_the_absent_number(void **state)
{
	struct value v;

	(void)state;
	assert_true(value_gauge(&v, 0));
	assert_int_equal(v.type, VALUE_GAUGE);
	assert_int_equal(v.n.u32, 0);
	assert_true(value_gauge(&v, SNAP_NONE32 - 1));
	assert_false(value_gauge(&v, SNAP_NONE32));
}

static void
gauge64_latches_at_the_top_of_gauge32(void **state)
{
	struct value v;

	(void)state;
	assert_true(value_gauge64(&v, UINT32_MAX));
	assert_int_equal(v.n.u32, UINT32_MAX);
	assert_true(value_gauge64(&v, UINT64_C(1) << 32));
	assert_int_equal(v.n.u32, UINT32_MAX);
	assert_true(value_gauge64(&v, SNAP_NONE64 - 1));
	assert_int_equal(v.n.u32, UINT32_MAX);
	assert_false(value_gauge64(&v, SNAP_NONE64));
}

static void
counters_keep_all_their_bits(void **state)
{
	struct value v;

	(void)state;
	assert_true(value_counter32(&v, SNAP_NONE32 - 1));
	assert_int_equal(v.type, VALUE_COUNTER32);
	assert_int_equal(v.n.u32, SNAP_NONE32 - 1);
	assert_false(value_counter32(&v, SNAP_NONE32));
	assert_true(value_counter64(&v, SNAP_NONE64 - 1));
	assert_int_equal(v.type, VALUE_COUNTER64);
	assert_true(v.n.u64 == SNAP_NONE64 - 1);
	assert_false(value_counter64(&v, SNAP_NONE64));
}

static void
text_is_borrowed_as_it_is(void **state)
{
	const char *text = "connect rate limit reached";
	struct value v;

	(void)state;
	assert_true(value_text(&v, text));
	assert_int_equal(v.type, VALUE_OCTETS);
	assert_ptr_equal(v.octets, text);
	assert_int_equal(v.octets_len, strlen(text));
	assert_true(value_text(&v, ""));
	assert_int_equal(v.octets_len, 0);
	assert_false(value_text(&v, NULL));
}

/* A text of ASCII letters up to the border, and one UTF-8 character that begins before it. */
static void
assert_cut(size_t ascii, const char *character, size_t expected)
{
	char text[300];
	struct value v;

	memset(text, 'a', ascii);
	strcpy(text + ascii, character);
	strcat(text, "bbbb");
	assert_true(value_text(&v, text));
	assert_int_equal(v.octets_len, expected);
}

static void
text_is_cut_at_255_octets_on_a_character_border(void **state)
{
	(void)state;
	assert_cut(255, "", 255);
	assert_cut(254, "\xc3\xb6", 254);
	assert_cut(253, "\xc3\xb6", 255);
	assert_cut(253, "\xe4\xb8\xad", 253);
	assert_cut(252, "\xe4\xb8\xad", 255);
	assert_cut(252, "\xf0\x9f\x93\xa7", 252);
	assert_cut(254, "\xf0\x9f\x93\xa7", 254);
}

static void
text_of_exactly_255_octets_is_not_cut(void **state)
{
	char text[TEXT_MAX_OCTETS + 1];
	struct value v;

	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text + 253, "\xc3\xb6", 3);
	assert_true(value_text(&v, text));
	assert_int_equal(v.octets_len, TEXT_MAX_OCTETS);
}

static void
text_of_stray_continuation_octets_only_is_cut_to_nothing(void **state)
{
	char text[300];
	struct value v;

	(void)state;
	memset(text, 0x80, sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_true(value_text(&v, text));
	assert_int_equal(v.octets_len, 0);
}

static void
date_is_in_the_local_zone(void **state)
{
	const unsigned char utc[] = {0x07, 0xe8, 3, 12, 14, 5, 33, 6, '+', 0, 0};
	const unsigned char east[] = {0x07, 0xe8, 3, 12, 19, 35, 33, 6, '+', 5, 30};
	const unsigned char west[] = {0x07, 0xe8, 3, 12, 10, 35, 33, 6, '-', 3, 30};

	(void)state;
	set_zone("UTC0");
	assert_date(1710252333678, utc);
	set_zone("XXX-5:30");
	assert_date(1710252333678, east);
	set_zone("XXX3:30");
	assert_date(1710252333678, west);
}

/* RFC 2579 lets hours from UTC go to 13; Kiribati is at +14. */
static void
date_is_in_utc_where_the_zone_cannot_be_stated(void **state)
{
	const unsigned char utc[] = {0x07, 0xe8, 3, 12, 14, 5, 33, 0, '+', 0, 0};
	const unsigned char tonga[] = {0x07, 0xe8, 3, 13, 3, 5, 33, 0, '+', 13, 0};

	(void)state;
	set_zone("XXX-14");
	assert_date(1710252333000, utc);
	set_zone("XXX-13");
	assert_date(1710252333000, tonga);
}

static void
date_before_1970_has_its_tenths_right(void **state)
{
	const unsigned char expected[] = {0x07, 0xb1, 12, 31, 23, 59, 59, 9, '+', 0, 0};

	(void)state;
	set_zone("UTC0");
	assert_date(-100, expected);
}

static void
date_is_absent_for_no_time_and_years_it_cannot_hold(void **state)
{
	struct value v;

	(void)state;
	set_zone("UTC0");
	assert_false(value_date(&v, SNAP_NO_TIME));
	assert_false(value_date(&v, INT64_MAX));
	assert_false(value_date(&v, INT64_MIN + 1));
	assert_true(value_date(&v, INT64_C(2005949145599) * 1000));  /* end of 65535 */
	assert_false(value_date(&v, INT64_C(2005949145600) * 1000)); /* 65536 */
}

static void
truth_is_1_or_2_or_absent(void **state)
{
	struct value v;

	(void)state;
	assert_true(value_truth(&v, 1));
	assert_int_equal(v.n.integer, 1);
	assert_true(value_truth(&v, 2));
	assert_int_equal(v.n.integer, 2);
	assert_int_equal(v.type, VALUE_INTEGER);
	assert_false(value_truth(&v, 0));
	assert_false(value_truth(&v, 3));
}

static void
object_is_copied_up_to_its_greatest_length(void **state)
{
	uint32_t oid[VALUE_OID_MAX + 1];
	struct value v;

	(void)state;
	for (size_t i = 0; i <= VALUE_OID_MAX; i++)
		oid[i] = (uint32_t)i;
	assert_true(value_object(&v, oid, VALUE_OID_MAX));
	assert_int_equal(v.type, VALUE_OID);
	assert_int_equal(v.oid_len, VALUE_OID_MAX);
	assert_memory_equal(v.oid, oid, sizeof v.oid);
	assert_false(value_object(&v, oid, VALUE_OID_MAX + 1));
	assert_false(value_object(&v, oid, 0));
	assert_false(value_object(&v, NULL, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integer_keeps_the_number),
		cmocka_unit_test(integer_is_absent_for_0_and_beyond_32_bits),
		cmocka_unit_test(rate_may_be_0_or_negative_but_not_the_absent_number),
		cmocka_unit_test(gauge_shows_0_but_not_the_absent_number),
		cmocka_unit_test(gauge64_latches_at_the_top_of_gauge32),
		cmocka_unit_test(counters_keep_all_their_bits),
		cmocka_unit_test(text_is_borrowed_as_it_is),
		cmocka_unit_test(text_is_cut_at_255_octets_on_a_character_border),
		cmocka_unit_test(text_of_exactly_255_octets_is_not_cut),
		cmocka_unit_test(text_of_stray_continuation_octets_only_is_cut_to_nothing),
		cmocka_unit_test(date_is_in_the_local_zone),
		cmocka_unit_test(date_is_in_utc_where_the_zone_cannot_be_stated),
		cmocka_unit_test(date_before_1970_has_its_tenths_right),
		cmocka_unit_test(date_is_absent_for_no_time_and_years_it_cannot_hold),
		cmocka_unit_test(truth_is_1_or_2_or_absent),
		cmocka_unit_test(object_is_copied_up_to_its_greatest_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
