/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "action_text.h"

static const struct snap_event event = {
	.key = 40,
	.notification = SNAP_NOTE_QUEUE_DEPTH_HIGH,
	.alarm_id = 7,
	.severity = SNAP_SEVERITY_MAJOR,
	.agent_name = "noc",
	.server_index = 3,
	.server_name = "mta1",
	.scope = SNAP_SCOPE_DOMAIN_QUEUE,
	.object_name = "a.example/v1",
	.object_index = 9,
	.metric = "domainQueueRecipients",
	.value = 500,
	.limit = SNAP_NONE32,
	.window = 0,
	.time_ms = INT64_C(1795348800500),
	.text = "500 queued; \"<!channel> & co\"",
};

static const char *
variable(char **environment, const char *name)
{
	const size_t len = strlen(name);

	for (; *environment != NULL; environment++) {
		if (strncmp(*environment, name, len) == 0 && (*environment)[len] == '=')
			return *environment + len + 1;
	}
	return NULL;
}

static const char *
text_of(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static double
number_of(const cJSON *object, const char *name)
{
	return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static cJSON *
json(const struct snap_event *of, enum conf_action_format format, const char *key)
{
	char *text = action_json(of, format, key);
	cJSON *parsed = cJSON_Parse(text);

	assert_non_null(parsed);
	free(text);
	return parsed;
}

static void
the_environment_has_every_object_of_the_notification(void **state)
{
	char **environment = action_environment(&event);

	(void)state;
	assert_string_equal(variable(environment, "PMTA_STATE"), "raise");
	assert_string_equal(variable(environment, "PMTA_SEQUENCE"), "40");
	assert_string_equal(variable(environment, "PMTA_NOTIFICATION"), "3");
	assert_string_equal(variable(environment, "PMTA_AGENT"), "noc");
	assert_string_equal(variable(environment, "PMTA_ALARM_ID"), "7");
	assert_string_equal(variable(environment, "PMTA_SEVERITY"), "major");
	assert_string_equal(variable(environment, "PMTA_SERVER"), "mta1");
	assert_string_equal(variable(environment, "PMTA_SCOPE"), "domainQueue");
	assert_string_equal(variable(environment, "PMTA_OBJECT"), "a.example/v1");
	assert_string_equal(variable(environment, "PMTA_METRIC"), "domainQueueRecipients");
	assert_string_equal(variable(environment, "PMTA_VALUE"), "500");
	assert_string_equal(variable(environment, "PMTA_LIMIT"), "");
	assert_string_equal(variable(environment, "PMTA_WINDOW"), "0");
	assert_string_equal(variable(environment, "PMTA_TIME"), "2026-11-22T12:00:00Z");
	assert_string_equal(variable(environment, "PMTA_TEXT"), event.text);
	action_environment_free(environment);
}

static void
the_environment_has_nothing_of_ours_but_path_and_zone(void **state)
{
	char **environment;

	(void)state;
	setenv("TZ", "Europe/Berlin", 1);
	setenv("LD_PRELOAD_LIKE", "x", 1);
	setenv("PATH", "/evil", 1);
	environment = action_environment(&event);
	assert_null(variable(environment, "LD_PRELOAD_LIKE"));
	assert_string_equal(variable(environment, "TZ"), "Europe/Berlin");
	assert_null(strstr(variable(environment, "PATH"), "evil"));
	for (char **at = environment; *at != NULL; at++)
		assert_true(strncmp(*at, "PMTA_", 5) == 0 || strncmp(*at, "PATH=", 5) == 0 ||
			    strncmp(*at, "TZ=", 3) == 0);
	action_environment_free(environment);
}

static void
json_has_the_objects_by_their_names_and_what_is_absent_is_absent(void **state)
{
	cJSON *body = json(&event, CONF_ACTION_JSON, NULL);

	(void)state;
	assert_string_equal(text_of(body, "text"), "major: mta1: 500 queued; \"<!channel> & co\"");
	assert_string_equal(text_of(body, "state"), "raise");
	assert_int_equal(number_of(body, "pmtaEventSequence"), 40);
	assert_int_equal(number_of(body, "pmtaEventAlarmId"), 7);
	assert_int_equal(number_of(body, "pmtaEventServerIndex"), 3);
	assert_int_equal(number_of(body, "pmtaEventObjectIndex"), 9);
	assert_int_equal(number_of(body, "pmtaEventValue"), 500);
	assert_int_equal(number_of(body, "pmtaEventWindow"), 0);
	assert_string_equal(text_of(body, "pmtaEventSeverity"), "major");
	assert_string_equal(text_of(body, "pmtaEventScope"), "domainQueue");
	assert_string_equal(text_of(body, "pmtaEventObject"), "a.example/v1");
	assert_string_equal(text_of(body, "pmtaEventText"), event.text);
	assert_false(cJSON_HasObjectItem(body, "pmtaEventLimit"));
	cJSON_Delete(body);
}

static void
a_remote_host_s_words_can_call_nobody_in_slack(void **state)
{
	cJSON *body = json(&event, CONF_ACTION_SLACK, NULL);

	(void)state;
	assert_int_equal(cJSON_GetArraySize(body), 1);
	assert_string_equal(text_of(body, "text"),
			    "major: mta1: 500 queued; \"&lt;!channel&gt; &amp; co\"");
	cJSON_Delete(body);
}

static void
the_longest_text_of_markup_fits(void **state)
{
	struct snap_event longest = event;
	char text[256];
	cJSON *body;

	(void)state;
	memset(text, '&', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	longest.text = text;
	body = json(&longest, CONF_ACTION_SLACK, NULL);
	assert_int_equal(strlen(text_of(body, "text")), strlen("major: mta1: ") + 255 * 5);
	cJSON_Delete(body);
}

static void
raise_and_clear_are_one_incident_of_pagerduty(void **state)
{
	struct snap_event clear = event;
	cJSON *trigger = json(&event, CONF_ACTION_PAGERDUTY, "KEY"), *resolve, *payload;

	(void)state;
	clear.key = 41;
	clear.severity = SNAP_SEVERITY_CLEARED;
	resolve = json(&clear, CONF_ACTION_PAGERDUTY, "KEY");
	assert_string_equal(text_of(trigger, "event_action"), "trigger");
	assert_string_equal(text_of(resolve, "event_action"), "resolve");
	assert_string_equal(text_of(trigger, "dedup_key"), "pmta-monitor/noc/alarm/7");
	assert_string_equal(text_of(resolve, "dedup_key"), "pmta-monitor/noc/alarm/7");
	assert_string_equal(text_of(trigger, "routing_key"), "KEY");
	payload = cJSON_GetObjectItemCaseSensitive(trigger, "payload");
	assert_string_equal(text_of(payload, "source"), "mta1");
	assert_string_equal(text_of(payload, "severity"), "error");
	assert_string_equal(text_of(payload, "timestamp"), "2026-11-22T12:00:00Z");
	assert_string_equal(text_of(payload, "component"), "a.example/v1");
	cJSON_Delete(trigger);
	cJSON_Delete(resolve);
}

static void
an_event_without_server_and_alarm_is_the_agent_s(void **state)
{
	const struct snap_event own = {.key = 5,
				       .severity = SNAP_SEVERITY_INDETERMINATE,
				       .agent_name = "noc",
				       .value = SNAP_NONE32,
				       .limit = SNAP_NONE32,
				       .text = "agent started"};
	cJSON *body = json(&own, CONF_ACTION_PAGERDUTY, "KEY");
	char summary[256];

	(void)state;
	assert_string_equal(action_state_word(&own), "event");
	assert_string_equal(action_summary(&own, summary, sizeof summary),
			    "indeterminate: noc: agent started");
	assert_string_equal(text_of(body, "dedup_key"), "pmta-monitor/noc/event/5");
	assert_string_equal(text_of(cJSON_GetObjectItemCaseSensitive(body, "payload"), "source"),
			    "noc");
	cJSON_Delete(body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_environment_has_every_object_of_the_notification),
		cmocka_unit_test(the_environment_has_nothing_of_ours_but_path_and_zone),
		cmocka_unit_test(json_has_the_objects_by_their_names_and_what_is_absent_is_absent),
		cmocka_unit_test(a_remote_host_s_words_can_call_nobody_in_slack),
		cmocka_unit_test(the_longest_text_of_markup_fits),
		cmocka_unit_test(raise_and_clear_are_one_incident_of_pagerduty),
		cmocka_unit_test(an_event_without_server_and_alarm_is_the_agent_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
