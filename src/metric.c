/* SPDX-License-Identifier: BSD-2-Clause */
#include "metric.h"

#include <string.h>

#include "metric_private.h"

#define KBYTE 1024

_Static_assert(sizeof(enum snap_server_state) == sizeof(uint32_t), "read as uint32_t");
_Static_assert(sizeof(enum snap_class_kind) == sizeof(uint32_t), "read as uint32_t");

const struct metric_word metric_truth[] = {
	{"true", 1}, {"false", 2}, {"yes", 1}, {"no", 2}, {NULL, 0}};

static const struct metric_list *const lists[] = {
	&metric_server_list,	   &metric_traffic_list,      &metric_server_window_list,
	&metric_vmta_list,	   &metric_vmta_window_list,  &metric_queue_list,
	&metric_queue_window_list, &metric_provider_list,     &metric_provider_window_list,
	&metric_class_list,	   &metric_class_window_list, &metric_source_list,
	&metric_job_list,	   &metric_domain_list,
};

#define LISTS (sizeof lists / sizeof lists[0])

const struct metric *
metric_at(size_t position)
{
	for (size_t i = 0; i < LISTS; i++) {
		if (position < lists[i]->count)
			return &lists[i]->metrics[position];
		position -= lists[i]->count;
	}
	return NULL;
}

static bool
is_called(const struct metric *metric, const char *name)
{
	return strcmp(metric->name, name) == 0 ||
	       (metric->word != NULL && strcmp(metric->word, name) == 0);
}

const struct metric *
metric_find(enum snap_scope scope, const char *name)
{
	const struct metric *metric;

	for (size_t i = 0; (metric = metric_at(i)) != NULL; i++) {
		if (metric->scope == scope && is_called(metric, name))
			return metric;
	}
	return NULL;
}

bool
metric_reads_window(const struct metric *metric)
{
	switch (metric->table) {
	case SNAP_SERVER_WINDOW:
	case SNAP_VMTA_WINDOW:
	case SNAP_QUEUE_WINDOW:
	case SNAP_PROVIDER_WINDOW:
	case SNAP_CLASS_WINDOW:
		return true;
	default:
		return false;
	}
}

bool
metric_needs_window(const struct metric *metric)
{
	return metric_reads_window(metric) || metric->form == METRIC_TOTAL ||
	       metric->form == METRIC_TOTAL32 || metric->form == METRIC_TOTAL_BYTES;
}

/* Fields are copied out, whatever their type: no pointer of a wrong type is ever followed. */
static void
read_field(const struct metric *metric, const void *row, void *field, size_t size)
{
	memcpy(field, (const char *)row + metric->offset, size);
}

/* A level latches at the end of its range, as a Gauge32 does (RFC 2578, 7.1.7). */
static bool
give_level(uint64_t number, int64_t *out)
{
	*out = number < UINT32_MAX ? (int64_t)number : UINT32_MAX;
	return true;
}

static bool
read_u32(const struct metric *metric, const void *row, int64_t *out)
{
	uint32_t number;

	read_field(metric, row, &number, sizeof number);
	*out = number;
	return number != SNAP_NONE32;
}

static bool
read_signed(const struct metric *metric, const void *row, int64_t *out)
{
	int32_t number;

	read_field(metric, row, &number, sizeof number);
	*out = number;
	return number != INT32_MIN;
}

static bool
read_u64(const struct metric *metric, const void *row, int64_t *out)
{
	uint64_t number;

	read_field(metric, row, &number, sizeof number);
	if (number == SNAP_NONE64)
		return false;
	if (metric->form == METRIC_LEVEL64)
		return give_level(number / KBYTE + (number % KBYTE != 0), out);
	if (metric->form == METRIC_TOTAL_BYTES)
		number /= KBYTE;
	*out = number < INT64_MAX ? (int64_t)number : INT64_MAX;
	return true;
}

/* A time on the wrong side of now is 0 seconds away: clocks of two hosts differ. */
static bool
give_seconds(int64_t from_ms, int64_t to_ms, int64_t *out)
{
	/* Unsigned, because the difference of two int64_t may be no int64_t. */
	return give_level(to_ms > from_ms ? ((uint64_t)to_ms - (uint64_t)from_ms) / 1000 : 0, out);
}

static bool
read_time(const struct metric *metric, const void *row, struct moment now, int64_t *out)
{
	int64_t time;

	read_field(metric, row, &time, sizeof time);
	if (time == SNAP_NO_TIME)
		return false;
	if (metric->form == METRIC_MONO_AGE)
		return give_seconds(time, now.mono_ms, out);
	if (__builtin_mul_overflow(time, 1000, &time))
		return false;
	return metric->form == METRIC_UNTIL ? give_seconds(now.wall_ms, time, out)
					    : give_seconds(time, now.wall_ms, out);
}

/* States and codes, of which 0 is none. */
static bool
read_small(const struct metric *metric, const void *row, int64_t *out)
{
	uint8_t number8;
	uint16_t number16;

	if (metric->form == METRIC_STATE)
		return read_u32(metric, row, out) && *out != 0;
	if (metric->form == METRIC_CODE) {
		read_field(metric, row, &number16, sizeof number16);
		*out = number16;
	} else {
		read_field(metric, row, &number8, sizeof number8);
		*out = number8;
	}
	return *out != 0;
}

bool
metric_read(const struct metric *metric, const void *row, struct moment now, int64_t *out)
{
	switch (metric->form) {
	case METRIC_GAUGE:
	case METRIC_TOTAL32:
		return read_u32(metric, row, out);
	case METRIC_SIGNED:
		return read_signed(metric, row, out);
	case METRIC_TOTAL:
	case METRIC_TOTAL_BYTES:
	case METRIC_LEVEL64:
		return read_u64(metric, row, out);
	case METRIC_AGE:
	case METRIC_UNTIL:
	case METRIC_MONO_AGE:
		return read_time(metric, row, now, out);
	case METRIC_STATE:
	case METRIC_STATE8:
	case METRIC_CODE:
		break;
	}
	return read_small(metric, row, out);
}
