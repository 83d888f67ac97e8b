"""Files that a command proposes to write: shown as a diff, or written all together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hardener.cli.reporting import emit
from hardener.engine.files import Part, write_together
from hardener.fast.records import dataclass
from hardener.output.diff import change_diff
from hardener.project.file_change import FileChange
from hardener.text import decode


@dataclass(frozen=True, slots=True)
class Proposed:
    """A file with what it is to hold, and what it held when it was read; None for a new one."""

    path: Path
    data: bytes
    original: bytes | None


def show(proposed: Sequence[Proposed]) -> None:
    """Print the diffs."""
    for one in proposed:
        before = None if one.original is None else decode(one.original)
        emit(change_diff(FileChange(str(one.path), str(one.path), before, decode(one.data))))


def write(proposed: Sequence[Proposed]) -> None:
    """Write the files.

    Raises:
        InputError: one changed, or a new one is there by now; nothing is written.
    """
    if proposed:
        write_together([Part(one.path, one.data, one.original) for one in proposed])
