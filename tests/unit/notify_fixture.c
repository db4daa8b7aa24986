/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "notify_fixture.h"

uint32_t sequence;

uint32_t
add(struct notify *n, uint32_t alarm_id, bool clears)
{
	const struct notify_event event = {++sequence, alarm_id, clears};

	notify_add(n, &event);
	return sequence;
}

void
recall(struct notify *n, uint32_t alarm_id, bool clears)
{
	const struct notify_event event = {++sequence, alarm_id, clears};

	notify_recall(n, &event);
}

uint32_t
send_one(struct notify *n, int64_t now_ms)
{
	uint32_t next;

	if (!notify_next(n, now_ms, &next))
		return 0;
	notify_written(n);
	notify_confirm(n);
	return next;
}

void
assert_sum(const struct notify *n)
{
	struct notify_counts c = notify_counts(n);

	assert_int_equal(c.raised, c.sent + c.coalesced + c.dropped + c.queued);
}

int
notify_setup(void **state)
{
	sequence = 0;
	*state = notify_new(8, 1000, 1000);
	return *state ? 0 : -1;
}

int
notify_teardown(void **state)
{
	notify_free(*state);
	return 0;
}
