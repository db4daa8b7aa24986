# SPDX-License-Identifier: BSD-2-Clause
"""The agent's notifications through a real snmpd: their content, their pace, and that none is lost."""

import threading
import time

from agent_site import names, objects_of, served, site
from snmpd import SYS_UP_TIME
from waiting import wait_until

SNMP_TRAP_OID = ".1.3.6.1.6.3.1.1.4.1.0"
# As fast as a receiver of UDP surely takes them.
PACE = ("--rate", 300, "--burst", 32)



def test_notification_carries_the_columns_of_its_event_in_their_order(served, names):
    served.agents[0].tell("burst 1")
    trap = served.receiver.wait_for(lambda t: any(oid.startswith(names["pmtaEventSequence"]) for oid, _ in t))
    root = objects_of(names).rsplit(".", 1)[0]
    columns = [oid for name, oid in names.items() if name.startswith("pmtaEvent")][:14]
    assert [oid for oid, _ in trap] == [SYS_UP_TIME, SNMP_TRAP_OID] + [oid + ".1" for oid in columns]
    assert trap[1][1] == root + ".0.3"


def test_notification_shows_the_same_values_as_a_get(served, names):
    served.agents[0].tell("burst 1")
    trap = served.receiver.wait_for(lambda t: any(oid.startswith(names["pmtaEventSequence"]) for oid, _ in t))
    for oid, shown in trap[2:]:
        kind, value = served.snmpd.get(oid)[oid]
        if kind == "STRING":
            assert bytes.fromhex(shown.strip('" ')) == value
        else:
            assert shown == str(value)


def test_raise_and_clear_arrive_in_their_order(served, names):
    agent = served.agents[0]
    agent.tell("burst 1")
    served.drained(1)
    agent.tell("clear 1")
    served.drained(2)
    wait_until(lambda: served.sequences() == [1, 2], 10, "both arrive")


def test_alarm_that_ends_before_it_was_sent_is_not_sent(served):
    served.snmpd.stop()
    served.agents[0].logged("closed by snmpd")
    served.agents[0].tell("blips 20")
    served.snmpd.start()
    served.served()
    counts = served.drained(40)
    assert counts["Coalesced"] == 40
    assert served.sequences() == []


def test_notifications_wait_while_snmpd_is_away(served):
    served.snmpd.kill()
    served.agents[0].logged("closed by snmpd")
    served.agents[0].tell("burst 30")
    served.snmpd.start()
    served.drained(30)
    wait_until(lambda: served.sequences() == list(range(1, 31)), 10, "all arrive in order")


def test_notifications_keep_to_their_rate(site):
    site.snmpd.start()
    agent = site.agent("--rate", 10, "--burst", 5)
    site.served()
    began = time.monotonic()
    agent.tell("burst 25")
    counts = site.drained(25)
    assert counts["Sent"] == 25
    assert time.monotonic() - began >= 1.9


def test_events_dealt_with_in_an_earlier_run_are_not_sent_again(site):
    site.snmpd.start()
    agent = site.agent("--sent", 10)
    site.served()
    agent.tell("burst 15")
    wait_until(lambda: site.sequences() == [11, 12, 13, 14, 15], 10, "the new ones arrive")
    assert agent.stop().events == 15


def test_burst_of_5000_events_deadlocks_nobody_and_loses_nothing_silently(site):
    site.snmpd.start()
    agent = site.agent(*PACE)
    site.served()
    agent.tell("burst 5000")
    assert site.scalar("pmtaAgentUpTime", timeout=5) is not None
    counts = site.drained(5000)
    assert counts["Sent"] > 0
    wait_until(lambda: len(site.sequences()) == counts["Sent"], 10, "every one sent arrives")
    arrived = site.sequences()
    assert arrived == sorted(set(arrived))
    assert counts["Lost"] == 0 or "notifications lost" in agent.log
    site.end_at_once(agent)


def test_burst_while_snmpd_hangs_is_sent_once_when_it_goes_on(site):
    site.snmpd.start()
    agent = site.agent(*PACE)
    site.served()
    site.snmpd.freeze()
    agent.tell("burst 900")
    agent.logged("no answer to a ping")
    site.snmpd.thaw()
    site.served()
    counts = site.drained(900)
    assert counts["Sent"] == 900
    wait_until(lambda: len(site.sequences()) >= 900, 10, "all arrive")
    assert sorted(site.sequences()) == list(range(1, 901))


def test_no_notification_is_lost_when_snmpd_is_killed_in_a_burst(site):
    site.snmpd.start()
    agent = site.agent(*PACE)
    site.served()
    threading.Timer(0.05, site.snmpd.kill).start()
    agent.tell("burst 900")
    agent.logged("closed by snmpd")
    site.snmpd.start()
    counts = site.drained(900)
    assert counts["Sent"] == 900
    wait_until(lambda: set(site.sequences()) == set(range(1, 901)), 10, "each arrives at least once")


def test_notifications_that_a_killed_snmpd_had_not_read_are_sent_again(site):
    site.snmpd.start()
    agent = site.agent("--ping", 60, *PACE)
    site.served()
    site.snmpd.freeze()
    agent.tell("burst 10")
    written = time.monotonic() + 0.5
    wait_until(lambda: time.monotonic() > written)
    site.snmpd.kill()
    agent.logged("closed by snmpd")
    site.snmpd.start()
    assert site.drained(10)["Sent"] == 10
    wait_until(lambda: site.sequences() == list(range(1, 11)), 10, "all arrive in order")
