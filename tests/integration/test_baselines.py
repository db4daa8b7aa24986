# SPDX-License-Identifier: BSD-2-Clause
"""pmtaBaselineTable: what is learned from PowerMTA's own files, and what is expected by it."""

import datetime
import time

from baselines import DEFERRAL_SHARE, DELIVERED, QUEUED_RECIPIENTS, seed
from daemon import Site
from waiting import wait_until

START = "2026-11-20 09:00:00"
COLUMNS = ("Server", "Name", "MetricName", "Expected", "Deviation", "Value", "Score", "History", "Weeks", "Enough")


def baselines(site):
    """{(name of server or provider, metric): row}."""
    table = site.table(*(f"pmtaBaseline{c}" for c in COLUMNS))
    return table.by("pmtaBaselineName", "pmtaBaselineMetricName")


def sim_time():
    return datetime.datetime.strptime(START, "%Y-%m-%d %H:%M:%S").replace(tzinfo=datetime.timezone.utc).timestamp()


def test_whole_hours_are_learned_from_the_accounting_files(tmp_path):
    with Site(tmp_path, "--start", START, "--rate", 2, "--max-items", 1000) as site:
        # From nine to ten the daemon may have missed something; from ten to eleven it saw all.
        for _ in range(5):
            site.sim.step(1800)
            site.wait_counted()
        row = wait_until(lambda: baselines(site).get(("gmail", "providerWindowDelivered")), 15, "an hour was learned")
        assert row["pmtaBaselineServer"] == "mta1"
        assert row["pmtaBaselineHistory"] == 3600
        assert row["pmtaBaselineEnough"] == 2
        assert "pmtaBaselineExpected" not in row and "pmtaBaselineScore" not in row
        assert ("mta1", "pmtaServerWindowReceived") in baselines(site)


def test_what_was_learned_survives_kill_9(tmp_path):
    with Site(tmp_path, "--start", START, "--rate", 2, "--max-items", 1000) as site:
        for _ in range(7):
            site.sim.step(1800)
            site.wait_counted()
        learned = wait_until(lambda: baselines(site).get(("mta1", "pmtaServerWindowDelivered")), 15, "learned")
        assert learned["pmtaBaselineHistory"] == 2 * 3600
        site.monitor.kill()
        site.monitor.start()
        again = wait_until(lambda: baselines(site).get(("mta1", "pmtaServerWindowDelivered")), 15, "the same again")
        assert again["pmtaBaselineHistory"] == 2 * 3600


def test_a_provider_that_defers_more_than_ever_stands_out(tmp_path):
    with Site(tmp_path, "--start", START, "--max-items", 1000) as site:
        site.sim.step(60)
        site.wait_counted()
        index = int(next(i for i, r in site.table("providerName").rows.items() if r["providerName"] == "gmail").split(".")[1])
        seed(site, {DEFERRAL_SHARE: 200}, sim_time(), index)
        site.sim.control("throttle", domain="gmail.com", on=1)
        site.sim.step(300)
        site.wait_counted()
        key = ("gmail", "providerWindowDeferralShare")
        row = wait_until(lambda: (r := baselines(site)[key]).get("pmtaBaselineScore", 0) > 500 and r, 25, "it stands out")
        assert row["pmtaBaselineExpected"] == 200
        assert row["pmtaBaselineDeviation"] == 100
        assert row["pmtaBaselineScore"] == (row["pmtaBaselineValue"] - 200) * 100 // 100
        assert row["pmtaBaselineWeeks"] == 4 and row["pmtaBaselineEnough"] == 1


def test_a_server_that_delivers_nothing_any_more_stands_out(tmp_path):
    with Site(tmp_path, "--start", START, "--max-items", 1000) as site:
        site.sim.step(60)
        site.wait_counted()
        seed(site, {DELIVERED: 40000}, sim_time())
        key = ("mta1", "pmtaServerWindowDelivered")
        row = wait_until(lambda: baselines(site).get(key), 15, "the table")
        assert row["pmtaBaselineExpected"] == 40000
        assert row["pmtaBaselineDeviation"] == 2000
        assert row["pmtaBaselineScore"] < -1500


def test_queued_recipients_are_compared_with_the_hour_of_our_own_clock(tmp_path):
    with Site(tmp_path, accounting=False) as site:
        seed(site, {QUEUED_RECIPIENTS: 100}, time.time())
        site.sim.control("inject", queue="gmail.com/vmta-a", recipients=500)
        key = ("mta1", "pmtaServerQueuedRecipients")
        row = wait_until(lambda: (r := baselines(site).get(key, {})).get("pmtaBaselineValue") == 500 and r, 15, "500")
        assert row["pmtaBaselineExpected"] == 100
        assert row["pmtaBaselineScore"] == 4000
