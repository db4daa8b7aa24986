/* SPDX-License-Identifier: BSD-2-Clause */
/* By which limits rules judge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "baseline_metric.h"
#include "conf_rule_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A fifth back, or a quarter up: and at least by one. */
static void
clear_follows_from_raise(void **state)
{
	const struct rule *rule = read_rules(
		*state, SERVER "threshold a { scope = server raise = 1001 }\n"
			       "threshold b { scope = domain-queue raise = 1 }\n"
			       "threshold c { scope = server metric = delivered when = below\n"
			       "              raise = 1000 }\n"
			       "threshold d { scope = server metric = delivered when = below\n"
			       "              raise = 0 }\n"
			       "threshold e { scope = server metric = delivered\n"
			       "              raise = \"baseline - 2 sigma\" }\n"
			       "threshold f { scope = server metric = delivered\n"
			       "              raise = \"baseline * 2\" }\n"
			       "threshold g { scope = server metric = delivered\n"
			       "              raise = \"baseline * 0.5\" }\n");

	assert_limit(&rule[0].clear, RULE_FIXED, 800);
	assert_limit(&rule[1].clear, RULE_FIXED, 0);
	assert_limit(&rule[2].clear, RULE_FIXED, 1250);
	assert_limit(&rule[3].clear, RULE_FIXED, 1);
	assert_limit(&rule[4].clear, RULE_SIGMA, -1.6);
	assert_limit(&rule[5].clear, RULE_FACTOR, 1.8);
	assert_limit(&rule[6].clear, RULE_FACTOR, 0.6);
}

/* Reads raise as a rule on this metric has it. */
static double
raise_of(void **state, const char *metric, const char *raise)
{
	char text[256];

	snprintf(text, sizeof text, RULE("scope = provider metric = %s\nraise = \"%s\""), metric,
		 raise);
	return read_rules(*state, text)->raise.number;
}

static void
limits_are_read_in_the_unit_of_the_metric(void **state)
{
	assert_int_equal(raise_of(state, "queued-recipients", "50000"), 50000);
	assert_int_equal(raise_of(state, "queued-recipients", "50k"), 50000);
	assert_int_equal(raise_of(state, "queued-recipients", "2M"), 2000000);
	assert_int_equal(raise_of(state, "queued-recipients", "1G"), 1000000000);
	assert_int_equal(raise_of(state, "queued-recipients", "4294967294"), UINT32_MAX - 1);
	assert_int_equal(raise_of(state, "deferral-share", "15%"), 1500);
	assert_int_equal(raise_of(state, "deferral-share", "15 %"), 1500);
	assert_int_equal(raise_of(state, "complaint-share", "0.1%"), 10);
	assert_int_equal(raise_of(state, "complaint-share", "0.05%"), 5);
	assert_int_equal(raise_of(state, "age", "4h"), 14400);
	assert_int_equal(raise_of(state, "latency-mean", "1500ms"), 1500);
	assert_int_equal(raise_of(state, "latency-mean", "2m"), 120000);
	assert_int_equal(raise_of(state, "queued-size", "64M"), 65536);
}

static void
a_limit_in_another_unit_is_refused_with_what_is_expected(void **state)
{
	static const struct {
		const char *metric, *raise, *words;
	} bad[] = {
		{"deferral-share", "15", "raise = \"15\": a percentage with up to two decimals"},
		{"deferral-share", "0.125%", "like 15% or 0.25%"},
		{"deferral-share", "-5%", "a percentage"},
		{"deferral-share", ".5%", "a percentage"},
		{"deferral-share", "5.%", "a percentage"},
		{"deferral-share", "5%%", "a percentage"},
		{"deferral-share", "99999999999999999999%", "a percentage"},
		{"deferral-share", "42949673%", "no more than 4294967294"},
		{"age", "500ms", "a duration of whole seconds is expected, like 4h"},
		{"age", "4 hours", "a duration of whole seconds"},
		{"latency-mean", "5%", "a duration is expected, like 500ms"},
		{"queued-size", "1000", "a size of whole kilobytes is expected, like 64M"},
		{"queued-recipients", "-1", "a whole number is expected"},
		{"queued-recipients", "1.5k", "a whole number is expected"},
		{"queued-recipients", "5T", "a whole number is expected"},
		{"queued-recipients", "k", "a whole number is expected"},
		{"queued-recipients", "50km", "a whole number is expected"},
		{"queued-recipients", "5G", "no more than 4294967294"},
		{"queued-recipients", "4294967295", "a whole number is expected"},
		{"queued-recipients", "0", "more than 0 is expected: every value is 0 or more"},
	};
	char text[256];

	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(text, sizeof text, RULE("scope = provider metric = %s\nraise = \"%s\""),
			 bad[i].metric, bad[i].raise);
		assert_refused(*state, text, 4, bad[i].words);
	}
}

static void
a_limit_may_follow_the_baseline(void **state)
{
	const struct rule *rule = read_rules(
		*state, SERVER "threshold a { scope = provider metric = deferral-share\n"
			       "  raise = \"baseline + 3 sigma\" clear = \"baseline + 1.5 sigma\"\n"
			       "  floor = 5% history = 7d window = 10m }\n"
			       "threshold b { scope = server metric = delivered\n"
			       "  raise = \"baseline*0.5\" }\n"
			       "threshold c { scope = server raise = \"baseline - 2 sigma\" }\n");

	assert_limit(&rule[0].raise, RULE_SIGMA, 3);
	assert_limit(&rule[0].clear, RULE_SIGMA, 1.5);
	assert_int_equal(rule[0].when, RULE_ABOVE);
	assert_int_equal(rule[0].floor, 500);
	assert_int_equal(rule[0].history_s, 7 * 86400);
	assert_int_equal(rule[0].window_s, 600);
	assert_limit(&rule[1].raise, RULE_FACTOR, 0.5);
	assert_int_equal(rule[1].when, RULE_BELOW);
	assert_int_equal(rule[1].window_s, 3600);
	assert_int_equal(rule[1].history_s, 14 * 86400);
	assert_int_equal(rule[2].when, RULE_BELOW);
	assert_int_equal(rule[2].window_s, 0);
}

static void
a_limit_that_does_not_follow_the_baseline_properly_is_refused(void **state)
{
	static const char *const bad[] = {
		"baseline",
		"baseline +",
		"baseline + sigma",
		"baseline + 3",
		"baseline + 0 sigma",
		"baseline * 2 sigma",
		"baseline / 2",
		"baseline +- 2 sigma",
		"baseline + 3 sigmas",
		"baseline + 1.234 sigma",
		"baselines + 3 sigma",
	};
	char text[256];

	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(text, sizeof text,
			 RULE("scope = server metric = delivered\nraise = \"%s\""), bad[i]);
		assert_refused(
			*state, text, 4,
			"baseline + 3 sigma, baseline - 2 sigma or baseline * 2 is expected");
	}
	assert_refused(*state, RULE("scope = server metric = delivered\nraise = \"baseline * 1\""),
		       4, "a factor other than 1");
}

static void
a_baseline_is_refused_where_there_is_none_or_none_that_fits(void **state)
{
	assert_refused(*state, RULE("scope = vmta\nraise = \"baseline + 3 sigma\""), 4,
		       "vmtaRecipients has no baseline; servers and providers have one");
	assert_refused(*state,
		       RULE("scope = server metric = delivered window = 10m\n"
			    "raise = \"baseline * 2\""),
		       3, "window = \"10m\": 1h is expected: the baseline of delivered");
	assert_refused(*state, RULE("scope = server when = below\nraise = \"baseline + 3 sigma\""),
		       4, "is on the other side of what is usual than when = below says");
	assert_refused(*state, RULE("scope = server when = above\nraise = \"baseline * 0.5\""), 4,
		       "than when = above says");
	assert_refused(*state, DEFERRALS("floor = 5%"), 4,
		       "floor = \"5%\": goes with a raise that follows the baseline");
	assert_refused(*state, DEFERRALS("history = 7d"), 4, "goes with a raise that follows");
	assert_refused(*state, RULE("scope = server raise = \"baseline * 2\"\nfloor = 5%"), 4,
		       "floor = \"5%\": a whole number is expected");
}

static void
clear_is_on_the_other_side_of_raise_and_of_its_kind(void **state)
{
	assert_refused(*state, RULE("scope = server raise = 5\nclear = 5"), 4,
		       "clear = \"5\": less than raise (5) is expected, else the alarm would flap");
	assert_refused(*state, RULE("scope = server raise = 5 when = below\nclear = 4"), 4,
		       "clear = \"4\": more than raise (5) is expected");
	assert_refused(*state, RULE("scope = server raise = \"baseline * 2\"\nclear = 1000"), 4,
		       "a limit of the same kind as raise (baseline * 2) is expected");
	assert_refused(*state, RULE("scope = server raise = 5\nclear = \"baseline * 2\""), 4,
		       "of the same kind as raise (5)");
	assert_refused(*state, RULE("scope = server raise = 5\nclear = 5%"), 4,
		       "a whole number is expected");
}

static void
a_minimum_is_for_shares(void **state)
{
	assert_refused(*state, RULE("scope = server raise = 5\nminimum = 100"), 4,
		       "goes with shares and latencies; pmtaServerQueuedRecipients is neither");
	assert_int_equal(read_rules(*state, DEFERRALS("minimum = 0"))->minimum, 0);
}

static void
baselines_are_of_metrics_that_there_are(void **state)
{
	const struct metric *metric;
	unsigned count = 0;

	(void)state;
	for (size_t i = 0; (metric = metric_at(i)) != NULL; i++)
		count += baseline_has_metric(metric->scope, metric->name);
	assert_int_equal(count, 13);
	assert_false(baseline_has_metric(SNAP_SCOPE_VMTA, "vmtaWindowDeferralShare"));
	assert_false(baseline_has_metric(SNAP_SCOPE_PROVIDER, "pmtaServerQueuedRecipients"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONF_RULE_TEST(clear_follows_from_raise),
		CONF_RULE_TEST(limits_are_read_in_the_unit_of_the_metric),
		CONF_RULE_TEST(a_limit_in_another_unit_is_refused_with_what_is_expected),
		CONF_RULE_TEST(a_limit_may_follow_the_baseline),
		CONF_RULE_TEST(a_limit_that_does_not_follow_the_baseline_properly_is_refused),
		CONF_RULE_TEST(a_baseline_is_refused_where_there_is_none_or_none_that_fits),
		CONF_RULE_TEST(clear_is_on_the_other_side_of_raise_and_of_its_kind),
		CONF_RULE_TEST(a_minimum_is_for_shares),
		CONF_RULE_TEST(baselines_are_of_metrics_that_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
