/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture_window.h"

#include "fixture.h"

/* Each row counts on from a number of its own. */
#define WINDOW(from)                                                                         \
	.received = (from) + 1, .delivered = (from) + 2, .bounced = (from) + 3,              \
	.deferred = (from) + 4, .throttled = (from) + 5, .complaints = (from) + 6,           \
	.kb = (from) + 7, .attempts = (from) + 8, .bounce_share = (from) + 9,                \
	.deferral_share = (from) + 10, .throttle_share = (from) + 11,                        \
	.complaint_share = (from) + 12, .latency_mean_ms = (from) + 13,                      \
	.latency_p95 = (from) + 14, .latency_max = (from) + 15, .hard_bounced = (from) + 16, \
	.hard_bounce_share = (from) + 17
#define NO_WINDOW                                                                            \
	.received = SNAP_NONE32, .delivered = SNAP_NONE32, .bounced = SNAP_NONE32,           \
	.deferred = SNAP_NONE32, .throttled = SNAP_NONE32, .complaints = SNAP_NONE32,        \
	.kb = SNAP_NONE32, .attempts = SNAP_NONE32, .bounce_share = SNAP_NONE32,             \
	.deferral_share = SNAP_NONE32, .throttle_share = SNAP_NONE32,                        \
	.complaint_share = SNAP_NONE32, .latency_mean_ms = SNAP_NONE32,                      \
	.latency_p95 = SNAP_NONE32, .latency_max = SNAP_NONE32, .hard_bounced = SNAP_NONE32, \
	.hard_bounce_share = SNAP_NONE32

const struct snap_window fixture_server_windows[2] = {
	{.key = {FIXTURE_WINDOW}, .name = "mta1", WINDOW(300)},
	{.key = {FIXTURE_WINDOW}, NO_WINDOW},
};

const struct snap_window fixture_vmta_windows[2] = {
	{.key = {FIXTURE_KEY, FIXTURE_WINDOW}, .name = "vmta-a", WINDOW(320)},
	{.key = {FIXTURE_KEY, FIXTURE_WINDOW}, NO_WINDOW},
};

const struct snap_window fixture_queue_windows[2] = {
	{.key = {FIXTURE_KEY, FIXTURE_WINDOW}, .name = "example.com/vmta-a", WINDOW(340)},
	{.key = {FIXTURE_KEY, FIXTURE_WINDOW}, NO_WINDOW},
};

const struct snap_window fixture_provider_windows[2] = {
	{.key = {FIXTURE_KEY, FIXTURE_WINDOW}, .name = "example-mail", WINDOW(360)},
	{.key = {FIXTURE_KEY, FIXTURE_WINDOW}, NO_WINDOW},
};

const struct snap_window fixture_class_windows[2] = {
	{.key = {FIXTURE_KEY, FIXTURE_WINDOW}, .name = "inactive-mailbox", WINDOW(380)},
	{.key = {FIXTURE_KEY, FIXTURE_WINDOW}, NO_WINDOW},
};

const struct snap_baseline fixture_baselines[2] = {
	{
		.key = {FIXTURE_KEY, SNAP_BASELINE_DEFERRAL_SHARE},
		.name = "example-mail",
		.metric = "providerWindowDeferralShare",
		.expected = 91,
		.deviation = 92,
		.value = 93,
		.score = -94,
		.history = 95,
		.weeks = 4,
		.enough = 1,
	},
	{
		.key = {FIXTURE_KEY, SNAP_BASELINE_DEFERRAL_SHARE},
		.expected = SNAP_NONE32,
		.deviation = SNAP_NONE32,
		.value = SNAP_NONE32,
		.score = INT32_MIN,
		.history = SNAP_NONE32,
		.weeks = SNAP_NONE32,
	},
};
