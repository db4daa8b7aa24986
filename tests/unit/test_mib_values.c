/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each column of the fixture's full row must read: every field has a value of its own there,
 * so that a column that reads its neighbour's field is found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fixture.h"
#include "mib.h"
#include "root.h"

#define TEXT_SIZE 300

struct expectation {
	const char *column, *text;
};

/* Times as RFC 2579 displays DateAndTime; OIDs from the root on. */
static const struct expectation expected[] = {
	{"pmtaServerName", "mta1"},
	{"pmtaServerHost", "mta1.example.net"},
	{"pmtaServerVersion", "5.0r5"},
	{"pmtaServerStateText", "starting"},
	{"pmtaServerPollAge", "1002"},
	{"pmtaServerListsAge", "1003"},
	{"pmtaServerUpTime", "1001"},
	{"pmtaServerQueuedRecipients", "117"},
	{"pmtaServerQueuedKBytes", "118"},
	{"pmtaServerQueuedDomains", "119"},
	{"pmtaServerUnlistedRecipients", "128"},
	{"pmtaServerQueuesTotal", "121"},
	{"pmtaServerQueuesListed", "120"},
	{"pmtaServerDomainsTotal", "123"},
	{"pmtaServerDomainsListed", "122"},
	{"pmtaServerVmtasTotal", "125"},
	{"pmtaServerVmtasListed", "124"},
	{"pmtaServerJobsTotal", "127"},
	{"pmtaServerJobsListed", "126"},
	{"pmtaServerQueuesBackoff", "129"},
	{"pmtaServerQueuesPaused", "130"},
	{"pmtaServerSpoolInit", "97"},
	{"pmtaServerSpoolDirectories", "101"},
	{"pmtaServerSpoolFiles", "102"},
	{"pmtaServerSpoolRecipients", "103"},
	{"pmtaServerSpoolMaxRecipients", "104"},
	{"pmtaServerSpoolUsage", "105"},
	{"pmtaServerConnectionsIn", "106"},
	{"pmtaServerConnectionsInMax", "107"},
	{"pmtaServerConnectionsInTop", "108"},
	{"pmtaServerConnectionsInUsage", "109"},
	{"pmtaServerConnectionsOut", "110"},
	{"pmtaServerConnectionsOutMax", "111"},
	{"pmtaServerConnectionsOutTop", "112"},
	{"pmtaServerConnectionsOutUsage", "113"},
	{"pmtaServerDnsCached", "114"},
	{"pmtaServerDnsPending", "115"},
	{"pmtaServerDnsActive", "116"},
	{"pmtaServerState", "2"},
	{"pmtaServerStartTime", "2024-3-12,13:48:52.0,+0:0"},
	{"pmtaServerDiscontinuityTime", "2024-3-12,13:48:49.0,+0:0"},
	{"pmtaServerDiscontinuityAge", "1004"},
	{"pmtaServerQueuesStuck", "131"},
	{"pmtaServerVmtaFairness", "9100"},
	{"pmtaServerActiveAlarms", "227"},
	{"pmtaServerWorstSeverity", "4"},
	{"pmtaServerProbeState", "3"},
	{"pmtaServerProbeTime", "227"},
	{"pmtaServerProbeReply", "421 4.3.2 try again later"},
	{"pmtaServerProbeAge", "1005"},
	{"pmtaServerProbeBannerTime", "228"},
	{"pmtaServerDiskPath", "/var/spool/pmta"},
	{"pmtaServerDiskUsage", "229"},
	{"pmtaServerInodeUsage", "230"},
	{"pmtaServerDiskFree", "231"},
	{"pmtaServerProcessResidentKBytes", "232"},
	{"pmtaServerProcessFiles", "233"},
	{"pmtaServerProcessFilesMax", "234"},
	{"pmtaServerProcessFilesUsage", "235"},
	{"pmtaServerProcessThreads", "236"},
	{"pmtaServerProcessCpu", "8000000009"},
	{"pmtaServerProcessUpTime", "1006"},
	{"pmtaTrafficServer", "mta1"},
	{"pmtaTrafficInRecipientsLastHour", "201"},
	{"pmtaTrafficInMessagesLastHour", "202"},
	{"pmtaTrafficInKBytesLastHour", "203"},
	{"pmtaTrafficInRecipientsLastMin", "204"},
	{"pmtaTrafficInMessagesLastMin", "205"},
	{"pmtaTrafficInKBytesLastMin", "206"},
	{"pmtaTrafficInRecipientsTopHour", "207"},
	{"pmtaTrafficInMessagesTopHour", "208"},
	{"pmtaTrafficInKBytesTopHour", "209"},
	{"pmtaTrafficInRecipientsTopMin", "210"},
	{"pmtaTrafficInMessagesTopMin", "211"},
	{"pmtaTrafficInKBytesTopMin", "212"},
	{"pmtaTrafficOutRecipientsLastHour", "213"},
	{"pmtaTrafficOutMessagesLastHour", "214"},
	{"pmtaTrafficOutKBytesLastHour", "215"},
	{"pmtaTrafficOutRecipientsLastMin", "216"},
	{"pmtaTrafficOutMessagesLastMin", "217"},
	{"pmtaTrafficOutKBytesLastMin", "218"},
	{"pmtaTrafficOutRecipientsTopHour", "219"},
	{"pmtaTrafficOutMessagesTopHour", "220"},
	{"pmtaTrafficOutKBytesTopHour", "221"},
	{"pmtaTrafficOutRecipientsTopMin", "222"},
	{"pmtaTrafficOutMessagesTopMin", "223"},
	{"pmtaTrafficOutKBytesTopMin", "224"},
	{"pmtaTrafficInRecipients", "8000000001"},
	{"pmtaTrafficInMessages", "8000000002"},
	{"pmtaTrafficInKBytes", "8000000003"},
	{"pmtaTrafficOutRecipients", "8000000004"},
	{"pmtaTrafficOutMessages", "8000000005"},
	{"pmtaTrafficOutKBytes", "8000000006"},
	{"pmtaTrafficBouncesProcessed", "8000000007"},
	{"pmtaTrafficComplaintsProcessed", "8000000008"},
	{"pmtaTrafficReceived", "9000000001"},
	{"pmtaTrafficDelivered", "9000000002"},
	{"pmtaTrafficDeliveredKBytes", "8789062"},
	{"pmtaTrafficBounced", "9000000004"},
	{"pmtaTrafficDeferred", "9000000005"},
	{"pmtaTrafficAttemptErrors", "9000000006"},
	{"pmtaTrafficRemoteBounced", "9000000007"},
	{"pmtaTrafficComplaints", "9000000008"},
	{"pmtaTrafficRestarts", "225"},
	{"pmtaTrafficCounterResets", "226"},
	{"pmtaTrafficHardBounced", "8000000009"},
	{"pmtaTrafficSoftBounced", "8000000010"},
	{"pmtaTrafficDeleted", "8000000011"},
	{"pmtaTrafficSuppressed", "8000000012"},
	{"pmtaDeliveryTypeServer", "mta1"},
	{"pmtaDeliveryTypeName", "feedback"},
	{"pmtaDeliveryTypeRecipients", "11"},
	{"pmtaDeliveryTypeDomains", "12"},
	{"pmtaDeliveryTypeKBytes", "13"},
	{"pmtaDeliveryTypeDelivered", "7000000001"},
	{"pmtaServerWindowServer", "mta1"},
	{"pmtaServerWindowReceived", "301"},
	{"pmtaServerWindowDelivered", "302"},
	{"pmtaServerWindowBounced", "303"},
	{"pmtaServerWindowDeferred", "304"},
	{"pmtaServerWindowThrottled", "305"},
	{"pmtaServerWindowComplaints", "306"},
	{"pmtaServerWindowDeliveredKBytes", "307"},
	{"pmtaServerWindowAttempts", "308"},
	{"pmtaServerWindowBounceShare", "309"},
	{"pmtaServerWindowDeferralShare", "310"},
	{"pmtaServerWindowThrottleShare", "311"},
	{"pmtaServerWindowComplaintShare", "312"},
	{"pmtaServerWindowLatencyMean", "313"},
	{"pmtaServerWindowLatencyP95", "314"},
	{"pmtaServerWindowLatencyMax", "315"},
	{"pmtaServerWindowHardBounced", "316"},
	{"pmtaServerWindowHardBounceShare", "317"},
	{"vmtaServer", "mta1"},
	{"vmtaName", "vmta-a"},
	{"vmtaRecipients", "21"},
	{"vmtaKBytes", "22"},
	{"vmtaDomains", "23"},
	{"vmtaShare", "5400"},
	{"vmtaConnections", "24"},
	{"vmtaQueuesBackoff", "25"},
	{"vmtaQueuesPaused", "26"},
	{"vmtaLastDeliveryAge", "1005"},
	{"vmtaLastErrorAge", "1006"},
	{"vmtaLastError", "connect rate limit reached"},
	{"vmtaLastErrorTime", "2024-3-12,13:48:47.0,+0:0"},
	{"vmtaLastDeliveryTime", "2024-3-12,13:48:48.0,+0:0"},
	{"vmtaDiscontinuityTime", "2024-3-12,13:48:46.0,+0:0"},
	{"vmtaDiscontinuityAge", "1007"},
	{"vmtaDelivered", "9000000002"},
	{"vmtaDeliveredKBytes", "8789062"},
	{"vmtaBounced", "9000000004"},
	{"vmtaDeferred", "9000000005"},
	{"vmtaAttemptErrors", "9000000006"},
	{"vmtaComplaints", "9000000008"},
	{"vmtaOldestAge", "28"},
	{"vmtaOldestAgeBound", "29"},
	{"vmtaQueuesStuck", "27"},
	{"vmtaTopReasonShare", "2700"},
	{"vmtaTopReasonCode", "554"},
	{"vmtaTopReason", "554 5.7.1 refused"},
	{"vmtaDeliveryShare", "3300"},
	{"vmtaFairness", "61"},
	{"vmtaWindowServer", "mta1"},
	{"vmtaWindowName", "vmta-a"},
	{"vmtaWindowDelivered", "322"},
	{"vmtaWindowBounced", "323"},
	{"vmtaWindowDeferred", "324"},
	{"vmtaWindowThrottled", "325"},
	{"vmtaWindowComplaints", "326"},
	{"vmtaWindowDeliveredKBytes", "327"},
	{"vmtaWindowAttempts", "328"},
	{"vmtaWindowBounceShare", "329"},
	{"vmtaWindowDeferralShare", "330"},
	{"vmtaWindowThrottleShare", "331"},
	{"vmtaWindowComplaintShare", "332"},
	{"vmtaWindowLatencyMean", "333"},
	{"vmtaWindowLatencyP95", "334"},
	{"vmtaWindowLatencyMax", "335"},
	{"vmtaWindowHardBounced", "336"},
	{"vmtaWindowHardBounceShare", "337"},
	{"domainQueueServer", "mta1"},
	{"domainQueueName", "example.com/vmta-a"},
	{"domainQueueDomain", "example.com"},
	{"domainQueueVmta", "vmta-a"},
	{"domainQueueDomainIndex", "31"},
	{"domainQueueVmtaIndex", "32"},
	{"domainQueueRecipients", "33"},
	{"domainQueueKBytes", "34"},
	{"domainQueueConnections", "35"},
	{"domainQueueRetryWait", "1008"},
	{"domainQueueLastErrorAge", "1009"},
	{"domainQueueLastDeliveryAge", "1010"},
	{"domainQueueMode", "2"},
	{"domainQueuePaused", "1"},
	{"domainQueueWaitReason", "4"},
	{"domainQueueReplyCode", "421"},
	{"domainQueueLastError", "skip of MX requested: \"421 4.2.1 try later\""},
	{"domainQueueLastErrorTime", "2024-3-12,13:48:44.0,+0:0"},
	{"domainQueueNextRetry", "2024-3-12,14:22:21.0,+0:0"},
	{"domainQueueLastDeliveryTime", "2024-3-12,13:48:43.0,+0:0"},
	{"domainQueueDiscontinuityTime", "2024-3-12,13:48:42.0,+0:0"},
	{"domainQueueDiscontinuityAge", "1011"},
	{"domainQueueDelivered", "9000000002"},
	{"domainQueueDeliveredKBytes", "8789062"},
	{"domainQueueBounced", "9000000004"},
	{"domainQueueDeferred", "9000000005"},
	{"domainQueueAttemptErrors", "9000000006"},
	{"domainQueueProvider", "example-mail"},
	{"domainQueueProviderIndex", "36"},
	{"domainQueueOldestAge", "37"},
	{"domainQueueOldestAgeBound", "38"},
	{"domainQueueTopReasonShare", "6400"},
	{"domainQueueTopReasonCode", "451"},
	{"domainQueueTopReason", "451 4.7.1 greylisted"},
	{"domainQueueDrainRate", "-39"},
	{"domainQueueDeliveryRate", "40"},
	{"domainQueueDrainTime", "44"},
	{"domainQueueStuck", "2"},
	{"domainQueueWindowServer", "mta1"},
	{"domainQueueWindowName", "example.com/vmta-a"},
	{"domainQueueWindowDelivered", "342"},
	{"domainQueueWindowBounced", "343"},
	{"domainQueueWindowDeferred", "344"},
	{"domainQueueWindowThrottled", "345"},
	{"domainQueueWindowDeliveredKBytes", "347"},
	{"domainQueueWindowAttempts", "348"},
	{"domainQueueWindowBounceShare", "349"},
	{"domainQueueWindowDeferralShare", "350"},
	{"domainQueueWindowThrottleShare", "351"},
	{"domainQueueWindowLatencyMean", "353"},
	{"domainQueueWindowLatencyP95", "354"},
	{"domainQueueWindowLatencyMax", "355"},
	{"domainQueueWindowHardBounced", "356"},
	{"domainQueueWindowHardBounceShare", "357"},
	{"domainServer", "mta1"},
	{"domainName", "example.com"},
	{"domainRecipients", "41"},
	{"domainKBytes", "42"},
	{"domainConnections", "43"},
	{"domainLastErrorAge", "1012"},
	{"domainLastDeliveryAge", "1013"},
	{"domainLastError", "message rate limit reached"},
	{"domainLastErrorTime", "2024-3-12,13:48:41.0,+0:0"},
	{"domainLastDeliveryTime", "2024-3-12,13:48:40.0,+0:0"},
	{"domainDiscontinuityTime", "2024-3-12,13:48:39.0,+0:0"},
	{"domainDiscontinuityAge", "1014"},
	{"domainReceived", "9000000001"},
	{"domainDelivered", "9000000002"},
	{"domainDeliveredKBytes", "8789062"},
	{"domainBounced", "9000000004"},
	{"domainDeferred", "9000000005"},
	{"domainAttemptErrors", "9000000006"},
	{"domainRemoteBounced", "9000000007"},
	{"domainComplaints", "9000000008"},
	{"providerServer", "mta1"},
	{"providerName", "example-mail"},
	{"providerRecipients", "91"},
	{"providerKBytes", "92"},
	{"providerConnections", "93"},
	{"providerQueues", "94"},
	{"providerQueuesBackoff", "95"},
	{"providerOldestAge", "96"},
	{"providerOldestAgeBound", "97"},
	{"providerLastDeliveryAge", "1026"},
	{"providerTopReasonShare", "9800"},
	{"providerTopReasonCode", "452"},
	{"providerTopReason", "452 4.2.2 over quota"},
	{"providerLastDeliveryTime", "2024-3-12,13:48:27.0,+0:0"},
	{"providerDiscontinuityTime", "2024-3-12,13:48:26.0,+0:0"},
	{"providerDiscontinuityAge", "1027"},
	{"providerReceived", "9000000001"},
	{"providerDelivered", "9000000002"},
	{"providerDeliveredKBytes", "8789062"},
	{"providerBounced", "9000000004"},
	{"providerDeferred", "9000000005"},
	{"providerAttemptErrors", "9000000006"},
	{"providerThrottled", "9000000009"},
	{"providerRemoteBounced", "9000000007"},
	{"providerComplaints", "9000000008"},
	{"providerQueuesStuck", "98"},
	{"providerWindowServer", "mta1"},
	{"providerWindowName", "example-mail"},
	{"providerWindowReceived", "361"},
	{"providerWindowDelivered", "362"},
	{"providerWindowBounced", "363"},
	{"providerWindowDeferred", "364"},
	{"providerWindowThrottled", "365"},
	{"providerWindowComplaints", "366"},
	{"providerWindowDeliveredKBytes", "367"},
	{"providerWindowAttempts", "368"},
	{"providerWindowBounceShare", "369"},
	{"providerWindowDeferralShare", "370"},
	{"providerWindowThrottleShare", "371"},
	{"providerWindowComplaintShare", "372"},
	{"providerWindowLatencyMean", "373"},
	{"providerWindowLatencyP95", "374"},
	{"providerWindowLatencyMax", "375"},
	{"providerWindowHardBounced", "376"},
	{"providerWindowHardBounceShare", "377"},
	{"bounceClassServer", "mta1"},
	{"bounceClassName", "inactive-mailbox"},
	{"bounceClassShare", "1250"},
	{"bounceClassLastSeenAge", "1015"},
	{"bounceClassKind", "1"},
	{"bounceClassLastSeenTime", "2024-3-12,13:48:38.0,+0:0"},
	{"bounceClassDiscontinuityTime", "2024-3-12,13:48:37.0,+0:0"},
	{"bounceClassDiscontinuityAge", "1016"},
	{"bounceClassBounced", "6000000001"},
	{"bounceClassRemoteBounced", "6000000002"},
	{"bounceClassDeferred", "6000000003"},
	{"vmtaBounceServer", "mta1"},
	{"vmtaBounceVmta", "vmta-a"},
	{"vmtaBounceClass", "quota-issues"},
	{"vmtaBounceBounced", "2000000001"},
	{"vmtaBounceDeferred", "2000000003"},
	{"providerBounceServer", "mta1"},
	{"providerBounceProvider", "example-mail"},
	{"providerBounceClass", "spam-related"},
	{"providerBounceBounced", "2000000004"},
	{"providerBounceRemoteBounced", "2000000005"},
	{"providerBounceDeferred", "2000000006"},
	{"replyServer", "mta1"},
	{"replyProvider", "example-mail"},
	{"replyStatus", "421 4.7.28"},
	{"replyText", "unusual rate of mail from <ip>"},
	{"replyLastSeenAge", "1028"},
	{"replyLastSeenTime", "2024-3-12,13:48:25.0,+0:0"},
	{"replyBounced", "2000000007"},
	{"replyDeferred", "2000000008"},
	{"bounceClassWindowServer", "mta1"},
	{"bounceClassWindowName", "inactive-mailbox"},
	{"bounceClassWindowBounced", "383"},
	{"bounceClassWindowDeferred", "384"},
	{"bounceClassWindowThrottled", "385"},
	{"bounceClassWindowAttempts", "388"},
	{"bounceClassWindowBounceShare", "389"},
	{"bounceClassWindowDeferralShare", "390"},
	{"bounceClassWindowThrottleShare", "391"},
	{"pmtaTopServer", "mta1"},
	{"pmtaTopListName", "oldestQueues"},
	{"pmtaTopObject", "example.com/vmta-a"},
	{"pmtaTopValue", "99"},
	{"pmtaTopUnit", "seconds"},
	{"pmtaTopReason", "421 4.2.1 try later"},
	{"pmtaTopRow", "root.1.4.1.1.2.3.7"},
	{"pmtaJobServer", "mta1"},
	{"pmtaJobName", "spring-letter"},
	{"pmtaJobRecipients", "51"},
	{"pmtaJobKBytes", "52"},
	{"pmtaJobDomains", "53"},
	{"pmtaJobPaused", "2"},
	{"pmtaJobDiscontinuityTime", "2024-3-12,13:48:36.0,+0:0"},
	{"pmtaJobDiscontinuityAge", "1017"},
	{"pmtaJobReceived", "9000000001"},
	{"pmtaJobDelivered", "9000000002"},
	{"pmtaJobDeliveredKBytes", "8789062"},
	{"pmtaJobBounced", "9000000004"},
	{"pmtaJobDeferred", "9000000005"},
	{"pmtaJobComplaints", "9000000008"},
	{"pmtaSourceServer", "mta1"},
	{"pmtaSourceName", "/var/log/pmta/acct.csv"},
	{"pmtaSourceAge", "1018"},
	{"pmtaSourceLag", "61"},
	{"pmtaSourceBacklog", "62"},
	{"pmtaSourceDuration", "63"},
	{"pmtaSourceLastErrorAge", "1019"},
	{"pmtaSourceKind", "6"},
	{"pmtaSourceState", "3"},
	{"pmtaSourceRecordTypes", "d tq rs"},
	{"pmtaSourceLastError", "acct-2024-03-12-0000.csv: permission denied"},
	{"pmtaSourceLastErrorTime", "2024-3-12,13:48:34.0,+0:0"},
	{"pmtaSourceAttempts", "5000000001"},
	{"pmtaSourceFailures", "5000000002"},
	{"pmtaSourceRecords", "5000000003"},
	{"pmtaSourceRejected", "5000000004"},
	{"pmtaSourceGaps", "5000000005"},
	{"pmtaBaselineServer", "mta1"},
	{"pmtaBaselineName", "example-mail"},
	{"pmtaBaselineMetricName", "providerWindowDeferralShare"},
	{"pmtaBaselineExpected", "91"},
	{"pmtaBaselineDeviation", "92"},
	{"pmtaBaselineValue", "93"},
	{"pmtaBaselineScore", "-94"},
	{"pmtaBaselineHistory", "95"},
	{"pmtaBaselineWeeks", "4"},
	{"pmtaBaselineEnough", "1"},
	{"pmtaThresholdName", "gmail-deferrals"},
	{"pmtaThresholdScope", "4"},
	{"pmtaThresholdMatch", "gmail"},
	{"pmtaThresholdServer", "mta*"},
	{"pmtaThresholdMetric", "providerWindowDeferralShare"},
	{"pmtaThresholdWindow", "900"},
	{"pmtaThresholdWhen", "1"},
	{"pmtaThresholdRaise", "15 %"},
	{"pmtaThresholdClear", "10 %"},
	{"pmtaThresholdMinimum", "100"},
	{"pmtaThresholdHold", "120"},
	{"pmtaThresholdCalm", "300"},
	{"pmtaThresholdRemind", "86400"},
	{"pmtaThresholdSeverity", "4"},
	{"pmtaThresholdDryRun", "2"},
	{"pmtaThresholdAdvice", "lower max-msg-rate"},
	{"pmtaThresholdText", "raises a major alarm"},
	{"pmtaThresholdActive", "501"},
	{"pmtaThresholdRaises", "9000000001"},
	{"pmtaThresholdWouldRaise", "9000000002"},
	{"pmtaThresholdLastRaiseTime", "2024-3-12,13:48:23.0,+0:0"},
	{"pmtaThresholdLastRaiseAge", "1030"},
	{"pmtaAlarmServer", "mta1"},
	{"pmtaAlarmScope", "4"},
	{"pmtaAlarmObject", "gmail"},
	{"pmtaAlarmSeverity", "5"},
	{"pmtaAlarmThreshold", "gmail-deferrals"},
	{"pmtaAlarmThresholdIndex", "5"},
	{"pmtaAlarmRow", "root.1.5.2.1.2.3.7"},
	{"pmtaAlarmMetric", "providerWindowDeferralShare"},
	{"pmtaAlarmValue", "3820"},
	{"pmtaAlarmLimit", "1500"},
	{"pmtaAlarmWindow", "901"},
	{"pmtaAlarmRaisedTime", "2024-3-12,13:48:22.7,+0:0"},
	{"pmtaAlarmRaisedAge", "1032"},
	{"pmtaAlarmText", "gmail: 38.2 % of 5120 attempts deferred"},
	{"pmtaAlarmNotification", "root.0.15"},
	{"pmtaAlarmServerIndex", "3"},
	{"pmtaAlarmObjectIndex", "7"},
	{"pmtaEventSequence", "40"},
	{"pmtaEventAgent", "noc-agent"},
	{"pmtaEventAlarmId", "71"},
	{"pmtaEventSeverity", "4"},
	{"pmtaEventServer", "mta1"},
	{"pmtaEventScope", "3"},
	{"pmtaEventObject", "example.com/vmta-a"},
	{"pmtaEventRow", "root.1.4.1.1.2.3.7"},
	{"pmtaEventMetric", "domainQueueRecipients"},
	{"pmtaEventValue", "72"},
	{"pmtaEventLimit", "73"},
	{"pmtaEventWindow", "74"},
	{"pmtaEventTime", "2024-3-12,13:48:33.6,+0:0"},
	{"pmtaEventText", "the queue is high: 421 4.2.1 try later"},
	{"pmtaEventAge", "1021"},
	{"pmtaEventNotification", "root.0.3"},
	{"pmtaEventServerIndex", "3"},
	{"pmtaEventObjectIndex", "7"},
};

static void
date_text(const unsigned char *d, char *text)
{
	snprintf(text, TEXT_SIZE, "%d-%d-%d,%d:%d:%d.%d,%c%d:%d", d[0] * 256 + d[1], d[2], d[3],
		 d[4], d[5], d[6], d[7], d[8], d[9], d[10]);
}

static void
oid_text(const struct value *value, char *text)
{
	size_t len = 0;

	assert_memory_equal(value->oid, mib_root, sizeof mib_root);
	len += (size_t)snprintf(text, TEXT_SIZE, "root");
	for (size_t i = MIB_ROOT_LEN; i < value->oid_len; i++)
		len += (size_t)snprintf(text + len, TEXT_SIZE - len, ".%" PRIu32, value->oid[i]);
}

static void
value_to_text(const struct value *value, const char *syntax, char *text)
{
	switch (value->type) {
	case VALUE_INTEGER:
		snprintf(text, TEXT_SIZE, "%" PRId32, value->n.integer);
		break;
	case VALUE_COUNTER64:
		snprintf(text, TEXT_SIZE, "%" PRIu64, value->n.u64);
		break;
	case VALUE_OCTETS:
		if (strcmp(syntax, "DateAndTime") == 0)
			date_text(value->octets, text);
		else
			snprintf(text, TEXT_SIZE, "%.*s", (int)value->octets_len,
				 (const char *)value->octets);
		break;
	case VALUE_OID:
		oid_text(value, text);
		break;
	default:
		snprintf(text, TEXT_SIZE, "%" PRIu32, value->n.u32);
	}
}

/* The OID of a column in the full row, which is the first of its part. */
static size_t
full_oid(const struct table *table, const struct table_column *column, uint32_t *oid)
{
	const struct snap_part *part = snapshot_common(&fixture_snapshot, table->part);
	size_t len = 0;

	oid[len++] = 1;
	oid[len++] = column->number;
	if (table->part < SNAP_SERVER_TABLES) {
		part = snapshot_server(&fixture_snapshot, FIXTURE_FULL)->part[table->part];
		oid[len++] = FIXTURE_FULL;
	}
	memcpy(oid + len, snap_part_row(part, 0), part->key_len * sizeof *oid);
	return len + part->key_len;
}

static void
assert_column(const struct table *table, const struct table_column *column,
	      const struct expectation *expectation)
{
	uint32_t oid[TABLE_SUFFIX_MAX];
	size_t len = full_oid(table, column, oid);
	char text[TEXT_SIZE];
	struct value value;

	assert_string_equal(column->name, expectation->column);
	assert_true(table_get(table, &fixture_snapshot, fixture_now, oid, len, &value));
	value_to_text(&value, column->syntax, text);
	if (strcmp(text, expectation->text) != 0)
		fail_msg("%s: %s, expected %s", column->name, text, expectation->text);
}

static void
every_column_reads_its_own_field(void **state)
{
	size_t count, next = 0;
	const struct table *const *tables = mib_tables(&count);

	(void)state;
	setenv("TZ", "UTC0", 1);
	tzset();
	for (size_t t = 0; t < count; t++) {
		for (size_t c = 0; c < tables[t]->column_count; c++, next++) {
			assert_true(next < sizeof expected / sizeof expected[0]);
			assert_column(tables[t], &tables[t]->columns[c], &expected[next]);
		}
	}
	assert_int_equal(next, sizeof expected / sizeof expected[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_reads_its_own_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
