/* SPDX-License-Identifier: BSD-2-Clause */
#include "mib.h"

#include <string.h>

#include "root.h"

/* Arcs below the module's root (RFC 4181, appendix D), and of what is below those. */
#define NOTIFICATIONS_ARC 0
#define OBJECTS_ARC 1
#define SCALARS_ARC 1
#define ENTRY_ARC 1

/* The longest: root, objects, table, entry, column, server, key. */
_Static_assert(MIB_ROOT_LEN + 1 + 3 + TABLE_SUFFIX_MAX <= VALUE_OID_MAX, "root OID too long");

/* clang-format off */
static const struct table *const tables[] = {
	&mib_server_table,
	&mib_traffic_table,
	&mib_delivery_table,
	&mib_server_window_table,
	&mib_vmta_table,
	&mib_vmta_window_table,
	&mib_queue_table,
	&mib_queue_window_table,
	&mib_domain_table,
	&mib_provider_table,
	&mib_provider_window_table,
	&mib_class_table,
	&mib_vmta_bounce_table,
	&mib_provider_bounce_table,
	&mib_reply_table,
	&mib_class_window_table,
	&mib_top_table,
	&mib_job_table,
	&mib_source_table,
	&mib_baseline_table,
	&mib_threshold_table,
	&mib_alarm_table,
	&mib_event_table,
};
/* clang-format on */

const struct table *const *
mib_tables(size_t *count)
{
	*count = sizeof tables / sizeof tables[0];
	return tables;
}

const struct table *
mib_table_of(enum snap_table part)
{
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		if (tables[i]->part == part)
			return tables[i];
	return NULL;
}

static size_t
start_oid(uint32_t *oid, uint32_t arc)
{
	memcpy(oid, mib_root, sizeof mib_root);
	oid[MIB_ROOT_LEN] = arc;
	return MIB_ROOT_LEN + 1;
}

size_t
mib_table_oid(const struct table *table, uint32_t *oid)
{
	size_t len = start_oid(oid, OBJECTS_ARC);

	memcpy(oid + len, table->arc, table->arc_len * sizeof *oid);
	return len + table->arc_len;
}

size_t
mib_scalars_oid(uint32_t *oid)
{
	size_t len = start_oid(oid, OBJECTS_ARC);

	oid[len++] = SCALARS_ARC;
	return len;
}

size_t
mib_notification_oid(enum snap_notification notification, uint32_t *oid)
{
	size_t len = start_oid(oid, NOTIFICATIONS_ARC);

	oid[len++] = notification;
	return len;
}

size_t
mib_row_oid(const struct table *table, uint32_t server, uint32_t key, uint32_t *oid)
{
	const bool by_server = table != NULL && table->part < SNAP_SERVER_TABLES;
	const unsigned key_len = table != NULL ? table_key_len(table) : 0;
	size_t len;

	if (table == NULL || key_len > 1 || (by_server && server == 0) ||
	    (key_len == 1 && key == 0)) {
		oid[0] = oid[1] = 0; /* zeroDotZero, RFC 2578 */
		return 2;
	}
	len = mib_table_oid(table, oid);
	oid[len++] = ENTRY_ARC;
	oid[len++] = table->columns[0].number;
	if (by_server)
		oid[len++] = server;
	if (key_len == 1)
		oid[len++] = key;
	return len;
}
