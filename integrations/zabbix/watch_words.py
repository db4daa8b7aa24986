# SPDX-License-Identifier: BSD-2-Clause
"""The words in which the tables of what Zabbix watches are written: items, triggers, graphs, rows.

In an expression {object} is the item of that object, {object:600} that of its window of 600
seconds, @object.word the number of an enumerated value. In a row a macro {$PMTA.X} stands for
{$PMTA.X:"context"}, so that one VirtualMTA or provider can have a limit of its own.
"""

from collections import namedtuple

# name: what people read; component: the item's tag; window: seconds, for a column of a window table;
# rate: a counter is shown per second (or as the MIB has it); delay: how often it is read.
Item = namedtuple("Item", "object name component window rate delay")
Trigger = namedtuple("Trigger", "name expression priority scope event needs manual description")
Graph = namedtuple("Graph", "name items")
# labels: LLD macro to column; the first one's table is the one discovered. named: the macro that names the
# row; keys: those that make items' keys, names where there are any, so that an item keeps its history
# whatever becomes of the index. filters: label macros that {$PMTA.<NAME>.MATCHES} and its opposite
# apply to. context: that of the limits' macros. may_be_empty: a table without rows is no fault.
Rows = namedtuple(
    "Rows", "kind title labels named keys filters context tags delay lifetime items triggers graphs may_be_empty"
)

INFO, WARNING, AVERAGE, HIGH = "INFO", "WARNING", "AVERAGE", "HIGH"

# Without the agent nothing else can be judged: every other trigger depends on these.
DEAD = "pmta-monitord does not answer"
UNAVAILABLE = "No SNMP data collection"


def item(name, label, component, window=None, rate=True, delay="1m"):
    return Item(name, label, component, window, rate, delay)


def trigger(name, expression, priority, scope, event=None, needs=(), manual=False, description=""):
    return Trigger(name, expression, priority, scope, event, needs, manual, description)


def levels(name, expression, macro, priorities, scope, event=None, needs=(DEAD,)):
    """Two triggers: {limit} is the macro's .WARN in the milder one, which the worse (.HIGH) hides."""
    worse = name + " (high)"
    return [
        trigger(worse, expression.replace("{limit}", "{$PMTA.%s.HIGH}" % macro), priorities[1], scope, event, needs),
        trigger(
            name, expression.replace("{limit}", "{$PMTA.%s.WARN}" % macro), priorities[0], scope, event, (worse, *needs)
        ),
    ]


def share(name, prefix, share_of, macro, window=600, base="Attempts", least="ATTEMPTS.MIN", reason=None):
    """Two triggers on a share of what is counted in a window, once there was enough of it."""
    column, counted = f"{prefix}{share_of}Share", f"{prefix}{base}"
    expression = f"last({{{counted}:{window}}})>={{$PMTA.{least}}} and last({{{column}:{window}}})>={{limit}}"
    why = f": {{?last({{{reason}}})}}" if reason else ""
    during = "24 h" if window == 86400 else f"{window // 60} min"
    event = f"{name}: {{ITEM.LASTVALUE2}} of {{ITEM.LASTVALUE1}} in {during}{why}"
    return levels(name, expression, macro, (WARNING, AVERAGE), "performance", event)
