/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "fixture_alarm.h"
#include "fixture_object.h"
#include "fixture_window.h"

const struct moment fixture_now = {.wall_ms = FIXTURE_NOW * 1000, .mono_ms = FIXTURE_NOW_MONO};

#define NO_RATE                                       \
	{                                             \
		SNAP_NONE32, SNAP_NONE32, SNAP_NONE32 \
	}
#define NO_CONNECTIONS                                             \
	{                                                          \
		SNAP_NONE32, SNAP_NONE32, SNAP_NONE32, SNAP_NONE32 \
	}
#define NO_LIST                          \
	{                                \
		SNAP_NONE32, SNAP_NONE32 \
	}
#define NO_VOLUME                                     \
	{                                             \
		SNAP_NONE64, SNAP_NONE64, SNAP_NONE64 \
	}

static const struct snap_server servers[] = {
	{
		.name = "mta1",
		.host = "mta1.example.net",
		.version = "5.0r5",
		.state_text = "starting",
		.state = SNAP_STATE_STARTING,
		.start_time = AGO(1001),
		.good_mono = MONO_AGO(1002999),
		.lists_mono = MONO_AGO(1003000),
		.spool_init = 97,
		.spool_dirs = 101,
		.spool_files = 102,
		.spool_recipients = 103,
		.spool_max = 104,
		.spool_usage = 105,
		.in = {.current = 106, .max = 107, .top = 108, .usage = 109},
		.out = {.current = 110, .max = 111, .top = 112, .usage = 113},
		.dns_cached = 114,
		.dns_pending = 115,
		.dns_active = 116,
		.queued_recipients = 117,
		.queued_kb = 118,
		.queued_domains = 119,
		.queues = {.listed = 120, .total = 121},
		.domains = {.listed = 122, .total = 123},
		.vmtas = {.listed = 124, .total = 125},
		.jobs = {.listed = 126, .total = 127},
		.unlisted_recipients = 128,
		.queues_backoff = 129,
		.queues_paused = 130,
		.queues_stuck = 131,
		.vmta_fairness = 9100,
		.discontinuity = AGO(1004),
		.total_in = {.recipients = 8000000001, .messages = 8000000002, .kb = 8000000003},
		.total_out = {.recipients = 8000000004, .messages = 8000000005, .kb = 8000000006},
		.bounces_processed = 8000000007,
		.complaints_processed = 8000000008,
		.rate_in = {[SNAP_LAST_HOUR] = {201, 202, 203},
			    [SNAP_LAST_MINUTE] = {204, 205, 206},
			    [SNAP_TOP_HOUR] = {207, 208, 209},
			    [SNAP_TOP_MINUTE] = {210, 211, 212}},
		.rate_out = {[SNAP_LAST_HOUR] = {213, 214, 215},
			     [SNAP_LAST_MINUTE] = {216, 217, 218},
			     [SNAP_TOP_HOUR] = {219, 220, 221},
			     [SNAP_TOP_MINUTE] = {222, 223, 224}},
		.totals = TOTALS,
		.alarms_active = 227,
		.alarms_worst = SNAP_SEVERITY_MAJOR,
		.restarts = 225,
		.counter_resets = 226,
		.probe = {SNAP_PROBE_BUSY, 227, 228, "421 4.3.2 try again later",
			  MONO_AGO(1005000)},
		.disk = {"/var/spool/pmta", 229, 230, 231},
		.process = {232, 233, 234, 235, 236, 8000000009, MONO_AGO(1006000)},
		.bounce_split = {8000000009, 8000000010, 8000000011, 8000000012},
	},
	{
		.alarms_active = SNAP_NONE32,
		.start_time = SNAP_NO_TIME,
		.good_mono = SNAP_NO_TIME,
		.lists_mono = SNAP_NO_TIME,
		.spool_init = SNAP_NONE32,
		.spool_dirs = SNAP_NONE32,
		.spool_files = SNAP_NONE32,
		.spool_recipients = SNAP_NONE32,
		.spool_max = SNAP_NONE32,
		.spool_usage = SNAP_NONE32,
		.in = NO_CONNECTIONS,
		.out = NO_CONNECTIONS,
		.dns_cached = SNAP_NONE32,
		.dns_pending = SNAP_NONE32,
		.dns_active = SNAP_NONE32,
		.queued_recipients = SNAP_NONE32,
		.queued_kb = SNAP_NONE32,
		.queued_domains = SNAP_NONE32,
		.queues = NO_LIST,
		.domains = NO_LIST,
		.vmtas = NO_LIST,
		.jobs = NO_LIST,
		.unlisted_recipients = SNAP_NONE32,
		.queues_backoff = SNAP_NONE32,
		.queues_paused = SNAP_NONE32,
		.queues_stuck = SNAP_NONE32,
		.vmta_fairness = SNAP_NONE32,
		.discontinuity = SNAP_NO_TIME,
		.total_in = NO_VOLUME,
		.total_out = NO_VOLUME,
		.bounces_processed = SNAP_NONE64,
		.complaints_processed = SNAP_NONE64,
		.rate_in = {NO_RATE, NO_RATE, NO_RATE, NO_RATE},
		.rate_out = {NO_RATE, NO_RATE, NO_RATE, NO_RATE},
		.totals = NO_TOTALS,
		.restarts = SNAP_NONE32,
		.counter_resets = SNAP_NONE32,
		.probe = {0, SNAP_NONE32, SNAP_NONE32, NULL, SNAP_NO_TIME},
		.disk = {NULL, SNAP_NONE32, SNAP_NONE32, SNAP_NONE32},
		.process = {SNAP_NONE32, SNAP_NONE32, SNAP_NONE32, SNAP_NONE32, SNAP_NONE32,
			    SNAP_NONE64, SNAP_NO_TIME},
		.bounce_split = {SNAP_NONE64, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64},
	},
};

static const struct snap_delivery_type types[] = {
	{.key = FIXTURE_KEY, .recipients = 11, .domains = 12, .kb = 13, .delivered = 7000000001},
	{FIXTURE_KEY, SNAP_NONE32, SNAP_NONE32, SNAP_NONE32, SNAP_NONE64},
};

static const struct snap_vmta vmtas[] = {
	{
		.key = FIXTURE_KEY,
		.name = "vmta-a",
		.recipients = 21,
		.kb = 22,
		.domains = 23,
		.share = 5400,
		.connections = 24,
		.queues_backoff = 25,
		.queues_paused = 26,
		.queues_stuck = 27,
		.ages = {.estimate = 28, .bound = 29},
		.reason = {.code = 554, .text = "554 5.7.1 refused", .share = 2700},
		.delivery_share = 3300,
		.fairness = 61,
		.totals = TOTALS,
		.last_delivery = AGO(1005),
		.last_error = "connect rate limit reached",
		.last_error_time = AGO(1006),
		.discontinuity = AGO(1007),
	},
	{
		.key = FIXTURE_KEY,
		.recipients = SNAP_NONE32,
		.kb = SNAP_NONE32,
		.domains = SNAP_NONE32,
		.share = SNAP_NONE32,
		.connections = SNAP_NONE32,
		.queues_backoff = SNAP_NONE32,
		.queues_paused = SNAP_NONE32,
		.queues_stuck = SNAP_NONE32,
		.ages = {SNAP_NONE32, SNAP_NONE32},
		.reason = {.share = SNAP_NONE32},
		.delivery_share = SNAP_NONE32,
		.fairness = SNAP_NONE32,
		.totals = NO_TOTALS,
		.last_delivery = SNAP_NO_TIME,
		.last_error_time = SNAP_NO_TIME,
		.discontinuity = SNAP_NO_TIME,
	},
};

static const struct snap_totals totals = TOTALS, no_totals = NO_TOTALS;

static const struct snap_queue queues[] = {
	{
		.key = FIXTURE_KEY,
		.domain = "example.com",
		.vmta = "vmta-a",
		.domain_index = 31,
		.vmta_index = 32,
		.recipients = 33,
		.kb = 34,
		.connections = 35,
		.mode = SNAP_MODE_BACKOFF,
		.paused = 1,
		.wait_reason = SNAP_WAIT_MX_SKIPPED,
		.reply_code = 421,
		.next_retry = AGO(-1008),
		.last_error = "skip of MX requested: \"421 4.2.1 try later\"",
		.last_error_time = AGO(1009),
		.provider = "example-mail",
		.provider_index = 36,
		.ages = {.estimate = 37, .bound = 38},
		.drain = {.rate = -39, .deliveries = 40, .time = 44},
		.reason = {.code = 451, .text = "451 4.7.1 greylisted", .share = 6400},
		.stuck = 2,
		.totals = &totals,
		.last_delivery = AGO(1010),
		.discontinuity = AGO(1011),
	},
	{
		.key = FIXTURE_KEY,
		.recipients = SNAP_NONE32,
		.kb = SNAP_NONE32,
		.connections = SNAP_NONE32,
		.ages = {SNAP_NONE32, SNAP_NONE32},
		.drain = {SNAP_NONE_RATE, SNAP_NONE32, SNAP_NONE32},
		.reason = {.share = SNAP_NONE32},
		.next_retry = SNAP_NO_TIME,
		.last_error_time = SNAP_NO_TIME,
		.totals = &no_totals,
		.last_delivery = SNAP_NO_TIME,
		.discontinuity = SNAP_NO_TIME,
	},
};

static const struct snap_source sources[] = {
	{
		.key = FIXTURE_KEY,
		.kind = SNAP_SOURCE_ACCOUNTING,
		.name = "/var/log/pmta/acct.csv",
		.state = SNAP_SOURCE_FAILING,
		.good_mono = MONO_AGO(1018000),
		.lag = 61,
		.backlog = 62 * 1024 - 1,
		.duration_ms = 63,
		.attempts = 5000000001,
		.failures = 5000000002,
		.records = 5000000003,
		.rejected = 5000000004,
		.gaps = 5000000005,
		.types = 1u << 1 | 1u << 4 | 1u << 8,
		.last_error = "acct-2024-03-12-0000.csv: permission denied",
		.last_error_time = AGO(1019),
	},
	{
		.key = FIXTURE_KEY,
		.good_mono = SNAP_NO_TIME,
		.lag = SNAP_NONE32,
		.backlog = SNAP_NONE64,
		.duration_ms = SNAP_NONE32,
		.attempts = SNAP_NONE64,
		.failures = SNAP_NONE64,
		.records = SNAP_NONE64,
		.rejected = SNAP_NONE64,
		.gaps = SNAP_NONE64,
		.last_error_time = SNAP_NO_TIME,
	},
};

static const struct snap_event events[] = {
	{
		.key = FIXTURE_EVENT_FULL,
		.notification = SNAP_NOTE_QUEUE_DEPTH_HIGH,
		.alarm_id = 71,
		.severity = SNAP_SEVERITY_MAJOR,
		.agent_name = "noc-agent",
		.server_index = FIXTURE_FULL,
		.server_name = "mta1",
		.scope = SNAP_SCOPE_DOMAIN_QUEUE,
		.object_name = "example.com/vmta-a",
		.table = SNAP_QUEUE,
		.object_index = FIXTURE_KEY,
		.metric = "domainQueueRecipients",
		.value = 72,
		.limit = 73,
		.window = 74,
		.time_ms = AGO(1020) * 1000 + 600,
		.time_mono = MONO_AGO(1021000),
		.text = "the queue is high: 421 4.2.1 try later",
	},
	{
		.key = FIXTURE_EVENT_ABSENT,
		.value = SNAP_NONE32,
		.limit = SNAP_NONE32,
		.time_ms = SNAP_NO_TIME,
		.time_mono = SNAP_NO_TIME,
	},
};

#define KEYED(table, which, keys)                                                      \
	{                                                                              \
		.refs = 1, .count = 1, .key_len = (keys), .row_size = sizeof table[0], \
		.rows = &table[which],                                                 \
	}
#define PART(table, which) KEYED(table, which, 1)
#define PARTS(which)                                                                              \
	{                                                                                         \
		[SNAP_SERVER] = KEYED(servers, which, 0),                                         \
		[SNAP_DELIVERY_TYPE] = PART(types, which), [SNAP_VMTA] = PART(vmtas, which),      \
		[SNAP_QUEUE] = PART(queues, which), [SNAP_DOMAIN] = PART(fixture_domains, which), \
		[SNAP_CLASS] = PART(fixture_classes, which),                                      \
		[SNAP_JOB] = PART(fixture_jobs, which), [SNAP_SOURCE] = PART(sources, which),     \
		[SNAP_PROVIDER] = PART(fixture_providers, which),                                 \
		[SNAP_SERVER_WINDOW] = PART(fixture_server_windows, which),                       \
		[SNAP_VMTA_WINDOW] = KEYED(fixture_vmta_windows, which, 2),                       \
		[SNAP_QUEUE_WINDOW] = KEYED(fixture_queue_windows, which, 2),                     \
		[SNAP_PROVIDER_WINDOW] = KEYED(fixture_provider_windows, which, 2),               \
		[SNAP_CLASS_WINDOW] = KEYED(fixture_class_windows, which, 2),                     \
		[SNAP_VMTA_BOUNCE] = KEYED(fixture_vmta_bounces, which, 2),                       \
		[SNAP_PROVIDER_BOUNCE] = KEYED(fixture_provider_bounces, which, 2),               \
		[SNAP_REPLY] = KEYED(fixture_replies, which, 3),                                  \
		[SNAP_TOP] = KEYED(fixture_tops, which, 2),                                       \
		[SNAP_BASELINE] = KEYED(fixture_baselines, which, 2),                             \
	}

static struct snap_part parts[2][SNAP_SERVER_TABLES] = {PARTS(0), PARTS(1)};
static struct snap_part event_part = {
	.refs = 1, .count = 2, .key_len = 1, .row_size = sizeof events[0], .rows = events};

#define POINTERS(which)                                                                           \
	{                                                                                         \
		&parts[which][0], &parts[which][1], &parts[which][2], &parts[which][3],           \
			&parts[which][4], &parts[which][5], &parts[which][6], &parts[which][7],   \
			&parts[which][8], &parts[which][9], &parts[which][10], &parts[which][11], \
			&parts[which][12], &parts[which][13], &parts[which][14],                  \
			&parts[which][15], &parts[which][16], &parts[which][17],                  \
			&parts[which][18],                                                        \
	}
_Static_assert(SNAP_SERVER_TABLES == 19, "POINTERS must name every part");

static const struct snap_server_parts server_parts[] = {
	{.index = FIXTURE_FULL, .part = POINTERS(0)},
	{.index = FIXTURE_ABSENT, .part = POINTERS(1)},
};

const struct snapshot fixture_snapshot = {
	.refs = 1,
	.server_count = 2,
	.servers = server_parts,
	.events = &event_part,
	.thresholds = &fixture_threshold_part,
	.alarms = &fixture_alarm_part,
	.agent_name = "noc-agent",
	.config_time = AGO(1022),
	.index_epoch = 1700000000,
	.servers_up = 1,
	.rows_omitted = 81,
	.published = 4000000001,
	.published_mono = MONO_AGO(1023000),
	.events_raised = 4000000002,
	.alarms_active = 85,
	.alarms_worst = SNAP_SEVERITY_CRITICAL,
	.alarms_suppressed = 4000000003,
	.actions_run = 4000000003,
	.actions_failed = 4000000004,
};

static uint32_t
resident_kb(void)
{
	return 8192;
}

const struct agent_health fixture_health = {
	.start = {.wall_ms = AGO(1024) * 1000, .mono_ms = MONO_AGO(1025000)},
	.version = "1.0",
	.master_reconnects = 82,
	.notifications_raised = 3000000010,
	.notifications_sent = 3000000001,
	.notifications_coalesced = 3000000002,
	.notifications_lost = 3000000003,
	.notifications_queued = 83,
	.longest_stall_ms = 84,
	.resident_kb = resident_kb,
};
