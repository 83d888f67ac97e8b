"""The files of the project around a compose file: what its services build, by paths from its folder."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path

from hardener.lookups.reading import Unsaved, read_regular, within
from hardener.project.context import Lookup

#: larger files are not read
_SIZE = 1 << 20
#: names of compose files, and how many of them are read
_COMPOSE = ("compose*.y*ml", "docker-compose*.y*ml")
_FILES = 50
#: how many folders above are looked at for the top of the repository
_LEVELS = 8


class ComposeFolder:
    """Answers look-ups of the kinds "beside" and "siblings": texts of files of the project, None for any other.

    Args:
        folder: that of the compose file. The project is the git repository around it; without one, the folder.
        unsaved: what an editor holds of files; None where no editor is there.
    """

    def __init__(self, folder: Path, unsaved: Unsaved | None = None) -> None:
        self.folder = folder
        self._unsaved = unsaved
        self._root: Path | None = None

    @property
    def root(self) -> Path:
        """The top of the project."""
        if self._root is None:
            self._root = _top(Path(os.path.abspath(self.folder)))  # noqa: PTH100 (a symlink stays where it is)
        return self._root

    def __call__(self, lookup: Lookup) -> object | None:
        """Return the answer to `lookup`."""
        if lookup.kind == "siblings":
            return self._siblings()
        return self._text(lookup.key) if lookup.kind == "beside" and not lookup.key.startswith("/") else None

    def _text(self, name: str) -> str | None:
        path = self.folder / name
        try:
            data = read_regular(path, _SIZE + 1, self._unsaved) if within(self.root, path) else None
        except (OSError, ValueError):
            return None
        return None if data is None or len(data) > _SIZE else data.decode("utf-8", "replace")

    def _siblings(self) -> tuple[tuple[str, str], ...]:
        try:
            names = sorted(name for name in os.listdir(self.folder) if any(fnmatchcase(name, p) for p in _COMPOSE))  # noqa: PTH208
        except OSError:
            return ()
        texts = [(name, self._text(name)) for name in names[:_FILES]]
        return tuple((name, text) for name, text in texts if text is not None)


def _top(folder: Path) -> Path:
    for place in [folder, *folder.parents][:_LEVELS]:
        if (place / ".git").exists():
            return place
    return folder
