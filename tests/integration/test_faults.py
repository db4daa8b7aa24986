# SPDX-License-Identifier: BSD-2-Clause
"""What a bad reply may do: be counted and explained, and nothing else."""

import pytest

from daemon import Site, server_section
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
QUEUES = "2"  # index of the source /queues
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
        polls = site.scalar("pmtaSourceAttempts", "1.1")
        site.wait_value("pmtaSourceAttempts", lambda v: v >= polls + 5, timeout=6, index="1.1")
        site.sim.clear()


def test_an_unreadable_accounting_file_is_told_and_read_later_without_loss(tmp_path):
    with Site(tmp_path) as site:
        site.sim.step(30)
        site.wait_counted()
        site.monitor.stop()
        hidden = site.files[0].parent
        moved = hidden.with_name("moved")
        hidden.rename(moved)
        site.monitor.start()
        site.wait_value("pmtaSourceState", 2, index="1.11")
        moved.rename(hidden)
        site.sim.step(30)
        site.wait_counted()
