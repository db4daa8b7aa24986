/* SPDX-License-Identifier: BSD-2-Clause */
#include "latency.h"

#include "saturate.h"
#include "snapshot.h"

/* User's Guide 11.4.2.3, in seconds. */
static const uint32_t bounds[LATENCY_BINS - 1] = {5,	30,   60,   120,   300,	  600,
						  1800, 3600, 7200, 14400, 28800, 43200};

static uint32_t
bin_of(uint32_t seconds)
{
	uint32_t bin = 0;

	/* Most deliveries take no second: a binary search would be slower. */
	while (bin < LATENCY_BINS - 1 && seconds > bounds[bin])
		bin++;
	return bin;
}

void
latency_add(struct latency *latency, int64_t seconds)
{
	uint32_t taken = 0, bin;

	/* The largest number stands for an absent one. */
	if (seconds > 0)
		taken = seconds < SNAP_NONE32 ? (uint32_t)seconds : SNAP_NONE32 - 1;
	bin = bin_of(taken);
	latency->bin[bin] = saturate_add32(latency->bin[bin], 1);
	latency->total = saturate_add64(latency->total, taken);
	if (taken > latency->longest)
		latency->longest = taken;
}

void
latency_merge(struct latency *into, const struct latency *from)
{
	for (int bin = 0; bin < LATENCY_BINS; bin++)
		into->bin[bin] = saturate_add32(into->bin[bin], from->bin[bin]);
	into->total = saturate_add64(into->total, from->total);
	if (from->longest > into->longest)
		into->longest = from->longest;
}

uint64_t
latency_count(const struct latency *latency)
{
	uint64_t count = 0;

	for (int bin = 0; bin < LATENCY_BINS; bin++)
		count += latency->bin[bin];
	return count;
}

uint32_t
latency_mean_ms(const struct latency *latency)
{
	const uint64_t count = latency_count(latency);
	uint64_t mean;

	if (count == 0)
		return SNAP_NONE32;
	/* Whole seconds and the rest apart: the product of a long total would not fit. */
	mean = latency->total / count;
	if (mean >= SNAP_NONE32 / 1000)
		return SNAP_NONE32 - 1;
	mean = mean * 1000 + (latency->total % count * 1000 + count / 2) / count;
	return (uint32_t)mean;
}

uint32_t
latency_p95(const struct latency *latency)
{
	const uint64_t count = latency_count(latency);
	uint64_t beyond = count - count / 20; /* position of the percentile, rounded up */

	if (count == 0)
		return SNAP_NONE32;
	for (int bin = 0; bin < LATENCY_BINS - 1; bin++) {
		if (beyond <= latency->bin[bin])
			return bounds[bin] < latency->longest ? bounds[bin] : latency->longest;
		beyond -= latency->bin[bin];
	}
	return latency->longest;
}

uint32_t
latency_longest(const struct latency *latency)
{
	return latency_count(latency) > 0 ? latency->longest : SNAP_NONE32;
}
