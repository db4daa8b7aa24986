/* SPDX-License-Identifier: BSD-2-Clause */
/* vmtaBounceTable and providerBounceTable: bounce classes of VirtualMTAs and of providers. */
#include "column.h"
#include "mib.h"

#define FIELD(field) offsetof(struct snap_bounce, field)

/* Records of remote bounces name no VirtualMTA: there is no column 5. */
static const struct table_column vmta_columns[] = {
	{1, "vmtaBounceServer", "SnmpAdminString", column_server, 0},
	{2, "vmtaBounceVmta", "SnmpAdminString", column_text, FIELD(name)},
	{3, "vmtaBounceClass", "SnmpAdminString", column_text, FIELD(class_name)},
	{4, "vmtaBounceBounced", "Counter64", column_counter64, FIELD(bounced)},
	{6, "vmtaBounceDeferred", "Counter64", column_counter64, FIELD(deferred)},
};

static const struct table_column provider_columns[] = {
	{1, "providerBounceServer", "SnmpAdminString", column_server, 0},
	{2, "providerBounceProvider", "SnmpAdminString", column_text, FIELD(name)},
	{3, "providerBounceClass", "SnmpAdminString", column_text, FIELD(class_name)},
	{4, "providerBounceBounced", "Counter64", column_counter64, FIELD(bounced)},
	{5, "providerBounceRemoteBounced", "Counter64", column_counter64, FIELD(remote_bounced)},
	{6, "providerBounceDeferred", "Counter64", column_counter64, FIELD(deferred)},
};

const struct table mib_vmta_bounce_table = {
	.name = "vmtaBounceTable",
	.arc = {6, 2},
	.arc_len = 2,
	.part = SNAP_VMTA_BOUNCE,
	.index_len = 3,
	.columns = vmta_columns,
	.column_count = sizeof vmta_columns / sizeof vmta_columns[0],
};

const struct table mib_provider_bounce_table = {
	.name = "providerBounceTable",
	.arc = {6, 3},
	.arc_len = 2,
	.part = SNAP_PROVIDER_BOUNCE,
	.index_len = 3,
	.columns = provider_columns,
	.column_count = sizeof provider_columns / sizeof provider_columns[0],
};
