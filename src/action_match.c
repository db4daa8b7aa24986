/* SPDX-License-Identifier: BSD-2-Clause */
/* Which events an action is about. */
#include "action.h"
#include "conf_action.h"
#include "text.h"

static bool
is_severe(const struct conf_action *action, const struct snap_event *event)
{
	/* What belongs to no alarm has no end that could be told. */
	if (event->alarm_id == 0)
		return action->news;
	return event->severity >= SNAP_SEVERITY_CRITICAL && event->severity <= action->severity;
}

static bool
matches(const struct conf_action *action, const struct snap_event *event)
{
	const char *object = event->object_name != NULL ? event->object_name : "";
	const char *server = event->server_name != NULL ? event->server_name : "";

	return is_severe(action, event) && (action->scope == 0 || action->scope == event->scope) &&
	       text_glob(action->match, object) && text_glob(action->server, server);
}

bool
action_wants(const struct conf_action *action, const struct event_ring *ring, uint32_t position)
{
	const struct snap_event *event = event_ring_at(ring, position);

	if (matches(action, event))
		return true;
	/* An alarm that was told is told to its end, also where it got milder before. */
	for (uint32_t i = position; event->alarm_id != 0 && i > 0; i--) {
		const struct snap_event *earlier = event_ring_at(ring, i - 1);

		if (earlier->alarm_id == event->alarm_id && matches(action, earlier))
			return true;
	}
	return false;
}
