/* SPDX-License-Identifier: BSD-2-Clause */
/* Which values are judged by which rules. */
#include <string.h>

#include "alarm_private.h"

/* Fixed limits on the depth of queues; the other rules have no effect yet. */
static bool
is_judged(const struct rule *rule, const struct model_server *server)
{
	return rule->metric->word != NULL && strcmp(rule->metric->word, "queued-recipients") == 0 &&
	       rule->when == RULE_ABOVE && rule->raise.kind == RULE_FIXED && !rule->dry_run &&
	       text_glob(rule->server, server->name);
}

static struct alarm_limit
limit_of(const struct rule *rule)
{
	return (struct alarm_limit){
		.rule = rule->name,
		.raise = (uint32_t)rule->raise.number,
		.clear = (uint32_t)rule->clear.number,
		.hold_s = rule->hold_s,
		.calm_s = rule->calm_s,
		.severity = rule->severity,
		.raise_note = SNAP_NOTE_QUEUE_DEPTH_HIGH,
		.advice = rule->advice,
	};
}

/* True while too few polls failed for an outage. A reload polls at once, so their number alone says
 * nothing: they must have taken their time, but for half an interval. */
static bool
is_too_early(const struct conf *conf, const struct model_server *server, struct moment now)
{
	const int64_t half_intervals = 2 * (int64_t)conf->down_after - 3;

	return server->failed_polls > 0 &&
	       (server->failed_polls < conf->down_after ||
		now.mono_ms - server->failed_since < half_intervals * conf->poll_interval_ms / 2);
}

/* The built-in rule: the state itself is the value, and one above "shutting down" is over the limit
 * only after down-after polls; starting and shutting down are no outage. */
static void
judge_state(struct alarms *alarms, const struct model_server *server, struct moment now)
{
	const uint32_t state = (uint32_t)server->state;
	const struct alarm_limit limit = {
		.rule = ALARM_SERVER_DOWN,
		.raise = SNAP_STATE_STOPPED,
		.clear = SNAP_STATE_SHUTTING_DOWN,
		.severity = SNAP_SEVERITY_CRITICAL,
		.raise_note = SNAP_NOTE_SERVER_DOWN,
	};
	const struct alarm_subject subject = {
		.server = server,
		.metric = "pmtaServerState",
		.least = state,
		.most = state,
	};

	if (state == 0)
		return;
	if (state >= limit.raise && is_too_early(alarms->conf, server, now))
		return;
	alarm_judge(alarms, &subject, &limit, now);
}

void
alarms_judge_server(struct alarms *alarms, const struct model_server *server, struct moment now)
{
	const bool known = server->have_status && model_status_fresh(server, now);
	const uint32_t depth = known ? model_queued_recipients(server) : SNAP_NONE32;
	struct alarm_subject subject = {.server = server, .least = depth, .most = depth};

	judge_state(alarms, server, now);
	for (size_t i = 0; i < alarms->conf->threshold_count && depth != SNAP_NONE32; i++) {
		const struct rule *rule = &alarms->conf->thresholds[i];
		const struct alarm_limit limit = limit_of(rule);

		if (rule->scope != SNAP_SCOPE_SERVER || !is_judged(rule, server) ||
		    !text_glob(rule->match, server->name))
			continue;
		subject.metric = rule->metric->name;
		alarm_judge(alarms, &subject, &limit, now);
	}
}

static void
judge_queue(struct alarms *alarms, const struct model_server *server,
	    const struct model_object *queue, const struct rule *rule, struct moment now)
{
	const uint32_t level = model_level(server, queue, queue->recipients, now);
	const struct alarm_limit limit = limit_of(rule);
	const struct alarm_subject subject = {
		.server = server,
		.queue = queue,
		.metric = rule->metric->name,
		.least = level != SNAP_NONE32 ? level : 0,
		.most = model_level_most(server, queue, now),
	};

	/* Cheap tests first: most queues are below every limit and without alarm. */
	if (subject.least < limit.raise &&
	    !alarm_exists(alarms, rule->name, server->index, queue->index))
		return;
	if (text_glob(rule->match, queue->name))
		alarm_judge(alarms, &subject, &limit, now);
}

void
alarms_judge_queues(struct alarms *alarms, struct model_server *server, struct moment now)
{
	struct model_set *queues = &server->set[STORE_QUEUE];
	struct model_object **order = model_set_order(queues);

	for (size_t r = 0; r < alarms->conf->threshold_count; r++) {
		const struct rule *rule = &alarms->conf->thresholds[r];

		if (rule->scope != SNAP_SCOPE_DOMAIN_QUEUE || !is_judged(rule, server))
			continue;
		for (uint32_t i = 0; i < queues->count; i++)
			judge_queue(alarms, server, order[i], rule, now);
	}
}
