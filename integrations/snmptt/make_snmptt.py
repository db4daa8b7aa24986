# SPDX-License-Identifier: BSD-2-Clause
"""Makes SNMPTT's events from the built MIB: what snmpttconvertmib makes of it, without needing it.

    make_snmptt.py MIB      prints snmptt.conf.pmta
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import pmta_mib

# snmpttconvertmib knows no other: SNMPTT's users filter by severity and by name.
CATEGORY = "Status Events"


def format_of(notification):
    """The SUMMARY with its conversions replaced by the numbers of the objects that ARGUMENTS names."""
    parts = notification.summary.replace("%d", "%s").split("%s")
    if len(parts) != len(notification.arguments) + 1:
        sys.exit(f"{notification.name}: SUMMARY and ARGUMENTS differ in number")
    numbers = [f"${argument + 1}" for argument in notification.arguments] + [""]
    return "".join(part + number for part, number in zip(parts, numbers))


def print_event(notification):
    print("#\n#\n#")
    print(f'EVENT {notification.name} .{notification.oid} "{CATEGORY}" {notification.severity}')
    print(f"FORMAT {format_of(notification)}")
    print("SDESC")
    print("\n".join(notification.lines))
    print("Variables:")
    for number, name in enumerate(notification.objects, 1):
        print(f"  {number}: {name}")
    print("EDESC")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_snmptt.py MIB")
    print("#\n#\n#\n#\nMIB: PMTA-MONITOR-MIB")
    for notification in pmta_mib.read(sys.argv[1]).notifications():
        print_event(notification)


if __name__ == "__main__":
    main()
