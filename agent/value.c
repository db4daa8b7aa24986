/* SPDX-License-Identifier: BSD-2-Clause */
#include "value.h"

#include <string.h>
#include <time.h>

#include "snapshot.h"

#define TEXT_OCTETS_MAX 255 /* SnmpAdminString, RFC 3411 */
#define DATE_OCTETS 11	    /* DateAndTime with a zone, RFC 2579 */

static bool
set_u32(struct value *v, enum value_type type, uint32_t number)
{
	v->type = type;
	v->n.u32 = number;
	return number != SNAP_NONE32;
}

bool
value_integer(struct value *v, int64_t number)
{
	if (number == 0 || number < INT32_MIN || number > INT32_MAX)
		return false;
	v->type = VALUE_INTEGER;
	v->n.integer = (int32_t)number;
	return true;
}

bool
value_signed(struct value *v, int32_t number)
{
	if (number == SNAP_NONE_RATE)
		return false;
	v->type = VALUE_INTEGER;
	v->n.integer = number;
	return true;
}

bool
value_gauge(struct value *v, uint32_t number)
{
	return set_u32(v, VALUE_GAUGE, number);
}

bool
value_gauge64(struct value *v, uint64_t number)
{
	v->type = VALUE_GAUGE;
	v->n.u32 = number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
	return number != SNAP_NONE64;
}

bool
value_counter32(struct value *v, uint32_t number)
{
	return set_u32(v, VALUE_COUNTER32, number);
}

bool
value_counter64(struct value *v, uint64_t number)
{
	v->type = VALUE_COUNTER64;
	v->n.u64 = number;
	return number != SNAP_NONE64;
}

bool
value_text(struct value *v, const char *text)
{
	size_t len;

	if (text == NULL)
		return false;
	len = strnlen(text, TEXT_OCTETS_MAX + 1);
	if (len > TEXT_OCTETS_MAX) {
		/* 10xxxxxx goes on with a character (RFC 3629): cut in front of its first octet. */
		len = TEXT_OCTETS_MAX;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	v->type = VALUE_OCTETS;
	v->octets = text;
	v->octets_len = len;
	return true;
}

/* The time in the local zone, or in UTC where DateAndTime cannot state the zone: it ends at 13:59.
 */
static bool
break_down(time_t seconds, struct tm *tm)
{
	if (localtime_r(&seconds, tm) == NULL)
		return false;
	if ((tm->tm_gmtoff <= -14 * 3600L || tm->tm_gmtoff >= 14 * 3600L) &&
	    gmtime_r(&seconds, tm) == NULL)
		return false;
	return tm->tm_year >= -1900 && tm->tm_year <= 65535 - 1900;
}

bool
value_date(struct value *v, int64_t wall_ms)
{
	int64_t seconds = wall_ms / 1000;
	long offset, year;
	struct tm tm;

	if (wall_ms == SNAP_NO_TIME)
		return false;
	if (wall_ms % 1000 < 0)
		seconds--;
	if (!break_down((time_t)seconds, &tm))
		return false;
	year = tm.tm_year + 1900L;
	offset = tm.tm_gmtoff < 0 ? -tm.tm_gmtoff : tm.tm_gmtoff;
	const unsigned char date[DATE_OCTETS] = {
		(unsigned char)(year >> 8),
		(unsigned char)(year & 0xff),
		(unsigned char)(tm.tm_mon + 1),
		(unsigned char)tm.tm_mday,
		(unsigned char)tm.tm_hour,
		(unsigned char)tm.tm_min,
		(unsigned char)tm.tm_sec,
		(unsigned char)((wall_ms - seconds * 1000) / 100),
		tm.tm_gmtoff < 0 ? '-' : '+',
		(unsigned char)(offset / 3600),
		(unsigned char)(offset % 3600 / 60),
	};
	memcpy(v->buffer, date, sizeof date);
	v->type = VALUE_OCTETS;
	v->octets = v->buffer;
	v->octets_len = sizeof date;
	return true;
}

bool
value_truth(struct value *v, unsigned truth)
{
	return truth <= 2 && value_integer(v, truth);
}

bool
value_object(struct value *v, const uint32_t *oid, size_t len)
{
	if (oid == NULL || len == 0 || len > VALUE_OID_MAX)
		return false;
	v->type = VALUE_OID;
	memcpy(v->oid, oid, len * sizeof *oid);
	v->oid_len = len;
	return true;
}
