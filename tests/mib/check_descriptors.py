#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Proves that the MIB and the agent are the same set of objects.

    check_descriptors.py MIB DUMP_DESCRIPTORS HEADER...

Compares the module as built with what the agent's descriptors say (dump_descriptors prints them):
tables, columns, scalars, their numbers, names, syntaxes and indexes, and the objects of every
notification; and the labels of enumerations with the C enums they stand for. Then it breaks copies
of the module and makes sure that it would have noticed.
"""

import re
import subprocess
import sys

ENTERPRISES = "1.3.6.1.4.1"
MACROS = r"OBJECT-TYPE|OBJECT IDENTIFIER|MODULE-IDENTITY|NOTIFICATION-TYPE"

# Enumeration in the MIB: the C enum in the snapshot's headers, and what its constants begin with.
ENUMS = {
    "pmtaServerState": ("snap_server_state", "SNAP_STATE_"),
    "PmtaDeliveryType": ("snap_delivery", "SNAP_DELIVERY_"),
    "domainQueueMode": ("snap_queue_mode", "SNAP_MODE_"),
    "domainQueueWaitReason": ("snap_wait_reason", "SNAP_WAIT_"),
    "bounceClassKind": ("snap_class_kind", "SNAP_KIND_"),
    "pmtaTopList": ("snap_top_list", "SNAP_TOP_"),
    "pmtaSourceKind": ("snap_source_kind", "SNAP_SOURCE_"),
    "pmtaSourceState": ("snap_source_state", "SNAP_SOURCE_"),
    "pmtaServerProbeState": ("snap_probe_state", "SNAP_PROBE_"),
    "pmtaBaselineMetric": ("snap_baseline_metric", "SNAP_BASELINE_"),
    "PmtaSeverity": ("snap_severity", "SNAP_SEVERITY_"),
    "pmtaThresholdWhen": ("snap_when", "SNAP_WHEN_"),
    "PmtaScope": ("snap_scope", "SNAP_SCOPE_"),
}


class Mib:
    """The parts of a module that the agent has to agree with."""

    def __init__(self, text):
        text = re.sub(r'"[^"]*"', '""', text)
        text = re.sub(r"--.*", "", text)
        text = text[text.index(";") + 1 :]  # behind IMPORTS
        self.parents = {}
        self.tables, self.columns, self.scalars = {}, {}, {}
        self.notifications, self.enums, self.indexes = {}, {}, {}
        definition = re.compile(
            rf"^(\w+)\s+({MACROS})(.*?)::=\s*{{\s*(\w+)\s+(\d+)\s*}}", re.S | re.M
        )
        for name, macro, body, parent, number in definition.findall(text):
            self.parents[name] = (parent, number)
            self.read(name, macro, body)
        for name, body in re.findall(r"^(\w+) ::= TEXTUAL-CONVENTION(.*?)\n\n", text, re.S | re.M):
            self.read_enum(name, body)
        for name in list(self.scalars):  # a column's parent is a row, a row's parent a table
            row = self.parents[name][0]
            if self.parents.get(row, ("",))[0] in self.tables:
                self.columns[name] = self.scalars.pop(name)

    def read(self, name, macro, body):
        if macro == "NOTIFICATION-TYPE":
            self.notifications[name] = re.findall(r"\w+", re.search(r"{(.*?)}", body, re.S)[1])
        if macro != "OBJECT-TYPE":
            return
        syntax = re.search(r"SYNTAX\s+(SEQUENCE OF \w+|\w+)", body)[1]
        self.read_enum(name, body)
        if syntax.startswith("SEQUENCE"):
            self.tables[name] = None
        elif re.search(r"MAX-ACCESS\s+read-only", body):
            self.scalars[name] = syntax
        index = re.search(r"(INDEX|AUGMENTS)\s*{(.*?)}", body, re.S)
        if index:
            self.indexes[name] = (index[1], re.findall(r"\w+", index[2]))

    def read_enum(self, name, body):
        labels = re.search(r"INTEGER\s*{(.*?)}", body, re.S)
        if labels:
            self.enums[name] = [
                (label, int(number)) for label, number in re.findall(r"(\w+)\((\d+)\)", labels[1])
            ]

    def oid(self, name):
        if name == "enterprises":
            return ENTERPRISES
        parent, number = self.parents[name]
        return f"{self.oid(parent)}.{number}"

    def index_count(self, table):
        row = next(name for name, (parent, _) in self.parents.items() if parent == table)
        kind, names = self.indexes[row]
        return len(names if kind == "INDEX" else self.indexes[names[0]][1])

    def lines(self):
        """What dump_descriptors prints of an agent that agrees."""
        lines = {f"scalar {n} {self.oid(n)} {s}" for n, s in self.scalars.items()}
        lines |= {f"column {n} {self.oid(n)} {s}" for n, s in self.columns.items()}
        lines |= {f"table {n} {self.oid(n)} {self.index_count(n)}" for n in self.tables}
        for objects in self.notifications.values():
            lines |= {f"object {i} {name}" for i, name in enumerate(objects)}
        return lines


def c_enums(header):
    """Name of each enum: its constants with their numbers."""
    enums = {}
    header = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    for name, body in re.findall(r"enum (\w+) {(.*?)}", header, re.S):
        number, constants = -1, []
        for constant, value in re.findall(r"(\w+)(?:\s*=\s*(\w+))?\s*(?:,|$)", body.strip()):
            number = int(value) if value.isdigit() else number + 1
            constants.append((constant, number))
        enums[name] = constants
    return enums


def camel(constant):
    words = constant.lower().split("_")
    return words[0] + "".join(word.capitalize() for word in words[1:])


def differences(mib, agent_lines, enums):
    """Everything in which the module and the agent differ, as sentences."""
    found = [f"only in the MIB: {line}" for line in mib.lines() - agent_lines]
    found += [f"only in the agent: {line}" for line in agent_lines - mib.lines()]
    for name, labels in mib.enums.items():
        if name not in ENUMS:
            found.append(f"{name}: the enum it stands for is not known to this check")
            continue
        enum, prefix = ENUMS[name]
        expected = [(camel(c[len(prefix) :]), number) for c, number in enums[enum]]
        if labels != expected:
            found.append(f"{name}: {labels}, but enum {enum} gives {expected}")
    notes = {
        f"pmta{camel(c)[len('snapNote'):]}": str(n) for c, n in enums["snap_notification"]
    }
    numbers = {name: mib.parents[name][1] for name in mib.notifications}
    if notes != numbers:
        found.append(f"notifications: {numbers}, but enum snap_notification gives {notes}")
    return sorted(found)


# Each of these breaks one kind of agreement.
CONTROLS = [
    ("name", r"\bvmtaShare OBJECT-TYPE", "vmtaPart OBJECT-TYPE"),
    ("number", r"{ vmtaEntry 6 }", "{ vmtaEntry 66 }"),
    ("syntax", r"(vmtaShare OBJECT-TYPE\s+SYNTAX\s+)Gauge32", r"\1Unsigned32"),
    ("access", r"(vmtaShare OBJECT-TYPE.*?)read-only", r"\1not-accessible"),
    ("index", r"INDEX +{ pmtaServerIndex, vmtaIndex }", "INDEX { vmtaIndex }"),
    ("label", r"backoff\(2\)", "backOff(2)"),
    ("notification", r"{ pmtaMonitorNotifications 3 }", "{ pmtaMonitorNotifications 5 }"),
    ("objects", r"pmtaEventAlarmId,(\s+)pmtaEventSeverity,", r"pmtaEventSeverity,\1pmtaEventAlarmId,"),
    ("root", r"(pmtaMonitorObjects +OBJECT IDENTIFIER ::= { pmtaMonitorMIB) 1", r"\1 7"),
]


def main(mib_file, dump, *header_files):
    with open(mib_file, encoding="utf-8") as file:
        text = file.read()
    enums = {}
    for header_file in header_files:
        with open(header_file, encoding="utf-8") as file:
            enums.update(c_enums(file.read()))
    output = subprocess.run([dump], check=True, capture_output=True, text=True).stdout
    agent_lines = set(output.splitlines())

    found = differences(Mib(text), agent_lines, enums)
    for line in found:
        print(line)
    if found:
        return 1
    for what, pattern, replacement in CONTROLS:
        broken, count = re.subn(pattern, replacement, text, flags=re.S)
        if count == 0 or not differences(Mib(broken), agent_lines, enums):
            print(f"this check is blind: a wrong {what} was not noticed")
            return 1
    print(f"{len(agent_lines)} descriptors and {len(Mib(text).enums)} enumerations agree")
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
