# SPDX-License-Identifier: BSD-2-Clause
"""What is looked at beside the monitor: the SMTP port, the spool's file systems, the process."""

import os
import resource
import shutil
import socket
import subprocess

import pytest

from daemon import Site
from waiting import wait_until

ACCEPTING, REFUSED, BUSY, REJECTED, TIMEOUT, UNRESOLVED, _, CLOSED, GARBLED, _ = range(1, 11)
SMTP, SPOOL, PROCESS = "1.6", "1.7", "1.8"  # indexes of their sources
OK, FAILING, STALE = 1, 3, 4
FAST = "smtp-probe-interval = 200ms\nsmtp-probe-timeout = 1s\n"

FAULTS = {
    "refuse": (REFUSED, "connection refused"),
    "busy": (BUSY, "421 4.3.2 too many connections, try again later"),
    "busy-ehlo": (BUSY, "421 4.3.2 shutting down"),
    "reject": (REJECTED, "554 5.7.1 you are not welcome here"),
    "hang": (TIMEOUT, "connected, but no banner within 1 s"),
    "hang-ehlo": (TIMEOUT, "banner, but no reply to EHLO within 1 s"),
    "garbage": (GARBLED, "<html>"),
    "cut": (CLOSED, "connection closed before the banner"),
}


@pytest.fixture(name="site", scope="module")
def site_with_smtp(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("smtp"), "--smtp-port", 0, server=FAST, accounting=False) as site:
        yield site


@pytest.mark.parametrize("kind", FAULTS)
def test_a_port_that_turns_mail_away_is_told_with_the_reason_and_recovers(site, kind):
    state, words = FAULTS[kind]
    site.wait_value("pmtaServerProbeState", ACCEPTING)
    site.sim.smtp_fault(kind)
    site.wait_value("pmtaServerProbeState", state)
    told = site.cells(1, "pmtaServerProbeReply", "pmtaServerProbeTime")
    assert words in told["pmtaServerProbeReply"] and told["pmtaServerProbeTime"] is None
    assert site.scalar("pmtaSourceState", SMTP) in (FAILING, STALE)
    assert words in site.scalar("pmtaSourceLastError", SMTP)
    site.sim.clear()
    site.wait_value("pmtaServerProbeState", ACCEPTING)
    site.wait_value("pmtaSourceState", OK, index=SMTP)


def test_a_port_that_accepts_is_timed_and_quoted(site):
    site.wait_value("pmtaServerProbeState", ACCEPTING)
    assert site.server_value("pmtaServerProbeReply") == "220 mta1.example.net (PowerMTA(TM) v5.0r5) ESMTP service ready"
    times = site.cells(1, "pmtaServerProbeBannerTime", "pmtaServerProbeTime", "pmtaServerProbeAge")
    assert 0 <= times["pmtaServerProbeBannerTime"] <= times["pmtaServerProbeTime"] <= 1000
    assert times["pmtaServerProbeAge"] <= 10


def test_a_slow_banner_is_accepted_and_shows_in_the_time(site):
    site.sim.smtp_fault("slow", ms=250)
    site.wait_value("pmtaServerProbeBannerTime", lambda ms: ms >= 250)
    assert site.server_value("pmtaServerProbeState") == ACCEPTING
    site.sim.clear()
    site.wait_value("pmtaServerProbeBannerTime", lambda ms: ms < 250)


def test_every_greeting_ends_with_quit(site):
    site.sim.clear()
    site.wait_value("pmtaServerProbeState", ACCEPTING)
    before = site.sim.books()["smtp"]

    def more():
        books = site.sim.books()["smtp"]
        return books["farewells"] >= before["farewells"] + 5 and books

    books = wait_until(more, 10, "five greetings")
    assert 0 <= books["greetings"] - books["farewells"] - (before["greetings"] - before["farewells"]) <= 1


def test_a_port_that_hangs_delays_no_poll(site):
    site.sim.smtp_fault("hang")
    site.wait_value("pmtaServerProbeState", TIMEOUT)
    # Each attempt takes more than a second, in which three polls find their place.
    assert site.polls_while(SMTP, 3) >= 5
    site.sim.clear()


def test_another_port_is_met_after_a_reload_and_the_old_result_is_gone(site):
    site.wait_value("pmtaServerProbeState", ACCEPTING)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        section = site.section().replace(site.sim.smtp, "127.0.0.1:%d" % closed.getsockname()[1])
        site.monitor.configure(section)
        site.monitor.reload()
        site.wait_value("pmtaServerProbeState", REFUSED)
    site.monitor.configure(site.section().replace("smtp-probe = ", "#"))
    site.monitor.reload()
    wait_until(lambda: site.server_value("pmtaServerProbeState") is None, 5, "no probe")
    site.monitor.configure(site.section())
    site.monitor.reload()
    site.wait_value("pmtaServerProbeState", ACCEPTING)


def test_a_name_without_an_address_is_unresolved(tmp_path):
    with Site(tmp_path, server=FAST + 'smtp-probe = "no-such-host.invalid"', accounting=False) as site:
        site.wait_value("pmtaServerProbeState", lambda state: state in (UNRESOLVED, TIMEOUT))
        assert site.server_value("pmtaServerProbeReply")


def usage(path):
    """As df(1) counts for users other than root, in hundredths of a percent."""
    figures = os.statvfs(path)
    used = figures.f_blocks - figures.f_bfree
    inodes = figures.f_files - figures.f_ffree
    return (
        used * 10000 / (used + figures.f_bavail),
        inodes * 10000 / (inodes + figures.f_favail) if figures.f_files else None,
        figures.f_bavail * figures.f_frsize >> 20,
    )


def fullest(paths):
    return max(paths, key=lambda path: usage(path)[0])


def test_the_spool_is_as_full_as_df_says_and_the_fullest_path_counts(tmp_path):
    paths = [str(tmp_path), "/dev/shm"]
    quoted = ", ".join(f'"{path}"' for path in paths)
    with Site(tmp_path, server=f"spool = {{ {quoted} }}", accounting=False) as site:

        def equal():
            worst = fullest(paths)
            told = [site.server_value(f"pmtaServer{c}") for c in ("DiskUsage", "InodeUsage", "DiskFree")]
            wanted = usage(worst)
            inodes = max(usage(path)[1] or 0 for path in paths)
            return (
                None not in told
                and abs(told[0] - wanted[0]) <= 1
                and abs(told[1] - inodes) <= 1
                and abs(told[2] - wanted[2]) <= 8
                and site.server_value("pmtaServerDiskPath") == worst
            )

        wait_until(equal, 15, "the same as os.statvfs()")
        assert site.scalar("pmtaSourceState", SPOOL) == OK
        assert site.scalar("pmtaSourceName", SPOOL) == ", ".join(paths)


def test_a_spool_that_is_not_there_is_told_and_the_other_one_still_shown(tmp_path):
    gone = tmp_path / "spool"
    conf = "stale-after = 2"
    with Site(tmp_path, server=f'spool = {{ "{tmp_path}", "{gone}" }}', conf=conf, accounting=False) as site:
        site.wait_value("pmtaSourceState", lambda state: state in (FAILING, STALE), index=SPOOL)
        assert site.scalar("pmtaSourceLastError", SPOOL) == f"{gone}: No such file or directory"
        assert site.server_value("pmtaServerDiskPath") == str(tmp_path)
        gone.mkdir()
        site.wait_value("pmtaSourceState", OK, index=SPOOL)
        site.monitor.configure(site.section().replace(f'"{tmp_path}", ', ""), conf)
        site.monitor.reload()
        site.wait_value("pmtaServerDiskPath", str(gone))
        gone.rmdir()
        wait_until(lambda: site.server_value("pmtaServerDiskUsage") is None, 15, "no frozen number")
        assert site.scalar("pmtaSourceState", SPOOL) in (FAILING, STALE)


@pytest.fixture(name="pmtad")
def fake_pmtad(tmp_path):
    """A process called pmtad, with three open files and a limit of 64."""
    program = tmp_path / "pmtad"
    shutil.copy(shutil.which("sleep"), program)
    process = subprocess.Popen(
        [program, "1000"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    )
    yield process
    process.kill()
    process.wait()


def resident_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def test_the_process_uses_what_proc_says(tmp_path, pmtad):
    with Site(tmp_path, server="process = yes", accounting=False) as site:
        site.wait_value("pmtaServerProcessThreads", 1)
        assert site.scalar("pmtaSourceState", PROCESS) == OK
        assert site.server_value("pmtaServerProcessFiles") == len(os.listdir(f"/proc/{pmtad.pid}/fd")) == 3
        assert site.server_value("pmtaServerProcessFilesMax") == 64
        assert site.server_value("pmtaServerProcessFilesUsage") == 3 * 10000 // 64
        assert abs(site.server_value("pmtaServerProcessResidentKBytes") - resident_kb(pmtad.pid)) <= 256
        assert site.server_value("pmtaServerProcessCpu") == 0
        assert site.server_value("pmtaServerProcessUpTime") < 60


def test_a_process_that_ends_has_no_values_and_the_next_one_has_its_own(tmp_path, pmtad):
    with Site(tmp_path, server="process = yes", accounting=False) as site:
        site.wait_value("pmtaServerProcessThreads", 1)
        pmtad.kill()
        pmtad.wait()
        wait_until(lambda: site.server_value("pmtaServerProcessThreads") is None, 10, "it is gone")
        assert "no process pmtad runs here" in site.scalar("pmtaSourceLastError", PROCESS)
        with subprocess.Popen([tmp_path / "pmtad", "1000"]) as again:
            site.wait_value("pmtaServerProcessThreads", 1)
            again.kill()


def test_a_pid_file_says_which_process(tmp_path, pmtad):
    file = tmp_path / "pmtad.pid"
    with Site(tmp_path, server=f'pid-file = "{file}"', accounting=False) as site:
        site.wait_value("pmtaSourceLastError", "pid-file cannot be read: No such file or directory", index=PROCESS)
        assert site.server_value("pmtaServerProcessThreads") is None
        file.write_text("12 monkeys\n")
        site.wait_value("pmtaSourceLastError", "pid-file does not hold a process id", index=PROCESS)
        file.write_text(f"{pmtad.pid}\n")
        site.wait_value("pmtaServerProcessFilesMax", 64)
        assert site.scalar("pmtaSourceName", PROCESS) == str(file)
