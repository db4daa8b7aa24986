/* SPDX-License-Identifier: BSD-2-Clause */
/* Values and names of metrics as a person reads them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "metric.h"

/* A number of hundredths, without zeros that tell nothing. */
static void
format_hundredths(int64_t number, const char *unit, char *buf, size_t size)
{
	const char *sign = number < 0 ? "-" : "";
	const uint64_t all = number < 0 ? -(uint64_t)number : (uint64_t)number;
	const unsigned rest = (unsigned)(all % 100);

	if (rest == 0)
		snprintf(buf, size, "%s%" PRIu64 " %s", sign, all / 100, unit);
	else if (rest % 10 == 0)
		snprintf(buf, size, "%s%" PRIu64 ".%u %s", sign, all / 100, rest / 10, unit);
	else
		snprintf(buf, size, "%s%" PRIu64 ".%02u %s", sign, all / 100, rest, unit);
}

const char *
metric_format_seconds(int64_t seconds, char *buf, size_t size)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	size_t i = 0;
	int64_t rest;

	while (i < 3 && seconds < units[i].seconds)
		i++;
	rest = seconds % units[i].seconds;
	/* A second unit, if it is not too fine to matter beside the first. */
	if (i < 3 && rest >= units[i + 1].seconds)
		snprintf(buf, size, "%" PRId64 " %s %" PRId64 " %s", seconds / units[i].seconds,
			 units[i].name, rest / units[i + 1].seconds, units[i + 1].name);
	else
		snprintf(buf, size, "%" PRId64 " %s", seconds / units[i].seconds, units[i].name);
	return buf;
}

static void
format_ms(int64_t ms, char *buf, size_t size)
{
	if (ms < 1000)
		snprintf(buf, size, "%" PRId64 " ms", ms);
	else if (ms < 60000)
		format_hundredths(ms / 10, "s", buf, size);
	else
		metric_format_seconds(ms / 1000, buf, size);
}

static void
format_kb(int64_t kb, char *buf, size_t size)
{
	if (kb < 1024)
		snprintf(buf, size, "%" PRId64 " KB", kb);
	else if (kb < 1024 * 1024)
		format_hundredths(kb / 1024 * 100 + kb % 1024 * 100 / 1024, "MB", buf, size);
	else
		format_hundredths(kb / 1048576 * 100 + kb % 1048576 * 100 / 1048576, "GB", buf,
				  size);
}

static void
format_word(const struct metric_word *words, int64_t value, char *buf, size_t size)
{
	for (; words->text != NULL; words++) {
		if (words->value == value) {
			snprintf(buf, size, "%s", words->text);
			return;
		}
	}
	snprintf(buf, size, "%" PRId64, value);
}

const char *
metric_format(const struct metric *metric, int64_t value, char *buf, size_t size)
{
	switch (metric->unit) {
	case METRIC_SHARE:
		format_hundredths(value, "%", buf, size);
		break;
	case METRIC_SECONDS:
		metric_format_seconds(value, buf, size);
		break;
	case METRIC_MS:
		format_ms(value, buf, size);
		break;
	case METRIC_KB:
		format_kb(value, buf, size);
		break;
	case METRIC_WORDS:
		format_word(metric->words, value, buf, size);
		break;
	case METRIC_PLAIN:
		snprintf(buf, size, "%" PRId64, value);
		break;
	}
	return buf;
}

const char *
metric_title(const struct metric *metric, char *buf, size_t size)
{
	snprintf(buf, size, "%s", metric->word != NULL ? metric->word : metric->name);
	for (char *p = buf; metric->word != NULL && *p != '\0'; p++) {
		if (*p == '-')
			*p = ' ';
	}
	return buf;
}

const char *
metric_counted(const char *number, const char *noun, char *buf, size_t size)
{
	const size_t len = strcspn(noun, " ");

	if (strcmp(number, "1") == 0 && len > 2 && noun[len - 1] == 's')
		snprintf(buf, size, "%s %.*s%s", number, (int)len - 1, noun, noun + len);
	else
		snprintf(buf, size, "%s %s", number, noun);
	return buf;
}
