/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_value.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SECOND UINT64_C(1000)

struct unit {
	enum conf_unit unit;
	const char *suffix;
	uint64_t factor;
};

/* Of one kind the largest come first, as formatting takes the first that divides. */
static const struct unit units[] = {
	{CONF_UNIT_DURATION, "d", 86400 * SECOND},
	{CONF_UNIT_DURATION, "h", 3600 * SECOND},
	{CONF_UNIT_DURATION, "m", 60 * SECOND},
	{CONF_UNIT_DURATION, "s", SECOND},
	{CONF_UNIT_DURATION, "ms", 1},
	{CONF_UNIT_DURATION, "", SECOND},
	{CONF_UNIT_SIZE, "G", UINT64_C(1) << 30},
	{CONF_UNIT_SIZE, "M", UINT64_C(1) << 20},
	{CONF_UNIT_SIZE, "k", UINT64_C(1) << 10},
	{CONF_UNIT_SIZE, "K", UINT64_C(1) << 10},
	{CONF_UNIT_SIZE, "", 1},
	{CONF_UNIT_NONE, "", 1},
};

#define UNITS (sizeof units / sizeof units[0])

int
conf_value_number(const char *text, enum conf_unit unit, uint64_t *out)
{
	unsigned long long number;
	char *end;

	/* strtoull() would take a sign and leading blanks. */
	if (!isdigit((unsigned char)text[0]))
		return -1;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno)
		return -1;
	for (size_t i = 0; i < UNITS; i++) {
		if (units[i].unit != unit || strcmp(units[i].suffix, end) != 0)
			continue;
		return __builtin_mul_overflow((uint64_t)number, units[i].factor, out) ? -1 : 0;
	}
	return -1;
}

const char *
conf_value_format(uint64_t number, enum conf_unit unit, char *buf, size_t size)
{
	const struct unit *best = NULL;

	for (size_t i = 0; i < UNITS && !best; i++) {
		if (units[i].unit == unit && number % units[i].factor == 0)
			best = &units[i];
	}
	if (number == 0 || !best)
		snprintf(buf, size, "%llu", (unsigned long long)number);
	else
		snprintf(buf, size, "%llu%s", (unsigned long long)(number / best->factor),
			 best->suffix);
	return buf;
}

const char *
conf_value_expected(enum conf_unit unit)
{
	switch (unit) {
	case CONF_UNIT_DURATION:
		return "a whole number with ms, s, m, h or d";
	case CONF_UNIT_SIZE:
		return "a whole number of bytes, or with k, M or G";
	case CONF_UNIT_NONE:
		break;
	}
	return "a whole number";
}

int
conf_value_truth(const char *text, bool *out)
{
	static const char *const words[] = {"no", "yes", "false", "true", "off", "on"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcasecmp(text, words[i]) == 0) {
			*out = i % 2 == 1;
			return 0;
		}
	}
	return -1;
}

/* Levenshtein's distance, in one row; words are short. */
static size_t
value_distance(const char *a, const char *b)
{
	size_t row[33], len = strlen(b);

	if (len >= sizeof row / sizeof row[0])
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < len; j++) {
			size_t change = corner + (a[i] != b[j]);
			size_t skip = 1 + (row[j] < row[j + 1] ? row[j] : row[j + 1]);

			corner = row[j + 1];
			row[j + 1] = change < skip ? change : skip;
		}
	}
	return row[len];
}

const char *
conf_value_suggest(const char *word, const char *const *words, size_t count)
{
	const char *best = NULL;
	size_t least = 4;

	if (strlen(word) > 32)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t distance = value_distance(word, words[i]);

		/* More than a third of the letters wrong is another word. */
		if (distance < least && distance * 3 <= strlen(words[i])) {
			least = distance;
			best = words[i];
		}
	}
	return best;
}
