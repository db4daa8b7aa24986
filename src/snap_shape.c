/* SPDX-License-Identifier: BSD-2-Clause */
#include "snap_shape.h"

/* clang-format off */

/* A field of the table's row, ROW. */
#define FIELD(kind, field) {offsetof(struct ROW, field), SNAP_FIELD_##kind}
#define SHAPE(fields, key_len) \
	{sizeof(struct ROW), key_len, sizeof(fields) / sizeof(fields)[0], fields}

#define ROW snap_vmta
static const struct snap_field vmta_fields[] = {
	FIELD(TEXT, name),
	FIELD(LEVEL, recipients),
	FIELD(LEVEL, kb),
	FIELD(LEVEL, domains),
	FIELD(LEVEL, share),
	FIELD(LEVEL, connections),
	FIELD(LEVEL, queues_backoff),
	FIELD(LEVEL, queues_paused),
	FIELD(LEVEL, queues_stuck),
	FIELD(LEVEL, ages.estimate),
	FIELD(LEVEL, ages.bound),
	FIELD(TEXT, reason.text),
	FIELD(LEVEL, reason.share),
	FIELD(U16, reason.code),
	FIELD(LEVEL, delivery_share),
	FIELD(LEVEL, fairness),
	FIELD(TOTALS, totals),
	FIELD(TIME, last_delivery),
	FIELD(TEXT, last_error),
	FIELD(TIME, last_error_time),
	FIELD(TIME, discontinuity),
};
static const struct snap_shape vmta = SHAPE(vmta_fields, 1);
#undef ROW

#define ROW snap_queue
static const struct snap_field queue_fields[] = {
	FIELD(U32, domain_index),
	FIELD(U32, vmta_index),
	FIELD(U32, provider_index),
	FIELD(TEXT, domain),
	FIELD(TEXT, vmta),
	FIELD(TEXT, provider),
	FIELD(LEVEL, recipients),
	FIELD(LEVEL, kb),
	FIELD(LEVEL, connections),
	FIELD(U8, mode),
	FIELD(U8, paused),
	FIELD(U8, wait_reason),
	FIELD(U8, stuck),
	FIELD(TEXT, last_error),
	FIELD(TIME, last_error_time),
	FIELD(TIME, next_retry),
	FIELD(TEXT, reason.text),
	FIELD(LEVEL, reason.share),
	FIELD(U16, reason.code),
	FIELD(LEVEL, ages.estimate),
	FIELD(LEVEL, ages.bound),
	FIELD(RATE, drain.rate),
	FIELD(LEVEL, drain.deliveries),
	FIELD(LEVEL, drain.time),
	FIELD(U16, reply_code),
	FIELD(TOTALS, totals),
	FIELD(TIME, last_delivery),
	FIELD(TIME, discontinuity),
};
static const struct snap_shape queue = SHAPE(queue_fields, 1);
#undef ROW

#define ROW snap_domain
static const struct snap_field domain_fields[] = {
	FIELD(TEXT, name),
	FIELD(LEVEL, recipients),
	FIELD(LEVEL, kb),
	FIELD(LEVEL, connections),
	FIELD(TEXT, last_error),
	FIELD(TIME, last_error_time),
	FIELD(TOTALS, totals),
	FIELD(TIME, last_delivery),
	FIELD(TIME, discontinuity),
};
static const struct snap_shape domain = SHAPE(domain_fields, 1);
#undef ROW

#define ROW snap_class
static const struct snap_field class_fields[] = {
	FIELD(TEXT, name),
	FIELD(U32, kind),
	FIELD(U64, bounced),
	FIELD(U64, remote_bounced),
	FIELD(U64, deferred),
	FIELD(LEVEL, share),
	FIELD(TIME, last_seen),
	FIELD(TIME, discontinuity),
};
static const struct snap_shape class = SHAPE(class_fields, 1);
#undef ROW

#define ROW snap_job
static const struct snap_field job_fields[] = {
	FIELD(TEXT, name),
	FIELD(LEVEL, recipients),
	FIELD(LEVEL, kb),
	FIELD(LEVEL, domains),
	FIELD(U8, paused),
	FIELD(TOTALS, totals),
	FIELD(TIME, discontinuity),
};
static const struct snap_shape job = SHAPE(job_fields, 1);
#undef ROW

#define ROW snap_provider
static const struct snap_field provider_fields[] = {
	FIELD(TEXT, name),
	FIELD(LEVEL, recipients),
	FIELD(LEVEL, kb),
	FIELD(LEVEL, connections),
	FIELD(LEVEL, queues),
	FIELD(LEVEL, queues_backoff),
	FIELD(LEVEL, queues_stuck),
	FIELD(TOTALS, totals),
	FIELD(U64, throttled),
	FIELD(LEVEL, ages.estimate),
	FIELD(LEVEL, ages.bound),
	FIELD(TEXT, reason.text),
	FIELD(LEVEL, reason.share),
	FIELD(U16, reason.code),
	FIELD(TIME, last_delivery),
	FIELD(TIME, discontinuity),
};
static const struct snap_shape provider = SHAPE(provider_fields, 1);
#undef ROW

#define ROW snap_window
static const struct snap_field window_fields[] = {
	FIELD(TEXT, name),
	FIELD(LEVEL, received),
	FIELD(LEVEL, delivered),
	FIELD(LEVEL, bounced),
	FIELD(LEVEL, deferred),
	FIELD(LEVEL, throttled),
	FIELD(LEVEL, complaints),
	FIELD(LEVEL, kb),
	FIELD(LEVEL, attempts),
	FIELD(LEVEL, bounce_share),
	FIELD(LEVEL, deferral_share),
	FIELD(LEVEL, throttle_share),
	FIELD(LEVEL, complaint_share),
	FIELD(LEVEL, latency_mean_ms),
	FIELD(LEVEL, latency_p95),
	FIELD(LEVEL, latency_max),
	FIELD(LEVEL, hard_bounced),
	FIELD(LEVEL, hard_bounce_share),
};
static const struct snap_shape window = SHAPE(window_fields, 2);
#undef ROW

#define ROW snap_bounce
static const struct snap_field bounce_fields[] = {
	FIELD(TEXT, name),
	FIELD(TEXT, class_name),
	FIELD(U64, bounced),
	FIELD(U64, remote_bounced),
	FIELD(U64, deferred),
};
static const struct snap_shape bounce = SHAPE(bounce_fields, 2);
#undef ROW

/* clang-format on */

const struct snap_shape *
snap_shape_of(enum snap_table table)
{
	static const struct snap_shape *const shapes[SNAP_TABLES] = {
		[SNAP_VMTA] = &vmta,
		[SNAP_QUEUE] = &queue,
		[SNAP_DOMAIN] = &domain,
		[SNAP_CLASS] = &class,
		[SNAP_JOB] = &job,
		[SNAP_PROVIDER] = &provider,
		[SNAP_VMTA_WINDOW] = &window,
		[SNAP_QUEUE_WINDOW] = &window,
		[SNAP_PROVIDER_WINDOW] = &window,
		[SNAP_CLASS_WINDOW] = &window,
		[SNAP_VMTA_BOUNCE] = &bounce,
		[SNAP_PROVIDER_BOUNCE] = &bounce,
	};

	return shapes[table];
}
