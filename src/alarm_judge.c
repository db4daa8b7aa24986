/* SPDX-License-Identifier: BSD-2-Clause */
/* Which objects are judged, when, and by which rules. */
#include <string.h>

#include "alarm_private.h"
#include "rule_quiet.h"

/* Without records windows move all the same, as slots leave them. */
#define FLOW_MS 10000
/* Objects whose windows are fetched ahead of their turn. */
#define AHEAD 4

/* True while too few polls failed for an outage. A reload polls at once, so their number alone says
 * nothing: they must have taken their time, but for half an interval. */
static bool
is_too_early(const struct model_server *server, struct moment now)
{
	const struct conf *conf = server->model->conf;
	const int64_t half_intervals = 2 * (int64_t)conf->down_after - 3;

	return server->failed_polls > 0 &&
	       (server->failed_polls < conf->down_after ||
		now.mono_ms - server->failed_since < half_intervals * conf->poll_interval_ms / 2);
}

/* A quiet time does not count when very much mail waits. */
static bool
is_quiet(const struct alarm_subject *subject, const struct rule *rule, struct moment now)
{
	uint32_t recipients;

	if (rule->quiet_count == 0 ||
	    !rule_quiet_holds(rule->quiet, rule->quiet_count, now.wall_ms))
		return false;
	if (rule->quiet_unless == SNAP_NONE32)
		return true;
	recipients = subject->object != NULL ? model_level(subject->server, subject->object,
							   subject->object->recipients, now)
					     : SNAP_NONE32;
	if (recipients == SNAP_NONE32 && model_status_fresh(subject->server, now))
		recipients = model_queued_recipients(subject->server);
	return recipients == SNAP_NONE32 || recipients < rule->quiet_unless;
}

/* Judges one rule. The alarm is made when the first rule needs one. */
static void
judge_rule(struct alarms *alarms, const struct alarm_group *group, size_t position,
	   struct alarm_subject *subject, struct alarm **alarm, struct moment now)
{
	struct alarm_rule *rule = group->rules[position];
	struct alarm_hold judged = {.rule = rule}, *hold;
	struct alarm_verdict verdict;

	if (*alarm != NULL && !alarm_rule_applies(rule, subject->server->name, subject->name))
		return;
	alarm_value_read(alarms, subject, rule, now, &judged);
	verdict = alarm_verdict_of(rule->rule, judged.value, &judged.limits);
	if (rule->rule == &alarms->down && is_too_early(subject->server, now))
		verdict = (struct alarm_verdict){0};
	if (*alarm == NULL) {
		/* Cheap tests first: nearly all objects are below every limit. */
		if (!verdict.over ||
		    !alarm_rule_applies(rule, subject->server->name, subject->name))
			return;
		*alarm = alarm_add(alarms,
				   &(struct alarm_key){group->metric, group->scope, group->side,
						       subject->server->index, subject->index},
				   group->rules, group->count);
		if (*alarm == NULL)
			return;
		if (subject->object != NULL)
			subject->object->alarmed = true;
	}
	hold = &(*alarm)->holds[position];
	hold->value = judged.value;
	hold->sample = judged.sample;
	hold->limits = judged.limits;
	hold->next = hold->state;
	hold->change =
		alarm_state_step(&hold->next, verdict, rule->rule,
				 verdict.over && is_quiet(subject, rule->rule, now), now.mono_ms);
}

static void
judge_group(struct alarms *alarms, const struct alarm_group *group, struct alarm_subject *subject,
	    struct moment now)
{
	const struct alarm_key key = {group->metric, group->scope, group->side,
				      subject->server->index, subject->index};
	struct alarm *alarm = subject->known ? alarm_find(alarms, &key) : NULL;

	for (size_t i = 0; i < group->count; i++)
		judge_rule(alarms, group, i, subject, &alarm, now);
	if (alarm == NULL)
		return;
	if (alarm->id != 0)
		alarms->version++;
	alarm_settle(alarms, alarm, subject, now);
}

/* True if some group of this kind is about the scope. */
static bool
has_groups(const struct alarms *alarms, enum snap_scope scope, bool flow)
{
	for (size_t i = 0; i < alarms->group_count; i++) {
		if (alarms->groups[i].scope == scope && alarms->groups[i].flow == flow)
			return true;
	}
	return false;
}

static void
judge_subject(struct alarms *alarms, struct alarm_subject *subject, bool flow, struct moment now)
{
	for (size_t i = 0; i < alarms->group_count; i++) {
		const struct alarm_group *group = &alarms->groups[i];

		if (group->scope == subject->scope && group->flow == flow)
			judge_group(alarms, group, subject, now);
	}
}

static void
judge_server(struct alarms *alarms, struct model_server *server, bool flow, struct moment now)
{
	struct alarm_subject subject = {
		.server = server,
		.scope = SNAP_SCOPE_SERVER,
		.name = server->name,
		.known = true,
	};

	if (has_groups(alarms, SNAP_SCOPE_SERVER, flow))
		judge_subject(alarms, &subject, flow, now);
}

/* There may be more windows than the cache can hold: they are fetched ahead of their turn. */
static void
fetch_ahead(struct model_object *const *order, uint32_t count, uint32_t i)
{
	if (i + AHEAD < count)
		__builtin_prefetch(order[i + AHEAD]->window);
}

static void
judge_objects(struct alarms *alarms, struct model_server *server, enum snap_scope scope, bool flow,
	      struct moment now)
{
	struct model_set *set = &server->set[alarm_kind_of(scope)];
	struct model_object **order = model_set_order(set);
	struct alarm_subject subject;
	char name[TEXT_MAX];

	if (!has_groups(alarms, scope, flow))
		return;
	for (uint32_t i = 0; i < set->count; i++) {
		if (flow)
			fetch_ahead(order, set->count, i);
		/* A queue in which nothing happens has no windows, and is most of them. */
		if (flow && scope == SNAP_SCOPE_DOMAIN_QUEUE && order[i]->window == NULL &&
		    !order[i]->alarmed && alarms->growths == NULL)
			continue;
		/* Rows are written before they are read: the rest of them need not be zeroed. */
		subject.server = server;
		subject.object = order[i];
		subject.source = NULL;
		subject.scope = scope;
		subject.index = order[i]->index;
		subject.name = model_name(order[i], name);
		subject.known = order[i]->alarmed;
		subject.cells = 0;
		subject.window_s = 0;
		judge_subject(alarms, &subject, flow, now);
	}
}

/* A server that does not answer has an alarm of its own: its pages would say it five times more. */
static bool
is_page_of_silence(const struct model_server *server, const struct model_source *source)
{
	return server->failed_polls > 0 && source->kind <= SNAP_SOURCE_JOBS;
}

static void
judge_sources(struct alarms *alarms, struct model_server *server, struct moment now)
{
	for (uint32_t i = 0; i < server->source_count; i++) {
		struct alarm_subject subject = {
			.server = server,
			.source = &server->sources[i],
			.scope = SNAP_SCOPE_SOURCE,
			.index = server->sources[i].index,
			.name = server->sources[i].name,
			.known = true,
		};

		if (is_page_of_silence(server, &server->sources[i]))
			continue;
		judge_subject(alarms, &subject, true, now);
	}
}

void
alarms_judge_status(struct alarms *alarms, struct model_server *server, struct moment now)
{
	alarm_note_restarts(alarms, server, now);
	if (server->state != 0)
		judge_server(alarms, server, false, now);
}

void
alarms_judge_list(struct alarms *alarms, struct model_server *server, enum doc_list_kind kind,
		  struct moment now)
{
	switch (kind) {
	case DOC_QUEUES:
		judge_objects(alarms, server, SNAP_SCOPE_DOMAIN_QUEUE, false, now);
		judge_objects(alarms, server, SNAP_SCOPE_VMTA, false, now);
		judge_objects(alarms, server, SNAP_SCOPE_PROVIDER, false, now);
		break;
	case DOC_DOMAINS:
		judge_objects(alarms, server, SNAP_SCOPE_DOMAIN, false, now);
		judge_objects(alarms, server, SNAP_SCOPE_PROVIDER, false, now);
		break;
	case DOC_VMTAS:
		judge_objects(alarms, server, SNAP_SCOPE_VMTA, false, now);
		break;
	case DOC_JOBS:
		judge_objects(alarms, server, SNAP_SCOPE_JOB, false, now);
		break;
	}
	if (server->state != 0)
		judge_server(alarms, server, false, now);
}

static void
judge_flow(struct alarms *alarms, struct model_server *server, struct moment now)
{
	static const enum snap_scope scopes[] = {
		SNAP_SCOPE_PROVIDER,	 SNAP_SCOPE_VMTA, SNAP_SCOPE_BOUNCE_CLASS,
		SNAP_SCOPE_DOMAIN_QUEUE, SNAP_SCOPE_JOB,  SNAP_SCOPE_DOMAIN,
	};
	struct alarm_server *seen = alarm_server_of(alarms, server->index);

	judge_sources(alarms, server, now);
	judge_server(alarms, server, true, now);
	if (seen != NULL) {
		if (seen->records == server->records && seen->judged != ALARM_NEVER &&
		    now.mono_ms - seen->judged < FLOW_MS)
			return;
		seen->records = server->records;
		seen->judged = now.mono_ms;
	}
	for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++)
		judge_objects(alarms, server, scopes[i], true, now);
}

void
alarms_judge_flow(struct alarms *alarms, struct moment now)
{
	for (uint32_t i = 0; i < alarms->model->server_count; i++)
		judge_flow(alarms, alarms->model->servers[i], now);
	alarm_remind_due(alarms, now);
}
