"""The images that a build pulls, and where in the text each is named (B08)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar, cast

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, replace
from hardener.image.model import Model, StageModel
from hardener.knowledge.images import base_image, is_windows
from hardener.syntax.dockerfile.nodes import Copy, Instruction, Run
from hardener.syntax.dockerfile.views import mounts, pairs
from hardener.syntax.dockerfile.words import words_of
from hardener.syntax.image_reference import ImageReference

I = TypeVar("I", bound=Instruction)  # noqa: E741

_VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)\})\Z")
_NO_DEFAULT = Refusal(
    "B03",
    "the image comes from an ARG whose default is missing or unclear",
    "declare the ARG with a default that names an image",
)
_PART = Refusal(
    "B03",
    "the ARG holds only a part of the reference: a digest would be wrong for another value",
    "put the whole reference, or all that follows the name, into one ARG",
)
_SHARED = Refusal("B03", "the ARG is used for more than this image", "use an ARG of its own for the image")
_WINDOWS = Refusal("B20", "a Windows image runs only on the build of Windows that it was made for")
_BARE = Refusal("B07", "a bare name may be a named build context", "write the tag of the image")
_ODD = Refusal("P31", "the reference is quoted or spans several lines", "write it as one plain word")
_NO_REFERENCE = Refusal("P31", "cannot read an image reference here", "write it as name:tag")


@dataclass(frozen=True, slots=True)
class Carrier:
    """Where the text of a reference stands.

    Attributes:
        node: the instruction that holds it: FROM, COPY or RUN, or the ARG that a FROM reads.
        flag: index of the flag that holds it; None for the arguments.
        start, end: in the raw text of that flag, or of the arguments.
        argument: name of the ARG.
        tail: only tag and digest stand there (`ARG TAG=3.20` with `FROM alpine:$TAG`).
    """

    node: Instruction
    flag: int | None
    start: int
    end: int
    tail: bool = False
    argument: str = ""

    def replaced(self, updated: I, reference: ImageReference) -> I:
        """Return `updated`, a later form of `node`, with `reference` in the place of the old one."""
        new = str(reference)
        if self.tail:
            new = new[len(reference.name) + 1 :]
        if self.flag is None:
            text = updated.text
            arguments = updated.arguments.with_changes(text=text[: self.start] + new + text[self.end :])
            return updated.with_changes(arguments=arguments)
        flag = updated.flags[self.flag]
        changed = flag.with_changes(text=flag.text[: self.start] + new + flag.text[self.end :])
        return updated.with_changes(flags=(*updated.flags[: self.flag], changed, *updated.flags[self.flag + 1 :]))


@dataclass(frozen=True, slots=True)
class Pulled:
    """One place that names an image which the build pulls.

    Attributes:
        place: the instruction that pulls it.
        reference: what is pulled, ARG defaults filled in; None where that is not known.
        carrier: where the text can be changed, or why it cannot.
    """

    place: Instruction
    reference: ImageReference | None
    carrier: Carrier | Refusal

    @property
    def question(self) -> str:
        """Name and tag as a registry is asked for them: `docker.io/library/node:latest` for `node`."""
        return question(self.reference) if self.reference else ""


def question(reference: ImageReference) -> str:
    """Return the full name with the tag, `latest` where none is written; a digest is left out."""
    return f"{reference.repository}:{reference.tag or 'latest'}"


def pulled(model: Model) -> tuple[Pulled, ...]:
    """Return all images that a build of the file pulls, in the order of the text; never stages or scratch (B04-B06)."""
    known = model.memo.get("pulled")
    if known is None:
        known = model.memo["pulled"] = tuple(_pulled(model))
    return cast("tuple[Pulled, ...]", known)


def pulled_at(model: Model, place: Instruction) -> tuple[Pulled, ...]:
    """Return those that `place` pulls, and those whose reference stands in it."""
    known = model.memo.get("pulled at")
    if known is None:
        known = model.memo["pulled at"] = {}
        for found in pulled(model):
            carrying = (found.carrier.node,) if isinstance(found.carrier, Carrier) else ()
            for at in {found.place, *carrying}:
                known[at] = (*known.get(at, ()), found)
    return cast("tuple[Pulled, ...]", known.get(place, ()))


def _pulled(model: Model) -> Iterator[Pulled]:
    for stage in model.stages:
        if stage.parent is None and not stage.is_scratch:
            yield from _base(model, stage)
        for instruction in stage.node.body:
            if isinstance(instruction, Copy):
                yield from _copied(model, instruction)
            elif isinstance(instruction, Run):
                yield from _mounted(model, instruction)


def _base(model: Model, stage: StageModel) -> Iterator[Pulled]:
    node = stage.node.from_
    line = model.logical(node)
    words = words_of(line.text, model.escape)
    if not words:
        return
    word = words[0]
    start = line.text.index(word)
    begin, end = line.raw(start), line.raw_end(start + len(word))
    carrier: Carrier | Refusal
    if stage.is_windows:
        carrier = _WINDOWS
    elif "$" in word:
        carrier = _argument(model, word) if stage.reference else _NO_DEFAULT
    elif stage.reference is not None and node.text[begin:end] == word == str(stage.reference):
        carrier = Carrier(node, None, begin, end)
    else:
        carrier = _ODD if stage.reference else _NO_REFERENCE
    yield Pulled(node, stage.reference, carrier)


def _argument(model: Model, word: str) -> Carrier | Refusal:
    """Return the default of the ARG that carries a reference, if nothing else reads that ARG (B03)."""
    name, colon, variable = word.rpartition(":")
    match = _VARIABLE.match(variable if colon else word)
    if match is None or "$" in name:
        return _PART
    known = match[1] or match[2]
    found = [c for i in model.tree.preamble if i.name == "ARG" for c in _default(model, i, known)]
    if len(found) != 1 or _is_shared(model, known, word):
        return _SHARED
    carrier = found[0]
    text = carrier.node.text[carrier.start : carrier.end]
    if "$" in text or "\n" in text or ImageReference.parse(f"{name}{colon}{text}") is None:
        return _PART
    return replace(carrier, tail=bool(colon), argument=known)


def _default(model: Model, node: Instruction, name: str) -> Iterator[Carrier]:
    """Yield where the default of ARG `name` stands, without its quotes."""
    line, at = model.logical(node), 0
    for word in words_of(line.text, model.escape):
        at = line.text.index(word, at)
        key, equals, value = word.partition("=")
        start = at + len(key) + 1
        at += len(word)
        if key == name and equals:
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            yield Carrier(node, None, line.raw(start + quoted), line.raw_end(at - quoted))


def _is_shared(model: Model, name: str, word: str) -> bool:
    """Tell whether anything but a FROM of this very word reads the ARG."""
    use = re.compile(rf"\$(?:{name}\b|\{{{name}\b)")
    if any(use.search(instruction.text) for instruction in model.tree.preamble):
        return True
    for stage in model.stages:
        node = stage.node.from_
        if use.search("".join(flag.text for flag in node.flags)):
            return True
        words = words_of(model.logical(node).text, model.escape)
        if use.search(" ".join(words)) and _unbraced(words[0]) != _unbraced(word):
            return True
        for instruction in stage.node.body:
            if instruction.name == "ARG" and any(
                key == name and not value for key, value in pairs(instruction, model.escape)
            ):
                return True
    return False


def _unbraced(word: str) -> str:
    return re.sub(r"\$\{(\w+)\}", r"$\1", word)


def _copied(model: Model, node: Copy) -> Iterator[Pulled]:
    for index, flag in enumerate(node.flags):
        if flag.name == "from":
            yield from _named(model, node, index, flag.value)


def _mounted(model: Model, node: Run) -> Iterator[Pulled]:
    flags = [index for index, flag in enumerate(node.flags) if flag.name == "mount"]
    found = mounts(node)
    if len(found) != len(flags):
        return  # one with broken quotes
    for index, mount in zip(flags, found, strict=True):
        if mount.from_:
            yield from _named(model, node, index, mount.from_)


def _named(model: Model, node: Instruction, index: int, text: str) -> Iterator[Pulled]:
    """Yield the image that a `from=` names, if it is one: no stage, no number, no variable (B04-B07)."""
    reference = ImageReference.parse(text)
    if reference is None or text == "scratch" or text.isdigit() or model.find(text) is not None:
        return
    written = re.compile(rf"""from=["']?({re.escape(text)})(?=["',]|\Z)""", re.IGNORECASE)
    places = [match.span(1) for match in written.finditer(node.flags[index].text)]
    carrier: Carrier | Refusal = Carrier(node, index, *places[-1]) if places else _ODD
    if not set(text) & set("/:@"):
        carrier = _BARE
    elif is_windows(reference, base_image(reference)):
        carrier = _WINDOWS
    yield Pulled(node, reference, carrier)
