/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_growth.h"
#include "alarm_state.h"

static const struct rule above = {
	.when = RULE_ABOVE,
	.hold_s = 10,
	.calm_s = 20,
};
static const struct rule below = {.when = RULE_BELOW};
static const struct rule is_2_or_4 = {.when = RULE_IS, .states = 1u << 2 | 1u << 4};
static const struct alarm_limits at_100_and_50 = {true, 100, 50};
static const struct alarm_limits at_50_and_100 = {true, 50, 100};

static struct alarm_verdict
judge(const struct rule *rule, const struct alarm_limits *limits, int64_t least, int64_t most)
{
	return alarm_verdict_of(rule, (struct alarm_value){.least = least, .most = most}, limits);
}

static void
assert_verdict(struct alarm_verdict verdict, bool over, bool not_over, bool calm, bool not_calm)
{
	assert_int_equal(verdict.over, over);
	assert_int_equal(verdict.not_over, not_over);
	assert_int_equal(verdict.calm, calm);
	assert_int_equal(verdict.not_calm, not_calm);
}

static void
a_known_value_is_over_calm_or_between(void **state)
{
	(void)state;
	assert_verdict(judge(&above, &at_100_and_50, 100, 100), true, false, false, true);
	assert_verdict(judge(&above, &at_100_and_50, 99, 99), false, true, false, true);
	assert_verdict(judge(&above, &at_100_and_50, 51, 51), false, true, false, true);
	assert_verdict(judge(&above, &at_100_and_50, 50, 50), false, true, true, false);
}

static void
below_is_the_mirror_of_above(void **state)
{
	(void)state;
	assert_verdict(judge(&below, &at_50_and_100, 50, 50), true, false, false, true);
	assert_verdict(judge(&below, &at_50_and_100, 51, 51), false, true, false, true);
	assert_verdict(judge(&below, &at_50_and_100, 100, 100), false, true, true, false);
	assert_verdict(judge(&below, &at_50_and_100, 30, INT64_MAX), false, false, false, false);
	assert_verdict(judge(&below, &at_50_and_100, 60, INT64_MAX), false, true, false, false);
}

static void
of_a_bounded_value_only_what_is_certain_is_said(void **state)
{
	(void)state;
	assert_verdict(judge(&above, &at_100_and_50, 0, 40), false, true, true, false);
	assert_verdict(judge(&above, &at_100_and_50, 0, 70), false, true, false, false);
	assert_verdict(judge(&above, &at_100_and_50, 0, 200), false, false, false, false);
	assert_verdict(judge(&above, &at_100_and_50, 120, INT64_MAX), true, false, false, true);
}

static void
of_an_unknown_value_or_limit_nothing_is_said(void **state)
{
	const struct alarm_limits unknown = {.known = false};

	(void)state;
	assert_verdict(alarm_verdict_of(&above, ALARM_UNKNOWN, &at_100_and_50), false, false, false,
		       false);
	assert_verdict(alarm_verdict_of(&is_2_or_4, ALARM_UNKNOWN, &unknown), false, false, false,
		       false);
	assert_verdict(judge(&above, &unknown, 5, 5), false, false, false, false);
}

static void
states_are_over_or_calm_and_nothing_between(void **state)
{
	(void)state;
	assert_verdict(judge(&is_2_or_4, &at_100_and_50, 4, 4), true, false, false, true);
	assert_verdict(judge(&is_2_or_4, &at_100_and_50, 3, 3), false, true, true, false);
	assert_verdict(judge(&is_2_or_4, &at_100_and_50, 34, 34), false, true, true, false);
}

static void
nothing_is_wrong_with_an_object_without_mail(void **state)
{
	struct alarm_value empty = ALARM_UNKNOWN;

	(void)state;
	empty.normal = true;
	assert_verdict(alarm_verdict_of(&is_2_or_4, empty, &at_100_and_50), false, true, true,
		       false);
	assert_verdict(alarm_verdict_of(&below, empty, &at_50_and_100), false, true, true, false);
}

/* Limits that follow a baseline can meet at their floor. */
static void
a_value_at_both_limits_is_over(void **state)
{
	const struct alarm_limits met = {true, 100, 100};

	(void)state;
	assert_verdict(judge(&above, &met, 100, 100), true, false, false, true);
	assert_verdict(judge(&above, &met, 99, 99), false, true, true, false);
}

static const struct alarm_verdict over = {.over = true, .not_calm = true};
static const struct alarm_verdict calm = {.not_over = true, .calm = true};
static const struct alarm_verdict unknown;

static void
hold_and_calm_are_waited_for_and_the_unknown_interrupts_neither(void **state)
{
	struct alarm_state s = ALARM_IDLE;

	(void)state;
	assert_int_equal(alarm_state_step(&s, over, &above, false, 0), ALARM_SAME);
	assert_int_equal(alarm_state_step(&s, unknown, &above, false, 5000), ALARM_SAME);
	assert_int_equal(alarm_state_step(&s, over, &above, false, 9999), ALARM_SAME);
	assert_int_equal(alarm_state_step(&s, over, &above, false, 10000), ALARM_RAISED);
	assert_int_equal(alarm_state_step(&s, calm, &above, false, 11000), ALARM_SAME);
	assert_int_equal(alarm_state_step(&s, unknown, &above, false, 32000), ALARM_SAME);
	assert_int_equal(alarm_state_step(&s, calm, &above, false, 32000), ALARM_CLEARED);
	assert_true(alarm_state_is_idle(&s));
}

static void
a_relapse_begins_hold_and_calm_anew(void **state)
{
	struct alarm_state s = ALARM_IDLE;

	(void)state;
	alarm_state_step(&s, over, &above, false, 0);
	alarm_state_step(&s, calm, &above, false, 5000);
	assert_true(alarm_state_is_idle(&s));
	alarm_state_step(&s, over, &above, false, 6000);
	assert_int_equal(alarm_state_step(&s, over, &above, false, 15999), ALARM_SAME);
	assert_int_equal(alarm_state_step(&s, over, &above, false, 16000), ALARM_RAISED);
	alarm_state_step(&s, calm, &above, false, 20000);
	alarm_state_step(&s, over, &above, false, 30000);
	alarm_state_step(&s, calm, &above, false, 31000);
	assert_int_equal(alarm_state_step(&s, calm, &above, false, 50999), ALARM_SAME);
	assert_int_equal(alarm_state_step(&s, calm, &above, false, 51000), ALARM_CLEARED);
}

static void
a_quiet_time_holds_back_once_and_what_still_lasts_is_raised_after_it(void **state)
{
	struct alarm_state s = ALARM_IDLE;

	(void)state;
	assert_int_equal(alarm_state_step(&s, over, &above, true, 0), ALARM_SAME);
	assert_int_equal(alarm_state_step(&s, over, &above, true, 10000), ALARM_HELD_BACK);
	assert_int_equal(alarm_state_step(&s, over, &above, true, 20000), ALARM_SAME);
	assert_int_equal(alarm_state_step(&s, over, &above, false, 30000), ALARM_RAISED);
	alarm_state_step(&s, calm, &above, true, 40000);
	assert_int_equal(alarm_state_step(&s, calm, &above, true, 60000), ALARM_CLEARED);
}

static void
a_total_has_grown_by_what_it_was_less_a_window_ago(void **state)
{
	struct alarm_growth growth = {0};
	struct alarm_value value;

	(void)state;
	for (int64_t second = 0; second <= 300; second++)
		value = alarm_growth_note(&growth, (uint64_t)second * 2, 60, second * 1000);
	assert_int_equal(value.least, value.most);
	/* Exact to a sixteenth of the window. */
	assert_in_range(value.least, 120, 128);
	for (int64_t second = 301; second <= 370; second++)
		value = alarm_growth_note(&growth, 600, 60, second * 1000);
	assert_int_equal(value.least, 0);
	assert_int_equal(value.most, 0);
}

static void
before_a_whole_window_was_watched_the_growth_is_known_from_below(void **state)
{
	struct alarm_growth growth = {0};
	struct alarm_value value;

	(void)state;
	value = alarm_growth_note(&growth, 1000, 60, 0);
	assert_int_equal(value.least, 0);
	assert_true(value.most == INT64_MAX);
	value = alarm_growth_note(&growth, 1007, 60, 30000);
	assert_int_equal(value.least, 7);
	assert_true(value.most == INT64_MAX);
	value = alarm_growth_note(&growth, 1009, 60, 60000);
	assert_int_equal(value.least, 9);
	assert_int_equal(value.most, 9);
}

static void
a_total_that_fell_has_a_new_history(void **state)
{
	struct alarm_growth growth = {0};
	struct alarm_value value;

	(void)state;
	alarm_growth_note(&growth, 1000, 60, 0);
	value = alarm_growth_note(&growth, 3, 60, 120000);
	assert_int_equal(value.least, 0);
	assert_true(value.most == INT64_MAX);
}

static void
a_total_seldom_looked_at_has_its_growth_all_the_same(void **state)
{
	struct alarm_growth growth = {0};
	struct alarm_value value;

	(void)state;
	alarm_growth_note(&growth, 10, 60, 0);
	value = alarm_growth_note(&growth, 15, 60, 3600000);
	assert_int_equal(value.least, 5);
	assert_int_equal(value.most, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_value_is_over_calm_or_between),
		cmocka_unit_test(below_is_the_mirror_of_above),
		cmocka_unit_test(of_a_bounded_value_only_what_is_certain_is_said),
		cmocka_unit_test(of_an_unknown_value_or_limit_nothing_is_said),
		cmocka_unit_test(states_are_over_or_calm_and_nothing_between),
		cmocka_unit_test(nothing_is_wrong_with_an_object_without_mail),
		cmocka_unit_test(a_value_at_both_limits_is_over),
		cmocka_unit_test(hold_and_calm_are_waited_for_and_the_unknown_interrupts_neither),
		cmocka_unit_test(a_relapse_begins_hold_and_calm_anew),
		cmocka_unit_test(
			a_quiet_time_holds_back_once_and_what_still_lasts_is_raised_after_it),
		cmocka_unit_test(a_total_has_grown_by_what_it_was_less_a_window_ago),
		cmocka_unit_test(before_a_whole_window_was_watched_the_growth_is_known_from_below),
		cmocka_unit_test(a_total_that_fell_has_a_new_history),
		cmocka_unit_test(a_total_seldom_looked_at_has_its_growth_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
