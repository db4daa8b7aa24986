/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * latency.h - how long deliveries took: a histogram over the bounds of PowerMTA's own report, and
 * what is read from it.
 *
 * The latency of a delivery is timeLogged - timeQueued of its d record, in whole seconds, each
 * recipient counted singly, as pmtastats has it (User's Guide 11.4.2.3). A bin holds what took up
 * to and including its bound ("within 5 seconds"); of the report's bounds beyond two hours every
 * second one is left out. Pure.
 */
#ifndef PMTA_LATENCY_H
#define PMTA_LATENCY_H

#include <stdint.h>

/* Up to 5, 30, 60 s, 2, 5, 10, 30, 60 min, 2, 4, 8, 12 h, and longer. */
#define LATENCY_BINS 13

/* Empty when zeroed. Counts stop at their largest value instead of beginning again. */
struct latency {
	uint64_t total;	  /* seconds of all deliveries together */
	uint32_t longest; /* seconds */
	uint32_t bin[LATENCY_BINS];
};

/* Adds one delivery. A negative latency (clocks step) counts as 0. */
void latency_add(struct latency *latency, int64_t seconds);

/* Adds all deliveries of another histogram. */
void latency_merge(struct latency *into, const struct latency *from);

/* Number of deliveries. */
uint64_t latency_count(const struct latency *latency);

/* The mean in milliseconds, rounded. SNAP_NONE32 of an empty histogram, as below. */
uint32_t latency_mean_ms(const struct latency *latency);

/* Within how many seconds 95 of 100 deliveries were made: the bound of the bin that the 95th
 * percentile lies in, but never more than the longest. */
uint32_t latency_p95(const struct latency *latency);

/* The longest, in seconds. */
uint32_t latency_longest(const struct latency *latency);

#endif
