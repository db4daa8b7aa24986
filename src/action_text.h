/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * action_text.h - an event as actions tell of it: in words, as environment, as JSON. Pure.
 */
#ifndef PMTA_ACTION_TEXT_H
#define PMTA_ACTION_TEXT_H

#include <stddef.h>

#include "conf_action.h"
#include "snapshot.h"

/* "raise", "clear", or "event" for one that belongs to no alarm. */
const char *action_state_word(const struct snap_event *event);

/* As in the MIB: "critical", "domainQueue". */
const char *action_severity_word(enum snap_severity severity);
const char *action_scope_word(enum snap_scope scope);

/* The event's wall time as RFC 3339 has it, in UTC. Returns buf. */
#define ACTION_TIME_SIZE 32
const char *action_time(const struct snap_event *event, char buf[ACTION_TIME_SIZE]);

/* One line: how severe, which server, the event's text. Returns buf. */
const char *action_summary(const struct snap_event *event, char *buf, size_t size);

/* The event in the format; key is PagerDuty's routing key, else NULL. To be freed; NULL without
 * memory. */
char *action_json(const struct snap_event *event, enum conf_action_format format, const char *key);

/* The environment of a program: "PMTA_TEXT=..." and so on, PATH, and TZ if we have one;
 * NULL-terminated, to be freed by action_environment_free(). NULL without memory. */
char **action_environment(const struct snap_event *event);
void action_environment_free(char **environment);

#endif
