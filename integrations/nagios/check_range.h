/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_range.h - what -w and -c say: a range of numbers as the Monitoring Plugins' development
 * guidelines define it ("10", "10:", "~:10", "10:20", "@10:20"), or names of an enumeration.
 */
#ifndef PMTA_CHECK_RANGE_H
#define PMTA_CHECK_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check_mib.h"
#include "check_unit.h"

#define CHECK_RANGE_SIZE (2 * CHECK_NUMBER_SIZE + 2)

/* INT64_MIN and INT64_MAX stand for no bound. With names: bit n of names is value n. */
struct check_range {
	bool given;
	bool inside; /* '@': a value inside, bounds included, is the bad one */
	bool by_name;
	int64_t low, high;
	uint64_t names;
	const char *text; /* as it was given; points to the argument */
};

/* Reads a range for the values of a column: numbers with the suffixes of its unit, and for an
 * enumeration also names ("backoff,paused", all others: "!running,starting"). Returns 0, or -1 with
 * what was expected in error. The text must outlive *out. */
int check_range_parse(const char *text, const struct check_column *column, struct check_range *out,
		      char *error, size_t size);

/* True if the value lies where it should not. A range that was not given is never hit. */
bool check_range_hit(const struct check_range *range, int64_t value);

/* True if small values are the bad ones: there is a bound below and none above. */
bool check_range_is_lower(const struct check_range *range);

/* Writes the range as performance data has it, in the unit of the values beside it; "" for names
 * and for what was not given. */
void check_range_write(const struct check_range *range, const struct check_unit *unit,
		       char out[CHECK_RANGE_SIZE]);

#endif
