# SPDX-License-Identifier: BSD-2-Clause
"""The agent as Prometheus sees it: a real snmpd, snmp_exporter 0.21 and Prometheus, with the files shipped."""

import json

import pytest

import mib
from daemon import Site
from prometheus_site import MADE, Exporter, Prometheus, load
from waiting import wait_until

START = "2026-11-20 09:00:00"
# What goes on by itself while nothing happens: only the rows are compared.
RUNNING = ("pmtaAgent", "pmtaSource", "pmtaServerProbe", "pmtaServerProcess", "pmtaServerDisk", "pmtaServerInode")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    directory = tmp_path_factory.mktemp("prometheus")
    with Site(directory, "--start", START, "--rate", 20, "--max-items", 1000) as own:
        own.sim.step(900)
        own.wait_counted()
        yield own


@pytest.fixture(scope="module")
def exporter(site):
    with Exporter(site.directory) as own:
        yield own


@pytest.fixture(scope="module")
def prometheus(site, exporter):
    with Prometheus(site.directory, exporter, site.snmpd.address) as own:
        yield own


def metrics_of(module):
    return {metric["name"]: metric for metric in load(MADE / "snmp-0.21.yml")[module]["metrics"]}


def walked(values, metric):
    """{index: value} of an object in what our own manager walked; text decoded."""
    base = "." + metric["oid"]
    return {
        oid[len(base) + 1 :]: value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        for oid, (_, value) in values.items()
        if oid.startswith(base + ".") and value is not None
    }


def scraped(found, metric):
    """{index: value} of what the exporter made of an object."""
    kind, name = metric["type"], metric["name"]
    rows = {}
    for sample, labels, value in found:
        if sample != (name + "_info" if kind == "EnumAsInfo" else name) or value == 0 and kind == "EnumAsStateSet":
            continue
        index = ".".join(labels[entry["labelname"]] for entry in metric.get("indexes", [])) or "0"
        assert index not in rows, (name, labels)
        rows[index] = value if kind in ("gauge", "counter") else labels[name]
    return rows


def differences(site, exporter, module):
    """The objects of which the exporter tells something else than snmpwalk."""
    found = exporter.scrape(site.snmpd.address, module)
    values = site.snmpd.bulkwalk(mib.oid("pmtaMonitorObjects"))
    wrong = {}
    for name, metric in metrics_of(module).items():
        told, known = scraped(found, metric), walked(values, metric)
        if "enum_values" in metric:
            known = {index: metric["enum_values"][value] for index, value in known.items()}
        runs = name.startswith(RUNNING) or mib.objects()[name].units in ("seconds", "milliseconds")
        if set(told) != set(known) if runs else told != known:
            wrong[name] = (told, known)
    return wrong


@pytest.mark.parametrize("module", ["powermta", "powermta_queues"])
def test_a_scrape_has_every_value_that_a_walk_has(site, exporter, module):
    left = []

    def equal():
        # A window may slide between the two.
        left[:] = [differences(site, exporter, module)]
        return not left[0]

    try:
        wait_until(equal, 60, "scrape and walk agree")
    except AssertionError as error:
        raise AssertionError(f"{error}: {left}") from None


def test_rows_are_labelled_by_their_names(site, exporter):
    found = exporter.scrape(site.snmpd.address, "powermta") + exporter.scrape(site.snmpd.address, "powermta_queues")

    def labels(name):
        return [labels for sample, labels, _ in found if sample == name]

    assert {row["pmtaServerName"] for row in labels("pmtaServerQueuedRecipients")} == {"mta1"}
    vmtas = set(site.table("vmtaName").by("vmtaName"))
    assert {row["vmtaName"] for row in labels("vmtaDelivered")} == vmtas
    assert {row["vmtaName"] for row in labels("vmtaWindowAttempts")} == vmtas
    windows = {(r["providerName"], r["providerWindowSeconds"]) for r in labels("providerWindowAttempts")}
    assert {("gmail", str(seconds)) for seconds in (60, 300, 600, 3600, 21600, 86400)} <= windows
    names = ("domainQueueDomain", "domainQueueVmta", "domainQueueProvider")
    assert ("gmail.com", "vmta-a", "gmail") in {tuple(row[n] for n in names) for row in labels("domainQueueRecipients")}
    classes = set(site.table("bounceClassName").by("bounceClassName"))
    assert {row["bounceClassName"] for row in labels("providerBounceBounced")} <= classes


def test_states_are_sets_of_states(site, exporter):
    states = {
        labels["pmtaServerState"]: value
        for name, labels, value in exporter.scrape(site.snmpd.address, "powermta")
        if name == "pmtaServerState"
    }
    assert states == {"running": 1, "starting": 0, "shuttingDown": 0, "stopped": 0, "unreachable": 0}


def test_shares_are_recorded_in_percent(site, prometheus):
    def same():
        index = next(i for i, r in site.table("providerName").rows.items() if r["providerName"] == "gmail")
        share = site.scalar("providerWindowDeferralShare", f"{index}.3600")
        where = 'providerName="gmail",providerWindowSeconds="3600"'
        rows = prometheus.query(f"pmta:providerWindowDeferralShare:percent{{{where}}}")
        return share and rows and float(rows[0]["value"][1]) == share / 100

    prometheus.wait(same, "recorded in percent")


def test_every_query_of_the_dashboard_gives_something(prometheus):
    """But for those about what is not there: no alert, no complaint, no SMTP probe, no spool to look at."""
    empty = {"Alerts of Prometheus", "Alarms of the agent", "Alarms of the agent by severity"}
    empty.add("SMTP port answers within")
    dashboard = json.loads((MADE / "powermta.json").read_text())
    queries = {}
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            expression = target["expr"].replace("$__range", "1h").replace("$window", "3600")
            for variable in ("instance", "server", "vmta", "provider"):
                expression = expression.replace(f"${variable}", ".+")
            queries.setdefault(panel["title"], []).append(expression)
    silent = set(queries)

    def answered():
        silent.difference_update([t for t in silent if any(prometheus.query(q) for q in queries[t])])
        return silent <= empty

    try:
        prometheus.wait(answered, "all panels show something")
    except AssertionError as error:
        raise AssertionError(f"{error}: {silent - empty} do not") from None


def test_an_alert_on_a_throttling_provider_begins_says_why_and_ends(site, prometheus):
    site.sim.control("throttle", domain="gmail.com", on=1)
    site.sim.step(900)
    site.wait_counted()
    alerts = prometheus.wait(lambda: prometheus.firing("PmtaDeferralsHigh", providerName="gmail"), "the alert begins")
    assert len(alerts) == 1 and "gmail defers" in alerts[0]["annotations"]["summary"]
    assert "4.7.28" in alerts[0]["annotations"]["description"]
    assert not prometheus.firing("PmtaDeferralsHigh", providerName="yahoo")
    site.sim.control("throttle", domain="gmail.com", on=0)
    site.sim.step(1800)
    site.wait_counted()
    prometheus.wait(lambda: not prometheus.firing("PmtaDeferralsHigh"), "the alert ends")


def test_a_killed_agent_is_seen_though_snmpd_answers(site, prometheus):
    prometheus.wait(lambda: prometheus.query("pmtaAgentUpTime"), "the agent is seen")
    assert not prometheus.firing("PmtaAgentDead")
    site.monitor.kill()
    alerts = prometheus.wait(lambda: prometheus.firing("PmtaAgentDead"), "the alert begins")
    assert alerts[0]["labels"]["instance"] == site.snmpd.address
    # One scrape may be too slow for its time; the next one tells.
    prometheus.wait(lambda: [r["value"][1] for r in prometheus.query('up{job="powermta"}')] == ["1"], "snmpd answers")
    prometheus.wait(lambda: not prometheus.firing("PmtaSnmpdSilent"), "snmpd is not silent")
    site.monitor.start()
    prometheus.wait(lambda: not prometheus.firing("PmtaAgentDead"), "the alert ends")


def test_a_server_that_stops_answering_is_down(site, prometheus):
    site.sim.fault("*", "500")
    alerts = prometheus.wait(lambda: prometheus.firing("PmtaServerDown"), "the alert begins")
    assert alerts[0]["labels"]["pmtaServerState"] == "unreachable"
    failing = prometheus.wait(lambda: prometheus.firing("PmtaSourceFailing"), "its sources fail")
    assert any("500" in alert["annotations"]["description"] for alert in failing), failing
    site.sim.clear()
    prometheus.wait(lambda: not prometheus.firing("PmtaServerDown"), "the alert ends")


def test_an_alarm_of_the_agent_becomes_an_alert(site, prometheus):
    site.sim.fault("/status", "500")
    wait_until(lambda: site.table("pmtaAlarmObject").rows, 30, "the agent raises an alarm")

    def alerts():
        return prometheus.firing("PmtaAlarmCritical") + prometheus.firing("PmtaAlarmWarning")

    found = prometheus.wait(alerts, "an alert")
    assert found[0]["labels"]["pmtaAlarmServer"] == "mta1" and found[0]["annotations"]["description"]
    site.sim.clear()
    prometheus.wait(lambda: not prometheus.query("pmtaAlarmRaisedAge"), "the alarm ends")
