# SPDX-License-Identifier: BSD-2-Clause
"""A private site for tests of the agent: snmpd, a trap receiver, and agents with an invented collector."""

import collections
import os
import re
import subprocess

import pytest

from agentx_master import numbers
from snmpd import Process, Snmpd, TrapReceiver
from waiting import Log, wait_until

FIXTURE = os.environ.get("PMTA_AGENT_FIXTURE", "build/tests/integration/agent_fixture")
# Milliseconds that a misbehaving master may hold the agent's loop up.
MOST_STALL = 1000

# Milliseconds agent_stop() took, the last event dealt with, the longest stall of the loop, and for how long the machine
# had no processor for it.
End = collections.namedtuple("End", "took events stall waited")


class Agent(Process):
    """The fixture program: our agent with an invented collector."""

    def __init__(self, directory, master_socket, *options, user=None):
        super().__init__()
        self.log_file = directory / "agent.log"
        self.followed = Log(self.log_file)
        self.command = [FIXTURE, "--socket", str(master_socket)] + [str(o) for o in options]
        self.user = user

    def start(self):
        with open(self.log_file, "ab") as log:
            self.launch(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                universal_newlines=True,
                user=self.user,
            )

    def tell(self, command):
        """Has the invented collector do something, and waits until it has done it."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def stop(self, timeout=10):
        """Ends the agent; returns what it tells of its life, None if it had ended before."""
        if not self.running:
            return None
        self.process.terminate()
        output = self.process.communicate(timeout=timeout)[0]
        assert self.process.returncode == 0, self.log
        match = re.search(r"stopped in (\d+) ms, (\d+) events dealt with, loop late by (\d+) ms, waited (\d+) ms", output)
        return End(*(int(number) for number in match.groups()))

    @property
    def log(self):
        return self.followed.text

    def logged(self, text, timeout=10):
        """Waits until the log says this once more, behind what was waited for before."""
        self.followed.wait(text, timeout)

    @property
    def sessions(self):
        """Sessions opened so far: the library says so of each."""
        return self.log.count("AgentX subagent connected")

    @property
    def connected(self):
        """True if the log's last word of the connection is that it is there with all its registrations."""
        said = re.findall(r": (connected|connection) to snmpd", self.log)
        return said[-1:] == ["connected"]


@pytest.fixture(scope="session")
def names():
    """{descriptor: OID} of every column and scalar."""
    output = subprocess.run([FIXTURE, "--names"], stdout=subprocess.PIPE, universal_newlines=True, check=True).stdout
    return dict(line.split() for line in output.splitlines())


class Site:
    """One snmpd, one trap receiver and any number of agents, all of the test's own."""

    def __init__(self, directory, names):
        self.directory = directory
        self.names = names
        self.receiver = TrapReceiver(directory)
        self.snmpd = Snmpd(directory, self.receiver.port)
        self.agents = []

    def agent(self, *options, user=None):
        directory = self.directory / ("agent%d" % len(self.agents))
        directory.mkdir()
        agent = Agent(directory, self.snmpd.agentx, *options, user=user)
        self.agents.append(agent)
        agent.start()
        return agent

    def scalar(self, name, timeout=1):
        """A scalar of the agent, None while nobody serves it."""
        oid = self.names[name] + ".0"
        return self.snmpd.get(oid, timeout=timeout).get(oid, (None, None))[1]

    def served(self, timeout=10):
        """Waits until requests are answered and an agent has all its registrations."""
        wait_until(lambda: self.scalar("pmtaAgentUpTime") is not None, timeout, "the agent is served")
        wait_until(lambda: any(a.running and a.connected for a in self.agents), timeout, "connected")

    def gone(self):
        wait_until(lambda: self.scalar("pmtaAgentUpTime") is None, 10, "the agent is gone")

    def counts(self):
        prefix = "pmtaAgentNotifications"
        return {n: self.scalar(prefix + n) for n in ("Raised", "Sent", "Coalesced", "Lost", "Queued")}

    def drained(self, raised, timeout=30):
        """Waits until all notifications are dealt with; checks the sum and returns the counts."""
        wait_until(
            lambda: self.scalar("pmtaAgentNotificationsRaised") == raised
            and self.scalar("pmtaAgentNotificationsQueued") == 0,
            timeout,
            "all notifications are dealt with",
        )
        counts = self.counts()
        assert counts["Sent"] + counts["Coalesced"] + counts["Lost"] == raised, counts
        return counts

    def sequences(self):
        """The sequence numbers of our notifications, in the order of their arrival."""
        prefix = self.names["pmtaEventSequence"] + "."
        found = []
        for trap in self.receiver.traps():
            found += [int(value) for oid, value in trap if oid.startswith(prefix)]
        return found

    def end_at_once(self, agent, timeout=10):
        """Ends an agent, whom its master must not have held up, nor holds up now. How long it had to wait for a
        processor, or its master had, is no fault of theirs."""
        master = self.snmpd.waited_ms
        end = agent.stop(timeout)
        assert end.took < MOST_STALL + master + end.waited, end
        assert end.stall <= MOST_STALL + master + end.waited, end
        return end

    def close(self):
        """Ends everything; an agent must end well, which also shows what sanitizers found."""
        try:
            for agent in self.agents:
                agent.stop()
        finally:
            for process in self.agents + [self.snmpd, self.receiver]:
                process.kill()


@pytest.fixture
def site(tmp_path, names):
    own = Site(tmp_path, names)
    own.receiver.start()
    yield own
    own.close()


@pytest.fixture
def served(site):
    """A site with snmpd and one agent of ten rows, connected."""
    site.snmpd.start()
    site.agent()
    site.served()
    return site


def objects_of(names):
    """The arc above all tables and scalars."""
    return names["pmtaAgentVersion"].rsplit(".", 2)[0]


def tables_of(names):
    """The OIDs of the tables and of the scalars: what is registered."""
    root = numbers(objects_of(names))
    scalars = numbers(names["pmtaAgentVersion"])[:-1]
    return sorted({scalars} | {numbers(oid)[:-2] for oid in names.values() if numbers(oid)[: len(scalars)] != scalars}), root
