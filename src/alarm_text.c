/* SPDX-License-Identifier: BSD-2-Clause */
/* What a notification says to whoever is woken by it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alarm_private.h"

/* A quoted reply may fill the text alone; then the advice behind it would be cut off. */
#define WHY_MAX 130

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
append_error(char text[ALARM_TEXT_MAX], const struct model_object *queue)
{
	const char *open = queue->reply_code != 0 ? strchr(queue->error, '"') : NULL;
	const char *close = open != NULL ? strrchr(open + 1, '"') : NULL;

	if (close != NULL)
		append_quote(text, "; reply: ", open + 1, (size_t)(close - open - 1));
	else
		append_quote(text, "; last error: ", queue->error, strlen(queue->error));
}

/* Names the largest listed queue: where to look first. */
static void
explain_server(char text[ALARM_TEXT_MAX], const struct model_server *server, struct moment now)
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
explain_queue(char text[ALARM_TEXT_MAX], const struct model_server *server,
	      const struct model_object *queue, struct moment now)
{
	if (!model_listed(server, queue, now))
		return;
	if (queue->mode == SNAP_MODE_BACKOFF)
		append(text, "; in backoff");
	if (queue->paused == 1)
		append(text, "; paused");
	if (queue->error != NULL)
		append_error(text, queue);
}

void
alarm_text_raise(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		 const struct alarm_limit *limit, struct moment now)
{
	const struct model_server *server = subject->server;
	const char *name = subject->queue != NULL ? subject->queue->name : server->name;

	if (limit->raise_note == SNAP_NOTE_SERVER_DOWN) {
		snprintf(text, ALARM_TEXT_MAX, "%s does not answer", name);
		append_quote(text, "; ", server->state_text, strlen(server->state_text));
	} else {
		snprintf(text, ALARM_TEXT_MAX, "%s: %u recipients queued (limit %u)", name,
			 subject->least, limit->raise);
		if (subject->queue != NULL)
			explain_queue(text, server, subject->queue, now);
		else
			explain_server(text, server, now);
	}
	if (limit->advice != NULL)
		append(text, "; advice: %s", limit->advice);
}

void
alarm_text_clear(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		 const struct alarm_limit *limit, const struct alarm *alarm, struct moment now)
{
	const char *name = subject->queue != NULL ? subject->queue->name : subject->server->name;

	if (limit->raise_note == SNAP_NOTE_SERVER_DOWN)
		snprintf(text, ALARM_TEXT_MAX, "%s answers again", name);
	else
		snprintf(text, ALARM_TEXT_MAX, "%s: %s%u recipients queued (normal at %u)", name,
			 subject->least == subject->most ? "" : "at most ", subject->most,
			 limit->clear);
	if (alarm->raised_mono != ALARM_NOT_SINCE)
		append(text, ", after %lld s",
		       (long long)((now.mono_ms - alarm->raised_mono) / 1000));
}
