# SPDX-License-Identifier: BSD-2-Clause
"""Actions beside SNMP: programs and web servers that are told of events, through what may happen."""

import http.server
import json
import pathlib
import threading
import time

from daemon import Site
from waiting import wait_until

DEEP = 'threshold "deep" { scope = domain-queue raise = 100 clear = 10 severity = major }\n'


class WebServer:
    """Takes POSTs; answers with the statuses it was given, one after the other, then with 200."""

    def __init__(self, *statuses):
        self.requests, self.statuses = [], list(statuses)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, dict(self.headers), json.loads(body)))
                status = outer.statuses.pop(0) if outer.statuses else 200
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()

    def bodies(self):
        return [body for _, _, body in self.requests]

    def wait(self, count, timeout=20):
        wait_until(lambda: len(self.requests) >= count, timeout, f"{count} requests")
        return self.requests


def recorder(directory, extra=""):
    """A program that writes down how it was called; each run a file of its own."""
    program = directory / "recorder"
    told = directory / "told"
    told.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f'out="{told}/.$PMTA_SEQUENCE.$$"\n'
        f'{{ for a in "$@"; do printf "arg=%s\\n" "$a"; done; env; printf "json="; cat; '
        f'printf "\\nfds="; ls /proc/self/fd | tr "\\n" " "; printf "\\n"; }} >"$out"\n'
        f"{extra}\n"
        f'mv "$out" "{told}/$PMTA_SEQUENCE.$$"\n'
    )
    program.chmod(0o755)
    return program, told


def runs(told):
    """What each run wrote, by its event: [(sequence, {name: value}, [arguments])]."""
    found = []
    for file in sorted(told.glob("[0-9]*"), key=lambda f: int(f.name.split(".")[0])):
        lines = file.read_text().splitlines()
        found.append(
            (
                int(file.name.split(".")[0]),
                dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("arg=")),
                [line[4:] for line in lines if line.startswith("arg=")],
            )
        )
    return found


def wait_runs(told, count, timeout=20):
    wait_until(lambda: len(runs(told)) >= count, timeout, f"{count} runs")
    return runs(told)


def inject(site, queue="gmail.com/vmta-a"):
    site.sim.control("inject", queue=queue, recipients=500)


def drain(site, condition):
    """Lets mail be delivered until something comes of it."""

    def drained():
        site.sim.step(30)
        return condition()

    wait_until(drained, 30, "the queue drains")


def test_a_program_is_told_of_a_raise_and_its_clear_with_arguments_environment_and_json(tmp_path):
    program, told = recorder(tmp_path)
    conf = DEEP + f'action "pager" {{ exec = {{ "{program}", "--arg", "$(id); `id` \'x\'" }} severity = major }}'
    with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=conf) as site:
        inject(site)
        (sequence, env, args), = wait_runs(told, 1)
        assert args == ["--arg", "$(id); `id` 'x'"]
        assert env["PMTA_STATE"] == "raise" and env["PMTA_SEVERITY"] == "major"
        assert env["PMTA_OBJECT"] == "gmail.com/vmta-a" and env["PMTA_SERVER"] == "mta1"
        assert env["PMTA_METRIC"] == "domainQueueRecipients" and int(env["PMTA_VALUE"]) >= 100
        assert env["PMTA_LIMIT"] == "100" and env["PMTA_AGENT"] == "tests"
        assert "LD_LIBRARY_PATH" not in env and "HOME" not in env
        event = json.loads(env["json"])
        assert event["pmtaEventSequence"] == sequence and event["state"] == "raise"
        assert event["pmtaEventText"] == env["PMTA_TEXT"] and env["PMTA_TEXT"] in event["text"]
        assert set(env["fds"].split()) <= {"0", "1", "2", "3"}
        drain(site, lambda: len(runs(told)) >= 2)
        cleared = wait_runs(told, 2)[1][1]
        assert cleared["PMTA_STATE"] == "clear" and cleared["PMTA_ALARM_ID"] == env["PMTA_ALARM_ID"]
        assert site.scalar("pmtaAgentActionsFailed") == 0


def test_a_milder_event_or_another_object_is_not_told(tmp_path):
    program, told = recorder(tmp_path)
    conf = DEEP + (
        f'action "critical-only" {{ exec = {{ "{program}", "critical" }} severity = critical }}\n'
        f'action "yahoo-only" {{ exec = {{ "{program}", "yahoo" }} match = "yahoo*" }}\n'
        f'action "servers-only" {{ exec = {{ "{program}", "server" }} scope = server }}\n'
        f'action "all" {{ exec = {{ "{program}", "all" }} match = "gmail*" }}'
    )
    with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=conf) as site:
        inject(site)
        wait_runs(told, 1)
        inject(site, "yahoo.rollup/vmta-b")
        seen = wait_runs(told, 2)
        assert sorted(args[0] for _, _, args in seen) == ["all", "yahoo"]


def test_a_program_that_hangs_is_ended_with_all_it_started_and_stops_nobody(tmp_path):
    hanging = tmp_path / "hanging"
    pids = tmp_path / "pids"
    hanging.write_text(f"#!/bin/sh\ntrap '' TERM\nsleep 1000 &\necho $! $$ >>{pids}\necho stuck >&2\nwait\nwait\nwhile :; do sleep 1; done\n")
    hanging.chmod(0o755)
    program, told = recorder(tmp_path)
    conf = DEEP + (
        f'action "hangs" {{ exec = {{ "{hanging}" }} timeout = 1s }}\naction "works" {{ exec = {{ "{program}" }} }}'
    )
    with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=conf) as site:
        inject(site)
        wait_runs(told, 1)
        assert site.server_value("pmtaServerPollAge") < 5
        site.wait_value("pmtaAgentActionsFailed", 1, index="0")
        assert "ran longer than 1 s and was ended: stuck" in site.monitor.log
        for pid in pids.read_text().split():
            wait_until(lambda: not alive(pid), 5, f"{pid} is gone")


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_program_that_fails_is_told_of_in_the_log(tmp_path):
    failing = tmp_path / "failing"
    failing.write_text("#!/bin/sh\nprintf 'no route\\033[31m to pager\\n' >&2\nexit 7\n")
    failing.chmod(0o755)
    with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=DEEP + f'action "f" {{ exec = {{ "{failing}" }} }}') as site:
        inject(site)
        site.wait_value("pmtaAgentActionsFailed", 1, index="0")
        assert "exited with status 7: no route" in site.monitor.log and "\033" not in site.monitor.log


def test_a_web_server_gets_every_object_of_the_notification(tmp_path):
    secret = tmp_path / "authorization"
    secret.write_text("Bearer abc 123\n")
    secret.chmod(0o600)
    with WebServer() as web:
        conf = DEEP + f'action "hook" {{ webhook = "{web.url}/x" authorization-file = "{secret}" }}'
        with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=conf) as site:
            inject(site)
            path, headers, body = web.wait(1)[0]
            assert path == "/x" and headers["Authorization"] == "Bearer abc 123"
            assert headers["Content-Type"] == "application/json"
            assert body["pmtaEventObject"] == "gmail.com/vmta-a" and body["pmtaEventSeverity"] == "major"
            columns, index = ("pmtaEventText", "pmtaEventValue"), str(body["pmtaEventSequence"])
            row = wait_until(lambda: site.table(*columns).rows.get(index), 5, "the event's row")
            assert body["pmtaEventText"] == row["pmtaEventText"] and body["pmtaEventValue"] == row["pmtaEventValue"]
            assert "abc 123" not in site.monitor.log


def test_slack_and_pagerduty_get_what_they_expect(tmp_path):
    for name in ("slack", "key"):
        (tmp_path / name).touch(mode=0o600)
    with WebServer() as web:
        (tmp_path / "slack").write_text(f"{web.url}/services/T0/B0/secret\n")
        (tmp_path / "key").write_text("R0UT1NGKEY\n")
        conf = DEEP + (
            f'action "slack" {{ url-file = "{tmp_path}/slack" format = slack }}\n'
            f'action "pd" {{ webhook = "{web.url}/v2/enqueue" key-file = "{tmp_path}/key" format = pagerduty }}'
        )
        with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=conf) as site:
            inject(site)
            web.wait(2)
            drain(site, lambda: len(web.requests) >= 4)
            requests = web.requests
            slack = [body for path, _, body in requests if path == "/services/T0/B0/secret"]
            assert [list(body) for body in slack] == [["text"], ["text"]]
            assert slack[0]["text"].startswith("major: mta1: ") and slack[1]["text"].startswith("cleared: mta1: ")
            trigger, resolve = [body for path, _, body in requests if path == "/v2/enqueue"]
            assert trigger["event_action"] == "trigger" and resolve["event_action"] == "resolve"
            assert trigger["routing_key"] == "R0UT1NGKEY" and trigger["dedup_key"] == resolve["dedup_key"]
            assert trigger["payload"]["severity"] == "error" and trigger["payload"]["source"] == "mta1"
            assert trigger["payload"]["custom_details"]["pmtaEventObject"] == "gmail.com/vmta-a"
            for secret in ("R0UT1NGKEY", "B0/secret"):
                assert secret not in site.monitor.log


def test_a_web_server_in_trouble_is_asked_again_and_hears_all_in_order(tmp_path):
    with WebServer(500, 429) as web:
        conf = DEEP + f'action "hook" {{ webhook = "{web.url}/" }}'
        with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=conf) as site:
            inject(site)
            web.wait(1)
            inject(site, "yahoo.rollup/vmta-b")
            web.wait(4)
            first = web.bodies()[0]["pmtaEventSequence"]
            assert [b["pmtaEventSequence"] - first for b in web.bodies()] == [0, 0, 0, 1]
            site.wait_value("pmtaAgentActionsRun", 2, index="0")
            assert "HTTP 500" in site.monitor.log and "tried again in 1 s" in site.monitor.log


def test_a_web_server_that_refuses_is_not_asked_again(tmp_path):
    with WebServer(403) as web:
        conf = DEEP + f'action "hook" {{ webhook = "{web.url}/" }}'
        with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=conf) as site:
            inject(site)
            site.wait_value("pmtaAgentActionsFailed", 1, index="0")
            assert len(web.requests) == 1 and "HTTP 403" in site.monitor.log


def test_what_was_not_told_before_kill_9_is_told_afterwards(tmp_path):
    with WebServer(*[503] * 100) as web:
        conf = DEEP + f'action "hook" {{ webhook = "{web.url}/" retries = 20 }}'
        with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=conf) as site:
            inject(site)
            web.wait(1)
            site.monitor.kill()
            web.statuses.clear()
            site.monitor.start()
            site.wait_value("pmtaAgentActionsRun", 1, index="0")
            told = {b["pmtaEventSequence"] for b in web.bodies()}
            assert len(told) == 1
            # What was told is not told again.
            count = len(web.requests)
            site.monitor.stop()
            site.monitor.start()
            wait_until(lambda: site.server_value("pmtaServerName"), 15, "the daemon is back")
            inject(site, "yahoo.rollup/vmta-b")
            web.wait(count + 1)
            assert web.bodies()[count]["pmtaEventSequence"] > max(told)


def test_a_daemon_that_is_stopped_lets_a_program_come_to_its_end(tmp_path):
    program, told = recorder(tmp_path, extra="sleep 0.7")
    with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=DEEP + f'action "slow" {{ exec = {{ "{program}" }} }}') as site:
        inject(site)
        wait_until(lambda: list(told.glob(".*")), 15, "the program runs")
        site.monitor.stop()
        assert len(runs(told)) == 1
        site.monitor.start()
        inject(site, "yahoo.rollup/vmta-b")
        assert [env["PMTA_OBJECT"] for _, env, _ in wait_runs(told, 2)] == ["gmail.com/vmta-a", "yahoo.rollup/vmta-b"]


def test_an_action_that_is_new_begins_with_what_happens_from_then_on(tmp_path):
    program, told = recorder(tmp_path)
    with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=DEEP) as site:
        inject(site)
        site.wait_notification("pmtaQueueDepthHigh")
        site.monitor.configure(site.section(), DEEP + f'action "new" {{ exec = {{ "{program}" }} }}')
        site.monitor.reload()
        site.monitor.logged("was read again")
        inject(site, "yahoo.rollup/vmta-b")
        assert [env["PMTA_OBJECT"] for _, env, _ in wait_runs(told, 1)] == ["yahoo.rollup/vmta-b"]


def test_in_a_storm_the_rate_is_kept_and_the_daemon_goes_on(tmp_path):
    with WebServer() as web:
        conf = DEEP + f'action "hook" {{ webhook = "{web.url}/" rate = 5 }}'
        with Site(tmp_path, "--max-items", 1000, "--load-queues", 30, conf=conf) as site:
            began = time.monotonic()
            for queue in site.sim.page("queues")["queues"]:
                inject(site, queue["name"])
            site.wait_value("pmtaAgentEvents", lambda v: v >= 20, index="0")
            web.wait(5)
            site.wait_polled()
            # Five at once, and one more each fifth part of a minute.
            assert 5 <= len(web.requests) <= 6 + (time.monotonic() - began) / 12


def test_the_example_mails_an_event(tmp_path):
    sendmail, mail = tmp_path / "sendmail", tmp_path / "mail"
    sendmail.write_text(f'#!/bin/sh\n{{ printf "<%s>" "$@"; echo; cat; }} >"{mail}.new"\nmv "{mail}.new" "{mail}"\n')
    sendmail.chmod(0o755)
    example = pathlib.Path(__file__).resolve().parents[2] / "integrations/actions/event-mail"
    conf = DEEP + f'action "mail" {{ exec = {{ "/usr/bin/env", "SENDMAIL={sendmail}", "{example}", "a@example.com", "b@example.com" }} }}'
    with Site(tmp_path, "--max-items", 1000, "--rate", 5, conf=conf) as site:
        inject(site)
        wait_until(mail.exists, 20, "a mail")
        lines = mail.read_text().splitlines()
        assert lines[0] == "<--><a@example.com><b@example.com>"
        assert "To: a@example.com, b@example.com" in lines
        assert "Subject: major: mta1 gmail.com/vmta-a" in lines
        assert any(line.startswith("gmail.com/vmta-a: 500 recipients queued") for line in lines)
