/* SPDX-License-Identifier: BSD-2-Clause */
#include "action_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "text.h"

/* As the shell of an init script has it: ours may be anything. */
#define PROGRAM_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define VARIABLES_MAX 24

const char *
action_state_word(const struct snap_event *event)
{
	if (event->alarm_id == 0)
		return "event";
	return event->severity == SNAP_SEVERITY_CLEARED ? "clear" : "raise";
}

const char *
action_severity_word(enum snap_severity severity)
{
	static const char *const words[] = {
		[SNAP_SEVERITY_CLEARED] = "cleared",
		[SNAP_SEVERITY_INDETERMINATE] = "indeterminate",
		[SNAP_SEVERITY_CRITICAL] = "critical",
		[SNAP_SEVERITY_MAJOR] = "major",
		[SNAP_SEVERITY_MINOR] = "minor",
		[SNAP_SEVERITY_WARNING] = "warning",
	};

	return severity >= SNAP_SEVERITY_CLEARED && severity <= SNAP_SEVERITY_WARNING
		       ? words[severity]
		       : "indeterminate";
}

const char *
action_scope_word(enum snap_scope scope)
{
	static const char *const words[] = {
		[SNAP_SCOPE_SERVER] = "server",
		[SNAP_SCOPE_VMTA] = "vmta",
		[SNAP_SCOPE_DOMAIN_QUEUE] = "domainQueue",
		[SNAP_SCOPE_PROVIDER] = "provider",
		[SNAP_SCOPE_BOUNCE_CLASS] = "bounceClass",
		[SNAP_SCOPE_SOURCE] = "source",
		[SNAP_SCOPE_JOB] = "job",
		[SNAP_SCOPE_DOMAIN] = "domain",
	};

	return scope >= SNAP_SCOPE_SERVER && scope < sizeof words / sizeof words[0] ? words[scope]
										    : "agent";
}

const char *
action_time(const struct snap_event *event, char buf[ACTION_TIME_SIZE])
{
	const time_t seconds = (time_t)(event->time_ms / 1000);
	struct tm utc;

	if (gmtime_r(&seconds, &utc) == NULL ||
	    strftime(buf, ACTION_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		buf[0] = '\0';
	return buf;
}

/* Absent texts of an event are empty ones. */
static const char *
given(const char *text)
{
	return text != NULL ? text : "";
}

const char *
action_summary(const struct snap_event *event, char *buf, size_t size)
{
	const char *server = given(event->server_name);

	if (server[0] == '\0')
		server = given(event->agent_name);
	snprintf(buf, size, "%s: %s: %s", action_severity_word(event->severity), server,
		 given(event->text));
	return buf;
}

/* A number that is absent is an empty text. */
static const char *
number(char buf[24], uint32_t value)
{
	buf[0] = '\0';
	if (value != SNAP_NONE32)
		snprintf(buf, 24, "%" PRIu32, value);
	return buf;
}

static char *
variable(const char *name, const char *value)
{
	char *text;

	return asprintf(&text, "%s=%s", name, value) < 0 ? NULL : text;
}

char **
action_environment(const struct snap_event *event)
{
	char **environment = calloc(VARIABLES_MAX, sizeof *environment);
	char time[ACTION_TIME_SIZE], digits[6][24], summary[3 * TEXT_MAX];
	const char *zone = getenv("TZ");
	const char *const variables[][2] = {
		{"PMTA_STATE", action_state_word(event)},
		{"PMTA_SUMMARY", action_summary(event, summary, sizeof summary)},
		{"PMTA_SEQUENCE", number(digits[0], event->key)},
		{"PMTA_NOTIFICATION", number(digits[1], event->notification)},
		{"PMTA_AGENT", given(event->agent_name)},
		{"PMTA_ALARM_ID", number(digits[2], event->alarm_id)},
		{"PMTA_SEVERITY", action_severity_word(event->severity)},
		{"PMTA_SERVER", given(event->server_name)},
		{"PMTA_SCOPE", action_scope_word(event->scope)},
		{"PMTA_OBJECT", given(event->object_name)},
		{"PMTA_METRIC", given(event->metric)},
		{"PMTA_VALUE", number(digits[3], event->value)},
		{"PMTA_LIMIT", number(digits[4], event->limit)},
		{"PMTA_WINDOW", number(digits[5], event->window)},
		{"PMTA_TIME", action_time(event, time)},
		{"PMTA_TEXT", given(event->text)},
		{"PATH", PROGRAM_PATH},
		{"TZ", zone},
	};
	size_t count = 0;

	for (size_t i = 0; environment != NULL && i < sizeof variables / sizeof variables[0]; i++) {
		if (variables[i][1] == NULL)
			continue;
		environment[count] = variable(variables[i][0], variables[i][1]);
		if (environment[count++] != NULL)
			continue;
		action_environment_free(environment);
		return NULL;
	}
	return environment;
}

void
action_environment_free(char **environment)
{
	for (size_t i = 0; environment != NULL && environment[i] != NULL; i++)
		free(environment[i]);
	free(environment);
}
