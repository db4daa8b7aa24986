/* SPDX-License-Identifier: BSD-2-Clause */
/* What a rule judges: a metric of its scope, now or over a window. */
#include <stdio.h>
#include <string.h>

#include "baseline_metric.h"
#include "conf_rule_private.h"
#include "conf_value.h"
#include "model_window.h"

#define DEFAULT_METRIC "queued-recipients"
#define DEFAULT_WINDOW 600
#define WORDS_MAX 128

static const char *
scope_word(enum snap_scope scope)
{
	const struct conf_word *word = conf_rule_scopes;

	while (word->value != scope)
		word++;
	return word->text;
}

/* The scope that has a metric of this MIB name, or 0. */
static enum snap_scope
scope_of(const char *name)
{
	const struct metric *metric;

	for (size_t i = 0; (metric = metric_at(i)) != NULL; i++) {
		if (strcmp(metric->name, name) == 0)
			return metric->scope;
	}
	return 0;
}

/* The words of a scope, as an array and as a text. Returns how many. */
static size_t
collect_words(enum snap_scope scope, const char *words[WORDS_MAX], char *text, size_t size)
{
	const struct metric *metric;
	size_t count = 0, len = 0;

	text[0] = '\0';
	for (size_t i = 0; (metric = metric_at(i)) != NULL && count < WORDS_MAX; i++) {
		if (metric->scope != scope || metric->word == NULL)
			continue;
		words[count++] = metric->word;
		if (len < size)
			len += (size_t)snprintf(text + len, size - len, " %s", metric->word);
	}
	return count;
}

static void
complain_metric(struct conf_rule_draft *draft)
{
	const enum snap_scope scope = draft->rule.scope;
	const char *words[WORDS_MAX], *meant, *name = draft->metric;
	char known[600];
	size_t count = collect_words(scope, words, known, sizeof known);

	if (name == NULL) {
		conf_rule_complain(draft, "metric", "expected for scope %s:%s", scope_word(scope),
				   known);
		return;
	}
	meant = conf_value_suggest(name, words, count);
	if (meant != NULL)
		conf_rule_complain(draft, "metric",
				   "scope %s has none of this name; did you "
				   "mean %s?",
				   scope_word(scope), meant);
	else if (scope_of(name) != 0)
		conf_rule_complain(draft, "metric", "this is one of scope %s, not of scope %s",
				   scope_word(scope_of(name)), scope_word(scope));
	else
		conf_rule_complain(draft, "metric", "expected for scope %s:%s; or a MIB name",
				   scope_word(scope), known);
}

void
conf_rule_read_metric(struct conf_rule_draft *draft)
{
	struct rule *rule = &draft->rule;

	/* A name that is no text was complained of already. */
	if (draft->metric == NULL && conf_rule_has(draft, "metric"))
		return;
	rule->metric = metric_find(rule->scope, draft->metric ? draft->metric : DEFAULT_METRIC);
	if (rule->metric == NULL)
		complain_metric(draft);
}

static const struct window_shape *
shape_of(enum snap_scope scope)
{
	switch (scope) {
	case SNAP_SCOPE_VMTA:
		return model_window_shape(STORE_VMTA);
	case SNAP_SCOPE_DOMAIN_QUEUE:
		return model_window_shape(STORE_QUEUE);
	case SNAP_SCOPE_PROVIDER:
		return model_window_shape(STORE_PROVIDER);
	case SNAP_SCOPE_BOUNCE_CLASS:
		return model_window_shape(STORE_CLASS);
	default:
		/* Totals without windows of their own: as a server's. */
		return model_window_shape(STORE_SERVER);
	}
}

static void
check_window(struct conf_rule_draft *draft)
{
	const struct rule *rule = &draft->rule;
	const struct window_shape *shape = shape_of(rule->scope);
	char max[32];

	if (window_answers(shape, rule->window_s))
		return;
	conf_value_format(UINT64_C(1000) * shape->horizon, CONF_UNIT_DURATION, max, sizeof max);
	if (shape->fine)
		conf_rule_complain(draft, "window",
				   "a multiple of 10s is expected up to 10m, and whole minutes "
				   "beyond, up to %s",
				   max);
	else
		conf_rule_complain(draft, "window",
				   "whole minutes from 10m to %s are expected: of scope %s nothing "
				   "else is kept",
				   max, scope_word(rule->scope));
}

/* Sums of ten minutes cannot be compared with those of an hour; shares can. */
static void
check_baseline_window(struct conf_rule_draft *draft)
{
	const struct rule *rule = &draft->rule;

	if (rule->raise.kind != RULE_FIXED && metric_needs_window(rule->metric) &&
	    rule->metric->unit != METRIC_SHARE && rule->window_s != BASELINE_WINDOW)
		conf_rule_complain(draft, "window",
				   "1h is expected: the baseline of %s is one of whole hours",
				   rule->metric->word);
}

void
conf_rule_read_window(struct conf_rule_draft *draft)
{
	struct rule *rule = &draft->rule;
	const bool set = conf_rule_has(draft, "window");

	if (!metric_needs_window(rule->metric)) {
		if (set)
			conf_rule_complain(draft, "window",
					   "%s is as of now and has no window; how long it must "
					   "last is said by hold",
					   rule->metric->name);
		return;
	}
	if (!set)
		rule->window_s = rule->raise.kind == RULE_FIXED ? DEFAULT_WINDOW : BASELINE_WINDOW;
	else if (rule->window_s == 0)
		return; /* was complained of already: 10s is the least */
	else
		check_window(draft);
	check_baseline_window(draft);
}
