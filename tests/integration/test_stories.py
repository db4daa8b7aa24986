# SPDX-License-Identifier: BSD-2-Clause
"""What happens at night: stories from what PowerMTA, snmpd and the daemon suffer to what snmptrapd receives."""

import functools
import os
import statistics
import time

from daemon import Site, event
from shipped import Shipped
from snmpd import SYS_UP_TIME
from waiting import wait_until

FROZEN = int(os.environ.get("PMTA_FROZEN", 6))  # seconds
DEEP = 'threshold "deep" { scope = domain-queue metric = queued-recipients raise = 100 clear = 10 }\n'
HIGH, NORMAL = "pmtaQueueDepthHigh", "pmtaQueueDepthNormal"


def queues(count, vmta="vmta-a"):
    """Names of queues of the simulator's own domains."""
    domains = ("gmail.com", "outlook.com", "icloud.com", "gmx.net", "telco.example", "portal.example", "example.org")
    return [f"{domain}/{v}" for v in (vmta, "vmta-b", "vmta-c") for domain in domains][:count]


def fill(site, queue, recipients=200):
    site.sim.control("pause", queue=queue, on=1)
    site.sim.control("inject", queue=queue, recipients=recipients)


def empty(site, queue):
    site.sim.control("delete", queue=queue)


def objects(site, name):
    return sorted(event(n, "pmtaEventObject") for n in site.notifications(name))


def test_a_deferral_that_was_a_phantom_raises_nothing_as_shipped(tmp_path):
    """Throttled for a minute and a half, then as if nothing had been."""
    with Shipped(tmp_path, "--complaints", 3) as site:
        site.advance(600)
        site.sim.control("throttle", domain="gmail.com", on=1)
        site.advance(90)
        assert site.scalar("providerThrottled", "1.1") > 20
        site.sim.control("throttle", domain="gmail.com", on=0)
        site.advance(900)
        assert site.scalar("pmtaAgentActiveAlarms") == 0
        assert [n for n in ("pmtaDeferralRateHigh", "pmtaQueueBackoffEntered") if site.notifications(n)] == []


def test_a_monitor_that_accepts_and_does_not_answer_is_down_once_and_up_once(tmp_path):
    with Site(tmp_path, conf="down-after = 2") as site:
        site.wait_value("pmtaServerState", 1)
        site.sim.fault("*", "hang")
        down = site.wait_notification("pmtaServerDown", timeout=30)
        text = event(down, "pmtaEventText")
        assert text.startswith("mta1 does not answer; ") and "2 s" in text, text
        site.sim.clear()
        up = site.wait_notification("pmtaServerUp")
        assert event(up, "pmtaEventAlarmId") == event(down, "pmtaEventAlarmId")
        assert event(up, "pmtaEventText").startswith("mta1 answers again, after ")
        site.wait_polled()
        assert len(site.notifications("pmtaServerDown")) == len(site.notifications("pmtaServerUp")) == 1


def test_an_alarm_that_ended_while_the_daemon_was_dead_is_cleared_once(tmp_path):
    queue = "gmail.com/vmta-a"
    with Site(tmp_path, "--max-items", 1000, "--rate", 0, conf=DEEP) as site:
        fill(site, queue)
        high = site.wait_notification(HIGH)
        site.wait_noted(int(event(high, "pmtaEventSequence")))
        site.monitor.kill()
        empty(site, queue)
        site.monitor.start()
        normal = site.wait_notification(NORMAL)
        assert event(normal, "pmtaEventAlarmId") == event(high, "pmtaEventAlarmId")
        assert event(normal, "pmtaEventObject") == queue
        site.wait_polled()
        assert len(site.notifications(HIGH)) == len(site.notifications(NORMAL)) == 1


def test_alarms_raised_while_snmpd_is_frozen_arrive_once_each(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--rate", 0, conf=DEEP) as site:
        site.wait_notification("pmtaAgentStarted")
        names = queues(12)
        site.snmpd.freeze()
        frozen = time.monotonic()
        for name in names:
            fill(site, name)
        wait_until(lambda: time.monotonic() > frozen + FROZEN, FROZEN + 1, "it is frozen for a while")
        wait_until(lambda: all(f"{name}: 200 recipients queued" in site.monitor.log for name in names), 15, "raised")
        site.snmpd.thaw()
        site.wait_notification(HIGH, len(names), timeout=30)
        for name in names:
            empty(site, name)
        site.wait_notification(NORMAL, len(names), timeout=30)
        assert objects(site, HIGH) == objects(site, NORMAL) == sorted(names)


def test_alarms_pending_when_snmpd_is_killed_arrive_once_each_from_the_next_one(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--rate", 0, conf=DEEP) as site:
        site.wait_notification("pmtaAgentStarted")
        names = queues(12)
        fill(site, names[0])
        site.wait_notification(HIGH)
        site.wait_noted(2)
        site.snmpd.kill()
        site.monitor.logged("closed by snmpd")
        for name in names[1:]:
            fill(site, name)
        wait_until(lambda: all(f"{name}: 200 recipients queued" in site.monitor.log for name in names), 15, "raised")
        # What began and ended while nobody listened is nobody's business.
        empty(site, names[1])
        site.monitor.logged(f"{names[1]}: 0 recipients queued")
        site.snmpd.start()
        site.wait_notification(HIGH, len(names) - 1, timeout=30)
        empty(site, names[0])
        site.wait_notification(NORMAL)
        assert objects(site, HIGH) == sorted(names[:1] + names[2:])
        assert objects(site, NORMAL) == names[:1]


def test_5000_alarms_at_once_deadlock_nobody_and_add_up(tmp_path):
    """Every queue of a large PowerMTA crosses its limit in one list; snmpd goes on answering others."""
    conf = DEEP.replace("raise = 100 clear = 10", "raise = 5 clear = 1") + "notification-rate = 200\nnotification-burst = 50\nrow-limit = 0\n"
    options = ("--domains", 1700, "--vmtas", 3, "--load-queues", 20, "--max-items", 100000, "--rate", 0)
    with Site(tmp_path, *options, conf=conf, accounting=False) as site:
        site.wait_value("pmtaAgentActiveAlarms", lambda active: active >= 5000, timeout=60, index="0")

        def dealt_with():
            # Two that wait for each other do so for ever.
            assert site.snmpd.get(SYS_UP_TIME, timeout=10, retries=0), "snmpd does not answer others"
            return site.scalar("pmtaAgentNotificationsQueued") == 0

        wait_until(dealt_with, 60, "all are dealt with")
        raised, sent, coalesced, lost = (
            site.scalar(f"pmtaAgentNotifications{c}") for c in ("Raised", "Sent", "Coalesced", "Lost"))
        assert raised >= 5000 and sent + coalesced + lost == raised, (raised, sent, coalesced, lost)
        # The ring has the newest thousand; what it could not hold is announced.
        assert sent >= 1000 and site.wait_notification("pmtaNotificationsLost")
        wait_until(lambda: len(site.traps.traps()) >= sent, 10, "those that were sent arrive")


# A judgement comes with the poll, or within a second of a record; then the notification goes at once. The clock is
# PowerMTA's count of polls, three a second: a machine that is busy with other things delays them as much as all else.
def polls_until(site, cause, name, count):
    """How often PowerMTA is polled after the cause, until the notification that it leads to has arrived."""
    cause()
    before = site.sim.books()["requests"]["/queues"]
    site.wait_notification(name, count)
    return site.sim.books()["requests"]["/queues"] - before


def test_a_trap_arrives_with_the_poll_that_caused_it(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--rate", 0, conf=DEEP, accounting=False) as site:
        site.wait_value("pmtaServerState", 1)
        delays = []
        for count, name in enumerate(queues(12), 1):
            site.sim.control("pause", queue=name, on=1)
            inject = functools.partial(site.sim.control, "inject", queue=name, recipients=200)
            delays.append(polls_until(site, inject, HIGH, count))
        # The one that sees it, and perhaps one while the trap is on its way.
        assert statistics.median(delays) <= 2, delays


def test_a_trap_arrives_within_a_second_of_the_record_that_caused_it(tmp_path):
    conf = 'threshold "any" { scope = domain-queue metric = delivered window = 1h raise = 1 clear = 0 }\n'
    # PowerMTA's time goes on by ten seconds for each record, ours by less.
    start = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() - 120))
    with Site(tmp_path, "--start", start, "--max-items", 1000, "--rate", 0, "--out-rate", 1000, conf=conf) as site:
        site.wait_value("pmtaServerState", 1)
        delays = []
        for count, name in enumerate(queues(12), 1):
            site.sim.control("inject", queue=name, recipients=20)
            write = functools.partial(site.sim.step, 10)
            delays.append(polls_until(site, write, "pmtaThresholdRaised", count))
        assert statistics.median(delays) <= 4, delays
