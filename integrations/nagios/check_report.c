/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_report.h"

#include <inttypes.h>
#include <string.h>

void
check_value_print(const struct check_column *column, int64_t value, FILE *out)
{
	const struct check_unit *unit = check_unit_of(column->unit);
	const char *name = check_mib_value_name(column, value);
	char number[CHECK_NUMBER_SIZE];

	if (column->kind == CHECK_ENUM && name != NULL) {
		fputs(name, out);
		return;
	}
	check_unit_write(unit, value, number);
	if (check_unit_uom(unit)[0] != '\0')
		fprintf(out, "%s%s", number, check_unit_uom(unit));
	else
		fprintf(out, "%s%s%s", number, column->unit[0] == '\0' ? "" : " ", column->unit);
}

/* " (critical: 30%)" of a value that is not good. */
static void
print_limit(const struct check_options *options, enum check_status status, FILE *out)
{
	if (status == CHECK_CRITICAL)
		fprintf(out, " (critical: %s)", options->critical.text);
	else if (status == CHECK_WARNING)
		fprintf(out, " (warning: %s)", options->warning.text);
}

static void
print_window(const struct check_options *options, FILE *out)
{
	if (options->value.table->windows)
		fprintf(out, " in %" PRIu32 " s", options->window);
}

/* Why there is nothing to judge. */
static void
report_absent(const struct check_options *options, const struct check_judgement *judgement,
	      struct check_result *result)
{
	const char *table = options->value.table->name, *column = options->value.column->name;
	FILE *out = result->line_file;

	result->status = options->absent;
	if (options->alarms) {
		fprintf(out, "no active alarm%s", judgement->rows > 0 ? " of what is named" : "");
		return;
	}
	if (judgement->unknown > 0)
		fprintf(out, "%s has no value now in %zu row%s that %s meant", column,
			judgement->unknown, judgement->unknown == 1 ? "" : "s",
			judgement->unknown == 1 ? "is" : "are");
	else if (judgement->rows > 0)
		fprintf(out, "none of the %zu rows of %s is one of those named", judgement->rows,
			table);
	else
		fprintf(out, "%s has no row%s", table,
			options->value.table->windows ? " of this window" : "");
}

/* The line of each row by itself. */
static void
report_worst(const struct check_options *options, const struct check_plan *plan,
	     const struct check_judgement *judgement, struct check_result *result)
{
	const struct check_finding *worst = &judgement->findings[0];
	const struct check_column *column = options->value.column;
	FILE *out = result->line_file;
	char label[CHECK_LABEL_SIZE];

	if (judgement->count == 0) {
		fprintf(out, "%s: none of %zu rows is as --where asks", column->name,
			judgement->chosen);
		return;
	}
	result->status = worst->status;
	check_row_label(plan, worst->row, label);
	if (judgement->bad == 0 && judgement->count > 1)
		fprintf(out, "%s: %zu rows, worst %s ", column->name, judgement->count, label);
	else if (options->value.table->index_len == 0)
		fprintf(out, "%s ", column->name);
	else
		fprintf(out, "%s: %s ", label, column->name);
	check_value_print(column, worst->value, out);
	print_window(options, out);
	print_limit(options, worst->status, out);
	if (judgement->bad > 1)
		fprintf(out, "; %zu of %zu rows are bad", judgement->bad, judgement->count);
}

/* The line of a sum or a number of rows. */
static void
report_total(const struct check_options *options, const struct check_judgement *judgement,
	     struct check_result *result)
{
	const struct check_column *column = options->value.column;
	bool is_sum = options->mode == CHECK_SUM;
	int64_t value = is_sum ? judgement->sum : (int64_t)judgement->count;
	const struct check_unit *unit = check_unit_of(is_sum ? column->unit : "rows");
	FILE *out = result->line_file;

	result->status = check_value_status(options, value);
	fprintf(out, "%s: ", column->name);
	if (is_sum) {
		fputs("sum ", out);
		check_value_print(column, value, out);
		fprintf(out, " of %zu rows", judgement->count);
	} else {
		fprintf(out, "%zu of %zu rows", judgement->count, judgement->chosen);
	}
	print_window(options, out);
	print_limit(options, result->status, out);
	check_result_perfdata(result, column->name, options, unit, value);
}

/* A line for each bad row; with --show and no bad one, for the worst, or for all that were counted.
 */
static void
report_lines(const struct check_options *options, const struct check_plan *plan,
	     const struct check_judgement *judgement, check_show *show, void *context,
	     struct check_result *result)
{
	size_t lines = judgement->bad;
	char label[CHECK_LABEL_SIZE];

	if (options->mode != CHECK_WORST)
		lines = options->show_count > 0 ? judgement->count : 0;
	else if (lines == 0 && options->show_count > 0 && judgement->count > 0)
		lines = 1;
	for (size_t i = 0; i < lines && i < options->max_lines; i++) {
		const struct check_finding *finding = &judgement->findings[i];

		check_row_label(plan, finding->row, label);
		/* Of a sum or a number, no row by itself is good or bad. */
		if (options->mode == CHECK_WORST)
			fprintf(result->more_file, "%s ", check_status_word(finding->status));
		fprintf(result->more_file, "%s ", label);
		check_value_print(options->value.column, finding->value, result->more_file);
		show(context, finding->row, result->more_file);
		fputc('\n', result->more_file);
	}
	if (lines > options->max_lines && options->max_lines > 0)
		fprintf(result->more_file, "and %zu more\n", lines - options->max_lines);
}

static void
report_perfdata(const struct check_options *options, const struct check_plan *plan,
		const struct check_judgement *judgement, struct check_result *result)
{
	const struct check_unit *unit = check_unit_of(options->value.column->unit);
	char label[CHECK_LABEL_SIZE];

	for (size_t i = 0; i < judgement->count && i < options->max_perfdata; i++) {
		const struct check_finding *finding = &judgement->findings[i];

		if (options->value.table->index_len == 0)
			snprintf(label, sizeof label, "%s", options->value.column->name);
		else
			check_row_label(plan, finding->row, label);
		check_result_perfdata(result, label, options, unit, finding->value);
	}
}

void
check_report(const struct check_options *options, const struct check_plan *plan,
	     const struct check_judgement *judgement, check_show *show, void *context,
	     struct check_result *result)
{
	/* That no row is as --where asks is an answer; that none has a value is none. */
	bool answered = judgement->count > 0 || (judgement->chosen > 0 && judgement->unknown == 0);

	if (!answered) {
		report_absent(options, judgement, result);
		return;
	}
	if (options->alarms) {
		/* Several alarms may be about one object: their number is what can be drawn. */
		report_worst(options, plan, judgement, result);
		check_result_perfdata(result, "alarms", options, check_unit_of("alarms"),
				      (int64_t)judgement->count);
	} else if (options->mode == CHECK_WORST) {
		report_worst(options, plan, judgement, result);
		report_perfdata(options, plan, judgement, result);
	} else {
		report_total(options, judgement, result);
	}
	if (judgement->unknown > 0)
		fprintf(result->line_file, "; %zu without a value", judgement->unknown);
	report_lines(options, plan, judgement, show, context, result);
}
