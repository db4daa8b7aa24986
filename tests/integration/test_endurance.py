# SPDX-License-Identifier: BSD-2-Clause
"""What happens again and again, or for long, or all at once. PMTA_LONG=1 is what `make check-long` does."""

import os
import pathlib
import random
import time

from agent_site import names, objects_of, served, site
import mib
import test_totals
from daemon import Busy, Monitor, Site, Table, server_section
from simulator import Simulator
from snmpd import Snmpd
from waiting import wait_until

LONG = bool(os.environ.get("PMTA_LONG"))
RESTARTS = 100 if LONG else 10
FREEZES, FROZEN_SECONDS = 3, 20 if LONG else 2
FAULTY_SECONDS = 3600 if LONG else 300
SERVERS = 200
RELOADS = 100 if LONG else 10
ROTATED_MB = 1250 if LONG else 10
# Growth of resident memory that is no leak: arenas of the allocator, caches of the library.
SLACK_KB = 4096
FAULTS = ("refuse", "hang", "500", "403", "fail", "truncated", "cut", "wrong-types", "html", "garbage", "empty", "nested",
          "redirect-https", "redirect-host")
PAGES = ("/status", "/queues", "/domains", "/vmtas", "/jobs", "*")


def resident_kb(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def walking(snmpd):
    """A walk of everything; while snmpd is away it finds nothing."""
    return Busy(lambda: snmpd.bulkwalk(mib.oid("vmtaTable"), timeout=1))


def test_restarts_of_snmpd_under_walks_leak_nothing(site, names):
    """Built with sanitizers the memory is theirs to watch, at the end; descriptors are counted in any build."""
    site.snmpd.start()
    agent = site.agent("--rows", 2000, "--refresh", 50)
    site.served()
    pid, marks = agent.process.pid, []
    with Busy(lambda: site.snmpd.bulkwalk(objects_of(names), timeout=1)) as walks:
        for turn in range(RESTARTS):
            site.snmpd.kill()
            site.snmpd.start()
            site.served(20)
            # Requests are answered before the last table is registered, which is when it counts.
            wait_until(
                lambda: site.scalar("pmtaAgentMasterReconnects", timeout=5) == agent.sessions - 1 >= turn + 1,
                20,
                "one more connection",
            )
            marks.append((resident_kb(pid), descriptors(pid)))
        wait_until(lambda: walks.times > RESTARTS, 60, "walks")
    settled = marks[RESTARTS // 2]
    assert max(fds for _, fds in marks) <= settled[1] + 1, marks
    if "libasan" not in pathlib.Path(f"/proc/{pid}/maps").read_text():
        assert marks[-1][0] <= settled[0] + SLACK_KB, marks


def test_a_frozen_snmpd_holds_nobody_up_and_is_served_again(served):
    agent = served.agents[0]
    pid = agent.process.pid
    before = descriptors(pid)
    for _ in range(FREEZES):
        served.snmpd.freeze()
        end = time.monotonic() + FROZEN_SECONDS
        agent.logged("connection to snmpd lost")
        wait_until(lambda: time.monotonic() > end, FROZEN_SECONDS + 1)
        agent.tell("burst 50")
        served.snmpd.thaw()
        served.served(20)
    wait_until(lambda: served.scalar("pmtaAgentNotificationsQueued") == 0, 120, "notifications sent")
    counts = served.counts()
    assert counts["Raised"] == FREEZES * 50
    assert counts["Sent"] + counts["Coalesced"] + counts["Lost"] == counts["Raised"], counts
    assert descriptors(pid) <= before + 1
    served.end_at_once(agent)


def test_random_faults_of_the_monitor_for_long_leave_right_tables(tmp_path):
    dice = random.Random(FAULTY_SECONDS)
    options = ("--load-queues", 30, "--max-items", 1000)
    with Site(tmp_path, *options, conf="stale-after = 3\nmax-reply = 10M") as site:
        site.sim.step(30)
        with walking(site.snmpd):
            for _ in range(FAULTY_SECONDS // 10):
                site.sim.clear()
                for _ in range(dice.randrange(4)):
                    site.sim.fault(dice.choice(PAGES), dice.choice(FAULTS))
                site.sim.step(10)
                polls = site.wait_value("pmtaSourceAttempts", lambda v: True, index="1.1")
                site.wait_value("pmtaSourceAttempts", lambda v: v > polls, index="1.1")
        site.sim.clear()
        site.sim.step(10)
        site.wait_value("pmtaServerState", 1)
        site.wait_polled()
        test_totals.compare(site)


def test_half_of_200_servers_dead_delay_nobody(tmp_path):
    """One address answers, one refuses, one never answers: each dead server has a row and a reason."""
    snmpd = Snmpd(tmp_path)
    with Simulator("--manual", "--load-queues", 3) as sim, Simulator("--manual") as hung:
        hung.fault("*", "hang")
        urls = [sim.url, "http://127.0.0.1:9", sim.url, hung.url]
        sections = "".join(server_section(urls[i % 4], name=f"mta{i}") for i in range(SERVERS))
        monitor = Monitor(tmp_path, snmpd.agentx, sections, "poll-interval = 2s\nlist-interval = 5s")
        text = monitor.file.read_text().replace("poll-interval = 300ms\nlist-interval = 300ms\n", "")
        monitor.file.write_text(text)
        snmpd.start()
        monitor.start()
        try:
            def states():
                rows = Table(snmpd, "pmtaServerName", "pmtaServerState").by("pmtaServerName")
                return [rows.get(f"mta{i}", {}).get("pmtaServerState") for i in range(SERVERS)]

            wait_until(lambda: states() == [1, 5] * (SERVERS // 2), 60, "every state")
            before = Table(snmpd, "pmtaSourceAttempts").rows
            living = [f"{i + 1}.1" for i in range(0, SERVERS, 2)]
            wait_until(
                lambda: all(
                    row["pmtaSourceAttempts"] >= before[i]["pmtaSourceAttempts"] + 5
                    for i, row in Table(snmpd, "pmtaSourceAttempts").rows.items() if i in living
                ),
                60, "five polls of every living server",
            )
            texts = Table(snmpd, "pmtaServerState", "pmtaServerStateText").rows.values()
            assert all(r["pmtaServerStateText"] for r in texts if r["pmtaServerState"] == 5)
        finally:
            status = monitor.stop(30)
            snmpd.stop()
        assert status == 0 and "ERROR: " not in monitor.log, monitor.log


def test_broken_configurations_under_walks_change_nothing(tmp_path):
    broken = ("nonsense = 1\n", "poll-interval = -1\n", "server {\n", 'threshold "x" { }\n', "\0\n", 'include("/nowhere")\n')
    with Site(tmp_path, "--load-queues", 20) as site:
        site.sim.step(30)
        site.wait_counted()
        good, before = site.monitor.file.read_text(), site.table("domainQueueName").rows
        pid = site.monitor.process.pid
        fds = descriptors(pid)
        with walking(site.snmpd) as walks:
            for turn in range(RELOADS):
                site.monitor.file.write_text(good + broken[turn % len(broken)])
                site.monitor.reload()
                site.monitor.logged("old configuration stays")
            wait_until(lambda: walks.times > 3, 30, "walks")
        site.monitor.file.write_text(good)
        site.monitor.reload()
        site.wait_polled()
        assert site.table("domainQueueName").rows == before
        assert descriptors(pid) <= fds + 2
        site.sim.step(30)
        site.wait_counted()


def test_files_that_rotate_under_load_are_counted_to_the_last_record(tmp_path):
    """Five files and more; in the long run of 250 MB each, as PowerMTA makes them. Walks all the while."""
    size = ROTATED_MB * 1000000
    with Site(tmp_path, "--max-size", size // 5, "--rate", 2000, "--max-items", 100000) as site:

        def written():
            return sum(file.stat().st_size for file in site.files[0].parent.iterdir())

        with walking(site.snmpd):
            while written() < size:
                site.sim.step(20)
        assert len(list(site.files[0].parent.iterdir())) > 4
        site.wait_counted(600)
        test_totals.compare(site)
        assert site.scalar("pmtaSourceGaps", "1.11") == 0
