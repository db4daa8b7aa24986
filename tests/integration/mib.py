# SPDX-License-Identifier: BSD-2-Clause
"""Names and OIDs of PMTA-MONITOR-MIB, read from what the daemon prints with --print-mib."""

import functools
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../integrations"))
import pmta_mib

BUILD = os.environ.get("PMTA_BUILD", "build")
MONITORD = os.path.join(BUILD, "pmta-monitord")


@functools.lru_cache(maxsize=1)
def module():
    text = subprocess.run([MONITORD, "--print-mib"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return pmta_mib.Module(text)


def objects():
    return module().objects


def oid(name):
    """The numeric OID of a descriptor, with a leading dot."""
    return "." + module().oid(name)


def everything():
    """The OID that all columns and scalars are below."""
    return oid("pmtaAgentVersion").rsplit(".", 2)[0]


def readable():
    """Columns and scalars that a manager can read."""
    return [o for o in objects().values() if o.kind == "OBJECT-TYPE" and o.access == "read-only"]
