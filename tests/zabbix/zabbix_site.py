# SPDX-License-Identifier: BSD-2-Clause
"""A Zabbix 6.0 of its own for tests: PostgreSQL, server and front end on loopback ports, below one directory."""

import contextlib
import gzip
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import sys
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../integration"))
from ports import free_port
from snmpd import Process
from waiting import wait_until

FRONTEND = pathlib.Path("/usr/share/zabbix")
SCHEMA = pathlib.Path("/usr/share/zabbix-server-pgsql")
# Debian's front end reads this, whatever directory it runs in.
FRONTEND_CONF = "/etc/zabbix/zabbix.conf.php"
RULES = ("templates", "items", "discoveryRules", "triggers", "graphs", "valueMaps", "templateDashboards")


def postgresql(program):
    """PostgreSQL's programs are not in PATH; the newest version's are taken."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda p: int(p.parts[4]))
    assert found, f"{program} of PostgreSQL is not installed"
    return str(found[-1])


class Database(Process):
    """PostgreSQL without a thought for what a crash would cost."""

    def __init__(self, directory):
        super().__init__()
        self.directory, self.port = directory, free_port()
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        directory.mkdir()
        if os.getuid() == 0:
            shutil.chown(directory, self.user, self.user)

    def options(self):
        if os.getuid() != 0:
            return {}
        entry = pwd.getpwnam(self.user)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def start(self):
        data, log = self.directory / "data", open(self.directory.parent / "postgresql.log", "ab")
        with log:
            command = [postgresql("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
            subprocess.run(
                [*command, "--locale=C.UTF-8"], check=True, stdout=log, stderr=log, cwd="/", **self.options()
            )
            settings = {
                "port": self.port,
                "listen_addresses": "127.0.0.1",
                "unix_socket_directories": "",
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
            }
            arguments = [f"--{name}={value}" for name, value in settings.items()]
            self.launch(
                [postgresql("postgres"), "-D", str(data), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                **self.options(),
            )
        wait_until(lambda: self.sql("postgres", "postgres", b"select 1", check=False), 30, "PostgreSQL answers")

    def stop(self, timeout=10):
        """Fast, as PostgreSQL calls it: it does not wait until its clients have gone."""
        self._signal(signal.SIGINT)
        return super().stop(timeout)

    def sql(self, user, database, script, check=True):
        command = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", user, "-q", "-v", "ON_ERROR_STOP=1", database]
        done = subprocess.run(command, input=script, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0 or not check, done.stderr
        return done.returncode == 0

    def load(self):
        """Zabbix' own schema and data."""
        self.sql("postgres", "postgres", b"create role zabbix login; \n create database zabbix owner zabbix;")
        for part in ("schema", "images", "data"):
            self.sql("zabbix", "zabbix", gzip.decompress((SCHEMA / f"{part}.sql.gz").read_bytes()))


class Server(Process):
    """zabbix_server, in the foreground."""

    def __init__(self, directory, database, trap_file):
        super().__init__()
        self.directory, self.log_file = directory, directory / "zabbix_server.log"
        self.conf = directory / "zabbix_server.conf"
        settings = {
            "DBHost": "127.0.0.1",
            "DBPort": database.port,
            "DBName": "zabbix",
            "DBUser": "zabbix",
            "ListenIP": "127.0.0.1",
            "ListenPort": free_port(),
            "SocketDir": directory,
            "PidFile": directory / "zabbix_server.pid",
            "LogType": "file",
            "LogFile": self.log_file,
            "LogFileSize": 0,
            "AllowRoot": 1,
            "SNMPTrapperFile": trap_file,
            "StartSNMPTrapper": 1,
            "CacheUpdateFrequency": 3,
            "StartPollers": 4,
            "StartPollersUnreachable": 1,
            "StartPreprocessors": 1,
            "StartDBSyncers": 1,
            "StartHTTPPollers": 0,
            "StartPingers": 0,
            "StartDiscoverers": 0,
            "StartTrappers": 1,
            "Timeout": 10,
        }
        self.conf.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))

    def start(self):
        command = ["/usr/sbin/zabbix_server", "-f", "-c", str(self.conf)]
        # net-snmp inside the server must read no MIB and write nothing outside.
        environment = dict(os.environ, MIBS="", SNMP_PERSISTENT_DIR=str(self.directory / "persistent"))
        self.launch(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment)
        wait_until(lambda: not self.running or "snmp trapper #1" in self.log(), 30, "the server starts")
        assert self.running, f"zabbix_server ended: {self.log()}"

    def stop(self, timeout=10):
        """It sometimes hangs while it writes its last history, which nobody will read: then it is killed."""
        self.thaw()
        self._signal(signal.SIGTERM)
        try:
            return self.process and self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            pid = self.process.pid
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            self.kill()
            for child in map(int, children):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            return self.process.returncode

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""


class Frontend(Process):
    """The PHP front end on PHP's own web server, and its API."""

    def __init__(self, directory, database):
        super().__init__()
        self.directory, self.port = directory, free_port()
        self.root = directory / "frontend"
        shutil.copytree(FRONTEND, self.root, symlinks=False, ignore_dangling_symlinks=True)
        own = self.root / "zabbix.conf.php"
        reader = self.root / "include/classes/core/CConfigFile.php"
        text = reader.read_text()
        assert FRONTEND_CONF in text
        reader.write_text(text.replace(FRONTEND_CONF, str(own)))
        names = {"TYPE": "POSTGRESQL", "SERVER": "127.0.0.1", "PORT": str(database.port), "DATABASE": "zabbix"}
        names.update({"USER": "zabbix", "PASSWORD": "", "SCHEMA": "", "KEY_FILE": "", "CERT_FILE": "", "CA_FILE": ""})
        names.update({"CIPHER_LIST": "", "VAULT_URL": "", "VAULT_DB_PATH": "", "VAULT_TOKEN": ""})
        lines = [f"$DB['{name}'] = '{value}';" for name, value in names.items()]
        lines += ["$DB['ENCRYPTION'] = false;", "$DB['VERIFY_HOST'] = false;", "$DB['DOUBLE_IEEE754'] = true;"]
        own.write_text("<?php\n" + "\n".join(lines) + "\n$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;\n")
        self.token = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        limits = {"date.timezone": "UTC", "post_max_size": "32M", "max_execution_time": "300"}
        limits.update({"max_input_time": "300", "memory_limit": "512M"})
        options = [part for name, value in limits.items() for part in ("-d", f"{name}={value}")]
        with open(self.directory / "php.log", "ab") as log:
            self.launch(
                ["/usr/bin/php", *options, "-S", f"127.0.0.1:{self.port}"],
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(self._answers, 30, "the front end answers")
        self.token = self.call("user.login", username="Admin", password="zabbix")

    def _answers(self):
        try:
            return self.call("apiinfo.version")
        except OSError:
            return None

    def call(self, method, **parameters):
        """The result of an API call; its error is raised in Zabbix' words."""
        request = {"jsonrpc": "2.0", "method": method, "params": parameters, "id": 1}
        if self.token and method != "apiinfo.version":
            request["auth"] = self.token
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        posted = urllib.request.Request(
            f"{self.url}/api_jsonrpc.php", json.dumps(request).encode(), {"Content-Type": "application/json-rpc"}
        )
        with opener.open(posted, timeout=300) as answer:
            reply = json.load(answer)
        assert "error" not in reply, (method, reply["error"])
        return reply["result"]

    def import_template(self, text):
        every = {"createMissing": True, "updateExisting": True}
        rules = {name: every for name in RULES}
        rules.update(groups={"createMissing": True}, templateLinkage={"createMissing": True})
        return self.call("configuration.import", format="yaml", rules=rules, source=text)


class Zabbix:
    """The three together. with Zabbix(directory) as zabbix: zabbix.api("host.get")"""

    def __init__(self, directory):
        self.directory = directory
        self.trap_file = directory / "snmptraps.log"
        self.trap_file.write_text("")
        self.database = Database(directory / "postgresql")
        self.server = Server(directory, self.database, self.trap_file)
        self.frontend = Frontend(directory, self.database)
        self.programs = (self.database, self.server, self.frontend)

    def __enter__(self):
        try:
            self.database.start()
            self.database.load()
            self.server.start()
            self.frontend.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        for program in reversed(self.programs):
            program.stop(30)

    def api(self, method, **parameters):
        return self.frontend.call(method, **parameters)

    def server_errors(self):
        """What the server's log says beyond the ordinary, for a failed test to show."""
        return [line for line in self.server.log().splitlines() if re.search(r"cannot|error|failed|unsupported", line, re.I)][-40:]
