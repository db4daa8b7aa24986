# SPDX-License-Identifier: BSD-2-Clause
"""kill -9 at any instant, while PowerMTA writes and its files change hands: every table and every window
is exact afterwards. PMTA_KILLS=200 is what `make check-long` does."""

import os
import random
import threading
import time

import ledger
import test_totals
from daemon import ACCOUNTING, Site

KILLS = int(os.environ.get("PMTA_KILLS", "20"))


class Traffic(threading.Thread):
    """PowerMTA at work: a simulated second every few milliseconds, until it is stopped."""

    def __init__(self, sim):
        super().__init__(daemon=True)
        self.sim, self.ending, self.failure = sim, threading.Event(), None

    def run(self):
        try:
            while not self.ending.wait(0.01):
                self.sim.step(1)
        except Exception as failure:
            self.failure = failure

    def stop(self):
        self.ending.set()
        self.join(30)
        assert self.failure is None, self.failure


def test_no_instant_of_kill_9_loses_or_repeats_a_record(tmp_path):
    options = ("--start", "2026-11-20 23:50:00", "--max-items", 100000, "--max-size", 1000000, "--seed", 7)
    dice = random.Random(KILLS)
    with Site(tmp_path, *options) as site:
        traffic = Traffic(site.sim)
        traffic.start()
        for _ in range(KILLS):
            # Some of these instants lie in the start, some in the reading, some in a commit.
            time.sleep(dice.uniform(0, 0.5))
            site.monitor.kill()
            site.monitor.start()
        traffic.stop()
        test_totals.compare(site)
        ledger.compare(site)
        sources = site.table("pmtaSourceKind", "pmtaSourceGaps", "pmtaSourceRejected").rows.values()
        files = [row for row in sources if row["pmtaSourceKind"] == ACCOUNTING]
        assert [(row["pmtaSourceGaps"], row["pmtaSourceRejected"]) for row in files] == [(0, 0), (0, 0)]
