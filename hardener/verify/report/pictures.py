"""Pictures of a report as inline SVG: bars, a treemap, routes. All texts of others are escaped here.

Widths are in per cent and heights in pixels, so that a picture fills its column and its letters keep their size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hardener.output.escape import html as escape

#: pixels: of a bar, and of a row with its label
_BAR, _ROW = 22, 46
#: pixels of the treemap; its width counts as this many for the shapes of its parts
_HEIGHT, _WIDTH = 320, 880
#: a part of a treemap with fewer pixels than these has no label
_LABEL = (70, 18)
#: a letter of a label takes this many pixels at the most
_LETTER = 7.5


class Piece(NamedTuple):
    """A part of a bar: its length, and what is said of it."""

    value: float
    title: str = ""


class Bar(NamedTuple):
    """A bar of a picture.

    Attributes:
        name: "before" or "after".
        pieces: from left to right.
        text: what is written above it.
        is_bad: whether that is something bad.
    """

    name: str
    pieces: Sequence[Piece]
    text: str
    is_bad: bool = False


def figure(caption: str, picture: str, *, wide: bool = False) -> str:
    """Return a picture with its caption, "" without one."""
    if not picture:
        return ""
    kind = ' class="wide"' if wide else ""
    return f"<figure{kind}><figcaption>{escape(caption)}</figcaption>{picture}</figure>"


def bars(given: Iterable[Bar]) -> str:
    """Return bars below each other, on one scale."""
    found = list(given)
    most = max((sum(piece.value for piece in bar.pieces) for bar in found), default=0) or 1
    out = []
    for row, bar in enumerate(found):
        top = row * _ROW
        kind = ' class="bad"' if bar.is_bad else ""
        out.append(f'<text x="0" y="{top + 14}">{escape(bar.name)}: <tspan{kind}>{escape(bar.text)}</tspan></text>')
        out.append(f'<rect class="track" x="0" y="{top + 19}" width="100%" height="{_BAR}"/>')
        out += _pieces(bar, top + 19, most)
    return _svg("".join(out), len(found) * _ROW, "; ".join(f"{bar.name}: {bar.text}" for bar in found))


def _pieces(bar: Bar, top: int, most: float) -> Iterable[str]:
    left = 0.0
    for number, piece in enumerate(bar.pieces):
        width = 100 * piece.value / most
        kind = f"{'old' if bar.name == 'before' else 'new'}{' other' if number % 2 else ''}"
        yield _box(kind, (left, top, width, _BAR), piece.title)
        left += width


def treemap(parts: Sequence[tuple[str, float, str]]) -> str:
    """Return parts as rectangles whose area is their size; "" where there are none.

    Args:
        parts: (path, size, what is said of it), the largest first.
    """
    sized = [part for part in parts if part[1] > 0]
    if not sized:
        return ""
    scale = _WIDTH * _HEIGHT / sum(part[1] for part in sized)
    places = squarified([part[1] * scale for part in sized], _WIDTH, _HEIGHT)
    out = []
    for (path, _, note), (x, y, width, height) in zip(sized, places, strict=True):
        shown = ""
        if width >= _LABEL[0] and height >= _LABEL[1]:
            shown = f'<text x="5" y="14">{escape(_shortened(path, int((width - 8) / _LETTER)))}</text>'
            shown += f'<text class="soft" x="5" y="31">{escape(note)}</text>'  # cut off where there is no room
        # a picture within the picture cuts off what does not fit
        box = f'x="{100 * x / _WIDTH:.3f}%" y="{y:.1f}" width="{100 * width / _WIDTH:.3f}%" height="{height:.1f}"'
        part = f'<rect class="part" width="100%" height="100%"><title>{escape(f"{path}: {note}")}</title></rect>'
        out.append(f"<svg {box}>{part}{shown}</svg>")
    return _svg("".join(out), _HEIGHT, f"{len(sized)} parts, the largest: {sized[0][0]}, {sized[0][2]}")


def _shortened(label: str, room: int) -> str:
    """Return the end of a path that fits."""
    return label if len(label) <= room else "…" + label[-max(room - 1, 1) :]


def squarified(areas: Sequence[float], width: float, height: float) -> list[tuple[float, float, float, float]]:
    """Return (x, y, width, height) of rectangles that fill a rectangle, none much longer than it is wide.

    The algorithm of Bruls, Huizing and van Wijk (2000).

    Args:
        areas: of the rectangles, the largest first; their sum is the whole area.
        width, height: of the whole.
    """
    found: list[tuple[float, float, float, float]] = []
    x = y = 0.0
    rest = list(areas)
    while rest:
        side = min(width, height)
        count = 1
        while count < len(rest) and _worst(rest[: count + 1], side) <= _worst(rest[:count], side):
            count += 1
        row, rest = rest[:count], rest[count:]
        depth = sum(row) / side if side else 0.0
        at = 0.0
        for area in row:
            length = area / depth if depth else 0.0
            found.append((x, y + at, depth, length) if width >= height else (x + at, y, length, depth))
            at += length
        if width >= height:
            x, width = x + depth, width - depth
        else:
            y, height = y + depth, height - depth
    return found


def _worst(row: Sequence[float], side: float) -> float:
    total = sum(row)
    if not side or not total or not row[-1]:
        return float("inf")
    return max(side * side * max(row) / (total * total), total * total / (side * side * min(row)))


def routes(given: Sequence[tuple[str, bool, str]]) -> str:
    """Return a row for each route: (path, whether it answers alike, what is said of it); "" where there are none."""
    out = []
    for row, (path, is_alike, said) in enumerate(given):
        top = 24 * row
        kind = "new" if is_alike else "old"
        mark = f'<path d="M4 {top + 12}l4 4l7 -9" class="tick"/>' if is_alike else ""
        out.append(f'<circle class="{kind}" cx="9" cy="{top + 12}" r="8"/>{mark}')
        out.append(f'<text x="26" y="{top + 17}">{escape(path)} <tspan class="soft">{escape(said)}</tspan></text>')
    alike = sum(is_alike for _, is_alike, _ in given)
    return _svg("".join(out), 24 * len(given), f"{alike} of {len(given)} routes answer alike") if given else ""


def _box(kind: str, place: tuple[float, float, float, float], title: str) -> str:
    x, y, width, height = place
    said = f"<title>{escape(title)}</title>" if title else ""
    return f'<rect class="{kind}" x="{x:.3f}%" y="{y:g}" width="{width:.3f}%" height="{height:g}">{said}</rect>'


def _svg(inner: str, height: float, label: str) -> str:
    return f'<svg role="img" aria-label="{escape(label)}" width="100%" height="{height:g}">{inner}</svg>'
