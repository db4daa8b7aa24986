/* SPDX-License-Identifier: BSD-2-Clause */
/* pmtaServerTable: state and levels of each server. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_server, field)

static const struct table_column columns[] = {
	{2, "pmtaServerName", "SnmpAdminString", column_text, FIELD(name)},
	{3, "pmtaServerHost", "SnmpAdminString", column_text, FIELD(host)},
	{4, "pmtaServerVersion", "SnmpAdminString", column_text, FIELD(version)},
	{5, "pmtaServerStateText", "SnmpAdminString", column_text, FIELD(state_text)},
	{6, "pmtaServerPollAge", "Gauge32", column_mono_age, FIELD(good_mono)},
	{7, "pmtaServerListsAge", "Gauge32", column_mono_age, FIELD(lists_mono)},
	{8, "pmtaServerUpTime", "Gauge32", column_age, FIELD(start_time)},
	{9, "pmtaServerQueuedRecipients", "Gauge32", column_gauge, FIELD(queued_recipients)},
	{10, "pmtaServerQueuedKBytes", "Gauge32", column_gauge, FIELD(queued_kb)},
	{11, "pmtaServerQueuedDomains", "Gauge32", column_gauge, FIELD(queued_domains)},
	{12, "pmtaServerUnlistedRecipients", "Gauge32", column_gauge, FIELD(unlisted_recipients)},
	{13, "pmtaServerQueuesTotal", "Gauge32", column_gauge, FIELD(queues.total)},
	{14, "pmtaServerQueuesListed", "Gauge32", column_gauge, FIELD(queues.listed)},
	{15, "pmtaServerDomainsTotal", "Gauge32", column_gauge, FIELD(domains.total)},
	{16, "pmtaServerDomainsListed", "Gauge32", column_gauge, FIELD(domains.listed)},
	{17, "pmtaServerVmtasTotal", "Gauge32", column_gauge, FIELD(vmtas.total)},
	{18, "pmtaServerVmtasListed", "Gauge32", column_gauge, FIELD(vmtas.listed)},
	{19, "pmtaServerJobsTotal", "Gauge32", column_gauge, FIELD(jobs.total)},
	{20, "pmtaServerJobsListed", "Gauge32", column_gauge, FIELD(jobs.listed)},
	{21, "pmtaServerQueuesBackoff", "Gauge32", column_gauge, FIELD(queues_backoff)},
	{22, "pmtaServerQueuesPaused", "Gauge32", column_gauge, FIELD(queues_paused)},
	{23, "pmtaServerSpoolInit", "Gauge32", column_gauge, FIELD(spool_init)},
	{24, "pmtaServerSpoolDirectories", "Gauge32", column_gauge, FIELD(spool_dirs)},
	{25, "pmtaServerSpoolFiles", "Gauge32", column_gauge, FIELD(spool_files)},
	{26, "pmtaServerSpoolRecipients", "Gauge32", column_gauge, FIELD(spool_recipients)},
	{27, "pmtaServerSpoolMaxRecipients", "Gauge32", column_gauge, FIELD(spool_max)},
	{28, "pmtaServerSpoolUsage", "Gauge32", column_gauge, FIELD(spool_usage)},
	{29, "pmtaServerConnectionsIn", "Gauge32", column_gauge, FIELD(in.current)},
	{30, "pmtaServerConnectionsInMax", "Gauge32", column_gauge, FIELD(in.max)},
	{31, "pmtaServerConnectionsInTop", "Gauge32", column_gauge, FIELD(in.top)},
	{32, "pmtaServerConnectionsInUsage", "Gauge32", column_gauge, FIELD(in.usage)},
	{33, "pmtaServerConnectionsOut", "Gauge32", column_gauge, FIELD(out.current)},
	{34, "pmtaServerConnectionsOutMax", "Gauge32", column_gauge, FIELD(out.max)},
	{35, "pmtaServerConnectionsOutTop", "Gauge32", column_gauge, FIELD(out.top)},
	{36, "pmtaServerConnectionsOutUsage", "Gauge32", column_gauge, FIELD(out.usage)},
	{37, "pmtaServerDnsCached", "Gauge32", column_gauge, FIELD(dns_cached)},
	{38, "pmtaServerDnsPending", "Gauge32", column_gauge, FIELD(dns_pending)},
	{39, "pmtaServerDnsActive", "Gauge32", column_gauge, FIELD(dns_active)},
	{40, "pmtaServerState", "INTEGER", column_enum, FIELD(state)},
	{41, "pmtaServerStartTime", "DateAndTime", column_date, FIELD(start_time)},
	{42, "pmtaServerDiscontinuityTime", "DateAndTime", column_date, FIELD(discontinuity)},
	{43, "pmtaServerDiscontinuityAge", "Gauge32", column_age, FIELD(discontinuity)},
	{46, "pmtaServerActiveAlarms", "Gauge32", column_gauge, FIELD(alarms_active)},
	{47, "pmtaServerWorstSeverity", "PmtaSeverity", column_enum, FIELD(alarms_worst)},
};

const struct table mib_server_table = {
	.name = "pmtaServerTable",
	.arc = {2, 1},
	.arc_len = 2,
	.part = SNAP_SERVER,
	.index_len = 1,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
