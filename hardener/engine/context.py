"""The build context: answers what rules ask about its files, and never looks outside."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from hardener.rules.base import Lookup
from hardener.semantics.context import ContextFile

#: How much of a file a rule gets to see.
HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class BuildContext:
    """The folder that `docker build` would be given.

    Calling it answers a look-up of kind "file": a `ContextFile`, or None for what is not there, is kept out by
    .dockerignore, cannot be read, or lies outside the folder.
    """

    folder: Path

    def __call__(self, lookup: Lookup) -> ContextFile | None:
        """Return the answer to `lookup`."""
        if lookup.kind != "file":
            return None
        try:
            root = self.folder.resolve()
            path = (root / lookup.key.lstrip("/")).resolve()
            if not path.is_relative_to(root) or self._is_ignored(path.relative_to(root).as_posix()):
                return None
            status = path.stat()
            if not stat.S_ISDIR(status.st_mode) and not stat.S_ISREG(status.st_mode):
                return None
            head = b""
            if stat.S_ISREG(status.st_mode):
                with path.open("rb") as file:
                    head = file.read(HEAD)
        except (OSError, RuntimeError, ValueError):  # a loop of symlinks, a name that no file system takes
            return None
        mode, is_dir = stat.S_IMODE(status.st_mode), stat.S_ISDIR(status.st_mode)
        return ContextFile(lookup.key, head, mode, status.st_size, is_dir)

    def _is_ignored(self, name: str) -> bool:
        """Tell whether .dockerignore keeps a file out: its patterns are rooted, the last match wins (section D)."""
        try:
            text = (self.folder / ".dockerignore").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
        import pathspec

        patterns = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        rooted = [_rooted(pattern) for pattern in patterns]
        return pathspec.GitIgnoreSpec.from_lines(rooted).match_file(name)


def _rooted(pattern: str) -> str:
    """Write a .dockerignore pattern, which is rooted, as a .gitignore one."""
    negation = "!" if pattern.startswith("!") else ""
    return negation + "/" + pattern.removeprefix("!").strip("/").removeprefix("./")
