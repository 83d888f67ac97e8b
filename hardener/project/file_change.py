"""A change of another file than the Dockerfile: what a rule may propose beside its new tree."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from hardener.fast.records import dataclass
from hardener.text import Edit, apply_edits, minimal_edits


@dataclass(frozen=True, slots=True)
class Writable:
    """A place of the build context that may be written.

    Attributes:
        path: in the context, with `/`.
        place: the path of the file as messages and diffs name it, and as it is opened.
        text: what is there; None where there is no file.
    """

    path: str
    place: str
    text: str | None


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of the build context with another text, or a new file.

    Attributes:
        path: in the context, with `/`.
        place: the path of the file as messages and diffs name it, and as it is opened.
        before: its text, None for a new file.
        after: the text that it gets.
    """

    path: str
    place: str
    before: str | None
    after: str

    @classmethod
    def of(cls, file: Writable, after: str) -> FileChange:
        """Return the change that gives a file another text."""
        return cls(file.path, file.place, file.text, after)


@dataclass(frozen=True, slots=True)
class FileFinding:
    """What a rule changes in another file, and why.

    Attributes:
        change: of the file.
        message: what is wrong there, a plain sentence without a final stop.
        line: where it begins, from 1.
    """

    change: FileChange
    message: str
    line: int = 1


def followed(first: FileChange, then: FileChange) -> FileChange:
    """Return two changes of one file, one after the other, as one."""
    return FileChange(first.path, first.place, first.before, then.after)


def merged(one: FileChange, other: FileChange) -> FileChange | None:
    """Return what two changes of one file, each made of the same text, do together; None where they disagree.

    They agree where they are the same, where both only add lines at the end: each line is then there once, or where
    they change different places.
    """
    if one.after == other.after:
        return one
    before = one.before or ""
    if other.before != one.before:
        return None
    if not (one.after.startswith(before) and other.after.startswith(before)):
        return _side_by_side(one, other, before)
    mine, theirs = (change.after[len(before) :].splitlines(keepends=True) for change in (one, other))
    if any(not line.endswith("\n") for line in (*mine, *theirs)):
        return None
    new = [line for line in theirs if line not in mine]
    return FileChange(one.path, one.place, one.before, one.after + "".join(new))


def taken(known: tuple[FileChange, ...], new: Iterable[FileChange]) -> tuple[FileChange, ...]:
    """Return the changes of all files, by path, after those of one more pass; what is as it was is left out."""
    found = {change.path: change for change in known}
    for change in new:
        first = found.get(change.path)
        found[change.path] = followed(first, change) if first is not None else change
    return tuple(change for _, change in sorted(found.items()) if change.before != change.after)


def _side_by_side(one: FileChange, other: FileChange, before: str) -> FileChange | None:
    """Return two changes of one text that touch different places of it as one; what both do is done once."""
    edits = sorted({*minimal_edits(before, one.after), *minimal_edits(before, other.after)}, key=_span)
    if any(_span(second)[0] <= _span(first)[1] for first, second in pairwise(edits)):
        return None
    return FileChange(one.path, one.place, one.before, apply_edits(before, edits))


def _span(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end
