"""What each change of a YAML text writes, byte for byte, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from hardener.errors import YamlEditError
from hardener.syntax.yaml import parse
from hardener.syntax.yaml.changes import Change, applied, edit_of
from hardener.syntax.yaml.edits import layout_of
from hardener.syntax.yaml.source import Source
from hardener.text import apply_edits


def written(text: str, kind: str, path: str, value: Any = None) -> str | None:
    """Return a text with a change, None where it is refused; the path has blanks between its keys."""
    change = Change(kind, tuple(path.split()), value)  # type: ignore[arg-type]
    try:
        return apply_edits(text, [edit_of(parse(text)[0], change)])
    except YamlEditError:
        return None


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "path", "after"),
    [
        ("v: 3\n\na: 1\n", "v", "a: 1\n"),
        ("# c\nv: 3\n\na: 1\n", "v", "# c\n\na: 1\n"),
        ("a: 1\nv: 3\n\nb: 2\n", "v", "a: 1\n\nb: 2\n"),
        ("a: 1\n\nv: 3\n\nb: 2\n", "v", "a: 1\n\nb: 2\n"),
        ("a: 1\n\nv: 3\nb: 2\n", "v", "a: 1\n\nb: 2\n"),
        ("a: 1\nv: 3", "v", "a: 1"),
        ("a: 1\nv: 3\n", "v", "a: 1\n"),
        ("s:\n  a: 1\n  v: 3\nb: 2\n", "s v", "s:\n  a: 1\nb: 2\n"),
        ("a: 1\nv: 3 # c\n", "v", None),
        ("a: 1\nv: |\n  x\n", "v", None),
        ("a: 1\nv: >\n  x\n", "v", None),
        ("a: 1\nv: [x]\n", "v", None),
        ("v: 3\n", "v", None),
        ("{a: 1, v: 3}\n", "v", None),
        ("- v: 3\n  a: 1\n", "0 v", None),
        ("a: 1\n", "v", None),
    ],
)
def test_a_key_is_taken_away_with_its_line(text: str, path: str, after: str | None, newline: str) -> None:
    expected = after and after.replace("\n", newline)
    assert written(text.replace("\n", newline), "remove", path) == expected


@pytest.mark.parametrize(
    ("text", "value", "after"),
    [
        ("b: [x, y]\n", ["z"], "b: [z]\n"),
        ("b:\n  - x\n  - y\nc: 1\n", ["z"], "b:\n  - z\nc: 1\n"),
        ("b:\n  - x\n  - y\nc: 1\n", {"k": 1}, "b:\n  k: 1\nc: 1\n"),
        ("b:\n  - x # c\n  - y\n", ["z"], None),
        ("b: # c\n  - y\n", ["z"], None),
        ("b:\n  - x\n  - y # c\n", ["z"], "b:\n  - z # c\n"),
        ("b: [&n x]\n", ["z"], None),
        ("b: [!!str x]\n", ["z"], None),
        ("b: [[x]]\n", ["z"], None),
        ("b: [x, {y: 1}]\n", ["z"], None),
        ("b: x\n", ["z"], None),
        ("b: {x: 1}\n", ["z"], None),
    ],
)
def test_a_list_is_written_over(text: str, value: Any, after: str | None) -> None:
    assert written(text, "put", "b", value) == after


@pytest.mark.parametrize(
    ("text", "path", "value", "after"),
    [
        ("-\n", "0", "x", "- x\n"),
        ("a:", "a", "x", "a: x"),
        ("{a: , b: 1}\n", "a", "x", "{a: x , b: 1}\n"),
        ("a: |2\nb: 1\n", "a", "p\n", 'a: "p\\n"\nb: 1\n'),
        ("a: |\n  x\n\n\nb: 1\n", "a", 5, "a: 5\n\n\nb: 1\n"),
        ("a: |\n  x\nb: 1\n", "a", "y\n\n", 'a: "y\\n\\n"\nb: 1\n'),
        ("a: >\n  x\nb: 1\n", "a", "y\nz\n", 'a: "y\\nz\\n"\nb: 1\n'),
        ("a: |\n  x\nb: 1\n", "a", " y\n", 'a: " y\\n"\nb: 1\n'),
        ("a: |\n  x\nb: 1\n", "a", "\ty\n", 'a: "\\ty\\n"\nb: 1\n'),
        ("[x:]\n", "0 x", "v", "[x: v]\n"),
        ("0: {x: 1}\n", "0 x", 2, "0: {x: 2}\n"),
        ("b: [x]\n", "b x", 2, None),
        ("b: [x]\n", "b 1", 2, None),
        ("b: [x, y]\n", "b 1", 2, "b: [x, 2]\n"),
    ],
)
def test_a_scalar_is_written_over(text: str, path: str, value: Any, after: str | None) -> None:
    assert written(text, "put", path, value) == after


@pytest.mark.parametrize(
    ("text", "kind", "path", "value", "after"),
    [
        ("n: &n 1\na: [*n]\n", "append", "a", "x", "n: &n 1\na: [*n, x]\n"),
        ("n: &n 1\na:\n  c: *n\n", "put", "a d", 2, "n: &n 1\na:\n  c: *n\n  d: 2\n"),
        ("n: &n 1\na:\n  - *n\n", "append", "a", 2, "n: &n 1\na:\n  - *n\n  - 2\n"),
        ('a: ["x", {y: 1}]\n', "append", "a", "z", 'a: ["x", {y: 1}, z]\n'),
        ('a: ["x", "y"]\n', "append", "a", "z", 'a: ["x", "y", "z"]\n'),
    ],
)  # fmt: skip
def test_what_is_added_behind_an_alias(text: str, kind: str, path: str, value: Any, after: str) -> None:
    assert written(text, kind, path, value) == after


def test_a_key_without_a_text_gets_a_name() -> None:
    assert apply_edits(": 1\n", [edit_of(parse(": 1\n")[0], Change("rename", ("",), "b"))]) == "b : 1\n"


def test_why_a_change_is_refused() -> None:
    with pytest.raises(YamlEditError, match="not written as what could be changed"):
        edit_of(parse("b: {x: 1}\n")[0], Change("put", ("b",), {"y": 1}))
    (document,) = parse("b: [x]\n")
    for kind in ("remove", "append"):
        with pytest.raises(YamlEditError, match="`b` is no mapping"):
            edit_of(document, Change(kind, ("b", "0")))  # type: ignore[arg-type]
    for change, why in (
        (Change("remove", ("b", "0")), "only replaced"), (Change("put", ("b", "x"), 1), "no `x`"),
        (Change("put", ("b", "1"), 1), "no `1`"),
    ):  # fmt: skip
        with pytest.raises(YamlEditError, match=why):
            applied({"b": ["x"]}, change)


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("a:\nb: 1\nc:\n   d: 1\n", (3, 3)),
        ("a:\n   b: 1\nc:\n- x\n", (3, 0)),
        ("a:\n- x\nc:\n   b: 1\n", (3, 0)),
        ("a:\n    - x\nb:\n- x\n", (2, 4)),
        ("a:\n    x: 1\nb:\n  x: 1\n", (4, 4)),
        ("a: # c\n\n   x: 1\n", (3, 3)),
    ],
)
def test_the_first_of_each_kind_says_how_a_text_is_written(text: str, layout: tuple[int, int]) -> None:
    assert layout_of(Source(text, None))[:2] == layout
