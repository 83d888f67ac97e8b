"""The other files that a run changes: the proof of their changes, and the build context as they leave it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, runtime_checkable

from hardener.engine.result import Resolver
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.files import is_local, known_sources
from hardener.image.model import Model
from hardener.project.context import Lookup
from hardener.project.context_tree import ContextTree
from hardener.project.file_change import FileChange, Writable
from hardener.rules.base import Rule
from hardener.syntax.dockerfile.nodes import Add, Copy
from hardener.syntax.dockerfile.views import mounts
from hardener.syntax.dockerignore.patterns import Dockerignore

_WILD = regex(r"[*?\[]")


@runtime_checkable
class Changeable(Protocol):
    """A build context that can be looked at as if some of its files had another text."""

    def having(self, changes: Mapping[str, str]) -> Resolver:
        """Return the context with the new text of each path."""


def changed_context(context: Resolver | None, changes: tuple[FileChange, ...]) -> Resolver | None:
    """Return the build context with changes made; None where it cannot be looked at so."""
    if not isinstance(context, Changeable):
        return None
    return context.having({change.path: change.after for change in changes})


def change_faults(
    rule: type[Rule], model: Model, old: Resolver | None, changes: tuple[FileChange, ...]
) -> tuple[str, ...]:
    """Return what is wrong with the changes that a pass makes to other files; () for those that hold.

    Args:
        rule: that made them.
        model: of the Dockerfile before the pass.
        old: the build context before it.
        changes: of the pass.
    """
    new = changed_context(old, changes)
    if old is None or new is None:
        return ("it changed a file of a build context that cannot be looked at [Z04]",)
    found = [] if Effect.FILES in rule.effects else ["it changed another file unannounced [Z04]"]
    if len({change.path for change in changes}) != len(changes):
        found.append("it changed one file twice [Z04]")
    for change in changes:
        there = old(Lookup("writable", change.path))
        if not isinstance(there, Writable) or there.text != change.before or there.place != change.place:
            found.append(f"{change.path} is not what it changed [Z04]")
        if "\r\n" in (change.before or "") and "\n" in change.after.replace("\r\n", ""):
            found.append(f"the newline style of {change.path} changed [Z07]")
        if change.path.endswith(".dockerignore") and Dockerignore.parse(change.after).broken:
            found.append(f"BuildKit would refuse {change.path} [D13]")
    return (*found, *_missing(model, old, new))


def _missing(model: Model, old: Resolver, new: Resolver) -> Iterator[str]:
    """Yield a fault for each source of a COPY, an ADD or a mount that matched something and matches less now (D12)."""
    before, after = old(Lookup("tree", "")), new(Lookup("tree", ""))
    if not isinstance(before, ContextTree) or not isinstance(after, ContextTree):
        yield "the build context cannot be listed any more [D12]"
        return
    for source in sources_of(model):
        had, has = before.matching(source), after.matching(source)
        # a pattern has to match something still, a name just what it did
        if had and (not has if _WILD.search(source) else had != has):
            yield f"`{source}` would not be in the build context any more [D12]"


def sources_of(model: Model) -> Iterator[str]:
    """Yield what a Dockerfile names in its build context: sources of COPY, of ADD and of mounts."""
    for stage in model.stages:
        for node in stage.node.body:
            if isinstance(node, Copy | Add) and is_local(node):
                yield from (source for source in known_sources(model, stage.states[node], node) if source)
            for mount in mounts(node):
                if mount.type == "bind" and not mount.from_ and mount.source:
                    yield mount.source
