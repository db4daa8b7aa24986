# SPDX-License-Identifier: BSD-2-Clause
"""The daemon as its operator meets it: notifications, reload, second instance, stock snmpd, options."""

import os
import pathlib
import re
import shutil
import socket
import subprocess

import pytest

import mib
from daemon import Monitor, Site, event, server_section
from snmpd import COMMUNITY, Snmpd, tool_environment
from waiting import wait_until

DEEP = 'threshold "deep" { scope = domain-queue raise = 100 clear = 10 advice = "look at the reply" }'


def test_server_down_and_up_are_each_notified_once(tmp_path):
    missed = 'threshold "missed" { scope = server metric = state raise = { "unreachable" } severity = warning }'
    with Site(tmp_path, conf=f"down-after = 2\n{missed}") as site:
        site.wait_value("pmtaServerState", 1)
        site.sim.fault("*", "refuse")
        down = site.wait_notification("pmtaServerDown")
        assert event(down, "pmtaEventServer") == "mta1" and event(down, "pmtaEventSeverity") == "6"
        worse = site.wait_notification("pmtaSeverityChanged")
        assert event(worse, "pmtaEventAlarmId") == event(down, "pmtaEventAlarmId")
        assert event(worse, "pmtaEventSeverity") == "3"
        site.sim.clear()
        up = site.wait_notification("pmtaServerUp")
        assert event(up, "pmtaEventAlarmId") == event(down, "pmtaEventAlarmId")
        assert event(up, "pmtaEventSeverity") == "1"
        site.wait_polled()
        assert len(site.notifications("pmtaServerDown")) == len(site.notifications("pmtaServerUp")) == 1


def test_a_deep_queue_is_raised_and_cleared_with_the_same_identity(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=DEEP) as site:
        site.sim.control("inject", queue="gmail.com/vmta-a", recipients=500)
        site.sim.control("pause", queue="gmail.com/vmta-a", on=1)
        high = site.wait_notification("pmtaQueueDepthHigh")
        assert event(high, "pmtaEventObject") == "gmail.com/vmta-a"
        assert event(high, "pmtaEventValue") == "500" and event(high, "pmtaEventLimit") == "100"
        assert "look at the reply" in event(high, "pmtaEventText")
        row = event(high, "pmtaEventRow")
        assert row.startswith(mib.oid("domainQueueTable"))
        assert site.snmpd.get(row)[row][1] is not None
        site.sim.control("pause", queue="gmail.com/vmta-a", on=0)

        def drained():
            site.sim.step(30)
            return site.notifications("pmtaQueueDepthNormal")

        wait_until(drained, 30, "the queue drains")
        normal = site.notifications("pmtaQueueDepthNormal")[0]
        for column in ("pmtaEventAlarmId", "pmtaEventObject", "pmtaEventRow", "pmtaEventServer"):
            assert event(normal, column) == event(high, column)


def test_an_alarm_outlives_kill_9_and_is_neither_raised_again_nor_forgotten(tmp_path):
    with Site(tmp_path, conf="down-after = 1") as site:
        site.wait_value("pmtaServerState", 1)
        site.sim.fault("*", "500")
        down = site.wait_notification("pmtaServerDown")
        site.wait_noted(int(event(down, "pmtaEventSequence")))
        for _ in range(3):
            site.monitor.kill()
            site.monitor.start()
            site.wait_value("pmtaServerState", 5)
            site.wait_polled()
        site.sim.clear()
        site.wait_notification("pmtaServerUp")
        assert len(site.notifications("pmtaServerDown")) == len(site.notifications("pmtaServerUp")) == 1


def test_a_notification_waits_for_snmpd(tmp_path):
    with Site(tmp_path, conf="down-after = 1") as site:
        site.wait_value("pmtaServerState", 1)
        site.snmpd.kill()
        site.sim.fault("*", "500")
        site.monitor.logged("mta1 does not answer")
        site.snmpd.start()
        site.wait_notification("pmtaServerDown")
        assert len(site.notifications("pmtaServerDown")) == 1


def test_reload_adds_and_removes_servers_and_a_broken_file_changes_nothing(tmp_path):
    with Site(tmp_path, "--load-queues", 5) as site:
        site.sim.step(30)
        site.wait_counted()
        two = site.section() + server_section(site.sim.url, name="second")
        site.monitor.configure(two)
        site.monitor.reload()
        wait_until(lambda: len(site.table("pmtaServerName")) == 2, 15, "the second server")
        site.monitor.configure(two + "nonsense = 1\n")
        site.monitor.reload()
        site.monitor.logged("old configuration stays")
        assert "nonsense" in site.monitor.log and len(site.table("pmtaServerName")) == 2
        site.monitor.configure(site.section())
        site.monitor.reload()
        wait_until(lambda: len(site.table("pmtaServerName")) == 1, 15, "one server again")
        site.sim.step(30)
        site.wait_counted()


def test_the_service_manager_hears_what_the_daemon_does_and_that_it_is_alive(tmp_path):
    """As systemd listens (sd_notify(3)); a frozen snmpd holds nothing up, a frozen daemon says nothing."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}

        def heard(word):
            """Waits for the word; returns what was said before it."""
            before = []
            while (said := manager.recv(256).decode()) != word:
                before.append(said)
            return before

        with Site(tmp_path, environment=environment) as site:
            assert heard("READY=1") == []
            site.snmpd.freeze()
            for _ in range(10):
                assert heard("WATCHDOG=1") == []
            site.snmpd.thaw()
            site.monitor.reload()
            heard("RELOADING=1")
            heard("READY=1")
            site.monitor.freeze()
            manager.settimeout(2)
            with pytest.raises(TimeoutError):
                while True:
                    manager.recv(256)
            manager.settimeout(30)
            site.monitor.thaw()
            heard("WATCHDOG=1")
            site.monitor.stop()
            assert set(heard("STOPPING=1")) <= {"WATCHDOG=1"}


def test_a_second_daemon_on_the_same_state_is_refused(tmp_path):
    with Site(tmp_path) as site:
        site.wait_value("pmtaServerState", 1)
        second = subprocess.run(
            [mib.MONITORD, "-f", "-c", str(site.monitor.file)], stderr=subprocess.PIPE, text=True, timeout=20
        )
        assert second.returncode == 1 and "in use by another" in second.stderr
        assert str(site.monitor.process.pid) in second.stderr
        assert site.server_value("pmtaServerState") == 1


def test_a_damaged_store_is_moved_aside_and_monitoring_goes_on(tmp_path):
    with Site(tmp_path) as site:
        site.sim.step(10)
        site.wait_counted()
        epoch = site.scalar("pmtaAgentIndexEpoch")
        site.monitor.stop()
        for name in ("store.db-wal", "store.db-shm"):
            (tmp_path / "state" / name).unlink(missing_ok=True)
        (tmp_path / "state" / "store.db").write_bytes(b"this is no database" * 500)
        site.monitor.start()
        site.wait_value("pmtaServerState", 1)
        assert site.scalar("pmtaAgentIndexEpoch") >= epoch
        assert list((tmp_path / "state").glob("store.db.aside-*"))
        assert "moved to" in site.monitor.log
        site.wait_counted()


def stock_snmpd(directory, dropin):
    """Debian's own snmpd.conf with the shipped drop-in, moved to a private port and socket."""
    snmpd = Snmpd(directory)
    stock = pathlib.Path("/etc/snmp/snmpd.conf").read_text()
    lines = []
    for line in stock.splitlines():
        word = line.split()[:1]
        if word in (["agentaddress"], ["agentAddress"]):
            line = f"agentaddress udp:127.0.0.1:{snmpd.port}"
        if word == ["includeDir"]:
            line = f"includeDir {directory}/snmpd.conf.d"
        lines.append(line)
    (directory / "snmpd.conf.d").mkdir()
    text = "\n".join(l for l in dropin.splitlines() if not l.strip().lower().startswith("agentxsocket"))
    (directory / "snmpd.conf.d" / "pmta-monitor.conf").write_text(
        f"{text}\nagentXSocket {snmpd.agentx}\n"
    )
    (directory / "own.conf").write_text("\n".join(lines) + "\n")
    return snmpd


@pytest.mark.skipif(not os.access("/etc/snmp/snmpd.conf", os.R_OK), reason="Debian's snmpd.conf cannot be read")
def test_debians_stock_snmpd_with_the_shipped_drop_in_shows_the_tables(tmp_path):
    dropin = pathlib.Path(mib.BUILD, "pmta-monitor-snmpd.conf").read_text()
    with Site(tmp_path, "--load-queues", 5, "--max-items", 1000) as site:
        site.sim.step(60)
        site.wait_counted()
        (tmp_path / "stock").mkdir()
        site.monitor.stop()
        snmpd = stock_snmpd(tmp_path / "stock", dropin)
        monitor = Monitor(tmp_path, snmpd.agentx, site.section())
        snmpd.start()
        monitor.start()
        try:
            wait_until(lambda: snmpd.get(mib.oid("pmtaServerName") + ".1").get(mib.oid("pmtaServerName") + ".1", ("", None))[1], 20, "rows")
            for table, column in (("vmtaTable", "vmtaName"), ("domainQueueTable", "domainQueueDomain"), ("bounceClassTable", "bounceClassName")):
                walked, bulk = snmpd.walk(mib.oid(column)), snmpd.bulkwalk(mib.oid(column))
                assert walked and walked.keys() == bulk.keys()
                assert len(snmpd.bulkwalk(mib.oid(table))) > len(bulk)
            shown = snmptable(tmp_path, snmpd, "vmtaTable")
            assert "vmta-a" in shown and "vmtaDelivered" in shown
        finally:
            monitor.stop()
            snmpd.stop()


def snmptable(directory, snmpd, table):
    """snmptable needs the MIB, and that needs the IETF's modules."""
    ietf = next(iter(pathlib.Path("/usr/lib/erlang/lib").glob("snmp-*/mibs")), None)
    if ietf is None:
        pytest.skip("the IETF's MIB modules are not installed (erlang-snmp)")
    mibs = directory / "mibs"
    mibs.mkdir()
    for file in ietf.glob("*.mib"):
        shutil.copy(file, mibs / file.stem)
    shutil.copy(pathlib.Path(mib.BUILD, "PMTA-MONITOR-MIB.txt"), mibs / "PMTA-MONITOR-MIB")
    environment = dict(tool_environment(directory), MIBDIRS=str(mibs), MIBS="PMTA-MONITOR-MIB")
    return subprocess.run(
        ["snmptable", "-v2c", "-c", COMMUNITY, "-Ci", snmpd.address, table],
        env=environment, check=True, stdout=subprocess.PIPE, text=True,
    ).stdout


# OIDs that README names below its R, and what they must be.
README_OIDS = {
    "1.1.3.0": "pmtaAgentUpTime",
    "1.2.1.1.40.1": "pmtaServerState",
    "1.2.1.1.6.1": "pmtaServerPollAge",
    "1.2.1.1.9.1": "pmtaServerQueuedRecipients",
    "1.2.1.1.47.1": "pmtaServerWorstSeverity",
}


def test_every_oid_in_readme_is_the_object_it_is_said_to_be():
    readme = pathlib.Path(__file__).resolve().parents[2] / "README"
    named = {m.rstrip(".") for m in re.findall(r"\bR\.([0-9.]+)", readme.read_text())}
    assert named == set(README_OIDS)
    root = mib.oid("pmtaMonitorMIB")
    for suffix, name in README_OIDS.items():
        assert f"{root}.{suffix}" in (mib.oid(name), mib.oid(name) + ".0", mib.oid(name) + ".1"), name


def test_the_restricted_view_of_the_drop_in_hides_job_names_and_reply_texts():
    text = pathlib.Path(mib.BUILD, "pmta-monitor-snmpd.conf").read_text()
    hidden = set(re.findall(r"excluded (\S+)", text))
    names = ["pmtaJobTable", "pmtaEventText", "pmtaAlarmText"] + [o.name for o in mib.readable() if o.name.endswith("LastError")]
    assert hidden == {mib.oid(name) for name in names}


def test_print_mib_prints_the_module_that_is_installed():
    printed = subprocess.run([mib.MONITORD, "--print-mib"], check=True, stdout=subprocess.PIPE).stdout
    assert printed == pathlib.Path(mib.BUILD, "PMTA-MONITOR-MIB.txt").read_bytes()


def test_probe_tells_what_was_understood_and_saves_the_replies(tmp_path):
    with Site(tmp_path, "--load-queues", 5) as site:
        site.sim.step(10)
        kit = tmp_path / "kit"
        result = subprocess.run(
            [mib.MONITORD, "--probe", site.sim.url, "--save", str(kit)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60,
        )
        assert result.returncode == 0, result.stderr
        assert "mta1.example.net" in result.stdout and "gmail.com" in result.stdout
        saved = {f.name for f in kit.iterdir()}
        assert any("status" in name for name in saved) and any("queues" in name for name in saved)
        assert kit.stat().st_mode & 0o777 == 0o700


def test_probe_of_a_server_that_refuses_says_so_and_fails(tmp_path):
    result = subprocess.run(
        [mib.MONITORD, "--probe", "http://127.0.0.1:9"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
    )
    assert result.returncode == 1 and "refused" in result.stdout


def test_the_daemon_runs_in_the_background_with_a_pid_file(tmp_path):
    with Site(tmp_path) as site:
        site.monitor.stop()
        pid_file = tmp_path / "pid"
        subprocess.run([mib.MONITORD, "-c", str(site.monitor.file), "-p", str(pid_file)], check=True, timeout=20)
        pid = int(pid_file.read_text())
        try:
            site.wait_value("pmtaServerState", 1)
        finally:
            os.kill(pid, 15)
        wait_until(lambda: not pid_file.exists(), 15, "an orderly end")
