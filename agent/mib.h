/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mib.h - the tables of PMTA-MONITOR-MIB and the OIDs of what is in it, root included.
 *
 * All functions below write at most VALUE_OID_MAX numbers to oid and return how many.
 */
#ifndef PMTA_MIB_H
#define PMTA_MIB_H

#include "table.h"

/* Those of each mib_<table>.c. */
extern const struct table mib_server_table, mib_traffic_table, mib_delivery_table,
	mib_server_window_table, mib_vmta_table, mib_vmta_window_table, mib_queue_table,
	mib_queue_window_table, mib_domain_table, mib_provider_table, mib_provider_window_table,
	mib_class_table, mib_vmta_bounce_table, mib_provider_bounce_table, mib_reply_table,
	mib_class_window_table, mib_top_table, mib_job_table, mib_source_table, mib_baseline_table,
	mib_event_table, mib_threshold_table, mib_alarm_table;

/* The objects of every notification, in their order: the first columns of pmtaEventTable. */
#define MIB_NOTIFICATION_OBJECTS 14

size_t mib_table_oid(const struct table *table, uint32_t *oid);
/* pmtaAgent, below which the scalars are (scalars.h). */
size_t mib_scalars_oid(uint32_t *oid);
size_t mib_notification_oid(enum snap_notification notification, uint32_t *oid);

/* RowPointer (RFC 2579): the first column of a row, or 0.0 if table is NULL or an index that it
 * needs is 0, or if its rows need more of a key than one number. An index it does not have is
 * ignored. */
size_t mib_row_oid(const struct table *table, uint32_t server, uint32_t key, uint32_t *oid);

#endif
