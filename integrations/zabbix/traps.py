# SPDX-License-Identifier: BSD-2-Clause
"""Items and triggers for the notifications of the MIB: each pair is one, and each clear ends its own problem.

A trap is text. What is looked for stands at the beginning of a line, as snmptrapd's handlers write
one varbind a line, by number or by name; what a remote host wrote stands behind, and is not taken
for it.
"""

import monitored
from export import KEY_MOST, NAME, TAG_MOST, Wrong, fitting, uuid, words

TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
FALLBACK = "snmptrap.fallback"
# The module that may stand before a name.
NAMED = "[0-9A-Za-z:-]*"


def numeric(oid):
    """The OID in a regular expression; without any MIB net-snmp writes iso for the first number."""
    return "(1|iso)" + oid[1:].replace(".", "[.]")


def sent(module, *notifications):
    """A line that says: this trap is one of these notifications."""
    root = notifications[0].oid.rsplit(".", 1)[0]
    numbers = "|".join(str(n.number) for n in notifications)
    names = "|".join(n.name for n in notifications)
    variable = f"([.]?{numeric(TRAP_OID)}|{NAMED}snmpTrapOID[.]0)"
    return f"(?m)^ *{variable}[ =].*({numeric(root)}[.]({numbers})|::({names})) *$"


def varbind(module, column, shown):
    """A line of one varbind; shown is the regular expression of its value."""
    thing = module.objects[column]
    return f"(?m)^ *([.]?{numeric(thing.oid)}|{NAMED}{column})[.][0-9]+[ =].*?: {shown} *$"


def value_of(module, column, shown):
    """A macro that takes one varbind's value out of a trap: the first group in shown."""
    line = varbind(module, column, shown)
    return f'{{{{ITEM.VALUE}}.regsub("{line}", "\\3")}}'


def severity_is(module, names):
    """A line that says how severe: by number, with or without its name."""
    enums = module.objects[monitored.TRAP_SEVERITY].enums
    numbers = sorted(number for number, name in enums.items() if name in names)
    if len(numbers) != len(names):
        raise Wrong(f"{monitored.TRAP_SEVERITY} is not all of {names}")
    return varbind(module, monitored.TRAP_SEVERITY, f"[^0-9]*({'|'.join(map(str, numbers))})[)]?")


def alarm_tag(module):
    return fitting(value_of(module, monitored.TRAP_ALARM, "([0-9]+)"), TAG_MOST, "tag alarm")


def text_of(module, column):
    """Without the quotes that are around it where snmptrapd has no MIB."""
    return value_of(module, column, r"\x22?(.*?)\x22?")


def words_of(name):
    """pmtaServerDown: Server down."""
    return " ".join(w for w in words(name) if w != "pmta").capitalize()


def trap_item(key, name, description):
    return {
        "uuid": uuid("item", key if key == FALLBACK else name),
        "name": name,
        "type": "SNMP_TRAP",
        "key": fitting(key, KEY_MOST, "key"),
        "delay": "0",
        "history": "2w",
        "trends": "0",
        "value_type": "LOG",
        "description": description,
        "logtimefmt": "hh:mm:sszyyyy/MM/dd",
        "tags": [{"tag": "component", "value": "notification"}],
    }


def quoted(expression):
    """In an item key or the parameter of a function."""
    if '"' in expression or "\\" in expression:
        raise Wrong(f"{expression}: would have to be escaped")
    return f'"{expression}"'


def pair_item(module, raised, cleared):
    name = f"Trap: {words_of(raised.name)} / {words_of(cleared.name).lower()}"
    key = f"snmptrap[{quoted(sent(module, raised, cleared))}]"
    item = trap_item(key, name, f"{raised.name}: {raised.description}\n\n{cleared.name}: {cleared.description}")
    item["triggers"] = [
        pair_trigger(module, key, raised, cleared, priority, names)
        for priority, names in monitored.TRAP_PRIORITIES.items()
    ]
    return item


def found(key, pattern):
    return f"find(/{NAME}/{key},,\"regexp\",{quoted(pattern)})=1"


def pair_trigger(module, key, raised, cleared, priority, severities):
    """Opens a problem for each alarm raised with one of the severities, and closes it with the alarm's clear."""
    raise_of_severity = f"{found(key, sent(module, raised))} and {found(key, severity_is(module, severities))}"
    return {
        "uuid": uuid("trigger", raised.name, priority),
        "expression": raise_of_severity,
        "recovery_mode": "RECOVERY_EXPRESSION",
        "recovery_expression": found(key, sent(module, cleared)),
        "correlation_mode": "TAG_VALUE",
        "correlation_tag": "alarm",
        "name": f"PowerMTA: {words_of(raised.name)} ({severities[0]})",
        "event_name": f"PowerMTA: {words_of(raised.name)}: {text_of(module, monitored.TRAP_TEXT)}",
        "priority": priority,
        "description": raised.description,
        "type": "MULTIPLE",
        "manual_close": "YES",
        "tags": [
            {"tag": "alarm", "value": alarm_tag(module)},
            *[
                {"tag": tag, "value": fitting(text_of(module, column), TAG_MOST, f"tag {tag}")}
                for tag, column in monitored.TRAP_TAGS.items()
            ],
            {"tag": "scope", "value": "notice"},
        ],
    }


def single_item(module, notification):
    """A notification that nothing clears: it informs, and a person closes it."""
    name = f"Trap: {words_of(notification.name)}"
    key = f"snmptrap[{quoted(sent(module, notification))}]"
    item = trap_item(key, name, f"{notification.name}: {notification.description}")
    item["triggers"] = [
        {
            "uuid": uuid("trigger", notification.name),
            "expression": found(key, sent(module, notification)),
            "recovery_mode": "NONE",
            "name": f"PowerMTA: {words_of(notification.name)}",
            "event_name": f"PowerMTA: {words_of(notification.name)}: {text_of(module, monitored.TRAP_TEXT)}",
            "priority": "INFO",
            "description": notification.description,
            "type": "MULTIPLE",
            "manual_close": "YES",
            "tags": [{"tag": "scope", "value": "notice"}],
        }
    ]
    return item


def items(module):
    """Every trap item, and the one that takes what no other does."""
    paired = module.pairs()
    of_pairs = {n.name for pair in paired for n in pair}
    made = [pair_item(module, *pair) for pair in paired]
    made += [single_item(module, n) for n in module.notifications() if n.name not in of_pairs]
    fallback = trap_item(FALLBACK, "Trap: Any other", "Traps that match none of the other items.")
    return [*made, fallback]
