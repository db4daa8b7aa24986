/* SPDX-License-Identifier: BSD-2-Clause */
/* bounceClassTable: bounce classes. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_class, field)

static const struct table_column columns[] = {
	{2, "bounceClassServer", "SnmpAdminString", column_server, 0},
	{3, "bounceClassName", "SnmpAdminString", column_text, FIELD(name)},
	{4, "bounceClassShare", "Gauge32", column_gauge, FIELD(share)},
	{5, "bounceClassLastSeenAge", "Gauge32", column_age, FIELD(last_seen)},
	{6, "bounceClassKind", "INTEGER", column_enum, FIELD(kind)},
	{7, "bounceClassLastSeenTime", "DateAndTime", column_date, FIELD(last_seen)},
	{8, "bounceClassDiscontinuityTime", "DateAndTime", column_date, FIELD(discontinuity)},
	{9, "bounceClassDiscontinuityAge", "Gauge32", column_age, FIELD(discontinuity)},
	{10, "bounceClassBounced", "Counter64", column_counter64, FIELD(bounced)},
	{11, "bounceClassRemoteBounced", "Counter64", column_counter64, FIELD(remote_bounced)},
	{12, "bounceClassDeferred", "Counter64", column_counter64, FIELD(deferred)},
};

const struct table mib_class_table = {
	.name = "bounceClassTable",
	.arc = {6, 1},
	.arc_len = 2,
	.part = SNAP_CLASS,
	.index_len = 2,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
