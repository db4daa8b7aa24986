# SPDX-License-Identifier: BSD-2-Clause
"""The daemon's cost of living, measured on a running one: memory a queue, processor of a poll and of idling, start
with a full store, time from a record to a notification, a burst of notifications. Usage: bench_life.py [QUEUES...]"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))

import mib  # noqa: E402
from agent_site import FIXTURE, Site  # noqa: E402
from daemon import FileSite, Monitor, server_section  # noqa: E402
from simulator import Simulator  # noqa: E402
from snmpd import Snmpd  # noqa: E402
from waiting import wait_until  # noqa: E402

VMTAS = 10
IDLE_SECONDS = 10
BURST = 5000
RECORDS = 15
FILES_NOT_LISTED = "timeout = 60s\nmax-reply = 1G\nrow-limit = 0\n"


def cpu_ms(pid):
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6


def memory_kb(pid, field):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise KeyError(field)


def passed(seconds):
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > end, seconds + 5)


class Daemon:
    """snmpd and the daemon, on the intervals a user has, in a directory that outlives a restart."""

    def __init__(self, directory, url, interval):
        self.snmpd = Snmpd(directory)
        self.monitor = Monitor(directory, self.snmpd.agentx, server_section(url), FILES_NOT_LISTED)
        text = self.monitor.file.read_text().replace("300ms", interval).replace("timeout = 2s", "")
        self.monitor.file.write_text(text)

    def __enter__(self):
        self.snmpd.start()
        self.monitor.start()
        return self

    def __exit__(self, *error):
        self.monitor.stop(60)
        self.snmpd.stop()

    @property
    def pid(self):
        return self.monitor.process.pid

    def value(self, name, instance):
        return next(iter(self.snmpd.get(f"{mib.oid(name)}.{instance}", timeout=5).values()), (None, None))[1]

    def wait_listed(self, queues):
        began = time.monotonic()
        wait_until(lambda: (self.value("pmtaServerQueuesListed", 1) or 0) >= queues * 9 // 10, 180, "the list")
        return time.monotonic() - began


def simulator(queues):
    return Simulator("--manual", "--full", "--domains", max(1, queues // VMTAS), "--vmtas", VMTAS, "--max-items", 10**7)


def polls(directory, queues, smaller):
    """Processor and memory of polls of so many queues, and of a start with all their names stored. Returns the number
    of queues, the resident KB and the most they ever were; smaller is that of the one before."""
    with simulator(queues) as sim:
        size = len(sim.get("/queues", format="json").body)
        with Daemon(directory, sim.url, "2s") as daemon:
            daemon.wait_listed(queues)
            # The first poll also learns every name.
            first = cpu_ms(daemon.pid)
            seen = daemon.value("pmtaSourceAttempts", "1.2")
            before = first
            wait_until(lambda: daemon.value("pmtaSourceAttempts", "1.2") >= seen + 5, 180, "five polls")
            count = daemon.value("pmtaSourceAttempts", "1.2") - seen
            each = (cpu_ms(daemon.pid) - before) / count
            rss, peak = memory_kb(daemon.pid, "VmRSS"), memory_kb(daemon.pid, "VmHWM")
            shared = memory_kb(daemon.pid, "RssFile")
            listed = daemon.value("pmtaServerQueuesListed", 1)
        with Daemon(directory, sim.url, "1h") as daemon:
            began = time.monotonic()
            wait_until(lambda: daemon.value("pmtaAgentUpTime", 0) is not None, 60, "an answer")
            answers = time.monotonic() - began
            again = answers + daemon.wait_listed(queues)
            started = cpu_ms(daemon.pid)
    fewer, rss_before, peak_before = smaller or (0, 0, 0)
    grown, at_peak = ((now - before) * 1024 / (listed - fewer) for now, before in ((rss, rss_before), (peak, peak_before)))
    print(f"{listed} queues, document of {size / 1e6:.1f} MB:")
    print(f"  processor of all until the first list is shown       {first:8.0f} ms")
    print(f"  processor of a later poll of everything              {each:8.0f} ms")
    print(f"  resident memory, and bytes for each further queue    {rss:8} KB, {grown:.0f}")
    print(f"  most it ever was, likewise                           {peak:8} KB, {at_peak:.0f}")
    print(f"  of these, the program and its libraries              {shared:8} KB")
    print(f"  start with a store of all names: first answer, all rows {answers * 1000:5.0f} ms, {again * 1000:.0f} ms")
    print(f"  processor of that start                              {started:8.0f} ms")
    sys.stdout.flush()
    return listed, rss, peak


def idle(directory):
    """Intervals as shipped: 30 s and 60 s; nothing asks and nothing happens."""
    with simulator(1000) as sim, Daemon(directory, sim.url, "30s") as daemon:
        daemon.wait_listed(1000)
        passed(2)
        before = cpu_ms(daemon.pid)
        passed(IDLE_SECONDS)
        spent = cpu_ms(daemon.pid) - before
    print(f"idle, 1000 queues: {spent / IDLE_SECONDS:.2f} ms of processor a second")
    sys.stdout.flush()


def latency(directory):
    """From the line in an accounting file to the line of snmptrapd."""
    rule = 'threshold "seen" { scope = vmta metric = bounced window = 10m raise = 1 }\n'
    took = []
    with FileSite(directory, conf=rule) as site:
        site.wait_value("pmtaServerState", 1)
        for turn in range(RECORDS):
            now = time.strftime("%Y-%m-%d %H:%M:%S%z")
            began = time.monotonic()
            raised = len(site.traps.traps())
            site.write("acct-2026-11-22-0000.csv", site.row(now, kind="b", queue=f"example.org/vmta-{turn}"))
            wait_until(lambda: len(site.traps.traps()) > raised, 20, "a notification")
            took.append((time.monotonic() - began) * 1000)
    print(f"from a record to its notification: median {statistics.median(took):.0f} ms, most {max(took):.0f} ms (polls every 300 ms)")
    sys.stdout.flush()


def burst(directory):
    """Alarms raised at once, at a rate that hardly limits: how fast notifications leave. The rest is snmptrapd's."""
    output = subprocess.run([FIXTURE, "--names"], stdout=subprocess.PIPE, text=True, check=True).stdout
    site = Site(directory, dict(line.split() for line in output.splitlines()))
    try:
        site.receiver.start()
        site.snmpd.start()
        agent = site.agent("--rate", 5000, "--burst", 5000)
        site.served()
        before, began = cpu_ms(agent.process.pid), time.monotonic()
        # The ring of events holds a thousand: more at once would be counted as lost.
        for raised in range(500, BURST + 1, 500):
            agent.tell("burst 500")
            counts = site.drained(raised, 60)
        elapsed, spent = time.monotonic() - began, cpu_ms(agent.process.pid) - before
        arrived = len(site.receiver.traps())
    finally:
        site.close()
    sent = counts["Sent"]
    print(f"{BURST} alarms at once: {sent} sent in {elapsed:.2f} s ({sent / elapsed:.0f} a second, {spent * 1000 / sent:.0f} us of processor each), ", end="")
    print(f"{counts['Coalesced']} coalesced, {counts['Lost']} lost, {arrived} at the receiver")
    sys.stdout.flush()


def main(sizes):
    # What the program needs of its own is in the first figure only.
    measured = None
    for queues in [10] + sizes:
        with tempfile.TemporaryDirectory() as name:
            measured = polls(pathlib.Path(name), queues, measured)
    for what in (idle, latency, burst):
        with tempfile.TemporaryDirectory() as name:
            what(pathlib.Path(name))


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [10000, 100000])
