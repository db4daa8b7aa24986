/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_window_random.c - windows against a plain list of events, under records out of order, clocks
 * that step, trims, commits, failed commits and crashes in a random sequence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "row_book.h"
#include "window.h"

#define STEPS 6000
#define DAY 86400
#define BEGIN 1795341613

/* An event, and the time of the slot that has it by the definition in window.h. */
struct listed {
	int64_t slot;
	struct window_event event;
};

struct list {
	struct listed events[STEPS];
	size_t count;
};

/* A window and what it must sum; the list as of the last commit is what a crash goes back to. */
struct trial {
	const struct window_shape *shape;
	struct window *window;
	struct list now, committed;
	struct row_book book;
	int64_t asof;
	int64_t oldest; /* the latest horizon since the last commit */
	uint64_t random;
	int stepped; /* days the clock is ahead of where it began */
	size_t summed;
};

static uint32_t
below(struct trial *trial, uint32_t limit)
{
	trial->random ^= trial->random << 13;
	trial->random ^= trial->random >> 7;
	trial->random ^= trial->random << 17;
	return (uint32_t)(trial->random >> 20) % limit;
}

static int64_t
floor_to(int64_t seconds, int64_t unit)
{
	return seconds - seconds % unit;
}

static int64_t
oldest_minute(const struct trial *trial)
{
	return floor_to(trial->asof, 60) + 60 - trial->shape->horizon;
}

static int64_t
oldest_row(const struct trial *trial)
{
	return floor_to(oldest_minute(trial), trial->shape->fine ? 60 : 7200);
}

/* Ten seconds if the minute is needed by a window of 600 seconds, else the minute. */
static int64_t
slot_of(const struct trial *trial, int64_t when)
{
	const int64_t fine = floor_to(floor_to(trial->asof, 10) - 590, 60);

	return trial->shape->fine && when >= fine ? floor_to(when, 10) : floor_to(when, 60);
}

/* Mostly now or a little late, sometimes anywhere within the horizon or around its edge, rarely
 * ahead of now. */
static int64_t
some_time(struct trial *trial)
{
	const uint32_t kind = below(trial, 1000);

	if (kind < 700)
		return trial->asof - below(trial, 15);
	if (kind < 880)
		return trial->asof - below(trial, 700);
	if (kind < 960)
		return trial->asof - below(trial, trial->shape->horizon);
	if (kind < 990)
		return oldest_minute(trial) - 60 + below(trial, 120);
	return trial->asof + below(trial, 3600);
}

static struct window_event
some_event(struct trial *trial)
{
	struct window_event event = {0};

	event.count[below(trial, WINDOW_COUNTS)] = 1 + below(trial, 3);
	event.count[WINDOW_ATTEMPTS] += below(trial, 2);
	if (below(trial, 2) == 0) {
		event.timed = true;
		event.latency = (int64_t)below(trial, 1u << below(trial, 17)) - 1;
		event.bytes = below(trial, 100000);
	}
	return event;
}

static void
add(struct trial *trial)
{
	const struct window_event event = some_event(trial);
	const int64_t when = some_time(trial);
	const enum window_result expected =
		when < oldest_minute(trial) ? WINDOW_TOO_OLD : WINDOW_OK;

	assert_int_equal(window_add(&trial->window, trial->shape, trial->asof, when, &event),
			 expected);
	if (expected == WINDOW_OK)
		trial->now.events[trial->now.count++] =
			(struct listed){slot_of(trial, when), event};
}

static void
drop_old(struct trial *trial)
{
	size_t kept = 0;

	for (size_t i = 0; i < trial->now.count; i++) {
		if (trial->now.events[i].slot >= oldest_minute(trial))
			trial->now.events[kept++] = trial->now.events[i];
	}
	trial->now.count = kept;
}

static void
trim(struct trial *trial)
{
	window_trim(&trial->window, trial->shape, trial->asof);
	assert_int_equal(window_oldest(trial->shape, trial->asof), oldest_row(trial));
	drop_old(trial);
	for (size_t i = 0; i < trial->now.count; i++)
		trial->now.events[i].slot = slot_of(trial, trial->now.events[i].slot);
	if (oldest_row(trial) > trial->oldest)
		trial->oldest = oldest_row(trial);
}

static void
commit(struct trial *trial)
{
	row_book_commit(&trial->book, trial->window, trial->shape, trial->oldest);
	trial->committed = trial->now;
	trial->oldest = 0;
}

static void
crash(struct trial *trial)
{
	window_free(&trial->window);
	row_book_restore(&trial->book, &trial->window, trial->shape, trial->asof);
	trial->now = trial->committed;
	drop_old(trial);
	/* Rows that were passed over have no slot any more. */
	trial->oldest = oldest_row(trial);
}

static void
list_sum(const struct list *list, int64_t first, int64_t last, struct window_sum *out)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < list->count; i++) {
		const struct listed *at = &list->events[i];

		if (at->slot < first || at->slot > last)
			continue;
		for (int j = 0; j < WINDOW_COUNTS; j++)
			out->count[j] += at->event.count[j];
		out->bytes += at->event.bytes;
		if (at->event.timed)
			latency_add(&out->latency, at->event.latency);
	}
}

static void
compare(struct trial *trial, int64_t asof)
{
	static const uint32_t windows[] = {10, 60, 300, 600, 660, 900, 3600, 21600, DAY};

	for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
		const int64_t seconds = windows[i];
		const int64_t slot = trial->shape->fine && seconds <= 600 ? 10 : 60;
		const int64_t last = floor_to(asof, slot) + slot - 1;
		struct window_sum sum, expected;

		if (!window_answers(trial->shape, windows[i]))
			continue;
		list_sum(&trial->now, last + 1 - seconds, last, &expected);
		assert_int_equal(window_sum(trial->window, trial->shape, asof, windows[i], &sum),
				 0);
		assert_memory_equal(&sum, &expected, sizeof sum);
		expected.latency = (struct latency){0};
		assert_int_equal(
			window_sum_counts(trial->window, trial->shape, asof, windows[i], &sum), 0);
		assert_memory_equal(&sum, &expected, sizeof sum);
		for (int j = 0; j < WINDOW_COUNTS; j++)
			assert_int_equal(window_sum_count(trial->window, trial->shape, asof,
							  windows[i], (enum window_count)j),
					 expected.count[j]);
		trial->summed += sum.count[WINDOW_ATTEMPTS] > 0;
	}
}

/* A burst goes on for minutes, then comes a pause; the clock steps by a day and back. Not so with
 * rows of more than a minute: what a later horizon had put out of the window may come back then. */
static void
pass_time(struct trial *trial)
{
	trial->asof += below(trial, 5);
	if (below(trial, 50) == 0)
		trial->asof += 300 + below(trial, 900);
	if (below(trial, 500) == 0 && trial->shape->fine) {
		trial->asof += trial->stepped == 0 ? DAY : -DAY;
		trial->stepped = trial->stepped == 0;
	}
}

static void
run(const struct window_shape *shape, uint64_t seed)
{
	struct trial *trial = calloc(1, sizeof *trial);

	assert_non_null(trial);
	trial->shape = shape;
	trial->asof = BEGIN;
	trial->random = seed;
	trial->stepped = seed % 2 == 0;
	for (int step = 0; step < STEPS; step++) {
		pass_time(trial);
		add(trial);
		if (below(trial, 20) == 0)
			trim(trial);
		if (below(trial, 40) == 0)
			commit(trial);
		if (below(trial, 400) == 0)
			crash(trial);
		if (below(trial, 800) == 0)
			window_unsave(trial->window), trial->book.count = 0, commit(trial);
		if (below(trial, 10) == 0)
			compare(trial, trial->asof);
		if (below(trial, 50) == 0)
			compare(trial, trial->asof - 4000 + below(trial, 8000));
	}
	/* Most of the sums had something in them. */
	assert_true(trial->summed > STEPS / 10);
	window_free(&trial->window);
	free(trial);
}

static void
run_all(const struct window_shape *shape)
{
	for (uint64_t seed = 1; seed <= 6; seed++)
		run(shape, seed * 0x9e3779b97f4a7c15u);
}

static void
a_day_with_fine_slots_is_as_the_list_has_it(void **state)
{
	(void)state;
	run_all(&(const struct window_shape){DAY, true});
}

static void
an_hour_with_fine_slots_is_as_the_list_has_it(void **state)
{
	(void)state;
	run_all(&(const struct window_shape){3600, true});
}

static void
a_day_of_minutes_is_as_the_list_has_it(void **state)
{
	(void)state;
	run_all(&(const struct window_shape){DAY, false});
}

static void
an_hour_of_minutes_is_as_the_list_has_it(void **state)
{
	(void)state;
	run_all(&(const struct window_shape){3600, false});
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_with_fine_slots_is_as_the_list_has_it),
		cmocka_unit_test(an_hour_with_fine_slots_is_as_the_list_has_it),
		cmocka_unit_test(a_day_of_minutes_is_as_the_list_has_it),
		cmocka_unit_test(an_hour_of_minutes_is_as_the_list_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
