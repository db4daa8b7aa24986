/* SPDX-License-Identifier: BSD-2-Clause */
/* By what a rule judges: limits on numbers, or the words of a state. */
#include <stdio.h>
#include <string.h>

#include "baseline_metric.h"
#include "conf_limit.h"
#include "conf_rule_private.h"

/* What only goes with something else is refused without it, rather than passed over. */
static int
check_unused(const struct conf_rule_draft *draft)
{
	const struct rule *rule = &draft->rule;
	const bool baseline = rule->when != RULE_IS && rule->raise.kind != RULE_FIXED;
	int result = 0;

	if (!baseline && conf_rule_has(draft, "floor")) {
		conf_rule_complain(draft, "floor",
				   "goes with a raise that follows the baseline, like \"baseline + "
				   "3 sigma\"");
		result = -1;
	}
	if (!baseline && conf_rule_has(draft, "history")) {
		conf_rule_complain(draft, "history",
				   "goes with a raise that follows the baseline, like \"baseline + "
				   "3 sigma\"");
		result = -1;
	}
	if (rule->metric->sample == 0 && conf_rule_has(draft, "minimum")) {
		conf_rule_complain(draft, "minimum",
				   "goes with shares and latencies; %s is neither",
				   rule->metric->name);
		result = -1;
	}
	return result;
}

static void
forget_unused(struct rule *rule)
{
	if (rule->when == RULE_IS || rule->raise.kind == RULE_FIXED)
		rule->history_s = 0;
	if (rule->metric->sample == 0)
		rule->minimum = 0;
}

static int
read_state(struct conf_rule_draft *draft, unsigned index)
{
	const struct metric_word *word = draft->rule.metric->words;
	char known[160] = "";
	size_t len = 0;

	for (; word->text != NULL; word++) {
		if (strcmp(word->text, draft->raise[index]) == 0) {
			draft->rule.states |= 1u << word->value;
			return 0;
		}
		if (len < sizeof known)
			len += (size_t)snprintf(known + len, sizeof known - len, " %s", word->text);
	}
	conf_complain(draft->reader, conf_parse_value(draft->section, "raise", index)->line,
		      "raise = \"%s\": words of %s are expected:%s", draft->raise[index],
		      draft->rule.metric->name, known);
	return -1;
}

/* A state is raised while it is one of the words, and cleared when it is none of them. */
static int
read_states(struct conf_rule_draft *draft)
{
	static const char *const numeric[] = {"when", "clear"};

	for (size_t i = 0; i < sizeof numeric / sizeof numeric[0]; i++) {
		if (conf_rule_has(draft, numeric[i])) {
			conf_rule_complain(draft, numeric[i],
					   "is for numbers; %s is a state, which clears when it is "
					   "none of the words of raise",
					   draft->rule.metric->name);
			return -1;
		}
	}
	draft->rule.when = RULE_IS;
	draft->rule.raise = draft->rule.clear = (struct rule_limit){RULE_FIXED, 0};
	for (unsigned i = 0; i < draft->raise_count; i++) {
		if (read_state(draft, i) != 0)
			return -1;
	}
	return 0;
}

static int
check_baseline(const struct conf_rule_draft *draft)
{
	const struct rule *rule = &draft->rule;

	if (rule->raise.kind == RULE_FIXED || baseline_has_metric(rule->scope, rule->metric->name))
		return 0;
	conf_rule_complain(draft, "raise",
			   "%s has no baseline; servers and providers have one of "
			   "queued-recipients, delivered and the shares of deferrals, bounces, "
			   "throttling and complaints, servers of received too",
			   rule->metric->name);
	return -1;
}

/* The side of the baseline that a limit is on. */
static enum rule_when
side_of(const struct rule_limit *limit)
{
	switch (limit->kind) {
	case RULE_SIGMA:
		return limit->number < 0 ? RULE_BELOW : RULE_ABOVE;
	case RULE_FACTOR:
		return limit->number < 1 ? RULE_BELOW : RULE_ABOVE;
	case RULE_FIXED:
		break;
	}
	return RULE_ABOVE;
}

static int
check_when(struct conf_rule_draft *draft)
{
	struct rule *rule = &draft->rule;
	const enum rule_when side = side_of(&rule->raise);

	if (rule->when == 0)
		rule->when = side;
	if (rule->raise.kind != RULE_FIXED && rule->when != side) {
		conf_rule_complain(draft, "raise",
				   "is on the other side of what is usual than when = %s says, so "
				   "that nearly every value would raise it",
				   rule->when == RULE_BELOW ? "below" : "above");
		return -1;
	}
	if (rule->raise.kind == RULE_FIXED && rule->when == RULE_ABOVE && rule->raise.number == 0 &&
	    rule->metric->form != METRIC_SIGNED) {
		conf_rule_complain(draft, "raise",
				   "more than 0 is expected: every value is 0 or "
				   "more");
		return -1;
	}
	return 0;
}

static int
read_raise(struct conf_rule_draft *draft)
{
	struct conf_why why;

	if (draft->raise_count != 1) {
		conf_rule_complain(draft, "raise",
				   "one limit is expected; lists are for the words of states");
		return -1;
	}
	if (conf_limit_read(draft->raise[0], draft->rule.metric, &draft->rule.raise, &why) != 0) {
		conf_rule_complain(draft, "raise", "%s", why.text);
		return -1;
	}
	return check_baseline(draft) == 0 && check_when(draft) == 0 ? 0 : -1;
}

static int
read_clear(struct conf_rule_draft *draft)
{
	struct rule *rule = &draft->rule;
	const bool below = rule->when == RULE_BELOW;
	struct conf_why why;

	if (!conf_rule_has(draft, "clear")) {
		rule->clear = conf_limit_clear(&rule->raise, rule->when);
		return 0;
	}
	if (draft->clear == NULL)
		return -1; /* was complained of already */
	if (conf_limit_read(draft->clear, rule->metric, &rule->clear, &why) != 0) {
		conf_rule_complain(draft, "clear", "%s", why.text);
		return -1;
	}
	if (rule->clear.kind != rule->raise.kind) {
		conf_rule_complain(draft, "clear",
				   "a limit of the same kind as raise (%s) is expected",
				   draft->raise[0]);
		return -1;
	}
	if (below ? rule->clear.number <= rule->raise.number
		  : rule->clear.number >= rule->raise.number) {
		conf_rule_complain(draft, "clear",
				   "%s than raise (%s) is expected, else the alarm would flap",
				   below ? "more" : "less", draft->raise[0]);
		return -1;
	}
	return 0;
}

static int
read_floor(struct conf_rule_draft *draft)
{
	struct conf_why why;
	int64_t number;

	draft->rule.floor = SNAP_NONE32;
	if (draft->floor == NULL)
		return 0;
	if (conf_limit_number(draft->floor, draft->rule.metric, &number, &why) != 0) {
		conf_rule_complain(draft, "floor", "%s", why.text);
		return -1;
	}
	draft->rule.floor = (uint32_t)number;
	return 0;
}

/* False after a complaint that said so. */
static bool
raise_is_read(const struct conf_rule_draft *draft)
{
	for (size_t i = 0; i < draft->raise_count; i++) {
		if (draft->raise[i] == NULL)
			return false;
	}
	return true;
}

int
conf_rule_read_limits(struct conf_rule_draft *draft)
{
	const struct metric *metric = draft->rule.metric;
	int result;

	if (draft->raise_count == 0) {
		conf_rule_complain(draft, "raise", "%s that raises it is expected",
				   metric->unit == METRIC_WORDS ? "the word" : "the value");
		return -1;
	}
	if (!raise_is_read(draft))
		return -1;
	result = metric->unit == METRIC_WORDS ? read_states(draft) : read_raise(draft);
	if (result == 0 && metric->unit != METRIC_WORDS)
		result = read_clear(draft);
	if (result == 0)
		result = check_unused(draft);
	if (result == 0)
		result = read_floor(draft);
	if (result == 0)
		forget_unused(&draft->rule);
	return result;
}
