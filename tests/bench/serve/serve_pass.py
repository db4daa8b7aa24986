# SPDX-License-Identifier: BSD-2-Clause
"""The rows of the serving benchmark as a pass_persist script of snmpd: serve_pass.py ROOT ROWS. All
answers are made at the start and found by bisection, as a careful author would."""

import bisect
import sys

TEXT, GAUGE, COUNTER64 = range(3)
COLUMNS = [(3, TEXT)] + [(n, GAUGE) for n in range(4, 11)] + [(n, COUNTER64) for n in (18, 20, 21, 22)]


def rows(root, count):
    """OIDs as numbers, ascending, and beside each its answer."""
    names, answers = [], []
    for column, kind in COLUMNS:
        for row in range(1, count + 1):
            if kind == TEXT:
                value = f"string\nvmta-{row:07}.example"
            elif kind == GAUGE:
                value = f"gauge\n{row * 7 + column}"
            else:
                value = f"counter64\n{(1 << 33) + row * 11 + column}"
            names.append(root + (1, column, 1, row))
            answers.append(".%s\n%s\n" % (".".join(map(str, names[-1])), value))
    return names, answers


def main():
    root = tuple(int(part) for part in sys.argv[1].strip(".").split("."))
    names, answers = rows(root, int(sys.argv[2]))
    for line in iter(sys.stdin.readline, ""):
        command = line.strip().lower()
        if command == "ping":
            sys.stdout.write("PONG\n")
        elif command in ("get", "getnext"):
            name = tuple(int(part) for part in sys.stdin.readline().strip().strip(".").split("."))
            at = bisect.bisect_right(names, name) if command == "getnext" else bisect.bisect_left(names, name)
            found = at < len(names) and (command == "getnext" or names[at] == name)
            sys.stdout.write(answers[at] if found else "NONE\n")
        sys.stdout.flush()


main()
