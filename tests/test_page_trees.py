"""What stands in for py-tree-sitter in the browser (site/python) says of a tree what py-tree-sitter says."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

import pytest

from hardener.fast.grammars import parser_of
from tests.corpus import ROOT

TEXTS = [
    ("bash", 'a && ! b | c > x; for i in 1 2; do echo "$i" `d`; done <<E\nf\nE\n'),
    ("bash", ""),
    ("bash", "if a; then ( b"),
    ("yaml", "a: &x [1, {b: 'c', d}]\n? e\n: *x # f\n---\n- |\n  g\n-\n"),
    ("yaml", "a: 'b\nc: [\n"),
]
FIELDS = ("key", "value", "body")


class _Rows(list[int]):
    """Numbers as Pyodide hands them over."""

    def to_py(self) -> Any:
        return self

    def tolist(self) -> list[int]:
        return list(self)


def _parse(grammar: str, text: str) -> tuple[str, _Rows]:
    """Do what site/grammars.js does."""
    cursor = parser_of(f"tree_sitter_{grammar}").parse(text.encode()).walk()
    names, rows = [""], _Rows()

    def number(name: str) -> int:
        if name not in names:
            names.append(name)
        return names.index(name)

    def add() -> None:
        node = cursor.node
        assert node is not None
        flags = node.is_named | node.is_missing * 2 | node.has_error * 4
        row = [number(node.type), node.start_byte, node.end_byte, flags, number(cursor.field_name or "")]
        rows.extend([*row, node.child_count])
        if cursor.goto_first_child():
            add()
            while cursor.goto_next_sibling():
                add()
            cursor.goto_parent()

    add()
    return json.dumps(names), rows


@pytest.fixture
def parse(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Any]:
    """The parser of the page."""
    bridge = ModuleType("harden_bridge")
    bridge.parse = _parse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "harden_bridge", bridge)
    spec = spec_from_file_location("page_tree_sitter", ROOT / "site" / "python" / "tree_sitter.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda grammar, text: module.Parser(module.Language(grammar)).parse(text.encode())


def _walked(node: Any) -> Iterator[tuple[Any, ...]]:
    parent = node.parent
    yield (node.type, node.start_byte, node.end_byte, node.is_named, node.is_missing, node.is_error, node.has_error,
           node.child_count, len(node.named_children), parent and parent.type,
           *(found and found.start_byte for found in map(node.child_by_field_name, FIELDS)))  # fmt: skip
    for child in node.children:
        yield from _walked(child)


def _by_cursor(node: Any) -> Iterator[str]:
    """Yield the kinds in the order of a walk that stays within `node`."""
    cursor = node.walk()
    while True:
        yield cursor.node.type
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


@pytest.mark.parametrize(("grammar", "text"), TEXTS)
def test_the_tree_is_the_same(grammar: str, text: str, parse: Callable[[str, str], Any]) -> None:
    there = parser_of(f"tree_sitter_{grammar}").parse(text.encode()).root_node
    here = parse(grammar, text).root_node
    assert list(_walked(here)) == list(_walked(there))
    for mine, theirs in [(here, there), *zip(here.children, there.children, strict=True)]:
        assert list(_by_cursor(mine)) == list(_by_cursor(theirs))
