# SPDX-License-Identifier: BSD-2-Clause
"""Grafana's panels as data (dashboard schema 37, Grafana 9): each function returns one panel without its place.

A query is (expression, legend). An expression may name any object of the MIB as it is; shares are
written pmta:NAME:percent, as the recording rules name them.
"""

SOURCE = {"type": "prometheus", "uid": "${DS_PROMETHEUS}"}
COLORS = ("green", "orange", "red")


def _targets(queries, **more):
    return [
        dict({"datasource": SOURCE, "expr": expression, "legendFormat": legend, "refId": chr(ord("A") + i)}, **more)
        for i, (expression, legend) in enumerate(queries)
    ]


def _steps(limits):
    values = [None, *limits]
    return {"mode": "absolute", "steps": [{"color": c, "value": v} for c, v in zip(COLORS, values)]}


def _panel(kind, title, text, unit, limits, **more):
    defaults = {"unit": unit, "thresholds": _steps(limits), "mappings": [], "min": 0}
    panel = {
        "type": kind,
        "title": title,
        "description": text,
        "datasource": SOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": []},
    }
    return dict(panel, **more)


def lines(title, text, unit, *queries, stacked=False, limits=()):
    """Values over time; limits are drawn as dashed lines."""
    panel = _panel("timeseries", title, text, unit, limits, targets=_targets(queries))
    custom = {"drawStyle": "line", "fillOpacity": 30 if stacked else 5, "lineWidth": 1, "showPoints": "never"}
    if stacked:
        custom["stacking"] = {"mode": "normal", "group": "A"}
    if limits:
        custom["thresholdsStyle"] = {"mode": "dashed"}
    panel["fieldConfig"]["defaults"]["custom"] = custom
    panel["options"] = {
        "legend": {"showLegend": True, "displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return panel


def number(title, text, unit, expression, limits=()):
    """The newest value, large; colored by limits."""
    panel = _panel("stat", title, text, unit, limits, targets=_targets([(expression, title)], instant=True))
    panel["options"] = {
        "colorMode": "value",
        "graphMode": "none",
        "textMode": "value",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    }
    return panel


def table(title, text, labels, *columns):
    """A row for each set of labels, a column for each (name, unit, expression, limits)."""
    panel = _panel("table", title, text, "none", ())
    panel["targets"] = _targets([(c[2], "") for c in columns], instant=True, format="table")
    single = len(columns) == 1
    values = ["Value" if single else f"Value #{t['refId']}" for t in panel["targets"]]
    panel["transformations"] = [
        {"id": "merge", "options": {}},
        {
            "id": "organize",
            "options": {
                "excludeByName": {"Time": True},
                "indexByName": {n: i for i, n in enumerate([*labels, *values])},
                "renameByName": dict(labels, **dict(zip(values, (c[0] for c in columns)))),
            },
        },
    ]
    for name, unit, _, limits in columns:
        properties = [{"id": "unit", "value": unit}]
        if limits:
            properties.append({"id": "thresholds", "value": _steps(limits)})
            properties.append({"id": "custom.displayMode", "value": "color-text"})
        matcher = {"id": "byName", "options": name}
        panel["fieldConfig"]["overrides"].append({"matcher": matcher, "properties": properties})
    panel["options"] = {"showHeader": True, "sortBy": [{"displayName": columns[0][0], "desc": True}]}
    return panel


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": []}


def place(sections):
    """Panels with ids and places: sections are (title, [(width, height, panel)...]), 24 columns wide."""
    placed, top = [], 0
    for title, panels in sections:
        placed.append(dict(row(title), gridPos={"x": 0, "y": top, "w": 24, "h": 1}))
        top, left, tallest = top + 1, 0, 0
        for width, height, panel in panels:
            if left + width > 24:
                top, left, tallest = top + tallest, 0, 0
            placed.append(dict(panel, gridPos={"x": left, "y": top, "w": width, "h": height}))
            left, tallest = left + width, max(tallest, height)
        top += tallest
    return [dict(panel, id=i) for i, panel in enumerate(placed, 1)]
