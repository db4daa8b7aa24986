/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "bounce_class.h"

static void
the_seventeen_categories_have_the_guides_order(void **state)
{
	(void)state;
	assert_string_equal(bounce_class_name(1), "bad-configuration");
	assert_string_equal(bounce_class_name(17), "virus-related");
	for (uint32_t i = 1; i <= BOUNCE_CLASS_BUILTIN; i++) {
		assert_int_equal(bounce_class_index(bounce_class_name(i)), i);
		if (i > 1)
			assert_true(strcmp(bounce_class_name(i - 1), bounce_class_name(i)) < 0);
	}
}

static void
old_spellings_mean_the_same_category(void **state)
{
	(void)state;
	assert_int_equal(bounce_class_index("message expired"),
			 bounce_class_index("message-expired"));
	assert_int_equal(bounce_class_index("Bad-Mailbox"), bounce_class_index("bad-mailbox"));
}

static void
other_names_are_no_category(void **state)
{
	(void)state;
	assert_int_equal(bounce_class_index(""), 0);
	assert_int_equal(bounce_class_index("bad-mailbo"), 0);
	assert_int_equal(bounce_class_index("bad-mailbox2"), 0);
	assert_int_equal(bounce_class_index("invalid-mailbox"), 0);
}

static const struct bounce_groups none;

static void
only_what_is_wrong_for_good_is_hard(void **state)
{
	(void)state;
	assert_int_equal(bounce_class_kind(&none, "bad-mailbox"), SNAP_KIND_HARD);
	assert_int_equal(bounce_class_kind(&none, "inactive-mailbox"), SNAP_KIND_HARD);
	assert_int_equal(bounce_class_kind(&none, "bad-domain"), SNAP_KIND_HARD);
	assert_int_equal(bounce_class_kind(&none, "quota-issues"), SNAP_KIND_SOFT);
	assert_int_equal(bounce_class_kind(&none, "spam-related"), SNAP_KIND_OTHER);
	assert_int_equal(bounce_class_kind(&none, "invalid-mailbox"), SNAP_KIND_OTHER);
}

static void
a_site_groups_as_it_likes_and_names_categories_of_its_own(void **state)
{
	const char *hard[] = {"Routing Errors", "invalid-mailbox", NULL}, *other[] = {"bad-domain"};
	const struct bounce_groups groups = {{hard, NULL, other}, {3, 0, 1}};

	(void)state;
	assert_int_equal(bounce_class_kind(&groups, "routing-errors"), SNAP_KIND_HARD);
	assert_int_equal(bounce_class_kind(&groups, "invalid-mailbox"), SNAP_KIND_HARD);
	assert_int_equal(bounce_class_kind(&groups, "bad-domain"), SNAP_KIND_OTHER);
	assert_int_equal(bounce_class_kind(&groups, "bad-mailbox"), SNAP_KIND_HARD);
	assert_int_equal(bounce_class_kind(&groups, "quota-issues"), SNAP_KIND_SOFT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_seventeen_categories_have_the_guides_order),
		cmocka_unit_test(old_spellings_mean_the_same_category),
		cmocka_unit_test(other_names_are_no_category),
		cmocka_unit_test(only_what_is_wrong_for_good_is_hard),
		cmocka_unit_test(a_site_groups_as_it_likes_and_names_categories_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
