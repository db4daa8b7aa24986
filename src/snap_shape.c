/* SPDX-License-Identifier: BSD-2-Clause */
#include "snap_shape.h"

/* A field of the table's row, ROW. */
#define FIELD(kind, field)                                     \
	{                                                      \
		offsetof(struct ROW, field), SNAP_FIELD_##kind \
	}
#define SHAPE(fields, key_len)                                                          \
	{                                                                               \
		sizeof(struct ROW), key_len, sizeof(fields) / sizeof(fields)[0], fields \
	}

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
	FIELD(TEXT, name),	   LEVEL(recipients),	LEVEL(kb),
	FIELD(LEVEL, connections), TEXT(last_error),	TIME(last_error_time),
	FIELD(TOTALS, totals),	   TIME(last_delivery), TIME(discontinuity),
};
static const struct snap_shape domain = SHAPE(domain_fields, 1);
#undef ROW

#define ROW snap_job
static const struct snap_field job_fields[] = {
	FIELD(TEXT, name), LEVEL(recipients), LEVEL(kb),	   LEVEL(domains),
	FIELD(U8, paused), TOTALS(totals),    TIME(discontinuity),
};
static const struct snap_shape job = SHAPE(job_fields, 1);
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

const struct snap_shape *
snap_shape_of(enum snap_table table)
{
	switch (table) {
	case SNAP_QUEUE:
		return &queue;
	case SNAP_DOMAIN:
		return &domain;
	case SNAP_JOB:
		return &job;
	case SNAP_QUEUE_WINDOW:
		return &window;
	default:
		return NULL;
	}
}
