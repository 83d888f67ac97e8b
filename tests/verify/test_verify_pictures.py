"""The pictures of a report: what is gone, gathered by folder, and shapes that fill their place."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from hardener.verify.report.gone import Gone, gone
from hardener.verify.report.pictures import Bar, Piece, bars, figure, routes, squarified, treemap

EVIL = "</svg><script>alert(1)</script>\"'"


def test_what_is_gone_is_gathered_by_folder() -> None:
    before = {"/usr/bin/gcc": 50, "/usr/lib/a.so": 30, "/usr/lib/deep/b.so": 20, "/app/x": 1, "/empty": 0}
    assert gone(before, {"/app/x": 7}, most=2) == (Gone("/usr", 100, 3), Gone("/empty", 0, 1))
    assert gone(before, {"/app/x": 7}) == (
        Gone("/usr/bin/gcc", 50, 1), Gone("/usr/lib/a.so", 30, 1), Gone("/usr/lib/deep/b.so", 20, 1),
        Gone("/empty", 0, 1),
    )  # fmt: skip
    assert gone(before, before) == ()
    many = {f"/a/{number}": 1 for number in range(100)} | {"/b/c": 5}
    assert gone(many, {}, most=10) == (Gone("/a", 100, 100), Gone("/b/c", 5, 1))


@pytest.mark.parametrize("areas", [[6, 6, 4, 3, 2, 2, 1], [1], [1000, 1e-6], [1] * 40, [5, 0, 0]])
def test_a_treemap_fills_its_place_and_nothing_overlaps(areas: list[float]) -> None:
    scale = 600 / sum(areas)
    found = squarified([area * scale for area in areas], 30, 20)
    assert len(found) == len(areas)
    for (x, y, width, height), area in zip(found, areas, strict=True):
        assert width * height == pytest.approx(area * scale)
        assert x >= -1e-4
        assert y >= -1e-4
        assert x + width <= 30 + 1e-4
        assert y + height <= 20 + 1e-4
    for number, (x, y, width, height) in enumerate(found):
        for left, top, wide, high in found[number + 1 :]:
            apart = left >= x + width - 1e-4 or x >= left + wide - 1e-4
            assert apart or top >= y + height - 1e-4 or y >= top + high - 1e-4


def test_the_shapes_of_a_treemap_are_near_squares() -> None:
    found = squarified([float(40 - number) for number in range(40)], 41, 20)
    assert max(max(width / height, height / width) for _, _, width, height in found) < 3


@pytest.mark.parametrize(
    "picture",
    [
        bars([Bar(EVIL, [Piece(1, EVIL), Piece(2)], EVIL, is_bad=True), Bar("after", [], EVIL)]),
        treemap([(EVIL, 3, EVIL), ("/usr", 2, "x"), ("/none", 0, EVIL)]),
        routes([(EVIL, True, EVIL), ("/b", False, EVIL)]),
        figure(EVIL, routes([("/", True, "")]), wide=True),
    ],
)
def test_texts_of_others_are_escaped(picture: str) -> None:
    tree = ElementTree.fromstring(picture)
    assert {element.tag for element in tree.iter()} <= {
        "svg", "rect", "text", "tspan", "title", "circle", "path", "figure", "figcaption"
    }  # fmt: skip
    assert "<script" not in picture


def test_nothing_makes_no_picture() -> None:
    assert treemap([]) == treemap([("/a", 0, "")]) == routes([]) == figure("x", "") == ""
    assert "NaN" not in bars([Bar("before", [Piece(0)], "0 s"), Bar("after", [Piece(0)], "0 s")])
