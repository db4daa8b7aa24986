# SPDX-License-Identifier: BSD-2-Clause
"""What Grafana 9 (dashboard schema 37) knows of the panels that we use, after its own kinds: dashboard_kind.cue and
common.gen.ts of grafana-schema. Nothing else may be there: Grafana passes over a word that it does not know."""


def thing(required, **optional):
    """An object with these members, and no others."""
    properties = {**required, **optional}
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def some(of, least=0):
    return {"type": "array", "items": of, "minItems": least}


def one_of(*values):
    return {"enum": list(values)}


TEXT, FLAG, NUMBER, INTEGER = ({"type": kind} for kind in ("string", "boolean", "number", "integer"))
CALCS = some(one_of("lastNotNull", "last", "max", "min", "mean", "sum"), 1)
# Of Grafana's units, those of our values.
UNIT = one_of("none", "short", "percent", "s", "ms")
SOURCE = thing({"type": one_of("prometheus"), "uid": TEXT})
TARGET = thing(
    {"datasource": SOURCE, "expr": TEXT, "legendFormat": TEXT, "refId": {"type": "string", "pattern": "^[A-Z]$"}},
    instant=FLAG, format=one_of("time_series", "table", "heatmap"),
)
STEP = thing({"color": TEXT, "value": {"type": ["number", "null"]}})
THRESHOLDS = thing({"mode": one_of("absolute", "percentage"), "steps": some(STEP, 1)})
CUSTOM = thing(
    {"drawStyle": one_of("line", "bars", "points")},
    fillOpacity=NUMBER, lineWidth=NUMBER, showPoints=one_of("always", "auto", "never"),
    stacking=thing({"mode": one_of("none", "normal", "percent"), "group": TEXT}),
    thresholdsStyle=thing({"mode": one_of("area", "dashed", "dashed+area", "line", "line+area", "off", "series")}),
)
OVERRIDE = thing({
    "matcher": thing({"id": one_of("byName", "byRegexp", "byType", "byFrameRefID"), "options": TEXT}),
    "properties": some({"oneOf": [
        thing({"id": one_of("unit"), "value": UNIT}),
        thing({"id": one_of("thresholds"), "value": THRESHOLDS}),
        thing({"id": one_of("custom.displayMode"), "value": one_of("auto", "color-text", "color-background", "json-view")}),
    ]}, 1),
})
NAMES = {"type": "object", "additionalProperties": TEXT}
TRANSFORMATION = {"oneOf": [
    thing({"id": one_of("merge"), "options": thing({})}),
    thing({"id": one_of("organize"), "options": thing({
        "excludeByName": {"type": "object", "additionalProperties": FLAG},
        "indexByName": {"type": "object", "additionalProperties": INTEGER},
        "renameByName": NAMES,
    })}),
]}
OPTIONS = {
    "timeseries": thing({
        "legend": thing({
            "showLegend": FLAG, "displayMode": one_of("list", "table", "hidden"),
            "placement": one_of("bottom", "right"), "calcs": CALCS,
        }),
        "tooltip": thing({"mode": one_of("single", "multi", "none"), "sort": one_of("asc", "desc", "none")}),
    }),
    "stat": thing({
        "colorMode": one_of("background", "none", "value"), "graphMode": one_of("area", "line", "none"),
        "textMode": one_of("auto", "name", "none", "value", "value_and_name"),
        "reduceOptions": thing({"calcs": CALCS, "fields": TEXT, "values": FLAG}),
    }),
    "table": thing({"showHeader": FLAG, "sortBy": some(thing({"displayName": TEXT, "desc": FLAG}))}),
}
PLACE = thing({name: dict(INTEGER, minimum=0) for name in "xywh"})
ROW = thing({
    "type": one_of("row"), "id": INTEGER, "title": TEXT, "collapsed": FLAG, "panels": some({}), "gridPos": PLACE,
})


def panel(kind):
    """The schema of a panel of this kind."""
    if kind == "row":
        return ROW
    defaults = thing(
        {"unit": UNIT, "thresholds": THRESHOLDS, "mappings": some({})},
        min=NUMBER, max=NUMBER, **({"custom": CUSTOM} if kind == "timeseries" else {}),
    )
    return thing(
        {
            "type": one_of(kind), "id": INTEGER, "title": TEXT, "description": TEXT, "datasource": SOURCE,
            "fieldConfig": thing({"defaults": defaults, "overrides": some(OVERRIDE)}),
            "targets": some(TARGET, 1), "options": OPTIONS[kind], "gridPos": PLACE,
        },
        **({"transformations": some(TRANSFORMATION)} if kind == "table" else {}),
    )
