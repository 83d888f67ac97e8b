"""The report as one HTML page that needs nothing else, and that a phone can show."""

from __future__ import annotations

from typing import Any

from hardener.output.escape import html as escape
from hardener.verify.report.frame import change, dropped, page
from hardener.verify.report.pictures import Bar, Piece, bars, figure, routes, treemap
from hardener.verify.report.table import (
    headline,
    minimal_lines,
    minimal_stage,
    printable,
    profile_lines,
    reach_lines,
    reasons,
    rows,
    seconds,
    size,
)


def html(report: dict[str, Any]) -> str:
    """Return the page of a report."""
    report = printable(report)
    before, after = report["before"], report["after"]
    mood = "verdict" if report["verdict"] != "reduced" else "verdict reduced"
    parts = [
        f'<p class="{mood}">{escape(headline(report))}</p>',
        f'<p class="soft">Compared by: {escape("; ".join(report["evidence"]))}. '
        f"Engine: {escape(report['engine'])}.</p>",
        "".join(f'<p class="soft">{escape(line)}</p>' for line in reach_lines(report)),
        '<h2>Before and after</h2><div class="picture">',
        figure("Layers by size", _layers(before, after)),
        figure("Time to stop", _stop(before, after)),
        *(figure(caption, _times(before.get(key), after.get(key))) for caption, key in _TIMES),
        "</div>",
        figure("Routes asked", _routes(report["reach"]), wide=True),
        figure(_gone_caption(report["gone"]), _gone(report["gone"]), wide=True),
        _table(report),
        dropped(reasons(report)),
        change(report["diff"]),
        _profile(report),
        _minimal(report),
        "".join(f'<p class="soft">Note: {escape(note)}</p>' for note in report["notes"]),
    ]
    return page(f"harden verify: {report['file']}", parts)


_TIMES = (
    ("Rebuild after a source change", "rebuild_seconds"),
    ("Build from nothing", "build_seconds"),
    ("Ready after", "ready_seconds"),
)


def _layers(before: dict[str, Any], after: dict[str, Any]) -> str:
    def bar(name: str, side: dict[str, Any]) -> Bar:
        layers = side["layers"]
        pieces = [
            Piece(layer["bytes"], f"layer {number}: {size(layer['bytes'])}, {layer['files']} files")
            for number, layer in enumerate(layers, 1)
        ]
        return Bar(name, pieces, f"{size(sum(layer['bytes'] for layer in layers))} in {len(layers)} layers")

    return bars((bar("before", before), bar("after", after)))


def _stop(before: dict[str, Any], after: dict[str, Any]) -> str:
    if not before.get("stop") or not after.get("stop"):
        return ""
    given = (("before", before["stop"]), ("after", after["stop"]))
    return bars(
        Bar(name, [Piece(stop["seconds"])], seconds(stop["seconds"]) + ", killed" * stop["killed"], stop["killed"])
        for name, stop in given
    )


def _times(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return ""
    return bars(Bar(name, [Piece(value)], seconds(value)) for name, value in (("before", before), ("after", after)))


def _routes(reach: dict[str, Any] | None) -> str:
    if reach is None:
        return ""
    alike = [(path, True, "answers alike") for path in reach["alike"]]
    return routes([*alike, *((entry["route"], False, entry["why"]) for entry in reach["other"])])


def _gone_caption(gone: list[dict[str, Any]]) -> str:
    files = sum(part["files"] for part in gone)
    return f"Files gone: {files}, {size(sum(part['bytes'] for part in gone))}"


def _gone(gone: list[dict[str, Any]]) -> str:
    return treemap([(part["path"], part["bytes"], f"{size(part['bytes'])}, {part['files']} files") for part in gone])


def _table(report: dict[str, Any]) -> str:
    lines = []
    for row in rows(report):
        mark = "" if row.better is None else ' class="better"' if row.better else ' class="worse"'
        cells = f"<td>{escape(row.before)}</td><td{mark}>{escape(row.after)}</td>"
        lines.append(f"<tr><th>{escape(row.name)}</th>{cells}</tr>")
    head = "<tr><th></th><th>before</th><th>after</th></tr>"
    return f"<h2>All measurements</h2><table>{head}{''.join(lines)}</table>"


def _profile(report: dict[str, Any]) -> str:
    lines = [line.removeprefix("profile: ") for line in profile_lines(report)]
    return "<h2>What the container needs</h2>" + "".join(f"<p>{escape(x)}</p>" for x in lines) if lines else ""


def _minimal(report: dict[str, Any]) -> str:
    lines = [line.removeprefix("minimal: ") for line in minimal_lines(report)]
    if not lines:
        return ""
    gone = report["minimal"]["gone"]
    return (
        "<h2>What the probes touched, and no more</h2>"
        + "".join(f"<p>{escape(line)}</p>" for line in lines)
        + (f"<pre>{escape(stage)}</pre>" if (stage := minimal_stage(report)) else "")
        + figure(_gone_caption(gone), _gone(gone), wide=True)
    )
