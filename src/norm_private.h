/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * norm_private.h - what a server's baselines consist of, for norm.c and norm_state.c only.
 */
#ifndef PMTA_NORM_PRIVATE_H
#define PMTA_NORM_PRIVATE_H

#include "baseline.h"
#include "norm.h"

#define NORM_METRICS (SNAP_BASELINE_QUEUED_RECIPIENTS + 1)

/* Levels polled within one hour. */
struct norm_polls {
	double sum;
	uint32_t count;
	int64_t first, last; /* wall seconds */
};

struct norm_object {
	uint32_t index;			   /* provider, or 0 for the server */
	struct baseline *by[NORM_METRICS]; /* NULL: nothing was learned yet */
	bool dirty[NORM_METRICS];	   /* differs from the store */
	struct norm_polls polls;
};

struct norm {
	struct norm_object *objects; /* ascending by index */
	uint32_t count;
	int64_t next;			   /* norm_next() */
	int64_t polled_hour;		   /* that the polls are of */
	int64_t status_seen, domains_seen; /* monotonic: the last reply that was taken */
	uint32_t version;
};

/* When the local hour that a time is in will be over, UTC seconds. */
int64_t norm_hour_end(int64_t utc);

/* The baselines of an object, or NULL. O(log n). */
struct norm_object *norm_find(const struct norm *norm, uint32_t index);

/* True for metrics that are made of records; else of polls. */
bool norm_is_counted(enum snap_baseline_metric metric);

/* A metric of records by the sums of a window; SNAP_NONE32 if they say nothing. */
uint32_t norm_value(enum snap_baseline_metric metric, const struct window_sum *sum);

/* Queued recipients of the server (object NULL) or a provider as they are known now, or
 * SNAP_NONE32. */
uint32_t norm_level(const struct model_server *server, const struct model_object *object,
		    struct moment now);

#endif
