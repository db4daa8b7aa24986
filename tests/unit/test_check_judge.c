/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "check_report.h"
#include "check_rows.h"

/* A check of providerWindowDeferralShare and what it reads: two servers with three providers each.
 */
struct scene {
	struct check_options options;
	struct check_plan plan;
	struct check_rows *rows;
	struct check_judgement judgement;
	struct check_result result;
	char *printed;
};

static struct scene scene;

/* Understands a command line as the plugin does; -H and -o are put before it. */
static void
given(const char *column, ...)
{
	char *argv[32] = {(char *)"check_pmta_snmp", (char *)"-H", (char *)"x", (char *)"-o",
			  (char *)(uintptr_t)column};
	int argc = 5;
	va_list list;

	va_start(list, column);
	while (argc < 31 && (argv[argc] = va_arg(list, char *)) != NULL)
		argc++;
	va_end(list);
	assert_int_equal(check_options_parse(argc, argv, &scene.options, stderr), CHECK_COLUMN);
	check_plan_make(scene.options.value.table, scene.options.value.column, &scene.options,
			&scene.plan);
	scene.rows = check_rows_new();
}

static void
number(uint32_t server, uint32_t row, size_t place, int64_t value)
{
	uint32_t index[] = {server, row, 600};

	assert_int_equal(check_rows_add_number(scene.rows, index, 3, place, value), 0);
}

static void
text(uint32_t server, uint32_t row, size_t place, const char *value)
{
	uint32_t index[] = {server, row, 600};

	assert_int_equal(check_rows_add_text(scene.rows, index, 3, place, value, strlen(value)), 0);
}

/* One provider; a value of -1 stands for none. */
static void
provider(uint32_t server, uint32_t row, const char *name, int64_t value, int64_t attempts)
{
	text(server, row, scene.plan.labels[0], name);
	if (value >= 0)
		number(server, row, scene.plan.value, value);
	if (scene.options.where_count > 0 && attempts >= 0)
		number(server, row, scene.plan.where[0], attempts);
	/* The cells come in any order. */
	text(server, row, scene.plan.server, server == 1 ? "mta1" : "mta2");
}

static void
some_providers(void)
{
	provider(2, 1, "gmail", 500, 100);
	provider(1, 3, "yahoo", 3000, 50);
	provider(1, 1, "gmail", 1200, 1000);
	provider(2, 2, "it's =|new", 1501, 200);
	provider(1, 2, "aol", -1, 10);
}

static void
show_nothing(void *context, const struct check_row *row, FILE *out)
{
	(void)context;
	(void)row;
	(void)out;
}

/* Judges and prints; returns the status. */
static int
judged(void)
{
	const struct check_row *rows;
	size_t count, size;
	FILE *out = open_memstream(&scene.printed, &size);
	int status;

	assert_int_equal(check_rows_make(scene.rows, &rows, &count), 0);
	assert_int_equal(check_judge(&scene.options, &scene.plan, rows, count, &scene.judgement),
			 0);
	assert_int_equal(check_result_init(&scene.result), 0);
	check_report(&scene.options, &scene.plan, &scene.judgement, show_nothing, NULL,
		     &scene.result);
	status = check_result_print(&scene.result, out);
	fclose(out);
	return status;
}

static int
end(void **state)
{
	(void)state;
	free(scene.printed);
	free(scene.judgement.findings);
	check_result_free(&scene.result);
	check_rows_free(scene.rows);
	check_options_free(&scene.options);
	memset(&scene, 0, sizeof scene);
	return 0;
}

static void
the_worst_row_comes_first_and_every_value_is_performance_data(void **state)
{
	(void)state;
	given("providerWindowDeferralShare", "-w", "15%", "-c", "25%", NULL);
	some_providers();
	assert_int_equal(judged(), CHECK_CRITICAL);
	assert_string_equal(
		scene.printed,
		"PMTA CRITICAL - mta1/yahoo: providerWindowDeferralShare 30.00% in 600 s "
		"(critical: 25%); 2 of 4 rows are bad; 1 without a value | "
		"'mta1/yahoo'=30.00%;15.00;25.00;0;100 'mta2/it''s _/new'=15.01%;15.00;25.00;0;100 "
		"'mta1/gmail'=12.00%;15.00;25.00;0;100 'mta2/gmail'=5.00%;15.00;25.00;0;100\n"
		"CRITICAL mta1/yahoo 30.00%\n"
		"WARNING mta2/it's =/new 15.01%\n");
}

static void
rows_within_their_limits_are_one_line(void **state)
{
	(void)state;
	given("providerWindowDeferralShare", "-c", "50%", "--max-perfdata", "1", NULL);
	some_providers();
	assert_int_equal(judged(), CHECK_OK);
	assert_string_equal(
		scene.printed,
		"PMTA OK - providerWindowDeferralShare: 4 rows, worst mta1/yahoo 30.00% "
		"in 600 s; 1 without a value | 'mta1/yahoo'=30.00%;;50.00;0;100\n");
}

static void
names_and_servers_choose(void **state)
{
	(void)state;
	given("providerWindowDeferralShare", "--name", "^gmail$", "--server", "2$", NULL);
	some_providers();
	assert_int_equal(judged(), CHECK_OK);
	assert_int_equal(scene.judgement.rows, 5);
	assert_int_equal(scene.judgement.chosen, 1);
	assert_int_equal(scene.judgement.sum, 500);
}

static void
a_condition_leaves_out_rows_and_such_without_its_value(void **state)
{
	(void)state;
	given("providerWindowDeferralShare", "-c", "10%", "--where", "Attempts=100:", NULL);
	some_providers();
	provider(2, 3, "apple", 9000, -1);
	assert_int_equal(judged(), CHECK_CRITICAL);
	assert_int_equal(scene.judgement.count, 3);
	assert_int_equal(scene.judgement.outside, 3);
	assert_non_null(
		strstr(scene.printed, "mta2/it's =/new: providerWindowDeferralShare 15.01%"));
}

static void
no_row_as_a_condition_asks_is_good(void **state)
{
	(void)state;
	given("providerWindowDeferralShare", "-c", "10%", "--where", "Attempts=1M:", NULL);
	some_providers();
	assert_int_equal(judged(), CHECK_OK);
	assert_string_equal(scene.printed,
			    "PMTA OK - providerWindowDeferralShare: none of 5 rows is as "
			    "--where asks\n");
}

static void
no_row_and_no_value_are_unknown_unless_told_otherwise(void **state)
{
	(void)state;
	given("providerWindowDeferralShare", NULL);
	assert_int_equal(judged(), CHECK_UNKNOWN);
	assert_string_equal(scene.printed,
			    "PMTA UNKNOWN - providerWindowTable has no row of this window\n");
	end(NULL);
	given("providerWindowDeferralShare", "--name", "^aol$", NULL);
	some_providers();
	assert_int_equal(judged(), CHECK_UNKNOWN);
	assert_string_equal(scene.printed,
			    "PMTA UNKNOWN - providerWindowDeferralShare has no value now "
			    "in 1 row that is meant\n");
	end(NULL);
	given("providerWindowDeferralShare", "--name", "^web$", "--absent", "critical", NULL);
	some_providers();
	assert_int_equal(judged(), CHECK_CRITICAL);
	assert_non_null(strstr(scene.printed, "none of the 5 rows of providerWindowTable"));
}

static void
sum_and_count_are_judged_as_one_value(void **state)
{
	(void)state;
	given("providerWindowDeferred", "--mode", "sum", "-c", "6200", NULL);
	some_providers();
	assert_int_equal(judged(), CHECK_CRITICAL);
	assert_string_equal(
		scene.printed,
		"PMTA CRITICAL - providerWindowDeferred: sum 6201 attempts of 4 rows in 600 "
		"s (critical: 6200); 1 without a value | "
		"'providerWindowDeferred'=6201;;6200;0\n");
	end(NULL);
	given("providerWindowDeferred", "--mode", "count", "-w", "3", NULL);
	some_providers();
	assert_int_equal(judged(), CHECK_WARNING);
	assert_non_null(strstr(scene.printed, "providerWindowDeferred: 4 of 5 rows in 600 s"));
	assert_non_null(strstr(scene.printed, "'providerWindowDeferred'=4;3;;0\n"));
}

static void
a_bound_below_makes_the_smallest_the_worst(void **state)
{
	(void)state;
	given("providerWindowDelivered", "-w", "2k:", "-c", "400:", NULL);
	some_providers();
	assert_int_equal(judged(), CHECK_WARNING);
	assert_int_equal(scene.judgement.findings[0].value, 500);
	assert_int_equal(scene.judgement.bad, 3);
}

static void
more_bad_rows_than_lines_are_counted(void **state)
{
	(void)state;
	given("providerWindowDelivered", "-c", "0", "--max-lines", "1", "--max-perfdata", "0",
	      NULL);
	some_providers();
	assert_int_equal(judged(), CHECK_CRITICAL);
	assert_string_equal(
		scene.printed,
		"PMTA CRITICAL - mta1/yahoo: providerWindowDelivered 3000 recipients in 600 "
		"s (critical: 0); 4 of 4 rows are bad; 1 without a value\n"
		"CRITICAL mta1/yahoo 3000 recipients\nand 3 more\n");
}

static void
a_text_from_outside_stays_on_its_line_and_out_of_the_performance_data(void **state)
{
	char hostile[] = "a|b\nc\x1b[31m\x7f\t";

	(void)state;
	check_text_clean(hostile);
	assert_string_equal(hostile, "a/b c [31m  ");
}

static void
long_texts_are_cut_and_labels_hold_them(void **state)
{
	char name[1000], label[CHECK_LABEL_SIZE];
	const struct check_row *rows;
	size_t count;

	(void)state;
	given("providerWindowDelivered", NULL);
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	provider(1, 1, name, 1, 1);
	assert_int_equal(check_rows_make(scene.rows, &rows, &count), 0);
	check_row_label(&scene.plan, &rows[0], label);
	assert_int_equal(strlen(label), strlen("mta1/") + CHECK_TEXT_MAX);
}

static void
an_index_too_long_and_cells_too_many_are_refused(void **state)
{
	uint32_t index[CHECK_INDEX_MAX + 1] = {0};
	struct check_rows *rows = check_rows_new();

	(void)state;
	assert_int_equal(check_rows_add_number(rows, index, CHECK_INDEX_MAX + 1, 0, 1), -1);
	for (uint32_t i = 0; i < CHECK_CELLS_MAX; i++) {
		index[0] = i;
		if (check_rows_add_number(rows, index, 1, 0, 1) != 0)
			fail_msg("cell %u was refused", i);
	}
	assert_int_equal(check_rows_add_number(rows, index, 1, 1, 1), -1);
	assert_int_equal(check_rows_cell_count(rows), CHECK_CELLS_MAX);
	check_rows_free(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			the_worst_row_comes_first_and_every_value_is_performance_data, end),
		cmocka_unit_test_teardown(rows_within_their_limits_are_one_line, end),
		cmocka_unit_test_teardown(names_and_servers_choose, end),
		cmocka_unit_test_teardown(a_condition_leaves_out_rows_and_such_without_its_value,
					  end),
		cmocka_unit_test_teardown(no_row_as_a_condition_asks_is_good, end),
		cmocka_unit_test_teardown(no_row_and_no_value_are_unknown_unless_told_otherwise,
					  end),
		cmocka_unit_test_teardown(sum_and_count_are_judged_as_one_value, end),
		cmocka_unit_test_teardown(a_bound_below_makes_the_smallest_the_worst, end),
		cmocka_unit_test_teardown(more_bad_rows_than_lines_are_counted, end),
		cmocka_unit_test(
			a_text_from_outside_stays_on_its_line_and_out_of_the_performance_data),
		cmocka_unit_test_teardown(long_texts_are_cut_and_labels_hold_them, end),
		cmocka_unit_test(an_index_too_long_and_cells_too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
