# SPDX-License-Identifier: BSD-2-Clause
"""Makes LibreNMS' sensors from the built MIB, to be put into its discovery of Linux hosts.

    make_discovery.py MIB       prints librenms-powermta.yaml
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import pmta_mib

MIB = "PMTA-MONITOR-MIB"
OK, WARNING, CRITICAL, UNKNOWN = range(4)

# (class of LibreNMS, table, column, label columns, words, limits). Limits are in the sensor's unit,
# after division; shares are percent.
SENSORS = [
    ("count", "pmtaServerTable", "pmtaServerQueuedRecipients", ["pmtaServerName"], "queued recipients", {}),
    ("count", "pmtaServerTable", "pmtaServerQueuesBackoff", ["pmtaServerName"], "queues in backoff", {}),
    ("count", "pmtaServerTable", "pmtaServerQueuesPaused", ["pmtaServerName"], "queues paused", {}),
    ("count", "pmtaServerTable", "pmtaServerQueuesStuck", ["pmtaServerName"], "queues stuck", {"high_limit": 0}),
    ("count", "pmtaServerTable", "pmtaServerActiveAlarms", ["pmtaServerName"], "active alarms", {}),
    ("count", "vmtaTable", "vmtaRecipients", ["vmtaServer", "vmtaName"], "queued recipients", {}),
    ("count", "domainQueueTable", "domainQueueRecipients", ["domainQueueServer", "domainQueueName"], "queued", {}),
    ("count", "providerTable", "providerRecipients", ["providerServer", "providerName"], "queued recipients", {}),
    ("percent", "pmtaServerTable", "pmtaServerSpoolUsage", ["pmtaServerName"], "spool usage",
     {"warn_limit": 80, "high_limit": 90}),
    ("percent", "pmtaServerTable", "pmtaServerDiskUsage", ["pmtaServerName"], "disk usage",
     {"warn_limit": 80, "high_limit": 90}),
    ("percent", "pmtaServerTable", "pmtaServerConnectionsInUsage", ["pmtaServerName"], "connections in",
     {"warn_limit": 80, "high_limit": 95}),
    ("percent", "pmtaServerTable", "pmtaServerConnectionsOutUsage", ["pmtaServerName"], "connections out",
     {"warn_limit": 80, "high_limit": 95}),
    ("percent", "providerWindowTable", "providerWindowDeferralShare",
     ["providerWindowServer", "providerWindowName"], "deferred in {{ $subindex2 }} s", {}),
    ("percent", "providerWindowTable", "providerWindowBounceShare",
     ["providerWindowServer", "providerWindowName"], "bounced in {{ $subindex2 }} s", {}),
    ("delay", "pmtaServerTable", "pmtaServerPollAge", ["pmtaServerName"], "age of the data",
     {"warn_limit": 120, "high_limit": 300}),
    ("delay", "providerTable", "providerOldestAge", ["providerServer", "providerName"], "oldest mail", {}),
    ("state", "pmtaServerTable", "pmtaServerState", ["pmtaServerName"], "PowerMTA", {}),
    ("state", "pmtaServerTable", "pmtaServerWorstSeverity", ["pmtaServerName"], "worst alarm", {}),
    ("state", "pmtaServerTable", "pmtaServerProbeState", ["pmtaServerName"], "SMTP port", {}),
    ("state", "pmtaSourceTable", "pmtaSourceState", ["pmtaSourceServer", "pmtaSourceName"], "source", {}),
]

# What is neither well nor unknown; every other word is critical.
MEANING = {
    "running": OK, "ok": OK, "accepting": OK, "cleared": OK, "none": OK,
    "starting": WARNING, "shuttingDown": WARNING, "waiting": WARNING, "failing": WARNING,
    "warning": WARNING, "minor": WARNING, "busy": WARNING,
    "indeterminate": UNKNOWN,
}


def print_states(column):
    print(f"                    state_name: {column.name}")
    print("                    states:")
    for value, word in sorted(column.enums.items()):
        generic = MEANING.get(word, CRITICAL)
        print(f"                        - {{ descr: '{word}', graph: 0, value: {value}, generic: {generic} }}")


def print_sensor(table, column, labels, words, limits):
    shown = " ".join(f"{{{{ {MIB}::{label.name} }}}}" for label in labels[1:] or labels)
    print("                -")
    print(f"                    oid: {MIB}::{table.name}")
    print(f"                    value: {MIB}::{column.name}")
    print(f"                    num_oid: '.{column.oid}.{{{{ $index }}}}'")
    print(f"                    index: '{column.name}.{{{{ $index }}}}'")
    print(f"                    group: 'PowerMTA {{{{ {MIB}::{labels[0].name} }}}}'")
    print(f"                    descr: '{shown} {words}'")
    if column.is_share:
        print("                    divisor: 100")
    for name, limit in limits.items():
        print(f"                    {name}: {limit}")
    if column.enums:
        print_states(column)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_discovery.py MIB")
    module = pmta_mib.read(sys.argv[1])
    print("# Made from PMTA-MONITOR-MIB: add it to resources/definitions/os_discovery/linux.yaml.")
    print("modules:\n    sensors:")
    for kind in dict.fromkeys(sensor[0] for sensor in SENSORS):
        print(f"        {kind}:\n            data:")
        for _, name, column, labels, words, limits in [s for s in SENSORS if s[0] == kind]:
            table = module.table(name)
            print_sensor(table, table.column(column), [table.column(label) for label in labels], words, limits)


if __name__ == "__main__":
    main()
