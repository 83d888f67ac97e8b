"""The variables that a service of a compose file takes from `env_file`, where that is a file of the repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from posixpath import normpath
from typing import Any

from hardener.errors import VerifyError
from hardener.fast.records import replace
from hardener.lookups.git_ignores import is_ignored, spec_of
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
    """Tell whether a .gitignore here or above names a file."""
    places = around.upwards(Path(folder))
    specs = [(Path(place), spec) for place in reversed(places) if (spec := around.once(_spec, place)) is not None]
    return is_ignored(specs, Path(places[0], path), is_folder=False)


def _spec(folder: str, around: Surroundings) -> Any:
    """Return what a .gitignore says, None where there is none; one with very many lines ignores everything."""
    if ".gitignore" not in around.names(folder):
        return None
    lines = around.text(folder, ".gitignore").splitlines()
    return spec_of(lines if len(lines) <= _LINES else ["*"])


__all__ = ["with_env_files"]
