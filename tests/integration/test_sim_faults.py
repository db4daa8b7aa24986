# SPDX-License-Identifier: BSD-2-Clause
"""What the simulator can be told to do: each event and each fault does what it says."""

import http.client
import json
import threading
import time
import urllib.error

import pytest

from simulator import Simulator, records
from waiting import wait_until

ALL = "d,b,t,tq,f,r,rb,rs"


def manual(*options, **more):
    return Simulator("--manual", *options, **more)


@pytest.fixture(name="sim")
def running_simulator(tmp_path):
    with manual("--max-items", 1000, accounting={tmp_path / "acct.csv": ALL}) as sim:
        sim.accounting = tmp_path / "acct.csv"
        sim.step(60)
        yield sim


def queue_of(sim, name):
    return next(queue for queue in sim.books()["queues"] if queue["name"] == name)


def listed(sim, name):
    return next(queue for queue in sim.page("queues")["queues"] if queue["name"] == name)


def assert_balanced(sim):
    for row in [sim.books()["server"], *sim.books()["queues"]]:
        gone = row["out"] + row["failed"] + row["discarded"]
        assert row["in"] + row["loaded"] == gone + row["queued"], row


# Time


def test_a_manual_clock_moves_by_steps_only():
    with manual("--speed", 1000000) as sim:  # were it heeded, each request would see another day
        assert {sim.status()["timeNow"] for _ in range(20)} == {"2026-11-22 10:00:00"}
        assert sim.step(3600)["now"] == sim.status()["timeNow"] == "2026-11-22 11:00:00"


def test_a_fast_clock_runs_by_itself():
    with Simulator("--speed", 100, "--rate", 5, "--start", "2026-01-01 00:00:00") as sim:
        wait_until(lambda: sim.status()["timeNow"] >= "2026-01-01 00:01:00", what="a minute")
        assert sim.get("/control/step").status == 400
        assert sim.status()["traffic"]["total"]["in"]["rcp"] >= 250


def test_the_start_is_local_time():
    with manual("--zone", "-0500", "--start", "2026-07-01 23:00:00") as sim:
        assert sim.status()["timeNow"] == sim.status()["startupTime"] == "2026-07-01 23:00:00"
        assert sim.books()["now_utc"] == 1782964800


# Events


def test_a_restart_begins_counters_and_loads_the_spool_again(sim):
    queued = sim.books()["server"]["queued"]
    sim.control("restart")
    status = sim.status()
    assert status["startupTime"] == status["timeNow"] == "2026-11-22 10:01:00"
    assert status["traffic"]["total"]["in"] == {"rcp": 0, "msg": 0, "kb": 0}
    assert status["conn"]["smtpOut"] == {"cur": 0, "max": 1200, "top": 0}
    assert sim.books()["server"]["queued"] == status["queue"]["smtp"]["rcp"] == queued > 0
    percents = []
    for _ in range(5):
        percents.append(sim.status()["spool"]["initPct"])
        sim.step(5)
    assert percents == [0, 25, 50, 75, 100]
    assert_balanced(sim)


def test_a_reset_of_counters_keeps_the_startup_time(sim):
    startup = sim.status()["startupTime"]
    sim.control("reset-counters")
    status = sim.status()
    assert status["startupTime"] == startup
    for counter in ("total", "topPerHr", "topPerMin"):
        assert status["traffic"][counter]["out"]["rcp"] == 0
    assert status["traffic"]["lastHr"]["out"]["rcp"] > 0


def test_a_throttled_queue_grows_backs_off_and_says_why(sim):
    sim.control("throttle", domain="gmail.com")
    sim.step(120)
    begun = listed(sim, "gmail.com/vmta-a")["rcp"]
    sim.step(300)
    queue = listed(sim, "gmail.com/vmta-a")
    assert queue["rcp"] > begun + 200
    assert queue["mode"] == "backoff" and queue["retryTime"] > sim.status()["timeNow"]
    assert queue["errors"][0]["text"].startswith('skip of MX requested: "421-4.7.28 ')
    assert queue["errors"][1]["text"].startswith("message rate limit reached (based on queue's b")
    times = [error["time"] for error in queue["errors"]]
    assert len(times) == 10 and times == sorted(times, reverse=True)
    assert sim.page("domains")["domains"][0]["errors"][0]["text"].startswith("skip of MX")
    refused = [row for row in records(sim.accounting) if "4.7.28" in row.get("dsnDiag", "")]
    assert {row["type"] for row in refused} == {"t", "tq"}
    assert {row["queue"].split("/")[0] for row in refused} == {"gmail.com"}


def test_a_queue_that_is_no_longer_throttled_drains(sim):
    sim.control("throttle", domain="gmail.com")
    sim.step(300)
    before = queue_of(sim, "gmail.com/vmta-a")["queued"]
    sim.control("throttle", domain="gmail.com", on=0)
    sim.step(1500)
    queue = queue_of(sim, "gmail.com/vmta-a")
    assert queue["queued"] < before / 2 and queue["mode"] == "normal"
    assert_balanced(sim)


def test_a_paused_queue_takes_mail_and_sends_none(sim):
    sim.control("pause", queue="*/vmta-a")
    before = queue_of(sim, "gmail.com/vmta-a")
    sim.step(60)
    after = queue_of(sim, "gmail.com/vmta-a")
    assert after["delivered"] == before["delivered"] and after["in"] > before["in"]
    said = listed(sim, "gmail.com/vmta-a")
    assert (said["paused"], said["conn"]) == ("yes", 0)
    assert listed(sim, "gmail.com/vmta-b")["paused"] == "no"
    sim.control("pause", queue="*/vmta-a", on=0)
    sim.step(60)
    assert queue_of(sim, "gmail.com/vmta-a")["delivered"] > after["delivered"]


def test_backoff_by_command_slows_a_queue_and_ends(sim):
    sim.control("backoff", queue="gmail.com/vmta-a")
    before = queue_of(sim, "gmail.com/vmta-a")["delivered"]
    sim.step(60)
    assert queue_of(sim, "gmail.com/vmta-a")["delivered"] <= before + 10
    assert listed(sim, "gmail.com/vmta-a")["mode"] == "backoff"
    sim.control("backoff", queue="gmail.com/vmta-a", on=0)
    sim.step(60)
    queue = queue_of(sim, "gmail.com/vmta-a")
    assert queue["mode"] == "normal" and queue["delivered"] > before + 100


@pytest.mark.parametrize("category", ["spam-related", "no-answer-from-host", "our own, really"])
def test_a_bounce_storm_fills_its_category(sim, category):
    sim.control("bounce-storm", domain="gmail.com", category=category)
    before = len(list(records(sim.accounting)))
    sim.step(60)
    bounces = [row for row in list(records(sim.accounting))[before:] if row["type"] == "b"]
    stormy = [row for row in bounces if row.get("bounceCat") == category]
    assert len(stormy) > 500
    assert sum(row["queue"].startswith("gmail.com/") for row in stormy) >= len(stormy) - 20
    sim.control("bounce-storm", domain="gmail.com", on=0)
    calm = sim.books()["server"]["bounced"]
    sim.step(60)
    assert sim.books()["server"]["bounced"] < calm + 200


def test_injected_mail_is_received_and_queued():
    with manual("--rate", 0) as sim:
        sim.control("inject", queue="bücher.example/{default}", recipients=250)
        assert sim.page("queues")["queues"][0]["name"] == "bücher.example/{default}"
        assert sim.page("queues")["totalRcp"] == 250
        assert sim.status()["traffic"]["total"]["in"]["rcp"] == 250
        sim.step(100)
        assert sim.page("queues")["totalRcp"] == 250
        assert sim.get("/control/inject", queue="no/such", recipients=1).status == 400


def test_a_server_that_shuts_down_takes_no_mail(sim):
    sim.control("shutting-down")
    before = sim.books()["server"]
    sim.step(60)
    assert sim.status()["shuttingDown"] is True
    assert sim.books()["server"]["in"] == before["in"]
    assert sim.books()["server"]["delivered"] > before["delivered"]


def test_a_full_spool_takes_no_mail():
    with manual("--spool-max", 100, "--out-rate", 0) as sim:
        sim.step(60)
        spool = sim.status()["spool"]
        assert 100 <= spool["totalRcp"] <= 102 and spool["maxRcp"] == 100


def test_without_pmtad_the_monitor_answers_fail(sim):
    sim.control("pmtad", on=0)
    before = sim.books()["server"]
    sim.step(30)
    reply = sim.get("/queues", format="json")
    assert reply.status == 200
    assert reply.json() == {"status": "fail", "message": "unable to connect to PowerMTA"}
    assert sim.books()["server"] == before
    sim.control("pmtad", on=1)
    assert sim.status()["startupTime"] == "2026-11-22 10:01:30"


def test_the_story_makes_one_queue_grow_and_ends():
    with manual("--story", "--story-after", 60, "--story-lasts", 600, "--max-items", 100) as sim:
        sim.step(59)
        assert all(queue["mode"] == "normal" for queue in sim.page("queues")["queues"])
        sim.step(600)
        modes = {q["name"]: q["mode"] for q in sim.page("queues")["queues"]}
        assert [name for name, mode in modes.items() if mode == "backoff"] == ["gmail.com/vmta-b"]
        assert sim.page("queues")["queues"][0]["name"] == "gmail.com/vmta-b"
        sim.step(60)
        assert listed(sim, "gmail.com/vmta-b")["mode"] == "normal"
    assert len([line for line in sim.log if "story" in line]) == 2


# Faults


def test_a_fault_lasts_for_its_times_on_its_path(sim):
    sim.fault("/queues", "500", times=2)
    statuses = [sim.get("/queues", format="json").status for _ in range(3)]
    assert statuses == [500, 500, 200]
    assert sim.get("/status", format="json").status == 200
    assert sim.books()["faults_served"] == 2


def test_a_fault_of_every_path_lasts_until_cleared(sim):
    sim.fault("*", "html")
    for page in ("/status", "/queues", "/jobs"):
        reply = sim.get(page, format="json")
        assert (reply.status, reply.body[:6]) == (200, b"<html>")
    sim.clear()
    assert sim.page("queues")["queues"]


def test_an_unknown_fault_is_refused(sim):
    assert sim.get("/control/fault", path="/queues", kind="sulk").status == 400
    assert sim.get("/control/fault", kind="html").status == 400
    assert sim.get("/control/nonsense").status == 400


def test_refuse_closes_without_an_answer(sim):
    sim.fault("/status", "refuse", times=1)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        sim.get("/status", format="json")
    assert sim.status()["status"] == "running"


def test_hang_answers_nothing_until_cleared(sim):
    answers = []
    sim.fault("/status", "hang", times=1)
    asking = threading.Thread(target=lambda: answers.append(sim.get("/status", format="json")))
    asking.start()
    wait_until(lambda: sim.books()["faults_served"] == 1, what="the request to hang")
    assert sim.status()["status"] == "running" and not answers
    sim.clear()
    asking.join(20)
    assert answers[0].status == 200


def test_a_hanging_request_does_not_keep_the_simulator_from_ending():
    sim = manual().start()
    sim.fault("/status", "hang")
    with pytest.raises((TimeoutError, urllib.error.URLError)):
        sim.get("/status", timeout=0.3)
    assert sim.stop() == 0


def test_slow_dribbles_the_true_document(sim):
    true = sim.get("/vmtas", format="json").body
    sim.fault("/vmtas", "slow", rate=len(true))
    began = time.monotonic()
    assert sim.get("/vmtas", format="json").body == true
    assert time.monotonic() - began > 0.7


def test_fail_and_403_say_so(sim):
    sim.fault("/jobs", "fail")
    sim.fault("/vmtas", "403")
    assert sim.get("/jobs", format="json").json()["status"] == "fail"
    refused = sim.get("/vmtas", format="json")
    assert refused.status == 403 and refused.body.startswith(b"<html>")


def test_truncated_is_half_a_document_and_cut_half_a_reply(sim):
    true = sim.get("/queues", format="json").body
    sim.fault("/queues", "truncated", times=1)
    assert sim.get("/queues", format="json").body == true[: len(true) // 2]
    sim.fault("/queues", "cut", times=1)
    with pytest.raises(http.client.IncompleteRead) as cut:
        sim.get("/queues", format="json")
    assert cut.value.partial == true[: len(true) // 2]


def numbers_in(value):
    if isinstance(value, dict):
        return [n for member in value.values() for n in numbers_in(member)]
    if isinstance(value, list):
        return [n for member in value for n in numbers_in(member)]
    return [value] if isinstance(value, (int, float)) and not isinstance(value, bool) else []


def test_wrong_types_leave_no_usable_number(sim):
    sim.fault("*", "wrong-types")
    body = sim.get("/status", format="json").body
    assert b"1e400" in body and b'"12 apples"' in body and b"null" in body
    usable = [n for n in numbers_in(json.loads(body)) if 0 <= n < 1e300]
    assert usable == []
    queues = sim.get("/queues", format="json").json()["data"]["queues"]
    assert queues[0]["name"].startswith("gmail.com/")
    assert {type(queue["rcp"]) for queue in queues} >= {str, int, float, list, type(None)}


def test_huge_goes_on_with_new_queues(sim):
    sim.fault("/queues", "huge", bytes=3000000)
    body = sim.get("/queues", format="json").body
    assert len(body) == 3000000
    names = [part.split(b'"')[0] for part in body.split(b'{"name":"')[1:]]
    assert len(set(names)) == len(names) > 20000


@pytest.mark.parametrize("kind, starts", [("redirect-https", "https://127.0.0.1:"),
                                          ("redirect-host", "http://localhost:")])
def test_redirects_lead_elsewhere(sim, kind, starts):
    sim.fault("/status", kind)
    reply = sim.get("/status", format="json")
    assert reply.status == 302 and reply.headers["Location"].startswith(f"{starts}{sim.port}/")


def test_the_trap_notes_a_key_that_was_given_away(sim):
    sim.get("/control/trap")
    assert sim.books()["trap"] == {"requests": 1, "with_api_key": 0}
    sim.get("/control/trap", {"X-API-Key": "secret"})
    assert sim.books()["trap"] == {"requests": 2, "with_api_key": 1}


def test_garbage_empty_and_nested_are_what_they_say(sim):
    sim.fault("/status", "garbage")
    garbage = sim.get("/status", format="json").body
    assert len(garbage) == 4096 and len(set(garbage)) > 200
    sim.fault("/status", "empty")
    assert sim.get("/status", format="json").body == b""
    sim.fault("/status", "nested")
    assert sim.get("/status", format="json").body.startswith(b'{"data":' + b"[" * 100000 + b"]")


def test_a_stopped_listener_refuses_and_comes_back(sim):
    port = sim.port
    sim.control("stop-listening", seconds=1)

    def refused():
        try:
            sim.get("/status", format="json")
        except (urllib.error.URLError, ConnectionError):
            return True
        return False

    wait_until(refused, 10, "the listener to stop")
    wait_until(lambda: not refused(), 10, "the listener to come back")
    assert sim.port == port and sim.status()["timeNow"] == "2026-11-22 10:01:00"
