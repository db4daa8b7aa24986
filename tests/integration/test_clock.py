# SPDX-License-Identifier: BSD-2-Clause
"""Time as it is on real machines: clocks that step, records out of order, summer time that begins and ends."""

import datetime
import os
import pathlib
import random
import struct
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import mib
from daemon import FileSite
from waiting import wait_until

STEPPER = pathlib.Path(mib.BUILD, "tests/integration/clock_step.so").resolve()
SUMMER_BEGINS = datetime.datetime(2026, 3, 29, 1, 0, tzinfo=datetime.timezone.utc)
SUMMER_ENDS = datetime.datetime(2026, 10, 25, 1, 0, tzinfo=datetime.timezone.utc)


class Clock:
    """The daemon's wall clock. Its monotonic one is the machine's."""

    def __init__(self, directory, zone="UTC"):
        self.file = directory / "clock"
        self.file.write_bytes(struct.pack("=qq", 0, 0))
        sanitizer = os.environ.get("ASAN_OPTIONS", "")
        self.environment = {
            "LD_PRELOAD": str(STEPPER), "CLOCK_STEP": str(self.file), "TZ": zone,
            "ASAN_OPTIONS": f"{sanitizer}:verify_asan_link_order=0",
        }

    def ahead(self, seconds):
        with open(self.file, "r+b") as file:
            file.write(struct.pack("=q", int(seconds * 1000)))

    def set(self, moment):
        self.ahead(moment.timestamp() - time.time())

    def asleep(self, seconds):
        """The machine was suspended for so long altogether: the time since boot went on."""
        with open(self.file, "r+b") as file:
            file.seek(8)
            file.write(struct.pack("=q", int(seconds * 1000)))


@pytest.fixture
def clock(tmp_path):
    assert STEPPER.exists(), f"{STEPPER} is not built"
    return Clock(tmp_path)


def utc(moment):
    return moment.strftime("%Y-%m-%d %H:%M:%S+0000")


def window(site, seconds, column="Delivered"):
    return site.scalar(f"pmtaServerWindow{column}", f"1.{seconds}")


def wait_window(site, seconds, wanted, column="Delivered"):
    site.wait_value(f"pmtaServerWindow{column}", wanted, 25, index=f"1.{seconds}")


def test_a_stepped_clock_neither_loses_records_nor_makes_anything_stale(tmp_path, clock):
    written = 0
    with FileSite(tmp_path, environment=clock.environment) as site:
        site.wait_value("pmtaServerState", 1)
        for ahead in (3600, -7200, 86400, 0, -86400 * 400, 0):
            clock.ahead(ahead)
            now = utc(datetime.datetime.now(datetime.timezone.utc))
            site.write("acct-2026-11-22-0000.csv", *[site.row(now)] * 200)
            written += 200
            site.wait_records(written)
            site.wait_polled()
            assert site.server_value("pmtaTrafficDelivered") == written
            assert site.server_value("pmtaServerState") == 1
            assert site.server_value("pmtaServerPollAge") < 10
            assert site.scalar("pmtaAgentUpTime") < 120 * 100
            assert site.server_value("pmtaServerQueuedRecipients") is not None
        # PowerMTA's clock did not step: all of it happened lately.
        wait_window(site, 600, written)
        assert site.source("pmtaSourceGaps") == 0


def test_a_kill_and_a_clock_set_back_before_the_next_start_count_every_record_once(tmp_path, clock):
    with FileSite(tmp_path, environment=clock.environment) as site:
        now = utc(datetime.datetime.now(datetime.timezone.utc))
        for written, ahead in ((300, 7200), (600, -7200), (900, 0), (1200, 0)):
            site.write("acct-2026-11-22-0000.csv", *[site.row(now)] * 300)
            site.wait_records(written)
            site.monitor.kill()
            clock.ahead(ahead)
            site.monitor.start()
            wait_until(lambda: site.server_value("pmtaTrafficDelivered") == written, 15, "totals of before")
        # Once the clock is right, the records that come are believed again.
        wait_window(site, 600, 1200)
        assert site.source("pmtaSourceGaps") == 0


@pytest.mark.parametrize("before, with_us, after", ((7200, True, 0), (-7200, False, 0), (0, False, 7200)))
def test_a_wall_clock_that_was_wrong_across_a_restart_spoils_no_window(tmp_path, clock, before, with_us, after):
    """PowerMTA's clock was as wrong as ours (the same machine) or right, and then all are right."""
    def row(ahead):
        return site.row(utc(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=ahead)))

    clock.ahead(before)
    with FileSite(tmp_path, environment=clock.environment) as site:
        site.write("acct-2026-11-22-0000.csv", *[row(before if with_us else 0)] * 300)
        site.wait_records(300)
        site.monitor.stop()
        clock.ahead(after)
        site.monitor.start()
        wait_until(lambda: site.server_value("pmtaTrafficDelivered") == 300, 15, "totals of before")
        clock.ahead(0)
        site.write("acct-2026-11-22-0000.csv", row(0))
        site.wait_records(301)
        wait_window(site, 600, 1 if with_us else 301)
        wait_window(site, 3600, 1 if with_us else 301)


def test_records_out_of_order_are_each_counted_in_the_minute_they_name(tmp_path):
    now = datetime.datetime.now(datetime.timezone.utc)
    # An age in seconds and how many records have it: none near an end of a window.
    ages = {0: 7, 120: 11, 1800: 13, 10800: 17, 43200: 19, 200000: 23}
    rows = [utc(now - datetime.timedelta(seconds=age)) for age, count in ages.items() for _ in range(count)]
    # The first are the newest: what comes behind them is late.
    rest = rows[3:]
    random.Random(1).shuffle(rest)
    rows[3:] = rest
    with FileSite(tmp_path) as site:
        site.write("acct-2026-11-22-0000.csv", *[site.row(row) for row in rows])
        site.wait_records(len(rows))
        assert site.server_value("pmtaTrafficDelivered") == len(rows)
        for seconds in (600, 3600, 21600, 86400):
            wait_window(site, seconds, sum(count for age, count in ages.items() if age < seconds))
        site.monitor.kill()
        site.monitor.start()
        for seconds in (600, 3600, 21600, 86400):
            wait_window(site, seconds, sum(count for age, count in ages.items() if age < seconds))


def test_the_repeated_hour_at_the_end_of_summer_time_is_two_hours(tmp_path):
    clock = Clock(tmp_path, "Europe/Berlin")
    clock.set(SUMMER_ENDS - datetime.timedelta(minutes=15))
    with FileSite(tmp_path, environment=clock.environment) as site:
        site.write("acct-2026-10-25-0000.csv", *[site.row("2026-10-25 02:40:00+0200", "2026-10-25 02:39:30+0200")] * 3)
        site.wait_records(3)
        wait_window(site, 3600, 3)
        assert site.source("pmtaSourceLag") < 1200
        # An hour later the clock on the wall shows the same.
        clock.set(SUMMER_ENDS + datetime.timedelta(minutes=45))
        site.write("acct-2026-10-25-0001.csv", *[site.row("2026-10-25 02:40:00+0100", "2026-10-25 02:50:00+0200")] * 5)
        site.wait_records(8)
        assert site.source("pmtaSourceLag") < 1200
        wait_window(site, 3600, 5)
        wait_window(site, 21600, 8)
        # Queued at 02:50 summer time, delivered at 02:40 winter time: 50 minutes.
        assert window(site, 3600, "LatencyMax") == 3000
        site.write("acct-2026-10-26-0000.csv", site.row("2026-10-25 02:44:00+0100"))
        site.wait_records(9)
        assert site.source("pmtaSourceGaps") == 0 and site.source("pmtaSourceRejected") == 0


def test_the_hour_that_summer_time_leaves_out_did_not_pass(tmp_path):
    clock = Clock(tmp_path, "Europe/Berlin")
    clock.set(SUMMER_BEGINS + datetime.timedelta(seconds=20))
    with FileSite(tmp_path, environment=clock.environment) as site:
        site.write("acct-2026-03-29-0000.csv", *[site.row("2026-03-29 01:59:30+0100")] * 4)
        site.write("acct-2026-03-29-0000.csv", *[site.row("2026-03-29 03:00:10+0200", "2026-03-29 01:59:30+0100")] * 6)
        site.wait_records(10)
        wait_window(site, 300, 10)
        assert window(site, 300, "LatencyMax") == 40
        assert site.source("pmtaSourceLag") < 60


def test_dated_files_of_the_repeated_hour_are_read_in_their_order_over_restarts(tmp_path):
    """PowerMTA dates its files by local time and numbers them on: no name comes twice."""
    clock = Clock(tmp_path, "Europe/Berlin")
    names = ["acct-2026-10-24-0007.csv", *[f"acct-2026-10-25-{n:04}.csv" for n in range(4)], "acct-2026-10-26-0000.csv"]
    hours = ["24 23:30:00+0200", "25 01:30:00+0200", "25 02:30:00+0200", "25 02:30:00+0100", "25 03:30:00+0100", "26 00:10:00+0100"]
    with FileSite(tmp_path, environment=clock.environment) as site:
        for turn, (name, hour) in enumerate(zip(names, hours)):
            when = datetime.datetime.strptime(f"2026-10-{hour}", "%Y-%m-%d %H:%M:%S%z")
            clock.set(when + datetime.timedelta(seconds=30))
            if turn % 2:
                site.monitor.kill()
            site.write(name, *[site.row(f"2026-10-{hour}")] * 10)
            if turn % 2:
                site.monitor.start()
            site.wait_records(10 * turn + 10)
        assert site.server_value("pmtaTrafficDelivered") == 60
        assert site.source("pmtaSourceGaps") == 0 and site.source("pmtaSourceRejected") == 0
        wait_window(site, 3600, 10)
        wait_window(site, 86400, 50)


def test_a_machine_that_was_suspended_did_not_keep_anybody_waiting(tmp_path, clock):
    """Asleep for a minute again and again, in the middle of answers as well as between them."""
    with FileSite(tmp_path, environment=clock.environment) as site, ThreadPoolExecutor(1) as other:
        site.wait_value("pmtaServerState", 1)
        walks = [other.submit(site.snmpd.bulkwalk, mib.oid("pmtaServerTable")) for _ in range(10)]
        minutes = 0
        while not all(walk.done() for walk in walks):
            minutes += 1
            clock.asleep(60 * minutes)
        assert minutes > 100
        # The agent's own clock has seen it.
        site.wait_value("pmtaAgentUpTime", lambda age: age >= 60 * minutes, index="0")
        assert site.scalar("pmtaAgentLongestStall") < 60000
