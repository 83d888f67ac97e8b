"""The report as one HTML page that needs nothing else, and that a phone can show."""

from __future__ import annotations

from html import escape
from typing import Any

from hardener.verify.report.frame import change, dropped, page
from hardener.verify.report.table import headline, printable, profile_lines, reach_lines, reasons, rows, seconds, size


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
        _layers(before, after),
        _stop(before, after),
        _times("Rebuild after a source change", before["rebuild_seconds"], after["rebuild_seconds"]),
        _times("Build from nothing", before["build_seconds"], after["build_seconds"]),
        "</div>",
        _table(report),
        dropped(reasons(report)),
        change(report["diff"]),
        _profile(report),
        "".join(f'<p class="soft">Note: {escape(note)}</p>' for note in report["notes"]),
    ]
    return page(f"harden verify: {report['file']}", parts)


def _layers(before: dict[str, Any], after: dict[str, Any]) -> str:
    totals = [sum(layer["bytes"] for layer in side["layers"]) for side in (before, after)]
    most = max(*totals, 1)
    bars = []
    for name, side, total in (("before", before, totals[0]), ("after", after, totals[1])):
        pieces = "".join(
            f'<i style="width:{100 * layer["bytes"] / most:.2f}%" title="layer {number}: {size(layer["bytes"])}, '
            f'{layer["files"]} files"></i>'
            for number, layer in enumerate(side["layers"], 1)
        )
        bars.append(_bar(name, pieces, f"{size(total)} in {len(side['layers'])} layers"))
    return f"<figure><figcaption>Layers by size</figcaption>{''.join(bars)}</figure>"


def _stop(before: dict[str, Any], after: dict[str, Any]) -> str:
    if not before.get("stop") or not after.get("stop"):
        return ""
    stops = (before["stop"], after["stop"])
    most = max(*(stop["seconds"] for stop in stops), 0.01)
    bars = []
    for name, stop in zip(("before", "after"), stops, strict=True):
        text = seconds(stop["seconds"]) + (' <span class="killed">killed</span>' if stop["killed"] else "")
        bars.append(_bar(name, f'<i style="width:{100 * stop["seconds"] / most:.2f}%"></i>', text))
    return f"<figure><figcaption>Time to stop</figcaption>{''.join(bars)}</figure>"


def _times(caption: str, before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return ""
    most = max(before, after, 0.01)
    bars = "".join(
        _bar(name, f'<i style="width:{100 * value / most:.2f}%"></i>', seconds(value))
        for name, value in (("before", before), ("after", after))
    )
    return f"<figure><figcaption>{escape(caption)}</figcaption>{bars}</figure>"


def _bar(name: str, pieces: str, value: str) -> str:
    return (
        f'<div class="bar {name}"><span>{name}</span><span class="track">{pieces}</span>'
        f'<span class="value">{value}</span></div>'
    )


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
