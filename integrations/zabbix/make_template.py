#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a template for Zabbix out of the built MIB: make_template.py 6.0|7.0 PMTA-MONITOR-MIB.txt >FILE

Nothing but the MIB and monitored.py goes into it: the same input gives the same file, and UUIDs
depend on names alone, so that a new version is imported over the old one.
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
import export
import monitored
import pmta_mib
import traps

VERSIONS = ("6.0", "7.0")
DESCRIPTION = """PowerMTA, as pmta-monitord tells of it through net-snmp's snmpd.

1. Let Zabbix reach snmpd on the mail server, and set {$SNMP_COMMUNITY} or SNMPv3 in the interface of the host.
2. Link this template to the host. No MIB need be installed: OIDs are numeric.
3. For notifications, let snmptrapd hand them over to Zabbix: see README.

MIB used: PMTA-MONITOR-MIB."""


def agent_items(exporter):
    available = {
        "uuid": export.uuid("item", "zabbix[host,snmp,available]"),
        "name": "SNMP agent availability",
        "type": "INTERNAL",
        "key": "zabbix[host,snmp,available]",
        "history": "7d",
        "description": "Whether snmpd answers. It does so when pmta-monitord is dead, too.",
        "valuemap": {"name": "zabbix.host.available"},
        "tags": export.tags("health"),
        "triggers": [unavailable(exporter)],
    }
    items = [exporter.scalar(item) for item in monitored.AGENT_ITEMS]
    for trigger in monitored.AGENT_TRIGGERS:
        made = exporter.trigger(trigger)
        named = re.search(r"/([a-z.]+)[,)]", made["expression"])[1]
        owner = next(item for item in items if item["key"] == named)
        owner.setdefault("triggers", []).append(made)
    return [available, *items]


def unavailable(exporter):
    return {
        "uuid": export.uuid("trigger", monitored.UNAVAILABLE),
        "expression": export.UNAVAILABLE_EXPRESSION,
        "name": exporter.trigger_name(monitored.UNAVAILABLE, None),
        "priority": "WARNING",
        "description": "snmpd does not answer: nothing is known of PowerMTA.",
        "tags": [{"tag": "scope", "value": "availability"}],
    }


def macros():
    made = dict(monitored.MACROS)
    for filtered in {name for rows in monitored.TABLES for name in rows.filters.values()}:
        value, what = monitored.MATCHES.get(filtered, (".*", "What discovery takes."))
        made[f"{{$PMTA.{filtered}.MATCHES}}"] = (value, what)
        made[f"{{$PMTA.{filtered}.NOT_MATCHES}}"] = ("CHANGE_IF_NEEDED", "What discovery leaves out.")
    return [{"macro": name, "value": value, "description": what} for name, (value, what) in sorted(made.items())]


def widget(exporter, kind, name, place):
    """Graphs of rows, two columns of widgets a page; 7.0 has three times as many columns as 6.0."""
    half = 36 if exporter.walks else 12
    # Of the other tables there are many rows; most hosts have one server, and would show a gap below it.
    graphs = 1 if kind == "server" else 2
    height = 5 * graphs
    rows = next(rows for rows in monitored.TABLES if rows.kind == kind)
    graph = next(graph for graph in rows.graphs if graph.name == name)
    fields = [
        ("INTEGER", "columns", "1"),
        ("INTEGER", "rows", str(graphs)),
        ("GRAPH_PROTOTYPE", "graphid", {"host": export.NAME, "name": exporter.graph_name(graph, rows)}),
    ]
    if exporter.walks:
        reference = "".join(chr(ord("A") + int(c, 16)) for c in export.uuid("widget", kind, name)[:5])
        fields[2] = ("GRAPH_PROTOTYPE", "graphid.0", fields[2][2])
        fields.append(("STRING", "reference", reference))
    return {
        "type": "graphprototype" if exporter.walks else "GRAPH_PROTOTYPE",
        "name": f"{rows.title}: {graph.name}",
        "x": str(place % 2 * half),
        "y": str(place // 2 * height),
        "width": str(half),
        "height": str(height),
        "fields": [{"type": kind, "name": name, "value": value} for kind, name, value in fields],
    }


def dashboard(exporter):
    pages = [
        {"name": page, "widgets": [widget(exporter, *graph, place) for place, graph in enumerate(graphs)]}
        for page, graphs in monitored.PAGES.items()
    ]
    return {"uuid": export.uuid("dashboard"), "name": "PowerMTA", "pages": pages}


AVAILABLE = {
    "uuid": export.uuid("map", "zabbix.host.available"),
    "name": "zabbix.host.available",
    "mappings": [
        {"value": "0", "newvalue": "not available"},
        {"value": "1", "newvalue": "available"},
        {"value": "2", "newvalue": "unknown"},
    ],
}


def template(module, version):
    exporter = export.Exporter(module, version)
    items = agent_items(exporter) + traps.items(module)
    if exporter.walks:
        items += [item for rows in monitored.TABLES for item in exporter.walk_items(rows)]
    made = {"uuid": export.uuid("template"), "template": export.NAME, "name": export.NAME, "description": DESCRIPTION}
    if exporter.walks:
        made["vendor"] = {"name": "pmta-monitor", "version": f"{version}-0"}
    made.update(
        groups=[{"name": export.GROUP["name"]}],
        items=items,
        discovery_rules=[exporter.rule(rows) for rows in monitored.TABLES],
        tags=[{"tag": "class", "value": "software"}, {"tag": "target", "value": "powermta"}],
        macros=macros(),
        dashboards=[dashboard(exporter)],
        valuemaps=[*exporter.value_maps(), AVAILABLE],
    )
    if exporter.walks:
        return {"zabbix_export": {"version": version, "template_groups": [export.GROUP], "templates": [made]}}
    # 6.0 wants the time of the export; a file that is made from its sources has none but its format's.
    head = {"version": version, "date": "2022-02-15T00:00:00Z", "groups": [export.GROUP]}
    return {"zabbix_export": {**head, "templates": [made]}}


def scalar_text(value):
    return "'" + value.replace("'", "''") + "'"


def yaml_lines(value, indent=""):
    """Block style, every text in single quotes or, if it has lines, as a literal block."""
    pairs = value.items() if isinstance(value, dict) else [("-", entry) for entry in value]
    for name, part in pairs:
        head = indent + (name if name == "-" else f"{name}:")
        if isinstance(part, (dict, list)):
            lines = list(yaml_lines(part, indent + "  "))
            if name == "-":
                yield f"{indent}- {lines[0].lstrip()}"
                yield from lines[1:]
            else:
                yield head
                yield from lines
        elif "\n" in part:
            yield f"{head} |-"
            yield from (f"{indent}  {line}".rstrip() for line in part.split("\n"))
        else:
            yield f"{head} {scalar_text(part)}"


def main(arguments):
    if len(arguments) != 2 or arguments[0] not in VERSIONS:
        sys.exit(f"usage: make_template.py {'|'.join(VERSIONS)} PMTA-MONITOR-MIB.txt")
    try:
        made = template(pmta_mib.read(arguments[1]), arguments[0])
    except export.Wrong as error:
        sys.exit(f"make_template.py: {error}")
    sys.stdout.write("\n".join(yaml_lines(made)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
