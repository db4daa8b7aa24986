# SPDX-License-Identifier: BSD-2-Clause
"""What the Zabbix templates watch: objects of PMTA-MONITOR-MIB by name, and when they are trouble.

OIDs, units, enumerations and scales come from the MIB; a name that it does not have is an error.
"""

from watch_mail import CLASSES, PROVIDERS, QUEUES, VMTAS
from watch_server import ALARMS, SERVERS, SOURCES
from watch_words import AVERAGE, DEAD, HIGH, INFO, UNAVAILABLE, WARNING, item, trigger

AGENT_ITEMS = [
    item("pmtaAgentUpTime", "Uptime", "health"),
    item("pmtaAgentVersion", "Version", "system", delay="15m"),
    item("pmtaAgentSnapshotAge", "Age of the data shown", "health"),
    item("pmtaAgentServers", "Servers configured", "health"),
    item("pmtaAgentServersUp", "Servers up", "health"),
    item("pmtaAgentRowsOmitted", "Rows omitted", "health", delay="15m"),
    item("pmtaAgentResidentKBytes", "Resident memory", "system", delay="5m"),
    item("pmtaAgentIndexEpoch", "Numbering begun", "system", delay="15m"),
    item("pmtaAgentActiveAlarms", "Active alarms", "alarm"),
    item("pmtaAgentWorstSeverity", "Worst severity of active alarms", "alarm"),
    item("pmtaAgentNotificationsSent", "Notifications sent", "notification"),
    item("pmtaAgentNotificationsLost", "Notifications lost", "notification", rate=False),
    item("pmtaAgentNotificationsQueued", "Notifications waiting", "notification"),
]

AGENT_TRIGGERS = [
    trigger(
        DEAD,
        "nodata({pmtaAgentUpTime},{$PMTA.NODATA})=1",
        HIGH,
        "availability",
        needs=(UNAVAILABLE,),
        description="snmpd answers, but nothing is heard of pmta-monitord: it is down, hangs, or is not connected to "
        "snmpd. Look at: systemctl status pmta-monitord.",
    ),
    trigger(
        "pmta-monitord has been restarted",
        "last({pmtaAgentUpTime})<10m",
        INFO,
        "notice",
        manual=True,
    ),
    trigger(
        "pmta-monitord is of another version",
        "last({pmtaAgentVersion},#1)<>last({pmtaAgentVersion},#2) and length(last({pmtaAgentVersion}))>0",
        INFO,
        "notice",
        "pmta-monitord is of another version: {ITEM.LASTVALUE1}",
        manual=True,
    ),
    trigger(
        "pmta-monitord shows old data",
        "min({pmtaAgentSnapshotAge},3m)>{$PMTA.SNAPSHOT.AGE.MAX}",
        AVERAGE,
        "availability",
        "pmta-monitord shows data that are {ITEM.LASTVALUE1} old",
        needs=(DEAD,),
    ),
    trigger(
        "pmta-monitord lost notifications",
        "change({pmtaAgentNotificationsLost})>0",
        WARNING,
        "notice",
        manual=True,
        description="What was missed is in pmtaEventTable.",
    ),
    trigger(
        "pmta-monitord numbers everything anew",
        "last({pmtaAgentIndexEpoch},#1)<>last({pmtaAgentIndexEpoch},#2)",
        WARNING,
        "notice",
        manual=True,
        description="Its state directory was lost: totals begin again, and items take up their rows' new numbers when "
        "discovery has run.",
    ),
    trigger(
        "pmta-monitord omits rows",
        "last({pmtaAgentRowsOmitted})>0",
        INFO,
        "capacity",
        "pmta-monitord omits {ITEM.LASTVALUE1} rows: see row-limit",
    ),
]

TABLES = [SERVERS, VMTAS, QUEUES, PROVIDERS, CLASSES, SOURCES, ALARMS]

# Page of the dashboard: graphs of tables, by kind and name.
PAGES = {
    "Servers": [("server", "Mail queued"), ("server", "Mail out"), ("server", "Connections"), ("server", "Shares of attempts")],
    "Providers": [("provider", "Mail queued"), ("provider", "Shares of attempts"), ("provider", "Mail out")],
    "VirtualMTAs": [("vmta", "Mail queued"), ("vmta", "Mail out")],
    "Queues": [("queue", "Mail queued")],
    "Bounces": [("bounceclass", "Bounces")],
}

MACROS = {
    "{$SNMP.TIMEOUT}": ("5m", "How long SNMP may be unavailable."),
    "{$PMTA.NODATA}": ("5m", "How long nothing may be heard of pmta-monitord; 30s or more."),
    "{$PMTA.SNAPSHOT.AGE.MAX}": ("120", "Seconds: how old the data shown may be."),
    "{$PMTA.POLL.AGE.MAX}": ("180", "Seconds: how old PowerMTA's last good reply may be. Context: server."),
    "{$PMTA.LAG.MAX}": ("600", "Seconds: how far reading of accounting files may be behind. Context: source."),
    "{$PMTA.ATTEMPTS.MIN}": ("100", "Attempts in a window, fewer of which are too few to judge. Context: server, VirtualMTA, provider."),
    "{$PMTA.COMPLAINT.MIN}": (
        "5000",
        "Recipients delivered in 24 hours, fewer of whom are too few to judge complaints. Context: provider.",
    ),
    "{$PMTA.SERVER.QUEUED.WARN}": ("300000", "Recipients queued on a server. Context: server."),
    "{$PMTA.SERVER.QUEUED.HIGH}": ("500000", "Recipients queued on a server. Context: server."),
    "{$PMTA.VMTA.QUEUED.WARN}": ("100000", "Recipients queued of a VirtualMTA. Context: VirtualMTA."),
    "{$PMTA.VMTA.QUEUED.HIGH}": ("200000", "Recipients queued of a VirtualMTA. Context: VirtualMTA."),
    "{$PMTA.QUEUE.QUEUED.WARN}": ("50000", "Recipients in a queue. Context: domain/VirtualMTA."),
    "{$PMTA.QUEUE.QUEUED.HIGH}": ("100000", "Recipients in a queue. Context: domain/VirtualMTA."),
    "{$PMTA.SPOOL.USAGE.WARN}": ("80", "Percent of the spool. Context: server."),
    "{$PMTA.SPOOL.USAGE.HIGH}": ("90", "Percent of the spool. Context: server."),
    "{$PMTA.DISK.USAGE.WARN}": ("80", "Percent of the spool's disk, of its bytes or inodes. Context: server."),
    "{$PMTA.DISK.USAGE.HIGH}": ("90", "Percent of the spool's disk, of its bytes or inodes. Context: server."),
    "{$PMTA.DESCRIPTORS.USAGE.WARN}": ("80", "Percent of the descriptors pmtad may open. Context: server."),
    "{$PMTA.DESCRIPTORS.USAGE.HIGH}": ("95", "Percent of the descriptors pmtad may open. Context: server."),
    "{$PMTA.FAIRNESS.MIN}": ("30", "Percent: how evenly VirtualMTAs must be served. Context: server."),
    "{$PMTA.CONNECTIONS.USAGE.WARN}": ("80", "Percent of the connections allowed. Context: server."),
    "{$PMTA.CONNECTIONS.USAGE.HIGH}": ("95", "Percent of the connections allowed. Context: server."),
    "{$PMTA.BACKOFF.MAX}": ("20", "Queues of a server that may be in backoff. Context: server."),
    "{$PMTA.BACKOFF.TIME}": ("30m", "How long a queue may be in backoff. Context: domain/VirtualMTA."),
    "{$PMTA.BACKOFF.QUEUED}": ("1000", "Recipients, below which a queue may be in backoff. Context: domain/VirtualMTA."),
    "{$PMTA.PAUSED.TIME}": ("1h", "How long queues may be paused. Context: server, domain/VirtualMTA."),
    "{$PMTA.IDLE.QUEUED}": ("1000", "Recipients that may wait while nothing is delivered. Context: VirtualMTA."),
    "{$PMTA.IDLE.TIME}": ("900", "Seconds since the last delivery while recipients wait. Context: VirtualMTA."),
    "{$PMTA.OLDEST.AGE.WARN}": ("3600", "Seconds: age of the oldest mail. Context: provider."),
    "{$PMTA.OLDEST.AGE.HIGH}": ("14400", "Seconds: age of the oldest mail. Context: provider."),
    "{$PMTA.BOUNCE.SHARE.WARN}": ("5", "Percent of attempts that bounced for good. Context: server, VirtualMTA, provider."),
    "{$PMTA.BOUNCE.SHARE.HIGH}": ("10", "Percent of attempts that bounced for good. Context: server, VirtualMTA, provider."),
    "{$PMTA.DEFERRAL.SHARE.WARN}": ("15", "Percent of attempts that were deferred. Context: VirtualMTA, provider."),
    "{$PMTA.DEFERRAL.SHARE.HIGH}": ("30", "Percent of attempts that were deferred. Context: VirtualMTA, provider."),
    "{$PMTA.COMPLAINT.SHARE.WARN}": ("0.1", "Percent that complained. Context: provider."),
    "{$PMTA.COMPLAINT.SHARE.HIGH}": ("0.3", "Percent that complained. Context: provider."),
    "{$PMTA.CLASS.BOUNCED.WARN}": ("1000", "Bounces in ten minutes. Context: bounce class."),
    "{$PMTA.CLASS.BOUNCED.HIGH}": ("10000", "Bounces in ten minutes. Context: bounce class."),
}

# What discovery takes: MATCHES, where it is not everything.
MATCHES = {"QUEUE.SIZE": ("^[0-9]{3,}$", "Digits of the recipients queued when discovery looks: by default 100 or more.")}

# Identity of an alarm in a notification, and what is shown of it.
TRAP_ALARM = "pmtaEventAlarmId"
TRAP_SEVERITY = "pmtaEventSeverity"
# One trigger for each severity that an alarm can have, as the priority of a trigger is fixed.
TRAP_PRIORITIES = {HIGH: ["critical"], AVERAGE: ["major"], WARNING: ["minor", "warning", "indeterminate"]}
TRAP_TEXT = "pmtaEventText"
TRAP_TAGS = {"server": "pmtaEventServer", "object": "pmtaEventObject"}
