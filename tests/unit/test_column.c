/* SPDX-License-Identifier: BSD-2-Clause */
/* The getters that columns share, and the few a table has of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "column.h"
#include "fixture_part.h"
#include "mib.h"

#define NOW_S 1710252333
#define NOW_MONO_MS 5000000

static const struct moment now = {.wall_ms = INT64_C(1000) * NOW_S + 999, .mono_ms = NOW_MONO_MS};
static const struct table_column first_field = {.number = 1};

static bool
get_u64(table_getter get, uint64_t field, struct value *out)
{
	const struct table_cell cell = {.row = &field, .now = now};

	return get(&cell, &first_field, out);
}

static bool
get_time(table_getter get, int64_t field, struct value *out)
{
	const struct table_cell cell = {.row = &field, .now = now};

	return get(&cell, &first_field, out);
}

static void
assert_seconds(table_getter get, int64_t field, uint32_t seconds)
{
	struct value value;

	assert_true(get_time(get, field, &value));
	assert_int_equal(value.type, VALUE_GAUGE);
	assert_int_equal(value.n.u32, seconds);
}

static void
age_is_full_seconds_since(void **state)
{
	(void)state;
	assert_seconds(column_age, NOW_S, 0);
	assert_seconds(column_age, NOW_S - 1, 1);
	assert_seconds(column_age, NOW_S - 86400, 86400);
	assert_seconds(column_mono_age, NOW_MONO_MS - 1999, 1);
	assert_seconds(column_mono_age, NOW_MONO_MS - 2000, 2);
}

static void
age_of_a_time_to_come_is_0(void **state)
{
	(void)state;
	assert_seconds(column_age, NOW_S + 60, 0);
	assert_seconds(column_mono_age, NOW_MONO_MS + 60000, 0);
}

static void
age_beyond_136_years_stays_at_the_top(void **state)
{
	(void)state;
	assert_seconds(column_age, NOW_S - INT64_C(10000000000), UINT32_MAX);
	assert_seconds(column_mono_age, INT64_MIN + 1, UINT32_MAX);
}

static void
wait_is_0_when_its_time_is_over(void **state)
{
	(void)state;
	assert_seconds(column_until, NOW_S + 61, 60);
	assert_seconds(column_until, NOW_S - 60, 0);
}

static void
times_that_are_none_or_cannot_be_told_have_no_instance(void **state)
{
	const table_getter getters[] = {column_date, column_age, column_until};
	struct value value;

	(void)state;
	for (size_t i = 0; i < sizeof getters / sizeof getters[0]; i++) {
		assert_false(get_time(getters[i], SNAP_NO_TIME, &value));
		assert_false(get_time(getters[i], INT64_MAX, &value));
		assert_false(get_time(getters[i], INT64_MIN + 1, &value));
	}
	assert_false(get_time(column_mono_age, SNAP_NO_TIME, &value));
}

static void
kilobytes_of_a_total_are_full_ones(void **state)
{
	struct value value;

	(void)state;
	assert_true(get_u64(column_kbytes_total, 2047, &value));
	assert_int_equal(value.type, VALUE_COUNTER64);
	assert_int_equal(value.n.u64, 1);
	assert_true(get_u64(column_kbytes_total, SNAP_NONE64 - 1, &value));
	assert_true(value.n.u64 == (UINT64_C(1) << 54) - 1);
	assert_false(get_u64(column_kbytes_total, SNAP_NONE64, &value));
}

static void
kilobytes_of_a_level_are_0_only_when_it_is_empty(void **state)
{
	struct value value;

	(void)state;
	assert_true(get_u64(column_kbytes_level, 0, &value));
	assert_int_equal(value.type, VALUE_GAUGE);
	assert_int_equal(value.n.u32, 0);
	assert_true(get_u64(column_kbytes_level, 1, &value));
	assert_int_equal(value.n.u32, 1);
	assert_true(get_u64(column_kbytes_level, 1024, &value));
	assert_int_equal(value.n.u32, 1);
	assert_true(get_u64(column_kbytes_level, SNAP_NONE64 - 1, &value));
	assert_int_equal(value.n.u32, UINT32_MAX);
	assert_false(get_u64(column_kbytes_level, SNAP_NONE64, &value));
}

/* One cell of a table with one row. */
static bool
get_cell(const struct table *table, uint32_t column, const void *row, size_t size,
	 struct value *out)
{
	const uint32_t by_key[] = {1, column, 8}, by_both[] = {1, column, 3, 8};
	const struct snap_server server_row = {.name = "mta1"};
	struct snap_part part = FIXTURE_PART(row, size, 1, 1);
	struct snap_part server_part = FIXTURE_PART(&server_row, sizeof server_row, 1, 0);
	struct snap_server_parts server = {.index = 3, .part = {&server_part}};
	const struct snapshot snap = {.server_count = 1, .servers = &server, .events = &part};

	if (table->part == SNAP_EVENT)
		return table_get(table, &snap, now, by_key, 3, out);
	server.part[table->part] = &part;
	return table_get(table, &snap, now, by_both, 4, out);
}

#define QUEUE_NAME 3
#define TYPE_NAME 3
#define EVENT_ROW 9
#define EVENT_AGE 16

static void
name_of_a_queue_is_cut_as_one_text(void **state)
{
	char domain[256], vmta[256];
	struct snap_queue queue = {.key = 8, .domain = domain, .vmta = vmta};
	struct value value;

	(void)state;
	memset(domain, 'd', sizeof domain);
	memset(vmta, 'v', sizeof vmta);
	domain[255] = vmta[255] = '\0';
	strcpy(domain + 252, "\xc3\xb6");
	assert_true(get_cell(&mib_queue_table, QUEUE_NAME, &queue, sizeof queue, &value));
	assert_int_equal(value.octets_len, 255);
	assert_memory_equal((const char *)value.octets + 252, "\xc3\xb6/", 3);
	strcpy(domain + 254, "d");
	strcpy(domain + 252, "/");
	strcpy(vmta, "\xc3\xb6\xc3\xb6");
	assert_true(get_cell(&mib_queue_table, QUEUE_NAME, &queue, sizeof queue, &value));
	assert_int_equal(value.octets_len, 254);
}

static void
name_of_a_queue_without_vmta_is_its_domain(void **state)
{
	const struct snap_queue queue = {.key = 8, .domain = "example.com"};
	struct value value;

	(void)state;
	assert_true(get_cell(&mib_queue_table, QUEUE_NAME, &queue, sizeof queue, &value));
	assert_int_equal(value.octets_len, strlen("example.com"));
	assert_memory_equal(value.octets, "example.com", value.octets_len);
}

static void
delivery_type_that_has_no_name_has_no_instance(void **state)
{
	const struct snap_delivery_type none = {.key = 8}, unknown = {.key = 10};
	const uint32_t oid[] = {1, TYPE_NAME, 3, 10};
	struct snap_part part = FIXTURE_PART(&unknown, sizeof unknown, 1, 1);
	struct snap_server_parts server = {.index = 3, .part = {[SNAP_DELIVERY_TYPE] = &part}};
	const struct snapshot snap = {.server_count = 1, .servers = &server};
	struct value value;

	(void)state;
	assert_true(get_cell(&mib_delivery_table, TYPE_NAME, &none, sizeof none, &value));
	assert_memory_equal(value.octets, "http", 4);
	assert_false(table_get(&mib_delivery_table, &snap, now, oid, 4, &value));
}

static void
age_of_an_event_does_not_step_with_the_wall_clock(void **state)
{
	const struct snap_event event = {
		.key = 8, .time_ms = INT64_C(1000) * NOW_S, .time_mono = NOW_MONO_MS - 7000};
	struct value value;

	(void)state;
	assert_true(get_cell(&mib_event_table, EVENT_AGE, &event, sizeof event, &value));
	assert_int_equal(value.n.u32, 7);
}

static void
age_of_an_event_of_an_earlier_run_is_by_the_wall_clock(void **state)
{
	const struct snap_event event = {
		.key = 8, .time_ms = INT64_C(1000) * (NOW_S - 9), .time_mono = SNAP_NO_TIME};
	struct value value;

	(void)state;
	assert_true(get_cell(&mib_event_table, EVENT_AGE, &event, sizeof event, &value));
	assert_int_equal(value.n.u32, 9);
}

static void
event_about_a_server_points_at_the_server(void **state)
{
	const struct snap_event event = {.key = 8, .server_index = 5, .table = SNAP_SERVER};
	uint32_t oid[VALUE_OID_MAX];
	struct value value;

	(void)state;
	assert_true(get_cell(&mib_event_table, EVENT_ROW, &event, sizeof event, &value));
	assert_int_equal(value.oid_len, mib_row_oid(&mib_server_table, 5, 0, oid));
	assert_memory_equal(value.oid, oid, value.oid_len * sizeof *oid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(age_is_full_seconds_since),
		cmocka_unit_test(age_of_a_time_to_come_is_0),
		cmocka_unit_test(age_beyond_136_years_stays_at_the_top),
		cmocka_unit_test(wait_is_0_when_its_time_is_over),
		cmocka_unit_test(times_that_are_none_or_cannot_be_told_have_no_instance),
		cmocka_unit_test(kilobytes_of_a_total_are_full_ones),
		cmocka_unit_test(kilobytes_of_a_level_are_0_only_when_it_is_empty),
		cmocka_unit_test(name_of_a_queue_is_cut_as_one_text),
		cmocka_unit_test(name_of_a_queue_without_vmta_is_its_domain),
		cmocka_unit_test(delivery_type_that_has_no_name_has_no_instance),
		cmocka_unit_test(age_of_an_event_does_not_step_with_the_wall_clock),
		cmocka_unit_test(age_of_an_event_of_an_earlier_run_is_by_the_wall_clock),
		cmocka_unit_test(event_about_a_server_points_at_the_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
