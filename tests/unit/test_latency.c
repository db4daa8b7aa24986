/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "latency.h"
#include "snapshot.h"

static struct latency
of(size_t count, const int64_t *seconds)
{
	struct latency latency = {0};

	for (size_t i = 0; i < count; i++)
		latency_add(&latency, seconds[i]);
	return latency;
}

static struct latency
many(uint32_t count, int64_t seconds, struct latency so_far)
{
	for (uint32_t i = 0; i < count; i++)
		latency_add(&so_far, seconds);
	return so_far;
}

static void
without_deliveries_there_is_no_latency(void **state)
{
	const struct latency latency = {0};

	(void)state;
	assert_int_equal(latency_count(&latency), 0);
	assert_int_equal(latency_mean_ms(&latency), SNAP_NONE32);
	assert_int_equal(latency_p95(&latency), SNAP_NONE32);
	assert_int_equal(latency_longest(&latency), SNAP_NONE32);
}

/* "0 - 5 seconds", "6 - 30 seconds", ... of the User's Guide, 11.4.2.3. */
static void
a_bin_reaches_to_its_bound_and_includes_it(void **state)
{
	static const int64_t bounds[] = {5,    30,   60,   120,	  300,	 600,
					 1800, 3600, 7200, 14400, 28800, 43200};

	(void)state;
	for (size_t i = 0; i < LATENCY_BINS - 1; i++) {
		const struct latency at = of(1, &bounds[i]);
		const struct latency beyond = of(1, &(const int64_t){bounds[i] + 1});

		assert_int_equal(at.bin[i], 1);
		assert_int_equal(beyond.bin[i + 1], 1);
	}
}

static void
a_negative_latency_counts_as_none(void **state)
{
	const struct latency latency = of(3, (const int64_t[]){-1, -86400, INT64_MIN});

	(void)state;
	assert_int_equal(latency_count(&latency), 3);
	assert_int_equal(latency_mean_ms(&latency), 0);
	assert_int_equal(latency_p95(&latency), 0);
	assert_int_equal(latency_longest(&latency), 0);
}

static void
the_mean_is_in_rounded_milliseconds(void **state)
{
	struct latency latency = of(3, (const int64_t[]){0, 0, 1});

	(void)state;
	assert_int_equal(latency_mean_ms(&latency), 333);
	latency = of(3, (const int64_t[]){0, 1, 1});
	assert_int_equal(latency_mean_ms(&latency), 667);
	latency = of(2, (const int64_t[]){3600, 7201});
	assert_int_equal(latency_mean_ms(&latency), 5400500);
}

static void
an_absurd_latency_is_large_but_not_absent(void **state)
{
	const struct latency latency = of(2, (const int64_t[]){INT64_MAX, UINT32_MAX});

	(void)state;
	assert_int_equal(latency_longest(&latency), SNAP_NONE32 - 1);
	assert_int_equal(latency_p95(&latency), SNAP_NONE32 - 1);
	assert_int_equal(latency_mean_ms(&latency), SNAP_NONE32 - 1);
}

static void
the_95th_percentile_is_the_bound_of_its_bin(void **state)
{
	struct latency latency = many(95, 2, (struct latency){0});

	(void)state;
	/* 95 of 100 within 5 seconds, whatever the others took. */
	latency = many(5, 5000, latency);
	assert_int_equal(latency_p95(&latency), 5);
	/* 95 of 101 are less than 95 %. */
	latency = many(1, 5000, latency);
	assert_int_equal(latency_p95(&latency), 5000);
	latency = many(1, 50000, latency);
	assert_int_equal(latency_p95(&latency), 7200);
}

static void
the_95th_percentile_is_never_more_than_the_longest(void **state)
{
	struct latency latency = many(10, 1, (struct latency){0});

	(void)state;
	assert_int_equal(latency_p95(&latency), 1);
	latency = of(1, (const int64_t[]){50000});
	assert_int_equal(latency_p95(&latency), 50000);
}

static int
ascending(const void *a, const void *b)
{
	const int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;

	return (first > second) - (first < second);
}

/* The smallest number of seconds within which 95 % were made lies in the bin that is reported. */
static void
the_95th_percentile_is_not_below_that_of_the_sorted_list(void **state)
{
	int64_t seconds[400];

	(void)state;
	srand(1);
	for (size_t count = 1; count <= 400; count++) {
		struct latency latency;
		int64_t exact;
		size_t bin = 0, exact_bin = 0;

		for (size_t i = 0; i < count; i++)
			seconds[i] = rand() % (1 << (rand() % 17));
		latency = of(count, seconds);
		qsort(seconds, count, sizeof *seconds, ascending);
		exact = seconds[(count * 95 + 99) / 100 - 1];
		assert_true(latency_p95(&latency) >= exact);
		assert_true(latency_p95(&latency) <= seconds[count - 1]);
		while (of(1, &exact).bin[exact_bin] == 0)
			exact_bin++;
		while (of(1, &(const int64_t){latency_p95(&latency)}).bin[bin] == 0)
			bin++;
		assert_int_equal(bin, exact_bin);
	}
}

static void
merging_is_as_if_all_had_been_added_to_one(void **state)
{
	const int64_t seconds[] = {0, 7, 86400, 3, 61, 0, 120, 1801};
	const struct latency all = of(8, seconds), second = of(5, seconds + 3);
	struct latency merged = of(3, seconds);

	(void)state;
	latency_merge(&merged, &second);
	assert_memory_equal(&merged, &all, sizeof all);
}

static void
counts_stop_at_their_largest_value(void **state)
{
	struct latency latency = {.total = UINT64_MAX - 1, .bin = {UINT32_MAX}};
	const struct latency one = of(1, (const int64_t[]){4});

	(void)state;
	latency_merge(&latency, &one);
	latency_add(&latency, 4);
	assert_int_equal(latency.bin[0], UINT32_MAX);
	assert_true(latency.total == UINT64_MAX);
	assert_int_equal(latency_p95(&latency), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_deliveries_there_is_no_latency),
		cmocka_unit_test(a_bin_reaches_to_its_bound_and_includes_it),
		cmocka_unit_test(a_negative_latency_counts_as_none),
		cmocka_unit_test(the_mean_is_in_rounded_milliseconds),
		cmocka_unit_test(an_absurd_latency_is_large_but_not_absent),
		cmocka_unit_test(the_95th_percentile_is_the_bound_of_its_bin),
		cmocka_unit_test(the_95th_percentile_is_never_more_than_the_longest),
		cmocka_unit_test(the_95th_percentile_is_not_below_that_of_the_sorted_list),
		cmocka_unit_test(merging_is_as_if_all_had_been_added_to_one),
		cmocka_unit_test(counts_stop_at_their_largest_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
