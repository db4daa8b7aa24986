/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_mib.h"

#include <string.h>
#include <strings.h>

#define SUGGESTIONS 5

const struct check_table *
check_mib_table(const char *name)
{
	for (size_t i = 0; i < check_table_count; i++)
		if (strcmp(check_tables[i].name, name) == 0)
			return &check_tables[i];
	return NULL;
}

const struct check_column *
check_mib_number(const struct check_table *table, uint32_t number)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].number == number)
			return &table->columns[i];
	return NULL;
}

static const struct check_column *
find_in(const struct check_table *table, const char *name, bool with_prefix)
{
	size_t skip = with_prefix ? 0 : strlen(table->prefix);

	for (size_t i = 0; i < table->column_count; i++) {
		const char *full = table->columns[i].name;

		if (strncmp(full, table->prefix, skip) == 0 && strcmp(full + skip, name) == 0)
			return &table->columns[i];
	}
	return NULL;
}

int
check_mib_find(const struct check_table *table, const char *name, struct check_place *out)
{
	if (table != NULL) {
		out->table = table;
		out->column = find_in(table, name, true);
		if (out->column == NULL)
			out->column = find_in(table, name, false);
		return out->column == NULL ? -1 : 0;
	}
	for (size_t i = 0; i < check_table_count; i++) {
		out->table = &check_tables[i];
		out->column = find_in(out->table, name, true);
		if (out->column != NULL)
			return 0;
	}
	return -1;
}

const struct check_column *
check_mib_window_of(const struct check_place *counter)
{
	const char *what = counter->column->name + strlen(counter->table->prefix);
	const char *index = counter->table->index;

	/* The windows of a row are under its own index and one number more. */
	for (size_t i = 0; i < check_table_count; i++) {
		const struct check_table *table = &check_tables[i];

		if (table->windows && table->index_len == counter->table->index_len + 1 &&
		    strncmp(table->index, index, strlen(index)) == 0 &&
		    find_in(table, what, false) != NULL)
			return find_in(table, what, false);
	}
	return NULL;
}

bool
check_mib_leads_to(const struct check_table *from, const struct check_table *to)
{
	size_t len = strlen(to->index);

	return len > 0 && strncmp(from->index, to->index, len) == 0 &&
	       (from->index[len] == '\0' || from->index[len] == ' ');
}

uint32_t
check_mib_value(const struct check_column *column, const char *name, size_t len)
{
	for (uint32_t i = 0; len > 0 && i < column->value_count; i++)
		if (strlen(column->values[i]) == len && memcmp(column->values[i], name, len) == 0)
			return i + 1;
	return 0;
}

const char *
check_mib_value_name(const struct check_column *column, int64_t value)
{
	if (value < 1 || (uint64_t)value > column->value_count)
		return NULL;
	return column->values[value - 1][0] == '\0' ? NULL : column->values[value - 1];
}

void
check_mib_suggest(const char *name, char *out, size_t size)
{
	size_t used = 0, found = 0;

	out[0] = '\0';
	for (size_t t = 0; t < check_table_count; t++)
		for (size_t c = 0; c < check_tables[t].column_count; c++) {
			const char *like = check_tables[t].columns[c].name;

			if (strcasestr(like, name) == NULL || found == SUGGESTIONS ||
			    used + strlen(like) + 3 > size)
				continue;
			used += (size_t)snprintf(out + used, size - used, "%s%s",
						 found > 0 ? ", " : "", like);
			found++;
		}
}
