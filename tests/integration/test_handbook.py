# SPDX-License-Identifier: BSD-2-Clause
"""The alarm handbook has a chapter with causes, steps and columns for each notification."""

import os
import pathlib
import subprocess
import sys

import pytest

import mib

SOURCES = pathlib.Path(__file__).resolve().parent / "../../integrations/handbook"
sys.path.insert(0, str(SOURCES))
import make_handbook

STEPS = make_handbook.read_steps(SOURCES / "steps.txt")
CLEARS = {cleared.name for _, cleared in mib.module().pairs()}


@pytest.mark.parametrize("name", [n.name for n in mib.module().notifications() if n.name not in CLEARS])
def test_notification_has_causes_steps_and_columns(name):
    entry = STEPS[name]
    assert entry["cause"] and entry["step"] and entry["look"]
    readable = {thing.name for thing in mib.readable()}
    assert set(" ".join(entry["look"]).split()) <= readable


def test_text_names_no_object_that_the_mib_does_not_have():
    words = {w.strip('().,:;"') for e in STEPS.values() for kind in ("cause", "step") for t in e[kind] for w in t.split()}
    prefixes = ("vmta", "domainQueue", "bounceClass", "provider", "reply", "pmta")
    named = {w for w in words if w.startswith(prefixes) and any(c.isupper() for c in w)}
    assert named and named <= set(mib.objects())


def test_every_notification_is_in_the_built_handbook():
    text = pathlib.Path(mib.BUILD, "handbook.txt").read_text()
    titles = {word for line in text.splitlines() for word in line.split(" / ")}
    assert {n.name for n in mib.module().notifications()} <= titles
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("line, said", [
    ("pmtaNoSuchThing\n", "the MIB has no notification pmtaNoSuchThing"),
    ("pmtaServerDown\nreason: x\n", ':2: "reason: x": expected'),
    ("cause: of nothing\n", ':1: "cause: of nothing": expected'),
])
def test_mistake_in_the_table_is_named(tmp_path, line, said):
    (tmp_path / "steps").write_text(line)
    made = subprocess.run(
        [sys.executable, "-B", str(SOURCES / "make_handbook.py"), os.path.join(mib.BUILD, "PMTA-MONITOR-MIB.txt"),
         str(tmp_path / "steps")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
    )
    assert made.returncode == 1 and said in made.stderr
