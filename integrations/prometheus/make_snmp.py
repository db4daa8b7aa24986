#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes what snmp_exporter and Prometheus need of PMTA-MONITOR-MIB, from the module as it was built.

    make_snmp.py MIB DIRECTORY

writes into DIRECTORY, for snmp_exporter 0.25 and later and (names ending in -0.21) for Debian 12's:

    generator.yml, generator-0.21.yml   what to read and how, for the exporter's generator
    snmp.yml, snmp-0.21.yml             what that generator makes of it
    powermta-records.rules.yml, powermta-records-0.21.rules.yml
                                        recording rules: every share in percent, and rates

The exporter's configuration is made without its generator, which needs the IETF's modules; a test
compares the two. 0.21 cannot scale a value, so shares stay in hundredths of a percent there, and the
recording rules divide: alerts and dashboards use the recorded names and fit both.
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import pmta_mib

# Few rows of many columns: walked as a whole, which takes fewer packets than column by column.
WHOLE = ("pmtaServerTable", "pmtaTrafficTable")
# Of the others only the columns that become metrics are walked.
TABLES = {
    "powermta": WHOLE
    + (
        "pmtaServerWindowTable",
        "pmtaDeliveryTypeTable",
        "vmtaTable",
        "vmtaWindowTable",
        "providerTable",
        "providerWindowTable",
        "providerBounceTable",
        "bounceClassTable",
        "bounceClassWindowTable",
        "pmtaSourceTable",
        "pmtaThresholdTable",
        "pmtaAlarmTable",
    ),
    "powermta_queues": ("domainQueueTable", "domainQueueWindowTable"),
}
# Of tables that tell mostly how something is configured, only these columns.
ONLY = {
    "pmtaThresholdTable": ("pmtaThresholdActive", "pmtaThresholdRaises", "pmtaThresholdWouldRaise"),
    "pmtaAlarmTable": ("pmtaAlarmSeverity", "pmtaAlarmValue", "pmtaAlarmLimit", "pmtaAlarmRaisedAge", "pmtaAlarmText"),
}
# The columns whose text becomes a label of every row with these index objects.
LABELS = {
    ("pmtaServerIndex",): ("pmtaServerName",),
    ("pmtaServerIndex", "pmtaDeliveryTypeIndex"): ("pmtaDeliveryTypeName",),
    ("pmtaServerIndex", "vmtaIndex"): ("vmtaName",),
    ("pmtaServerIndex", "domainQueueIndex"): ("domainQueueDomain", "domainQueueVmta", "domainQueueProvider"),
    ("pmtaServerIndex", "providerIndex"): ("providerName",),
    ("pmtaServerIndex", "bounceClassIndex"): ("bounceClassName",),
    ("pmtaServerIndex", "pmtaSourceIndex"): ("pmtaSourceName",),
    ("pmtaThresholdIndex",): ("pmtaThresholdName",),
    ("pmtaAlarmId",): ("pmtaAlarmServer", "pmtaAlarmObject", "pmtaAlarmMetric", "pmtaAlarmThreshold"),
}
# Texts that become a metric of their own: the value is 1, the text is a label. Each new text is a new
# series, so only what changes rarely, or what one wants to read at night.
TEXTS = (
    "pmtaAgentVersion",
    "pmtaServerVersion",
    "providerTopReason",
    "pmtaSourceLastError",
    "pmtaAlarmText",
)
# One series a row that names the value, for what does not change, and for queues, which are many.
INFO = ("bounceClassKind", "pmtaSourceKind", "domainQueueWaitReason")
# Numbers that say nothing as a series: Prometheus sees by itself that a counter was reset.
LEFT_OUT = ("DiscontinuityAge", "pmtaAgentIndexEpoch")

SETTINGS = {"max_repetitions": 25, "retries": 3, "timeout": "5s"}
AUTHS = {"public_v2": {"community": "public", "version": 2}}
# What the generator writes out for the keys that are not given.
AUTH_DEFAULTS = {"security_level": "noAuthNoPriv", "auth_protocol": "MD5", "priv_protocol": "DES"}
RATES = (
    "pmtaTrafficReceived", "pmtaTrafficDelivered", "pmtaTrafficBounced", "pmtaTrafficDeferred",
    "vmtaDelivered", "vmtaBounced", "vmtaDeferred",
    "providerDelivered", "providerBounced", "providerDeferred", "providerThrottled",
    "bounceClassBounced", "bounceClassDeferred", "providerBounceBounced",
)  # fmt: skip


def is_metric(thing):
    """Whether a column or scalar becomes a metric."""
    if thing.name in TEXTS:
        return True
    return (thing.is_number or bool(thing.enums)) and not thing.name.endswith(LEFT_OUT)


def is_scaled(thing):
    """Whether the number is in hundredths: of a percent for a share, of one for others."""
    return (thing.units or "").startswith("hundredths")


def metrics_of(table):
    """The columns of a table that become metrics."""
    return [c for c in table.columns if is_metric(c) and c.name in ONLY.get(table.name, (c.name,))]


class Metrics:
    """What one module of the exporter reads: scalars by GET, tables by walking, and what is not shown."""

    def __init__(self, module, tables, scalars):
        self.module, self.tables = module, [module.table(name) for name in tables]
        self.scalars = [s for s in module.scalars() if is_metric(s)] if scalars else []
        self.shown = [c for t in self.tables for c in metrics_of(t)]
        self.index = {c.name: t.index for t in self.tables for c in t.columns}

    def walked(self):
        """Names for the generator: tables that are walked as a whole, columns of the others."""
        names = [s.name for s in self.scalars]
        for table in self.tables:
            names += [table.name] if table.name in WHOLE else [c.name for c in metrics_of(table)]
        return names

    def hidden(self):
        """Objects below a table that is walked as a whole and that become no metric."""
        names = []
        for table in self.tables:
            if table.name in WHOLE:
                children = [o for o in self.module.objects.values() if o.parent == table.entry.name]
                names += [o.name for o in children if o.access == "not-accessible" or not is_metric(o)]
        return names

    def labels_of(self, index):
        return [(key, name) for key, names in LABELS.items() if set(key) <= set(index) for name in names]

    def lookups(self):
        found = {pair for t in self.tables for pair in self.labels_of(t.index)}
        return [(key, name) for key, names in LABELS.items() for name in names if (key, name) in found]

    def all(self):
        """Every metric, in the order of the MIB."""
        return sorted(self.scalars + self.shown, key=lambda o: [int(n) for n in o.oid.split(".")])


def kind_of(thing):
    """The exporter's type of a metric, where it is not what the MIB says."""
    if thing.name in TEXTS:
        return "DisplayString"
    if thing.enums:
        return "EnumAsInfo" if thing.name in INFO else "EnumAsStateSet"
    return "counter" if thing.is_counter else "gauge"


def overrides(metrics, can_scale):
    found = {name: {"ignore": True} for name in metrics.hidden()}
    for thing in metrics.all():
        if thing.enums:
            found[thing.name] = {"type": kind_of(thing)}
        elif is_scaled(thing) and can_scale:
            found[thing.name] = {"scale": 0.01}
    return found


def generator_module(metrics, can_scale):
    return {
        "walk": metrics.walked(),
        "lookups": [{"source_indexes": list(key), "lookup": name} for key, name in metrics.lookups()],
        "overrides": overrides(metrics, can_scale),
    }


def lookup_entry(module, key, name):
    return {"labels": list(key), "labelname": name, "oid": module.oid(name), "type": "DisplayString"}


def index_entry(module, name):
    entry = {"labelname": name, "type": "gauge"}
    if module.objects[name].enums:
        entry["enum_values"] = module.objects[name].enums
    return entry


def metric_entry(metrics, thing, can_scale):
    entry = {
        "name": thing.name,
        "oid": thing.oid,
        "type": kind_of(thing),
        "help": f"{thing.description.split('. ')[0]} - {thing.oid}",
    }
    index = metrics.index.get(thing.name, [])
    if index:
        entry["indexes"] = [index_entry(metrics.module, name) for name in index]
        entry["lookups"] = [lookup_entry(metrics.module, *pair) for pair in metrics.labels_of(index)]
    if thing.enums:
        entry["enum_values"] = dict(sorted(thing.enums.items()))
    elif is_scaled(thing) and can_scale:
        entry["scale"] = 0.01
    return entry


def exporter_module(metrics, can_scale):
    whole = [table.oid for table in metrics.tables if table.name in WHOLE]
    walked = [c.oid for c in metrics.shown] + [metrics.module.oid(name) for _, name in metrics.lookups()]
    found = {"walk": sorted(set(whole + [o for o in walked if not any(o.startswith(w + ".") for w in whole)]))}
    if metrics.scalars:
        found["get"] = sorted(s.oid + ".0" for s in metrics.scalars)
    found["metrics"] = [metric_entry(metrics, thing, can_scale) for thing in metrics.all()]
    return found


def documents(modules, make, can_scale):
    """A generator's or exporter's file: since 0.23 communities and users are apart from the modules."""
    found = {name: dict(make(metrics, can_scale), **SETTINGS) for name, metrics in modules.items()}
    if can_scale:
        auths = {n: dict(AUTH_DEFAULTS, **a) if make is exporter_module else a for n, a in AUTHS.items()}
        return {"auths": auths, "modules": found}
    for content in found.values():
        content["version"] = AUTHS["public_v2"]["version"]
        content["auth"] = {"community": AUTHS["public_v2"]["community"]}
    return found if make is exporter_module else {"modules": found}


def records(modules, can_scale):
    """Recording rules: shares in percent under names that mean the same whatever the exporter is, and rates."""
    groups = []
    for name, metrics in modules.items():
        rules = []
        for thing in metrics.all():
            if is_scaled(thing):
                expression = thing.name if can_scale else f"{thing.name} / 100"
                unit = "percent" if thing.is_share else "ratio"
                rules.append({"record": f"pmta:{thing.name}:{unit}", "expr": expression})
            elif thing.name in RATES:
                rules.append({"record": f"pmta:{thing.name}:rate5m", "expr": f"rate({thing.name}[5m])"})
        groups.append({"name": f"{name}-records", "rules": rules})
    return {"groups": groups}


def yaml(value, indent=0):
    """A value as YAML: blocks of mappings and sequences, texts in double quotes."""
    space = "  " * indent
    if isinstance(value, dict):
        return "".join(f"{space}{key}:{nested(item, indent)}" for key, item in value.items())
    lines = ""
    for item in value:
        block = yaml(item, indent + 1) if isinstance(item, (dict, list)) else f"{space}  {plain(item)}\n"
        lines += f"{space}- {block[len(space) + 2:]}"
    return lines


def nested(value, indent):
    if isinstance(value, (dict, list)):
        return "\n" + yaml(value, indent + 1) if value else " {}\n"
    return f" {plain(value)}\n"


def plain(value):
    return json.dumps(value, ensure_ascii=False)


HEADER = """\
# SPDX-License-Identifier: BSD-2-Clause
#
# {what}
# Made by make_snmp.py from PMTA-MONITOR-MIB: change that, or a copy of this file.
"""


def write(directory, name, what, document):
    path = os.path.join(directory, name)
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        file.write(HEADER.format(what=what) + yaml(document))
    os.replace(path + ".tmp", path)


def main(mib, directory):
    module = pmta_mib.read(mib)
    modules = {name: Metrics(module, tables, name == "powermta") for name, tables in TABLES.items()}
    for suffix, can_scale, since in ("", True, "0.25 and later"), ("-0.21", False, "0.21 (Debian 12)"):
        for name, what, document in (
            ("generator", "Input of the generator of snmp_exporter", documents(modules, generator_module, can_scale)),
            ("snmp", "Configuration of snmp_exporter", documents(modules, exporter_module, can_scale)),
            ("powermta-records", "Recording rules for Prometheus with snmp_exporter", records(modules, can_scale)),
        ):
            ending = ".rules.yml" if "records" in name else ".yml"
            write(directory, f"{name}{suffix}{ending}", f"{what} {since}.", document)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("make_snmp.py: expected a module and a directory")
    main(*sys.argv[1:])
