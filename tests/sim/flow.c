/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow.h"

#include <string.h>

void
flow_add(struct flow_meter *meter, enum flow_kind kind, uint64_t amount)
{
	meter->total.n[kind] += amount;
	meter->hour.n[kind] += amount;
	meter->minute.n[kind] += amount;
	meter->lifetime.n[kind] += amount;
	meter->second[meter->at].n[kind] += amount;
}

/* Each counter has a maximum of its own: topPerMin is no minute that ever was (guide 5.3). */
static void
raise_top(struct flow *top, const struct flow *window)
{
	for (int i = 0; i < FLOW_KINDS; i++) {
		if (window->n[i] > top->n[i])
			top->n[i] = window->n[i];
	}
}

static void
subtract(struct flow *window, const struct flow *old)
{
	for (int i = 0; i < FLOW_KINDS; i++)
		window->n[i] -= old->n[i];
}

void
flow_tick(struct flow_meter *meter)
{
	raise_top(&meter->top_hour, &meter->hour);
	raise_top(&meter->top_minute, &meter->minute);
	meter->at = (meter->at + 1) % FLOW_HOUR;
	subtract(&meter->hour, &meter->second[meter->at]);
	subtract(&meter->minute, &meter->second[(meter->at + FLOW_HOUR - FLOW_MINUTE) % FLOW_HOUR]);
	meter->second[meter->at] = (struct flow){0};
}

void
flow_reset(struct flow_meter *meter)
{
	meter->total = (struct flow){0};
	meter->top_hour = (struct flow){0};
	meter->top_minute = (struct flow){0};
}

/* What the books call lifetime is the one thing a restart leaves. */
void
flow_restart(struct flow_meter *meter)
{
	struct flow lifetime = meter->lifetime;

	memset(meter, 0, sizeof(*meter));
	meter->lifetime = lifetime;
}
