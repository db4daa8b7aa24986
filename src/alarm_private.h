/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alarm_private.h - what the files of alarm.h share: one alarm, and what is judged by which limit.
 */
#ifndef PMTA_ALARM_PRIVATE_H
#define PMTA_ALARM_PRIVATE_H

#include "alarm.h"

/* Without memory for the hash an alarm is simply not begun. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#define ALARM_NOT_SINCE INT64_MIN

/* One rule on one object: pending until held long enough, then active until calm long enough. */
struct alarm {
	UT_hash_handle hh;
	struct alarm_key {
		uint32_t rule;		 /* number of its name */
		uint32_t server, object; /* object 0: the server */
	} key;
	uint32_t id; /* 0 while pending */
	enum snap_severity severity;
	int64_t over_since, calm_since;	 /* monotonic ms, ALARM_NOT_SINCE */
	int64_t raised_mono;		 /* ALARM_NOT_SINCE if raised by an earlier run */
	char *server_name, *object_name; /* NULL while pending */
};

struct alarms {
	struct event_ring *ring;
	const struct conf *conf;
	struct alarm *all;
	char **rule; /* names, by their numbers */
	uint32_t rule_count;
	uint32_t last_id, active;
	bool changed;
};

/* What is judged. */
struct alarm_subject {
	const struct model_server *server;
	const struct model_object *queue; /* NULL: the server itself */
	const char *metric;
	uint32_t least, most; /* what the value is known to lie between; equal if it is known */
};

/* A limit, be it configured or built in. */
struct alarm_limit {
	const char *rule;
	uint32_t raise, clear;
	uint32_t hold_s, calm_s;
	enum snap_severity severity;
	enum snap_notification raise_note;
	const char *advice;
};

/* Room for a text before it is cut to TEXT_MAX, on a character border. */
#define ALARM_TEXT_MAX 1024

/* Say what happened, how much, why, and what can be done about it. */
void alarm_text_raise(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		      const struct alarm_limit *limit, struct moment now);
void alarm_text_clear(char text[ALARM_TEXT_MAX], const struct alarm_subject *subject,
		      const struct alarm_limit *limit, const struct alarm *alarm,
		      struct moment now);

/* The number of a rule's name, 0 if it has none and none is to be made, or without memory. */
uint32_t alarm_rule_number(struct alarms *alarms, const char *name, bool make);

/* The state machine: takes what is known of the subject now. */
void alarm_judge(struct alarms *alarms, const struct alarm_subject *subject,
		 const struct alarm_limit *limit, struct moment now);

/* True if this rule has an alarm, pending or active, on this object. */
bool alarm_exists(struct alarms *alarms, const char *rule, uint32_t server, uint32_t object);

#endif
