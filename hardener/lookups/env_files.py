"""The variables that a service of a compose file takes from `env_file`, where that is a file of the repository."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import translate
from pathlib import Path
from posixpath import normpath

from hardener.errors import VerifyError
from hardener.fast.records import dataclass, replace
from hardener.lookups.reading import within
from hardener.lookups.surroundings import Surroundings
from hardener.project.builds import Service

#: more files of one service, and more lines of a .gitignore, are not read
_MOST, _LINES = 20, 1000


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
    parts = path.split("/")
    for place in around.upwards(Path(folder)):
        for pattern in reversed(around.once(_patterns, place)):
            if pattern.fits(path) or (pattern.is_name and any(map(pattern.fits, parts))):
                return pattern.ignores
    return False


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A line of a .gitignore: what it fits, whether it is a name alone, and whether what it fits is ignored."""

    fits: Callable[[str], object]
    is_name: bool
    ignores: bool


def _patterns(folder: str, around: Surroundings) -> tuple[_Pattern, ...]:
    """Return the lines of a .gitignore; one with very many counts as one that ignores everything."""
    text = around.text(folder, ".gitignore") if ".gitignore" in around.names(folder) else ""
    lines = [line for each in text.splitlines() if (line := each.strip()) and not line.startswith("#")]
    if len(lines) > _LINES:
        lines = ["*"]
    plain = [(line.lstrip("!").strip("/").removeprefix("**/"), not line.startswith("!")) for line in lines]
    return tuple(_Pattern(re.compile(translate(name)).match, "/" not in name, ignores) for name, ignores in plain)


__all__ = ["with_env_files"]
