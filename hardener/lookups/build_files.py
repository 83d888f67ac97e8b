"""The compose and bake files of a project: beside a Dockerfile, in its context, in folders above and beside them."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from functools import lru_cache, partial
from pathlib import Path

from hardener.fast.records import replace
from hardener.lookups.reading import Unsaved, read_regular
from hardener.project.builds import Builds, Service, merged

_NAMES = ("compose*.y*ml", "docker-compose*.y*ml", "docker-bake*.hcl", "docker-bake*.json")
#: folders that hold them, beside those that they build
_BESIDE = (".docker", "compose", "deploy", "deployment", "docker", "infra", "infrastructure", "ops")
#: how many folders above are looked into
_LEVELS = 6
#: larger files are not read
_SIZE = 1 << 20


def builds_of(
    folder: Path, context: Path | None = None, name: str | None = None, unsaved: Unsaved | None = None
) -> Builds:
    """Return what the compose and bake files in `folder`, in `context` and above say, up to the repository's root.

    Those in folders such as `deploy` beside them count where they name this folder as what they build.
    Services that build another file than `name` there do not count, unless a second compose file may change that.
    .dockerignore does not matter: these files are read by what starts the build, not by the build.
    A run reads each folder once; with `unsaved`, the texts that an editor holds, all are read as they are now.
    """
    read = _read_once if unsaved is None else partial(_read, unsaved=unsaved)
    places = [place for start in filter(None, (folder, context)) for place in _upwards(start)]
    found = merged(read(place) for place in places)
    beside = merged(read(os.path.join(place, name)) for place in places for name in _BESIDE)  # noqa: PTH118
    if not found.services and not beside.services:
        return merged((found, beside))
    own = {os.path.abspath(place) for place in (folder, context) if place is not None}  # noqa: PTH100
    known = tuple(service for service in found.services if _builds_here(service, own))
    more = tuple(s for s in beside.services if _is_folder(s.context) and _builds_here(s, own) and s not in known)
    services = _of_file((*known, *more), os.path.join(os.path.abspath(folder), name)) if name else (*known, *more)  # noqa: PTH100, PTH118
    return replace(merged((found, beside)), services=services)


def _of_file(services: tuple[Service, ...], path: str) -> tuple[Service, ...]:
    """Return the services that build the Dockerfile at `path`, or may where their file is merged with another one."""
    own = {service.file for service in services if _file_of(service) == path}
    return tuple(s for s in services if _file_of(s) in (path, None) or own - {s.file})


def _file_of(service: Service) -> str | None:
    """Return the Dockerfile that a service builds; None where that is not said."""
    if not _is_folder(service.context) or "$" in service.dockerfile:
        return None
    return os.path.normpath(os.path.join(service.context, service.dockerfile or "Dockerfile"))  # noqa: PTH118


def _builds_here(service: Service, folders: set[str]) -> bool:
    """Tell whether a service may be built from a Dockerfile in one of these folders."""
    place = _file_of(service)
    return place is None or os.path.dirname(place) in folders  # noqa: PTH120


def _upwards(folder: Path) -> list[str]:
    place, found = os.path.abspath(folder), []  # noqa: PTH100 (a symlink stays where it is)
    for _ in range(_LEVELS):
        found.append(place)
        parent = os.path.dirname(place)  # noqa: PTH120
        if parent == place or os.path.exists(os.path.join(place, ".git")):  # noqa: PTH110, PTH118
            break
        place = parent
    return found


@lru_cache(maxsize=1024)
def _read_once(folder: str) -> Builds:
    return _read(folder)


def _read(folder: str, unsaved: Unsaved | None = None) -> Builds:
    try:
        names = sorted(name for name in os.listdir(folder) if any(fnmatchcase(name, pattern) for pattern in _NAMES))  # noqa: PTH208
    except OSError:
        return Builds()
    if not names:
        return Builds()
    found = merged(_parsed(name, _text(Path(folder, name), unsaved)) for name in names)
    return replace(found, services=tuple(_placed(service, folder) for service in found.services))


@lru_cache(maxsize=64)
def _parsed(name: str, text: str) -> Builds:
    from hardener.project.build_definitions import read_builds

    return read_builds(name, text)


def _placed(service: Service, folder: str) -> Service:
    """Return a service with the absolute path of its context."""
    if not _is_folder(service.context):
        return service
    return replace(service, context=os.path.normpath(os.path.join(folder, service.context)))  # noqa: PTH118


def _is_folder(context: str) -> bool:
    """Tell whether the context of a build is a folder here: said, not an address, and not left to a variable."""
    return bool(context) and "$" not in context and "://" not in context


def _text(path: Path, unsaved: Unsaved | None) -> str:
    try:
        data = read_regular(path, _SIZE, unsaved)
    except OSError:
        return ""
    return "" if data is None else data.decode("utf-8", "replace")
