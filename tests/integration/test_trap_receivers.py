# SPDX-License-Identifier: BSD-2-Clause
"""Notifications of a real agent in snmptrapd with the shipped configuration, and in SNMPTT."""

import pathlib
import re
import subprocess

import pytest

import mib
from daemon import Site
from ports import free_port
from snmpd import COMMUNITY, Process, tool_environment
from waiting import wait_until

QUEUE = "gmail.com/vmta-a"
RULE = 'threshold "depth" { scope = domain-queue metric = queued-recipients raise = 100 clear = 10 }'
V3 = ["-v3", "-e", "0x80001f8880c0ffee2500000001", "-u", "manager", "-l", "authPriv", "-a", "SHA", "-A",
      "change-this-phrase", "-x", "AES", "-X", "change-this-phrase-too"]
HANDLER = pathlib.Path(mib.BUILD, "pmta-traphandle").absolute()
HOSTILE = 'say "hi"; $(touch evil) `touch evil` \\ %s *'


class Receiver(Process):
    """snmptrapd with a configuration given as text."""

    def __init__(self, directory, text):
        super().__init__()
        self.directory, self.port = directory, free_port()
        directory.mkdir()
        self.file = directory / "snmptrapd.conf"
        self.file.write_text(text)
        self.log_file = directory / "log"

    def start(self):
        with open(self.log_file, "wb") as log:
            self.launch(
                ["/usr/sbin/snmptrapd", "-f", "-n", "-Lo", "-C", "-c", str(self.file), f"udp:127.0.0.1:{self.port}"],
                env=tool_environment(self.directory), cwd=self.directory, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL,
            )
        address = "0100007F:%04X " % self.port
        wait_until(lambda: address in pathlib.Path("/proc/net/udp").read_text(), 10, "snmptrapd listens")
        return self


def lines(file):
    return file.read_text().splitlines() if file.exists() else []


def own_program(directory):
    """A program that writes down its arguments, a line each, and an empty line behind."""
    program = directory / "program"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" "" >>{directory}/called\n')
    program.chmod(0o755)
    return program


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """snmptrapd with pmta-snmptrapd.conf; only the address, the community and the output are ours."""
    directory = tmp_path_factory.mktemp("snmptrapd")
    text = pathlib.Path(mib.BUILD, "pmta-snmptrapd.conf").read_text()
    handler = re.search(r"(?m)^traphandle \S+ (\S+)$", text)[1]
    changes = {
        "some-secret-word 192.0.2.25": f"{COMMUNITY} 127.0.0.1",
        handler + "\n": f"{HANDLER} -f {directory}/lines {own_program(directory)} page\n",
    }
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    receiver = Receiver(directory / "own", text)
    receiver.start()
    yield receiver, directory
    receiver.stop()


def snmptt_files(directory):
    """Debian's snmptt.ini with the shipped events, and its logs in a directory of ours."""
    ini = pathlib.Path("/etc/snmp/snmptt.ini").read_text()
    for key, value in {
        # Debian's snmptt can do without Net::IP, but not if IPv6 is asked for.
        "log_enable": 1, "log_file": directory / "snmptt.log", "log_system_enable": 0, "syslog_enable": 0,
        "syslog_system_enable": 0, "ipv6_enable": 0, "unknown_trap_log_enable": 1, "unknown_trap_log_file": directory / "unknown.log",
    }.items():
        ini, count = re.subn(rf"(?m)^{key} *=.*$", f"{key} = {value}", ini)
        assert count == 1, key
    events = pathlib.Path(mib.BUILD, "snmptt.conf.pmta").absolute()
    ini, count = re.subn(r"(?s)snmptt_conf_files = <<END\n.*?\nEND", f"snmptt_conf_files = <<END\n{events}\nEND", ini)
    assert count == 1
    (directory / "snmptt.ini").write_text(ini)
    return directory / "snmptt.ini"


@pytest.fixture(scope="module")
def snmptt(tmp_path_factory):
    directory = tmp_path_factory.mktemp("snmptt")
    receiver = Receiver(
        directory / "own",
        f"authCommunity log,execute {COMMUNITY} 127.0.0.1\n[snmp] printNumericOids yes\n"
        f"traphandle default /usr/sbin/snmptt --ini={snmptt_files(directory)}\n",
    )
    receiver.start()
    yield receiver, directory
    receiver.stop()


@pytest.fixture(scope="module")
def told(shipped, snmptt, tmp_path_factory):
    """A queue grew deep and was emptied again; both receivers were told by a real agent."""
    own = Site(tmp_path_factory.mktemp("site"), "--max-items", 1000, "--rate", 0, "--out-rate", 500, conf=RULE)
    with open(own.directory / "own.conf", "a") as conf:
        for receiver, _ in (shipped, snmptt):
            conf.write(f"trap2sink 127.0.0.1:{receiver.port} {COMMUNITY}\n")
    with own:
        own.wait_value("pmtaServerState", 1)
        own.sim.control("inject", queue=QUEUE, recipients=500)
        own.wait_notification("pmtaQueueDepthHigh")

        def emptied():
            own.sim.step(10)
            return own.notifications("pmtaQueueDepthNormal")

        wait_until(emptied, 30, "the queue is empty")
        own.text = {}
        for name in ("pmtaQueueDepthHigh", "pmtaQueueDepthNormal"):
            trap = own.notifications(name)[0]
            where = next(oid for oid in trap if oid.startswith(mib.oid("pmtaEventText") + "."))
            own.text[name] = own.snmpd.get(where)[where][1].decode()
        yield own


def test_snmptt_logs_raise_and_clear_in_words(told, snmptt):
    _, directory = snmptt
    log = directory / "snmptt.log"
    high = wait_until(lambda: next((l for l in lines(log) if "is high" in l), None), 20, "SNMPTT logs")
    assert re.search(rf'\.{re.escape(mib.oid("pmtaQueueDepthHigh")[1:])} MAJOR "Status Events" ', high), high
    assert f"Queue of {QUEUE} on mta1 is high, 500 recipients: {told.text['pmtaQueueDepthHigh']}" in high
    normal = wait_until(lambda: next((l for l in lines(log) if "is normal" in l), None), 20, "the clear")
    assert ' NORMAL "Status Events" ' in normal and told.text["pmtaQueueDepthNormal"] in normal
    root = mib.oid("pmtaMonitorNotifications") + "."
    assert not [l for l in lines(directory / "unknown.log") if root in l], "the agent's own are all known"


def test_shipped_handler_writes_one_line_for_each_notification(told, shipped):
    _, directory = shipped
    clear = lambda: next((l for l in lines(directory / "lines") if " clear " in l), None)
    assert f" clear cleared tests/mta1: {told.text['pmtaQueueDepthNormal']} (event " in wait_until(clear, 20)
    high = next(l for l in lines(directory / "lines") if " raise " in l and QUEUE in l)
    severity = {"3": "critical", "4": "major", "5": "minor", "6": "warning"}
    words = high.split(" ")
    assert words[1] == "raise" and words[2] in severity.values()
    assert f" tests/mta1: {told.text['pmtaQueueDepthHigh']} (event " in high


def test_handler_calls_the_program_with_the_text_as_one_argument(told, shipped):
    _, directory = shipped
    wanted = ["page", "clear", "cleared", "mta1", QUEUE, told.text["pmtaQueueDepthNormal"]]
    calls = lambda: [c.split("\n") for c in (directory / "called").read_text().split("\n\n")]
    wait_until(lambda: (directory / "called").exists() and wanted in calls(), 20, "the program was called")


def test_snmpv3_trap_with_authpriv_is_taken_and_a_wrong_phrase_is_not(shipped, tmp_path):
    receiver, directory = shipped

    def send(arguments, text):
        values = [("pmtaEventSeverity", "i", "3"), ("pmtaEventServer", "s", "mta9"), ("pmtaEventText", "s", text)]
        binds = [word for name, kind, value in values for word in (f"{mib.oid(name)}.7", kind, value)]
        subprocess.run(["snmptrap", *arguments, f"127.0.0.1:{receiver.port}", "", mib.oid("pmtaServerDown"), *binds],
                       env=tool_environment(tmp_path), check=True)

    send([word if word != "change-this-phrase" else "another-phrase" for word in V3], "forged")
    send(V3, "by v3")
    wait_until(lambda: any("raise critical /mta9: by v3" in l for l in lines(directory / "lines")), 20, "the v3 trap")
    assert not any("forged" in l for l in lines(directory / "lines"))


def handle(directory, varbinds, *arguments):
    text = "host\nUDP: [127.0.0.1]:1->[127.0.0.1]:162\n" + "".join(f"{oid} {value}\n" for oid, value in varbinds)
    subprocess.run([str(HANDLER), "-f", str(directory / "lines"), *arguments], input=text.encode(), check=True,
                   cwd=directory, env=tool_environment(directory))


def varbinds(name, severity, text):
    return [(".1.3.6.1.6.3.1.1.4.1.0", mib.oid(name)), (mib.oid("pmtaEventSeverity") + ".1", severity),
            (mib.oid("pmtaEventObject") + ".1", '"gmail"'), (mib.oid("pmtaEventText") + ".1", text)]


def test_words_of_remote_hosts_reach_program_and_line_unharmed_and_do_nothing(tmp_path):
    quoted = '"' + HOSTILE.replace("\\", "\\\\").replace('"', '\\"') + '\x1b[2J"'
    handle(tmp_path, varbinds("pmtaServerDown", 3, quoted), str(own_program(tmp_path)))
    assert lines(tmp_path / "called") == ["raise", "critical", "", "gmail", HOSTILE + "[2J", ""]
    assert HOSTILE in lines(tmp_path / "lines")[0] and not (tmp_path / "evil").exists()


@pytest.mark.parametrize("name, severity, called", [
    ("pmtaServerDown", 3, True), ("pmtaServerDown", 4, True), ("pmtaServerDown", 6, False),
    ("pmtaServerUp", 1, True), ("pmtaSeverityChanged", 3, True), ("pmtaAgentStarted", 2, False),
])
def test_program_is_called_for_what_matters(tmp_path, name, severity, called):
    handle(tmp_path, varbinds(name, severity, '"t"'), str(own_program(tmp_path)))
    assert (tmp_path / "called").exists() == called
    assert len(lines(tmp_path / "lines")) == 1


def test_notifications_of_others_are_left_alone(tmp_path):
    handle(tmp_path, [(".1.3.6.1.6.3.1.1.4.1.0", ".1.3.6.1.6.3.1.1.5.3")] + varbinds("pmtaServerUp", 3, '"t"')[1:])
    assert lines(tmp_path / "lines") == []


def test_garbage_ends_the_handler_quietly(tmp_path):
    for text in (b"", b"host\n", b"host\naddress\nnonsense\n", b"\xff\n\xff\n.1.3.6.1.6.3.1.1.4.1.0 \xff\n"):
        subprocess.run([str(HANDLER), "-f", str(tmp_path / "lines")], input=text, check=True)
    assert lines(tmp_path / "lines") == []


def test_events_for_snmptt_are_those_of_snmpttconvertmib(tmp_path):
    text = subprocess.run([mib.MONITORD, "--print-mib"], check=True, stdout=subprocess.PIPE, text=True).stdout
    (tmp_path / "mib").mkdir()
    (tmp_path / "persistent" / "cert_indexes").mkdir(parents=True)
    (tmp_path / "mib" / "PMTA-MONITOR-MIB").write_text(text)
    for file in pathlib.Path("/usr/lib/erlang/lib").glob("snmp-*/mibs/*.mib"):
        (tmp_path / "mib" / file.stem).symlink_to(file)
    environment = dict(tool_environment(tmp_path), MIBS="PMTA-MONITOR-MIB", MIBDIRS=str(tmp_path / "mib"))
    subprocess.run(["/usr/sbin/snmpttconvertmib", f"--in={tmp_path}/mib/PMTA-MONITOR-MIB", f"--out={tmp_path}/out"],
                   env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    without_date = re.sub(r"(?m)^(MIB: \S+).*$", r"\1", (tmp_path / "out").read_text())
    assert pathlib.Path(mib.BUILD, "snmptt.conf.pmta").read_text() == without_date
    assert without_date.count("\nEVENT ") == len(mib.module().notifications()) > 40
