/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_judge.h"

#include <stdlib.h>
#include <string.h>

#include "check_result.h"

size_t
check_plan_add(struct check_plan *plan, const struct check_column *column)
{
	if (column == NULL)
		return CHECK_NO_COLUMN;
	for (size_t i = 0; i < plan->count; i++)
		if (plan->columns[i] == column)
			return i;
	plan->columns[plan->count] = column;
	return plan->count++;
}

void
check_plan_make(const struct check_table *table, const struct check_column *value,
		const struct check_options *options, struct check_plan *out)
{
	memset(out, 0, sizeof *out);
	out->server = check_plan_add(out, check_mib_number(table, table->server));
	for (size_t i = 0; i < 2; i++)
		out->labels[i] = check_plan_add(out, check_mib_number(table, table->labels[i]));
	out->value = check_plan_add(out, value);
	for (size_t i = 0; i < options->where_count; i++)
		out->where[i] = check_plan_add(out, options->where[i].column);
}

/* The text of a label column, NULL if the row has none. */
static const char *
label_text(const struct check_row *row, size_t place)
{
	if (place == CHECK_NO_COLUMN || row->cell[place] == NULL)
		return NULL;
	return row->cell[place]->text;
}

/* The names of a row without its server's, "/" between; "" if it has none. */
static void
write_name(const struct check_plan *plan, const struct check_row *row, char out[CHECK_LABEL_SIZE])
{
	const char *first = label_text(row, plan->labels[0]);
	const char *second = label_text(row, plan->labels[1]);

	snprintf(out, CHECK_LABEL_SIZE, "%s%s%s", first == NULL ? "" : first,
		 second == NULL ? "" : "/", second == NULL ? "" : second);
}

void
check_row_label(const struct check_plan *plan, const struct check_row *row,
		char out[CHECK_LABEL_SIZE])
{
	const char *server = label_text(row, plan->server);
	char name[CHECK_LABEL_SIZE];
	size_t used = 0;

	write_name(plan, row, name);
	/* A server's own row is called by it once. */
	if (server != NULL && (name[0] == '\0' || plan->server == plan->labels[0]))
		snprintf(out, CHECK_LABEL_SIZE, "%s", server);
	else if (server != NULL)
		snprintf(out, CHECK_LABEL_SIZE, "%.*s/%.*s", CHECK_TEXT_MAX, server,
			 2 * CHECK_TEXT_MAX + 1, name);
	else if (name[0] != '\0')
		memcpy(out, name, sizeof name);
	else
		for (size_t i = 0; i < row->index_len; i++)
			used += (size_t)snprintf(out + used, CHECK_LABEL_SIZE - used, "%s%u",
						 i > 0 ? "." : "", row->index[i]);
}

bool
check_row_is_chosen(const struct check_options *options, const struct check_plan *plan,
		    const struct check_row *row)
{
	const char *server = label_text(row, plan->server);
	char name[CHECK_LABEL_SIZE];

	if (options->has_server &&
	    (server == NULL || regexec(&options->server, server, 0, NULL, 0) != 0))
		return false;
	write_name(plan, row, name);
	return !options->has_name || regexec(&options->name, name, 0, NULL, 0) == 0;
}

enum check_status
check_value_status(const struct check_options *options, int64_t value)
{
	if (check_range_hit(&options->critical, value))
		return CHECK_CRITICAL;
	return check_range_hit(&options->warning, value) ? CHECK_WARNING : CHECK_OK;
}

/* True if every --where has a value, and one that it asks for. */
static bool
fulfils(const struct check_options *options, const struct check_plan *plan,
	const struct check_row *row)
{
	for (size_t i = 0; i < options->where_count; i++) {
		const struct check_cell *cell = row->cell[plan->where[i]];
		const struct check_range *range = &options->where[i].range;

		/* A range says what is bad, names say what is meant. */
		if (cell == NULL || check_range_hit(range, cell->number) != range->by_name)
			return false;
	}
	return true;
}

static int
compare_findings(const void *left, const void *right)
{
	const struct check_finding *a = left, *b = right;

	if (a->status != b->status)
		return a->status > b->status ? -1 : 1;
	if (a->badness != b->badness)
		return a->badness > b->badness ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static void
judge_row(const struct check_options *options, const struct check_plan *plan,
	  const struct check_row *row, bool lower, struct check_judgement *out)
{
	const struct check_cell *cell = row->cell[plan->value];
	struct check_finding *finding = &out->findings[out->count];

	out->rows++;
	if (!check_row_is_chosen(options, plan, row))
		return;
	out->chosen++;
	if (!fulfils(options, plan, row)) {
		out->outside++;
		return;
	}
	if (cell == NULL) {
		out->unknown++;
		return;
	}
	finding->row = row;
	finding->value = cell->number;
	finding->badness = lower ? -cell->number : cell->number;
	/* Of a sum or a number, no row by itself is good or bad. */
	if (options->mode == CHECK_WORST)
		finding->status = check_value_status(options, cell->number);
	out->bad += finding->status != CHECK_OK;
	out->sum += cell->number;
	out->count++;
}

int
check_judge(const struct check_options *options, const struct check_plan *plan,
	    const struct check_row *rows, size_t count, struct check_judgement *out)
{
	bool lower = options->alarms || check_range_is_lower(&options->critical) ||
		     check_range_is_lower(&options->warning);

	memset(out, 0, sizeof *out);
	out->findings = calloc(count + 1, sizeof *out->findings);
	if (out->findings == NULL)
		return -1;
	for (size_t i = 0; i < count; i++)
		judge_row(options, plan, &rows[i], lower, out);
	if (out->count > 0)
		qsort(out->findings, out->count, sizeof *out->findings, compare_findings);
	return 0;
}
