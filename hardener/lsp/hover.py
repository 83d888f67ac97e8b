"""What is told of the place under the pointer: a rule or reason that is named, an image, an instruction."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lsprotocol import types

from hardener.engine.batch import Outcome
from hardener.fast.records import dataclass
from hardener.image.model import Model
from hardener.image.pulled_images import pulled, question
from hardener.image.stage import StageModel, State
from hardener.knowledge.facts import Unknown
from hardener.knowledge.images import BaseImage, base_image
from hardener.lsp.pages import code, finding_line, plain, reason_page, rule_named, rule_page
from hardener.lsp.positions import Positions
from hardener.output.reasons import reason
from hardener.syntax.dockerfile.nodes import Instruction
from hardener.syntax.edits import offsets
from hardener.syntax.ignore_comments import ignored_rules
from hardener.syntax.image_reference import ImageReference

_WORD = re.compile(r"[\w-]+")
#: what a reference may be written with, variables left out
_REFERENCE = re.compile(r"[\w./:@-]+")

#: returns the digest that is remembered for `name:tag`, None where none is
Digest = Callable[[str], "str | None"]


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


def hover(model: Model, outcome: Outcome | None, positions: Positions, offset: int, digest: Digest) -> Told | None:
    """Return what is known of the character at `offset`; None where that is nothing.

    Args:
        model: of the text.
        outcome: of its run, for the findings.
        positions: of the text.
        offset: the character.
        digest: knows digests without asking anybody.
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
        return pointer.made(image_page(reference, digest), start, start + len(str(reference)))
    end = at + len(node.keyword)
    if not at <= offset <= end:
        return None
    return pointer.made(_instruction_page(model, node, outcome, positions.text.count("\n", 0, at) + 1), at, end)


def _in_comment(pointer: _Pointer) -> Told | None:
    """Tell of the rule that an ignore comment names, or of the id of a reason."""
    word = pointer.word(_WORD)
    if word is None:
        return None
    name = word[0]
    rule = rule_named(name) if name in ignored_rules(pointer.line) else None
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


def image_page(reference: ImageReference, digest: Digest) -> str:
    """Return what is known of an image without asking anybody."""
    image = base_image(reference)
    rows = [f"**{plain(reference.familiar)}**", "", *_pinned(reference, digest)]
    rows += _facts(image) if image is not None else ["* harden does not know this image: rules that need to hold back"]
    return "\n".join(rows)


def _pinned(reference: ImageReference, digest: Digest) -> Iterator[str]:
    if reference.digest:
        yield f"* pinned to {code(reference.digest)}"
        return
    yield "* not pinned: " + ("the tag can move" if reference.tag else "no tag, so `latest`, which can move")
    known = digest(question(reference))
    if known:
        yield f"* remembered digest: {code(known)}"


def _facts(image: BaseImage) -> Iterator[str]:
    release = f" {image.release}" if image.release else ""
    yield f"* distribution: {(image.distro or 'not known') + release}"
    user = image.default_user
    known = user if isinstance(user, str) else "root" if image.runs_as_root else "not known"
    yield f"* user: {code(known)}"
    if image.app_user is not None:
        yield f"* has the user {code(image.app_user.name)} ({image.app_user.uid}:{image.app_user.gid}) for applications"
    yield f"* package manager: {image.pkg_manager or 'none'}"
    if image.libc:
        yield f"* C library: {image.libc}"
    yield f"* shell: {_yes(image.has_shell)}, bash: {_yes(image.bash)}"
    yield f"* curl: {_yes(image.has_curl)}, wget: {_yes(image.has_wget)}"
    yield f"* certificates: {_yes(image.has_ca_certificates)}"
    for name in ("entrypoint", "cmd"):
        words = getattr(image, name)
        if words and not isinstance(words, Unknown):
            yield f"* {name}: {code(' '.join(words))}"
    if image.archive_moved:
        yield "* the package archive of this release has moved from its usual address"
    for note in image.notes:
        yield f"* {plain(note)}"


def _yes(known: bool | None) -> str:
    return {True: "yes", False: "no", None: "not known"}[known]


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
