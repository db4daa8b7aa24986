/* SPDX-License-Identifier: BSD-2-Clause */
/* Learning: which hours are learned, and how they get into the baselines. */
#include "norm.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model_window.h"
#include "norm_private.h"

/* Records of an hour may still be on their way into the files when it is over. */
#define SETTLE_S 300
/* Windows reach back so far. */
#define BACK_S 86400
/* Polls must spread over so much of an hour for their mean to be the hour's. */
#define POLLED_S 1800

struct norm *
norm_new(void)
{
	struct norm *norm = calloc(1, sizeof *norm);

	if (norm != NULL)
		norm->next = norm->status_seen = norm->domains_seen = SNAP_NO_TIME;
	return norm;
}

void
norm_free(struct norm *norm)
{
	if (norm == NULL)
		return;
	for (uint32_t i = 0; i < norm->count; i++) {
		for (int metric = 0; metric < NORM_METRICS; metric++)
			baseline_free(norm->objects[i].by[metric]);
	}
	free(norm->objects);
	free(norm);
}

/* Where the object is, or belongs. */
static uint32_t
position_of(const struct norm *norm, uint32_t index)
{
	uint32_t low = 0, high = norm->count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (norm->objects[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct norm_object *
norm_find(const struct norm *norm, uint32_t index)
{
	const uint32_t at = position_of(norm, index);

	return at < norm->count && norm->objects[at].index == index ? &norm->objects[at] : NULL;
}

static struct norm_object *
get_object(struct norm *norm, uint32_t index)
{
	const uint32_t at = position_of(norm, index);
	struct norm_object *grown;

	if (at < norm->count && norm->objects[at].index == index)
		return &norm->objects[at];
	grown = realloc(norm->objects, (norm->count + 1) * sizeof *grown);
	if (grown == NULL)
		return NULL;
	norm->objects = grown;
	memmove(grown + at + 1, grown + at, (norm->count - at) * sizeof *grown);
	norm->count++;
	grown[at] = (struct norm_object){.index = index};
	return &grown[at];
}

/* The baseline of a metric, made if need be; NULL without memory. */
static struct baseline *
get_baseline(struct norm *norm, uint32_t index, uint32_t metric)
{
	struct norm_object *object = get_object(norm, index);

	if (object == NULL)
		return NULL;
	if (object->by[metric] == NULL)
		object->by[metric] = baseline_new();
	object->dirty[metric] = object->by[metric] != NULL;
	return object->by[metric];
}

static void
learn(struct norm *norm, uint32_t index, uint32_t metric, int64_t hour, uint32_t value)
{
	struct baseline *baseline;

	if (value == SNAP_NONE32)
		return;
	baseline = get_baseline(norm, index, metric);
	if (baseline == NULL)
		return;
	baseline_note(baseline, hour, value);
	norm->version++;
}

/* Seconds that local time is ahead of UTC then. */
static int64_t
east_of(int64_t utc)
{
	const time_t when = (time_t)utc;
	struct tm local;

	return localtime_r(&when, &local) != NULL ? local.tm_gmtoff : 0;
}

int64_t
norm_hour(int64_t utc)
{
	const int64_t local = utc + east_of(utc);

	return local >= 0 ? local / 3600 : (local - 3599) / 3600;
}

int64_t
norm_hour_end(int64_t utc)
{
	const int64_t into = (utc + east_of(utc)) % 3600;

	return utc - (into < 0 ? into + 3600 : into) + 3600;
}

static void
sum_hour(const struct window *window, enum store_kind kind, int64_t begin, struct window_sum *out)
{
	window_sum(window, model_window_shape(kind), begin + NORM_WINDOW - 1, NORM_WINDOW, out);
}

static void
learn_sums(struct norm *norm, uint32_t index, int64_t hour, const struct window_sum *sum)
{
	for (uint32_t metric = 1; metric < NORM_METRICS; metric++) {
		if (norm_is_counted(metric) && norm_metric_name(metric, index == 0) != NULL)
			learn(norm, index, metric, hour, norm_value(metric, sum));
	}
}

static bool
is_empty(const struct window_sum *sum)
{
	uint64_t any = 0;

	for (int i = 0; i < WINDOW_COUNTS; i++)
		any |= sum->count[i];
	return any == 0;
}

/* Nobody can tell an hour without a record from one that was not read: neither is learned. */
static void
learn_hour(struct model_server *server, int64_t begin)
{
	struct model_set *providers = &server->set[STORE_PROVIDER];
	/* By its middle, which is in it wherever a zone's hours begin. */
	const int64_t hour = norm_hour(begin + NORM_WINDOW / 2);
	struct window_sum sum;

	if (server->records_missed != SNAP_NO_TIME && server->records_missed >= begin)
		return;
	sum_hour(server->window, STORE_SERVER, begin, &sum);
	if (is_empty(&sum))
		return;
	learn_sums(server->norm, 0, hour, &sum);
	for (uint32_t i = 0; i < providers->count; i++) {
		const struct model_object *provider = providers->order[i];

		sum_hour(provider->window, STORE_PROVIDER, begin, &sum);
		learn_sums(server->norm, provider->index, hour, &sum);
	}
}

/* The hour behind the one in which the first record is that windows still have. */
static int64_t
first_hour(const struct model_server *server, int64_t clock)
{
	struct window_sum sum;

	for (int64_t begin = norm_hour_end(clock - BACK_S); begin <= clock;
	     begin = norm_hour_end(begin)) {
		sum_hour(server->window, STORE_SERVER, begin, &sum);
		if (!is_empty(&sum))
			return norm_hour_end(begin);
	}
	return SNAP_NO_TIME;
}

static bool
is_read_to_the_end(const struct model_server *server)
{
	for (uint32_t i = 0; i < server->source_count; i++) {
		const struct model_source *source = &server->sources[i];

		if (source->kind == SNAP_SOURCE_ACCOUNTING &&
		    (source->failed || source->backlog > 0))
			return false;
	}
	return true;
}

/* A clock that was led astray and set back again must not stop the learning. */
static bool
must_begin(const struct norm *norm, int64_t clock)
{
	return norm->next == SNAP_NO_TIME || norm->next > clock + BACK_S;
}

void
norm_read(struct model_server *server, struct moment now)
{
	const int64_t clock = record_clock_now(&server->clock, now);
	struct norm *norm = server->norm;

	if (clock == SNAP_NO_TIME ||
	    (!must_begin(norm, clock) && clock < norm->next + NORM_WINDOW + SETTLE_S) ||
	    !is_read_to_the_end(server))
		return;
	if (must_begin(norm, clock))
		norm->next = first_hour(server, clock);
	else if (norm->next < clock - BACK_S)
		norm->next = norm_hour_end(clock - BACK_S);
	for (; norm->next != SNAP_NO_TIME && norm->next + NORM_WINDOW + SETTLE_S <= clock;
	     norm->next = norm_hour_end(norm->next)) {
		learn_hour(server, norm->next);
		server->dirty = true;
	}
}

/* The polls of an hour that is over become its number. */
static void
learn_polls(struct norm *norm, int64_t hour)
{
	for (uint32_t i = 0; i < norm->count; i++) {
		struct norm_object *object = &norm->objects[i];
		const struct norm_polls polls = object->polls;

		object->polls = (struct norm_polls){0};
		if (polls.count > 0 && polls.last - polls.first >= POLLED_S)
			learn(norm, object->index, SNAP_BASELINE_QUEUED_RECIPIENTS, hour,
			      (uint32_t)(polls.sum / polls.count + 0.5));
	}
}

static void
add_poll(struct norm *norm, uint32_t index, uint32_t level, int64_t wall)
{
	struct norm_object *object = level != SNAP_NONE32 ? get_object(norm, index) : NULL;

	if (object == NULL)
		return;
	if (object->polls.count++ == 0)
		object->polls.first = wall;
	object->polls.last = wall;
	object->polls.sum += level;
}

void
norm_poll(struct model_server *server, struct moment now)
{
	const struct model_set *providers = &server->set[STORE_PROVIDER];
	const int64_t domains_mono = server->list[DOC_DOMAINS].good_mono;
	struct norm *norm = server->norm;
	const int64_t wall = now.wall_ms / 1000;
	const bool status = server->good_mono != norm->status_seen;
	const bool domains = domains_mono != norm->domains_seen;
	int64_t hour;

	if (!status && !domains)
		return;
	hour = norm_hour(wall);
	if (hour != norm->polled_hour)
		learn_polls(norm, norm->polled_hour);
	norm->polled_hour = hour;
	norm->status_seen = server->good_mono;
	norm->domains_seen = domains_mono;
	norm->version++;
	if (status)
		add_poll(norm, 0, norm_level(server, NULL, now), wall);
	for (uint32_t i = 0; domains && i < providers->count; i++)
		add_poll(norm, providers->order[i]->index,
			 norm_level(server, providers->order[i], now), wall);
}

void
norm_each_dirty(const struct norm *norm, norm_each_fn fn, void *ctx)
{
	for (uint32_t i = 0; i < norm->count; i++) {
		const struct norm_object *object = &norm->objects[i];

		for (uint32_t metric = 1; metric < NORM_METRICS; metric++) {
			if (object->dirty[metric])
				fn(ctx, object->index, metric, object->by[metric]);
		}
	}
}

void
norm_mark(struct norm *norm, bool saved)
{
	for (uint32_t i = 0; i < norm->count; i++) {
		struct norm_object *object = &norm->objects[i];

		for (int metric = 0; metric < NORM_METRICS; metric++)
			object->dirty[metric] = !saved && object->by[metric] != NULL;
	}
}

int
norm_restore(struct norm *norm, uint32_t object, uint32_t metric, int64_t last,
	     const uint8_t *bytes, size_t len)
{
	struct baseline *baseline;

	/* A later version may have metrics of its own: they are left alone. */
	if (metric == 0 || metric >= NORM_METRICS || norm_metric_name(metric, object == 0) == NULL)
		return -1;
	baseline = get_baseline(norm, object, metric);
	if (baseline == NULL)
		return -1;
	norm_find(norm, object)->dirty[metric] = false;
	norm->version++;
	return baseline_unpack(baseline, last, bytes, len);
}

int64_t
norm_next(const struct norm *norm)
{
	return norm->next;
}

void
norm_set_next(struct norm *norm, int64_t next)
{
	norm->next = next;
}

uint32_t
norm_version(const struct norm *norm)
{
	return norm->version;
}
