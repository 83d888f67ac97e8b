"""Whether a Dockerfile makes a development container: it lies in .devcontainer, or devcontainer.json names it (U21)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from hardener.fast.patterns import regex
from hardener.lookups.reading import Unsaved, names_like, text_of

_FOLDER = ".devcontainer"
_FILE = "devcontainer.json"
_DOCKERFILE = regex(r'(?m)^(?![ \t]*//).*?"docker[fF]ile"\s*:\s*"([^"]+)"')
#: another stage than the last one is worked in
_TARGET = regex(r'(?m)^(?![ \t]*//).*?"target"\s*:\s*"')


def dev_container(folder: Path, name: str | None, places: Iterable[str], unsaved: Unsaved | None = None) -> str:
    """Return the file or folder that makes a Dockerfile a development container, "" where nothing does.

    Args:
        folder: of the Dockerfile.
        name: of the Dockerfile; None where only its folder is known.
        places: folders up to the root of the repository.
        unsaved: texts that count in place of files.
    """
    here = os.path.abspath(folder)  # noqa: PTH100 (a symlink stays where it is)
    if _FOLDER in Path(here).parts[-3:]:
        return _FOLDER
    path = os.path.join(here, name) if name else ""  # noqa: PTH118
    return next((file for place in places for file, named in _named(place, unsaved) if path and named == path), "")


def _named(place: str, unsaved: Unsaved | None) -> Iterator[tuple[str, str]]:
    """Yield the devcontainer.json files of a folder, each with the Dockerfile whose last stage it builds."""
    for entry in names_like(place, (f"{_FOLDER}*",)):
        file = os.path.join(_FOLDER, _FILE) if entry == _FOLDER else entry  # noqa: PTH118
        text = text_of(Path(place, file), unsaved) if entry in (_FOLDER, f"{_FOLDER}.json") else ""
        found = _DOCKERFILE.search(text)
        if found is not None and _TARGET.search(text) is None:
            beside = os.path.dirname(os.path.join(place, file))  # noqa: PTH118, PTH120
            yield file, os.path.normpath(os.path.join(beside, found[1]))  # noqa: PTH118


__all__ = ["dev_container"]
