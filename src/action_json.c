/* SPDX-License-Identifier: BSD-2-Clause */
/* An event as JSON: our own form, and those of Slack and PagerDuty. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action_text.h"
#include "text.h"

#define SUMMARY_SIZE (3 * TEXT_MAX)

static void
add_text(cJSON *object, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		cJSON_AddStringToObject(object, name, text);
}

static void
add_number(cJSON *object, const char *name, uint32_t number)
{
	if (number != SNAP_NONE32)
		cJSON_AddNumberToObject(object, name, number);
}

/* Every object of the notification by its MIB name; for pmtaEventRow, whose OID only the agent
 * knows, the indexes it is made of. What is absent there is absent here. */
static void
add_objects(cJSON *object, const struct snap_event *event)
{
	char time[ACTION_TIME_SIZE];

	add_number(object, "pmtaEventSequence", event->key);
	add_number(object, "pmtaEventNotification", event->notification);
	add_text(object, "pmtaEventAgent", event->agent_name);
	add_number(object, "pmtaEventAlarmId", event->alarm_id);
	add_text(object, "pmtaEventSeverity", action_severity_word(event->severity));
	add_text(object, "pmtaEventServer", event->server_name);
	add_text(object, "pmtaEventScope", action_scope_word(event->scope));
	add_text(object, "pmtaEventObject", event->object_name);
	add_number(object, "pmtaEventServerIndex", event->server_index);
	add_number(object, "pmtaEventObjectIndex", event->object_index);
	add_text(object, "pmtaEventMetric", event->metric);
	add_number(object, "pmtaEventValue", event->value);
	add_number(object, "pmtaEventLimit", event->limit);
	add_number(object, "pmtaEventWindow", event->window);
	add_text(object, "pmtaEventTime", action_time(event, time));
	add_text(object, "pmtaEventText", event->text);
}

static void
fill_json(cJSON *body, const struct snap_event *event)
{
	char summary[SUMMARY_SIZE];

	add_text(body, "text", action_summary(event, summary, sizeof summary));
	add_text(body, "state", action_state_word(event));
	add_objects(body, event);
}

/* In Slack's markup these three begin links and calls on people, which a remote host's words must
 * not. */
static void
escape_markup(const char *text, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (; *text != '\0' && len + 6 < size; text++) {
		switch (*text) {
		case '&':
			len += (size_t)snprintf(out + len, size - len, "&amp;");
			break;
		case '<':
			len += (size_t)snprintf(out + len, size - len, "&lt;");
			break;
		case '>':
			len += (size_t)snprintf(out + len, size - len, "&gt;");
			break;
		default:
			out[len++] = *text;
			out[len] = '\0';
		}
	}
}

static void
fill_slack(cJSON *body, const struct snap_event *event)
{
	char summary[SUMMARY_SIZE], escaped[5 * SUMMARY_SIZE + 8];

	escape_markup(action_summary(event, summary, sizeof summary), escaped, sizeof escaped);
	add_text(body, "text", escaped);
}

static const char *
pagerduty_severity(enum snap_severity severity)
{
	switch (severity) {
	case SNAP_SEVERITY_CRITICAL:
		return "critical";
	case SNAP_SEVERITY_MAJOR:
		return "error";
	case SNAP_SEVERITY_MINOR:
	case SNAP_SEVERITY_WARNING:
		return "warning";
	default:
		return "info";
	}
}

/* Raise and clear of one alarm share a dedup_key, by which the clear resolves the incident. */
static void
fill_pagerduty(cJSON *body, const struct snap_event *event, const char *key)
{
	const bool clear = event->severity == SNAP_SEVERITY_CLEARED;
	char text[SUMMARY_SIZE], time[ACTION_TIME_SIZE];
	cJSON *payload, *details;

	add_text(body, "routing_key", key);
	add_text(body, "event_action", clear ? "resolve" : "trigger");
	snprintf(text, sizeof text, "pmta-monitor/%.200s/%s/%u",
		 event->agent_name != NULL ? event->agent_name : "",
		 event->alarm_id != 0 ? "alarm" : "event",
		 event->alarm_id != 0 ? event->alarm_id : event->key);
	add_text(body, "dedup_key", text);
	payload = cJSON_AddObjectToObject(body, "payload");
	add_text(payload, "summary", action_summary(event, text, sizeof text));
	add_text(payload, "source",
		 event->server_name != NULL && event->server_name[0] != '\0' ? event->server_name
									     : event->agent_name);
	add_text(payload, "severity", pagerduty_severity(event->severity));
	add_text(payload, "timestamp", action_time(event, time));
	add_text(payload, "component", event->object_name);
	add_text(payload, "group", action_scope_word(event->scope));
	add_text(payload, "class", event->metric);
	details = cJSON_AddObjectToObject(payload, "custom_details");
	add_objects(details, event);
}

char *
action_json(const struct snap_event *event, enum conf_action_format format, const char *key)
{
	cJSON *body = cJSON_CreateObject();
	char *text;

	if (format == CONF_ACTION_SLACK)
		fill_slack(body, event);
	else if (format == CONF_ACTION_PAGERDUTY)
		fill_pagerduty(body, event, key);
	else
		fill_json(body, event);
	text = cJSON_PrintUnformatted(body);
	cJSON_Delete(body);
	return text;
}
