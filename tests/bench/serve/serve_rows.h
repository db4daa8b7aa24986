/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve_rows.h - the rows that the serving benchmark has every subagent serve: so many columns of
 * three types, made up on the spot, so that only the ways of serving differ.
 *
 * Index is the server, always 1, and the row, from 1.
 */
#ifndef SERVE_ROWS_H
#define SERVE_ROWS_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#define SERVE_ENTRY 1
#define SERVE_SERVER 1
#define SERVE_NAME_MAX 24

/* Where rivals hang their table: beside our arc of the playpen, with OIDs as
 * long as ours. */
#define SERVE_RIVAL 1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 31383, 1, 1, 3

enum serve_type { SERVE_TEXT, SERVE_GAUGE, SERVE_COUNTER64 };

struct serve_column {
	uint32_t number; /* as in vmtaTable */
	enum serve_type type;
};

static const struct serve_column serve_columns[] = {
	{3, SERVE_TEXT},       {4, SERVE_GAUGE},      {5, SERVE_GAUGE},	     {6, SERVE_GAUGE},
	{7, SERVE_GAUGE},      {8, SERVE_GAUGE},      {9, SERVE_GAUGE},	     {10, SERVE_GAUGE},
	{18, SERVE_COUNTER64}, {20, SERVE_COUNTER64}, {21, SERVE_COUNTER64}, {22, SERVE_COUNTER64},
};
#define SERVE_COLUMNS (sizeof serve_columns / sizeof serve_columns[0])

static inline int
serve_name(char name[SERVE_NAME_MAX], uint32_t row)
{
	return snprintf(name, SERVE_NAME_MAX, "vmta-%07" PRIu32 ".example", row);
}

static inline uint32_t
serve_gauge(uint32_t row, uint32_t column)
{
	return row * 7 + column;
}

static inline uint64_t
serve_counter(uint32_t row, uint32_t column)
{
	return (UINT64_C(1) << 33) + row * UINT64_C(11) + column;
}

#endif
