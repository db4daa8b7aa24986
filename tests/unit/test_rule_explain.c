/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rule_explain.h"
#include "rule_quiet.h"

static char text[RULE_EXPLAIN_SIZE];

/* A rule above a fixed limit, of all else nothing. */
static struct rule
rule_on(enum snap_scope scope, const char *metric, double raise, double clear)
{
	return (struct rule){
		.name = "t",
		.scope = scope,
		.match = "*",
		.server = "*",
		.metric = metric_find(scope, metric),
		.when = RULE_ABOVE,
		.raise = {RULE_FIXED, raise},
		.clear = {RULE_FIXED, clear},
		.floor = SNAP_NONE32,
		.severity = SNAP_SEVERITY_MAJOR,
		.quiet_unless = SNAP_NONE32,
	};
}

static void
assert_explained(const struct rule *rule, const char *expected)
{
	assert_string_equal(rule_explain(rule, text, sizeof text), expected);
}

static void
a_share_is_told_with_its_window_and_its_least_sample(void **state)
{
	struct rule rule = rule_on(SNAP_SCOPE_PROVIDER, "deferral-share", 1500, 1000);

	(void)state;
	rule.match = "gmail";
	rule.window_s = 900;
	rule.minimum = 100;
	rule.hold_s = 120;
	rule.calm_s = 300;
	rule.remind_s = 86400;
	assert_explained(&rule,
			 "raises a major alarm when the deferral share of provider gmail on any "
			 "server was at least 15 % of at least 100 attempts in the last 15 min for "
			 "2 min; clears it at 10 % for 5 min; reminds every 1 d.");
}

static void
a_level_is_told_as_what_an_object_has(void **state)
{
	struct rule rule = rule_on(SNAP_SCOPE_DOMAIN_QUEUE, "queued-recipients", 50000, 40000);

	(void)state;
	rule.match = "gmail.com/*";
	rule.server = "mta1";
	rule.severity = SNAP_SEVERITY_MINOR;
	assert_explained(&rule, "raises a minor alarm when any domain queue like gmail.com/* on "
				"server mta1 has at least 50000 recipients queued; clears it at "
				"40000.");
}

static void
one_is_told_as_one(void **state)
{
	const struct rule rule = rule_on(SNAP_SCOPE_PROVIDER, "queues-backoff", 1, 0);

	(void)state;
	assert_explained(&rule, "raises a major alarm when any provider on any server has at least "
				"1 queue in backoff; clears it at 0.");
}

static void
an_age_is_told_as_a_duration(void **state)
{
	const struct rule rule = rule_on(SNAP_SCOPE_PROVIDER, "age", 14400, 10800);

	(void)state;
	assert_explained(&rule, "raises a major alarm when the age of any provider on any server "
				"is at least 4 h; clears it at 3 h.");
}

static void
a_server_is_named_once(void **state)
{
	struct rule rule = rule_on(SNAP_SCOPE_SERVER, "spool-usage", 8000, 7000);

	(void)state;
	assert_explained(&rule, "raises a major alarm when the spool usage of any server is at "
				"least 80 %; clears it at 70 %.");
	rule.server = "mta?";
	assert_explained(&rule, "raises a major alarm when the spool usage of any server like mta? "
				"is at least 80 %; clears it at 70 %.");
	rule.match = "*1";
	assert_explained(&rule, "raises a major alarm when the spool usage of any server like *1 "
				"that is like mta? too is at least 80 %; clears it at 70 %.");
}

static void
a_rule_below_says_at_most(void **state)
{
	struct rule rule = rule_on(SNAP_SCOPE_SERVER, "delivered", 1000, 1250);

	(void)state;
	rule.when = RULE_BELOW;
	rule.window_s = 3600;
	rule.severity = SNAP_SEVERITY_CRITICAL;
	assert_explained(&rule, "raises a critical alarm when any server had at most 1000 "
				"recipients delivered in the last 1 h; clears it at 1250.");
}

static void
states_are_told_by_their_words(void **state)
{
	struct rule rule = rule_on(SNAP_SCOPE_SOURCE, "state", 0, 0);

	(void)state;
	rule.when = RULE_IS;
	rule.states = 1u << SNAP_SOURCE_FAILING | 1u << SNAP_SOURCE_STALE;
	rule.severity = SNAP_SEVERITY_WARNING;
	rule.calm_s = 60;
	assert_explained(&rule, "raises a warning alarm when the state of any source on any server "
				"is failing or stale; clears it when that is over for 1 min.");
}

static void
yes_and_no_are_told_as_such(void **state)
{
	struct rule rule = rule_on(SNAP_SCOPE_DOMAIN_QUEUE, "paused", 0, 0);

	(void)state;
	rule.when = RULE_IS;
	rule.states = 1u << 1;
	rule.hold_s = 3600;
	assert_explained(&rule, "raises a major alarm when any domain queue on any server is "
				"paused for 1 h; clears it when that is over.");
	rule.states = 1u << 2;
	assert_explained(&rule, "raises a major alarm when any domain queue on any server is not "
				"paused for 1 h; clears it when that is over.");
}

static void
limits_that_follow_the_baseline_say_how(void **state)
{
	struct rule rule = rule_on(SNAP_SCOPE_PROVIDER, "deferral-share", 0, 0);

	(void)state;
	rule.window_s = 3600;
	rule.raise = (struct rule_limit){RULE_SIGMA, 3};
	rule.clear = (struct rule_limit){RULE_SIGMA, 2.4};
	rule.floor = 500;
	rule.history_s = 14 * 86400;
	assert_explained(&rule,
			 "raises a major alarm when the deferral share of any provider on any "
			 "server was at least the baseline plus 3 sigma and at least 5 % in the "
			 "last 1 h; clears it at the baseline plus 2.4 sigma; needs a history of "
			 "14 d.");
	rule = rule_on(SNAP_SCOPE_SERVER, "delivered", 0, 0);
	rule.when = RULE_BELOW;
	rule.window_s = 3600;
	rule.raise = (struct rule_limit){RULE_FACTOR, 0.5};
	rule.clear = (struct rule_limit){RULE_FACTOR, 0.6};
	assert_explained(&rule, "raises a major alarm when any server had at most 0.5 times the "
				"baseline of recipients delivered in the last 1 h; clears it at "
				"0.6 times the baseline.");
	rule.raise = (struct rule_limit){RULE_SIGMA, -2};
	rule_explain(&rule, text, sizeof text);
	assert_non_null(strstr(text, "at most the baseline minus 2 sigma"));
}

static void
quiet_times_and_dry_runs_are_told_at_the_end(void **state)
{
	struct rule_quiet quiet[2];
	struct rule rule = rule_on(SNAP_SCOPE_SERVER, "queued-recipients", 500, 400);

	(void)state;
	assert_int_equal(rule_quiet_parse("mon-fri 22:00-06:00", &quiet[0]), 0);
	assert_int_equal(rule_quiet_parse("*:00-*:10", &quiet[1]), 0);
	rule.quiet = quiet;
	rule.quiet_count = 2;
	rule.quiet_unless = 50000;
	rule.dry_run = true;
	assert_explained(&rule, "would raise a major alarm when any server has at least 500 "
				"recipients queued; clears it at 400; raises nothing on mon-fri "
				"22:00-06:00 and *:00-*:10 unless 50000 recipients are queued; dry "
				"run: only counts.");
}

static void
every_metric_makes_a_sentence(void **state)
{
	const struct metric *metric;

	(void)state;
	for (size_t i = 0; (metric = metric_at(i)) != NULL; i++) {
		struct rule rule = rule_on(metric->scope, metric->name, 2, 1);

		rule.window_s = metric_needs_window(metric) ? 600 : 0;
		if (metric->unit == METRIC_WORDS) {
			rule.when = RULE_IS;
			rule.states = 1u << 1;
		}
		rule_explain(&rule, text, sizeof text);
		assert_null(strstr(text, "(null)"));
		assert_null(strstr(text, "  "));
		assert_int_equal(text[strlen(text) - 1], '.');
		assert_int_equal(strstr(text, "in the last 10 min") != NULL, rule.window_s > 0);
	}
}

static void
what_is_too_long_is_cut(void **state)
{
	const struct rule rule = rule_on(SNAP_SCOPE_SERVER, "queued-recipients", 500, 400);
	char small[20];

	(void)state;
	assert_string_equal(rule_explain(&rule, small, sizeof small), "raises a major alar");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_share_is_told_with_its_window_and_its_least_sample),
		cmocka_unit_test(a_level_is_told_as_what_an_object_has),
		cmocka_unit_test(one_is_told_as_one),
		cmocka_unit_test(an_age_is_told_as_a_duration),
		cmocka_unit_test(a_server_is_named_once),
		cmocka_unit_test(a_rule_below_says_at_most),
		cmocka_unit_test(states_are_told_by_their_words),
		cmocka_unit_test(yes_and_no_are_told_as_such),
		cmocka_unit_test(limits_that_follow_the_baseline_say_how),
		cmocka_unit_test(quiet_times_and_dry_runs_are_told_at_the_end),
		cmocka_unit_test(every_metric_makes_a_sentence),
		cmocka_unit_test(what_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
