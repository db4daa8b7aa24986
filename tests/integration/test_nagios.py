# SPDX-License-Identifier: BSD-2-Clause
"""check_pmta_snmp against a real snmpd, and the shipped objects in a real Nagios and Icinga 2."""

import time

import pytest

import mib
from daemon import Site
from nagios_site import (
    CRITICAL, OK, UNKNOWN, V3_PHRASES, V3_USER, WARNING, Icinga, Nagios, allow_v3, check, run,
)
from snmpd import COMMUNITY
from waiting import wait_until

START = "2026-11-22 10:00:00"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A quiet world: gmail was throttled for five minutes, one of its queues is deep and paused."""
    own = Site(tmp_path_factory.mktemp("nagios"), "--start", START, "--max-items", 1000, "--rate", 5)
    allow_v3(own)
    with own:
        own.sim.control("throttle", domain="gmail.com", on=1)
        own.sim.control("inject", queue="gmail.com/vmta-a", recipients=5000)
        own.sim.control("pause", queue="gmail.com/vmta-a", on=1)
        own.sim.step(300)
        own.wait_counted()
        own.wait_value("pmtaServerWindowDelivered", lambda value: value > 0, index="1.600")
        yield own


def rows(site, *columns):
    return site.table(*columns).rows.values()


def shown(answer, label):
    return answer.perfdata[label].value


@pytest.mark.parametrize("options, status", [
    (["-w", "100k", "-c", "200k"], OK),
    (["-w", "3k", "-c", "200k"], WARNING),
    (["-w", "2k", "-c", "3000"], CRITICAL),
    (["-c", "@4k:100k"], CRITICAL),
    (["-c", "~:100000"], OK),
])
def test_the_worst_row_decides(site, options, status):
    answer = check(site, "-o", "domainQueueRecipients", *options)
    deepest = max(rows(site, "domainQueueRecipients"), key=lambda r: r.get("domainQueueRecipients", 0))
    assert answer.status == status, answer
    assert "mta1/gmail.com/vmta-a" in answer.line
    assert shown(answer, "mta1/gmail.com/vmta-a") == deepest["domainQueueRecipients"] >= 5000


def test_where_little_is_bad_the_smallest_row_is_the_worst(site):
    answer = check(site, "-o", "vmtaWindowDelivered", "-c", "1000000:")
    delivered = {r["vmtaWindowName"]: r["vmtaWindowDelivered"] for i, r in
                 site.table("vmtaWindowName", "vmtaWindowDelivered").rows.items() if i.endswith(".600")}
    least = min(delivered, key=delivered.get)
    assert answer.status == CRITICAL and f"mta1/{least}:" in answer.line, answer
    assert {label.split("/", 1)[1]: point.value for label, point in answer.perfdata.items()} == delivered


def test_sum_and_count(site):
    total = sum(r.get("vmtaRecipients", 0) for r in rows(site, "vmtaRecipients"))
    answer = check(site, "-T", "vmtaTable", "-o", "Recipients", "--mode", "sum", "-c", total - 1)
    assert answer.status == CRITICAL and shown(answer, "vmtaRecipients") == total > 0, answer
    assert check(site, "-o", "vmtaRecipients", "--mode", "sum", "-c", total).status == OK
    paused = sum(r.get("domainQueuePaused") == 1 for r in rows(site, "domainQueuePaused"))
    answer = check(site, "-o", "domainQueuePaused", "--where", "Paused=true", "--mode", "count", "-w", "0", "-c", "10")
    assert answer.status == WARNING and shown(answer, "domainQueuePaused") == paused == 1, answer
    answer = check(site, "-o", "domainQueuePaused", "--where", "Paused=true", "--mode", "count", "--name", "^yahoo", "-w", "0")
    assert answer.status == OK and shown(answer, "domainQueuePaused") == 0, answer


def test_names_choose_rows(site):
    answer = check(site, "-o", "domainQueueRecipients", "--name", "^gmail\\.com/vmta-[ab]$")
    assert set(answer.perfdata) == {"mta1/gmail.com/vmta-a", "mta1/gmail.com/vmta-b"}, answer
    assert check(site, "-o", "vmtaRecipients", "--server", "^mta1$").status == OK
    answer = check(site, "-o", "vmtaRecipients", "--server", "^mta2$")
    assert answer.status == UNKNOWN and "none of the" in answer.line, answer


def test_nothing_to_judge_is_what_the_operator_says(site):
    for word, status in (("ok", OK), ("warning", WARNING), ("critical", CRITICAL), ("unknown", UNKNOWN)):
        assert check(site, "-o", "vmtaRecipients", "--name", "nosuch", "--absent", word).status == status
    # The job table is off by default.
    answer = check(site, "-o", "pmtaJobRecipients")
    assert answer.status == UNKNOWN and "pmtaJobTable has no row" in answer.line, answer


def test_shares_are_percent(site):
    index = next(i for i, r in site.table("providerName").rows.items() if r["providerName"] == "gmail")
    site.wait_value("providerWindowDeferralShare", lambda value: value > 3000, index=f"{index}.600")
    hundredths = site.scalar("providerWindowDeferralShare", f"{index}.600")
    answer = check(site, "-o", "providerWindowDeferralShare", "-w", "15%", "-c", "30")
    point = answer.perfdata["mta1/gmail"]
    assert answer.status == CRITICAL and f"{hundredths / 100:.2f}% in 600 s (critical: 30)" in answer.line, answer
    assert point.uom == "%" and point.warning == "15.00" and point.critical == "30.00"
    assert round(point.value * 100) == hundredths


def test_a_condition_on_another_column(site):
    share = ["-o", "providerWindowDeferralShare", "-c", "1%"]
    assert check(site, *share, "--where", "Attempts=10:").status == CRITICAL
    answer = check(site, *share, "--where", "providerWindowAttempts=100M:")
    assert answer.status == OK and "as --where asks" in answer.line, answer


def test_the_reason_is_shown_beside_the_share(site):
    answer = check(site, "-o", "providerWindowDeferralShare", "-c", "30%", "--show", "providerTopReason",
                   "--show", "Attempts")
    assert answer.more and answer.more[0].startswith("CRITICAL mta1/gmail "), answer
    assert "providerTopReason: " in answer.more[0] and "4.7.28" in answer.more[0], answer
    assert "providerWindowAttempts: " in answer.more[0], answer


def test_names_of_enumerations(site):
    answer = check(site, "-o", "pmtaServerState", "-c", "!running,starting")
    assert answer.status == OK and "running" in answer.line, answer
    assert check(site, "-o", "pmtaServerState", "-c", "running").status == CRITICAL
    answer = check(site, "-o", "domainQueuePaused", "-w", "true")
    assert answer.status == WARNING and answer.more == ["WARNING mta1/gmail.com/vmta-a true"], answer


def test_scalars(site):
    answer = check(site, "-o", "pmtaAgentServers", "-c", "1:1")
    assert answer.status == OK and shown(answer, "pmtaAgentServers") == 1, answer
    assert check(site, "-o", "pmtaAgentServers", "-c", "2:").status == CRITICAL


def test_totals_are_refused_with_what_to_take_instead(site):
    answer = check(site, "-o", "vmtaDelivered", "-c", "1")
    assert answer.status == UNKNOWN and "vmtaWindowDelivered" in answer.line, answer
    answer = check(site, "-o", "vmtaLastError")
    assert answer.status == UNKNOWN and "--show" in answer.line, answer


def test_performance_data_are_bounded_and_the_worst_come_first(site):
    answer = check(site, "-o", "domainQueueRecipients", "--max-perfdata", 2, "-c", 0, "--max-lines", 1)
    assert len(answer.perfdata) == 2 and "mta1/gmail.com/vmta-a" in answer.perfdata, answer
    assert len(answer.more) == 2 and answer.more[1].startswith("and "), answer


def test_every_version_of_snmp_reads_the_same(site):
    wanted = check(site, "-o", "domainQueueRecipients", "-c", "3k")
    assert wanted.status == CRITICAL
    for snmp in (("-P", "1", "-C", COMMUNITY), ("-P", "2c", "-C", COMMUNITY), V3_USER + V3_PHRASES):
        answer = check(site, "-o", "domainQueueRecipients", "-c", "3k", snmp=snmp)
        assert (answer.status, answer.text) == (wanted.status, wanted.text), (snmp, answer)
    answer = check(site, "-o", "pmtaJobRecipients", snmp=("-P", "1", "-C", COMMUNITY))
    assert answer.status == UNKNOWN and "has no row" in answer.line, answer


def test_secrets_may_come_from_snmp_conf(site, tmp_path):
    (tmp_path / "snmp.conf").write_text(
        f"defSecurityName manager\ndefSecurityLevel authPriv\ndefAuthType SHA\ndefPrivType AES\n"
        f'defAuthPassphrase "{V3_PHRASES[1]}"\ndefPrivPassphrase "{V3_PHRASES[3]}"\n'
    )
    answer = run(["-H", "127.0.0.1", "-p", site.snmpd.port, "-P", "3", "-o", "pmtaAgentServers"], tmp_path)
    assert answer.status == OK, answer


@pytest.mark.parametrize("snmp", [
    ("-C", "wrong"),
    V3_USER + ("-A", "another phrase", "-X", V3_PHRASES[3]),
    V3_USER + ("-A", V3_PHRASES[1], "-X", "another phrase"),
    ("-P", "3", "-U", "nobody", "-L", "noAuthNoPriv"),
])
def test_who_may_not_read_learns_nothing(site, snmp):
    answer = check(site, "-o", "vmtaRecipients", "--absent", "ok", "-t", "2", snmp=snmp)
    assert answer.status == UNKNOWN and "vmta-a" not in answer.text, answer


def test_list_shows_the_rows_that_can_be_named(site):
    answer = check(site, "--list", "-T", "vmtaTable")
    names = {r["vmtaName"] for r in rows(site, "vmtaName")}
    assert answer.status == OK and {l.split("/", 1)[1] for l in answer.text.splitlines()} == names


def test_list_without_a_host_shows_every_table_and_column_of_the_mib(tmp_path):
    tables = run(["--list"], tmp_path).text
    for thing in mib.objects().values():
        if thing.name.endswith("Table"):
            assert thing.name in tables
        if thing.access == "read-only" and thing.syntax in ("Gauge32", "INTEGER"):
            table = mib.objects()[thing.parent].parent if thing.parent.endswith("Entry") else thing.parent
            assert f"{thing.name} " in run(["--list", "-T", table], tmp_path).text


def test_help_and_version(tmp_path):
    assert run(["--help"], tmp_path).text.startswith("Usage: check_pmta_snmp -H HOST")
    assert "pmta-monitor" in run(["-V"], tmp_path).text
    assert run([], tmp_path).status == UNKNOWN


def test_alive_tells_a_silent_agent_from_an_unreachable_server_and_both_from_a_silent_snmpd(tmp_path):
    with Site(tmp_path, accounting=False) as own:
        own.wait_value("pmtaServerState", 1)
        answer = check(own, "--alive")
        assert answer.status == OK and "1 of 1 servers up" in answer.line and "mta1" in answer.perfdata, answer
        own.sim.fault("*", "refuse")
        own.wait_value("pmtaServerState", 5)
        answer = check(own, "--alive")
        assert answer.status == CRITICAL and answer.more[0].startswith("CRITICAL mta1: unreachable"), answer
        wait_until(lambda: own.server_value("pmtaServerQueuedRecipients") is None, 15, "the level is withdrawn")
        answer = check(own, "-o", "pmtaServerQueuedRecipients", "-c", "10")
        assert answer.status == UNKNOWN and "has no value now" in answer.line, answer
        own.monitor.stop()
        wait_until(lambda: own.scalar("pmtaAgentUpTime") is None, 10, "the agent is gone")
        answer = check(own, "--alive")
        assert answer.status == CRITICAL and "not for pmta-monitord" in answer.line, answer
        answer = check(own, "-o", "vmtaRecipients", "--absent", "ok")
        assert answer.status == UNKNOWN and "not for pmta-monitord" in answer.line, answer
        own.snmpd.stop()
        for options in (["--alive"], ["-o", "vmtaRecipients", "--absent", "ok"]):
            for snmp in (("-C", COMMUNITY), V3_USER + V3_PHRASES):
                answer = check(own, *options, "-t", "1", snmp=snmp)
                assert answer.status == UNKNOWN and "no answer from 127.0.0.1" in answer.line, answer


def test_alarms_are_told_with_their_text_and_none_is_good_news(tmp_path):
    deep = 'threshold "deep" { scope = domain-queue raise = 100 clear = 10 severity = major advice = "look" }'
    with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=deep) as own:
        own.wait_value("pmtaServerState", 1)
        own.sim.control("inject", queue="gmail.com/vmta-a", recipients=500)
        own.sim.control("pause", queue="gmail.com/vmta-a", on=1)
        own.wait_notification("pmtaQueueDepthHigh")
        answer = check(own, "--alarms")
        assert answer.status == CRITICAL and "gmail.com/vmta-a" in answer.text, answer
        line = next(line for line in answer.more if "gmail.com/vmta-a" in line)
        assert "pmtaAlarmText: " in line and "look" in line, answer
        assert shown(answer, "alarms") >= 1, answer
        deep_queue = ("--alarms", "--name", "^gmail[.]com/vmta-a$")
        assert check(own, *deep_queue, "-c", "critical", "-w", "major").status == WARNING
        answer = check(own, "--alarms", "--name", "^nosuch")
        assert answer.status == OK and "no active alarm" in answer.line, answer
        own.monitor.stop()
        wait_until(lambda: own.scalar("pmtaAgentUpTime") is None, 10, "the agent is gone")
        assert check(own, "--alarms").status == UNKNOWN


def test_a_hung_agent_is_unknown_when_the_time_is_over(tmp_path):
    with Site(tmp_path, accounting=False) as own:
        own.wait_value("pmtaServerState", 1)
        own.monitor.freeze()
        began = time.monotonic()
        answer = check(own, "-o", "pmtaServerQueuedRecipients", "-t", "3")
        assert answer.status == UNKNOWN and time.monotonic() - began < 6, answer
        own.monitor.thaw()


def test_nagios_accepts_the_shipped_objects_and_runs_them(site, tmp_path):
    nagios = Nagios(tmp_path, f"-p {site.snmpd.port} -P 2c -C {COMMUNITY}")
    status, output = nagios.verify()
    assert status == 0 and "Total Warnings: 0" in output and "Total Errors:   0" in output, output
    nagios.start()
    try:
        services = nagios.wait_checked(15)
    finally:
        nagios.stop()
    assert len(services) == 15
    assert services["PowerMTA alive"]["current_state"] == "0", services["PowerMTA alive"]
    deferrals = services["PowerMTA deferrals"]
    assert deferrals["current_state"] == "2" and "mta1/gmail" in deferrals["plugin_output"], deferrals
    assert "'mta1/gmail'=" in deferrals["performance_data"] and "4.7.28" in deferrals["long_plugin_output"]
    for fields in services.values():
        assert fields["current_state"] != "3", fields
    queued = site.server_value("pmtaServerQueuedRecipients")
    assert f"queued={queued}" in services["PowerMTA queued (check_snmp)"]["performance_data"]


def test_icinga_accepts_the_shipped_file(tmp_path):
    icinga = Icinga(tmp_path, """
object Host "mta1" {
  check_command = "dummy"
  address = "127.0.0.1"
  vars.pmta = true
  vars.pmta_snmp_version = "2c"
  vars.pmta_snmp_community = "public"
  vars.pmta_checks["gmail backlog"] = { pmta_column = "providerRecipients", pmta_name = "^gmail$$" }
  vars.pmta_checks["queued"] = { pmta_column = "pmtaServerQueuedRecipients", pmta_warning = "1k" }
}
object Host "mta2" {
  check_command = "dummy"
  vars.pmta = true
  vars.pmta_snmp_version = "3"
  vars.pmta_snmp_user = "manager"
}
object Host "other" { check_command = "dummy" }
""")
    status, output = icinga.verify()
    assert status == 0 and "warning/" not in output and "critical/" not in output, output
    names = icinga.objects()
    for service in ("pmta-alive", "pmta-deferrals", "pmta-gmail backlog", "pmta-queued", "pmta-state"):
        assert f"mta1!{service}" in names, names
    assert "mta2!pmta-queued" in names and "mta2!pmta-state" not in names
    assert not any(name.startswith("other!") for name in names)


def test_icinga_runs_the_shipped_checks_and_sees_a_server_go_and_come(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--rate", 5) as own:
        own.sim.step(60)
        own.wait_counted()
        icinga = Icinga(tmp_path, f"""
object Host "mta1" {{
  check_command = "dummy"
  address = "127.0.0.1"
  vars.pmta = true
  vars.pmta_snmp_version = "2c"
  vars.pmta_snmp_community = "{COMMUNITY}"
  vars.pmta_snmp_port = {own.snmpd.port}
  vars.snmp_port = {own.snmpd.port}
}}
""")
        icinga.start()
        try:
            alive = icinga.wait_state("pmta-alive", "OK")
            assert "1 of 1 servers up" in alive[3] and "mta1=" in alive[2], alive
            wait_until(lambda: len(icinga.services()) == 13, 60, "all services are checked")
            for name, (state, _, _, output) in icinga.services().items():
                assert state != "UNKNOWN", (name, output)
            assert "state=1" in icinga.services()["pmta-state"][2], icinga.services()["pmta-state"]
            own.sim.fault("*", "refuse")
            gone = icinga.wait_state("pmta-alive", "CRITICAL")
            assert "0 of 1 servers up" in gone[3], gone
            own.sim.clear()
            icinga.wait_state("pmta-alive", "OK")
        finally:
            icinga.stop(30)
