/* SPDX-License-Identifier: BSD-2-Clause */
#include "moment.h"

#include <stdbool.h>
#include <time.h>

#define NO_TIME INT64_MIN

/* 9999-12-31 23:59:59 UTC: no number beyond it is meant as a time. */
#define LAST_SECOND INT64_C(253402300799)

/* The text that is left to be read. */
struct reader {
	const char *at;
	const char *end;
};

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec ts = {0};

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct moment
moment_now(void)
{
	return (struct moment){.wall_ms = clock_ms(CLOCK_REALTIME),
			       .mono_ms = clock_ms(CLOCK_BOOTTIME)};
}

int64_t
moment_awake_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

/* Exactly count digits, or -1. */
static int
take_number(struct reader *in, int count)
{
	int number = 0;

	if (in->end - in->at < count)
		return -1;
	for (; count > 0; count--, in->at++) {
		if (*in->at < '0' || *in->at > '9')
			return -1;
		number = number * 10 + (*in->at - '0');
	}
	return number;
}

static bool
take_char(struct reader *in, char c)
{
	if (in->at == in->end || *in->at != c)
		return false;
	in->at++;
	return true;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* Days since 1970-01-01 of a Gregorian date. The year is counted from March, so that the leap day
 * is its last and months have a regular length: (153 * m + 2) / 5 days lie before month m. */
static int64_t
days_since_1970(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;
	int64_t leap_days = y >= 0 ? y / 4 - y / 100 + y / 400 : -1;

	return y * 365 + leap_days + (153 * m + 2) / 5 + day - 719469;
}

/* "YYYY-MM-DD" as days since 1970, or NO_TIME. */
static int64_t
take_date(struct reader *in)
{
	int year, month, day;

	year = take_number(in, 4);
	if (year < 0 || !take_char(in, '-'))
		return NO_TIME;
	month = take_number(in, 2);
	if (month < 1 || month > 12 || !take_char(in, '-'))
		return NO_TIME;
	day = take_number(in, 2);
	if (day < 1 || day > days_in_month(year, month))
		return NO_TIME;
	return days_since_1970(year, month, day);
}

/* "HH:MM:SS" in seconds, or -1. A leap second counts as the second after it. */
static int
take_clock(struct reader *in)
{
	int hour, minute, second;

	hour = take_number(in, 2);
	if (hour < 0 || hour > 23 || !take_char(in, ':'))
		return -1;
	minute = take_number(in, 2);
	if (minute < 0 || minute > 59 || !take_char(in, ':'))
		return -1;
	second = take_number(in, 2);
	if (second < 0 || second > 60)
		return -1;
	return hour * 3600 + minute * 60 + second;
}

/* Nothing, "Z", "+HHMM" or "-HH:MM": seconds east of UTC in *east. Returns false if it is no zone.
 */
static bool
take_zone(struct reader *in, int *east, int *zoned)
{
	int hour, minute, sign;

	*east = 0;
	*zoned = in->at < in->end;
	if (!*zoned || take_char(in, 'Z') || take_char(in, 'z'))
		return true;
	sign = *in->at == '-' ? -1 : 1;
	if (!take_char(in, '+') && !take_char(in, '-'))
		return false;
	hour = take_number(in, 2);
	take_char(in, ':');
	minute = take_number(in, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return false;
	*east = sign * (hour * 3600 + minute * 60);
	return true;
}

static int64_t
parse_calendar(struct reader in, int *zoned)
{
	int64_t days = take_date(&in);
	int clock, east;

	if (days == NO_TIME || (!take_char(&in, ' ') && !take_char(&in, 'T')))
		return NO_TIME;
	clock = take_clock(&in);
	if (clock < 0 || !take_zone(&in, &east, zoned) || in.at != in.end)
		return NO_TIME;
	return days * 86400 + clock - east;
}

static int64_t
parse_unix(struct reader in)
{
	int64_t seconds = 0;

	for (; in.at < in.end; in.at++) {
		if (*in.at < '0' || *in.at > '9')
			return NO_TIME;
		seconds = seconds * 10 + (*in.at - '0');
		if (seconds > LAST_SECOND)
			return NO_TIME;
	}
	return seconds;
}

int64_t
moment_parse(const char *text, unsigned len, int *zoned)
{
	struct reader in = {text, text + len};
	int64_t seconds;
	int has_zone = 1;

	if (len == 0)
		return NO_TIME;
	/* The fifth character tells the two forms apart: "2026-" is no number. */
	if (len > 4 && text[4] == '-')
		seconds = parse_calendar(in, &has_zone);
	else
		seconds = parse_unix(in);
	if (zoned)
		*zoned = has_zone;
	return seconds;
}
