# SPDX-License-Identifier: BSD-2-Clause
"""Names and OIDs of PMTA-MONITOR-MIB, read from what the daemon prints with --print-mib."""

import functools
import os
import re
import subprocess

BUILD = os.environ.get("PMTA_BUILD", "build")
MONITORD = os.path.join(BUILD, "pmta-monitord")

CLAUSE = re.compile(
    r"^([a-z][A-Za-z0-9]*)\s+(OBJECT-TYPE|NOTIFICATION-TYPE|MODULE-IDENTITY|OBJECT IDENTIFIER)"
    r"(.*?)::=\s*\{\s*([A-Za-z0-9]+)\s+(\d+)\s*\}",
    re.S | re.M,
)


class Object:
    def __init__(self, name, kind, body, parent, number):
        self.name, self.kind, self.parent, self.number = name, kind, parent, number
        access = re.search(r"MAX-ACCESS\s+([a-z-]+)", body)
        syntax = re.search(r"SYNTAX\s+(.*?)\s+(?:UNITS|MAX-ACCESS)", body, re.S)
        self.access = access and access[1]
        self.syntax = syntax and syntax[1].split()[0]


@functools.lru_cache(maxsize=1)
def objects():
    text = subprocess.run([MONITORD, "--print-mib"], check=True, stdout=subprocess.PIPE, text=True).stdout
    text = re.sub(r"--[^\n]*", "", text)
    text = text[text.index("MODULE-IDENTITY", text.index("IMPORTS")) :]
    text = text[text.index(";") + 1 :]
    return {match[0]: Object(*match) for match in (m.groups() for m in CLAUSE.finditer(text))}


@functools.lru_cache(maxsize=None)
def oid(name):
    """The numeric OID of a descriptor, with a leading dot."""
    if name == "enterprises":
        return ".1.3.6.1.4.1"
    thing = objects()[name]
    return f"{oid(thing.parent)}.{thing.number}"


def readable():
    """Columns and scalars that a manager can read."""
    return [o for o in objects().values() if o.kind == "OBJECT-TYPE" and o.access == "read-only"]
