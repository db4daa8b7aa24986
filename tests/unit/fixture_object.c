/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture_object.h"

const struct snap_domain fixture_domains[2] = {
	{
		.key = FIXTURE_KEY,
		.name = "example.com",
		.recipients = 41,
		.kb = 42,
		.connections = 43,
		.last_error = "message rate limit reached",
		.last_error_time = AGO(1012),
		.totals = TOTALS,
		.last_delivery = AGO(1013),
		.discontinuity = AGO(1014),
	},
	{
		.key = FIXTURE_KEY,
		.recipients = SNAP_NONE32,
		.kb = SNAP_NONE32,
		.connections = SNAP_NONE32,
		.last_error_time = SNAP_NO_TIME,
		.totals = NO_TOTALS,
		.last_delivery = SNAP_NO_TIME,
		.discontinuity = SNAP_NO_TIME,
	},
};

const struct snap_class fixture_classes[2] = {
	{
		.key = FIXTURE_KEY,
		.name = "inactive-mailbox",
		.kind = SNAP_KIND_HARD,
		.bounced = 6000000001,
		.remote_bounced = 6000000002,
		.deferred = 6000000003,
		.share = 1250,
		.last_seen = AGO(1015),
		.discontinuity = AGO(1016),
	},
	{
		.key = FIXTURE_KEY,
		.bounced = SNAP_NONE64,
		.remote_bounced = SNAP_NONE64,
		.deferred = SNAP_NONE64,
		.share = SNAP_NONE32,
		.last_seen = SNAP_NO_TIME,
		.discontinuity = SNAP_NO_TIME,
	},
};

const struct snap_job fixture_jobs[2] = {
	{
		.key = FIXTURE_KEY,
		.name = "spring-letter",
		.recipients = 51,
		.kb = 52,
		.domains = 53,
		.paused = 2,
		.totals = TOTALS,
		.discontinuity = AGO(1017),
	},
	{
		.key = FIXTURE_KEY,
		.recipients = SNAP_NONE32,
		.kb = SNAP_NONE32,
		.domains = SNAP_NONE32,
		.totals = NO_TOTALS,
		.discontinuity = SNAP_NO_TIME,
	},
};

const struct snap_provider fixture_providers[2] = {
	{
		.key = FIXTURE_KEY,
		.name = "example-mail",
		.recipients = 91,
		.kb = 92,
		.connections = 93,
		.queues = 94,
		.queues_backoff = 95,
		.queues_stuck = 98,
		.totals = TOTALS,
		.throttled = 9000000009,
		.ages = {.estimate = 96, .bound = 97},
		.reason = {.code = 452, .text = "452 4.2.2 over quota", .share = 9800},
		.last_delivery = AGO(1026),
		.discontinuity = AGO(1027),
	},
	{
		.key = FIXTURE_KEY,
		.recipients = SNAP_NONE32,
		.kb = SNAP_NONE32,
		.connections = SNAP_NONE32,
		.queues = SNAP_NONE32,
		.queues_backoff = SNAP_NONE32,
		.queues_stuck = SNAP_NONE32,
		.totals = NO_TOTALS,
		.throttled = SNAP_NONE64,
		.ages = {SNAP_NONE32, SNAP_NONE32},
		.reason = {.share = SNAP_NONE32},
		.last_delivery = SNAP_NO_TIME,
		.discontinuity = SNAP_NO_TIME,
	},
};

const struct snap_bounce fixture_vmta_bounces[2] = {
	{
		.key = {FIXTURE_KEY, FIXTURE_CLASS},
		.name = "vmta-a",
		.class_name = "quota-issues",
		.bounced = 2000000001,
		.remote_bounced = 2000000002,
		.deferred = 2000000003,
	},
	{{FIXTURE_KEY, FIXTURE_CLASS}, NULL, NULL, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64},
};

const struct snap_bounce fixture_provider_bounces[2] = {
	{
		.key = {FIXTURE_KEY, FIXTURE_CLASS},
		.name = "example-mail",
		.class_name = "spam-related",
		.bounced = 2000000004,
		.remote_bounced = 2000000005,
		.deferred = 2000000006,
	},
	{{FIXTURE_KEY, FIXTURE_CLASS}, NULL, NULL, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64},
};

const struct snap_reply fixture_replies[2] = {
	{
		.key = {FIXTURE_KEY, 421, 4007028},
		.provider = "example-mail",
		.text = "unusual rate of mail from <ip>",
		.bounced = 2000000007,
		.deferred = 2000000008,
		.last_seen = AGO(1028),
	},
	{
		.key = {0, 0, 0},
		.bounced = SNAP_NONE64,
		.deferred = SNAP_NONE64,
		.last_seen = SNAP_NO_TIME,
	},
};

const struct snap_top fixture_tops[2] = {
	{
		.key = {SNAP_TOP_OLDEST_QUEUES, 2},
		.name = "example.com/vmta-a",
		.value = 99,
		.unit = "seconds",
		.reason = "421 4.2.1 try later",
		.table = SNAP_QUEUE,
		.object = FIXTURE_KEY,
	},
	{.key = {FIXTURE_KEY, 1}, .value = SNAP_NONE32, .table = SNAP_QUEUE},
};
