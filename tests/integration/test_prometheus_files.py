# SPDX-License-Identifier: BSD-2-Clause
"""What is shipped for Prometheus, Grafana and Telegraf says the same as the MIB, and as each other."""

import glob
import json
import os
import pathlib
import re
import shutil
import subprocess
import tomllib

import jsonschema
import pytest

import grafana_schema
import mib
from prometheus_site import MADE, SOURCE, load

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
SELECTOR = re.compile(r"\{([^{}]*)\}")
GROUPING = re.compile(r"\b(?:by|on|ignoring|without|group_left|group_right)\s*\(([^()]*)\)")
QUERY_IN_TEXT = re.compile(r'printf "([^"]*)"[^|]*\| query')
WORD = re.compile(r"[A-Za-z_][\w:]*")
FUNCTIONS = set(
    "absent and by count ignoring increase label_replace max offset on or rate resets sum time topk unless".split()
)
DURATION = re.compile(r"\[[^\]]*\]|\b\d+[smhd]\b")
OWN_LABELS = {"job", "instance", "alertname", "alertstate", "severity", "of"}


def modules(document):
    return document.get("modules", document)


@pytest.fixture(scope="module")
def exporter():
    return modules(load(MADE / "snmp.yml"))


@pytest.fixture(scope="module")
def rules():
    return [rule for group in load(SOURCE / "prometheus/powermta.rules.yml")["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def dashboard():
    return json.loads((MADE / "powermta.json").read_text())


def known_names(exporter):
    """(metrics, labels) that exist once Prometheus has scraped and recorded."""
    metrics, labels = {"up", "ALERTS", "ALERTS_FOR_STATE"}, set(OWN_LABELS)
    for module in exporter.values():
        for metric in module["metrics"]:
            name = metric["name"]
            metrics.add(name + "_info" if metric["type"] == "EnumAsInfo" else name)
            if metric["type"] in ("EnumAsInfo", "EnumAsStateSet", "DisplayString"):
                labels.add(name)
            labels.update(entry["labelname"] for entry in metric.get("indexes", []) + metric.get("lookups", []))
    for group in load(MADE / "powermta-records.rules.yml")["groups"]:
        metrics.update(rule["record"] for rule in group["rules"])
    return metrics, labels


def names_in(expression):
    """(metrics, labels) that an expression names."""
    bare = DURATION.sub("", STRING.sub('""', expression.replace("'%s'", '""')))
    labels = set()
    for pattern in (SELECTOR, GROUPING):
        for content in pattern.findall(bare):
            labels.update(WORD.findall(content))
        bare = pattern.sub(" ", bare)
    return {word for word in WORD.findall(bare) if word not in FUNCTIONS}, labels


def check_expression(expression, exporter):
    metrics, labels = known_names(exporter)
    named, where = names_in(expression)
    assert named and named <= metrics, (named - metrics, expression)
    assert where <= labels, (where - labels, expression)


def panel_queries(dashboard):
    return [(panel["title"], t["expr"]) for panel in dashboard["panels"] for t in panel.get("targets", [])]


def plain(expression):
    """A dashboard's expression with Grafana's variables filled in."""
    return expression.replace("$__range", "1h").replace("$window", "600")


def by_name(document):
    """A configuration of snmp_exporter without the orders that mean nothing."""
    for module in modules(document).values():
        module["walk"] = sorted(module["walk"])
        module["get"] = sorted(module.get("get", []))
        module["metrics"] = {metric["name"]: metric for metric in module["metrics"]}
    return document


@pytest.fixture
def mib_directory(tmp_path):
    """The MIB and the IETF's modules, under the names that net-snmp looks for."""
    base = os.environ.get("IETF_MIBS") or glob.glob("/usr/lib/erlang/lib/snmp-*/mibs")[0]
    for file in pathlib.Path(base).glob("*.mib"):
        shutil.copy(file, tmp_path / file.stem)
    shutil.copy(MADE / "PMTA-MONITOR-MIB.txt", tmp_path / "PMTA-MONITOR-MIB")
    return tmp_path


def test_debians_generator_makes_of_our_input_the_file_that_we_ship(mib_directory):
    shutil.copy(MADE / "generator-0.21.yml", mib_directory / "generator.yml")
    places = {"MIBDIRS": str(mib_directory), "SNMP_PERSISTENT_DIR": str(mib_directory)}
    environment = dict(os.environ, MIBS="PMTA-MONITOR-MIB", **places)
    command = ["prometheus-snmp-generator", "generate", "--fail-on-parse-errors", "-o", str(mib_directory / "snmp.yml")]
    result = subprocess.run(command, cwd=mib_directory, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert by_name(load(mib_directory / "snmp.yml")) == by_name(load(MADE / "snmp-0.21.yml"))


def test_the_newer_form_differs_in_communities_and_scales_only():
    new, old = load(MADE / "snmp.yml"), load(MADE / "snmp-0.21.yml")
    assert new["auths"]["public_v2"]["community"] == "public" and new["auths"]["public_v2"]["version"] == 2
    scaled = set()
    for module in new["modules"].values():
        for metric in module["metrics"]:
            if metric.pop("scale", None) == 0.01:
                scaled.add(metric["name"])
    for module in old.values():
        assert module.pop("auth") == {"community": "public"} and module.pop("version") == 2
    assert new["modules"] == old
    hundredths = {o.name for o in mib.readable() if (o.units or "").startswith("hundredths")}
    assert scaled == hundredths & {m["name"] for module in old.values() for m in module["metrics"]}
    assert len(scaled) > 30


def test_both_inputs_of_the_generator_differ_in_the_same():
    new, old = load(MADE / "generator.yml"), load(MADE / "generator-0.21.yml")
    for module in new["modules"].values():
        module["overrides"] = {n: o for n, o in module["overrides"].items() if "scale" not in o}
    for module in old["modules"].values():
        assert module.pop("auth") and module.pop("version") == 2
    assert new["modules"] == old["modules"]


def test_recording_rules_of_both_forms_give_percent_under_the_same_names():
    def shares(name):
        rules = [r for g in load(MADE / name)["groups"] for r in g["rules"]]
        return {r["record"]: r["expr"] for r in rules if r["record"].endswith((":percent", ":ratio"))}

    new, old = shares("powermta-records.rules.yml"), shares("powermta-records-0.21.rules.yml")
    assert old == {name: f"{expression} / 100" for name, expression in new.items()}
    assert new["pmta:providerWindowDeferralShare:percent"] == "providerWindowDeferralShare"


def test_everything_an_operator_is_woken_by_is_in_a_module(exporter):
    names = {metric["name"] for metric in exporter["powermta"]["metrics"]}
    assert {"pmtaAgentUpTime", "pmtaServerState", "pmtaServerPollAge", "providerWindowDeferralShare"} <= names
    assert {"vmtaRecipients", "bounceClassBounced", "pmtaSourceState", "pmtaAlarmSeverity"} <= names
    queues = {metric["name"] for metric in exporter["powermta_queues"]["metrics"]}
    assert {"domainQueueRecipients", "domainQueueMode", "domainQueueStuck", "domainQueueWindowDeferralShare"} <= queues


def test_no_index_or_time_without_meaning_becomes_a_series(exporter):
    objects = mib.objects()
    for module in exporter.values():
        for metric in module["metrics"]:
            thing = objects[metric["name"]]
            assert thing.access == "read-only" and thing.syntax not in ("DateAndTime", "RowPointer"), metric["name"]


@pytest.mark.parametrize("records", ["powermta-records.rules.yml", "powermta-records-0.21.rules.yml"])
def test_promtool_accepts_the_rules(records):
    files = [str(MADE / records), str(SOURCE / "prometheus/powermta.rules.yml")]
    result = subprocess.run(["promtool", "check", "rules", *files], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_alerts_do_what_their_own_tests_say(tmp_path):
    shutil.copy(MADE / "powermta-records.rules.yml", tmp_path)
    for name in ("powermta.rules.yml", "powermta.rules.test.yml"):
        shutil.copy(SOURCE / "prometheus" / name, tmp_path)
    command = ["promtool", "test", "rules", "powermta.rules.test.yml"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_promtool_accepts_the_sample_configuration(tmp_path):
    shutil.copy(MADE / "powermta-records.rules.yml", tmp_path)
    for name in ("powermta.rules.yml", "prometheus.yml"):
        shutil.copy(SOURCE / "prometheus" / name, tmp_path)
    command = ["promtool", "check", "config", str(tmp_path / "prometheus.yml")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_alerts_name_only_what_is_scraped_or_recorded(rules, exporter):
    for rule in rules:
        check_expression(rule["expr"], exporter)
        for text in rule["annotations"].values():
            for query in QUERY_IN_TEXT.findall(text):
                check_expression(query, exporter)
            labels = set(re.findall(r"\$labels\.(\w+)", text)) | set(re.findall(r'label "(\w+)"', text))
            assert labels <= known_names(exporter)[1], (labels, text)


def test_every_alert_says_how_bad_it_is_and_what_to_do(rules):
    names = [rule["alert"] for rule in rules]
    assert len(names) == len(set(names))
    for rule in rules:
        assert rule["labels"]["severity"] in ("critical", "warning", "info"), rule["alert"]
        assert rule["annotations"]["summary"] and rule["annotations"]["description"], rule["alert"]


def test_the_dashboard_names_only_what_is_scraped_or_recorded(dashboard, exporter):
    for title, expression in panel_queries(dashboard):
        assert title
        check_expression(plain(expression), exporter)
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
            check_expression(selector, exporter)
            assert label in known_names(exporter)[1]


def test_a_metric_that_does_not_exist_is_found_out(exporter):
    for wrong in ("providerDeferal > 1", "sum by (provider) (providerRecipients)", 'vmtaRecipients{vmta="a"}'):
        with pytest.raises(AssertionError):
            check_expression(wrong, exporter)


def test_grafana_can_import_the_dashboard(dashboard):
    assert dashboard["schemaVersion"] >= 36 and dashboard["uid"] == "pmta-monitor" and dashboard["id"] is None
    assert [i["name"] for i in dashboard["__inputs"]] == ["DS_PROMETHEUS"]
    panels = dashboard["panels"]
    assert [p["id"] for p in panels] == list(range(1, len(panels) + 1))
    used = {p["type"] for p in panels} - {"row"}
    assert used == {r["id"] for r in dashboard["__requires"] if r["type"] == "panel"}
    for panel in panels:
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] == "${DS_PROMETHEUS}" and panel["description"], panel["title"]


def test_every_panel_of_the_dashboard_has_what_grafana_reads_and_nothing_else(dashboard):
    assert dashboard["schemaVersion"] == 37
    for panel in dashboard["panels"]:
        jsonschema.validate(panel, grafana_schema.panel(panel["type"]))
        limits = [s["value"] for s in panel.get("fieldConfig", {}).get("defaults", {}).get("thresholds", {}).get("steps", [])]
        # Grafana takes the first step as the lowest there is, and the others as they come.
        assert limits[:1] in ([], [None]) and limits[1:] == sorted(limits[1:]), panel["title"]


def test_tables_of_the_dashboard_name_columns_that_their_queries_have(dashboard):
    tables = [panel for panel in dashboard["panels"] if panel["type"] == "table"]
    assert len(tables) > 5
    for panel in tables:
        organize = panel["transformations"][1]["options"]
        shown = set(organize["renameByName"].values())
        assert set(organize["renameByName"]) == set(organize["indexByName"])
        assert {o["matcher"]["options"] for o in panel["fieldConfig"]["overrides"]} <= shown, panel["title"]
        assert {s["displayName"] for s in panel["options"]["sortBy"]} <= shown, panel["title"]
        values = {name for name in organize["renameByName"] if name.startswith("Value")}
        references = [target["refId"] for target in panel["targets"]]
        assert values == ({"Value"} if len(references) == 1 else {f"Value #{r}" for r in references}), panel["title"]


def test_panels_do_not_overlap_and_stay_on_the_grid(dashboard):
    taken = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


def test_variables_of_the_dashboard_are_those_that_its_queries_use(dashboard):
    variables = {v["name"] for v in dashboard["templating"]["list"]}
    used = set()
    for _, expression in panel_queries(dashboard):
        used |= set(re.findall(r"\$(\w+)", expression))
    assert used - {"__range"} == variables == {"instance", "server", "vmta", "provider", "window"}


def test_telegrafs_input_has_numeric_oids_of_readable_objects_and_scales_shares():
    inputs = tomllib.loads((MADE / "powermta-telegraf.conf").read_text())["inputs"]["snmp"]
    objects = {o.oid: o for o in mib.readable()}
    scalars = {o.name for o in mib.module().scalars()}
    fields = [f for i in inputs for f in i.get("field", [])]
    columns = [f for i in inputs for t in i["table"] for f in t["field"]]
    assert len(fields) > 4 and len(columns) > 60
    for field in fields + columns:
        oid = field["oid"].lstrip(".")
        thing = objects[oid.removesuffix(".0") if field in fields else oid]
        assert (thing.name in scalars) == (field in fields), thing.name
        assert (field.get("conversion") == "float(2)") == thing.is_share, thing.name
        assert ("oid_index_suffix" in field) == ("Window" in thing.name), thing.name


def test_tables_of_telegrafs_input_have_labels_and_one_kind_of_index():
    objects = {o.oid: o for o in mib.readable()}
    index = {c.name: t.index for t in mib.module().tables() for c in t.columns}
    for source in tomllib.loads((MADE / "powermta-telegraf.conf").read_text())["inputs"]["snmp"]:
        for table in source["table"]:
            assert table["index_as_tag"] and any(f.get("is_tag") for f in table["field"]), table["name"]
            assert len({f["name"] for f in table["field"]}) == len(table["field"]), table["name"]
            own = index[objects[table["field"][0]["oid"].lstrip(".")].name]
            for field in table["field"]:
                of = index[objects[field["oid"].lstrip(".")].name]
                assert of[: len(own)] == own and len(of) - len(own) == ("oid_index_suffix" in field), field["name"]
