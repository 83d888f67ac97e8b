"""The variables that a service of a compose file takes from `env_file`, where that is a file of the repository."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from posixpath import normpath

from hardener.errors import VerifyError
from hardener.fast.records import replace
from hardener.lookups.reading import within
from hardener.lookups.surroundings import Surroundings
from hardener.project.builds import Service

#: more files of one service are not read
_MOST = 20


def with_env_files(service: Service, folder: str, around: Surroundings) -> Service:
    """Return a service with the variables of its files, which those that it sets itself win over.

    A file outside of the compose file's folder, links followed, or one that git ignores (it holds what is one person's
    own), is not read.
    """
    found: dict[str, str] = {}
    for name in service.env_files[:_MOST]:
        path = normpath(name)
        if (
            not path.startswith(("/", "..", "~"))
            and not {"$", "\0"} & set(path)
            and within(Path(folder), Path(folder, path))
            and not _is_ignored(path, folder, around)
        ):
            found.update(_variables(around.text(folder, path)))
    own = {entry.partition("=")[0] for entry in service.environment}
    more = tuple(f"{name}={value}" for name, value in found.items() if name not in own)
    return replace(service, environment=(*service.environment, *more)) if more else service


def _variables(text: str) -> Mapping[str, str]:
    from hardener.project.compose.variables import read_env_file

    try:
        return read_env_file(text, {})
    except VerifyError:  # a variable that has to be given: what starts the container refuses it too
        return {}


def _is_ignored(path: str, folder: str, around: Surroundings) -> bool:
    """Tell whether a .gitignore here or above names a file: the last line that fits counts."""
    for place in around.upwards(Path(folder)):
        ignored = None
        for line in around.text(place, ".gitignore").splitlines() if ".gitignore" in around.names(place) else ():
            pattern = line.strip()
            if pattern and not pattern.startswith("#") and _fits(path, pattern.lstrip("!").strip("/")):
                ignored = not pattern.startswith("!")
        if ignored is not None:
            return ignored
    return False


def _fits(path: str, pattern: str) -> bool:
    pattern = pattern.removeprefix("**/")
    parts = path.split("/")
    return fnmatchcase(path, pattern) or ("/" not in pattern and any(fnmatchcase(part, pattern) for part in parts))


__all__ = ["with_env_files"]
