/* SPDX-License-Identifier: BSD-2-Clause */
/* What a notification says to whoever is woken by it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alarm_private.h"

/* A quoted reply may fill the text alone; then the advice behind it would be cut off. */
#define WHY_MAX 120
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

static void
append_quote(char text[ALARM_TEXT_MAX], const char *prefix, const char *quote, size_t len)
{
	char cut[WHY_MAX];

	text_clean(cut, sizeof cut, quote, len);
	append(text, "%s%s", prefix, cut);
}

/* The remote host's own words if the error quotes a reply (wait_reason.h), else all of it: which
 * host and address they came from is in domainQueueLastError. */
static void
append_error(char text[ALARM_TEXT_MAX], const struct model_object *object)
{
	const char *open = object->reply_code != 0 ? strchr(object->error, '"') : NULL;
	const char *close = open != NULL ? strrchr(open + 1, '"') : NULL;

	if (close != NULL)
		append_quote(text, "; reply: ", open + 1, (size_t)(close - open - 1));
	else
		append_quote(text, "; last error: ", object->error, strlen(object->error));
}

/* Names the largest listed queue: where to look first. */
static void
append_largest_queue(char text[ALARM_TEXT_MAX], const struct model_server *server,
		     struct moment now)
{
	const struct model_set *queues = &server->set[STORE_QUEUE];
	const struct model_object *largest = NULL;
	uint32_t most = 0;

	for (uint32_t i = 0; i < queues->count; i++) {
		const struct model_object *queue = queues->order[i];
		const uint32_t level = model_level(server, queue, queue->recipients, now);

		if (level != SNAP_NONE32 && level > most) {
			most = level;
			largest = queue;
		}
	}
	if (largest != NULL)
		append(text, "; largest queue %s with %u", largest->name, most);
}

static void
append_reason(char text[ALARM_TEXT_MAX], const char *prefix, const struct model_server *server,
	      uint32_t provider, struct moment now)
{
	char words[REPLY_TEXT_MAX + 32];

	publish_reason_text(server, provider, words, sizeof words, now);
	if (words[0] != '\0')
		append_quote(text, prefix, words, strlen(words));
}

/* Names the provider at which most attempts failed in the window. */
static void
append_worst_provider(char text[ALARM_TEXT_MAX], const struct model_server *server,
		      uint32_t window_s, struct moment now)
{
	const struct model_set *providers = &server->set[STORE_PROVIDER];
	const struct model_object *worst = NULL;
	uint64_t most = 0;

	for (uint32_t i = 0; i < providers->count; i++) {
		const struct model_object *provider = providers->order[i];
		struct snap_window row;
		uint64_t failed;

		if (!publish_window_row(server, provider, window_s, &row, now))
			continue;
		failed = (uint64_t)row.attempts -
			 (row.delivered < row.attempts ? row.delivered : row.attempts);
		if (failed > most) {
			most = failed;
			worst = provider;
		}
	}
	if (worst == NULL)
		return;
	append(text, "; most of it at %s", worst->name);
	append_reason(text, ": ", server, worst->index, now);
}

static void
append_queue(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
	     const struct rule *rule, struct moment now)
{
	const struct model_object *queue = subject->object;

	if (!model_listed(subject->server, queue, now))
		return;
	/* A rule on a state has said it. */
	if (queue->mode == SNAP_MODE_BACKOFF && rule->when != RULE_IS)
		append(text, "; in backoff");
	if (queue->paused == 1 && rule->when != RULE_IS)
		append(text, "; paused");
	if (queue->error != NULL)
		append_error(text, queue);
}

static void
append_why_server(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		  const struct rule *rule, struct moment now)
{
	const struct model_server *server = subject->server;

	if (rule->metric->unit == METRIC_WORDS)
		append_quote(text, "; ", server->state_text, strlen(server->state_text));
	else if (metric_reads_window(rule->metric))
		append_worst_provider(text, server, rule->window_s, now);
	else if (rule->metric->raise_note == SNAP_NOTE_QUEUE_DEPTH_HIGH)
		append_largest_queue(text, server, now);
}

static void
append_why(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject, const struct rule *rule,
	   struct moment now)
{
	switch (subject->scope) {
	case SNAP_SCOPE_SERVER:
		append_why_server(text, subject, rule, now);
		break;
	case SNAP_SCOPE_DOMAIN_QUEUE:
		append_queue(text, subject, rule, now);
		break;
	case SNAP_SCOPE_PROVIDER:
		append_reason(text, ", mostly ", subject->server, subject->index, now);
		break;
	case SNAP_SCOPE_SOURCE:
		if (subject->source->error[0] != '\0')
			append_quote(text, "; last error: ", subject->source->error,
				     strlen(subject->source->error));
		break;
	default:
		if (subject->object->error != NULL)
			append_error(text, subject->object);
		break;
	}
}

/* "38.2 % of 5120 attempts deferred": the noun of a share says what it is a share of. */
static void
append_amount(char text[ALARM_TEXT_MAX], const struct alarm_hold *hold, int64_t value)
{
	const struct rule *rule = hold->rule->rule;
	const struct metric *metric = rule->metric;
	const char *noun = metric->noun != NULL ? metric->noun : metric->name;
	char word[WORD_MAX];

	metric_format(metric, value, word, sizeof word);
	if (metric->unit == METRIC_WORDS)
		append(text, "%s %s", noun, word);
	else if (hold->sample != SNAP_NONE32 && strncmp(noun, "of ", 3) == 0)
		append(text, "%s of %u %s", word, hold->sample, noun + 3);
	else
		append(text, "%s %s", word, noun);
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

void
alarm_text_raise(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		 const struct alarm_hold *hold, struct moment now)
{
	const struct rule *rule = hold->rule->rule;
	const struct model_server *server = subject->server;

	if (is_built_in(hold)) {
		snprintf(text, ALARM_TEXT_MAX, "%s does not answer", server->name);
		append_quote(text, "; ", server->state_text, strlen(server->state_text));
		return;
	}
	snprintf(text, ALARM_TEXT_MAX, "%s: ", subject->name);
	append_value(text, hold);
	append_limit(text, "limit", hold, hold->limits.raise);
	append_why(text, subject, rule, now);
	if (rule->advice != NULL)
		append(text, "; advice: %s", rule->advice);
}

void
alarm_text_severity(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		    const struct alarm_hold *hold, enum snap_severity before, struct moment now)
{
	char rest[ALARM_TEXT_MAX];

	alarm_text_raise(rest, subject, hold, now);
	snprintf(text, ALARM_TEXT_MAX, "%s, was %s: %.*s",
		 alarm_severity_word(hold->rule->rule->severity), alarm_severity_word(before),
		 ALARM_TEXT_MAX - 64, rest);
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
