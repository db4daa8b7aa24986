# SPDX-License-Identifier: BSD-2-Clause
"""Ages, draining, the stuck verdict, fairness and the lists of the worst, against PowerMTA's own pages and files."""

import mib
from daemon import Site
from simulator import records
from test_windows import index_of, stamp
from waiting import wait_until

START = "2026-11-20 09:00:00"
STUCK, NOT_STUCK = 1, 2
HERO = "gmail.com/vmta-a"
LISTS = ("providersByDeferral", "providersByBounce", "oldestQueues", "largestQueues", "slowestVmtas")


def stick(site):
    """A queue that was deferred for a minute, and refused at once for the 50 minutes since. The daemon comes
    late: by its own clock it would have seen the queue empty just now."""
    site.monitor.stop()
    site.sim.control("throttle", domain="gmail.com", on=1)
    site.sim.control("inject", queue=HERO, recipients=3000)
    site.sim.step(60)
    site.sim.control("refuse", queue=HERO, on=1)
    site.sim.step(3000)
    site.monitor.start()
    wait_until(lambda: HERO in site.table("domainQueueName").by("domainQueueName"), 20, "the queue is listed")
    site.wait_counted()
    return index_of(site, "domainQueueName", HERO)


def test_a_stuck_queue_is_told_with_its_age_its_rate_and_the_reason(tmp_path):
    with Site(tmp_path, "--start", START, "--rate", 5, "--out-rate", 500, "--max-items", 1000) as site:
        index = stick(site)
        site.wait_value("domainQueueStuck", STUCK, index=index)
        assert site.scalar("domainQueueProvider", index) == "gmail"
        assert 2900 <= site.scalar("domainQueueOldestAge", index) <= 3300
        assert site.scalar("domainQueueRecipients", index) >= 1000
        assert site.scalar("domainQueueDrainRate", index) <= 0
        assert site.scalar("domainQueueDrainTime", index) is None
        assert site.scalar("domainQueueDeliveryRate", index) == 0
        assert site.scalar("domainQueueTopReasonCode", index) == 421
        assert site.scalar("domainQueueTopReason", index).startswith("421 4.7.28 ")
        site.wait_value("pmtaServerQueuesStuck", 1)
        for kind, name in (("vmta", "vmta-a"), ("provider", "gmail")):
            row = index_of(site, f"{kind}Name", name)
            assert site.scalar(f"{kind}QueuesStuck", row) == 1
            assert site.scalar(f"{kind}OldestAge", row) >= 2900
        tops = site.table("pmtaTopListName", "pmtaTopObject", "pmtaTopReason", "pmtaTopRow").rows
        oldest = tops["1.3.1"]
        assert (oldest["pmtaTopListName"], oldest["pmtaTopObject"]) == ("oldestQueues", HERO)
        assert oldest["pmtaTopReason"].startswith("421 4.7.28 ")
        assert oldest["pmtaTopRow"] == f"{mib.oid('domainQueueServer')}.{index}"


def test_a_queue_that_is_served_again_is_no_longer_stuck(tmp_path):
    with Site(tmp_path, "--start", START, "--rate", 5, "--out-rate", 500, "--max-items", 1000) as site:
        index = stick(site)
        site.wait_value("domainQueueStuck", STUCK, index=index)
        site.sim.control("throttle", domain="gmail.com", on=0)
        site.sim.control("refuse", queue=HERO, on=0)
        site.sim.step(2)
        site.wait_counted()
        site.wait_value("domainQueueStuck", NOT_STUCK, index=index)
        site.wait_value("pmtaServerQueuesStuck", 0)


def test_a_queue_that_empties_tells_how_long_it_takes(tmp_path):
    with Site(tmp_path, "--start", START, "--rate", 0.1, "--out-rate", 100, "--max-items", 1000) as site:
        site.sim.control("pause", queue=HERO, on=1)
        site.sim.control("inject", queue=HERO, recipients=3000)
        wait_until(lambda: HERO in site.table("domainQueueName").by("domainQueueName"), 20, "the queue is listed")
        index = index_of(site, "domainQueueName", HERO)
        wait_until(lambda: site.scalar("domainQueueDrainRate", index) is not None, 20, "a first rate")
        assert site.scalar("domainQueueDrainTime", index) is None
        site.sim.control("inject", queue=HERO, recipients=20)
        site.wait_value("domainQueueDrainRate", lambda rate: rate < 0, index=index)
        assert site.scalar("domainQueueDrainTime", index) is None
        site.sim.control("pause", queue=HERO, on=0)
        site.sim.step(10)
        left = next(q for q in site.sim.page("queues", queue=HERO)["queues"])["rcp"]
        assert 0 < int(left) < 2900
        site.wait_value("domainQueueDrainTime", lambda seconds: seconds > 0, index=index)
        assert site.scalar("domainQueueDrainRate", index) > 0
        delivered = sum(row["type"] == "d" and row.get("queue") == HERO for row in records(*site.files))
        site.wait_counted()
        site.wait_value("domainQueueDeliveryRate", 6 * delivered, index=index)


def test_the_limits_of_the_verdict_are_configured(tmp_path):
    conf = "stuck-recipients = 200 stuck-age = 20s stuck-drain-time = 400d"
    with Site(tmp_path, "--start", START, "--rate", 5, "--out-rate", 500, "--max-items", 1000, conf=conf) as site:
        site.wait_polled()
        site.sim.control("throttle", domain="gmail.com", on=1)
        site.sim.control("inject", queue=HERO, recipients=500)
        site.sim.step(5)
        site.sim.control("refuse", queue=HERO, on=1)
        site.sim.step(900)
        site.wait_counted()
        index = index_of(site, "domainQueueName", HERO)
        site.wait_value("domainQueueStuck", STUCK, index=index)
        site.monitor.configure(site.section(), "stuck-recipients = 5000")
        site.monitor.reload()
        site.wait_value("domainQueueStuck", NOT_STUCK, index=index)


def test_top_lists_are_what_pages_and_files_say(tmp_path):
    # A row for one queue only: the lists are made of all of them.
    with Site(tmp_path, "--start", START, "--rate", 20, "--max-items", 1000, conf="row-limit = 3", server='pin = { "gmail" }') as site:
        site.sim.control("throttle", domain="gmail.com", on=1)
        site.sim.control("bounce-storm", domain="outlook.com", on=1)
        site.sim.step(600)
        site.sim.control("pause", queue="*", on=1)
        site.sim.control("inject", queue="gmail.com/vmta-b", recipients=400)
        site.wait_counted()
        queues = site.sim.page("queues")["queues"]
        wanted = sorted((int(q["rcp"]) for q in queues), reverse=True)[:10]

        def rows():
            columns = ("pmtaTopServer", "pmtaTopListName", "pmtaTopObject", "pmtaTopValue", "pmtaTopUnit", "pmtaTopRow")
            return site.table(*columns).rows

        def largest():
            return [r["pmtaTopValue"] for i, r in rows().items() if i.startswith("1.4.")]

        wait_until(lambda: largest() == wanted, 25, f"the largest queues are {wanted}")
        sizes = {q["name"]: int(q["rcp"]) for q in queues}
        found = rows()
        assert {r["pmtaTopListName"] for r in found.values()} <= set(LISTS)
        for i, row in found.items():
            assert row["pmtaTopServer"] == "mta1"
            if i.startswith("1.4."):
                assert sizes[row["pmtaTopObject"]] == row["pmtaTopValue"]
        shown = set(site.table("domainQueueName").rows)
        pointed = {r["pmtaTopRow"] for i, r in found.items() if i.startswith("1.4.")}
        assert len(shown) == 3 and ".0.0" in pointed
        base = mib.oid("domainQueueServer") + "."
        assert {p[len(base):] for p in pointed if p != ".0.0"} <= shown
        deferring = found["1.1.1"]
        assert deferring["pmtaTopObject"] == "gmail"
        assert deferring["pmtaTopValue"] > 1000
        # Windows are shown anew every ten seconds, lists of the worst also with each list.
        window = f"{index_of(site, 'providerName', 'gmail')}.3600"
        site.wait_value("providerWindowDeferralShare", deferring["pmtaTopValue"], index=window)


def test_fairness_compares_deliveries_with_what_waits(tmp_path):
    with Site(tmp_path, "--start", START, "--rate", 10, "--max-items", 1000) as site:
        site.sim.step(300)
        site.sim.control("pause", queue="*", on=1)
        for vmta, recipients in (("vmta-a", 100), ("vmta-b", 700)):
            site.sim.control("inject", queue=f"gmail.com/{vmta}", recipients=recipients)
        site.wait_counted()
        rows = [r for r in records(*site.files) if r["type"] == "d" and r.get("dlvType") not in ("file", "pipe", "discard")]
        newest = max(stamp(r["timeLogged"]) for r in rows)
        assert all(newest - stamp(r["timeLogged"]) < 3500 for r in rows)
        delivered = {}
        for row in rows:
            delivered[row["vmta"]] = delivered.get(row["vmta"], 0) + 1
        queued = {v["name"]: int(v["rcp"]) for v in site.sim.page("vmtas")["vmtas"]}
        served = [delivered.get(name, 0) / level for name, level in queued.items() if level > 0]
        jain = 10000 * sum(served) ** 2 / (len(served) * sum(x * x for x in served))
        site.wait_value("pmtaServerVmtaFairness", lambda value: abs(value - jain) <= 1, timeout=25)
        for name, level in queued.items():
            index = index_of(site, "vmtaName", name)
            share = delivered.get(name, 0) / len(rows)
            site.wait_value("vmtaDeliveryShare", lambda v: abs(v - share * 10000) <= 1, index=index)
            if level > 0:
                fair = 100 * share / (level / sum(queued.values()))
                site.wait_value("vmtaFairness", lambda v: abs(v - fair) <= 1, index=index)
