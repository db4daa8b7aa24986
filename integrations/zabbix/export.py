# SPDX-License-Identifier: BSD-2-Clause
"""How Zabbix calls things: items, discovery rules, triggers, graphs and traps in its export format.

The formats of 6.0 and 7.0 differ in how a table is read. 6.0 asks for every cell (discovery[] and
plain OIDs); 7.0 walks columns (walk[]) and takes the cells out of one answer. Keys, names and
UUIDs are the same in both, so that the one can be imported over the other.
"""

import hashlib
import re

import monitored

NAME = "PowerMTA by SNMP"
GROUP = {"uuid": "a571c0d144b14fd4a87a9d9b2aa9fcd6", "name": "Templates/Applications"}
# What Zabbix takes; see its database schema.
OID_MOST, KEY_MOST, TAG_MOST, NAME_MOST = 512, 2048, 255, 255
UNITS = {"seconds": "s", "milliseconds": "s", "kilobytes": "B", "hundredths of a percent": "%", "percent": "%", "hundredths": None}
MULTIPLIERS = {"milliseconds": "0.001", "kilobytes": "1024", "hundredths of a percent": "0.01", "hundredths": "0.01"}
COLORS = ["1A7C11", "F63100", "2774A4", "A54F10", "FC6EA3", "6C59DC"]
# Net-snmp gives text that is not ASCII as bytes in hexadecimal.
UNHEX = r"""function text(value) {
    if (!/^([0-9A-F]{2}\s+)*[89A-F][0-9A-F](\s+[0-9A-F]{2})*\s*$/.test(value)) {
        return value;
    }
    try {
        return decodeURIComponent('%' + value.trim().split(/\s+/).join('%'));
    } catch (error) {
        return value;
    }
}
"""
UNHEX_TEXT = UNHEX + "return text(value);"
UNHEX_ROWS = (
    UNHEX
    + """var rows = JSON.parse(value);
rows.forEach(function (row) {
    Object.keys(row).forEach(function (macro) {
        row[macro] = text(row[macro]);
    });
});
return JSON.stringify(rows);"""
)


class Wrong(Exception):
    """The table of what is monitored does not fit the MIB, or the result does not fit Zabbix."""


def uuid(*names):
    """An identifier that is made of names alone, in the form of a random one (RFC 9562, version 4)."""
    digits = list(hashlib.sha256("/".join(("pmta-monitor", *names)).encode()).hexdigest()[:32])
    digits[12] = "4"
    digits[16] = "89ab"[int(digits[16], 16) % 4]
    return "".join(digits)


def fitting(text, most, what):
    if len(text) > most:
        raise Wrong(f"{what} has {len(text)} characters, Zabbix takes {most}: {text}")
    return text


def words(descriptor):
    """pmtaServerQueuedKBytes: [pmta, server, queued, kbytes]."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+[0-9]*|[A-Z0-9]+(?=[A-Z][a-z]|$)", descriptor)]


def step(kind, *parameters, discard=False):
    made = {"type": kind, "parameters": list(parameters) or [""]}
    if discard:
        made["error_handler"] = "DISCARD_VALUE"
    return made


def is_text(thing):
    return not thing.is_number and not thing.enums


def per_second(item, thing):
    return thing.is_counter and item.rate


def tags(component, more=None):
    pairs = [("component", component), *sorted((more or {}).items())]
    return [{"tag": tag, "value": value} for tag, value in pairs]


class Exporter:
    """Makes the parts of a template for one version of Zabbix out of the MIB."""

    def __init__(self, module, version):
        self.module, self.version = module, version
        self.walks = version != "6.0"
        self.maps = set()
        self.columns = {column.name: table for table in module.tables() for column in table.columns}

    def object(self, name):
        """The MIB's object of this name; that there is none is a mistake in the table or too old a MIB."""
        thing = self.module.objects.get(name)
        if thing is None or thing.access != "read-only":
            raise Wrong(f"{name} is not a readable object of the MIB")
        return thing

    # Items

    def key(self, item, rows=None):
        base = ".".join(["pmta", *[w for w in words(item.object) if w != "pmta"]])
        if rows is None:
            return base
        window = [str(item.window)] if item.window else []
        return fitting(f"{base}[{','.join([*rows.keys, *window])}]", KEY_MOST, "key")

    def name(self, item, rows=None):
        over = "" if not item.window else f", {period(item.window)}"
        prefix = row_prefix(rows) if rows else "pmta-monitord"
        return fitting(f"{prefix}: {item.name}{over}", NAME_MOST, "name")

    def oid(self, item, rows=None):
        thing = self.object(item.object)
        if rows is None:
            if thing.name in self.columns:
                raise Wrong(f"{thing.name} is a column, not a scalar")
            return f"{thing.oid}.0"
        self.check_index(item, rows)
        return f"{thing.oid}.{{#SNMPINDEX}}" + (f".{item.window}" if item.window else "")

    def check_index(self, item, rows):
        """The item's table must be indexed like the rows discovered, with the window behind it."""
        own = self.columns[next(iter(rows.labels.values()))].index
        if item.object not in self.columns:
            raise Wrong(f"{item.object} is not a column")
        index = self.columns[item.object].index
        if (index[:-1] if item.window else index) != own:
            raise Wrong(f"{item.object} has the index {index}, its row {own}")

    def scalar(self, item):
        made = self.item(item, None)
        made["snmp_oid"] = f"get[{self.oid(item)}]" if self.walks else self.oid(item)
        return made

    def item(self, item, rows):
        """An item or a prototype; how its value is fetched is put in by the caller."""
        thing = self.object(item.object)
        made = {
            "uuid": uuid("item", self.key(item, rows)),
            "name": self.name(item, rows),
            "type": "SNMP_AGENT",
            "snmp_oid": "",
            "key": self.key(item, rows),
            "delay": item.delay,
            "history": "7d",
        }
        made.update(self.value_fields(item, thing))
        made["description"] = f"MIB: PMTA-MONITOR-MIB, {thing.name}\n{thing.description}"
        if thing.enums:
            made["valuemap"] = {"name": self.value_map(thing)}
        steps = self.steps(item, thing, rows)
        if steps:
            made["preprocessing"] = steps
        made["tags"] = tags(item.component, rows and rows.tags)
        return made

    def value_fields(self, item, thing):
        """Type and unit of the value, where they are not Zabbix' default of a plain number without a sign."""
        made = {}
        if is_text(thing):
            made.update(trends="0", value_type="CHAR")
        elif per_second(item, thing) or thing.units in MULTIPLIERS or thing.syntax == "Integer32":
            made["value_type"] = "FLOAT"
        units = self.units(thing, per_second(item, thing))
        if units:
            made["units"] = units
        return made

    def steps(self, item, thing, rows):
        """What is done with a value once it is there; in 7.0 taking it out of a walk comes before."""
        walked = self.walks and rows
        steps = []
        if not walked and thing.name != "pmtaAgentUpTime":
            # The MIB gives no instance where a value is not known; that is no fault. Only the sign of life is.
            steps.append(self.unknown_is_no_fault())
        if per_second(item, thing):
            steps.append(step("CHANGE_PER_SECOND"))
        if thing.units in MULTIPLIERS:
            steps.append(step("MULTIPLIER", MULTIPLIERS[thing.units]))
        if is_text(thing):
            steps += [] if walked else [step("JAVASCRIPT", UNHEX_TEXT)]
            steps.append(step("DISCARD_UNCHANGED_HEARTBEAT", "1h"))
        return steps

    def unknown_is_no_fault(self):
        """7.0 asks which errors are meant: any."""
        return step("CHECK_NOT_SUPPORTED", *(["-1"] if self.walks else []), discard=True)

    def units(self, thing, per_second):
        """Zabbix' word for the unit; a plain number has none, so that 1500 recipients are 1.5 K."""
        if not thing.is_number or not thing.units:
            return None
        if thing.name.endswith("UpTime"):
            return "uptime"
        if thing.name == "pmtaAgentIndexEpoch":
            return "unixtime"
        if thing.units not in UNITS:
            return f"{thing.units}/s" if per_second else None
        unit = UNITS[thing.units]
        return {"B": "Bps"}.get(unit, unit) if per_second else unit

    def value_map(self, thing):
        """Named after the textual convention if the module has one for it, as several objects share that."""
        name = thing.convention if thing.convention in self.module.conventions else thing.name
        self.maps.add(name)
        return f"PMTA-MONITOR-MIB::{name}"

    def value_maps(self):
        """The enumerations that items have named so far."""
        made = []
        for name in sorted(self.maps):
            enums = self.module.conventions[name][1] if name in self.module.conventions else self.object(name).enums
            pairs = [{"value": str(value), "newvalue": word} for value, word in sorted(enums.items())]
            made.append({"uuid": uuid("map", name), "name": f"PMTA-MONITOR-MIB::{name}", "mappings": pairs})
        return made

    # Tables

    def rule(self, rows):
        """A discovery rule with its prototypes."""
        for column in rows.labels.values():
            self.object(column)
        key = f"pmta.{rows.kind}.discovery"
        made = {
            "uuid": uuid("rule", rows.kind),
            "name": f"{rows.title} discovery",
            "key": key,
        }
        if rows.filters:
            made["filter"] = {"evaltype": "AND", "conditions": self.conditions(rows)}
        if rows.lifetime:
            made["lifetime"] = rows.lifetime
        labels = [(macro, self.object(column).oid) for macro, column in rows.labels.items()]
        if self.walks:
            triplets = [part for macro, oid in labels for part in (macro, oid, "1")]
            to_json = step("SNMP_WALK_TO_JSON", *triplets)
            if rows.may_be_empty:
                to_json.update(error_handler="CUSTOM_VALUE", error_handler_params="[]")
            made.update(type="DEPENDENT", delay="0", master_item={"key": self.walk_key(rows, "labels")})
            made["preprocessing"] = [to_json]
        else:
            pairs = ",".join(f"{macro},{oid}" for macro, oid in labels)
            made.update(type="SNMP_AGENT", delay=rows.delay)
            made["snmp_oid"] = fitting(f"discovery[{pairs}]", OID_MOST, "discovery")
            made["preprocessing"] = [step("JAVASCRIPT", UNHEX_ROWS)]
        made["preprocessing"].append(step("DISCARD_UNCHANGED_HEARTBEAT", "1h"))
        made["description"] = f"Rows of {self.columns[next(iter(rows.labels.values()))].name}."
        made["item_prototypes"] = self.prototypes(rows)
        made["trigger_prototypes"] = [self.trigger(t, rows) for t in rows.triggers]
        if rows.graphs:
            made["graph_prototypes"] = [self.graph(g, rows) for g in rows.graphs]
        return {name: value for name, value in made.items() if value != []}

    def conditions(self, rows):
        made = []
        for macro, filtered in rows.filters.items():
            for name, operator in (("MATCHES", None), ("NOT_MATCHES", "NOT_MATCHES_REGEX")):
                made.append({"macro": macro, "value": f"{{$PMTA.{filtered}.{name}}}"})
                if operator:
                    made[-1]["operator"] = operator
                made[-1]["formulaid"] = chr(ord("A") + len(made) - 1)
        return made

    def prototypes(self, rows):
        made = []
        for item in rows.items:
            prototype = self.item(item, rows)
            if self.walks:
                text = prototype.get("value_type") == "CHAR"
                value = step("SNMP_WALK_VALUE", self.oid(item, rows), "1" if text else "0", discard=True)
                prototype["preprocessing"] = [value, *prototype.get("preprocessing", [])]
                prototype.update(type="DEPENDENT", delay="0", master_item={"key": self.master_of(item, rows)})
                del prototype["snmp_oid"]
            else:
                prototype["snmp_oid"] = fitting(self.oid(item, rows), OID_MOST, "OID")
            made.append(prototype)
        return made

    def walk_key(self, rows, part):
        return f"pmta.{rows.kind}.walk.{part}"

    def batches(self, rows):
        """Columns that one walk[] has room for, one list a walk."""
        batches = []
        for oid in dict.fromkeys(self.object(item.object).oid for item in rows.items):
            if not batches or len(f"walk[{','.join([*batches[-1], oid])}]") > OID_MOST:
                batches.append([])
            batches[-1].append(oid)
        return batches

    def master_of(self, item, rows):
        oid = self.object(item.object).oid
        number = next(n for n, batch in enumerate(self.batches(rows), 1) if oid in batch)
        return self.walk_key(rows, str(number))

    def walk_items(self, rows):
        """The items that walk a table: one for what discovery needs, the others for the values."""
        labels = [self.object(column).oid for column in rows.labels.values()]
        parts = [("labels", rows.delay, labels)]
        parts += [(str(n), "1m", batch) for n, batch in enumerate(self.batches(rows), 1)]
        return [
            {
                "uuid": uuid("item", self.walk_key(rows, part)),
                "name": f"{rows.title}: Walk of {part}",
                "type": "SNMP_AGENT",
                "snmp_oid": fitting(f"walk[{','.join(oids)}]", OID_MOST, "walk"),
                "key": self.walk_key(rows, part),
                "delay": delay,
                "history": "0",
                "trends": "0",
                "value_type": "TEXT",
                "description": f"Columns of {rows.title} rows, as one answer.",
                "tags": tags("raw"),
            }
            for part, delay, oids in parts
        ]

    # Triggers

    def known(self, rows):
        return {(item.object, item.window): item for item in (rows.items if rows else monitored.AGENT_ITEMS)}

    def put_in(self, text, rows, host):
        """An expression with its items, numbers of enumerations and contexts of macros put in."""
        known = self.known(rows)

        def item_of(match):
            window = int(match[2]) if match[2] else None
            if (match[1], window) not in known:
                raise Wrong(f"{text}: {match[0]} is not an item of {rows.title if rows else 'the agent'}")
            return f"/{host}/{self.key(known[match[1], window], rows)}"

        def number_of(match):
            enums = self.object(match[1]).enums
            numbers = [number for number, word in enums.items() if word == match[2]]
            if not numbers:
                raise Wrong(f"{text}: {match[2]} is not a value of {match[1]}")
            return str(numbers[0])

        text = re.sub(r"\{([a-z][A-Za-z0-9]*)(?::(\d+))?\}", item_of, text)
        text = re.sub(r"@([a-z][A-Za-z0-9]*)\.([a-zA-Z]+)", number_of, text)
        if rows:
            text = re.sub(r"\{\$(PMTA\.[A-Z.]+)\}", rf'{{$\1:"{rows.context}"}}', text)
        return text

    def trigger_name(self, name, rows):
        return fitting(f"{row_prefix(rows)}: {name}" if rows else f"PowerMTA: {name}", NAME_MOST, "trigger")

    def trigger(self, trigger, rows=None):
        name = self.trigger_name(trigger.name, rows)
        made = {
            "uuid": uuid("trigger", name),
            "expression": self.put_in(trigger.expression, rows, NAME),
            "name": name,
            "priority": trigger.priority,
        }
        if trigger.event:
            event = self.put_in(trigger.event, rows, "{HOST.HOST}")
            made["event_name"] = self.trigger_name(event, rows) if rows else f"PowerMTA: {event}"
        if trigger.description:
            made["description"] = trigger.description
        if trigger.manual:
            made["manual_close"] = "YES"
        if trigger.needs:
            made["dependencies"] = [self.dependency(needed, rows) for needed in trigger.needs]
        made["tags"] = [{"tag": "scope", "value": trigger.scope}]
        return made

    def dependency(self, name, rows):
        own = next((t for t in (rows.triggers if rows else []) if t.name == name), None)
        if own:
            return {"name": self.trigger_name(name, rows), "expression": self.put_in(own.expression, rows, NAME)}
        if name == monitored.UNAVAILABLE:
            return {"name": self.trigger_name(name, None), "expression": UNAVAILABLE_EXPRESSION}
        own = next(t for t in monitored.AGENT_TRIGGERS if t.name == name)
        return {"name": self.trigger_name(name, None), "expression": self.put_in(own.expression, None, NAME)}

    # Graphs

    def graph_name(self, graph, rows):
        return f"{row_prefix(rows)}: {graph.name}"

    def graph(self, graph, rows):
        known = self.known(rows)
        lines = []
        for number, what in enumerate(graph.items):
            name, _, window = what.partition(":")
            if (name, int(window) if window else None) not in known:
                raise Wrong(f"graph {graph.name}: {what} is not an item of {rows.title}")
            key = self.key(known[name, int(window) if window else None], rows)
            line = {"sortorder": str(number)} if number else {}
            lines.append({**line, "color": COLORS[number], "item": {"host": NAME, "key": key}})
        name = self.graph_name(graph, rows)
        made = {"uuid": uuid("graph", name), "name": name}
        made["graph_items"] = lines
        return made


UNAVAILABLE_EXPRESSION = f"max(/{NAME}/zabbix[host,snmp,available],{{$SNMP.TIMEOUT}})=0"


def row_prefix(rows):
    """What every name of a row begins with; a server names itself."""
    named = f"{rows.title} [{rows.named}]"
    return named if rows.named == "{#SERVER}" else f"{{#SERVER}}: {named}"


def period(seconds):
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
