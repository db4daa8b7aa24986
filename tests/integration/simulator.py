# SPDX-License-Identifier: BSD-2-Clause
"""Runs pmta-sim for a test: starts it on a free port, waits until it listens, stops it by its process."""

import csv
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request


STARTS_WITHIN = 20
STOPS_WITHIN = 20


def binary():
    return os.environ.get("PMTA_SIM", "build/pmta-sim")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


class Reply:
    """An HTTP answer: status, headers, body as bytes."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class Simulator:
    """with Simulator("--manual", accounting={"/tmp/x/acct.csv": "d,b"}) as sim: sim.step(60)"""

    def __init__(self, *options, accounting=None):
        self.options = [str(option) for option in options]
        for path, types in (accounting or {}).items():
            self.options += ["--accounting", f"{path}:{types}"]
        self.process = None
        self.url = self.smtp = None
        self.log = []
        self._unverified = ssl.create_default_context()
        self._unverified.check_hostname = False
        self._unverified.verify_mode = ssl.CERT_NONE

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        self.stop()

    def start(self):
        self.process = subprocess.Popen(
            [binary(), *self.options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        watchdog = threading.Timer(STARTS_WITHIN, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        if not line.startswith("ready "):
            self.stop()
            raise RuntimeError(f"pmta-sim did not start: {line!r} {''.join(self.log)}")
        self.url, *others = line.split()[1:]
        self.smtp = others[0] if others else None
        return self

    def _read_log(self):
        for line in self.process.stderr:
            self.log.append(line)

    @property
    def port(self):
        return urllib.parse.urlsplit(self.url).port

    def stop(self, how=signal.SIGTERM):
        """Ends the process, waits, and returns its exit status. Harmless if it has ended."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            status = self.process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self._reader.join(STOPS_WITHIN)
        self.process.stdout.close()
        self.process.stderr.close()
        return status

    def get(self, path, headers=None, /, *, timeout=30, **params):
        """A reply of any status, redirects not followed. Raises OSError or http.client errors otherwise."""
        query = f"?{urllib.parse.urlencode(params)}" if params else ""
        request = urllib.request.Request(self.url + path + query, headers=headers or {})
        opener = urllib.request.build_opener(
            _NoRedirect,
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=self._unverified),
        )
        try:
            with opener.open(request, timeout=timeout) as answer:
                return Reply(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as answer:
            with answer:
                return Reply(answer.code, answer.headers, answer.read())

    def page(self, name, /, **params):
        """The member "data" of a page's document: page("queues", queue="*/vmta-a")."""
        document = self.get(f"/{name}", format="json", **params).json()
        assert document["status"] == "success", document
        return document["data"]

    def status(self):
        return self.page("status")["status"]

    def control(self, name, /, **params):
        reply = self.get(f"/control/{name}", timeout=300, **params)
        assert reply.status == 200, reply.body
        return reply.json()

    def step(self, seconds=1):
        return self.control("step", seconds=seconds)

    def fault(self, path, kind, /, **params):
        return self.control("fault", path=path, kind=kind, **params)

    def smtp_fault(self, kind, /, **params):
        """What SMTP connections meet from now on, with --smtp-port."""
        return self.control("smtp", kind=kind, **params)

    def clear(self):
        return self.control("clear")

    def books(self):
        return self.control("books")


def dated_files(path):
    """The files PowerMTA makes of a configured path, as they were written."""
    path = pathlib.Path(path)
    name = re.compile(
        re.escape(path.stem) + r"-(\d{4}-\d\d-\d\d)-(\d{4,})" + re.escape(path.suffix)
    )
    found = []
    for file in path.parent.iterdir():
        match = name.fullmatch(file.name)
        if match:
            found.append((match[1], int(match[2]), file))
    return [file for _, _, file in sorted(found)]


def records(*paths):
    """Every record in the dated files of the paths, as dictionaries without empty columns."""
    for path in paths:
        for file in dated_files(path):
            with open(file, newline="", encoding="utf-8") as rows:
                for row in csv.DictReader(rows):
                    assert None not in row, f"{file}: more values than columns: {row}"
                    yield {name: value for name, value in row.items() if value}
