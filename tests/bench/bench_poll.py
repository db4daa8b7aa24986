# SPDX-License-Identifier: BSD-2-Clause
"""What a poll of many queues costs the SNMP side: request times while the lists are read and swapped,
against request times without polls, in one run. Usage: bench_poll.py [QUEUES...]"""

import os
import pathlib
import socket
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))

import mib  # noqa: E402
from daemon import Monitor, server_section  # noqa: E402
from simulator import Simulator  # noqa: E402
from snmpd import Snmpd, wait_until  # noqa: E402

GET, GETNEXT = 0xA0, 0xA1
VMTAS = 10
COLUMNS = 39  # the last of domainQueueTable
SECONDS = 20
TOLD = (("pmtaSourceAttempts", "1.2"), ("pmtaSourceDuration", "1.2"), ("pmtaAgentLongestStall", "0"),
        ("pmtaAgentResidentKBytes", "0"), ("pmtaServerQueuesListed", "1"))


def number(value):
    """BER base-128 of one sub-identifier."""
    parts = [value & 0x7F]
    while value > 0x7F:
        value >>= 7
        parts.insert(0, 0x80 | value & 0x7F)
    return bytes(parts)


def tlv(tag, body):
    size = len(body)
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([0x82, size >> 8, size & 255])) + body


def request_of(kind, oid, request):
    """An SNMPv2c GET or GETNEXT for one OID (RFC 3416), as bytes."""
    ids = [int(part) for part in oid.strip(".").split(".")]
    name = bytes([ids[0] * 40 + ids[1]]) + b"".join(number(i) for i in ids[2:])
    varbind = tlv(0x30, tlv(6, name) + tlv(5, b""))
    pdu = tlv(kind, tlv(2, request.to_bytes(4, "big")) + tlv(2, b"\0") * 2 + tlv(0x30, varbind))
    return tlv(0x30, tlv(2, b"\1") + tlv(4, b"public") + pdu)


class Clerk:
    """What the system notes of the threads through which a request goes: the agent's main one, snmpd, and this one."""

    def __init__(self, agent, snmpd):
        self.files = [os.open(f"/proc/{pid}/task/{pid}/schedstat", os.O_RDONLY) for pid in (agent, snmpd, os.getpid())]

    def close(self):
        for file in self.files:
            os.close(file)

    def read(self):
        """Milliseconds: processor that the agent's thread used, and time that all of them waited for one."""
        notes = [os.pread(file, 100, 0).split() for file in self.files]
        return int(notes[0][0]) / 1e6, sum(int(note[1]) for note in notes) / 1e6


def request_times(port, questions, seconds, clerk):
    """Of each request, one after the other for so many seconds, in milliseconds: what it took, what it took but for
    waiting for a processor that others had, and the processor that the agent's thread used meanwhile."""
    times = []
    end = time.monotonic() + seconds
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", port))
        sock.settimeout(60)
        used, waited = clerk.read()
        while time.monotonic() < end:
            message = request_of(*questions[len(times) % len(questions)], len(times) + 1)
            began = time.perf_counter()
            sock.send(message)
            sock.recv(65536)
            took = (time.perf_counter() - began) * 1000
            used_before, waited_before = used, waited
            used, waited = clerk.read()
            times.append((took, max(0, took - (waited - waited_before)), used - used_before))
    return times


def one_cell(queues):
    return [(GET, f"{mib.oid('domainQueueRecipients')}.1.{queues // 2}")]


def every_column(queues):
    """From the begin and from the middle of each column, those without a value too."""
    entry = mib.oid("domainQueueTable") + ".1"
    return [(GETNEXT, f"{entry}.{column}{row}") for column in range(2, COLUMNS + 1) for row in ("", f".1.{queues // 2}")]


def describe(what, times):
    took, own, used = (sorted(column) for column in zip(*times))
    p99 = took[len(took) * 99 // 100]
    print(f"  {what:26} n={len(took):6}  median {statistics.median(took):5.2f}  p99 {p99:5.2f}  max {took[-1]:7.2f} ms,", end="")
    print(f" {own[-1]:7.2f} but for waits for a processor; of the agent's {used[-1]:7.2f}")
    return statistics.median(took), p99, own[-1]


def scalar(snmpd, name):
    """One value by name and instance: "pmtaServerQueuesListed.1"; None without an answer."""
    descriptor, instance = name.split(".", 1)
    return next(iter(snmpd.get(f"{mib.oid(descriptor)}.{instance}").values()), (None, None))[1]


def peak_kb(process):
    """The most memory that a process ever had."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


def processor_ms(process):
    """Processor time that a process used so far."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def conf(interval):
    return f"row-limit = 0\ntimeout = 60s\nmax-reply = 1G\npoll-interval = {interval}\nlist-interval = {interval}\n"


def measure(directory, sim, queues, interval, questions):
    """A daemon of its own: what requests took, and what it tells of itself."""
    snmpd = Snmpd(directory)
    monitor = Monitor(directory, snmpd.agentx, server_section(sim.url))
    text = monitor.file.read_text().replace("poll-interval = 300ms\nlist-interval = 300ms\n", "").replace("timeout = 2s", "")
    monitor.file.write_text(conf(interval) + text)
    snmpd.start()
    monitor.start()
    try:
        wait_until(lambda: (scalar(snmpd, "pmtaServerQueuesListed.1") or 0) >= queues * 9 // 10, 600, "the list")
        clerk = Clerk(monitor.process.pid, snmpd.process.pid)
        times = request_times(snmpd.port, questions(queues), SECONDS, clerk)
        clerk.close()
        told = {name: scalar(snmpd, name + "." + instance) for name, instance in TOLD}
        told.update(peak=peak_kb(monitor.process), processor=processor_ms(monitor.process))
    finally:
        monitor.stop(300)
        snmpd.stop()
    return times, told


def report(size, quiet, polled, walked):
    told = polled[1]
    attempts = told["pmtaSourceAttempts"]
    print(f"poll of {told['pmtaServerQueuesListed']} queues ({size / 1e6:.1f} MB), {attempts} polls in {SECONDS} s, requests meanwhile:")
    alone = describe("GET without polls", quiet[0])
    busy = describe("GET while polling", polled[0])
    describe("GETNEXT in every column", walked[0])
    print(f"  ratio while polling         median {busy[0] / alone[0]:.2f}  p99 {busy[1] / alone[1]:.2f}  max {busy[2] / alone[2]:.2f}")
    print(f"  longest stall of the agent's loop {told['pmtaAgentLongestStall']} ms; transfer and parse {told['pmtaSourceDuration']} ms; resident {told['pmtaAgentResidentKBytes']} KB")
    print(f"  processor time {told['processor'] / attempts:.0f} ms a poll, requests with it; at its peak {told['peak']} KB")
    sys.stdout.flush()


def main(queues):
    options = ["--manual", "--full", "--domains", max(1, queues // VMTAS), "--vmtas", VMTAS, "--max-items", 10000000]
    with tempfile.TemporaryDirectory() as name, Simulator(*options) as sim:
        # The quiet daemon polls once, the busy ones again and again.
        runs = [measure(pathlib.Path(name), sim, queues, *kind) for kind in (("1h", one_cell), ("2s", one_cell), ("2s", every_column))]
        report(len(sim.get("/queues", format="json").body), *runs)


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["100000"]:
        main(int(argument))
