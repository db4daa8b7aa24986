/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of the alarms when the rules, the servers or their objects change. */
#include <stdlib.h>
#include <string.h>

#include "alarm_private.h"

static struct model_source *
source_of(const struct model_server *server, uint32_t index)
{
	for (uint32_t i = 0; i < server->source_count; i++) {
		if (server->sources[i].index == index)
			return &server->sources[i];
	}
	return NULL;
}

/* The name by which rules match the object, and marks it as one that has alarms; NULL if it is
 * gone. */
static const char *
name_of(struct model_server *server, const struct alarm_key *key, char buf[TEXT_MAX])
{
	const enum store_kind kind = alarm_kind_of((enum snap_scope)key->scope);
	struct model_object *object;
	const struct model_source *source;

	if (key->scope == SNAP_SCOPE_SOURCE) {
		source = source_of(server, key->object);
		return source != NULL ? source->name : NULL;
	}
	if (kind == 0)
		return server->name;
	object = model_set_indexed(&server->set[kind], key->object);
	if (object == NULL)
		return NULL;
	object->alarmed = true;
	return model_name(object, buf);
}

/* The holds of a group's rules, with what is known of those that stay. NULL without memory. */
static struct alarm_hold *
holds_of(const struct alarm *alarm, const struct alarm_group *group, const char *server_name,
	 const char *object_name)
{
	struct alarm_hold *holds = calloc(group->count, sizeof *holds);

	for (size_t i = 0; holds != NULL && i < group->count; i++) {
		struct alarm_rule *rule = group->rules[i];
		const bool applies = alarm_rule_applies(rule, server_name, object_name);

		holds[i] = (struct alarm_hold){
			.rule = rule,
			.state = ALARM_IDLE,
			.next = ALARM_IDLE,
			.value = ALARM_UNKNOWN,
			.sample = SNAP_NONE32,
		};
		for (size_t old = 0; applies && old < alarm->hold_count; old++) {
			if (alarm->holds[old].rule == rule)
				holds[i] = alarm->holds[old];
		}
	}
	return holds;
}

static void
count_raised(const struct alarm *alarm, int step)
{
	for (size_t i = 0; i < alarm->hold_count; i++) {
		if (alarm->holds[i].state.on)
			alarm->holds[i].rule->active += (uint32_t)step;
	}
}

static bool
is_any_raised(const struct alarm *alarm)
{
	for (size_t i = 0; i < alarm->hold_count; i++) {
		if (alarm->holds[i].state.on && !alarm->holds[i].rule->rule->dry_run)
			return true;
	}
	return false;
}

/* Puts an alarm under the rules there are now. Returns why it ends, NULL if it goes on. */
static const char *
adopt(struct alarms *alarms, struct alarm *alarm, struct moment now)
{
	struct model_server *server = model_server_indexed(alarms->model, alarm->key.server);
	const struct alarm_group *group = alarm_group_of(alarms, &alarm->key);
	struct alarm_hold *holds;
	const char *name;
	char buf[TEXT_MAX];

	if (server == NULL)
		return "the server is no longer monitored";
	name = name_of(server, &alarm->key, buf);
	if (name == NULL)
		return "it is no longer known";
	if (group == NULL)
		return "no rule is about it any more";
	holds = holds_of(alarm, group, server->name, name);
	if (holds == NULL)
		return "out of memory";
	count_raised(alarm, -1);
	free(alarm->holds);
	alarm->holds = holds;
	alarm->hold_count = group->count;
	count_raised(alarm, 1);
	if (alarm->id == 0)
		return NULL;
	if (!is_any_raised(alarm))
		return "no rule is about it any more";
	alarm_lead_anew(alarms, alarm, now);
	return NULL;
}

/* A server that is not polled has no state: nothing would ever clear its alarms. */
static bool
is_orphan(const struct alarms *alarms, const struct alarm *alarm)
{
	const struct model_server *server = model_server_indexed(alarms->model, alarm->key.server);

	if (server == NULL || server->polled || alarm->key.metric->name[0] == '\0')
		return false;
	return alarm->key.scope != SNAP_SCOPE_SOURCE && !metric_needs_window(alarm->key.metric) &&
	       alarm->key.scope != SNAP_SCOPE_BOUNCE_CLASS;
}

void
alarms_configure(struct alarms *alarms, const struct rule *rules, size_t count,
		 const struct model *model, struct moment now)
{
	struct alarm *alarm, *next;
	const char *reason;

	alarms->model = model;
	alarm_groups_make(alarms, rules, count);
	/* Windows and names can have changed. What was watched for no whole window begins anew. */
	alarm_growths_forget(alarms, NULL);
	HASH_ITER(hh, alarms->all, alarm, next)
	{
		reason = is_orphan(alarms, alarm) ? "the server is no longer polled"
						  : adopt(alarms, alarm, now);
		if (reason != NULL)
			alarm_end(alarms, alarm, reason, now);
	}
	alarm_know_servers(alarms);
	alarms_show_counts(alarms);
	alarms->next_reminder = now.mono_ms;
	alarms->version++;
}

static void
forget_growths(struct alarms *alarms, const struct alarm_group *group, uint32_t server,
	       uint32_t object)
{
	for (size_t i = 0; alarms->growths != NULL && i < group->count; i++) {
		const struct alarm_growth_key key = {group->rules[i]->number, server, object};

		alarm_growths_forget(alarms, &key);
	}
}

void
alarms_object_gone(struct alarms *alarms, const struct model_server *server,
		   const struct model_object *object, struct moment now)
{
	if (alarms->all == NULL && alarms->growths == NULL)
		return;
	for (size_t i = 0; i < alarms->group_count; i++) {
		const struct alarm_group *group = &alarms->groups[i];
		const struct alarm_key key = {
			.metric = group->metric,
			.scope = group->scope,
			.side = group->side,
			.server = server->index,
			.object = object->index,
		};
		struct alarm *alarm;

		if (alarm_kind_of(group->scope) != (enum store_kind)object->kind)
			continue;
		forget_growths(alarms, group, server->index, object->index);
		alarm = object->alarmed ? alarm_find(alarms, &key) : NULL;
		if (alarm != NULL)
			alarm_end(alarms, alarm, "it is no longer known", now);
	}
}
