/* SPDX-License-Identifier: BSD-2-Clause */
/* Why something is as it is: the leading reply, what PowerMTA says of it, or where most of it is.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alarm_private.h"

static void __attribute__((format(printf, 2, 3)))
append(char why[ALARM_TEXT_MAX], const char *fmt, ...)
{
	const size_t used = strlen(why);
	va_list args;

	va_start(args, fmt);
	vsnprintf(why + used, ALARM_TEXT_MAX - used, fmt, args);
	va_end(args);
}

static void
append_quote(char why[ALARM_TEXT_MAX], const char *prefix, const char *quote, size_t len)
{
	char clean[TEXT_MAX];

	text_clean(clean, sizeof clean, quote, len);
	append(why, "%s%s", prefix, clean);
}

/* The remote host's own words if the error quotes a reply (wait_reason.h), else all of it: which
 * host and address they came from is in domainQueueLastError. */
static void
append_error(char why[ALARM_TEXT_MAX], const struct model_object *object)
{
	const char *open, *close;

	if (object->error == NULL)
		return;
	open = object->reply_code != 0 ? strchr(object->error, '"') : NULL;
	close = open != NULL ? strrchr(open + 1, '"') : NULL;
	if (close != NULL)
		append_quote(why, "; reply: ", open + 1, (size_t)(close - open - 1));
	else
		append_quote(why, "; last error: ", object->error, strlen(object->error));
}

/* Names the largest listed queue: where to look first. */
static void
append_largest_queue(char why[ALARM_TEXT_MAX], const struct model_server *server, struct moment now)
{
	const struct model_set *queues = &server->set[STORE_QUEUE];
	const struct model_object *largest = NULL;
	char name[TEXT_MAX];
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
		append(why, "; largest queue %s with %u", model_name(largest, name), most);
}

/* A share of bounces is not explained by the deferrals that are more than they, nor is mail that
 * waits by what bounced; and complaints come without a reply. False: no reply explains it. */
static bool
replies_about(const struct metric *metric, enum publish_replies *kind)
{
	switch (metric->raise_note) {
	case SNAP_NOTE_BOUNCE_RATE_HIGH:
		*kind = PUBLISH_REFUSALS;
		return true;
	case SNAP_NOTE_DEFERRAL_RATE_HIGH:
	case SNAP_NOTE_THROTTLE_RATE_HIGH:
	case SNAP_NOTE_QUEUE_DEPTH_HIGH:
	case SNAP_NOTE_QUEUE_AGE_HIGH:
	case SNAP_NOTE_QUEUE_STUCK:
	case SNAP_NOTE_LATENCY_HIGH:
		*kind = PUBLISH_DEFERRALS;
		return true;
	case SNAP_NOTE_COMPLAINT_RATE_HIGH:
		return false;
	default:
		*kind = PUBLISH_ALL_REPLIES;
		return true;
	}
}

/* The reply that leads among those of the last hour. False: there was none. */
static bool
append_reason(char why[ALARM_TEXT_MAX], const char *prefix, const struct model_server *server,
	      const struct model_object *object, const struct metric *metric, struct moment now)
{
	char words[REPLY_TEXT_MAX + 32];
	enum publish_replies kind;

	if (!replies_about(metric, &kind))
		return false;
	publish_reason_text(server, object, kind, words, sizeof words, now);
	if (words[0] == '\0')
		return false;
	append_quote(why, prefix, words, strlen(words));
	return true;
}

/* What the metric counts: bounces for one of bounces, else all attempts that failed. */
static uint64_t
failed_in(const struct metric *metric, const struct snap_window *row)
{
	switch (metric->raise_note) {
	case SNAP_NOTE_BOUNCE_RATE_HIGH:
		return row->bounced;
	case SNAP_NOTE_COMPLAINT_RATE_HIGH:
		return row->complaints != SNAP_NONE32 ? row->complaints : 0;
	default:
		return row->attempts -
		       (row->delivered < row->attempts ? row->delivered : row->attempts);
	}
}

/* Names the provider at which most of it happened in the window. */
static void
append_worst_provider(char why[ALARM_TEXT_MAX], const struct model_server *server,
		      const struct rule *rule, struct moment now)
{
	const struct model_set *providers = &server->set[STORE_PROVIDER];
	const struct model_object *worst = NULL;
	uint64_t most = 0;

	for (uint32_t i = 0; i < providers->count; i++) {
		struct snap_window row;
		uint64_t failed;

		if (!publish_window_row(server, providers->order[i], rule->window_s, PUBLISH_LEVELS,
					&row, now))
			continue;
		failed = failed_in(rule->metric, &row);
		if (failed > most) {
			most = failed;
			worst = providers->order[i];
		}
	}
	if (worst == NULL)
		return;
	append(why, "; most of it at %s", worst->name);
	append_reason(why, ": ", server, worst, rule->metric, now);
}

static void
explain_queue(char why[ALARM_TEXT_MAX], const struct alarm_subject *subject,
	      const struct rule *rule, struct moment now)
{
	const struct model_object *queue = subject->object;
	const bool listed = model_listed(subject->server, queue, now);

	/* A rule on a state has said it. */
	if (listed && queue->mode == SNAP_MODE_BACKOFF &&
	    rule->metric->raise_note != SNAP_NOTE_QUEUE_BACKOFF_ENTERED)
		append(why, "; in backoff");
	if (listed && queue->paused == 1 && rule->metric->raise_note != SNAP_NOTE_QUEUE_PAUSED)
		append(why, "; paused");
	/* Whoever paused it is the reason. */
	if (rule->metric->raise_note == SNAP_NOTE_QUEUE_PAUSED)
		return;
	if (!append_reason(why, ", mostly ", subject->server, queue, rule->metric, now) && listed)
		append_error(why, queue);
}

/* Errors of files begin with a path, which the name of the source has said but for its end. */
static void
append_source_error(char why[ALARM_TEXT_MAX], const struct model_source *source)
{
	size_t said = 0;

	if (source->error[0] == '\0')
		return;
	for (size_t i = 0; source->error[i] != '\0' && source->error[i] == source->name[i]; i++) {
		if (source->error[i] == '/')
			said = i + 1;
	}
	append_quote(why, "; last error: ", source->error + said, strlen(source->error + said));
}

static void
explain_server(char why[ALARM_TEXT_MAX], const struct alarm_subject *subject,
	       const struct rule *rule, struct moment now)
{
	const struct model_server *server = subject->server;

	if (rule->metric->raise_note == SNAP_NOTE_INBOUND_REFUSED)
		append_quote(why, "; ", server->checks.smtp.reply,
			     strlen(server->checks.smtp.reply));
	else if (rule->metric->unit == METRIC_WORDS)
		append_quote(why, "; ", server->state_text, strlen(server->state_text));
	else if (metric_reads_window(rule->metric))
		append_worst_provider(why, server, rule, now);
	else if (rule->metric->raise_note == SNAP_NOTE_QUEUE_DEPTH_HIGH)
		append_largest_queue(why, server, now);
}

void
alarm_why_write(char why[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		const struct rule *rule, struct moment now)
{
	why[0] = '\0';
	switch (subject->scope) {
	case SNAP_SCOPE_SERVER:
		explain_server(why, subject, rule, now);
		break;
	case SNAP_SCOPE_DOMAIN_QUEUE:
		explain_queue(why, subject, rule, now);
		break;
	case SNAP_SCOPE_PROVIDER:
		append_reason(why, ", mostly ", subject->server, subject->object, rule->metric,
			      now);
		break;
	case SNAP_SCOPE_VMTA:
		if (!append_reason(why, ", mostly ", subject->server, subject->object, rule->metric,
				   now))
			append_error(why, subject->object);
		break;
	case SNAP_SCOPE_SOURCE:
		append_source_error(why, subject->source);
		break;
	default:
		append_error(why, subject->object);
		break;
	}
}
