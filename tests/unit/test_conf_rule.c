/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "baseline_metric.h"
#include "conf.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The threshold begins in line 2. */
#define SERVER "server \"mta1\" { url = http://a }\n"
#define RULE(body) SERVER "threshold t {\n" body "\n}\n"
/* A rule about the deferrals of a provider, with more in line 4. */
#define DEFERRALS(more) RULE("scope = provider metric = deferral-share raise = 15%\n" more)

struct bench {
	char file[32];
	char complaints[4096];
	unsigned complaint_count;
	struct conf *conf;
};

static void
note_complaint(void *ctx, const char *message)
{
	struct bench *b = ctx;
	size_t len = strlen(b->complaints);

	b->complaint_count++;
	snprintf(b->complaints + len, sizeof b->complaints - len, "%s\n", message);
}

static int
set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	int fd;

	assert_non_null(b);
	strcpy(b->file, "/tmp/test_conf_rule.XXXXXX");
	fd = mkstemp(b->file);
	assert_true(fd >= 0);
	close(fd);
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	conf_free(b->conf);
	unlink(b->file);
	free(b);
	return 0;
}

static struct conf *
read_text(struct bench *b, const char *text)
{
	FILE *file = fopen(b->file, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	b->complaints[0] = '\0';
	b->complaint_count = 0;
	return conf_read(b->file, note_complaint, b);
}

static const struct rule *
read_rules(struct bench *b, const char *text)
{
	conf_free(b->conf);
	b->conf = read_text(b, text);
	assert_string_equal(b->complaints, "");
	assert_non_null(b->conf);
	return b->conf->thresholds;
}

/* The file is refused with just one complaint, in this line, with these words. */
static void
assert_refused(struct bench *b, const char *text, unsigned line, const char *words)
{
	char where[64];

	assert_null(read_text(b, text));
	snprintf(where, sizeof where, "%s:%u: ", b->file, line);
	if (b->complaint_count != 1 || strncmp(b->complaints, where, strlen(where)) != 0 ||
	    !strstr(b->complaints, words))
		fail_msg("expected \"%s... %s...\", got %u: %s", where, words, b->complaint_count,
			 b->complaints);
}

static void
assert_limit(const struct rule_limit *limit, enum rule_limit_kind kind, double number)
{
	assert_int_equal(limit->kind, kind);
	assert_true(limit->number > number - 1e-9 && limit->number < number + 1e-9);
}

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
	struct bench *b = *state;

	assert_null(read_text(b, SERVER "threshold a { scope = server raise = x }\n"
					"threshold b { raise = 5 }\n"
					"threshold c { scope = server raise = 5 hold = y }\n"));
	assert_int_equal(b->complaint_count, 3);
	assert_non_null(strstr(b->complaints, ":2: raise"));
	assert_non_null(strstr(b->complaints, ":3: threshold \"b\" has no scope"));
	assert_non_null(strstr(b->complaints, ":4: hold"));
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_key_is_taken),
		TEST(what_is_not_set_has_the_documented_default),
		TEST(clear_follows_from_raise),
		TEST(limits_are_read_in_the_unit_of_the_metric),
		TEST(a_limit_in_another_unit_is_refused_with_what_is_expected),
		TEST(every_scope_has_its_metrics_by_word_and_by_name),
		TEST(a_metric_that_the_scope_has_not_is_refused_with_what_there_is),
		TEST(a_state_is_raised_by_its_words),
		TEST(a_state_takes_no_numbers_and_a_number_no_words),
		TEST(windows_are_those_that_can_be_summed),
		TEST(totals_are_judged_by_their_growth_within_a_window),
		TEST(what_has_no_window_gets_none),
		TEST(a_limit_may_follow_the_baseline),
		TEST(a_limit_that_does_not_follow_the_baseline_properly_is_refused),
		TEST(a_baseline_is_refused_where_there_is_none_or_none_that_fits),
		TEST(clear_is_on_the_other_side_of_raise_and_of_its_kind),
		TEST(a_minimum_is_for_shares),
		TEST(quiet_times_are_days_and_times),
		TEST(a_rule_about_nothing_is_refused),
		TEST(what_every_rule_needs_is_asked_for),
		TEST(names_are_checked),
		TEST(every_mistake_is_told_at_once),
		TEST(baselines_are_of_metrics_that_there_are),
	};
#undef TEST
	return cmocka_run_group_tests(tests, NULL, NULL);
}
