# SPDX-License-Identifier: BSD-2-Clause
"""A private snmpd and snmptrapd for tests: loopback ports, sockets and directories of their own."""

import os
import re
import signal
import subprocess

from ports import free_port
from waiting import wait_until

COMMUNITY = "public"
# Nothing but what answers requests, lists subagents and sends traps.
MODULES = "system_mib,sysORTable,snmp_mib,vacm_conf,vacm_vars,usmConf,usmUser,snmpEngine"
# A second each: an answer that a busy machine delays is waited for, one that is lost is asked for again.
RETRIES = 9
SYS_UP_TIME = ".1.3.6.1.2.1.1.3.0"


def tool_environment(directory):
    """The environment in which net-snmp reads no MIB modules and writes only below directory."""
    return dict(
        os.environ,
        MIBS="",
        MIBDIRS="/dev/null",
        SNMPCONFPATH=str(directory),
        SNMP_PERSISTENT_DIR=str(directory / "persistent"),
    )


class Process:
    """A program that is started, stopped, killed and frozen by its process id."""

    def __init__(self):
        self.process = None

    def launch(self, command, **options):
        self.process = subprocess.Popen(command, **options)

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def _signal(self, number):
        if self.running:
            self.process.send_signal(number)

    @property
    def waited_ms(self):
        """Milliseconds in which it could have run but had no processor; 0 where the kernel does not count them."""
        try:
            with open(f"/proc/{self.process.pid}/schedstat") as counts:
                return int(counts.read().split()[1]) // 1000000
        except (OSError, AttributeError):
            return 0

    def freeze(self):
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def kill(self):
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(10)

    def stop(self, timeout=10):
        self.thaw()
        self._signal(signal.SIGTERM)
        if self.process is None:
            return None
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


VALUE = re.compile(r"^(\.[\d.]+) = (?:([A-Za-z][A-Za-z0-9-]*): ?(.*)|(\"\")|(.*))$")


def parse_varbinds(text):
    """The output of snmpget and its like with -On -Oe -Ox as {oid: (type, value)}.

    Texts are bytes, numbers int, object identifiers text. Exceptions and NULL have the value None
    and their words without blanks as type: NoSuchInstance, NoSuchObject, NULL.
    """
    found = {}
    lines = []
    for line in text.splitlines():
        if re.match(r"^\.[\d.]+ = ", line):
            lines.append(line)
        elif lines and line.strip():
            lines[-1] += " " + line.strip()
    for line in lines:
        oid, kind, value, empty, other = VALUE.match(line).groups()
        if empty is not None:
            found[oid] = ("STRING", b"")
        elif other is not None:
            if "No more variables" not in other:
                found[oid] = ("".join(other.split(" ")[:3]) if other.startswith("No") else other, None)
        elif kind == "Hex-STRING":
            found[oid] = ("STRING", bytes.fromhex(value))
        elif kind == "STRING":
            found[oid] = ("STRING", value.strip('"').encode())
        elif kind == "Timeticks":
            found[oid] = (kind, int(re.match(r"\((\d+)\)", value).group(1)))
        elif kind == "OID":
            found[oid] = (kind, value)
        else:
            found[oid] = (kind, int(value))
    return found


class Snmpd(Process):
    """snmpd as an AgentX master; traps go to the port of a TrapReceiver if one is given."""

    def __init__(self, directory, trap_port=None, extra="", agentx=None):
        super().__init__()
        self.directory = directory
        self.agentx = agentx or str(directory / "agentx")
        self.port = free_port()
        self.environment = tool_environment(directory)
        lines = [
            "agentAddress udp:127.0.0.1:%d" % self.port,
            "rocommunity %s 127.0.0.1" % COMMUNITY,
            "rwcommunity private 127.0.0.1",
            "master agentx",
            "agentXSocket %s" % self.agentx,
        ]
        if trap_port:
            lines.append("trap2sink 127.0.0.1:%d %s" % (trap_port, COMMUNITY))
        (directory / "own.conf").write_text("\n".join(lines) + "\n" + extra)

    def start(self, ready=True):
        """Starts snmpd; waits until it answers."""
        with open(self.directory / "snmpd.log", "ab") as log:
            self.launch(
                ["/usr/sbin/snmpd", "-f", "-Lo", "-C", "-c", str(self.directory / "own.conf"), "-I", MODULES],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if ready:
            wait_until(lambda: self.get(SYS_UP_TIME), 10, "snmpd answers")

    def _tool(self, name, arguments, timeout=1, retries=RETRIES, community=COMMUNITY):
        command = [name, "-v2c", "-c", community, "-On", "-Oe", "-Ox", "-t", str(timeout), "-r", str(retries)]
        return subprocess.run(
            command + arguments,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            universal_newlines=True,
            check=False,
        )

    @property
    def address(self):
        return "127.0.0.1:%d" % self.port

    def get(self, *oids, timeout=1, retries=RETRIES):
        """GET: {oid: (type, value)}, empty without an answer."""
        return parse_varbinds(self._tool("snmpget", [self.address] + list(oids), timeout, retries).stdout)

    def getnext(self, *oids):
        return parse_varbinds(self._tool("snmpgetnext", [self.address] + list(oids)).stdout)

    def walk(self, oid, timeout=5):
        return parse_varbinds(self._tool("snmpwalk", ["-Cc", self.address, oid], timeout, 0).stdout)

    def bulkwalk(self, oid, repetitions=25, timeout=5):
        options = ["-Cc", "-Cr%d" % repetitions]
        return parse_varbinds(self._tool("snmpbulkwalk", options + [self.address, oid], timeout, 0).stdout)

    def bulkget(self, oid, repetitions):
        options = ["-Cn0", "-Cr%d" % repetitions]
        return parse_varbinds(self._tool("snmpbulkget", options + [self.address, oid]).stdout)

    def set(self, oid, kind, value):
        """SET with write access: what the tool says of the error, or "" if it was accepted."""
        result = self._tool("snmpset", [self.address, oid, kind, value], community="private")
        return result.stderr


class TrapReceiver(Process):
    """snmptrapd that writes every notification as one line into a file."""

    def __init__(self, directory):
        super().__init__()
        self.directory = directory
        self.port = free_port()
        self.file = directory / "traps"
        (directory / "trapd.conf").write_text("disableAuthorization yes\n")

    def start(self):
        self.file.write_text("")
        with open(self.directory / "snmptrapd.log", "ab") as log:
            self.launch(
                [
                    "/usr/sbin/snmptrapd", "-f", "-n", "-On", "-Oe", "-Ox", "-Oq", "-C",
                    "-c", str(self.directory / "trapd.conf"),
                    "-Lf", str(self.file),
                    "-F", "TRAP\t%v\n",
                    "udp:127.0.0.1:%d" % self.port,
                ],
                env=tool_environment(self.directory),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(self._bound, 10, "snmptrapd listens")

    def _bound(self):
        address = "0100007F:%04X " % self.port
        with open("/proc/net/udp") as table:
            return any(address in line for line in table)

    def traps(self):
        """All notifications so far, each a list of (oid, text of the value), in their order."""
        found = []
        for line in self.file.read_text(errors="replace").replace("\n", " ").split("TRAP\t")[1:]:
            pairs = [varbind.strip().split(" ", 1) for varbind in line.split("\t")]
            found.append([(p[0], p[1].strip() if len(p) > 1 else "") for p in pairs if p[0].startswith(".")])
        return found

    def wait_for(self, predicate, timeout=10):
        """Waits until a notification fulfils the predicate, and returns it."""

        def found():
            return next((trap for trap in self.traps() if predicate(trap)), None)

        return wait_until(found, timeout, "a notification")
