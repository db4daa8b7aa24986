# SPDX-License-Identifier: BSD-2-Clause
"""Makes the alarm handbook from the built MIB's notifications and the table of causes and steps.

    make_handbook.py MIB STEPS      prints handbook.txt
"""

import os
import re
import sys
import textwrap

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import pmta_mib

WIDTH = 96
KINDS = ("cause", "step", "look")
# The same in every description, and said once at the top.
COMMON = re.compile(r"\s*The objects are those of the row of pmtaEventTable that pmtaEventSequence numbers\.")

INTRODUCTION = """\
Alarm handbook of pmta-monitor
==============================

One chapter for each notification that pmta-monitord sends: what it means, what it usually comes
from, what to do first, and where to look. Each comes with the same objects, in this order:

{objects}

pmtaEventText is the one to read: what, how much and why, with the leading reply of the receivers
and the advice of the rule. A clear has the pmtaEventAlarmId of its raise. pmtaAlarmTable shows what
is active now; a gap in pmtaEventSequence means that notifications were lost, and pmtaEventTable
still has them.

In any of them, first of all: is pmtaServerPollAge small and every pmtaSourceState ok(1)? Else you
look at the past. Is it one queue, one provider, one VirtualMTA, or everything (pmtaTopTable)?
"""


def read_steps(path):
    """{notification: {cause: [...], step: [...], look: [...]}}; a mistake ends the program."""
    steps, entry, last = {}, None, None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            kind, colon, text = line.partition(":")
            if not line.strip() or line.startswith("#"):
                continue
            if line[0].isspace() and last:
                last[-1] += " " + line.strip()
            elif colon and kind in KINDS and entry is not None:
                last = entry[kind]
                last.append(text.strip())
            elif re.fullmatch(r"[a-z][A-Za-z0-9]*\n", line) and line.strip() not in steps:
                entry = steps[line.strip()] = {kind: [] for kind in KINDS}
                last = None
            else:
                sys.exit(f'{path}:{number}: "{line.strip()}": expected a new notification, or one of {KINDS}')
    return steps


def meaning(notification):
    return COMMON.sub("", notification.description)


def print_wrapped(text, first="", rest=""):
    print(textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False))


def print_list(title, entries):
    if entries:
        print(f"\n{title}\n")
    for entry in entries:
        print_wrapped(entry, "  * ", "    ")


def print_chapter(module, raised, cleared, entry):
    title = f"{raised.name}" + (f" / {cleared.name}" if cleared else "")
    print(f"\n\n{title}\n{'-' * len(title)}\n")
    print_wrapped(meaning(raised))
    if cleared:
        print()
        print_wrapped(f"{cleared.name}: {meaning(cleared)}")
    print_list("Likely causes", entry["cause"])
    print_list("First steps", entry["step"])
    if entry["look"]:
        print("\nWhere to look\n")
    for name in " ".join(entry["look"]).split():
        thing = module.objects[name]
        print_wrapped(f"{name} (.{thing.oid}): {thing.sentence}", "    ", "      ")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: make_handbook.py MIB STEPS")
    module, steps = pmta_mib.read(sys.argv[1]), read_steps(sys.argv[2])
    notifications = module.notifications()
    clears = {raised.name: cleared for raised, cleared in module.pairs()}
    known = set(clears) | {n.name for n in notifications if n.number > 100}
    if not known.issuperset(steps):
        sys.exit(f"{sys.argv[2]}: the MIB has no notification {', '.join(sorted(set(steps) - known))}")
    objects = "\n".join(textwrap.wrap(", ".join(notifications[0].objects), 90, initial_indent="    ",
                                      subsequent_indent="    "))
    print(INTRODUCTION.format(objects=objects).rstrip())
    for notification in notifications:
        if notification.name in known:
            entry = steps.get(notification.name, {kind: [] for kind in KINDS})
            print_chapter(module, notification, clears.get(notification.name), entry)


if __name__ == "__main__":
    main()
