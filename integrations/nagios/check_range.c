/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_range.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* One name in each bit. */
#define NAMES_MAX 63

/* Reads "name,name" or "!name,name". */
static int
parse_names(const char *text, const struct check_column *column, struct check_range *out)
{
	bool all_others = *text == '!';

	text += all_others ? 1 : 0;
	for (;;) {
		size_t len = strcspn(text, ",");
		uint32_t value = check_mib_value(column, text, len);

		if (value == 0 || value > NAMES_MAX)
			return -1;
		out->names |= UINT64_C(1) << value;
		if (text[len] == '\0')
			break;
		text += len + 1;
	}
	if (all_others)
		out->names = ~out->names;
	out->by_name = true;
	return 0;
}

/* Reads "[@][start:][end]"; start may be "~", and without it is 0. */
static int
parse_numbers(const char *text, const struct check_unit *unit, struct check_range *out)
{
	out->low = 0;
	out->high = INT64_MAX;
	if (*text == '@') {
		out->inside = true;
		text++;
	}
	if (strncmp(text, "~:", 2) == 0) {
		out->low = INT64_MIN;
		text += 2;
		return check_unit_read(unit, &text, &out->high) == 0 && *text == '\0' ? 0 : -1;
	}
	if (check_unit_read(unit, &text, &out->high) != 0)
		return -1;
	if (*text == ':') {
		text++;
		out->low = out->high;
		out->high = INT64_MAX;
		if (*text != '\0' && check_unit_read(unit, &text, &out->high) != 0)
			return -1;
	}
	return *text == '\0' && out->low <= out->high ? 0 : -1;
}

/* Says which names there are. */
static void
complain_of_name(const struct check_column *column, char *error, size_t size)
{
	size_t used = (size_t)snprintf(error, size, "expected some of");

	for (size_t i = 0; i < column->value_count && used < size; i++)
		if (column->values[i][0] != '\0')
			used += (size_t)snprintf(error + used, size - used, "%s %s",
						 i > 0 ? "," : "", column->values[i]);
	if (used < size)
		snprintf(error + used, size - used,
			 " with commas between, \"!\" before them for all "
			 "others; or a range of numbers");
}

int
check_range_parse(const char *text, const struct check_column *column, struct check_range *out,
		  char *error, size_t size)
{
	const struct check_unit *unit = check_unit_of(column->unit);

	memset(out, 0, sizeof *out);
	out->given = true;
	out->text = text;
	if (column->kind == CHECK_ENUM && (isalpha((unsigned char)*text) || *text == '!')) {
		if (parse_names(text, column, out) == 0)
			return 0;
		complain_of_name(column, error, size);
		return -1;
	}
	if (parse_numbers(text, unit, out) == 0)
		return 0;
	snprintf(error, size,
		 "expected a range such as 10, 10:, ~:10, 10:20 or @10:20 of %s, with %s behind a "
		 "number if you like",
		 column->unit[0] == '\0' ? "numbers" : column->unit, check_unit_suffixes(unit));
	return -1;
}

bool
check_range_hit(const struct check_range *range, int64_t value)
{
	if (!range->given)
		return false;
	if (range->by_name)
		return value >= 0 && value <= NAMES_MAX && (range->names >> value & 1) != 0;
	return (value >= range->low && value <= range->high) == range->inside;
}

bool
check_range_is_lower(const struct check_range *range)
{
	return range->given && !range->by_name && !range->inside && range->high == INT64_MAX;
}

void
check_range_write(const struct check_range *range, const struct check_unit *unit,
		  char out[CHECK_RANGE_SIZE])
{
	char low[CHECK_NUMBER_SIZE] = "~", high[CHECK_NUMBER_SIZE] = "";

	out[0] = '\0';
	if (!range->given || range->by_name)
		return;
	if (range->low != INT64_MIN)
		check_unit_write(unit, range->low, low);
	if (range->high != INT64_MAX)
		check_unit_write(unit, range->high, high);
	/* 0 is what a missing start means, and what most readers of performance data expect. */
	if (range->low == 0 && range->high != INT64_MAX)
		snprintf(out, CHECK_RANGE_SIZE, "%s%s", range->inside ? "@" : "", high);
	else
		snprintf(out, CHECK_RANGE_SIZE, "%s%s:%s", range->inside ? "@" : "", low, high);
}
