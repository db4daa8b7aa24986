# SPDX-License-Identifier: BSD-2-Clause
"""How accounting is read while all is well, how soon, and what happens to files: moved, gone, cut short."""

import fcntl
import os
import re
import shutil
import statistics
import struct
import subprocess
import termios
import time

import pytest

from daemon import FileSite
from waiting import wait_until

NOW = "2026-11-20 10:00:00+0000"
OK, FAILING = 1, 3  # pmtaSourceState
FIRST, SECOND = "acct-2026-11-20-0000.csv", "acct-2026-11-20-0001.csv"


@pytest.fixture
def site(tmp_path):
    with FileSite(tmp_path) as s:
        s.write(FIRST, *[s.row(NOW)] * 5)
        s.wait_records(5)
        yield s


def open_fifo(site):
    """Opens it for writing once the daemon reads it; never waits for a reader that does not come."""
    os.mkfifo(site.path)

    def opened():
        try:
            return os.fdopen(os.open(site.path, os.O_WRONLY | os.O_NONBLOCK), "w")
        except OSError:
            return None

    return wait_until(opened, 15, "the FIFO is read")


def unread(fifo):
    """Bytes in a FIFO that its reader has not taken."""
    return struct.unpack("i", fcntl.ioctl(fifo, termios.FIONREAD, bytes(4)))[0]


def test_a_record_in_a_fifo_is_counted_at_once(tmp_path):
    with FileSite(tmp_path, path="acct.fifo") as site:
        with open_fifo(site) as fifo:
            fifo.write(site.HEADER)
            took = []
            for count in range(1, 11):
                began = time.monotonic()
                fifo.write(site.row(NOW))
                fifo.flush()
                wait_until(lambda: unread(fifo) == 0, 15, "the row is read")
                took.append(time.monotonic() - began)
                site.wait_records(count)
        # One that is looked at once a second would be read half a second after the last was seen, or later.
        assert statistics.median(took) < 0.35, took


def test_an_idle_fifo_costs_nothing(tmp_path):
    """Neither an open FIFO nor a row without its end keeps the daemon busy."""
    with FileSite(tmp_path, path="acct.fifo") as site:
        with open_fifo(site) as fifo:
            fifo.write(site.HEADER + site.row(NOW) + "d,half a row")
            fifo.flush()
            site.wait_records(1)
            before = processor_time(site.monitor.process.pid)
            began = time.monotonic()
            wait_until(lambda: time.monotonic() - began > 2, 5)
            assert processor_time(site.monitor.process.pid) - before < 1


def processor_time(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_large_backlog_is_told_at_its_begin_and_at_its_end(tmp_path):
    row = FileSite.row(NOW).replace("250 ok", "250 " + "x" * 4000)
    with FileSite(tmp_path) as site:
        site.wait_value("pmtaServerState", 1)
        site.monitor.stop()
        site.write(FIRST, row * 20000)
        site.monitor.start()
        site.wait_records(20000, 60)
        lines = re.findall(r"notice: acct: mta1: \S*acct\.csv: (.*)", site.monitor.log)
        assert re.fullmatch(r"8[23] MB behind, catching up", lines[0])
        assert re.fullmatch(r"caught up: 8[23] MB in \d+ s", lines[-1])
        assert len(lines) == 2
        site.wait_value("pmtaSourceBacklog", 0, index="1.11")


def test_a_file_moved_while_it_is_read_is_read_to_its_end(site):
    away = site.directory / "away"
    away.mkdir()
    site.file(FIRST).rename(away / FIRST)
    with open(away / FIRST, "a") as file:
        file.write(site.row(NOW) * 3)
    site.wait_records(8)
    site.write(SECOND, site.row(NOW) * 2)
    site.wait_records(10)
    assert site.source("pmtaSourceGaps") == 0


def test_a_file_moved_away_unread_while_the_daemon_was_down_is_a_gap(site):
    site.monitor.kill()
    site.write(FIRST, site.row(NOW) * 3)
    away = site.directory / "away"
    away.mkdir()
    site.file(FIRST).rename(away / FIRST)
    site.write(SECOND, site.row(NOW) * 2)
    site.monitor.start()
    site.wait_records(7)
    assert site.source("pmtaSourceGaps") == 1
    assert FIRST in site.source("pmtaSourceLastError")


def test_a_file_that_vanished_while_the_daemon_was_down_is_a_gap(site):
    before = site.server_value("pmtaServerDiscontinuityAge")
    site.monitor.kill()
    site.file(FIRST).unlink()
    site.write(SECOND, site.row(NOW) * 2)
    site.monitor.start()
    site.wait_records(7)
    assert site.source("pmtaSourceGaps") == 1
    site.wait_value("pmtaServerDiscontinuityAge", lambda age: age <= before + 5)
    assert site.server_value("pmtaTrafficDelivered") == 7


@pytest.mark.parametrize("running", (True, False))
def test_a_file_that_shrank_is_a_gap_and_is_read_from_its_begin(site, running):
    if not running:
        site.monitor.kill()
    with open(site.file(FIRST), "w") as file:
        file.write(site.HEADER + site.row(NOW) * 2)
    if not running:
        site.monitor.start()
    site.wait_records(7)
    assert site.source("pmtaSourceGaps") == 1
    assert site.source("pmtaSourceRejected") == 0


def test_a_gap_is_told_once_and_stays_counted_over_restarts(site):
    site.file(FIRST).write_text(site.HEADER)
    site.wait_value("pmtaSourceGaps", 1, index="1.11")
    for _ in range(2):
        site.monitor.kill()
        site.monitor.start()
        site.wait_records(5)
    assert site.source("pmtaSourceGaps") == 1


@pytest.fixture
def mount():
    """Mounts what mount(8) is told to, and takes it all away at the end; also for umount."""
    places = []

    def run(*arguments):
        command = ["mount", *map(str, arguments)]
        if os.getuid() != 0 or subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            pytest.skip("no file system can be mounted here")
        places.append(arguments[-1])

    yield run
    for place in reversed(places):
        subprocess.run(["umount", "-l", str(place)], stderr=subprocess.DEVNULL, check=False)


def wait_directory_lost(site, reason):
    """It must be told within seconds, by a file that is still open."""
    site.wait_value("pmtaSourceState", FAILING, timeout=5, index="1.11")
    assert reason in site.source("pmtaSourceLastError")
    assert str(site.path.parent) in site.source("pmtaSourceLastError")


def wait_found_again(site, records):
    site.wait_records(records)
    site.wait_value("pmtaSourceState", OK, timeout=5, index="1.11")
    assert site.source("pmtaSourceGaps") == 0
    assert site.source("pmtaSourceRejected") == 0


def test_a_directory_that_is_renamed_is_told_at_once_and_found_again(site):
    here, away = site.path.parent, site.directory / "elsewhere"
    site.wait_value("pmtaSourceState", OK, index="1.11")
    here.rename(away)
    wait_directory_lost(site, "the directory is gone")
    with open(away / FIRST, "a") as file:
        file.write(site.row(NOW) * 3)
    site.wait_records(8)
    assert site.source("pmtaSourceState") == FAILING
    away.rename(here)
    site.write(SECOND, site.row(NOW) * 2)
    wait_found_again(site, 10)
    assert re.search(r"warning: acct: mta1: .*the directory is gone", site.monitor.log)
    assert "read again" in site.monitor.log


def test_a_directory_that_is_unmounted_is_told_at_once_and_read_on_when_it_is_back(tmp_path, mount):
    disk = tmp_path / "disk"
    disk.mkdir()
    with FileSite(tmp_path) as site:
        mount("-t", "tmpfs", "none", disk)
        mount("--bind", disk, site.path.parent)
        site.write(FIRST, site.row(NOW) * 5)
        site.wait_records(5)
        subprocess.run(["umount", "-l", str(site.path.parent)], check=True)
        wait_directory_lost(site, "is it mounted?")
        with open(disk / FIRST, "a") as file:
            file.write(site.row(NOW) * 3)
        site.wait_records(8)
        assert site.source("pmtaSourceState") == FAILING
        mount("--bind", disk, site.path.parent)
        site.write(SECOND, site.row(NOW) * 2)
        wait_found_again(site, 10)


def test_a_disk_that_comes_back_under_another_device_number_is_not_read_twice(tmp_path, mount):
    with FileSite(tmp_path) as site:
        mount("-t", "tmpfs", "none", site.path.parent)
        site.write(FIRST, site.row(NOW) * 5)
        inode, device = site.file(FIRST).stat().st_ino, site.file(FIRST).stat().st_dev
        site.wait_records(5)
        shutil.copy(site.file(FIRST), tmp_path)
        subprocess.run(["umount", "-l", str(site.path.parent)], check=True)
        wait_directory_lost(site, "is it mounted?")
        # What is on it is the same, down to the file's number.
        mount("-t", "tmpfs", "none", site.path.parent)
        shutil.copy(tmp_path / FIRST, site.file(FIRST))
        assert (site.file(FIRST).stat().st_ino == inode) and (site.file(FIRST).stat().st_dev != device)
        site.write(FIRST, site.row(NOW) * 3)
        wait_found_again(site, 8)
        assert site.server_value("pmtaTrafficDelivered") == 8
