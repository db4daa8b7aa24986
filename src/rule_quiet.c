/* SPDX-License-Identifier: BSD-2-Clause */
#include "rule_quiet.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define EVERY_DAY 0x7f
#define DAY_MINUTES 1440
#define HOUR_MINUTES 60

static const char day_names[7][4] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* Number of the day that text begins with; moves behind it. -1 if it is none. */
static int
take_day(const char **text)
{
	for (int day = 0; day < 7; day++) {
		if (strncmp(*text, day_names[day], 3) == 0) {
			*text += 3;
			return day;
		}
	}
	return -1;
}

/* "mon", "mon-fri", "fri-mon", "sat,sun"; moves behind them. */
static int
take_days(const char **text, uint8_t *days)
{
	*days = 0;
	for (;;) {
		const int first = take_day(text);
		int last = first;

		if (first >= 0 && **text == '-') {
			++*text;
			last = take_day(text);
		}
		if (first < 0 || last < 0)
			return -1;
		for (int day = first; day != last; day = (day + 1) % 7)
			*days |= (uint8_t)(1u << day);
		*days |= (uint8_t)(1u << last);
		if (**text != ',')
			return 0;
		++*text;
	}
}

/* Two digits, less than limit. */
static int
take_two(const char **text, unsigned limit, unsigned *out)
{
	const char *p = *text;

	if (!isdigit((unsigned char)p[0]) || !isdigit((unsigned char)p[1]))
		return -1;
	*out = (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
	*text += 2;
	return *out < limit ? 0 : -1;
}

/* "22:00" as minutes of the day, "*:10" of every hour. */
static int
take_clock(const char **text, bool *hourly, uint16_t *out)
{
	unsigned hour = 0, minute;

	*hourly = **text == '*';
	if (*hourly)
		++*text;
	else if (take_two(text, 25, &hour) != 0)
		return -1;
	if (**text != ':')
		return -1;
	++*text;
	if (take_two(text, 60, &minute) != 0 || (hour == 24 && minute > 0))
		return -1;
	*out = (uint16_t)(hour * 60 + minute);
	return 0;
}

static int
take_span(const char *text, struct rule_quiet *out)
{
	bool hourly;

	if (take_clock(&text, &out->hourly, &out->from) != 0 || *text != '-')
		return -1;
	text++;
	if (take_clock(&text, &hourly, &out->to) != 0 || *text != '\0')
		return -1;
	/* From a time to the same time might be all or nothing. */
	return hourly == out->hourly && out->from != out->to && out->from < DAY_MINUTES ? 0 : -1;
}

int
rule_quiet_parse(const char *text, struct rule_quiet *out)
{
	*out = (struct rule_quiet){.days = EVERY_DAY, .from = 0, .to = DAY_MINUTES};
	if (isalpha((unsigned char)text[0])) {
		if (take_days(&text, &out->days) != 0)
			return -1;
		if (*text == '\0')
			return 0;
		if (*text != ' ')
			return -1;
		text += strspn(text, " ");
	}
	return take_span(text, out);
}

static void
format_days(uint8_t days, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (int day = 0; day < 7 && len < size; day++) {
		int last = day;

		if ((days & 1u << day) == 0)
			continue;
		while (last < 6 && (days & 1u << (last + 1)) != 0)
			last++;
		len += (size_t)snprintf(buf + len, size - len, "%s%s", len > 0 ? "," : "",
					day_names[day]);
		if (last > day && len < size)
			len += (size_t)snprintf(buf + len, size - len, "%s%s",
						last > day + 1 ? "-" : ",", day_names[last]);
		day = last;
	}
}

const char *
rule_quiet_format(const struct rule_quiet *quiet, char buf[RULE_QUIET_SIZE])
{
	const bool whole = !quiet->hourly && quiet->from == 0 && quiet->to == DAY_MINUTES;
	size_t len;

	buf[0] = '\0';
	if (quiet->days != EVERY_DAY || whole)
		format_days(quiet->days, buf, RULE_QUIET_SIZE);
	len = strlen(buf);
	if (whole)
		return buf;
	if (quiet->hourly)
		snprintf(buf + len, RULE_QUIET_SIZE - len, "%s*:%02u-*:%02u", len > 0 ? " " : "",
			 quiet->from, quiet->to);
	else
		snprintf(buf + len, RULE_QUIET_SIZE - len, "%s%02u:%02u-%02u:%02u",
			 len > 0 ? " " : "", quiet->from / 60, quiet->from % 60, quiet->to / 60,
			 quiet->to % 60);
	return buf;
}

bool
rule_quiet_includes(const struct rule_quiet *quiet, const struct tm *local)
{
	const int today = (local->tm_wday + 6) % 7; /* 0 is Monday here */
	const int of_day = local->tm_hour * 60 + local->tm_min;
	const int now = quiet->hourly ? local->tm_min : of_day;
	const bool over_end = quiet->to <= quiet->from;
	int began = today;

	if (over_end ? now < quiet->from && now >= quiet->to
		     : now < quiet->from || now >= quiet->to)
		return false;
	/* What began before midnight is of yesterday. */
	if (over_end && now < quiet->to && of_day < (quiet->hourly ? HOUR_MINUTES : DAY_MINUTES))
		began = (today + 6) % 7;
	return (quiet->days & 1u << began) != 0;
}

bool
rule_quiet_holds(const struct rule_quiet *quiet, size_t count, int64_t wall_ms)
{
	const time_t seconds = wall_ms / 1000;
	struct tm local;

	if (count == 0 || localtime_r(&seconds, &local) == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (rule_quiet_includes(&quiet[i], &local))
			return true;
	}
	return false;
}
