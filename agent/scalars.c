/* SPDX-License-Identifier: BSD-2-Clause */
#include "scalars.h"

#include "column.h"

#define HEALTH(field) offsetof(struct agent_health, field)
#define SNAPSHOT(field) offsetof(struct snapshot, field)
#define INSTANCE 0 /* the only one of a scalar (RFC 2578, 7.10) */

static bool
get_start_time(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct agent_health *health = cell->row;

	(void)column;
	return value_date(out, health->start.wall_ms);
}

static bool
get_resident(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	const struct agent_health *health = cell->row;

	(void)column;
	return health->resident_kb != NULL && value_gauge(out, health->resident_kb());
}

static const struct scalar scalars[] = {
	{SCALAR_HEALTH, {1, "pmtaAgentVersion", "SnmpAdminString", column_text, HEALTH(version)}},
	{SCALAR_SNAPSHOT,
	 {2, "pmtaAgentName", "SnmpAdminString", column_text, SNAPSHOT(agent_name)}},
	{SCALAR_HEALTH, {3, "pmtaAgentUpTime", "Gauge32", column_mono_age, HEALTH(start.mono_ms)}},
	{SCALAR_SNAPSHOT, {4, "pmtaAgentConfigAge", "Gauge32", column_age, SNAPSHOT(config_time)}},
	{SCALAR_SNAPSHOT,
	 {5, "pmtaAgentSnapshotAge", "Gauge32", column_mono_age, SNAPSHOT(published_mono)}},
	{SCALAR_SNAPSHOT, {6, "pmtaAgentServers", "Gauge32", column_gauge, SNAPSHOT(server_count)}},
	{SCALAR_SNAPSHOT, {7, "pmtaAgentServersUp", "Gauge32", column_gauge, SNAPSHOT(servers_up)}},
	{SCALAR_SNAPSHOT,
	 {8, "pmtaAgentRowsOmitted", "Gauge32", column_gauge, SNAPSHOT(rows_omitted)}},
	{SCALAR_HEALTH,
	 {9, "pmtaAgentNotificationsQueued", "Gauge32", column_gauge,
	  HEALTH(notifications_queued)}},
	{SCALAR_HEALTH, {10, "pmtaAgentResidentKBytes", "Gauge32", get_resident, 0}},
	{SCALAR_HEALTH,
	 {11, "pmtaAgentLongestStall", "Gauge32", column_gauge, HEALTH(longest_stall_ms)}},
	{SCALAR_SNAPSHOT,
	 {12, "pmtaAgentIndexEpoch", "Unsigned32", column_gauge, SNAPSHOT(index_epoch)}},
	{SCALAR_HEALTH, {13, "pmtaAgentStartTime", "DateAndTime", get_start_time, 0}},
	{SCALAR_SNAPSHOT,
	 {14, "pmtaAgentConfigTime", "DateAndTime", column_date, SNAPSHOT(config_time)}},
	{SCALAR_SNAPSHOT,
	 {15, "pmtaAgentSnapshots", "Counter64", column_counter64, SNAPSHOT(published)}},
	{SCALAR_HEALTH,
	 {16, "pmtaAgentMasterReconnects", "Counter32", column_counter32,
	  HEALTH(master_reconnects)}},
	{SCALAR_SNAPSHOT,
	 {17, "pmtaAgentEvents", "Counter64", column_counter64, SNAPSHOT(events_raised)}},
	{SCALAR_HEALTH,
	 {18, "pmtaAgentNotificationsRaised", "Counter64", column_counter64,
	  HEALTH(notifications_raised)}},
	{SCALAR_HEALTH,
	 {19, "pmtaAgentNotificationsSent", "Counter64", column_counter64,
	  HEALTH(notifications_sent)}},
	{SCALAR_HEALTH,
	 {20, "pmtaAgentNotificationsCoalesced", "Counter64", column_counter64,
	  HEALTH(notifications_coalesced)}},
	{SCALAR_HEALTH,
	 {21, "pmtaAgentNotificationsLost", "Counter64", column_counter64,
	  HEALTH(notifications_lost)}},
	{SCALAR_SNAPSHOT,
	 {22, "pmtaAgentActiveAlarms", "Gauge32", column_gauge, SNAPSHOT(alarms_active)}},
	{SCALAR_SNAPSHOT,
	 {23, "pmtaAgentWorstSeverity", "PmtaSeverity", column_enum, SNAPSHOT(alarms_worst)}},
	{SCALAR_SNAPSHOT,
	 {24, "pmtaAgentNotificationsSuppressed", "Counter64", column_counter64,
	  SNAPSHOT(alarms_suppressed)}},
	{SCALAR_SNAPSHOT,
	 {25, "pmtaAgentActionsRun", "Counter64", column_counter64, SNAPSHOT(actions_run)}},
	{SCALAR_SNAPSHOT,
	 {26, "pmtaAgentActionsFailed", "Counter64", column_counter64, SNAPSHOT(actions_failed)}},
};
#define SCALAR_COUNT (sizeof scalars / sizeof scalars[0])

const struct scalar *
scalar_list(size_t *count)
{
	*count = SCALAR_COUNT;
	return scalars;
}

static bool
scalar_value(const struct scalar *scalar, const struct snapshot *snap,
	     const struct agent_health *health, struct moment now, struct value *out)
{
	const struct table_cell cell = {
		.snap = snap,
		.row = scalar->owner == SCALAR_HEALTH ? (const void *)health : (const void *)snap,
		.now = now,
	};

	return cell.row != NULL && scalar->column.get(&cell, &scalar->column, out);
}

bool
scalar_get(const struct snapshot *snap, const struct agent_health *health, struct moment now,
	   const uint32_t *suffix, size_t len, struct value *out)
{
	if (len != SCALAR_SUFFIX_MAX || suffix[1] != INSTANCE)
		return false;
	for (size_t i = 0; i < SCALAR_COUNT; i++)
		if (scalars[i].column.number == suffix[0])
			return scalar_value(&scalars[i], snap, health, now, out);
	return false;
}

bool
scalar_next(const struct snapshot *snap, const struct agent_health *health, struct moment now,
	    const uint32_t *suffix, size_t len, uint32_t *next, size_t *next_len, struct value *out)
{
	for (size_t i = 0; i < SCALAR_COUNT; i++) {
		uint32_t number = scalars[i].column.number;

		/* NUMBER alone comes before its instance, NUMBER.0 and all that begins so do not.
		 */
		if (len > 0 && (number < suffix[0] || (number == suffix[0] && len > 1)))
			continue;
		if (!scalar_value(&scalars[i], snap, health, now, out))
			continue;
		next[0] = number;
		next[1] = INSTANCE;
		*next_len = SCALAR_SUFFIX_MAX;
		return true;
	}
	return false;
}
