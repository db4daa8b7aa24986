/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acct_name.h - the dated names of accounting files: "acct.csv" becomes "acct-2026-11-22-0000.csv".
 * Pure.
 */
#ifndef PMTA_ACCT_NAME_H
#define PMTA_ACCT_NAME_H

#include <stdbool.h>
#include <stdint.h>

/* Date and number of a dated name, in one number that sorts as the files were written. */
typedef uint64_t acct_order;

/* True if name ("acct-2026-11-22-0000.csv") is a dated form of base ("acct.csv"); *order is set
 * then. The number has 4 or more digits; the date must be one. */
bool acct_name_match(const char *base, const char *name, acct_order *order);

/* True if name is a dated form of whatever base. */
bool acct_name_is_dated(const char *name);

#endif
