/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_unit.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SUFFIX_MAX 4
/* Far above every value, far below what would overflow when it is multiplied. */
#define NUMBER_MAX INT64_C(1000000000000)

struct suffix {
	const char *text;
	int64_t factor;
};

struct check_unit {
	const char *units; /* as the MIB has it */
	const char *uom;
	int decimals;	/* 10 to the power of this is one of what is shown */
	int64_t factor; /* the same as a number: what a number without suffix is multiplied by */
	const char *suffixes;
	struct suffix suffix[SUFFIX_MAX];
};

static const struct check_unit units[] = {
	{"hundredths of a percent", "%", 2, 100, "%", {{"%", 100}}},
	{"percent", "%", 0, 1, "%", {{"%", 1}}},
	{"seconds", "s", 0, 1, "s, m, h, d", {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}},
	{"milliseconds",
	 "ms",
	 0,
	 1,
	 "ms, s, m, h",
	 {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}}},
	{"kilobytes", "KB", 0, 1, "KB", {{"KB", 1}}},
};

static const struct check_unit count = {
	"", "", 0, 1, "k, M, G", {{"k", 1000}, {"M", 1000000}, {"G", 1000000000}}};

const struct check_unit *
check_unit_of(const char *text)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (strcmp(units[i].units, text) == 0)
			return &units[i];
	return &count;
}

const char *
check_unit_uom(const struct check_unit *unit)
{
	return unit->uom;
}

const char *
check_unit_suffixes(const struct check_unit *unit)
{
	return unit->suffixes;
}

/* The factor of the suffix at *text, which is moved behind it; 0 if the letters there are none. */
static int64_t
read_suffix(const struct check_unit *unit, const char **text)
{
	size_t len = 0;

	while (isalpha((unsigned char)(*text)[len]) || (*text)[len] == '%')
		len++;
	if (len == 0)
		return unit->factor;
	for (size_t i = 0; i < SUFFIX_MAX && unit->suffix[i].text != NULL; i++)
		if (strlen(unit->suffix[i].text) == len &&
		    strncmp(*text, unit->suffix[i].text, len) == 0) {
			*text += len;
			return unit->suffix[i].factor;
		}
	return 0;
}

/* Reads digits; *scale becomes 10 to the power of how many. -1 if there is none, or too many. */
static int
read_digits(const char **text, int64_t *out, int64_t *scale)
{
	const char *at = *text;

	*out = 0;
	*scale = 1;
	for (; isdigit((unsigned char)*at); at++) {
		*out = *out * 10 + (*at - '0');
		*scale *= 10;
		if (*out >= NUMBER_MAX || *scale > NUMBER_MAX)
			return -1;
	}
	if (at == *text)
		return -1;
	*text = at;
	return 0;
}

int
check_unit_read(const struct check_unit *unit, const char **text, int64_t *out)
{
	int64_t whole, part = 0, scale = 1, factor;

	if (read_digits(text, &whole, &scale) != 0)
		return -1;
	scale = 1;
	if (**text == '.') {
		(*text)++;
		/* The product below must not overflow: 10^6 times 10^9 at most. */
		if (read_digits(text, &part, &scale) != 0 || scale > 1000000)
			return -1;
	}
	factor = read_suffix(unit, text);
	/* A limit that the value can never equal would be silently another one. */
	if (factor == 0 || whole > INT64_MAX / 2 / factor || part * factor % scale != 0)
		return -1;
	*out = whole * factor + part * factor / scale;
	return 0;
}

void
check_unit_write(const struct check_unit *unit, int64_t value, char out[CHECK_NUMBER_SIZE])
{
	if (unit->decimals == 0)
		snprintf(out, CHECK_NUMBER_SIZE, "%" PRId64, value);
	else
		snprintf(out, CHECK_NUMBER_SIZE, "%" PRId64 ".%0*" PRId64, value / unit->factor,
			 unit->decimals, value % unit->factor);
}
