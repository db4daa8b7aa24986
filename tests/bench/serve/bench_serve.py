# SPDX-License-Identifier: BSD-2-Clause
"""What serving a table costs, in snmpd and in the subagent apart, against other ways to serve the same rows.
Usage: bench_serve.py [ROWS...]; ROUNDS and SLICE_MS in the environment."""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(TOP.parent.parent / "integration"))

import snmpd  # noqa: E402
from waiting import wait_until  # noqa: E402

BUILD = pathlib.Path(os.environ.get("PMTA_BUILD", "build")).resolve() / "tests/bench/serve"
ROOT = "." + os.environ["ROOT_OID"].strip(".") + ".1.3.1"
RIVAL = ".1.3.6.1.4.1.8072.9999.9999.31383.1.1.3"
COLUMNS = (3, 4, 5, 6, 7, 8, 9, 10, 18, 20, 21, 22)
snmpd.MODULES += ",pass_persist"
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SLICE_MS = int(os.environ.get("SLICE_MS", "600"))
# name: what follows ROWS on the command line, root of the table, most rows it is tried with
WAYS = {
    "limit": (["serve_limit"], [], f"{RIVAL}.1", 10**9),
    "ours": (["serve_ours"], [], ROOT, 10**9),
    "ours by library": (["serve_ours"], ["0", "library"], ROOT, 10**9),
    "table_container": (["serve_helper"], ["container"], f"{RIVAL}.2", 10**9),
    "table_iterator": (["serve_helper"], ["iterator"], f"{RIVAL}.3", 10**5),
    "pass_persist": (None, [], f"{RIVAL}.4", 10**4),
}
# name: columns, repetitions (0 is GETNEXT)
SHAPES = {
    "GETNEXT, 1 column": (COLUMNS[1:2], 0),
    "GETNEXT, 12 columns": (COLUMNS, 0),
    "GETBULK 25, 1 column": (COLUMNS[1:2], 25),
    "GETBULK 8, 12 columns": (COLUMNS, 8),
}


def cpu_us(pid):
    """Microseconds of processor time of all threads so far."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1000


def children(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Walk:
    """One walk for a slice of time: varbinds a second, and microseconds of processor a varbind."""

    def __init__(self, master, subagent, root, shape, rows):
        columns, repetitions = shape
        command = [BUILD / "walk_table", master.address, SLICE_MS, repetitions, rows // 2]
        before = cpu_us(master.process.pid), cpu_us(subagent)
        output = subprocess.run(
            [str(c) for c in command] + [f"{root}.1.{c}" for c in columns], stdout=subprocess.PIPE, check=True, env=master.environment
        ).stdout
        varbinds, _, elapsed_ms = (float(x) for x in output.split())
        self.rate = varbinds / elapsed_ms * 1000
        self.master = (cpu_us(master.process.pid) - before[0]) / varbinds
        self.subagent = (cpu_us(subagent) - before[1]) / varbinds


class Served:
    """One snmpd with one subagent of one way."""

    def __init__(self, way, rows):
        program, options, self.root, _ = WAYS[way]
        self.directory = tempfile.TemporaryDirectory()
        directory = pathlib.Path(self.directory.name)
        script = f"pass_persist {self.root} /usr/bin/python3 {TOP / 'serve_pass.py'} {self.root} {rows}\n"
        self.snmpd = snmpd.Snmpd(directory, extra="" if program else script)
        self.snmpd.start()
        self.agent = snmpd.Process()
        if program:
            self.agent.launch([BUILD / program[0], self.snmpd.agentx, str(rows)] + options, stderr=subprocess.DEVNULL)
        probe = f"{self.root}.1.{COLUMNS[1]}.1.1"
        wait_until(lambda: self.snmpd.getnext(probe).get(probe[:-1] + "2"), 60, way)
        self.pid = self.agent.process.pid if program else children(self.snmpd.process.pid)[0]

    def close(self):
        if self.agent.process:
            self.agent.kill()
        self.snmpd.stop()
        self.directory.cleanup()


def spread(values, form):
    values = sorted(values)
    return f"{form % statistics.median(values)} ({form % values[0]}-{form % values[-1]})"


def report(shape, rows, walks):
    print(f"\n{shape}, {rows} rows: varbinds a second, ratio to the limit; microseconds of processor a varbind")
    print(f"  {'':16} {'varbinds/s':>10}  {'ratio (least-most)':20} {'snmpd':>7} {'subagent':>9}  both to the limit's")
    for way, found in walks.items():
        ratios = [w.rate / base.rate for w, base in zip(found, walks["limit"])]
        costs = [(base.master + base.subagent) / (w.master + w.subagent) for w, base in zip(found, walks["limit"])]
        print(
            f"  {way:16} {statistics.median(w.rate for w in found):10.0f}  {spread(ratios, '%.2f'):20} "
            f"{statistics.median(w.master for w in found):7.2f} {statistics.median(w.subagent for w in found):9.2f}  {spread(costs, '%.2f')}"
        )
    sys.stdout.flush()


def measure(rows):
    served = {way: Served(way, rows) for way, settings in WAYS.items() if rows <= settings[3]}
    try:
        for shape, what in SHAPES.items():
            walks = {way: [] for way in served}
            # All ways in turn, so that other load on the machine meets all of them.
            for _ in range(ROUNDS):
                for way, s in served.items():
                    walks[way].append(Walk(s.snmpd, s.pid, s.root, what, rows))
            report(shape, rows, walks)
    finally:
        for s in served.values():
            s.close()


if __name__ == "__main__":
    # One core for all of it: the figures are steadier, and no two programs wait for each other's.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for count in sys.argv[1:] or ["1000", "10000"]:
        measure(int(count))
