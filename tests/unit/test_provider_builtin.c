/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider.h"
#include "provider_builtin.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct providers *
make_builtin(void)
{
	struct providers *set = providers_new(NULL, 0, NULL, NULL);

	assert_non_null(set);
	return set;
}

static uint32_t
index_of(const struct providers *set, const char *name)
{
	for (uint32_t i = 1; i <= providers_count(set); i++) {
		if (strcmp(providers_name(set, i), name) == 0)
			return i;
	}
	fail_msg("no provider is named %s", name);
	return 0;
}

static void
assert_owns(const struct providers *set, const char *pattern, const char *end, uint32_t expected)
{
	char domain[300];

	snprintf(domain, sizeof domain, "%s%s", pattern, end);
	if (domain[0] == '*')
		domain[0] = 'x';
	if (providers_find(set, domain, strlen(domain)) != expected)
		fail_msg("%s is not of %s", domain, providers_name(set, expected));
}

/* Each word of a blank-separated list, with an end, belongs to a provider. */
static void
assert_owns_all(const struct providers *set, const char *words, const char *end, uint32_t expected)
{
	char *copy = strdup(words), *rest = copy, *word;

	assert_non_null(copy);
	while ((word = strtok_r(rest, " ", &rest)))
		assert_owns(set, word, end, expected);
	free(copy);
}

static void
big_providers_are_known_without_configuration(void **state)
{
	static const struct {
		const char *name, *domains;
	} known[] = {
		{"gmail", "gmail.com googlemail.com"},
		{"microsoft", "hotmail.com outlook.com live.co.uk msn.com"},
		{"yahoo", "yahoo.com yahoo.co.uk aol.com ymail.com rocketmail.com"},
		{"yahoo-japan", "yahoo.co.jp"},
		{"apple", "icloud.com me.com"},
		{"comcast", "comcast.net"},
		{"att", "sbcglobal.net"},
		{"cox", "cox.net"},
		{"spectrum", "charter.net tampabay.rr.com"},
		{"gmx", "gmx.net web.de"},
		{"t-online", "t-online.de"},
		{"orange", "wanadoo.fr"},
		{"free", "free.fr"},
		{"laposte", "laposte.net"},
		{"libero", "libero.it"},
		{"bt", "btinternet.com"},
		{"yandex", "ya.ru"},
		{"mailru", "bk.ru"},
		{"qq", "qq.com"},
		{"netease", "163.com"},
		{"naver", "naver.com"},
		{"daum", "hanmail.net"},
		{"uol", "bol.com.br"},
		{"proton", "proton.me"},
		{"microsoft365", "acme.onmicrosoft.com"},
	};
	struct providers *set = make_builtin();

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++)
		assert_owns_all(set, known[i].domains, "", index_of(set, known[i].name));
	providers_free(set);
}

static void
no_builtin_domain_is_claimed_twice(void **state)
{
	struct providers *set = make_builtin();
	uint32_t count = 0;

	(void)state;
	for (; provider_builtin[count].name; count++) {
		assert_string_equal(providers_name(set, count + 1), provider_builtin[count].name);
		assert_owns_all(set, provider_builtin[count].domains, "", count + 1);
		assert_owns_all(set, provider_builtin[count].rollups, ".rollup", count + 1);
	}
	assert_int_equal(providers_count(set), count);
	assert_true(count >= 25);
	providers_free(set);
}

static void
rollup_names_belong_to_their_provider(void **state)
{
	struct providers *set = make_builtin();

	(void)state;
	assert_owns_all(set, "gmail.rollup q1.gmail.rollup", "", index_of(set, "gmail"));
	assert_owns_all(set, "yahoo.rollup aol.rollup", "", index_of(set, "yahoo"));
	assert_owns_all(set, "hotmail.rollup q1.hotmail.rollup q2.q1.hotmail.rollup", "",
			index_of(set, "microsoft"));
	assert_int_equal(providers_find(set, "rollup", 6), 0);
	assert_int_equal(providers_find(set, "acme.rollup", 11), 0);
	providers_free(set);
}

static void
names_are_as_the_configuration_may_write_them(void **state)
{
	(void)state;
	for (size_t i = 0; provider_builtin[i].name; i++) {
		const struct provider_entry entry = {.name = provider_builtin[i].name,
						     .rename = provider_builtin[i].name};
		struct providers *set = providers_new(&entry, 1, NULL, NULL);

		assert_non_null(set);
		assert_string_equal(providers_name(set, (uint32_t)i + 1), entry.name);
		providers_free(set);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(big_providers_are_known_without_configuration),
		cmocka_unit_test(no_builtin_domain_is_claimed_twice),
		cmocka_unit_test(rollup_names_belong_to_their_provider),
		cmocka_unit_test(names_are_as_the_configuration_may_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
