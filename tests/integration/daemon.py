# SPDX-License-Identifier: BSD-2-Clause
"""The daemon for tests, and a whole site: PowerMTA, snmpd, trap receiver and daemon together."""

import os
import signal
import sqlite3
import subprocess
import threading

import mib
from simulator import Simulator
from snmpd import Process, Snmpd, TrapReceiver
from waiting import Log, wait_until

ACCOUNTING = 6  # pmtaSourceKind
# A program that watches the daemon run: "valgrind -q", for one.
UNDER = os.environ.get("PMTA_UNDER", "").split()
# Whatever a test is about, a manager walks everything meanwhile.
WALKED = bool(os.environ.get("PMTA_WALKS"))
SNMP_TRAP_OID = ".1.3.6.1.6.3.1.1.4.1.0"


class Monitor(Process):
    """pmta-monitord with a configuration of its own."""

    def __init__(self, directory, agentx, servers, extra="", environment=None):
        super().__init__()
        self.environment = dict(os.environ, **(environment or {}))
        self.directory = directory
        self.file = directory / "pmta-monitord.conf"
        self.log_file = directory / "pmta-monitord.log"
        self.followed = Log(self.log_file)
        self.agentx = agentx
        self.configure(servers, extra)

    def configure(self, servers, extra=""):
        self.file.write_text(
            f'agentx-socket = "{self.agentx}"\n'
            f'state-dir = "{self.directory}/state"\n'
            'name = "tests"\n'
            "poll-interval = 300ms\nlist-interval = 300ms\nping-interval = 1s\ntimeout = 2s\n"
            f"{extra}\n{servers}\n"
        )

    def start(self, *options, user=None):
        with open(self.log_file, "ab") as log:
            self.launch(
                [*UNDER, mib.MONITORD, "-f", "-c", str(self.file), *options],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=user,
            )

    def reload(self):
        self._signal(signal.SIGHUP)

    @property
    def log(self):
        return self.followed.text

    def logged(self, text, timeout=15):
        """Waits until the log says this once more, behind what was waited for before."""
        self.followed.wait(text, timeout)


class Table:
    """One reading of a table by its columns: rows[index][column] = value, texts decoded."""

    def __init__(self, snmpd, *columns):
        self.rows = {}
        for column in columns:
            base = mib.oid(column)
            for where, (kind, value) in snmpd.bulkwalk(base).items():
                if value is None or not where.startswith(base + "."):
                    continue
                if isinstance(value, bytes):
                    value = value.decode("utf-8", "replace")
                self.rows.setdefault(where[len(base) + 1 :], {})[column] = value

    def by(self, *columns):
        """The rows by the value of one column, or of several as a tuple."""
        found = {}
        for row in self.rows.values():
            key = tuple(row.get(c) for c in columns)
            found[key[0] if len(columns) == 1 else key] = row
        return found

    def __len__(self):
        return len(self.rows)


def server_section(url=None, accounting=(), name="mta1", extra=""):
    files = ", ".join(f'"{file}"' for file in accounting)
    return (
        f'server "{name}" {{\n'
        + (f'    url = "{url}"\n' if url else "")
        + (f"    accounting = {{ {files} }}\n    start-at = begin\n" if files else "")
        + f"    {extra}\n}}\n"
    )


class Busy(threading.Thread):
    """Does something again and again until it is stopped; what went wrong is told then."""

    def __init__(self, what):
        super().__init__(daemon=True)
        self.what, self.times = what, 0
        self.ending, self.failure = threading.Event(), None

    def run(self):
        try:
            while not self.ending.is_set():
                self.what()
                self.times += 1
        except Exception as failure:
            self.failure = failure

    def __enter__(self):
        self.start()
        return self

    def end(self):
        self.ending.set()
        self.join(60)

    def __exit__(self, *error):
        self.end()
        assert self.failure is None, self.failure


class Site:
    """Everything, on loopback, below one directory. sim is stepped by hand unless told otherwise."""

    def __init__(self, directory, *sim_options, conf="", server="", accounting=True, manual=True, environment=None):
        self.directory = directory
        self.conf, self.server, self.environment = conf, server, environment
        (directory / "acct").mkdir()
        self.files = [directory / "acct" / "acct.csv", directory / "acct" / "diag.csv"]
        types = {self.files[0]: "d,b,rb,f,r,rs", self.files[1]: "t,tq"} if accounting else {}
        options = ["--manual"] if manual else []
        self.sim = Simulator(*options, *sim_options, accounting=types)
        self.traps = TrapReceiver(directory)
        self.snmpd = Snmpd(directory, self.traps.port)
        self.accounting = accounting

    def __enter__(self):
        self.sim.start()
        try:
            self.traps.start()
            self.snmpd.start()
            self.monitor = self.make_monitor()
            self.monitor.start()
            self.walks = Busy(lambda: self.snmpd.bulkwalk(mib.everything(), timeout=1))
            if WALKED:
                self.walks.start()
        except BaseException:
            for program in (self.snmpd, self.traps, self.sim):
                if program.process is not None:
                    program.stop()
            raise
        return self

    def make_monitor(self):
        return Monitor(self.directory, self.snmpd.agentx, self.section(), self.conf, self.environment)

    def __exit__(self, *error):
        if WALKED:
            self.walks.end()
        status = self.monitor.stop() if self.monitor.running else 0
        self.snmpd.stop()
        self.traps.stop()
        self.sim.stop()
        if error[0] is not None:
            print(self.monitor.log)
        # Sanitizers speak at the end, and by the exit status.
        assert "ERROR: " not in self.monitor.log and "runtime error" not in self.monitor.log, self.monitor.log
        assert status in (0, -signal.SIGKILL), (status, self.monitor.log)
        assert self.walks.failure is None, self.walks.failure

    def section(self):
        files = self.files if self.accounting else ()
        extra = f'smtp-probe = "{self.sim.smtp}"\n' if self.sim.smtp else ""
        return server_section(self.sim.url, files, extra=extra + self.server)

    def table(self, *columns):
        return Table(self.snmpd, *columns)

    def scalar(self, name, index="0"):
        """One value by GET: int or text; None without an instance."""
        for kind, value in self.snmpd.get(f"{mib.oid(name)}.{index}").values():
            return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        return None

    def cells(self, index, *columns):
        """Several cells of one row by one GET, so that they are of one moment: {column: value or None}."""
        found = self.snmpd.get(*(f"{mib.oid(column)}.{index}" for column in columns))
        values = [value.decode("utf-8", "replace") if isinstance(value, bytes) else value for _, value in found.values()]
        return dict(zip(columns, values))

    def server_value(self, column, index=1):
        return self.scalar(column, str(index))

    def wait_value(self, column, wanted, timeout=15, index="1"):
        """Waits until a cell has a value, or until wanted(value) is true."""
        check = wanted if callable(wanted) else lambda value: value == wanted
        seen = []

        def now():
            seen[:] = [self.scalar(column, index)]
            return seen[0] is not None and check(seen[0])

        try:
            wait_until(now, timeout, column)
        except AssertionError as error:
            raise AssertionError(f"{error}; last value {seen}") from None
        return seen[0]

    def wait_counted(self, timeout=30):
        """Waits until every record PowerMTA wrote has been counted, and its lists have been read."""
        books = self.sim.books()
        wanted = sum(books["records"].values())

        def counted():
            rows = self.table("pmtaSourceKind", "pmtaSourceRecords").rows.values()
            return sum(r.get("pmtaSourceRecords", 0) for r in rows if r.get("pmtaSourceKind") == ACCOUNTING) == wanted

        if self.accounting:
            wait_until(counted, timeout, f"{wanted} records counted")
        self.wait_polled()
        return books

    def reload(self):
        """Has the configuration read again, and waits until it is in force. The log may say so once for several times."""
        self.wait_value("pmtaAgentConfigAge", lambda age: age >= 1, index="0")
        before = self.scalar("pmtaAgentConfigTime")
        self.monitor.reload()
        self.wait_value("pmtaAgentConfigTime", lambda now: now != before, index="0")

    def wait_polled(self):
        """Waits until each page was asked for again, twice: what came before is known then."""
        pages = self.table("pmtaSourceKind", "pmtaSourceAttempts").rows
        marks = {i: r["pmtaSourceAttempts"] + 2 for i, r in pages.items() if r["pmtaSourceKind"] < ACCOUNTING}

        def polled():
            rows = self.table("pmtaSourceAttempts").rows
            return all(rows[i]["pmtaSourceAttempts"] >= mark for i, mark in marks.items() if i in rows)

        wait_until(polled, 20, "two polls")

    def polls_while(self, source, count):
        """Polls of the first server's status while another source is tried so many times: what a source that hangs
        would hold up falls behind it, however fast the machine is."""

        def attempts():
            oids = [f"{mib.oid('pmtaSourceAttempts')}.{index}" for index in (source, "1.1")]
            found = self.snmpd.get(*oids)
            return [found[oid][1] for oid in oids]

        tried, polls = attempts()
        return wait_until(lambda: (now := attempts())[0] >= tried + count and now[1], 20, "attempts") - polls

    def wait_noted(self, sequence):
        """Waits until the store knows that the event of this number was dealt with."""

        def noted():
            store = sqlite3.connect(f"file:{self.directory}/state/store.db?mode=ro", uri=True)
            try:
                row = store.execute("SELECT value FROM number WHERE server = 0 AND key = 'sent'").fetchone()
            finally:
                store.close()
            return row is not None and row[0] >= sequence

        wait_until(noted, 10, "the store knows what was sent")

    def notifications(self, name):
        wanted = mib.oid(name)
        return [dict(t) for t in self.traps.traps() if (SNMP_TRAP_OID, wanted) in t]

    def wait_notification(self, name, count=1, timeout=15):
        wait_until(lambda: len(self.notifications(name)) >= count, timeout, name)
        return self.notifications(name)[count - 1]


class FileSite(Site):
    """A site whose accounting files the test writes itself; the simulator only answers polls."""

    HEADER = "type,timeLogged,timeQueued,rcpt,dsnStatus,dsnDiag,bounceCat,dlvType,dlvSize,vmta,jobId,queue\n"

    def __init__(self, directory, path="acct.csv", **options):
        super().__init__(directory, accounting=False, **options)
        self.path = directory / "acct" / path

    def section(self):
        return server_section(self.sim.url, [self.path], extra=self.server)

    def file(self, name):
        return self.path.with_name(name)

    def write(self, name, *rows):
        """Appends rows to a file, which begins with a header."""
        file = self.file(name)
        with open(file, "a") as out:
            out.write(("" if file.exists() and file.stat().st_size > 0 else self.HEADER) + "".join(rows))

    @staticmethod
    def row(logged, queued=None, kind="d", queue="example.org/vmta-a"):
        domain, vmta = queue.split("/")
        return f"{kind},{logged},{queued or logged},user@{domain},2.0.0,smtp;250 ok,,smtp,1000,{vmta},job,{queue}\n"

    def source(self, column):
        """A cell of the accounting source's row."""
        return self.scalar(column, "1.11")

    def wait_records(self, count, timeout=20):
        self.wait_value("pmtaSourceRecords", count, timeout, index="1.11")


def event(trap, column):
    """The value of a notification's object, whatever its instance; texts come as hexadecimal bytes."""
    base = mib.oid(column) + "."
    for where, value in trap.items():
        if where.startswith(base) and value.startswith('"'):
            return bytes.fromhex(value.strip('"')).decode()
        if where.startswith(base):
            return value
    raise AssertionError(f"{column} is not in {trap}")
