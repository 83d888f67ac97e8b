"""The files of the project around a compose file: what its services build, by paths from its folder."""

from __future__ import annotations

import os
from pathlib import Path

from hardener.lookups.reading import read_regular, within
from hardener.project.context import Lookup

#: larger files are not read
_SIZE = 1 << 20
#: how many folders above are looked at for the top of the repository
_LEVELS = 8


class ComposeFolder:
    """Answers look-ups of kind "beside": the text of a file of the project, None for any other.

    Args:
        folder: that of the compose file. The project is the git repository around it; without one, the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root: Path | None = None

    @property
    def root(self) -> Path:
        """The top of the project."""
        if self._root is None:
            self._root = _top(Path(os.path.abspath(self.folder)))  # noqa: PTH100 (a symlink stays where it is)
        return self._root

    def __call__(self, lookup: Lookup) -> object | None:
        """Return the answer to `lookup`."""
        if lookup.kind != "beside" or lookup.key.startswith("/"):
            return None
        path = self.folder / lookup.key
        try:
            data = read_regular(path, _SIZE + 1) if within(self.root, path) else None
        except (OSError, ValueError):
            return None
        return None if data is None or len(data) > _SIZE else data.decode("utf-8", "replace")


def _top(folder: Path) -> Path:
    for place in [folder, *folder.parents][:_LEVELS]:
        if (place / ".git").exists():
            return place
    return folder
