# SPDX-License-Identifier: BSD-2-Clause
"""snmp_exporter and Prometheus of the test's own, with the files that are shipped."""

import json
import math
import pathlib
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

from mib import BUILD
from ports import free_port
from snmpd import Process
from waiting import wait_until

SOURCE = pathlib.Path(__file__).parents[2] / "integrations"
MADE = pathlib.Path(BUILD).absolute()
SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')

ESCAPE = re.compile(r'\\(["\\])')


def load(path):
    return yaml.safe_load(pathlib.Path(path).read_text())


def fetch(url, timeout=30):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=timeout) as answer:
        return answer.read().decode()


def samples(text):
    """[(name, labels, value)] of what an exporter answers."""
    found = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, labels, value = SAMPLE.match(line).groups()
            pairs = LABEL.findall(labels or "")
            found.append((name, {key: ESCAPE.sub(r"\1", text) for key, text in pairs}, float(value)))
    return found


class Web(Process):
    """A program with a port on loopback; ready is a path that answers when it works."""

    def __init__(self, directory, ready):
        super().__init__()
        self.directory, self.ready = directory, ready
        self.address = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.address}"

    def serve(self, *command):
        self.log = self.directory / f"{command[0]}.log"
        with open(self.log, "wb") as log:
            command = (*command, f"--web.listen-address={self.address}")
            self.launch(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self._answers, 30, f"{command[0]} answers: {self.log}")

    def _answers(self):
        assert self.running, self.log.read_text()
        try:
            return fetch(self.url + self.ready) is not None
        except (urllib.error.URLError, ConnectionError):
            return False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()


class Exporter(Web):
    """Debian's snmp_exporter, 0.21, with our configuration for it."""

    def __init__(self, directory):
        super().__init__(directory, "/")
        self.serve("prometheus-snmp-exporter", f"--config.file={MADE}/snmp-0.21.yml")

    def scrape(self, target, module):
        query = urllib.parse.urlencode({"target": target, "module": module})
        return samples(fetch(f"{self.url}/snmp?{query}"))


class Prometheus(Web):
    """Prometheus with the sample configuration and all rules, but in a hurry: no alert waits, and a scrape comes every
    second, or as often as the machine has surely ended one."""

    def __init__(self, directory, exporter, target):
        super().__init__(directory, "/-/ready")
        self.target = target
        self.seconds = max(1, math.ceil(2 * min(self._try(exporter) for _ in range(2))))
        file = self._configure(exporter.address)
        self.serve("prometheus", f"--config.file={file}", f"--storage.tsdb.path={directory}/tsdb")

    def _try(self, exporter):
        """Seconds that a scrape of all takes now."""
        began = time.monotonic()
        for module in ("powermta", "powermta_queues"):
            exporter.scrape(self.target, module)
        return time.monotonic() - began

    def wait(self, condition, what):
        """Waits for what shows after a few scrapes."""
        return wait_until(condition, 30 + 5 * self.seconds, what)

    def _configure(self, exporter):
        interval = f"{self.seconds}s"
        sample = load(SOURCE / "prometheus/prometheus.yml")
        sample["global"] = {"scrape_interval": interval, "evaluation_interval": "1s"}
        for job in sample["scrape_configs"]:
            job.update(scrape_interval=interval, scrape_timeout=interval)
            job["static_configs"] = [{"targets": [self.target]}]
            del job["params"]["auth"]
            job["relabel_configs"][-1]["replacement"] = exporter
        rules = load(SOURCE / "prometheus/powermta.rules.yml")
        for group in rules["groups"]:
            for rule in group["rules"]:
                rule.pop("for", None)
        (self.directory / "powermta.rules.yml").write_text(yaml.safe_dump(rules))
        sample["rule_files"] = [str(MADE / "powermta-records-0.21.rules.yml"), "powermta.rules.yml"]
        file = self.directory / "prometheus.yml"
        file.write_text(yaml.safe_dump(sample))
        return file

    def api(self, path, **parameters):
        answer = json.loads(fetch(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"))
        assert answer["status"] == "success", answer
        return answer["data"]

    def query(self, expression):
        return self.api("query", query=expression)["result"]

    def firing(self, name, **labels):
        """The active alerts of a name that have these labels."""
        return [
            alert
            for alert in self.api("alerts")["alerts"]
            if alert["state"] == "firing"
            and alert["labels"]["alertname"] == name
            and all(alert["labels"].get(key) == value for key, value in labels.items())
        ]
