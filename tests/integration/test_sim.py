# SPDX-License-Identifier: BSD-2-Clause
"""The simulator is a witness for everything else: its books, files and documents agree."""

import collections
import http.client
import json
import shutil
import signal
import subprocess
import time

import pytest

from simulator import Simulator, binary, dated_files, records

ALL = "d,b,t,tq,f,r,rb,rs"
DEFAULT_COLUMNS = (
    "type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,"
    "srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvEsmtpAvailable,dlvSize,vmta,jobId,"
    "envId,queue,vmtaPool"
)
KINDS = {
    "b": "bounced", "t": "deferred", "tq": "queue_errors", "r": "received",
    "f": "complaints", "rb": "remote_bounced", "rs": "remote_status",
}
OWN_BOUNCES = {"deleted": "deleted by administrator", "suppressed": "suppression list"}
TALLIES = ["delivered", "delivered_bytes", *KINDS.values(), *OWN_BOUNCES]
QUEUE_TALLIES = ["delivered", "delivered_bytes", "bounced", "deferred", "queue_errors", *OWN_BOUNCES]


def manual(*options, **more):
    return Simulator("--manual", *options, **more)


def domain_of(record):
    if "queue" in record:
        return record["queue"].split("/")[0]
    return record.get("rcpt", "").rpartition("@")[2].rstrip(">").lower()


def tally_of(record):
    """What a record other than d counts as; b records of PowerMTA's own doing are no bounces."""
    for tally, words in OWN_BOUNCES.items():
        if record["type"] == "b" and words in record.get("dsnDiag", ""):
            return tally
    return KINDS[record["type"]]


def count(path):
    """The naive count of an accounting file with all types: {object: {tally: n}}."""
    books = collections.defaultdict(collections.Counter)
    types = collections.Counter()
    for record in records(path):
        kind = record["type"]
        types[kind] += 1
        where = ["server", ("domain", domain_of(record))]
        if "queue" in record:
            where += [("queue", record["queue"]), ("vmta", record["vmta"])]
        if kind in "drbt" and "jobId" in record:
            where.append(("job", record["jobId"]))
        if kind == "d":
            books["type"][record["dlvType"]] += 1
            if record["dlvType"] in ("file", "pipe", "discard"):
                continue
        for name in where:
            if kind == "d":
                books[name]["delivered"] += 1
                books[name]["delivered_bytes"] += int(record["dlvSize"])
            else:
                books[name][tally_of(record)] += 1
        if kind in ("b", "t", "rb"):
            books["category", record.get("bounceCat", "")][tally_of(record)] += 1
    return books, types


def assert_books_match(books, path):
    counted, types = count(path)
    assert {name: n for name, n in books["records"].items() if n} == dict(types)
    assert {name: n for name, n in books["delivered_by_type"].items() if n} == counted["type"]
    for tally in TALLIES:
        assert books["server"][tally] == counted["server"][tally], tally
    for kind, rows, tallies in (
        ("queue", books["queues"], QUEUE_TALLIES),
        ("vmta", books["vmtas"], QUEUE_TALLIES),
        ("domain", books["domains"], TALLIES),
        ("job", books["jobs"], ["received", *QUEUE_TALLIES[:4]]),
    ):
        for row in rows:
            for tally in tallies:
                assert row[tally] == counted[kind, row["name"]][tally], (kind, row, tally)
    for name, row in books["categories"].items():
        for tally in ("bounced", "remote_bounced", "deferred"):
            assert row[tally] == counted["category", name][tally], (name, tally)


def assert_balanced(sim):
    """What came in went out, failed, was discarded, or is there; and the parts make up the whole."""
    books = sim.books()
    for row in [books["server"], *books["queues"], *books["vmtas"], *books["domains"]]:
        gone = row["out"] + row["failed"] + row["discarded"]
        assert row["in"] + row["loaded"] == gone + row["queued"], row
    for name in ("in", "loaded", "out", "failed", "discarded", "queued", "bytes", *QUEUE_TALLIES):
        for rows in ("queues", "vmtas", "domains"):
            assert sum(row[name] for row in books[rows]) == books["server"][name], (rows, name)
    assert sim.status()["queue"]["smtp"]["rcp"] == books["server"]["queued"]
    return books


# Books and files


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--torn"],
        ["--eol", "crlf", "--zone", "-0330", "--max-size", "50000"],
        ["--unix-times", "--torn", "--max-size", "20000", "--domains", "40", "--vmtas", "1"],
        ["--jobs", "0", "--load-queues", "3", "--bounces", "3000", "--deferrals", "3000"],
    ],
)
def test_books_equal_a_naive_count_of_the_files(tmp_path, options):
    path = tmp_path / "acct.csv"
    with manual(*options, accounting={path: ALL}) as sim:
        sim.step(100)
        sim.control("throttle", domain="gmail.com")
        sim.control("bounce-storm", domain=sim.page("domains")["domains"][0]["name"])
        sim.step(100)
        sim.control("flush")
        books = assert_balanced(sim)
    assert books["records"]["t"] > 100 and books["records"]["tq"] > 0
    assert_books_match(books, path)


def test_a_refused_queue_fails_as_a_whole_and_keeps_its_mail(tmp_path):
    path = tmp_path / "acct.csv"
    name = "gmail.com/vmta-a"
    with manual(accounting={path: ALL}) as sim:
        sim.control("refuse", queue=name)
        sim.control("inject", queue=name, recipients=100)
        sim.step(100)
        queue = sim.page("queues", queue=name)["queues"][0]
        assert queue["name"] == name and int(queue["rcp"]) >= 100
        sim.control("refuse", queue=name, on=0)
        sim.step(1)
        sim.control("flush")
        books = assert_balanced(sim)
    assert_books_match(books, path)
    mine = [row for row in records(path) if row.get("queue") == name]
    ended = [i for i, row in enumerate(mine) if row["type"] in "dbt"]
    errors = [i for i, row in enumerate(mine) if row["type"] == "tq"]
    assert len(errors) >= 3 and ended and max(errors[:3]) < min(ended)


def test_deletions_and_suppressions_are_b_records_and_no_bounces(tmp_path):
    path = tmp_path / "acct.csv"
    with manual("--load-queues", 50, "--bounces", 0, accounting={path: ALL}) as sim:
        sim.control("suppress", queue="yahoo.rollup/*")
        sim.step(60)
        waiting = sum(q["queued"] for q in sim.books()["queues"] if q["domain"] == "gmail.com")
        assert waiting > 0
        sim.control("delete", queue="gmail.com/*")
        sim.control("flush")
        books = assert_balanced(sim)
    assert (books["server"]["deleted"], books["server"]["bounced"]) == (waiting, 0)
    assert books["server"]["suppressed"] > 0
    assert books["records"]["b"] == waiting + books["server"]["suppressed"]
    assert_books_match(books, path)


def test_books_survive_what_resets_the_monitor(tmp_path):
    path = tmp_path / "acct.csv"
    with manual(accounting={path: ALL}) as sim:
        sim.step(60)
        sim.control("restart")
        sim.step(40)
        sim.control("reset-counters")
        sim.step(10)
        books = assert_balanced(sim)
    assert_books_match(books, path)
    assert books["lifetime"]["in_rcp"] == books["server"]["received"] > books["traffic"]["in_rcp"]


def test_every_type_may_have_a_file_of_its_own(tmp_path):
    files = {tmp_path / f"{kind}.csv": kind for kind in ALL.split(",")}
    with manual("--rate", 300, accounting=files) as sim:
        sim.step(300)
        written = sim.books()["records"]
    for path, kind in files.items():
        rows = list(records(path))
        assert len(rows) == written[kind] > 0
        assert {row["type"] for row in rows} == {kind}


def header(path):
    return dated_files(path)[0].read_text(encoding="utf-8").split("\n")[0]


def test_columns_are_the_union_of_the_types_in_their_order(tmp_path):
    specs = {"acct": "d,b", "diag": "tq,t", "tq": "tq", "mixed": "delivery,f,r"}
    with manual(accounting={tmp_path / f"{name}.csv": types for name, types in specs.items()}):
        pass
    assert header(tmp_path / "acct.csv") == DEFAULT_COLUMNS
    tq = "type,timeLogged,dsnStatus,dsnDiag,dsnMta,dlvType,dlvSourceIp,dlvDestinationIp,vmta,queue"
    assert header(tmp_path / "tq.csv") == tq
    assert header(tmp_path / "diag.csv").startswith(tq + ",timeQueued,orig,rcpt")
    assert header(tmp_path / "mixed.csv") == (
        DEFAULT_COLUMNS + ",repSourceIp,feedbackType,format,userAgent,reportingMta,reportedDomain,"
        "header_From,header_Return-Path,header_X-job,header_Subject,rcvSourceIp,rcvDestinationIp"
    )


def test_rows_have_what_makes_parsers_stumble(tmp_path):
    path = tmp_path / "acct.csv"
    with manual("--jobs", 4, accounting={path: ALL}) as sim:
        sim.step(200)
    text = dated_files(path)[0].read_text(encoding="utf-8")
    rows = list(records(path))
    assert '""' in text and '"""kim, lee' in text and '"spring, ""big"" sale"' in text
    assert any(row.get("queue") == "bücher.example/{default}" for row in rows)
    assert any(row.get("queue", "").startswith("yahoo.rollup/") for row in rows)
    bounces = [row for row in rows if row["type"] == "b"]
    assert {"gdpr-erased", None} <= {row.get("bounceCat") for row in bounces}
    assert any(row.get("dsnMta") is None for row in bounces)
    assert len({row.get("dlvType") for row in rows if row["type"] == "d"}) == 4


def test_files_rotate_at_the_local_midnight(tmp_path):
    path = tmp_path / "acct.csv"
    with manual("--start", "2026-11-22 23:59:50", "--zone", "+0200", accounting={path: "r"}) as sim:
        sim.step(20)
    first, second = dated_files(path)
    assert first.name == "acct-2026-11-22-0000.csv" and second.name == "acct-2026-11-23-0000.csv"
    times = [row["timeLogged"] for row in records(path)]
    assert times == sorted(times) and times[-1] == "2026-11-23 00:00:10+0200"
    assert first.read_text(encoding="utf-8").count("2026-11-23") == 0


def test_complete_files_move_and_their_numbers_are_not_used_again(tmp_path):
    path, moved = tmp_path / "acct.csv", tmp_path / "moved"
    moved.mkdir()
    options = ["--move-to", moved, "--max-size", "30000"]
    written = 0
    for _ in range(2):
        with manual(*options, accounting={path: "d,b"}) as sim:
            sim.step(10)
            sim.control("rotate")
            written += sum(sim.books()["records"].values())
    names = [file.name for file in dated_files(moved / "acct.csv")]
    assert len(names) > 4 and len(list(records(moved / "acct.csv"))) == written
    assert names == [f"acct-2026-11-22-{n:04}.csv" for n in range(len(names))]
    assert dated_files(path) == []


def test_a_torn_row_is_completed_at_the_next_step(tmp_path):
    path = tmp_path / "acct.csv"
    with manual("--torn", accounting={path: "d"}) as sim:
        for _ in range(5):
            sim.step(5)
            before = dated_files(path)[0].read_bytes()
            assert not before.endswith(b"\n")
            assert sim.books()["files"][0]["unwritten_bytes"] > 0
        sim.step(5)
        after = dated_files(path)[0].read_bytes()
        assert after.startswith(before) and b"\n" in after[len(before):]
        sim.control("flush")
        assert dated_files(path)[0].read_bytes().endswith(b"\n")


def test_half_rows_are_completed_at_the_end(tmp_path):
    path = tmp_path / "acct.csv"
    sim = manual("--torn", accounting={path: "d"}).start()
    sim.step(5)
    written = sim.books()["records"]["d"]
    assert sim.stop(signal.SIGINT) == 0
    assert len(list(records(path))) == written


def test_unix_times_are_the_iso_times(tmp_path):
    for name, option in (("iso", "--iso-times"), ("unix", "--unix-times")):
        options = [option, "--zone", "+0530", "--start", "2026-03-01 05:30:00"]
        with manual(*options, accounting={tmp_path / f"{name}.csv": "d"}) as sim:
            sim.step(9)
    iso, unix = list(records(tmp_path / "iso.csv")), list(records(tmp_path / "unix.csv"))
    assert len(iso) == len(unix) > 100
    for left, right in zip(iso, unix):
        moment = time.strptime(left["timeQueued"], "%Y-%m-%d %H:%M:%S%z")
        assert int(right["timeQueued"]) == time.mktime(moment) - moment.tm_gmtoff - time.timezone
    assert int(unix[-1]["timeLogged"]) == 1772323200 + 9


@pytest.mark.parametrize("eol", ["lf", "crlf"])
def test_lines_end_as_asked(tmp_path, eol):
    with manual("--eol", eol, accounting={tmp_path / "acct.csv": ALL}) as sim:
        sim.step(5)
    lines = dated_files(tmp_path / "acct.csv")[0].read_bytes().split(b"\n")[:-1]
    assert len(lines) > 100 and all(line.endswith(b"\r") == (eol == "crlf") for line in lines)


def run_for_bytes(directory, seed, steps):
    directory.mkdir()
    with manual("--seed", seed, accounting={directory / "acct.csv": ALL}) as sim:
        for seconds in steps:
            sim.step(seconds)
        documents = [sim.page(name) for name in ("status", "queues", "domains", "vmtas", "jobs")]
    return documents, [(f.name, f.read_bytes()) for f in dated_files(directory / "acct.csv")]


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first = run_for_bytes(tmp_path / "a", 7, [60])
    assert run_for_bytes(tmp_path / "b", 7, [1, 29, 30]) == first
    assert run_for_bytes(tmp_path / "c", 8, [60]) != first


# Documents


def test_documents_are_compact_and_complete(tmp_path):
    with manual() as sim:
        reply = sim.get("/status", format="json")
    document = reply.json()
    assert json.dumps(document, separators=(",", ":"), ensure_ascii=False) == reply.body.decode()
    assert set(document["data"]) == {"mta", "status"}
    assert set(document["data"]["status"]) == {
        "timeNow", "startupTime", "shuttingDown", "traffic", "conn", "resolver", "queue", "spool",
        "status",
    }
    assert document["data"]["status"]["shuttingDown"] is False


def test_cut_lists_carry_true_totals():
    with manual("--domains", 20, "--vmtas", 4, "--load-queues", 2, "--max-items", 3) as sim:
        sim.step(60)
        books = sim.books()
        for name, rows, total in (
            ("queues", books["queues"], "totalQueuesWithRcp"),
            ("domains", books["domains"], "totalDomainsWithRcp"),
            ("vmtas", books["vmtas"], "totalVmtasWithRcp"),
            ("jobs", books["jobs"], "totalJobsWithRcp"),
        ):
            page = sim.page(name)
            largest = sorted((row["queued"] for row in rows), reverse=True)[:3]
            assert [row["rcp"] for row in page[name]] == largest
            assert page["totalRcp"] == sum(row["queued"] for row in rows)
            assert page[total] == sum(row["queued"] > 0 for row in rows)


def test_whole_lists_say_what_the_books_say():
    with manual("--max-items", 1000) as sim:
        sim.step(120)
        books = sim.books()
        for name in ("queues", "domains", "vmtas", "jobs"):
            said = {row["name"]: row["rcp"] for row in sim.page(name)[name]}
            assert said == {r["name"]: r["queued"] for r in books[name] if r["queued"] > 0}
        queues = sim.page("queues")["queues"]
        assert {q["name"]: q["kb"] for q in queues} == {
            q["name"]: q["kb"] for q in books["queues"] if q["queued"] > 0
        }
        connections = sim.status()["conn"]["smtpOut"]["cur"]
        for name in ("queues", "domains", "vmtas"):
            assert sum(row["conn"] for row in sim.page(name)[name]) == connections


def test_queries_filter_and_limit_only_if_allowed():
    with manual("--load-queues", 1, "--rate", 0) as sim:
        page = sim.page("queues", queue="*/vmta-b")
        assert len(page["queues"]) == page["totalQueuesWithRcp"] == page["totalRcp"] == 10
        assert all(queue["name"].endswith("/vmta-b") for queue in page["queues"])
        assert len(sim.page("queues", maxitems=25)["queues"]) == 10
    with manual("--load-queues", 1, "--rate", 0, "--query-limit") as sim:
        assert len(sim.page("queues", maxitems=25)["queues"]) == 25


def test_windows_slide_and_maxima_stay():
    with manual() as sim:
        seen = []
        for _ in range(8):
            sim.step(30)
            seen.append(sim.status()["traffic"])
        for before, after in zip(seen, seen[2:]):
            for way in ("in", "out"):
                gained = after["total"][way]["rcp"] - before["total"][way]["rcp"]
                assert abs(after["lastMin"][way]["rcp"] - gained) <= 60
        assert seen[-1]["lastHr"] == seen[-1]["total"]
        assert seen[-1]["topPerMin"]["in"]["rcp"] >= max(s["lastMin"]["in"]["rcp"] for s in seen)
        sim.control("shutting-down")
        sim.step(3700)
        after = sim.status()["traffic"]
        assert after["lastHr"]["in"]["rcp"] == 0
        assert after["topPerHr"]["in"]["rcp"] == seen[-1]["total"]["in"]["rcp"]


def test_100000_queues_are_served_whole():
    options = ["--domains", 10000, "--vmtas", 10, "--full", "--max-items", 1000000, "--rate", 100]
    with manual(*options) as sim:
        sim.step(10)
        reply = sim.get("/queues", format="json")
        assert len(reply.json()["data"]["queues"]) == 100000


def test_held_back_documents_are_served_as_they_are(tmp_path):
    document = b'{"data":{"queues":[]},"status":"success"}\n'
    (tmp_path / "queues.json").write_bytes(document)
    with manual("--documents", tmp_path) as sim:
        assert sim.get("/queues", format="json").body == document
        assert sim.get("/jobs", format="json").status == 404
        (tmp_path / "jobs.json").write_bytes(b"changed")
        assert sim.get("/jobs", format="json").body == b"changed"


# Access


def test_pages_without_a_format_are_html_and_the_root_redirects():
    with manual() as sim:
        assert sim.get("/status").body.startswith(b"<html>")
        root = sim.get("/")
        assert (root.status, root.headers["Location"]) == (302, "/ui")
        assert sim.get("/status.json").status == 404


def test_the_api_key_is_required_where_one_is_set():
    with manual("--api-key", "k" * 32) as sim:
        refused = sim.get("/status", format="json")
        assert refused.status == 403 and refused.body.startswith(b"<html>")
        assert sim.get("/status", {"X-API-Key": "x"}, format="json").status == 403
        assert sim.get("/status", {"X-API-Key": "k" * 32}, format="json").status == 200


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_pages_are_served_over_tls(tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=127.0.0.1", "-keyout", key, "-out", cert], check=True, capture_output=True)
    with manual("--tls-cert", cert, "--tls-key", key) as sim:
        assert sim.url.startswith("https://")
        assert sim.status()["status"] == "running"


def test_a_connection_is_kept():
    with manual() as sim:
        connection = http.client.HTTPConnection("127.0.0.1", sim.port, timeout=10)
        connection.connect()
        local = connection.sock.getsockname()
        for _ in range(3):
            connection.request("GET", "/status?format=json")
            assert connection.getresponse().read().startswith(b"{")
            assert connection.sock.getsockname() == local
        connection.close()


@pytest.mark.parametrize(
    "options, told",
    [
        (["--zone", "0200"], "+0200"), (["--start", "2026-02-30 00:00:00"], "YYYY-MM-DD"),
        (["--accounting", "x.csv:d,p"], "rb,rs"), (["--domains", "0"], "from 1"),
        (["--speed", "0"], "more than 0"), (["--tls-cert", "x"], "--tls-key"), (["x"], "x"),
        (["--accounting", "/nowhere/x.csv:d"], "/nowhere/x-"),
    ],
)
def test_bad_options_are_told(options, told):
    done = subprocess.run([binary(), *options], capture_output=True, text=True, timeout=20)
    assert done.returncode in (1, 2) and told in done.stderr


def test_help_names_every_control_of_time():
    done = subprocess.run([binary(), "--help"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0
    assert all(option in done.stdout for option in ("--manual", "--speed", "--start", "--zone"))
