/* SPDX-License-Identifier: BSD-2-Clause */
/* pmtaDeliveryTypeTable: queued and delivered mail by type of delivery. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_delivery_type, field)

static bool
get_type_name(const struct table_cell *cell, const struct table_column *column, struct value *out)
{
	/* clang-format off */
	static const char *const names[] = {
		[SNAP_DELIVERY_SMTP] = "smtp",
		[SNAP_DELIVERY_PIPE] = "pipe",
		[SNAP_DELIVERY_DISCARD] = "discard",
		[SNAP_DELIVERY_FILE] = "file",
		[SNAP_DELIVERY_ALIAS] = "alias",
		[SNAP_DELIVERY_BOUNCE] = "bounce",
		[SNAP_DELIVERY_FEEDBACK] = "feedback",
		[SNAP_DELIVERY_HTTP] = "http",
		[SNAP_DELIVERY_OTHER] = "other",
	};
	/* clang-format on */
	const struct snap_delivery_type *type = cell->row;

	(void)column;
	return type->key < sizeof names / sizeof names[0] && value_text(out, names[type->key]);
}

static const struct table_column columns[] = {
	{2, "pmtaDeliveryTypeServer", "SnmpAdminString", column_server, 0},
	{3, "pmtaDeliveryTypeName", "SnmpAdminString", get_type_name, 0},
	{4, "pmtaDeliveryTypeRecipients", "Gauge32", column_gauge, FIELD(recipients)},
	{5, "pmtaDeliveryTypeDomains", "Gauge32", column_gauge, FIELD(domains)},
	{6, "pmtaDeliveryTypeKBytes", "Gauge32", column_gauge, FIELD(kb)},
	{7, "pmtaDeliveryTypeDelivered", "Counter64", column_counter64, FIELD(delivered)},
};

const struct table mib_delivery_table = {
	.name = "pmtaDeliveryTypeTable",
	.arc = {2, 3},
	.arc_len = 2,
	.part = SNAP_DELIVERY_TYPE,
	.index_len = 2,
	.columns = columns,
	.column_count = sizeof columns / sizeof columns[0],
};
