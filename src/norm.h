/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * norm.h - baselines of a server and its providers: which numbers they learn, when, and what is
 * expected of them now.
 *
 * Learned are the sums of each hour by the records' own clock, once it is over and all accounting
 * files were read to their ends; so a backlog of up to a day is learned hour by hour. An hour is
 * left out if no record of it was read, if records were lost since it began, or while a file cannot
 * be read; of an hour in which the very first record came not all was seen. Of queued recipients
 * the mean of the polls is learned, if these spread over half an hour of it. Hours and weeks are
 * those of the daemon's local clock, as people send by it.
 *
 * Memory: 2.7 KB a metric once it has a first number, so 19 KB a server and 16 KB each of its
 * providers. Collector thread only.
 */
#ifndef PMTA_NORM_H
#define PMTA_NORM_H

#include "metric.h"
#include "model.h"

/* A share of less than this says nothing: it is neither learned nor judged. */
#define NORM_SAMPLE_LEAST 20
/* Length of the windows that are learned, in seconds. */
#define NORM_WINDOW 3600

struct norm;

/* Baselines of one server that know nothing; NULL without memory. */
struct norm *norm_new(void);
void norm_free(struct norm *norm);

/* Takes what polls said of queued recipients, once for each good reply. To be called often. */
void norm_poll(struct model_server *server, struct moment now);

/* Learns the hours that are over; to be called when all accounting files were read to their ends.
 */
void norm_read(struct model_server *server, struct moment now);

/* The number of the local hour that a time (UTC seconds) is in: hours since 1970-01-01 00:00. */
int64_t norm_hour(int64_t utc);

/* The metrics of the server (object NULL) or a provider; NULL if that has no such. */
const char *norm_metric_name(enum snap_baseline_metric metric, bool of_server);

/* What is known of one metric now. */
struct norm_state {
	bool learned;		/* something is; else all below is absent */
	bool expected;		/* mean and deviation are known */
	bool enough;		/* one bad day cannot mislead them */
	double mean, deviation; /* in the metric's unit; counts are an hour's */
	uint32_t value;		/* now, or of the last hour; SNAP_NONE32 unknown */
	uint32_t history_s;	/* since the oldest number that is known, four weeks at most */
	unsigned weeks;		/* of the last four, those with a number for this hour */
};

/* Object NULL: of the server. What is expected of the last 3600 seconds lies between what is of the
 * two hours they are in, and is the less certain the more these differ. */
void norm_state(const struct model_server *server, const struct model_object *object,
		enum snap_baseline_metric metric, struct moment now, struct norm_state *out);

/*
 * What a rule may follow: mean and deviation, never 0, of a metric by its MIB name, for the server
 * (object NULL) or a provider of it. Numbers of whole hours: of delivered and received a rule's
 * window must be NORM_WINDOW, of shares it may be another. Returns 0, or -1 with all three 0 if the
 * metric has no baseline, or the baseline does not know enough yet. ctx is not used.
 */
int norm_expect(void *ctx, const struct model_server *server, const struct model_object *object,
		const struct metric *metric, struct moment now, double *mean, double *deviation,
		uint32_t *history_s);

/* Hands out the baselines that differ from the store: object 0 is the server itself. */
struct baseline;
typedef void (*norm_each_fn)(void *ctx, uint32_t object, uint32_t metric,
			     const struct baseline *baseline);
void norm_each_dirty(const struct norm *norm, norm_each_fn fn, void *ctx);
/* All that was handed out is durable; or nothing of what is known is. */
void norm_mark(struct norm *norm, bool saved);

/* Puts back what the store has of a metric. 0, or -1 if it cannot be used. */
int norm_restore(struct norm *norm, uint32_t object, uint32_t metric, int64_t last,
		 const uint8_t *bytes, size_t len);

/* The begin of the next hour to be learned from records, UTC seconds, SNAP_NO_TIME before the
 * first record: it outlives the process, so that no hour is learned twice. */
int64_t norm_next(const struct norm *norm);
void norm_set_next(struct norm *norm, int64_t next);

/* Goes up with each change of what is shown. */
uint32_t norm_version(const struct norm *norm);

#endif
