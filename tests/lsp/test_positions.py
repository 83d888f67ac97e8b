"""Characters and positions: every place comes back, and what an editor applies is what harden means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from hardener.lsp.positions import Positions
from hardener.rules.base import Region
from hardener.text import Edit, apply_edits, minimal_edits
from tests.lsp.client import ENCODINGS, applied

TEXTS = st.text(st.sampled_from("a é€😀\n\r\t\u2028\x0c\ufeff\x85"), max_size=40)
UNITS = {"utf-8": lambda t: len(t.encode()), "utf-16": lambda t: len(t.encode("utf-16-le")) // 2, "utf-32": len}


@given(text=TEXTS, encoding=st.sampled_from(ENCODINGS))
def test_every_character_comes_back(text: str, encoding: str) -> None:
    positions = Positions(text, encoding)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] == "\r\n" and offset:
            continue  # there is no position between the two
        assert positions.offset(positions.position(offset)) == offset


@given(text=TEXTS, encoding=st.sampled_from(ENCODINGS))
def test_columns_count_the_units_that_were_agreed(text: str, encoding: str) -> None:
    """Against Python's own encoders, on lines cut as LSP cuts them."""
    positions = Positions(text, encoding)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = positions.position(len(text))
    assert end.line == len(lines) - 1
    assert end.character == UNITS[encoding](lines[-1])


@given(old=TEXTS, new=TEXTS, encoding=st.sampled_from(ENCODINGS))
def test_an_editor_gets_the_text_that_was_meant(old: str, new: str, encoding: str) -> None:
    assert applied(old, Positions(old, encoding).edits(minimal_edits(old, new)), encoding) == new


@given(text=TEXTS, encoding=st.sampled_from(ENCODINGS), data=st.data())
def test_one_edit_anywhere_means_the_same_to_an_editor(text: str, encoding: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    edit = Edit(start, data.draw(st.integers(start, len(text))), data.draw(TEXTS))
    assert applied(text, Positions(text, encoding).edits([edit]), encoding) == apply_edits(text, [edit])


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 6), ("utf-16", 4), ("utf-32", 3)])
def test_an_emoji_has_as_many_columns_as_its_units(encoding: str, column: int) -> None:
    positions = Positions("a\r\nx😀y\r\n", encoding)
    assert positions.position(5) == types.Position(1, column - 1)
    assert positions.region(Region(2, 3, 2, 4)) == types.Range(types.Position(1, column - 1), types.Position(1, column))
    assert positions.offset(types.Position(1, column)) == 6
    assert positions.offset(types.Position(1, 99)) == 6, "behind a line means its end"
    assert positions.offset(types.Position(99, 0)) == len(positions.text)


def test_a_place_inside_of_an_emoji_is_the_one_before_it() -> None:
    assert Positions("😀a", "utf-16").offset(types.Position(0, 1)) == 0
    assert Positions("😀a", "utf-8").offset(types.Position(0, 3)) == 0


def test_a_lone_carriage_return_ends_a_line_of_an_editor_and_none_of_a_dockerfile() -> None:
    positions = Positions("FROM a\rb\nRUN c\n")
    assert positions.position(positions.at(2, 5)) == types.Position(2, 4)
