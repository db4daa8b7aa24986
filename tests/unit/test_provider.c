/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "provider.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The complaints of the last providers_new(). */
static struct {
	unsigned count, line;
	char text[1024];
} complaints;

static void
note(void *ctx, unsigned line, const char *message)
{
	assert_ptr_equal(ctx, &complaints);
	complaints.count++;
	complaints.line = line;
	snprintf(complaints.text, sizeof complaints.text, "%s", message);
}

static struct providers *
make(const struct provider_entry *entries, size_t count)
{
	memset(&complaints, 0, sizeof complaints);
	return providers_new(entries, count, note, &complaints);
}

static struct providers *
make_valid(const struct provider_entry *entries, size_t count)
{
	struct providers *set = make(entries, count);

	if (!set)
		fail_msg("%s", complaints.text);
	return set;
}

/* The name of the provider that has a domain, or "none". */
static const char *
owner(const struct providers *set, const char *domain)
{
	const uint32_t index = providers_find(set, domain, strlen(domain));

	return index > 0 ? providers_name(set, index) : "none";
}

static void
assert_refused(const struct provider_entry *entries, size_t count, const char *expected)
{
	assert_null(make(entries, count));
	if (!strstr(complaints.text, expected))
		fail_msg("\"%s\" does not say \"%s\"", complaints.text, expected);
}

/* A section with domains given as further arguments of an initializer. */
#define ENTRY(title, ...)                                                              \
	{                                                                              \
		.name = (title), .domains = (const char *const[]){__VA_ARGS__},        \
		.domain_count = COUNT(((const char *const[]){__VA_ARGS__})), .line = 7 \
	}

static void
unknown_domains_belong_to_none(void **state)
{
	static const char *const unknown[] = {"",
					      ".",
					      "acme.example",
					      "xgmail.com",
					      "gmail.com.example",
					      "com",
					      "mail.gmail.com",
					      ".rr.com",
					      "{default}",
					      "*"};
	struct providers *set = make_valid(NULL, 0);

	(void)state;
	for (size_t i = 0; i < COUNT(unknown); i++)
		assert_string_equal(owner(set, unknown[i]), "none");
	assert_int_equal(providers_find(set, NULL, 0), 0);
	providers_free(set);
}

static void
only_len_bytes_are_looked_at(void **state)
{
	struct providers *set = make_valid(NULL, 0);

	(void)state;
	assert_int_not_equal(providers_find(set, "gmail.com/vmta1", 9), 0);
	assert_int_equal(providers_find(set, "gmail.com/vmta1", 15), 0);
	assert_int_equal(providers_find(set, "gmail.com", 8), 0);
	assert_int_equal(providers_find(set, "gmail\0.com", 10), 0);
	providers_free(set);
}

static void
case_and_the_root_dot_are_ignored(void **state)
{
	const struct provider_entry entry = ENTRY("Acme", "ACME.Example", "*.Acme.EXAMPLE");
	struct providers *set = make_valid(&entry, 1);

	(void)state;
	assert_string_equal(owner(set, "GMail.COM"), "gmail");
	assert_string_equal(owner(set, "ZOHO.com"), "zoho");
	assert_string_equal(owner(set, "gmail.com."), "gmail");
	assert_string_equal(owner(set, "gmail.com.."), "none");
	assert_string_equal(owner(set, "acme.example"), "Acme");
	assert_string_equal(owner(set, "Mail.aCME.example."), "Acme");
	providers_free(set);
}

static void
a_star_means_all_below_but_not_the_domain_itself(void **state)
{
	const struct provider_entry entry = ENTRY("acme", "*.acme.example");
	struct providers *set = make_valid(&entry, 1);

	(void)state;
	assert_string_equal(owner(set, "mail.acme.example"), "acme");
	assert_string_equal(owner(set, "a.b.c.acme.example"), "acme");
	assert_string_equal(owner(set, "acme.example"), "none");
	assert_string_equal(owner(set, "notacme.example"), "none");
	assert_string_equal(owner(set, "xacme.example"), "none");
	providers_free(set);
}

static void
the_most_specific_pattern_wins_in_any_order(void **state)
{
	const struct provider_entry entries[] = {
		ENTRY("exact", "mx.eu.acme.example"),
		ENTRY("all", "*.example"),
		ENTRY("europe", "*.eu.acme.example"),
		ENTRY("acme", "*.acme.example"),
	};
	struct providers *set = make_valid(entries, COUNT(entries));

	(void)state;
	assert_string_equal(owner(set, "mx.eu.acme.example"), "exact");
	assert_string_equal(owner(set, "my.eu.acme.example"), "europe");
	assert_string_equal(owner(set, "a.mx.eu.acme.example"), "europe");
	assert_string_equal(owner(set, "eu.acme.example"), "acme");
	assert_string_equal(owner(set, "acme.example"), "all");
	providers_free(set);
}

static void
an_entry_of_a_known_name_extends_it(void **state)
{
	const struct provider_entry entries[] = {
		ENTRY("GMAIL", "gmail.example"),
		ENTRY("acme", "acme.example"),
		ENTRY("Acme", "acme.net.example"),
	};
	struct providers *set = make_valid(entries, COUNT(entries));
	struct providers *plain = make_valid(NULL, 0);

	(void)state;
	assert_string_equal(owner(set, "gmail.example"), "gmail");
	assert_string_equal(owner(set, "gmail.com"), "gmail");
	assert_string_equal(owner(set, "acme.net.example"), "acme");
	assert_int_equal(providers_count(set), providers_count(plain) + 1);
	providers_free(plain);
	providers_free(set);
}

static void
a_claimed_domain_leaves_its_builtin_provider(void **state)
{
	const struct provider_entry entry = ENTRY("aol", "aol.com", "*.aol.rollup", "aol.rollup");
	struct providers *set = make_valid(&entry, 1);

	(void)state;
	assert_string_equal(owner(set, "aol.com"), "aol");
	assert_string_equal(owner(set, "aol.rollup"), "aol");
	assert_string_equal(owner(set, "q1.aol.rollup"), "aol");
	assert_string_equal(owner(set, "aol.de"), "yahoo");
	assert_string_equal(owner(set, "yahoo.com"), "yahoo");
	providers_free(set);
}

static void
a_provider_can_be_renamed_and_is_found_by_both_names(void **state)
{
	const struct provider_entry entries[] = {
		{.name = "microsoft", .rename = "Outlook"},
		ENTRY("outlook", "outlook.example"),
		ENTRY("microsoft", "msn.example"),
	};
	struct providers *set = make_valid(entries, COUNT(entries));

	(void)state;
	assert_string_equal(owner(set, "hotmail.com"), "Outlook");
	assert_string_equal(owner(set, "outlook.example"), "Outlook");
	assert_string_equal(owner(set, "msn.example"), "Outlook");
	providers_free(set);
}

static void
internationalised_names_are_compared_byte_by_byte(void **state)
{
	const struct provider_entry entry =
		ENTRY("acme", "b\xc3\xbc\x63her.example", "xn--bcher-kva.example");
	struct providers *set = make_valid(&entry, 1);

	(void)state;
	assert_string_equal(owner(set, "b\xc3\xbc\x63her.example"), "acme");
	assert_string_equal(owner(set, "XN--BCHER-KVA.example"), "acme");
	providers_free(set);
}

static void
a_domain_of_two_entries_is_refused(void **state)
{
	const struct provider_entry entries[] = {
		ENTRY("one", "acme.example"),
		ENTRY("two", "ACME.example"),
	};
	const struct provider_entry twice = ENTRY("one", "acme.example", "acme.example");

	(void)state;
	assert_refused(entries, 2,
		       "provider \"two\": domain \"ACME.example\" is claimed by provider \"one\"");
	assert_int_equal(complaints.line, 7);
	providers_free(make_valid(&twice, 1));
}

static void
a_faulty_domain_is_refused_with_what_was_expected(void **state)
{
	static const struct {
		const char *domain, *complaint;
	} faulty[] = {
		{"", "empty label"},
		{"*.", "empty label"},
		{"acme..example", "empty label"},
		{".acme.example", "empty label"},
		{"acme.example.", "empty label"},
		{"*", "'*'"},
		{"*acme.example", "'*'"},
		{"mail.*.example", "'*'"},
		{"*.*.example", "'*'"},
		{"anna@acme.example", "is no domain"},
		{"acme.example/vmta1", "is no domain"},
		{"acme example", "is no domain"},
		{"acme\n.example", "is no domain"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(faulty); i++) {
		const struct provider_entry entry = ENTRY("acme", faulty[i].domain);

		assert_refused(&entry, 1, faulty[i].complaint);
		assert_non_null(strstr(complaints.text, "expected \"acme.example\""));
		assert_null(strpbrk(complaints.text, "\n\r"));
	}
}

static void
overlong_names_are_refused_and_never_found(void **state)
{
	char domain[400];
	const struct provider_entry entry = ENTRY("acme", domain);
	const struct provider_entry longest = ENTRY("acme", domain + 1);
	struct providers *set = make_valid(NULL, 0);

	(void)state;
	memset(domain, 'a', sizeof domain);
	domain[64] = '\0';
	assert_refused(&entry, 1, "more than 63 bytes");
	providers_free(make_valid(&longest, 1));
	for (size_t i = 0; i < 300; i++)
		domain[i] = i % 50 == 49 ? '.' : 'a';
	domain[300] = '\0';
	assert_refused(&entry, 1, "longer than 253 bytes");
	assert_int_equal(providers_find(set, domain, 300), 0);
	domain[253] = '\0';
	providers_free(set);
	set = make_valid(&entry, 1);
	assert_string_equal(owner(set, domain), "acme");
	providers_free(set);
}

static void
a_faulty_name_is_refused(void **state)
{
	char overlong[PROVIDER_NAME_MAX + 2];
	const char *const faulty[] = {"", "two words", "a/b", "*", "b\xc3\xbc\x63her", overlong};

	(void)state;
	memset(overlong, 'a', sizeof overlong);
	overlong[sizeof overlong - 1] = '\0';
	for (size_t i = 0; i < COUNT(faulty); i++) {
		const struct provider_entry entry = ENTRY(faulty[i], "acme.example");
		const struct provider_entry rename = {.name = "gmail", .rename = faulty[i]};

		assert_refused(&entry, 1, "expected a name of 1 to 63");
		assert_refused(&rename, 1, "expected a name of 1 to 63");
	}
}

static void
a_new_provider_needs_domains_and_a_new_name_must_be_free(void **state)
{
	const struct provider_entry empty = {.name = "acme", .line = 3};
	const struct provider_entry taken = {.name = "gmail", .rename = "Yahoo", .line = 4};

	(void)state;
	assert_refused(&empty, 1, "expected at least one");
	assert_int_equal(complaints.line, 3);
	assert_refused(&taken, 1, "cannot be renamed");
	assert_int_equal(complaints.line, 4);
}

static void
every_fault_is_told(void **state)
{
	const struct provider_entry entries[] = {
		ENTRY("acme", "*", "good.example", "a b"),
		ENTRY("no name", "acme.example"),
	};

	(void)state;
	assert_null(make(entries, COUNT(entries)));
	assert_int_equal(complaints.count, 3);
	assert_null(providers_new(entries, COUNT(entries), NULL, NULL));
}

static void
many_patterns_are_all_found(void **state)
{
	enum { MANY = 20000 };
	static char text[MANY][32];
	static const char *domains[MANY];
	const struct provider_entry entry = {
		.name = "many", .domains = domains, .domain_count = MANY};
	struct providers *set;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		snprintf(text[i], sizeof text[i], i % 2 ? "d%zu.example" : "*.d%zu.example", i);
		domains[i] = text[i];
	}
	set = make_valid(&entry, 1);
	for (size_t i = 0; i < MANY; i++) {
		text[i][0] = i % 2 ? 'd' : 'x';
		assert_string_equal(owner(set, text[i]), "many");
	}
	assert_string_equal(owner(set, "gmail.com"), "gmail");
	assert_string_equal(owner(set, "d0.example"), "none");
	providers_free(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_domains_belong_to_none),
		cmocka_unit_test(only_len_bytes_are_looked_at),
		cmocka_unit_test(case_and_the_root_dot_are_ignored),
		cmocka_unit_test(a_star_means_all_below_but_not_the_domain_itself),
		cmocka_unit_test(the_most_specific_pattern_wins_in_any_order),
		cmocka_unit_test(an_entry_of_a_known_name_extends_it),
		cmocka_unit_test(a_claimed_domain_leaves_its_builtin_provider),
		cmocka_unit_test(a_provider_can_be_renamed_and_is_found_by_both_names),
		cmocka_unit_test(internationalised_names_are_compared_byte_by_byte),
		cmocka_unit_test(a_domain_of_two_entries_is_refused),
		cmocka_unit_test(a_faulty_domain_is_refused_with_what_was_expected),
		cmocka_unit_test(overlong_names_are_refused_and_never_found),
		cmocka_unit_test(a_faulty_name_is_refused),
		cmocka_unit_test(a_new_provider_needs_domains_and_a_new_name_must_be_free),
		cmocka_unit_test(every_fault_is_told),
		cmocka_unit_test(many_patterns_are_all_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
