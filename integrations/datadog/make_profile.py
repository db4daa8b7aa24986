# SPDX-License-Identifier: BSD-2-Clause
"""Makes Datadog's files, and Netdata's profile in the same dialect, from the built MIB.

    make_profile.py profile MIB     powermta.yaml, for conf.d/snmp.d/profiles
    make_profile.py netdata MIB     netdata-powermta.yaml, for go.d/snmp.profiles
    make_profile.py traps MIB       powermta_traps_db.json, for conf.d/snmp.d/traps_db
"""

import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import pmta_mib

MIB = "PMTA-MONITOR-MIB"

# What becomes a metric, and the columns whose texts tell its rows apart. Enumerations named here are
# constant for a row; every other one becomes a series for each state, because a tag that changes
# would tear the row's other metrics into pieces.
TABLES = {
    "pmtaServerTable": {"pmta_server": "pmtaServerName"},
    "pmtaTrafficTable": {"pmta_server": "pmtaTrafficServer"},
    "pmtaDeliveryTypeTable": {"pmta_server": "pmtaDeliveryTypeServer", "delivery_type": "pmtaDeliveryTypeName"},
    "pmtaServerWindowTable": {"pmta_server": "pmtaServerWindowServer"},
    "vmtaTable": {"pmta_server": "vmtaServer", "vmta": "vmtaName"},
    "vmtaWindowTable": {"pmta_server": "vmtaWindowServer", "vmta": "vmtaWindowName"},
    "domainQueueTable": {
        "pmta_server": "domainQueueServer",
        "domain": "domainQueueDomain",
        "vmta": "domainQueueVmta",
        "provider": "domainQueueProvider",
    },
    "providerTable": {"pmta_server": "providerServer", "provider": "providerName"},
    "providerWindowTable": {"pmta_server": "providerWindowServer", "provider": "providerWindowName"},
    "bounceClassTable": {
        "pmta_server": "bounceClassServer",
        "bounce_class": "bounceClassName",
        "kind": "bounceClassKind",
    },
    "bounceClassWindowTable": {"pmta_server": "bounceClassWindowServer", "bounce_class": "bounceClassWindowName"},
    "vmtaBounceTable": {
        "pmta_server": "vmtaBounceServer",
        "vmta": "vmtaBounceVmta",
        "bounce_class": "vmtaBounceClass",
    },
    "providerBounceTable": {
        "pmta_server": "providerBounceServer",
        "provider": "providerBounceProvider",
        "bounce_class": "providerBounceClass",
    },
    "pmtaSourceTable": {"pmta_server": "pmtaSourceServer", "source": "pmtaSourceName", "kind": "pmtaSourceKind"},
    "pmtaAlarmTable": {
        "pmta_server": "pmtaAlarmServer",
        "object": "pmtaAlarmObject",
        "metric": "pmtaAlarmMetric",
        "threshold": "pmtaAlarmThreshold",
        "scope": "pmtaAlarmScope",
        "severity": "pmtaAlarmSeverity",
    },
}

# Every metric of every row is paid for, and asked for every 15 s.
LEFT_OUT = {
    "domainTable": "nearly the rows of domainQueueTable again, summed by Datadog itself over vmta",
    "domainQueueWindowTable": "as many series as all other tables together",
    "replyTable": "texts of remote hosts: for people who look for a cause",
    "pmtaJobTable": "jobs come and go by the hour, so each would leave dead series behind",
    "pmtaTopTable": "its rows change their meaning: ranks, not things",
    "pmtaThresholdTable": "the configuration; what it finds is in pmtaAlarmTable",
    "pmtaEventTable": "events reach Datadog as traps",
    "pmtaBaselineTable": "Datadog has its own anomaly monitors; ours are in pmtaAlarmTable",
}


def snake(name):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def is_metric(thing):
    """Levels and totals; a number of a row, or a reply code, measures nothing."""
    return (thing.is_number or thing.enums) and not re.search(r"(Index|Epoch|Code)$", thing.name)


def flow(value):
    """A value as YAML of one line; JSON is YAML, but for keys that are numbers."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)


def symbol(thing, instance=""):
    found = {"OID": thing.oid + instance, "name": thing.name}
    if thing.is_share:
        found["scale_factor"] = 0.01
    if thing.is_counter:
        found["metric_type"] = "monotonic_count"
    return found


def name_tag(tag, column):
    found = {"tag": tag, "symbol": {"OID": column.oid, "name": column.name}}
    if column.enums:
        found["mapping"] = column.enums
    return found


def table_tags(table):
    tags = [name_tag(tag, table.column(name)) for tag, name in TABLES[table.name].items()]
    if table.index[-1].endswith("WindowSeconds"):
        tags.append({"tag": "window_seconds", "index": len(table.index)})
    return tags


def print_entry(table, symbols, tags):
    print(f"  - MIB: {MIB}")
    print("    table: " + flow({"OID": table.oid, "name": table.name}))
    print("    symbols:")
    for item in symbols:
        print("      - " + flow(item))
    print("    metric_tags:")
    for item in tags:
        print("      - " + flow(item))


def print_table(table, states):
    tags = table_tags(table)
    constant = TABLES[table.name].values()
    columns = [c for c in table.columns if is_metric(c) and c.name not in constant]
    print_entry(table, [symbol(c) for c in columns], tags)
    for column in columns:
        if column.enums and states:
            word = snake(column.name[len(table.name) - len("Table") :])
            one = {"name": column.name + "Is", "constant_value_one": True}
            print_entry(table, [one], tags + [name_tag(word, column)])


def print_profile(module):
    print("# Made from PMTA-MONITOR-MIB. To be named by each instance (profile: powermta): our objects hang")
    print("# behind the host's snmpd, so sysObjectID says net-snmp and must not be claimed here.")
    print("extends:\n  - _base.yaml\n  - _generic-host-resources.yaml")
    print_body(module, states=True)


def print_netdata(module):
    """All profiles that match apply there, so that this one can match every host with net-snmp's snmpd."""
    print("# Made from PMTA-MONITOR-MIB. Where pmta-monitord does not answer it adds nothing.")
    print('selector:\n  - sysobjectid:\n      include: ["1.3.6.1.4.1.8072.3.2.10"]')
    print_body(module, states=False)


def print_body(module, states):
    """What both have in common; states: with a series for each word of a state, which Netdata ignores."""
    version = module.objects["pmtaServerVersion"]
    agent = module.objects["pmtaAgentName"]
    print("metadata:\n  device:\n    fields:")
    print('      vendor: {value: "port25"}\n      product_name: {value: "PowerMTA"}')
    print("      version: " + flow({"symbol": {"OID": version.oid + ".1", "name": version.name}}))
    print("metric_tags:\n  - " + flow({"tag": "pmta_agent", "symbol": {"OID": agent.oid + ".0", "name": agent.name}}))
    print("metrics:")
    for scalar in module.scalars():
        if is_metric(scalar):
            print(f"  - MIB: {MIB}\n    symbol: " + flow(symbol(scalar, ".0")))
    for table in module.tables():
        if table.name in TABLES:
            print_table(table, states)


def describe(thing):
    found = {"name": thing.name, "descr": thing.description}
    if thing.enums:
        found["enum"] = {str(value): name for value, name in thing.enums.items()}
    return found


def print_traps(module):
    notifications = module.notifications()
    names = dict.fromkeys(name for n in notifications for name in n.objects)
    database = {
        "traps": {n.oid: {"name": n.name, "mib": MIB, "descr": n.description} for n in notifications},
        "vars": {module.oid(name): describe(module.objects[name]) for name in names},
    }
    print(json.dumps(database, indent=1))


def main():
    kinds = {"profile": print_profile, "netdata": print_netdata, "traps": print_traps}
    if len(sys.argv) != 3 or sys.argv[1] not in kinds:
        sys.exit("usage: make_profile.py profile|netdata|traps MIB")
    kinds[sys.argv[1]](pmta_mib.read(sys.argv[2]))


if __name__ == "__main__":
    main()
