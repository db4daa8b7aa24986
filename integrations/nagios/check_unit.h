/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_unit.h - numbers as people and performance data write them: what a unit of the MIB is
 * called, how many decimals it has, and which letters may follow a number of it.
 */
#ifndef PMTA_CHECK_UNIT_H
#define PMTA_CHECK_UNIT_H

#include <stddef.h>
#include <stdint.h>

/* Enough for any number with its decimals, sign and unit. */
#define CHECK_NUMBER_SIZE 32

struct check_unit;

/* What a UNITS text of the MIB stands for; never NULL: other units are counts. */
const struct check_unit *check_unit_of(const char *units);

/* The unit of measurement of performance data: "%", "s", "ms", "KB", or "" for counts. */
const char *check_unit_uom(const struct check_unit *unit);

/* The suffixes that may follow a number, such as "s, m, h, d". */
const char *check_unit_suffixes(const struct check_unit *unit);

/* Reads a number of 0 or more with its optional suffix from *text on and moves *text behind it.
 * *out is in the MIB's own units (1250 of "12.5%"). Returns 0, or -1 if there is no number, or none
 * that the MIB's whole numbers can equal. */
int check_unit_read(const struct check_unit *unit, const char **text, int64_t *out);

/* Writes a number of the MIB without its unit ("12.50" of 1250). */
void check_unit_write(const struct check_unit *unit, int64_t value, char out[CHECK_NUMBER_SIZE]);

#endif
