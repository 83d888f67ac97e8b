"""Where the files of the build context arrive in a stage, and which ones a COPY brings (C15)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, join, normpath

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel, State
from hardener.image.words import expand, split
from hardener.project.context import ContextTree
from hardener.syntax.dockerfile.nodes import Add, Copy, ExecForm, Instruction

_REMOTE = regex(r"[a-z][a-z0-9+.-]*://|git@", re.IGNORECASE)
_WILD = regex(r"[*?\[\\]")


@dataclass(frozen=True, slots=True)
class Placement:
    """A COPY or ADD from the build context.

    Attributes:
        node: the instruction.
        sources: paths of the context, wildcards resolved; "" is its root.
        target: absolute path in the image.
        is_folder: the target is certainly a folder.
    """

    node: Copy | Add
    sources: tuple[str, ...]
    target: str
    is_folder: bool

    def place(self, path: str, tree: ContextTree) -> str | None:
        """Return where a file of the context arrives; None where this does not bring it."""
        for source in self.sources:
            if source == path and tree.is_file(path):
                return join(self.target, basename(path)) if self.is_folder else self.target
            if not tree.is_file(source) and (not source or path.startswith(source + "/")):
                return join(self.target, path[len(source) :].lstrip("/"))
        return None

    def origin(self, place: str, tree: ContextTree) -> str | None:
        """Return the file of the context that arrives at an absolute path; None where none does."""
        for source in self.sources:
            if tree.is_file(source):
                arrives = join(self.target, basename(source)) if self.is_folder else self.target
                if arrives == place:
                    return source
            elif place.startswith(self.target.rstrip("/") + "/"):
                path = join(source, place[len(self.target.rstrip("/")) + 1 :])
                if tree.is_file(path):
                    return path
        return None

    def files(self, tree: ContextTree) -> Iterator[str]:
        """Yield the names of the context that it brings."""
        for source in self.sources:
            if tree.is_file(source):
                yield source
            else:
                yield from tree.below(source)


def is_local(node: Instruction) -> bool:
    """Tell whether it is a COPY or ADD that takes files from the build context."""
    if not isinstance(node, Copy | Add) or node.heredocs:
        return False
    return not any(flag.text.startswith("--from=") for flag in node.flags)


def placement(model: Model, state: State, node: Copy | Add, tree: ContextTree) -> Placement | None:
    """Return what a COPY or ADD from the context brings where; None where that cannot be known."""
    words = split(node.arguments, model.escape)
    if not isinstance(node.arguments, ExecForm):
        expanded = [expand(word, state.values, model.escape) for word in words]
        if None in expanded:
            return None
        words = tuple(word or "" for word in expanded)
    if len(words) < 2 or any(_REMOTE.match(word) for word in words[:-1]):
        return None
    *given, target = words
    sources: list[str] = []
    for word in given:
        name = _clean(word)
        found = tree.matching(name) if _WILD.search(name) else (name,)
        if not all(tree.has(path) for path in found):
            return None
        sources += found
    if not sources:
        return None  # beside another source, a wildcard may match nothing
    if not target.startswith("/") and state.workdir is None:
        return None
    place = normpath(join(state.workdir or "/", target))
    ends = target.endswith(("/", "/.")) or target in (".", "..")
    is_folder = ends or len(given) > 1 or len(sources) > 1 or not tree.is_file(sources[0]) or place == state.workdir
    return Placement(node, tuple(sources), place, is_folder)


def _clean(path: str) -> str:
    name = normpath("/" + path).lstrip("/")
    return "" if name == "." else name


def placements(model: Model, stage: StageModel, before: Instruction, tree: ContextTree) -> list[Placement]:
    """Return what was brought from the context before an instruction, in order; what cannot be known is left out."""
    found: list[Placement] = []
    for link in reversed(stage.chain):
        for node in link.node.body:
            if node is before:
                return found
            if isinstance(node, Copy | Add) and is_local(node):
                brought = placement(model, link.states[node], node, tree)
                if brought is not None:
                    found.append(brought)
    return found


def origin_of(brought: list[Placement], place: str, tree: ContextTree) -> str | None:
    """Return the file of the context that lies at an absolute path after all of these; the last one counts."""
    for one in reversed(brought):
        path = one.origin(place, tree)
        if path is not None:
            return path
    return None
