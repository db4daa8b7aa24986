/* SPDX-License-Identifier: BSD-2-Clause */
/* Judging: what the metrics are, and what is expected of them now. */
#include <math.h>
#include <string.h>

#include "model_window.h"
#include "norm_private.h"

/* A metric: its MIB names, and of records what it counts, or is the share of what in what. */
struct kind {
	const char *server, *provider; /* NULL: has no such metric */
	enum window_count part, whole; /* the same: a number, not a share */
	double floor;		       /* of a share's deviation, in hundredths of a percent */
};

static const struct kind kinds[NORM_METRICS] = {
	[SNAP_BASELINE_DEFERRAL_SHARE] = {"pmtaServerWindowDeferralShare",
					  "providerWindowDeferralShare", WINDOW_DEFERRED,
					  WINDOW_ATTEMPTS, 100},
	[SNAP_BASELINE_BOUNCE_SHARE] = {"pmtaServerWindowBounceShare", "providerWindowBounceShare",
					WINDOW_BOUNCED, WINDOW_ATTEMPTS, 50},
	[SNAP_BASELINE_THROTTLE_SHARE] = {"pmtaServerWindowThrottleShare",
					  "providerWindowThrottleShare", WINDOW_THROTTLED,
					  WINDOW_ATTEMPTS, 100},
	[SNAP_BASELINE_COMPLAINT_SHARE] = {"pmtaServerWindowComplaintShare",
					   "providerWindowComplaintShare", WINDOW_COMPLAINTS,
					   WINDOW_DELIVERED, 5},
	[SNAP_BASELINE_DELIVERED] = {"pmtaServerWindowDelivered", "providerWindowDelivered",
				     WINDOW_DELIVERED, WINDOW_DELIVERED, 0},
	[SNAP_BASELINE_RECEIVED] = {"pmtaServerWindowReceived", NULL, WINDOW_RECEIVED,
				    WINDOW_RECEIVED, 0},
	[SNAP_BASELINE_QUEUED_RECIPIENTS] = {"pmtaServerQueuedRecipients", "providerRecipients", 0,
					     0, 0},
};

const char *
norm_metric_name(enum snap_baseline_metric metric, bool of_server)
{
	return of_server ? kinds[metric].server : kinds[metric].provider;
}

bool
norm_is_counted(enum snap_baseline_metric metric)
{
	return metric != SNAP_BASELINE_QUEUED_RECIPIENTS;
}

uint32_t
norm_value(enum snap_baseline_metric metric, const struct window_sum *sum)
{
	const struct kind *kind = &kinds[metric];
	const uint64_t part = sum->count[kind->part], whole = sum->count[kind->whole];
	double value = (double)part;

	if (kind->part != kind->whole) {
		if (whole < NORM_SAMPLE_LEAST)
			return SNAP_NONE32;
		value = value * 10000 / (double)whole + 0.5;
	}
	return value < SNAP_NONE32 ? (uint32_t)value : SNAP_NONE32 - 1;
}

uint32_t
norm_level(const struct model_server *server, const struct model_object *object, struct moment now)
{
	if (object == NULL)
		return model_status_fresh(server, now) ? model_queued_recipients(server)
						       : SNAP_NONE32;
	return model_list_fresh(server, DOC_DOMAINS, now) ? object->recipients : SNAP_NONE32;
}

static uint32_t
value_now(const struct model_server *server, const struct model_object *object,
	  enum snap_baseline_metric metric, struct moment now)
{
	const enum store_kind kind = object != NULL ? STORE_PROVIDER : STORE_SERVER;
	struct window_sum sum;

	if (!norm_is_counted(metric))
		return norm_level(server, object, now);
	if (!server->has_accounting)
		return SNAP_NONE32;
	window_sum(object != NULL ? object->window : server->window, model_window_shape(kind),
		   model_window_time(server, now), NORM_WINDOW, &sum);
	return norm_value(metric, &sum);
}

/* Numbers that never differed much so far may do so by chance all the same: counts of events that
 * have nothing to do with each other by their square root. */
static double
with_floor(enum snap_baseline_metric metric, double mean, double deviation)
{
	if (kinds[metric].floor > 0)
		return fmax(deviation, kinds[metric].floor);
	return fmax(deviation, fmax(1, fmax(sqrt(mean), mean / 20)));
}

/* What is expected of the 3600 seconds up to end, which lie in two hours of the clock. */
static int
expect_between(const struct baseline *baseline, int64_t end, struct baseline_norm *out)
{
	const int64_t later = norm_hour(end), earlier = norm_hour(end - NORM_WINDOW);
	const double in_later = (double)(end - (norm_hour_end(end) - NORM_WINDOW)) / NORM_WINDOW;
	struct baseline_norm before;

	if (baseline_expect(baseline, later, out) != 0)
		return -1;
	if (earlier == later || baseline_expect(baseline, earlier, &before) != 0)
		return 0;
	out->deviation = out->deviation * in_later + before.deviation * (1 - in_later) +
			 fabs(out->mean - before.mean) * in_later * (1 - in_later);
	out->mean = out->mean * in_later + before.mean * (1 - in_later);
	if (before.weeks < out->weeks)
		out->weeks = before.weeks;
	return 0;
}

void
norm_state(const struct model_server *server, const struct model_object *object,
	   enum snap_baseline_metric metric, struct moment now, struct norm_state *out)
{
	const struct norm_object *found =
		norm_find(server->norm, object != NULL ? object->index : 0);
	const struct baseline *baseline = found != NULL ? found->by[metric] : NULL;
	/* The mean of a poll's hour is that of its middle, half an hour before its end. */
	const int64_t end = norm_is_counted(metric) ? model_window_time(server, now)
						    : now.wall_ms / 1000 + NORM_WINDOW / 2;
	struct baseline_norm norm;

	*out = (struct norm_state){.value = SNAP_NONE32};
	if (baseline == NULL)
		return;
	out->learned = true;
	out->value = value_now(server, object, metric, now);
	out->history_s = baseline_history(baseline, norm_hour(end));
	out->expected = expect_between(baseline, end, &norm) == 0;
	out->weeks = norm.weeks;
	if (!out->expected)
		return;
	out->mean = norm.mean;
	out->deviation = with_floor(metric, norm.mean, norm.deviation);
	out->enough = norm.weeks >= BASELINE_WEEKS_ENOUGH;
}

int
norm_expect(void *ctx, const struct model_server *server, const struct model_object *object,
	    const struct metric *metric, struct moment now, double *mean, double *deviation,
	    uint32_t *history_s)
{
	struct norm_state state;

	(void)ctx;
	*mean = *deviation = 0;
	*history_s = 0;
	if (object != NULL && object->kind != STORE_PROVIDER)
		return -1;
	for (uint32_t i = 1; i < NORM_METRICS; i++) {
		const char *name = norm_metric_name(i, object == NULL);

		if (name == NULL || strcmp(name, metric->name) != 0)
			continue;
		norm_state(server, object, i, now, &state);
		if (!state.expected)
			return -1;
		*mean = state.mean;
		*deviation = state.deviation;
		*history_s = state.history_s;
		return 0;
	}
	return -1;
}
