/* SPDX-License-Identifier: BSD-2-Clause */
#include "rule.h"

static enum snap_notification
or_any(enum snap_notification notification)
{
	return notification != 0 ? notification : SNAP_NOTE_THRESHOLD_RAISED;
}

enum snap_notification
rule_notification(const struct rule *rule)
{
	const struct metric *metric = rule->metric;

	if (rule->raise.kind != RULE_FIXED)
		return SNAP_NOTE_ANOMALY_DETECTED;
	switch (rule->when) {
	case RULE_BELOW:
		return or_any(metric->below_note);
	case RULE_IS:
		/* "Queue paused" would be a lie about queues that are not. */
		if ((rule->states & ~metric->note_states) != 0)
			return SNAP_NOTE_THRESHOLD_RAISED;
		break;
	case RULE_ABOVE:
		break;
	}
	return or_any(metric->raise_note);
}
