# SPDX-License-Identifier: BSD-2-Clause
"""The tables against the simulator's books, to the last recipient, through everything that may happen."""

import os
import time

import pytest

import mib
from baselines import DELIVERED, seed
from daemon import Site
from simulator import dated_files
from waiting import wait_until

TOTALS = ("Delivered", "Bounced", "Deferred")
QUEUE = [f"domainQueue{c}" for c in ("Domain", "Vmta", "Recipients", "KBytes", "Connections", *TOTALS)]


@pytest.fixture
def site(tmp_path):
    with Site(tmp_path, "--max-items", 100000, "--seed", 11, "--max-size", 200000, "--start", "2026-11-22 23:50:00") as s:
        yield s


def wanted(book, prefix):
    return {f"{prefix}{c}": book[c.lower()] for c in TOTALS}


def compare_vmtas(site, books):
    rows = site.table("vmtaName", "vmtaRecipients", *[f"vmta{c}" for c in TOTALS]).by("vmtaName")
    for book in books["vmtas"]:
        row = rows[book["name"]]
        assert {c: row[c] for c in wanted(book, "vmta")} == wanted(book, "vmta"), book["name"]
        assert row["vmtaRecipients"] == book["queued"], book["name"]


def compare_queues(site, books):
    rows = site.table(*QUEUE).by("domainQueueDomain", "domainQueueVmta")
    for book in books["queues"]:
        key = (book["domain"], book["vmta"])
        if key not in rows:
            assert book["queued"] == 0 and not any(wanted(book, "").values()), key
            continue
        row = rows[key]
        assert {c: row[c] for c in wanted(book, "domainQueue")} == wanted(book, "domainQueue"), key
        assert row["domainQueueRecipients"] == book["queued"], key


def compare_domains(site, books):
    rows = site.table("domainName", "domainRecipients", *[f"domain{c}" for c in TOTALS]).by("domainName")
    for book in books["domains"]:
        if book["name"] not in rows:
            assert book["queued"] == 0 and not any(wanted(book, "").values()), book["name"]
            continue
        row = rows[book["name"]]
        assert {c: row[c] for c in wanted(book, "domain")} == wanted(book, "domain"), book["name"]
        assert row["domainRecipients"] == book["queued"], book["name"]


def compare_classes(site, books):
    columns = ("bounceClassBounced", "bounceClassRemoteBounced", "bounceClassDeferred")
    rows = site.table("bounceClassName", *columns).by("bounceClassName")
    for name, book in books["categories"].items():
        row = rows.get(name or "(none)")
        told = [row[c] for c in columns] if row else [0, 0, 0]
        assert told == [book["bounced"], book["remote_bounced"], book["deferred"]], name


def compare_server(site, books):
    told = {
        name: site.server_value(f"pmtaTraffic{name}")
        for name in ("Delivered", "Bounced", "Deferred", "Received", "Complaints")
    }
    assert told == {name: books["server"][name.lower()] for name in told}
    assert site.server_value("pmtaTrafficRemoteBounced") == books["server"]["remote_bounced"]
    assert site.server_value("pmtaTrafficAttemptErrors") == books["server"]["queue_errors"]
    assert site.server_value("pmtaTrafficInRecipients") == books["traffic"]["in_rcp"]
    assert site.server_value("pmtaTrafficOutRecipients") == books["traffic"]["out_rcp"]


def compare(site):
    books = site.wait_counted()
    compare_server(site, books)
    compare_vmtas(site, books)
    compare_queues(site, books)
    compare_domains(site, books)
    compare_classes(site, books)
    return books


def names(site):
    """Which index means what, in every table that has names."""
    found = {}
    for column in ("pmtaServerName", "vmtaName", "domainName", "bounceClassName", "pmtaSourceName"):
        found.update({(column, i): r[column] for i, r in site.table(column).rows.items()})
    queues = site.table("domainQueueDomain", "domainQueueVmta")
    found.update({("queue", i): tuple(r.values()) for i, r in queues.rows.items()})
    return found


def test_every_table_equals_the_books(site):
    for seconds in (1, 30, 200):
        site.sim.step(seconds)
        compare(site)


def test_totals_go_on_over_size_and_midnight_rotation(site):
    for _ in range(6):
        site.sim.step(200)
    compare(site)
    files = [file.name for file in dated_files(site.files[0])]
    assert any("2026-11-23" in name for name in files) and len(files) > 4


def test_totals_and_indexes_survive_kill_9_of_the_daemon(site):
    site.sim.step(100)
    compare(site)
    before = names(site)
    for _ in range(3):
        site.monitor.kill()
        site.sim.step(100)
        site.monitor.start()
        wait_until(lambda: site.server_value("pmtaServerName"), 15, "the daemon is back")
        compare(site)
    after = names(site)
    assert {key: after.get(key) for key in before} == before


def test_nothing_is_counted_twice_when_killed_while_it_reads(site):
    for _ in range(10):
        site.sim.step(40)
        site.monitor.kill()
        site.monitor.start()
        wait_until(lambda: site.scalar("pmtaAgentUpTime") is not None, 15, "the daemon is back")
    compare(site)


def test_tables_and_indexes_are_the_same_after_a_restart_of_snmpd(site):
    site.sim.step(100)
    compare(site)
    before = names(site)
    site.snmpd.kill()
    site.sim.step(50)
    site.snmpd.start()
    wait_until(lambda: site.server_value("pmtaServerName"), 15, "the agent is back")
    compare(site)
    assert names(site).items() >= before.items()


def test_the_daemon_may_be_there_before_snmpd(site):
    site.monitor.stop()
    site.snmpd.kill()
    site.monitor.start()
    site.sim.step(60)
    site.snmpd.start()
    wait_until(lambda: site.server_value("pmtaServerName"), 15, "the agent has come")
    compare(site)


def test_totals_go_on_when_powermta_restarts_and_when_its_counters_are_reset(site):
    site.sim.step(60)
    first = compare(site)
    site.sim.control("reset-counters")
    site.wait_value("pmtaTrafficCounterResets", 1)
    site.sim.step(60)
    site.wait_polled()
    books = site.sim.books()
    told = site.server_value("pmtaTrafficInRecipients")
    assert told == first["traffic"]["in_rcp"] + books["traffic"]["in_rcp"] == books["lifetime"]["in_rcp"]
    site.sim.control("restart")
    site.sim.step(60)
    site.wait_value("pmtaTrafficRestarts", 1)
    site.wait_polled()
    assert site.server_value("pmtaTrafficInRecipients") == site.sim.books()["lifetime"]["in_rcp"]
    assert site.server_value("pmtaTrafficCounterResets") == 1
    books = site.wait_counted()
    compare_vmtas(site, books)
    compare_queues(site, books)


def test_torn_rows_and_crlf_and_unix_times_are_counted_once(tmp_path):
    with Site(tmp_path, "--torn", "--eol", "crlf", "--unix-times", "--max-items", 1000) as site:
        for _ in range(8):
            site.sim.step(7)
        site.sim.control("rotate")
        compare(site)
        assert all(r["pmtaSourceRejected"] == 0 for r in site.table("pmtaSourceRejected").rows.values())


def test_a_cut_list_shows_what_it_lists_and_makes_up_nothing(tmp_path):
    with Site(tmp_path, "--max-items", 5, "--domains", 20, "--vmtas", 3, "--load-queues", 50) as site:
        site.sim.step(30)
        books = site.wait_counted()
        queues = {(q["domain"], q["vmta"]): q["queued"] for q in books["queues"] if q["queued"] > 0}
        listed = {(q["name"].split("/", 1)[0], q["name"].split("/", 1)[1]) for q in site.sim.page("queues")["queues"]}
        rows = site.table(*QUEUE).by("domainQueueDomain", "domainQueueVmta")
        told = {key: row["domainQueueRecipients"] for key, row in rows.items() if "domainQueueRecipients" in row}
        assert told == {key: queues[key] for key in listed}
        assert site.server_value("pmtaServerQueuesListed") == 5
        assert site.server_value("pmtaServerQueuesTotal") == len(queues)
        assert site.server_value("pmtaServerUnlistedRecipients") == sum(queues.values()) - sum(told.values())


def test_queues_query_asks_for_a_longer_list(tmp_path):
    with Site(tmp_path, "--max-items", 5, "--query-limit", "--load-queues", 20, server='queues-query = "maxitems=1000"') as site:
        site.sim.step(5)
        books = site.wait_counted()
        assert site.server_value("pmtaServerUnlistedRecipients") == 0
        compare_queues(site, books)


def test_every_readable_object_of_the_mib_can_have_a_value(tmp_path):
    """GET and GETNEXT of each column and scalar, with the type that the MIB gives it."""
    kinds = {
        "Gauge32": "Gauge32", "Unsigned32": "Gauge32", "Counter64": "Counter64", "Counter32": "Counter32",
        "Integer32": "INTEGER",
        "INTEGER": "INTEGER", "TruthValue": "INTEGER", "PmtaSeverity": "INTEGER", "SnmpAdminString": "STRING",
        "DateAndTime": "STRING", "PmtaScope": "INTEGER", "PmtaIndex": "Gauge32", "PmtaIndexOrZero": "Gauge32", "RowPointer": "OID",
        "AutonomousType": "OID", "TimeTicks": "Timeticks",
    }
    conf = 'stale-after = 1000 threshold "deep" { scope = domain-queue raise = 100 clear = 10 advice = "look" }'
    server = f'jobs = yes\nspool = "{tmp_path}"\npid-file = "{tmp_path}/pid"\n'
    (tmp_path / "pid").write_text(f"{os.getpid()}\n")
    with Site(tmp_path, "--max-items", 1000, "--smtp-port", 0, conf=conf, server=server) as site:
        seed(site, {DELIVERED: 100}, time.time())
        # Queues that were seen empty have an age that is bounded.
        site.wait_value("pmtaServerQueuesListed", 0)
        site.sim.control("inject", queue="gmail.com/vmta-a", recipients=500)
        site.sim.control("inject", queue="yahoo.rollup/vmta-b", recipients=20000)
        site.sim.control("throttle", domain="gmail.com", on=1)
        site.sim.control("backoff", queue="*", on=1)
        # A queue that becomes smaller between polls drains.
        site.sim.control("backoff", queue="yahoo.rollup/vmta-b", on=0)
        wait_until(lambda: len(site.table("domainQueueDrainRate")) == 2, 20, "two queues are measured")
        site.sim.step(120)
        site.wait_counted()
        site.wait_value("pmtaServerWindowAttempts", lambda v: v is not None and v > 0, index="1.60")
        site.wait_notification("pmtaQueueDepthHigh")
        site.wait_value("pmtaServerProbeState", 1)
        site.wait_value("pmtaServerDiskUsage", lambda v: v > 0)
        site.wait_value("pmtaServerProcessThreads", lambda v: v > 0)
        site.sim.fault("/jobs", "500")
        site.wait_value("pmtaSourceFailures", lambda v: v > 0, index="1.5")
        silent = []
        for thing in mib.readable():
            base = mib.oid(thing.name)

            def alike():
                """What a walk, a GETNEXT and a GET say of the first instance, which may go as time goes by."""
                where, (kind, _) = next(iter(site.snmpd.bulkwalk(base).items()), (None, (None, None)))
                if where is None:
                    return "silent", None
                again = site.snmpd.getnext(base).keys() == {where} and site.snmpd.get(where)[where][0] == kind
                return again and (where, kind)

            where, kind = wait_until(alike, 10, f"{thing.name} by GET and GETNEXT")
            if kind is None:
                silent.append(thing.name)
                continue
            assert kind == kinds[thing.syntax], (thing.name, kind)
            assert where.startswith(base + ".")
        assert silent == []
