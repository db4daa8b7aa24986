/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules by their names, and the groups of rules that make one alarm. */
#include <stdlib.h>
#include <string.h>

#include "alarm_private.h"

struct alarm_rule *
alarm_rule_named(struct alarms *alarms, const char *name, bool make)
{
	struct alarm_rule *rule, **grown;

	for (uint32_t i = 0; i < alarms->rule_count; i++) {
		if (strcmp(alarms->rules[i]->name, name) == 0)
			return alarms->rules[i];
	}
	if (!make)
		return NULL;
	rule = calloc(1, sizeof *rule);
	grown = realloc(alarms->rules, (alarms->rule_count + 1) * sizeof *grown);
	if (grown != NULL)
		alarms->rules = grown;
	if (rule != NULL)
		rule->name = strdup(name);
	if (grown == NULL || rule == NULL || rule->name == NULL) {
		free(rule);
		return NULL;
	}
	rule->last_raise = SNAP_NO_TIME;
	rule->dirty = alarms->changed = true;
	grown[alarms->rule_count++] = rule;
	rule->number = alarms->rule_count;
	return rule;
}

bool
alarm_rule_applies(const struct alarm_rule *rule, const char *server_name, const char *object_name)
{
	return (rule->any_server || text_glob(rule->rule->server, server_name)) &&
	       (rule->any_object || text_glob(rule->rule->match, object_name));
}

enum snap_table
alarm_table_of(enum snap_scope scope)
{
	static const enum snap_table tables[] = {
		[SNAP_SCOPE_SERVER] = SNAP_SERVER,
		[SNAP_SCOPE_VMTA] = SNAP_VMTA,
		[SNAP_SCOPE_DOMAIN_QUEUE] = SNAP_QUEUE,
		[SNAP_SCOPE_PROVIDER] = SNAP_PROVIDER,
		[SNAP_SCOPE_BOUNCE_CLASS] = SNAP_CLASS,
		[SNAP_SCOPE_SOURCE] = SNAP_SOURCE,
		[SNAP_SCOPE_JOB] = SNAP_JOB,
		[SNAP_SCOPE_DOMAIN] = SNAP_DOMAIN,
		[SNAP_SCOPE_AGENT] = SNAP_TABLES,
	};

	return tables[scope];
}

enum store_kind
alarm_kind_of(enum snap_scope scope)
{
	switch (scope) {
	case SNAP_SCOPE_VMTA:
		return STORE_VMTA;
	case SNAP_SCOPE_DOMAIN_QUEUE:
		return STORE_QUEUE;
	case SNAP_SCOPE_PROVIDER:
		return STORE_PROVIDER;
	case SNAP_SCOPE_BOUNCE_CLASS:
		return STORE_CLASS;
	case SNAP_SCOPE_JOB:
		return STORE_JOB;
	case SNAP_SCOPE_DOMAIN:
		return STORE_DOMAIN;
	default:
		return (enum store_kind)0;
	}
}

/* What moves with records or by itself is judged all the time, the rest when a reply brings it. */
static bool
is_flow(const struct metric *metric)
{
	switch (metric->form) {
	case METRIC_AGE:
	case METRIC_UNTIL:
	case METRIC_MONO_AGE:
		return true;
	default:
		return metric_needs_window(metric) || metric->scope == SNAP_SCOPE_SOURCE ||
		       metric->scope == SNAP_SCOPE_BOUNCE_CLASS;
	}
}

const struct alarm_group *
alarm_group_of(const struct alarms *alarms, const struct alarm_key *key)
{
	for (size_t i = 0; i < alarms->group_count; i++) {
		const struct alarm_group *group = &alarms->groups[i];

		if (group->metric == key->metric && group->side == key->side)
			return group;
	}
	return NULL;
}

void
alarm_groups_free(struct alarms *alarms)
{
	for (size_t i = 0; i < alarms->group_count; i++)
		free(alarms->groups[i].rules);
	free(alarms->groups);
	alarms->groups = NULL;
	alarms->group_count = 0;
}

static struct alarm_group *
group_get(struct alarms *alarms, const struct rule *rule)
{
	const struct alarm_key key = {.metric = rule->metric, .side = rule->when == RULE_BELOW};
	struct alarm_group *group = (struct alarm_group *)(uintptr_t)alarm_group_of(alarms, &key);

	if (group != NULL)
		return group;
	group = realloc(alarms->groups, (alarms->group_count + 1) * sizeof *group);
	if (group == NULL)
		return NULL;
	alarms->groups = group;
	group += alarms->group_count++;
	*group = (struct alarm_group){
		.scope = rule->metric->scope,
		.metric = rule->metric,
		.side = key.side,
		.flow = is_flow(rule->metric),
	};
	return group;
}

static int
group_put(struct alarms *alarms, const struct rule *config)
{
	struct alarm_rule *rule = alarm_rule_named(alarms, config->name, true), **grown;
	struct alarm_group *group = group_get(alarms, config);

	if (rule == NULL || group == NULL)
		return -1;
	grown = realloc(group->rules, (group->count + 1) * sizeof *grown);
	if (grown == NULL)
		return -1;
	group->rules = grown;
	grown[group->count++] = rule;
	rule->rule = config;
	/* Whether mail waits at all, which levels tell, matters to every rule. */
	rule->cells =
		PUBLISH_LEVELS | publish_cells_at(config->metric->table, config->metric->offset);
	rule->any_server = strcmp(config->server, "*") == 0;
	rule->any_object = strcmp(config->match, "*") == 0;
	return 0;
}

/* PowerMTA itself is watched without being asked for it. */
static struct rule
built_in(void)
{
	return (struct rule){
		.name = ALARM_SERVER_DOWN,
		.scope = SNAP_SCOPE_SERVER,
		.match = "*",
		.server = "*",
		.metric = metric_find(SNAP_SCOPE_SERVER, "pmtaServerState"),
		.when = RULE_IS,
		.states = 1u << SNAP_STATE_STOPPED | 1u << SNAP_STATE_UNREACHABLE,
		.floor = SNAP_NONE32,
		.severity = SNAP_SEVERITY_CRITICAL,
		.quiet_unless = SNAP_NONE32,
	};
}

int
alarm_groups_make(struct alarms *alarms, const struct rule *rules, size_t count)
{
	int result = 0;

	alarm_groups_free(alarms);
	for (uint32_t i = 0; i < alarms->rule_count; i++)
		alarms->rules[i]->rule = NULL;
	alarms->down = built_in();
	if (group_put(alarms, &alarms->down) != 0)
		result = -1;
	for (size_t i = 0; i < count; i++) {
		if (group_put(alarms, &rules[i]) != 0)
			result = -1;
	}
	return result;
}
