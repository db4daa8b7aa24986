# SPDX-License-Identifier: BSD-2-Clause
"""check_pmta_snmp, and a Nagios and an Icinga of the test's own, for tests."""

import collections
import os
import pathlib
import re
import subprocess

from mib import BUILD
from snmpd import COMMUNITY, Process, tool_environment
from waiting import wait_until

PLUGIN = os.path.join(os.path.abspath(BUILD), "check_pmta_snmp")
PLUGINS = "/usr/lib/nagios/plugins"
V3_USER = ("-P", "3", "-U", "manager", "-L", "authPriv", "-a", "SHA", "-x", "AES")
V3_PHRASES = ("-A", "auth phrase of ours", "-X", "priv phrase of ours")
OK, WARNING, CRITICAL, UNKNOWN = range(4)

Point = collections.namedtuple("Point", "value uom warning critical")


class Answer:
    """What a plugin answered: status, line, more lines, and performance data by label."""

    def __init__(self, status, text):
        self.status, self.text = status, text
        first, *self.more = text.splitlines() or [""]
        self.line, _, data = first.partition(" | ")
        self.perfdata = {}
        for label, number, uom, limits in re.findall(r"'((?:[^']|'')*)'=([-\d.]+)([^;\s\d]*);(\S*)", data):
            warning, critical = limits.split(";")[:2]
            self.perfdata[label.replace("''", "'")] = Point(float(number), uom, warning, critical)

    def __repr__(self):
        return f"<{self.status}: {self.text}>"


def run(arguments, directory, timeout=30):
    """Runs the plugin; what it writes to the standard error output is a failure (sanitizers do)."""
    result = subprocess.run(
        [PLUGIN, *[str(a) for a in arguments]],
        env=tool_environment(directory),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert result.stderr == "", result.stderr
    return Answer(result.returncode, result.stdout)


def check(site, *arguments, snmp=("-C", COMMUNITY)):
    """Checks what a site's snmpd answers."""
    return run(["-H", "127.0.0.1", "-p", site.snmpd.port, *snmp, *arguments], site.directory)


def allow_v3(site):
    """Gives a site's snmpd, before its start, the user of V3_USER and V3_PHRASES."""
    auth, priv = V3_PHRASES[1], V3_PHRASES[3]
    with open(site.directory / "own.conf", "a") as conf:
        conf.write(f'createUser manager SHA "{auth}" AES "{priv}"\nrouser manager authpriv\n')


def host_definition(snmp_options):
    """The shipped sample of a host, with other SNMP options."""
    sample = pathlib.Path(BUILD, "pmta-host.cfg").read_text()
    changed, count = re.subn(r"(?m)^(\s+_PMTA_SNMP\s+).*$", lambda m: m[1] + snmp_options, sample)
    assert count == 1
    return changed


class Nagios(Process):
    """Nagios 4 with the shipped objects, as its user would have them, and Debian's templates."""

    def __init__(self, directory, snmp_options):
        super().__init__()
        self.directory = directory / "nagios"
        for name in ("plugins", "objects", "results"):
            (self.directory / name).mkdir(parents=True)
        (self.directory / "plugins" / "check_pmta_snmp").symlink_to(PLUGIN)
        (self.directory / "plugins" / "check_snmp").symlink_to(f"{PLUGINS}/check_snmp")
        for name in ("pmta-commands.cfg", "pmta-services.cfg"):
            (self.directory / "objects" / name).write_text(pathlib.Path(BUILD, name).read_text())
        (self.directory / "objects" / "host.cfg").write_text(host_definition(snmp_options))
        (self.directory / "objects" / "own.cfg").write_text(
            "define command {\n command_name check-host-alive\n command_line /bin/true\n}\n"
            "define command {\n command_name notify-host-by-email\n command_line /bin/true\n}\n"
            "define command {\n command_name notify-service-by-email\n command_line /bin/true\n}\n"
        )
        (self.directory / "resource.cfg").write_text(f"$USER1$={self.directory}/plugins\n")
        self.file = self.directory / "nagios.cfg"
        self.file.write_text(self.settings())
        self.environment = tool_environment(directory)

    def settings(self):
        here, user = self.directory, "root" if os.getuid() == 0 else os.environ.get("USER", "nobody")
        objects = "/etc/nagios4/objects"
        return (
            f"log_file={here}/log\ncfg_dir={here}/objects\n"
            f"cfg_file={objects}/contacts.cfg\ncfg_file={objects}/timeperiods.cfg\n"
            f"cfg_file={objects}/templates.cfg\nresource_file={here}/resource.cfg\n"
            f"object_cache_file={here}/cache\nprecached_object_file={here}/precache\n"
            f"status_file={here}/status\nstatus_update_interval=1\nlock_file={here}/lock\n"
            f"temp_file={here}/temp\ntemp_path={here}\ncheck_result_path={here}/results\n"
            f"state_retention_file={here}/retention\nquery_socket={here}/query\n"
            f"command_file={here}/command\nnagios_user={user}\nnagios_group={user}\n"
            "check_external_commands=0\nuse_syslog=0\nexecute_service_checks=1\n"
            "service_inter_check_delay_method=n\nhost_inter_check_delay_method=n\n"
            "max_service_check_spread=1\ncheck_result_reaper_frequency=1\nservice_check_timeout=30\n"
            "enable_notifications=0\ncheck_for_updates=0\nillegal_macro_output_chars=`~$&|'\"<>\n"
        )

    def verify(self):
        """nagios4 -v: (exit status, output)."""
        result = subprocess.run(
            ["/usr/sbin/nagios4", "-v", str(self.file)], stdout=subprocess.PIPE, text=True, check=False
        )
        return result.returncode, result.stdout

    def start(self):
        with open(self.directory / "out", "ab") as out:
            self.launch(["/usr/sbin/nagios4", str(self.file)], env=self.environment, stdout=out, stderr=out)

    def services(self):
        """{description: fields} of the services that have been checked."""
        file = self.directory / "status"
        text = file.read_text(errors="replace") if file.exists() else ""
        found = {}
        for block in re.findall(r"servicestatus \{\n(.*?)\n\t\}", text, re.S):
            fields = dict(line.strip().split("=", 1) for line in block.splitlines() if "=" in line)
            if fields.get("has_been_checked") == "1":
                found[fields["service_description"]] = fields
        return found

    def wait_checked(self, count, timeout=60):
        wait_until(lambda: len(self.services()) >= count, timeout, f"{count} services checked")
        return self.services()


class Icinga(Process):
    """An Icinga 2 without API and notifications, with the shipped file and the test's hosts. Started, it checks
    everything each second or two, and writes down what came of it."""

    def __init__(self, directory, hosts):
        super().__init__()
        self.directory = directory / "icinga"
        for name in ("run", "data", "log", "cache", "spool", "plugins", "results"):
            (self.directory / name).mkdir(parents=True)
        (self.directory / "plugins" / "check_pmta_snmp").symlink_to(PLUGIN)
        (self.directory / "plugins" / "check_snmp").symlink_to(f"{PLUGINS}/check_snmp")
        shipped = pathlib.Path(BUILD, "pmta.conf").read_text()
        (self.directory / "pmta.conf").write_text(re.sub(r"(check|retry)_interval = \w+", r"\1_interval = 2s", shipped))
        self.file = self.directory / "icinga2.conf"
        self.file.write_text(
            f'const PluginDir = "{self.directory}/plugins"\nconst NodeName = "test"\n'
            "include <itl>\ninclude <plugins>\n"
            "object CheckerComponent \"checker\" {}\n"
            f'{hosts}\ninclude "{self.directory}/pmta.conf"\n'
            'object PerfdataWriter "results" {\n'
            f'  service_temp_path = "{self.directory}/results.new"\n  host_temp_path = "{self.directory}/hosts.new"\n'
            f'  service_perfdata_path = "{self.directory}/results/service"\n'
            f'  host_perfdata_path = "{self.directory}/hosts"\n  rotation_interval = 1s\n'
            '  service_format_template = "$service.name$\\t$service.state$\\t$service.state_type$\\t$service.perfdata$'
            '\\t$service.output$"\n}\n'
        )
        self.environment = tool_environment(directory)

    def _command(self, *options):
        here = self.directory
        defines = [f"-D{n}={here}/{d}" for n, d in
                   (("InitRunDir", "run"), ("DataDir", "data"), ("LogDir", "log"),
                    ("CacheDir", "cache"), ("SpoolDir", "spool"), ("PidPath", "run/pid"))]
        owner = ["-DRunAsUser=root", "-DRunAsGroup=root"] if os.getuid() == 0 else []
        return ["/usr/sbin/icinga2", "daemon", *options, "-c", str(self.file), *defines, *owner]

    def verify(self):
        """icinga2 daemon -C, which also writes the objects down: (exit status, output)."""
        result = subprocess.run(
            self._command("-C"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return result.returncode, result.stdout

    def objects(self):
        """Names of the objects of the last verification, "Service mta1!pmta-alive"."""
        text = (self.directory / "cache" / "icinga2.debug").read_text(errors="replace")
        return set(re.findall(r'"name":"([^"]+)"', text)) | set(re.findall(r'"__name":"([^"]+)"', text))

    def start(self):
        with open(self.directory / "out", "ab") as out:
            self.launch(self._command(), env=self.environment, stdout=out, stderr=out)

    def services(self):
        """{name: (state, hard or soft, performance data, first line)} as of the last check of each service."""
        found = {}
        files = (self.directory / "results").glob("service.*")
        for file in sorted(files, key=lambda file: int(file.suffix[1:])):
            for line in file.read_text(errors="replace").splitlines():
                name, *result = line.split("\t")
                if result:
                    found[name] = result
        return found

    def wait_state(self, name, state, timeout=60):
        """Waits until a service is in a state for good: not softly, while it is looked at again."""

        def reached():
            now = self.services().get(name)
            return now is not None and now[:2] == [state, "HARD"] and now

        try:
            return wait_until(reached, timeout, f"{name} {state}")
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.services()}; {(self.directory / 'out').read_text()}") from None
