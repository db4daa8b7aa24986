/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdalign.h>
#include <string.h>

#include "arena.h"

static int
setup(void **state)
{
	*state = arena_new();
	return *state ? 0 : -1;
}

static int
teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static void
a_new_arena_reserves_nothing(void **state)
{
	assert_int_equal(arena_size(*state), 0);
}

static void
pieces_are_zeroed_and_aligned_for_any_type(void **state)
{
	for (size_t size = 0; size < 300; size++) {
		unsigned char *piece = arena_alloc(*state, size);

		assert_non_null(piece);
		assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(piece[i], 0);
		memset(piece, 0xa5, size);
		assert_non_null(arena_strndup(*state, "odd", 3));
	}
}

static void
pieces_do_not_overlap(void **state)
{
	unsigned char *piece[2000];

	for (size_t i = 0; i < 2000; i++) {
		piece[i] = arena_alloc(*state, i % 97 + 1);
		memset(piece[i], (int)(i & 0xff), i % 97 + 1);
	}
	for (size_t i = 0; i < 2000; i++) {
		for (size_t at = 0; at < i % 97 + 1; at++)
			assert_int_equal(piece[i][at], i & 0xff);
	}
}

static void
empty_pieces_have_addresses_of_their_own(void **state)
{
	void *first = arena_alloc(*state, 0);

	assert_ptr_not_equal(first, arena_alloc(*state, 0));
}

static void
a_large_piece_costs_no_more_than_itself(void **state)
{
	const size_t size = (size_t)5 << 20;
	char *large;

	assert_non_null(arena_alloc(*state, 10));
	large = arena_alloc(*state, size);
	assert_non_null(large);
	assert_int_equal(large[0] | large[size - 1], 0);
	assert_true(arena_size(*state) < size + 8192);
	/* The block that was being filled goes on being filled. */
	assert_non_null(arena_alloc(*state, 10));
	assert_true(arena_size(*state) < size + 8192);
}

static void
many_pieces_cost_little_more_than_their_sum(void **state)
{
	for (int i = 0; i < 100000; i++)
		assert_non_null(arena_alloc(*state, 48));
	assert_true(arena_size(*state) < 2 * 100000 * 48);
}

static void
a_text_is_copied_and_ended(void **state)
{
	char *copy = arena_strndup(*state, "bigmail.example/vmta1", 15);

	assert_string_equal(copy, "bigmail.example");
	assert_string_equal(arena_strndup(*state, NULL, 0), "");
}

static void
what_cannot_be_had_is_null(void **state)
{
	assert_null(arena_alloc(*state, SIZE_MAX));
	assert_null(arena_alloc(*state, SIZE_MAX - 64));
	assert_null(arena_strndup(*state, "x", SIZE_MAX));
	assert_non_null(arena_alloc(*state, 16));
}

static void
an_arena_whose_size_was_told_has_room_for_it(void **state)
{
	struct arena *arena = arena_new_sized(1000 * (48 + 64));
	const size_t before = arena_size(arena);

	(void)state;
	assert_non_null(arena_alloc(arena, 1000 * 48));
	for (int i = 0; i < 1000; i++)
		assert_non_null(arena_alloc(arena, 64));
	assert_int_equal(arena_size(arena), before);
	assert_true(before < 1000 * (48 + 64) + 1024);
	arena_free(arena);
}

static void
freeing_nothing_is_allowed(void **state)
{
	(void)state;
	arena_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_arena_reserves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(pieces_are_zeroed_and_aligned_for_any_type, setup,
						teardown),
		cmocka_unit_test_setup_teardown(pieces_do_not_overlap, setup, teardown),
		cmocka_unit_test_setup_teardown(empty_pieces_have_addresses_of_their_own, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_large_piece_costs_no_more_than_itself, setup,
						teardown),
		cmocka_unit_test_setup_teardown(many_pieces_cost_little_more_than_their_sum, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_text_is_copied_and_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_had_is_null, setup, teardown),
		cmocka_unit_test(an_arena_whose_size_was_told_has_room_for_it),
		cmocka_unit_test(freeing_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
