/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acct_name.h"

static acct_order
order_of(const char *name)
{
	acct_order order = 0;

	assert_true(acct_name_match("acct.csv", name, &order));
	return order;
}

static void
assert_no_match(const char *base, const char *name)
{
	acct_order order = 77;

	assert_false(acct_name_match(base, name, &order));
	assert_int_equal(order, 77);
}

static void
a_dated_name_belongs_to_its_base(void **state)
{
	acct_order order;

	(void)state;
	assert_true(acct_name_match("acct.csv", "acct-2026-11-22-0000.csv", &order));
	assert_true(acct_name_match("my.acct.csv", "my.acct-2026-11-22-0000.csv", &order));
	assert_true(acct_name_match("acct", "acct-2026-11-22-0000", &order));
	assert_true(acct_name_match(".acct", ".acct-2026-11-22-0000", &order));
	assert_true(acct_name_match("a-2026.json", "a-2026-2026-11-22-0003.json", &order));
}

static void
names_sort_by_date_then_number(void **state)
{
	(void)state;
	assert_true(order_of("acct-2026-11-22-0000.csv") < order_of("acct-2026-11-22-0001.csv"));
	assert_true(order_of("acct-2026-11-22-9999.csv") < order_of("acct-2026-11-22-10000.csv"));
	assert_true(order_of("acct-2026-11-22-999999999999.csv") <
		    order_of("acct-2026-11-23-0000.csv"));
	assert_true(order_of("acct-2026-09-30-0007.csv") < order_of("acct-2026-10-01-0000.csv"));
	assert_true(order_of("acct-2025-12-31-0007.csv") < order_of("acct-2026-01-01-0000.csv"));
}

static void
a_dated_name_never_has_order_zero(void **state)
{
	(void)state;
	assert_true(order_of("acct-0000-01-01-0000.csv") > 0);
}

static void
names_of_other_bases_do_not_match(void **state)
{
	(void)state;
	assert_no_match("acct.csv", "acct.csv");
	assert_no_match("acct.csv", "acct-f-2026-11-22-0000.csv");
	assert_no_match("acct.csv", "Acct-2026-11-22-0000.csv");
	assert_no_match("acct.csv", "acct-2026-11-22-0000.csv.done");
	assert_no_match("acct.csv", "acct-2026-11-22-0000.csv.gz");
	assert_no_match("acct.csv", "acct-2026-11-22-0000.txt");
	assert_no_match("acct.csv", "acct-2026-11-22-0000");
	assert_no_match("acct.csv", "xacct-2026-11-22-0000.csv");
	assert_no_match("acct.csv", ".");
	assert_no_match("acct.csv", "");
	assert_no_match("", "-2026-11-22-0000");
}

static void
malformed_dates_and_numbers_do_not_match(void **state)
{
	(void)state;
	assert_no_match("acct.csv", "acct-2026-13-22-0000.csv");
	assert_no_match("acct.csv", "acct-2026-02-30-0000.csv");
	assert_no_match("acct.csv", "acct-2026-11-2x-0000.csv");
	assert_no_match("acct.csv", "acct-20261122-0000.csv");
	assert_no_match("acct.csv", "acct-2026-11-22-000.csv");
	assert_no_match("acct.csv", "acct-2026-11-22-00a0.csv");
	assert_no_match("acct.csv", "acct-2026-11-22--001.csv");
	assert_no_match("acct.csv", "acct-2026-11-22_0000.csv");
	assert_no_match("acct.csv", "acct_2026-11-22-0000.csv");
	assert_no_match("acct.csv", "acct-2026-11-22-1000000000000.csv");
}

static void
a_dated_name_is_known_whatever_its_base(void **state)
{
	(void)state;
	assert_true(acct_name_is_dated("diag-2026-11-22-0000.csv"));
	assert_true(acct_name_is_dated("x-2026-11-22-12345"));
	assert_false(acct_name_is_dated("acct-2026-11-22-0000.csv.done"));
	assert_false(acct_name_is_dated("acct.csv"));
	assert_false(acct_name_is_dated("-2026-11-22-0000.csv"));
	assert_false(acct_name_is_dated("2026-11-22-0000.csv"));
	assert_false(acct_name_is_dated("0000"));
	assert_false(acct_name_is_dated(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dated_name_belongs_to_its_base),
		cmocka_unit_test(names_sort_by_date_then_number),
		cmocka_unit_test(a_dated_name_never_has_order_zero),
		cmocka_unit_test(names_of_other_bases_do_not_match),
		cmocka_unit_test(malformed_dates_and_numbers_do_not_match),
		cmocka_unit_test(a_dated_name_is_known_whatever_its_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
