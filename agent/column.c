/* SPDX-License-Identifier: BSD-2-Clause */
#include "column.h"

#include <string.h>

#define KBYTE 1024

_Static_assert(sizeof(enum snap_server_state) == sizeof(unsigned), "enums are read as unsigned");
_Static_assert(sizeof(enum snap_severity) == sizeof(unsigned), "enums are read as unsigned");

/* Fields are copied out, whatever their type: no pointer of a wrong type is ever followed. */
static void
read_field(const struct table_cell *cell, const struct table_column *column, void *field,
	   size_t size)
{
	memcpy(field, (const char *)cell->row + column->offset, size);
}

static uint32_t
field_u32(const struct table_cell *cell, const struct table_column *column)
{
	uint32_t number;

	read_field(cell, column, &number, sizeof number);
	return number;
}

static uint64_t
field_u64(const struct table_cell *cell, const struct table_column *column)
{
	uint64_t number;

	read_field(cell, column, &number, sizeof number);
	return number;
}

static int64_t
field_time(const struct table_cell *cell, const struct table_column *column)
{
	int64_t time;

	read_field(cell, column, &time, sizeof time);
	return time;
}

static uint8_t
field_u8(const struct table_cell *cell, const struct table_column *column)
{
	uint8_t number;

	read_field(cell, column, &number, sizeof number);
	return number;
}

/* Wall seconds as milliseconds; false if there is no such time. */
static bool
wall_ms(const struct table_cell *cell, const struct table_column *column, int64_t *ms)
{
	int64_t seconds = field_time(cell, column);

	return seconds != SNAP_NO_TIME && !__builtin_mul_overflow(seconds, 1000, ms);
}

uint64_t
column_seconds(int64_t from_ms, int64_t to_ms)
{
	/* Unsigned, because the difference of two int64_t may be no int64_t. */
	return to_ms > from_ms ? ((uint64_t)to_ms - (uint64_t)from_ms) / 1000 : 0;
}

bool
column_text(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const char *text;

	read_field(cell, column, &text, sizeof text);
	return value_text(out, text);
}

bool
column_gauge(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	return value_gauge(out, field_u32(cell, column));
}

bool
column_signed(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	int32_t number;

	read_field(cell, column, &number, sizeof number);
	return value_signed(out, number);
}

bool
column_counter32(const struct table_cell *cell, const struct table_column *column,
		 struct value *out)
{
	return value_counter32(out, field_u32(cell, column));
}

bool
column_counter64(const struct table_cell *cell, const struct table_column *column,
		 struct value *out)
{
	return value_counter64(out, field_u64(cell, column));
}

bool
column_kbytes_total(const struct table_cell *cell, const struct table_column *column,
		    struct value *out)
{
	uint64_t bytes = field_u64(cell, column);

	return bytes != SNAP_NONE64 && value_counter64(out, bytes / KBYTE);
}

bool
column_kbytes_level(const struct table_cell *cell, const struct table_column *column,
		    struct value *out)
{
	uint64_t bytes = field_u64(cell, column);

	return bytes != SNAP_NONE64 && value_gauge64(out, bytes / KBYTE + (bytes % KBYTE != 0));
}

bool
column_date(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	int64_t ms;

	return wall_ms(cell, column, &ms) && value_date(out, ms);
}

bool
column_age(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	int64_t ms;

	return wall_ms(cell, column, &ms) &&
	       value_gauge64(out, column_seconds(ms, cell->now.wall_ms));
}

bool
column_until(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	int64_t ms;

	return wall_ms(cell, column, &ms) &&
	       value_gauge64(out, column_seconds(cell->now.wall_ms, ms));
}

bool
column_mono_age(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	int64_t ms = field_time(cell, column);

	return ms != SNAP_NO_TIME && value_gauge64(out, column_seconds(ms, cell->now.mono_ms));
}

bool
column_enum(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	return value_integer(out, field_u32(cell, column));
}

bool
column_enum8(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	return value_integer(out, field_u8(cell, column));
}

bool
column_truth(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	return value_truth(out, field_u8(cell, column));
}

bool
column_code(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	uint16_t code;

	read_field(cell, column, &code, sizeof code);
	return code != 0 && value_gauge(out, code);
}

bool
column_index(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	uint32_t index = field_u32(cell, column);

	return index != 0 && value_gauge(out, index);
}

bool
column_server(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct snap_part *part = cell->server->part[SNAP_SERVER];
	const struct snap_server *server;

	(void)column;
	if (part->count == 0)
		return false;
	server = snap_part_row(part, 0, NULL);
	return value_text(out, server->name);
}
