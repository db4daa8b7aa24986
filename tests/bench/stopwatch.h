/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stopwatch.h - what something took, measured several times: the processor time of this process and
 * of the ones it waited for, which neighbours on a busy machine change less than the time of day.
 */
#ifndef STOPWATCH_H
#define STOPWATCH_H

#define STOPWATCH_ROUNDS_MAX 32

/* Begins zeroed. */
struct stopwatch {
	double took[STOPWATCH_ROUNDS_MAX]; /* seconds */
	unsigned rounds;
	double began;
};

/* One round. */
void stopwatch_start(struct stopwatch *watch);
void stopwatch_stop(struct stopwatch *watch);

/* Of all rounds, in seconds. */
double stopwatch_median(const struct stopwatch *watch);
double stopwatch_least(const struct stopwatch *watch);
double stopwatch_most(const struct stopwatch *watch);

#endif
