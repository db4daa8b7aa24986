# SPDX-License-Identifier: BSD-2-Clause
"""What a poll of many queues costs the SNMP side: request times while the lists are read and swapped,
against request times without polls, in one run. Usage: bench_poll.py [QUEUES]"""

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


def get_request(oid, request):
    """An SNMPv2c GET for one OID (RFC 3416), as bytes."""
    ids = [int(part) for part in oid.strip(".").split(".")]
    name = bytes([ids[0] * 40 + ids[1]]) + b"".join(number(i) for i in ids[2:])
    varbind = tlv(0x30, tlv(6, name) + tlv(5, b""))
    pdu = tlv(0xA0, tlv(2, request.to_bytes(4, "big")) + tlv(2, b"\0") * 2 + tlv(0x30, varbind))
    return tlv(0x30, tlv(2, b"\1") + tlv(4, b"public") + pdu)


def request_times(port, oid, seconds):
    """Milliseconds of each GET, one after the other, for so many seconds."""
    times = []
    end = time.monotonic() + seconds
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", port))
        sock.settimeout(60)
        while time.monotonic() < end:
            began = time.perf_counter()
            sock.send(get_request(oid, len(times) + 1))
            sock.recv(65536)
            times.append((time.perf_counter() - began) * 1000)
    return times


def describe(what, times):
    times = sorted(times)
    p99 = times[len(times) * 99 // 100]
    print(f"  {what:28} n={len(times):6}  median {statistics.median(times):6.2f}  p99 {p99:6.2f}  max {times[-1]:7.2f} ms")
    return statistics.median(times), p99, times[-1]


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


def main(queues):
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        vmtas = 10
        options = ["--manual", "--full", "--domains", max(1, queues // vmtas), "--vmtas", vmtas, "--max-items", 10000000]
        snmpd = Snmpd(directory)
        with Simulator(*options) as sim:
            # The quiet daemon polls once, the busy one again and again.
            results = {}
            for kind, interval in (("quiet", "1h"), ("polling", "2s")):
                monitor = Monitor(directory, snmpd.agentx, server_section(sim.url))
                text = monitor.file.read_text().replace("poll-interval = 300ms\nlist-interval = 300ms\n", "").replace("timeout = 2s", "")
                monitor.file.write_text(conf(interval) + text)
                snmpd.start()
                monitor.start()
                wait_until(lambda: (scalar(snmpd, "pmtaServerQueuesListed.1") or 0) >= queues * 9 // 10, 120, "the list")
                results[kind] = request_times(snmpd.port, f"{mib.oid('domainQueueRecipients')}.1.{queues // 2}", 20)
                if kind == "polling":
                    peak = peak_kb(monitor.process)
                    processor = processor_ms(monitor.process)
                    attempts = scalar(snmpd, "pmtaSourceAttempts.1.2")
                    duration = scalar(snmpd, "pmtaSourceDuration.1.2")
                    stall = scalar(snmpd, "pmtaAgentLongestStall.0")
                    resident = scalar(snmpd, "pmtaAgentResidentKBytes.0")
                    listed = scalar(snmpd, "pmtaServerQueuesListed.1")
                monitor.stop()
                snmpd.stop()
            size = len(sim.get("/queues", format="json").body)
        print(f"poll of {listed} queues ({size / 1e6:.1f} MB), {attempts} polls in 20 s, GET of one cell meanwhile:")
        quiet = describe("without polls", results["quiet"])
        busy = describe("while polling", results["polling"])
        print(f"  ratio                        median {busy[0] / quiet[0]:.2f}  p99 {busy[1] / quiet[1]:.2f}  max {busy[2] / quiet[2]:.2f}")
        print(f"  longest stall of the agent's loop {stall} ms; transfer and parse {duration} ms; resident {resident} KB")
        print(f"  processor time {processor / attempts:.0f} ms a poll, requests with it; at its peak {peak} KB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100000)
