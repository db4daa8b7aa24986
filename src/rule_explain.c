/* SPDX-License-Identifier: BSD-2-Clause */
#include "rule_explain.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rule_quiet.h"

#define NUMBER_SIZE 64

/* A sentence that is cut rather than overrun. */
struct sentence {
	char *buf;
	size_t size, len;
};

__attribute__((format(printf, 2, 3))) static void
say(struct sentence *s, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(s->buf + s->len, s->size - s->len, fmt, ap);
	va_end(ap);
	if (len > 0)
		s->len += (size_t)len;
	if (s->len >= s->size)
		s->len = s->size - 1;
}

static void
say_seconds(struct sentence *s, const char *before, uint32_t seconds)
{
	char number[NUMBER_SIZE];

	say(s, "%s%s", before, metric_format_seconds(seconds, number, sizeof number));
}

static void
say_pattern(struct sentence *s, const char *noun, const char *pattern)
{
	if (strcmp(pattern, "*") == 0)
		say(s, "any %s", noun);
	else if (strpbrk(pattern, "*?") != NULL)
		say(s, "any %s like %s", noun, pattern);
	else
		say(s, "%s %s", noun, pattern);
}

static void
say_object(struct sentence *s, const struct rule *rule)
{
	static const char *const nouns[] = {
		[SNAP_SCOPE_SERVER] = "server",
		[SNAP_SCOPE_VMTA] = "VirtualMTA",
		[SNAP_SCOPE_DOMAIN_QUEUE] = "domain queue",
		[SNAP_SCOPE_PROVIDER] = "provider",
		[SNAP_SCOPE_BOUNCE_CLASS] = "bounce class",
		[SNAP_SCOPE_SOURCE] = "source",
		[SNAP_SCOPE_JOB] = "job",
		[SNAP_SCOPE_DOMAIN] = "domain",
	};
	const bool of_server = rule->scope == SNAP_SCOPE_SERVER;

	/* A server goes by either pattern; both of them are rare. */
	if (of_server && strcmp(rule->match, "*") == 0) {
		say_pattern(s, nouns[rule->scope], rule->server);
		return;
	}
	say_pattern(s, nouns[rule->scope], rule->match);
	if (!of_server) {
		say(s, " on ");
		say_pattern(s, "server", rule->server);
	} else if (strcmp(rule->server, "*") != 0) {
		say(s, " that is like %s too", rule->server);
	}
}

static void
say_limit(struct sentence *s, const struct rule *rule, const struct rule_limit *limit)
{
	char number[NUMBER_SIZE];

	switch (limit->kind) {
	case RULE_FIXED:
		say(s, "%s",
		    metric_format(rule->metric, (int64_t)limit->number, number, sizeof number));
		break;
	case RULE_SIGMA:
		say(s, "the baseline %s %.4g sigma", limit->number < 0 ? "minus" : "plus",
		    fabs(limit->number));
		break;
	case RULE_FACTOR:
		say(s, "%.4g times the baseline", limit->number);
		break;
	}
}

static const char *
bound(const struct rule *rule)
{
	return rule->when == RULE_BELOW ? "at most" : "at least";
}

static void
say_floor(struct sentence *s, const struct rule *rule)
{
	char number[NUMBER_SIZE];

	if (rule->raise.kind != RULE_FIXED && rule->floor != SNAP_NONE32)
		say(s, " and %s %s", bound(rule),
		    metric_format(rule->metric, rule->floor, number, sizeof number));
}

/* True if the states are those of a question that is answered by yes or no. */
static bool
is_truth(const struct metric *metric)
{
	return strcmp(metric->words->text, "true") == 0;
}

/* "domain queue x is paused", "the mode of domain queue x is backoff". */
static void
say_state(struct sentence *s, const struct rule *rule)
{
	const struct metric *metric = rule->metric;
	char title[NUMBER_SIZE];
	uint32_t said = 0;

	metric_title(metric, title, sizeof title);
	if (is_truth(metric)) {
		say_object(s, rule);
		say(s, " is %s%s", rule->states == 1u << 1 ? "" : "not ", title);
		return;
	}
	say(s, "the %s of ", title);
	say_object(s, rule);
	for (const struct metric_word *word = metric->words; word->text != NULL; word++) {
		const uint32_t bit = 1u << word->value;

		if ((rule->states & bit & ~said) == 0)
			continue;
		say(s, " %s %s", said == 0 ? "is" : "or", word->text);
		said |= bit;
	}
}

/* "50000 recipients queued", "the baseline plus 3 sigma of recipients queued", "15 %". */
static void
say_amount(struct sentence *s, const struct rule *rule, bool counted)
{
	const struct metric *metric = rule->metric;
	char number[NUMBER_SIZE], text[2 * NUMBER_SIZE];

	if (counted && rule->raise.kind == RULE_FIXED) {
		metric_format(metric, (int64_t)rule->raise.number, number, sizeof number);
		say(s, "%s", metric_counted(number, metric->noun, text, sizeof text));
		return;
	}
	say_limit(s, rule, &rule->raise);
	if (counted)
		say(s, " of %s", metric->noun);
}

/* "provider x had at least 100 complaints", "the deferral share of provider x was at least 15 %".
 */
static void
say_number(struct sentence *s, const struct rule *rule)
{
	const struct metric *metric = rule->metric;
	const bool past = rule->window_s > 0;
	const bool counted = metric->unit == METRIC_PLAIN || metric->unit == METRIC_KB;
	char title[NUMBER_SIZE];

	if (!counted)
		say(s, "the %s of ", metric_title(metric, title, sizeof title));
	say_object(s, rule);
	if (counted)
		say(s, " %s ", past ? "had" : "has");
	else
		say(s, " %s ", past ? "was" : "is");
	say(s, "%s ", bound(rule));
	say_amount(s, rule, counted);
	say_floor(s, rule);
}

static void
say_raise(struct sentence *s, const struct rule *rule)
{
	static const char *const severities[] = {
		[SNAP_SEVERITY_CRITICAL] = "critical",
		[SNAP_SEVERITY_MAJOR] = "major",
		[SNAP_SEVERITY_MINOR] = "minor",
		[SNAP_SEVERITY_WARNING] = "warning",
	};

	say(s, "%s a %s alarm when ", rule->dry_run ? "would raise" : "raises",
	    severities[rule->severity]);
	if (rule->when == RULE_IS)
		say_state(s, rule);
	else
		say_number(s, rule);
	if (rule->minimum > 0)
		say(s, " of at least %u %s", rule->minimum, rule->metric->sample_noun);
	if (rule->window_s > 0)
		say_seconds(s, " in the last ", rule->window_s);
	if (rule->hold_s > 0)
		say_seconds(s, " for ", rule->hold_s);
}

static void
say_clear(struct sentence *s, const struct rule *rule)
{
	if (rule->when == RULE_IS) {
		say(s, "; clears it when that is over");
	} else {
		say(s, "; clears it at ");
		say_limit(s, rule, &rule->clear);
	}
	if (rule->calm_s > 0)
		say_seconds(s, " for ", rule->calm_s);
}

static void
say_quiet(struct sentence *s, const struct rule *rule)
{
	char text[RULE_QUIET_SIZE];

	for (size_t i = 0; i < rule->quiet_count; i++)
		say(s, "%s%s", i == 0 ? "; raises nothing on " : " and ",
		    rule_quiet_format(&rule->quiet[i], text));
	if (rule->quiet_count > 0 && rule->quiet_unless != SNAP_NONE32)
		say(s, " unless %u recipients are queued", rule->quiet_unless);
}

const char *
rule_explain(const struct rule *rule, char *buf, size_t size)
{
	struct sentence s = {.buf = buf, .size = size};

	buf[0] = '\0';
	say_raise(&s, rule);
	say_clear(&s, rule);
	if (rule->history_s > 0)
		say_seconds(&s, "; needs a history of ", rule->history_s);
	if (rule->remind_s > 0)
		say_seconds(&s, "; reminds every ", rule->remind_s);
	say_quiet(&s, rule);
	if (rule->dry_run)
		say(&s, "; dry run: only counts");
	say(&s, ".");
	return buf;
}
