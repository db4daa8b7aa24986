# SPDX-License-Identifier: BSD-2-Clause
"""What a bad reply may do: be counted and explained, and nothing else."""

import os
import shutil
import subprocess
import time

import pytest

from daemon import FileSite, Site, server_section
from waiting import wait_until

FAULTS = {
    "refuse": {},
    "hang": {},
    "slow": {"rate": 5},
    "500": {},
    "403": {},
    "fail": {},
    "truncated": {},
    "wrong-types": {},
    "huge": {"bytes": 50000000},
    "redirect-https": {},
    "redirect-host": {},
    "html": {},
    "garbage": {},
    "empty": {},
    "nested": {},
}
NOBODY = 65534
QUEUES = "2"  # index of the source /queues
VMTAS = "1.4"
CONF = "stale-after = 1000\nmax-reply = 10M"


def levels(site):
    columns = ("domainQueueDomain", "domainQueueVmta", "domainQueueRecipients", "domainQueueKBytes")
    return site.table(*columns).rows


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("faults"), "--load-queues", 30, "--max-items", 1000, conf=CONF) as s:
        s.sim.step(30)
        s.wait_counted()
        yield s


@pytest.mark.parametrize("kind", FAULTS)
def test_a_bad_list_changes_no_data_and_the_next_good_one_counts(site, kind):
    site.wait_polled()
    before = levels(site)
    assert before
    failures = site.scalar("pmtaSourceFailures", f"1.{QUEUES}")
    site.sim.fault("/queues", kind, **FAULTS[kind])
    if kind == "wrong-types":
        # A document of the right shape with numbers that are none: those levels are not told.
        wait_until(lambda: any("domainQueueRecipients" not in r for r in levels(site).values()), 15)
    else:
        site.wait_value("pmtaSourceFailures", lambda v: v > failures, index=f"1.{QUEUES}")
        assert levels(site) == before
        assert site.scalar("pmtaSourceState", f"1.{QUEUES}") == 3
        assert len(site.scalar("pmtaSourceLastError", f"1.{QUEUES}")) > 5
        assert site.scalar("pmtaServerState", "1") == 1
    site.sim.clear()
    wait_until(lambda: site.scalar("pmtaSourceState", f"1.{QUEUES}") == 1, 15, "good again")
    wait_until(lambda: levels(site) == before, 15, "the same levels again")


def test_lists_that_hang_for_longer_than_the_interval_leave_the_others_their_turn(site):
    for page in ("/queues", "/domains"):
        site.sim.fault(page, "hang")
    asked = site.scalar("pmtaSourceAttempts", VMTAS)
    site.wait_value("pmtaSourceAttempts", lambda attempts: attempts >= asked + 2, index=VMTAS)
    site.sim.clear()


@pytest.mark.parametrize("kind", sorted(set(FAULTS) - {"wrong-types", "fail"}))
def test_a_server_without_a_good_status_is_unreachable_and_says_why(site, kind):
    site.sim.fault("/status", kind, **FAULTS[kind])
    site.wait_value("pmtaServerState", 5)
    assert len(site.server_value("pmtaServerStateText")) > 5
    total = site.server_value("pmtaTrafficInRecipients")
    site.sim.clear()
    site.wait_value("pmtaServerState", 1)
    assert site.server_value("pmtaTrafficInRecipients") == total


def test_a_monitor_that_says_fail_means_powermta_is_stopped(site):
    site.sim.control("pmtad", on=0)
    site.wait_value("pmtaServerState", 4)
    site.sim.control("pmtad", on=1)
    site.wait_value("pmtaServerState", 2)
    site.sim.step(300)
    site.wait_value("pmtaServerState", 1)


def test_wrong_types_in_the_status_are_no_instances(site):
    site.sim.fault("/status", "wrong-types")
    wait_until(lambda: site.server_value("pmtaServerQueuedRecipients") is None, 15, "no level")
    site.sim.clear()
    site.wait_value("pmtaServerQueuedRecipients", lambda v: v > 0)


def test_levels_disappear_when_they_are_stale_and_names_and_totals_stay(tmp_path):
    with Site(tmp_path, "--load-queues", 20, "--max-items", 1000, conf="stale-after = 2") as site:
        site.sim.step(30)
        books = site.wait_counted()
        site.sim.fault("*", "refuse")
        wait_until(lambda: site.server_value("pmtaServerQueuedRecipients") is None, 15, "stale")
        wait_until(lambda: len(site.table("domainQueueRecipients")) == 0, 15, "stale lists")
        assert site.server_value("pmtaServerState") == 5
        age = site.server_value("pmtaServerPollAge")
        site.wait_value("pmtaServerPollAge", lambda v: v > age)
        rows = site.table("vmtaName", "vmtaDelivered").by("vmtaName")
        assert {n: r["vmtaDelivered"] for n, r in rows.items()} == {
            v["name"]: v["delivered"] for v in books["vmtas"]
        }
        site.sim.clear()
        site.wait_value("pmtaServerQueuedRecipients", lambda v: v > 0)


def test_the_api_key_never_leaves_for_another_host(tmp_path):
    key = tmp_path / "key"
    key.write_text("k" * 40)
    key.chmod(0o600)
    with Site(tmp_path, "--api-key", "k" * 40, server=f'api-key-file = "{key}"') as site:
        site.wait_value("pmtaServerState", 1)
        site.sim.fault("*", "redirect-host")
        site.wait_value("pmtaServerState", 5)
        assert site.sim.books()["trap"]["with_api_key"] == 0
        site.sim.clear()
        site.wait_value("pmtaServerState", 1)
        assert "k" * 40 not in site.monitor.log


def test_one_hung_server_does_not_delay_another(tmp_path):
    with Site(tmp_path, "--load-queues", 5, accounting=False) as site:
        site.wait_value("pmtaServerState", 1)
        other = server_section("http://127.0.0.1:9", name="dead") + server_section(site.sim.url, name="hung")
        site.monitor.configure(site.section() + other, site.conf)
        site.monitor.reload()
        wait_until(lambda: len(site.table("pmtaServerName")) == 3, 15, "three servers")
        site.sim.fault("/queues", "hang")
        # Each attempt takes two seconds, in which six polls find their place.
        assert site.polls_while(f"1.{QUEUES}", 2) >= 5
        site.sim.clear()


def test_an_accounting_directory_that_is_gone_at_the_start_is_told_and_read_later_without_loss(tmp_path):
    with Site(tmp_path) as site:
        site.sim.step(30)
        site.wait_counted()
        site.monitor.stop()
        hidden = site.files[0].parent
        moved = hidden.with_name("moved")
        hidden.rename(moved)
        site.monitor.start()
        site.wait_value("pmtaSourceState", 3, index="1.11")
        moved.rename(hidden)
        site.sim.step(30)
        site.wait_counted()


def certificate(directory, name):
    """A key and a certificate that vouches for itself, for this host."""
    key, cert = directory / f"{name}.key", directory / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", str(key),
         "-out", str(cert), "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, stderr=subprocess.DEVNULL,
    )
    return key, cert


def test_a_certificate_is_not_trusted_until_the_configuration_names_who_vouches_for_it(tmp_path):
    key, cert = certificate(tmp_path, "powermta")
    _, other = certificate(tmp_path, "another")
    with Site(tmp_path, "--tls-cert", cert, "--tls-key", key, accounting=False) as site:
        assert site.sim.url.startswith("https:")
        site.wait_value("pmtaServerStateText", lambda text: "certificate" in text)
        assert site.server_value("pmtaServerState") == 5
        for line, state in ((f'ca-file = "{other}"', 5), (f'ca-file = "{cert}"', 1), ("", 5), ("insecure-tls = yes", 1)):
            site.monitor.configure(server_section(site.sim.url, extra=line))
            site.reload()
            site.wait_polled()
            site.wait_value("pmtaServerState", state)


def test_a_host_without_an_address_is_told_and_delays_nobody(tmp_path):
    with Site(tmp_path, accounting=False) as site:
        site.wait_value("pmtaServerState", 1)
        site.monitor.configure(site.section() + server_section("http://nowhere.invalid:8080", name="nameless"))
        site.monitor.reload()
        site.wait_value("pmtaServerState", 5, index="2")
        assert "nowhere.invalid" in site.scalar("pmtaServerStateText", "2")
        polls = site.scalar("pmtaSourceAttempts", "1.1")
        site.wait_value("pmtaSourceAttempts", lambda v: v >= polls + 5, timeout=6, index="1.1")


def test_a_directory_of_accounting_that_vanishes_and_returns_loses_no_record(tmp_path):
    with Site(tmp_path) as site:
        site.sim.step(30)
        site.wait_counted()
        there = site.files[0].parent
        away = there.with_name("away")
        there.rename(away)
        site.wait_polled()
        away.rename(there)
        site.sim.step(30)
        site.wait_counted()
        # While the daemon starts, too.
        site.monitor.stop()
        there.rename(away)
        site.monitor.start()
        site.wait_polled()
        away.rename(there)
        site.sim.step(30)
        site.wait_counted()
        site.wait_value("pmtaSourceState", 1, index="1.11")
        assert site.scalar("pmtaSourceGaps", "1.11") == 0


def restart_as(site, user):
    """Starts the daemon again as a user whom permissions bind."""
    site.monitor.stop()
    # What pytest makes is closed to others, however deep it is.
    for path in (site.directory, *site.directory.parents):
        if path.stat().st_uid == os.getuid() and path.stat().st_mode & 0o777 == 0o700:
            path.chmod(0o755)
    for path in site.directory.rglob("*"):
        shutil.chown(path, user)
    site.monitor.start(user=user)


def test_permission_that_is_lost_and_regained_is_told_and_loses_no_record(tmp_path):
    with FileSite(tmp_path) as site:
        if os.getuid() == 0:
            restart_as(site, NOBODY)
        now = time.strftime("%Y-%m-%d %H:%M:%S%z")
        site.write("acct-2026-11-22-0000.csv", *[site.row(now)] * 10)
        site.wait_records(10)
        site.path.parent.chmod(0)
        site.write("acct-2026-11-22-0001.csv", *[site.row(now)] * 7)
        site.wait_value("pmtaSourceState", lambda v: v != 1, index="1.11")
        assert "ermission" in site.source("pmtaSourceLastError")
        site.path.parent.chmod(0o755)
        site.wait_records(17)
        site.wait_value("pmtaSourceState", 1, index="1.11")
        assert site.source("pmtaSourceGaps") == 0
