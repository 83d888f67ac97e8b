"""What is told of the place under the pointer: a rule or reason that is named, an image, an instruction."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from hardener.engine.job import Outcome
from hardener.fast.records import dataclass
from hardener.image.model import Model
from hardener.image.pulled_images import pulled
from hardener.image.stage import StageModel, State
from hardener.lsp.image_page import Known, image_page
from hardener.lsp.pages import code, finding_line, reason_page, rule_named, rule_page
from hardener.lsp.positions import Positions
from hardener.output.reasons import reason
from hardener.syntax.dockerfile.nodes import Instruction
from hardener.syntax.edits import offsets
from hardener.syntax.ignore_comments import ignored_rules
from hardener.syntax.image_reference import ImageReference

_WORD = re.compile(r"[\w-]+")
#: what a reference may be written with, variables left out
_REFERENCE = re.compile(r"[\w./:@-]+")
#: the image of a service, a container or a dev container, or the first named context of a line; none with variables
_NAMED = re.compile(
    r"""\s*(?:-\s+)?(?:image:\s+|"image"\s*:\s*)(?P<quote>["']?)(?P<image>[\w./:@-]+)(?P=quote)\s*(?:,\s*)?(?:#.*|//.*)?\Z"""
    r"""|.*?"(?:docker-image://)(?P<context>[\w./:@-]+)\""""
)


@dataclass(frozen=True, slots=True)
class Told:
    """Markdown about a part of a text."""

    text: str
    range: types.Range


@dataclass(frozen=True, slots=True)
class _Pointer:
    """A character of a text, with its line and where that begins."""

    positions: Positions
    offset: int
    start: int
    line: str

    @classmethod
    def at(cls, positions: Positions, offset: int) -> _Pointer:
        text = positions.text
        start = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", offset)
        return cls(positions, offset, start, text[start : len(text) if end < 0 else end])

    def word(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the word of the line that the character is in, or stands behind."""
        found = pattern.finditer(self.line)
        return next((word for word in found if word.start() <= self.offset - self.start <= word.end()), None)

    def made(self, text: str, start: int, end: int) -> Told:
        """Return what is told of a part of the text."""
        return Told(text, self.positions.span(start, end))


def hover(model: Model, outcome: Outcome | None, positions: Positions, offset: int, known: Known) -> Told | None:
    """Return what is known of the character at `offset`; None where that is nothing.

    Args:
        model: of the text.
        outcome: of its run, for the findings.
        positions: of the text.
        offset: the character.
        known: says what is remembered of an image, without asking anybody.
    """
    pointer = _Pointer.at(positions, offset)
    if pointer.line.lstrip().startswith("#"):
        return _in_comment(pointer)
    node, at = _instruction(model, offset)
    if node is None:
        return None
    image = _image(model, node, pointer)
    if image is not None:
        reference, start = image
        return pointer.made(image_page(reference, known(reference)), start, start + len(str(reference)))
    end = at + len(node.keyword)
    if not at <= offset <= end:
        return None
    return pointer.made(_instruction_page(model, node, outcome, positions.text.count("\n", 0, at) + 1), at, end)


def hover_other(positions: Positions, offset: int, known: Known) -> Told | None:
    """Return what is known of a character of a file that is no Dockerfile: an image, or a name in a comment."""
    pointer = _Pointer.at(positions, offset)
    begun = pointer.line.find("#")
    if 0 <= begun <= offset - pointer.start or pointer.line.lstrip().startswith("//"):
        return _in_comment(pointer)
    named = _NAMED.match(pointer.line)
    part = named.lastgroup if named is not None else None
    if named is None or part is None or not named.start(part) <= offset - pointer.start <= named.end(part):
        return None
    reference = ImageReference.parse(named[part])
    if reference is None:
        return None
    start = pointer.start + named.start(part)
    return pointer.made(image_page(reference, known(reference)), start, start + len(named[part]))


def _in_comment(pointer: _Pointer) -> Told | None:
    """Tell of the rule that an ignore comment names, or of the id of a reason."""
    word = pointer.word(_WORD)
    if word is None:
        return None
    name = word[0]
    rule = rule_named(name) if name in ignored_rules(pointer.line.lstrip().removeprefix("//")) else None
    known = reason(name) if re.fullmatch(r"[A-Z]\d\d", name) else None
    text = rule_page(rule) if rule else reason_page(known) if known else ""
    return pointer.made(text, pointer.start + word.start(), pointer.start + word.end()) if text else None


def _instruction(model: Model, offset: int) -> tuple[Instruction | None, int]:
    """Return the instruction at a character and where its keyword begins."""
    places = offsets(model.tree)
    for node in model.tree.instructions:
        at = places[node]
        if at <= offset < at + len(node.code) or (offset == at + len(node.code) == len(model.tree.code)):
            return node, at + sum(len(trivia.code) for trivia in node.leading) + len(node.indent)
    return None, 0


def _image(model: Model, node: Instruction, pointer: _Pointer) -> tuple[ImageReference, int] | None:
    """Return the image that is named at a character, and where its name begins."""
    word = pointer.word(_REFERENCE)
    if word is None:
        return None
    for one in pulled(model):
        written = one.reference
        if one.place is node and written is not None and str(written) in word[0]:
            return written, pointer.start + word.start() + word[0].index(str(written))
    return None


def _instruction_page(model: Model, node: Instruction, outcome: Outcome | None, line: int) -> str:
    """Return what is in force at an instruction, which begins in `line`, and what is found there."""
    stage = model.holder(node) or next((one for one in model.stages if one.node.from_ is node), None)
    rows = list(_in_force(stage, node)) if stage is not None else ["before the first stage: only for FROM"]
    result = outcome.result if outcome is not None else None
    found = [finding_line(one) for one in (result.findings if result else ()) if one.line == line]
    return "\n".join([f"**{node.name}**", "", *rows, *([""] if found else []), *found])


def _in_force(stage: StageModel, node: Instruction) -> Iterator[str]:
    state: State = stage.states.get(node) or stage.end
    name = f" {code(stage.name)}" if stage.name else ""
    shipped = "in an image that is run" if stage.is_shipped else "its layers are in no image that is run"
    yield f"* stage {stage.index}{name}: {shipped}"
    yield f"* user: {code(state.user) if state.user else 'cannot tell'}"
    yield f"* folder: {code(state.workdir) if state.workdir else 'cannot tell'}"
    yield f"* shell: {code(' '.join(state.shell)) if state.shell else 'cannot tell'}"
