/* SPDX-License-Identifier: BSD-2-Clause */
#include "action_queue.h"

#include <stdio.h>
#include <stdlib.h>

#include "action.h"

void
action_queue_init(struct action_queue *queue, uint32_t done)
{
	*queue = (struct action_queue){.offered = done, .filled_at = INT64_MIN};
	STAILQ_INIT(&queue->events);
}

static void
remove_event(struct action_queue *queue, struct action_event *event)
{
	STAILQ_REMOVE(&queue->events, event, action_event, next);
	free(event);
	queue->count--;
}

void
action_queue_clear(struct action_queue *queue)
{
	struct action_event *event;

	while ((event = STAILQ_FIRST(&queue->events)) != NULL)
		remove_event(queue, event);
}

static const char *
keep(char out[TEXT_MAX], const char *text)
{
	snprintf(out, TEXT_MAX, "%s", text != NULL ? text : "");
	return out;
}

static struct action_event *
copy_event(const struct snap_event *event)
{
	struct action_event *copy = malloc(sizeof *copy);

	if (copy == NULL)
		return NULL;
	copy->event = *event;
	copy->event.agent_name = keep(copy->agent_name, event->agent_name);
	copy->event.server_name = keep(copy->server_name, event->server_name);
	copy->event.object_name = keep(copy->object_name, event->object_name);
	copy->event.metric = keep(copy->metric, event->metric);
	copy->event.text = keep(copy->text, event->text);
	return copy;
}

/* What an alarm was is no news once it is something else. */
static void
coalesce(struct action_queue *queue, uint32_t alarm_id)
{
	struct action_event *event;

	STAILQ_FOREACH(event, &queue->events, next)
	{
		if (alarm_id != 0 && event->event.alarm_id == alarm_id) {
			remove_event(queue, event);
			return;
		}
	}
}

bool
action_queue_add(struct action_queue *queue, const struct snap_event *event)
{
	struct action_event *copy = copy_event(event);
	bool kept = copy != NULL;

	if (copy == NULL) {
		queue->dropped++;
		return false;
	}
	coalesce(queue, event->alarm_id);
	if (queue->count == ACTION_QUEUE_MAX) {
		remove_event(queue, STAILQ_FIRST(&queue->events));
		queue->dropped++;
		kept = false;
	}
	STAILQ_INSERT_TAIL(&queue->events, copy, next);
	queue->count++;
	return kept;
}

/* A bucket that holds a minute's worth. */
static void
fill(struct action_queue *queue, uint32_t rate, int64_t now)
{
	if (queue->filled_at == INT64_MIN)
		queue->tokens = rate;
	else
		queue->tokens += (double)(now - queue->filled_at) * rate / 60000;
	if (queue->tokens > rate)
		queue->tokens = rate;
	queue->filled_at = now;
}

struct action_event *
action_queue_take(struct action_queue *queue, uint32_t rate, int64_t now, int64_t *due)
{
	struct action_event *event = STAILQ_FIRST(&queue->events);

	*due = INT64_MAX;
	if (event == NULL)
		return NULL;
	fill(queue, rate, now);
	if (queue->tokens < 1) {
		*due = now + (int64_t)((1 - queue->tokens) * 60000 / rate) + 1;
		return NULL;
	}
	queue->tokens--;
	queue->working = event->event.key;
	STAILQ_REMOVE_HEAD(&queue->events, next);
	queue->count--;
	return event;
}

void
action_queue_done(struct action_queue *queue)
{
	queue->working = 0;
}

uint32_t
action_queue_position(const struct action_queue *queue)
{
	const struct action_event *first = STAILQ_FIRST(&queue->events);

	if (queue->working != 0)
		return queue->working - 1;
	return first != NULL ? first->event.key - 1 : queue->offered;
}
