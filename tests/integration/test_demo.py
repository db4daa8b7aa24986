# SPDX-License-Identifier: BSD-2-Clause
"""How the demonstration prints a table: whatever alphabet names are in, columns stand below one another."""

import os
import pathlib
import subprocess
import sys

import pytest

SHOW = pathlib.Path(__file__).resolve().parents[1] / "show_rows.py"
NAME, QUEUED, KIND = ".1.3.6.1.9.2", ".1.3.6.1.9.3", ".1.3.6.1.9.4"


def show(walk, *columns, most=8, by=2, locale="C.UTF-8"):
    command = [sys.executable, SHOW, str(most), str(by), *columns]
    done = subprocess.run(
        command, input=walk.encode(), stdout=subprocess.PIPE, check=True, env=dict(os.environ, LC_ALL=locale)
    )
    return done.stdout.decode().splitlines()


def walk(*rows):
    return "".join(
        f"{NAME}.1.{i} {name}\n{QUEUED}.1.{i} {queued}\n" for i, (name, queued) in enumerate(rows, 1)
    )


def as_bytes(text):
    return '"' + "".join(f"{byte:02X} " for byte in text.encode()) + '"'


@pytest.mark.parametrize("locale", ("C", "C.UTF-8"))
def test_names_of_any_alphabet_take_the_columns_that_a_terminal_gives_them(locale):
    rows = (
        ('"plain.example"', 5), (as_bytes("bücher.example"), 40), (as_bytes("e\u0301a.example"), 30),
        (as_bytes("例え.jp"), 2))
    assert show(walk(*rows), f"Name={NAME}", f"Queued={QUEUED}", locale=locale) == [
        "  Name            Queued",
        "  bücher.example      40",
        "  e\u0301a.example          30",
        "  plain.example        5",
        "  例え.jp              2",
    ]


def test_the_largest_rows_come_first_and_the_others_are_counted():
    rows = [(f'"d{i}"', i) for i in range(1, 11)]
    lines = show(walk(*rows), f"Name={NAME}", f"Queued={QUEUED}", most=2)
    assert lines == ["  Name  Queued", "  d10       10", "  d9         9", "  ... and 8 more rows"]


def test_a_long_text_is_cut_and_quotes_inside_stay():
    lines = show(walk((r'"reply \"421 4.7.0 ' + "x" * 60 + r'\""', 1)), f"Error={NAME}", f"Queued={QUEUED}")
    assert lines[1] == '  reply "421 4.7.0 ' + "x" * 24 + "..." + "       1"


def test_what_has_no_value_is_blank_and_kinds_are_words():
    text = walk(('"hard-one"', 3)) + f"{KIND}.1.1 1\n{NAME}.1.2 \"odd-one\"\n{KIND}.1.2 3\n"
    lines = show(text, f"Name={NAME}", f"Queued={QUEUED}", f"Kind={KIND}")
    assert lines == ["  Name      Queued  Kind", "  hard-one       3  hard", "  odd-one           other"]
