/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture_alarm.h"

#include "fixture.h"
#include "fixture_part.h"

#define AGO(seconds) (FIXTURE_NOW - (seconds))
#define MONO_AGO(ms) (FIXTURE_NOW_MONO - (ms))

static const struct snap_threshold thresholds[] = {
	{
		.key = 5,
		.name = "gmail-deferrals",
		.scope = SNAP_SCOPE_PROVIDER,
		.match = "gmail",
		.server = "mta*",
		.metric = "providerWindowDeferralShare",
		.window = 900,
		.when = SNAP_WHEN_ABOVE,
		.raise = "15 %",
		.clear = "10 %",
		.minimum = 100,
		.hold_s = 120,
		.calm_s = 300,
		.remind_s = 86400,
		.severity = SNAP_SEVERITY_MAJOR,
		.dry_run = 2,
		.advice = "lower max-msg-rate",
		.sentence = "raises a major alarm",
		.active = 501,
		.raised = 9000000001,
		.would_raise = 9000000002,
		.last_raise = AGO(1030),
	},
	{
		.key = 6,
		.window = SNAP_NONE32,
		.minimum = SNAP_NONE32,
		.hold_s = SNAP_NONE32,
		.calm_s = SNAP_NONE32,
		.remind_s = SNAP_NONE32,
		.active = SNAP_NONE32,
		.raised = SNAP_NONE64,
		.would_raise = SNAP_NONE64,
		.last_raise = SNAP_NO_TIME,
	},
};

static const struct snap_alarm alarms[] = {
	{
		.key = 71,
		.server_index = FIXTURE_FULL,
		.server_name = "mta1",
		.scope = SNAP_SCOPE_PROVIDER,
		.table = SNAP_PROVIDER,
		.object_index = FIXTURE_KEY,
		.object_name = "gmail",
		.severity = SNAP_SEVERITY_MINOR,
		.threshold = "gmail-deferrals",
		.threshold_index = 5,
		.notification = SNAP_NOTE_DEFERRAL_RATE_HIGH,
		.metric = "providerWindowDeferralShare",
		.value = 3820,
		.limit = 1500,
		.window = 901,
		.raised_ms = AGO(1031) * 1000 + 700,
		.raised_mono = MONO_AGO(1032000),
		.text = "gmail: 38.2 % of 5120 attempts deferred",
	},
	{
		.key = 72,
		.value = SNAP_NONE32,
		.limit = SNAP_NONE32,
		.window = SNAP_NONE32,
		.raised_ms = SNAP_NO_TIME,
		.raised_mono = SNAP_NO_TIME,
	},
};

struct snap_part fixture_threshold_part = FIXTURE_PART(thresholds, sizeof thresholds[0], 2, 1);
struct snap_part fixture_alarm_part = FIXTURE_PART(alarms, sizeof alarms[0], 2, 1);
