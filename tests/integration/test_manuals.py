# SPDX-License-Identifier: BSD-2-Clause
"""The man pages know every key and every option that the programs know, with default and range."""

import pathlib
import re

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
CONF_PAGE = (TOP / "man/pmta-monitord.conf.5.in").read_text()
# Where each table of keys in src/conf*.c is described.
CHAPTERS = {
    ("conf.c", "global_keys"): "KEYS OF THE AGENT",
    ("conf.c", "server_keys"): "SERVERS",
    ("conf.c", "provider_keys"): "PROVIDERS",
    ("conf_rule.c", "keys"): "THRESHOLDS",
    ("conf_action.c", "keys"): "ACTIONS",
}
DAY = 86400
NAMES = {"DAY": DAY, "HOUR_MS": 3600000, "DAY_MS": 24 * 3600000, "UINT32_MAX": 2**32 - 1, "MINIMUM": 100}
SCALES = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": DAY, "": 1, "k": 2**10, "M": 2**20, "G": 2**30}
NUMBERS = {"COUNT": 1, "MS": 0.001, "SECONDS": 1, "SIZE": 1}
# Their default depends on other keys.
DYNAMIC = {"list-interval", "window"}


def value_of(expression):
    """The number that a C expression of the tables is."""
    python = re.sub(r"UINT64_C\((\d+)\)", r"\1", expression)
    assert re.fullmatch(r"[\w\s<*+-]+", python), expression
    return eval(python, {"__builtins__": {}}, NAMES)


def table_keys(file, table):
    """Name, kind, and (for numbers) smallest, largest and default of each key of a table."""
    source = (TOP / "src" / file).read_text()
    body = re.search(r"struct conf_key " + table + r"\[\] = \{\n(.*?)\n\};", source, re.S)[1]
    for name, kind, rest in re.findall(r'\{"([a-z-]+)", CONF_KEY_(\w+),\s*(.*?)\},?(?=\n|$)', body, re.S):
        numbers = [field.strip() for field in re.split(r",\s*", re.sub(r"\([^()]*\)", lambda m: m[0].replace(",", ";"), rest))]
        limits = tuple(value_of(n) for n in numbers[2:5]) if kind in NUMBERS else None
        yield name, kind, limits


def chapter(title):
    return re.search(r"^\.Sh " + title + r"\n(.*?)(?=^\.Sh )", CONF_PAGE, re.S | re.M)[1]


def items(title):
    """What the page says of each key of a chapter; keys that follow each other share one text."""
    found, waiting = {}, []
    for part in re.split(r"^\.It Ic ", chapter(title), flags=re.M)[1:]:
        head, _, text = part.partition("\n")
        waiting += re.findall(r"[a-z][a-z-]*", head.split(" =")[0])
        if text.strip():
            text = re.split(r"^\.El", text, maxsplit=1, flags=re.M)[0]
            found.update((name, text) for name in waiting)
            waiting = []
    return found


def number(text):
    value, unit = re.fullmatch(r"(\d+)(ms|[smhdkMG]?)", text).groups()
    return int(value) * SCALES[unit]


KEYS = [
    pytest.param(title, *key, id=f"{title.split()[0]}-{key[0]}")
    for (file, table), title in CHAPTERS.items()
    for key in table_keys(file, table)
]


def test_tables_of_keys_are_all_found():
    tables = {
        (path.name, name)
        for path in TOP.glob("src/*.c")
        for name in re.findall(r"struct conf_key (\w+)\[\] = ", path.read_text())
    }
    assert tables == set(CHAPTERS)
    declared = sum(len(re.findall(r"\{\"[a-z-]+\", CONF_KEY_", (TOP / "src" / f).read_text())) for f in {f for f, _ in CHAPTERS})
    assert declared == len(KEYS) > 60


@pytest.mark.parametrize("title,name,kind,limits", KEYS)
def test_key_is_described_with_its_default_and_range(title, name, kind, limits):
    text = items(title)[name]
    if kind == "TRUTH":
        assert re.search(r"^Default: no\.|^\.Cm no\nby default", text, re.M)
    if not limits:
        return
    smallest, largest, preset = (n * NUMBERS[kind] for n in limits)
    allowed = re.search(r"^Allowed: (?:up to|(\w+) to) (\w+)\.", text, re.M)
    assert (number(allowed[1] or "0"), number(allowed[2])) == (smallest, largest)
    default = re.search(r"^Default: (\w+)[.;]", text, re.M)
    if name not in DYNAMIC:
        assert number(default[1]) == preset


@pytest.mark.parametrize("title", CHAPTERS.values())
def test_page_describes_no_key_that_does_not_exist(title):
    assert set(items(title)) == {p.values[1] for p in KEYS if p.values[0] == title}


@pytest.mark.parametrize(
    "source,page",
    [("src/options.c", "man/pmta-monitord.8.in"), ("integrations/nagios/check_options.c", "man/check_pmta_snmp.1.in")],
)
def test_every_option_is_described_and_no_other(source, page):
    text = (TOP / source).read_text()
    options = re.findall(r'^\t\{"([a-z-]+)", \w+_argument, NULL, (?:\'(\w)\'|\w+)\},', text, re.M)
    assert len(options) > 10
    lines = re.findall(r"^\.It (Fl .*)", (TOP / page).read_text(), re.M)
    described = {word for line in lines for word in re.findall(r"Fl (Fl [a-z-]+|\w)", line)}
    assert described == {word for name, letter in options for word in (f"Fl {name}", letter) if word}
