/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_window.c - what sliding windows cost: bytes an object, and nanoseconds for an event, a sum
 * and a trim, against adding to plain counters in the same run. Fails if an object takes more
 * memory than it should; times are only printed.
 *
 * usage: bench_window
 */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "window.h"

#define NOON 1795341600
#define DAY 86400
#define OBJECTS 64
#define EVENTS 2000000
#define ROUNDS 3

static const struct window_shape fine_day = {DAY, true};
static const struct window_shape hour = {3600, false};

static const struct window_event delivery = {
	.count = {[WINDOW_DELIVERED] = 1, [WINDOW_ATTEMPTS] = 1},
	.bytes = 48213,
	.latency = 2,
	.timed = true,
};
static const struct window_event deferral = {
	.count = {[WINDOW_DEFERRED] = 1, [WINDOW_ATTEMPTS] = 1}};

static struct window *windows[OBJECTS];

/* What must be made before the clock is read is not thrown away by the compiler. */
static volatile uint64_t sink;

static double
nanoseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static void
add(struct window **window, const struct window_shape *shape, int64_t when,
    const struct window_event *event)
{
	if (window_add(window, shape, when, when, event) != WINDOW_OK)
		exit(1);
}

static void
free_windows(void)
{
	for (int i = 0; i < OBJECTS; i++)
		window_free(&windows[i]);
}

/* Objects with events every `pause` seconds, all at the same times: as they grow in life. */
static void
fill(const struct window_shape *shape, int64_t seconds, int64_t pause,
     const struct window_event *event)
{
	for (int64_t now = NOON; now < NOON + seconds; now += pause) {
		for (int i = 0; i < OBJECTS; i++) {
			add(&windows[i], shape, now, event);
			window_trim(&windows[i], shape, now);
		}
	}
}

static int
memory(const char *name, const struct window_shape *shape, int64_t seconds, int64_t pause,
       const struct window_event *event, double most)
{
	const struct mallinfo2 before = mallinfo2();
	struct mallinfo2 after;
	double bytes;

	fill(shape, seconds, pause, event);
	after = mallinfo2();
	bytes = (double)(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / OBJECTS;
	free_windows();
	printf("  %-44s %9.0f bytes (at most %.0f)\n", name, bytes, most);
	return bytes <= most ? 0 : 1;
}

/* Slots are 44 bytes and 64 more with a latency, and a third of the room may be unused. */
static int
all_memory(void)
{
	const double slot = 44 * 1.5 + 1, timed = (44 + 64) * 1.5 + 1;
	int failed = 0;

	printf("memory of an object, beyond its pointer, with what malloc adds\n");
	failed |= memory("idle", &fine_day, 0, 60, &deferral, 0);
	failed |= memory("one deferral", &fine_day, 60, 60, &deferral, 96);
	failed |= memory("one delivery", &fine_day, 60, 60, &delivery, 192);
	failed |= memory("hour of minutes, a deferral in each", &hour, 7200, 60, &deferral,
			 60 * slot + 200);
	failed |= memory("hour of minutes, a delivery in each", &hour, 7200, 60, &delivery,
			 60 * timed + 200);
	failed |= memory("day, a deferral each minute", &fine_day, 2 * DAY, 60, &deferral,
			 1440 * slot + 200);
	failed |= memory("day, a delivery each minute", &fine_day, 2 * DAY, 60, &delivery,
			 1440 * timed + 200);
	failed |= memory("day, a delivery each ten seconds", &fine_day, 2 * DAY, 10, &delivery,
			 1510 * timed + 200);
	return failed;
}

/* What any counting would cost: as many counters as an event has numbers. */
static double
plain_counters(void)
{
	static uint64_t counters[OBJECTS][WINDOW_COUNTS + 2];
	const double begin = nanoseconds();

	for (int i = 0; i < EVENTS; i++) {
		uint64_t *counter = counters[i % OBJECTS];

		for (int j = 0; j < WINDOW_COUNTS; j++)
			counter[j] += delivery.count[j];
		counter[WINDOW_COUNTS] += delivery.bytes;
		counter[WINDOW_COUNTS + 1] += (uint64_t)delivery.latency;
		__asm__ volatile("" : : "r"(counter) : "memory");
	}
	return (nanoseconds() - begin) / EVENTS;
}

static double
events_now(void)
{
	const double begin = nanoseconds();

	for (int i = 0; i < EVENTS; i++)
		add(&windows[i % OBJECTS], &fine_day, NOON + DAY, &delivery);
	return (nanoseconds() - begin) / EVENTS;
}

static double
late_events(void)
{
	const double begin = nanoseconds();
	uint32_t random = 1;

	for (int i = 0; i < EVENTS; i++) {
		random = random * 1664525 + 1013904223;
		if (window_add(&windows[i % OBJECTS], &fine_day, NOON + DAY,
			       NOON + DAY - 700 - (random >> 8) % 80000, &delivery) != WINDOW_OK)
			exit(1);
	}
	return (nanoseconds() - begin) / EVENTS;
}

static double
sums(uint32_t seconds)
{
	const int count = 20000;
	const double begin = nanoseconds();
	struct window_sum sum;

	for (int i = 0; i < count; i++) {
		if (window_sum(windows[i % OBJECTS], &fine_day, NOON + DAY, seconds, &sum) != 0)
			exit(1);
		sink = sum.bytes;
	}
	return (nanoseconds() - begin) / count;
}

/* Each call is a minute later than the one before: there is something to merge and to drop. */
static double
trims(void)
{
	const int count = 300;
	double spent = 0;

	for (int minute = 1; minute <= count; minute++) {
		for (int i = 0; i < OBJECTS; i++) {
			for (int second = 0; second < 60; second += 10)
				add(&windows[i], &fine_day, NOON + DAY + 60 * minute + second,
				    &delivery);
		}
		spent -= nanoseconds();
		for (int i = 0; i < OBJECTS; i++)
			window_trim(&windows[i], &fine_day, NOON + DAY + 60 * minute + 59);
		spent += nanoseconds();
	}
	return spent / (count * OBJECTS);
}

static int
save(void *ctx, int64_t when, const uint8_t *bytes, size_t len)
{
	*(uint64_t *)ctx += len + bytes[0] + (uint64_t)when;
	return 0;
}

static double
saves(void)
{
	const int count = 1000000;
	const double begin = nanoseconds();
	uint64_t saved = 0;

	for (int i = 0; i < count; i++) {
		add(&windows[i % OBJECTS], &fine_day, NOON + DAY, &delivery);
		window_each_dirty(windows[i % OBJECTS], &fine_day, save, &saved);
		window_clean(windows[i % OBJECTS]);
	}
	sink = saved;
	return (nanoseconds() - begin) / count;
}

static double
lesser(double a, double b)
{
	return a < b ? a : b;
}

/* The best of some rounds: what disturbs a measurement only makes it slower. */
static void
all_times(void)
{
	static const uint32_t lengths[] = {60, 600, 3600, 21600, DAY};
	double plain = 1e9, now = 1e9, late = 1e9, saving = 1e9, sum[5] = {1e9, 1e9, 1e9, 1e9, 1e9};

	fill(&fine_day, DAY, 10, &delivery);
	for (int round = 0; round < ROUNDS; round++) {
		plain = lesser(plain, plain_counters());
		now = lesser(now, events_now());
		late = lesser(late, late_events());
		saving = lesser(saving, saves());
		for (int i = 0; i < 5; i++)
			sum[i] = lesser(sum[i], sums(lengths[i]));
	}
	printf("time, objects with deliveries every ten seconds of a day\n");
	printf("  %-44s %9.1f ns\n", "plain counters", plain);
	printf("  %-44s %9.1f ns, x%.1f\n", "event of now", now, now / plain);
	printf("  %-44s %9.1f ns, x%.1f\n", "event of some time of the day", late, late / plain);
	printf("  %-44s %9.1f ns\n", "event, pack its slot, mark clean", saving);
	for (int i = 0; i < 5; i++)
		printf("  sum of %5" PRIu32 " seconds %23s %9.0f ns, x%.0f\n", lengths[i], "",
		       sum[i], sum[i] / plain);
	printf("  %-44s %9.0f ns\n", "trim once a minute", trims());
	free_windows();
}

int
main(void)
{
	const int failed = all_memory();

	all_times();
	return failed;
}
