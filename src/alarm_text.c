/* SPDX-License-Identifier: BSD-2-Clause */
/* What a notification says to whoever is woken by it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alarm_private.h"

/* What is told: 255 octets, and room in front of them for "critical, was minor: " or "still, after
 * 12 h 30 min: ". */
#define BODY_MAX (TEXT_MAX - 1 - 24)
/* Of a reason at least its codes and first words are told, however long the advice is. */
#define WHY_LEAST 64
#define WORD_MAX 64

const char *
alarm_severity_word(enum snap_severity severity)
{
	static const char *const words[] = {
		[SNAP_SEVERITY_CLEARED] = "cleared",
		[SNAP_SEVERITY_INDETERMINATE] = "indeterminate",
		[SNAP_SEVERITY_CRITICAL] = "critical",
		[SNAP_SEVERITY_MAJOR] = "major",
		[SNAP_SEVERITY_MINOR] = "minor",
		[SNAP_SEVERITY_WARNING] = "warning",
	};

	return words[severity];
}

/* Appends to a text that is cut rather than overrun. */
static void __attribute__((format(printf, 2, 3)))
append(char text[ALARM_TEXT_MAX], const char *fmt, ...)
{
	const size_t used = strlen(text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(text + used, ALARM_TEXT_MAX - used, fmt, args);
	va_end(args);
}

/* Shortens a text to so many octets behind a whole word, and says so by three dots. */
static void
shorten(char *text, size_t most)
{
	size_t len = most - 3;

	if (strlen(text) <= most)
		return;
	while (len > 0 && text[len] != ' ')
		len--;
	/* One endless word is cut all the same: on a character border. */
	if (len < most / 2)
		len = most - 3;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	while (len > 0 && strchr(" ,;:", text[len - 1]) != NULL)
		len--;
	memcpy(text + len, "...", 4);
}

/* Adds why, and what can be done. A reason is shortened before advice is, but keeps its beginning.
 */
static void
append_why(char text[ALARM_TEXT_MAX], char why[ALARM_TEXT_MAX], const char *advice)
{
	const size_t used = strlen(text), more = advice != NULL ? strlen(advice) + 10 : 0;
	size_t room = used + more < BODY_MAX ? BODY_MAX - used - more : 0;

	shorten(why, room > WHY_LEAST ? room : WHY_LEAST);
	append(text, "%s", why);
	if (advice != NULL)
		append(text, "; advice: %s", advice);
	shorten(text, BODY_MAX);
}

/* "paused", "not stuck": what is yes or no is called by its name, and other states by both. */
static void
append_state(char text[ALARM_TEXT_MAX], const struct metric *metric, int64_t value)
{
	char word[WORD_MAX];

	metric_format(metric, value, word, sizeof word);
	if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
		append(text, "%s%s", word[0] == 't' ? "" : "not ", metric->noun);
	else
		append(text, "%s %s", metric->noun, word);
}

/* "38.2 % of 5120 attempts deferred": the noun of a share says what it is a share of. */
static void
append_amount(char text[ALARM_TEXT_MAX], const struct alarm_hold *hold, int64_t value)
{
	const struct rule *rule = hold->rule->rule;
	const struct metric *metric = rule->metric;
	const char *noun = metric->noun != NULL ? metric->noun : metric->name;
	char word[WORD_MAX], counted[2 * WORD_MAX];

	metric_format(metric, value, word, sizeof word);
	if (metric->unit == METRIC_WORDS)
		append_state(text, metric, value);
	else if (hold->sample != SNAP_NONE32 && strncmp(noun, "of ", 3) == 0)
		append(text, "%s of %u %s", word, hold->sample, noun + 3);
	else
		append(text, "%s", metric_counted(word, noun, counted, sizeof counted));
	if (rule->window_s > 0)
		append(text, " in %s", metric_format_seconds(rule->window_s, word, sizeof word));
}

static void
append_limit(char text[ALARM_TEXT_MAX], const char *word, const struct alarm_hold *hold,
	     double number)
{
	const struct rule *rule = hold->rule->rule;
	char limit[WORD_MAX];

	if (rule->when == RULE_IS || !hold->limits.known)
		return;
	metric_format(rule->metric, (int64_t)(number + (number < 0 ? -0.5 : 0.5)), limit,
		      sizeof limit);
	append(text, " (%s %s%s)", word, limit,
	       rule->raise.kind != RULE_FIXED ? " by its baseline" : "");
}

/* What of a value is known from one side only is told from that side. */
static void
append_value(char text[ALARM_TEXT_MAX], const struct alarm_hold *hold)
{
	const struct alarm_value value = hold->value;

	if (value.least == value.most) {
		append_amount(text, hold, value.least);
	} else if (value.most < INT64_MAX) {
		append(text, "at most ");
		append_amount(text, hold, value.most);
	} else if (value.least > INT64_MIN) {
		append(text, "at least ");
		append_amount(text, hold, value.least);
	} else {
		append(text, "%s", value.normal ? "no mail waits" : hold->rule->rule->metric->name);
	}
}

static bool
is_built_in(const struct alarm_hold *hold)
{
	return hold->rule->name[0] == '(';
}

/* What is told of an alarm that lasts: over its limit, or easing but not yet normal. */
static void
describe(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
	 const struct alarm_hold *hold, bool easing, struct moment now)
{
	const struct model_server *server = subject->server;
	char why[ALARM_TEXT_MAX];

	if (is_built_in(hold)) {
		snprintf(text, ALARM_TEXT_MAX, "%s does not answer", server->name);
		append(text, "; %s", server->state_text);
		shorten(text, BODY_MAX);
		return;
	}
	snprintf(text, ALARM_TEXT_MAX, "%s: ", subject->name);
	append_value(text, hold);
	if (easing)
		append_limit(text, "normal at", hold, hold->limits.clear);
	else
		append_limit(text, "limit", hold, hold->limits.raise);
	alarm_why_write(why, subject, hold->rule->rule, now);
	append_why(text, why, hold->rule->rule->advice);
}

void
alarm_text_raise(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		 const struct alarm_hold *hold, struct moment now)
{
	describe(text, subject, hold, false, now);
}

void
alarm_text_severity(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		    const struct alarm_hold *hold, enum snap_severity before, struct moment now)
{
	const enum snap_severity severity = hold->rule->rule->severity;
	char rest[ALARM_TEXT_MAX];

	/* The worst comes first. A milder rule may still hold although its limit is not reached. */
	describe(rest, subject, hold,
		 severity > before && (double)hold->value.most < hold->limits.raise, now);
	snprintf(text, ALARM_TEXT_MAX, "%s, was %s: %.*s", alarm_severity_word(severity),
		 alarm_severity_word(before), ALARM_TEXT_MAX - 64, rest);
}

void
alarm_text_clear(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		 const struct alarm_hold *hold, const struct alarm *alarm, struct moment now)
{
	char age[WORD_MAX];

	if (is_built_in(hold)) {
		snprintf(text, ALARM_TEXT_MAX, "%s answers again", subject->name);
	} else {
		snprintf(text, ALARM_TEXT_MAX, "%s: ", subject->name);
		append_value(text, hold);
		append_limit(text, "normal at", hold, hold->limits.clear);
	}
	metric_format_seconds((now.mono_ms - alarm->raised_mono) / 1000, age, sizeof age);
	append(text, ", after %s", age);
}
