# SPDX-License-Identifier: BSD-2-Clause
"""The thresholds as shipped: silent on an ordinary hour, and each of them told of its own fault, once, and when it
is over."""

import json

import pytest

import mib
from daemon import FileSite
from shipped import Shipped
from simulator import Simulator

MAJOR, MINOR, WARNING, CRITICAL = 4, 5, 6, 3
# Fewer complaints than the simulator's usual 15 of 10 000 deliveries, of which a provider would warn.
ORDINARY = ("--complaints", 3)


def events(site):
    """Events of alarms, in their order: notification, object, severity and text."""
    names = {mib.oid(n): n for n in mib.objects() if mib.objects()[n].kind == "NOTIFICATION-TYPE"}
    columns = ("Notification", "AlarmId", "Object", "Severity", "Text")
    rows = site.table(*(f"pmtaEvent{c}" for c in columns)).rows
    # One that came while the columns were read is not whole yet.
    told = [rows[i] for i in sorted(rows, key=int) if len(rows[i]) == len(columns) and rows[i]["pmtaEventAlarmId"]]
    return [
        (names[e["pmtaEventNotification"]], e["pmtaEventObject"], e["pmtaEventSeverity"], e["pmtaEventText"])
        for e in told
    ]


def told(site, name, of, severity=None):
    """The texts of a notification about an object."""
    return [e[3] for e in events(site) if e[0] == name and e[1] == of and severity in (None, e[2])]


def course(site, of):
    """What was told of an object: notifications and severities, in their order."""
    return [e[:1] + e[2:3] for e in events(site) if e[1] == of]


def quiet(site):
    return site.scalar("pmtaAgentActiveAlarms") == 0


def assert_readable(text, *words):
    for word in words:
        assert word in text, text
    # The advice is whole: it ends none of these texts in the middle.
    assert len(text.encode()) <= 255 and "advice: " in text and not text.endswith("..."), text


def test_ordinary_hours_raise_nothing(tmp_path):
    """The second one too, when the estimates of ages have their full error."""
    with Shipped(tmp_path, *ORDINARY) as site:
        site.advance(7200, step=60)
        assert len(site.table("pmtaThresholdName")) >= 20
        assert events(site) == []
        assert site.server_value("pmtaTrafficDelivered") > 100000
        assert site.scalar("providerWindowAttempts", "1.1.3600") > 5000


def test_a_provider_that_throttles_is_told_minor_then_major_and_its_backoff(tmp_path):
    with Shipped(tmp_path, *ORDINARY) as site:
        site.advance(600)
        site.sim.control("throttle", domain="gmail.com", on=1)
        site.advance(900, until=lambda: told(site, "pmtaSeverityChanged", "gmail", MAJOR))
        high = told(site, "pmtaDeferralRateHigh", "gmail", MINOR)[0]
        assert_readable(high, "gmail: ", "attempts deferred in 10 min (limit 15 %)", "421 4.7.28", "max-msg-rate")
        worse = told(site, "pmtaSeverityChanged", "gmail", MAJOR)[0]
        assert_readable(worse, "major, was minor", "(limit 30 %)", "421 4.7.28")
        site.advance(900, until=lambda: told(site, "pmtaQueueBackoffEntered", "gmail", MINOR))
        assert_readable(told(site, "pmtaQueueBackoffEntered", "gmail")[0], "3 queues in backoff", "421 4.7.28")
        site.sim.control("throttle", domain="gmail.com", on=0)
        site.advance(2400, until=lambda: quiet(site))
        assert [e[0] for e in course(site, "gmail")].count("pmtaDeferralRateHigh") == 1
        assert [e[0] for e in course(site, "gmail")].count("pmtaDeferralRateNormal") == 1
        assert len(told(site, "pmtaQueueBackoffLeft", "gmail")) == 1
        assert {e[1] for e in events(site)} == {"gmail"}


def test_a_bounce_storm_is_told_minor_then_major_with_the_reply_and_ends_with_its_hour(tmp_path):
    with Shipped(tmp_path, *ORDINARY) as site:
        site.advance(600)
        site.sim.control("bounce-storm", domain="gmail.com", category="bad-mailbox", on=1)
        site.advance(900, until=lambda: told(site, "pmtaSeverityChanged", "gmail", MAJOR))
        high = told(site, "pmtaBounceRateHigh", "gmail", MINOR)[0]
        assert_readable(high, "attempts bounced hard in 1 h (limit 5 %)", "550 5.1.1", "whose list is old")
        assert_readable(told(site, "pmtaSeverityChanged", "gmail", MAJOR)[0], "(limit 10 %)", "550 5.1.1")
        site.sim.control("bounce-storm", domain="gmail.com", on=0)
        site.advance(5400, step=60, until=lambda: quiet(site))
        assert course(site, "gmail") == [
            ("pmtaBounceRateHigh", MINOR), ("pmtaSeverityChanged", MAJOR),
            ("pmtaSeverityChanged", MINOR), ("pmtaBounceRateNormal", 1)]


# Complaints of 10 000 deliveries; the threshold that tells of them, and of how many deliveries it must know.
COMPLAINTS = {"many": (50, MAJOR, "(limit 0.3 %)", 5000), "some": (13, MINOR, "(limit 0.1 %)", 20000)}


@pytest.mark.parametrize("how_many", COMPLAINTS)
def test_complaints_are_told_and_forgotten_when_enough_mail_is_welcome(tmp_path, how_many):
    of, severity, limit, minimum = COMPLAINTS[how_many]
    with Shipped(tmp_path, "--rate", 200, "--complaints", of) as site:
        site.advance(1800, until=lambda: told(site, "pmtaComplaintRateHigh", "gmail"))
        text = told(site, "pmtaComplaintRateHigh", "gmail", severity)[0]
        assert_readable(text, "deliveries complained of in 1 d", limit, "campaign")
        assert int(text.split(" % of ")[1].split()[0]) >= minimum
        site.sim.control("complaints", of=0)
        site.advance(7200, until=lambda: quiet(site))
        # Many may become some before they are few; that rule asks for more mail, and may begin when the other ended.
        assert len(told(site, "pmtaComplaintRateNormal", "gmail")) == len(told(site, "pmtaComplaintRateHigh", "gmail")) <= 2


def test_queues_that_stand_still_are_told_by_what_stops_them(tmp_path):
    """One queue is refused, another was paused and forgotten; mail of both grows old."""
    refused, paused = "gmail.com/vmta-a", "hotmail.rollup/vmta-b"
    with Shipped(tmp_path, "--rate", 5, *ORDINARY) as site:
        site.sim.control("refuse", queue=refused, on=1)
        site.sim.control("inject", queue=refused, recipients=60000)
        site.sim.control("pause", queue=paused, on=1)
        site.sim.control("inject", queue=paused, recipients=10)
        site.advance(600, step=60, until=lambda: told(site, "pmtaQueueDepthHigh", refused))
        depth = told(site, "pmtaQueueDepthHigh", refused, MINOR)[0]
        assert_readable(depth, "recipients queued (limit 50000)", "in backoff", "421", "4.7.28")
        site.advance(3000, step=60, until=lambda: told(site, "pmtaQueueStuck", refused, MAJOR))
        assert_readable(told(site, "pmtaQueueStuck", refused)[0], "421 4.7.28", "domainQueueWaitReason")
        site.advance(1800, step=60, until=lambda: told(site, "pmtaQueuePaused", paused, WARNING))
        assert_readable(told(site, "pmtaQueuePaused", paused)[0], "paused", "pmta resume queue")
        site.advance(5400, step=60, until=lambda: told(site, "pmtaQueueAgeHigh", "gmail", MINOR))
        assert_readable(told(site, "pmtaQueueAgeHigh", "gmail")[0], "waited by its oldest mail (limit 2 h)", "4.7.28")
        site.advance(14400, step=60, until=lambda: told(site, "pmtaSeverityChanged", "gmail", MAJOR))
        assert_readable(told(site, "pmtaSeverityChanged", "gmail", MAJOR)[0], "(limit 4 h)")
        site.sim.control("refuse", queue=refused, on=0)
        site.sim.control("delete", queue=refused)
        site.sim.control("pause", queue=paused, on=0)
        site.advance(3600, step=60, until=lambda: quiet(site))
        for name, of in (("pmtaQueueDepthNormal", refused), ("pmtaQueueMoving", refused),
                         ("pmtaQueueResumed", paused), ("pmtaQueueAgeNormal", "gmail")):
            assert len(told(site, name, of)) == 1, (name, of)


class Documents(Shipped):
    """A PowerMTA whose /status the test writes: levels that a simulator has only with very much mail."""

    def __init__(self, directory):
        self.documents = directory / "documents"
        self.documents.mkdir()
        super().__init__(directory, "--rate", 0, "--documents", self.documents)

    def __enter__(self):
        with Simulator("--manual", "--rate", 0) as sim:
            for page in ("status", "queues", "domains", "vmtas"):
                (self.documents / f"{page}.json").write_bytes(sim.get(f"/{page}", format="json").body)
        self.sound = (self.documents / "status.json").read_text()
        return super().__enter__()

    def status(self, **levels):
        """Shows a status with other levels, by their paths: spool_totalRcp=5. Without any the first one."""
        document = json.loads(self.sound)
        for path, level in levels.items():
            *above, last = path.split("_")
            place = document["data"]["status"]
            for name in above:
                place = place[name]
            assert last in place
            place[last] = level
        new = self.documents / "new"
        new.write_text(json.dumps(document))
        new.rename(self.documents / "status.json")


@pytest.fixture(name="server", scope="module")
def server_of_documents(tmp_path_factory):
    with Documents(tmp_path_factory.mktemp("documents")) as site:
        yield site


# What is wrong, mildly and badly; the notification and its severities; what the texts say.
USAGE = {
    "spool": ({"spool_totalRcp": 850000}, {"spool_totalRcp": 920000}, "pmtaSpoolUsageHigh",
              (MAJOR, CRITICAL), ("85 % of the spool", "(limit 80 %)"), ("92 %", "(limit 90 %)", "stop the feed")),
    "connections in": ({"conn_smtpIn_cur": 170}, {"conn_smtpIn_cur": 198}, "pmtaConnectionUsageHigh",
                       (MINOR, MAJOR), ("85 % of the connections in",), ("99 %", "(limit 95 %)", "feeders")),
    "connections out": ({"conn_smtpOut_cur": 1000}, {"conn_smtpOut_cur": 1190}, "pmtaConnectionUsageHigh",
                        (MINOR, MAJOR), ("83.33 % of the connections out",), ("99.17 %", "max-smtp-out")),
}


@pytest.mark.parametrize("what", USAGE)
def test_what_fills_up_is_told_twice_and_ends_as_one_alarm(server, what):
    mild, bad, name, severities, mildly, badly = USAGE[what]
    seen = len(events(server))
    server.status(**mild)
    server.advance(900, until=lambda: len(events(server)) > seen)
    server.status(**bad)
    server.advance(300, until=lambda: len(events(server)) > seen + 1)
    server.status()
    server.advance(300, until=lambda: quiet(server))
    new = events(server)[seen:]
    normal = name.replace("High", "Normal")
    assert [(e[0], e[2]) for e in new] == [(name, severities[0]), ("pmtaSeverityChanged", severities[1]), (normal, 1)]
    assert_readable(new[0][3], *mildly)
    assert_readable(new[1][3], *badly)


def test_very_much_mail_on_a_server_is_told_after_ten_minutes(server):
    seen = len(events(server))
    server.status(queue_smtp_rcp=600000)
    server.advance(540)
    assert len(events(server)) == seen
    server.advance(180, until=lambda: told(server, "pmtaQueueDepthHigh", "mta1", MAJOR))
    assert_readable(told(server, "pmtaQueueDepthHigh", "mta1")[0], "600000 recipients queued (limit 500000)")
    server.status()
    server.advance(600, until=lambda: told(server, "pmtaQueueDepthNormal", "mta1"))


def test_a_disk_that_fills_up_is_told_by_bytes_and_by_inodes(server):
    seen = len(events(server))
    server.machine.disk(84)
    server.advance(600, until=lambda: len(events(server)) > seen)
    server.machine.disk(95)
    server.advance(300, until=lambda: len(events(server)) > seen + 2)
    server.machine.disk(40)
    server.advance(300, until=lambda: quiet(server))
    new = events(server)[seen:]
    assert_readable(new[0][3], "84 % of the spool's disk in use (limit 80 %)", "accounting and log files")
    assert sorted((e[0], e[2]) for e in new[1:3]) == [("pmtaDiskUsageHigh", CRITICAL), ("pmtaSeverityChanged", CRITICAL)]
    assert any("inodes" in e[3] for e in new[1:3])
    assert [e[0] for e in new].count("pmtaDiskUsageNormal") == 2 and len(new) == 5


def test_a_port_that_refuses_mail_is_told_with_its_banner_and_not_as_a_stale_source(server):
    seen = len(events(server))
    server.sim.smtp_fault("busy")
    server.advance(600, until=lambda: told(server, "pmtaInboundRefused", "mta1", CRITICAL))
    assert_readable(told(server, "pmtaInboundRefused", "mta1")[0], "busy", "421 4.3.2 too many connections")
    server.advance(600)
    server.sim.smtp_fault("none")
    server.advance(300, until=lambda: told(server, "pmtaInboundAccepted", "mta1"))
    assert [e[0] for e in events(server)[seen:]] == ["pmtaInboundRefused", "pmtaInboundAccepted"]


def test_a_server_that_falls_silent_is_a_warning_at_once_and_critical_at_the_third_poll(server):
    seen = len(events(server))
    server.sim.fault("*", "500")
    server.advance(60, until=lambda: told(server, "pmtaServerDown", "mta1", WARNING))
    server.advance(120, until=lambda: told(server, "pmtaSeverityChanged", "mta1", CRITICAL))
    server.advance(900)
    server.sim.clear()
    server.advance(60, until=lambda: told(server, "pmtaServerUp", "mta1"))
    new = events(server)[seen:]
    assert [(e[0], e[2]) for e in new] == [
        ("pmtaServerDown", WARNING), ("pmtaSeverityChanged", CRITICAL), ("pmtaServerUp", 1)]
    assert_readable(new[0][3], "unreachable", "500", "is pmtad running")


def test_a_page_that_fails_alone_is_a_stale_source(server):
    server.sim.fault("/queues", "500")
    server.advance(900, until=lambda: told(server, "pmtaSourceStale", "/queues", MAJOR))
    assert_readable(told(server, "pmtaSourceStale", "/queues")[0], "500", "pmtaSourceLastError")
    server.sim.clear()
    server.advance(180, until=lambda: told(server, "pmtaSourceFresh", "/queues"))


def test_accounting_files_that_cannot_be_read_are_a_stale_source_until_they_can(tmp_path):
    row = FileSite.row("2026-11-22 10:00:01+0000")
    with Shipped(tmp_path, accounting=False) as site:
        path = str(site.files[0])
        (tmp_path / "acct" / "acct-2026-11-22-0000.csv").write_text(FileSite.HEADER + row)
        site.wait_value("pmtaSourceRecords", 1, index="1.11")
        # Not even root can read a directory that is none.
        (tmp_path / "acct").rename(tmp_path / "away")
        (tmp_path / "acct").write_text("")
        site.advance(900, until=lambda: told(site, "pmtaSourceStale", path, MAJOR))
        assert_readable(told(site, "pmtaSourceStale", path)[0], "Not a directory", "check the file")
        (tmp_path / "acct").unlink()
        (tmp_path / "away").rename(tmp_path / "acct")
        (tmp_path / "acct" / "acct-2026-11-22-0001.csv").write_text(FileSite.HEADER + row * 5)
        site.advance(300, until=lambda: quiet(site))
        assert course(site, path) == [("pmtaSourceStale", MAJOR), ("pmtaSourceFresh", 1)]
        site.wait_value("pmtaSourceRecords", 6, index="1.11")
