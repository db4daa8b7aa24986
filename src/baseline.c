/* SPDX-License-Identifier: BSD-2-Clause */
#include "baseline.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of an hour of the week, and of it with its neighbours. */
#define SAMPLES BASELINE_WEEKS
#define SAMPLES_ALL (3 * BASELINE_WEEKS)
/* Of a normal distribution, the standard deviation by its median absolute deviation. */
#define NORMAL_SCALE 1.4826

struct baseline {
	int64_t last;		       /* newest hour in the ring */
	bool any;		       /* something was noted */
	uint32_t hour[BASELINE_HOURS]; /* ring: of hour h at h modulo its size */
};

static uint32_t *
slot_of(struct baseline *baseline, int64_t hour)
{
	const int64_t at = hour % BASELINE_HOURS;

	return &baseline->hour[at < 0 ? at + BASELINE_HOURS : at];
}

static void
forget(struct baseline *baseline)
{
	for (size_t i = 0; i < BASELINE_HOURS; i++)
		baseline->hour[i] = BASELINE_NONE;
	baseline->any = false;
}

struct baseline *
baseline_new(void)
{
	struct baseline *baseline = calloc(1, sizeof *baseline);

	if (baseline != NULL)
		forget(baseline);
	return baseline;
}

void
baseline_free(struct baseline *baseline)
{
	free(baseline);
}

/* The number of an hour, or BASELINE_NONE. */
static uint32_t
value_at(const struct baseline *baseline, int64_t hour)
{
	const int64_t at = hour % BASELINE_HOURS;

	if (!baseline->any || hour > baseline->last || hour <= baseline->last - BASELINE_HOURS)
		return BASELINE_NONE;
	return baseline->hour[at < 0 ? at + BASELINE_HOURS : at];
}

void
baseline_note(struct baseline *baseline, int64_t hour, uint32_t value)
{
	if (baseline->any &&
	    (hour <= baseline->last - BASELINE_HOURS || hour >= baseline->last + BASELINE_HOURS))
		forget(baseline);
	if (!baseline->any)
		baseline->last = hour;
	baseline->any = true;
	/* What stood in the way of the ring is older than four weeks now. */
	while (baseline->last < hour)
		*slot_of(baseline, ++baseline->last) = BASELINE_NONE;
	*slot_of(baseline, hour) = value;
}

static int
compare(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double
median(double *samples, unsigned count)
{
	qsort(samples, count, sizeof *samples, compare);
	return count % 2 == 1 ? samples[count / 2]
			      : (samples[count / 2 - 1] + samples[count / 2]) / 2;
}

/* The numbers that this hour of the week had in the weeks before; bit n of *weeks for one in week
 * n. Returns how many. */
static unsigned
collect(const struct baseline *baseline, int64_t hour, double *out, unsigned *weeks)
{
	unsigned count = 0;

	for (unsigned week = 1; week <= BASELINE_WEEKS; week++) {
		const uint32_t value = value_at(baseline, hour - (int64_t)week * BASELINE_WEEK);

		if (value == BASELINE_NONE)
			continue;
		out[count++] = value;
		*weeks |= 1u << week;
	}
	return count;
}

/* Replaces numbers by how far they are from the middle. */
static void
take_distances(double *samples, unsigned count, double middle)
{
	for (unsigned i = 0; i < count; i++)
		samples[i] = fabs(samples[i] - middle);
}

/* Adds the distances of an hour's numbers from their own median. Returns how many: a number alone
 * is its own median, and would tell of calm where nothing is known. */
static unsigned
collect_distances(const double *samples, unsigned count, double *out)
{
	double sorted[SAMPLES];

	if (count < 2)
		return 0;
	memcpy(sorted, samples, count * sizeof *samples);
	memcpy(out, samples, count * sizeof *samples);
	take_distances(out, count, median(sorted, count));
	return count;
}

int
baseline_expect(const struct baseline *baseline, int64_t hour, struct baseline_norm *out)
{
	double own[SAMPLES], all[SAMPLES_ALL], distance[SAMPLES_ALL], *chosen = own;
	unsigned weeks = 0, chosen_count, count = 0, distances = 0;

	chosen_count = collect(baseline, hour, own, &weeks);
	for (int64_t at = hour - 1; at <= hour + 1; at++) {
		const unsigned here = collect(baseline, at, all + count, &weeks);

		distances += collect_distances(all + count, here, distance + distances);
		count += here;
	}
	*out = (struct baseline_norm){.weeks = (unsigned)__builtin_popcount(weeks)};
	if (out->weeks < BASELINE_WEEKS_LEAST)
		return -1;
	if (chosen_count < 2) {
		chosen = all;
		chosen_count = count;
	}
	out->mean = median(chosen, chosen_count);
	take_distances(chosen, chosen_count, out->mean);
	out->deviation = median(chosen, chosen_count);
	if (distances > 0)
		out->deviation = fmax(out->deviation, median(distance, distances));
	out->deviation *= NORMAL_SCALE;
	return 0;
}

uint32_t
baseline_history(const struct baseline *baseline, int64_t hour)
{
	for (int64_t at = baseline->last - BASELINE_HOURS + 1; baseline->any && at < hour; at++) {
		if (value_at(baseline, at) == BASELINE_NONE)
			continue;
		return (uint32_t)(hour - at < (int64_t)BASELINE_WEEKS * BASELINE_WEEK
					  ? hour - at
					  : (int64_t)BASELINE_WEEKS * BASELINE_WEEK) *
		       3600;
	}
	return 0;
}

int64_t
baseline_last(const struct baseline *baseline)
{
	return baseline->last;
}

void
baseline_pack(const struct baseline *baseline, uint8_t out[BASELINE_PACKED])
{
	for (int64_t at = baseline->last - BASELINE_HOURS + 1; at <= baseline->last; at++) {
		const uint32_t value = value_at(baseline, at);

		for (int shift = 24; shift >= 0; shift -= 8)
			*out++ = (uint8_t)(value >> shift);
	}
}

int
baseline_unpack(struct baseline *baseline, int64_t last, const uint8_t *bytes, size_t len)
{
	/* Beyond these no hour can come of a time, and sums of them could overflow. */
	if (len != BASELINE_PACKED || last < 0 || last > INT64_MAX / 7200)
		return -1;
	forget(baseline);
	baseline->last = last;
	baseline->any = true;
	for (int64_t at = last - BASELINE_HOURS + 1; at <= last; at++, bytes += 4)
		*slot_of(baseline, at) = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
					 (uint32_t)bytes[2] << 8 | bytes[3];
	return 0;
}
