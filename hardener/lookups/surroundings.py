"""The folders around Dockerfiles: each is listed once in a run, and what its files say is read once."""

from __future__ import annotations

import os
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeVar

from hardener.fast.records import dataclass, field
from hardener.lookups.reading import Unsaved, text_of, within

V = TypeVar("V")
#: how many folders are looked into, the first one and those above it
_LEVELS = 7


@dataclass(slots=True)
class Surroundings:
    """What one run has read around its files; it goes with the run, so the next one sees what is there then.

    Attributes:
        unsaved: what an editor holds of files; None where no editor is there.
    """

    unsaved: Unsaved | None = None
    _names: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _upwards: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _read: dict[tuple[object, str], Any] = field(default_factory=dict, repr=False)

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names in a folder, sorted; none where it cannot be listed."""
        found = self._names.get(folder)
        if found is None:
            try:
                found = tuple(sorted(os.listdir(folder)))  # noqa: PTH208
            except OSError:
                found = ()
            self._names[folder] = found
        return found

    def names_like(self, folder: str, patterns: tuple[str, ...]) -> list[str]:
        """Return the names in a folder that one of the patterns matches, sorted."""
        starts = tuple(pattern.partition("*")[0] for pattern in patterns)
        near = [name for name in self.names(folder) if name.startswith(starts)]  # few are: a pattern costs more
        return [name for name in near if any(fnmatchcase(name, pattern) for pattern in patterns)]

    def below(self, folder: str, names: tuple[str, ...]) -> list[str]:
        """Return the folders of these names, with or without a slash, that lie in a folder."""
        there = self.names(folder)
        return [os.path.join(folder, name) for name in names if name in there]  # noqa: PTH118

    def upwards(self, folder: Path) -> tuple[str, ...]:
        """Return a folder and those above it, up to the root of the repository, as absolute paths."""
        start = os.path.abspath(folder)  # noqa: PTH100 (a symlink stays where it is)
        found = self._upwards.get(start)
        if found is None:
            found = self._upwards[start] = tuple(self._up(start))
        return found

    def _up(self, place: str) -> list[str]:
        found = []
        for _ in range(_LEVELS):
            found.append(place)
            parent = os.path.dirname(place)  # noqa: PTH120
            if parent == place or ".git" in self.names(place):
                break
            place = parent
        return found

    def text(self, *parts: str) -> str:
        """Return what the file holds, "" for one that is too large, cannot be read, or lies outside the repository."""
        path = Path(*parts)
        return text_of(path, self.unsaved) if within(Path(self.upwards(Path(parts[0]))[-1]), path) else ""

    def once(self, read: Callable[[str, Surroundings], V], folder: str) -> V:
        """Return `read(folder, self)`, worked out once."""
        key = read, folder
        if key not in self._read:
            self._read[key] = read(folder, self)
        return self._read[key]  # type: ignore[no-any-return]  # the key holds the function that made it
