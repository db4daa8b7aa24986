/* SPDX-License-Identifier: BSD-2-Clause */
#include "baseline_metric.h"

#include <string.h>

/* What has a rhythm of days and weeks, of the objects that are few and always there. What is
 * received is the feeder's rhythm, and is noted of the server only. */
static const struct {
	enum snap_scope scope;
	const char *name;
} metrics[] = {
	{SNAP_SCOPE_SERVER, "pmtaServerQueuedRecipients"},
	{SNAP_SCOPE_SERVER, "pmtaServerWindowReceived"},
	{SNAP_SCOPE_SERVER, "pmtaServerWindowDelivered"},
	{SNAP_SCOPE_SERVER, "pmtaServerWindowBounceShare"},
	{SNAP_SCOPE_SERVER, "pmtaServerWindowDeferralShare"},
	{SNAP_SCOPE_SERVER, "pmtaServerWindowThrottleShare"},
	{SNAP_SCOPE_SERVER, "pmtaServerWindowComplaintShare"},
	{SNAP_SCOPE_PROVIDER, "providerRecipients"},
	{SNAP_SCOPE_PROVIDER, "providerWindowDelivered"},
	{SNAP_SCOPE_PROVIDER, "providerWindowBounceShare"},
	{SNAP_SCOPE_PROVIDER, "providerWindowDeferralShare"},
	{SNAP_SCOPE_PROVIDER, "providerWindowThrottleShare"},
	{SNAP_SCOPE_PROVIDER, "providerWindowComplaintShare"},
};

bool
baseline_has_metric(enum snap_scope scope, const char *name)
{
	for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
		if (metrics[i].scope == scope && strcmp(metrics[i].name, name) == 0)
			return true;
	}
	return false;
}
