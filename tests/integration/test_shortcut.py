# SPDX-License-Identifier: BSD-2-Clause
"""Requests answered past the library get the same answers as through it, whatever a master may ask."""

import pathlib
import random

import pytest

from agent_site import Agent, names, tables_of
from agentx_master import END_OF_MIB_VIEW, GET, GETNEXT, NO_SUCH_INSTANCE, Master, numbers
from test_agentx import expected_instances

ROWS = ("--rows", 40, "--servers", 2)
REQUESTS = 1500


class Served:
    """One agent behind a master that a test speaks for."""

    def __init__(self, directory, tables, *options):
        directory.mkdir()
        self.master = Master(directory / "agentx", tables)
        self.agent = Agent(directory, directory / "agentx", "--ping", 0, *options)
        self.agent.start()
        self.master.wait_ready()

    def close(self):
        self.master.close()
        self.agent.kill()


@pytest.fixture(scope="module")
def both(tmp_path_factory, names):
    directory = tmp_path_factory.mktemp("shortcut")
    tables = len(tables_of(names)[0])
    ways = [Served(directory / "past", tables, *ROWS), Served(directory / "through", tables, *ROWS, "--library")]
    yield ways
    for way in ways:
        way.close()


@pytest.fixture(scope="module")
def instances():
    return [numbers(oid) for oid in expected_instances(*ROWS)]


def behind(oid):
    return oid[:-1] + (oid[-1] + 1,)


def starting_points(dice, instances, tables):
    """An OID near an instance or a table: itself, a part, more, or beside it."""
    oid = dice.choice(instances) if dice.random() < 0.9 else dice.choice(tables)
    way = dice.randrange(6)
    if way == 0:
        return oid[: dice.randrange(len(tables[0]), len(oid) + 1)]
    if way == 1:
        return oid + tuple(dice.choice((0, 1, 4294967295)) for _ in range(dice.randrange(1, 5)))
    if way == 2:
        return oid[:-1] + ((oid[-1] + dice.choice((-1, 1))) % 4294967296,)
    return oid


def random_ranges(dice, instances, tables):
    ranges = []
    for _ in range(dice.choice((1, 1, 2, 12))):
        start = starting_points(dice, instances, tables)
        mine = [t for t in tables if start[: len(t)] == t]
        end = behind(mine[0]) if mine and dice.random() < 0.7 else max(start, starting_points(dice, instances, tables))
        ranges.append((start, end, dice.randrange(2)))
    return ranges


@pytest.fixture(scope="module")
def own(names):
    """True for an instance whose value differs between two processes: scalars, and ages, which one begins earlier."""
    scalars = numbers(names["pmtaAgentVersion"])[:-1]
    ages = {numbers(oid) for oid, (_, value) in expected_instances(*ROWS).items() if value is None}
    return lambda name: name[: len(scalars)] == scalars or name in ages


def told(answer, own):
    """What must be the same."""
    varbinds = [(name, kind, None if own(name) else value) for name, kind, value in answer.varbinds]
    return answer[1:3] + answer[4:6] + (varbinds,)


def assert_same(both, kind, ranges, own, **options):
    first, second = (told(way.master.ask(kind, ranges, **options), own) for way in both)
    assert first == second, (kind, ranges)
    return first


@pytest.mark.parametrize("kind", [GET, GETNEXT])
@pytest.mark.parametrize("big", [False, True])
def test_any_request_gets_the_answer_that_the_library_gives(both, names, instances, own, kind, big):
    tables, _ = tables_of(names)
    dice = random.Random(f"{kind}{big}")
    for _ in range(REQUESTS // 4):
        assert_same(both, kind, random_ranges(dice, instances, tables), own, big=big)


def test_walk_by_bounded_searches_is_the_same_both_ways_and_complete(both, names, instances):
    tables, _ = tables_of(names)
    for way in both:
        found = []
        for table in tables:
            at, include = table, 1
            while True:
                answer = way.master.ask(GETNEXT, [(at, behind(table), include)])
                assert answer.error == 0
                (name, kind, _), include = answer.varbinds[0], 0
                if kind == END_OF_MIB_VIEW:
                    assert name == at
                    break
                assert name > at
                found.append(at := name)
        scalars = numbers(names["pmtaAgentVersion"])[:-1]
        assert [oid for oid in found if oid[: len(scalars)] != scalars] == instances


def test_context_that_nobody_has_is_the_librarys_to_answer(both, instances, own):
    assert_same(both, GET, [(instances[0], (), 0)], own, context=b"another")


def test_what_no_table_holds_is_no_such_instance(both, names):
    oid = numbers(names["vmtaRecipients"]) + (1, 999999)
    answer = both[0].master.ask(GET, [(oid, (), 0)])
    assert [(name, kind) for name, kind, _ in answer.varbinds] == [(oid, NO_SUCH_INSTANCE)]


def reads(way):
    """Reads and writes of files and pipes so far; those of sockets are not among them."""
    text = pathlib.Path(f"/proc/{way.agent.process.pid}/io").read_text()
    fields = dict(line.split(": ") for line in text.splitlines())
    return int(fields["syscr"]) + int(fields["syscw"])


def test_nothing_goes_through_the_librarys_session_with_itself(both, names):
    table = numbers(names["vmtaRecipients"])[:-2]
    spent = []
    for way in both:
        before = reads(way)
        for _ in range(200):
            way.master.ask(GETNEXT, [(table, behind(table), 1)])
        spent.append(reads(way) - before)
    # The library's session with itself is two pipes. The agent itself reads a little each second.
    assert spent[1] - spent[0] >= 300, spent
