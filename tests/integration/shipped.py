# SPDX-License-Identifier: BSD-2-Clause
"""A site under the configuration as it is shipped, with a clock that the test moves on."""

import datetime
import os
import pathlib
import re
import struct

import mib
from daemon import Monitor, Site
from waiting import wait_until

STEPPER = pathlib.Path(mib.BUILD, "tests/integration/clock_step.so").resolve()
SHIPPED = pathlib.Path(mib.BUILD, "pmta-monitord.conf")


class Machine:
    """What the daemon sees of its machine: both clocks, which go on together, and how full disks are."""

    def __init__(self, directory):
        assert STEPPER.exists(), f"{STEPPER} is not built"
        self.file = directory / "machine"
        self.wall = self.boot = self.percent = 0
        self._write()
        sanitizer = os.environ.get("ASAN_OPTIONS", "")
        self.environment = {
            "LD_PRELOAD": str(STEPPER), "CLOCK_STEP": str(self.file), "TZ": "UTC",
            "ASAN_OPTIONS": f"{sanitizer}:verify_asan_link_order=0",
        }

    def _write(self):
        # In place: the daemon has it mapped.
        with open(self.file, "r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("=qqq", self.wall, self.boot, self.percent))

    def set(self, moment):
        now = datetime.datetime.now(datetime.timezone.utc)
        self.wall = int((moment - now).total_seconds() * 1000)
        self._write()

    def advance(self, seconds):
        self.wall += seconds * 1000
        self.boot += seconds * 1000
        self._write()

    def disk(self, percent):
        self.percent = percent
        self._write()


class ShippedMonitor(Monitor):
    """Only what names this machine and this PowerMTA differs from the file as it is installed."""

    def __init__(self, site):
        self.site = site
        super().__init__(site.directory, site.snmpd.agentx, None, environment=site.environment)

    def configure(self, servers, extra=""):
        text = SHIPPED.read_text()
        files = ", ".join(f'"{file}"' for file in self.site.files)
        for key, value in (
            ("url", f'"{self.site.sim.url}"'),
            ("accounting", f"{{ {files} }}"),
            ("agentx-socket", f'"{self.agentx}"'),
            ("state-dir", f'"{self.directory}/state"'),
            ("smtp-probe", f'"{self.site.sim.smtp}"'),
            ("spool", f'{{ "{self.directory}" }}'),
        ):
            text, changes = re.subn(rf"(?m)^(\t?)#?{key} = .*$", lambda m, k=key, v=value: f"{m[1]}{k} = {v}", text)
            assert changes == 1, f"{key} is in {SHIPPED} {changes} times"
        self.file.write_text(text)


class Shipped(Site):
    """A PowerMTA whose time, like the daemon's, goes on by advance() only."""

    def __init__(self, directory, *sim_options, accounting=True):
        self.machine = Machine(directory)
        super().__init__(directory, "--smtp-port", 0, "--max-items", 1000, *sim_options,
                         accounting=accounting, environment=self.machine.environment)

    def make_monitor(self):
        now = self.sim.control("clear")["now"]
        self.machine.set(datetime.datetime.fromisoformat(now + "+00:00"))
        return ShippedMonitor(self)

    def __enter__(self):
        super().__enter__()
        self.wait_value("pmtaServerState", 1)
        return self

    def polls(self):
        """Polls of /status that the daemon has dealt with."""
        return self.scalar("pmtaSourceAttempts", "1.1") or 0

    def advance(self, seconds, step=30, until=None):
        """Lets PowerMTA and the daemon live on, poll by poll (every 30 s): until something is so, if asked for,
        which must be before the time is over."""
        for _ in range(0, seconds, step):
            before = self.polls()
            self.machine.advance(step)
            self.sim.step(step)
            wait_until(lambda: self.polls() > before, 20, "the next poll")
            if until is not None and until():
                return
        assert until is None, f"not within {seconds} s of the daemon's time"
