# SPDX-License-Identifier: BSD-2-Clause
"""The template in a real Zabbix 6.0 server: every value, a provider that throttles, traps, and a dead agent.

The tests go on with one site in their order: it takes a minute to begin.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "../integration")]
import mib
from daemon import Site
from waiting import wait_until
from zabbix_site import Zabbix
from snmpd import TrapReceiver

BUILD = pathlib.Path(os.environ.get("PMTA_BUILD", "build"))
TEMPLATE = BUILD / "template_app_powermta_snmp-6.0.yaml"
HANDLER = HERE / "../../integrations/zabbix/pmta-zabbix-trap"
HOST = "mail"
# Short, so that the tests are: what an operator would set for a host is set for this one.
MACROS = {
    "{$PMTA.NODATA}": "30s",
    "{$PMTA.ATTEMPTS.MIN}": "50",
    "{$PMTA.QUEUE.SIZE.MATCHES}": ".*",
    # Of gmail alone: more than the share at which others are in trouble.
    '{$PMTA.DEFERRAL.SHARE.WARN:"gmail"}': "40",
    '{$PMTA.DEFERRAL.SHARE.HIGH:"gmail"}': "90",
}
RULES = """
notification-rate = 20
threshold "deep" { scope = domain-queue  metric = queued-recipients  raise = 4000  clear = 1000  severity = major }
"""
EVERY = 5  # seconds between readings of an item
DEEP = 4000
# Numbers of Zabbix' API.
SNMP_AGENT, MULTIPLIER, CHANGE_PER_SECOND = "20", "1", "10"
INFO, WARNING, AVERAGE, HIGH = "1", "2", "3", "4"


class ZabbixTraps(TrapReceiver):
    """snmptrapd as it hands notifications to Zabbix."""

    def __init__(self, directory, trap_file):
        super().__init__(directory)
        (directory / "trapd.conf").write_text(
            f"disableAuthorization yes\noutputOption n\ntraphandle default {HANDLER.resolve()} {trap_file}\n"
        )


class Watched:
    """A mail server with pmta-monitord, and Zabbix that watches it."""

    def __init__(self, directory):
        self.zabbix = Zabbix(directory / "zabbix")
        (directory / "site").mkdir()
        self.site = Site(
            directory / "site", "--domains", 6, "--vmtas", 2, "--rate", 60, "--max-items", 100, "--smtp-port", 0,
            conf=RULES, server=f'spool = "{directory}"\nsmtp-probe-interval = 1s',
        )
        self.handler = ZabbixTraps(directory / "site", self.zabbix.trap_file)
        self.site.traps = self.handler
        text = (self.site.snmpd.directory / "own.conf").read_text()
        text = re.sub(r"trap2sink 127\.0\.0\.1:\d+", f"trap2sink 127.0.0.1:{self.handler.port}", text)
        (self.site.snmpd.directory / "own.conf").write_text(text)
        self.host = None

    def __enter__(self):
        self.zabbix.__enter__()
        try:
            self.site.__enter__()
        except BaseException:
            self.zabbix.__exit__()
            raise
        return self

    def __exit__(self, *error):
        try:
            self.site.__exit__(*error)
        finally:
            self.zabbix.__exit__()

    def api(self, method, **parameters):
        return self.zabbix.api(method, **parameters)

    def add_host(self):
        own = self.api("host.get", filter={"host": "Zabbix server"})[0]["hostid"]
        self.api("host.update", hostid=own, status=1)
        template = self.api("template.get", filter={"host": "PowerMTA by SNMP"})[0]["templateid"]
        group = self.api("hostgroup.create", name="Mail servers")["groupids"][0]
        interface = {
            "type": 2, "main": 1, "useip": 1, "ip": "127.0.0.1", "dns": "", "port": str(self.site.snmpd.port),
            "details": {"version": 2, "bulk": 1, "community": "public"},
        }
        self.host = self.api(
            "host.create",
            host=HOST,
            interfaces=[interface],
            groups=[{"groupid": group}],
            templates=[{"templateid": template}],
            macros=[{"macro": name, "value": value} for name, value in MACROS.items()],
        )["hostids"][0]

    def hurry(self):
        """Reads everything every few seconds; a template cannot be told so, its prototypes can."""
        template = self.api("template.get", filter={"host": "PowerMTA by SNMP"})[0]["templateid"]
        for item in self.api("item.get", templateids=template, output=["delay", "type"]):
            if item["type"] == SNMP_AGENT:
                self.api("item.update", itemid=item["itemid"], delay=f"{EVERY}s")
        for rule in self.api("discoveryrule.get", templateids=template, output=["delay"]):
            self.api("discoveryrule.update", itemid=rule["itemid"], delay="15s")
        for item in self.api("itemprototype.get", templateids=template, output=["type"]):
            self.api("itemprototype.update", itemid=item["itemid"], delay=f"{EVERY}s")

    def items(self, **more):
        output = ["key_", "name", "lastvalue", "lastclock", "state", "error", "snmp_oid", "type", "value_type", "units"]
        return self.api("item.get", hostids=self.host, output=output, selectPreprocessing="extend", **more)

    def problems(self, **more):
        output = ["eventid", "objectid", "name", "severity", "r_eventid"]
        return self.api("problem.get", hostids=self.host, output=output, selectTags="extend", **more)

    def named(self, pattern):
        return [problem for problem in self.problems() if re.search(pattern, problem["name"])]

    def wait_problem(self, pattern, timeout=90):
        def now():
            return next(iter(self.named(pattern)), None)

        try:
            return wait_until(now, timeout, f"a problem like {pattern}")
        except AssertionError as error:
            raise AssertionError(f"{error}; open: {[p['name'] for p in self.problems()]}") from None

    def wait_solved(self, pattern, timeout=90):
        def now():
            return not self.named(pattern)

        try:
            wait_until(now, timeout, f"no problem like {pattern}")
        except AssertionError as error:
            raise AssertionError(f"{error}; open: {[p['name'] for p in self.problems()]}") from None


@pytest.fixture(scope="module")
def watched():
    # Below /tmp, since PostgreSQL runs as another user than root.
    directory = pathlib.Path(tempfile.mkdtemp(prefix="pmta-zabbix."))
    directory.chmod(0o755)
    (directory / "zabbix").mkdir()
    failed = False
    try:
        with Watched(directory) as watched:
            yield watched
    except BaseException:
        failed = True
        raise
    finally:
        if failed or os.environ.get("PMTA_KEEP"):
            print(f"kept: {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)


def test_template_is_imported(watched):
    assert watched.zabbix.frontend.import_template(TEMPLATE.read_text()) is True


def test_template_is_imported_over_itself(watched):
    count = {"countOutput": True}
    before = [watched.api(f"{what}.get", **count) for what in ("item", "trigger", "graphprototype", "valuemap")]
    assert watched.zabbix.frontend.import_template(TEMPLATE.read_text()) is True
    after = [watched.api(f"{what}.get", **count) for what in ("item", "trigger", "graphprototype", "valuemap")]
    assert after == before


def test_every_row_is_discovered(watched):
    watched.site.sim.step(120)
    watched.site.wait_counted()
    watched.hurry()
    watched.add_host()
    wanted = {
        "pmta.vmta.recipients": len(watched.site.table("vmtaName")),
        "pmta.domain.queue.recipients": len(watched.site.table("domainQueueName")),
        "pmta.provider.recipients": len(watched.site.table("providerName")),
        "pmta.bounce.class.kind": len(watched.site.table("bounceClassName")),
        "pmta.source.state": len(watched.site.table("pmtaSourceName")),
        "pmta.server.state": 1,
    }
    assert all(count > 0 for count in wanted.values()), wanted

    def found():
        keys = [item["key_"].split("[")[0] for item in watched.items()]
        return {name: keys.count(name) for name in wanted} == wanted

    wait_until(found, 120, f"discovery of {wanted}")


def readings(watched, items):
    """What snmpget says of each item's OID, 40 in a request."""
    oids = ["." + item["snmp_oid"] for item in items]
    told = {}
    for start in range(0, len(oids), 40):
        told.update(watched.site.snmpd.get(*oids[start : start + 40], timeout=5))
    return told


def expected(item, reading):
    """What Zabbix should have made of it: the value itself, scaled if the item says so."""
    value = reading[1]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    for step in item["preprocessing"]:
        if step["type"] == MULTIPLIER and value is not None:
            value = value * float(step["params"])
    return value


def is_rate(item):
    return any(step["type"] == CHANGE_PER_SECOND for step in item["preprocessing"])


def same(item, value):
    if isinstance(value, str):
        return item["lastvalue"] == value
    shown = float(item["lastvalue"])
    if is_rate(item):
        # PowerMTA's time stands still, so no mail is counted any more; but its pages are asked for.
        return shown == 0 or (shown > 0 and item["key_"].startswith("pmta.source.records["))
    # Between the two readings ages go on, and memory and disk are used by others.
    used_by_others = item["key_"].startswith(("pmta.server.disk.", "pmta.server.inode."))
    slack = 1 if used_by_others else {"s": 60, "uptime": 60, "B": 0.2 * value}.get(item["units"], 1e-6)
    return abs(shown - value) <= slack


def differences(watched):
    wrong = []
    items = [item for item in watched.items() if item["type"] == SNMP_AGENT]
    told = readings(watched, items)
    for item in items:
        value = expected(item, told["." + item["snmp_oid"]])
        if item["state"] != "0":
            wrong.append((item["key_"], "not supported", item["error"]))
        elif value is None and not is_rate(item):
            if item["lastclock"] != "0":
                wrong.append((item["key_"], "has a value", item["lastvalue"]))
        elif value is not None and (item["lastclock"] == "0" or not same(item, value)):
            wrong.append((item["key_"], value, item["lastvalue"], item["lastclock"]))
    return wrong


def test_every_item_is_supported_and_equal_to_snmpget(watched):
    seen = []

    def equal():
        seen[:] = differences(watched)
        return not seen

    try:
        wait_until(equal, 120, "items equal to snmpget")
    except AssertionError:
        pytest.fail(f"{len(seen)} differ: {seen[:20]}; {watched.zabbix.server_errors()}")
    assert len([i for i in watched.items() if i["type"] == SNMP_AGENT and i["lastclock"] != "0"]) > 100


def test_every_discovery_rule_is_supported(watched):
    rules = watched.api("discoveryrule.get", hostids=watched.host, output=["key_", "state", "error"])
    assert len(rules) == 7
    assert [rule for rule in rules if rule["state"] != "0"] == []


def test_dashboard_shows_graphs_that_exist(watched):
    graphs = watched.api("graph.get", hostids=watched.host, output=["name"])
    names = {graph["name"] for graph in graphs}
    assert "Server [mta1]: Mail queued" in names
    assert "mta1: Provider [gmail]: Shares of attempts" in names


def step_until(watched, done, what, timeout=150):
    """Lets PowerMTA's time go on, ten seconds at once, until something has come of it."""

    def stepped():
        watched.site.sim.step(10)
        time.sleep(0.5)
        return done()

    try:
        return wait_until(stepped, timeout, what)
    except AssertionError as error:
        raise AssertionError(f"{error}; open: {[p['name'] for p in watched.problems()]}") from None


def test_provider_that_throttles_opens_a_problem_with_its_reply_and_closes_it(watched):
    sim = watched.site.sim
    name = r"Provider \[gmail\]: Many attempts are deferred"
    assert watched.named(name) == []
    providers = watched.site.table("providerName").rows
    gmail = next(index for index, row in providers.items() if row["providerName"] == "gmail")

    def half_is_deferred():
        watched.site.wait_counted()
        return (watched.site.scalar("providerWindowDeferralShare", f"{gmail}.600") or 0) >= 5000

    # PowerMTA's time stands still between gmail's two limits until Zabbix has looked, however slow that is.
    sim.control("throttle", domain="gmail.com", on=1)
    step_until(watched, half_is_deferred, "half of the attempts at gmail are deferred")
    problem = watched.wait_problem(name)
    assert re.search(r"[4-8]\d\.\d+ % of \d+(\.\d+ K)? in 10 min: 421 4\.7\.28 ", problem["name"]), problem["name"]
    assert problem["severity"] == WARNING
    tags = {tag["tag"]: tag["value"] for tag in problem["tags"]}
    assert (tags["scope"], tags["provider"], tags["server"]) == ("performance", "gmail", "mta1")
    sim.control("throttle", domain="gmail.com", on=0)
    step_until(watched, lambda: not watched.named(name), "the problem is over")


def deep_queues(watched):
    """Two queues that grow beyond the threshold while nothing else happens."""
    names = sorted(row["domainQueueName"] for row in watched.site.table("domainQueueName").rows.values())
    return [name for name in names if name.startswith(("yahoo", "hotmail", "gmail"))][:2]


def alarm_of(problem):
    return next(tag["value"] for tag in problem["tags"] if tag["tag"] == "alarm")


def test_each_clear_closes_the_problem_of_its_own_alarm(watched):
    sim, queues = watched.site.sim, deep_queues(watched)
    for queue in queues:
        sim.control("pause", queue=queue)
        sim.control("inject", queue=queue, recipients=DEEP * 2)
    problems = {queue: watched.wait_problem(f"Queue depth high: {re.escape(queue)}") for queue in queues}
    assert {p["severity"] for p in problems.values()} == {AVERAGE}
    tags = [{tag["tag"]: tag["value"] for tag in p["tags"]} for p in problems.values()]
    assert [tag["object"] for tag in tags] == queues and {tag["server"] for tag in tags} == {"mta1"}
    assert len({alarm_of(problem) for problem in problems.values()}) == 2
    sim.control("delete", queue=queues[0])
    watched.wait_solved(f"Queue depth high: {re.escape(queues[0])}")
    assert watched.named(f"Queue depth high: {re.escape(queues[1])}") != []
    sim.control("delete", queue=queues[1])
    watched.wait_solved("Queue depth high")


def test_an_alarm_is_discovered_while_it_lasts_and_the_server_shows_its_severity(watched):
    sim, queue = watched.site.sim, deep_queues(watched)[0]
    sim.control("inject", queue=queue, recipients=DEEP * 2)
    watched.wait_problem("An alarm is major")

    def text():
        return [i for i in watched.items() if i["key_"].startswith("pmta.alarm.text[") and queue in i["lastvalue"]]

    wait_until(text, 60, "the text of the alarm")
    sim.control("delete", queue=queue)
    watched.wait_solved("An alarm is major")


def opened_by_traps(watched):
    """The numbers of the problems there are because a notification came, not because of a value that was read."""
    problems = watched.problems()
    of = [problem["objectid"] for problem in problems]
    triggers = watched.api("trigger.get", triggerids=of, output=["triggerid"], selectItems=["key_"])
    by_trap = {t["triggerid"] for t in triggers if any(item["key_"].startswith("snmptrap") for item in t["items"])}
    return {problem["eventid"] for problem in problems if problem["objectid"] in by_trap}


def test_a_trap_of_anybody_else_is_kept_and_opens_no_problem(watched):
    before = opened_by_traps(watched)
    mark = "1.3.6.1.4.1.8072.2.3.2.1"
    receiver = f"127.0.0.1:{watched.handler.port}"
    command = ["snmptrap", "-v2c", "-c", "public", receiver, "", ".1.3.6.1.4.1.8072.2.3.0.1", f".{mark}", "i", "4"]
    subprocess.run(command, check=True, env=watched.site.snmpd.environment)

    def kept():
        item = next(i for i in watched.items() if i["key_"] == "snmptrap.fallback")
        return mark in item["lastvalue"]

    wait_until(kept, 30, "the fallback item")
    assert opened_by_traps(watched) <= before


def test_notification_of_the_agent_informs(watched):
    watched.site.monitor.stop()
    watched.site.monitor.start()
    assert watched.wait_problem("PowerMTA: Agent started")["severity"] == INFO


def test_dead_agent_is_noticed_and_its_return_too(watched):
    watched.site.monitor.kill()
    assert watched.wait_problem("pmta-monitord does not answer")["severity"] == HIGH
    available = next(i for i in watched.items() if i["key_"] == "zabbix[host,snmp,available]")
    assert available["lastvalue"] == "1"
    watched.site.monitor.start()
    watched.wait_solved("pmta-monitord does not answer")
