/* SPDX-License-Identifier: BSD-2-Clause */
#include "stopwatch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static double
seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

static double
used_by(int who)
{
	struct rusage usage = {0};

	getrusage(who, &usage);
	return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

static double
processor_time(void)
{
	return used_by(RUSAGE_SELF) + used_by(RUSAGE_CHILDREN);
}

void
stopwatch_start(struct stopwatch *watch)
{
	watch->began = processor_time();
}

void
stopwatch_stop(struct stopwatch *watch)
{
	if (watch->rounds == STOPWATCH_ROUNDS_MAX)
		abort();
	watch->took[watch->rounds++] = processor_time() - watch->began;
}

static int
compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Rank 0 is the least, 1 the largest. */
static double
ranked(const struct stopwatch *watch, double rank)
{
	double sorted[STOPWATCH_ROUNDS_MAX];

	memcpy(sorted, watch->took, sizeof sorted);
	qsort(sorted, watch->rounds, sizeof sorted[0], compare);
	return sorted[(unsigned)(rank * (watch->rounds - 1))];
}

double
stopwatch_median(const struct stopwatch *watch)
{
	return ranked(watch, 0.5);
}

double
stopwatch_least(const struct stopwatch *watch)
{
	return ranked(watch, 0);
}

double
stopwatch_most(const struct stopwatch *watch)
{
	return ranked(watch, 1);
}
