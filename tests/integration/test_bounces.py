# SPDX-License-Identifier: BSD-2-Clause
"""Bounces by their kind, and records of bounces that are none: against the simulator's books."""

from daemon import Site
from waiting import wait_until

HARD = ("bad-mailbox", "inactive-mailbox", "bad-domain")
SOFT = ("quota-issues", "no-answer-from-host", "relaying-issues", "routing-errors")


def of_kind(books, kinds):
    return sum(book["bounced"] for name, book in books["categories"].items() if name in kinds)


def compare(site, hard=HARD, soft=SOFT):
    books = site.wait_counted()
    wanted = {
        "Bounced": books["server"]["bounced"],
        "Deleted": books["server"]["deleted"],
        "Suppressed": books["server"]["suppressed"],
        "HardBounced": of_kind(books, hard),
        "SoftBounced": of_kind(books, soft),
    }
    assert {name: site.server_value(f"pmtaTraffic{name}") for name in wanted} == wanted
    return books


def test_bounces_are_told_by_kind_in_totals_and_windows(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--bounces", 2000) as site:
        site.sim.step(200)
        books = compare(site)
        hard = of_kind(books, HARD)
        assert 0 < hard < books["server"]["bounced"]
        site.wait_value("pmtaServerWindowHardBounced", hard, index="1.3600")
        attempts = site.scalar("pmtaServerWindowAttempts", "1.3600")
        share = site.scalar("pmtaServerWindowHardBounceShare", "1.3600")
        assert abs(share - hard * 10000 / attempts) <= 1
        providers = site.table("providerWindowHardBounced", "vmtaWindowHardBounced").rows
        for column in ("providerWindowHardBounced", "vmtaWindowHardBounced"):
            told = sum(row.get(column, 0) for index, row in providers.items() if index.endswith(".3600"))
            assert 0 < told <= hard
        by_vmta = sum(r.get("vmtaWindowHardBounced", 0) for i, r in providers.items() if i.endswith(".3600"))
        assert by_vmta == hard


def test_deletions_and_suppressions_are_no_bounces(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--bounces", 0, "--deferrals", 0) as site:
        site.sim.control("pause", queue="gmail.com/*")
        site.sim.control("suppress", queue="yahoo.rollup/*")
        site.sim.control("inject", queue="gmail.com/vmta-a", recipients=300)
        site.sim.control("inject", queue="yahoo.rollup/vmta-a", recipients=40)
        site.sim.step(30)
        site.sim.control("delete", queue="gmail.com/*")
        books = compare(site)
        assert books["server"]["deleted"] >= 300 and books["server"]["suppressed"] >= 40
        assert books["server"]["bounced"] == 0
        assert all(r["bounceClassBounced"] == 0 for r in site.table("bounceClassBounced").rows.values())
        assert all(r["vmtaBounced"] == 0 for r in site.table("vmtaBounced").rows.values())
        assert all(r["providerBounced"] == 0 for r in site.table("providerBounced").rows.values())
        site.wait_value("pmtaServerWindowAttempts", books["server"]["delivered"] + books["server"]["queue_errors"], index="1.3600")
        assert site.scalar("pmtaServerWindowBounceShare", "1.3600") == 0


def test_the_kinds_are_the_sites_to_say_and_totals_never_fall(tmp_path):
    site = Site(tmp_path, "--max-items", 1000, "--bounces", 2000, conf='bounce-hard = { "spam-related" }')
    with site:
        site.sim.step(60)
        before = compare(site, hard=(*HARD, "spam-related"))
        kinds = site.table("bounceClassName", "bounceClassKind").by("bounceClassName")
        assert kinds["spam-related"]["bounceClassKind"] == 1
        site.monitor.configure(site.section(), "")
        site.monitor.reload()
        wait_until(
            lambda: site.table("bounceClassName", "bounceClassKind").by("bounceClassName")["spam-related"]["bounceClassKind"] == 3,
            10,
            "the kind has changed",
        )
        site.sim.step(60)
        books = site.wait_counted()
        spam = before["categories"]["spam-related"]["bounced"]
        assert spam > 0
        assert site.server_value("pmtaTrafficHardBounced") == of_kind(books, HARD) + spam


def test_bounces_by_kind_survive_kill_9(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--bounces", 2000) as site:
        site.sim.control("suppress", queue="gmail.com/*")
        for _ in range(3):
            site.sim.step(40)
            site.monitor.kill()
            site.monitor.start()
            wait_until(lambda: site.server_value("pmtaServerName"), 15, "the daemon is back")
        compare(site)
