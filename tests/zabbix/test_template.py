# SPDX-License-Identifier: BSD-2-Clause
"""The templates as files: what Zabbix refuses or does not find is found here first, without a Zabbix."""

import os
import pathlib
import re
import subprocess
import sys

import pytest
import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "integrations"), str(TOP / "integrations/zabbix")]
import pmta_mib

BUILD = pathlib.Path(os.environ.get("PMTA_BUILD", "build"))
MIB = BUILD / "PMTA-MONITOR-MIB.txt"
VERSIONS = ("6.0", "7.0")
UUID4 = re.compile(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")


def make(version, mib):
    maker = TOP / "integrations/zabbix/make_template.py"
    return subprocess.run(
        [sys.executable, "-B", maker, version, mib], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture(scope="module")
def module():
    return pmta_mib.read(MIB)


@pytest.fixture(name="text", scope="module", params=VERSIONS)
def text_of_each_version(request):
    return (BUILD / f"template_app_powermta_snmp-{request.param}.yaml").read_text()


@pytest.fixture(scope="module")
def export(text):
    return yaml.safe_load(text)["zabbix_export"]


@pytest.fixture(scope="module")
def template(export):
    assert len(export["templates"]) == 1
    return export["templates"][0]


def every(node, name):
    """Each value of this name, however deep."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == name:
                yield value
            yield from every(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from every(value, name)


def all_items(template):
    yield from template["items"]
    for rule in template["discovery_rules"]:
        yield from rule["item_prototypes"]


def all_triggers(template):
    for triggers in every(template, "triggers"):
        yield from triggers
    for triggers in every(template, "trigger_prototypes"):
        yield from triggers


def test_every_value_is_text_as_zabbix_exports_it(export):
    def leaves(node):
        if isinstance(node, (dict, list)):
            for value in node.values() if isinstance(node, dict) else node:
                yield from leaves(value)
        else:
            yield node

    assert [leaf for leaf in leaves(export) if not isinstance(leaf, str)] == []


def test_uuids_are_of_version_4_and_unique(export):
    uuids = list(every(export, "uuid"))
    assert [uuid for uuid in uuids if not UUID4.fullmatch(uuid)] == []
    assert len(set(uuids)) == len(uuids) > 200


def test_uuids_of_both_versions_are_those_of_the_same_things():
    documents = [yaml.safe_load((BUILD / f"template_app_powermta_snmp-{v}.yaml").read_text()) for v in VERSIONS]
    keys = [{item["key"]: item["uuid"] for item in all_items(d["zabbix_export"]["templates"][0])} for d in documents]
    assert keys[0].items() <= keys[1].items()
    assert all(".walk." in key for key in keys[1].keys() - keys[0].keys())


def test_keys_are_unique(template):
    keys = [item["key"] for item in all_items(template)] + [rule["key"] for rule in template["discovery_rules"]]
    assert len(set(keys)) == len(keys)


def test_names_of_triggers_are_unique(template):
    names = [trigger["name"] for trigger in all_triggers(template)]
    assert len(set(names)) == len(names)


def test_every_oid_is_a_readable_object_of_the_mib(template, module):
    readable = {o.oid for o in module.objects.values() if o.access == "read-only"}
    columns = {column.oid: table for table in module.tables() for column in table.columns}
    rules = template["discovery_rules"]
    oids = [value for value in every(template, "snmp_oid")]
    oids += [step["parameters"][0] for steps in every(rules, "preprocessing") for step in steps if step["type"] == "SNMP_WALK_VALUE"]
    found = set()
    for value in oids:
        for oid in re.findall(r"1\.3\.6\.1\.4\.1\.[0-9.]+", value):
            instance = re.sub(r"\.$", "", oid)
            base = instance if instance in readable else instance.rsplit(".", 1)[0]
            assert base in readable, value
            # A scalar has the instance 0; a column that of the row discovered.
            assert (instance == base) == (base in columns), value
            found.add(base)
    assert len(found) > 100


def test_value_maps_are_the_enumerations_of_the_mib(template, module):
    maps = {m["name"]: {int(p["value"]): p["newvalue"] for p in m["mappings"]} for m in template["valuemaps"]}
    for name, pairs in maps.items():
        if name.startswith("PMTA-MONITOR-MIB::"):
            name = name.split("::")[1]
            wanted = module.conventions[name][1] if name in module.conventions else module.objects[name].enums
            assert pairs == wanted, name
    used = {item["valuemap"]["name"] for item in all_items(template) if "valuemap" in item}
    assert used == set(maps)


def test_every_enumeration_has_its_value_map(template, module):
    for item in all_items(template):
        described = re.match(r"MIB: PMTA-MONITOR-MIB, (\w+)", item["description"])
        if described and module.objects[described[1]].enums:
            assert "valuemap" in item, item["key"]


def test_every_item_of_an_expression_exists(template):
    keys = sorted((item["key"] for item in all_items(template)), key=len, reverse=True)
    for trigger in all_triggers(template):
        for part in ("expression", "recovery_expression"):
            for start in re.finditer(r"/PowerMTA by SNMP/", trigger.get(part, "")):
                rest = trigger[part][start.end() :]
                assert any(rest.startswith(key + ",") or rest.startswith(key + ")") for key in keys), trigger[part]


def test_every_trigger_that_is_depended_on_exists(template):
    known = {(trigger["name"], trigger["expression"]) for trigger in all_triggers(template)}
    for needed in every(template, "dependencies"):
        for trigger in needed:
            assert (trigger["name"], trigger["expression"]) in known


def test_every_macro_has_a_default_and_a_use(template):
    defined = {macro["macro"] for macro in template["macros"]}
    text = yaml.safe_dump({name: value for name, value in template.items() if name != "macros"}, width=100000)
    used = {f"{{${name}}}" for name in re.findall(r"\{\$([A-Z._]+)", text)}
    assert used - defined == {"{$SNMP_COMMUNITY}"}
    assert defined - used == set()


def test_every_dependent_item_has_its_master(template):
    keys = {item["key"] for item in template["items"]}
    assert all(master["key"] in keys for master in every(template, "master_item"))


def test_every_graph_of_the_dashboard_exists(template):
    graphs = {graph["name"] for graphs in every(template, "graph_prototypes") for graph in graphs}
    shown = {
        field["value"]["name"]
        for dashboard in template["dashboards"]
        for fields in every(dashboard, "fields")
        for field in fields
        if field["type"] == "GRAPH_PROTOTYPE"
    }
    assert shown and shown <= graphs


def test_a_host_with_one_server_leaves_no_gap_on_the_dashboard(template):
    """Each widget is as high as its graphs, and begins where the one above ends."""
    pages = {page["name"]: page["widgets"] for page in template["dashboards"][0]["pages"]}
    assert len(pages["Servers"]) == 4
    for name, widgets in pages.items():
        rows = {next(f["value"] for f in widget["fields"] if f["name"] == "rows") for widget in widgets}
        assert rows == {"1" if name == "Servers" else "2"}
        for place, widget in enumerate(widgets):
            assert int(widget["height"]) == 5 * int(*rows)
            assert int(widget["y"]) == place // 2 * int(widget["height"])


def test_every_item_of_a_graph_exists(template):
    keys = {item["key"] for item in all_items(template)}
    lines = [line for lines in every(template, "graph_items") for line in lines]
    assert lines and all(line["item"]["key"] in keys for line in lines)


def test_every_notification_of_the_mib_is_matched_by_one_item_only(template, module):
    keys = [item["key"] for item in template["items"] if item["key"].startswith('snmptrap["')]
    patterns = [re.compile(key[len('snmptrap["') : -len('"]')]) for key in keys]
    for notification in module.notifications():
        for line in (
            f"  .1.3.6.1.6.3.1.1.4.1.0 value=OID: .{notification.oid}",
            f"  iso.3.6.1.6.3.1.1.4.1.0         type=6  value=OID: iso{notification.oid[1:]}",
            f"  SNMPv2-MIB::snmpTrapOID.0 type=6 value=OID: PMTA-MONITOR-MIB::{notification.name}",
        ):
            trap = f"07:00:00 2026/11/22 ZBXTRAP 192.0.2.1\nVARBINDS:\n{line}\n  .1.3 value=STRING: \"x\"\n"
            assert sum(bool(pattern.search(trap)) for pattern in patterns) == 1, line


def test_words_of_a_remote_host_are_taken_for_no_notification(template, module):
    keys = [item["key"] for item in template["items"] if item["key"].startswith('snmptrap["')]
    oid = module.oid("pmtaServerUp")
    trap = f'  .{module.oid("pmtaEventText")}.1 value=STRING: "550 .1.3.6.1.6.3.1.1.4.1.0 value=OID: .{oid}"\n'
    assert [key for key in keys if re.search(key[len('snmptrap["') : -len('"]')], trap)] == []


def macro_value(macro, trap):
    """What Zabbix makes of {{ITEM.VALUE}.regsub("...","\\3")}."""
    pattern = re.fullmatch(r'\{\{ITEM\.VALUE\}\.regsub\("(.*)", "\\3"\)\}', macro)[1]
    match = re.search(pattern, trap)
    return match and match[3]


@pytest.mark.parametrize("written", ['value=STRING: "{}"', ' type=4  value=STRING: "{}"', "value=STRING: {}"])
def test_tags_of_a_problem_come_out_of_its_varbinds(template, module, written):
    text = 'gmail.com/vmta-b: 5000 queued (limit 4000); reply: 421: try "later" again'
    values = {
        "pmtaEventAlarmId": "value=Gauge32: 17",
        "pmtaEventServer": written.format("mta1"),
        "pmtaEventObject": written.format("gmail.com/{default}"),
        "pmtaEventText": written.format(text),
    }
    trap = "".join(f"  .{module.oid(name)}.4711 {value}\n" for name, value in values.items())
    trigger = next(t for t in all_triggers(template) if t["name"] == "PowerMTA: Queue depth high (critical)")
    tags = {tag["tag"]: tag["value"] for tag in trigger["tags"]}
    assert macro_value(tags["alarm"], trap) == "17"
    assert macro_value(tags["server"], trap) == "mta1"
    assert macro_value(tags["object"], trap) == "gmail.com/{default}"
    event = trigger["event_name"].removeprefix("PowerMTA: Queue depth high: ")
    assert macro_value(event, trap) == text


def test_each_severity_opens_a_problem_of_one_priority(template, module):
    triggers = [t for t in all_triggers(template) if t["name"].startswith("PowerMTA: Queue depth high (")]
    column = module.oid("pmtaEventSeverity")
    wanted = {2: "WARNING", 3: "HIGH", 4: "AVERAGE", 5: "WARNING", 6: "WARNING"}
    for number, priority in wanted.items():
        for value in (f"value=INTEGER: {number}", f"type=2 value=INTEGER: some({number})"):
            trap = f"  .{column}.4711 {value}\n"
            pattern = [re.findall(r'"regexp","([^"]*)"', t["expression"])[1] for t in triggers]
            assert [t["priority"] for t, p in zip(triggers, pattern) if re.search(p, trap)] == [priority]


@pytest.mark.parametrize("version", VERSIONS)
def test_same_mib_gives_the_same_file(version):
    assert make(version, MIB).stdout == (BUILD / f"template_app_powermta_snmp-{version}.yaml").read_text()


@pytest.mark.parametrize("version", VERSIONS)
def test_another_root_moves_the_oids_and_nothing_else(version, tmp_path):
    other = tmp_path / "MIB.txt"
    source = TOP / "mibs"
    made = subprocess.run(
        ["sh", source / "make-mib", "1.3.6.1.4.1.99999.7", source / "PMTA-MONITOR-MIB.in"],
        stdout=subprocess.PIPE,
        check=True,
    )
    other.write_bytes(made.stdout)
    root, moved = pmta_mib.read(MIB).oid("pmtaMonitorMIB"), "1.3.6.1.4.1.99999.7"
    plain = (BUILD / f"template_app_powermta_snmp-{version}.yaml").read_text()
    in_patterns = [r.removeprefix("1").replace(".", "[.]") for r in (root, moved)]
    wanted = plain.replace(root, moved).replace(*in_patterns)
    if version == "6.0":
        assert make(version, other).stdout == wanted
    else:
        # More columns may fit one walk.
        uuids = [set(re.findall(r"uuid: '(\w+)'", text)) for text in (make(version, other).stdout, wanted)]
        assert uuids[0] <= uuids[1]


@pytest.mark.parametrize("version", VERSIONS)
def test_object_that_the_mib_does_not_have_is_an_error(version, tmp_path):
    other = tmp_path / "MIB.txt"
    other.write_text(MIB.read_text().replace("providerTopReason ", "providerOtherReason "))
    made = make(version, other)
    assert made.returncode != 0
    assert "providerTopReason is not a readable object of the MIB" in made.stderr
    assert made.stdout == ""


def test_walks_fit_the_field_of_an_oid(template):
    assert max(len(oid) for oid in every(template, "snmp_oid")) <= 512
