# SPDX-License-Identifier: BSD-2-Clause
"""Stories of alarms, from what PowerMTA does to what snmptrapd receives."""

import mib
from daemon import Site, event
from waiting import wait_until

QUEUE = "gmail.com/vmta-a"
WARNING, MINOR, MAJOR, CRITICAL = "6", "5", "4", "3"


def rule(name, scope, metric, **keys):
    lines = "".join(f" {key.replace('_', '-')} = {value}" for key, value in keys.items())
    return f'threshold "{name}" {{ scope = {scope} metric = {metric}{lines} }}\n'


def step_until(site, done, timeout=30, what="what the steps lead to"):
    """Lets PowerMTA's time go on until something has come of it."""

    def stepped():
        site.sim.step(10)
        return done()

    wait_until(stepped, timeout, what)


def told(site):
    """Events of alarms, in their order: notification and alarm id."""
    names = {mib.oid(n): n for n in mib.objects() if mib.objects()[n].kind == "NOTIFICATION-TYPE"}
    rows = site.table("pmtaEventNotification", "pmtaEventAlarmId").rows
    events = [rows[i] for i in sorted(rows, key=int) if rows[i]["pmtaEventAlarmId"] != 0]
    return [(names[e["pmtaEventNotification"]], e["pmtaEventAlarmId"]) for e in events]


def test_a_throttling_provider_is_told_once_with_its_own_words_and_cleared_once(tmp_path):
    conf = rule("deferrals", "provider", "deferral-share", match='"gmail"', window="1m", minimum=20,
                **{"raise": "30%", "clear": "10%", "severity": "major", "advice": "\"lower max-msg-rate\""})
    with Site(tmp_path, "--rate", 100, conf=conf) as site:
        step_until(site, lambda: (site.scalar("providerWindowAttempts", "1.1.60") or 0) > 20, what="traffic")
        site.sim.control("throttle", domain="gmail.com", on=1)
        step_until(site, lambda: site.notifications("pmtaDeferralRateHigh"))
        high = site.notifications("pmtaDeferralRateHigh")[0]
        text = event(high, "pmtaEventText")
        assert event(high, "pmtaEventObject") == "gmail" and event(high, "pmtaEventSeverity") == MAJOR
        assert event(high, "pmtaEventMetric") == "providerWindowDeferralShare"
        assert int(event(high, "pmtaEventValue")) >= 3000 and event(high, "pmtaEventLimit") == "3000"
        assert event(high, "pmtaEventWindow") == "60"
        assert "attempts deferred in 1 min (limit 30 %)" in text, text
        assert "mostly 421" in text and "advice: lower max-msg-rate" in text, text
        row = event(high, "pmtaEventRow")
        assert row.startswith(mib.oid("providerTable")) and site.snmpd.get(row)[row][1] is not None
        for _ in range(3):
            site.sim.step(10)
            site.wait_polled()
        site.sim.control("throttle", domain="gmail.com", on=0)
        step_until(site, lambda: site.notifications("pmtaDeferralRateNormal"))
        normal = site.notifications("pmtaDeferralRateNormal")[0]
        assert event(normal, "pmtaEventAlarmId") == event(high, "pmtaEventAlarmId")
        assert len(site.notifications("pmtaDeferralRateHigh")) == 1
        assert len(site.notifications("pmtaDeferralRateNormal")) == 1


def test_a_spike_shorter_than_hold_is_silent(tmp_path):
    conf = rule("spike", "domain-queue", "queued-recipients", **{"raise": 100, "clear": 10, "hold": "1h"})
    conf += rule("at-once", "server", "queued-recipients", **{"raise": 100, "clear": 10})
    with Site(tmp_path, "--max-items", 1000, "--rate", 0, "--out-rate", 200, conf=conf) as site:
        site.wait_value("pmtaServerState", 1)
        site.sim.control("inject", queue=QUEUE, recipients=500)
        site.wait_notification("pmtaQueueDepthHigh")
        step_until(site, lambda: site.notifications("pmtaQueueDepthNormal"))
        assert [event(n, "pmtaEventScope") for n in site.notifications("pmtaQueueDepthHigh")] == ["1"]
        assert site.scalar("pmtaAgentActiveAlarms") == 0


def test_backoff_and_pause_have_pairs_of_their_own(tmp_path):
    conf = rule("backoff", "domain-queue", "mode", **{"raise": '{ "backoff" }', "severity": "minor"})
    conf += rule("paused", "domain-queue", "paused", **{"raise": '{ "yes" }'})
    with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=conf) as site:
        site.sim.control("inject", queue=QUEUE, recipients=5000)
        site.sim.control("backoff", queue=QUEUE, on=1)
        entered = site.wait_notification("pmtaQueueBackoffEntered")
        assert event(entered, "pmtaEventObject") == QUEUE and event(entered, "pmtaEventSeverity") == MINOR
        site.sim.control("backoff", queue=QUEUE, on=0)
        left = site.wait_notification("pmtaQueueBackoffLeft")
        assert event(left, "pmtaEventAlarmId") == event(entered, "pmtaEventAlarmId")
        site.sim.control("pause", queue=QUEUE, on=1)
        paused = site.wait_notification("pmtaQueuePaused")
        site.sim.control("pause", queue=QUEUE, on=0)
        resumed = site.wait_notification("pmtaQueueResumed")
        assert event(resumed, "pmtaEventAlarmId") == event(paused, "pmtaEventAlarmId")
        assert len(told(site)) == 4


def test_a_bounce_storm_is_told_of_the_provider_and_of_the_server(tmp_path):
    keys = {"window": "1m", "minimum": 20, "raise": "20%", "clear": "5%"}
    conf = rule("provider", "provider", "bounce-share", **keys)
    conf += rule("server", "server", "bounced", **{"window": "1m", "raise": 50, "clear": 30})
    with Site(tmp_path, "--rate", 100, "--bounces", 0, conf=conf) as site:
        site.sim.step(10)
        site.sim.control("bounce-storm", domain="gmail.com", category="spam-related", on=1)
        step_until(site, lambda: len(site.notifications("pmtaBounceRateHigh")) == 2)
        scopes = {event(n, "pmtaEventScope"): n for n in site.notifications("pmtaBounceRateHigh")}
        assert event(scopes["4"], "pmtaEventObject") == "gmail"
        assert "most of it at gmail" in event(scopes["1"], "pmtaEventText")
        site.sim.control("bounce-storm", domain="gmail.com", on=0)
        step_until(site, lambda: len(site.notifications("pmtaBounceRateNormal")) == 2)
        assert len(told(site)) == 4


def test_restarts_and_reset_counters_of_powermta_are_told(tmp_path):
    with Site(tmp_path, "--rate", 50) as site:
        site.sim.step(30)
        site.wait_counted()
        site.sim.control("reset-counters")
        reset = site.wait_notification("pmtaCountersReset")
        assert event(reset, "pmtaEventServer") == "mta1" and event(reset, "pmtaEventAlarmId") == "0"
        site.sim.step(5)
        site.sim.control("restart")
        restarted = site.wait_notification("pmtaServerRestarted")
        assert "was restarted" in event(restarted, "pmtaEventText")
        site.wait_polled()
        assert len(site.notifications("pmtaServerRestarted")) == 1
        assert site.server_value("pmtaTrafficRestarts") == 1


SEVERITIES = (
    rule("many", "domain-queue", "queued-recipients", **{"raise": 100, "clear": 50, "severity": "warning"})
    + rule("very-many", "domain-queue", "queued-recipients", **{"raise": 1000, "clear": 500, "severity": "critical"})
)


def fill(site, recipients):
    site.sim.control("inject", queue=QUEUE, recipients=recipients)
    site.sim.control("pause", queue=QUEUE, on=1)


def test_an_alarm_becomes_worse_and_milder_under_one_id(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--rate", 0, "--out-rate", 100, conf=SEVERITIES) as site:
        fill(site, 200)
        high = site.wait_notification("pmtaQueueDepthHigh")
        assert event(high, "pmtaEventSeverity") == WARNING
        fill(site, 2000)
        worse = site.wait_notification("pmtaSeverityChanged")
        assert event(worse, "pmtaEventSeverity") == CRITICAL
        site.wait_value("pmtaServerWorstSeverity", 3)
        columns = ("pmtaAlarmThreshold", "pmtaAlarmValue", "pmtaAlarmRaisedAge", "pmtaAlarmObject")
        [(index, alarm)] = site.table(*columns).rows.items()
        assert index == event(high, "pmtaEventAlarmId")
        assert alarm["pmtaAlarmThreshold"] == "very-many" and alarm["pmtaAlarmObject"] == QUEUE
        assert alarm["pmtaAlarmValue"] == 2200 and alarm["pmtaAlarmRaisedAge"] < 60
        site.sim.control("pause", queue=QUEUE, on=0)
        step_until(site, lambda: site.notifications("pmtaQueueDepthNormal"))
        events = told(site)
        assert [name for name, _ in events] == [
            "pmtaQueueDepthHigh", "pmtaSeverityChanged", "pmtaSeverityChanged", "pmtaQueueDepthNormal"]
        assert {alarm for _, alarm in events} == {int(index)}
        assert event(site.notifications("pmtaSeverityChanged")[1], "pmtaEventSeverity") == WARNING
        site.wait_value("pmtaServerActiveAlarms", 0)


def test_severities_and_counts_survive_kill_9(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--rate", 0, "--out-rate", 100, conf=SEVERITIES) as site:
        fill(site, 2000)
        high = site.wait_notification("pmtaQueueDepthHigh")
        assert event(high, "pmtaEventSeverity") == CRITICAL
        site.wait_noted(int(event(high, "pmtaEventSequence")))
        site.monitor.kill()
        site.monitor.start()
        site.wait_value("pmtaServerWorstSeverity", 3)
        site.wait_polled()
        rules = site.table("pmtaThresholdName", "pmtaThresholdRaises", "pmtaThresholdActive").by("pmtaThresholdName")
        for name in ("many", "very-many"):
            assert rules[name]["pmtaThresholdRaises"] == 1 and rules[name]["pmtaThresholdActive"] == 1
        site.sim.control("pause", queue=QUEUE, on=0)
        step_until(site, lambda: site.notifications("pmtaQueueDepthNormal"))
        normal = site.notifications("pmtaQueueDepthNormal")
        assert event(normal[0], "pmtaEventAlarmId") == event(high, "pmtaEventAlarmId") and len(normal) == 1
        assert len(site.notifications("pmtaQueueDepthHigh")) == 1


def test_a_change_that_overtook_its_raise_is_sent_as_the_raise(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--rate", 0, conf=SEVERITIES) as site:
        site.wait_notification("pmtaAgentStarted")
        site.snmpd.kill()
        site.monitor.logged("closed by snmpd")
        fill(site, 200)
        site.monitor.logged("200 recipients queued")
        fill(site, 2000)
        site.monitor.logged("critical, was warning")
        site.snmpd.start()
        high = site.wait_notification("pmtaQueueDepthHigh")
        assert event(high, "pmtaEventSeverity") == CRITICAL and event(high, "pmtaEventValue") == "2200"
        assert site.notifications("pmtaSeverityChanged") == []


def test_an_active_alarm_is_told_again_until_it_ends(tmp_path):
    conf = rule("deep", "domain-queue", "queued-recipients", **{"raise": 100, "clear": 10, "remind": "1s"})
    with Site(tmp_path, "--max-items", 1000, "--rate", 0, conf=conf) as site:
        fill(site, 200)
        again = site.wait_notification("pmtaQueueDepthHigh", 3)
        assert event(again, "pmtaEventText").startswith("still, after ")
        assert {event(n, "pmtaEventAlarmId") for n in site.notifications("pmtaQueueDepthHigh")} == {"1"}


def test_active_alarms_are_told_again_when_snmpd_is_back_if_asked_for(tmp_path):
    with Site(tmp_path, "--max-items", 1000, "--rate", 0, conf=SEVERITIES + "resend-on-reconnect = yes") as site:
        fill(site, 200)
        first = site.wait_notification("pmtaQueueDepthHigh")
        site.wait_noted(int(event(first, "pmtaEventSequence")))
        site.snmpd.kill()
        site.monitor.logged("closed by snmpd")
        site.snmpd.start()
        again = site.wait_notification("pmtaQueueDepthHigh", 2)
        assert event(again, "pmtaEventAlarmId") == event(first, "pmtaEventAlarmId")
        assert event(again, "pmtaEventText").startswith("told again, after ")


def test_a_dry_run_counts_and_is_silent(tmp_path):
    conf = rule("trial", "domain-queue", "queued-recipients", **{"raise": 100, "clear": 10, "dry-run": "yes"})
    with Site(tmp_path, "--max-items", 1000, "--rate", 0, conf=conf) as site:
        fill(site, 200)

        def counted():
            rules = site.table("pmtaThresholdName", "pmtaThresholdWouldRaise").by("pmtaThresholdName")
            return "trial" in rules and rules["trial"]["pmtaThresholdWouldRaise"] == 1

        wait_until(counted, 15, "it would have been raised")
        assert told(site) == [] and site.scalar("pmtaAgentActiveAlarms") == 0


def test_start_and_orderly_end_of_the_agent_are_told(tmp_path):
    with Site(tmp_path) as site:
        started = site.wait_notification("pmtaAgentStarted")
        assert event(started, "pmtaEventAgent") == "tests" and event(started, "pmtaEventScope") == "9"
        assert site.monitor.stop() == 0
        stopping = site.wait_notification("pmtaAgentStopping", timeout=2)
        assert "is stopping" in event(stopping, "pmtaEventText")


def test_the_agent_ends_at_once_when_nobody_would_hear_its_goodbye(tmp_path):
    with Site(tmp_path) as site:
        site.wait_notification("pmtaAgentStarted")
        site.snmpd.kill()
        site.monitor.logged("closed by snmpd")
        assert site.monitor.stop(timeout=2) == 0
        site.snmpd.start()
        site.monitor.start()
        site.wait_notification("pmtaAgentStopping")
        site.wait_notification("pmtaAgentStarted", 2)


def test_notifications_that_are_lost_in_a_storm_are_announced(tmp_path):
    conf = rule("any", "domain-queue", "queued-recipients", **{"raise": 1, "clear": 0})
    conf += "notification-rate = 300 notification-burst = 10"
    world = ("--domains", 500, "--vmtas", 3, "--load-queues", 5, "--max-items", 5000, "--rate", 0, "--out-rate", 0)
    with Site(tmp_path, *world, conf=conf, accounting=False) as site:
        lost = site.wait_notification("pmtaNotificationsLost", timeout=30)
        text = event(lost, "pmtaEventText")
        assert "notifications lost" in text and event(lost, "pmtaEventAlarmId") == "0"
        assert int(text.split()[0]) <= site.scalar("pmtaAgentNotificationsLost")
        assert site.scalar("pmtaAgentActiveAlarms") == 1500
