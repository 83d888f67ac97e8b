"""What is read again of a pass only in parts is never taken for right where the whole text reads otherwise (Z01)."""

from __future__ import annotations

import random

import pytest

from hardener.engine.reread import _is_read_in_parts, reads_as_built
from hardener.errors import DockerfileSyntaxError
from hardener.syntax.dockerfile.nodes import Comment, Dockerfile, Instruction, ShellForm, Stage
from hardener.syntax.dockerfile.parser import parse
from tests.test_rules import CASES

#: texts of a RUN, some of which swallow what follows, begin a here-document or end before they should
TEXTS = ("true", "true \\", "a && \\\n    b", "cat <<E", "true\nRUN false", "", "# no\n", "[", '["a"]', "x \\\n# c\n y")
ENDS = ("\n", "", "\r\n", " \\\n", "\n\n")
SOURCE = (
    "# syntax=docker/dockerfile:1\n{}ARG A=1\nFROM a AS b\n"
    "# c\nRUN one\n\nRUN two{}\nRUN three\nFROM b\nRUN four\n# end\n"
)


def is_right(after: Dockerfile) -> bool:
    try:
        return parse(after.code).deep_equals(after)
    except DockerfileSyntaxError:
        return False


def changed(tree: Dockerfile, chance: random.Random) -> Dockerfile:
    """Return a tree with some instructions made new, moved, doubled or taken out, not always so that it can be read."""
    stages = []
    for stage in tree.stages:
        body: list[Instruction] = []
        for node in stage.body:
            what = chance.randrange(8)
            if what == 0:
                body.append(node.with_changes(arguments=ShellForm(chance.choice(TEXTS))))
            elif what == 1:
                body.append(node.with_changes(eol=chance.choice(ENDS)))
            elif what == 2:
                body.append(node.with_changes(leading=(Comment(chance.choice(("# escape=`\n", "# x", "x\n"))),)))
            elif what == 3:
                body += [node, node.with_changes(indent=" ")]
            elif what > 4:
                body.append(node)
        stages.append(stage.with_changes(body=tuple(body)) if tuple(body) != stage.body else stage)
    return tree.with_changes(stages=tuple(stages))


@pytest.mark.parametrize("escape", ["\\", "`"])
@pytest.mark.parametrize("more", ["", " <<E\nbody\nE"])
def test_the_parts_say_no_more_than_the_whole(escape: str, more: str) -> None:
    tree = parse(SOURCE.format(f"# escape={escape}\n", more))
    chance, in_parts, right = random.Random(1), 0, 0
    for _ in range(1500):
        after = changed(tree, chance)
        if _is_read_in_parts(tree, after):
            in_parts += 1
            assert is_right(after), after.code
        right += is_right(after)
    assert 0 < right < 1500
    assert in_parts > right * 0.7


def test_of_real_files_too() -> None:
    chance = random.Random(2)
    for case in CASES[::9]:
        tree = parse(case.read_bytes())
        for _ in range(6):
            after = changed(tree, chance)
            if _is_read_in_parts(tree, after):
                assert is_right(after), after.code


def test_an_unfinished_last_line_is_seen() -> None:
    tree = parse("FROM a\nRUN one \\\n")
    stage: Stage = tree.stages[0]
    more = parse("FROM a\nRUN two\n").stages[0].body
    after = tree.with_changes(stages=(stage.with_changes(body=(*stage.body, *more)),))
    assert not reads_as_built(tree, after)


def test_a_from_in_a_body_is_seen() -> None:
    tree = parse("FROM a\nRUN one\n")
    more = parse("FROM b\n").stages[0].from_
    stage = tree.stages[0]
    after = tree.with_changes(stages=(stage.with_changes(body=(*stage.body, more)),))
    assert not reads_as_built(tree, after)
