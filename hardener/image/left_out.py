"""Packages that an installation is to do without: the edits that take them out of its list."""

from __future__ import annotations

from collections.abc import Sequence

from hardener.image.runs import RunBody
from hardener.packages.commands import PackageCommand
from hardener.shell import Word
from hardener.text import Edit


def cut(run: RunBody, command: PackageCommand, word: Word) -> Edit | None:
    """Return the edit that takes an operand out with the blanks before it; None where a comment stands there (P01)."""
    every = command.command.words
    before = every[every.index(word) - 1]
    start, end = run.line.raw_end(before.end), run.line.raw_end(word.end)
    return None if "#" in run.raw[start:end] else Edit(start, end, "")


def replaced(run: RunBody, edit: Edit, word: Word, names: Sequence[str]) -> Edit:
    """Return the edit that puts packages where `edit` takes an operand out, so that a list of lines stays one."""
    start, end = edit.start, edit.end
    gap = run.raw[start : run.line.raw(word.start)] if "\n" in run.raw[start:end] else " "
    return Edit(start, end, "".join(gap + name for name in names))
