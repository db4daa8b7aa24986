# SPDX-License-Identifier: BSD-2-Clause
"""The agent against a real snmpd: what a manager sees, and what the master may do to us."""

import os
import re
import socket
import struct
import subprocess
import threading
import time

import pytest

from agent_site import FIXTURE, Site, names, objects_of, served, site, tables_of
from ports import free_port
from snmpd import Snmpd
from waiting import wait_until

SYS_OR_ID = ".1.3.6.1.2.1.1.9.1.2"
NOBODY = 65534
# Milliseconds that the agent waits for one answer of its master.
PATIENCE = 300


def expected_instances(*options):
    output = subprocess.run(
        [FIXTURE, "--dump"] + [str(o) for o in options],
        stdout=subprocess.PIPE,
        universal_newlines=True,
        check=True,
    ).stdout
    expected = {}
    for line in output.splitlines():
        oid, kind, value = (line.split(" ") + [""])[:3]
        if kind == "STRING":
            expected[oid] = (kind, bytes.fromhex(value))
        elif kind == "OID":
            expected[oid] = (kind, value)
        else:
            expected[oid] = (kind.lstrip("~"), None if kind.startswith("~") else int(value))
    return expected


def assert_tables_as_expected(found, expected):
    assert list(found) == list(expected)
    for oid, (kind, value) in expected.items():
        assert found[oid][0] == kind, oid
        if value is not None:
            assert found[oid][1] == value, oid


def tables_only(found, names):
    scalars = names["pmtaAgentVersion"].rsplit(".", 1)[0] + "."
    return {oid: value for oid, value in found.items() if not oid.startswith(scalars)}


# What a manager sees


def test_walk_shows_every_instance_of_the_snapshot_and_nothing_else(site, names):
    site.snmpd.start()
    site.agent("--rows", 30, "--servers", 2)
    site.served()
    found = site.snmpd.walk(objects_of(names))
    assert_tables_as_expected(tables_only(found, names), expected_instances("--rows", 30, "--servers", 2))


@pytest.mark.parametrize("repetitions", [1, 7, 100])
def test_bulk_walk_shows_the_same_as_a_walk(site, names, repetitions):
    site.snmpd.start()
    site.agent("--rows", 30, "--servers", 2)
    site.served()
    found = site.snmpd.bulkwalk(objects_of(names), repetitions)
    assert_tables_as_expected(tables_only(found, names), expected_instances("--rows", 30, "--servers", 2))


def test_getbulk_answers_as_many_rows_as_were_asked_for(served, names):
    found = served.snmpd.bulkget(names["vmtaName"], 8)
    assert [oid for oid in found] == [names["vmtaName"] + ".1.%d" % (3 * i + 1) for i in range(8)]


def test_get_of_a_hole_says_no_such_instance(served, names):
    oid = names["vmtaRecipients"] + ".1.1"
    assert served.snmpd.get(oid) == {oid: ("NoSuchInstance", None)}


def test_getnext_skips_a_hole(served, names):
    found = served.snmpd.getnext(names["vmtaRecipients"])
    assert found == {names["vmtaRecipients"] + ".1.4": ("Gauge32", 7)}


def as_numbers(oid):
    return [int(number) for number in oid.split(".")[1:]]


def test_getnext_of_any_oid_gives_the_first_instance_behind_it(served, names):
    instances = sorted(served.snmpd.walk(objects_of(names)), key=as_numbers)
    probes = set()
    for oid in instances[::17] + instances[-2:]:
        numbers = oid.split(".")
        # The instance, its parts, those with something behind, and those beside it.
        probes.update(".".join(numbers[:length]) for length in range(-4, 0))
        probes.update([oid, oid + ".0", oid + ".1.2.3.4.5", oid + ".4294967295"])
        probes.add(".".join(numbers[:-1] + [str(int(numbers[-1]) + 1)]))
    for probe in sorted(probes, key=as_numbers):
        behind = [oid for oid in instances if as_numbers(oid) > as_numbers(probe)]
        found = list(served.snmpd.getnext(probe))
        if behind:
            assert found == behind[:1], probe
        else:
            assert not any(oid.startswith(objects_of(names) + ".") for oid in found), probe


def test_one_get_answers_tables_and_scalars_together(served, names):
    wanted = [names["vmtaName"] + ".1.1", names["pmtaAgentVersion"] + ".0", names["pmtaServerName"] + ".1"]
    found = served.snmpd.get(*wanted)
    assert [found[oid] for oid in wanted] == [
        ("STRING", b"vmta-0.example"),
        ("STRING", b"fixture"),
        ("STRING", b"mta1.example"),
    ]


def test_set_is_refused_as_not_writable(served, names):
    assert "notWritable" in served.snmpd.set(names["vmtaRecipients"] + ".1.4", "u", "1")


def test_walk_stays_complete_while_snapshots_come_every_millisecond(site, names):
    site.snmpd.start()
    site.agent("--rows", 200, "--refresh", 1)
    site.served()
    expected = expected_instances("--rows", 200)
    for _ in range(3):
        found = site.snmpd.bulkwalk(objects_of(names), 20)
        assert_tables_as_expected(tables_only(found, names), expected)
    assert site.scalar("pmtaAgentSnapshots") > 100


def test_sysORTable_names_the_module_while_the_agent_runs(served, names):
    module = objects_of(names).rsplit(".", 1)[0]

    def listed():
        return module in [value for _, value in served.snmpd.walk(SYS_OR_ID).values()]

    assert listed()
    served.agents[0].stop()
    wait_until(lambda: not listed(), 10, "sysORTable has no entry any more")


# Connection


def test_agent_started_before_snmpd_connects_when_it_comes(site):
    agent = site.agent()
    agent.logged("No such file or directory")
    site.snmpd.start()
    site.served(5)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_agent_connects_over_tcp_and_returns_after_a_restart(tmp_path, names, host):
    site = Site(tmp_path, names)
    site.snmpd = Snmpd(tmp_path, agentx="tcp:%s:%d" % (host, free_port()))
    try:
        agent = site.agent()
        agent.logged("waiting for it")
        site.snmpd.start()
        site.served()
        site.snmpd.kill()
        agent.logged("closed by snmpd")
        site.snmpd.start()
        site.served()
    finally:
        site.close()


def test_absent_snmpd_is_logged_once(site):
    agent = site.agent()
    agent.logged("No such file or directory")
    end = time.monotonic() + 3.5
    wait_until(lambda: time.monotonic() > end)
    assert len(agent.log.splitlines()) == 1


@pytest.mark.parametrize("way", ["kill", "stop"])
def test_agent_returns_after_snmpd_was_restarted(served, way):
    agent = served.agents[0]
    for restarts in (1, 2, 3):
        getattr(served.snmpd, way)()
        agent.logged("closed by snmpd")
        served.snmpd.start()
        served.served(10)
        assert served.scalar("pmtaAgentMasterReconnects") == agent.sessions - 1 >= restarts
    assert agent.log.count(": connected to snmpd") == agent.log.count("connection to snmpd lost") + 1 >= 4


def test_agent_that_ends_gives_its_objects_back(served):
    served.end_at_once(served.agents[0])
    served.gone()
    served.agent()
    served.served()


def test_hung_snmpd_holds_the_agent_up_for_a_second_at_most(served):
    served.snmpd.freeze()
    served.agents[0].logged("no answer to a ping")
    end = time.monotonic() + 4
    wait_until(lambda: time.monotonic() > end, 10)
    served.snmpd.thaw()
    served.served(10)
    assert served.scalar("pmtaAgentLongestStall") >= PATIENCE
    served.end_at_once(served.agents[0])


def fill_queue_of_connections(path):
    """Connects until a hung master's queue takes no more; returns the connections."""
    held = []
    while True:
        one = socket.socket(socket.AF_UNIX)
        one.setblocking(False)
        try:
            one.connect(path)
        except BlockingIOError:
            one.close()
            return held
        held.append(one)


def test_agent_is_not_held_up_by_a_hung_snmpd_that_takes_no_connection(served):
    served.snmpd.freeze()
    held = fill_queue_of_connections(served.snmpd.agentx)
    served.agents[0].logged("does not answer")
    served.end_at_once(served.agents[0])
    for one in held:
        one.close()


def test_agent_returns_when_a_hung_snmpd_that_took_no_connection_goes_on(served):
    served.snmpd.freeze()
    held = fill_queue_of_connections(served.snmpd.agentx)
    served.agents[0].logged("does not answer")
    for one in held:
        one.close()
    served.snmpd.thaw()
    served.served(10)
    assert served.scalar("pmtaAgentLongestStall") >= PATIENCE
    served.end_at_once(served.agents[0])


def test_agent_ends_at_once_while_snmpd_hangs(site):
    site.snmpd.start()
    agent = site.agent("--ping", 60)
    site.served()
    site.snmpd.freeze()
    site.end_at_once(agent)


def test_agent_survives_that_a_hung_snmpd_is_killed(served):
    for _ in range(3):
        served.snmpd.freeze()
        served.agents[0].logged("no answer to a ping")
        served.snmpd.kill()
        served.snmpd.start()
        served.served(10)


def test_second_instance_is_told_from_the_log_and_takes_over(served):
    second = served.agent("--rows", 3)
    second.logged("another agent for our objects")
    assert served.scalar("pmtaAgentServers") == 1
    served.agents[0].stop()
    second.logged("connected to snmpd", 30)
    served.served(5)
    assert second.log.count("another agent for our objects") == 1


def test_forbidden_socket_is_explained(site):
    site.snmpd.start()
    site.directory.chmod(0o700)
    if os.getuid() == 0:
        try:
            subprocess.run([FIXTURE, "--names"], stdout=subprocess.DEVNULL, user=NOBODY, check=True)
        except PermissionError:
            pytest.skip("another user cannot start the program")
        agent = site.agent(user=NOBODY)
    else:
        os.chmod(site.snmpd.agentx, 0)
        agent = site.agent()
    agent.logged("Permission denied")
    assert "agentXPerms" in agent.log
    assert site.snmpd.agentx in agent.log


OPEN, REGISTER, PING, ADD_CAPS, RESPONSE = 1, 3, 13, 16, 18
ALL = 1000000


class SilentMaster(threading.Thread):
    """Speaks enough AgentX to open a session. In each one it agrees to so many registrations as it was given, in the
    last number's sessions for ever; then it falls silent, but keeps reading, or hangs up."""

    def __init__(self, path, *registrations, hangs_up=False):
        super().__init__(daemon=True)
        self.registrations, self.hangs_up = registrations or (0,), hangs_up
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(8)
        self.registered = []  # what each session asked for
        self.start()

    @property
    def opened(self):
        return len(self.registered)

    @staticmethod
    def read_exactly(connection, count):
        data = b""
        while len(data) < count:
            more = connection.recv(count - len(data))
            if not more:
                raise ConnectionError
            data += more
        return data

    def serve(self, connection):
        left = 0
        while True:
            header = self.read_exactly(connection, 20)
            order = ">" if header[2] & 0x10 else "<"
            session, transaction, packet, length = struct.unpack(order + "IIII", header[4:])
            self.read_exactly(connection, length)
            if header[1] == OPEN:
                left = self.registrations[min(self.opened, len(self.registrations) - 1)]
                self.registered.append(0)
            elif header[1] == REGISTER:
                left -= 1
                self.registered[-1] += 1
            if left < 0 and self.hangs_up:
                raise ConnectionError
            if left < 0 or header[1] not in (OPEN, REGISTER, PING, ADD_CAPS):
                continue
            answer = struct.pack(order + "IIII", session + 1, transaction, packet, 8)
            connection.sendall(bytes([1, RESPONSE, header[2] & 0x10, 0]) + answer + struct.pack(order + "IHH", 0, 0, 0))

    def run_one(self, connection):
        try:
            self.serve(connection)
        except OSError:
            connection.close()

    def run(self):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.run_one, args=(connection,), daemon=True).start()


def test_master_that_falls_silent_after_open_holds_the_agent_up_for_a_second_at_most(site):
    master = SilentMaster(site.snmpd.agentx)
    agent = site.agent()
    wait_until(lambda: master.opened >= 3, 15, "the agent tries again")
    master.listener.shutdown(socket.SHUT_RDWR)
    os.unlink(site.snmpd.agentx)
    site.end_at_once(agent)


@pytest.mark.parametrize("hangs_up, reason", [(False, "broken off, it stood still"), (True, "closed by snmpd")])
def test_a_connection_that_ends_while_we_register_is_told_once_and_the_next_ones_begin_anew(site, names, hangs_up, reason):
    """The second one ends at the first registration, the others on their way; the fifth comes to its end."""
    master = SilentMaster(site.snmpd.agentx, 3, 0, 10, 10, ALL, hangs_up=hangs_up)
    agent = site.agent()
    agent.logged("ended before all was registered (%s)" % reason)
    assert master.opened == 1
    agent.logged("connected to snmpd", 20)
    assert master.opened == 5
    assert master.registered[-1] == len(tables_of(names)[0])
    assert agent.log.count("ended before all was registered") == 1
    assert not re.search(r"<[0-3]>", agent.log), agent.log
    assert "connection to snmpd lost" not in agent.log
    site.end_at_once(agent)
