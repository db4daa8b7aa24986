/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_result.h"

#include <stdlib.h>
#include <string.h>

int
check_result_init(struct check_result *result)
{
	memset(result, 0, sizeof *result);
	result->line_file = open_memstream(&result->line, &result->line_size);
	result->more_file = open_memstream(&result->more, &result->more_size);
	result->perfdata_file = open_memstream(&result->perfdata, &result->perfdata_size);
	return result->line_file == NULL || result->more_file == NULL ||
			       result->perfdata_file == NULL
		       ? -1
		       : 0;
}

void
check_result_free(struct check_result *result)
{
	FILE *files[] = {result->line_file, result->more_file, result->perfdata_file};

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (files[i] != NULL)
			fclose(files[i]);
	free(result->line);
	free(result->more);
	free(result->perfdata);
	memset(result, 0, sizeof *result);
}

const char *
check_status_word(enum check_status status)
{
	static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

	return words[status];
}

enum check_status
check_status_worse(enum check_status a, enum check_status b)
{
	/* What is known to be bad must not hide behind what is not known. */
	static const int gravity[] = {0, 2, 3, 1};

	return gravity[a] >= gravity[b] ? a : b;
}

/* '=' may not stand in a label, and a quote in it is doubled. */
static void
write_label(FILE *out, const char *label)
{
	fputc('\'', out);
	for (; *label != '\0'; label++) {
		if (*label == '\'')
			fputc('\'', out);
		fputc(*label == '=' ? '_' : *label, out);
	}
	fputc('\'', out);
}

void
check_result_perfdata(struct check_result *result, const char *label,
		      const struct check_options *options, const struct check_unit *unit,
		      int64_t value)
{
	char number[CHECK_NUMBER_SIZE], warning[CHECK_RANGE_SIZE], critical[CHECK_RANGE_SIZE];
	const char *uom = check_unit_uom(unit);
	FILE *out = result->perfdata_file;

	check_unit_write(unit, value, number);
	check_range_write(&options->warning, unit, warning);
	check_range_write(&options->critical, unit, critical);
	fflush(out);
	if (result->perfdata_size > 0)
		fputc(' ', out);
	write_label(out, label);
	fprintf(out, "=%s%s;%s;%s;0%s", number, uom, warning, critical,
		strcmp(uom, "%") == 0 ? ";100" : "");
}

int
check_result_print(struct check_result *result, FILE *out)
{
	fflush(result->line_file);
	fflush(result->more_file);
	fflush(result->perfdata_file);
	/* Performance data goes behind the first line, where every reader looks for it. */
	fprintf(out, "PMTA %s - %s", check_status_word(result->status), result->line);
	if (result->perfdata_size > 0)
		fprintf(out, " | %s", result->perfdata);
	fprintf(out, "\n%s", result->more);
	return fflush(out) == 0 ? (int)result->status : (int)CHECK_UNKNOWN;
}
