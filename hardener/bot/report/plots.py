"""Plots as SVG that stands in a page: lines over time, and bars; colours come from the style of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from hardener.bot.report.summary import Point
from hardener.output.escape import valid, xml

_WIDTH, _HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 10, 24
#: lines of a plot: the figure, and what it is called
REQUESTS = (("opened", "opened"), ("merged", "merged"), ("declined", "declined"))
CHANGES = (("fixed", "changes merged"),)
_BAR = '<rect class="bar" width="{:.1f}" height="6"/>'
#: points of a line; more cannot be seen
_POINTS = 600


def over_time(points: Sequence[Point], until: float, lines: Sequence[tuple[str, str]]) -> str:
    """Return lines over time, such as `REQUESTS`."""
    if not points:
        return "<p>No request so far.</p>"
    step = max(1, len(points) // _POINTS)
    chosen = [*points[::step], *([] if (len(points) - 1) % step == 0 else [points[-1]])]
    begin = chosen[0].at
    until = max(until, begin + 1)
    most = max(1, *(getattr(point, name) for point in chosen[-1:] for name, _ in lines))
    top = _rounded(most)

    def across(at: float) -> float:
        return _LEFT + (at - begin) / (until - begin) * (_WIDTH - _LEFT - _RIGHT)

    def up(value: float) -> float:
        return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)

    parts = [_grid(top, up), _dates(begin, until)]
    for name, _ in lines:
        path = [f"M{across(begin):.1f} {up(0):.1f}"]
        for point in chosen:
            path.append(f"H{across(point.at):.1f}V{up(getattr(point, name)):.1f}")
        parts.append(f'<path class="line {name}" d="{"".join(path)}H{across(until):.1f}"/>')
    legend = "".join(f'<span class="key {name}">{text}</span>' for name, text in lines)
    last = chosen[-1]
    label = ", ".join(f"{getattr(last, name)} {text}" for name, text in lines)
    return (
        f'<p class="legend">{legend}</p><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="Over time: {xml(label)}">{"".join(parts)}</svg>'
    )


def bars(rows: Sequence[tuple[str, int]], unit: str) -> str:
    """Return bars with their names and numbers, the longest first; a list, so that it can be read without a picture."""
    if not rows:
        return "<p>None.</p>"
    most = max(count for _, count in rows) or 1
    items = []
    for name, count in rows:
        width = max(0.5, count / most * 100)
        bar = f'<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">{_BAR.format(width)}</svg>'
        items.append(f"<li><span>{xml(valid(name))}</span><b>{count:,}<i> {unit}</i></b>{bar}</li>")
    return f'<ul class="bars">{"".join(items)}</ul>'


def _rounded(most: int) -> int:
    """Return a round number that is not below `most`."""
    size = 1
    while size * 10 < most:
        size *= 10
    return next(size * factor for factor in (1, 2, 4, 6, 8, 10) if size * factor >= most)


def _grid(top: int, up: Callable[[float], float]) -> str:
    rows = sorted({0, top // 2, top})
    return "".join(
        f'<path class="grid" d="M{_LEFT} {up(row):.1f}H{_WIDTH - _RIGHT}"/>'
        f'<text x="{_LEFT - 6}" y="{up(row) + 4:.1f}" text-anchor="end">{row:,}</text>'
        for row in rows
    )


def _dates(begin: float, until: float) -> str:
    form = "%Y-%m-%d" if until - begin > 86400 else "%H:%M:%S"
    first, last = (datetime.fromtimestamp(at, UTC).strftime(form) for at in (begin, until))
    return (
        f'<text x="{_LEFT}" y="{_HEIGHT - 6}">{first}</text>'
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 6}" text-anchor="end">{last}</text>'
    )
