/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mib_expectation.h - what each column of the fixture's full row must read: every field has a value
 * of its own there, so that a column that reads its neighbour's field is found.
 */
#ifndef PMTA_MIB_EXPECTATION_H
#define PMTA_MIB_EXPECTATION_H

#include <stddef.h>

struct mib_expectation {
	const char *column, *text;
};

/* In the order of the tables and of their columns. */
extern const struct mib_expectation mib_expectations[];
extern const size_t mib_expectation_count;

#endif
