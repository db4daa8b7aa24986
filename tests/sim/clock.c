/* SPDX-License-Identifier: BSD-2-Clause */
#include "clock.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int
clock_parse_zone(const char *text, int *zone)
{
	int hours, minutes;

	if (strlen(text) != 5 || (text[0] != '+' && text[0] != '-'))
		return -1;
	for (int i = 1; i < 5; i++) {
		if (!isdigit((unsigned char)text[i]))
			return -1;
	}
	hours = (text[1] - '0') * 10 + text[2] - '0';
	minutes = (text[3] - '0') * 10 + text[4] - '0';
	/* Kiribati is 14 hours ahead; nobody is further. */
	if (hours > 14 || minutes > 59)
		return -1;
	*zone = (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
	return 0;
}

int
clock_parse_time(const char *text, int zone, int64_t *utc)
{
	struct tm tm = {0}, given;
	const char *end = strptime(text, "%Y-%m-%d %H:%M:%S", &tm);

	if (end == NULL || *end != '\0' || strlen(text) != strlen("YYYY-MM-DD HH:MM:SS"))
		return -1;
	given = tm;
	*utc = (int64_t)timegm(&tm) - zone;
	/* timegm() turns the 31st of February into March; that was no date. */
	return tm.tm_mday == given.tm_mday && tm.tm_sec == given.tm_sec ? 0 : -1;
}

double
clock_real(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Fractions are owed to the next look: a clock of speed 0.3 must not stand still. */
static void
look(struct sim_clock *clock)
{
	double real = clock_real();

	if (clock->last_real > 0)
		clock->owed += (real - clock->last_real) * clock->speed;
	clock->last_real = real;
}

bool
clock_due(struct sim_clock *clock)
{
	if (clock->manual)
		return false;
	look(clock);
	if (clock->owed < 1)
		return false;
	clock->owed -= 1;
	return true;
}

int
clock_wait_ms(struct sim_clock *clock)
{
	double seconds;

	if (clock->manual)
		return -1;
	look(clock);
	seconds = (1 - clock->owed) / clock->speed;
	if (seconds <= 0)
		return 0;
	return seconds > 60 ? 60000 : (int)(seconds * 1000) + 1;
}

static char *
put_digits(char *out, int value, int digits)
{
	for (int i = digits - 1; i >= 0; i--) {
		out[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return out + digits;
}

static char *
put_date(char *out, const struct tm *tm)
{
	out = put_digits(out, tm->tm_year + 1900, 4);
	*out++ = '-';
	out = put_digits(out, tm->tm_mon + 1, 2);
	*out++ = '-';
	return put_digits(out, tm->tm_mday, 2);
}

/* By hand, not by strftime(): two of these stand in each accounting row, and loads have millions.
 */
static char *
put_time(char *out, int64_t utc, int zone)
{
	time_t local = (time_t)(utc + zone);
	struct tm tm;

	gmtime_r(&local, &tm);
	out = put_date(out, &tm);
	*out++ = ' ';
	out = put_digits(out, tm.tm_hour, 2);
	*out++ = ':';
	out = put_digits(out, tm.tm_min, 2);
	*out++ = ':';
	return put_digits(out, tm.tm_sec, 2);
}

void
clock_local(int64_t utc, int zone, char out[CLOCK_TEXT])
{
	*put_time(out, utc, zone) = '\0';
}

void
clock_iso(int64_t utc, int zone, char out[CLOCK_TEXT])
{
	char *end = put_time(out, utc, zone);

	*end++ = zone < 0 ? '-' : '+';
	end = put_digits(end, abs(zone) / 3600, 2);
	end = put_digits(end, abs(zone) / 60 % 60, 2);
	*end = '\0';
}

void
clock_date(int64_t utc, int zone, char out[CLOCK_TEXT])
{
	time_t local = (time_t)(utc + zone);
	struct tm tm;

	gmtime_r(&local, &tm);
	*put_date(out, &tm) = '\0';
}
