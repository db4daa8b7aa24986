/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alarm_state.h - the state machine of one rule on one object: waits for hold, is on, waits for
 * calm. Pure.
 *
 * A value is known, or known to lie between two numbers, or not known at all; a verdict says only
 * what is certain of it. What is not certain changes nothing: it neither begins, nor ends, nor
 * interrupts hold or calm.
 */
#ifndef PMTA_ALARM_STATE_H
#define PMTA_ALARM_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "rule.h"

#define ALARM_NEVER INT64_MIN

/* What a value lies between; both ends at their extremes: it is not known. */
struct alarm_value {
	int64_t least, most;
	bool normal; /* whatever it is: the object has no mail, so that nothing is wrong with it */
};

#define ALARM_UNKNOWN               \
	((struct alarm_value){      \
		.least = INT64_MIN, \
		.most = INT64_MAX,  \
	})

/* The limits of a rule as of now; those that follow a baseline move. */
struct alarm_limits {
	bool known;
	double raise, clear; /* in the metric's unit */
};

/* What is certain. */
struct alarm_verdict {
	bool over, not_over; /* at the raise limit or beyond it, or not */
	bool calm, not_calm; /* at the clear limit or beyond it, or not */
};

enum alarm_change {
	ALARM_SAME,
	ALARM_RAISED,
	ALARM_CLEARED,
	ALARM_HELD_BACK /* a quiet time keeps it from being raised; told once a time */
};

/* Begins as ALARM_IDLE. Times are monotonic ms, or ALARM_NEVER. */
struct alarm_state {
	int64_t over_since, calm_since;
	bool on;
	bool held_back;
};

#define ALARM_IDLE                         \
	((struct alarm_state){             \
		.over_since = ALARM_NEVER, \
		.calm_since = ALARM_NEVER, \
	})

/* What can be said for certain of a value by this rule. A value at both limits, as limits that
 * follow a baseline can come to, is over. */
struct alarm_verdict alarm_verdict_of(const struct rule *rule, struct alarm_value value,
				      const struct alarm_limits *limits);

/* Takes what is known now. A rule that is quiet is not raised, but its hold goes on. */
enum alarm_change alarm_state_step(struct alarm_state *state, struct alarm_verdict verdict,
				   const struct rule *rule, bool quiet, int64_t now_ms);

/* True if it may as well be forgotten. */
bool alarm_state_is_idle(const struct alarm_state *state);

#endif
