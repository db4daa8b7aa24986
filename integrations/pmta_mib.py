# SPDX-License-Identifier: BSD-2-Clause
"""PMTA-MONITOR-MIB as data: what every file for a manager is made from, so that none can drift.

Reads the module as it was built, root included. Only what our own module uses of SMIv2 (RFC 2578
to 2580) is understood; anything else ends with an error rather than with a guess.
"""

import re

ENTERPRISES = "1.3.6.1.4.1"

CLAUSE = re.compile(
    r"^([a-z][A-Za-z0-9]*)\s+(OBJECT-TYPE|NOTIFICATION-TYPE|MODULE-IDENTITY|OBJECT IDENTIFIER)"
    r"(.*?)::=\s*\{\s*([A-Za-z0-9]+)\s+(\d+)\s*\}",
    re.S | re.M,
)
CONVENTION = re.compile(r"^([A-Z][A-Za-z0-9]*)\s*::=\s*TEXTUAL-CONVENTION(.*?)SYNTAX\s+([^:]*?)\n\s*\n", re.S | re.M)
ENUMERATION = re.compile(r"([a-z][A-Za-z0-9]*)\((\d+)\)")
# Textual conventions of SNMPv2-TC that the module imports.
TRUTH = {1: "true", 2: "false"}


class Object:
    """One OBJECT-TYPE, or a node that only has a place (kind tells)."""

    def __init__(self, name, kind, body, parent, number):
        self.name, self.kind, self.parent, self.number = name, kind, parent, int(number)
        self.access = _word(body, r"MAX-ACCESS\s+([a-z-]+)")
        self.units = _word(body, r'UNITS\s+"([^"]*)"')
        self.description = _text(_word(body, r'DESCRIPTION\s+"([^"]*)"'))
        syntax = _word(body, r"SYNTAX\s+(.*?)\s+(?:UNITS|MAX-ACCESS)") or ""
        self.syntax = " ".join(syntax.split()[:2]) if syntax.startswith("SEQUENCE") else _first(syntax)
        self.enums = _enums(syntax)
        self.index = _list(_word(body, r"INDEX\s+\{([^}]*)\}"))
        self.augments = _first(_word(body, r"AUGMENTS\s+\{\s*([^}]*)\}") or "")
        self.objects = _list(_word(body, r"OBJECTS\s+\{([^}]*)\}"))
        self.summary = _word(body, r'--#SUMMARY\s+"([^"]*)"')
        self.arguments = [int(n) for n in re.findall(r"\d+", _word(body, r"--#ARGUMENTS\s+\{([^}]*)\}") or "")]
        self.severity = _word(body, r"--#SEVERITY\s+([A-Z]+)")
        # As laid out in the module, for what shows them line by line.
        self.lines = [line.strip() for line in (_word(body, r'DESCRIPTION\s+"([^"]*)"') or "").splitlines()]
        self.oid = None  # without a leading dot; set by the module

    @property
    def sentence(self):
        """The description's first sentence."""
        return re.split(r"(?<=\.)\s", self.description, maxsplit=1)[0]

    @property
    def is_counter(self):
        return self.syntax in ("Counter32", "Counter64")

    @property
    def is_number(self):
        return self.is_counter or self.syntax in ("Gauge32", "Unsigned32", "Integer32")

    @property
    def is_share(self):
        """In hundredths of a percent: to be shown divided by 100."""
        return self.units == "hundredths of a percent"


class Table:
    """A conceptual table: its readable columns, and the names of its index objects in order."""

    def __init__(self, table, entry, index, columns):
        self.name, self.oid, self.entry, self.index, self.columns = table.name, table.oid, entry, index, columns

    def column(self, name):
        return next(column for column in self.columns if column.name == name)


class Module:
    """Everything in the module: objects by descriptor, tables, scalars and notifications."""

    def __init__(self, text):
        body = text[text.index("MODULE-IDENTITY", text.index("IMPORTS")) :]
        body = body[body.index(";") + 1 :]
        comments = re.compile(r"--(?!#)[^\n]*")
        body = comments.sub("", body)
        self.conventions = {m[1]: (_first(m[3]), _enums(m[3])) for m in CONVENTION.finditer(body)}
        self.objects = {m[1]: Object(*m.groups()) for m in CLAUSE.finditer(body)}
        for thing in self.objects.values():
            thing.oid = self._oid(thing.name)
            self._resolve(thing)

    def _oid(self, name):
        if name == "enterprises":
            return ENTERPRISES
        thing = self.objects[name]
        return f"{self._oid(thing.parent)}.{thing.number}"

    def _resolve(self, thing):
        thing.convention = None
        if thing.syntax == "TruthValue":
            thing.convention, thing.syntax, thing.enums = "TruthValue", "INTEGER", TRUTH
        elif thing.syntax in self.conventions:
            thing.convention = thing.syntax
            thing.syntax, thing.enums = self.conventions[thing.convention]

    def oid(self, name):
        """Numeric, without a leading dot."""
        return self.objects[name].oid

    def tables(self):
        found = []
        for thing in self.objects.values():
            if not thing.syntax.startswith("SEQUENCE"):
                continue
            entry = next(o for o in self.objects.values() if o.parent == thing.name)
            index = entry.index or self.objects[entry.augments].index
            columns = [o for o in self.objects.values() if o.parent == entry.name and o.access == "read-only"]
            found.append(Table(thing, entry, index, sorted(columns, key=lambda o: o.number)))
        return found

    def table(self, name):
        return next(table for table in self.tables() if table.name == name)

    def scalars(self):
        entries = {table.entry.name for table in self.tables()}
        return [o for o in self.objects.values() if o.access == "read-only" and o.parent not in entries]

    def notifications(self):
        found = [o for o in self.objects.values() if o.kind == "NOTIFICATION-TYPE"]
        return sorted(found, key=lambda o: o.number)

    def pairs(self):
        """(raise, clear) of the notifications that come in pairs: an odd number and the even one behind it."""
        by_number = {o.number: o for o in self.notifications()}
        return [(o, by_number[n + 1]) for n, o in sorted(by_number.items()) if n % 2 and n + 1 in by_number and n < 100]


def read(path):
    with open(path, encoding="utf-8") as file:
        return Module(file.read())


def _word(text, pattern):
    match = re.search(pattern, text, re.S)
    return match and match[1]


def _first(text):
    return text.split()[0] if text.split() else ""


def _list(text):
    return [word.strip() for word in (text or "").split(",") if word.strip()]


def _text(text):
    return " ".join((text or "").split())


def _enums(syntax):
    return {int(value): name for name, value in ENUMERATION.findall(syntax or "")}
