/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scalars.h - the scalars of PMTA-MONITOR-MIB, pmtaAgent*: how the agent itself is. Pure.
 *
 * An OID is given as the sub-identifiers behind pmtaAgent: NUMBER.0.
 */
#ifndef PMTA_SCALARS_H
#define PMTA_SCALARS_H

#include "table.h"

/* What only the agent knows of itself; it keeps one and fills it as it goes. */
struct agent_health {
	struct moment start;
	const char *version;
	uint32_t master_reconnects; /* connections to the master after the first */
	/* raised = sent + coalesced + lost + queued */
	uint64_t notifications_raised, notifications_sent, notifications_coalesced,
		notifications_lost;
	uint32_t notifications_queued;
	uint32_t longest_stall_ms;     /* of the event loop */
	uint32_t (*resident_kb)(void); /* asked when it is read; SNAP_NONE32: unknown */
};

/* A scalar is a column of one of two rows: the agent's health, or the snapshot. */
enum scalar_owner { SCALAR_HEALTH = 1, SCALAR_SNAPSHOT };

struct scalar {
	enum scalar_owner owner;
	struct table_column column;
};

/* Longest OID behind pmtaAgent: number, 0. */
#define SCALAR_SUFFIX_MAX 2

/* All scalars, ascending by number; *count gets how many. */
const struct scalar *scalar_list(size_t *count);

/* GET. snap is NULL before the first snapshot: its scalars then have no instance. */
bool scalar_get(const struct snapshot *snap, const struct agent_health *health, struct moment now,
		const uint32_t *suffix, size_t len, struct value *out);

/* GETNEXT, as table_next(), with next[SCALAR_SUFFIX_MAX]. */
bool scalar_next(const struct snapshot *snap, const struct agent_health *health, struct moment now,
		 const uint32_t *suffix, size_t len, uint32_t *next, size_t *next_len,
		 struct value *out);

#endif
