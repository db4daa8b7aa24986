/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_list.h"

#include <string.h>

static const char *
label_name(const struct check_table *table, uint32_t number)
{
	const struct check_column *column = check_mib_number(table, number);

	return column == NULL ? "" : column->name;
}

void
check_list_tables(FILE *out)
{
	fprintf(out, "%-24s %-28s %s\n", "TABLE (-T)", "--server", "--name");
	for (size_t i = 0; i < check_table_count; i++) {
		const struct check_table *table = &check_tables[i];

		fprintf(out, "%-24s %-28s %s%s%s%s\n", table->name,
			table->index_len == 0 ? "(no rows: single values)"
					      : label_name(table, table->server),
			label_name(table, table->labels[0]), table->labels[1] == 0 ? "" : "/",
			label_name(table, table->labels[1]), table->windows ? " (--window)" : "");
	}
}

static void
list_column(const struct check_column *column, FILE *out)
{
	const struct check_unit *unit = check_unit_of(column->unit);

	if (column->kind == CHECK_ENUM) {
		fprintf(out, "%-34s", column->name);
		for (size_t i = 0; i < column->value_count; i++)
			if (column->values[i][0] != '\0')
				fprintf(out, "%s%s", i > 0 ? ", " : " ", column->values[i]);
		fputc('\n', out);
	} else if (column->kind == CHECK_GAUGE) {
		fprintf(out, "%-34s %s; limits may have %s\n", column->name,
			column->unit[0] == '\0' ? "number" : column->unit,
			check_unit_suffixes(unit));
	} else if (column->kind == CHECK_TEXT) {
		fprintf(out, "%-34s text, for --show only\n", column->name);
	}
}

void
check_list_columns(const struct check_table *table, FILE *out)
{
	/* Totals and times cannot be judged: left out. */
	for (size_t i = 0; i < table->column_count; i++)
		list_column(&table->columns[i], out);
}

size_t
check_list_rows(const struct check_options *options, const struct check_plan *plan,
		const struct check_row *rows, size_t count, FILE *out)
{
	char label[CHECK_LABEL_SIZE];
	size_t listed = 0;

	for (size_t i = 0; i < count; i++) {
		if (!check_row_is_chosen(options, plan, &rows[i]))
			continue;
		check_row_label(plan, &rows[i], label);
		for (size_t n = 0; n < rows[i].index_len; n++)
			fprintf(out, "%s%u", n > 0 ? "." : "", rows[i].index[n]);
		fprintf(out, "\t%s\n", label);
		listed++;
	}
	return listed;
}
