"""Changes of one rule that have nothing to do with each other, written and proved together: one reading for all.

A file of hundreds of services gets a change in each from every rule. Proved one by one, each has the whole file read
again, which takes a time that grows with the square of the services.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from hardener.engine.yaml_proof import Attempt, attempt, proved
from hardener.errors import YamlEditError
from hardener.project.yaml_file import YamlFile
from hardener.rules._yaml_rule import Proposal, YamlRule
from hardener.syntax.yaml.changes import Change, edit_of
from hardener.text import Edit, apply_edits

M = TypeVar("M", bound=YamlFile)

_Path = tuple[str | int, ...]


class Group:
    """Proposals whose changes can be written into one text at once.

    What cannot go in, and what concerns the same place as a proposal that could not, waits for the text that these
    leave: so the order of changes of one place stays.
    """

    def __init__(self, model: YamlFile) -> None:
        self.model = model
        self.proposals: list[Proposal] = []
        self.edits: list[tuple[Edit, ...]] = []
        self._spans: list[tuple[int, int]] = []
        self._paths: dict[_Path, str] = {}
        self._above: set[_Path] = set()

    def take(self, proposal: Proposal) -> bool:
        """Take a proposal in, or return False where it has to wait.

        Raises:
            YamlEditError: it cannot be written, whatever the others do; it is as if it had never been there.
        """
        edits = self._edits(proposal.changes)
        self._note(proposal.changes)
        if edits is not None:
            self.proposals.append(proposal)
            self.edits.append(edits)
        return edits is not None

    def _edits(self, changes: tuple[Change, ...]) -> tuple[Edit, ...] | None:
        """Return the edits of changes, their places now taken; None where they meet others."""
        if self._concerns(changes) or not _is_plain(changes):
            return None
        edits = tuple(edit_of(self.model.documents[change.document], change) for change in changes)
        taken: list[tuple[int, int]] = []
        for edit in edits:
            span = edit.start, edit.end
            if not self._is_free(span):
                for earlier in taken:
                    self._spans.remove(earlier)
                return None
            insort(self._spans, span)
            taken.append(span)
        return edits

    def _is_free(self, span: tuple[int, int]) -> bool:
        """Tell whether an edit meets no other; what is only put in may stand at one place with others of the kind."""
        at = bisect_left(self._spans, span)
        start, end = span
        before = self._spans[at - 1] if at else (-1, -1)
        behind = self._spans[at] if at < len(self._spans) else (end + 1, end + 1)
        if span in (before, behind):
            return start == end
        return before[1] <= start and before[0] != start and end <= behind[0] and behind[0] != start

    def _concerns(self, changes: Iterable[Change]) -> bool:
        """Tell whether one of the changes is made above, below or at a place that changes already."""
        for change in changes:
            path = _path(change)
            if path in self._above or self._paths.get(path, "append") != "append":
                return True
            if path in self._paths and change.kind != "append":
                return True
            if any(path[:depth] in self._paths for depth in range(2, len(path))):
                return True
        return False

    def _note(self, changes: Iterable[Change]) -> None:
        for change in changes:
            path = _path(change)
            self._paths[path] = change.kind
            self._above.update(path[:depth] for depth in range(2, len(path)))


def _path(change: Change) -> _Path:
    return (change.document, *change.path)


def _is_plain(changes: Sequence[Change]) -> bool:
    """Tell whether the changes of one proposal do not build on each other; what is renamed is looked at alone."""
    paths = [_path(change) for change in changes]
    if any(change.kind == "rename" for change in changes):
        return False
    return not any(
        path[: len(other)] == other and not (path == other and one.kind == "append")
        for index, (path, one) in enumerate(zip(paths, changes, strict=True))
        for place, other in enumerate(paths)
        if place != index
    )


def grouped(model: YamlFile, proposals: Iterable[Proposal]) -> tuple[Group, list[Proposal], list[tuple[Proposal, str]]]:
    """Return proposals that can be written at once, those that wait for these, and those that cannot be written."""
    group, waiting, refused = Group(model), [], []
    for proposal in proposals:
        try:
            if not group.take(proposal):
                waiting.append(proposal)
        except YamlEditError as error:
            refused.append((proposal, str(error)))
    return group, waiting, refused


def attempt_alone(
    model: M, read: Callable[[str, str | None], M], proposal: Proposal, rule: type[YamlRule]
) -> Attempt[M]:
    """Return the file with the changes of one proposal: written at once where that can be, else one by one."""
    group, waiting, refused = grouped(model, [proposal])
    if refused:
        return Attempt(None, refusal=refused[0][1])
    if not waiting:
        made = attempt_together(model, read, [(proposal, group.edits[0])], rule)
        if made.model is not None or len(proposal.changes) == 1:
            return made
    return attempt(model, read, proposal.changes, rule)


def attempt_together(
    model: M, read: Callable[[str, str | None], M], group: Sequence[tuple[Proposal, tuple[Edit, ...]]],
    rule: type[YamlRule],
) -> Attempt[M]:  # fmt: skip
    """Return the file with the changes of proposals, written at once and read again."""
    changes = tuple(change for proposal, _ in group for change in proposal.changes)
    text = apply_edits(model.text, _joined(edit for _, edits in group for edit in edits))
    return proved(model, read, text, changes, rule)


def _joined(edits: Iterable[Edit]) -> list[Edit]:
    """Return edits with those that put something in at one place made one, in their order."""
    found: dict[tuple[int, int], Edit] = {}
    for edit in edits:
        place = edit.start, edit.end
        known = found.get(place)
        found[place] = edit if known is None else Edit(*place, known.new + edit.new)
    return list(found.values())
