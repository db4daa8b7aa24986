/* SPDX-License-Identifier: BSD-2-Clause */
#include "acct_name.h"

#include <stddef.h>
#include <string.h>

#include "moment.h"

/* "-YYYY-MM-DD-" between the base and the number. */
#define DATE_LEN 10
#define NUMBER_MIN 4
#define NUMBER_MAX 12

/* NUMBER_MAX digits fit into 40 bits; the date lies above them. */
#define NUMBER_BITS 40

static bool
is_date(const char *text)
{
	char with_time[DATE_LEN + 9];

	/* moment.c knows the calendar; it wants a time behind the date. */
	memcpy(with_time, text, DATE_LEN);
	memcpy(with_time + DATE_LEN, " 00:00:00", 9);
	return moment_parse(with_time, sizeof with_time, NULL) != INT64_MIN;
}

/* The digits of a date that is known to be one: 20261122. */
static uint64_t
date_number(const char *date)
{
	uint64_t number = 0;

	for (size_t i = 0; i < DATE_LEN; i++) {
		if (date[i] != '-')
			number = number * 10 + (uint64_t)(date[i] - '0');
	}
	return number;
}

static uint64_t
read_number(const char *digits, size_t len)
{
	uint64_t number = 0;

	for (size_t i = 0; i < len; i++)
		number = number * 10 + (uint64_t)(digits[i] - '0');
	return number;
}

/* Length of a name without its extension: "acct" of "acct.csv". */
static size_t
stem_length(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot > name ? (size_t)(dot - name) : strlen(name);
}

/* Splits a dated name. Returns the length of its base's stem, or 0 if it is none. */
static size_t
split(const char *name, const char **extension, acct_order *order)
{
	const char *end = name + stem_length(name);
	const char *number = end;
	const char *date;

	while (number > name && number[-1] >= '0' && number[-1] <= '9')
		number--;
	if (end - number < NUMBER_MIN || end - number > NUMBER_MAX || number - name < DATE_LEN + 3)
		return 0;
	date = number - 1 - DATE_LEN;
	if (number[-1] != '-' || date[-1] != '-' || !is_date(date))
		return 0;
	*extension = end;
	*order = date_number(date) << NUMBER_BITS | read_number(number, (size_t)(end - number));
	return (size_t)(date - 1 - name);
}

bool
acct_name_match(const char *base, const char *name, acct_order *order)
{
	const char *extension;
	acct_order found;
	size_t stem = split(name, &extension, &found);

	if (stem == 0 || stem != stem_length(base) || memcmp(name, base, stem) != 0 ||
	    strcmp(extension, base + stem) != 0)
		return false;
	*order = found;
	return true;
}

bool
acct_name_is_dated(const char *name)
{
	const char *extension;
	acct_order order;

	return split(name, &extension, &order) > 0;
}
