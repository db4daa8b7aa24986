/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixture_object.h - the rows of domains, classes, jobs, providers and of what they have below them
 * for fixture.c: one that has everything, and one that has nothing.
 */
#ifndef PMTA_FIXTURE_OBJECT_H
#define PMTA_FIXTURE_OBJECT_H

#include "fixture.h"

/* 2024-03-12 14:05:33 UTC; every time of the fixture is told by its distance to it. */
#define AGO(seconds) (FIXTURE_NOW - (seconds))
#define MONO_AGO(ms) (FIXTURE_NOW_MONO - (ms))

#define TOTALS                                                                                  \
	{                                                                                       \
		.received = 9000000001, .delivered = 9000000002, .delivered_bytes = 9000000003, \
		.bounced = 9000000004, .deferred = 9000000005, .queue_errors = 9000000006,      \
		.remote_bounced = 9000000007, .complaints = 9000000008,                         \
	}
#define NO_TOTALS                                                                             \
	{                                                                                     \
		SNAP_NONE64, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64, SNAP_NONE64, \
			SNAP_NONE64, SNAP_NONE64,                                             \
	}

extern const struct snap_domain fixture_domains[2];
extern const struct snap_class fixture_classes[2];
extern const struct snap_job fixture_jobs[2];
extern const struct snap_provider fixture_providers[2];
extern const struct snap_bounce fixture_vmta_bounces[2];
extern const struct snap_bounce fixture_provider_bounces[2];
extern const struct snap_reply fixture_replies[2];
extern const struct snap_top fixture_tops[2];

#endif
