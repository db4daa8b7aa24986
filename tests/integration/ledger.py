# SPDX-License-Identifier: BSD-2-Clause
"""What the tables must hold, counted plainly from the rows that PowerMTA wrote."""

import bisect
import datetime

import mib
from simulator import records
from waiting import wait_until

KEPT_HERE = ("file", "pipe", "discard", "alias")
KINDS = {"d": "Delivered", "b": "Bounced", "t": "Deferred", "tq": "AttemptErrors", "r": "Received", "f": "Complaints", "rb": "RemoteBounced"}
# The simulator's domains, as the built-in list has them.
PROVIDERS = {
    "gmail.com": "gmail", "yahoo.rollup": "yahoo", "yahoo.com": "yahoo", "ymail.com": "yahoo", "aol.com": "yahoo",
    "outlook.com": "microsoft", "hotmail.rollup": "microsoft", "hotmail.com": "microsoft", "live.com": "microsoft",
    "msn.com": "microsoft", "icloud.com": "apple", "gmx.net": "gmx",
}
COUNTED = ("Received", "Delivered", "Bounced", "Deferred", "AttemptErrors", "Throttled", "Complaints")
# Tables of windows: descriptor, column of the name, lengths, seconds of a slot by length.
FINE = (60, 300, 600)
LONG = (3600, 21600, 86400)
TABLES = {
    "pmtaServer": ("pmtaServerWindowServer", FINE + LONG),
    "vmta": ("vmtaWindowName", FINE + LONG),
    "provider": ("providerWindowName", FINE + LONG),
    "bounceClass": ("bounceClassWindowName", FINE + LONG),
    "domainQueue": ("domainQueueWindowName", (600, 3600)),
}


def stamp(text):
    return int(datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S%z").timestamp())


def is_throttled(row):
    words = row.get("dsnDiag", "").replace("smtp;", "").split()
    status = row.get("dsnStatus", "").split(" ")[0]
    return (words[0][:3] if words else "") == "421" or status == "4.2.1" or status.startswith("4.7.")


def provider_of(row):
    domain = row["queue"].split("/")[0] if "queue" in row else row.get("rcpt", "").rsplit("@", 1)[-1].rstrip(">")
    return PROVIDERS.get(domain.lower())


class Account:
    """One object's counts over time."""

    def __init__(self):
        self.totals = dict.fromkeys(COUNTED + ("RemoteBounced",), 0)
        self.events = []
        self.times = self.sums = None

    def add(self, when, what, throttled):
        self.totals[what] += 1
        self.totals["Throttled"] += throttled
        if what != "RemoteBounced":
            self.events.append((when, what, throttled))

    def close(self):
        """Running sums by time, so that a window is a difference of two."""
        self.events.sort(key=lambda event: event[0])
        self.times = [when for when, _, _ in self.events]
        self.sums = [dict.fromkeys(COUNTED, 0)]
        for _, what, throttled in self.events:
            last = dict(self.sums[-1])
            last[what] += 1
            last["Throttled"] += throttled
            self.sums.append(last)

    def window(self, end, seconds):
        low, high = (self.sums[bisect.bisect_left(self.times, t)] for t in (end - seconds, end))
        sums = {c: high[c] - low[c] for c in COUNTED}
        sums["Attempts"] = sums["Delivered"] + sums["Bounced"] + sums["Deferred"] + sums.pop("AttemptErrors")
        return sums


class Ledger:
    """accounts[table, name], pairs[table, name, class] and replies of all rows in the dated files."""

    def __init__(self, *paths):
        self.accounts, self.pairs = {}, {}
        self.newest = self.replies = 0
        for row in records(*paths):
            self._take(row)
        for account in self.accounts.values():
            account.close()

    def _take(self, row):
        what = KINDS.get(row["type"])
        if what is None or (what == "Delivered" and row.get("dlvType") in KEPT_HERE):
            return
        when = stamp(row["timeLogged"])
        self.newest = max(self.newest, when)
        throttled = what in ("Deferred", "AttemptErrors") and is_throttled(row)
        category = (row.get("bounceCat") or "(none)") if row["type"] in ("b", "t", "rb") else None
        vmta = row["queue"].split("/", 1)[1] if "queue" in row else row.get("vmta") if what == "Complaints" else None
        names = {
            "pmtaServer": "mta1", "vmta": vmta, "provider": provider_of(row), "bounceClass": category,
            "domainQueue": row.get("queue"),
        }
        for table, name in names.items():
            if name is not None:
                self.accounts.setdefault((table, name), Account()).add(when, what, throttled)
        for table in ("vmta", "provider"):
            if category is not None and names[table] is not None:
                pair = self.pairs.setdefault((table, names[table], category), dict.fromkeys(COUNTED + ("RemoteBounced",), 0))
                pair[what] += 1
        if what in ("Bounced", "Deferred", "AttemptErrors"):
            self.replies += "dsnDiag" in row or "dsnStatus" in row


    def window(self, table, account, end, seconds, columns):
        sums = account.window(end, seconds)
        # Of a bounce class the shares are of all attempts.
        if table == "bounceClass":
            sums["Attempts"] = self.accounts["pmtaServer", "mta1"].window(end, seconds)["Attempts"]
        return {c: sums[c] for c in columns}


def differ(what, told, wanted):
    return [f"{what}: {told}, expected {wanted}"] if told != wanted else []


def wrong_providers(site, ledger):
    columns = ("Received", "Delivered", "Bounced", "Deferred", "AttemptErrors", "Throttled", "RemoteBounced", "Complaints")
    rows = site.table("providerName", *[f"provider{c}" for c in columns]).by("providerName")
    wrong = []
    for (table, name), account in ledger.accounts.items():
        if table == "provider":
            told = {c: rows.get(name, {}).get(f"provider{c}") for c in columns}
            wrong += differ(name, told, {c: account.totals[c] for c in columns})
    return wrong


def wrong_pairs(site, ledger):
    """vmtaBounceTable and providerBounceTable."""
    wrong = []
    for table, owner, columns in (
        ("vmta", "vmtaBounceVmta", ("Bounced", "Deferred")),
        ("provider", "providerBounceProvider", ("Bounced", "Deferred", "RemoteBounced")),
    ):
        rows = site.table(owner, f"{table}BounceClass", *[f"{table}Bounce{c}" for c in columns]).by(owner, f"{table}BounceClass")
        # A row can come between the walks of two columns: it is whole the next time.
        told = {key: {c: row.get(f"{table}Bounce{c}") for c in columns} for key, row in rows.items()}
        for (kind, *key), pair in ledger.pairs.items():
            wanted = {c: pair[c] for c in columns}
            if kind == table and any(wanted.values()):
                wrong += differ(key, told.get(tuple(key)), wanted)
    return wrong


def wrong_replies(site, ledger):
    rows = site.table("replyBounced", "replyDeferred").rows.values()
    return differ("replies", sum(r["replyBounced"] + r["replyDeferred"] for r in rows), ledger.replies)


def wrong_windows(site, ledger, table):
    """The rows of a table of windows that are not what the definition says, whenever they end: at the
    newest record, or a little later, as time goes on."""
    label, lengths = TABLES[table]
    columns = [c for c in COUNTED + ("Attempts",) if f"{table}Window{c}" in mib.objects()]
    rows = site.table(label, *[f"{table}Window{c}" for c in columns]).rows
    told = {(row[label], int(index.rsplit(".", 1)[1])): row for index, row in rows.items()}
    wrong = []
    for (kind, name), account in ledger.accounts.items():
        for seconds in lengths if kind == table else ():
            width = 10 if seconds in FINE and table != "domainQueue" else 60
            ends = {asof // width * width + width for asof in range(ledger.newest, ledger.newest + 90)}
            row = told.get((name, seconds))
            shown = {c: row.get(f"{table}Window{c}") for c in columns} if row else None
            wanted = [ledger.window(table, account, end, seconds, columns) for end in sorted(ends)]
            if shown not in wanted:
                wrong.append(f"{table} {name} {seconds}: {shown} is none of {wanted}")
    return wrong


def settle(wrong_now, what):
    """Waits until nothing is wrong: windows, replies and bounces by class are shown every ten seconds."""
    wrong = []

    def all_right():
        wrong[:] = wrong_now()
        return not wrong

    try:
        wait_until(all_right, 25, what)
    except AssertionError as error:
        raise AssertionError(f"{error}: {len(wrong)} wrong, as {wrong[:3]}") from None


def compare(site):
    """Everything that the rows alone decide."""
    ledger = Ledger(*site.files)
    settle(lambda: wrong_providers(site, ledger), "providers")
    settle(lambda: wrong_pairs(site, ledger), "bounces by class")
    settle(lambda: wrong_replies(site, ledger), "replies")
    for table in TABLES:
        settle(lambda: wrong_windows(site, ledger, table), f"windows of {table}")
    return ledger
