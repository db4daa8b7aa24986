/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rule.h - a rule: what is judged, by which limits, when not, and what is said about it.
 *
 * Section "threshold" of the configuration makes one (conf_rule.h), alarm.h judges by it.
 * Immutable, owned by the configuration.
 */
#ifndef PMTA_RULE_H
#define PMTA_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "metric.h"
#include "snapshot.h"

enum rule_when {
	RULE_ABOVE =
		1,  /* raised at or above the raise limit, cleared at or below the clear limit */
	RULE_BELOW, /* raised at or below the raise limit, cleared at or above the clear limit */
	RULE_IS	    /* raised while the value is one of `states` */
};

/* A limit is a number, or follows the baseline of the object and metric (baseline.h). */
enum rule_limit_kind {
	RULE_FIXED, /* number, in the metric's unit */
	RULE_SIGMA, /* the expected value plus number times its deviation; number < 0: below it */
	RULE_FACTOR /* the expected value times number */
};

struct rule_limit {
	enum rule_limit_kind kind;
	double number;
};

/* A time at which nothing is raised; alarms that are active stay and are cleared as always. */
struct rule_quiet {
	uint8_t days;	   /* bit 0 Monday .. bit 6 Sunday */
	bool hourly;	   /* from and to are minutes of every hour, else of the day */
	uint16_t from, to; /* local time; `to` is not in it; to <= from goes over the end */
};

struct rule {
	const char *name; /* title of the section; unique */
	unsigned line;
	enum snap_scope scope;
	const char *match;  /* glob of the object's name; "*" by default */
	const char *server; /* glob of the server's name; "*" by default */
	const struct metric *metric;
	uint32_t window_s; /* 0: a level as of now */
	enum rule_when when;
	struct rule_limit raise, clear; /* of one kind; none with RULE_IS */
	uint32_t states;		/* RULE_IS: bit n stands for the value n */
	uint32_t floor;	    /* of a limit that follows a baseline: never below it (RULE_BELOW: never
			       above); SNAP_NONE32 none */
	uint32_t history_s; /* of a baseline: what must have been seen before the rule speaks */
	uint32_t minimum;   /* of the metric's denominator: below it the value is not known */
	uint32_t hold_s, calm_s; /* must last this long; must be gone this long */
	uint32_t remind_s;	 /* an active alarm is told again so often; 0 never */
	enum snap_severity severity;
	const struct rule_quiet *quiet;
	size_t quiet_count;
	uint32_t quiet_unless; /* recipients queued (of the object, else of its server) at which
				  quiet times do not count; SNAP_NONE32 never */
	const char *advice;    /* or NULL */
	bool dry_run;	       /* counts what it would have raised, and raises nothing */
};

/* The notification that raises its alarms; the one behind it clears them. Pure. */
enum snap_notification rule_notification(const struct rule *rule);

#endif
