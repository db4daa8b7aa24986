# SPDX-License-Identifier: BSD-2-Clause
"""The window tables against a plain count over the rows of PowerMTA's own files."""

import mib
from daemon import Site
from ledger import KEPT_HERE, is_throttled, stamp
from simulator import records
from waiting import wait_until

WINDOWS = (60, 300, 600, 3600, 21600, 86400)
START = "2026-11-20 09:00:00"
HARD = ("bad-mailbox", "inactive-mailbox", "bad-domain")


def events(site):
    """[(time, what, row)] of every record that windows count."""
    kinds = {"d": "Delivered", "b": "Bounced", "t": "Deferred", "r": "Received", "tq": "Errors"}
    return [
        (stamp(row["timeLogged"]), kinds[row["type"]], row)
        for row in records(*site.files)
        if row["type"] in kinds and not (row["type"] == "d" and row.get("dlvType") in KEPT_HERE)
    ]


def counted(rows, asof, width, seconds):
    """What a window holds by its definition."""
    last = asof // width * width + width
    sums = dict.fromkeys(("Received", "Delivered", "Bounced", "Deferred", "Errors", "Throttled", "HardBounced"), 0)
    for when, what, row in rows:
        if last - seconds <= when < last:
            sums[what] += 1
            sums["HardBounced"] += what == "Bounced" and row.get("bounceCat") in HARD
            sums["Throttled"] += what in ("Deferred", "Errors") and is_throttled(row)
    sums["Attempts"] = sums["Delivered"] + sums["Bounced"] + sums["Deferred"] + sums["Errors"]
    return sums


def row_of(site, prefix, index):
    columns = ("Delivered", "Bounced", "Deferred", "Throttled", "Attempts", "HardBounced")
    oids = {c: f"{mib.oid(f'{prefix}Window{c}')}.{index}" for c in columns if f"{prefix}Window{c}" in mib.objects()}
    values = site.snmpd.get(*oids.values())
    return {c: values.get(oid, (None, None))[1] for c, oid in oids.items()}


def agrees(site, rows, prefix, index, seconds, chosen, fine=True):
    """Waits until the row is what the definition says for one of the times it may end at: the newest
    record's, going on with our clock."""
    newest = max(when for when, _, _ in rows)
    chosen_rows = [event for event in rows if chosen(event[2])]
    width = 10 if fine and seconds <= 600 else 60
    ends = {asof // width * width for asof in range(newest, newest + 60)}
    wanted = [counted(chosen_rows, asof, width, seconds) for asof in sorted(ends)]
    told = []

    def matches():
        told[:] = [row_of(site, prefix, f"{index}.{seconds}")]
        return any(all(sums[c] == v for c, v in told[0].items()) for sums in wanted)

    try:
        wait_until(matches, 25, f"{prefix} {index} {seconds}")
    except AssertionError as error:
        raise AssertionError(f"{error}: {told} is none of {wanted}") from None


def index_of(site, column, name):
    return next(i for i, r in site.table(column).rows.items() if r[column] == name)


def compare(site):
    site.wait_counted()
    rows = events(site)
    for seconds in WINDOWS:
        agrees(site, rows, "pmtaServer", "1", seconds, lambda row: True)
    index = index_of(site, "vmtaName", "vmta-a")
    for seconds in (60, 3600):
        agrees(site, rows, "vmta", index, seconds, lambda row: row["type"] != "r" and row.get("vmta") == "vmta-a")
    for name in ("gmail.com/vmta-a", "yahoo.rollup/vmta-b"):
        index = index_of(site, "domainQueueName", name)
        for seconds in (600, 3600):
            agrees(site, rows, "domainQueue", index, seconds, lambda row: row.get("queue") == name, fine=False)
    return rows


def test_windows_hold_what_their_definition_says(tmp_path):
    with Site(tmp_path, "--start", START, "--rate", 5, "--max-items", 1000) as site:
        for seconds in (30, 1200, 4000):
            site.sim.step(seconds)
            compare(site)


def test_windows_survive_kill_9_of_the_daemon(tmp_path):
    with Site(tmp_path, "--start", START, "--rate", 5, "--max-items", 1000) as site:
        site.sim.step(700)
        for _ in range(3):
            site.monitor.kill()
            site.sim.step(100)
            site.monitor.start()
            wait_until(lambda: site.server_value("pmtaServerName"), 15, "the daemon is back")
        compare(site)


def test_a_backlog_read_at_once_is_no_spike(tmp_path):
    with Site(tmp_path, "--start", START, "--rate", 5, "--max-items", 1000) as site:
        site.sim.step(10)
        site.wait_counted()
        site.monitor.stop()
        site.sim.step(7200)
        site.monitor.start()
        compare(site)


def test_throttling_shows_in_the_windows_and_in_the_reasons(tmp_path):
    with Site(tmp_path, "--start", START, "--max-items", 1000) as site:
        site.sim.control("throttle", domain="gmail.com", on=1)
        site.sim.step(300)
        rows = compare(site)
        providers = site.table("providerName", "providerThrottled", "providerDelivered").by("providerName")
        throttled = sum(is_throttled(row) for _, what, row in rows if what in ("Deferred", "Errors") and row.get("queue", "").startswith("gmail.com/"))
        assert providers["gmail"]["providerThrottled"] == throttled > 0
