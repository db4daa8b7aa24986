# SPDX-License-Identifier: BSD-2-Clause
"""Makes PRTG's lookups (words and sensor states for numbers) from the enumerations of the built MIB.

    make_lookup.py MIB NAME.ovl     prints one lookup file
"""

import os
import sys
from xml.sax.saxutils import quoteattr

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import pmta_mib

# File: the column whose words it has, and the words that mean other than an error.
LOOKUPS = {
    "pmta.server.state": ("pmtaServerState", {"Ok": ["running"], "Warning": ["starting", "shuttingDown"]}),
    "pmta.server.probe": ("pmtaServerProbeState", {"Ok": ["accepting"], "Warning": ["busy"]}),
    "pmta.severity": (
        "pmtaServerWorstSeverity",
        {"Ok": ["cleared"], "Warning": ["indeterminate", "minor", "warning"]},
    ),
    "pmta.source.state": ("pmtaSourceState", {"Ok": ["ok"], "Warning": ["waiting", "failing"]}),
    "pmta.queue.mode": ("domainQueueMode", {"Ok": ["normal"], "Warning": ["backoff"]}),
    "pmta.queue.wait": (
        "domainQueueWaitReason",
        {"Ok": ["none"], "Warning": ["connectRate", "messageRate", "mxSkipped", "paused", "other"]},
    ),
    # A TruthValue where true is what one does not want: domainQueueStuck, domainQueuePaused.
    "pmta.yes.is.bad": ("domainQueueStuck", {"Ok": ["false"]}),
}
SCHEMA = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="PaeValueLookup.xsd"'


def main():
    name = os.path.splitext(os.path.basename(sys.argv[-1]))[0]
    if len(sys.argv) != 3 or name not in LOOKUPS:
        sys.exit("usage: make_lookup.py MIB NAME.ovl, NAME one of " + ", ".join(LOOKUPS))
    column, meaning = LOOKUPS[name]
    enums = pmta_mib.read(sys.argv[1]).objects[column].enums
    states = {word: state for state, words in meaning.items() for word in words}
    unknown = set(states) - set(enums.values())
    if unknown:
        sys.exit(f"{name}: {column} has no {', '.join(sorted(unknown))}")
    desired = next(value for value, word in enums.items() if states.get(word) == "Ok")
    print('<?xml version="1.0" encoding="UTF-8"?>')
    print(f'<ValueLookup id="{name}" desiredValue="{desired}" undefinedState="Warning" {SCHEMA}>')
    print("  <Lookups>")
    for value, word in sorted(enums.items()):
        state = states.get(word, "Error")
        print(f'    <SingleInt state={quoteattr(state)} value="{value}">{word}</SingleInt>')
    print("  </Lookups>\n</ValueLookup>")


if __name__ == "__main__":
    main()
