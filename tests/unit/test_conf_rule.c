/* SPDX-License-Identifier: BSD-2-Clause */
/* What rules judge, how bad it is and when nothing is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "conf_rule_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
every_key_is_taken(void **state)
{
	const struct rule *rule = read_rules(
		*state,
		RULE("scope = provider match = \"gmail*\" server = \"mta?\"\n"
		     "metric = deferral-share window = 15m when = above\n"
		     "raise = 15% clear = 10% minimum = 200 hold = 2m calm = 5m\n"
		     "severity = critical remind = 24h quiet = { \"sat,sun\", \"*:00-*:10\" }\n"
		     "quiet-unless = 50k advice = \"slow down\" dry-run = yes"));

	assert_string_equal(rule->name, "t");
	assert_int_equal(rule->line, 2);
	assert_int_equal(rule->scope, SNAP_SCOPE_PROVIDER);
	assert_string_equal(rule->match, "gmail*");
	assert_string_equal(rule->server, "mta?");
	assert_string_equal(rule->metric->name, "providerWindowDeferralShare");
	assert_int_equal(rule->window_s, 900);
	assert_int_equal(rule->when, RULE_ABOVE);
	assert_limit(&rule->raise, RULE_FIXED, 1500);
	assert_limit(&rule->clear, RULE_FIXED, 1000);
	assert_int_equal(rule->minimum, 200);
	assert_int_equal(rule->hold_s, 120);
	assert_int_equal(rule->calm_s, 300);
	assert_int_equal(rule->severity, SNAP_SEVERITY_CRITICAL);
	assert_int_equal(rule->remind_s, 86400);
	assert_int_equal(rule->quiet_count, 2);
	assert_int_equal(rule->quiet[0].days, 0x60);
	assert_true(rule->quiet[1].hourly);
	assert_int_equal(rule->quiet_unless, 50000);
	assert_string_equal(rule->advice, "slow down");
	assert_true(rule->dry_run);
}

static void
what_is_not_set_has_the_documented_default(void **state)
{
	const struct rule *rule =
		read_rules(*state, SERVER "threshold a { scope = server raise = 1001 }\n"
					  "threshold b { scope = provider raise = 10%\n"
					  "              metric = bounce-share }\n");

	assert_string_equal(rule->metric->name, "pmtaServerQueuedRecipients");
	assert_string_equal(rule->match, "*");
	assert_string_equal(rule->server, "*");
	assert_int_equal(rule->window_s, 0);
	assert_int_equal(rule->when, RULE_ABOVE);
	assert_int_equal(rule->severity, SNAP_SEVERITY_MAJOR);
	assert_int_equal(rule->hold_s + rule->calm_s + rule->remind_s + rule->minimum, 0);
	assert_int_equal(rule->history_s, 0);
	assert_int_equal(rule->quiet_count, 0);
	assert_int_equal(rule->quiet_unless, SNAP_NONE32);
	assert_int_equal(rule->floor, SNAP_NONE32);
	assert_null(rule->advice);
	assert_false(rule->dry_run);
	assert_int_equal(rule[1].window_s, 600);
	assert_int_equal(rule[1].minimum, 100);
}

static void
every_scope_has_its_metrics_by_word_and_by_name(void **state)
{
	static const char *const metrics[][3] = {
		{"server", "spool-usage", "pmtaServerSpoolUsage"},
		{"vmta", "latency-p95", "vmtaWindowLatencyP95"},
		{"domain-queue", "deferral-share", "domainQueueWindowDeferralShare"},
		{"provider", "age", "providerOldestAge"},
		{"bounce-class", "bounce-share", "bounceClassWindowBounceShare"},
		{"source", "backlog", "pmtaSourceBacklog"},
		{"job", "delivered", "pmtaJobDelivered"},
		{"domain", "queued-recipients", "domainRecipients"},
	};
	char text[256];

	for (size_t i = 0; i < COUNT(metrics); i++) {
		for (int by = 1; by < 3; by++) {
			const char *raise =
				strstr(metrics[i][1], "share") || strstr(metrics[i][1], "usage")
					? "5%"
					: "1024";

			snprintf(text, sizeof text,
				 "server a { url = http://a jobs = yes }\nthreshold t { scope = %s "
				 "metric = %s raise = %s }",
				 metrics[i][0], metrics[i][by], raise);
			assert_string_equal(read_rules(*state, text)->metric->name, metrics[i][2]);
		}
	}
}

static void
a_metric_that_the_scope_has_not_is_refused_with_what_there_is(void **state)
{
	assert_refused(*state, RULE("scope = provider raise = 5%\nmetric = deferal-share"), 4,
		       "scope provider has none of this name; did you mean deferral-share?");
	assert_refused(*state, RULE("scope = provider raise = 5\nmetric = domainQueueRecipients"),
		       4, "this is one of scope domain-queue, not of scope provider");
	assert_refused(*state, RULE("scope = source raise = 5\nmetric = colour"), 4,
		       "expected for scope source: age lag backlog");
	assert_refused(*state, RULE("scope = source raise = 5"), 2,
		       "threshold \"t\" has no metric; expected for scope source: age lag");
}

static void
a_state_is_raised_by_its_words(void **state)
{
	const struct rule *rule =
		read_rules(*state, SERVER
			   "threshold a { scope = domain-queue metric = mode raise = backoff }\n"
			   "threshold b { scope = source metric = state\n"
			   "              raise = { \"failing\", \"stale\" } }\n"
			   "threshold c { scope = domain-queue metric = paused raise = yes }\n");

	assert_int_equal(rule[0].when, RULE_IS);
	assert_int_equal(rule[0].states, 1u << SNAP_MODE_BACKOFF);
	assert_int_equal(rule[0].window_s, 0);
	assert_int_equal(rule[1].states, 1u << SNAP_SOURCE_FAILING | 1u << SNAP_SOURCE_STALE);
	assert_int_equal(rule[2].states, 1u << 1);
}

static void
a_state_takes_no_numbers_and_a_number_no_words(void **state)
{
	assert_refused(*state, RULE("scope = domain-queue metric = mode\nraise = stuck"), 4,
		       "raise = \"stuck\": words of domainQueueMode are expected: normal backoff");
	assert_refused(*state,
		       RULE("scope = domain-queue metric = mode raise = { backoff,\n\"5\" }"), 4,
		       "raise = \"5\": words of domainQueueMode");
	assert_refused(*state,
		       RULE("scope = domain-queue metric = mode raise = backoff\nclear = normal"),
		       4, "is for numbers; domainQueueMode is a state");
	assert_refused(*state,
		       RULE("scope = domain-queue metric = mode raise = backoff\nwhen = below"), 4,
		       "is for numbers");
	assert_refused(*state, RULE("scope = domain-queue\nraise = backoff"), 4,
		       "a whole number is expected");
	assert_refused(*state, RULE("scope = domain-queue\nraise = { 5, 6 }"), 4,
		       "one limit is expected");
	assert_refused(*state, RULE("scope = domain-queue metric = mode"), 2,
		       "has no raise; the word that raises it is expected");
}

static void
windows_are_those_that_can_be_summed(void **state)
{
	static const char *const lengths[] = {"10s", "90s", "10m", "11m", "7h", "24h"};
	char text[256];

	for (size_t i = 0; i < COUNT(lengths); i++) {
		snprintf(text, sizeof text, "%s window = %s }",
			 SERVER
			 "threshold t { scope = provider metric = deferral-share raise = 15%",
			 lengths[i]);
		assert_true(read_rules(*state, text)->window_s > 0);
	}
	assert_refused(*state, DEFERRALS("window = 15s"), 4,
		       "window = \"15s\": a multiple of 10s is expected up to 10m, and whole "
		       "minutes beyond, up to 1d");
	assert_refused(*state, DEFERRALS("window = 630s"), 4, "whole minutes beyond");
	assert_refused(*state, DEFERRALS("window = 5s"), 4, "from 10s to 1d");
	assert_refused(*state, DEFERRALS("window = 25h"), 4, "from 10s to 1d");
	assert_refused(*state,
		       RULE("scope = domain-queue metric = deferral-share raise = 15%\n"
			    "window = 5m"),
		       4, "whole minutes from 10m to 1h are expected: of scope domain-queue");
	assert_refused(*state,
		       RULE("scope = domain-queue metric = deferral-share raise = 15%\n"
			    "window = 2h"),
		       4, "whole minutes from 10m to 1h are expected");
}

static void
totals_are_judged_by_their_growth_within_a_window(void **state)
{
	const struct rule *rule = read_rules(
		*state, SERVER "threshold a { scope = domain metric = bounced raise = 100\n"
			       "              window = 30m }\n"
			       "threshold b { scope = server metric = restarts raise = 1 }\n");

	assert_int_equal(rule[0].window_s, 1800);
	assert_int_equal(rule[1].window_s, 600);
}

static void
what_has_no_window_gets_none(void **state)
{
	assert_refused(*state, RULE("scope = server raise = 5\nwindow = 10m"), 4,
		       "pmtaServerQueuedRecipients is as of now and has no window; how long it "
		       "must last is said by hold");
}

static void
quiet_times_are_days_and_times(void **state)
{
	assert_refused(*state, RULE("scope = server raise = 5 quiet = { \"sat\",\n\"weekend\" }"),
		       4, "quiet = \"weekend\": days (mon-fri or sat,sun), a time of day");
	assert_refused(*state, RULE("scope = server raise = 5\nquiet-unless = 50k"), 4,
		       "there is nothing to except from; it goes with quiet");
	assert_refused(*state, RULE("scope = server raise = 5 quiet = sat\nquiet-unless = 5%"), 4,
		       "recipients queued: a whole number is expected");
}

static void
a_rule_about_nothing_is_refused(void **state)
{
	assert_refused(*state, RULE("scope = vmta raise = 5\nserver = \"mta9\""), 4,
		       "server = \"mta9\": no server of this file has such a name");
	assert_refused(*state, RULE("scope = server raise = 5\nmatch = \"gmail\""), 4,
		       "match = \"gmail\": no server of this file has such a name");
	assert_refused(*state, RULE("raise = 5\nscope = job"), 4,
		       "none of its servers has jobs = yes");
}

static void
what_every_rule_needs_is_asked_for(void **state)
{
	assert_refused(*state, RULE("raise = 5"), 2,
		       "threshold \"t\" has no scope; one of these is expected: server, vmta, "
		       "domain-queue, provider, bounce-class, source, job, domain");
	assert_refused(*state, RULE("scope = server"), 2,
		       "threshold \"t\" has no raise; the value that raises it is expected");
	assert_refused(*state, RULE("raise = 5\nscope = queue"), 4,
		       "scope = \"queue\": one of these is expected: server vmta domain-queue "
		       "provider bounce-class source job domain");
	assert_refused(*state, RULE("scope = server raise = 5\nseverity = bad"), 4,
		       "critical major minor warning");
	assert_refused(*state, RULE("scope = server raise = 5\nwhen = over"), 4, "above below");
	assert_refused(*state, RULE("scope = server raise = 5\ndry-run = maybe"), 4, "yes or no");
	assert_refused(*state, RULE("scope = server raise = 5\nremind = 60d"), 4, "to 30d");
	assert_refused(*state, RULE("scope = server raise = \"baseline * 2\"\nhistory = 60d"), 4,
		       "to 28d");
	assert_refused(*state, RULE("scope = server raise = 5\nhold = 2d"), 4, "to 1d");
	assert_refused(*state, RULE("scope = server raise = 5\nthreshhold = 2"), 4,
		       "unknown key threshhold; known here are: scope match server metric");
}

static void
names_are_checked(void **state)
{
	assert_refused(*state, SERVER "threshold '(server-down)' { scope = server raise = 5 }", 2,
		       "built-in rules");
	assert_refused(*state, SERVER "threshold '' { scope = server raise = 5 }", 2, "is empty");
	assert_refused(*state,
		       SERVER "threshold a { scope = server raise = 5 }\n"
			      "threshold a { scope = server raise = 6 }",
		       3, "\"a\" already");
	assert_refused(*state, RULE("scope = server raise = 5\nmatch = ''"), 4, "is empty");
	assert_refused(*state, RULE("scope = server raise = 5\nmetric = ''"), 4, "is empty");
	assert_refused(*state, RULE("scope = server\nraise = ''"), 4, "is empty");
	assert_refused(*state, RULE("scope = server raise = 5\nclear = ''"), 4, "is empty");
	assert_refused(*state, RULE("scope = server raise = 5\nquiet = ''"), 4, "is empty");
}

static void
every_mistake_is_told_at_once(void **state)
{
	struct conf_rule_fixture *f = *state;

	assert_null(read_text(f, SERVER "threshold a { scope = server raise = x }\n"
					"threshold b { raise = 5 }\n"
					"threshold c { scope = server raise = 5 hold = y }\n"));
	assert_int_equal(f->complaint_count, 3);
	assert_non_null(strstr(f->complaints, ":2: raise"));
	assert_non_null(strstr(f->complaints, ":3: threshold \"b\" has no scope"));
	assert_non_null(strstr(f->complaints, ":4: hold"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONF_RULE_TEST(every_key_is_taken),
		CONF_RULE_TEST(what_is_not_set_has_the_documented_default),
		CONF_RULE_TEST(every_scope_has_its_metrics_by_word_and_by_name),
		CONF_RULE_TEST(a_metric_that_the_scope_has_not_is_refused_with_what_there_is),
		CONF_RULE_TEST(a_state_is_raised_by_its_words),
		CONF_RULE_TEST(a_state_takes_no_numbers_and_a_number_no_words),
		CONF_RULE_TEST(windows_are_those_that_can_be_summed),
		CONF_RULE_TEST(totals_are_judged_by_their_growth_within_a_window),
		CONF_RULE_TEST(what_has_no_window_gets_none),
		CONF_RULE_TEST(quiet_times_are_days_and_times),
		CONF_RULE_TEST(a_rule_about_nothing_is_refused),
		CONF_RULE_TEST(what_every_rule_needs_is_asked_for),
		CONF_RULE_TEST(names_are_checked),
		CONF_RULE_TEST(every_mistake_is_told_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
