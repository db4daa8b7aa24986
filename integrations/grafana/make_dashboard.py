#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Prints the dashboard for Grafana 9 and later, to be imported: make_dashboard.py MIB

The panels' descriptions are the MIB's, so that an object that is not in the MIB is an error here.
Shares and rates come from the recording rules, so that one dashboard fits every snmp_exporter.
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import pmta_mib
from panels import SOURCE, lines, number, place, table

AGENT = 'instance=~"$instance"'
SERVER = 'instance=~"$instance",pmtaServerName=~"$server"'
VMTA = SERVER + ',vmtaName=~"$vmta"'
PROVIDER = SERVER + ',providerName=~"$provider"'
ALARM = 'instance=~"$instance",pmtaAlarmServer=~"$server"'
BY_SERVER = "{{pmtaServerName}}"
BY_VMTA = "{{vmtaName}}"
BY_PROVIDER = "{{providerName}}"
BY_CLASS = "{{bounceClassName}}"
# The limits of powermta.rules.yml, as colors.
DEFERRED, HARD, COMPLAINTS, SOME = (15, 30), (5, 10), (0.1, 0.3), (1, 10)


def of(name, where):
    """A level as it is."""
    return f"{name}{{{where}}}"


def share(name, where):
    return f"pmta:{name}:percent{{{where}}}"


def rate(name, where):
    """Of a total, a second."""
    return f"pmta:{name}:rate5m{{{where}}}"


def windowed(name, where):
    """One window of a level or share, as the variable chooses it."""
    seconds = name[: name.index("Window")] + "WindowSeconds"
    make = share if name.endswith("Share") else of
    return make(name, f'{where},{seconds}="$window"')


def joined(value, index, text):
    """A value with the labels of another metric of the same row, whose value is 1."""
    return f"{value} * on (instance, {', '.join(index)}) group_right () {text}"


def by(labels, expression, function="sum"):
    return f"{function} by ({', '.join(labels)}) ({expression})"


def overview(say):
    who = {"instance": "Agent", "pmtaServerName": "Server", "pmtaServerState": "State"}
    state = f"({of('pmtaServerState', SERVER)} == 1)"

    def server(name):
        return by(who, joined(of(name, SERVER), ["pmtaServerIndex"], state))

    def one(title, name, unit, expression, limits=()):
        return number(title, say(name), unit, expression, limits)

    deferred = windowed("pmtaServerWindowDeferralShare", SERVER)
    numbers = [
        one("Servers up", "pmtaAgentServersUp", "none", f"sum({of('pmtaAgentServersUp', AGENT)})"),
        one("Oldest data", "pmtaServerPollAge", "s", f"max({of('pmtaServerPollAge', SERVER)})", (120, 300)),
        one("Queued", "pmtaServerQueuedRecipients", "short", f"sum({of('pmtaServerQueuedRecipients', SERVER)})"),
        one("Delivered a second", "pmtaTrafficDelivered", "short", f"sum({rate('pmtaTrafficDelivered', SERVER)})"),
        one("Deferred, worst server", "pmtaServerWindowDeferralShare", "percent", f"max({deferred})", DEFERRED),
        one("Queues stuck", "pmtaServerQueuesStuck", "none", f"sum({of('pmtaServerQueuesStuck', SERVER)})", SOME),
    ]
    servers = table(
        "Servers", say("pmtaServerState"), who,
        ("Queued", "short", server("pmtaServerQueuedRecipients"), ()),
        ("Data age", "s", server("pmtaServerPollAge"), (120, 300)),
    )  # fmt: skip
    ways = ("Received", "Delivered", "Bounced", "Deferred")
    flows = [(f"sum({rate('pmtaTraffic' + way, SERVER)})", way) for way in ways]
    flow = lines("Traffic", "Recipients a second, by accounting records.", "short", *flows)
    waiting = of("pmtaServerQueuedRecipients", SERVER)
    queued = lines("Queued", say("pmtaServerQueuedRecipients"), "short", (waiting, BY_SERVER))
    parts = ("Spool", "Disk", "Inode", "ConnectionsIn", "ConnectionsOut")
    uses = [(share(f"pmtaServer{part}Usage", SERVER), f"{BY_SERVER} {part}") for part in parts]
    usage = lines("Usage", "Of what the server takes at most.", "percent", *uses, limits=(80, 90))
    answer = of("pmtaServerProbeTime", SERVER)
    probe = lines("SMTP port answers within", say("pmtaServerProbeTime"), "ms", (answer, BY_SERVER))
    first = [(4, 4, panel) for panel in numbers]
    return [*first, (8, 8, servers), (8, 8, flow), (8, 8, queued), (12, 8, usage), (12, 8, probe)]


def providers(say):
    who = {"pmtaServerName": "Server", "providerName": "Provider"}
    said = dict(who, providerTopReason="Reply")
    row = ["pmtaServerIndex", "providerIndex"]
    reason = joined(share("providerTopReasonShare", PROVIDER), row, of("providerTopReason", PROVIDER))
    worst = table(
        "Providers in the window", say("providerWindowAttempts"), who,
        ("Deferred", "percent", by(who, windowed("providerWindowDeferralShare", PROVIDER)), DEFERRED),
        ("Hard bounces", "percent", by(who, windowed("providerWindowHardBounceShare", PROVIDER)), HARD),
        ("Complaints", "percent", by(who, windowed("providerWindowComplaintShare", PROVIDER)), COMPLAINTS),
        ("Attempts", "short", by(who, windowed("providerWindowAttempts", PROVIDER)), ()),
        ("Queued", "short", by(who, of("providerRecipients", PROVIDER)), ()),
        ("Stuck", "none", by(who, of("providerQueuesStuck", PROVIDER)), SOME),
        ("Backoff", "none", by(who, of("providerQueuesBackoff", PROVIDER)), SOME),
        ("Oldest", "s", by(who, of("providerOldestAge", PROVIDER)), (3600, 14400)),
    )  # fmt: skip
    reasons = table("What they say", say("providerTopReason"), said, ("Share", "percent", by(said, reason), ()))

    def each(title, name, unit, expression, **more):
        return lines(title, say(name), unit, (expression, BY_PROVIDER), **more)

    def in_window(title, name, unit, **more):
        return each(title, name, unit, windowed(name, PROVIDER), **more)

    panels = [
        in_window("Deferral share", "providerWindowDeferralShare", "percent", limits=DEFERRED),
        in_window("Hard bounces", "providerWindowHardBounceShare", "percent", limits=HARD),
        each("Queued", "providerRecipients", "short", of("providerRecipients", PROVIDER), stacked=True),
        in_window("Latency, 95 %", "providerWindowLatencyP95", "s"),
        each("Delivered a second", "providerDelivered", "short", rate("providerDelivered", PROVIDER), stacked=True),
        each("Throttled a second", "providerThrottled", "short", rate("providerThrottled", PROVIDER), stacked=True),
    ]
    return [(14, 9, worst), (10, 9, reasons), *((8, 8, panel) for panel in panels)]


def vmtas(say):
    def each(title, name, unit, expression, **more):
        return 8, 8, lines(title, say(name), unit, (expression, BY_VMTA), **more)

    def in_window(title, name, unit, **more):
        return each(title, name, unit, windowed(name, VMTA), **more)

    return [
        each("Queued", "vmtaRecipients", "short", of("vmtaRecipients", VMTA), stacked=True),
        each("Delivered a second", "vmtaDelivered", "short", rate("vmtaDelivered", VMTA), stacked=True),
        each("Connections", "vmtaConnections", "short", of("vmtaConnections", VMTA), stacked=True),
        in_window("Deferral share", "vmtaWindowDeferralShare", "percent", limits=DEFERRED),
        in_window("Hard bounces", "vmtaWindowHardBounceShare", "percent", limits=HARD),
        each("Fairness", "vmtaFairness", "none", f"pmta:vmtaFairness:ratio{{{VMTA}}}"),
    ]


def bounces(say):
    who = {"providerName": "Provider", "bounceClassName": "Class"}

    def each(title, name):
        expression = by(["bounceClassName"], rate(name, SERVER))
        return 8, 9, lines(title, say(name), "short", (expression, BY_CLASS), stacked=True)

    name = "providerBounceBounced"
    most = by(who, f"increase({of(name, PROVIDER)}[$__range])")
    pairs = table("Who bounces for what", say(name), who, ("In the range shown", "short", f"topk(20, {most})", ()))
    bounced = each("Bounces a second by class", "bounceClassBounced")
    return [bounced, each("Deferrals a second by class", "bounceClassDeferred"), (8, 9, pairs)]


def queues(say):
    who = {"domainQueueDomain": "Domain", "domainQueueVmta": "VirtualMTA"}
    hour = SERVER + ',domainQueueWindowSeconds="3600"'

    def top(title, name, unit, expression, limits=()):
        return 8, 9, table(title, say(name), who, (title, unit, f"topk(20, {by(who, expression)})", limits))

    reasons = {"domainQueueWaitReason": "Reason"}
    why = by(reasons, of("domainQueueWaitReason_info", SERVER), "count")
    deferral = "domainQueueWindowDeferralShare"
    return [
        top("Queued (job powermta_queues)", "domainQueueRecipients", "short", of("domainQueueRecipients", SERVER)),
        top("Deferred in an hour", deferral, "percent", share(deferral, hour), DEFERRED),
        (8, 9, table("Why queues wait", say("domainQueueWaitReason"), reasons, ("Queues", "none", why, ()))),
    ]


def own_alarms(say):
    """Those that the agent raised by its thresholds."""
    who = {"pmtaAlarmServer": "Server", "pmtaAlarmObject": "Object", "pmtaAlarmThreshold": "Threshold"}
    who["pmtaAlarmText"] = "Text"
    age = joined(of("pmtaAlarmRaisedAge", ALARM), ["pmtaAlarmId"], of("pmtaAlarmText", ALARM))
    active = table("Alarms of the agent", say("pmtaAlarmText"), who, ("Since", "s", by(who, age), ()))
    count = by(["pmtaAlarmSeverity"], of("pmtaAlarmSeverity", ALARM)) + " > 0"
    title = "Alarms of the agent by severity"
    severity = lines(title, say("pmtaAlarmSeverity"), "none", (count, "{{pmtaAlarmSeverity}}"), stacked=True)
    return [(16, 9, active), (8, 9, severity)]


def alarms(say):
    alert = {"severity": "Severity", "alertname": "Alert", "pmtaServerName": "Server"}
    alert.update(providerName="Provider", vmtaName="VirtualMTA")
    since = "time() - " + by(alert, 'ALERTS_FOR_STATE{alertname=~"Pmta.*"}', "max")
    text = "Active by powermta.rules.yml, or about to be."
    firing = table("Alerts of Prometheus", text, alert, ("Since", "s", since, ()))
    state = {"pmtaServerName": "Server", "pmtaSourceName": "Source", "pmtaSourceState": "State"}
    failed = f"increase({of('pmtaSourceFailures', SERVER)}[$__range])"
    now = f"({of('pmtaSourceState', SERVER)} == 1)"
    failures = by(state, joined(failed, ["pmtaServerIndex", "pmtaSourceIndex"], now))
    sources = table("Sources", say("pmtaSourceState"), state, ("Failures in the range", "none", failures, ()))
    legend = BY_SERVER + " {{pmtaSourceName}}"
    lag = lines("Accounting is read late by", say("pmtaSourceLag"), "s", (of("pmtaSourceLag", SERVER), legend))
    return [*own_alarms(say), (8, 9, firing), (8, 9, sources), (8, 9, lag)]


def variable(name, label, query, multi=True):
    return {
        "name": name, "label": label, "type": "query", "datasource": SOURCE, "definition": query,
        "query": {"query": query, "refId": name}, "refresh": 2, "sort": 1, "multi": multi, "includeAll": multi,
        "current": {}, "options": [], "regex": "", "hide": 0, "skipUrlSync": False,
    }  # fmt: skip


def windows():
    names = {"60": "1 min", "300": "5 min", "600": "10 min", "3600": "1 h", "21600": "6 h", "86400": "1 d"}
    options = [{"text": text, "value": value, "selected": value == "600"} for value, text in names.items()]
    return {
        "name": "window", "label": "Window", "type": "custom", "multi": False, "includeAll": False, "hide": 0,
        "query": ",".join(f"{text} : {value}" for value, text in names.items()),
        "current": {"text": "10 min", "value": "600", "selected": True}, "options": options, "skipUrlSync": False,
    }  # fmt: skip


def variables():
    return [
        variable("instance", "Agent", 'label_values(up{job="powermta"}, instance)'),
        variable("server", "Server", 'label_values(pmtaServerState{instance=~"$instance"}, pmtaServerName)'),
        variable("vmta", "VirtualMTA", f"label_values(vmtaDelivered{{{SERVER}}}, vmtaName)"),
        variable("provider", "Provider", f"label_values(providerDelivered{{{SERVER}}}, providerName)"),
        windows(),
    ]


def dashboard(module):
    def say(name):
        return f"{module.objects[name].sentence} ({name})"

    sections = [("Overview", overview), ("Providers", providers), ("VirtualMTAs", vmtas), ("Bounces", bounces),
                ("Domain queues", queues), ("Alarms", alarms)]  # fmt: skip
    return {
        "__inputs": [{"name": "DS_PROMETHEUS", "label": "Prometheus", "description": "", "type": "datasource",
                      "pluginId": "prometheus", "pluginName": "Prometheus"}],
        "__requires": [{"type": "grafana", "id": "grafana", "name": "Grafana", "version": "9.0.0"},
                       {"type": "datasource", "id": "prometheus", "name": "Prometheus", "version": "1.0.0"}]
        + [{"type": "panel", "id": kind, "name": kind, "version": ""} for kind in ("stat", "table", "timeseries")],
        "id": None, "uid": "pmta-monitor", "title": "PowerMTA", "tags": ["powermta", "mail"], "schemaVersion": 37,
        "version": 1, "editable": True, "graphTooltip": 1, "refresh": "1m", "timezone": "browser",
        "time": {"from": "now-6h", "to": "now"}, "timepicker": {}, "links": [], "annotations": {"list": []},
        "description": "PowerMTA through pmta-monitor, snmp_exporter and Prometheus.",
        "templating": {"list": variables()},
        "panels": place([(title, build(say)) for title, build in sections]),
    }  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("make_dashboard.py: expected a module")
    print(json.dumps(dashboard(pmta_mib.read(sys.argv[1])), indent=2))
