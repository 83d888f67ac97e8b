"""Edits are derived from two trees by identity, and reproduce the new text."""

from __future__ import annotations

from itertools import pairwise

from hardener.syntax import parse
from hardener.syntax.dockerfile.nodes import Run, User
from hardener.syntax.dockerfile.writer import Style, insert
from hardener.syntax.edits import edits, offsets
from hardener.syntax.tree import REMOVE, Flatten, Visitor
from hardener.text import LineIndex, apply_edits
from tests.corpus import WILD, needs, samples


class Shuffle(Visitor):
    """Removes every third RUN, doubles every other, renames users: a transformer without sense."""

    def __init__(self) -> None:
        self.seen = 0

    def leave_Run(self, original, updated):
        self.seen += 1
        if self.seen % 3 == 0:
            return REMOVE
        if self.seen % 3 == 1:
            return Flatten((updated, original.with_changes(keyword="run")))
        return updated

    def leave_User(self, original: User, updated: User):
        return updated.with_changes(keyword="user")


@needs(WILD)
def test_edits_reproduce_the_new_text_on_real_files() -> None:
    changed = 0
    for sample in samples(WILD):
        tree = parse(sample.data)
        new = tree.visit(Shuffle())
        derived = edits(tree, new)
        assert apply_edits(tree.code, derived) == new.code, sample.id
        changed += bool(derived)
        assert all(a.end < b.start for a, b in pairwise(derived)), sample.id
    assert changed > 1400


def test_no_change_gives_no_edit() -> None:
    tree = parse("FROM a\nRUN b\n")
    assert edits(tree, tree) == ()
    assert tree.visit(Visitor()) is tree


def test_two_insertions_at_one_place_keep_their_order() -> None:
    tree = parse("FROM a\nCMD x\n")
    style = Style.of(tree)
    stage = insert(tree.stages[0], 0, (style.words(User, "1"),), style)
    stage = insert(stage, 1, (style.shell(Run, "y"),), style)
    (edit,) = edits(tree, tree.with_changes(stages=(stage,)))
    assert edit.new == "USER 1\nRUN y\n"


def test_p44_appending_to_a_file_without_final_newline() -> None:
    for text, expected in (
        ("FROM a\nRUN b", "FROM a\nRUN b\nUSER 1\n"),
        ("FROM a\nRUN b \\", "FROM a\nRUN b\nUSER 1\n"),
        ("FROM a\r\nRUN <<E\r\nx\r\nE", "FROM a\r\nRUN <<E\r\nx\r\nE\r\nUSER 1\r\n"),
        ("FROM a", "FROM a\nUSER 1\n"),
    ):
        tree = parse(text)
        style = Style.of(tree)
        stage = insert(tree.stages[0], len(tree.stages[0].body), (style.words(User, "1"),), style)
        new = tree.with_changes(stages=(stage,))
        assert new.code == expected
        assert parse(new.code).deep_equals(new)


def test_style_follows_the_file() -> None:
    style = Style.of(parse("# escape=`\r\nfrom a\r\nrun b\r\n"))
    assert style.words(User, "1").code == "user 1\r\n"
    assert style.continuation() == "`\r\n    "


def test_offsets_and_lines() -> None:
    text = "# c\nFROM a\nRUN b\n"
    tree = parse(text)
    run = tree.stages[0].body[0]
    assert LineIndex(text).position(offsets(tree)[run]) == (3, 1)
