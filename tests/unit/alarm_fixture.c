/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_fixture.h"

#include <stdlib.h>

int
alarm_fixture_setup(void **state)
{
	struct alarm_fixture *a = calloc(1, sizeof *a);
	void *f;

	fixture_setup(&f);
	a->f = f;
	a->f->rules[RULE_SERVER] = (struct rule){
		.name = "depth",
		.scope = SNAP_SCOPE_SERVER,
		.match = "*",
		.server = "*",
		.metric = metric_find(SNAP_SCOPE_SERVER, "pmtaServerQueuedRecipients"),
		.when = RULE_ABOVE,
		.raise = {RULE_FIXED, 1000},
		.clear = {RULE_FIXED, 500},
		.floor = SNAP_NONE32,
		.quiet_unless = SNAP_NONE32,
		.severity = SNAP_SEVERITY_MAJOR,
		.advice = "look at the largest queue",
	};
	a->f->rules[RULE_QUEUE] = (struct rule){
		.name = "queue depth",
		.scope = SNAP_SCOPE_DOMAIN_QUEUE,
		.match = "*.example/*",
		.server = "*",
		.metric = metric_find(SNAP_SCOPE_DOMAIN_QUEUE, "domainQueueRecipients"),
		.when = RULE_ABOVE,
		.raise = {RULE_FIXED, 100},
		.clear = {RULE_FIXED, 50},
		.hold_s = 120,
		.calm_s = 60,
		.floor = SNAP_NONE32,
		.quiet_unless = SNAP_NONE32,
		.severity = SNAP_SEVERITY_MINOR,
	};
	a->f->conf.threshold_count = 2;
	a->ring = event_ring_new();
	a->alarms = alarms_new(a->ring, 0);
	alarm_fixture_configure(a);
	*state = a;
	return 0;
}

int
alarm_fixture_teardown(void **state)
{
	struct alarm_fixture *a = *state;
	void *f = a->f;

	alarms_free(a->alarms);
	event_ring_free(a->ring);
	free(a);
	return fixture_teardown(&f);
}

void
alarm_fixture_configure(struct alarm_fixture *a)
{
	fixture_configure(a->f);
	alarms_configure(a->alarms, a->f->conf.thresholds, a->f->conf.threshold_count, a->f->model,
			 a->f->now);
}

/* What passes from one run to the next, as the store would keep it. */
struct passing {
	struct alarms *next;
	struct moment now;
};

static void
pass_alarm(void *ctx, const struct store_alarm *alarm)
{
	const struct passing *passing = ctx;

	alarms_restore(passing->next, alarm, passing->now);
}

static void
pass_rule(void *ctx, const struct store_rule *rule)
{
	const struct passing *passing = ctx;

	alarms_restore_rule(passing->next, rule);
}

static void
pass_nothing(void *ctx, const struct store_alarm *alarm)
{
	(void)ctx;
	(void)alarm;
}

static void
pass_no_rule(void *ctx, const struct store_rule *rule)
{
	(void)ctx;
	(void)rule;
}

static void
pass_end(void *ctx, uint32_t id)
{
	(void)ctx;
	(void)id;
}

void
alarm_fixture_restart(struct alarm_fixture *a)
{
	struct event_ring *ring = event_ring_new();
	struct alarms *alarms = alarms_new(ring, alarms_last_id(a->alarms));
	struct passing passing = {alarms, a->f->now};
	const struct alarm_saver rules = {pass_nothing, pass_end, pass_rule, &passing};
	const struct alarm_saver active = {pass_alarm, pass_end, pass_no_rule, &passing};

	for (uint32_t i = 0; i < event_ring_count(a->ring); i++)
		event_ring_restore(ring, event_ring_at(a->ring, i));
	alarms_forget_saved(a->alarms);
	alarms_each_unsaved(a->alarms, &rules);
	alarms_each_unsaved(a->alarms, &active);
	alarms_free(a->alarms);
	event_ring_free(a->ring);
	a->alarms = alarms;
	a->ring = ring;
	alarm_fixture_configure(a);
}

void
alarm_fixture_queue(struct alarm_fixture *a, const char *name, double recipients)
{
	const struct doc_item item = fixture_item(name, recipients);

	fixture_list(a->f, DOC_QUEUES, &item, 1);
	alarms_judge_list(a->alarms, a->f->model->servers[0], DOC_QUEUES, a->f->now);
}

void
alarm_fixture_depth(struct alarm_fixture *a, double recipients)
{
	struct doc_status status = fixture_status();

	status.queue[SNAP_DELIVERY_SMTP].rcp = recipients;
	model_apply_status(a->f->model->servers[0], &status, a->f->now);
	alarms_judge_status(a->alarms, a->f->model->servers[0], a->f->now);
}

void
alarm_fixture_fail(struct alarm_fixture *a)
{
	model_status_failed(a->f->model->servers[0], false, "connection refused", a->f->now);
	alarms_judge_status(a->alarms, a->f->model->servers[0], a->f->now);
	fixture_pass(a->f, 30);
}

const struct snap_event *
alarm_fixture_last(const struct alarm_fixture *a)
{
	assert_true(event_ring_count(a->ring) > 0);
	return event_ring_at(a->ring, event_ring_count(a->ring) - 1);
}
