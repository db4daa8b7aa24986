# SPDX-License-Identifier: BSD-2-Clause
"""Datadog's profile and traps database: their form, against the MIB, and against a real agent's rows."""

import json
import os
import pathlib
import re
import subprocess
import sys

import jsonschema
import pytest
import yaml

import mib
from daemon import Site
from waiting import wait_until

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE / "../../integrations/datadog"
sys.path.insert(0, str(SOURCES))
import make_profile

PROFILE = yaml.safe_load(pathlib.Path(mib.BUILD, "powermta.yaml").read_text())
SCHEMA = json.loads((SOURCES / "profile-schema.json").read_text())
TABLES = [metric for metric in PROFILE["metrics"] if "table" in metric]
SCALARS = [metric for metric in PROFILE["metrics"] if "symbol" in metric]


def all_symbols():
    """Every (OID, name) that the profile mentions, wherever it stands."""

    def below(node):
        if isinstance(node, dict):
            if "OID" in node:
                yield node["OID"], node["name"]
            for item in node.values():
                yield from below(item)
        elif isinstance(node, list):
            for item in node:
                yield from below(item)

    return list(below(PROFILE))


def test_profile_has_the_documented_form():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(PROFILE, SCHEMA)


@pytest.mark.parametrize("change", [
    lambda p: p["metrics"][0]["symbol"].update(OID="1.3.6.1.4.1.5"),
    lambda p: p["metrics"][-1].pop("metric_tags"),
    lambda p: p["metrics"][-1].update(symbol={"OID": "1.3.0", "name": "both"}),
    lambda p: p["metrics"][-1]["symbols"][0].update(scale_facter=0.01),
    lambda p: p["metadata"]["device"]["fields"].update(colour={"value": "blue"}),
    lambda p: p["metric_tags"].append({"tag": "no_source"}),
])
def test_schema_refuses_mistakes(change):
    profile = json.loads(json.dumps(PROFILE))
    change(profile)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(profile, SCHEMA)


def test_every_oid_is_the_mibs_own_for_its_name():
    instances = {"0": mib.module().scalars(), "1": mib.module().table("pmtaServerTable").columns}
    for oid, name in all_symbols():
        thing = mib.objects()[name]
        behind = oid[len(thing.oid) + 1 :]
        assert oid == thing.oid or (oid.startswith(thing.oid + ".") and thing in instances[behind]), (oid, name)


def test_sysobjectid_of_other_hosts_is_not_claimed():
    assert "sysobjectid" not in PROFILE


def test_names_of_metrics_are_unique():
    names = [s["name"] for m in TABLES for s in m["symbols"]] + [m["symbol"]["name"] for m in SCALARS]
    assert len(names) == len(set(names))


def test_constant_value_one_stands_only_where_a_mapped_tag_tells_the_state():
    ones = [m for m in TABLES if any(s.get("constant_value_one") for s in m["symbols"])]
    assert {m["symbols"][0]["name"] for m in ones} >= {"pmtaServerStateIs", "domainQueueWaitReasonIs"}
    for metric in ones:
        state = metric["metric_tags"][-1]
        column = mib.objects()[state["symbol"]["name"]]
        assert len(metric["symbols"]) == 1 and state["mapping"] == column.enums
        assert metric["symbols"][0]["name"] == column.name + "Is"


def test_every_table_has_a_numeric_column_too():
    """Netdata ignores constant_value_one."""
    for name in {m["table"]["name"] for m in TABLES}:
        assert any("OID" in s for m in TABLES if m["table"]["name"] == name for s in m["symbols"]), name


def test_shares_become_percent_and_totals_monotonic_counts():
    for symbol in [s for m in TABLES for s in m["symbols"] if "OID" in s] + [m["symbol"] for m in SCALARS]:
        thing = mib.objects()[symbol["name"]]
        assert symbol.get("scale_factor") == (0.01 if thing.is_share else None), symbol
        assert symbol.get("metric_type") == ("monotonic_count" if thing.is_counter else None), symbol


def test_each_table_of_the_mib_is_in_the_profile_or_left_out_for_a_reason():
    tables = {table.name for table in mib.module().tables()}
    assert tables == set(make_profile.TABLES) | set(make_profile.LEFT_OUT)
    assert not set(make_profile.TABLES) & set(make_profile.LEFT_OUT)


def test_each_level_and_total_of_a_table_is_a_metric_or_a_tag():
    mentioned = {name for _, name in all_symbols()}
    for name in make_profile.TABLES:
        columns = [c.name for c in mib.module().table(name).columns if make_profile.is_metric(c)]
        assert set(columns) <= mentioned, name


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    conf = 'threshold "depth" { scope = domain-queue metric = queued-recipients raise = 100 clear = 10 }'
    own = Site(tmp_path_factory.mktemp("datadog"), "--max-items", 1000, "--rate", 50, "--bounces", 50, conf=conf)
    with own:
        own.sim.control("inject", queue="gmail.com/vmta-a", recipients=5000)
        own.sim.step(300)
        own.wait_counted()
        own.wait_value("pmtaAgentActiveAlarms", lambda value: value > 0, index="0")
        # Bounces by class are shown some seconds after they are counted.
        wait_until(lambda: own.table("providerBounceBounced").rows, 25, "bounces of providers")
        yield own


def cells(site, oid):
    """A column as {index: value}, texts decoded."""
    found = {}
    for where, (_, value) in site.snmpd.bulkwalk("." + oid).items():
        if where.startswith(f".{oid}."):
            found[where[len(oid) + 2 :]] = value.decode() if isinstance(value, bytes) else value
    return found


@pytest.mark.parametrize("metric", TABLES, ids=lambda m: f"{m['table']['name']}-{m['symbols'][0]['name']}")
def test_tags_tell_the_rows_of_a_real_agent_apart(site, metric):
    tagged = {}
    for tag in metric["metric_tags"]:
        if "symbol" in tag:
            for index, value in cells(site, tag["symbol"]["OID"]).items():
                tagged.setdefault(index, {})[tag["tag"]] = tag.get("mapping", {}).get(value, value)
    for tag in metric["metric_tags"]:
        for index in tagged if "index" in tag else ():
            tagged[index][tag["tag"]] = index.split(".")[tag["index"] - 1]
    rows = [tuple(sorted(row.items())) for row in tagged.values()]
    assert rows and len(set(rows)) == len(rows), rows
    values = [set(cells(site, symbol["OID"])) for symbol in metric["symbols"] if "OID" in symbol]
    assert all(indexes <= set(tagged) for indexes in values)


def test_scalars_answer(site):
    for metric in SCALARS + PROFILE["metric_tags"] + [PROFILE["metadata"]["device"]["fields"]["version"]]:
        oid = "." + metric["symbol"]["OID"]
        assert site.snmpd.get(oid)[oid][1] is not None, metric


def flat(text):
    return " ".join(text.split())


def compiled_by_pysmi(directory):
    """The module as mibdump makes JSON of it, with textual conventions."""
    (directory / "mib").mkdir()
    (directory / "ietf").mkdir()
    text = subprocess.run([mib.MONITORD, "--print-mib"], check=True, stdout=subprocess.PIPE, text=True).stdout
    (directory / "mib" / "PMTA-MONITOR-MIB").write_text(text)
    for file in pathlib.Path("/usr/lib/erlang/lib").glob("snmp-*/mibs/*.mib"):
        (directory / "ietf" / file.stem).symlink_to(file)
    subprocess.run(
        ["mibdump", "--destination-format=json", "--generate-mib-texts", f"--mib-source=file://{directory}/mib",
         f"--mib-source=file://{directory}/ietf", f"--destination-directory={directory}", "PMTA-MONITOR-MIB"],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ, HOME=str(directory)),
    )
    return json.loads((directory / "PMTA-MONITOR-MIB.json").read_text())


def enumeration(compiled, thing):
    syntax = thing["syntax"]
    if syntax["type"] in compiled:
        syntax = compiled[syntax["type"]]["type"]
    named = syntax.get("constraints", {}).get("enumeration")
    return named and {str(value): name for name, value in named.items()}


def test_traps_database_is_what_pysmi_makes_of_the_mib(tmp_path):
    database = json.loads(pathlib.Path(mib.BUILD, "powermta_traps_db.json").read_text())
    compiled = compiled_by_pysmi(tmp_path)
    notifications = [thing for thing in compiled.values() if thing.get("class") == "notificationtype"]
    expected = {n["oid"]: {"name": n["name"], "mib": "PMTA-MONITOR-MIB", "descr": flat(n["description"])}
                for n in notifications}
    assert database["traps"] == expected and len(expected) > 40
    wanted = {o["object"] for n in notifications for o in n["objects"]}
    assert {v["name"] for v in database["vars"].values()} == wanted
    for oid, shown in database["vars"].items():
        thing = compiled[shown["name"]]
        assert oid == thing["oid"] and shown["descr"] == flat(thing["description"])
        assert shown.get("enum") == enumeration(compiled, thing), shown["name"]


def test_no_variable_of_a_trap_hides_another():
    """Datadog finds a variable by cutting numbers from the right, and keeps one of each name."""
    database = json.loads(pathlib.Path(mib.BUILD, "powermta_traps_db.json").read_text())["vars"]
    for one in database:
        assert not any(other.startswith(one + ".") for other in database)
    for notification in mib.module().notifications():
        assert len(set(notification.objects)) == len(notification.objects)
    taken = {"uptime", "variables", "timestamp", "snmpTrapName", "snmpTrapMIB", "snmpTrapOID", "status", "service"}
    assert not taken & {variable["name"] for variable in database.values()}


def test_netdata_has_the_same_metrics_but_for_the_series_of_states():
    profile = yaml.safe_load(pathlib.Path(mib.BUILD, "netdata-powermta.yaml").read_text())
    assert set(profile) == {"selector", "metadata", "metric_tags", "metrics"}
    assert profile["selector"] == [{"sysobjectid": {"include": ["1.3.6.1.4.1.8072.3.2.10"]}}]
    assert profile["metrics"] == [m for m in PROFILE["metrics"] if m not in TABLES or "OID" in m["symbols"][0]]
    assert "constant_value_one" not in json.dumps(profile)


def test_sample_of_an_instance_names_the_profile():
    sample = yaml.safe_load((SOURCES / "powermta-instance.yaml").read_text())
    assert [i["profile"] for i in sample["instances"]] == ["powermta"]
    assert re.match(r"[\d.]+$", sample["instances"][0]["ip_address"])
