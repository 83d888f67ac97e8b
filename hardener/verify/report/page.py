"""The report as one HTML page that needs nothing else, and that a phone can show."""

from __future__ import annotations

from html import escape
from typing import Any

from hardener.verify.report.table import headline, printable, profile_lines, reach_lines, reasons, rows, seconds, size

_STYLE = """
:root{--ink:#1b1f24;--soft:#59636e;--line:#d5dae0;--card:#f6f7f9;--old:#9aa5b1;--new:#1f7a4d;--bad:#b3261e;--page:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a0a9b3;--line:#3a4149;--card:#22272d;--old:#6b7682;
--new:#4cc38a;--bad:#ff8a80;--page:#16191d}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1rem;color:var(--ink);background:var(--page);
font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.3rem;margin:.2rem 0}h2{font-size:1.05rem;margin:1.6rem 0 .5rem}
p{margin:.4rem 0}.soft{color:var(--soft);font-size:.9rem}
.verdict{border-left:.35rem solid var(--new);background:var(--card);padding:.6rem .8rem;margin:.8rem 0}
.reduced{border-color:var(--bad)}
.picture{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr))}
figure{margin:0;padding:.7rem .8rem;border:1px solid var(--line);border-radius:.5rem}
figcaption{font-weight:600;margin-bottom:.4rem}
.bar{display:grid;grid-template-columns:3.6rem 1fr;align-items:center;gap:.5rem;margin:.3rem 0;font-size:.9rem}
.track{display:flex;height:1.5rem;border-radius:.25rem;background:var(--card);overflow:hidden}
.track i{display:block;height:100%;background:var(--old);border-right:1px solid var(--page);min-width:1px}
.after .track i{background:var(--new)}.value{grid-column:2;color:var(--soft);margin-top:-.2rem}
.killed{color:var(--bad);font-weight:600}
table{width:100%;border-collapse:collapse;font-size:.95rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid var(--line)}
th:first-child{width:34%}.better{color:var(--new);font-weight:600}.worse{color:var(--bad);font-weight:600}
pre{overflow-x:auto;overflow-wrap:normal;background:var(--card);border-radius:.4rem;padding:.7rem;font-size:.82rem;
line-height:1.4;white-space:pre}
.add{color:var(--new)}.del{color:var(--bad)}
@media(max-width:30rem){th:first-child{width:30%}table{font-size:.85rem}th,td{padding:.3rem .25rem}}
"""


def html(report: dict[str, Any]) -> str:
    """Return the page of a report."""
    report = printable(report)
    before, after = report["before"], report["after"]
    title = f"harden verify: {escape(report['file'])}"
    mood = "verdict" if report["verdict"] != "reduced" else "verdict reduced"
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
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
        _dropped(report),
        _diff(report["diff"]),
        _profile(report),
        "".join(f'<p class="soft">Note: {escape(note)}</p>' for note in report["notes"]),
        "</body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


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


def _dropped(report: dict[str, Any]) -> str:
    blocks = []
    for reason, tail in reasons(report):
        log = escape("\n".join(tail))
        blocks.append(f"<p>{escape(reason)}</p>" + (f"<pre>{log}</pre>" if log else ""))
    return "<h2>Dropped, and why</h2>" + "".join(blocks) if blocks else ""


def _profile(report: dict[str, Any]) -> str:
    lines = [line.removeprefix("profile: ") for line in profile_lines(report)]
    return "<h2>What the container needs</h2>" + "".join(f"<p>{escape(x)}</p>" for x in lines) if lines else ""


def _diff(diff: str) -> str:
    if not diff:
        return ""
    classes = {"+": "add", "-": "del"}
    lines = [
        f'<span class="{classes[line[0]]}">{escape(line)}</span>' if line[:1] in classes else escape(line)
        for line in diff.rstrip("\n").split("\n")
    ]
    return "<h2>The change</h2><pre>" + "\n".join(lines) + "</pre>"
