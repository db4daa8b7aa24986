/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flow.h - the traffic counters of /status: totals, sliding hour and minute, and their maxima.
 */
#ifndef PMTA_SIM_FLOW_H
#define PMTA_SIM_FLOW_H

#include <stdint.h>

enum flow_kind {
	FLOW_OUT_RCP,
	FLOW_OUT_MSG,
	FLOW_OUT_BYTES,
	FLOW_IN_RCP,
	FLOW_IN_MSG,
	FLOW_IN_BYTES,
	FLOW_BOUNCES,	 /* remote bounces processed */
	FLOW_COMPLAINTS, /* feedback reports processed */
	FLOW_KINDS
};

struct flow {
	uint64_t n[FLOW_KINDS];
};

enum { FLOW_HOUR = 3600, FLOW_MINUTE = 60 };

struct flow_meter {
	struct flow total, hour, minute, top_hour, top_minute;
	struct flow lifetime;	       /* as total, but never reset */
	struct flow second[FLOW_HOUR]; /* a ring: what each of the last 3600 seconds added */
	unsigned at;		       /* the running second's place in it */
};

void flow_add(struct flow_meter *meter, enum flow_kind kind, uint64_t amount);

/* Ends a second: notes maxima and lets the oldest second fall out of each window. */
void flow_tick(struct flow_meter *meter);

/* PowerMTA's "reset counters": totals and maxima begin again, windows slide on. */
void flow_reset(struct flow_meter *meter);

/* A restart of PowerMTA: everything but lifetime begins again. */
void flow_restart(struct flow_meter *meter);

#endif
