/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "shared_text.h"

static int
setup(void **state)
{
	*state = shared_texts_new();
	return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	shared_texts_free(*state);
	return 0;
}

static void
equal_texts_are_kept_once(void **state)
{
	char text[] = "connect rate limit reached";
	const char *first = shared_text_get(*state, text), *second;

	assert_string_equal(first, text);
	assert_ptr_not_equal(first, text);
	second = shared_text_get(*state, "connect rate limit reached");
	assert_ptr_equal(second, first);
	shared_text_drop(first);
	assert_string_equal(second, text);
	shared_text_drop(second);
}

static void
a_text_outlives_those_that_were_asked_for_later(void **state)
{
	enum { MANY = 5000 };
	const char *texts[MANY];
	char text[32];

	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof text, "text %d", i);
		texts[i] = shared_text_get(*state, text);
	}
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof text, "text %d", i);
		assert_string_equal(texts[i], text);
		shared_text_drop(texts[i]);
	}
}

static void
a_text_outlives_what_shared_it(void **state)
{
	struct shared_texts *texts = shared_texts_new();
	const char *text = shared_text_get(texts, "421 4.7.28 unusual rate");

	(void)state;
	shared_texts_free(texts);
	assert_string_equal(text, "421 4.7.28 unusual rate");
	shared_text_drop(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(equal_texts_are_kept_once, setup, teardown),
		cmocka_unit_test_setup_teardown(a_text_outlives_those_that_were_asked_for_later,
						setup, teardown),
		cmocka_unit_test(a_text_outlives_what_shared_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
