/* SPDX-License-Identifier: BSD-2-Clause */
#include "alarm_growth.h"

#define ROOM (ALARM_GROWTH_STEPS + 2)

static void
push(struct alarm_growth *growth, uint64_t total, int64_t now_ms)
{
	const uint32_t slot = (growth->first + growth->count) % ROOM;

	if (growth->count == ROOM)
		growth->first = (growth->first + 1) % ROOM;
	else
		growth->count++;
	growth->was[slot].at = now_ms;
	growth->was[slot].total = total;
}

/* Drops what is not needed to know what the total was when the window began. */
static void
drop_older(struct alarm_growth *growth, int64_t begin)
{
	while (growth->count > 1 && growth->was[(growth->first + 1) % ROOM].at <= begin) {
		growth->first = (growth->first + 1) % ROOM;
		growth->count--;
	}
}

struct alarm_value
alarm_growth_note(struct alarm_growth *growth, uint64_t total, uint32_t window_s, int64_t now_ms)
{
	const int64_t window = (int64_t)window_s * 1000, begin = now_ms - window;
	uint32_t newest = (growth->first + growth->count + ROOM - 1) % ROOM;
	struct alarm_value value;

	if (growth->count > 0 && total < growth->was[newest].total)
		growth->count = 0;
	if (growth->count == 0 || now_ms - growth->was[newest].at >= window / ALARM_GROWTH_STEPS)
		push(growth, total, now_ms);
	drop_older(growth, begin);
	value.least = (int64_t)(total - growth->was[growth->first].total);
	value.most = growth->was[growth->first].at <= begin ? value.least : INT64_MAX;
	value.normal = false;
	return value;
}
