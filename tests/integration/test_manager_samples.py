# SPDX-License-Identifier: BSD-2-Clause
"""Samples for LibreNMS, Cacti, PRTG and Checkmk, against the MIB and what a real agent answers."""

import importlib.util
import pathlib
import re
import xml.etree.ElementTree as xml

import pytest
import yaml

import checkmk_api
import mib
from checkmk_api import State
from daemon import Site

BUILT = pathlib.Path(mib.BUILD)
SENSORS = yaml.safe_load((BUILT / "librenms-powermta.yaml").read_text())["modules"]["sensors"]
ALL_SENSORS = [(kind, sensor) for kind, part in SENSORS.items() for sensor in part["data"]]
LOOKUPS = {
    "pmta.server.state": "pmtaServerState",
    "pmta.server.probe": "pmtaServerProbeState",
    "pmta.severity": "pmtaServerWorstSeverity",
    "pmta.source.state": "pmtaSourceState",
    "pmta.queue.mode": "domainQueueMode",
    "pmta.queue.wait": "domainQueueWaitReason",
    "pmta.yes.is.bad": "domainQueueStuck",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """gmail throttles and one of its queues is deep."""
    with Site(tmp_path_factory.mktemp("samples"), "--max-items", 1000, "--rate", 50) as own:
        own.sim.control("throttle", domain="gmail.com", on=1)
        own.sim.control("inject", queue="gmail.com/vmta-a", recipients=5000)
        own.sim.step(300)
        own.wait_counted()
        own.wait_value("providerWindowAttempts", lambda value: value > 100, index="1.1.600")
        yield own


# LibreNMS


@pytest.mark.parametrize("kind, sensor", ALL_SENSORS, ids=[s["value"].split("::")[1] for _, s in ALL_SENSORS])
def test_librenms_sensor_fits_the_mib(kind, sensor):
    column = mib.objects()[sensor["value"].split("::")[1]]
    table = mib.module().table(sensor["oid"].split("::")[1])
    assert column in table.columns
    assert sensor["num_oid"] == f".{column.oid}.{{{{ $index }}}}"
    assert sensor["index"] == f"{column.name}.{{{{ $index }}}}"
    assert sensor.get("divisor") == (100 if column.is_share else None)
    assert (kind == "state") == ("states" in sensor) == bool(column.enums)
    for label in re.findall(r"PMTA-MONITOR-MIB::(\w+)", sensor["group"] + sensor["descr"]):
        assert table.column(label).syntax == "SnmpAdminString"
    for part in re.findall(r"\$subindex(\d)", sensor["descr"]):
        assert table.index[int(part)].endswith("WindowSeconds")
    if kind == "state":
        assert {s["value"]: s["descr"] for s in sensor["states"]} == column.enums
        assert 0 in {s["generic"] for s in sensor["states"]} and all(0 <= s["generic"] <= 3 for s in sensor["states"])


def test_librenms_delays_are_seconds():
    assert all(mib.objects()[s["value"].split("::")[1]].units == "seconds" for k, s in ALL_SENSORS if k == "delay")


# Cacti


@pytest.mark.parametrize("file", ["powermta_vmta.xml", "powermta_queue.xml"])
def test_cacti_query_fits_the_mib_and_the_answers(site, file):
    query = xml.parse(BUILT / file).getroot()
    expression = re.compile(query.findtext("oid_index_parse").split(":", 1)[1])
    index_column = query.findtext("oid_index")
    found = [expression.match(oid)[1] for oid in site.snmpd.bulkwalk(index_column)]
    assert found and len(set(found)) == len(found)
    for field in query.find("fields"):
        oid = field.findtext("oid")
        assert oid == mib.oid(field.tag)
        output = field.findtext("direction") == "output"
        assert output == mib.objects()[field.tag].is_number
        assert not output or ("(counter)" in field.findtext("name")) == mib.objects()[field.tag].is_counter
    names = {field.tag for field in query.find("fields")}
    assert set(query.findtext("index_order").split(":")) <= names
    assert set(re.findall(r"\|query_(\w+)\|", query.findtext("index_title_format"))) <= names
    level = next(f for f in query.find("fields") if f.tag.endswith("Recipients")).findtext("oid")
    values = [site.snmpd.get(f"{level}.{index}")[f"{level}.{index}"] for index in found]
    assert max(value or 0 for _, value in values) >= 5000


# PRTG


@pytest.mark.parametrize("name, column", LOOKUPS.items())
def test_prtg_lookup_has_every_state(name, column):
    lookup = xml.parse(BUILT / f"{name}.ovl").getroot()
    entries = list(lookup.find("Lookups"))
    assert lookup.tag == "ValueLookup" and lookup.get("id") == name
    assert {int(e.get("value")): e.text for e in entries} == mib.objects()[column].enums
    assert {e.get("state") for e in entries} <= {"Ok", "Warning", "Error", "None"}
    assert next(e.get("state") for e in entries if e.get("value") == lookup.get("desiredValue")) == "Ok"


def test_prtg_sensors_name_only_what_exists(site):
    text = (BUILT / "prtg-sensors.txt").read_text()
    assert "@" not in text
    known = {"." + thing.oid for thing in mib.objects().values()}
    oids = set(re.findall(r"(\.1\.3(?:\.\d+)+)", text.replace(",.", " .")))
    assert {re.sub(r"\.0$", "", oid) for oid in oids} <= known and len(oids) > 10
    names = set(re.findall(r"\b(?:vmta|domainQueue|provider|pmta)[A-Z]\w+", text))
    assert names <= set(mib.objects()) and set(re.findall(r"pmta(?:\.[a-z]+)+", text)) <= set(LOOKUPS)


# Checkmk


@pytest.fixture(scope="module")
def plugin():
    checkmk_api.install()
    spec = importlib.util.spec_from_file_location("pmta_monitor", BUILT / "pmta_monitor.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def section(site, plugin, name):
    snmp = getattr(plugin, f"snmp_section_pmta_{name}")
    return snmp.parse_function([checkmk_api.table(site, tree) for tree in snmp.fetch])


def check(plugin, name, item, data, **params):
    check_plugin = getattr(plugin, f"check_plugin_pmta_{name}")
    yielded = list(check_plugin.check_function(item, {**check_plugin.check_default_parameters, **params}, data))
    results = [y for y in yielded if isinstance(y, checkmk_api.Result)]
    metrics = {y.name: y.value for y in yielded if isinstance(y, checkmk_api.Metric)}
    return results, metrics


def test_checkmk_finds_hosts_by_a_scalar_that_answers(site, plugin):
    word, oid = plugin.DETECT
    assert word == "exists" and site.snmpd.get(oid)[oid][1] is not None
    assert oid == mib.oid("pmtaAgentUpTime") + ".0"


def test_checkmk_states_are_those_of_the_mib(plugin):
    words = {value: word.replace(" d", "D") for value, (word, _) in plugin.SERVER_STATES.items()}
    assert words == mib.objects()["pmtaServerState"].enums


@pytest.mark.parametrize("name, some", [("server", "mta1"), ("vmta", "mta1 vmta-a"), ("provider", "mta1 gmail")])
def test_checkmk_discovers_and_checks_each_item(site, plugin, name, some):
    data = section(site, plugin, name)
    found = list(getattr(plugin, f"check_plugin_pmta_{name}").discovery_function(data))
    assert some in {service.item for service in found}
    for service in found:
        results, _ = check(plugin, name, service.item, data)
        assert results and all(r.text for r in results)
    assert check(plugin, name, "no such item", data) == ([], {})


def test_checkmk_judges_the_throttled_provider(site, plugin):
    results, metrics = check(plugin, "provider", "mta1 gmail", section(site, plugin, "provider"))
    worst = max(results, key=lambda r: r.state.value)
    assert worst.state == State.CRIT and worst.text.startswith("Deferred in 10 min: ")
    assert 30 <= metrics["pmta_deferred"] <= 100
    assert any(r.text.startswith("Leading reply: 421") for r in results)


def test_checkmk_says_nothing_of_a_share_of_few_attempts(site, plugin):
    _, metrics = check(plugin, "provider", "mta1 gmail", section(site, plugin, "provider"), minimum=10**9)
    assert "pmta_deferred" not in metrics and metrics["pmta_queued"] >= 5000


def test_checkmk_thresholds_apply_to_the_depth(site, plugin):
    data = section(site, plugin, "vmta")
    results, _ = check(plugin, "vmta", "mta1 vmta-a", data, queued=("fixed", (1000, 1000000)))
    assert results[0].state == State.WARN and results[0].text.startswith("Queued recipients: ")


def test_checkmk_takes_absent_cells_for_unknown(plugin):
    rows = [["1", "mta1", "5", "no answer", "", "", "", "", "", "", ""]]
    data = plugin.snmp_section_pmta_server.parse_function([rows])
    results, metrics = check(plugin, "server", "mta1", data)
    assert [(r.state, r.text) for r in results] == [(State.CRIT, "PowerMTA is unreachable (no answer)")]
    assert metrics == {}
