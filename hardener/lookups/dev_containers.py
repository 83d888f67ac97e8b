"""Whether a Dockerfile makes a development container: it lies in .devcontainer, or devcontainer.json names it (U21)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from hardener.fast.patterns import regex
from hardener.lookups.surroundings import Surroundings

_FOLDER = ".devcontainer"
_FILE = "devcontainer.json"
_DOCKERFILE = regex(r'(?m)^(?![ \t]*//).*?"docker[fF]ile"\s*:\s*"([^"]+)"')
#: another stage than the last one is worked in
_TARGET = regex(r'(?m)^(?![ \t]*//).*?"target"\s*:\s*"')


def dev_container(folder: Path, name: str | None, places: Iterable[str], around: Surroundings) -> str:
    """Return the file or folder that makes a Dockerfile a development container, "" where nothing does.

    Args:
        folder: of the Dockerfile.
        name: of the Dockerfile; None where only its folder is known.
        places: folders up to the root of the repository.
        around: what is read around the file.
    """
    here = os.path.abspath(folder)  # noqa: PTH100 (a symlink stays where it is)
    if _FOLDER in Path(here).parts[-3:]:
        return _FOLDER
    path = os.path.join(here, name) if name else ""  # noqa: PTH118
    if not path:
        return ""
    return next((file for place in places for file, named in around.once(_named, place) if named == path), "")


def _named(place: str, around: Surroundings) -> tuple[tuple[str, str], ...]:
    """Return the devcontainer.json files of a folder, each with the Dockerfile whose last stage it builds."""
    found = []
    for entry in around.names_like(place, (f"{_FOLDER}*",)):
        file = os.path.join(_FOLDER, _FILE) if entry == _FOLDER else entry  # noqa: PTH118
        text = around.text(place, file) if entry in (_FOLDER, f"{_FOLDER}.json") else ""
        named = _DOCKERFILE.search(text)
        if named is not None and _TARGET.search(text) is None:
            beside = os.path.dirname(os.path.join(place, file))  # noqa: PTH118, PTH120
            found.append((file, os.path.normpath(os.path.join(beside, named[1]))))  # noqa: PTH118
    return tuple(found)


__all__ = ["dev_container"]
