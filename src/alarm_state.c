/* SPDX-License-Identifier: BSD-2-Clause */
#include "alarm_state.h"

static struct alarm_verdict
verdict_above(double least, double most, const struct alarm_limits *limits)
{
	return (struct alarm_verdict){
		.over = least >= limits->raise,
		.not_over = most < limits->raise,
		.calm = most <= limits->clear &&
				most<limits->raise, .not_calm = least> limits->clear ||
			least >= limits->raise,
	};
}

static bool
is_unknown(struct alarm_value value)
{
	return value.least == INT64_MIN && value.most == INT64_MAX;
}

/* Values are of 32 bits but for totals: each is a bit of `states` only if it is a small one. */
static bool
is_state_of(const struct rule *rule, int64_t value)
{
	return value >= 0 && value < 32 && (rule->states & (uint32_t)1 << value) != 0;
}

static struct alarm_verdict
verdict_is(const struct rule *rule, struct alarm_value value)
{
	const bool is = is_state_of(rule, value.least);

	if (value.least != value.most)
		return (struct alarm_verdict){0};
	return (struct alarm_verdict){.over = is, .not_over = !is, .calm = !is, .not_calm = is};
}

struct alarm_verdict
alarm_verdict_of(const struct rule *rule, struct alarm_value value,
		 const struct alarm_limits *limits)
{
	/* Below is above with the signs of everything turned round. */
	const struct alarm_limits turned = {true, -limits->raise, -limits->clear};

	if (value.normal)
		return (struct alarm_verdict){.not_over = true, .calm = true};
	if (rule->when == RULE_IS)
		return verdict_is(rule, value);
	if (!limits->known || is_unknown(value))
		return (struct alarm_verdict){0};
	if (rule->when == RULE_BELOW)
		return verdict_above(-(double)value.most, -(double)value.least, &turned);
	return verdict_above((double)value.least, (double)value.most, limits);
}

static enum alarm_change
step_off(struct alarm_state *state, struct alarm_verdict verdict, const struct rule *rule,
	 bool quiet, int64_t now_ms)
{
	if (verdict.not_over)
		*state = ALARM_IDLE;
	if (!verdict.over)
		return ALARM_SAME;
	if (state->over_since == ALARM_NEVER)
		state->over_since = now_ms;
	if (now_ms - state->over_since < (int64_t)rule->hold_s * 1000)
		return ALARM_SAME;
	if (quiet && state->held_back)
		return ALARM_SAME;
	if (quiet) {
		state->held_back = true;
		return ALARM_HELD_BACK;
	}
	*state = ALARM_IDLE;
	state->on = true;
	return ALARM_RAISED;
}

static enum alarm_change
step_on(struct alarm_state *state, struct alarm_verdict verdict, const struct rule *rule,
	int64_t now_ms)
{
	if (verdict.not_calm)
		state->calm_since = ALARM_NEVER;
	if (!verdict.calm)
		return ALARM_SAME;
	if (state->calm_since == ALARM_NEVER)
		state->calm_since = now_ms;
	if (now_ms - state->calm_since < (int64_t)rule->calm_s * 1000)
		return ALARM_SAME;
	*state = ALARM_IDLE;
	return ALARM_CLEARED;
}

enum alarm_change
alarm_state_step(struct alarm_state *state, struct alarm_verdict verdict, const struct rule *rule,
		 bool quiet, int64_t now_ms)
{
	return state->on ? step_on(state, verdict, rule, now_ms)
			 : step_off(state, verdict, rule, quiet, now_ms);
}

bool
alarm_state_is_idle(const struct alarm_state *state)
{
	return !state->on && state->over_since == ALARM_NEVER;
}
