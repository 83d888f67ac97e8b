"""The report as one page of HTML that asks for nothing: no script, style, font or picture from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import files

from hardener.bot.report.plots import CHANGES, REQUESTS, bars, over_time
from hardener.bot.report.summary import NAMES, STATES, Row, Summary
from hardener.output.escape import valid, xml

#: bars of one plot
_BARS = 12
_COLUMNS = ("repository", "left", *NAMES, "in a request", "held back", *STATES[:3], "built on")


def page(report: Summary, at: float) -> str:
    """Return the page.

    Args:
        report: what it shows.
        at: when it is made, in seconds since the epoch.
    """
    folder = files("hardener.bot.report") / "assets"
    style, script = ((folder / name).read_text(encoding="utf-8") for name in ("style.css", "script.js"))
    allowed = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    when = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>harden: fleet report</title><style>{style}</style></head><body>\n"
        f"<header><h1>Fleet report</h1><p>{len(report.rows):,} repositories, as of {when}</p></header>\n<main>\n"
        f"{_figures(report)}{_plots(report, at)}{_table(report)}</main>\n<script>{script}</script></body></html>\n"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


def _figures(report: Summary) -> str:
    clean = sum(1 for row in report.rows if not row.total)
    rate = "–" if report.rate is None else f"{report.rate:.0%}"
    told = (
        (f"{clean:,}", "repositories with nothing left"),
        (f"{report.fixed:,}", "changes merged"),
        (f"{report.states['open']:,}", "requests open"),
        (f"{report.states['merged']:,}", "merged"),
        (f"{report.states['declined']:,}", "declined"),
        (rate, "of the decided requests were merged"),
    )
    items = "".join(f"<div><dd>{number}</dd><dt>{text}</dt></div>" for number, text in told)
    return f'<dl class="figures">{items}</dl>\n'


def _plots(report: Summary, at: float) -> str:
    left = sorted(((name, report.with_theme(name)) for name in NAMES), key=lambda one: -one[1])
    reasons = [(f"{rule}: {text}" + f" [{spec}]" * bool(spec), n) for spec, rule, text, n, _ in report.reasons[:_BARS]]
    images = list(report.images[:_BARS])
    lines = over_time(report.points, at, REQUESTS) + over_time(report.points, at, CHANGES)
    return (
        f'<div class="plots">{_section("Requests and changes over time", lines)}'
        f"{_section('What is left', bars([one for one in left if one[1]], 'repositories'))}"
        f"{_section('Commonest reasons to hold back', bars(reasons, 'findings'))}"
        f"{_section('Images by base', bars(images, 'repositories'))}</div>\n"
    )


def _section(head: str, content: str) -> str:
    return f"<section><h2>{head}</h2>{content}</section>"


def _table(report: Summary) -> str:
    heads = "".join(f'<th scope="col"><button type="button">{name}</button></th>' for name in _COLUMNS)
    choices = "".join(f'<option value="{n}">{name}</option>' for n, name in enumerate(_COLUMNS))
    rows = "\n".join(_row(row) for row in report.rows)
    return (
        '<section><h2>Repositories</h2><p class="tools"><label>Find <input id="find" type="search" '
        f'autocomplete="off"></label> <label>Sort by <select id="sort">{choices}</select></label> '
        f'<span id="count" aria-live="polite"></span></p>'
        f'<div class="wide"><table id="rows"><thead><tr>{heads}</tr></thead>'
        f"<tbody>\n{rows}\n</tbody></table></div></section>\n"
    )


def _row(row: Row) -> str:
    name = xml(valid(row.name))
    if row.url.startswith("https://"):
        name = f'<a href="{xml(valid(row.url))}" rel="noreferrer noopener">{name}</a>'
    numbers = [row.total, *(row.left.get(one, 0) for one in NAMES), row.ready, row.held]
    numbers += [row.requests.get(state, 0) for state in STATES[:3]]
    cells = "".join(_number(head, n) for head, n in zip(_COLUMNS[1:], numbers, strict=False))
    images = xml(valid(_cut(row.images)))
    return f'<tr><th scope="row">{name}</th>{cells}<td data-head="built on" class="text">{images}</td></tr>'


def _number(head: str, number: int) -> str:
    none = ' class="none"' if not number else ""
    return f'<td data-head="{head}"{none}>{number}</td>'


def _cut(images: Iterable[str]) -> str:
    shown = list(images)
    return ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")
