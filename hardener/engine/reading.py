"""What a file and its build context say, to who is no rule: the same look-ups, answered in the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hardener.engine.result import Options
from hardener.engine.run import MAX_QUESTIONS
from hardener.image.model import Model
from hardener.project.context import REMOTE, Answers, Files
from hardener.rules.base import Lookup
from hardener.syntax.dockerfile.parser import parse

T = TypeVar("T")


def read(source: str, options: Options, reader: Callable[[Model, Files], T]) -> T:
    """Return what a pure reader makes of a Dockerfile, asked again until it has no new question.

    Args:
        source: the text of the Dockerfile.
        options: who answers; registries are not asked, and what they said before counts.
        reader: it notes its questions in the files that it is given.

    Raises:
        DockerfileSyntaxError: it is no Dockerfile.
    """
    tree, facts, asked = parse(source), Answers(options.answers), set[Lookup]()
    for _ in range(MAX_QUESTIONS):
        files = Files(facts)
        found = reader(Model(tree, facts), files)
        new = [lookup for lookup in files.wanted if lookup not in asked]
        if not new:
            break
        asked.update(new)
        answers = {lookup: _answer(lookup, options) for lookup in new}
        facts = Answers(facts, {lookup: answer for lookup, answer in answers.items() if answer is not None})
    return found


def _answer(lookup: Lookup, options: Options) -> object | None:
    if lookup.kind == "builds":
        return options.find_builds() if options.find_builds is not None else None
    if lookup.kind in REMOTE or options.resolve is None:
        return options.answers.get(lookup)
    return options.resolve(lookup)
