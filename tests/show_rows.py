#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""show_rows.py - the rows of one table, columns side by side, as a network operator would print them.

    show_rows.py MOST SORT LABEL=OID... <walk

The walk is what "snmpbulkwalk -Oqn" printed of the columns; SORT is the number of the column (from 1) that decides
what comes first, and at most MOST rows are shown.
"""

import re
import sys
import unicodedata

LONGEST = 44
KINDS = {"1": "hard", "2": "soft"}


def cells(text):
    """Columns of a terminal that a text takes: two for a character of Chinese, none for an accent of its own."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def plain(value):
    """A value without its quotes. Without a MIB a text that is not ASCII is shown as hexadecimal bytes."""
    text = value.strip()
    if re.fullmatch(r'"(?:[0-9A-F]{2} ){2,}"', text):
        return bytes.fromhex(text.strip('"')).decode("utf-8", "replace")
    return re.sub(r'^"|"$', "", text).replace('\\"', '"')


def shorten(text):
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def read(walk, columns):
    """rows[index][label], of all columns that have a value there."""
    rows = {}
    for line in walk:
        oid, _, value = line.partition(" ")
        for label, base in columns:
            if oid.startswith(base + "."):
                text = plain(value)
                rows.setdefault(oid[len(base) :], {})[label] = (
                    KINDS.get(text, "other") if label == "Kind" else shorten(text)
                )
    return list(rows.values())


def number(text):
    return int(text) if text.isdecimal() else 0


def aligned(texts, widths):
    """Numbers to the right, all else to the left."""
    line = ""
    for text, width in zip(texts, widths):
        space = " " * (width - cells(text))
        line += "  " + (space + text if text.isdecimal() else text + space)
    return line.rstrip()


def show(walk, columns, most, by):
    labels = [label for label, _ in columns]
    rows = [[row.get(label, "") for label in labels] for row in read(walk, columns)]
    rows.sort(key=lambda row: -number(row[by - 1]))
    # As wide as it must be for all, so that nothing moves when another row comes first.
    widths = [max(map(cells, column)) for column in zip(labels, *rows)]
    lines = [aligned(row, widths) for row in [labels, *rows[:most]]]
    return lines + [f"  ... and {len(rows) - most} more rows"] * (len(rows) > most)


def main(most, by, *columns):
    # What a terminal is set to must not decide whether this works.
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    sys.stdout.reconfigure(encoding="utf-8")
    pairs = [tuple(column.split("=", 1)) for column in columns]
    print("\n".join(show(sys.stdin, pairs, int(most), int(by))))


if __name__ == "__main__":
    main(*sys.argv[1:])
