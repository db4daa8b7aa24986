/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "conf_text.h"

#define SERVER "server \"mta1\" { url = http://127.0.0.1:8080 }\n"

static struct conf *
read_text(const char *text)
{
	return conf_text_read(SERVER, text, "");
}

static void
assert_refused(const char *text, const char *where, const char *words)
{
	conf_text_assert_refused(read_text(text), where, words);
}

static void
a_provider_has_domains_and_perhaps_another_name(void **state)
{
	struct conf *conf = read_text("provider \"acme\" { domains = { \"acme.example\", "
				      "\"*.acme.example\" } }\n"
				      "provider \"gmail\" { rename = \"google\" }\n");

	(void)state;
	assert_string_equal(conf_text_complaints, "");
	assert_int_equal(conf->provider_count, 2);
	assert_string_equal(conf->providers[0].name, "acme");
	assert_int_equal(conf->providers[0].domain_count, 2);
	assert_string_equal(conf->providers[0].domains[1], "*.acme.example");
	assert_null(conf->providers[0].rename);
	assert_string_equal(conf->providers[1].rename, "google");
	conf_free(conf);
}

static void
what_cannot_be_a_provider_is_refused_with_its_line(void **state)
{
	(void)state;
	assert_refused("provider \"acme\" { domains = { \"*acme\" } }\n",
		       "test.conf:2: ", "expected \"acme.example\"");
	assert_refused("\nprovider \"acme\" { }\n", "test.conf:3: ", "domain");
	assert_refused("provider \"a\" { domains = { \"x.example\" } }\n"
		       "provider \"b\" { domains = { \"x.example\" } }\n",
		       "test.conf:3: ", "x.example");
	assert_refused("provider \"a\" { domain = { \"x.example\" } }\n",
		       "test.conf:2: ", "did you mean domains?");
}

static void
patterns_that_mean_slow_down_are_a_list(void **state)
{
	struct conf *conf =
		read_text("throttle = { \"421\", \"4.7.*\", \"!*greylist*\", \"too many\" }\n");

	(void)state;
	assert_string_equal(conf_text_complaints, "");
	assert_int_equal(conf->throttle_count, 4);
	assert_string_equal(conf->throttle[2], "!*greylist*");
	conf_free(conf);
}

static void
a_pattern_that_can_match_nothing_is_refused_with_its_line(void **state)
{
	(void)state;
	assert_refused("throttle = { \"421\", \"250\" }\n", "test.conf:2: throttle: ", "250");
}

static void
bounce_categories_are_grouped_by_three_lists(void **state)
{
	struct conf *conf = read_text("bounce-hard = { \"routing-errors\", \"no-such-user\" }\n"
				      "bounce-other = { \"bad-domain\" }\n");

	(void)state;
	assert_string_equal(conf_text_complaints, "");
	assert_int_equal(conf->bounces.count[SNAP_KIND_HARD - 1], 2);
	assert_string_equal(conf->bounces.names[SNAP_KIND_HARD - 1][1], "no-such-user");
	assert_int_equal(conf->bounces.count[SNAP_KIND_SOFT - 1], 0);
	assert_int_equal(bounce_class_kind(&conf->bounces, "bad-domain"), SNAP_KIND_OTHER);
	conf_free(conf);
}

static void
a_bounce_category_that_is_named_twice_is_refused_with_its_line(void **state)
{
	(void)state;
	assert_refused("bounce-hard = { \"a\",\n \"A\" }\n",
		       "test.conf:3: ", "\"A\" is in bounce-hard already");
	assert_refused("bounce-hard = { \"other\", \"quota issues\" }\n"
		       "bounce-soft = { \"quota-issues\" }\n",
		       "test.conf:3: ", "\"quota-issues\" is in bounce-hard already");
	assert_refused("bounce-soft = { \"x\" }\nbounce-other = { \"y\", \"x\" }\n",
		       "test.conf:3: ", "bounce-soft");
	assert_refused("bounce-hard = { \"\" }\n", "test.conf:2: ", "bounce-hard");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_provider_has_domains_and_perhaps_another_name),
		cmocka_unit_test(what_cannot_be_a_provider_is_refused_with_its_line),
		cmocka_unit_test(patterns_that_mean_slow_down_are_a_list),
		cmocka_unit_test(a_pattern_that_can_match_nothing_is_refused_with_its_line),
		cmocka_unit_test(bounce_categories_are_grouped_by_three_lists),
		cmocka_unit_test(a_bounce_category_that_is_named_twice_is_refused_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
