"""Where the files of a repository lie that say how its images are built and run."""

from __future__ import annotations

import os
from pathlib import Path

from hardener.fast.records import replace
from hardener.lookups.reading import read_regular
from hardener.project.builds import Service

#: how many folders above are looked into
_LEVELS = 6
#: larger files are not read
_SIZE = 1 << 20


def upwards(folder: Path) -> list[str]:
    """Return a folder and those above it, up to the root of the repository."""
    place, found = os.path.abspath(folder), []  # noqa: PTH100 (a symlink stays where it is)
    for _ in range(_LEVELS):
        found.append(place)
        parent = os.path.dirname(place)  # noqa: PTH120
        if parent == place or os.path.exists(os.path.join(place, ".git")):  # noqa: PTH110, PTH118
            break
        place = parent
    return found


def placed(service: Service, folder: str) -> Service:
    """Return a service with the absolute path of its context."""
    if not is_folder(service.context):
        return service
    return replace(service, context=os.path.normpath(os.path.join(folder, service.context)))  # noqa: PTH118


def is_folder(context: str) -> bool:
    """Tell whether the context of a build is a folder here: said, not an address, and not left to a variable."""
    return bool(context) and "$" not in context and "://" not in context


def text_of(path: Path) -> str:
    """Return what a file holds, "" for one that is too large or cannot be read."""
    try:
        data = read_regular(path, _SIZE)
    except OSError:
        return ""
    return "" if data is None else data.decode("utf-8", "replace")
