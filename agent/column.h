/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * column.h - the getters most columns share: each reads one field of the row, at column->offset.
 *
 * All are table_getter functions (table.h): they return false where the field holds the absent
 * value of snapshot.h. The comment says the C type the field must have.
 */
#ifndef PMTA_COLUMN_H
#define PMTA_COLUMN_H

#include "table.h"

bool column_text(const struct table_cell *cell, const struct table_column *column,
		 struct value *out); /* const char * */
bool column_gauge(const struct table_cell *cell, const struct table_column *column,
		  struct value *out); /* uint32_t */
bool column_counter32(const struct table_cell *cell, const struct table_column *column,
		      struct value *out); /* uint32_t */
bool column_counter64(const struct table_cell *cell, const struct table_column *column,
		      struct value *out); /* uint64_t */
bool column_signed(const struct table_cell *cell, const struct table_column *column,
		   struct value *out); /* int32_t, SNAP_NONE_RATE */

/* Kilobytes of 1024 bytes, from bytes (uint64_t): of a total only full ones count, so that it never
 * falls; of a level begun ones too, so that one that is not empty is not 0. */
bool column_kbytes_total(const struct table_cell *cell, const struct table_column *column,
			 struct value *out);
bool column_kbytes_level(const struct table_cell *cell, const struct table_column *column,
			 struct value *out);

/* A wall time in seconds (int64_t): itself, the seconds since, and the seconds until it. A time on
 * the wrong side of now is 0 seconds away: clocks of two hosts differ. */
bool column_date(const struct table_cell *cell, const struct table_column *column,
		 struct value *out);
bool column_age(const struct table_cell *cell, const struct table_column *column,
		struct value *out);
bool column_until(const struct table_cell *cell, const struct table_column *column,
		  struct value *out);
/* Full seconds since a monotonic time in milliseconds (int64_t). */
bool column_mono_age(const struct table_cell *cell, const struct table_column *column,
		     struct value *out);

/* Enumerations: an enum, or uint8_t; absent is 0. */
bool column_enum(const struct table_cell *cell, const struct table_column *column,
		 struct value *out);
bool column_enum8(const struct table_cell *cell, const struct table_column *column,
		  struct value *out);
bool column_truth(const struct table_cell *cell, const struct table_column *column,
		  struct value *out); /* uint8_t, TruthValue */

/* Numbers whose absent value is 0: an SMTP reply code (uint16_t), an index (uint32_t). */
bool column_code(const struct table_cell *cell, const struct table_column *column,
		 struct value *out);
bool column_index(const struct table_cell *cell, const struct table_column *column,
		  struct value *out);

/* Name of the cell's server; reads no field. */
bool column_server(const struct table_cell *cell, const struct table_column *column,
		   struct value *out);

/* Full seconds from one time to another, both in milliseconds; 0 if it is not later. */
uint64_t column_seconds(int64_t from_ms, int64_t to_ms);

#endif
