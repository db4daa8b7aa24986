# SPDX-License-Identifier: BSD-2-Clause
"""A state directory in trouble: full, read-only, slow, limited, damaged. Monitoring goes on, and nothing is counted
wrong once the trouble is over."""

import os
import pathlib
import random
import resource
import struct
import subprocess

import pytest

import mib
from daemon import Site
from waiting import wait_until

SLOW_DISK = pathlib.Path(mib.BUILD, "tests/integration/slow_disk.so").resolve()
DAMAGES = 200 if os.environ.get("PMTA_LONG") else 20


class Disk:
    """A small file system of the test's own for the state directory."""

    def __init__(self, directory, size):
        self.path = directory / "state"
        self.path.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(self.path)]
        if os.getuid() != 0 or subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            pytest.skip("no file system can be mounted here")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        subprocess.run(["umount", "-l", str(self.path)], check=True)

    def fill(self):
        with open(self.path / "ballast", "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                pass

    def empty(self):
        (self.path / "ballast").unlink()

    def remount(self, how):
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.path)], check=True)


def delivered(site):
    return {v["name"]: v["delivered"] for v in site.sim.books()["vmtas"]}


def shown(site):
    rows = site.table("vmtaName", "vmtaDelivered").rows.values()
    # While the daemon starts, one of two walks may find nothing.
    return {r["vmtaName"]: r["vmtaDelivered"] for r in rows if len(r) == 2}


def wait_right(site):
    """Waits until the totals are those of the books; they must never be greater."""

    def right():
        now, books = shown(site), delivered(site)
        assert all(now[name] <= books[name] for name in now), (now, books)
        return now == books

    wait_until(right, 40, "the totals of the books")


def run_on(site, steps=5):
    """PowerMTA works on, and the daemon sees it."""
    for _ in range(steps):
        site.sim.step(10)
    site.wait_polled()
    assert site.server_value("pmtaServerState") == 1


def test_a_full_disk_stops_no_monitoring_and_loses_no_record(tmp_path):
    with Disk(tmp_path, "8m") as disk, Site(tmp_path, "--load-queues", 20) as site:
        site.sim.step(30)
        site.wait_counted()
        disk.fill()
        run_on(site)
        site.monitor.logged("database or disk is full")
        disk.empty()
        run_on(site)
        wait_right(site)
        site.monitor.kill()
        site.monitor.start()
        wait_right(site)
        assert site.scalar("pmtaSourceGaps", "1.11") == 0


def test_a_daemon_that_dies_with_a_full_disk_counts_again_from_where_the_store_stands(tmp_path):
    with Disk(tmp_path, "8m") as disk, Site(tmp_path) as site:
        site.sim.step(30)
        site.wait_counted()
        disk.fill()
        run_on(site)
        site.monitor.kill()
        disk.empty()
        site.monitor.start()
        wait_right(site)


def test_a_disk_that_becomes_read_only_is_told_and_used_again_when_it_is_writable(tmp_path):
    with Disk(tmp_path, "32m") as disk, Site(tmp_path) as site:
        site.sim.step(30)
        site.wait_counted()
        # A file that is open for writing forbids it, as it would forbid an orderly remount.
        site.monitor.stop()
        disk.remount("ro")
        site.monitor.start()
        site.wait_value("pmtaServerState", 1)
        assert str(tmp_path / "state") in site.monitor.log
        site.monitor.stop()
        disk.remount("rw")
        site.monitor.start()
        site.sim.step(30)
        wait_right(site)


def test_a_limit_on_the_size_of_files_is_an_error_and_no_end(tmp_path):
    with Site(tmp_path) as site:
        site.sim.step(30)
        site.wait_counted()
        pid = site.monitor.process.pid
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        run_on(site)
        site.monitor.logged("cannot write")
        # The log is a file too.
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        site.monitor.reload()
        run_on(site)
        assert site.monitor.running
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        run_on(site)
        wait_right(site)


def test_a_slow_disk_delays_no_answer(tmp_path):
    control = tmp_path / "delay"
    control.write_bytes(struct.pack("=q", 0))
    environment = {
        "LD_PRELOAD": str(SLOW_DISK), "SLOW_DISK": str(control),
        "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0",
    }
    assert SLOW_DISK.exists(), f"{SLOW_DISK} is not built"
    with Site(tmp_path, environment=environment) as site:
        site.sim.step(30)
        site.wait_counted()
        with open(control, "r+b") as file:
            file.write(struct.pack("=q", 300))
        for _ in range(10):
            site.sim.step(10)
            for _ in range(10):
                site.wait_value("pmtaAgentUpTime", lambda v: True, index="0")
        stall = site.scalar("pmtaAgentLongestStall")
        # What it waited for a processor, or snmpd did when it registered, is not the disk's.
        assert stall < 1000 + site.monitor.waited_ms + site.snmpd.waited_ms
        with open(control, "r+b") as file:
            file.write(struct.pack("=q", 0))
        wait_right(site)


def test_a_store_damaged_anywhere_endurance(tmp_path):
    """The daemon comes up whatever bytes are wrong; if it begins a new store, it counts from the files again."""
    dice = random.Random(DAMAGES)
    state = tmp_path / "state"
    with Site(tmp_path) as site:
        site.sim.step(60)
        site.wait_counted()
        site.monitor.stop()
        sound = (state / "store.db").read_bytes()
        for turn in range(DAMAGES):
            for file in state.glob("store.db*"):
                file.unlink()
            damaged = bytearray(sound)
            for _ in range(dice.choice((1, 16, 4096))):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            if turn % 5 == 4:
                del damaged[dice.randrange(len(damaged)) :]
            (state / "store.db").write_bytes(damaged)
            site.monitor.start()
            site.wait_value("pmtaServerState", 1)
            site.wait_polled()
            assert site.monitor.stop() == 0, site.monitor.log
        (state / "store.db").unlink()
        site.monitor.start()
        wait_right(site)
