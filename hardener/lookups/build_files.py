"""The compose and bake files of a project: beside a Dockerfile, in its context, in folders above and beside them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, replace
from hardener.knowledge.confinement import PROFILE
from hardener.lookups.callers import callers_in, execs_in, is_folder, placed
from hardener.lookups.dev_containers import dev_container
from hardener.lookups.env_files import with_env_files
from hardener.lookups.reading import text_of, within
from hardener.lookups.surroundings import Surroundings
from hardener.project.builds import Builds, Service, merged, short_name

_COMPOSE = ("compose*.y*ml", "docker-compose*.y*ml")
_NAMES = (*_COMPOSE, "docker-bake*.hcl", "docker-bake*.json")
#: folders that hold them, beside those that they build
_BESIDE = (".docker", "compose", "deploy", "deployment", "docker", "infra", "infrastructure", "ops")
#: so many included files are read for one folder
_MOST = 30
#: names of files and folders of an image that is there to be built on
_BASE = regex(
    r"(?i)(?:\A|[._-])base(?:[._-]?images?)?(?:[._-](?:php|node|python|ruby|alpine|debian|ubuntu)\S*|\.dockerfile)?\Z"
)


def builds_of(
    folder: Path, context: Path | None = None, name: str | None = None, around: Surroundings | None = None
) -> Builds:
    """Return what the compose and bake files in `folder`, in `context` and above say, up to the repository's root.

    Those in folders such as `deploy` beside them count where they name this folder as what they build.
    Services that build another file than `name` there do not count, unless a second compose file may change that.
    .dockerignore does not matter: these files are read by what starts the build, not by the build.
    `around` is what a run has read around its files; without it all are read anew.
    """
    around = around or Surroundings()
    starts = [os.path.abspath(start) for start in (folder, context) if start is not None]  # noqa: PTH100
    places = [place for start in starts for place in around.upwards(Path(start))]
    found = merged(around.once(_in_and_above, start) for start in starts)
    beside = merged(around.once(_beside, start) for start in starts)
    callers, execs = callers_in(places, around), execs_in(places, around)
    workshop = dev_container(folder, name, places, around)
    base = next((word for word in (name or "", folder.name) if _BASE.search(word)), "")
    if not (found.services or beside.services or callers):
        return replace(merged((found, beside)), workshop=workshop, base=base, execs=execs)
    own = set(starts)
    path = os.path.join(os.path.abspath(folder), name) if name else ""  # noqa: PTH100, PTH118
    if any(service.attached for service in (*found.services, *beside.services)):
        from hardener.project.compose.together import across  # most files mount no volume

        beside_them = (*found.calls, *beside.calls)
        found = replace(found, services=across(found.services, (*beside.services, *beside_them)))
        beside = replace(beside, services=across(beside.services, (*found.services, *beside_them)))
    known = tuple(service for service in found.services if _builds_here(service, own))
    more = tuple(s for s in beside.services if is_folder(s.context) and _builds_here(s, own) and s not in known)
    services = (*known, *more)
    if path:
        services = tuple(_named_as_ours(_of_file(services, path), path, (*found.services, *beside.services)))
    calls = _calls((*found.services, *found.calls, *beside.services, *beside.calls, *callers), own, path)
    every = tuple(dict.fromkeys((*services, *calls)))
    placed_here = set(every)
    pods = tuple(call for call in callers if call.source == "kubernetes" and call not in placed_here)
    found = merged((found, beside))
    return replace(found, services=every, workshop=workshop, pods=_unbuilt(pods), base=base, execs=execs)


def _in_and_above(start: str, around: Surroundings) -> Builds:
    """Return what the files in a folder and those above it say."""
    return merged(around.once(_read, place) for place in around.upwards(Path(start)))


def _beside(start: str, around: Surroundings) -> Builds:
    """Return what the files say that lie in folders of their own, in a folder and those above it."""
    places = around.upwards(Path(start))
    return merged(around.once(_read, below) for place in places for below in around.below(place, _BESIDE))


def _unbuilt(pods: tuple[Service, ...]) -> tuple[Service, ...]:
    """Return the pods of images that are no official ones, and that nothing here builds by their name."""
    return tuple(pod for pod in pods if not pod.context and any("/" in image for image in pod.images))


def _calls(every: tuple[Service, ...], folders: set[str], path: str) -> Iterator[Service]:
    """Yield what names the image instead of its build, where one of these folders, or the file at `path`, makes it."""
    if all(service.is_build and service.source == "compose" for service in every):
        return
    from hardener.project.callers.read import joined

    for service in joined(every):
        if service.is_build and service.source == "compose":
            continue  # these count by rules of their own
        if _builds_here(service, folders) and (not path or _file_of(service) in (path, None)):
            yield service


@dataclass(frozen=True, slots=True)
class Built:
    """A Dockerfile that builds an image.

    Attributes:
        text: of it.
        target: the stage, "" for the last.
        profiles: texts that may be a profile of the image, "" for one that is not there.
    """

    text: str
    target: str
    profiles: tuple[str, ...]


def built_here(folder: Path, context: Path | None, image: str, around: Surroundings) -> Built | None:
    """Return the Dockerfile that a compose file builds an image from.

    None where no service has that image, where two build it from different places, or the file is not of this
    repository.
    """
    places = list(dict.fromkeys(place for start in filter(None, (folder, context)) for place in around.upwards(start)))
    folders = [name for place in places for name in (place, *around.below(place, _BESIDE))]
    services = [s for place in folders for s in around.once(_read, place).services if s.is_build and s.context]
    wanted = short_name(image)
    found = {(_file_of(s), s.target) for s in services if wanted in map(short_name, s.images)}
    if len(found) != 1:
        return None
    path, target = found.pop()
    if path is None or "$" in target or not within(Path(around.upwards(folder)[-1]), Path(path)):
        return None
    text = text_of(Path(path), around.unsaved)
    contexts = [s.context for s in services if _file_of(s) == path and is_folder(s.context)]
    near = dict.fromkeys([os.path.dirname(path), *contexts, os.path.abspath(folder)])  # noqa: PTH100, PTH120
    profiles = tuple(text_of(Path(place, PROFILE), around.unsaved) for place in near)
    return Built(text, target, profiles) if text else None


def files_built_with(folder: Path, around: Surroundings) -> tuple[str, ...] | None:
    """Return the Dockerfiles that compose files build with the context `folder`; None where one is left open."""
    own = os.path.abspath(folder)  # noqa: PTH100
    found = merged(around.once(_read, place) for place in around.upwards(folder))
    services = [service for service in found.services if is_folder(service.context) and service.context == own]
    named = [_file_of(service) for service in services]
    return None if found.unread or None in named else tuple(dict.fromkeys(name for name in named if name is not None))


def _of_file(services: tuple[Service, ...], path: str) -> tuple[Service, ...]:
    """Return the services that build the Dockerfile at `path`, or may where their file is merged with another one."""
    own = {service.file for service in services if _file_of(service) == path}
    return tuple(s for s in services if _file_of(s) in (path, None) or own - {s.file})


def _named_as_ours(services: Iterable[Service], path: str, every: Iterable[Service]) -> Iterator[Service]:
    """Yield services that say whether they are known to build the Dockerfile at `path`.

    An override beside the file counts by the name of its service. One in another folder may take capabilities away.
    """
    services = tuple(services)
    built = {(s.folder, s.name): s.user for s in services if is_build_of(s, path) and s.name}
    dropping = {service.name for service in every if service.drops and _is_addition(service)}
    for service in services:
        key = service.folder, service.name
        is_ours = is_build_of(service, path) or (_is_addition(service) and key in built)
        drops = service.drops or (is_ours and service.name in dropping)
        user = service.user or (built.get(key, "") if _is_addition(service) else "")
        yield replace(service, is_ours=is_ours, drops=drops, user=user) if is_ours else service


def _is_addition(service: Service) -> bool:
    """Tell whether a compose file may only add to a service of another one: it says neither image nor build."""
    plain = service.context or service.dockerfile or service.target or service.images
    return bool(service.source == "compose" and service.is_build and service.name and not plain)


def _file_of(service: Service) -> str | None:
    """Return the Dockerfile that a service builds; None where that is not said."""
    if not is_folder(service.context) or "$" in service.dockerfile:
        return None
    return os.path.normpath(os.path.join(service.context, service.dockerfile or "Dockerfile"))  # noqa: PTH118


def is_compose_name(name: str) -> bool:
    """Tell whether a file of this name is read as a compose file around a Dockerfile."""
    return any(fnmatchcase(name, pattern) for pattern in _COMPOSE)


def is_build_of(service: Service, path: str) -> bool:
    """Tell whether a service is known to be built from the Dockerfile at an absolute path."""
    return service.is_build and _file_of(service) == path


def _builds_here(service: Service, folders: set[str]) -> bool:
    """Tell whether a service may be built from a Dockerfile in one of these folders."""
    place = _file_of(service)
    return place is None or os.path.dirname(place) in folders  # noqa: PTH120


def _read(folder: str, around: Surroundings) -> Builds:
    names = around.names_like(folder, _NAMES)
    return _read_files(folder, folder, names, around, set()) if names else Builds()


def _read_files(folder: str, base: str, names: Iterable[str], around: Surroundings, seen: set[str]) -> Builds:
    """Return what files of a folder say, and those that they include; `base` is where their relative paths start."""
    texts = {name: around.text(folder, name) for name in names}
    found = merged(_parsed(name, text) for name, text in texts.items())
    found = merged(
        (found, *(_included(folder, base, text, around, seen) for text in texts.values() if "include" in text))
    )
    if any(service.name and not (service.context or service.dockerfile) for service in (*found.services, *found.calls)):
        found = _whole(found, folder, around)
    services = tuple(s if s.folder else _placed(s, folder, base, around) for s in found.services)
    return replace(
        found, services=services, calls=tuple(s if s.folder else placed(s, folder, base) for s in found.calls)
    )


def _placed(service: Service, folder: str, base: str, around: Surroundings) -> Service:
    whole = with_env_files(service, folder, around) if service.env_files else service
    return placed(whole, folder, base)


def _included(folder: str, base: str, text: str, around: Surroundings, seen: set[str]) -> Builds:
    """Return what the files say that a compose file includes, wherever they lie."""
    from hardener.project.compose.included import inclusions

    found: list[Builds] = []
    root = Path(around.upwards(Path(folder))[-1])
    for entry in inclusions(text):
        paths = [os.path.normpath(os.path.join(base, path)) for path in entry.paths]  # noqa: PTH118
        own = os.path.join(base, entry.folder) if entry.folder else os.path.dirname(paths[0])  # noqa: PTH118, PTH120
        new = [path for path in paths if path not in seen and within(root, Path(path))]
        seen.update(new)
        if len(seen) > _MOST:
            break
        for place in dict.fromkeys(map(os.path.dirname, new)):
            names = [os.path.basename(path) for path in new if os.path.dirname(path) == place]  # noqa: PTH119, PTH120
            found.append(_read_files(place, os.path.normpath(own), names, around, seen))
    return merged(found)


def _whole(found: Builds, folder: str, around: Surroundings) -> Builds:
    """Return services with what overrides, `extends` and files for images leave to others, which are read as well."""
    from hardener.project.fragments import whole  # few folders have them

    services = found.services
    read = {service.file for service in services}
    named = {file for file, _ in (service.extends for service in services) if file and "/" not in file}
    more = [service for name in sorted(named - read) for service in _parsed(name, around.text(folder, name)).services]
    every = (*services, *more)
    return replace(found, services=tuple(whole(every, every)), calls=tuple(whole(found.calls, every)))


@lru_cache(maxsize=64)
def _parsed(name: str, text: str) -> Builds:
    from hardener.project.build_definitions import read_builds

    return read_builds(name, text)
