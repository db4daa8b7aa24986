# SPDX-License-Identifier: BSD-2-Clause
"""A stand-in for Checkmk's plug-in API (cmk.agent_based.v2): the part that our plug-in uses.

It takes the documented arguments and no others, and check_levels judges as documented, so that the
plug-in's functions can be run on what a real agent answers.
"""

import dataclasses
import enum
import sys
import types


class State(enum.Enum):
    OK, WARN, CRIT, UNKNOWN = range(4)


@dataclasses.dataclass(frozen=True)
class OIDEnd:
    pass


@dataclasses.dataclass(frozen=True)
class SNMPTree:
    base: str
    oids: list


@dataclasses.dataclass(frozen=True)
class SNMPSection:
    name: str
    detect: object
    fetch: list
    parse_function: object


@dataclasses.dataclass(frozen=True)
class CheckPlugin:
    name: str
    service_name: str
    discovery_function: object
    check_function: object
    check_default_parameters: dict


@dataclasses.dataclass(frozen=True)
class Service:
    item: str


@dataclasses.dataclass(frozen=True)
class Metric:
    name: str
    value: float


class Result:
    """Has a summary or a notice, never both and never none."""

    def __init__(self, *, state, summary=None, notice=None, details=None):
        assert (summary is None) != (notice is None) and "\n" not in (summary or notice)
        self.state, self.text, self.details = State(state), summary or notice, details


def exists(oid):
    return ("exists", oid)


def check_levels(value, *, levels_upper=None, levels_lower=None, metric_name=None, render_func=str, label=None,
                 boundaries=None, notice_only=False):
    kind, limits = levels_upper or ("no_levels", None)
    assert kind in ("no_levels", "fixed") and levels_lower is None
    state = State.OK
    if kind == "fixed":
        state = State.CRIT if value >= limits[1] else State.WARN if value >= limits[0] else State.OK
    yield Result(state=state, summary=f"{label}: {render_func(value)}")
    if metric_name:
        yield Metric(metric_name, value)


def install():
    """Makes "from cmk.agent_based.v2 import ..." find this module."""
    api = sys.modules[__name__]
    api.render = types.SimpleNamespace(percent=lambda v: f"{v:.2f}%", timespan=lambda v: f"{v} s")
    for name in ("cmk", "cmk.agent_based"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["cmk.agent_based.v2"] = api


def table(site, tree):
    """What Checkmk would fetch: rows of texts, an empty text where there is no instance."""
    columns = []
    for oid in tree.oids[1:]:
        base = f"{tree.base}.{oid}"
        found = {}
        for where, (_, value) in site.snmpd.bulkwalk(base).items():
            if where.startswith(base + "."):
                found[where[len(base) + 1 :]] = value.decode() if isinstance(value, bytes) else str(value)
        columns.append(found)
    return [[index, *(column.get(index, "") for column in columns)] for index in sorted(set().union(*columns))]
